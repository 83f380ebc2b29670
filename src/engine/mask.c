#include "engine/mask.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct mask_set {
    struct secret **items;
    size_t count;
    size_t longest;
};

struct mask_set *mask_set_new(void)
{
    return mem_new(1, sizeof(struct mask_set));
}

static void add_line(struct mask_set *set, const char *line, size_t len)
{
    if (len < MASK_SECRET_MIN)
        return;
    for (size_t i = 0; i < set->count; i++)
        if (secret_len(set->items[i]) == len && memcmp(secret_bytes(set->items[i]), line, len) == 0)
            return;
    set->items = mem_grow(set->items, set->count + 1, sizeof *set->items);
    set->items[set->count++] = secret_new(line, len);
    if (len > set->longest)
        set->longest = len;
}

void mask_set_add(struct mask_set *set, const struct secret *secret)
{
    const char *p = secret_bytes(secret), *end = p + secret_len(secret);
    while (p < end) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        const char *stop = newline ? newline : end;
        add_line(set, p, (size_t)(stop - p));
        p = stop + 1;
    }
}

void mask_set_free(struct mask_set **set)
{
    if (!*set)
        return;
    for (size_t i = 0; i < (*set)->count; i++)
        secret_free(&(*set)->items[i]);
    free((*set)->items);
    free(*set);
    *set = NULL;
}

/* Overwrite every secret in `out` that stands in `text` (same bytes, or the same buffer copied: places are looked for in text only, so
 * overlapping secrets don't hide each other). Returns where the last secret that begins before `border` ends. */
static size_t overwrite(const struct mask_set *set, const char *text, size_t len, char *out, size_t border)
{
    size_t reach = 0;
    for (size_t i = 0; i < set->count; i++) {
        size_t n = secret_len(set->items[i]);
        const char *p = text, *hit;
        while (p < text + len && (hit = memmem(p, len - (size_t)(p - text), secret_bytes(set->items[i]), n))) {
            size_t at = (size_t)(hit - text);
            memset(out + at, '*', n);
            if (at < border && at + n > reach)
                reach = at + n;
            p = hit + 1;
        }
    }
    return reach;
}

void mask_text(const struct mask_set *set, char *text, size_t len)
{
    char *copy = mem_new(1, len + 1);
    memcpy(copy, text, len);
    overwrite(set, copy, len, text, 0);
    explicit_bzero(copy, len);
    free(copy);
}

/* How many bytes at the end of text are the beginning of some secret and must be held back. */
static size_t tail_in_doubt(const struct mask_set *set, const char *text, size_t len)
{
    size_t most = 0;
    for (size_t i = 0; i < set->count; i++) {
        const char *s = secret_bytes(set->items[i]);
        size_t n = secret_len(set->items[i]) - 1;
        if (n > len)
            n = len;
        for (; n > most; n--)
            if (memcmp(text + len - n, s, n) == 0) {
                most = n;
                break;
            }
    }
    return most;
}

void mask_init(struct mask *mask, const struct mask_set *set)
{
    mask->set = set;
    mask->is_waiting = false;
    mask->covered = 0;
    buf_init(&mask->held, (size_t)-1 / 2);
}

/* Give out the first `sure` held bytes, masked; keep the rest as it came. */
static void give(struct mask *mask, size_t sure, struct buf *out)
{
    size_t len = mask->held.len;
    char *copy = mem_new(1, len + 1);
    memcpy(copy, mask->held.data, len);
    size_t reach = overwrite(mask->set, mask->held.data, len, copy, sure);
    if (reach < mask->covered)
        reach = mask->covered;
    memset(copy, '*', mask->covered);
    buf_add(out, copy, sure);
    explicit_bzero(copy, len);
    free(copy);
    buf_eat(&mask->held, sure);
    mask->covered = reach > sure ? reach - sure : 0;
}

static void blot(struct mask *mask)
{
    for (size_t i = 0; i < mask->held.len; i++)
        if (mask->held.data[i] != '\n')
            mask->held.data[i] = '*';
}

static void give_what_is_sure(struct mask *mask, struct buf *out)
{
    size_t sure = mask->held.len - tail_in_doubt(mask->set, buf_text(&mask->held), mask->held.len);
    if (sure)
        give(mask, sure, out);
}

void mask_wait(struct mask *mask)
{
    mask->is_waiting = true;
}

void mask_go_on(struct mask *mask, bool has_come, struct buf *out)
{
    mask->is_waiting = false;
    if (!has_come)
        blot(mask);
    if (mask->held.len)
        give_what_is_sure(mask, out);
}

void mask_feed(struct mask *mask, const void *bytes, size_t len, struct buf *out)
{
    if (mask->is_waiting) {
        buf_add(&mask->held, bytes, len);
        if (mask->held.len > MASK_WAIT_MAX) {
            blot(mask);
            give(mask, mask->held.len, out);
        }
        return;
    }
    if (!mask->set->count && !mask->held.len) {
        buf_add(out, bytes, len);
        return;
    }
    buf_add(&mask->held, bytes, len);
    give_what_is_sure(mask, out);
}

void mask_flush(struct mask *mask, struct buf *out)
{
    if (mask->held.len)
        give(mask, mask->held.len, out);
    buf_wipe(&mask->held);
}

void mask_done(struct mask *mask)
{
    buf_wipe(&mask->held);
}
