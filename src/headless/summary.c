#include "headless/summary.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "headless/frontend.h"
#include "model/chain.h"

#define SUMMARY_MAX_BYTES (1U << 20)
#define WAITING_MAX 10
#define LONGEST_MAX 4
#define LONG_MS 1000

static const char *step_id(const struct run *run, size_t task)
{
    return run->plan->steps[run->plan->tasks[task].step].id;
}

static const char *host_name(const struct run *run, size_t task)
{
    return run->plan->hosts[run->plan->tasks[task].host].host.name;
}

static void add_counts(struct buf *out, const struct run *run)
{
    bool is_first = true;
    for (int s = 0; s < TASK_STATE_COUNT; s++) {
        if (!run->counts[s])
            continue;
        buf_addf(out, "%s%zu %s", is_first ? "" : ", ", run->counts[s], task_state_name((enum task_state)s));
        is_first = false;
    }
    buf_adds(out, "\n");
}

static void add_failures(struct buf *out, const struct run *run, const struct runner *runner)
{
    for (size_t i = 0; i < run->plan->host_count; i++)
        if (run->hosts[i].state == HOST_FAILED)
            buf_addf(out, "  x %s (%s): %s\n", run->plan->hosts[i].host.name, run->hosts[i].fault, run->hosts[i].detail);
    for (size_t i = 0; i < run->plan->task_count; i++) {
        const struct run_task *t = &run->tasks[i];
        if (t->state != TASK_FAILED && t->state != TASK_ASKS && t->state != TASK_LOST)
            continue;
        buf_addf(out, "  %c %s, %s: %s", t->state == TASK_LOST ? '?' : 'x', host_name(run, i), step_id(run, i), task_state_name(t->state));
        if (t->how[0] && t->state != TASK_LOST) /* else it is about an earlier try */
            buf_addf(out, strcmp(t->how, "timeout") == 0 ? _(" (ran into its time limit)") : _(" (exit status %d)"), t->status);
        if (t->fail[0] || t->reason[0])
            buf_addf(out, ": %s", t->fail[0] ? t->fail : t->reason);
        buf_adds(out, "\n");
        if (t->hint[0])
            buf_addf(out, _("      what to do: %s\n"), t->hint);
        char *log = runner_log_path(runner, i);
        if (log)
            buf_addf(out, _("      log: %s\n"), log);
        free(log);
    }
}

/* The longest that a step took on one host, at its last try; 0: it did not run. */
static uint64_t step_ms(const struct run *run, size_t step)
{
    uint64_t longest = 0;
    for (size_t i = 0; i < run->plan->task_count; i++)
        if (run->plan->tasks[i].step == step && chain_task_ms(run, i) > longest)
            longest = chain_task_ms(run, i);
    return longest;
}

/* Where the time went: the steps that took longest, the longest first. Those that are over at once say nothing. */
static void add_times(struct buf *out, const struct run *run)
{
    size_t longest[LONGEST_MAX], count = 0;
    for (size_t step = 0; step < run->plan->step_count; step++) {
        uint64_t ms = step_ms(run, step);
        size_t at = count;
        while (at > 0 && step_ms(run, longest[at - 1]) < ms)
            at--;
        if (ms < LONG_MS || at == LONGEST_MAX)
            continue;
        count += count < LONGEST_MAX;
        memmove(longest + at + 1, longest + at, (count - at - 1) * sizeof *longest);
        longest[at] = step;
    }
    for (size_t i = 0; i < count; i++) {
        char took[16];
        format_duration(step_ms(run, longest[i]), took, sizeof took);
        buf_addf(out, "%s%s %s", i ? ", " : _("  Time        "), run->plan->steps[longest[i]].id, took);
    }
    if (count)
        buf_adds(out, "\n");
}

/* What the others waited for, one after the other, against the time of the whole run: by this it could be made shorter. */
static void add_chain(struct buf *out, const struct run *run)
{
    struct chain chain;
    size_t count = 0;
    char took[16], whole[16];
    chain_find(run, &chain);
    for (size_t i = 0; i < chain.count; i++) {
        uint64_t ms = chain_task_ms(run, chain.tasks[i]);
        if (ms < LONG_MS)
            continue;
        if (!count++) {
            format_duration(chain.ms, took, sizeof took);
            format_duration(run->ended_ms - run->started_ms, whole, sizeof whole);
            buf_addf(out, _("  Chain       %s of %s: "), took, whole);
        }
        format_duration(ms, took, sizeof took);
        buf_addf(out, "%s%s %s (%s)", count > 1 ? ", " : "", step_id(run, chain.tasks[i]), took, host_name(run, chain.tasks[i]));
    }
    if (count)
        buf_adds(out, "\n");
    chain_done(&chain);
}

/* Who waits, and for what: a few lines, since one failure may hold up many. */
static void add_waiting(struct buf *out, const struct run *run)
{
    size_t shown = 0, count = 0;
    for (size_t i = 0; i < run->plan->task_count; i++) {
        const struct run_task *t = &run->tasks[i];
        if (t->state != TASK_PENDING || !t->reason[0] || ++count > WAITING_MAX)
            continue;
        buf_addf(out, "  . %s, %s: %s\n", host_name(run, i), step_id(run, i), t->reason);
        shown++;
    }
    if (count > shown)
        buf_addf(out, ngettext("  . and %zu more that waits\n", "  . and %zu more that wait\n", count - shown), count - shown);
}

static void add_next(struct buf *out, const struct run *run, const struct rundir *dir, const struct runner *runner,
                     int exit_status, const struct summary_extra *extra)
{
    buf_adds(out, _("\nNext\n"));
    if (extra->kubectl) {
        buf_adds(out, extra->kubectl);
    } else if (exit_status == 0 && extra->kubeconfig) {
        buf_addf(out, "  kubectl --kubeconfig %s get nodes\n", extra->kubeconfig);
        if (strncmp(extra->kubeconfig, dir->path, strlen(dir->path)) == 0)
            buf_addf(out, _("  kwiz kubeconfig merge %s    makes kubectl know the cluster\n"), dir->id);
    }
    if (exit_status == 0 && extra->answers_file && strcmp(run->plan->action, "install") == 0)
        buf_addf(out, _("  kwiz reset %s    takes everything back\n"), extra->answers_file);
    if (exit_status != 0 && runner_is_resumable(runner))
        buf_addf(out, _("  kwiz resume %s    goes on where this run is\n"), dir->id);
    buf_addf(out, _("  kwiz runs log %s    shows what the steps printed\n"), dir->id);
    if (exit_status != 0)
        buf_addf(out, _("  kwiz runs report %s    packs it all, without secrets, for a bug report\n"), dir->id);
}

/* Not what steps publish for each other only. */
static bool is_shown(const struct plan *plan, const char *key)
{
    for (size_t i = 0; i < plan->step_count; i++)
        if (!plan->steps[i].results_for_steps && strv_has(&plan->steps[i].results, key))
            return true;
    return false;
}

char *summary_text(const struct run *run, const struct rundir *dir, const struct runner *runner, int exit_status,
                   const struct summary_extra *extra)
{
    struct buf out;
    char took[16];
    buf_init(&out, SUMMARY_MAX_BYTES);
    format_duration(run->ended_ms > run->started_ms ? run->ended_ms - run->started_ms : 0, took, sizeof took);
    buf_addf(&out, "%s %s", run->plan->spell, run->plan->action);
    if (run->plan->cluster)
        buf_addf(&out, ", %s", run->plan->cluster);
    buf_addf(&out, exit_status == 0 ? _(": done in %s\n") : _(": not done, after %s\n"), took);
    buf_adds(&out, _("  Tasks       "));
    add_counts(&out, run);
    add_times(&out, run);
    add_chain(&out, run);
    if (exit_status == 0 && run->counts[TASK_UNCHANGED] == run->plan->task_count)
        buf_adds(&out, _("  Everything was already as it should be; nothing was changed.\n"));
    if (exit_status != 0)
        add_failures(&out, run, runner);
    if (exit_status != 0)
        add_waiting(&out, run);
    for (size_t host = 0; host < run->plan->host_count; host++) /* not as they happened to arrive */
        for (size_t i = 0; i < run->result_count; i++)
            if (run->results[i].host == host && is_shown(run->plan, run->results[i].key))
                buf_addf(&out, "  %-11s %s (%s)\n", run->results[i].key, run->results[i].value, run->plan->hosts[host].host.name);
    if (extra->kubeconfig)
        buf_addf(&out, _("  kubeconfig  %s\n"), extra->kubeconfig);
    if (extra->kubeconfig_note)
        buf_adds(&out, extra->kubeconfig_note);
    if (extra->page)
        buf_addf(&out, _("  sample page %s\n"), extra->page);
    buf_addf(&out, _("  run's folder %s\n"), dir->path);
    add_next(&out, run, dir, runner, exit_status, extra);
    return buf_take(&out);
}

static void set_or_null(json_t *o, const char *key, const char *text)
{
    json_object_set_new(o, key, text ? json_string(text) : json_null());
}

/* The longest chain: its steps and hosts in order, and how long they took together. */
static json_t *chain_json(const struct run *run)
{
    struct chain chain;
    json_t *tasks = json_array();
    chain_find(run, &chain);
    for (size_t i = 0; i < chain.count; i++)
        json_array_append_new(tasks, json_pack("{s:s,s:s}", "host", host_name(run, chain.tasks[i]), "step", step_id(run, chain.tasks[i])));
    json_t *o = json_pack("{s:I,s:o}", "took_ms", (json_int_t)chain.ms, "tasks", tasks);
    chain_done(&chain);
    return o;
}

bool summary_save(const struct run *run, const struct rundir *dir, const char *text, int exit_status,
                  const struct summary_extra *extra, struct err *err)
{
    json_t *o = json_object(), *tasks = json_array(), *results = json_array();
    set_or_null(o, "run", dir->id);
    set_or_null(o, "cluster", run->plan->cluster);
    set_or_null(o, "action", run->plan->action);
    json_object_set_new(o, "exit_status", json_integer(exit_status));
    json_object_set_new(o, "started_ms", json_integer((json_int_t)run->started_ms));
    json_object_set_new(o, "ended_ms", json_integer((json_int_t)run->ended_ms));
    set_or_null(o, "kubeconfig", extra->kubeconfig);
    set_or_null(o, "sample_page", extra->page);
    for (size_t i = 0; i < run->plan->task_count; i++) {
        const struct run_task *t = &run->tasks[i];
        json_array_append_new(tasks, json_pack("{s:s,s:s,s:s,s:i,s:s,s:I}", "host", host_name(run, i), "step", step_id(run, i),
                                               "state", task_state_name(t->state), "status", t->status, "how", t->how, "took_ms",
                                               (json_int_t)(t->ended_ms > t->started_ms ? t->ended_ms - t->started_ms : 0)));
    }
    json_object_set_new(o, "tasks", tasks);
    for (size_t i = 0; i < run->result_count; i++)
        json_array_append_new(results, json_pack("{s:s,s:s,s:s}", "host",
                                                 run->plan->hosts[run->results[i].host].host.name, "key",
                                                 run->results[i].key, "value", run->results[i].value));
    json_object_set_new(o, "results", results);
    json_object_set_new(o, "chain", chain_json(run));
    char *json = json_dumps(o, JSON_INDENT(2));
    char *json_path = rundir_path(dir, "summary.json"), *text_path = rundir_path(dir, "summary.txt");
    bool ok = file_write(text_path, text, strlen(text), 0600, err) && file_write(json_path, json, strlen(json), 0600, err);
    free(json_path);
    free(text_path);
    free(json);
    json_decref(o);
    return ok;
}
