#include "spell/action.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/read.h"
#include "spell/spell.h"
#include "spell/spell_parts.h"
#include "spell/value.h"

#define ACTIONS_MAX 50
#define GUARDS_MAX 20

const struct spell_action *spell_action(const struct spell *spell, const char *name)
{
    for (size_t i = 0; i < spell->action_count; i++)
        if (strcmp(spell->actions[i].name, name) == 0)
            return &spell->actions[i];
    return NULL;
}

bool spell_has_targets(const struct spell *spell, enum action_targets targets)
{
    for (size_t i = 0; i < spell->action_count; i++)
        if (spell->actions[i].targets == targets)
            return true;
    return false;
}

void spell_action_names(const struct spell *spell, struct strv *names)
{
    strv_add(names, ACTION_INSTALL);
    for (size_t i = 0; i < spell->action_count; i++)
        strv_add(names, spell->actions[i].name);
    strv_add(names, ACTION_RESET);
}

static void read_number(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, int64_t max, unsigned *value)
{
    const struct yaml_node *node = yaml_get(map, key);
    int64_t n = 0;
    if (node && yaml_integer(reader, node, key, 1, max, &n))
        *value = (unsigned)n;
}

static void read_guard(const struct yaml_reader *reader, const struct yaml_node *node, struct guard *guard)
{
    static const char *const keys[] = {"role", "min", "majority", "answer", "minors", "message", "hint"};
    *guard = (struct guard){.line = node->line, .column = node->column};
    if (!yaml_check_keys(reader, node, _("a guard"), keys, sizeof keys / sizeof *keys))
        return;
    yaml_get_string(reader, node, "role", &guard->role);
    yaml_get_string(reader, node, "answer", &guard->answer);
    read_number(reader, node, "min", 1000, &guard->min);
    read_number(reader, node, "minors", 100, &guard->minors);
    yaml_get_boolean(reader, node, "majority", &guard->is_majority);
    read_needed_string(reader, node, "message", &guard->message);
    yaml_get_string(reader, node, "hint", &guard->hint);
    bool is_role = yaml_get(node, "role") && (yaml_get(node, "min") || yaml_get(node, "majority")) && !yaml_get(node, "answer") && !yaml_get(node, "minors");
    bool is_answer = yaml_get(node, "answer") && yaml_get(node, "minors") && !yaml_get(node, "role") && !yaml_get(node, "min") && !yaml_get(node, "majority");
    if (!is_role && !is_answer)
        yaml_error(reader, node, _("guards: expected role with min or majority, or answer with minors"));
}

static void read_guards(const struct yaml_reader *reader, const struct yaml_node *map, struct spell_action *action)
{
    const struct yaml_node *node = yaml_get(map, "guards");
    if (!node || !yaml_is_sequence(reader, node, "guards"))
        return;
    if (node->count > GUARDS_MAX)
        yaml_error(reader, node, _("guards: expected at most %d, found %zu"), GUARDS_MAX, node->count);
    size_t count = node->count < GUARDS_MAX ? node->count : GUARDS_MAX;
    action->guards = mem_new(count + 1, sizeof *action->guards);
    for (size_t i = 0; i < count; i++)
        read_guard(reader, node->items[i], &action->guards[action->guard_count++]);
}

static void read_action(const struct yaml_reader *reader, const struct yaml_node *node, const struct spell *spell, struct spell_action *action)
{
    static const char *const keys[] = {"name", "title", "description", "targets", "roles", "changes", "asks", "guards"};
    static const char *const targets[] = {"none", "new", "leaving", "some"}; /* in the order of enum action_targets */
    const char *text = NULL;
    *action = (struct spell_action){.name = mem_strdup(""), .title = mem_strdup(""), .line = node->line, .column = node->column};
    if (!yaml_check_keys(reader, node, _("an action"), keys, sizeof keys / sizeof *keys))
        return;
    if (read_name(reader, node, "name", value_is_id, _("small letters, digits and -, at most 40"), &action->name)) {
        const struct spell_action *other = spell_action(spell, action->name);
        if (strcmp(action->name, ACTION_INSTALL) == 0 || strcmp(action->name, ACTION_RESET) == 0)
            yaml_error(reader, yaml_get(node, "name"), _("name: every spell has \"%s\" already; choose another name"), action->name);
        else if (other)
            yaml_error(reader, yaml_get(node, "name"), _("name: the action \"%s\" stands here twice; the first is on line %u"), action->name, other->line);
    }
    read_needed_string(reader, node, "title", &action->title);
    yaml_get_string(reader, node, "description", &action->description);
    yaml_get_string(reader, node, "asks", &action->asks);
    yaml_get_strings(reader, node, "roles", &action->roles);
    yaml_get_strings(reader, node, "changes", &action->changes);
    const struct yaml_node *which = yaml_get(node, "targets");
    if (which && yaml_string(reader, which, "targets", &text)) {
        size_t i = 0;
        while (i < 4 && strcmp(text, targets[i]) != 0)
            i++;
        if (i < 4)
            action->targets = (enum action_targets)i;
        else
            read_unknown(reader, which, "targets", text, targets, 4);
    }
    if (action->roles.count && action->targets == TARGETS_NONE)
        yaml_error(reader, yaml_get(node, "roles"), _("roles: an action without targets has no use for them"));
    read_guards(reader, node, action);
}

void actions_read(const struct yaml_reader *reader, const struct yaml_node *map, struct spell *spell)
{
    const struct yaml_node *node = yaml_get(map, "actions");
    if (!node || !yaml_is_sequence(reader, node, "actions"))
        return;
    if (node->count > ACTIONS_MAX)
        yaml_error(reader, node, _("actions: expected at most %d, found %zu"), ACTIONS_MAX, node->count);
    for (size_t i = 0; i < node->count && i < ACTIONS_MAX; i++) {
        struct spell_action action;
        read_action(reader, node->items[i], spell, &action);
        spell->actions = mem_grow(spell->actions, spell->action_count + 1, sizeof action);
        spell->actions[spell->action_count++] = action;
    }
}

/* -- what names what -- */

static void check_key(const struct yaml_reader *reader, const struct yaml_node *place, const struct spell *spell, const char *what, const char *key)
{
    const struct question *question = spell_question(spell, key);
    if (question && question->type != QUESTION_PASSWORD)
        return;
    if (question) {
        yaml_error(reader, place, _("%s: \"%s\" is a secret, which no answers file holds"), what, key);
        return;
    }
    const char **keys = mem_new(spell->question_count + 1, sizeof *keys);
    for (size_t i = 0; i < spell->question_count; i++)
        keys[i] = spell->questions[i].key;
    char *nearest = yaml_nearest(key, keys, spell->question_count);
    yaml_error(reader, place, _("%s: there is no question \"%s\"%s"), what, key, nearest);
    free(nearest);
    free(keys);
}

static void check_guard(const struct yaml_reader *reader, const struct yaml_node *node, const struct spell *spell, const struct spell_action *action,
                        const struct guard *guard)
{
    if (guard->role)
        spell_check_role(reader, yaml_get(node, "role"), spell, "role", guard->role);
    if (guard->role && action->targets != TARGETS_LEAVING)
        yaml_error(reader, yaml_get(node, "role"), _("role: only an action with the targets \"leaving\" can take hosts of a role away"));
    if (!guard->answer)
        return;
    const struct question *question = spell_question(spell, guard->answer);
    if (!strv_has(&action->changes, guard->answer))
        yaml_error(reader, yaml_get(node, "answer"), _("answer: \"%s\" is not among what the action changes"), guard->answer);
    else if (question && question->type != QUESTION_VERSION && question->type != QUESTION_CHOICE)
        yaml_error(reader, yaml_get(node, "answer"), _("answer: \"%s\" is of the type %s; only versions can be compared"), guard->answer,
                   question_type_name(question->type));
}

static const struct yaml_node *item(const struct yaml_node *map, const char *key, size_t i)
{
    const struct yaml_node *list = yaml_get(map, key);
    return list && list->kind == YAML_SEQUENCE && i < list->count ? list->items[i] : list;
}

static void check_action(const struct yaml_reader *reader, const struct yaml_node *node, const struct spell *spell, const struct spell_action *action)
{
    bool has_steps = action->targets == TARGETS_NEW || action->targets == TARGETS_LEAVING; /* those of install, and their undo */
    for (size_t i = 0; i < action->roles.count; i++)
        spell_check_role(reader, item(node, "roles", i), spell, "roles", action->roles.items[i]);
    for (size_t i = 0; i < action->changes.count; i++)
        check_key(reader, item(node, "changes", i), spell, "changes", action->changes.items[i]);
    for (size_t i = 0; i < action->guard_count; i++)
        check_guard(reader, item(node, "guards", i), spell, action, &action->guards[i]);
    for (size_t i = 0; i < spell->step_count; i++)
        has_steps |= strv_has(&spell->steps[i].actions, action->name);
    if (!has_steps && *action->name)
        yaml_error(reader, node, _("the action \"%s\" has no steps; write actions: [%s] at those that are part of it"), action->name, action->name);
}

static void check_step(const struct yaml_reader *reader, const struct yaml_node *node, const struct spell *spell, const struct step *step)
{
    bool leaves = false;
    for (size_t i = 0; i < step->actions.count; i++) {
        const char *name = step->actions.items[i];
        const struct spell_action *action = spell_action(spell, name);
        leaves |= action && action->targets == TARGETS_LEAVING;
        if (action || strcmp(name, ACTION_INSTALL) == 0 || strcmp(name, ACTION_RESET) == 0)
            continue;
        struct strv names = {0};
        spell_action_names(spell, &names);
        char *nearest = yaml_nearest(name, (const char *const *)names.items, names.count);
        yaml_error(reader, item(node, "actions", i), _("actions: the spell declares no action \"%s\"%s"), name, nearest);
        free(nearest);
        strv_done(&names);
    }
    if (step->needs_undo && !leaves)
        yaml_error(reader, yaml_get(node, "needs"), _("needs: \"undo\" means what takes leaving hosts back, but no action of this step has the targets \"leaving\""));
    if (strcmp(step->id, ACTION_UNDO) == 0 || strncmp(step->id, ACTION_UNDO_PREFIX, strlen(ACTION_UNDO_PREFIX)) == 0)
        yaml_error(reader, yaml_get(node, "id"), _("id: \"undo\", and what begins with \"undo-\", means something else; choose another"));
}

void actions_check(const struct yaml_reader *reader, const struct yaml_node *root, const struct spell *spell)
{
    for (size_t i = 0; i < spell->action_count; i++)
        check_action(reader, item(root, "actions", i), spell, &spell->actions[i]);
    for (size_t i = 0; i < spell->step_count; i++)
        check_step(reader, item(root, "steps", i), spell, &spell->steps[i]);
}

void action_done(struct spell_action *action)
{
    for (size_t i = 0; i < action->guard_count; i++) {
        free(action->guards[i].role);
        free(action->guards[i].answer);
        free(action->guards[i].message);
        free(action->guards[i].hint);
    }
    free(action->guards);
    free(action->name);
    free(action->title);
    free(action->description);
    free(action->asks);
    strv_done(&action->roles);
    strv_done(&action->changes);
}
