#include "model/fold.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define DIGITS_MAX 9

struct part {
    const char *name;
    size_t prefix, digits; /* lengths; digits 0 = no number in it */
    unsigned number;
    int pad; /* digits if it has leading zeros, else 0 */
    bool is_told;
};

static struct part split(const char *name)
{
    struct part part = {.name = name, .prefix = strlen(name)};
    size_t end = part.prefix;
    while (end && (name[end - 1] < '0' || name[end - 1] > '9'))
        end--;
    size_t start = end;
    while (start && name[start - 1] >= '0' && name[start - 1] <= '9')
        start--;
    if (start == end || end - start > DIGITS_MAX)
        return part;
    part.prefix = start;
    part.digits = end - start;
    part.number = (unsigned)strtoul(name + start, NULL, 10);
    part.pad = name[start] == '0' && part.digits > 1 ? (int)part.digits : 0;
    return part;
}

static bool go_together(const struct part *a, const struct part *b)
{
    if (!a->digits || !b->digits || a->prefix != b->prefix || strncmp(a->name, b->name, a->prefix) != 0 ||
        strcmp(a->name + a->prefix + a->digits, b->name + b->prefix + b->digits) != 0)
        return false;
    return a->pad == b->pad || a->digits == b->digits; /* 099 and 100 do, 9 and 010 don't */
}

static int by_number(const void *a, const void *b)
{
    const struct part *x = *(const struct part *const *)a, *y = *(const struct part *const *)b;
    return x->number < y->number ? -1 : x->number > y->number;
}

static void tell_group(const struct part **group, size_t count, struct buf *out)
{
    const struct part *first = group[0];
    if (count == 1) {
        buf_adds(out, first->name);
        return;
    }
    int pad = 0;
    for (size_t i = 0; i < count; i++)
        pad = group[i]->pad ? group[i]->pad : pad;
    qsort(group, count, sizeof *group, by_number);
    buf_add(out, first->name, first->prefix);
    buf_adds(out, "[");
    for (size_t i = 0; i < count;) {
        size_t last = i;
        while (last + 1 < count && group[last + 1]->number == group[last]->number + 1)
            last++;
        buf_addf(out, "%s%0*u", i ? "," : "", pad, group[i]->number);
        if (last > i)
            buf_addf(out, "-%0*u", pad, group[last]->number);
        i = last + 1;
    }
    buf_addf(out, "]%s", first->name + first->prefix + first->digits);
}

void fold_names(const char *const *names, size_t count, struct buf *out)
{
    struct part *parts = mem_new(count, sizeof *parts);
    const struct part **group = mem_new(count, sizeof(struct part *));
    for (size_t i = 0; i < count; i++)
        parts[i] = split(names[i]);
    bool is_first = true;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].is_told)
            continue;
        size_t members = 0;
        for (size_t k = i; k < count; k++)
            if (k == i || (!parts[k].is_told && go_together(&parts[i], &parts[k]))) {
                parts[k].is_told = true;
                group[members++] = &parts[k];
            }
        buf_adds(out, is_first ? "" : ", ");
        is_first = false;
        tell_group(group, members, out);
    }
    free(parts);
    free(group);
}
