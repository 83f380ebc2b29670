/* Playbooks: a play a step, in the plan's order, in which every step stands behind those it needs. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/ansible_parts.h"
#include "spell/inventory.h"

static struct yaml_node *strings(const struct strv *list)
{
    struct yaml_node *sequence = yaml_new_sequence();
    for (size_t i = 0; i < list->count; i++)
        yaml_append(sequence, yaml_new_string(list->items[i]));
    return sequence;
}

/* --- which hosts --- */

static bool *hosts_of(const struct plan *plan, size_t step)
{
    bool *is_in = mem_new(plan->host_count, sizeof *is_in);
    for (size_t t = 0; t < plan->task_count; t++)
        if (plan->tasks[t].step == step)
            is_in[plan->tasks[t].host] = true;
    return is_in;
}

/* Does anything on another host come after it, directly or not? Ansible takes a host that failed out of what follows, and goes on with the others; so
 * where others need it, all must stop. */
static bool is_needed_elsewhere(const struct plan *plan, size_t step)
{
    bool *is_needed = mem_new(plan->task_count, sizeof *is_needed), found = false;
    for (size_t t = plan->task_count; t-- > 0;) {
        const struct plan_task *task = &plan->tasks[t];
        for (size_t i = 0; i < task->need_count; i++)
            if (is_needed[t] || plan->tasks[task->needs[i]].host != task->host)
                is_needed[task->needs[i]] = true;
        found = found || (task->step == step && is_needed[t]);
    }
    free(is_needed);
    return found;
}

/* Hosts on which this step, or one before it, may have published results. */
static struct yaml_node *publishers(const struct plan *plan, size_t step)
{
    struct yaml_node *names = yaml_new_sequence();
    bool *is_one = mem_new(plan->host_count, sizeof *is_one);
    for (size_t t = 0; t < plan->task_count && plan->tasks[t].step <= step; t++)
        if (plan->steps[plan->tasks[t].step].results.count)
            is_one[plan->tasks[t].host] = true;
    for (size_t h = 0; h < plan->host_count; h++)
        if (is_one[h])
            yaml_append(names, yaml_new_string(plan->hosts[h].host.name));
    free(is_one);
    return names;
}

/* --- plays --- */

/* Ansible evaluates names of plays twice, so a play is called as its step's id, and the task has the title. */
static struct yaml_node *play_new(const char *name, struct yaml_node *hosts)
{
    struct yaml_node *map = yaml_new_mapping();
    yaml_put_string(map, "name", name);
    yaml_put(map, "hosts", hosts);
    yaml_put(map, "gather_facts", yaml_new_boolean(false));
    return map;
}

static void put_tag(struct yaml_node *map, const char *tag)
{
    struct strv tags = {0};
    strv_add(&tags, tag);
    yaml_put(map, "tags", strings(&tags));
    strv_done(&tags);
}

static struct yaml_node *variables(const struct ansible_play *play)
{
    const struct plan_step *step = &play->plan->steps[play->step];
    struct yaml_node *map = yaml_new_mapping(), *files = yaml_new_mapping();
    yaml_put_string(map, "kwiz_step", step->id);
    yaml_put(map, "kwiz_limit", yaml_new_number((step->timeout_ms + 999) / 1000));
    yaml_put_string(map, "kwiz_become", step->becomes_root ? "root" : "self");
    yaml_put_owned(files, "run", mem_printf("%s/%s.sh", play->scripts, step->id));
    if (step->check && !ansible_is_forced(play->plan, play->step))
        yaml_put_owned(files, "check", mem_printf("%s/%s.check.sh", play->scripts, step->id));
    yaml_put(map, "kwiz_scripts", files);
    yaml_put(map, "kwiz_results_told", strings(&step->results));
    yaml_put(map, "kwiz_secrets_told", strings(&step->mints));
    yaml_put(map, "kwiz_publishers", publishers(play->plan, play->step));
    yaml_put(map, "kwiz_secrets", ansible_secrets(play));
    if (play->plan != play->source->install)
        yaml_put_owned(map, "kwiz_common", ansible_common(play->source, play->plan));
    return map;
}

/* Words that are no names of tags to Ansible. */
static bool is_tag(const char *id)
{
    return strcmp(id, "always") != 0 && strcmp(id, "never") != 0 && strcmp(id, "all") != 0 && strcmp(id, "tagged") != 0 && strcmp(id, "untagged") != 0;
}

static struct yaml_node *step_play(const struct ansible_source *source, const struct plan *plan, size_t index, const char *scripts)
{
    const struct plan_step *step = &plan->steps[index];
    struct ansible_play play = {.source = source, .plan = plan, .step = index, .scripts = scripts, .answer = ansible_answer(step), .tasks = yaml_new_sequence()};
    bool *is_in = hosts_of(plan, index);
    struct yaml_node *map = play_new(step->id, ansible_pattern(plan, is_in));
    free(is_in);
    yaml_put(map, "become", yaml_new_boolean(step->becomes_root));
    if (step->serial)
        yaml_put(map, "serial", yaml_new_number(step->serial));
    if (is_needed_elsewhere(plan, index))
        yaml_put(map, "any_errors_fatal", yaml_new_boolean(true));
    if (is_tag(step->id))
        put_tag(map, step->id);
    yaml_put(map, "vars", variables(&play));
    ansible_add_step(&play);
    yaml_put(map, "tasks", play.tasks);
    free(play.answer);
    return map;
}

/* Before anything is changed: are the secrets there that will be wanted? */
static void add_asked(const struct ansible_source *source, const struct plan *plan, struct yaml_node *book)
{
    struct strv keys = {0};
    ansible_asked(source, plan, &keys);
    if (keys.count) {
        struct yaml_node *map = play_new("Look for secrets", yaml_new_string(INVENTORY_ALL_HOSTS));
        struct ansible_play play = {.tasks = yaml_new_sequence()};
        yaml_put(map, "any_errors_fatal", yaml_new_boolean(true));
        put_tag(map, "always");
        for (size_t i = 0; i < keys.count; i++) {
            char *name = ansible_secret_name(keys.items[i]);
            struct yaml_node *task = ansible_add_task(&play, name), *claim = yaml_new_mapping();
            yaml_put_owned(claim, "that", mem_printf("%s is defined", name));
            yaml_put_owned(claim, "fail_msg", mem_printf("the variable %s is wanted; README.md tells how secrets are given", name));
            yaml_put(claim, "quiet", yaml_new_boolean(true));
            yaml_put(task, "ansible.builtin.assert", claim);
            free(name);
        }
        yaml_put(map, "tasks", play.tasks);
        yaml_append(book, map);
    }
    strv_done(&keys);
}

/* What kwiz's helpers kept on hosts goes, for root and for the login user. */
static void add_clearing(const struct plan *plan, bool as_root, struct yaml_node *book)
{
    bool *is_in = mem_new(plan->host_count, sizeof *is_in), is_wanted = false;
    for (size_t t = 0; t < plan->task_count; t++)
        if (plan->steps[plan->tasks[t].step].becomes_root == as_root)
            is_wanted = is_in[plan->tasks[t].host] = true;
    if (is_wanted) {
        struct ansible_play play = {.tasks = yaml_new_sequence()};
        struct yaml_node *map = play_new("Clear up", ansible_pattern(plan, is_in));
        yaml_put(map, "become", yaml_new_boolean(as_root));
        put_tag(map, "always");
        struct yaml_node *task = ansible_add_task(&play, as_root ? "Root's folders of kwiz" : "The user's folders of kwiz");
        yaml_put(task, "ansible.builtin.command", ansible_command("{{ kwiz_clear }}"));
        yaml_put(task, "changed_when", yaml_new_boolean(false));
        yaml_put(task, "check_mode", yaml_new_boolean(false));
        yaml_put(task, "timeout", yaml_new_number(ANSIBLE_MARGIN_S));
        yaml_put(map, "tasks", play.tasks);
        yaml_append(book, map);
    }
    free(is_in);
}

struct yaml_node *ansible_playbook(const struct ansible_source *source, const struct plan *plan, const char *scripts)
{
    struct yaml_node *book = yaml_new_sequence();
    add_asked(source, plan, book);
    for (size_t i = 0; i < plan->step_count; i++)
        yaml_append(book, step_play(source, plan, i, scripts));
    add_clearing(plan, true, book);
    add_clearing(plan, false, book);
    return book;
}
