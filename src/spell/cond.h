/* Conditions: the little language of `when:` and `on:`.
 *
 *   expression := and-expression { "or" and-expression }
 *   and        := not { "and" not }
 *   not        := "not" not | compare
 *   compare    := operand [ ("==" | "!=") operand | ["not"] "in" (list | operand) ]
 *   operand    := "(" expression ")" | "string" | 'string' | integer | true | false | name | has_role(ROLE) | any(ROLE) |
 *                 first(ROLE) | rest(ROLE)
 *   list       := "[" operand { "," operand } "]"
 *
 * A name is a question's key, `topology`, or (in `on:`) a role; `all` is always true. A bare name is true when its answer is the text
 * "true" (`target`: in steps, whether the action is about this host), or, for roles, when the host has the role. Values are compared as text; `x in NAME` looks for x among the words of NAME's answer. */
#ifndef KWIZ_SPELL_COND_H
#define KWIZ_SPELL_COND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define COND_LEN_MAX 1000
#define COND_DEPTH_MAX 16
/* The name that is true where the host is a target of the action. */
#define COND_TARGET "target"
#define COND_ALL "all" /* every node: all hosts but one that only holds containers */

struct cond; /* opaque */

/* What conditions are asked about. Each callback gets `data`. */
struct cond_scope {
    void *data;
    /* The value of a question or `topology`; NULL when it has none (compares as ""; a bare name is then false). */
    const char *(*value)(void *data, const char *name);
    /* HAS: this host has the role. ANY: some host has it. SEVERAL: two have it, or more. FIRST, REST: this host is the first, or another, of those that have it. */
    bool (*role)(void *data, int how, const char *role);
};
enum { COND_ROLE_HAS, COND_ROLE_ANY, COND_ROLE_FIRST, COND_ROLE_REST, COND_ROLE_SEVERAL };

/* NULL after an error, which has column set to where in text (from 1) and line to 1. */
struct cond *cond_parse(const char *text, struct err *err);
bool cond_eval(const struct cond *cond, const struct cond_scope *scope);
/* Can it be true, when names whose value is NULL may have any value? (true, when in doubt.) */
bool cond_is_possible(const struct cond *cond, const struct cond_scope *scope);
/* Called for what occurs in a condition, to check it; columns count from 1 in its text. Any of them may be NULL. */
struct cond_visitor {
    void *data;
    /* A name; is_compared: it stands beside ==, != or in, otherwise it is true or false by itself. */
    void (*name)(void *data, const char *name, bool is_compared, unsigned column);
    void (*role)(void *data, int how, const char *role, unsigned column);
    /* A value that a name is compared with. */
    void (*literal)(void *data, const char *name, const char *literal, unsigned column);
};
void cond_visit(const struct cond *cond, const struct cond_visitor *visitor);
/* The text it was made from. */
const char *cond_text(const struct cond *cond);
void cond_free(struct cond **cond);

#endif
