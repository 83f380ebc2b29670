/* Screens drawn by a program and compared with golden files. */
#ifndef KWIZ_TESTS_GOLDEN_H
#define KWIZ_TESTS_GOLDEN_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/view.h"

struct golden_case {
    const char *name; /* of the file in tests/screen/screens */
    int rows, cols;
    bool utf8, roles; /* roles: a letter for each cell's role instead of its text */
    const char *keys; /* pressed before: letters; "\r" Enter, "\t" Tab, "\x1b" Esc, "\x0e" Down, "\x10" Up, "\x03" ^C */
};

/* Draw, press the case's keys, drawing after each; the caller frees the canvas. */
struct canvas *golden_press(struct view *view, const struct golden_case *golden);
/* Compares all cases ("--accept [NAME...]": writes their files, "--show NAME": prints, "--svg NAME": prints a picture); at: the case of that index and what render wants with it, NULL
 * behind the last. Returns the exit status. */
int golden_main(int argc, char **argv, const struct golden_case *(*at)(size_t index, const void **context),
                struct canvas *(*render)(const void *context, const struct golden_case *golden));

#endif
