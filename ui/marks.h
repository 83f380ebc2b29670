/* Rows that were marked: by what is never given again, so that they follow what moves. A zeroed struct holds none. */
#ifndef KWIZ_UI_MARKS_H
#define KWIZ_UI_MARKS_H

#include <stdbool.h>
#include <stddef.h>

struct marks {
    unsigned *ids; /* owned, rising */
    size_t count;
};

bool marks_have(const struct marks *marks, unsigned id);
void marks_toggle(struct marks *marks, unsigned id);
void marks_clear(struct marks *marks);

#endif
