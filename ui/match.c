#include "ui/match.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool is_exact(const char *pattern)
{
    for (; *pattern; pattern++)
        if (*pattern >= 'A' && *pattern <= 'Z')
            return true;
    return false;
}

const char *match_in(const char *text, const char *pattern)
{
    if (!pattern || !*pattern)
        return NULL;
    return is_exact(pattern) ? strstr(text, pattern) : strcasestr(text, pattern);
}

void match_mark(struct canvas *canvas, int row, int col, const char *text, const char *pattern)
{
    size_t len = pattern ? strlen(pattern) : 0;
    for (const char *s = text; (s = match_in(s, pattern)) != NULL; s += len) {
        char *before = mem_strndup(text, (size_t)(s - text)), *hit = mem_strndup(s, len);
        canvas_focus(canvas, row, col + text_width(before), text_width(hit));
        free(before);
        free(hit);
    }
}
