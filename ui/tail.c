#include "ui/tail.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

#define COUNT_BUDGET_BYTES (2u << 20) /* some milliseconds of work between two frames */

void tail_look(struct tail *tail, const struct view *view, size_t task)
{
    char path[PATH_MAX];
    struct err err = ERR_INIT;
    tail->task = task;
    *tail->fault = '\0';
    if (task == NO_TASK || !view->logs->path(view->logs->context, task, path, sizeof path)) {
        log_reader_free(&tail->reader);
        return;
    }
    if (tail->reader && strcmp(log_reader_path(tail->reader), path) != 0)
        log_reader_free(&tail->reader);
    if (!tail->reader)
        tail->reader = log_reader_new(path);
    if (!log_reader_refresh(tail->reader, NULL, &err))
        snprintf(tail->fault, sizeof tail->fault, "%.255s", err.text);
    log_reader_count(tail->reader, COUNT_BUDGET_BYTES);
}

/* Where the last rows lines begin; *count = how many there are. */
static uint64_t first_of_last(const struct tail *tail, int rows, int *count)
{
    uint64_t at = log_reader_size(tail->reader);
    for (*count = 0; at > 0 && *count < rows; ++*count)
        at = log_reader_previous(tail->reader, at);
    return at;
}

void tail_draw(const struct tail *tail, struct canvas *canvas, int row, int rows)
{
    if (*tail->fault) {
        canvas_put_in(canvas, row, 1, canvas->cols - 2, ROLE_WARN, tail->fault);
        return;
    }
    if (!tail->reader)
        return;
    struct buf text;
    buf_init(&text, 0);
    int count;
    uint64_t at = first_of_last(tail, rows, &count);
    for (int i = 0; i < count; i++) {
        log_reader_text(tail->reader, at, &text);
        canvas_put_in(canvas, row + i, 1, canvas->cols - 1, ROLE_TEXT, buf_text(&text));
        at = log_reader_next(tail->reader, at);
    }
    buf_done(&text);
}

void tail_text(const struct tail *tail, int rows, struct buf *out)
{
    if (!tail->reader)
        return;
    struct buf text;
    buf_init(&text, 0);
    int count;
    uint64_t at = first_of_last(tail, rows, &count);
    for (int i = 0; i < count; i++) {
        log_reader_text(tail->reader, at, &text);
        buf_addf(out, "%s\n", buf_text(&text));
        at = log_reader_next(tail->reader, at);
    }
    buf_done(&text);
}

char *tail_size(const struct tail *tail)
{
    if (!tail->reader || !log_reader_size(tail->reader))
        return mem_strdup(_("no output yet"));
    uint64_t lines = log_reader_lines(tail->reader);
    if (!log_reader_is_counted(tail->reader))
        return mem_printf(ngettext("more than %llu line", "more than %llu lines", (unsigned long)lines), (unsigned long long)lines);
    return mem_printf(ngettext("%llu line", "%llu lines", (unsigned long)lines), (unsigned long long)lines);
}

bool tail_work(struct tail *tail)
{
    return tail->reader && !log_reader_count(tail->reader, COUNT_BUDGET_BYTES);
}

void tail_done(struct tail *tail)
{
    log_reader_free(&tail->reader);
}
