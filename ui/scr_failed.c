#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/diagnosis.h"
#include "ui/screens.h"
#include "ui/tail.h"

enum button { RETRY, SKIP, SHELL, WHOLE_LOG, BACK, LEAVE, BUTTONS };

struct scr_failed {
    struct screen screen;
    size_t task;
    enum button focus;
    struct tail tail;
    struct diagnosis diagnosis;
};

static const struct run_task *task_of(const struct scr_failed *s, const struct view *view)
{
    return &view->run->tasks[s->task];
}

static bool is_possible(const struct scr_failed *s, const struct view *view, enum button button)
{
    return button == RETRY  ? view_can_retry(view, s->task)
           : button == SKIP ? view_can_skip(view, s->task)
           : button == SHELL ? view->actions->shell != NULL
                             : true;
}

static int put_field(struct canvas *canvas, int row, const char *label, int from, enum text_role role,
                     const char *text)
{
    canvas_put(canvas, row, 2, ROLE_DIM, label);
    return canvas_wrap(canvas, row, from, canvas->cols - from - 1, 2, role, text);
}

static void tell_host(const struct view *view, const struct plan_task *p, struct buf *out)
{
    const struct host *host = &view->run->plan->hosts[p->host].host;
    char *roles = strv_join(&host->roles, ", ");
    buf_addf(out, "%s, %s", host->name, host->address);
    if (*roles)
        buf_addf(out, ", %s", roles);
    free(roles);
}

static void tell_end(const struct scr_failed *s, const struct view *view, const struct plan_step *step,
                     struct buf *out)
{
    const struct run_task *t = task_of(s, view);
    char a[LOOK_TIME_MAX];
    if (t->ended_ms)
        buf_addf(out, "%s, ", look_clock(t->ended_ms, a));
    if (!strcmp(t->how, "timeout"))
        buf_addf(out, _("stopped at its limit of %s"), look_duration(step->timeout_ms, a));
    else if (!*t->how || !strcmp(t->how, "exit"))
        buf_addf(out, _("exit %d"), t->status);
    else
        buf_adds(out, t->how);
    if (t->ended_ms > t->started_ms && t->started_ms)
        buf_addf(out, _(" after %s"), look_duration(t->ended_ms - t->started_ms, a));
    if (step->retries || t->attempt > 1)
        buf_addf(out, _(", try %u of %u"), t->attempt,
                 step->retries + 1 > t->attempt ? step->retries + 1 : t->attempt);
}

/* Who goes on, and what waits for this. */
static void tell_others(const struct scr_failed *s, const struct view *view, struct buf *out)
{
    const struct plan *plan = view->run->plan;
    size_t others = 0, host = plan->tasks[s->task].host;
    for (size_t h = 0; h < plan->host_count; h++) {
        bool goes_on = false;
        for (size_t step = 0; step < plan->step_count && h != host; step++) {
            size_t task = grid_task(&view->grid, h, step);
            goes_on = goes_on || (task != NO_TASK && view->run->tasks[task].state == TASK_RUNNING);
        }
        others += goes_on;
    }
    if (plan->host_count > 1)
        buf_addf(out,
                 ngettext("%zu other host works on. ", "%zu other hosts work on. ", (unsigned long)others),
                 others);
    size_t here = digest_waiting_count(view->run, s->task, host),
           all = digest_waiting_count(view->run, s->task, SIZE_MAX);
    if (here)
        buf_addf(out,
                 ngettext("%zu later step of this host waits for it. ",
                          "%zu later steps of this host wait for it. ", (unsigned long)here),
                 here);
    if (all > here)
        buf_addf(out,
                 ngettext("%zu step of other hosts waits for it.", "%zu steps of other hosts wait for it.",
                          (unsigned long)(all - here)),
                 all - here);
    if (!all)
        buf_adds(out, _("Nothing waits for it."));
}

enum fact { HOST, STEP, SCRIPT, ENDED, CAUSE, DO, OTHERS, FACTS };

static void tell_facts(const struct scr_failed *s, const struct view *view, struct buf *texts)
{
    const struct plan_task *p = &view->run->plan->tasks[s->task];
    const struct plan_step *step = &view->run->plan->steps[p->step];
    const struct run_task *t = task_of(s, view);
    tell_host(view, p, &texts[HOST]);
    buf_addf(&texts[STEP], _("%zu of %zu, %s"), p->step + 1, view->run->plan->step_count, step->id);
    if (*plan_step_shown(step))
        buf_addf(&texts[STEP], ": %s", plan_step_shown(step));
    if (s->diagnosis.has_trace)
        diagnosis_place(&s->diagnosis, &texts[SCRIPT]);
    else
        buf_adds(&texts[SCRIPT], step->script_path ? step->script_path : "");
    if (t->state != TASK_ASKS || *t->how)
        tell_end(s, view, step, &texts[ENDED]);
    if (s->diagnosis.has_cause)
        buf_addf(&texts[CAUSE], _("likely: %s"), s->diagnosis.cause.text);
    diagnosis_advice(&s->diagnosis, t, &texts[DO]);
    tell_others(s, view, &texts[OTHERS]);
}

static int draw_facts(const struct scr_failed *s, const struct view *view, struct canvas *canvas, int row)
{
    const char *labels[FACTS] = {_("Host"), _("Step"), s->diagnosis.has_trace ? _("At") : _("Script"), _("Ended"), _("Cause"), _("Do"),
                                 _("Others")};
    struct buf texts[FACTS];
    int from = 0;
    for (int i = 0; i < FACTS; i++) {
        from = text_width(labels[i]) > from ? text_width(labels[i]) : from;
        buf_init(&texts[i], 4096);
    }
    from += 5;
    tell_facts(s, view, texts);
    for (int i = 0; i < FACTS; i++) {
        if (texts[i].len)
            row += put_field(canvas, row, labels[i], from, ROLE_TEXT, buf_text(&texts[i]));
        buf_done(&texts[i]);
    }
    return row;
}

static int button_width(const char *label)
{
    return text_width(label) + 4;
}

/* Where the row of buttons begins, so that the one with the focus is in sight on a narrow screen too. */
static int first_button(const char *const *labels, enum button focus, int cols)
{
    int first = 0;
    for (int width = 0, b = (int)focus; b >= 0; b--) {
        width += button_width(labels[b]) + 2;
        if (width > cols - 2)
            break;
        first = b;
    }
    int all = 0;
    for (int b = 0; b < BUTTONS; b++)
        all += button_width(labels[b]) + 2;
    return all <= cols - 2 ? 0 : first;
}

static void draw_buttons(const struct scr_failed *s, const struct view *view, struct canvas *canvas, int row)
{
    const char *labels[BUTTONS] = {_("Retry"), _("Skip"), _("Shell"), _("Log"), _("Back"), _("Leave or abort")};
    int col = 2, first = first_button(labels, s->focus, canvas->cols);
    if (first)
        canvas_put(canvas, row, 0, ROLE_DIM, "<");
    for (int b = first; b < BUTTONS; b++) {
        bool can = is_possible(s, view, (enum button)b);
        if (col + button_width(labels[b]) > canvas->cols - 1) {
            canvas_put(canvas, row, canvas->cols - 1, ROLE_DIM, ">");
            break;
        }
        int end =
            canvas_putf(canvas, row, col, can ? ROLE_BUTTON : ROLE_DIM, can ? "[ %s ]" : "( %s )", labels[b]);
        if (s->focus == (enum button)b) {
            canvas_put(canvas, row, col - 1, ROLE_FOCUS, ">");
            canvas_focus(canvas, row, col, end - col);
        }
        canvas_spot(canvas, row, col, end - col, b);
        col = end + 2;
    }
}

static void draw_message(const struct scr_failed *s, const struct view *view, struct canvas *canvas, int row)
{
    const struct plan_step *step = &view->run->plan->steps[view->run->plan->tasks[s->task].step];
    if (*view->message && view->now_ms < view->message_ms + 5000)
        view_message(view, canvas, row);
    else if (!step->optional)
        canvas_put(canvas, row, 1, ROLE_TEXT,
                   _("Skip: not possible, the spell doesn't call this step optional."));
}

struct keys_of {
    const struct scr_failed *screen;
    const struct view *view;
};

static bool is_hidden(const void *context, enum action action)
{
    const struct keys_of *k = context;
    switch (action) {
    case ACT_SHELL:
        return !k->view->actions->shell;
    case ACT_SKIP:
        return !view_can_skip(k->view, k->screen->task);
    case ACT_AGAIN:
        return !view_can_retry(k->view, k->screen->task);
    case ACT_AGAIN_ALL:
        return view_retry_count(k->view) < 2;
    default:
        return false;
    }
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_failed *s = (struct scr_failed *)screen;
    const struct plan_task *p = &view->run->plan->tasks[s->task];
    const struct run_task *t = task_of(s, view);
    struct buf text;
    buf_init(&text, 4096);
    buf_addf(&text, "%s: %s", view->run->plan->hosts[p->host].host.name, view->run->plan->steps[p->step].id);
    bool is_over = t->state == TASK_FAILED || t->state == TASK_ASKS;
    view_header(view, canvas,
                t->state == TASK_ASKS     ? _("Asks you")
                : t->state == TASK_FAILED ? _("Failed")
                                          : _("Step"),
                buf_text(&text));
    buf_clear(&text);
    if (is_over)
        digest_failure(t, &text);
    else
        buf_addf(&text, _("This step is %s now."), look_word(t->state));
    int row =
        1 + canvas_wrap(canvas, 1, 1, canvas->cols - 2, 2, is_over ? ROLE_FAIL : ROLE_TEXT, buf_text(&text));
    tail_look(&s->tail, view, s->task);
    diagnosis_look(&s->diagnosis, view, &s->tail);
    row = draw_facts(s, view, canvas, row + (canvas->rows >= 24 ? 1 : 0));
    int message = canvas->rows - 3;
    char *size = tail_size(&s->tail);
    canvas_rule(canvas, row, view->look.line, _("end of the output"), size);
    free(size);
    tail_draw(&s->tail, canvas, row + 1, message - row - 1);
    draw_message(s, view, canvas, message);
    draw_buttons(s, view, canvas, message + 1);
    keymap_line(canvas, message + 2, PLACE_FAILED, is_hidden, &(struct keys_of){s, view});
    buf_done(&text);
    view->has_work = view->has_work || (s->tail.reader && !log_reader_is_counted(s->tail.reader));
}

static void press(struct scr_failed *s, struct view *view)
{
    switch (s->focus) {
    case RETRY:
        if (view_retry(view, s->task))
            view_pop(view);
        break;
    case SKIP:
        if (view_skip(view, s->task))
            view_pop(view);
        break;
    case SHELL:
        view_shell(view, view->run->plan->tasks[s->task].host);
        break;
    case WHOLE_LOG:
        view_push(view, scr_log_new(view, s->task));
        break;
    case LEAVE:
        view_leave_dialog(view);
        break;
    default:
        view_pop(view);
    }
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_failed *s = (struct scr_failed *)screen;
    switch (action) {
    case ACT_LEFT:
    case ACT_UP:
    case ACT_PREVIOUS_PANE:
        s->focus = s->focus > RETRY ? s->focus - 1 : BUTTONS - 1;
        break;
    case ACT_RIGHT:
    case ACT_DOWN:
    case ACT_NEXT_PANE:
        s->focus = s->focus + 1 < BUTTONS ? s->focus + 1 : RETRY;
        break;
    case ACT_OPEN:
        press(s, view);
        break;
    case ACT_AGAIN:
        if (view_retry(view, s->task))
            view_pop(view);
        break;
    case ACT_AGAIN_ALL:
        view_retry_all(view);
        break;
    case ACT_SKIP:
        if (view_skip(view, s->task))
            view_pop(view);
        break;
    case ACT_SHELL:
        view_shell(view, view->run->plan->tasks[s->task].host);
        break;
    case ACT_SOURCE:
        view_push(view, scr_script_new(view, view->run->plan, s->task));
        break;
    case ACT_CLOSE:
    case ACT_QUIT:
        view_pop(view);
        break;
    default:
        break;
    }
}

static void click(struct screen *screen, struct view *view, int button)
{
    (void)view;
    ((struct scr_failed *)screen)->focus = (enum button)button;
}

static void work(struct screen *screen, struct view *view)
{
    view->has_work = tail_work(&((struct scr_failed *)screen)->tail);
}

static const char *name(void)
{
    return _("Failed");
}

static const char *help(void)
{
    return _("What failed, where, how it ended and what to do. Retry runs the step once more on this host. "
             "Skip is for steps that the spell "
             "calls optional. The other hosts go on as far as they can meanwhile. The likely cause is read "
             "from the last lines, by what is known of such messages.");
}

static void done(struct screen *screen)
{
    struct scr_failed *s = (struct scr_failed *)screen;
    tail_done(&s->tail);
    free(s);
}

static const struct screen_ops ops = {
    .place = PLACE_FAILED,
    .name = name,
    .draw = draw,
    .act = act,
    .work = work,
    .help = help,
    .free = done,
    .click = click,
};

/* The first focus is never on what changes a host. */
struct screen *scr_failed_new(struct view *view, size_t task)
{
    struct scr_failed *s = mem_new(1, sizeof *s);
    s->screen.ops = &ops;
    s->task = task;
    s->focus = WHOLE_LOG;
    tail_look(&s->tail, view, task);
    return &s->screen;
}
