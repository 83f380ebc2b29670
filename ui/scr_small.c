#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/screens.h"

/* Which running task is the nearest to its limit: the one worth a line. */
static size_t longest_running(const struct run *run)
{
    size_t best = NO_TASK;
    for (size_t t = 0; t < run->plan->task_count; t++)
        if (run->tasks[t].state == TASK_RUNNING &&
            (best == NO_TASK || run->tasks[t].started_ms < run->tasks[best].started_ms))
            best = t;
    return best;
}

static void put_now(const struct view *view, struct canvas *canvas, int row)
{
    size_t task = longest_running(view->run);
    if (task == NO_TASK)
        return;
    const struct run_task *t = &view->run->tasks[task];
    const struct plan_step *step = &view->run->plan->steps[view->run->plan->tasks[task].step];
    char a[LOOK_TIME_MAX], b[LOOK_TIME_MAX];
    uint64_t ran = t->started_ms && view->now_ms > t->started_ms ? view->now_ms - t->started_ms : 0;
    canvas_putf(canvas, row, 0, ROLE_TEXT, _("Now %s %s/%s"), step->id, look_duration(ran, a),
                look_duration(step->timeout_ms, b));
}

static void draw_run(const struct view *view, struct canvas *canvas)
{
    const struct run *run = view->run;
    char a[LOOK_TIME_MAX];
    size_t done = digest_done_count(run), all = run->plan->task_count;
    uint64_t end = run->ended_ms ? run->ended_ms : view->now_ms,
             took = end > run->started_ms ? end - run->started_ms : 0;
    canvas_putf(canvas, 2, 0, ROLE_TEXT, _("%s  %zu%%  %zu of %zu  %s"), view_cluster(view),
                all ? done * 100 / all : 100, done, all, look_duration(took, a));
    canvas_putf(canvas, 3, 0, run->counts[TASK_FAILED] ? ROLE_FAIL : ROLE_TEXT,
                _("  %zu running  %zu pending  %zu failed"), run->counts[TASK_RUNNING],
                run->counts[TASK_PENDING], run->counts[TASK_FAILED]);
    put_now(view, canvas, 4);
    canvas_wrap(canvas, 6, 0, canvas->cols, canvas->rows - 1 - 6, ROLE_TEXT,
                run->state == RUN_ENDED ? _("The run has ended. Make the window larger to look at it.")
                                        : _("The run goes on. Make the window larger to see it."));
}

void scr_small_draw(const struct view *view, struct canvas *canvas)
{
    canvas_putf(canvas, 0, 0, ROLE_WARN, _("kwiz needs %dx%d. This is %dx%d."), VIEW_COLS_MIN, VIEW_ROWS_MIN,
                canvas->cols, canvas->rows);
    if (view->run) {
        draw_run(view, canvas);
    } else {
        canvas_put_in(canvas, 2, 0, canvas->cols, ROLE_TEXT, section_name(view->section));
        canvas_wrap(canvas, 4, 0, canvas->cols, canvas->rows - 1 - 4, ROLE_TEXT,
                    _("Nothing is lost. Make the window larger to go on; no key does anything before that but q."));
    }
    keymap_line(canvas, canvas->rows - 1, PLACE_SMALL, NULL, NULL);
    canvas->cursor_row = 0;
    canvas->cursor_col = 0;
}
