/* A draft as the tree of an answers file, and what the rules of answers files say to it. */
#include "spell/draft_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/answers_parts.h"
#include "spell/key_files.h"
#include "spell/value.h"
#include "spell/yaml_write.h"

/* ---- the tree ---- */

struct maker {
    struct draft_places *places;
    bool *applies; /* owned: of each question; NULL = all are to be in it */
    unsigned line; /* of nodes made from now on */
};

static void at(struct maker *m, enum draft_part part, size_t index, enum draft_cell cell)
{
    struct draft_places *p = m->places;
    if (!p)
        return;
    p->items = mem_grow(p->items, p->count + 1, sizeof *p->items);
    p->items[p->count++] = (struct draft_place){part, index, cell};
    m->line = (unsigned)p->count;
}

static struct yaml_node *placed(const struct maker *m, struct yaml_node *node)
{
    node->line = m->line;
    node->column = 1;
    return node;
}

static struct yaml_node *scalar(const struct maker *m, const char *text)
{
    return placed(m, yaml_new_string(text));
}

/* A number where it is one, else the text, to be complained of. */
static struct yaml_node *number(const struct maker *m, const char *text)
{
    struct yaml_node *node = scalar(m, text);
    size_t digits = strspn(text + (*text == '-'), "0123456789");
    if (digits && digits <= 18 && !text[(*text == '-') + digits]) {
        node->scalar = YAML_INTEGER;
        node->is_quoted = false;
        node->is_plain = true;
    }
    return node;
}

static struct yaml_node *words(const struct maker *m, const char *text)
{
    struct yaml_node *list = placed(m, yaml_new_sequence());
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, ", ");
        char *word = mem_strndup(p, n);
        if (n)
            yaml_append(list, scalar(m, word));
        free(word);
        p += n + (p[n] != '\0');
    }
    return list;
}

static struct yaml_node *key_files(const struct maker *m, const char *text)
{
    struct yaml_node *list = placed(m, yaml_new_sequence());
    struct strv files = {0};
    key_files_read(text, &files);
    for (size_t i = 0; i < files.count; i++)
        yaml_append(list, scalar(m, files.items[i]));
    strv_done(&files);
    return list;
}

/* Puts key: value; the key's node gets the place too, as some errors are told there. */
static void put(const struct maker *m, struct yaml_node *map, const char *key, struct yaml_node *value)
{
    yaml_put(map, key, value);
    placed(m, map->items[map->count - 2]);
}

static void put_cell(struct maker *m, struct yaml_node *map, enum draft_part part, size_t index, enum draft_cell cell, const char *text)
{
    bool is_needed = part == PART_HOST && (cell == CELL_NAME || cell == CELL_ADDRESS || cell == CELL_ROLES);
    if (!*text && !is_needed)
        return;
    at(m, part, index, cell);
    put(m, map, draft_cell_key(cell),
        cell == CELL_ROLES      ? words(m, text)
        : cell == CELL_IDENTITY ? key_files(m, text)
        : cell == CELL_PORT     ? number(m, text)
                                : scalar(m, text));
}

static void put_hosts(const struct draft *draft, struct maker *m, struct yaml_node *root)
{
    at(m, PART_HOSTS, 0, 0);
    struct yaml_node *list = placed(m, yaml_new_sequence());
    put(m, root, "hosts", list);
    for (size_t i = 0; i < draft->table.count; i++) {
        const struct draft_host *host = &draft->table.hosts[i];
        at(m, PART_HOST, i, CELL_NAME);
        struct yaml_node *map = placed(m, yaml_new_mapping());
        for (int c = 0; c < DRAFT_CELLS; c++)
            put_cell(m, map, PART_HOST, i, (enum draft_cell)c, host->cells[c]);
        if (host->host_keys.count) {
            char *keys = strv_join(&host->host_keys, " ");
            at(m, PART_HOST, i, CELL_ADDRESS);
            put(m, map, "host_keys", words(m, keys));
            free(keys);
        }
        yaml_append(list, map);
    }
    struct yaml_node *ssh = placed(m, yaml_new_mapping());
    for (int c = CELL_USER; c < DRAFT_CELLS; c++)
        put_cell(m, ssh, PART_SSH, 0, (enum draft_cell)c, draft->table.ssh[c]);
    if (ssh->count)
        put(m, root, "ssh", ssh);
    else
        yaml_node_free(&ssh);
}

static struct yaml_node *value_node(const struct maker *m, const struct question *question, const char *text)
{
    struct yaml_node *node;
    switch (question->type) {
    case QUESTION_MULTI:
        return words(m, text);
    case QUESTION_INTEGER:
        return number(m, text);
    case QUESTION_BOOLEAN:
        node = scalar(m, text);
        if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
            node->scalar = YAML_BOOLEAN;
            node->is_quoted = false;
            node->is_plain = true;
        }
        return node;
    default:
        return scalar(m, text);
    }
}

/* Answers of questions that the spell does not have are kept in the draft, but say nothing here; in a tree to be written they would be refused
 * when it is read again. */
static void put_values(const struct draft *draft, struct maker *m, struct yaml_node *root)
{
    const struct spell *spell = draft->spell;
    unsigned first = 0;
    for (size_t i = 0; spell && i < spell->question_count; i++) {
        at(m, PART_QUESTION, i, 0);
        if (!i)
            first = m->line;
    }
    if (m->places)
        m->places->questions = first;
    at(m, PART_WHOLE, 0, 0);
    struct yaml_node *map = placed(m, yaml_new_mapping());
    for (size_t i = 0; spell && i < spell->question_count; i++) {
        const struct question *question = &spell->questions[i];
        const char *text = draft_value(draft, question->key);
        m->line = first + (unsigned)i;
        if (text && question->type != QUESTION_PASSWORD && !question->confirms && (!m->applies || m->applies[i]))
            put(m, map, question->key, value_node(m, question, text));
    }
    for (size_t i = 0; !spell && i < draft->values.count; i++)
        put(m, map, draft->values.items[i].key, scalar(m, draft->values.items[i].text));
    if (map->count)
        put(m, root, "answers", map);
    else
        yaml_node_free(&map);
}

/* What was confirmed: questions of the spell that are answered with yes, and what the file had besides. */
static void put_confirms(const struct draft *draft, struct maker *m, struct yaml_node *root)
{
    struct strv ids = {0};
    strv_copy(&ids, &draft->confirms);
    for (size_t i = 0; draft->spell && i < draft->spell->question_count; i++) {
        const struct question *question = &draft->spell->questions[i];
        const char *text = question->confirms ? draft_value(draft, question->key) : NULL;
        if (text && strcmp(text, "true") == 0 && !strv_has(&ids, question->confirms) && (!m->applies || m->applies[i]))
            strv_add(&ids, question->confirms);
    }
    if (ids.count) {
        char *all = strv_join(&ids, " ");
        at(m, PART_WHOLE, 0, 0);
        put(m, root, "confirm", words(m, all));
        free(all);
    }
    strv_done(&ids);
}

static bool is_asked(const struct draft *draft, const struct maker *m, const char *key)
{
    const struct question *question = draft->spell ? spell_question(draft->spell, key) : NULL;
    return !m->applies || !question || m->applies[question - draft->spell->questions];
}

static void put_pairs(const struct draft *draft, struct maker *m, struct yaml_node *root, const char *key, const struct pairs *pairs, enum draft_part part)
{
    if (!pairs->count)
        return;
    at(m, part, 0, 0);
    struct yaml_node *map = placed(m, yaml_new_mapping());
    for (size_t i = 0; i < pairs->count; i++) {
        at(m, part, i, 0);
        if (part != PART_SECRET || is_asked(draft, m, pairs->items[i].key))
            put(m, map, pairs->items[i].key, scalar(m, pairs->items[i].text));
    }
    put(m, root, key, map);
}

struct yaml_node *draft_tree(const struct draft *draft, struct draft_places *places)
{
    struct maker m = {.places = places};
    if (places && draft->spell) {
        m.applies = mem_new(draft->spell->question_count, sizeof *m.applies);
        draft_asks(draft, m.applies);
    }
    at(&m, PART_WHOLE, 0, 0);
    struct yaml_node *root = placed(&m, yaml_new_mapping());
    put(&m, root, "version", number(&m, "1"));
    at(&m, PART_NAME, 0, 0);
    put(&m, root, "name", scalar(&m, draft_name(draft)));
    at(&m, PART_WHOLE, 0, 0);
    put(&m, root, "spell", scalar(&m, draft->spell ? draft->spell->name : draft->spell_name ? draft->spell_name : ""));
    at(&m, PART_TOPOLOGY, 0, 0);
    put(&m, root, "topology", scalar(&m, draft->topology));
    put_hosts(draft, &m, root);
    put_values(draft, &m, root);
    put_pairs(draft, &m, root, "accept", &draft->accepts, PART_ACCEPT);
    put_pairs(draft, &m, root, "secrets", &draft->secrets, PART_SECRET);
    put_confirms(draft, &m, root);
    free(m.applies);
    return root;
}

/* ---- judging ---- */

static void add_fault(struct judgement *j, struct draft_place place, bool is_warning, char *owned)
{
    j->faults = mem_grow(j->faults, j->fault_count + 1, sizeof *j->faults);
    j->faults[j->fault_count++] = (struct draft_fault){place.part, place.index, place.cell, is_warning, owned};
}

/* Hosts whose name or address is a range: what is wrong with it is told, not that a range is no name. */
static bool *add_ranges(struct judgement *j, const struct draft *draft)
{
    bool *are_ranges = mem_new(draft->table.count, sizeof *are_ranges);
    for (size_t i = 0; i < draft->table.count; i++) {
        struct err err = ERR_INIT;
        struct draft_place place = {PART_HOST, i, CELL_NAME};
        size_t count;
        bool ok = draft_host_range(draft, i, &count, &place.cell, &err);
        are_ranges[i] = !ok || count > 1;
        if (!ok)
            add_fault(j, place, false, mem_printf("%s: %s", draft_cell_key(place.cell), err.text));
        else if (count > 1)
            add_fault(j, place, false, mem_printf(_("%s: stands for %zu hosts, which have not been made of it yet"), draft_cell_key(place.cell), count));
    }
    return are_ranges;
}

static void add_faults(struct judgement *j, const struct draft *draft, const struct err_list *errors, const struct draft_places *places,
                       const bool *are_ranges, bool is_warning)
{
    for (size_t i = 0; i < errors->count; i++) {
        const struct err *e = &errors->items[i];
        struct draft_place place = {PART_WHOLE, 0, 0};
        if (e->line && e->line <= places->count)
            place = places->items[e->line - 1];
        if (place.part == PART_HOST && are_ranges[place.index] && strchr(draft->table.hosts[place.index].cells[place.cell], '['))
            continue;
        add_fault(j, place, is_warning, mem_strdup(e->text));
    }
}

/* What the spell has no requirement or question for any more would be an error in a file; in a draft it is only kept. */
static bool is_leftover(const struct draft *draft, const char *id)
{
    for (size_t i = 0; draft->spell && i < draft->spell->requirement_count; i++)
        if (strcmp(draft->spell->requirements[i].id, id) == 0)
            return false;
    return true;
}

void draft_judge(const struct draft *draft, struct judgement *judgement)
{
    struct err_list errors = {0};
    struct draft_places places = {0};
    *judgement = (struct judgement){0};
    struct yaml_node *root = draft_tree(draft, &places);
    struct yaml_node *accepts = (struct yaml_node *)(uintptr_t)yaml_get(root, "accept");
    for (size_t i = accepts ? accepts->count : 0; i >= 2; i -= 2)
        if (is_leftover(draft, accepts->items[i - 2]->text)) {
            yaml_node_free(&accepts->items[i - 2]);
            yaml_node_free(&accepts->items[i - 1]);
            memmove(accepts->items + i - 2, accepts->items + i, (accepts->count - i) * sizeof *accepts->items);
            accepts->count -= 2;
        }
    struct answers_overrides overrides = {.ignore_environment = true, .question_lines = places.questions};
    judgement->answers = answers_read_tree("", root, &overrides, draft->spell, &errors);
    bool *are_ranges = add_ranges(judgement, draft);
    judgement->is_valid = judgement->answers && draft->spell && !errors.count && !errors.dropped && !judgement->fault_count;
    judgement->dropped = errors.dropped;
    add_faults(judgement, draft, &errors, &places, are_ranges, false);
    if (judgement->answers)
        add_faults(judgement, draft, &judgement->answers->warnings, &places, are_ranges, true);
    free(are_ranges);
    yaml_node_free(&root);
    err_list_done(&errors);
    free(places.items);
}

void judgement_done(struct judgement *judgement)
{
    for (size_t i = 0; i < judgement->fault_count; i++)
        free(judgement->faults[i].text);
    free(judgement->faults);
    answers_free(&judgement->answers);
    *judgement = (struct judgement){0};
}

const struct draft_fault *judgement_at(const struct judgement *judgement, enum draft_part part, size_t index, enum draft_cell cell)
{
    bool has_cell = part == PART_HOST || part == PART_SSH;
    for (size_t i = 0; i < judgement->fault_count; i++) {
        const struct draft_fault *f = &judgement->faults[i];
        if (f->part == part && f->index == index && (!has_cell || f->cell == cell))
            return f;
    }
    return NULL;
}

const struct draft_fault *judgement_host(const struct judgement *judgement, size_t index)
{
    const struct draft_fault *warning = NULL;
    for (size_t i = 0; i < judgement->fault_count; i++) {
        const struct draft_fault *f = &judgement->faults[i];
        if (f->part != PART_HOST || f->index != index)
            continue;
        if (!f->is_warning)
            return f;
        warning = warning ? warning : f;
    }
    return warning;
}

size_t judgement_count(const struct judgement *judgement, enum draft_part part)
{
    size_t count = 0;
    for (size_t i = 0; i < judgement->fault_count; i++)
        count += judgement->faults[i].part == part && !judgement->faults[i].is_warning;
    return count;
}
