/* kwiz check: are the hosts as they must be? Also what `run` asks before it changes anything. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/check_json.h"
#include "cli/common.h"
#include "cli/mend.h"
#include "cli/survey_line.h"
#include "engine/survey.h"
#include "headless/jsonl.h"
#include "wizard/check_report.h"

struct check {
    const struct loaded *loaded;
    const struct execute_options *options;
    const struct check_style *style;
};

void common_event(const char *event, json_t *rest)
{
    char time[32];
    struct timeval tv;
    gettimeofday(&tv, NULL);
    format_utc((uint64_t)tv.tv_sec * 1000 + (uint64_t)tv.tv_usec / 1000, time, sizeof time);
    json_t *o = json_pack("{s:s,s:s}", "event", event, "time", time);
    json_object_update(o, rest);
    char *text = json_dumps(o, JSON_COMPACT);
    puts(text);
    free(text);
    json_decref(rest);
    json_decref(o);
}

/* -- what is printed -- */

static const char *reason_of(const void *context, const char *id)
{
    const struct accepted *accepted = answers_accepted(context, id);
    return accepted ? accepted->reason : NULL;
}

static void print_json(const struct check *c, const struct check_report *report, int status)
{
    const struct wizard_checks *checks = report->checks;
    const struct spell *spell = c->loaded->spell;
    for (size_t i = 0; i < report->missing_count; i++)
        common_event("host", check_json_missing(&report->missing[i]));
    for (size_t host = 0; host < checks->hosts; host++)
        for (size_t i = 0; i < spell->requirement_count; i++) {
            const struct verdict *v = checks_verdict(checks, host, &spell->requirements[i]);
            if (v)
                common_event("check", check_json_verdict(spell, report->names[host], v, reason_of(c->loaded->answers, v->requirement->id)));
        }
    common_event("checks", check_json_sums(checks, status));
}

static void print_plain(const struct check *c, const struct check_report *report, int status)
{
    struct buf text;
    buf_init(&text, CHECK_REPORT_BYTES_MAX);
    check_report_write(report, &text);
    check_report_sums(report->checks, &text);
    if (status == EXIT_REQUIREMENT)
        check_report_line(&text, 0, _("Mend what fails, or accept it with a reason: --accept CHECK=REASON, or accept: in the answers."));
    fputs(buf_text(&text), c->style->is_brief ? stderr : stdout);
    buf_done(&text);
}

/* -- judging -- */

/* What could be found out, and what came of it: -1, 5 or 6. */
static int tell(struct check *c, struct wizard_checks *checks, const struct survey_host *results)
{
    const struct plan *plan = c->loaded->plan;
    const char **names = mem_new(plan->host_count + 1, sizeof *names);
    struct check_missing *missing = mem_new(plan->host_count + 1, sizeof *missing);
    struct check_report report = {.checks = checks, .names = names, .missing = missing, .is_brief = c->style->is_brief, .is_complete = c->style->is_complete};
    for (size_t i = 0; i < plan->host_count; i++) {
        names[i] = plan->hosts[i].host.name;
        if (!results[i].is_left_out && !results[i].is_answered)
            missing[report.missing_count++] = (struct check_missing){names[i], results[i].fault ? results[i].fault : "", results[i].detail};
    }
    int status = checks->missing ? EXIT_UNREACHABLE : checks->counts[VERDICT_FAIL] ? EXIT_REQUIREMENT : -1;
    if (c->options->is_json)
        print_json(c, &report, status < 0 ? EXIT_OK : status);
    else
        print_plain(c, &report, status);
    free(missing);
    free(names);
    return status;
}

struct verdicts *common_judge(const struct loaded *loaded, const struct survey_host *results)
{
    const struct plan *plan = loaded->plan;
    struct measured_host *hosts = mem_new(plan->host_count, sizeof *hosts);
    struct verdicts *verdicts = mem_new(plan->host_count, sizeof *verdicts);
    for (size_t i = 0; i < plan->host_count; i++)
        hosts[i] = (struct measured_host){&plan->hosts[i].host, results[i].is_answered ? &results[i].facts : NULL};
    struct measured *measured = measured_new(hosts, plan->host_count);
    /* where there are new hosts, the others are not looked at */
    for (size_t i = 0; i < plan->host_count; i++)
        measured->is_joining |= plan->hosts[i].target == TARGET_NEW;
    for (size_t i = 0; i < plan->host_count; i++)
        if (results[i].is_answered)
            verdicts[i] = requirement_judge(loaded->spell, loaded->answers, measured, i);
    measured_free(&measured);
    free(hosts);
    return verdicts;
}

void common_judged_free(struct verdicts *verdicts, size_t hosts)
{
    for (size_t i = 0; verdicts && i < hosts; i++)
        verdicts_done(&verdicts[i]);
    free(verdicts);
}

static int judge_all(struct check *c, const struct survey_host *results)
{
    size_t count = c->loaded->plan->host_count;
    struct verdicts *verdicts = common_judge(c->loaded, results);
    struct checks_source source = {.spell = c->loaded->spell, .verdicts = verdicts, .hosts = count, .accepted = reason_of, .accepted_context = c->loaded->answers};
    for (size_t i = 0; i < count; i++) {
        source.measured += results[i].is_answered;
        source.missing += !results[i].is_answered && !results[i].is_left_out;
        source.is_part |= results[i].is_left_out;
    }
    struct wizard_checks checks;
    checks_sum(&source, &checks);
    int status = tell(c, &checks, results);
    checks_done(&checks);
    common_judged_free(verdicts, count);
    return status;
}

struct survey_host *common_survey(const struct loaded *loaded, const struct execute_options *options, struct desk *desk)
{
    struct survey_line line = {.questions = desk->questions, .is_json = options->is_json};
    char *script = requirement_script(loaded->spell, &loaded->answers->fleet);
    struct probes probes = probes_make(loaded->spell, loaded->answers);
    struct survey_options survey = {
        .loop = &desk->loop,
        .plan = loaded->plan,
        .contacts = desk->contacts,
        .script = script,
        .spell = loaded->spell,
        .answers = loaded->answers,
        .probes = &probes,
        .is_cancelled = &desk->is_interrupted,
        .progress = survey_line_show,
        .progress_context = &line,
    };
    struct survey_host *results = survey_run(&survey);
    probes_done(&probes);
    free(script);
    return results;
}

int common_verdicts(const struct loaded *loaded, const struct execute_options *options, const struct survey_host *results, const struct check_style *style)
{
    struct check c = {.loaded = loaded, .options = options, .style = style};
    int status = judge_all(&c, results);
    fflush(stdout); /* what comes next may not go through stdio */
    return status;
}

int common_check(const struct loaded *loaded, const struct execute_options *options, struct desk *desk, const struct check_style *style)
{
    if (!loaded->spell->requirement_count)
        return -1;
    struct survey_host *results = common_survey(loaded, options, desk);
    int status = desk->is_interrupted ? EXIT_INTERRUPTED : common_verdicts(loaded, options, results, style);
    if (desk->is_interrupted)
        fprintf(stderr, _("kwiz: interrupted; nothing was changed\n"));
    survey_done(&results, loaded->plan->host_count);
    return status;
}

static int run(const struct command_line *line)
{
    struct loaded loaded;
    struct execute_options options;
    struct desk desk = {0};
    const struct check_style style = {.is_complete = command_has(line, "all")};
    int status = common_execute_options(line, &options);
    if (status >= 0)
        return status;
    status = common_load(line, line->arguments[0], "install", &loaded);
    if (status >= 0)
        return status;
    status = mend_given(line, &loaded);
    if (status < 0)
        status = common_desk(&loaded, &options, &desk);
    if (status < 0)
        status = command_has(line, "fix") || command_has(line, "show-fix") ? mend_hosts(line, &loaded, &options, &desk)
                                                                          : common_check(&loaded, &options, &desk, &style);
    desk_close(&desk);
    common_unload(&loaded);
    return status < 0 ? EXIT_OK : status;
}

static const struct command_option options[] = {
    OPTIONS_ANSWERS,
    OPTION_LIMIT,
    {"all", 0, NULL, N_("print what is as wanted as well, and long lists whole")},
    {"fix", 0, N_("ID[,ID]"), N_("mend these checks by the spell's scripts on the hosts where they fail or warn, then check again")},
    {"show-fix", 0, N_("ID[,ID]"), N_("print what --fix would run, and where; changes nothing")},
    {"yes", 'y', NULL, N_("mend without asking")},
    {"json", 0, NULL, N_("JSON Lines on standard output, for programs")},
    {"accept-new-host-keys", 0, NULL, N_("accept host keys that are not known yet, and remember them")},
    {0},
};

const struct command command_check = {
    .name = "check",
    .summary = N_("see whether the hosts are as they must be; changes only what --fix names"),
    .arguments = N_("ANSWERS"),
    .arguments_min = 1,
    .arguments_max = 1,
    .description = N_("Connects to all hosts at once, measures, and judges: the gravest first, hosts that were found alike together. Exit status\n"
                      "6 when a host could not be asked, else 5 when a check fails that is not accepted. With --fix: 1 when a script that\n"
                      "mends failed, else as judged afterwards."),
    .options = options,
    .run = run,
};
