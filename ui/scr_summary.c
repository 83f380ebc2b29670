/* What stands where after a run, and what next: the text that is printed again after quitting. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/page.h"
#include "ui/screens.h"

struct scr_summary {
    struct screen screen;
    struct strv lines;
    size_t top;
    size_t rows; /* lines in sight, as last drawn */
    bool is_on_quit; /* which button has the focus; not at first: the page comes by itself, under the finger */
};

/* Lines from top on, wrapped below their indent: commands in them are copied. Whether all fit. */
static bool draw_lines(struct scr_summary *s, struct canvas *canvas, int row, int last)
{
    size_t at = s->top + 1;
    bool fits = true;
    for (; at < s->lines.count && row <= last; at++) {
        const char *line = s->lines.items[at];
        int indent = (int)strspn(line, " "), left = last - row + 1, width = canvas->cols - 2 - indent;
        int used = *line ? canvas_wrap(canvas, row, 1 + indent, width, left, ROLE_TEXT, line + indent) : 1;
        fits = text_width(line + indent) <= width * left;
        row += used ? used : 1;
    }
    s->rows = at - s->top - 1;
    return fits && at == s->lines.count;
}

static void draw_buttons(const struct scr_summary *s, struct canvas *canvas)
{
    struct button run = {_("Look at the run"), false}, quit = {_("Quit"), false};
    button_draw(canvas, canvas->rows - 2, 2, &run, !s->is_on_quit);
    button_draw(canvas, canvas->rows - 2, canvas->cols - 1 - button_width(&quit), &quit, s->is_on_quit);
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_summary *s = (struct scr_summary *)screen;
    int first = 4, last = canvas->rows - 4;
    char *hosts = mem_printf(ngettext("%s, %zu host", "%s, %zu hosts", view->run->plan->host_count), view_cluster(view),
                             view->run->plan->host_count);
    view_header(view, canvas, _("Summary"), hosts);
    free(hosts);
    if (s->lines.count)
        canvas_put_in(canvas, 1, 1, canvas->cols - 2, ROLE_OK, s->lines.items[0]);
    canvas_put_in(canvas, 2, 1, canvas->cols - 2, ROLE_TEXT, _("All of this is printed again after quitting, and kept in the run's folder."));
    if (!draw_lines(s, canvas, first, last))
        canvas_put(canvas, last + 1, 1, ROLE_DIM, _("PgDn: more"));
    draw_buttons(s, canvas);
    keymap_line(canvas, canvas->rows - 1, PLACE_SUMMARY, NULL, NULL);
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_summary *s = (struct scr_summary *)screen;
    size_t most = s->lines.count > s->rows + 1 ? s->lines.count - s->rows - 1 : 0, top = s->top;
    if (page_move(&top, s->lines.count, s->rows, action))
        s->top = top < most ? top : most;
    else if (action == ACT_LEFT || action == ACT_RIGHT)
        s->is_on_quit = action == ACT_RIGHT;
    else if (action == ACT_NEXT_PANE || action == ACT_PREVIOUS_PANE)
        s->is_on_quit = !s->is_on_quit;
    else if (action == ACT_QUIT || (action == ACT_OPEN && s->is_on_quit))
        view_leave_dialog(view);
    else if (action == ACT_OPEN || action == ACT_CLOSE)
        view_pop(view);
}

static const char *name(void)
{
    return _("Summary");
}

static const char *help(void)
{
    return _("The run has ended well. Enter or Esc goes back to it, to look at steps and logs; q leaves, and prints the summary once more on the "
             "normal screen.");
}

static void done(struct screen *screen)
{
    struct scr_summary *s = (struct scr_summary *)screen;
    strv_done(&s->lines);
    free(s);
}

static const struct screen_ops ops = {.place = PLACE_SUMMARY, .name = name, .draw = draw, .act = act, .help = help, .free = done};

struct screen *scr_summary_new(struct view *view, const char *text)
{
    struct scr_summary *s = mem_new(1, sizeof *s);
    (void)view;
    s->screen.ops = &ops;
    while (*text) {
        size_t n = strcspn(text, "\n");
        char *line = mem_strndup(text, n);
        strv_add(&s->lines, line);
        free(line);
        text += n + (text[n] == '\n');
    }
    return &s->screen;
}
