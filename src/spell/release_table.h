/* A table of a spell with a row for each release, such as versions.table: tab separated, its first line names the columns, # begins a comment. */
#ifndef KWIZ_SPELL_RELEASE_TABLE_H
#define KWIZ_SPELL_RELEASE_TABLE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "spell/spell.h"

#define RELEASE_CELL_MAX 64

/* Read the file NAME of the spell's `data`. false: ERR_INVALID, it is none of these; or file_read()'s. text is initialised here; the caller calls buf_done
 * when it is true. */
bool release_table_read(const struct spell *spell, const char *name, struct buf *text, struct err *err);
/* Has it that column? */
bool release_table_has(const char *text, const char *column);
/* The cell of `column` in the row of a version's minor release (1.36 of v1.36.4), which stands in the first column. false when there is none, or "-". cell holds
 * RELEASE_CELL_MAX. */
bool release_table_get(const char *text, const char *version, const char *column, char *cell);
/* Is version a the same as b or newer? By the numbers between dots; what follows them (1.7.20-1ubuntu1, v2) does not count. */
bool version_is_at_least(const char *a, const char *b);

#endif
