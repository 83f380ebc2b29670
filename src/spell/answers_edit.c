#include "spell/answers_edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "spell/answers_parts.h"
#include "spell/yaml_write.h"

/* A stretch of the text and what comes in its place. */
struct patch {
    size_t from, to;
    char *text; /* owned */
};

struct edit {
    const struct spell *spell;
    const struct answers_change *change;
    const char *bytes;
    size_t len;
    size_t *lines; /* owned: where line i + 1 begins; one more for the end */
    size_t line_count;
    struct patch patches[64];
    size_t patch_count;
    bool is_lost; /* this is not written as the patches expect it */
};

static void find_lines(struct edit *e)
{
    size_t at = 0;
    while (at < e->len) {
        const char *end = memchr(e->bytes + at, '\n', e->len - at);
        e->lines = mem_grow(e->lines, e->line_count + 2, sizeof *e->lines);
        e->lines[e->line_count++] = at;
        at = end ? (size_t)(end - e->bytes) + 1 : e->len;
    }
    e->lines = mem_grow(e->lines, e->line_count + 1, sizeof *e->lines);
    e->lines[e->line_count] = e->len;
}

/* Lines count from 1; behind the last one is the end. */
static size_t line_begin(const struct edit *e, unsigned line)
{
    return line >= 1 && line <= e->line_count ? e->lines[line - 1] : e->len;
}

static unsigned last_line(const struct yaml_node *node)
{
    unsigned last = node->line;
    for (size_t i = 0; i < node->count; i++) {
        unsigned line = last_line(node->items[i]);
        last = line > last ? line : last;
    }
    return last;
}

/* Takes text. */
static void patch(struct edit *e, size_t from, size_t to, char *text)
{
    if (e->patch_count == sizeof e->patches / sizeof *e->patches) {
        e->is_lost = true;
        free(text);
        return;
    }
    e->patches[e->patch_count++] = (struct patch){from, to, text};
}

/* How many blanks stand before the dash of an item that is written on lines of its own; -1 = it is not. */
static int dash_indent(const struct edit *e, const struct yaml_node *item)
{
    size_t at = line_begin(e, item->line), indent = 0;
    while (at + indent < e->len && e->bytes[at + indent] == ' ')
        indent++;
    return at + indent < e->len && e->bytes[at + indent] == '-' && item->column > indent + 1 ? (int)indent : -1;
}

/* At the end of the text, which may lack its newline. */
static void insert(struct edit *e, size_t at, char *text)
{
    bool lacks = at == e->len && e->len && e->bytes[e->len - 1] != '\n';
    patch(e, at, at, lacks ? mem_printf("\n%s", text) : mem_strdup(text));
    free(text);
}

static struct yaml_node *find_host(struct yaml_node *hosts, const char *name, size_t *index)
{
    for (size_t i = 0; i < hosts->count; i++) {
        const struct yaml_node *node = yaml_get(hosts->items[i], "name");
        if (node && node->kind == YAML_SCALAR && strcmp(node->text, name) == 0) {
            *index = i;
            return hosts->items[i];
        }
    }
    return NULL;
}

static void remove_hosts(struct edit *e, struct yaml_node *hosts)
{
    for (size_t i = 0; i < e->change->remove.count; i++) {
        size_t index = 0;
        const struct yaml_node *item = find_host(hosts, e->change->remove.items[i], &index);
        if (!item)
            continue;
        e->is_lost |= dash_indent(e, item) < 0;
        patch(e, line_begin(e, item->line), line_begin(e, last_line(item) + 1), mem_strdup(""));
        yaml_drop(hosts, index);
    }
}

/* The host as answers_add_hosts writes it, with so many blanks before the dash. malloc'd. */
static char *host_text(const struct host *host, int indent)
{
    struct fleet one = {.items = (struct host *)(uintptr_t)host, .count = 1};
    struct buf all, out;
    buf_init(&all, YAML_BYTES_MAX);
    buf_init(&out, YAML_BYTES_MAX);
    answers_add_hosts(&all, &one);
    const char *p = strchr(buf_text(&all), '\n') + 1; /* behind "hosts:" */
    while (*p) {
        size_t n = strcspn(p, "\n");
        buf_addf(&out, "%*s%.*s\n", indent, "", (int)(n - 2), p + 2); /* each is indented by two */
        p += n + 1;
    }
    buf_done(&all);
    return buf_take(&out);
}

static void add_hosts(struct edit *e, struct yaml_node *hosts)
{
    const struct yaml_node *last = hosts->count ? hosts->items[hosts->count - 1] : NULL;
    int indent = last ? dash_indent(e, last) : -1;
    size_t at = last ? line_begin(e, last_line(last) + 1) : 0;
    struct buf texts;
    buf_init(&texts, YAML_BYTES_MAX);
    for (size_t i = 0; i < e->change->add.count; i++) {
        const struct host *host = &e->change->add.items[i];
        size_t index = 0;
        if (find_host(hosts, host->name, &index))
            continue;
        char *text = host_text(host, 0);
        struct err_list errors = {0};
        struct yaml *one = yaml_parse("", text, strlen(text), &errors);
        if (one && one->root->kind == YAML_SEQUENCE && one->root->count == 1)
            yaml_append(hosts, yaml_copy(one->root->items[0]));
        yaml_tree_free(&one);
        err_list_done(&errors);
        free(text);
        text = host_text(host, indent < 0 ? 0 : indent);
        buf_adds(&texts, text);
        free(text);
    }
    char *text = buf_take(&texts);
    e->is_lost |= *text && indent < 0;
    if (*text)
        insert(e, at, text);
    else
        free(text);
}

/* A value as it is read by the type of its question: only booleans and numbers are not quoted. */
static struct yaml_node *value_node(const struct question *question, const char *value)
{
    struct yaml_node *node = yaml_new_string(value);
    if (question && (question->type == QUESTION_BOOLEAN || question->type == QUESTION_INTEGER)) {
        node->is_quoted = false;
        node->is_plain = true;
        node->scalar = question->type == QUESTION_BOOLEAN ? YAML_BOOLEAN : YAML_INTEGER;
    }
    if (!question || question->type != QUESTION_MULTI)
        return node;
    struct yaml_node *list = yaml_new_sequence();
    for (const char *p = value; *p; p += strspn(p, " ,")) {
        size_t n = strcspn(p, " ,");
        char *word = mem_strndup(p, n);
        if (n)
            yaml_append(list, yaml_new_string(word));
        free(word);
        p += n;
    }
    yaml_node_free(&node);
    return list;
}

/* On one line. malloc'd. */
static char *value_text(const struct yaml_node *node)
{
    struct buf out;
    buf_init(&out, YAML_BYTES_MAX);
    if (node->kind == YAML_SEQUENCE) {
        buf_adds(&out, "[");
        for (size_t i = 0; i < node->count; i++)
            buf_addf(&out, "%s%s", i ? ", " : "", node->items[i]->text); /* values of choices are plain words */
        buf_adds(&out, "]");
    } else if (node->is_plain) {
        buf_adds(&out, node->text);
    } else {
        answers_add_quoted(&out, node->text);
    }
    return buf_take(&out);
}

/* Where a scalar or a list on one line ends; 0 = not on that line. */
static size_t value_end(const struct edit *e, const struct yaml_node *node)
{
    size_t at = line_begin(e, node->line) + node->column - 1;
    if (at >= e->len || last_line(node) != node->line)
        return 0;
    if (node->kind == YAML_SCALAR && node->is_plain)
        return at + strlen(node->text);
    char close = node->kind == YAML_SEQUENCE ? ']' : e->bytes[at];
    if (node->kind == YAML_SCALAR && close != '"' && close != '\'')
        return 0;
    const char *end = memchr(e->bytes + at + 1, close, line_begin(e, node->line + 1) - at - 1);
    return end ? (size_t)(end - e->bytes) + 1 : 0;
}

static void set_answer(struct edit *e, struct yaml_node *root, const char *key, const char *value)
{
    struct yaml_node *map = (struct yaml_node *)(uintptr_t)yaml_get(root, "answers");
    struct yaml_node *new = value_node(spell_question(e->spell, key), value);
    char *text = value_text(new);
    bool is_first = false;
    const struct yaml_node *old = yaml_get(map, key);
    if (old) {
        size_t end = value_end(e, old);
        e->is_lost |= !end;
        patch(e, end ? line_begin(e, old->line) + old->column - 1 : 0, end, mem_strdup(text));
    } else if (map && map->kind == YAML_MAPPING && map->count) {
        /* where a block of text (|) ends is not known, so the new one comes before the others then */
        const struct yaml_node *last = map->items[map->count - 1];
        is_first = last->kind == YAML_SCALAR && !last->is_plain && !last->is_quoted;
        insert(e, line_begin(e, is_first ? map->items[0]->line : last_line(map) + 1), mem_printf("%*s%s: %s\n", (int)map->items[0]->column - 1, "", key, text));
    } else {
        e->is_lost |= map != NULL;
        insert(e, e->len, mem_printf("answers:\n  %s: %s\n", key, text));
    }
    if (!map || map->kind != YAML_MAPPING) {
        yaml_put(root, "answers", yaml_new_mapping());
        map = (struct yaml_node *)(uintptr_t)yaml_get(root, "answers");
    }
    yaml_put(map, key, new);
    if (is_first) { /* in the tree as in the text */
        struct yaml_node *pair[2] = {map->items[map->count - 2], map->items[map->count - 1]};
        memmove(map->items + 2, map->items, (map->count - 2) * sizeof *map->items);
        memcpy(map->items, pair, sizeof pair);
    }
    free(text);
}

static int by_place(const void *a, const void *b)
{
    const struct patch *x = a, *y = b;
    return x->from < y->from ? -1 : x->from > y->from;
}

static bool apply(struct edit *e, struct buf *out)
{
    size_t at = 0;
    bool ok = true;
    if (e->patch_count)
        qsort(e->patches, e->patch_count, sizeof *e->patches, by_place);
    for (size_t i = 0; i < e->patch_count && ok; i++) {
        const struct patch *p = &e->patches[i];
        ok = p->from >= at && p->to >= p->from && buf_add(out, e->bytes + at, p->from - at) && buf_adds(out, p->text);
        at = p->to;
    }
    return ok && buf_add(out, e->bytes + at, e->len - at);
}

/* Do the patches mean what the changed tree means? They are made by looks, so this decides. */
static bool is_meant(const struct yaml_node *root, const struct buf *text)
{
    struct err_list errors = {0};
    struct yaml *yaml = yaml_parse("", buf_text(text), text->len, &errors);
    bool ok = yaml && yaml_same(yaml->root, root);
    yaml_tree_free(&yaml);
    err_list_done(&errors);
    return ok;
}

bool answers_edit(const char *name, const char *bytes, size_t len, const struct spell *spell, const struct answers_change *change, struct buf *out,
                  struct err *err)
{
    struct err_list errors = {0};
    struct edit e = {.spell = spell, .change = change, .bytes = bytes, .len = len};
    struct yaml *yaml = yaml_parse(name, bytes, len, &errors);
    bool ok = yaml && yaml->root->kind == YAML_MAPPING;
    if (!ok && errors.count && err)
        *err = errors.items[0];
    else if (!ok)
        err_set(err, ERR_INVALID, "%s", name);
    if (ok) {
        struct yaml_node *hosts = (struct yaml_node *)(uintptr_t)yaml_get(yaml->root, "hosts");
        struct buf text;
        buf_init(&text, out->max);
        find_lines(&e);
        if (hosts && hosts->kind == YAML_SEQUENCE) {
            add_hosts(&e, hosts);
            remove_hosts(&e, hosts);
        }
        for (size_t i = 0; i < change->sets.count; i++) {
            const char *pair = change->sets.items[i], *equals = strchr(pair, '=');
            char *key = mem_strndup(pair, equals ? (size_t)(equals - pair) : strlen(pair));
            set_answer(&e, yaml->root, key, equals ? equals + 1 : "");
            free(key);
        }
        if (!e.is_lost && apply(&e, &text) && is_meant(yaml->root, &text))
            ok = buf_add(out, buf_text(&text), text.len);
        else
            ok = yaml_write(yaml->root, out, err);
        buf_done(&text);
    }
    for (size_t i = 0; i < e.patch_count; i++)
        free(e.patches[i].text);
    free(e.lines);
    yaml_tree_free(&yaml);
    err_list_done(&errors);
    return ok;
}
