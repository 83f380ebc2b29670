#include "spell/cond_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/cond_node.h"
#include "spell/translation.h"

static char *words(const struct node *node, const struct spell *spell);

/* What stands for a name: a question's label in quotes. */
static char *name_words(const struct node *node, const struct spell *spell)
{
    const struct question *question = node->op == OP_NAME ? spell_question(spell, node->text) : NULL;
    if (question)
        return mem_printf("\"%s\"", spell_text(spell, question->label));
    return mem_strdup(node->op == OP_NAME && strcmp(node->text, "topology") == 0 ? _("the topology") : node->text);
}

/* A value as the question it is compared with shows it. */
static char *value_words(const struct node *node, const struct node *name, const struct spell *spell)
{
    const struct question *question = name->op == OP_NAME ? spell_question(spell, name->text) : NULL;
    if (node->op == OP_NAME)
        return name_words(node, spell);
    const struct choice *choice = question ? question_choice(question, node->text ? node->text : "") : NULL;
    if (choice)
        return mem_strdup(spell_text(spell, choice->label));
    if (node->op == OP_TRUE || node->op == OP_FALSE || (question && question->type == QUESTION_BOOLEAN))
        return mem_strdup(node->op == OP_TRUE || (node->text && strcmp(node->text, "true") == 0) ? _("yes") : _("no"));
    return mem_strdup(node->text && *node->text ? node->text : _("empty"));
}

static char *equal_words(const struct node *node, const struct spell *spell, bool is_not)
{
    const struct node *name = node->a->op == OP_NAME ? node->a : node->b, *value = name == node->a ? node->b : node->a;
    char *a = name_words(name, spell), *b = value_words(value, name, spell);
    char *text = mem_printf(is_not ? _("%s is not %s") : _("%s is %s"), a, b);
    free(a);
    free(b);
    return text;
}

static char *in_words(const struct node *node, const struct spell *spell, bool is_not)
{
    struct strv values = {0};
    if (node->b) { /* one of several that may be ticked */
        char *a = name_words(node->b, spell), *b = value_words(node->a, node->b, spell);
        char *text = mem_printf(is_not ? _("%s does not have %s") : _("%s has %s"), a, b);
        free(a);
        free(b);
        return text;
    }
    for (size_t i = 0; i < node->count; i++) {
        char *value = value_words(node->list[i], node->a, spell);
        strv_add(&values, value);
        free(value);
    }
    char *a = name_words(node->a, spell), *list = strv_join(&values, ", ");
    char *text = mem_printf(is_not ? _("%s is none of %s") : _("%s is one of %s"), a, list);
    free(a);
    free(list);
    strv_done(&values);
    return text;
}

static char *both_words(const struct node *node, const struct spell *spell)
{
    char *a = words(node->a, spell), *b = words(node->b, spell);
    char *left = node->op == OP_AND && node->a->op == OP_OR ? mem_printf("(%s)", a) : mem_strdup(a);
    char *right = node->op == OP_AND && node->b->op == OP_OR ? mem_printf("(%s)", b) : mem_strdup(b);
    char *text = mem_printf(node->op == OP_AND ? _("%s and %s") : _("%s or %s"), left, right);
    free(a);
    free(b);
    free(left);
    free(right);
    return text;
}

static char *one_words(const struct node *node, const struct spell *spell, bool is_not)
{
    char *text, *inner;
    switch (node->op) {
    case OP_EQUAL:
        return equal_words(node, spell, is_not);
    case OP_IN:
        return in_words(node, spell, is_not);
    case OP_ROLE:
        if (node->how == COND_ROLE_SEVERAL)
            return mem_printf(is_not ? _("at most one host has the role %s") : _("several hosts have the role %s"), node->text);
        return mem_printf(is_not ? _("no host has the role %s") : _("a host has the role %s"), node->text);
    case OP_NAME:
        inner = name_words(node, spell);
        text = mem_printf(_("%s is %s"), inner, is_not ? _("no") : _("yes"));
        free(inner);
        return text;
    case OP_TRUE:
        return mem_strdup(is_not ? _("never") : _("always"));
    case OP_FALSE:
        return mem_strdup(is_not ? _("always") : _("never"));
    default:
        inner = words(node, spell);
        text = is_not ? mem_printf(_("not (%s)"), inner) : mem_strdup(inner);
        free(inner);
        return text;
    }
}

static char *words(const struct node *node, const struct spell *spell)
{
    switch (node->op) {
    case OP_OR:
    case OP_AND:
        return both_words(node, spell);
    case OP_NOT:
        return one_words(node->a, spell, true);
    case OP_LITERAL:
        return mem_strdup(node->text);
    default:
        return one_words(node, spell, false);
    }
}

char *cond_words(const struct cond *cond, const struct spell *spell)
{
    return words(cond->root, spell);
}

char *choice_why_not(const struct choice *choice, const struct spell *spell)
{
    if (choice_is_gone(choice))
        return mem_printf(_("retired: %s"), spell_text(spell, choice->retired));
    char *when = cond_words(choice->when, spell);
    char *text = choice->retired ? mem_printf(_("retired: %s; only when %s"), spell_text(spell, choice->retired), when) : mem_printf(_("only when %s"), when);
    free(when);
    return text;
}
