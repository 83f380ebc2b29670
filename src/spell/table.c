#include "spell/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "spell/spell.h"

#define TABLE_BYTES_MAX ((size_t)256 * 1024)
#define CELLS_MAX 100

static bool split(const char *line, size_t len, struct strv *cells)
{
    for (const char *end = line + len;; line++) {
        const char *tab = memchr(line, '\t', (size_t)(end - line));
        if (cells->count == CELLS_MAX)
            return false;
        char *cell = mem_strndup(line, (size_t)((tab ? tab : end) - line));
        strv_add(cells, cell);
        free(cell);
        if (!tab)
            return true;
        line = tab;
    }
}

static bool add_line(struct table *table, const char *line, size_t len)
{
    if (!table->columns.count)
        return split(line, len, &table->columns);
    if (table->row_count == TABLE_ROWS_MAX)
        return false;
    table->rows = mem_grow(table->rows, table->row_count + 1, sizeof *table->rows);
    struct strv *row = &table->rows[table->row_count++];
    *row = (struct strv){0};
    if (!split(line, len, row) || row->count > table->columns.count)
        return false;
    while (row->count < table->columns.count)
        strv_add(row, "");
    return true;
}

bool table_read(const char *path, struct table *table, struct err *err)
{
    struct buf text;
    *table = (struct table){0};
    bool ok = file_read(path, TABLE_BYTES_MAX, &text, err);
    unsigned number = 0;
    for (const char *line = ok ? buf_text(&text) : ""; ok && *line;) {
        size_t len = strcspn(line, "\n");
        number++;
        if (len && *line != '#' && !add_line(table, line, len)) {
            ok = err_set(err, ERR_INVALID, _("a line of more cells than there are columns, or one too many"));
            err_place(err, path, number, 1);
        }
        line += len + (line[len] == '\n');
    }
    if (ok && !table->columns.count)
        ok = err_set(err, ERR_INVALID, _("names no columns"));
    buf_done(&text);
    if (!ok)
        table_done(table);
    return ok;
}

bool table_read_of(const struct yaml_reader *reader, const struct yaml_node *node, const struct spell *spell, const char *name, const char *const *columns,
                   size_t count, struct table *table)
{
    struct err err = ERR_INIT;
    *table = (struct table){0};
    if (!strv_has(&spell->data, name)) {
        char *nearest = yaml_nearest(name, (const char *const *)spell->data.items, spell->data.count);
        yaml_error(reader, node, _("the spell has no data \"%s\"%s"), name, nearest);
        free(nearest);
        return false;
    }
    char *path = mem_printf("%s/%s", spell->folder, name);
    bool ok = table_read(path, table, &err);
    if (!ok)
        err_list_addf(reader->errors, err.file[0] ? err.file : path, err.line, err.column, "%s", err.text);
    free(path);
    for (size_t i = 0; ok && i < count; i++)
        if (!strv_has(&table->columns, columns[i])) {
            char *nearest = yaml_nearest(columns[i], (const char *const *)table->columns.items, table->columns.count);
            ok = yaml_error(reader, node, _("%s has no column \"%s\"%s"), name, columns[i], nearest);
            free(nearest);
        }
    if (!ok)
        table_done(table);
    return ok;
}

static const struct strv *row_of(const struct table *table, const char *key)
{
    const struct strv *found = NULL;
    size_t best = 0;
    key += *key == 'v' && key[1] >= '0' && key[1] <= '9';
    for (size_t i = 0; i < table->row_count; i++) {
        const char *name = table->rows[i].items[0];
        size_t len = strlen(name);
        if (strncmp(name, key, len) == 0 && (!key[len] || key[len] == '.') && len > best) {
            found = &table->rows[i];
            best = len;
        }
    }
    return found;
}

const char *table_cell(const struct table *table, const struct strv *row, const char *column)
{
    for (size_t i = 0; i < table->columns.count; i++)
        if (strcmp(table->columns.items[i], column) == 0)
            return row->items[i];
    return NULL;
}

const char *table_get(const struct table *table, const char *key, const char *column)
{
    const struct strv *row = row_of(table, key);
    return row ? table_cell(table, row, column) : NULL;
}

const char *table_key(const struct table *table, const char *key)
{
    const struct strv *row = row_of(table, key);
    return row ? row->items[0] : NULL;
}

bool table_cell_is_empty(const char *cell)
{
    return !*cell || strcmp(cell, "-") == 0;
}

void table_done(struct table *table)
{
    for (size_t i = 0; i < table->row_count; i++)
        strv_done(&table->rows[i]);
    free(table->rows);
    strv_done(&table->columns);
    *table = (struct table){0};
}
