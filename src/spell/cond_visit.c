/* Looking at conditions without evaluating them: what names occur, and can one ever be true. */
#include "spell/cond.h"

#include <string.h>

#include "spell/cond_node.h"

static void visit(const struct node *node, const struct cond_visitor *visitor, bool is_compared)
{
    if (!node)
        return;
    bool compares = node->op == OP_EQUAL || node->op == OP_IN;
    if (node->op == OP_NAME && visitor->name)
        visitor->name(visitor->data, node->text, is_compared, node->column);
    if (node->op == OP_ROLE && visitor->role)
        visitor->role(visitor->data, node->how, node->text, node->column);
    const struct node *name = compares ? node->a : NULL, *other = node->b;
    if (compares && name->op != OP_NAME && other && other->op == OP_NAME) {
        name = node->b; /* "x" in NAME, "x" == NAME */
        other = node->a;
    }
    if (compares && name->op == OP_NAME && visitor->literal) {
        if (other && other->op != OP_NAME)
            visitor->literal(visitor->data, name->text, other->text, other->column);
        for (size_t i = 0; i < node->count; i++)
            if (node->list[i]->op != OP_NAME)
                visitor->literal(visitor->data, name->text, node->list[i]->text, node->list[i]->column);
    }
    visit(node->a, visitor, compares);
    visit(node->b, visitor, compares);
    for (size_t i = 0; i < node->count; i++)
        visit(node->list[i], visitor, true);
}

void cond_visit(const struct cond *cond, const struct cond_visitor *visitor)
{
    visit(cond->root, visitor, false);
}

/* Truth of which something may be unknown (Kleene). */
enum truth { FALSE, UNKNOWN, TRUE };

static const char *value_of(const struct node *node, const struct cond_scope *scope)
{
    return node->op == OP_NAME ? scope->value(scope->data, node->text) : node->text;
}

static enum truth equals(const char *a, const char *b)
{
    return !a || !b ? UNKNOWN : strcmp(a, b) == 0 ? TRUE : FALSE;
}

static enum truth may_be(const struct node *node, const struct cond_scope *scope)
{
    enum truth a, b;
    const char *value;
    switch (node->op) {
    case OP_OR:
    case OP_AND:
        a = may_be(node->a, scope);
        b = may_be(node->b, scope);
        return (node->op == OP_OR) == (a > b) ? a : b;
    case OP_NOT:
        return (enum truth)(TRUE - may_be(node->a, scope));
    case OP_EQUAL:
        return equals(value_of(node->a, scope), value_of(node->b, scope));
    case OP_IN:
        if (node->b)
            return UNKNOWN;
        a = FALSE;
        for (size_t i = 0; i < node->count; i++) {
            b = equals(value_of(node->a, scope), value_of(node->list[i], scope));
            a = b > a ? b : a;
        }
        return a;
    case OP_TRUE: /* `all` is not true of who only holds containers */
        return strcmp(node->text, COND_ALL) == 0 ? equals(scope->value(scope->data, COND_ALL), "true") : TRUE;
    case OP_NAME:
        value = scope->value(scope->data, node->text);
        if (value)
            return equals(value, "true");
        return scope->role(scope->data, COND_ROLE_HAS, node->text) ? TRUE : UNKNOWN;
    case OP_ROLE:
        return scope->role(scope->data, node->how, node->text) ? TRUE : FALSE;
    case OP_FALSE:
    case OP_LITERAL:
        break;
    }
    return FALSE;
}

bool cond_is_possible(const struct cond *cond, const struct cond_scope *scope)
{
    return may_be(cond->root, scope) != FALSE;
}
