#include "ui/run_head.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "model/remaining.h"
#include "ui/run_list.h"

#define FIGURES_WIDTH 35 /* behind the bar */
#define MINUTE_MS 60000u
#define HOUR_MS (60 * MINUTE_MS)

/* ", about 3 min left", or "" while nobody can know; malloc'd. */
static char *left_text(const struct view *view)
{
    uint64_t left;
    if (!remaining_ms(view->run, view->now_ms, &left))
        return mem_strdup("");
    if (left < MINUTE_MS)
        return mem_strdup(_(", under 1 min left"));
    if (left < 2 * HOUR_MS)
        return mem_printf(_(", about %u min left"), (unsigned)((left + MINUTE_MS / 2) / MINUTE_MS));
    return mem_printf(_(", about %u h left"), (unsigned)((left + HOUR_MS / 2) / HOUR_MS));
}

void run_head_draw(const struct view *view, struct canvas *canvas, const char *what)
{
    const struct run *run = view->run;
    size_t hosts = run->plan->host_count, all = run->plan->task_count, done = digest_done_count(run);
    char *count = mem_printf(ngettext("%zu host", "%zu hosts", (unsigned long)hosts), hosts);
    bool has_id = view->run_id && canvas->cols >= 100;
    char *subject = mem_printf("%s, %s, %s%s%s", view_cluster(view), count, what, has_id ? _(", run ") : "",
                               has_id ? view->run_id : "");
    view_header(view, canvas, _("Run"), subject);
    free(subject);
    free(count);
    char a[LOOK_TIME_MAX], percent[16];
    uint64_t end = run->ended_ms ? run->ended_ms : view->now_ms;
    snprintf(percent, sizeof percent, "%zu%%", all ? done * 100 / all : 100);
    canvas_put_right(canvas, 1, 4, ROLE_TEXT, percent);
    char *figures = mem_printf(_("%zu of %zu    %s"), done, all,
                               look_duration(end > run->started_ms ? end - run->started_ms : 0, a));
    char *left = left_text(view);
    int width = canvas->cols - 42, wanted = text_width(figures) + text_width(left);
    if (wanted > FIGURES_WIDTH && wanted - FIGURES_WIDTH < width / 2)
        width -= wanted - FIGURES_WIDTH;
    look_bar(&view->look, canvas, 1, 5, width, (unsigned)done, (unsigned)all);
    int col = canvas_put(canvas, 1, 5 + width + 1, ROLE_TEXT, figures);
    col = canvas_put(canvas, 1, col, ROLE_TEXT, left);
    free(figures);
    free(left);
    if (run->state == RUN_PAUSED || run->state == RUN_STOPPING)
        canvas_put(canvas, 1, col, ROLE_WARN, run->state == RUN_PAUSED ? _(", paused") : _(", stopping"));
    struct buf text;
    buf_init(&text, 4096);
    const char *labels[] = {_("Now"), _("Next")};
    int from = text_width(labels[0]) > text_width(labels[1]) ? text_width(labels[0]) : text_width(labels[1]);
    from += 3;
    for (int i = 0; i < 2; i++) {
        buf_clear(&text);
        (i ? digest_next : digest_now)(run, &view->grid, canvas->cols - from - 1, &text);
        canvas_put(canvas, 2 + i, 1, ROLE_DIM, labels[i]);
        canvas_put_in(canvas, 2 + i, from, canvas->cols - from - 1, ROLE_TEXT, buf_text(&text));
    }
    buf_done(&text);
}

int run_head_steps(const struct view *view, struct canvas *canvas, int line)
{
    const struct plan *plan = view->run->plan;
    int half = (int)(plan->step_count + 1) / 2, wide = (canvas->cols - 2) / 2;
    canvas_rule(canvas, line, view->look.line, _("Steps"), NULL);
    struct buf text;
    buf_init(&text, 1024);
    for (size_t i = 0; i < plan->step_count; i++) {
        int row = line + 1 + (int)i % half, col = 1 + (int)i / half * wide;
        char a[LOOK_TIME_MAX];
        canvas_putf(canvas, row, col, ROLE_TEXT, "%3zu", i + 1);
        canvas_put_in(canvas, row, col + 4, 20, ROLE_TEXT, plan->steps[i].id);
        buf_clear(&text);
        enum text_role role = run_step_states(view, i, &text);
        uint64_t took = run_step_ms(view, i);
        canvas_put_in(canvas, row, col + 25, wide - 36, role, buf_text(&text));
        if (took)
            canvas_put_right(canvas, row, col + wide - 3, ROLE_DIM, look_duration(took, a));
    }
    buf_done(&text);
    return half + 1;
}

void run_head_counts(const struct view *view, struct canvas *canvas, int line)
{
    static const enum task_state order[] = {TASK_OK,        TASK_UNCHANGED, TASK_WARNED, TASK_SKIPPED,
                                            TASK_RUNNING,   TASK_LOST,      TASK_ASKS,   TASK_PENDING,
                                            TASK_CANCELLED, TASK_FAILED};
    const struct run *run = view->run;
    int col = 1;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        enum task_state s = order[i];
        bool is_trouble = s == TASK_FAILED || s == TASK_LOST || s == TASK_ASKS || s == TASK_WARNED;
        if (run->counts[s] || s == TASK_OK || s == TASK_RUNNING || s == TASK_PENDING || s == TASK_FAILED)
            col = canvas_putf(canvas, line, col, is_trouble && run->counts[s] ? look_role(s) : ROLE_TEXT,
                              "%zu %s", run->counts[s], look_word(s)) +
                  3;
    }
}
