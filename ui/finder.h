/* Looking for a line of a list by its text: "/" and what is typed; n and N go on. */
#ifndef KWIZ_UI_FINDER_H
#define KWIZ_UI_FINDER_H

#include "ui/field.h"
#include "ui/view.h"

/* Zeroed = nothing was looked for. */
struct finder {
    struct field field;
    bool is_open;
};

void finder_done(struct finder *finder);
/* A key while it is open; true = it was taken. *looks: Enter was pressed, and the next line is wanted. */
bool finder_type(struct finder *finder, struct key key, bool *looks);
/* Where it is open, its field instead of the message in row. */
void finder_draw(const struct finder *finder, struct canvas *canvas, int row);
/* The next of count lines behind (before) from whose text has what was typed, letter case aside; SIZE_MAX, and said so, when there is none. text: of a
 * line, valid until the next call. */
size_t finder_next(const struct finder *finder, struct view *view, size_t from, size_t count, bool is_backward,
                   const char *(*text)(void *context, size_t line), void *context);
/* ACT_FIND opens it, ACT_FIND_NEXT and ACT_FIND_PREVIOUS move *focus. false: it was none of these. */
bool finder_act(struct finder *finder, struct view *view, enum action action, size_t *focus, size_t count,
                const char *(*text)(void *context, size_t line), void *context);

#endif
