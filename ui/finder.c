#include "ui/finder.h"

#include <stdio.h>

#include "base/i18n.h"
#include "ui/match.h"

void finder_done(struct finder *f)
{
    field_done(&f->field);
}

static void look(const struct finder *f, struct view *view, bool backward, size_t *focus, size_t count, finder_text *text, const void *context)
{
    for (size_t i = 1; i <= count; i++) {
        size_t at = backward ? (*focus + count - i) % count : (*focus + i) % count;
        if (match_in(text(context, at), f->pattern)) {
            *focus = at;
            return;
        }
    }
    view_say(view, ROLE_WARN, _("No line has %s."), f->pattern);
}

bool finder_act(struct finder *f, struct view *view, enum action action, size_t *focus, size_t count, finder_text *text, const void *context)
{
    if (action == ACT_FIND) {
        f->is_typing = true;
        f->field.max = FINDER_BYTES_MAX;
        field_set(&f->field, "");
        return true;
    }
    if (action != ACT_FIND_NEXT && action != ACT_FIND_PREVIOUS)
        return false;
    if (*f->pattern)
        look(f, view, action == ACT_FIND_PREVIOUS, focus, count, text, context);
    else
        view_say(view, ROLE_TEXT, _("/ finds a text."));
    return true;
}

bool finder_type(struct finder *f, struct view *view, struct key key, size_t *focus, size_t count, finder_text *text, const void *context)
{
    if (!f->is_typing)
        return false;
    if (key.code != UI_KEY_ENTER && key.code != UI_KEY_ESC)
        return field_key(&f->field, key);
    f->is_typing = false;
    if (key.code == UI_KEY_ENTER && *field_text(&f->field)) {
        snprintf(f->pattern, sizeof f->pattern, "%s", field_text(&f->field));
        look(f, view, false, focus, count, text, context);
    }
    return true;
}

bool finder_paste(struct finder *f, const char *text, size_t len)
{
    if (f->is_typing)
        field_paste(&f->field, text, len);
    return f->is_typing;
}

void finder_draw(const struct finder *f, struct canvas *canvas, int row)
{
    if (!f->is_typing)
        return;
    canvas_fill(canvas, row, 0, canvas->cols, ROLE_TEXT, " ");
    int col = canvas_put(canvas, row, 1, ROLE_TEXT, "/");
    field_draw(&f->field, canvas, row, col, canvas->cols - col - 1);
}
