/* Words that nobody can guess. */
#ifndef KWIZ_ENGINE_LETTERS_H
#define KWIZ_ENGINE_LETTERS_H

#include <stddef.h>

/* len letters and digits, 6 bits each, and a NUL. len at most 256. */
void letters_draw(char *out, size_t len);

#endif
