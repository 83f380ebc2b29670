/* Key files as one types them: paths with blanks or commas between. A path that has such itself stands in quotes ("/keys/my key", or '...'), in which the quote
 * itself is written twice; a quote within a path that does not begin with one means nothing. Pure. */
#ifndef KWIZ_SPELL_KEY_FILES_H
#define KWIZ_SPELL_KEY_FILES_H

#include "base/strv.h"

/* Adds the paths of text to files, which is the caller's. What is quoted and not closed goes to the end. */
void key_files_read(const char *text, struct strv *files);

/* The text that is read as files; malloc'd. */
char *key_files_text(const struct strv *files);

#endif
