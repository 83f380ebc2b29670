/* A question of a spell: what is asked, and which answers are valid. */
#ifndef KWIZ_SPELL_QUESTION_H
#define KWIZ_SPELL_QUESTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strv.h"
#include "spell/cond.h"
#include "spell/yaml.h"

enum question_type {
    QUESTION_TEXT,
    QUESTION_PASSWORD, /* never a value: a reference below `secrets:` */
    QUESTION_BOOLEAN,
    QUESTION_INTEGER,
    QUESTION_CHOICE,
    QUESTION_MULTI, /* several of the choices */
    QUESTION_CIDR,
    QUESTION_ADDRESS, /* IPv4 or IPv6 */
    QUESTION_HOSTNAME,
    QUESTION_PATH, /* absolute */
    QUESTION_VERSION,
};
#define QUESTION_TYPE_COUNT 11

struct choice {
    char *value, *label, *help; /* owned; help may be NULL */
    char *retired;              /* owned: why nobody should choose it any more; NULL: it is not retired */
    struct cond *when;          /* owned or NULL; of a retired one without its own: never */
    unsigned line, column;
};

struct question {
    char *key; /* owned; [a-z][a-z0-9_]{0,39} */
    char *label;
    char *help; /* NULL when there is none */
    enum question_type type;
    bool is_required; /* an answer must come from somewhere; default true when there is no default */
    bool has_default;
    char *fallback;           /* the default, as text; for multi the values with spaces between them; NULL without */
    struct choice *choices;   /* owned */
    size_t choice_count;
    struct cond *when;        /* asked only when true; NULL = always */
    bool has_lines;           /* text: may have more than one line */
    char *pattern;            /* POSIX extended regular expression for the whole text, or NULL */
    bool has_min, has_max;    /* integer: the value; text and password: length in characters; multi: number of values */
    int64_t min, max;
    struct strv disjoint;     /* cidr, address: keys of others of these types whose answers it must not meet, and QUESTION_HOSTS */
    char *confirms;           /* owned or NULL; boolean: the id below `confirm:` by which the operator says yes; without that nothing runs */
    bool is_rare;             /* `more`: rarely needed, so asked after the others, under More */
    unsigned line, column;
};

#define CHOICE_NEVER "false"   /* `when` of a choice that is gone */
#define QUESTION_HOSTS "hosts" /* in disjoint: the addresses of all hosts */

const char *question_type_name(enum question_type type);
/* Read one question. Errors are added; the question may be used for further checks even so. */
void question_read(const struct yaml_reader *reader, const struct yaml_node *node, struct question *question);
/* Is text a valid answer, given as text (multi: values with spaces between them)? Errors say what was expected and found; no place. */
bool question_check(const struct question *question, const char *text, struct err *err);
/* The choice of that value, or NULL. */
const struct choice *question_choice(const struct question *question, const char *value);
/* Is it only there to be seen: retired, and nothing allows it all the same? */
bool choice_is_gone(const struct choice *choice);
/* Does the answer text, which question_check() took, hold that choice? */
bool question_has(const struct question *question, const char *text, const char *choice);
/* "; did you mean \"x\"?" when text is near one of the choices and none of them, else ""; malloc'd. */
char *question_nearest(const struct question *question, const char *text);
/* What is expected, in a few words: "true or false", "an integer from 1 to 9", "one of flannel, calico". malloc'd. */
char *question_expects(const struct question *question);
void question_done(struct question *question);

#endif
