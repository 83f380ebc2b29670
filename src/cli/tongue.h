/* The language kwiz speaks, changed while it runs. */
#ifndef KWIZ_CLI_TONGUE_H
#define KWIZ_CLI_TONGUE_H

#include <stdbool.h>

#include "base/err.h"

/* Speak this language from now on ("en", "ru", "de"), in this process and what it starts. ERR_LOCAL when the terminal's characters can't show it, or
 * there are no texts of it; then nothing has changed. */
bool tongue_speak(const char *language, struct err *err);

#endif
