/* Secrets in playbooks: who is asked for them, and from which host each reader gets them. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/ansible_parts.h"

char *ansible_answer(const struct plan_step *step)
{
    return ansible_name("kwiz_step_", step->id);
}

char *ansible_told(const char *variable)
{
    return mem_printf("(%s.stdout_lines | default(['{}']) | last | from_json)", variable);
}

char *ansible_secret_name(const char *key)
{
    return mem_printf("kwiz_secret_%s", key);
}

void ansible_asked(const struct ansible_source *source, const struct plan *plan, struct strv *keys)
{
    for (size_t t = 0; t < plan->task_count; t++) {
        const struct strv *reads = &plan->steps[plan->tasks[t].step].reads;
        for (size_t i = 0; i < reads->count; i++)
            if (plan_provider(plan, t, reads->items[i]) == PLAN_NO_TASK && answers_has_secret(source->answers, reads->items[i]) &&
                !strv_has(keys, reads->items[i]))
                strv_add(keys, reads->items[i]);
    }
}

bool ansible_is_forced(const struct plan *plan, size_t step)
{
    const struct strv *mints = &plan->steps[step].mints;
    for (size_t t = 0; t < plan->task_count; t++)
        for (size_t i = 0; i < mints->count && plan->tasks[t].step > step; i++)
            if (strv_has(&plan->steps[plan->tasks[t].step].reads, mints->items[i]))
                return true;
    return false;
}

/* The host whose secret each reader gets: one name for all, or looked up by the reader's. */
static char *provider_host(const struct ansible_play *play, const char *key, size_t *provider)
{
    const struct plan *plan = play->plan;
    struct buf map;
    const char *only = NULL;
    bool is_one = true;
    *provider = PLAN_NO_TASK;
    buf_init(&map, (size_t)1 << 20);
    for (size_t t = 0; t < plan->task_count; t++) {
        if (plan->tasks[t].step != play->step)
            continue;
        size_t from = plan_provider(plan, t, key);
        if (from == PLAN_NO_TASK)
            continue;
        const char *name = plan->hosts[plan->tasks[from].host].host.name;
        is_one = is_one && (!only || strcmp(only, name) == 0);
        only = name;
        *provider = from;
        buf_addf(&map, "%s'%s': '%s'", map.len ? ", " : "", plan->hosts[plan->tasks[t].host].host.name, name);
    }
    char *text = is_one ? mem_printf("'%s'", only ? only : "") : mem_printf("{%s}[inventory_hostname]", buf_text(&map));
    buf_done(&map);
    return text;
}

struct yaml_node *ansible_secrets(const struct ansible_play *play)
{
    const struct strv *reads = &play->plan->steps[play->step].reads;
    struct yaml_node *map = yaml_new_mapping();
    for (size_t i = 0; i < reads->count; i++) {
        size_t provider;
        char *host = provider_host(play, reads->items[i], &provider), *text = NULL;
        if (provider != PLAN_NO_TASK) {
            char *answer = ansible_answer(&play->plan->steps[play->plan->tasks[provider].step]);
            char *variable = mem_printf("hostvars[%s].%s", host, answer), *json = ansible_told(variable);
            text = mem_printf("{{ %s.secrets['%s'] | default('') if hostvars[%s].%s is defined else '' }}", json, reads->items[i], host, answer);
            free(answer);
            free(variable);
            free(json);
        } else if (answers_has_secret(play->source->answers, reads->items[i])) {
            char *name = ansible_secret_name(reads->items[i]);
            text = mem_printf("{{ %s | string | b64encode }}", name);
            free(name);
        }
        if (text)
            yaml_put_owned(map, reads->items[i], text);
        free(host);
    }
    return map;
}
