#include "spell/cond.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/cond_node.h"

enum token { T_END, T_WORD, T_NUMBER, T_STRING, T_EQUAL, T_UNEQUAL, T_OPEN, T_CLOSE, T_LIST, T_LIST_END, T_COMMA, T_BAD };

struct parser {
    const char *text;
    size_t at;            /* first byte behind the current token */
    enum token token;
    size_t start, len;    /* of the token's own text (strings: without quotes) */
    unsigned column;
    unsigned depth;
    struct err *err;
};

static void node_free(struct node *node)
{
    if (!node)
        return;
    node_free(node->a);
    node_free(node->b);
    for (size_t i = 0; i < node->count; i++)
        node_free(node->list[i]);
    free(node->list);
    free(node->text);
    free(node);
}

static struct node *node_new(enum op op, unsigned column)
{
    struct node *node = mem_new(1, sizeof *node);
    node->op = op;
    node->column = column;
    return node;
}

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static void take(struct parser *p, enum token token, size_t start, size_t len, size_t next)
{
    p->token = token;
    p->start = start;
    p->len = len;
    p->at = next;
}

static unsigned column_of(const struct parser *p, size_t offset)
{
    unsigned column = 1;
    for (size_t i = 0; i < offset; i++)
        column += ((unsigned char)p->text[i] & 0xc0) != 0x80; /* characters, not bytes */
    return column;
}

static void next(struct parser *p)
{
    size_t i = p->at;
    while (p->text[i] == ' ' || p->text[i] == '\n')
        i++;
    p->column = column_of(p, i);
    const char *s = p->text + i;
    size_t n = 0;
    static const struct {
        const char *text;
        enum token token;
    } marks[] = {{"==", T_EQUAL}, {"!=", T_UNEQUAL}, {"(", T_OPEN}, {")", T_CLOSE}, {"[", T_LIST}, {"]", T_LIST_END}, {",", T_COMMA}};
    if (!*s) {
        take(p, T_END, i, 0, i);
        return;
    }
    for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
        if (strncmp(s, marks[k].text, strlen(marks[k].text)) == 0) {
            take(p, marks[k].token, i, strlen(marks[k].text), i + strlen(marks[k].text));
            return;
        }
    if (*s == '"' || *s == '\'') {
        const char *end = strchr(s + 1, *s);
        if (end)
            take(p, T_STRING, i + 1, (size_t)(end - s) - 1, i + (size_t)(end - s) + 1);
        else
            take(p, T_BAD, i, 1, i);
        return;
    }
    while (is_word_char(s[n]))
        n++;
    bool is_number = strspn(s + (*s == '-'), "0123456789") + (*s == '-') == n && n > (size_t)(*s == '-');
    if (is_number)
        take(p, T_NUMBER, i, n, i + n);
    else if (isalpha((unsigned char)*s))
        take(p, T_WORD, i, n, i + n);
    else
        take(p, T_BAD, i, 1, i);
}

static struct node *fail(struct parser *p, const char *expected)
{
    if (p->token == T_END)
        err_set(p->err, ERR_INVALID, _("expected %s, found the end of the condition"), expected);
    else if (p->token == T_BAD && strchr("\"'", p->text[p->start]))
        err_set(p->err, ERR_INVALID, _("the text that begins here has no closing quote"));
    else if (p->token == T_BAD && p->text[p->start] == '=')
        err_set(p->err, ERR_INVALID, _("expected %s, found \"=\"; equality is written =="), expected);
    else
        err_set(p->err, ERR_INVALID, _("expected %s, found \"%.*s\""), expected, (int)(p->len > 40 ? 40 : p->len),
                p->text + p->start);
    err_place(p->err, "", 1, p->column);
    return NULL;
}

static bool is_word(const struct parser *p, const char *word)
{
    return p->token == T_WORD && p->len == strlen(word) && memcmp(p->text + p->start, word, p->len) == 0;
}

static struct node *parse_or(struct parser *p);

static struct node *parse_role(struct parser *p, int how)
{
    struct node *node = node_new(OP_ROLE, p->column);
    node->how = how;
    next(p); /* the open parenthesis */
    next(p);
    if (p->token != T_WORD && p->token != T_STRING) {
        node_free(node);
        return fail(p, _("the name of a role"));
    }
    node->text = mem_strndup(p->text + p->start, p->len);
    node->column = p->column;
    next(p);
    if (p->token != T_CLOSE) {
        node_free(node);
        return fail(p, "\")\"");
    }
    next(p);
    return node;
}

static struct node *parse_word(struct parser *p)
{
    static const char *const reserved[] = {"and", "or", "not", "in"};
    static const char *const functions[] = {"has_role", "any", "first", "rest", "several"}; /* in the order of COND_ROLE_* */
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (is_word(p, reserved[i]))
            return fail(p, _("a name or a value"));
    size_t after = p->at;
    while (p->text[after] == ' ')
        after++;
    if (p->text[after] == '(') {
        for (int i = 0; i < (int)(sizeof functions / sizeof *functions); i++)
            if (is_word(p, functions[i]))
                return parse_role(p, i);
        return fail(p, _("has_role, any, first, rest or several before \"(\""));
    }
    enum op op = is_word(p, "true") || is_word(p, COND_ALL) ? OP_TRUE : is_word(p, "false") ? OP_FALSE : OP_NAME;
    struct node *node = node_new(op, p->column);
    node->text = mem_strndup(p->text + p->start, p->len);
    next(p);
    return node;
}

static struct node *parse_operand(struct parser *p)
{
    if (p->token == T_WORD)
        return parse_word(p);
    if (p->token == T_STRING || p->token == T_NUMBER) {
        struct node *node = node_new(OP_LITERAL, p->column);
        node->text = mem_strndup(p->text + p->start, p->len);
        next(p);
        return node;
    }
    if (p->token != T_OPEN)
        return fail(p, _("a name or a value"));
    if (++p->depth > COND_DEPTH_MAX) {
        err_set(p->err, ERR_INVALID, _("nested too deeply"));
        err_place(p->err, "", 1, p->column);
        return NULL;
    }
    next(p);
    struct node *node = parse_or(p);
    p->depth--;
    if (node && p->token != T_CLOSE) {
        node_free(node);
        return fail(p, "\")\"");
    }
    if (node)
        next(p);
    return node;
}

static bool is_text(const struct node *node)
{
    return node->op == OP_LITERAL || node->op == OP_NAME || node->op == OP_TRUE || node->op == OP_FALSE;
}

static bool parse_list(struct parser *p, struct node *in)
{
    do {
        next(p); /* the bracket or the comma */
        struct node *item = p->token == T_OPEN ? fail(p, _("a value")) : parse_operand(p);
        if (item && !is_text(item)) {
            node_free(item);
            item = fail(p, _("a value"));
        }
        if (!item)
            return false;
        in->list = mem_grow(in->list, in->count + 1, sizeof *in->list);
        in->list[in->count++] = item;
    } while (p->token == T_COMMA);
    if (p->token != T_LIST_END)
        return fail(p, _("\",\" or \"]\"")) != NULL;
    next(p);
    return true;
}

static struct node *negate(struct node *node)
{
    struct node *not = node_new(OP_NOT, node->column);
    not->a = node;
    return not;
}

/* The right side of ==, != and in; takes over left. */
static struct node *parse_right(struct parser *p, struct node *left, bool is_in)
{
    struct node *node = node_new(is_in ? OP_IN : OP_EQUAL, p->column);
    node->a = left;
    bool ok;
    if (is_in && p->token == T_LIST) {
        ok = parse_list(p, node);
    } else {
        bool is_open = p->token == T_OPEN;
        node->b = is_open ? fail(p, is_in ? _("a list such as [a, b]") : _("a value")) : parse_operand(p);
        ok = node->b != NULL;
        if (ok && (!is_text(node->b) || (is_in && node->b->op != OP_NAME)))
            ok = fail(p, is_in ? _("a list such as [a, b], or a name before this") : _("a value before this")) != NULL;
    }
    if (ok)
        return node;
    node_free(node);
    return NULL;
}

static struct node *parse_compare(struct parser *p)
{
    unsigned column = p->column;
    struct node *left = parse_operand(p);
    if (!left)
        return NULL;
    bool is_not = p->token == T_UNEQUAL;
    bool is_in = is_word(p, "in");
    if (is_word(p, "not")) {
        next(p);
        is_not = is_in = is_word(p, "in");
        if (!is_in) {
            node_free(left);
            return fail(p, _("\"in\" after \"not\""));
        }
    }
    if (p->token == T_EQUAL || p->token == T_UNEQUAL || is_in) {
        if (!is_text(left)) {
            node_free(left);
            return fail(p, _("\"and\", \"or\" or the end"));
        }
        next(p);
        struct node *node = parse_right(p, left, is_in);
        return node && is_not ? negate(node) : node;
    }
    if (left->op == OP_LITERAL) {
        node_free(left);
        if (p->token != T_END)
            return fail(p, _("==, != or in"));
        err_set(p->err, ERR_INVALID, _("a value alone is neither true nor false; compare it with ==, != or in"));
        err_place(p->err, "", 1, column);
        return NULL;
    }
    return left;
}

static struct node *parse_not(struct parser *p)
{
    bool is_not = false;
    while (is_word(p, "not")) {
        is_not = !is_not;
        next(p);
    }
    struct node *node = parse_compare(p);
    return node && is_not ? negate(node) : node;
}

/* left-associative chains of one operator; the chain's length is bounded by COND_LEN_MAX */
static struct node *parse_chain(struct parser *p, const char *word, enum op op, struct node *(*part)(struct parser *))
{
    struct node *left = part(p);
    while (left && is_word(p, word)) {
        struct node *node = node_new(op, p->column);
        next(p);
        node->a = left;
        node->b = part(p);
        left = node;
        if (!node->b) {
            node_free(node);
            left = NULL;
        }
    }
    return left;
}

static struct node *parse_and(struct parser *p)
{
    return parse_chain(p, "and", OP_AND, parse_not);
}

static struct node *parse_or(struct parser *p)
{
    return parse_chain(p, "or", OP_OR, parse_and);
}

struct cond *cond_parse(const char *text, struct err *err)
{
    if (strlen(text) > COND_LEN_MAX) {
        err_set(err, ERR_INVALID, _("a condition may be at most %d bytes long"), COND_LEN_MAX);
        err_place(err, "", 1, 1);
        return NULL;
    }
    struct parser parser = {.text = text, .err = err};
    next(&parser);
    struct node *root = parse_or(&parser);
    if (root && parser.token != T_END) {
        node_free(root);
        root = fail(&parser, _("\"and\", \"or\" or the end"));
    }
    if (!root)
        return NULL;
    struct cond *cond = mem_new(1, sizeof *cond);
    cond->text = mem_strdup(text);
    cond->root = root;
    return cond;
}

static const char *text_of(const struct node *node, const struct cond_scope *scope)
{
    if (node->op != OP_NAME)
        return node->text;
    const char *value = scope->value(scope->data, node->text);
    return value ? value : "";
}

static bool has_word(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *p = words; *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        if (n == len && memcmp(p, word, n) == 0)
            return true;
        p += n;
    }
    return false;
}

static bool eval_in(const struct node *node, const struct cond_scope *scope)
{
    const char *text = text_of(node->a, scope);
    if (node->b)
        return has_word(text_of(node->b, scope), text);
    for (size_t i = 0; i < node->count; i++)
        if (strcmp(text_of(node->list[i], scope), text) == 0)
            return true;
    return false;
}

static bool eval(const struct node *node, const struct cond_scope *scope)
{
    const char *value;
    switch (node->op) {
    case OP_OR:
        return eval(node->a, scope) || eval(node->b, scope);
    case OP_AND:
        return eval(node->a, scope) && eval(node->b, scope);
    case OP_NOT:
        return !eval(node->a, scope);
    case OP_EQUAL:
        return strcmp(text_of(node->a, scope), text_of(node->b, scope)) == 0;
    case OP_IN:
        return eval_in(node, scope);
    case OP_TRUE: /* `all` are the nodes: who only holds containers is none */
        value = strcmp(node->text, COND_ALL) == 0 ? scope->value(scope->data, COND_ALL) : NULL;
        return !value || strcmp(value, "true") == 0;
    case OP_NAME:
        value = scope->value(scope->data, node->text);
        return value ? strcmp(value, "true") == 0 : scope->role(scope->data, COND_ROLE_HAS, node->text);
    case OP_ROLE:
        return scope->role(scope->data, node->how, node->text);
    case OP_FALSE:
    case OP_LITERAL:
        break;
    }
    return false;
}

bool cond_eval(const struct cond *cond, const struct cond_scope *scope)
{
    return eval(cond->root, scope);
}

const char *cond_text(const struct cond *cond)
{
    return cond->text;
}

void cond_free(struct cond **cond)
{
    if (!*cond)
        return;
    node_free((*cond)->root);
    free((*cond)->text);
    free(*cond);
    *cond = NULL;
}
