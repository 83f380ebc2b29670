#include "cli/mend.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "engine/access.h"
#include "engine/mending.h"
#include "engine/mendlog.h"
#include "engine/survey.h"
#include "headless/frontend.h"
#include "model/fold.h"
#include "spell/mend.h"
#include "spell/translation.h"
#include "wizard/check_report.h"

#define LINES_SHOWN 12 /* of what a script said */
#define NAMES_MAX_BYTES ((size_t)1 << 16)

struct repair {
    const struct loaded *loaded;
    const struct execute_options *options;
    struct desk *desk;
    struct strv ids;
    struct survey_host *before; /* owned */
    struct verdicts *verdicts;  /* owned: of before, one a host */
    struct mend_list list;
    struct access *access;
    struct mending *mending;
    bool is_log_broken; /* that was said once */
};

static const struct host *host_of(const struct repair *r, size_t host)
{
    return &r->loaded->plan->hosts[host].host;
}

/* ---- what is asked for ---- */

static void add_ids(const struct command_line *line, const char *option, struct strv *ids)
{
    struct strv lists = {0};
    command_values(line, option, &lists);
    for (size_t i = 0; i < lists.count; i++)
        for (const char *word = lists.items[i]; *word;) {
            size_t n = strcspn(word, ",");
            char *id = mem_strndup(word, n);
            if (n && !strv_has(ids, id))
                strv_add(ids, id);
            free(id);
            word += n + (word[n] == ',');
        }
    strv_done(&lists);
}

int mend_given(const struct command_line *line, const struct loaded *loaded)
{
    static const char *const names[] = {"fix", "show-fix"};
    struct err err = ERR_INIT;
    int status = -1;
    if (command_has(line, "fix") && command_has(line, "show-fix"))
        return command_usage_error(line, _("--show-fix changes nothing, and --fix mends: say one of them"));
    for (size_t i = 0; i < 2 && status < 0; i++) {
        struct strv ids = {0};
        add_ids(line, names[i], &ids);
        if (command_has(line, names[i]) && !ids.count)
            status = command_usage_error(line, _("--%s names nothing"), names[i]);
        else if (!mend_check_ids(loaded->spell, &ids, &err))
            status = command_usage_error(line, "--%s: %s", names[i], err.text);
        strv_done(&ids);
    }
    return status;
}

static const struct verdict *verdict_of(const struct verdicts *verdicts, const struct requirement *requirement)
{
    for (size_t i = 0; i < verdicts->count; i++)
        if (verdicts->items[i].requirement == requirement)
            return &verdicts->items[i];
    return NULL;
}

/* ---- showing ---- */

/* In lines that can be pasted into a ticket. */
static void print(size_t indent, char *owned)
{
    struct buf out;
    buf_init(&out, CHECK_REPORT_BYTES_MAX);
    check_report_line(&out, indent, owned);
    fputs(buf_text(&out), stdout);
    buf_done(&out);
    free(owned);
}

static void print_where(const struct repair *r, const struct requirement *requirement)
{
    const struct spell *spell = r->loaded->spell;
    size_t *hosts = mem_new(r->loaded->plan->host_count, sizeof *hosts), count = mend_list_hosts(&r->list, requirement, hosts);
    const char **names = mem_new(count + 1, sizeof *names);
    struct buf folded;
    buf_init(&folded, NAMES_MAX_BYTES);
    for (size_t i = 0; i < count; i++)
        names[i] = host_of(r, hosts[i])->name;
    fold_names(names, count, &folded);
    if (count)
        print(0, mem_printf(_("%s: %s on %s"), requirement->id, requirement->mend->script.path, buf_text(&folded)));
    else
        print(0, mem_printf(_("%s: there is nothing to mend: it fails and warns on no host"), requirement->id));
    if (count && requirement->mend->asks)
        print(2, mem_strdup(spell_text(spell, requirement->mend->asks)));
    if (count && requirement->mend->stays)
        print(2, mem_printf(_("reset does not take back: %s"), spell_text(spell, requirement->mend->stays)));
    buf_done(&folded);
    free(names);
    free(hosts);
}

enum script_parts { PARTS_NONE, PARTS_OWN, PARTS_ALL }; /* PARTS_ALL: with what stands before it */

/* What would run, where. */
static void print_scripts(const struct repair *r, enum script_parts parts)
{
    const struct loaded *l = r->loaded;
    size_t *hosts = mem_new(l->plan->host_count, sizeof *hosts);
    for (size_t i = 0; i < r->ids.count; i++) {
        const struct requirement *requirement = mend_find(l->spell, r->ids.items[i]);
        size_t count = mend_list_hosts(&r->list, requirement, hosts);
        print_where(r, requirement);
        if (!count || parts == PARTS_NONE)
            continue;
        char *text = mend_text(l->spell, l->answers, requirement, hosts, count, parts == PARTS_ALL);
        printf("\n%s%s", text, i + 1 < r->ids.count ? "\n" : "");
        free(text);
    }
    free(hosts);
}

static int show(const struct repair *r)
{
    const struct loaded *l = r->loaded;
    struct err err = ERR_INIT;
    if (!r->options->is_json)
        print_scripts(r, PARTS_ALL);
    for (size_t i = 0; i < r->list.count && r->options->is_json; i++) {
        const struct mend_task *t = &r->list.items[i];
        char *text = mend_script(l->spell, l->answers, host_of(r, t->host), t->requirement, &err);
        if (!text)
            return command_error(&err);
        common_event("mend-script", json_pack("{s:s,s:s,s:s}", "host", host_of(r, t->host)->name, "check", t->requirement->id, "script", text));
        free(text);
    }
    return EXIT_OK;
}

static bool can_ask(const struct repair *r)
{
    return !r->options->is_json && questions_possible() && isatty(STDERR_FILENO);
}

/* Ask on the terminal. -1 = go on. */
static int confirm(const struct repair *r)
{
    if (r->options->is_yes)
        return -1;
    if (!can_ask(r)) {
        fprintf(stderr, _("kwiz: --fix changes hosts; say --yes to begin without being asked\n"));
        return EXIT_CONFIRM;
    }
    char *text = mem_printf(ngettext("%zu script is run. Begin? [y/N]", "%zu scripts are run. Begin? [y/N]", r->list.count), r->list.count);
    bool is_yes = desk_confirm(r->desk, text);
    free(text);
    if (is_yes)
        return -1;
    fprintf(stderr, _("kwiz: not begun; nothing was changed\n"));
    return r->desk->is_interrupted ? EXIT_INTERRUPTED : EXIT_CONFIRM;
}

/* ---- running ---- */

static void keep(struct repair *r, const struct mending_job *job)
{
    const struct requirement *requirement = job->what;
    const struct spell *spell = r->loaded->spell;
    struct mendlog_entry entry = {.cluster = r->loaded->answers->name, .check = requirement->id, .script = requirement->mend->script.path,
                                  .spell = spell->name, .version = spell->version, .digest = spell->digest, .job = job};
    struct err err = ERR_INIT;
    if (mendlog_add(&entry, &err) || r->is_log_broken)
        return;
    r->is_log_broken = true;
    fprintf(stderr, _("kwiz: what is mended is not written down: %s\n"), err.text);
}

static void print_end(const char *output)
{
    const char *at = mending_tail(output, LINES_SHOWN);
    for (size_t n; *at; at += n + (at[n] == '\n')) {
        n = strcspn(at, "\n");
        print(4, mem_strndup(at, n));
    }
}

static void print_state(const struct mending_job *job)
{
    const char *id = ((const struct requirement *)job->what)->id;
    char limit[32];
    format_duration(job->limit_ms, limit, sizeof limit);
    if (job->state == MENDING_RUNS)
        print(0, mem_printf(_("> %s, %s: the script runs, at most %s"), id, job->name, limit));
    else if (job->state == MENDING_DONE)
        print(0, mem_printf(_("+ %s, %s: the script ended well"), id, job->name));
    else if (job->state == MENDING_LEFT)
        print(0, mem_printf(_("x %s, %s: the script was not run"), id, job->name));
    else if (job->status >= 0)
        print(0, mem_printf(_("x %s, %s: the script failed with status %d"), id, job->name, job->status));
    else
        print(0, mem_printf(_("x %s, %s: it is not known what came of the script"), id, job->name));
    print_end(job->output);
}

static void job_changed(void *context, size_t job)
{
    struct repair *r = context;
    const struct mending_job *j = mending_job(r->mending, job);
    keep(r, j);
    if (r->options->is_json)
        return;
    print_state(j);
    fflush(stdout);
}

static void host_changed(void *context, size_t host)
{
    struct repair *r = context;
    if (r->mending)
        mending_look(r->mending, host);
}

static int make_jobs(const struct repair *r, struct mending_job *jobs)
{
    struct err err = ERR_INIT;
    for (size_t i = 0; i < r->list.count; i++) {
        const struct mend_task *t = &r->list.items[i];
        jobs[i] = (struct mending_job){.name = host_of(r, t->host)->name, .host = t->host, .what = t->requirement,
                                       .limit_ms = (unsigned)t->requirement->mend->timeout_ms};
        jobs[i].script = mend_script(r->loaded->spell, r->loaded->answers, host_of(r, t->host), t->requirement, &err);
        if (!jobs[i].script)
            return command_error(&err);
    }
    return -1;
}

static void work(struct repair *r, const struct mending_job *jobs)
{
    struct access_options access = {.loop = &r->desk->loop, .contacts = r->desk->contacts, .changed = host_changed, .changed_context = r};
    bool was_told = false;
    r->access = access_new(&access);
    r->mending = mending_new(r->access, jobs, r->list.count, job_changed, r);
    for (size_t i = 0; i < r->list.count; i++)
        if (access_host(r->access, r->list.items[i].host)->state == ACCESS_IDLE)
            access_again(r->access, r->list.items[i].host);
    while (!mending_is_over(r->mending)) {
        if (r->desk->is_interrupted && !was_told) {
            was_told = true;
            fprintf(stderr, _("kwiz: interrupted; scripts that run are waited for, no other is begun\n"));
            mending_stop(r->mending, _("interrupted"));
            continue;
        }
        uv_run(&r->desk->loop, UV_RUN_ONCE);
    }
}

/* ---- what came of it ---- */

static void tell_one(const struct repair *r, const struct mending_job *job, const struct verdict *before, const struct verdict *after)
{
    const struct requirement *requirement = job->what;
    if (r->options->is_json)
        common_event("mend", json_pack("{s:s,s:s,s:s,s:i,s:s,s:s,s:s,s:s,s:s}", "host", job->name, "check", requirement->id, "state",
                                      mending_state_name(job->state), "status", job->status, "output", job->output, "before",
                                      before ? verdict_name(before->kind) : "unknown", "found_before", before ? before->measured : "", "after",
                                      after ? verdict_name(after->kind) : "unknown", "found_after", after ? after->measured : ""));
    else
        print(0, mem_printf(_("%s, %s: was %s (%s), is %s (%s)"), requirement->id, job->name, before ? verdict_name(before->kind) : "-",
                            before ? before->measured : "-", after ? verdict_name(after->kind) : "-", after ? after->measured : "-"));
}

/* Returns how many failed. */
static size_t tell(const struct repair *r, const struct verdicts *after)
{
    size_t failed = 0;
    for (size_t i = 0; i < mending_count(r->mending); i++) {
        const struct mending_job *job = mending_job(r->mending, i);
        failed += job->state != MENDING_DONE;
        tell_one(r, job, verdict_of(&r->verdicts[job->host], job->what), after ? verdict_of(&after[job->host], job->what) : NULL);
    }
    return failed;
}

static int check_again(struct repair *r)
{
    size_t count = r->loaded->plan->host_count;
    bool was_interrupted = r->desk->is_interrupted;
    struct survey_host *results = was_interrupted ? NULL : common_survey(r->loaded, r->options, r->desk);
    struct verdicts *after = results ? common_judge(r->loaded, results) : NULL;
    size_t failed = r->mending ? tell(r, after) : 0;
    int status = EXIT_INTERRUPTED;
    if (results && !r->desk->is_interrupted)
        status = common_verdicts(r->loaded, r->options, results, &(struct check_style){0});
    common_judged_free(after, count);
    survey_done(&results, count);
    return failed && status != EXIT_UNREACHABLE && status != EXIT_INTERRUPTED ? EXIT_STEP : status;
}

static int mend(struct repair *r)
{
    if (!r->options->is_json)
        print_scripts(r, r->options->is_yes || !can_ask(r) ? PARTS_NONE : PARTS_OWN);
    fflush(stdout);
    if (!r->list.count)
        return check_again(r);
    int status = confirm(r);
    struct mending_job *jobs = mem_new(r->list.count, sizeof *jobs);
    if (status < 0)
        status = make_jobs(r, jobs);
    if (status < 0) {
        work(r, jobs);
        status = check_again(r);
    }
    for (size_t i = 0; i < r->list.count; i++)
        free((char *)jobs[i].script);
    free(jobs);
    mending_free(&r->mending);
    access_free(&r->access);
    return status;
}

int mend_hosts(const struct command_line *line, const struct loaded *loaded, const struct execute_options *options, struct desk *desk)
{
    struct repair r = {.loaded = loaded, .options = options, .desk = desk};
    bool shows = command_has(line, "show-fix");
    int status = EXIT_INTERRUPTED;
    add_ids(line, shows ? "show-fix" : "fix", &r.ids);
    r.before = common_survey(loaded, options, desk);
    if (desk->is_interrupted) {
        fprintf(stderr, _("kwiz: interrupted; nothing was changed\n"));
    } else {
        r.verdicts = common_judge(loaded, r.before);
        mend_list_make(r.verdicts, loaded->plan->host_count, &r.ids, &r.list);
        status = shows ? show(&r) : mend(&r);
    }
    mend_list_done(&r.list);
    common_judged_free(r.verdicts, loaded->plan->host_count);
    survey_done(&r.before, loaded->plan->host_count);
    strv_done(&r.ids);
    return status;
}
