/* What tests of the real view (demo) in a real terminal share. */
#ifndef KWIZ_TESTS_STAGE_H
#define KWIZ_TESTS_STAGE_H

#include "tests/screen/pty.h"

/* A dark xterm with 256 colours and UTF-8. */
extern const char *const stage_plain[];

/* $TMPDIR becomes a folder of the test's own. The test goes on in another process; the first one waits for it, passes on what is to stop it, and when it has
 * ended, however, ends what it has started and removes the folder. */
void stage_begin(void);
/* Says how many checks passed; the program's exit status. */
int stage_end(void);
bool stage_check(bool ok, const char *what);
/* Count checks that can't be made here. */
void stage_skip(int count);
/* Start the demo. option may be NULL. */
void stage_start_in(struct pty *pty, int rows, int cols, const char *const *environment, const char *scene, const char *option);
/* 80x24, plain. */
void stage_start(struct pty *pty, const char *scene);
/* The demo's path. */
const char *stage_demo(void);
/* Wait until the screen is that of tests/screen/screens/NAME.txt. */
bool stage_is_golden(struct pty *pty, const char *name);
/* Read until nothing has come for so long. Returns the bytes that came. */
uint64_t stage_settle(struct pty *pty, int quiet_ms);

#endif
