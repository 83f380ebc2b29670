/* A field for the name of a file: Tab completes it, and what it could be is shown. */
#ifndef KWIZ_UI_PATH_FIELD_H
#define KWIZ_UI_PATH_FIELD_H

#include <stdbool.h>

#include "base/strv.h"
#include "ui/field.h"

struct path_field {
    struct field field;
    struct strv names; /* what Tab found to go on with, when that was more than one */
};

void path_field_done(struct path_field *field);
void path_field_set(struct path_field *field, const char *path);
/* As field_key; and Tab. */
bool path_field_key(struct path_field *field, struct key key);
/* The names that were found, side by side, in at most rows rows; returns how many it took. */
int path_field_draw_names(const struct path_field *field, struct canvas *canvas, int row, int rows);

#endif
