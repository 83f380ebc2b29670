#include "spell/release_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"

#define TABLE_BYTES_MAX ((size_t)64 * 1024)

bool release_table_read(const struct spell *spell, const char *name, struct buf *text, struct err *err)
{
    if (!strv_has(&spell->data, name))
        return err_set(err, ERR_INVALID, _("\"%s\" is not among the spell's data"), name);
    char *path = mem_printf("%s/%s", spell->folder, name);
    buf_init(text, 0);
    bool ok = file_read(path, TABLE_BYTES_MAX, text, err);
    if (!ok)
        buf_done(text);
    free(path);
    return ok;
}

/* The next line that is no comment; *text moves behind it. */
static bool next_line(const char **text, const char **line, size_t *len)
{
    while (**text) {
        *line = *text;
        *len = strcspn(*text, "\n");
        *text += *len + ((*text)[*len] == '\n');
        if (*len && **line != '#')
            return true;
    }
    return false;
}

static bool cell_at(const char *line, size_t len, size_t column, const char **cell, size_t *cell_len)
{
    for (size_t i = 0; i < column; i++) {
        const char *tab = memchr(line, '\t', len);
        if (!tab)
            return false;
        len -= (size_t)(tab + 1 - line);
        line = tab + 1;
    }
    const char *tab = memchr(line, '\t', len);
    *cell = line;
    *cell_len = tab ? (size_t)(tab - line) : len;
    return true;
}

static bool find_column(const char **text, const char *name, size_t *column)
{
    const char *line, *cell;
    size_t len, n;
    if (!next_line(text, &line, &len))
        return false;
    for (*column = 0; cell_at(line, len, *column, &cell, &n); ++*column)
        if (n == strlen(name) && memcmp(cell, name, n) == 0)
            return true;
    return false;
}

bool release_table_has(const char *text, const char *column)
{
    size_t at;
    return find_column(&text, column, &at);
}

/* How many bytes MAJOR.MINOR has at the beginning; 0 = it is none. */
static size_t minor_length(const char *version)
{
    size_t major = strspn(version, "0123456789");
    size_t minor = major && version[major] == '.' ? strspn(version + major + 1, "0123456789") : 0;
    return minor ? major + 1 + minor : 0;
}

bool release_table_get(const char *text, const char *version, const char *column, char *cell)
{
    const char *line, *found;
    size_t at, len, n;
    version += *version == 'v';
    size_t minor = minor_length(version);
    if (!minor || !find_column(&text, column, &at))
        return false;
    while (next_line(&text, &line, &len)) {
        if (!cell_at(line, len, 0, &found, &n) || n != minor || memcmp(found, version, n) != 0)
            continue;
        if (!cell_at(line, len, at, &found, &n) || !n || n >= RELEASE_CELL_MAX || (n == 1 && *found == '-'))
            return false;
        memcpy(cell, found, n);
        cell[n] = '\0';
        return true;
    }
    return false;
}

bool version_is_at_least(const char *a, const char *b)
{
    a += *a == 'v';
    b += *b == 'v';
    for (;;) {
        char *after_a, *after_b;
        unsigned long x = strtoul(a, &after_a, 10), y = strtoul(b, &after_b, 10);
        bool has_a = after_a > a && *a >= '0' && *a <= '9', has_b = after_b > b && *b >= '0' && *b <= '9';
        if (!has_b)
            return true;
        x = has_a ? x : 0;
        if (x != y)
            return x > y;
        a = has_a && *after_a == '.' ? after_a + 1 : "";
        b = *after_b == '.' ? after_b + 1 : "";
    }
}
