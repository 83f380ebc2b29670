/* A text being typed: one line, or, where that is wanted, lines that were pasted. Its memory grows with it up to a cap, and is wiped when it
 * holds a secret. A zeroed struct is an empty field; field_done is needed once anything was put in. */
#ifndef KWIZ_UI_FIELD_H
#define KWIZ_UI_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/canvas.h"
#include "ui/keys.h"

#define FIELD_BYTES_MAX 65536

struct field {
    bool is_secret; /* to be set before the first text: drawn as asterisks; pasted bytes are taken as they are; memory is wiped */
    bool has_lines; /* to be set before the first text: a paste brings all its lines */
    size_t max;     /* cap in bytes; 0 = FIELD_BYTES_MAX. What would pass it is not put in */
    size_t at;      /* cursor: offset in bytes */
    char *bytes;    /* private, owned: field_text() */
    size_t len, room;
};

void field_done(struct field *field);
/* The text, NUL-terminated UTF-8, never NULL; valid until the next change. */
const char *field_text(const struct field *field);
/* Another text, cut at the cap; the cursor goes behind it. */
void field_set(struct field *field, const char *text);
/* true = the key was the field's: a letter, or one that moves or deletes in it. Enter, Esc, Up, Down, Tab and ^C are not. A character goes with the
 * marks that combine with it. */
bool field_key(struct field *field, struct key key);
/* Put pasted text in at the cursor: its first line (has_lines: all), made printable, as much as fits. false when it did not all fit. */
bool field_paste(struct field *field, const char *text, size_t len);
/* Draw it into width columns (of has_lines its first line), with the cursor in it. */
void field_draw(const struct field *field, struct canvas *canvas, int row, int col, int width);
/* The same from its beginning and without a cursor; what doesn't fit ends with "~". */
void field_draw_at_rest(const struct field *field, struct canvas *canvas, int row, int col, int width);

#endif
