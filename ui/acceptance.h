/* Accepting a check although it fails or warns: the reason is asked for, in row 22. */
#ifndef KWIZ_UI_ACCEPTANCE_H
#define KWIZ_UI_ACCEPTANCE_H

#include "ui/field.h"
#include "ui/view.h"

/* Zeroed = not open. */
struct acceptance {
    struct field field;
    const struct requirement *requirement; /* NULL: not open */
};

void acceptance_done(struct acceptance *acceptance);
/* A was pressed on this check: ask for the reason, or take the acceptance back that is there. */
void acceptance_begin(struct acceptance *acceptance, struct view *view, const struct requirement *requirement);
/* A key while it is open; true = it was taken. */
bool acceptance_type(struct acceptance *acceptance, struct view *view, struct key key);
bool acceptance_paste(struct acceptance *acceptance, const char *text, size_t len);
void acceptance_draw(const struct acceptance *acceptance, struct canvas *canvas, int row);

#endif
