#include "model/plan.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"

void plan_download_done(struct plan_download *download)
{
    free(download->what);
    free(download->shown);
    free(download->from);
}

static void step_done(struct plan_step *step)
{
    free(step->id);
    free(step->title);
    free(step->shown);
    free(step->script);
    free(step->check);
    free(step->script_path);
    free(step->check_path);
    strv_done(&step->results);
    strv_done(&step->mints);
    strv_done(&step->reads);
    for (size_t i = 0; i < step->download_count; i++)
        plan_download_done(&step->downloads[i]);
    free(step->downloads);
}

void plan_free(struct plan **plan)
{
    struct plan *p = *plan;
    if (!p)
        return;
    for (size_t i = 0; i < p->step_count; i++)
        step_done(&p->steps[i]);
    for (size_t i = 0; i < p->host_count; i++) {
        host_done(&p->hosts[i].host);
        for (size_t j = 0; j < p->hosts[i].variable_count; j++) {
            free(p->hosts[i].variables[j].name);
            free(p->hosts[i].variables[j].value);
        }
        free(p->hosts[i].variables);
    }
    for (size_t i = 0; i < p->task_count; i++)
        free(p->tasks[i].needs);
    for (size_t i = 0; i < p->gap_count; i++) {
        free(p->gaps[i].step);
        free(p->gaps[i].for_step);
        strv_done(&p->gaps[i].lacks);
    }
    strv_done(&p->before);
    strv_done(&p->limit);
    strv_done(&p->only);
    free(p->gaps);
    free(p->steps);
    free(p->hosts);
    free(p->tasks);
    free(p->spell);
    free(p->spell_version);
    free(p->spell_digest);
    free(p->topology);
    free(p->cluster);
    free(p->action);
    free(p);
    *plan = NULL;
}

const char *plan_target_word(enum plan_target target)
{
    static const char *const words[] = {"", "new", "leaving", "lost", "target"};
    return words[target];
}

const char *plan_host_note(const struct plan_host *host)
{
    switch (host->target) {
    case TARGET_NEW:
        return _(" (new)");
    case TARGET_LEAVING:
        return _(" (leaves)");
    case TARGET_LOST:
        return _(" (lost)");
    case TARGET_SOME:
    case TARGET_NOT:
        break;
    }
    return host->is_left_out ? _(" (not selected)") : "";
}

const char *plan_step_shown(const struct plan_step *step)
{
    const char *text = step->shown ? step->shown : step->title;
    return text ? text : "";
}

char *plan_script_sent(const struct plan_step *step, const char *script)
{
    return mem_printf("KWIZ_STEP=%s; export KWIZ_STEP\n%s", step->id, script); /* ids are [a-z0-9-] */
}

size_t plan_provider(const struct plan *plan, size_t reader, const char *key)
{
    size_t found = PLAN_NO_TASK;
    for (size_t task = 0; task < reader; task++) {
        if (!strv_has(&plan->steps[plan->tasks[task].step].mints, key))
            continue;
        if (plan->tasks[task].host == plan->tasks[reader].host)
            return task;
        if (found == PLAN_NO_TASK)
            found = task;
    }
    return found;
}

const char *plan_download_from(const struct plan_download *download)
{
    return download->from ? download->from : _("the host's own package sources");
}
