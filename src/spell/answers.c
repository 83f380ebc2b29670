#include "spell/answers.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "spell/answers_parts.h"
#include "spell/read.h"
#include "spell/value.h"

static const char *const root_keys[] = {"version", "name",   "spell",   "topology", "hosts",
                                        "ssh",     "answers", "accept", "confirm",  "secrets"};

const char *answer_origin_name(enum answer_origin origin)
{
    static const char *const names[] = {"default", "file", "environment", "option"};
    return names[origin];
}

const char *answers_value(const struct answers *answers, const char *key)
{
    for (size_t i = 0; i < answers->value_count; i++)
        if (strcmp(answers->values[i].key, key) == 0)
            return answers->values[i].text;
    return NULL;
}

const struct accepted *answers_accepted(const struct answers *answers, const char *id)
{
    for (size_t i = 0; i < answers->accept_count; i++)
        if (strcmp(answers->accepts[i].id, id) == 0)
            return &answers->accepts[i];
    return NULL;
}

/* `spell: NAME` or `spell: {name: NAME, version: ..., digest: ...}` */
static void read_spell(const struct yaml_reader *reader, const struct yaml_node *root, struct answers *answers)
{
    static const char *const keys[] = {"name", "version", "digest"};
    const struct yaml_node *node = yaml_need(reader, root, "spell");
    if (!node)
        return;
    if (node->kind == YAML_SCALAR) {
        yaml_get_string(reader, root, "spell", &answers->spell);
        return;
    }
    if (!yaml_check_keys(reader, node, "spell", keys, 3))
        return;
    read_needed_string(reader, node, "name", &answers->spell);
    yaml_get_string(reader, node, "version", &answers->spell_version);
    yaml_get_string(reader, node, "digest", &answers->spell_digest);
    const char *digest = answers->spell_digest;
    if (digest && (strncmp(digest, "sha256:", 7) != 0 || strlen(digest) != 71 || digest[7 + strspn(digest + 7, "0123456789abcdef")]))
        yaml_error(reader, yaml_get(node, "digest"), _("digest: expected sha256: and 64 hexadecimal digits, found \"%s\""), digest);
}

static void read_head(const struct yaml_reader *reader, const struct yaml_node *root, struct answers *answers)
{
    const struct yaml_node *version = yaml_need(reader, root, "version");
    int64_t n = 0;
    if (version && yaml_integer(reader, version, "version", 1, INT64_MAX, &n) && n != ANSWERS_FORMAT)
        yaml_error(reader, version, _("version: this kwiz reads version %d, found %" PRId64), ANSWERS_FORMAT, n);
    read_name(reader, root, "name", value_is_label, _("the cluster's name: small letters, digits and -, at most 63"), &answers->name);
    read_needed_string(reader, root, "topology", &answers->topology);
    read_spell(reader, root, answers);
}

static void add_accepted(struct answers *answers, const char *id, const char *reason, unsigned line, unsigned column)
{
    answers->accepts = mem_grow(answers->accepts, answers->accept_count + 1, sizeof *answers->accepts);
    answers->accepts[answers->accept_count++] =
        (struct accepted){.id = mem_strdup(id), .reason = mem_strdup(reason), .line = line, .column = column};
}

/* NULL when it is one; else what to say after it. malloc'd. */
static char *unknown_requirement(const struct spell *spell, const char *id)
{
    const char **ids = mem_new(spell->requirement_count, sizeof *ids);
    bool is_known = false;
    for (size_t i = 0; i < spell->requirement_count; i++) {
        ids[i] = spell->requirements[i].id;
        is_known |= strcmp(ids[i], id) == 0;
    }
    char *nearest = is_known ? NULL : yaml_nearest(id, ids, spell->requirement_count);
    free(ids);
    return nearest;
}

static bool is_blank(const char *text)
{
    return !text[strspn(text, " \t")];
}

static void read_accept(const struct yaml_reader *reader, const struct yaml_node *root, const struct spell *spell,
                        struct answers *answers)
{
    const struct yaml_node *node = yaml_get(root, "accept");
    if (!node)
        return;
    if (node->kind != YAML_MAPPING) {
        yaml_error(reader, node, _("accept: expected a mapping of checks and reasons, as in {swap: \"test machines\"}"));
        return;
    }
    for (size_t i = 0; i < node->count; i += 2) {
        const struct yaml_node *key = node->items[i];
        const char *reason = NULL;
        struct err err = ERR_INIT;
        char *unknown = unknown_requirement(spell, key->text);
        if (unknown)
            yaml_error(reader, key, _("accept: the spell has no requirement \"%s\"%s"), key->text, unknown);
        free(unknown);
        if (!yaml_string(reader, node->items[i + 1], key->text, &reason))
            continue;
        if (!value_check_line(reason, &err))
            yaml_error(reader, node->items[i + 1], "%s: %s", key->text, err.text);
        else if (is_blank(reason))
            yaml_error(reader, node->items[i + 1], _("accept: %s: the reason is missing: a few words for who reads this later"), key->text);
        else
            add_accepted(answers, key->text, reason, key->line, key->column);
    }
}

/* --accept CHECK=REASON counts above the file. */
static void override_accept(const struct spell *spell, const struct strv *accepts, struct answers *answers, struct err_list *errors)
{
    for (size_t i = 0; i < accepts->count; i++) {
        const char *text = accepts->items[i], *equals = strchr(text, '=');
        char *id = mem_strndup(text, equals ? (size_t)(equals - text) : strlen(text));
        char *unknown = unknown_requirement(spell, id);
        struct err err = ERR_INIT;
        if (unknown)
            err_list_addf(errors, "--accept", 0, 0, _("the spell has no requirement \"%s\"%s"), id, unknown);
        else if (!equals || is_blank(equals + 1))
            err_list_addf(errors, "--accept", 0, 0, _("%s: the reason is missing: expected %s=REASON"), id, id);
        else if (!value_check_line(equals + 1, &err))
            err_list_addf(errors, "--accept", 0, 0, "%s: %s", id, err.text);
        else if (answers_accepted(answers, id)) {
            struct accepted *old = &answers->accepts[answers_accepted(answers, id) - answers->accepts];
            free(old->reason);
            old->reason = mem_strdup(equals + 1);
        } else
            add_accepted(answers, id, equals + 1, 0, 0);
        free(unknown);
        free(id);
    }
}

static void read_confirm(const struct yaml_reader *reader, const struct yaml_node *root, struct answers *answers)
{
    const struct yaml_node *node = yaml_get(root, "confirm");
    if (!yaml_get_strings(reader, root, "confirm", &answers->confirms))
        return;
    for (size_t i = 0; i < answers->confirms.count; i++)
        if (!value_is_id(answers->confirms.items[i]))
            yaml_error(reader, node->items[i], _("confirm: expected a name of small letters, digits and -, found \"%s\""),
                       answers->confirms.items[i]);
}

/* What was saved with one state of the spell must not silently mean another. */
static void check_pin(const struct yaml_reader *reader, const struct yaml_node *root, const struct spell *spell,
                      const struct answers *answers)
{
    bool differs = (answers->spell_digest && strcmp(answers->spell_digest, spell->digest) != 0) ||
                   (answers->spell_version && strcmp(answers->spell_version, spell->version) != 0);
    if (!differs || strv_has(&answers->confirms, "spell-changed"))
        return;
    const struct yaml_node *node = yaml_get(yaml_get(root, "spell"), answers->spell_digest ? "digest" : "version");
    struct err err = ERR_INIT;
    err_set(&err, ERR_CONFIRM,
            _("the spell \"%s\" in %s is not the one these answers were saved with (version %s, here %s; digest %.19s..., here "
              "%.19s...); look at what changed (kwiz plan), then take the digest out or write confirm: [spell-changed]"),
            spell->name, spell->folder, answers->spell_version ? answers->spell_version : "?", spell->version,
            answers->spell_digest ? answers->spell_digest : "?", spell->digest);
    err_place(&err, reader->file, node ? node->line : 0, node ? node->column : 0);
    err_list_add(reader->errors, &err);
}

static void check_topology(const struct yaml_reader *reader, const struct yaml_node *root, const struct spell *spell,
                           const struct answers *answers)
{
    const struct yaml_node *node = yaml_get(root, "topology");
    if (!node || !*answers->topology || spell_topology(spell, answers->topology))
        return;
    const char **names = mem_new(spell->topology_count, sizeof *names);
    for (size_t i = 0; i < spell->topology_count; i++)
        names[i] = spell->topologies[i].name;
    read_unknown(reader, node, "topology", answers->topology, names, spell->topology_count);
    free(names);
}

static int by_place(const void *a, const void *b)
{
    const struct err *x = a, *y = b;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->column < y->column ? -1 : x->column > y->column;
}

static struct answers *answers_new(const char *file)
{
    struct answers *answers = mem_new(1, sizeof *answers);
    answers->file = mem_strdup(file);
    answers->name = mem_strdup("");
    answers->spell = mem_strdup("");
    answers->topology = mem_strdup("");
    return answers;
}

struct answers *answers_read_tree(const char *file, const struct yaml_node *root, const struct answers_overrides *overrides,
                                  const struct spell *spell, struct err_list *errors)
{
    static const struct answers_overrides none = {0};
    struct yaml_reader reader = {.file = file, .errors = errors};
    struct answers *answers = answers_new(file);
    overrides = overrides ? overrides : &none;
    if (!yaml_check_keys(&reader, root, _("an answers file"), root_keys, sizeof root_keys / sizeof *root_keys))
        return answers;
    read_head(&reader, root, answers);
    read_confirm(&reader, root, answers);
    answers_read_hosts(&reader, root, spell, answers);
    if (spell) {
        check_topology(&reader, root, spell, answers);
        check_pin(&reader, root, spell, answers);
        read_accept(&reader, root, spell, answers);
        override_accept(spell, &overrides->accepts, answers, errors);
        answers_read_secrets(&reader, root, spell, answers);
        answers_read_values(&reader, root, spell, overrides, answers);
    }
    return answers;
}

/* All of it, or NULL. */
static struct answers *build(const struct yaml *yaml, const struct answers_overrides *overrides, const struct spell *spell,
                             struct err_list *errors)
{
    size_t before = errors->count, dropped = errors->dropped;
    struct answers *answers = answers_read_tree(yaml->file, yaml->root, overrides, spell, errors);
    if (errors->count > before)
        qsort(errors->items + before, errors->count - before, sizeof *errors->items, by_place);
    if (errors->count > before || errors->dropped > dropped || !spell)
        answers_free(&answers);
    return answers;
}

struct answers *answers_parse(const char *file, const char *bytes, size_t len, const struct answers_overrides *overrides,
                              const struct spell *spell, struct err_list *errors)
{
    struct yaml *yaml = yaml_parse(file, bytes, len, errors);
    struct answers *answers = yaml ? build(yaml, overrides, spell, errors) : NULL;
    yaml_tree_free(&yaml);
    return answers;
}

/* The spell that the file names, or NULL after an error at that place. */
static struct spell *find_spell(const struct yaml *yaml, const struct catalog_options *catalog, struct err_list *errors)
{
    const struct yaml_node *node = yaml_get(yaml->root, "spell");
    if (node && node->kind == YAML_MAPPING)
        node = yaml_get(node, "name");
    if (!node || node->kind != YAML_SCALAR || node->scalar != YAML_STRING)
        return NULL; /* build() complains of it */
    struct err err = ERR_INIT;
    struct spell *spell = NULL;
    char *folder = catalog_find(catalog, node->text, &err);
    if (folder)
        spell = spell_load(folder, errors);
    else
        err_list_addf(errors, yaml->file, node->line, node->column, "spell: %s", err.text);
    free(folder);
    return spell;
}

struct answers *answers_load(const char *file, const struct answers_overrides *overrides, const struct catalog_options *catalog,
                             struct spell **ret_spell, struct err_list *errors)
{
    *ret_spell = NULL;
    struct yaml *yaml = yaml_load(file, errors);
    if (!yaml)
        return NULL;
    size_t before = errors->count;
    *ret_spell = find_spell(yaml, catalog, errors);
    struct answers *answers = build(yaml, overrides, *ret_spell, errors);
    if (!answers && errors->count == before) /* can't be; but NULL without a word must not be either */
        err_list_addf(errors, file, 0, 0, _("cannot be read"));
    yaml_tree_free(&yaml);
    return answers;
}

void answers_free(struct answers **answers)
{
    struct answers *a = *answers;
    if (!a)
        return;
    for (size_t i = 0; i < a->value_count; i++) {
        free(a->values[i].key);
        free(a->values[i].text);
    }
    for (size_t i = 0; i < a->accept_count; i++) {
        free(a->accepts[i].id);
        free(a->accepts[i].reason);
    }
    for (size_t i = 0; i < a->secret_count; i++) {
        free(a->secrets[i].key);
        free(a->secrets[i].reference);
    }
    free(a->values);
    free(a->accepts);
    free(a->secrets);
    strv_done(&a->confirms);
    fleet_done(&a->fleet);
    err_list_done(&a->warnings);
    free(a->file);
    free(a->name);
    free(a->spell);
    free(a->spell_version);
    free(a->spell_digest);
    free(a->topology);
    free(a);
    *answers = NULL;
}
