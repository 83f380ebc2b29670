#include "ui/look.h"

#include <langinfo.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"

static const struct look ascii = {"-", "=", "#", ".", false};
static const struct look utf8 = {"\u2500", "\u2550", "\u2588", "\u2591", true};

/* One line a state, as on every screen, in plain lines and in JSON. */
static const struct {
    const char *ascii, *utf8, *word;
    enum text_role role;
} states[TASK_STATE_COUNT] = {
    [TASK_PENDING] = {".", "\u00b7", N_("pending"), ROLE_DIM},
    [TASK_RUNNING] = {"|", "|", N_("running"), ROLE_RUN},
    [TASK_OK] = {"+", "\u2713", N_("ok"), ROLE_OK},
    [TASK_UNCHANGED] = {"=", "=", N_("unchanged"), ROLE_OK},
    [TASK_WARNED] = {"!", "!", N_("warned"), ROLE_WARN},
    [TASK_FAILED] = {"x", "\u2717", N_("failed"), ROLE_FAIL},
    [TASK_SKIPPED] = {"s", "s", N_("skipped"), ROLE_DIM},
    [TASK_LOST] = {"?", "?", N_("lost"), ROLE_LOST},
    [TASK_CANCELLED] = {"c", "c", N_("cancelled"), ROLE_LOST},
    [TASK_ASKS] = {"*", "*", N_("asks you"), ROLE_FOCUS},
};

struct look look_choose(bool wants_utf8)
{
    if (!wants_utf8 || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        return ascii;
    const char *lines[] = {utf8.line, utf8.double_line, utf8.bar, utf8.bar_rest};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (text_width(lines[i]) != 1)
            return ascii;
    for (int i = 0; i < TASK_STATE_COUNT; i++)
        if (text_width(states[i].utf8) != 1)
            return ascii;
    return utf8;
}

const char *look_sign(const struct look *look, enum task_state state, int phase)
{
    static const char *const turning[] = {"|", "/", "-", "\\"};
    if (state == TASK_RUNNING)
        return phase < 0 ? ">" : turning[phase % 4];
    return look->is_utf8 ? states[state].utf8 : states[state].ascii;
}

enum text_role look_role(enum task_state state)
{
    return states[state].role;
}

const char *look_word(enum task_state state)
{
    return _(states[state].word);
}

void look_bar(const struct look *look, struct canvas *canvas, int row, int col, int width, unsigned done,
              unsigned all)
{
    if (width < 3)
        return;
    int inner = width - 2;
    int full = all ? (int)((uint64_t)done * (uint64_t)inner / all) : 0;
    canvas_put(canvas, row, col, ROLE_TEXT, "[");
    canvas_fill(canvas, row, col + 1, full, ROLE_OK, look->bar);
    canvas_fill(canvas, row, col + 1 + full, inner - full, ROLE_DIM, look->bar_rest);
    canvas_put(canvas, row, col + 1 + inner, ROLE_TEXT, "]");
}

const char *look_duration(uint64_t ms, char *out)
{
    unsigned long long s = ms / 1000;
    if (s < 3600)
        snprintf(out, LOOK_TIME_MAX, "%llu:%02llu", s / 60, s % 60);
    else
        snprintf(out, LOOK_TIME_MAX, "%llu:%02llu:%02llu", s / 3600, s / 60 % 60, s % 60);
    return out;
}

const char *look_clock(uint64_t epoch_ms, char *out)
{
    time_t t = (time_t)(epoch_ms / 1000);
    struct tm tm;
    if (!localtime_r(&t, &tm))
        tm = (struct tm){0};
    strftime(out, LOOK_TIME_MAX, "%H:%M:%S", &tm);
    return out;
}
