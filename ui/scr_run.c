#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/diagnosis.h"
#include "ui/field.h"
#include "ui/run_head.h"
#include "ui/run_list.h"
#include "ui/screens.h"
#include "ui/tail.h"

#define HOSTS_A_LINE_EACH 12 /* with more hosts the Run screen begins with groups */
#define TAIL_ROWS_LEAST 4    /* the band and three lines of the log */
#define ROOMY_ROWS 32        /* from here on there are blank lines between the parts */
#define STEPS_PANE_ROWS 36
#define STEPS_PANE_COLS 100

struct scr_run {
    struct screen screen;
    struct rows_wish wish;
    struct rows rows;     /* as last made */
    struct row_key focus; /* by what it is, so that it stays where it is when lines come and go */
    size_t focus_index;   /* where it was last, for when it goes */
    size_t top;           /* first row in sight */
    int list_rows;        /* as last drawn */
    bool keeps_up;        /* the focus goes where the work is */
    bool is_finding;
    struct field find;
    struct tail tail;
    struct diagnosis diagnosis;
};

static const struct row *focused(const struct scr_run *s)
{
    return s->rows.count ? &s->rows.items[s->focus_index] : NULL;
}

static void focus_on(struct scr_run *s, size_t index)
{
    if (index >= s->rows.count)
        index = s->rows.count ? s->rows.count - 1 : 0;
    s->focus_index = index;
    if (s->rows.count)
        s->focus = row_key(&s->rows.items[index]);
}

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
    focus_on(s, at == SIZE_MAX ? s->focus_index : at);
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
                   s->wish.only_problems ? _("No problems. p shows everything again.") : _("Nothing to do."));
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
    buf_adds(&texts[0], *t->fail ? t->fail : t->reason);
    if (!texts[0].len && s->diagnosis.has_cause)
        buf_addf(&texts[0], _("likely: %s"), s->diagnosis.cause.text);
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
    const struct row *row = focused(s);
    size_t task = row ? row_task(row, view->run, &view->grid) : NO_TASK;
    tail_look(&s->tail, view, task);
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
    run_head_draw(view, canvas, s->wish.only_problems ? _("only problems") : _(views[s->wish.kind]));
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
    if (s->is_finding) {
        int col = canvas_put(canvas, last, 1, ROLE_TEXT, _("Find:"));
        field_draw(&s->find, canvas, last, col + 1, canvas->cols - col - 2);
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

/* -- keys
 * ----------------------------------------------------------------------------------------------------------------------
 */

static void move(struct scr_run *s, long by)
{
    s->keeps_up = false;
    long at = (long)s->focus_index + by;
    focus_on(s, at < 0 ? 0 : (size_t)at);
}

static void change_view(struct scr_run *s)
{
    if (s->wish.only_problems)
        s->wish.only_problems = false;
    else
        s->wish.kind = s->wish.kind == ROWS_STEPS ? ROWS_HOSTS : s->wish.kind + 1;
    s->keeps_up = s->wish.kind == ROWS_STEPS;
    s->top = 0;
}

static void show_problems(struct scr_run *s, struct view *view)
{
    s->wish.only_problems = !s->wish.only_problems;
    s->top = 0;
    size_t hidden = 0;
    for (size_t h = 0; h < view->run->plan->host_count; h++)
        hidden += !digest_host_is_problem(view->run, &view->grid, h, view->now_ms);
    if (s->wish.only_problems && hidden)
        view_say(view, ROLE_TEXT,
                 ngettext("%zu host without problems is hidden; p shows it.",
                          "%zu hosts without problems are hidden; p shows them.", (unsigned long)hidden),
                 hidden);
    else
        *view->message = '\0';
}

/* Opening makes a role's name known, closing forgets it. */
static void fold(struct scr_run *s, bool is_open)
{
    const struct row *row = focused(s);
    if (!row || row->kind != ROW_GROUP)
        return;
    if (!row->role) {
        s->wish.has_folded_problems = !is_open;
        return;
    }
    struct strv kept = {0};
    for (size_t i = 0; i < s->wish.open_roles.count; i++)
        if (strcmp(s->wish.open_roles.items[i], row->role) != 0)
            strv_add(&kept, s->wish.open_roles.items[i]);
    if (is_open)
        strv_add(&kept, row->role);
    strv_done(&s->wish.open_roles);
    s->wish.open_roles = kept;
}

/* Left on a member goes to its group. */
static void fold_left(struct scr_run *s)
{
    const struct row *row = focused(s);
    size_t at = s->focus_index;
    if (!row || row->kind == ROW_GROUP) {
        fold(s, false);
        return;
    }
    while (row->depth && at > 0 && s->rows.items[at].kind != ROW_GROUP)
        at--;
    focus_on(s, at);
}

static void open_row(struct scr_run *s, struct view *view)
{
    const struct row *row = focused(s);
    if (!row)
        return;
    if (row->kind == ROW_GROUP) {
        fold(s, !row->is_open);
        return;
    }
    size_t task = row_task(row, view->run, &view->grid);
    if (task == NO_TASK) {
        view_say(view, ROLE_TEXT, _("There is no log yet: no step has begun here."));
        return;
    }
    enum task_state state = view->run->tasks[task].state;
    view_push(view, state == TASK_FAILED || state == TASK_ASKS ? scr_failed_new(view, task)
                                                               : scr_log_new(view, task));
}

/* All that failed in the focused row. */
static void again(struct scr_run *s, struct view *view)
{
    const struct row *row = focused(s);
    size_t count = 0;
    for (size_t i = 0; row && i < row->host_count; i++) {
        size_t from = row->kind == ROW_STEP ? row->step : 0,
               to = row->kind == ROW_STEP ? row->step + 1 : view->run->plan->step_count;
        for (size_t step = from; step < to; step++) {
            size_t task = grid_task(&view->grid, row->hosts[i], step);
            if (task != NO_TASK && view_can_retry(view, task) && view_retry(view, task))
                count++;
        }
    }
    if (count > 1)
        view_say(view, ROLE_TEXT,
                 ngettext("%zu step is tried again", "%zu steps are tried again", (unsigned long)count),
                 count);
    else if (!count)
        view_say(view, ROLE_WARN, _("Nothing has failed in this line."));
}

static void pause_run(struct view *view)
{
    struct err err = ERR_INIT;
    bool wants_pause = view->run->state != RUN_PAUSED;
    if (!view->actions->pause || view->run->state == RUN_ENDED || view->run->state == RUN_STOPPING)
        view_say(view, ROLE_WARN, _("The run can't be paused now."));
    else if (!view->actions->pause(view->actions->context, wants_pause, &err))
        view_say(view, ROLE_FAIL, "%s", err.text);
}

static void find(struct scr_run *s, struct view *view, int direction)
{
    if (!*field_text(&s->find) || !s->rows.count)
        return;
    s->keeps_up = false;
    for (size_t i = 1; i <= s->rows.count; i++) {
        size_t at =
            (s->focus_index + (direction > 0 ? i : s->rows.count - i % s->rows.count)) % s->rows.count;
        const struct row *row = &s->rows.items[at];
        bool is_hit = row->kind == ROW_STEP && strcasestr(view->run->plan->steps[row->step].id, field_text(&s->find));
        for (size_t h = 0; row->kind != ROW_STEP && h < row->host_count && !is_hit; h++)
            is_hit = strcasestr(view->run->plan->hosts[row->hosts[h]].host.name, field_text(&s->find)) != NULL;
        if (is_hit) {
            focus_on(s, at);
            return;
        }
    }
    view_say(view, ROLE_WARN, _("No line has %s."), field_text(&s->find));
}

static bool type(struct screen *screen, struct view *view, struct key key)
{
    struct scr_run *s = (struct scr_run *)screen;
    if (!s->is_finding)
        return false;
    if (key.code == UI_KEY_ENTER || key.code == UI_KEY_ESC) {
        s->is_finding = false;
        if (key.code == UI_KEY_ENTER)
            find(s, view, 1);
        return true;
    }
    return field_key(&s->find, key);
}

static bool paste(struct screen *screen, struct view *view, const char *text, size_t len)
{
    struct scr_run *s = (struct scr_run *)screen;
    (void)view;
    if (s->is_finding)
        field_paste(&s->find, text, len);
    return s->is_finding;
}

/* Of what the focused line is about; before anything has begun there, of what comes first. */
static void show_script(const struct scr_run *s, struct view *view)
{
    const struct row *row = focused(s);
    size_t task = row ? row_task(row, view->run, &view->grid) : NO_TASK;
    for (size_t i = 0; row && task == NO_TASK && row->kind != ROW_GROUP && i < row->host_count; i++)
        for (size_t step = 0; step < view->run->plan->step_count && task == NO_TASK; step++)
            if (row->kind != ROW_STEP || step == row->step)
                task = grid_task(&view->grid, row->hosts[i], step);
    if (task == NO_TASK)
        view_say(view, ROLE_TEXT, _("A script belongs to a step of a host: open the group first."));
    else
        view_push(view, scr_script_new(view, view->run->plan, task));
}

static void act_here(struct scr_run *s, struct view *view, enum action action)
{
    const struct row *row = focused(s);
    size_t task = row ? row_task(row, view->run, &view->grid) : NO_TASK;
    switch (action) {
    case ACT_OPEN:
        open_row(s, view);
        break;
    case ACT_QUIT:
        view_leave_dialog(view);
        break;
    case ACT_CLOSE:
        view_say(view, ROLE_TEXT, _("q leaves the run; it asks first."));
        break;
    case ACT_FIND:
        s->is_finding = true;
        field_set(&s->find, "");
        break;
    case ACT_AGAIN:
        again(s, view);
        break;
    case ACT_AGAIN_ALL:
        view_retry_all(view);
        break;
    case ACT_SKIP:
        if (task == NO_TASK)
            view_say(view, ROLE_WARN, _("Nothing to skip here: only a step that failed can be."));
        else
            view_skip(view, task);
        break;
    case ACT_PAUSE:
        pause_run(view);
        break;
    case ACT_SHELL:
        if (row && row->host_count && row->kind != ROW_GROUP)
            view_shell(view, row->hosts[0]);
        else
            view_say(view, ROLE_TEXT, _("A shell belongs to a host: open the group first."));
        break;
    case ACT_SOURCE:
        show_script(s, view);
        break;
    case ACT_FOLLOW:
        s->keeps_up = !s->keeps_up;
        view_say(view, ROLE_TEXT,
                 s->keeps_up ? _("The focus goes where the work is. F holds it.")
                             : _("The focus stays here."));
        break;
    default:
        break;
    }
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_run *s = (struct scr_run *)screen;
    switch (action) {
    case ACT_UP:
        move(s, -1);
        break;
    case ACT_DOWN:
        move(s, 1);
        break;
    case ACT_PAGE_UP:
        move(s, -s->list_rows);
        break;
    case ACT_PAGE_DOWN:
        move(s, s->list_rows);
        break;
    case ACT_HALF_UP:
        move(s, -s->list_rows / 2);
        break;
    case ACT_HALF_DOWN:
        move(s, s->list_rows / 2);
        break;
    case ACT_FIRST:
        move(s, -(long)s->rows.count);
        break;
    case ACT_LAST:
        move(s, (long)s->rows.count);
        break;
    case ACT_LEFT:
        fold_left(s);
        break;
    case ACT_RIGHT:
        fold(s, true);
        break;
    case ACT_FIND_NEXT:
        find(s, view, 1);
        break;
    case ACT_FIND_PREVIOUS:
        find(s, view, -1);
        break;
    case ACT_VIEW:
        change_view(s);
        break;
    case ACT_PROBLEMS:
        show_problems(s, view);
        break;
    default:
        act_here(s, view, action);
    }
}

static void click(struct screen *screen, struct view *view, int row)
{
    struct scr_run *s = (struct scr_run *)screen;
    (void)view;
    s->keeps_up = false;
    focus_on(s, (size_t)row);
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
    field_done(&s->find);
    free(s);
}

static const struct screen_ops ops = {
    .place = PLACE_RUN,
    .name = name,
    .draw = draw,
    .act = act,
    .type = type,
    .paste = paste,
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
    s->wish.kind = hosts == 1 ? ROWS_STEPS : hosts > HOSTS_A_LINE_EACH ? ROWS_GROUPS : ROWS_HOSTS;
    s->keeps_up = s->wish.kind == ROWS_STEPS; /* over many hosts the log would hop between them */
    s->focus = (struct row_key){
        .kind = ROW_GROUP, .host = SIZE_MAX, .step = SIZE_MAX}; /* problems if there are, else the first */
    refresh(s, view);
    return &s->screen;
}
