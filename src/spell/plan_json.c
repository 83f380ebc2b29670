/* A plan as JSON: the same plan is the same bytes. */
#include "spell/plan_make.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void set(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static json_t *list(const struct strv *texts)
{
    json_t *array = json_array();
    for (size_t i = 0; i < texts->count; i++)
        json_array_append_new(array, json_string(texts->items[i]));
    return array;
}

static json_t *digest(const char *text)
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    char hex[2 * EVP_MAX_MD_SIZE + 1] = "";
    if (EVP_Digest(text, strlen(text), sum, &len, EVP_sha256(), NULL) != 1)
        return json_null();
    for (unsigned i = 0; i < len; i++)
        snprintf(hex + 2 * (size_t)i, 3, "%02x", sum[i]);
    char *named = mem_printf("sha256:%s", hex);
    json_t *value = json_string(named);
    free(named);
    return value;
}

static json_t *script_json(const char *path, const char *text)
{
    json_t *object = json_object();
    set(object, "path", json_string(path));
    set(object, "digest", digest(text));
    return object;
}

static json_t *downloads_json(const struct plan_step *step)
{
    json_t *array = json_array();
    for (size_t i = 0; i < step->download_count; i++) {
        json_t *object = json_object();
        set(object, "what", json_string(step->downloads[i].what));
        if (step->downloads[i].from)
            set(object, "from", json_string(step->downloads[i].from));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *step_json(const struct plan_step *step)
{
    json_t *object = json_object();
    set(object, "id", json_string(step->id));
    set(object, "title", json_string(step->title));
    set(object, "script", script_json(step->script_path, step->script));
    if (step->check)
        set(object, "check", script_json(step->check_path, step->check));
    set(object, "timeout_ms", json_integer((json_int_t)step->timeout_ms));
    set(object, "serial", json_integer(step->serial));
    set(object, "optional", json_boolean(step->optional));
    set(object, "become", json_boolean(step->becomes_root));
    set(object, "rerun", json_string(step->rerun == RERUN_SAFE ? "safe" : "ask"));
    set(object, "retries", json_integer(step->retries));
    set(object, "retry_delay_ms", json_integer((json_int_t)step->retry_delay_ms));
    set(object, "results", list(&step->results));
    if (step->results_for_steps)
        set(object, "results_for", json_string("steps"));
    set(object, "mints", list(&step->mints));
    set(object, "reads", list(&step->reads));
    if (step->download_count)
        set(object, "downloads", downloads_json(step));
    return object;
}

static json_t *host_json(const struct plan_host *host)
{
    json_t *object = json_object(), *variables = json_object();
    for (size_t i = 0; i < host->variable_count; i++)
        set(variables, host->variables[i].name, json_string(host->variables[i].value));
    set(object, "name", json_string(host->host.name));
    set(object, "address", json_string(host->host.address));
    set(object, "roles", list(&host->host.roles));
    set(object, "variables", variables);
    if (host->target)
        set(object, "target", json_string(plan_target_word(host->target)));
    if (host->is_left_out)
        set(object, "selected", json_false());
    return object;
}

static void set_narrowing(json_t *root, const struct plan *plan)
{
    json_t *gaps = json_array();
    for (size_t i = 0; i < plan->gap_count; i++) {
        const struct plan_gap *gap = &plan->gaps[i];
        json_t *object = json_object();
        set(object, "step", json_string(gap->step));
        set(object, "host", json_string(plan->hosts[gap->host].host.name));
        set(object, "needed_by_step", json_string(gap->for_step));
        set(object, "needed_by_host", json_string(plan->hosts[gap->for_host].host.name));
        set(object, "lacks", list(&gap->lacks));
        json_array_append_new(gaps, object);
    }
    set(root, "limit", list(&plan->limit));
    set(root, "only", list(&plan->only));
    set(root, "taken_as_done", gaps);
}

char *plan_json(const struct plan *plan)
{
    json_t *root = json_object(), *spell = json_object(), *steps = json_array(), *hosts = json_array(), *tasks = json_array();
    set(spell, "name", json_string(plan->spell));
    set(spell, "version", json_string(plan->spell_version));
    set(spell, "digest", json_string(plan->spell_digest));
    for (size_t i = 0; i < plan->step_count; i++)
        json_array_append_new(steps, step_json(&plan->steps[i]));
    for (size_t i = 0; i < plan->host_count; i++)
        json_array_append_new(hosts, host_json(&plan->hosts[i]));
    for (size_t i = 0; i < plan->task_count; i++) {
        const struct plan_task *task = &plan->tasks[i];
        json_t *object = json_object(), *needs = json_array();
        for (size_t j = 0; j < task->need_count; j++)
            json_array_append_new(needs, json_integer((json_int_t)task->needs[j]));
        set(object, "step", json_string(plan->steps[task->step].id));
        set(object, "host", json_string(plan->hosts[task->host].host.name));
        set(object, "needs", needs);
        json_array_append_new(tasks, object);
    }
    set(root, "plan", json_integer(1));
    set(root, "spell", spell);
    set(root, "topology", json_string(plan->topology));
    set(root, "cluster", json_string(plan->cluster));
    set(root, "action", json_string(plan->action));
    if (plan->before.count)
        set(root, "before", list(&plan->before));
    set(root, "exclusive", json_boolean(plan->exclusive));
    set(root, "steps", steps);
    set(root, "hosts", hosts);
    set(root, "tasks", tasks);
    if (plan->limit.count || plan->only.count)
        set_narrowing(root, plan);
    char *text = json_dumps(root, JSON_INDENT(1)), *out = mem_printf("%s\n", text ? text : "{}");
    free(text);
    json_decref(root);
    return out;
}
