#include "ui/marks.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Where it stands, or would. */
static size_t place(const struct marks *marks, unsigned id)
{
    size_t low = 0, high = marks->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (marks->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool marks_have(const struct marks *marks, unsigned id)
{
    size_t at = place(marks, id);
    return at < marks->count && marks->ids[at] == id;
}

void marks_toggle(struct marks *marks, unsigned id)
{
    size_t at = place(marks, id);
    if (at < marks->count && marks->ids[at] == id) {
        marks->count--;
        memmove(marks->ids + at, marks->ids + at + 1, (marks->count - at) * sizeof *marks->ids);
        return;
    }
    marks->ids = mem_grow(marks->ids, marks->count + 1, sizeof *marks->ids);
    memmove(marks->ids + at + 1, marks->ids + at, (marks->count - at) * sizeof *marks->ids);
    marks->ids[at] = id;
    marks->count++;
}

void marks_clear(struct marks *marks)
{
    free(marks->ids);
    *marks = (struct marks){0};
}
