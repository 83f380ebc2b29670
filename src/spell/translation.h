/* What people read of a spell, in other languages: translations/LANGUAGE.yaml in its folder, a mapping from
 * the English text to the translated one (kwiz-spell(5)). The spell itself stays as it is read; translation
 * happens where text is shown, so that plans, digests, journals and answers are the same in every language.
 */
#ifndef KWIZ_SPELL_TRANSLATION_H
#define KWIZ_SPELL_TRANSLATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct spell;

struct translated {
    char *english, *text;  /* owned */
    unsigned line, column; /* of the English text */
};

struct translation {
    char *language;           /* owned: "ru", "pt_BR", "sr@latin" */
    char *file;               /* owned: as named in errors */
    struct translated *items; /* owned; in the order of english */
    size_t count;
};

struct translations {
    struct translation *items; /* owned; in the order of language */
    size_t count;
};

/* Read all languages of the spell's folder, whichever is spoken, so that a spell is valid or not for
 * everybody. Errors are added. A folder without translations is fine. */
void translations_read(const char *folder, struct translations *translations, struct err_list *errors);
void translations_done(struct translations *translations);
/* english in that language, or NULL. */
const char *translation_find(const struct translation *translation, const char *english);

/* A text of the spell (title, label, help ...) in the operator's language (base/language.h): itself where
 * there is no translation, NULL for NULL. Borrowed from the spell or the caller. */
const char *spell_text(const struct spell *spell, const char *english);

/* A text that people read, and the place of what it belongs to. */
struct spell_text {
    const char *english; /* borrowed from the spell */
    unsigned line, column;
};
/* All of them, each once, in the order of the file; count is set. malloc'd. What defaults to an id or a value
 * is none. */
struct spell_text *spell_texts(const struct spell *spell, size_t *count);
/* For `kwiz spell lint`: translations of texts that do not occur and files that are not read are errors,
 * missing translations notes. */
void translations_lint(const struct spell *spell, struct err_list *errors, struct err_list *notes);

#endif
