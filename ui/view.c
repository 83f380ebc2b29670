#include "ui/view.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/page.h"
#include "ui/screens.h"
#include "wizard/wizard.h"

#define MESSAGE_STAYS_MS                                                                                     \
    5000 /* what weighs less waits so long before it takes row 22 from what weighs more */
#define WHEEL_LINES 3

void view_init(struct view *view, const struct run *run, const struct ui_actions *actions,
               const struct log_source *logs, uint64_t now_ms)
{
    *view = (struct view){.now_ms = now_ms, .returns_to = SECTION_NONE};
    view->look = look_choose(true);
    view_attach_run(view, run, actions, logs);
}

void view_init_wizard(struct view *view, struct wizard *wizard, const struct wizard_actions *actions, uint64_t now_ms)
{
    *view = (struct view){.wizard = wizard, .wizard_actions = actions, .now_ms = now_ms, .returns_to = SECTION_NONE};
    view->look = look_choose(true);
    view_go(view, SECTION_WELCOME);
}

static void drop_screens(struct view *view)
{
    while (view->top)
        view_pop(view);
    for (size_t i = 0; i < SECTIONS; i++) {
        if (view->pages[i])
            view->pages[i]->ops->free(view->pages[i]);
        view->pages[i] = NULL;
    }
}

void view_attach_run(struct view *view, const struct run *run, const struct ui_actions *actions, const struct log_source *logs)
{
    drop_screens(view);
    view->run = run;
    view->actions = actions;
    view->logs = logs;
    view->section = SECTION_RUN;
    *view->message = '\0';
    grid_init(&view->grid, run->plan);
    news_init(&view->news, run);
    view_push(view, scr_run_new(view));
}

void view_done(struct view *view)
{
    drop_screens(view);
    free(view->copied);
    free(view->summary);
    if (!view->run)
        return;
    news_done(&view->news);
    grid_done(&view->grid);
}

void view_go(struct view *view, enum section section)
{
    struct buf why;
    enum section blocker = section;
    buf_init(&why, VIEW_MESSAGE_MAX - 1);
    bool is_open = wizard_may_enter(view->wizard, section, &blocker, &why);
    while (view->top)
        view_pop(view);
    view->section = is_open ? section : blocker;
    if (!is_open && section == SECTION_REVIEW)
        view->returns_to = section; /* when that is out of its way */
    *view->message = '\0';
    struct screen **page = &view->pages[view->section];
    if (!*page)
        *page = page_new(view, view->section);
    (*page)->is_kept = true;
    wizard_enter(view->wizard, view->section);
    view_push(view, *page);
    if ((*page)->ops->enter)
        (*page)->ops->enter(*page, view);
    ((struct page *)*page)->is_refused = !is_open; /* what stands in the way stands there */
    buf_done(&why);
}

void view_push(struct view *view, struct screen *screen)
{
    screen->below = view->top;
    view->top = screen;
    view->has_work = true; /* it may begin with some */
}

void view_pop(struct view *view)
{
    struct screen *gone = view->top;
    view->top = gone->below;
    if (!gone->is_kept)
        gone->ops->free(gone);
}

static void set_message(struct view *view, enum text_role role, int weight, const char *text)
{
    snprintf(view->message, sizeof view->message, "%s", text);
    view->message_role = role;
    view->message_ms = view->now_ms;
    view->message_weight = weight;
}

void view_say(struct view *view, enum text_role role, const char *format, ...)
{
    char text[VIEW_MESSAGE_MAX];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    set_message(view, role, 1, text);
}

void view_look(struct view *view)
{
    struct buf text;
    enum text_role role;
    int weight;
    if (!view->run)
        return;
    buf_init(&text, VIEW_MESSAGE_MAX - 1);
    if (news_next(&view->news, view->now_ms, &text, &role, &weight)) {
        bool is_old = view->now_ms >= view->message_ms + MESSAGE_STAYS_MS;
        if (weight >= view->message_weight || is_old || !*view->message)
            set_message(view, role, weight, buf_text(&text));
    }
    buf_done(&text);
}

const char *view_cluster(const struct view *view)
{
    const char *name = view->run ? view->run->plan->cluster : draft_name(wizard_draft(view->wizard));
    return name && *name ? name : "cluster";
}

static bool is_small(int rows, int cols)
{
    return rows < VIEW_ROWS_MIN || cols < VIEW_COLS_MIN;
}

/* What holds on every screen. true = done. */
static bool act_everywhere(struct view *view, enum action action)
{
    switch (action) {
    case ACT_REDRAW:
        view->wants_redraw = true;
        return true;
    case ACT_PLAINER:
        view->wants_plainer = true;
        return true;
    case ACT_SUSPEND:
        view->wants_suspend = true;
        return true;
    case ACT_MOUSE:
        view->wants_mouse = true;
        return true;
    case ACT_BREAK:
        if (view->top->ops->is_dialog)
            return false;
        view_leave_dialog(view);
        return true;
    case ACT_HELP:
        if (view->top->ops->place != PLACE_HELP)
            view_push(view, scr_help_new(view, view->top));
        return true;
    default:
        return false;
    }
}

void view_key(struct view *view, struct key key, int rows, int cols)
{
    struct screen *top = view->top;
    if (is_small(rows, cols) && !top->ops->is_dialog) {
        enum action action = keymap_action(PLACE_SMALL, key);
        if (action == ACT_QUIT)
            view_leave_dialog(view);
        else
            act_everywhere(view, action);
        return;
    }
    if (top->ops->type && top->ops->type(top, view, key))
        return;
    enum action action = keymap_action(top->ops->place, key);
    if (action != ACT_NONE && !act_everywhere(view, action))
        top->ops->act(top, view, action);
}

void view_paste(struct view *view, const char *text, size_t len)
{
    if (!view->top->ops->paste || !view->top->ops->paste(view->top, view, text, len))
        view_say(view, ROLE_WARN, _("What was pasted was not taken: there is no field for text here."));
}

void view_paste_cut(struct view *view)
{
    view_say(view, ROLE_WARN, _("What was pasted is larger than %d KiB: nothing of it was taken. Put it into a file."), KEYS_PASTE_MAX_BYTES / 1024);
}

void view_mouse(struct view *view, struct key key, const struct canvas *shown)
{
    struct screen *top = view->top;
    if (key.mouse != KEY_MOUSE_CLICK) {
        struct key step = {.code = key.mouse == KEY_MOUSE_WHEEL_UP ? UI_KEY_UP : UI_KEY_DOWN};
        for (int i = 0; i < WHEEL_LINES; i++)
            view_key(view, step, shown->rows, shown->cols);
        return;
    }
    const struct spot *spot = canvas_spot_at(shown, key.row, key.col);
    if (spot && canvas_spot_has_focus(shown, spot))
        view_key(view, (struct key){.code = UI_KEY_ENTER}, shown->rows, shown->cols);
    else if (spot && top->ops->click)
        top->ops->click(top, view, spot->id);
}

void view_work(struct view *view)
{
    view->has_work = false;
    if (view->top->ops->work)
        view->top->ops->work(view->top, view);
}

bool view_is_moving(const struct view *view)
{
    const struct screen *top = view->top;
    if (top->ops->moves && top->ops->moves(top, view))
        return true;
    return view->run && view->run->state != RUN_ENDED;
}

void view_header(const struct view *view, struct canvas *canvas, const char *name, const char *subject)
{
    canvas_fill(canvas, 0, 0, canvas->cols, ROLE_TITLE, " ");
    canvas_put(canvas, 0, 1, ROLE_TITLE, "kwiz");
    int left = canvas_put(canvas, 0, 7, ROLE_TITLE, name) + 2;
    int end = canvas->cols - 1;
    if (view->place)
        end = canvas_put_right(canvas, 0, end, ROLE_TITLE, view->place) - 3;
    if (text_width(subject) <= end - left)
        canvas_put_right(canvas, 0, end, ROLE_TITLE, subject);
    else
        canvas_put_in(canvas, 0, left, end - left, ROLE_TITLE, subject);
}

void view_message(const struct view *view, struct canvas *canvas, int row)
{
    canvas_put_in(canvas, row, 1, canvas->cols - 2, view->message_role, view->message);
}

void view_draw(struct view *view, struct canvas *canvas)
{
    struct screen *base = view->top;
    canvas_clear(canvas);
    if (is_small(canvas->rows, canvas->cols)) {
        if (base->ops->is_dialog)
            base->ops->draw(base, view, canvas);
        else
            scr_small_draw(view, canvas);
        return;
    }
    while (base->ops->is_dialog && base->below)
        base = base->below;
    base->ops->draw(base, view, canvas);
    if (view->top == base)
        return;
    canvas_drop_spots(canvas); /* what lies below a dialog takes no clicks */
    view->top->ops->draw(view->top, view, canvas);
}

void view_leave_dialog(struct view *view)
{
    if (!view->run) {
        if (!view->top->ops->is_dialog)
            view_push(view, scr_quit_new(view));
    } else if (view->run->state == RUN_ENDED)
        view->actions->quit(view->actions->context);
    else if (!view->top->ops->is_dialog)
        view_push(view, scr_leave_new(view));
}

bool view_show_summary(struct view *view)
{
    if (view->summary)
        view_push(view, scr_summary_new(view, view->summary));
    return view->summary != NULL;
}

void view_summarize(struct view *view, const char *text)
{
    free(view->summary);
    view->summary = mem_strdup(text);
    view_show_summary(view);
}

bool view_can_retry(const struct view *view, size_t task)
{
    enum task_state state = view->run->tasks[task].state;
    return view->actions->retry && /* an ended run that failed opens again; one that was stopped has no screen any more */
           (state == TASK_FAILED || state == TASK_ASKS || state == TASK_CANCELLED);
}

bool view_can_retry_host(const struct view *view, size_t host)
{
    return view->actions->retry_host && view->run->hosts[host].state == HOST_FAILED;
}

bool view_can_skip(const struct view *view, size_t task)
{
    enum task_state state = view->run->tasks[task].state;
    return view->actions->skip && (state == TASK_FAILED || state == TASK_ASKS) &&
           view->run->plan->steps[view->run->plan->tasks[task].step].optional;
}

size_t view_retry_count(const struct view *view)
{
    size_t count = 0;
    for (size_t t = 0; t < view->run->plan->task_count; t++)
        count += view_can_retry(view, t);
    for (size_t h = 0; h < view->run->plan->host_count; h++)
        count += view_can_retry_host(view, h);
    return count;
}

static void say_task(struct view *view, size_t task, const char *what)
{
    const struct plan_task *t = &view->run->plan->tasks[task];
    view_say(view, ROLE_TEXT, "%s: %s %s", view->run->plan->hosts[t->host].host.name,
             view->run->plan->steps[t->step].id, what);
}

bool view_retry(struct view *view, size_t task)
{
    struct err err = ERR_INIT;
    if (!view_can_retry(view, task)) {
        view_say(view, ROLE_WARN, _("Nothing to try again here: only what failed can be."));
        return false;
    }
    if (!view->actions->retry(view->actions->context, task, &err)) {
        view_say(view, ROLE_FAIL, "%s", err.text);
        return false;
    }
    say_task(view, task, _("is tried again"));
    return true;
}

bool view_retry_host(struct view *view, size_t host)
{
    struct err err = ERR_INIT;
    bool ok = view_can_retry_host(view, host) && view->actions->retry_host(view->actions->context, host, &err);
    if (ok)
        view_say(view, ROLE_TEXT, _("%s is tried again."), view->run->plan->hosts[host].host.name);
    else if (*err.text)
        view_say(view, ROLE_FAIL, "%s", err.text);
    return ok;
}

void view_retry_all(struct view *view)
{
    size_t count = 0, hosts = 0;
    if (!view_retry_count(view))
        view_say(view, ROLE_TEXT, _("There is nothing that could be tried again."));
    for (size_t t = 0; t < view->run->plan->task_count; t++)
        if (view_can_retry(view, t) && view->run->tasks[t].state != TASK_CANCELLED && view_retry(view, t))
            count++;
    for (size_t h = 0; h < view->run->plan->host_count; h++)
        hosts += view_can_retry_host(view, h) && view_retry_host(view, h);
    if (hosts > 1)
        view_say(view, ROLE_TEXT, ngettext("%zu host is tried again.", "%zu hosts are tried again.", hosts), hosts);
    else if (count > 1)
        view_say(view, ROLE_TEXT,
                 ngettext("%zu step is tried again", "%zu steps are tried again", (unsigned long)count),
                 count);
}

bool view_skip(struct view *view, size_t task)
{
    struct err err = ERR_INIT;
    enum task_state state = view->run->tasks[task].state;
    const struct plan_step *step = &view->run->plan->steps[view->run->plan->tasks[task].step];
    if (state != TASK_FAILED && state != TASK_ASKS)
        view_say(view, ROLE_WARN, _("Nothing to skip here: only a step that failed can be."));
    else if (!step->optional)
        view_say(view, ROLE_WARN, _("%s can't be skipped: the spell doesn't call it optional."), step->id);
    else if (!view_can_skip(view, task))
        view_say(view, ROLE_WARN, _("%s can't be skipped now."), step->id);
    else if (!view->actions->skip(view->actions->context, task, &err))
        view_say(view, ROLE_FAIL, "%s", err.text);
    else {
        say_task(view, task, _("is skipped"));
        return true;
    }
    return false;
}

bool view_shell(struct view *view, size_t host)
{
    struct err err = ERR_INIT;
    if (!view->actions->shell)
        view_say(view, ROLE_WARN, _("There can be no shell here."));
    else if (!view->actions->shell(view->actions->context, host, &err))
        view_say(view, ROLE_FAIL, "%s", err.text);
    else
        return true;
    return false;
}

void view_copy(struct view *view, char *owned_text)
{
    free(view->copied);
    view->copied = owned_text;
}
