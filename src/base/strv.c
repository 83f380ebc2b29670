#include "base/strv.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

void strv_add(struct strv *list, const char *text)
{
    list->items = mem_grow(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = mem_strdup(text);
}

bool strv_has(const struct strv *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], text) == 0)
            return true;
    return false;
}

void strv_copy(struct strv *to, const struct strv *from)
{
    for (size_t i = 0; i < from->count; i++)
        strv_add(to, from->items[i]);
}

char *strv_join(const struct strv *list, const char *separator)
{
    struct buf buf;
    buf_init(&buf, (size_t)-1 / 2);
    for (size_t i = 0; i < list->count; i++) {
        if (i)
            buf_adds(&buf, separator);
        buf_adds(&buf, list->items[i]);
    }
    return buf_take(&buf);
}

void strv_done(struct strv *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct strv){0};
}

#define WORD_MAX 64

/* Optimal string alignment: insert, delete, replace, swap of neighbours. */
static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    size_t row[3][WORD_MAX + 1];
    for (size_t j = 0; j <= m; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = row[i % 3], *before = row[(i - 1) % 3], *two = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = before[j - 1] + (a[i - 1] != b[j - 1]);
            if (before[j] + 1 < best)
                best = before[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && two[j - 2] + 1 < best)
                best = two[j - 2] + 1;
            now[j] = best;
        }
    }
    return row[n % 3][m];
}

const char *str_nearest(const char *word, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t best = (size_t)-1;
    if (strlen(word) > WORD_MAX)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (!names[i] || strlen(names[i]) > WORD_MAX)
            continue;
        size_t d = distance(word, names[i]);
        size_t limit = (strlen(names[i]) + 2) / 3;
        if (d <= limit && d < best) {
            best = d;
            nearest = names[i];
        }
    }
    return nearest;
}
