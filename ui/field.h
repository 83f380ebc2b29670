/* One line of text being typed. */
#ifndef KWIZ_UI_FIELD_H
#define KWIZ_UI_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/canvas.h"
#include "ui/keys.h"

#define FIELD_MAX_BYTES 256

struct field {
    char text[FIELD_MAX_BYTES]; /* NUL-terminated UTF-8 */
    size_t at;                  /* cursor: offset in bytes */
};

void field_set(struct field *field, const char *text);
/* true = the key was the field's: a letter, or one that moves or deletes in it. Enter, Esc, Up, Down, Tab and ^C are not. */
bool field_key(struct field *field, struct key key);
/* Put pasted text in at the cursor: its first line, made printable, as much as fits. */
void field_paste(struct field *field, const char *text, size_t len);
/* Draw it into width columns, with the cursor in it. */
void field_draw(const struct field *field, struct canvas *canvas, int row, int col, int width);

#endif
