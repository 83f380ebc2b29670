/* Finding a line of a list by a text: the pattern being typed, and the next line that has it. */
#ifndef KWIZ_UI_FINDER_H
#define KWIZ_UI_FINDER_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/field.h"
#include "ui/keymap.h"
#include "ui/view.h"

#define FINDER_BYTES_MAX 255

struct finder {
    bool is_typing;
    struct field field;
    char pattern[FINDER_BYTES_MAX + 1]; /* that was looked for last */
};

/* The text of line index as it is searched; "" for a line that can't have the focus. */
typedef const char *finder_text(const void *context, size_t index);

void finder_done(struct finder *finder);
/* /, n and N; *focus moves to what is found among count lines, and if there is none that is said. false = another action. */
bool finder_act(struct finder *finder, struct view *view, enum action action, size_t *focus, size_t count, finder_text *text, const void *context);
/* While the pattern is typed, keys are the finder's: true. Enter looks for it. */
bool finder_type(struct finder *finder, struct view *view, struct key key, size_t *focus, size_t count, finder_text *text, const void *context);
bool finder_paste(struct finder *finder, const char *text, size_t len);
/* In place of the message, while the pattern is typed. */
void finder_draw(const struct finder *finder, struct canvas *canvas, int row);

#endif
