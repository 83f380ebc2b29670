/* kwiz check: are the hosts as they must be? Also what `run` asks before it changes anything. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/common.h"
#include "cli/mend.h"
#include "engine/survey.h"
#include "headless/jsonl.h"

struct check {
    const struct loaded *loaded;
    const struct execute_options *options;
    struct desk *desk;
    bool is_full;
    size_t asked, answered; /* hosts */
    size_t fails, accepted, warns, skips, passes, unreachable;
};

static void count(struct check *c, const struct verdict *v)
{
    if (v->kind == VERDICT_FAIL && v->is_accepted)
        c->accepted++;
    else if (v->kind == VERDICT_FAIL)
        c->fails++;
    else if (v->kind == VERDICT_WARN)
        c->warns++;
    else if (v->kind == VERDICT_SKIP)
        c->skips++;
    else
        c->passes++;
}

static void print_plain(const struct check *c, const char *host, const struct verdict *v)
{
    static const char signs[] = {[VERDICT_PASS] = '+', [VERDICT_WARN] = '!', [VERDICT_FAIL] = 'x', [VERDICT_SKIP] = 's'};
    if (v->kind == VERDICT_PASS && !c->is_full)
        return;
    FILE *out = c->is_full ? stdout : stderr;
    fprintf(out, _("%c %-4s %-14s %-20s found %s, wanted %s"), signs[v->kind], verdict_name(v->kind), v->requirement->id, host,
            v->measured, v->threshold);
    fprintf(out, "%s\n", v->is_accepted ? _(" (accepted)") : "");
    if ((v->kind == VERDICT_FAIL || v->kind == VERDICT_WARN) && v->remedy && *v->remedy && !v->is_accepted)
        fprintf(out, _("       what to do: %s\n"), v->remedy);
}

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

static void print_json(const char *host, const struct verdict *v)
{
    common_event("check", json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:b}", "host", host, "check", v->requirement->id, "verdict",
                                   verdict_name(v->kind), "found", v->measured, "wanted", v->threshold, "remedy",
                                   v->remedy ? v->remedy : "", "accepted", v->is_accepted));
}

static void unreachable(struct check *c, const char *host, const struct survey_host *result)
{
    c->unreachable++;
    if (c->options->is_json) {
        common_event("host", json_pack("{s:s,s:s,s:s,s:s}", "host", host, "state", "failed", "fault", result->fault, "detail",
                                      result->detail));
    } else {
        fprintf(c->is_full ? stdout : stderr, "x %s (%s): %s\n", host, result->fault, result->detail);
    }
}

static void judge(struct check *c, const struct measured *measured, size_t host, const struct survey_host *result)
{
    const struct host *h = measured->items[host].host;
    if (result->is_left_out)
        return;
    if (!result->is_answered) {
        unreachable(c, h->name, result);
        return;
    }
    struct verdicts verdicts = requirement_judge(c->loaded->spell, c->loaded->answers, measured, host);
    for (size_t i = 0; i < verdicts.count; i++) {
        count(c, &verdicts.items[i]);
        if (c->options->is_json)
            print_json(h->name, &verdicts.items[i]);
        else
            print_plain(c, h->name, &verdicts.items[i]);
    }
    verdicts_done(&verdicts);
}

static void answered(void *context, size_t host, const struct survey_host *result)
{
    struct check *c = context;
    (void)host, (void)result;
    c->answered++;
    if (c->options->is_json || !isatty(STDERR_FILENO) || questions_is_open(c->desk->questions))
        return;
    fprintf(stderr, "\r%s %zu/%zu%s", _("hosts that have answered:"), c->answered, c->asked, c->answered == c->asked ? "\n" : "");
}

static void print_sum(const struct check *c)
{
    FILE *out = c->is_full ? stdout : stderr;
    fprintf(out, _("checks: %zu fail, %zu warn, %zu skip, %zu pass, %zu accepted; "), c->fails, c->warns, c->skips, c->passes, c->accepted);
    fprintf(out, ngettext("%zu host did not answer\n", "%zu hosts did not answer\n", c->unreachable), c->unreachable);
}

static void judge_all(struct check *c, const struct survey_host *results)
{
    const struct plan *plan = c->loaded->plan;
    struct measured_host *hosts = mem_new(plan->host_count, sizeof *hosts);
    for (size_t i = 0; i < plan->host_count; i++)
        hosts[i] = (struct measured_host){&plan->hosts[i].host, results[i].is_answered ? &results[i].facts : NULL};
    struct measured *measured = measured_new(hosts, plan->host_count);
    for (size_t i = 0; i < plan->host_count; i++)
        judge(c, measured, i, &results[i]);
    measured_free(&measured);
    free(hosts);
}

struct survey_host *common_survey(const struct loaded *loaded, struct desk *desk,
                                  void (*told)(void *context, size_t host, const struct survey_host *result), void *context)
{
    char *script = requirement_script(loaded->spell, &loaded->answers->fleet);
    struct probes probes = probes_make(loaded->spell, loaded->answers);
    struct survey_options survey = {
        .loop = &desk->loop,
        .plan = loaded->plan,
        .contacts = desk->contacts,
        .script = script,
        .probes = &probes,
        .is_cancelled = &desk->is_interrupted,
        .answered = told,
        .answered_context = context,
    };
    struct survey_host *results = survey_run(&survey);
    probes_done(&probes);
    free(script);
    return results;
}

int common_verdicts(const struct loaded *loaded, const struct execute_options *options, const struct survey_host *results, bool is_full)
{
    struct check c = {.loaded = loaded, .options = options, .is_full = is_full};
    judge_all(&c, results);
    if (!options->is_json)
        print_sum(&c);
    fflush(stdout); /* what comes next may not go through stdio */
    if (c.unreachable)
        return EXIT_UNREACHABLE;
    return c.fails ? EXIT_REQUIREMENT : -1;
}

int common_check(const struct loaded *loaded, const struct execute_options *options, struct desk *desk, bool is_full)
{
    struct check c = {.options = options, .desk = desk};
    const struct plan *plan = loaded->plan;
    if (!loaded->spell->requirement_count)
        return -1;
    for (size_t i = 0; i < plan->host_count; i++)
        c.asked += !plan->hosts[i].is_left_out;
    struct survey_host *results = common_survey(loaded, desk, answered, &c);
    int status = desk->is_interrupted ? EXIT_INTERRUPTED : common_verdicts(loaded, options, results, is_full);
    if (desk->is_interrupted)
        fprintf(stderr, _("kwiz: interrupted; nothing was changed\n"));
    survey_done(&results, plan->host_count);
    return status;
}

static int run(const struct command_line *line)
{
    struct loaded loaded;
    struct execute_options options;
    struct desk desk = {0};
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
                                                                          : common_check(&loaded, &options, &desk, true);
    desk_close(&desk);
    common_unload(&loaded);
    return status < 0 ? EXIT_OK : status;
}

static const struct command_option options[] = {
    OPTIONS_ANSWERS,
    OPTION_LIMIT,
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
    .description = N_("Connects to all hosts at once, measures, and judges. Exit status 5 when a check fails that is not accepted, 6 when a\n"
                      "host could not be asked. With --fix: 1 when a script that mends failed, else as judged afterwards."),
    .options = options,
    .run = run,
};
