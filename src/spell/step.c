/* Steps. */
#include "spell/spell_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/download.h"
#include "spell/mend.h"
#include "spell/read.h"
#include "spell/value.h"

#define HOUR_MS ((uint64_t)3600 * 1000)

static void read_need(const struct yaml_reader *reader, const struct yaml_node *node, struct step *step)
{
    static const char *const keys[] = {"step", "hosts"}, *const hosts[] = {"all", "same"};
    struct step_need need = {.index = (size_t)-1, .line = node->line, .column = node->column};
    const char *text = NULL;
    if (node->kind == YAML_SCALAR) {
        if (!yaml_string(reader, node, "needs", &text))
            return;
    } else {
        if (!yaml_check_keys(reader, node, "needs", keys, 2))
            return;
        const struct yaml_node *id = yaml_need(reader, node, "step"), *which = yaml_get(node, "hosts");
        const char *word = NULL;
        if (!id || !yaml_string(reader, id, "step", &text))
            return;
        need.line = id->line;
        need.column = id->column;
        if (which && yaml_string(reader, which, "hosts", &word)) {
            need.on_all_hosts = strcmp(word, "all") == 0;
            if (!need.on_all_hosts && strcmp(word, "same") != 0)
                read_unknown(reader, which, "hosts", word, hosts, 2);
        }
    }
    if (strcmp(text, ACTION_UNDO) == 0 && !step->needs_undo) {
        step->needs_undo = true;
        return;
    }
    bool is_twice = strcmp(text, ACTION_UNDO) == 0;
    for (size_t i = 0; i < step->need_count && !is_twice; i++)
        is_twice = strcmp(step->needs[i].step, text) == 0;
    if (is_twice) {
        yaml_error(reader, node, _("needs: \"%s\" stands here twice"), text);
        return;
    }
    need.step = mem_strdup(text);
    step->needs = mem_grow(step->needs, step->need_count + 1, sizeof need);
    step->needs[step->need_count++] = need;
}

static void read_retry(const struct yaml_reader *reader, const struct yaml_node *map, struct step *step)
{
    static const char *const keys[] = {"times", "delay"};
    const struct yaml_node *node = yaml_get(map, "retry");
    int64_t times = 0;
    if (!node || !yaml_check_keys(reader, node, "retry", keys, 2))
        return;
    const struct yaml_node *count = yaml_need(reader, node, "times"), *delay = yaml_get(node, "delay");
    if (count && yaml_integer(reader, count, "times", 1, 100, &times))
        step->retries = (unsigned)times;
    step->retry_delay_ms = 5000;
    if (delay)
        yaml_duration_ms(reader, delay, "delay", HOUR_MS, &step->retry_delay_ms);
}

/* A list of names that must all pass is_valid. */
static void read_names(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, bool (*is_valid)(const char *),
                       struct strv *list)
{
    const struct yaml_node *node = yaml_get(map, key);
    if (!node || !yaml_strings(reader, node, key, list))
        return;
    for (size_t i = 0; i < list->count; i++)
        if (!is_valid(list->items[i]))
            yaml_error(reader, node->items[i], _("%s: expected a name of small letters and digits, found \"%s\""), key,
                       list->items[i]);
}

static void read_actions(const struct yaml_reader *reader, const struct yaml_node *map, struct step *step)
{
    read_names(reader, map, "actions", value_is_id, &step->actions);
    const struct yaml_node *node = yaml_get(map, "actions");
    for (size_t i = 0; i < step->actions.count; i++)
        if (strcmp(step->actions.items[i], "reset") == 0)
            yaml_error(reader, node->items[i], _("actions: reset is made of the undo scripts; no step can be part of it by name"));
    if (!node)
        strv_add(&step->actions, "install");
    else if (node->kind == YAML_SEQUENCE && !node->count)
        yaml_error(reader, node, _("actions: expected at least one, found none; such a step would never run"));
}

static void read_flow(const struct yaml_reader *reader, const struct yaml_node *node, struct step *step)
{
    static const char *const reruns[] = {"safe", "ask"};
    const struct yaml_node *timeout = yaml_get(node, "timeout"), *serial = yaml_get(node, "serial"),
                           *rerun = yaml_get(node, "rerun");
    int64_t n = 0;
    const char *text = NULL;
    step->timeout_ms = HOUR_MS / 6;
    if (timeout && yaml_duration_ms(reader, timeout, "timeout", 24 * HOUR_MS, &step->timeout_ms) && !step->timeout_ms)
        yaml_error(reader, timeout, _("timeout: expected more than nothing, found %s"), timeout->text);
    if (serial && yaml_integer(reader, serial, "serial", 1, 1000, &n))
        step->serial = (unsigned)n;
    yaml_get_boolean(reader, node, "optional", &step->is_optional);
    step->becomes_root = true;
    yaml_get_boolean(reader, node, "become", &step->becomes_root);
    step->rerun = RERUN_ASK;
    step->says_rerun = rerun != NULL;
    if (rerun && yaml_string(reader, rerun, "rerun", &text)) {
        step->rerun = strcmp(text, "safe") == 0 ? RERUN_SAFE : RERUN_ASK;
        if (step->rerun == RERUN_ASK && strcmp(text, "ask") != 0)
            read_unknown(reader, rerun, "rerun", text, reruns, 2);
    }
    read_retry(reader, node, step);
}

static void read_results(const struct yaml_reader *reader, const struct yaml_node *map, struct step *step)
{
    static const char *const readers[] = {"all", "steps"};
    const struct yaml_node *node = yaml_get(map, "results_for");
    const char *text = NULL;
    read_names(reader, map, "results", value_is_key, &step->results);
    if (!node || !yaml_string(reader, node, "results_for", &text))
        return;
    step->results_for_steps = strcmp(text, "steps") == 0;
    if (!step->results_for_steps && strcmp(text, "all") != 0)
        read_unknown(reader, node, "results_for", text, readers, 2);
    if (!step->results.count)
        yaml_error(reader, node, _("results_for: the step has no results; declare them, or take this out"));
}

static void read_step(const struct yaml_reader *reader, const struct yaml_node *node, const struct spell *spell,
                      const struct buf *prologue, struct step *step)
{
    static const char *const keys[] = {"id",     "title",    "on",    "when",  "needs",   "run",   "check", "undo",  "timeout",
                                       "serial", "optional", "retry", "rerun", "become", "results", "results_for", "mints", "reads", "actions", "downloads"};
    *step = (struct step){.line = node->line, .column = node->column};
    step->id = mem_strdup("");
    step->title = mem_strdup("");
    if (!yaml_check_keys(reader, node, _("a step"), keys, sizeof keys / sizeof *keys))
        return;
    if (read_name(reader, node, "id", value_is_id, _("small letters, digits and -, at most 40"), &step->id) &&
        spell_step(spell, step->id))
        yaml_error(reader, yaml_get(node, "id"), _("id: the step \"%s\" stands here twice; the first is on line %u"), step->id,
                   spell_step(spell, step->id)->line);
    read_needed_string(reader, node, "title", &step->title);
    yaml_need(reader, node, "on");
    step->on = read_cond(reader, node, "on");
    step->when = read_cond(reader, node, "when");
    const struct yaml_node *needs = yaml_get(node, "needs");
    if (needs && yaml_is_sequence(reader, needs, "needs"))
        for (size_t i = 0; i < needs->count; i++)
            read_need(reader, needs->items[i], step);
    yaml_need(reader, node, "run");
    script_read(reader, node, "run", spell, prologue, &step->run);
    script_read(reader, node, "check", spell, prologue, &step->check);
    script_read(reader, node, "undo", spell, prologue, &step->undo);
    read_flow(reader, node, step);
    read_results(reader, node, step);
    read_names(reader, node, "mints", value_is_key, &step->mints);
    read_names(reader, node, "reads", value_is_key, &step->reads);
    read_actions(reader, node, step);
    downloads_read(reader, node, step);
}

/* Requirements are read before the library is; the scripts that mend them have it before them as steps' do. */
static void read_mends(const struct yaml_reader *reader, const struct yaml_node *list, struct spell *spell, const struct buf *prologue)
{
    for (size_t i = 0; i < spell->requirement_count; i++)
        mend_read(reader, list->items[i], spell, prologue, &spell->requirements[i]);
}

void steps_read(const struct yaml_reader *reader, const struct yaml_node *map, struct spell *spell)
{
    struct buf prologue;
    library_read(reader, map, spell, &prologue);
    read_mends(reader, yaml_get(map, "requirements"), spell, &prologue);
    const struct yaml_node *node = yaml_need(reader, map, "steps");
    if (node && yaml_is_sequence(reader, node, "steps")) {
        if (!node->count)
            yaml_error(reader, node, _("steps: expected at least one, found none"));
        if (node->count > SPELL_STEPS_MAX)
            yaml_error(reader, node, _("steps: expected at most %d, found %zu"), SPELL_STEPS_MAX, node->count);
        for (size_t i = 0; i < node->count && i < SPELL_STEPS_MAX; i++) {
            struct step step;
            read_step(reader, node->items[i], spell, &prologue, &step);
            spell->steps = mem_grow(spell->steps, spell->step_count + 1, sizeof step);
            spell->steps[spell->step_count++] = step;
        }
    }
    buf_done(&prologue);
}

static void script_done(struct script *script)
{
    free(script->path);
    free(script->text);
}

void step_done(struct step *step)
{
    free(step->id);
    free(step->title);
    cond_free(&step->on);
    cond_free(&step->when);
    for (size_t i = 0; i < step->need_count; i++)
        free(step->needs[i].step);
    free(step->needs);
    for (size_t i = 0; i < step->download_count; i++)
        download_done(&step->downloads[i]);
    free(step->downloads);
    script_done(&step->run);
    script_done(&step->check);
    script_done(&step->undo);
    strv_done(&step->results);
    strv_done(&step->mints);
    strv_done(&step->reads);
    strv_done(&step->actions);
}
