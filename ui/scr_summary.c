/* What stands where after a run, and what next: the text that is printed again after quitting. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/page.h"
#include "ui/screens.h"

#define LINE_ROWS_MAX 16 /* of one line, where the window is narrow */

struct scr_summary {
    struct screen screen;
    char *text; /* owned: all of it */
    struct strv lines;
    size_t top;
    size_t rows, total; /* in sight, and there are, as last drawn */
    bool is_on_quit;    /* which button has the focus; not at first: the page comes by itself, under the finger */
};

/* Nothing is cut: commands and paths are there to be read. Returns the rows that the line takes. */
static size_t wrap_line(struct canvas *sheet, const char *line)
{
    int indent = (int)strspn(line, " ");
    canvas_clear(sheet);
    int rows = canvas_wrap(sheet, 0, 1 + indent, sheet->cols - 2 - indent, sheet->rows, ROLE_TEXT, line + indent);
    return rows > 0 ? (size_t)rows : 1;
}

static void draw_lines(struct scr_summary *s, struct canvas *canvas, int first)
{
    struct canvas *sheet = canvas_new(LINE_ROWS_MAX, canvas->cols);
    s->total = 0;
    for (size_t i = 1; i < s->lines.count; i++) {
        size_t rows = wrap_line(sheet, s->lines.items[i]);
        for (size_t r = 0; r < rows; r++, s->total++)
            if (s->total >= s->top && s->total < s->top + s->rows)
                memcpy(&canvas->cells[((size_t)first + s->total - s->top) * (size_t)canvas->cols], canvas_cell(sheet, (int)r, 0),
                       (size_t)canvas->cols * sizeof(struct cell));
    }
    canvas_free(&sheet);
}

static size_t last_top(const struct scr_summary *s)
{
    return s->total > s->rows ? s->total - s->rows : 0;
}

static void draw_button(struct canvas *canvas, int col, const struct button *button, bool has_focus, int id)
{
    int end = button_draw(canvas, canvas->rows - 2, col, button, has_focus);
    canvas_spot(canvas, canvas->rows - 2, col, end - col, id);
}

static void draw_buttons(const struct scr_summary *s, struct canvas *canvas)
{
    struct button run = {_("Look at the run"), false}, quit = {_("Quit"), false};
    draw_button(canvas, 2, &run, !s->is_on_quit, 0);
    draw_button(canvas, canvas->cols - 1 - button_width(&quit), &quit, s->is_on_quit, 1);
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
    canvas_put_in(canvas, 2, 1, canvas->cols - 2, ROLE_TEXT, _("Printed again after quitting, and kept in the run's folder."));
    s->rows = last >= first ? (size_t)(last - first + 1) : 0;
    draw_lines(s, canvas, first);
    if (s->top > last_top(s)) { /* the window has grown */
        s->top = last_top(s);
        draw_lines(s, canvas, first);
    }
    if (s->top < last_top(s))
        canvas_put(canvas, last + 1, 1, ROLE_DIM, _("PgDn: more"));
    draw_buttons(s, canvas);
    keymap_line(canvas, canvas->rows - 1, PLACE_SUMMARY, NULL, NULL);
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_summary *s = (struct scr_summary *)screen;
    size_t top = s->top;
    if (page_move(&top, s->total, s->rows, action))
        s->top = top < last_top(s) ? top : last_top(s);
    else if (action == ACT_LEFT || action == ACT_RIGHT)
        s->is_on_quit = action == ACT_RIGHT;
    else if (action == ACT_NEXT_PANE || action == ACT_PREVIOUS_PANE)
        s->is_on_quit = !s->is_on_quit;
    else if (action == ACT_QUIT || (action == ACT_OPEN && s->is_on_quit))
        view_leave_dialog(view);
    else if (action == ACT_OPEN || action == ACT_CLOSE)
        view_pop(view);
    else if (action == ACT_COPY)
        view_copy(view, mem_strdup(s->text));
}

static void click(struct screen *screen, struct view *view, int spot)
{
    (void)view;
    ((struct scr_summary *)screen)->is_on_quit = spot == 1;
}

static const char *name(void)
{
    return _("Summary");
}

static const char *help(void)
{
    return _("The run has ended well. Enter on its button, or Esc, goes back to it, to look at steps and logs, from where q leads here again; q here leaves, and prints the summary once more on the normal "
             "screen.");
}

static void done(struct screen *screen)
{
    struct scr_summary *s = (struct scr_summary *)screen;
    strv_done(&s->lines);
    free(s->text);
    free(s);
}

static const struct screen_ops ops = {.place = PLACE_SUMMARY, .name = name, .draw = draw, .act = act, .click = click, .help = help, .free = done};

struct screen *scr_summary_new(struct view *view, const char *text)
{
    struct scr_summary *s = mem_new(1, sizeof *s);
    (void)view;
    s->screen.ops = &ops;
    s->text = mem_strdup(text);
    while (*text) {
        size_t n = strcspn(text, "\n");
        char *line = mem_strndup(text, n);
        strv_add(&s->lines, line);
        free(line);
        text += n + (text[n] == '\n');
    }
    return &s->screen;
}
