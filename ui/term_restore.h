/* Giving a terminal back whatever happens: on exit(), when memory runs out, on fatal signals. Used by term.c only. */
#ifndef KWIZ_UI_TERM_RESTORE_H
#define KWIZ_UI_TERM_RESTORE_H

#include <stdbool.h>
#include <stddef.h>

#define TERM_RESTORE_MAX 256

/* Remember the terminal's modes as they are now and the bytes that restore its look (written to send_fd), and catch what could end the program: fatal signals
 * always, SIGTERM, SIGHUP, SIGINT and SIGQUIT where nobody else does. */
void term_restore_arm(int in_fd, int out_fd, int send_fd, const char *bytes, size_t len);
/* Raw keys, no echo. false with errno set. */
bool term_restore_raw(void);
/* Modes as they were; the caller has restored the look. Nothing more is done by signals until term_restore_raw. */
void term_restore_now(void);
/* Is something on its way from the terminal that is for nobody but us (reports of the mouse, answers)? Then what has not been read when the
 * terminal is given back is thrown away, as the shell would take it for typed text. */
void term_restore_drop_input(bool drops);
/* No longer catch anything. */
void term_restore_disarm(void);

#endif
