/* Tables among a spell's data: lines of cells with tabs between them, the first of which names the columns; lines that begin with # are remarks, and `-` is
 * nothing. Scripts read the same files. */
#ifndef KWIZ_SPELL_TABLE_H
#define KWIZ_SPELL_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/strv.h"

#define TABLE_ROWS_MAX 1000

struct table {
    struct strv columns;
    struct strv *rows; /* owned; each as many cells as there are columns, "" where a line has fewer */
    size_t row_count;
};

/* ERR_INVALID with the line: unreadable, no columns, too many rows, or a row with more cells than columns. Nothing is kept then. */
bool table_read(const char *path, struct table *table, struct err *err);
/* The cell in the row whose first cell is key, or else the longest that key goes on from with a dot (1.36 for 1.36.4). NULL: no such row or column. */
const char *table_get(const struct table *table, const char *key, const char *column);
void table_done(struct table *table);

#endif
