/* The terminal: the only file that knows ncurses. There is one at a time, as signals must be able to give it back.
 *
 * ncurses paints into memory, and what it painted is sent without ever blocking. While a terminal takes no output, frames are not
 * painted: whoever calls waits for term_out_fd() to be writable. */
#ifndef KWIZ_UI_TERM_H
#define KWIZ_UI_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "ui/canvas.h"
#include "ui/keys.h"
#include "ui/theme.h"

struct term;

/* Are both a terminal that can show screens? false with err (ERR_LOCAL): what is missing, and what to do instead. */
bool term_possible(int in_fd, int out_fd, struct err *err);
/* Take it over: raw keys, alternate screen. Gives it back by itself on exit(), when memory runs out and on fatal signals, SIGTERM, SIGHUP,
 * SIGINT and SIGQUIT too unless they are handled already; the signal then ends the program as it would have. setlocale must have been
 * called. NULL with err set: the terminal is as it was. */
struct term *term_start(int in_fd, int out_fd, enum color_wish color, struct err *err);
/* Give it back: what is still to be sent is sent, for at most a second. */
void term_stop(struct term **term);
/* For a while: the terminal as it was before term_start, and again as after it. term_resume repaints everything. */
void term_suspend(struct term *term);
bool term_resume(struct term *term, struct err *err);

/* The size now: asks the terminal. Call it at SIGWINCH. */
void term_size(struct term *term, int *rows, int *cols);
/* Send what differs from the last frame. false = nothing was sent, as the frame before has not been taken yet: again when writable. */
bool term_paint(struct term *term, const struct canvas *canvas);
/* Forget what the terminal shows, so that the next paint sends everything (^L). */
void term_forget(struct term *term);
/* Go on sending; true = all has been sent. */
bool term_flush(struct term *term);
/* Is there something to be sent? Then poll term_out_fd() for writing. */
bool term_has_pending(const struct term *term);
int term_in_fd(const struct term *term);
int term_out_fd(const struct term *term);

enum term_key { TERM_KEY, TERM_NO_KEY, TERM_GONE };
/* The next key, never blocking. UI_KEY_BACKGROUND has been dealt with: the next paint may look different. TERM_NO_KEY: poll term_in_fd() for reading, and call with is_late after term_key_wait_ms() when that is not 0.
 * TERM_GONE: end of file or hangup; no key will come any more. */
enum term_key term_read_key(struct term *term, bool is_late, struct key *key);
unsigned term_key_wait_ms(const struct term *term);
const char *term_pasted(const struct term *term, size_t *len, bool *was_cut);

/* The mouse's reports on or off; they are off at first, and while suspended. false = this terminal isn't known to have any. */
bool term_set_mouse(struct term *term, bool is_on);
/* Use no colours from the next paint on, or those of the theme again. */
void term_set_mono(struct term *term, bool is_mono);
/* Bytes sent since the start. */
uint64_t term_sent_bytes(const struct term *term);

#endif
