/* Tables among a spell's data: lines of cells with tabs between them, the first of which names the columns; lines that begin with # are remarks, and `-` is
 * nothing. Scripts read the same files. */
#ifndef KWIZ_SPELL_TABLE_H
#define KWIZ_SPELL_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/strv.h"
#include "spell/yaml.h"

struct spell;

#define TABLE_ROWS_MAX 1000

struct table {
    struct strv columns;
    struct strv *rows; /* owned; each as many cells as there are columns, "" where a line has fewer */
    size_t row_count;
};

/* ERR_INVALID with the line: unreadable, no columns, too many rows, or a row with more cells than columns. Nothing is kept then. */
bool table_read(const char *path, struct table *table, struct err *err);
/* The table NAME of the spell's data; node: where errors stand. false: it is none, can't be read, or has not all the columns. */
bool table_read_of(const struct yaml_reader *reader, const struct yaml_node *node, const struct spell *spell, const char *name, const char *const *columns,
                   size_t count, struct table *table);
/* The row's cell in that column; NULL: there is no such column. */
const char *table_cell(const struct table *table, const struct strv *row, const char *column);
/* The cell in the row whose first cell is key (a v before a number does not count), or else the longest that key goes on from with a dot (1.36 for 1.36.4).
 * NULL: no such row or column. */
const char *table_get(const struct table *table, const char *key, const char *column);
/* The first cell of the row that table_get() finds for the key, or NULL. */
const char *table_key(const struct table *table, const char *key);
/* Does it stand for nothing, "" or "-"? */
bool table_cell_is_empty(const char *cell);
void table_done(struct table *table);

#endif
