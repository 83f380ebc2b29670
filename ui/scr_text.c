#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/field.h"
#include "ui/screens.h"
#include "ui/text_pane.h"

#define SIDEWAYS 16
#define MESSAGE_STAYS_MS 3000

#define PATTERN_BYTES_MAX 255

struct scr_text {
    struct screen screen;
    char *name, *subject; /* owned */
    struct text_pane pane;
    bool is_typing; /* the pattern */
    struct field field;
    char pattern[PATTERN_BYTES_MAX + 1];
};

static void draw_info(const struct scr_text *s, struct canvas *canvas)
{
    size_t first, last, number, matches = text_pane_matches(&s->pane, s->pattern, &number), all = s->pane.line_count;
    struct buf text;
    buf_init(&text, 1024);
    buf_addf(&text, ngettext("%zu line", "%zu lines", (unsigned long)all), all);
    if (*s->pattern && !matches)
        buf_addf(&text, _("    /%s: not found"), s->pattern);
    else if (*s->pattern)
        buf_addf(&text, _("    /%s: match %zu of %zu"), s->pattern, number, matches);
    canvas_put_in(canvas, 1, 1, canvas->cols - 20, ROLE_TEXT, buf_text(&text));
    buf_done(&text);
    text_pane_span(&s->pane, &first, &last);
    char *span = mem_printf(_("%zu-%zu of %zu"), first, last, all);
    canvas_put_right(canvas, 1, canvas->cols - 1, ROLE_TEXT, span);
    free(span);
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_text *s = (struct scr_text *)screen;
    bool is_low = canvas->rows < 20;
    int first = is_low ? 2 : 3, message = canvas->rows - 2;
    text_pane_settle(&s->pane, message - first - (is_low ? 0 : 1), canvas->cols - 2);
    view_header(view, canvas, s->name, s->subject);
    draw_info(s, canvas);
    canvas->cursor_row = 1;
    canvas->cursor_col = 0;
    text_pane_draw(&s->pane, canvas, first, s->pattern);
    size_t line, last;
    text_pane_span(&s->pane, &line, &last);
    if (s->is_typing) {
        int col = canvas_put(canvas, message, 1, ROLE_TEXT, "/");
        field_draw(&s->field, canvas, message, col, canvas->cols - col - 1);
    } else if (*view->message && view->now_ms < view->message_ms + MESSAGE_STAYS_MS) {
        view_message(view, canvas, message);
    } else if (!s->pane.line_count) {
        canvas_put(canvas, message, 1, ROLE_TEXT, _("There is nothing in it."));
    } else if (last < s->pane.line_count) {
        size_t below = s->pane.line_count - last;
        canvas_putf(canvas, message, 1, ROLE_TEXT, ngettext("%zu line below.", "%zu lines below.", (unsigned long)below), below);
    }
    keymap_line(canvas, canvas->rows - 1, PLACE_TEXT, NULL, NULL);
}

static void find(struct scr_text *s, struct view *view, bool backward)
{
    if (!*s->pattern)
        view_say(view, ROLE_TEXT, _("/ finds a text."));
    else if (!text_pane_find(&s->pane, s->pattern, backward))
        view_say(view, ROLE_WARN, backward ? _("%s isn't found further up.") : _("%s isn't found further down."), s->pattern);
}

static bool type(struct screen *screen, struct view *view, struct key key)
{
    struct scr_text *s = (struct scr_text *)screen;
    if (!s->is_typing)
        return false;
    if (key.code != UI_KEY_ESC && key.code != UI_KEY_ENTER)
        return field_key(&s->field, key);
    s->is_typing = false;
    if (key.code == UI_KEY_ENTER) {
        if (*field_text(&s->field))
            snprintf(s->pattern, sizeof s->pattern, "%s", field_text(&s->field));
        s->pane.match = TEXT_PANE_NOWHERE;
        find(s, view, false);
        if (s->pane.match == TEXT_PANE_NOWHERE && text_pane_find(&s->pane, s->pattern, true))
            *view->message = '\0'; /* all there is stands above */
    }
    return true;
}

static bool paste(struct screen *screen, struct view *view, const char *text, size_t len)
{
    struct scr_text *s = (struct scr_text *)screen;
    (void)view;
    if (s->is_typing)
        field_paste(&s->field, text, len);
    return s->is_typing;
}

static bool scroll(struct text_pane *pane, enum action action)
{
    switch (action) {
    case ACT_UP:
        text_pane_scroll(pane, -1);
        return true;
    case ACT_DOWN:
        text_pane_scroll(pane, 1);
        return true;
    case ACT_PAGE_UP:
        text_pane_scroll(pane, -pane->height + 1);
        return true;
    case ACT_PAGE_DOWN:
        text_pane_scroll(pane, pane->height - 1);
        return true;
    case ACT_HALF_UP:
        text_pane_scroll(pane, -pane->height / 2);
        return true;
    case ACT_HALF_DOWN:
        text_pane_scroll(pane, pane->height / 2);
        return true;
    case ACT_FIRST:
        pane->top = 0;
        return true;
    case ACT_LAST:
        text_pane_scroll(pane, (long)pane->row_count);
        return true;
    case ACT_LEFT:
        pane->left = pane->left > SIDEWAYS ? pane->left - SIDEWAYS : 0;
        return true;
    case ACT_RIGHT:
        pane->left += pane->wraps || pane->left > CANVAS_COLS_MAX * 100 ? 0 : SIDEWAYS;
        return true;
    default:
        return false;
    }
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_text *s = (struct scr_text *)screen;
    if (scroll(&s->pane, action))
        return;
    switch (action) {
    case ACT_WRAP:
        text_pane_set_wrap(&s->pane, !s->pane.wraps);
        break;
    case ACT_FIND:
        s->is_typing = true;
        field_set(&s->field, "");
        break;
    case ACT_FIND_NEXT:
    case ACT_FIND_PREVIOUS:
        find(s, view, action == ACT_FIND_PREVIOUS);
        break;
    case ACT_CLOSE:
    case ACT_QUIT:
        view_pop(view);
        break;
    default:
        break;
    }
}

static const char *name(void)
{
    return _("Text");
}

static const char *help(void)
{
    return _("A text to be read; nothing can be changed here. Control bytes are shown as <1b>. A pattern in small letters also finds "
             "capital ones.");
}

static void done(struct screen *screen)
{
    struct scr_text *s = (struct scr_text *)screen;
    text_pane_done(&s->pane);
    field_done(&s->field);
    free(s->name);
    free(s->subject);
    free(s);
}

static const struct screen_ops ops = {
    .place = PLACE_TEXT,
    .name = name,
    .draw = draw,
    .act = act,
    .type = type,
    .paste = paste,
    .help = help,
    .free = done,
};

struct screen *scr_text_new(struct view *view, const char *screen_name, const char *subject, char *owned_text)
{
    struct scr_text *s = mem_new(1, sizeof *s);
    (void)view;
    s->screen.ops = &ops;
    s->field.max = PATTERN_BYTES_MAX;
    s->name = mem_strdup(screen_name);
    s->subject = mem_strdup(subject);
    text_pane_init(&s->pane, owned_text);
    free(owned_text);
    return &s->screen;
}

void scr_text_number(struct screen *screen, size_t first, size_t count)
{
    assert(screen->ops == &ops);
    text_pane_number(&((struct scr_text *)screen)->pane, first, count);
}
