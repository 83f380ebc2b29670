#include "spell/yaml_write.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

/* State while the events of one document are turned into a tree. */
struct builder {
    const char *file;
    struct err_list *errors;
    yaml_parser_t parser;
    struct yaml_node *stack[YAML_DEPTH_MAX]; /* open mappings and sequences */
    size_t depth;
    size_t nodes;
    struct yaml_node *root;
};

static bool fail(const struct builder *builder, const yaml_mark_t *mark, const char *text)
{
    return err_list_addf(builder->errors, builder->file, (unsigned)mark->line + 1, (unsigned)mark->column + 1, "%s", text);
}

static void node_free(struct yaml_node *node)
{
    if (!node)
        return;
    for (size_t i = 0; i < node->count; i++)
        node_free(node->items[i]); /* never deeper than YAML_DEPTH_MAX */
    free(node->items);
    if (node->text)
        explicit_bzero(node->text, strlen(node->text)); /* a kubeconfig holds keys */
    free(node->text);
    free(node);
}

void yaml_node_free(struct yaml_node **node)
{
    node_free(*node);
    *node = NULL;
}

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

static bool all_digits(const char *text, const char *digits)
{
    return *text && text[strspn(text, digits)] == '\0';
}

/* YAML 1.2.2, 10.3.2: the core schema's tag resolution. */
static enum yaml_scalar resolve(const char *text)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const booleans[] = {"true", "True", "TRUE", "false", "False", "FALSE", NULL};
    static const char *const specials[] = {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN", NULL};
    if (is_one_of(text, nulls))
        return YAML_NULL;
    if (is_one_of(text, booleans))
        return YAML_BOOLEAN;
    if (strncmp(text, "0o", 2) == 0)
        return all_digits(text + 2, "01234567") ? YAML_INTEGER : YAML_STRING;
    if (strncmp(text, "0x", 2) == 0)
        return all_digits(text + 2, "0123456789abcdefABCDEF") ? YAML_INTEGER : YAML_STRING;
    const char *p = text + (*text == '-' || *text == '+');
    if (is_one_of(p, specials))
        return YAML_FLOAT;
    size_t whole = strspn(p, "0123456789");
    if (whole && p[whole] == '\0')
        return YAML_INTEGER;
    size_t fraction = p[whole] == '.' ? strspn(p + whole + 1, "0123456789") : 0;
    if (!whole && !fraction)
        return YAML_STRING;
    p += whole + (p[whole] == '.' ? 1 + fraction : 0);
    if (*p == 'e' || *p == 'E') {
        p++;
        p += *p == '-' || *p == '+';
        if (!all_digits(p, "0123456789"))
            return YAML_STRING;
        return YAML_FLOAT;
    }
    return *p ? YAML_STRING : YAML_FLOAT;
}

static bool attach(struct builder *builder, struct yaml_node *node, const yaml_mark_t *mark)
{
    node->line = (unsigned)mark->line + 1;
    node->column = (unsigned)mark->column + 1;
    if (++builder->nodes > YAML_NODES_MAX) {
        node_free(node);
        return fail(builder, mark, _("too many values in one file"));
    }
    if (!builder->depth) {
        builder->root = node;
        return true;
    }
    struct yaml_node *parent = builder->stack[builder->depth - 1];
    bool is_key = parent->kind == YAML_MAPPING && parent->count % 2 == 0;
    struct err_list *errors = builder->errors;
    if (is_key && (node->kind != YAML_SCALAR || !*node->text)) {
        node_free(node);
        return fail(builder, mark, _("a key must be a word, as in \"key: value\""));
    }
    for (size_t i = 0; is_key && i < parent->count; i += 2)
        if (strcmp(parent->items[i]->text, node->text) == 0) {
            struct buf shown;
            buf_init(&shown, 200);
            utf8_printable(node->text, strlen(node->text), &shown);
            err_list_addf(errors, builder->file, node->line, node->column,
                          _("the key \"%s\" stands here twice; the first is on line %u"), buf_text(&shown),
                          parent->items[i]->line);
            buf_done(&shown);
            node_free(node);
            return false;
        }
    if (is_key && parent->count / 2 >= YAML_KEYS_MAX) {
        node_free(node);
        return fail(builder, mark, _("too many keys in one mapping"));
    }
    parent->items = mem_grow(parent->items, parent->count + 1, sizeof(struct yaml_node *));
    parent->items[parent->count++] = node;
    return true;
}

static bool add_scalar(struct builder *builder, const yaml_event_t *event)
{
    if (event->data.scalar.anchor)
        return fail(builder, &event->start_mark, _("anchors (&name) are not used here: write the value where it is needed"));
    if (event->data.scalar.tag)
        return fail(builder, &event->start_mark, _("tags (!name) are not used here: leave it out"));
    const char *text = (const char *)event->data.scalar.value;
    size_t len = event->data.scalar.length;
    if (!utf8_valid(text, len)) /* an escape such as "\0" in double quotes */
        return fail(builder, &event->start_mark, _("the value holds a byte that is no text"));
    bool is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    struct yaml_node *parent = builder->depth ? builder->stack[builder->depth - 1] : NULL;
    if (is_plain && parent && parent->kind == YAML_MAPPING && parent->count % 2 == 0 && strcmp(text, "<<") == 0)
        return fail(builder, &event->start_mark, _("merge keys (<<) are not used here: write the keys where they are needed"));
    struct yaml_node *node = mem_new(1, sizeof *node);
    node->kind = YAML_SCALAR;
    node->text = mem_strndup(text, len);
    node->scalar = is_plain ? resolve(node->text) : YAML_STRING;
    node->is_plain = is_plain;
    node->is_quoted = event->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
                      event->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    return attach(builder, node, &event->start_mark);
}

static bool open_node(struct builder *builder, enum yaml_kind kind, const yaml_char_t *anchor, const yaml_char_t *tag,
                      const yaml_mark_t *mark)
{
    if (anchor)
        return fail(builder, mark, _("anchors (&name) are not used here: write the value where it is needed"));
    if (tag)
        return fail(builder, mark, _("tags (!name) are not used here: leave it out"));
    if (builder->depth >= YAML_DEPTH_MAX)
        return fail(builder, mark, _("nested too deeply"));
    struct yaml_node *node = mem_new(1, sizeof *node);
    node->kind = kind;
    if (!attach(builder, node, mark))
        return false;
    builder->stack[builder->depth++] = node;
    return true;
}

/* Parsing stops at the first fault: what follows it can't be trusted to mean what it seems to. */
static bool take_event(struct builder *builder, const yaml_event_t *event, bool *is_end)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (builder->root)
            return fail(builder, &event->start_mark, _("a second document begins here; the file must hold one"));
        if (event->data.document_start.tag_directives.start != event->data.document_start.tag_directives.end)
            return fail(builder, &event->start_mark, _("tags (!name) are not used here: leave the %TAG line out"));
        return true;
    case YAML_ALIAS_EVENT:
        return fail(builder, &event->start_mark, _("aliases (*name) are not used here: write the value where it is needed"));
    case YAML_SCALAR_EVENT:
        return add_scalar(builder, event);
    case YAML_SEQUENCE_START_EVENT:
        return open_node(builder, YAML_SEQUENCE, event->data.sequence_start.anchor, event->data.sequence_start.tag,
                         &event->start_mark);
    case YAML_MAPPING_START_EVENT:
        return open_node(builder, YAML_MAPPING, event->data.mapping_start.anchor, event->data.mapping_start.tag,
                         &event->start_mark);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        assert(builder->depth);
        builder->depth--;
        return true;
    case YAML_STREAM_END_EVENT:
        *is_end = true;
        return true;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return true;
    }
    return true;
}

static bool parser_fault(const struct builder *builder)
{
    const yaml_parser_t *parser = &builder->parser;
    yaml_mark_t mark = parser->problem_mark;
    if (parser->error == YAML_MEMORY_ERROR)
        return fail(builder, &mark, _("not enough memory to read the file"));
    const char *problem = parser->problem ? parser->problem : _("not YAML");
    if (parser->context && parser->context_mark.line != mark.line)
        return err_list_addf(builder->errors, builder->file, (unsigned)mark.line + 1, (unsigned)mark.column + 1,
                             _("not YAML: %s (%s that begins on line %zu)"), problem, parser->context,
                             parser->context_mark.line + 1);
    return err_list_addf(builder->errors, builder->file, (unsigned)mark.line + 1, (unsigned)mark.column + 1,
                         _("not YAML: %s"), problem);
}

static bool build(struct builder *builder, const char *bytes, size_t len)
{
    if (!yaml_parser_initialize(&builder->parser))
        return err_list_addf(builder->errors, builder->file, 0, 0, _("not enough memory to read the file"));
    yaml_parser_set_encoding(&builder->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&builder->parser, (const unsigned char *)bytes, len);
    bool ok = true, is_end = false;
    while (ok && !is_end) {
        yaml_event_t event;
        if (!yaml_parser_parse(&builder->parser, &event)) {
            ok = parser_fault(builder);
            break;
        }
        ok = take_event(builder, &event, &is_end);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&builder->parser);
    return ok;
}

/* What libyaml would report late, vaguely, or not at all. */
static bool check_bytes(const char *name, const char *bytes, size_t len, struct err_list *errors)
{
    unsigned line = 1, column = 1;
    bool in_indent = true;
    for (size_t i = 0; i < len;) {
        uint32_t cp = 0;
        size_t n = utf8_decode(bytes + i, len - i, &cp);
        if (!n)
            return err_list_addf(errors, name, line, column, _("the byte 0x%02x is not valid UTF-8; save the file as UTF-8"),
                                 (unsigned)(unsigned char)bytes[i]);
        if (!cp)
            return err_list_addf(errors, name, line, column, _("a NUL byte; this is not a text file"));
        if (cp == '\t' && in_indent && strchr("\n\r", bytes[i + 1 < len ? i + 1 : i]) == NULL)
            return err_list_addf(errors, name, line, column, _("a tab at the beginning of a line; indent with spaces"));
        if ((cp < 0x20 && cp != '\t' && cp != '\n' && cp != '\r') || cp == 0x7f)
            return err_list_addf(errors, name, line, column, _("the control character 0x%02x has no place here"), (unsigned)cp);
        in_indent = cp == '\n' || (in_indent && cp == ' ');
        column++;
        if (cp == '\n') {
            line++;
            column = 1;
        }
        i += n;
    }
    return true;
}

struct yaml *yaml_parse(const char *name, const char *bytes, size_t len, struct err_list *errors)
{
    if (len > YAML_BYTES_MAX) {
        err_list_addf(errors, name, 0, 0, _("the file has %zu bytes; kwiz reads at most %zu here"), len, YAML_BYTES_MAX);
        return NULL;
    }
    if (!check_bytes(name, bytes, len, errors))
        return NULL;
    struct builder builder = {.file = name, .errors = errors};
    bool ok = build(&builder, bytes, len);
    if (ok && !builder.root)
        ok = err_list_addf(errors, name, 1, 1, _("the file is empty"));
    if (!ok) {
        node_free(builder.root);
        return NULL;
    }
    struct yaml *yaml = mem_new(1, sizeof *yaml);
    yaml->file = mem_strdup(name);
    yaml->root = builder.root;
    return yaml;
}

struct yaml *yaml_load(const char *path, struct err_list *errors)
{
    struct buf bytes;
    struct err err = ERR_INIT;
    struct yaml *yaml = NULL;
    if (file_read(path, YAML_BYTES_MAX, &bytes, &err))
        yaml = yaml_parse(path, buf_text(&bytes), bytes.len, errors);
    else
        err_list_add(errors, &err);
    buf_wipe(&bytes);
    return yaml;
}

void yaml_tree_free(struct yaml **yaml)
{
    if (!*yaml)
        return;
    node_free((*yaml)->root);
    free((*yaml)->file);
    free(*yaml);
    *yaml = NULL;
}
