#include "engine_plan.h"

#include <stdlib.h>

#include "base/mem.h"

void plan_need(struct plan *plan, size_t task, size_t other)
{
    struct plan_task *to = &plan->tasks[task];
    to->needs = mem_grow(to->needs, to->need_count + 1, sizeof *to->needs);
    to->needs[to->need_count++] = other;
}

static void fill_step(struct plan_step *step, const struct step_spec *spec)
{
    step->id = mem_strdup(spec->id);
    step->title = mem_strdup(spec->id);
    step->script = mem_strdup("true\n");
    step->script_path = mem_strdup("steps/x.sh");
    step->check = spec->check ? mem_strdup(spec->check) : NULL;
    step->check_path = spec->check ? mem_strdup("steps/x.check.sh") : NULL;
    step->timeout_ms = spec->timeout_ms ? spec->timeout_ms : 60000;
    step->serial = spec->serial;
    step->optional = spec->optional;
    step->becomes_root = true;
    step->rerun = spec->rerun;
    step->retries = spec->retries;
    step->retry_delay_ms = spec->retry_delay_ms;
    if (spec->result)
        strv_add(&step->results, spec->result);
    if (spec->mint)
        strv_add(&step->mints, spec->mint);
    if (spec->read)
        strv_add(&step->reads, spec->read);
}

struct plan *plan_build(size_t hosts, const struct step_spec *steps, size_t step_count)
{
    struct plan *plan = mem_new(1, sizeof *plan);
    plan->spell = mem_strdup("test");
    plan->spell_version = mem_strdup("1");
    plan->spell_digest = mem_strdup("sha256:0");
    plan->topology = mem_strdup("test");
    plan->cluster = mem_strdup("test");
    plan->action = mem_strdup("install");
    plan->hosts = mem_new(hosts, sizeof *plan->hosts);
    plan->host_count = hosts;
    for (size_t i = 0; i < hosts; i++) {
        plan->hosts[i].host.name = mem_printf("h%zu", i);
        plan->hosts[i].host.address = mem_strdup("local");
    }
    plan->steps = mem_new(step_count, sizeof *plan->steps);
    plan->step_count = step_count;
    plan->tasks = mem_new(step_count * hosts, sizeof *plan->tasks);
    plan->task_count = step_count * hosts;
    for (size_t s = 0; s < step_count; s++) {
        fill_step(&plan->steps[s], &steps[s]);
        for (size_t h = 0; h < hosts; h++) {
            plan->tasks[s * hosts + h].step = s;
            plan->tasks[s * hosts + h].host = h;
            if (s)
                plan_need(plan, s * hosts + h, (s - 1) * hosts + h);
        }
    }
    return plan;
}
