#include "model/run.h"

#include <stdlib.h>

#include "base/mem.h"

const char *task_state_name(enum task_state state)
{
    static const char *const names[TASK_STATE_COUNT] = {"pending", "running", "ok",   "unchanged", "warned",
                                                        "failed",  "skipped", "lost", "cancelled", "asks"};
    return names[state];
}

const char *host_state_name(enum host_state state)
{
    static const char *const names[] = {"away", "connecting", "up", "lost", "rebooting", "failed", "done"};
    return names[state];
}

bool task_state_is_done(enum task_state state)
{
    return state == TASK_OK || state == TASK_UNCHANGED || state == TASK_WARNED || state == TASK_SKIPPED;
}

bool task_state_is_final(enum task_state state)
{
    return task_state_is_done(state) || state == TASK_FAILED || state == TASK_CANCELLED;
}

struct run *run_new(const struct plan *plan)
{
    struct run *run = mem_new(1, sizeof *run);
    run->plan = plan;
    run->tasks = mem_new(plan->task_count, sizeof *run->tasks);
    run->hosts = mem_new(plan->host_count, sizeof *run->hosts);
    size_t kind = plan->task_count * RUN_TEXT_MAX;
    run->texts = mem_new(kind ? 5 : 1, kind ? kind : 1);
    for (size_t i = 0; i < plan->task_count; i++) {
        struct run_task *t = &run->tasks[i];
        char *text = run->texts + i * RUN_TEXT_MAX;
        t->percent = -1;
        t->progress = text;
        t->fail = text + kind;
        t->hint = text + 2 * kind;
        t->warning = text + 3 * kind;
        t->reason = text + 4 * kind;
    }
    run->counts[TASK_PENDING] = plan->task_count;
    return run;
}

void run_free(struct run **run)
{
    if (!*run)
        return;
    for (size_t i = 0; i < (*run)->result_count; i++) {
        free((*run)->results[i].key);
        free((*run)->results[i].value);
    }
    free((*run)->results);
    free((*run)->tasks);
    free((*run)->texts);
    free((*run)->hosts);
    free(*run);
    *run = NULL;
}
