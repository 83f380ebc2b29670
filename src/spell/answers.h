/* Answers: everything an operator decides before a run. See kwiz-answers(5). */
#ifndef KWIZ_SPELL_ANSWERS_H
#define KWIZ_SPELL_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/strv.h"
#include "model/host.h"
#include "spell/catalog.h"
#include "spell/spell.h"

#define ANSWERS_HOSTS_MAX 1000 /* of one fleet */

enum answer_origin { ANSWER_DEFAULT, ANSWER_FILE, ANSWER_ENVIRONMENT, ANSWER_OPTION };

struct answer {
    char *key;    /* owned: a question's */
    char *text;   /* owned; multi: values with spaces between them, in the order of the choices */
    enum answer_origin origin;
    unsigned line, column; /* 0 when not from the file */
};

struct accepted {
    char *id, *reason; /* owned; reason may be "" */
    unsigned line, column;
};

struct secret_reference {
    char *key;       /* owned: a password question's, or sudo_password, ssh_password, key_passphrase */
    char *reference; /* owned: "env:NAME", "file:PATH", "cmd:COMMAND", "ask" */
    enum answer_origin origin;
    unsigned line, column;
};

struct answers {
    char *file; /* owned; "" when not from a file */
    char *name; /* owned: the cluster's */
    char *spell;                       /* owned: as the file says it */
    char *spell_version, *spell_digest; /* owned or NULL: what was pinned */
    char *topology;
    struct fleet fleet;
    struct answer *values; /* owned: one for each question that applies and has an answer, in the spell's order */
    size_t value_count;
    struct accepted *accepts;
    size_t accept_count;
    struct strv confirms;
    struct secret_reference *secrets;
    size_t secret_count;
    struct err_list warnings; /* what is allowed but unwise */
};

/* From the command line. */
struct answers_overrides {
    struct strv sets;    /* KEY=VALUE */
    struct strv accepts; /* CHECK=REASON */
    bool ignore_environment; /* do not look at KWIZ_ANSWER_* */
    unsigned question_lines; /* 0, or: that question i has no answer is told at line question_lines + i */
};

/* Load, find the spell, check all. NULL when there were errors (all of them are added, ERR_INVALID; a digest that differs from the pinned one
 * and is not confirmed is ERR_CONFIRM). *ret_spell is set when the spell could be loaded, even when NULL is returned; the caller frees it. */
struct answers *answers_load(const char *file, const struct answers_overrides *overrides, const struct catalog_options *catalog,
                             struct spell **ret_spell, struct err_list *errors);
/* The same from memory for a spell that is already loaded; file names it in errors. */
struct answers *answers_parse(const char *file, const char *bytes, size_t len, const struct answers_overrides *overrides,
                              const struct spell *spell, struct err_list *errors);
void answers_free(struct answers **answers);

/* The answer to a question (text), or NULL when it does not apply or has none. */
const char *answers_value(const struct answers *answers, const char *key);
const struct accepted *answers_accepted(const struct answers *answers, const char *id);
const char *answer_origin_name(enum answer_origin origin);

/* The answers as YAML, always the same for the same answers: resolved values, the spell's version and digest, secrets as references. */
void answers_text(const struct answers *answers, const struct spell *spell, struct buf *out);
/* Write that to path: whole or not at all, mode 0600. */
bool answers_save(const struct answers *answers, const struct spell *spell, const char *path, struct err *err);
/* The topology of that name, or NULL with ERR_INVALID, which names the nearest and all that there are. */
const struct topology *answers_topology(const struct spell *spell, const char *name, struct err *err);
/* A commented template for a topology, with these hosts; fleet NULL: with hosts to be filled in. */
bool answers_init(const struct spell *spell, const char *topology, const struct fleet *fleet, struct buf *out, struct err *err);
/* A JSON Schema (draft 2020-12) of answers files for the spell; malloc'd. */
char *answers_schema(const struct spell *spell);

/* Is text "env:NAME", "file:PATH", "cmd:COMMAND" or "ask"? */
bool answers_is_reference(const char *text);
/* Is a reference to this secret known? */
bool answers_has_secret(const struct answers *answers, const char *key);
/* Resolve it. false with ERR_INVALID (a fault of the reference), ERR_LOCAL (the command failed or took longer than 10 s), or
 * ERR_CONFIRM when the reference is `ask`, or there is none: the caller asks. */
bool answers_secret(const struct answers *answers, const char *key, struct secret **secret, struct err *err);

#endif
