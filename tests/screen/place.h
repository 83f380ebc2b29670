/* The real kwiz in a real terminal, with a home, state and spells of its own. */
#ifndef KWIZ_TESTS_PLACE_H
#define KWIZ_TESTS_PLACE_H

#include "tests/screen/pty.h"

#define PLACE_NEXT "\016"
#define PLACE_BACK "\020"

struct language {
    const char *name, *locale, *language; /* the last two for the environment */
    const char *of;                       /* "7 of 10" in it: what stands between the numbers */
    const char *term;
};

extern const struct language place_english;

/* stage_begin; then the current folder is the home. false: this can't be. */
bool place_begin(void);
/* The sources' folder, absolute. */
const char *place_source(void);
/* The home, absolute. */
const char *place_home(void);
/* Where spells are looked for from now on; at first those of tests/screen/spells. */
void place_spells(const char *folder);
/* argv: what follows the program's name, NULL-terminated. */
void place_start(struct pty *pty, int rows, int cols, const struct language *language, const char *const *argv);
/* Is the page with that number shown? */
bool place_is_at(struct pty *pty, int page, const struct language *language);
/* Go on, or back, until that page is there: on the way hosts are reached and measured, which takes as long as it takes. */
bool place_go(struct pty *pty, int page, const struct language *language);
/* Run kwiz to its end without a terminal; its output (both kinds) is appended to out, which may be NULL. Returns its exit status, -1: it had none. */
int place_run(const char *const *argv, struct buf *out);

#endif
