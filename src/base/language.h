/* Which languages the operator reads, as gettext decides it, for text that does not come from a catalogue of
 * gettext's. */
#ifndef KWIZ_BASE_LANGUAGE_H
#define KWIZ_BASE_LANGUAGE_H

#include <stdbool.h>

#include "base/strv.h"

/* Is name a language as files are called after it: "de", "pt_BR", "sr@latin"? */
bool language_is_name(const char *name);
/* Append to list what to look for, best first: "pt_BR" gives pt_BR, pt. locale: of the category LC_MESSAGES,
 * NULL or "C" = none at all; language: the variable LANGUAGE, names with colons between them, which goes
 * first unless it is NULL or "". Pure. */
void language_order(const char *locale, const char *language, struct strv *list);
/* The same for this process, which has called setlocale(); setlocale sees to LC_ALL, LC_MESSAGES and LANG in
 * that order. Nothing where the locale's characters are not UTF-8, as nothing here converts. */
void language_wanted(struct strv *list);

#endif
