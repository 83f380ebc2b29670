#include "ui/run_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/match.h"
#include "ui/screens.h"

#define COPY_MAX_BYTES (1u << 20)
#define COPY_ROWS 100 /* of the output */

const struct row *run_focused(const struct scr_run *s)
{
    return s->rows.count ? &s->rows.items[s->focus_index] : NULL;
}

void run_focus_on(struct scr_run *s, size_t index)
{
    if (index >= s->rows.count)
        index = s->rows.count ? s->rows.count - 1 : 0;
    s->focus_index = index;
    if (s->rows.count)
        s->focus = row_key(&s->rows.items[index]);
}

static void move(struct scr_run *s, long by)
{
    s->keeps_up = false;
    long at = (long)s->focus_index + by;
    run_focus_on(s, at < 0 ? 0 : (size_t)at);
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
    const struct row *row = run_focused(s);
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
    const struct row *row = run_focused(s);
    size_t at = s->focus_index;
    if (!row || row->kind == ROW_GROUP) {
        fold(s, false);
        return;
    }
    while (row->depth && at > 0 && s->rows.items[at].kind != ROW_GROUP)
        at--;
    run_focus_on(s, at);
}

static void open_row(struct scr_run *s, struct view *view)
{
    const struct row *row = run_focused(s);
    if (!row)
        return;
    if (row->kind == ROW_GROUP) {
        fold(s, !row->is_open);
        return;
    }
    size_t task = row_task(row, view->run, &view->grid);
    size_t unreached = row_unreached(row, view->run);
    if (task == NO_TASK && unreached != SIZE_MAX) {
        const char *name = view->run->plan->hosts[unreached].host.name, *detail = view->run->hosts[unreached].detail;
        view_push(view, scr_text_new(view, _("Not reached"), name, mem_printf(_("%s\n\nr on its line tries again."), detail)));
        return;
    }
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
    const struct row *row = run_focused(s);
    size_t count = 0, hosts = 0;
    for (size_t i = 0; row && i < row->host_count; i++) {
        hosts += view_can_retry_host(view, row->hosts[i]) && view_retry_host(view, row->hosts[i]);
        size_t from = row->kind == ROW_STEP ? row->step : 0,
               to = row->kind == ROW_STEP ? row->step + 1 : view->run->plan->step_count;
        for (size_t step = from; step < to; step++) {
            size_t task = grid_task(&view->grid, row->hosts[i], step);
            if (task != NO_TASK && view_can_retry(view, task) && view_retry(view, task))
                count++;
        }
    }
    if (hosts > 1)
        view_say(view, ROLE_TEXT, ngettext("%zu host is tried again.", "%zu hosts are tried again.", hosts), hosts);
    else if (count > 1)
        view_say(view, ROLE_TEXT,
                 ngettext("%zu step is tried again", "%zu steps are tried again", (unsigned long)count),
                 count);
    else if (!count && !hosts)
        view_say(view, ROLE_WARN,
                 _("Nothing has failed in this line."));
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
    if (!*s->find || !s->rows.count)
        return;
    s->keeps_up = false;
    for (size_t i = 1; i <= s->rows.count; i++) {
        size_t at =
            (s->focus_index + (direction > 0 ? i : s->rows.count - i % s->rows.count)) % s->rows.count;
        const struct row *row = &s->rows.items[at];
        bool is_hit = row->kind == ROW_STEP && match_in(view->run->plan->steps[row->step].id, s->find);
        for (size_t h = 0; row->kind != ROW_STEP && h < row->host_count && !is_hit; h++)
            is_hit = match_in(view->run->plan->hosts[row->hosts[h]].host.name, s->find) != NULL;
        if (is_hit) {
            run_focus_on(s, at);
            return;
        }
    }
    view_say(view, ROLE_WARN, _("No line has %s."), s->find);
}

static void set_filter(struct scr_run *s, const char *text)
{
    snprintf(s->filter, sizeof s->filter, "%s", text);
    s->wish.filter = s->filter;
    s->top = 0;
}

static void ask(struct scr_run *s, int typing)
{
    s->typing = typing;
    field_set(&s->field, "");
}

bool run_keys_type(struct screen *screen, struct view *view, struct key key)
{
    struct scr_run *s = (struct scr_run *)screen;
    bool is_filter = s->typing == RUN_TYPING_FILTER;
    if (s->typing == RUN_TYPING_NOTHING)
        return false;
    if (key.code != UI_KEY_ENTER && key.code != UI_KEY_ESC)
        return field_key(&s->field, key);
    s->typing = RUN_TYPING_NOTHING;
    if (key.code == UI_KEY_ESC)
        return true;
    if (is_filter) {
        set_filter(s, field_text(&s->field));
        return true;
    }
    if (*field_text(&s->field))
        snprintf(s->find, sizeof s->find, "%s", field_text(&s->field));
    find(s, view, 1);
    return true;
}

bool run_keys_paste(struct screen *screen, struct view *view, const char *text, size_t len)
{
    struct scr_run *s = (struct scr_run *)screen;
    (void)view;
    if (s->typing != RUN_TYPING_NOTHING)
        field_paste(&s->field, text, len);
    return s->typing != RUN_TYPING_NOTHING;
}

/* Of what the focused line is about; before anything has begun there, of what comes first. */
static void show_script(const struct scr_run *s, struct view *view)
{
    const struct row *row = run_focused(s);
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

/* What the focused line is about: which step, how it stands, why, and the end of its output. */
static void copy(struct scr_run *s, struct view *view)
{
    const struct row *row = run_focused(s);
    size_t task = row ? row_task(row, view->run, &view->grid) : NO_TASK;
    if (task == NO_TASK) {
        view_say(view, ROLE_TEXT, _("There is nothing to copy in this line."));
        return;
    }
    const struct plan_task *p = &view->run->plan->tasks[task];
    const struct run_task *t = &view->run->tasks[task];
    struct buf text, part;
    buf_init(&text, COPY_MAX_BYTES);
    buf_init(&part, 4096);
    for (size_t i = 0; row->kind == ROW_PROBLEM && i < row->host_count; i++)
        buf_addf(&part, i ? ", %s" : "%s", view->run->plan->hosts[row->hosts[i]].host.name);
    buf_addf(&text, "%s: %s: %s\n", part.len ? buf_text(&part) : view->run->plan->hosts[p->host].host.name,
             view->run->plan->steps[p->step].id, look_word(t->state));
    if (t->state == TASK_FAILED || t->state == TASK_ASKS) {
        buf_clear(&part);
        diagnosis_cause(&s->diagnosis, t, &part);
        buf_addf(&text, "%s\n", buf_text(&part));
        buf_clear(&part);
        diagnosis_advice(&s->diagnosis, t, &part);
        buf_addf(&text, part.len ? "%s\n" : "%s", buf_text(&part));
    }
    tail_text(&s->tail, COPY_ROWS, &text);
    buf_done(&part);
    view_copy(view, buf_take(&text));
}

static void act_here(struct scr_run *s, struct view *view, enum action action)
{
    const struct row *row = run_focused(s);
    size_t task = row ? row_task(row, view->run, &view->grid) : NO_TASK;
    switch (action) {
    case ACT_OPEN:
        open_row(s, view);
        break;
    case ACT_QUIT:
        if (!view_show_summary(view))
            view_leave_dialog(view);
        break;
    case ACT_CLOSE:
        if (*s->filter)
            set_filter(s, "");
        else if (!view_show_summary(view))
            view_say(view, ROLE_TEXT, _("q leaves the run; it asks first."));
        break;
    case ACT_FIND:
        ask(s, RUN_TYPING_FIND);
        break;
    case ACT_FILTER:
        ask(s, RUN_TYPING_FILTER);
        break;
    case ACT_COPY:
        copy(s, view);
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

void run_keys_act(struct screen *screen, struct view *view, enum action action)
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
