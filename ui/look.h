/* The signs and lines of a screen, in two looks with one layout: for UTF-8 and for ASCII. */
#ifndef KWIZ_UI_LOOK_H
#define KWIZ_UI_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "model/run.h"
#include "ui/canvas.h"
#include "ui/role.h"

struct look {
    const char *line, *double_line; /* "-", "=" */
    const char *bar, *bar_rest;     /* "#", "." */
    bool is_utf8;
};

/* The UTF-8 look where the locale's characters are UTF-8 and every sign is one cell wide, else ASCII. */
struct look look_choose(bool wants_utf8);
/* The sign of a state. phase counts quarters of a second for the running sign; negative = without motion. */
const char *look_sign(const struct look *look, enum task_state state, int phase);
enum text_role look_role(enum task_state state);
/* The state's word, translated. */
const char *look_word(enum task_state state);
/* "[####....]" over width columns, brackets included. */
void look_bar(const struct look *look, struct canvas *canvas, int row, int col, int width, unsigned done, unsigned all);

#define LOOK_TIME_MAX 24
/* m:ss, from one hour on h:mm:ss. out holds LOOK_TIME_MAX. Returns out. */
const char *look_duration(uint64_t ms, char *out);
/* hh:mm:ss, local time. */
const char *look_clock(uint64_t epoch_ms, char *out);

#endif
