#include "spell/yaml_write.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/i18n.h"
#include "base/mem.h"

static struct yaml_node *node_new(enum yaml_kind kind)
{
    struct yaml_node *node = mem_new(1, sizeof *node);
    node->kind = kind;
    return node;
}

struct yaml_node *yaml_new_mapping(void)
{
    return node_new(YAML_MAPPING);
}

struct yaml_node *yaml_new_sequence(void)
{
    return node_new(YAML_SEQUENCE);
}

struct yaml_node *yaml_new_string(const char *text)
{
    struct yaml_node *node = node_new(YAML_SCALAR);
    node->text = mem_strdup(text);
    node->is_quoted = true;
    return node;
}

struct yaml_node *yaml_new_boolean(bool value)
{
    struct yaml_node *node = node_new(YAML_SCALAR);
    node->text = mem_strdup(value ? "true" : "false");
    node->scalar = YAML_BOOLEAN;
    node->is_plain = true;
    return node;
}

struct yaml_node *yaml_new_number(uint64_t value)
{
    struct yaml_node *node = node_new(YAML_SCALAR);
    node->text = mem_printf("%" PRIu64, value);
    node->scalar = YAML_INTEGER;
    node->is_plain = true;
    return node;
}

static void add_item(struct yaml_node *parent, struct yaml_node *item)
{
    parent->items = mem_grow(parent->items, parent->count + 1, sizeof(struct yaml_node *));
    parent->items[parent->count++] = item;
}

void yaml_put(struct yaml_node *map, const char *key, struct yaml_node *value)
{
    assert(map->kind == YAML_MAPPING);
    for (size_t i = 0; i < map->count; i += 2)
        if (strcmp(map->items[i]->text, key) == 0) {
            yaml_node_free(&map->items[i + 1]);
            map->items[i + 1] = value;
            return;
        }
    add_item(map, yaml_new_string(key));
    add_item(map, value);
}

void yaml_put_string(struct yaml_node *map, const char *key, const char *text)
{
    yaml_put(map, key, yaml_new_string(text));
}

void yaml_put_owned(struct yaml_node *map, const char *key, char *text)
{
    yaml_put_string(map, key, text);
    free(text);
}

void yaml_append(struct yaml_node *sequence, struct yaml_node *item)
{
    assert(sequence->kind == YAML_SEQUENCE);
    add_item(sequence, item);
}

void yaml_drop(struct yaml_node *sequence, size_t i)
{
    assert(sequence->kind == YAML_SEQUENCE && i < sequence->count);
    yaml_node_free(&sequence->items[i]);
    sequence->count--;
    memmove(sequence->items + i, sequence->items + i + 1, (sequence->count - i) * sizeof *sequence->items);
}

struct yaml_node *yaml_copy(const struct yaml_node *node)
{
    struct yaml_node *copy = mem_new(1, sizeof *copy);
    *copy = *node;
    copy->items = NULL;
    copy->count = 0;
    copy->text = node->text ? mem_strdup(node->text) : NULL;
    for (size_t i = 0; i < node->count; i++)
        add_item(copy, yaml_copy(node->items[i]));
    return copy;
}

bool yaml_same(const struct yaml_node *a, const struct yaml_node *b)
{
    if (a->kind != b->kind || a->count != b->count)
        return false;
    if (a->kind == YAML_SCALAR)
        return a->scalar == b->scalar && (a->scalar == YAML_NULL || strcmp(a->text, b->text) == 0);
    for (size_t i = 0; i < a->count; i++)
        if (!yaml_same(a->items[i], b->items[i]))
            return false;
    return true;
}

/* Would a reader of YAML 1.1 (such as kubectl's) or 1.2 take the plain text for something other than a string? Only words of letters, digits
 * and the like that begin with a letter are written bare, and the words that mean something are not among them. */
static bool is_bare(const char *text)
{
    static const char *const words[] = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"};
    size_t len = strlen(text);
    if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", *text) || !len ||
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./+=@:") != len)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(text, words[i]) == 0)
            return false;
    return true;
}

static bool emit_scalar(yaml_emitter_t *emitter, const struct yaml_node *node)
{
    yaml_scalar_style_t style = YAML_SINGLE_QUOTED_SCALAR_STYLE;
    if (node->is_plain || is_bare(node->text))
        style = YAML_PLAIN_SCALAR_STYLE;
    else if (strpbrk(node->text, "\n\r\t"))
        style = node->is_quoted ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_LITERAL_SCALAR_STYLE;
    yaml_event_t event;
    return yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)node->text, (int)strlen(node->text), 1, 1, style) &&
           yaml_emitter_emit(emitter, &event);
}

static bool emit_node(yaml_emitter_t *emitter, const struct yaml_node *node)
{
    yaml_event_t event;
    if (node->kind == YAML_SCALAR)
        return emit_scalar(emitter, node);
    bool is_map = node->kind == YAML_MAPPING;
    if (!(is_map ? yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE)
                 : yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE)) ||
        !yaml_emitter_emit(emitter, &event))
        return false;
    for (size_t i = 0; i < node->count; i++)
        if (!emit_node(emitter, node->items[i])) /* never deeper than YAML_DEPTH_MAX */
            return false;
    return (is_map ? yaml_mapping_end_event_initialize(&event) : yaml_sequence_end_event_initialize(&event)) &&
           yaml_emitter_emit(emitter, &event);
}

static bool emit_document(yaml_emitter_t *emitter, const struct yaml_node *root)
{
    yaml_event_t event;
    if (!yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING) || !yaml_emitter_emit(emitter, &event) ||
        !yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1) || !yaml_emitter_emit(emitter, &event) ||
        !emit_node(emitter, root))
        return false;
    return yaml_document_end_event_initialize(&event, 1) && yaml_emitter_emit(emitter, &event) &&
           yaml_stream_end_event_initialize(&event) && yaml_emitter_emit(emitter, &event) && yaml_emitter_flush(emitter);
}

static int take_bytes(void *context, unsigned char *bytes, size_t len)
{
    return buf_add(context, bytes, len);
}

/* What is written must be what is meant: it goes into files of the operator's. */
static bool reads_the_same(const struct yaml_node *root, const struct buf *out)
{
    struct err_list errors = {0};
    struct yaml *again = yaml_parse("", buf_text(out), out->len, &errors);
    bool ok = again && yaml_same(root, again->root);
    yaml_tree_free(&again);
    err_list_done(&errors);
    return ok;
}

bool yaml_write(const struct yaml_node *root, struct buf *out, struct err *err)
{
    yaml_emitter_t emitter;
    struct buf text;
    buf_init(&text, out->max);
    bool ok = yaml_emitter_initialize(&emitter);
    if (ok) {
        yaml_emitter_set_output(&emitter, take_bytes, &text);
        yaml_emitter_set_unicode(&emitter, 1);
        yaml_emitter_set_width(&emitter, -1);
        ok = emit_document(&emitter, root);
        yaml_emitter_delete(&emitter);
    }
    if (!ok)
        err_set(err, ERR_LOCAL, _("the YAML would have more than %zu bytes"), out->max);
    else if (!(ok = reads_the_same(root, &text)))
        err_set(err, ERR_LOCAL, _("the YAML can't be written so that it reads the same again"));
    ok = ok && buf_add(out, buf_text(&text), text.len);
    buf_wipe(&text);
    return ok;
}
