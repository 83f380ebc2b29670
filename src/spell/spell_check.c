/* What can only be checked once the whole spell is read: names in conditions, roles, secrets, steps that can never run. */
#include "spell/requirement_parts.h"
#include "spell/spell_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/download.h"
#include "spell/network.h"
#include "spell/read.h"

/* One condition being checked. */
struct check {
    const struct yaml_reader *reader;
    const struct spell *spell;
    const struct yaml_node *node; /* the condition's text in the file */
    const char *what;             /* the key it stands below */
    size_t known;                 /* questions that may be named: those before this */
    bool on_host;                 /* is it asked about one host, so that roles mean something? */
    bool has_targets;             /* may it ask whether that is a target of the action? */
};

static void complain(const struct check *check, unsigned column, const char *text)
{
    unsigned line, place;
    read_cond_place(check->node, column, &line, &place);
    err_list_addf(check->reader->errors, check->reader->file, line, place, "%s: %s", check->what, text);
}

static void complain_unknown(const struct check *check, unsigned column, const char *format, const char *word,
                             const struct strv *names)
{
    char *nearest = yaml_nearest(word, (const char *const *)names->items, names->count);
    char *begin = mem_printf("%s \"%s\"%s", format, word, nearest);
    complain(check, column, begin);
    free(begin);
    free(nearest);
}

static void add_roles(const struct spell *spell, struct strv *names)
{
    for (size_t i = 0; i < spell->topology_count; i++)
        for (size_t j = 0; j < spell->topologies[i].role_count; j++)
            if (!strv_has(names, spell->topologies[i].roles[j].name))
                strv_add(names, spell->topologies[i].roles[j].name);
}

static void check_name(void *data, const char *name, bool is_compared, unsigned column)
{
    const struct check *check = data;
    const struct spell *spell = check->spell;
    if (strcmp(name, "topology") == 0) {
        if (!is_compared)
            complain(check, column, _("topology alone is neither true nor false; compare it with ==, != or in"));
        return;
    }
    if (strcmp(name, COND_TARGET) == 0 && !is_compared && check->has_targets)
        return;
    const struct question *question = spell_question(spell, name);
    if (question && (size_t)(question - spell->questions) >= check->known) {
        complain(check, column, _("a question that is asked later can't be named here; only those before it"));
        return;
    }
    if (question) {
        if (question->type == QUESTION_PASSWORD)
            complain(check, column, _("a password can't be named in a condition"));
        else if (!is_compared && question->type != QUESTION_BOOLEAN)
            complain(check, column, _("this answer alone is neither true nor false; compare it with ==, != or in"));
        return;
    }
    if (!is_compared && check->on_host && spell_has_role(spell, name))
        return;
    struct strv names = {0};
    for (size_t i = 0; i < check->known; i++)
        strv_add(&names, spell->questions[i].key);
    strv_add(&names, "topology");
    if (check->on_host && !is_compared)
        add_roles(spell, &names);
    if (is_compared && !str_nearest(name, (const char *const *)names.items, names.count)) {
        char *text = mem_printf(_("there is no question \"%s\"; if it is a value, write it in quotes"), name);
        complain(check, column, text);
        free(text);
    } else {
        complain_unknown(check, column, check->on_host ? _("there is no question or role") : _("there is no question"), name, &names);
    }
    strv_done(&names);
}

static void check_role(void *data, int how, const char *role, unsigned column)
{
    const struct check *check = data;
    if (!check->on_host && how != COND_ROLE_ANY && how != COND_ROLE_SEVERAL)
        complain(check, column, _("no host is meant here; ask with any(ROLE) whether some host has a role"));
    if (spell_has_role(check->spell, role))
        return;
    struct strv names = {0};
    add_roles(check->spell, &names);
    complain_unknown(check, column, _("no topology has a role"), role, &names);
    strv_done(&names);
}

static void check_literal(void *data, const char *name, const char *literal, unsigned column)
{
    const struct check *check = data;
    const struct spell *spell = check->spell;
    struct strv names = {0};
    if (strcmp(name, "topology") == 0) {
        for (size_t i = 0; i < spell->topology_count; i++)
            strv_add(&names, spell->topologies[i].name);
        if (!strv_has(&names, literal))
            complain_unknown(check, column, _("there is no topology"), literal, &names);
    }
    const struct question *question = spell_question(spell, name);
    if (question && (question->type == QUESTION_CHOICE || question->type == QUESTION_MULTI)) {
        for (size_t i = 0; i < question->choice_count; i++)
            strv_add(&names, question->choices[i].value);
        if (*literal && !strv_has(&names, literal))
            complain_unknown(check, column, _("not one of the choices:"), literal, &names);
    }
    if (question && question->type == QUESTION_BOOLEAN && strcmp(literal, "true") != 0 && strcmp(literal, "false") != 0)
        complain(check, column, _("this answer is true or false and never anything else"));
    strv_done(&names);
}

static void check_cond(struct check *check, const struct cond *cond, const struct yaml_node *map, const char *key)
{
    if (!cond)
        return;
    check->node = yaml_get(map, key);
    check->what = key;
    struct cond_visitor visitor = {.data = check, .name = check_name, .role = check_role, .literal = check_literal};
    cond_visit(cond, &visitor);
}

void spell_check_cond(const struct yaml_reader *reader, const struct spell *spell, const struct cond *cond, const struct yaml_node *map,
                      const char *key)
{
    struct check check = {.reader = reader, .spell = spell, .known = spell->question_count, .on_host = true};
    check_cond(&check, cond, map, key);
}

static const struct yaml_node *item(const struct yaml_node *root, const char *key, size_t i)
{
    const struct yaml_node *list = yaml_get(root, key);
    return list && list->kind == YAML_SEQUENCE && i < list->count ? list->items[i] : NULL;
}

/* Names of disjoint, and defaults that would be refused. */
static void check_disjoint(const struct yaml_reader *reader, const struct yaml_node *node, const struct spell *spell, const struct question *question)
{
    const struct yaml_node *list = yaml_get(node, "disjoint");
    struct network mine, its;
    for (size_t i = 0; i < question->disjoint.count && list; i++) {
        const char *name = question->disjoint.items[i];
        const struct yaml_node *place = list->kind == YAML_SEQUENCE && i < list->count ? list->items[i] : list;
        const struct question *other = spell_question(spell, name);
        if (strcmp(name, QUESTION_HOSTS) == 0)
            continue;
        if (other == question)
            yaml_error(reader, place, _("disjoint: \"%s\" is the question itself"), name);
        else if (other && other->type != QUESTION_CIDR && other->type != QUESTION_ADDRESS)
            yaml_error(reader, place, _("disjoint: expected questions of the types cidr and address, but \"%s\" is of the type %s"), name,
                       question_type_name(other->type));
        else if (other && question->has_default && other->has_default && network_parse(question->fallback, &mine) &&
                 network_parse(other->fallback, &its) && network_overlap(&mine, &its))
            yaml_error(reader, place, _("disjoint: the defaults %s and %s (%s) meet"), question->fallback, other->fallback, name);
        if (other)
            continue;
        struct strv names = {0};
        strv_add(&names, QUESTION_HOSTS);
        for (size_t j = 0; j < spell->question_count; j++)
            strv_add(&names, spell->questions[j].key);
        char *nearest = yaml_nearest(name, (const char *const *)names.items, names.count);
        yaml_error(reader, place, _("disjoint: there is no question \"%s\"%s"), name, nearest);
        free(nearest);
        strv_done(&names);
    }
}

static void check_questions(const struct yaml_reader *reader, const struct yaml_node *root, const struct spell *spell)
{
    static const char *const taken[] = {"topology", "all", "true", "false", "and", "or", "not", "in", COND_TARGET};
    for (size_t i = 0; i < spell->question_count; i++) {
        const struct question *question = &spell->questions[i];
        const struct yaml_node *node = item(root, "questions", i), *key = yaml_get(node, "key");
        struct check check = {.reader = reader, .spell = spell, .known = i};
        for (size_t j = 0; j < sizeof taken / sizeof *taken; j++)
            if (strcmp(taken[j], question->key) == 0)
                yaml_error(reader, key, _("key: \"%s\" means something else in conditions; choose another"), question->key);
        for (size_t j = 0; j < i; j++)
            if (*question->key && strcmp(spell->questions[j].key, question->key) == 0)
                yaml_error(reader, key, _("key: the question \"%s\" stands here twice; the first is on line %u"), question->key,
                           spell->questions[j].line);
        if (spell_has_role(spell, question->key))
            yaml_error(reader, key, _("key: \"%s\" is also the name of a role; conditions could not tell them apart"), question->key);
        check_cond(&check, question->when, node, "when");
        check_disjoint(reader, node, spell, question);
        for (size_t j = 0; j < question->choice_count; j++)
            check_cond(&check, question->choices[j].when, item(node, "choices", j), "when");
    }
}

void spell_check_role(const struct yaml_reader *reader, const struct yaml_node *node, const struct spell *spell, const char *what,
                      const char *role)
{
    if (spell_has_role(spell, role))
        return;
    struct strv names = {0};
    add_roles(spell, &names);
    char *nearest = yaml_nearest(role, (const char *const *)names.items, names.count);
    yaml_error(reader, node, _("%s: no topology has a role \"%s\"%s"), what, role, nearest);
    free(nearest);
    strv_done(&names);
}

/* Roles are the keys of these mappings. */
static void check_role_keys(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, const struct spell *spell)
{
    const struct yaml_node *node = yaml_get(map, key);
    for (size_t i = 0; node && node->kind == YAML_MAPPING && i < node->count; i += 2)
        if (strcmp(node->items[i]->text, "all") != 0)
            spell_check_role(reader, node->items[i], spell, key, node->items[i]->text);
}

static void check_requirements(const struct yaml_reader *reader, const struct yaml_node *root, const struct spell *spell)
{
    for (size_t i = 0; i < spell->requirement_count; i++) {
        const struct requirement *requirement = &spell->requirements[i];
        const struct yaml_node *node = item(root, "requirements", i);
        struct check check = {.reader = reader, .spell = spell, .known = spell->question_count, .on_host = true};
        for (size_t j = 0; j < i; j++)
            if (*requirement->id && strcmp(spell->requirements[j].id, requirement->id) == 0)
                yaml_error(reader, yaml_get(node, "id"), _("id: the requirement \"%s\" stands here twice; the first is on line %u"),
                           requirement->id, spell->requirements[j].line);
        for (size_t j = 0; j < requirement->roles.count; j++)
            spell_check_role(reader, item(node, "roles", j), spell, "roles", requirement->roles.items[j]);
        if (requirement->ops && requirement->ops->check)
            requirement->ops->check(reader, node, spell, requirement);
        for (size_t j = 0; !requirement->ops && j < 3; j++)
            check_role_keys(reader, node, (const char *const[]){"fail", "warn", "ports"}[j], spell);
        check_cond(&check, requirement->when, node, "when");
        if (requirement->fix && !spell_step(spell, requirement->fix)) {
            struct strv ids = {0};
            for (size_t j = 0; j < spell->step_count; j++)
                strv_add(&ids, spell->steps[j].id);
            char *nearest = yaml_nearest(requirement->fix, (const char *const *)ids.items, ids.count);
            yaml_error(reader, yaml_get(node, "fix"), _("fix: there is no step \"%s\"%s"), requirement->fix, nearest);
            free(nearest);
            strv_done(&ids);
        }
    }
}

/* A host that could be, to ask whether a step could run there. */
struct trial {
    const struct topology *topology;
    size_t role; /* the one it has; role_count = all of them */
    bool is_first, has_others;
};

static const char *trial_value(void *data, const char *name)
{
    const struct trial *trial = data;
    return strcmp(name, "topology") == 0 ? trial->topology->name : NULL;
}

static bool trial_role(void *data, int how, const char *name)
{
    const struct trial *trial = data;
    const struct role *role = topology_role(trial->topology, name);
    if (!role)
        return false;
    bool has = trial->role == trial->topology->role_count || role == &trial->topology->roles[trial->role];
    switch (how) {
    case COND_ROLE_ANY:
        return has || trial->has_others;
    case COND_ROLE_SEVERAL:
        return (has || trial->has_others) && role->max != 1;
    case COND_ROLE_FIRST:
        return has && trial->is_first;
    case COND_ROLE_REST:
        return has && !trial->is_first && role->max != 1;
    default:
        return has;
    }
}

static bool can_run(const struct spell *spell, const struct step *step)
{
    for (size_t t = 0; t < spell->topology_count; t++)
        for (size_t r = 0; r <= spell->topologies[t].role_count; r++)
            for (int k = 0; k < 4; k++) {
                struct trial trial = {&spell->topologies[t], r, k & 1, k & 2};
                struct cond_scope scope = {&trial, trial_value, trial_role};
                if (cond_is_possible(step->on, &scope) && (!step->when || cond_is_possible(step->when, &scope)))
                    return true;
            }
    return false;
}

/* Is `step`, or one that it needs directly or not, the one that mints key? Needs must be free of cycles. */
static bool comes_after_mint(const struct spell *spell, const struct step *step, const char *key, bool *seen)
{
    for (size_t j = 0; j < step->need_count; j++) {
        const struct step *other = &spell->steps[step->needs[j].index];
        if (seen[step->needs[j].index])
            continue;
        seen[step->needs[j].index] = true;
        if (strv_has(&other->mints, key) || comes_after_mint(spell, other, key, seen))
            return true;
    }
    return false;
}

static void check_secrets(const struct yaml_reader *reader, const struct yaml_node *node, const struct spell *spell,
                          const struct step *step)
{
    struct strv known = {0};
    for (size_t i = 0; i < spell->question_count; i++)
        if (spell->questions[i].type == QUESTION_PASSWORD)
            strv_add(&known, spell->questions[i].key);
    for (size_t i = 0; i < step->mints.count; i++) {
        if (strv_has(&known, step->mints.items[i]))
            yaml_error(reader, item(node, "mints", i), _("mints: \"%s\" is also the key of a question"), step->mints.items[i]);
        for (const struct step *other = spell->steps; other < step; other++)
            if (strv_has(&other->mints, step->mints.items[i]))
                yaml_error(reader, item(node, "mints", i), _("mints: \"%s\" is minted by the step \"%s\" too"),
                           step->mints.items[i], other->id);
    }
    for (size_t i = 0; i < step->reads.count; i++) {
        const char *key = step->reads.items[i];
        if (strv_has(&known, key))
            continue;
        bool is_minted = false;
        for (size_t j = 0; j < spell->step_count; j++)
            is_minted |= strv_has(&spell->steps[j].mints, key);
        bool *seen = mem_new(spell->step_count, sizeof *seen);
        if (!is_minted) {
            for (size_t j = 0; j < spell->step_count; j++)
                for (size_t k = 0; k < spell->steps[j].mints.count; k++)
                    strv_add(&known, spell->steps[j].mints.items[k]);
            char *nearest = yaml_nearest(key, (const char *const *)known.items, known.count);
            yaml_error(reader, item(node, "reads", i), _("reads: no password question and no step's mints is called \"%s\"%s"), key,
                       nearest);
            free(nearest);
        } else if (spell->order && !comes_after_mint(spell, step, key, seen)) {
            yaml_error(reader, item(node, "reads", i),
                       _("reads: \"%s\" is minted by a step that this one does not need, so it may come too early"), key);
        }
        free(seen);
    }
    strv_done(&known);
}

void spell_check(const struct yaml_reader *reader, const struct yaml_node *root, struct spell *spell)
{
    check_questions(reader, root, spell);
    check_requirements(reader, root, spell);
    for (size_t i = 0; i < spell->step_count; i++) {
        const struct step *step = &spell->steps[i];
        const struct yaml_node *node = item(root, "steps", i);
        struct check check = {.reader = reader, .spell = spell, .known = spell->question_count, .on_host = true,
                              .has_targets = spell_has_targets(spell, TARGETS_NEW) || spell_has_targets(spell, TARGETS_LEAVING) || spell_has_targets(spell, TARGETS_SOME)};
        size_t errors = reader->errors->count + reader->errors->dropped;
        check_cond(&check, step->on, node, "on");
        check_cond(&check, step->when, node, "when");
        bool is_clean = errors == reader->errors->count + reader->errors->dropped;
        if (is_clean && step->on && spell->topology_count && !can_run(spell, step))
            yaml_error(reader, yaml_get(node, "on"), _("on: the step \"%s\" can never run: no host of any topology fits"), step->id);
        check_secrets(reader, node, spell, step);
        check.on_host = check.has_targets = false;
        for (size_t j = 0; j < step->download_count; j++)
            check_cond(&check, step->downloads[j].when, item(node, "downloads", j), "when");
        downloads_check(reader, node, spell, step);
    }
}
