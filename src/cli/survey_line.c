#include "cli/survey_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "headless/frontend.h"

#define STILL_MS 30000
#define COLUMNS_ELSE 80

/* "hosts that have answered: 3/6; connecting: 1; measuring: 2  0:04" */
static char *words(const struct survey_progress *p)
{
    struct buf text;
    char time[32];
    buf_init(&text, 4096);
    buf_addf(&text, "%s %zu/%zu", _("hosts that have answered:"), p->answered, p->asked);
    for (size_t i = 0; i < p->stage_count; i++)
        buf_addf(&text, "; %s: %zu", p->stages[i].text, p->stages[i].hosts);
    format_duration(p->elapsed_ms, time, sizeof time);
    buf_addf(&text, "  %s", time);
    return buf_take(&text);
}

/* Bytes of it that fit in a row, and how many columns they take at most: one that went on to the next row could not be written over. */
static size_t fitting(const char *text, int *columns)
{
    struct winsize size;
    int room = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : COLUMNS_ELSE;
    size_t len = strlen(text), at = 0;
    for (*columns = 0; at < len;) {
        uint32_t c;
        size_t n = utf8_decode(text + at, len - at, &c);
        int width = n > 2 ? 2 : 1;
        if (*columns + width >= room)
            break;
        *columns += width;
        at += n ? n : 1;
    }
    return at;
}

static void draw(struct survey_line *line, const struct survey_progress *p)
{
    int columns;
    char *text = words(p);
    size_t bytes = fitting(text, &columns);
    fprintf(stderr, "\r%.*s%*s%s", (int)bytes, text, line->drawn > columns ? line->drawn - columns : 0, "", p->is_over ? "\n" : "");
    fflush(stderr);
    line->drawn = p->is_over ? 0 : columns;
    free(text);
}

void survey_line_show(void *context, const struct survey_progress *p)
{
    struct survey_line *line = context;
    if (questions_is_open(line->questions)) {
        line->drawn = 0;
        return;
    }
    if (isatty(STDERR_FILENO)) {
        draw(line, p);
    } else if (!line->is_json && !p->is_over && p->elapsed_ms >= line->told_ms + STILL_MS) {
        char *text = words(p);
        fprintf(stderr, "kwiz: %s\n", text);
        line->told_ms = p->elapsed_ms;
        free(text);
    }
}
