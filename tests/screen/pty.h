/* A program in a terminal of its own: a pseudo terminal, libvterm as what paints, and a small shell with job control between them. */
#ifndef KWIZ_TESTS_PTY_H
#define KWIZ_TESTS_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>
#include <vterm.h>

#include "base/buf.h"

struct pty {
    int master;
    int slave;       /* kept open, for looking at modes and so that the terminal outlives the program */
    int orders;      /* to the shell: a byte = continue the stopped program in the foreground */
    int reports;     /* from the shell: a line each time the program stops or ends */
    int beats;       /* what the program writes to its descriptor 3 */
    pid_t shell, program;
    VTerm *vterm;
    VTermScreen *screen;
    bool has_alt_screen, has_cursor, has_mouse, has_paste; /* modes that the program has set */
    bool answers;    /* let the terminal answer what libvterm can (set it at once after pty_start); else it is silent */
    bool has_failed; /* something did not come in time: what is waited for afterwards gets less */
    uint64_t bytes;  /* received */
    struct buf raw;  /* all of them, up to a cap */
    struct termios before;
};

/* environment: NULL-terminated "NAME=VALUE" pairs to be set (value empty: unset). */
void pty_start(struct pty *pty, int rows, int cols, const char *const *environment, const char *const *argv);
/* Read what the program writes for at most so long; returns at the first bytes. false = nothing came. */
bool pty_read(struct pty *pty, int wait_ms);
void pty_type(struct pty *pty, const char *keys);
void pty_resize(struct pty *pty, int rows, int cols);
/* The screen as text, without spaces at the ends of rows; malloc'd. */
char *pty_text(const struct pty *pty);
/* Wait until the screen is, or holds, this text. false after 30 s; 1 s where something has already not come. */
bool pty_wait_is(struct pty *pty, const char *text);
bool pty_wait_has(struct pty *pty, const char *text);
/* Wait until the program has read all that was typed, has nothing left to do about it, and what it wrote is on the screen. What it waits for from elsewhere, or
 * for a time, may still come. false after 30 s. */
bool pty_wait_idle(struct pty *pty);
/* Wait for the shell's next report: "stopped", "exit 3", "signal 15"; "" after 30 s. */
const char *pty_wait_report(struct pty *pty);
/* Continue the stopped program (as fg). */
void pty_continue(struct pty *pty);
/* Are the terminal's modes as they were at first, and alternate screen, mouse and bracketed paste off? */
bool pty_is_restored(const struct pty *pty);
/* Does the terminal show what is typed? */
bool pty_is_echoing(const struct pty *pty);
/* Bytes that the terminal sent and the program has not read. The terminal's modes are changed for that: only after the program's end. */
size_t pty_unread(const struct pty *pty);
/* Beats since the last call. */
size_t pty_beats(const struct pty *pty);
/* The terminal is gone, as when its window is closed; only pty_wait_report and pty_stop may follow. */
void pty_vanish(struct pty *pty);
/* Ends the program and the shell. */
void pty_stop(struct pty *pty);

#endif
