#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/field.h"
#include "ui/log_pane.h"
#include "ui/screens.h"
#include "ui/tail.h"

#define FIND_BUDGET_BYTES (1u << 20) /* some milliseconds of work between two keys */
#define NO_LINE UINT64_MAX
#define PATTERN_BYTES_MAX 255

struct scr_log {
    struct screen screen;
    size_t task;
    struct tail tail; /* finds and opens the task's file */
    struct log_pane pane;
    bool is_typing; /* the pattern */
    struct field field;
    char pattern[PATTERN_BYTES_MAX + 1];
    bool is_finding, is_backward;
    uint64_t find_at, found; /* how far it has been looked; where it was found, NO_LINE = nowhere */
};

static void look(struct scr_log *s, struct view *view)
{
    tail_look(&s->tail, view, s->task);
    if (s->pane.reader != s->tail.reader) { /* another attempt's file */
        s->pane.reader = s->tail.reader;
        s->pane.top = 0;
        s->pane.top_row = 0;
        s->found = NO_LINE;
        s->is_finding = false;
    }
    s->pane.match = s->found;
    s->pane.pattern = s->pattern;
    if (s->tail.reader && !log_reader_is_counted(s->tail.reader))
        view->has_work = true;
}

static void bytes_text(uint64_t bytes, char *out, size_t size)
{
    if (bytes < 1024)
        snprintf(out, size, ngettext("%u byte", "%u bytes", (unsigned long)bytes), (unsigned)bytes);
    else if (bytes < 1024 * 1024)
        snprintf(out, size, _("%llu KB"), (unsigned long long)(bytes / 1024));
    else
        snprintf(out, size, _("%llu MB"), (unsigned long long)(bytes / 1024 / 1024));
}

static void draw_info(const struct scr_log *s, struct canvas *canvas)
{
    char *lines = tail_size(&s->tail), size[48] = "";
    struct buf text;
    buf_init(&text, 1024);
    buf_adds(&text, lines);
    if (s->tail.reader && log_reader_size(s->tail.reader)) {
        bytes_text(log_reader_size(s->tail.reader), size, sizeof size);
        buf_addf(&text, ", %s", size);
    }
    if (*s->pattern)
        buf_addf(&text,
                 s->is_finding         ? _("    /%s: searching")
                 : s->found == NO_LINE ? _("    /%s: not found")
                                       : _("    /%s"),
                 s->pattern);
    canvas_put_in(canvas, 1, 1, canvas->cols - 30, ROLE_TEXT, buf_text(&text));
    free(lines);
    buf_clear(&text);
    uint64_t number = s->pane.reader ? log_reader_number(s->pane.reader, s->pane.top) : 0;
    if (s->pane.follows)
        buf_adds(&text, _("following"));
    else if (number)
        buf_addf(&text, _("held at line %llu"), (unsigned long long)number);
    else
        buf_adds(&text, _("held"));
    canvas_put_right(canvas, 1, canvas->cols - 1, ROLE_TEXT, buf_text(&text));
    buf_done(&text);
}

static void draw_below(const struct scr_log *s, struct canvas *canvas, int row, uint64_t next)
{
    if (!s->pane.reader || next >= log_reader_size(s->pane.reader))
        return;
    uint64_t number = log_reader_number(s->pane.reader, next), all = log_reader_lines(s->pane.reader);
    if (number && log_reader_is_counted(s->pane.reader)) {
        uint64_t below = all - number + 1;
        char *text = mem_printf(ngettext("%llu newer line below. F goes to the end and follows.",
                                         "%llu newer lines below. F goes to the end and follows.",
                                         (unsigned long)below),
                                (unsigned long long)below);
        canvas_put_in(canvas, row, 1, canvas->cols - 2, ROLE_TEXT, text);
        free(text);
    } else {
        canvas_put(canvas, row, 1, ROLE_TEXT, _("More below. F goes to the end and follows."));
    }
}

static void draw_title(const struct scr_log *s, const struct view *view, struct canvas *canvas)
{
    const struct plan_task *p = &view->run->plan->tasks[s->task];
    const struct run_task *t = &view->run->tasks[s->task];
    char a[LOOK_TIME_MAX];
    struct buf text;
    buf_init(&text, 1024);
    buf_addf(&text, "%s: %s, %s", view->run->plan->hosts[p->host].host.name,
             view->run->plan->steps[p->step].id, look_word(t->state));
    if (t->started_ms) {
        uint64_t end = t->ended_ms && t->state != TASK_RUNNING ? t->ended_ms : view->now_ms;
        buf_addf(&text, t->state == TASK_RUNNING ? _(" for %s") : _(" in %s"),
                 look_duration(end > t->started_ms ? end - t->started_ms : 0, a));
    }
    view_header(view, canvas, _("Log"), buf_text(&text));
    buf_done(&text);
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_log *s = (struct scr_log *)screen;
    int first = canvas->rows < 20 ? 2 : 3, message = canvas->rows - 2;
    look(s, view);
    s->pane.rows = message - first - (canvas->rows < 20 ? 0 : 1);
    s->pane.cols = canvas->cols - 2;
    log_pane_settle(&s->pane);
    draw_title(s, view, canvas);
    draw_info(s, canvas);
    canvas->cursor_row = 1;
    canvas->cursor_col = 0;
    uint64_t next = log_pane_draw(&s->pane, canvas, first);
    if (*s->tail.fault)
        canvas_put_in(canvas, message, 1, canvas->cols - 2, ROLE_WARN, s->tail.fault);
    else if (s->is_typing) {
        int col = canvas_put(canvas, message, 1, ROLE_TEXT, "/");
        field_draw(&s->field, canvas, message, col, canvas->cols - col - 1);
    } else if (*view->message && view->now_ms < view->message_ms + 3000)
        view_message(view, canvas, message);
    else
        draw_below(s, canvas, message, next);
    keymap_line(canvas, canvas->rows - 1, PLACE_LOG, NULL, NULL);
}

static void start_finding(struct scr_log *s, struct view *view, bool backward)
{
    if (!*s->pattern || !s->pane.reader) {
        view_say(view, ROLE_TEXT, _("/ finds a text."));
        return;
    }
    s->is_backward = backward;
    s->is_finding = true;
    view->has_work = true;
    if (s->found != NO_LINE) {
        s->find_at = s->found;
        return;
    }
    /* from what is in sight on, its first line included */
    if (s->pane.follows)
        s->find_at = log_reader_size(s->pane.reader);
    else
        s->find_at = backward ? log_reader_next(s->pane.reader, s->pane.top)
                              : log_reader_previous(s->pane.reader, s->pane.top);
}

static void work(struct screen *screen, struct view *view)
{
    struct scr_log *s = (struct scr_log *)screen;
    if (tail_work(&s->tail))
        view->has_work = true;
    if (!s->is_finding || !s->pane.reader)
        return;
    enum log_found result = LOG_NOT_FOUND;
    if (!s->is_backward && s->found == NO_LINE &&
        s->pane.top == 0) { /* nothing stands before the first line */
        uint64_t end = log_reader_next(s->pane.reader, 0);
        result = log_reader_find(s->pane.reader, s->pattern, true, &end, FIND_BUDGET_BYTES);
        s->find_at = result == LOG_FOUND ? end : s->find_at;
    }
    if (result != LOG_FOUND)
        result = log_reader_find(s->pane.reader, s->pattern, s->is_backward, &s->find_at, FIND_BUDGET_BYTES);
    if (result == LOG_MORE) {
        view->has_work = true;
        return;
    }
    s->is_finding = false;
    if (result == LOG_FOUND) {
        s->found = s->find_at;
        log_pane_show(&s->pane, s->found);
    } else {
        view_say(view, ROLE_WARN,
                 s->is_backward ? _("%s isn't found further up.") : _("%s isn't found further down."),
                 s->pattern);
    }
}

static bool type(struct screen *screen, struct view *view, struct key key)
{
    struct scr_log *s = (struct scr_log *)screen;
    if (!s->is_typing)
        return false;
    if (key.code == UI_KEY_ESC) {
        s->is_typing = false;
        return true;
    }
    if (key.code == UI_KEY_ENTER) {
        s->is_typing = false;
        if (*field_text(&s->field))
            snprintf(s->pattern, sizeof s->pattern, "%s", field_text(&s->field));
        s->found = NO_LINE;
        start_finding(s, view, s->pane.follows); /* at the end all there is stands above */
        return true;
    }
    return field_key(&s->field, key);
}

static bool paste(struct screen *screen, struct view *view, const char *text, size_t len)
{
    struct scr_log *s = (struct scr_log *)screen;
    (void)view;
    if (s->is_typing)
        field_paste(&s->field, text, len);
    return s->is_typing;
}

/* The previous or next step of this host that has begun. */
static void change_step(struct scr_log *s, struct view *view, int by)
{
    const struct plan_task *p = &view->run->plan->tasks[s->task];
    for (size_t step = p->step + (size_t)by; step < view->run->plan->step_count; step += (size_t)by) {
        size_t task = grid_task(&view->grid, p->host, step);
        if (task == NO_TASK || !view->run->tasks[task].started_ms)
            continue;
        s->task = task;
        s->pane.follows = true;
        s->pane.left = 0;
        s->found = NO_LINE;
        s->is_finding = false;
        return;
    }
    view_say(view, ROLE_TEXT,
             by < 0 ? _("No earlier step of this host has begun.")
                    : _("No later step of this host has begun."));
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_log *s = (struct scr_log *)screen;
    struct log_pane *pane = &s->pane;
    switch (action) {
    case ACT_UP:
        log_pane_scroll(pane, -1);
        break;
    case ACT_DOWN:
        log_pane_scroll(pane, 1);
        break;
    case ACT_PAGE_UP:
        log_pane_scroll(pane, -pane->rows + 1);
        break;
    case ACT_PAGE_DOWN:
        log_pane_scroll(pane, pane->rows - 1);
        break;
    case ACT_HALF_UP:
        log_pane_scroll(pane, -pane->rows / 2);
        break;
    case ACT_HALF_DOWN:
        log_pane_scroll(pane, pane->rows / 2);
        break;
    case ACT_FIRST:
        log_pane_first(pane);
        break;
    case ACT_LAST:
        log_pane_last(pane);
        break;
    case ACT_LEFT:
        pane->left = pane->left > 16 ? pane->left - 16 : 0;
        break;
    case ACT_RIGHT:
        pane->left += pane->wraps || pane->left > 100000 ? 0 : 16;
        break;
    case ACT_FOLLOW:
        if (pane->follows)
            pane->follows = false;
        else
            log_pane_last(pane);
        break;
    case ACT_WRAP:
        pane->wraps = !pane->wraps;
        pane->left = 0;
        pane->top_row = 0;
        break;
    case ACT_FIND:
        s->is_typing = true;
        s->is_finding = false;
        field_set(&s->field, "");
        break;
    case ACT_FIND_NEXT:
    case ACT_FIND_PREVIOUS:
        start_finding(s, view, action == ACT_FIND_PREVIOUS);
        break;
    case ACT_STEP_PREVIOUS:
        change_step(s, view, -1);
        break;
    case ACT_STEP_NEXT:
        change_step(s, view, 1);
        break;
    case ACT_SHELL:
        view_shell(view, view->run->plan->tasks[s->task].host);
        break;
    case ACT_CLOSE:
        if (s->is_finding)
            s->is_finding = false;
        else
            view_pop(view);
        break;
    case ACT_QUIT:
        view_pop(view);
        break;
    default:
        break;
    }
}

static const char *name(void)
{
    return _("Log");
}

static const char *help(void)
{
    return _("The whole log from the file, however large. What redraws itself (progress) is one line; "
             "control bytes are shown as <1b>; the "
             "file has what came. A pattern in small letters also finds capital ones.");
}

static void done(struct screen *screen)
{
    struct scr_log *s = (struct scr_log *)screen;
    tail_done(&s->tail);
    field_done(&s->field);
    free(s);
}

static const struct screen_ops ops = {
    .place = PLACE_LOG,
    .name = name,
    .draw = draw,
    .act = act,
    .type = type,
    .paste = paste,
    .work = work,
    .help = help,
    .free = done,
};

struct screen *scr_log_new(struct view *view, size_t task)
{
    struct scr_log *s = mem_new(1, sizeof *s);
    s->field.max = PATTERN_BYTES_MAX;
    s->screen.ops = &ops;
    s->task = task;
    s->pane = (struct log_pane){.follows = true, .wraps = true, .rows = 1, .cols = 1, .match = NO_LINE};
    s->found = NO_LINE;
    look(s, view);
    return &s->screen;
}
