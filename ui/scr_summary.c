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
    size_t rows; /* in sight, as last drawn */
};

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
    s->rows = last >= first ? (size_t)(last - first + 1) : 0;
    s->top = page_scroll(s->top, s->top, s->lines.count - 1, s->rows);
    for (size_t i = 0; i < s->rows && s->top + i + 1 < s->lines.count; i++)
        canvas_put_in(canvas, first + (int)i, 1, canvas->cols - 2, ROLE_TEXT, s->lines.items[s->top + i + 1]);
    if (s->top + s->rows + 1 < s->lines.count)
        canvas_put(canvas, last + 1, 1, ROLE_DIM, _("PgDn: more"));
    struct button quit = {_("Quit"), false};
    int col = canvas->cols - 1 - button_width(&quit);
    button_draw(canvas, canvas->rows - 2, col, &quit, true);
    keymap_line(canvas, canvas->rows - 1, PLACE_SUMMARY, NULL, NULL);
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_summary *s = (struct scr_summary *)screen;
    size_t most = s->lines.count > s->rows + 1 ? s->lines.count - s->rows - 1 : 0, top = s->top;
    if (page_move(&top, s->lines.count, s->rows, action))
        s->top = top < most ? top : most;
    else if (action == ACT_OPEN || action == ACT_CLOSE)
        view_pop(view);
    else if (action == ACT_QUIT)
        view_leave_dialog(view);
}

static const char *name(void)
{
    return _("Summary");
}

static const char *help(void)
{
    return _("The run has ended well. Enter goes back to it, to look at steps and logs, from where q leads here again; q here leaves, and prints the summary once more on the normal "
             "screen.");
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
