#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/screens.h"

struct scr_help {
    struct screen screen;
    const struct screen *about; /* lies below on the stack */
    int top, rows, all;         /* first line in sight; in sight; altogether, as last drawn */
};

/* Lines are put onto a canvas as high as needed, and a part of that is shown. */
#define HELP_ROWS_MAX 200

static int put_keys(struct canvas *page, int row, enum keymap_place place, bool everywhere)
{
    const char *names, *help;
    int width = 0;
    for (size_t i = 0; keymap_help(place, everywhere, i, &names, &help); i++)
        width = text_width(names) > width ? text_width(names) : width;
    for (size_t i = 0; keymap_help(place, everywhere, i, &names, &help); i++) {
        canvas_put(page, row, 1, ROLE_KEY, names);
        int used = canvas_wrap(page, row, width + 3, page->cols - width - 4, 3, ROLE_TEXT, help);
        row += used ? used : 1;
    }
    return row;
}

static int put_signs(struct canvas *page, int row, const struct look *look)
{
    static const enum task_state order[TASK_STATE_COUNT] = {
        TASK_PENDING, TASK_RUNNING, TASK_OK,        TASK_UNCHANGED, TASK_WARNED,
        TASK_FAILED,  TASK_SKIPPED, TASK_CANCELLED, TASK_LOST,      TASK_ASKS};
    static const char *const meanings[TASK_STATE_COUNT] = {
        [TASK_PENDING] = N_("not started; the reason is beside it"),
        [TASK_RUNNING] = N_("working now"),
        [TASK_OK] = N_("done, changed the host"),
        [TASK_UNCHANGED] = N_("was already as it should be"),
        [TASK_WARNED] = N_("done, with something to read"),
        [TASK_FAILED] = N_("ended with an error, or ran into its limit"),
        [TASK_SKIPPED] = N_("left out by the operator"),
        [TASK_LOST] = N_("no contact; the step may go on there; kwiz tries again"),
        [TASK_CANCELLED] = N_("stopped by the operator"),
        [TASK_ASKS] = N_("an answer is wanted"),
    };
    for (int i = 0; i < TASK_STATE_COUNT; i++, row++) {
        enum task_state s = order[i];
        canvas_put(page, row, 2, look_role(s), s == TASK_RUNNING ? "|/-\\" : look_sign(look, s, 0));
        canvas_put_in(page, row, 8, 14, look_role(s) == ROLE_FOCUS ? ROLE_TEXT : look_role(s), look_word(s));
        canvas_put_in(page, row, 23, page->cols - 24, ROLE_TEXT, _(meanings[s]));
    }
    return row;
}

static struct canvas *make_page(const struct scr_help *s, const struct view *view, int cols, int *rows)
{
    struct canvas *page = canvas_new(HELP_ROWS_MAX, cols);
    int row = 0;
    canvas_rule(page, row, view->look.line, _("This screen"), NULL);
    row += 1 + canvas_wrap(page, row + 1, 1, cols - 2, 12, ROLE_TEXT, s->about->ops->help());
    canvas_rule(page, row, view->look.line, _("Keys here"), NULL);
    row = put_keys(page, row + 1, s->about->ops->place, false);
    canvas_rule(page, row, view->look.line, _("Signs: one for each step"), NULL);
    row = put_signs(page, row + 1, &view->look);
    canvas_rule(page, row, view->look.line, _("Keys everywhere"), NULL);
    *rows = put_keys(page, row + 1, s->about->ops->place, true);
    return page;
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_help *s = (struct scr_help *)screen;
    char *title = mem_printf(_("Help: %s"), s->about->ops->name());
    view_header(view, canvas, title, view_cluster(view));
    free(title);
    struct canvas *page = make_page(s, view, canvas->cols, &s->all);
    s->rows = canvas->rows - 3;
    int most = s->all > s->rows ? s->all - s->rows : 0;
    s->top = s->top > most ? most : s->top < 0 ? 0 : s->top;
    for (int row = 0; row < s->rows && s->top + row < s->all; row++)
        memcpy(&canvas->cells[(size_t)(row + 1) * (size_t)canvas->cols], canvas_cell(page, s->top + row, 0),
               (size_t)canvas->cols * sizeof(struct cell));
    canvas_free(&page);
    canvas_rule(canvas, canvas->rows - 2, view->look.double_line, NULL,
                s->top < most ? _("Down for more") : NULL);
    keymap_line(canvas, canvas->rows - 1, PLACE_HELP, NULL, NULL);
    canvas->cursor_row = 1;
    canvas->cursor_col = 0;
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_help *s = (struct scr_help *)screen;
    switch (action) {
    case ACT_UP:
        s->top--;
        break;
    case ACT_DOWN:
        s->top++;
        break;
    case ACT_PAGE_UP:
        s->top -= s->rows - 1;
        break;
    case ACT_PAGE_DOWN:
        s->top += s->rows - 1;
        break;
    case ACT_HALF_UP:
        s->top -= s->rows / 2;
        break;
    case ACT_HALF_DOWN:
        s->top += s->rows / 2;
        break;
    case ACT_FIRST:
        s->top = 0;
        break;
    case ACT_LAST:
        s->top = s->all;
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
    return _("Help");
}

static const char *help(void)
{
    return "";
}

static void done(struct screen *screen)
{
    free(screen);
}

static const struct screen_ops ops = {
    .place = PLACE_HELP,
    .name = name,
    .draw = draw,
    .act = act,
    .help = help,
    .free = done,
};

struct screen *scr_help_new(struct view *view, const struct screen *about)
{
    struct scr_help *s = mem_new(1, sizeof *s);
    (void)view;
    s->screen.ops = &ops;
    s->about = about;
    return &s->screen;
}
