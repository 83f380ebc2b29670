#include "spell/spell.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/read.h"
#include "spell/spell_parts.h"
#include "spell/value.h"

const struct topology *spell_topology(const struct spell *spell, const char *name)
{
    for (size_t i = 0; i < spell->topology_count; i++)
        if (strcmp(spell->topologies[i].name, name) == 0)
            return &spell->topologies[i];
    return NULL;
}

const struct role *topology_role(const struct topology *topology, const char *name)
{
    for (size_t i = 0; i < topology->role_count; i++)
        if (strcmp(topology->roles[i].name, name) == 0)
            return &topology->roles[i];
    return NULL;
}

const struct question *spell_question(const struct spell *spell, const char *key)
{
    for (size_t i = 0; i < spell->question_count; i++)
        if (strcmp(spell->questions[i].key, key) == 0)
            return &spell->questions[i];
    return NULL;
}

const struct step *spell_step(const struct spell *spell, const char *id)
{
    for (size_t i = 0; i < spell->step_count; i++)
        if (strcmp(spell->steps[i].id, id) == 0)
            return &spell->steps[i];
    return NULL;
}

bool spell_has_role(const struct spell *spell, const char *role)
{
    for (size_t i = 0; i < spell->topology_count; i++)
        if (topology_role(&spell->topologies[i], role))
            return true;
    return false;
}

static void read_head(const struct yaml_reader *reader, const struct yaml_node *root, struct spell *spell)
{
    const struct yaml_node *format = yaml_need(reader, root, "kwiz");
    int64_t n = 0;
    if (format && yaml_integer(reader, format, "kwiz", 1, INT64_MAX, &n) && n != SPELL_FORMAT)
        yaml_error(reader, format, _("kwiz: this kwiz reads format %d, found %lld; a newer kwiz may read it"), SPELL_FORMAT,
                   (long long)n);
    read_name(reader, root, "name", value_is_id, _("small letters, digits and -, at most 40"), &spell->name);
    read_needed_string(reader, root, "title", &spell->title);
    yaml_get_string(reader, root, "description", &spell->description);
    yaml_get_string(reader, root, "category", &spell->category);
    const struct yaml_node *version = yaml_need(reader, root, "version");
    const char *text = NULL;
    struct err err = ERR_INIT;
    if (version && yaml_string(reader, version, "version", &text)) {
        spell->version = mem_strdup(text);
        if (!value_check_version(text, &err))
            yaml_error(reader, version, _("version: %s; found \"%s\""), err.text, text);
    }
    spell->is_exclusive = true;
    yaml_get_boolean(reader, root, "exclusive", &spell->is_exclusive);
}

#define QUESTIONS_MAX 200
#define REQUIREMENTS_MAX 200

static void read_lists(const struct yaml_reader *reader, const struct yaml_node *root, struct spell *spell)
{
    const struct yaml_node *questions = yaml_get(root, "questions"), *requirements = yaml_get(root, "requirements");
    if (questions && yaml_is_sequence(reader, questions, "questions")) {
        size_t count = questions->count < QUESTIONS_MAX ? questions->count : QUESTIONS_MAX;
        if (count < questions->count)
            yaml_error(reader, questions, _("questions: expected at most %d, found %zu"), QUESTIONS_MAX, questions->count);
        spell->questions = mem_new(count, sizeof *spell->questions);
        for (size_t i = 0; i < count; i++)
            question_read(reader, questions->items[i], &spell->questions[spell->question_count++]);
    }
    if (requirements && yaml_is_sequence(reader, requirements, "requirements")) {
        size_t count = requirements->count < REQUIREMENTS_MAX ? requirements->count : REQUIREMENTS_MAX;
        if (count < requirements->count)
            yaml_error(reader, requirements, _("requirements: expected at most %d, found %zu"), REQUIREMENTS_MAX,
                       requirements->count);
        spell->requirements = mem_new(count, sizeof *spell->requirements);
        for (size_t i = 0; i < count; i++)
            requirement_read(reader, requirements->items[i], &spell->requirements[spell->requirement_count++]);
    }
}

static void read_root(const struct yaml_reader *reader, const struct yaml_node *root, struct spell *spell)
{
    static const char *const keys[] = {"kwiz",      "name",    "title",      "description", "category",     "version",
                                       "exclusive", "library", "topologies", "questions",   "requirements", "steps", "data", "actions"};
    if (!yaml_check_keys(reader, root, _("a spell"), keys, sizeof keys / sizeof *keys))
        return;
    read_head(reader, root, spell);
    topologies_read(reader, root, spell);
    read_lists(reader, root, spell);
    actions_read(reader, root, spell);
    steps_read(reader, root, spell);
    spell_graph(reader, spell);
    spell_check(reader, root, spell);
    actions_check(reader, root, spell);
}

static int by_place(const void *a, const void *b)
{
    const struct err *x = a, *y = b;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->column < y->column ? -1 : x->column > y->column;
}

struct spell *spell_load(const char *dir, struct err_list *errors)
{
    struct stat st;
    size_t before = errors->count;
    size_t dropped = errors->dropped;
    const char *fault = stat(dir, &st) != 0 ? strerror(errno) : S_ISDIR(st.st_mode) ? NULL : _("not the folder of a spell");
    if (fault) {
        err_list_addf(errors, dir, 0, 0, "%s", fault);
        return NULL;
    }
    struct spell *spell = mem_new(1, sizeof *spell);
    spell->folder = mem_strdup(dir);
    while (strlen(spell->folder) > 1 && spell->folder[strlen(spell->folder) - 1] == '/')
        spell->folder[strlen(spell->folder) - 1] = '\0';
    spell->file = mem_printf("%s/spell.yaml", spell->folder);
    spell->name = mem_strdup("");
    spell->title = mem_strdup("");
    struct yaml *yaml = yaml_load(spell->file, errors);
    if (yaml) {
        struct yaml_reader reader = {.file = spell->file, .errors = errors};
        read_root(&reader, yaml->root, spell);
        yaml_tree_free(&yaml);
        struct err err = ERR_INIT;
        spell->digest = digest_folder(spell->folder, &err);
        if (!spell->digest)
            err_list_addf(errors, spell->file, 0, 0, "%s", err.text);
        if (errors->count > before) /* in the order of the file, however they were found */
            qsort(errors->items + before, errors->count - before, sizeof *errors->items, by_place);
        translations_read(spell->folder, &spell->translations, errors);
    }
    if (!spell->description)
        spell->description = mem_strdup("");
    if (!spell->category)
        spell->category = mem_strdup("");
    if (errors->count > before || errors->dropped > dropped)
        spell_free(&spell);
    return spell;
}

void spell_free(struct spell **spell)
{
    struct spell *s = *spell;
    if (!s)
        return;
    for (size_t i = 0; i < s->topology_count; i++)
        topology_done(&s->topologies[i]);
    for (size_t i = 0; i < s->question_count; i++)
        question_done(&s->questions[i]);
    for (size_t i = 0; i < s->requirement_count; i++)
        requirement_done(&s->requirements[i]);
    for (size_t i = 0; i < s->action_count; i++)
        action_done(&s->actions[i]);
    for (size_t i = 0; i < s->step_count; i++)
        step_done(&s->steps[i]);
    free(s->topologies);
    free(s->questions);
    free(s->requirements);
    free(s->actions);
    free(s->steps);
    free(s->order);
    translations_done(&s->translations);
    strv_done(&s->library);
    strv_done(&s->data);
    free(s->folder);
    free(s->file);
    free(s->name);
    free(s->title);
    free(s->description);
    free(s->category);
    free(s->version);
    free(s->digest);
    free(s);
    *spell = NULL;
}
