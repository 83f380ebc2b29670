/* A line cut into words as a shell would cut it, and a word quoted so that it stays one. */
#ifndef KWIZ_SPELL_SHELL_WORDS_H
#define KWIZ_SPELL_SHELL_WORDS_H

#include <stdbool.h>

#include "base/buf.h"

/* The next word of *p, which goes behind it; *at is where it begins. Blanks end a word unless they are quoted. false at the end of the
 * line. *word is malloc'd and without its quotes; *is_closed is false when a quote has no end. */
bool shell_word_next(const char **p, const char **at, char **word, bool *is_closed);
/* Append the word in single quotes, whatever it holds. */
void shell_word_add(struct buf *line, const char *word);

#endif
