#include "ui/finder.h"

#include <stdint.h>
#include <string.h>

#include "base/i18n.h"

void finder_done(struct finder *finder)
{
    field_done(&finder->field);
    finder->is_open = false;
}

bool finder_type(struct finder *finder, struct key key, bool *looks)
{
    *looks = false;
    if (!finder->is_open)
        return false;
    if (key.code == UI_KEY_ENTER || key.code == UI_KEY_ESC) {
        finder->is_open = false;
        *looks = key.code == UI_KEY_ENTER && *field_text(&finder->field);
        return true;
    }
    return field_key(&finder->field, key);
}

void finder_draw(const struct finder *finder, struct canvas *canvas, int row)
{
    if (!finder->is_open)
        return;
    canvas_fill(canvas, row, 0, canvas->cols, ROLE_TEXT, " ");
    int col = canvas_put(canvas, row, 1, ROLE_KEY, "/");
    field_draw(&finder->field, canvas, row, col, canvas->cols - col - 1);
}

size_t finder_next(const struct finder *finder, struct view *view, size_t from, size_t count, bool is_backward,
                   const char *(*text)(void *context, size_t line), void *context)
{
    const char *pattern = field_text(&finder->field);
    for (size_t step = 1; *pattern && step <= count; step++) {
        size_t at = (is_backward ? from + count - step : from + step) % count;
        if (strcasestr(text(context, at), pattern))
            return at;
    }
    if (*pattern)
        view_say(view, ROLE_WARN, _("No line has %s."), pattern);
    else
        view_say(view, ROLE_WARN, "%s", _("Nothing was looked for so far: / begins."));
    return SIZE_MAX;
}

bool finder_act(struct finder *finder, struct view *view, enum action action, size_t *focus, size_t count,
                const char *(*text)(void *context, size_t line), void *context)
{
    if (action == ACT_FIND) {
        field_set(&finder->field, "");
        finder->is_open = true;
        return true;
    }
    if (action != ACT_FIND_NEXT && action != ACT_FIND_PREVIOUS)
        return false;
    size_t hit = finder_next(finder, view, *focus, count, action == ACT_FIND_PREVIOUS, text, context);
    if (hit != SIZE_MAX)
        *focus = hit;
    return true;
}
