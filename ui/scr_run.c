#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/run_head.h"
#include "ui/run_keys.h"
#include "ui/run_list.h"
#include "ui/screens.h"

#define HOSTS_A_LINE_EACH 12 /* with more hosts the Run screen begins with groups */
#define TAIL_ROWS_LEAST 4    /* the band and three lines of the log */
#define ROOMY_ROWS 32        /* from here on there are blank lines between the parts */
#define STEPS_PANE_ROWS 36
#define STEPS_PANE_COLS 100

/* The row where the work is: what asks or failed, else what runs, else what comes next. */
static size_t busiest(const struct scr_run *s, const struct view *view)
{
    size_t best = SIZE_MAX, waiting = SIZE_MAX;
    bool is_best_problem = false;
    for (size_t i = 0; i < s->rows.count; i++) {
        size_t task = row_task(&s->rows.items[i], view->run, &view->grid);
        enum task_state state = task == NO_TASK ? TASK_PENDING : view->run->tasks[task].state;
        bool is_problem = state == TASK_FAILED || state == TASK_ASKS;
        if ((is_problem && !is_best_problem) || (state == TASK_RUNNING && best == SIZE_MAX)) {
            best = i;
            is_best_problem = is_problem;
        }
        if (!task_state_is_final(state) && waiting == SIZE_MAX)
            waiting = i;
    }
    return best != SIZE_MAX ? best : waiting;
}

static void refresh(struct scr_run *s, const struct view *view)
{
    rows_done(&s->rows);
    rows_make(&s->rows, &s->wish, view->run, &view->grid, view->now_ms);
    size_t at = rows_find(&s->rows, &s->focus);
    if (s->keeps_up) {
        size_t busy = busiest(s, view);
        at = busy != SIZE_MAX ? busy : at;
    }
    run_focus_on(s, at == SIZE_MAX ? s->focus_index : at);
}

/* -- drawing
 * -------------------------------------------------------------------------------------------------------------------
 */

static void draw_list(struct scr_run *s, const struct view *view, struct canvas *canvas, int line, int rows)
{
    struct run_list list;
    run_list_init(&list, view, &s->rows, &s->wish, canvas->cols);
    run_list_heads(&list, canvas, line - 1);
    s->list_rows = rows;
    size_t fit = (size_t)rows, margin = fit > 5 ? 2 : 0; /* what stands around the focus is in sight too */
    if (s->focus_index < s->top + margin)
        s->top = s->focus_index > margin ? s->focus_index - margin : 0;
    if (s->focus_index + margin >= s->top + fit)
        s->top = s->focus_index + margin - fit + 1;
    if (s->top + fit > s->rows.count)
        s->top = s->rows.count > fit ? s->rows.count - fit : 0;
    for (size_t i = 0; i < fit && s->top + i < s->rows.count; i++) {
        run_list_row(&list, canvas, line + (int)i, &s->rows.items[s->top + i], s->top + i == s->focus_index);
        canvas_spot(canvas, line + (int)i, 0, canvas->cols, (int)(s->top + i));
    }
    if (!s->rows.count)
        canvas_put(canvas, line, 2, ROLE_DIM,
                   *s->filter               ? _("No line has that. Esc shows all again.")
                   : s->wish.only_problems ? _("No problems. p shows everything again.")
                                           : _("Nothing to do."));
    if (s->top > 0 || s->top + fit < s->rows.count) {
        char *more = mem_printf(_("%zu-%zu of %zu"), s->top + 1,
                                s->top + fit < s->rows.count ? s->top + fit : s->rows.count, s->rows.count);
        canvas_put_right(canvas, line - 1, canvas->cols - 14, ROLE_DIM, more);
        free(more);
    }
}

/* What failed and what helps, above the log. Returns lines used. */
static int draw_trouble(struct scr_run *s, const struct view *view, const struct run_task *t, struct canvas *canvas, int line)
{
    int used = 0;
    if (t->state != TASK_FAILED && t->state != TASK_ASKS)
        return 0;
    diagnosis_look(&s->diagnosis, view, &s->tail);
    const char *labels[] = {_("Cause"), _("Do")};
    struct buf texts[2];
    buf_init(&texts[0], 1024);
    buf_init(&texts[1], 1024);
    diagnosis_cause(&s->diagnosis, t, &texts[0]);
    diagnosis_advice(&s->diagnosis, t, &texts[1]);
    int from =
        (text_width(labels[0]) > text_width(labels[1]) ? text_width(labels[0]) : text_width(labels[1])) + 3;
    for (int i = 0; i < 2; i++) {
        if (texts[i].len) {
            canvas_put(canvas, line + used, 1, ROLE_DIM, labels[i]);
            used += canvas_wrap(canvas, line + used, from, canvas->cols - from - 1, 2, i ? ROLE_TEXT : ROLE_FAIL,
                                buf_text(&texts[i]));
        }
        buf_done(&texts[i]);
    }
    return used;
}

static void draw_tail(struct scr_run *s, struct view *view, struct canvas *canvas, int line, int rows)
{
    const struct row *row = run_focused(s);
    size_t task = row ? row_task(row, view->run, &view->grid) : NO_TASK;
    size_t unreached = row ? row_unreached(row, view->run) : SIZE_MAX;
    tail_look(&s->tail, view, task);
    if (task == NO_TASK && unreached != SIZE_MAX) {
        const struct run_host *host = &view->run->hosts[unreached];
        canvas_rule(canvas, line, view->look.line, view->run->plan->hosts[unreached].host.name, _("not reached"));
        canvas_wrap(canvas, line + 1, 1, canvas->cols - 2, rows - 1, ROLE_FAIL, host->detail);
        return;
    }
    if (task == NO_TASK) {
        canvas_rule(canvas, line, view->look.line,
                    row && row->kind == ROW_GROUP ? _("open a group to see a log") : _("no step has begun"),
                    NULL);
        return;
    }
    const struct plan_task *p = &view->run->plan->tasks[task];
    const struct run_task *t = &view->run->tasks[task];
    struct buf left;
    buf_init(&left, 4096);
    digest_hosts(view->run, row->kind == ROW_PROBLEM ? row->hosts : &p->host,
                 row->kind == ROW_PROBLEM ? row->host_count : 1, 30, &left);
    buf_addf(&left, ": %s", view->run->plan->steps[p->step].id);
    char *size = tail_size(&s->tail), *right;
    if (t->state == TASK_RUNNING)
        right = mem_printf(_("following, %s"), size);
    else if (row->host_count > 1 && row->kind == ROW_PROBLEM)
        right = mem_printf(ngettext("equal on %zu host", "equal on %zu hosts", row->host_count), row->host_count);
    else
        right = mem_printf("%s, %s", look_word(t->state), size);
    canvas_rule(canvas, line, view->look.line, buf_text(&left), right);
    int used = 1 + (rows > 6 ? draw_trouble(s, view, t, canvas, line + 1) : 0);
    tail_draw(&s->tail, canvas, line + used, rows - used);
    free(size);
    free(right);
    buf_done(&left);
    if (s->tail.reader && !log_reader_is_counted(s->tail.reader))
        view->has_work = true;
}

static bool is_hidden(const void *context, enum action action)
{
    const struct view *view = context;
    switch (action) {
    case ACT_AGAIN:
    case ACT_AGAIN_ALL:
        return !view_retry_count(view);
    case ACT_FIND:
    case ACT_VIEW:
        return view_retry_count(view) > 0; /* its place is wanted for what helps */
    case ACT_CLOSE:
        return !view->summary;
    case ACT_QUIT:
        return view->summary != NULL; /* it goes there first */
    case ACT_SHELL:
        return !view->actions->shell;
    case ACT_PAUSE:
        return !view->actions->pause || view->run->state == RUN_ENDED;
    default:
        return false;
    }
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_run *s = (struct scr_run *)screen;
    refresh(s, view);
    static const char *const views[] = {N_("view: hosts"), N_("view: groups"), N_("view: steps")};
    char *what = mem_printf(*s->filter ? "%s, &%s" : "%s", s->wish.only_problems ? _("only problems") : _(views[s->wish.kind]), s->filter);
    run_head_draw(view, canvas, what);
    free(what);
    bool is_roomy = canvas->rows >= ROOMY_ROWS;
    int first = is_roomy ? 6 : 5, last = canvas->rows - 3, body = last - first;
    int wanted = s->rows.count ? (int)(s->rows.count < 10000 ? s->rows.count : 10000) : 1;
    /* one host: its steps are the list, and the log has at least as much room */
    int most = s->wish.kind == ROWS_STEPS && !s->wish.only_problems ? body / 2 : body - TAIL_ROWS_LEAST;
    if (is_roomy && s->wish.kind == ROWS_STEPS)
        most = body - body / 3;
    int list = wanted < most ? wanted : most;
    draw_list(s, view, canvas, first, list);
    int line = first + list + (is_roomy ? 1 : 0);
    int pane = (int)(view->run->plan->step_count + 1) / 2 + 2;
    if (canvas->rows >= STEPS_PANE_ROWS && canvas->cols >= STEPS_PANE_COLS && s->wish.kind != ROWS_STEPS &&
        last - line - pane >= 8)
        line += run_head_steps(view, canvas, line) + 1;
    int keep_row = canvas->cursor_row, keep_col = canvas->cursor_col;
    draw_tail(s, view, canvas, line, last - line);
    if (s->typing != RUN_TYPING_NOTHING) {
        int col = canvas_put(canvas, last, 1, ROLE_TEXT, s->typing == RUN_TYPING_FIND ? _("Find:") : _("Only:"));
        field_draw(&s->field, canvas, last, col + 1, canvas->cols - col - 2);
        keep_row = canvas->cursor_row;
        keep_col = canvas->cursor_col;
    } else {
        view_message(view, canvas, last);
    }
    canvas->cursor_row = keep_row;
    canvas->cursor_col = keep_col;
    run_head_counts(view, canvas, last + 1);
    keymap_line(canvas, last + 2, PLACE_RUN, is_hidden, view);
}

static void click(struct screen *screen, struct view *view, int row)
{
    struct scr_run *s = (struct scr_run *)screen;
    (void)view;
    s->keeps_up = false;
    run_focus_on(s, (size_t)row);
}

static void work(struct screen *screen, struct view *view)
{
    view->has_work = tail_work(&((struct scr_run *)screen)->tail);
}

static const char *name(void)
{
    return _("Run");
}

static const char *help(void)
{
    return _("One line a host, one sign a step, in the order of the plan; blank: the step is not for this "
             "host. With more than 12 hosts "
             "they stand in groups, problems first, hosts with the same problem in one line. TIME/LIMIT: a "
             "step is stopped at its "
             "limit. quiet: for how long nothing was written.");
}

static void done(struct screen *screen)
{
    struct scr_run *s = (struct scr_run *)screen;
    rows_done(&s->rows);
    strv_done(&s->wish.open_roles);
    tail_done(&s->tail);
    field_done(&s->field);
    free(s);
}

static const struct screen_ops ops = {
    .place = PLACE_RUN,
    .name = name,
    .draw = draw,
    .act = run_keys_act,
    .type = run_keys_type,
    .paste = run_keys_paste,
    .work = work,
    .help = help,
    .free = done,
    .click = click,
};

struct screen *scr_run_new(struct view *view)
{
    struct scr_run *s = mem_new(1, sizeof *s);
    size_t hosts = view->run->plan->host_count;
    s->screen.ops = &ops;
    s->field.max = RUN_PATTERN_BYTES - 1;
    s->wish.kind = hosts == 1 ? ROWS_STEPS : hosts > HOSTS_A_LINE_EACH ? ROWS_GROUPS : ROWS_HOSTS;
    s->keeps_up = s->wish.kind == ROWS_STEPS; /* over many hosts the log would hop between them */
    s->focus = (struct row_key){
        .kind = ROW_GROUP, .host = SIZE_MAX, .step = SIZE_MAX}; /* problems if there are, else the first */
    refresh(s, view);
    return &s->screen;
}
