#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/field.h"
#include "ui/screens.h"

enum way { STAY, LEAVE, STOP, ABORT, CHOICES };

struct scr_leave {
    struct screen screen;
    enum way focus;
    bool is_typing; /* Abort was pressed: the cluster's name is wanted */
    struct field typed;
};

static bool is_offered(const struct view *view, enum way choice)
{
    switch (choice) {
    case LEAVE:
        return view->actions->leave != NULL;
    case STOP:
        return view->actions->stop != NULL && view->run->state != RUN_STOPPING;
    case ABORT:
        return view->actions->abort != NULL;
    default:
        return true;
    }
}

static const char *label(enum way choice)
{
    static const char *const labels[CHOICES] = {N_("[ Stay ]"), N_("[ Leave ]"),
                                                N_("[ Leave when they end ]"), N_("[ Abort ]")};
    return _(labels[choice]);
}

/* At most so long until the running steps have ended, by their limits. */
static uint64_t longest_left_ms(const struct view *view)
{
    uint64_t most = 0;
    for (size_t t = 0; t < view->run->plan->task_count; t++) {
        const struct run_task *task = &view->run->tasks[t];
        uint64_t limit = view->run->plan->steps[view->run->plan->tasks[t].step].timeout_ms;
        uint64_t ran = view->now_ms > task->started_ms ? view->now_ms - task->started_ms : 0;
        if (task->state == TASK_RUNNING && limit > ran && limit - ran > most)
            most = limit - ran;
    }
    return most;
}

static size_t running(const struct view *view)
{
    return view->run->counts[TASK_RUNNING] + view->run->counts[TASK_LOST];
}

static char *meaning(const struct view *view, enum way choice)
{
    size_t count = running(view);
    char a[LOOK_TIME_MAX];
    switch (choice) {
    case LEAVE:
        if (!count)
            return mem_strdup(_("nothing is lost; go on with kwiz resume"));
        return mem_printf(ngettext("this %zu step goes on to its end; then kwiz resume",
                                   "these %zu steps go on to their end; then kwiz resume",
                                   (unsigned long)count),
                          count);
    case STOP:
        return mem_printf(_("starts nothing new, at most %s from now"),
                          look_duration(longest_left_ms(view), a));
    case ABORT:
        return mem_printf(ngettext("stops this %zu step now; asks once more",
                                   "stops these %zu steps now; asks once more", (unsigned long)count),
                          count);
    default:
        return mem_strdup("");
    }
}

static void draw_small(const struct scr_leave *s, const struct view *view, struct canvas *canvas)
{
    canvas_put(canvas, 0, 0, ROLE_TEXT, _("Leave the run?"));
    int row = 1;
    for (int c = 0; c < CHOICES; c++) {
        if (!is_offered(view, (enum way)c))
            continue;
        int end = canvas_put(canvas, row, 2, ROLE_BUTTON, label((enum way)c));
        if (s->focus == (enum way)c) {
            canvas_put(canvas, row, 0, ROLE_FOCUS, ">");
            canvas_focus(canvas, row, 2, end - 2);
        }
        canvas_spot(canvas, row, 2, end - 2, c);
        row++;
    }
    if (s->is_typing) {
        canvas_putf(canvas, row, 0, ROLE_WARN, _("Type %s:"), view_cluster(view));
        field_draw(&s->typed, canvas, row + 1, 0, canvas->cols);
    }
}

static void tell_running(const struct view *view, struct canvas *canvas, int row)
{
    const struct plan *plan = view->run->plan;
    size_t *hosts = mem_new(plan->host_count, sizeof *hosts), count = 0;
    for (size_t h = 0; h < plan->host_count; h++)
        for (size_t s = 0; s < plan->step_count; s++) {
            size_t task = grid_task(&view->grid, h, s);
            if (task != NO_TASK &&
                (view->run->tasks[task].state == TASK_RUNNING || view->run->tasks[task].state == TASK_LOST)) {
                hosts[count++] = h;
                break;
            }
        }
    if (!count) {
        canvas_put(canvas, row, 1, ROLE_TEXT, _("No step runs now."));
    } else {
        struct buf names;
        buf_init(&names, 4096);
        digest_hosts(view->run, hosts, count, canvas->cols - 30, &names);
        char *text = mem_printf(
            ngettext("%zu host is working: %s.", "%zu hosts are working: %s.", (unsigned long)count), count,
            buf_text(&names));
        canvas_put_in(canvas, row, 1, canvas->cols - 2, ROLE_TEXT, text);
        free(text);
        buf_done(&names);
    }
    free(hosts);
}

static void draw_choices(const struct scr_leave *s, const struct view *view, struct canvas *canvas, int row)
{
    int wide = 0;
    for (int c = 0; c < CHOICES; c++)
        wide = text_width(label((enum way)c)) > wide ? text_width(label((enum way)c)) : wide;
    for (int c = 0; c < CHOICES; c++) {
        if (!is_offered(view, (enum way)c))
            continue;
        int end = canvas_put(canvas, row, 4, ROLE_BUTTON, label((enum way)c));
        if (s->focus == (enum way)c) {
            canvas_put(canvas, row, 2, ROLE_FOCUS, ">");
            canvas_focus(canvas, row, 4, end - 4);
        }
        canvas_spot(canvas, row, 4, end - 4, c);
        char *text = meaning(view, (enum way)c);
        canvas_put_in(canvas, row, 4 + wide + 1, canvas->cols - wide - 6, ROLE_TEXT, text);
        free(text);
        row++;
    }
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_leave *s = (struct scr_leave *)screen;
    if (canvas->rows < VIEW_ROWS_MIN || canvas->cols < VIEW_COLS_MIN) {
        draw_small(s, view, canvas);
        return;
    }
    int top = canvas->rows - 12;
    for (int row = top; row < canvas->rows; row++)
        canvas_fill(canvas, row, 0, canvas->cols, ROLE_TEXT, " ");
    canvas_rule(canvas, top, view->look.double_line, _("Leave the run?"), NULL);
    tell_running(view, canvas, top + 1);
    draw_choices(s, view, canvas, top + 3);
    if (s->is_typing) {
        int col = canvas_putf(canvas, top + 8, 1, ROLE_WARN,
                              _("This stops steps in the middle. Type %s, then Enter:"), view_cluster(view));
        canvas_put(canvas, top + 8, col + 1, ROLE_TEXT, "[");
        int width = canvas->cols - col - 5 > 30 ? 30 : canvas->cols - col - 5;
        canvas_put(canvas, top + 8, col + 2 + width, ROLE_TEXT, "]");
        field_draw(&s->typed, canvas, top + 8, col + 2, width);
    } else {
        canvas_put_in(canvas, top + 8, 1, canvas->cols - 2, ROLE_TEXT,
                      _("New steps need kwiz. Nothing that was done or written is lost either way."));
    }
    canvas_rule(canvas, top + 9, view->look.double_line, NULL, NULL);
    view_message(view, canvas, top + 10);
    keymap_line(canvas, canvas->rows - 1, PLACE_DIALOG, NULL, NULL);
}

static void call(struct view *view, bool (*what)(void *context, struct err *err), const char *done)
{
    struct err err = ERR_INIT;
    struct view *v =
        view; /* what is called may end the view; nothing of it is used afterwards unless it says so */
    view_pop(v);
    view_say(v, ROLE_TEXT, "%s", done);
    if (!what(v->actions->context, &err))
        view_say(v, ROLE_FAIL, "%s", err.text);
}

static void press(struct scr_leave *s, struct view *view)
{
    switch (s->focus) {
    case LEAVE:
        call(view, view->actions->leave, _("Leaving: running steps go on on their hosts."));
        break;
    case STOP:
        call(view, view->actions->stop, _("Running steps go on to their end, nothing new starts."));
        break;
    case ABORT:
        s->is_typing = true;
        field_set(&s->typed, "");
        break;
    default:
        view_pop(view);
    }
}

static void move(struct scr_leave *s, const struct view *view, int by)
{
    int c = (int)s->focus;
    do
        c += by;
    while (c > STAY && c < CHOICES && !is_offered(view, (enum way)c));
    if (c >= STAY && c < CHOICES)
        s->focus = (enum way)c;
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_leave *s = (struct scr_leave *)screen;
    switch (action) {
    case ACT_UP:
    case ACT_PREVIOUS_PANE:
        move(s, view, -1);
        break;
    case ACT_DOWN:
    case ACT_NEXT_PANE:
        move(s, view, 1);
        break;
    case ACT_OPEN:
        press(s, view);
        break;
    case ACT_BREAK:
        if (view->actions->leave)
            call(view, view->actions->leave, _("Leaving: running steps go on on their hosts."));
        break;
    case ACT_CLOSE:
    case ACT_QUIT:
        view_pop(view);
        break;
    default:
        break;
    }
}

/* While the name is typed, only Enter, Esc and ^C are not text. */
static bool type(struct screen *screen, struct view *view, struct key key)
{
    struct scr_leave *s = (struct scr_leave *)screen;
    if (!s->is_typing)
        return false;
    if (key.code == UI_KEY_ENTER) {
        if (!strcmp(field_text(&s->typed), view_cluster(view)))
            call(view, view->actions->abort, _("Aborting: running steps are being stopped on their hosts."));
        else
            view_say(view, ROLE_WARN, _("That isn't %s: nothing was stopped."), view_cluster(view));
        return true;
    }
    if (key.code == UI_KEY_ESC) {
        s->is_typing = false;
        return true;
    }
    if (key.code == UI_KEY_CHAR && key.is_ctrl && (key.ch == 'c' || key.ch == 'l' || key.ch == 'z'))
        return false;
    field_key(&s->typed, key);
    return true;
}

static bool paste(struct screen *screen, struct view *view, const char *text, size_t len)
{
    struct scr_leave *s = (struct scr_leave *)screen;
    (void)view;
    if (s->is_typing)
        field_paste(&s->typed, text, len);
    return s->is_typing;
}

/* While the name is typed the cursor is in the field, and a click goes back to choosing. */
static void click(struct screen *screen, struct view *view, int choice)
{
    struct scr_leave *s = (struct scr_leave *)screen;
    (void)view;
    s->is_typing = false;
    s->focus = (enum way)choice;
}

static const char *name(void)
{
    return _("Leave");
}

static const char *help(void)
{
    return _("Leaving never loses anything: what was started goes on on the hosts, and kwiz resume takes the "
             "run up again. Abort "
             "stops steps in the middle and wants the cluster's name typed.");
}

static void done(struct screen *screen)
{
    struct scr_leave *s = (struct scr_leave *)screen;
    field_done(&s->typed);
    free(s);
}

static const struct screen_ops ops = {
    .place = PLACE_DIALOG,
    .is_dialog = true,
    .name = name,
    .draw = draw,
    .act = act,
    .type = type,
    .paste = paste,
    .help = help,
    .free = done,
    .click = click,
};

struct screen *scr_leave_new(struct view *view)
{
    struct scr_leave *s = mem_new(1, sizeof *s);
    (void)view;
    s->screen.ops = &ops;
    return &s->screen;
}
