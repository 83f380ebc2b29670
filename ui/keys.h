/* What a terminal sends, made keys. Pure: bytes in, keys out; the caller reads the terminal and keeps the time. */
#ifndef KWIZ_UI_KEYS_H
#define KWIZ_UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum key_code {
    UI_KEY_NONE,
    UI_KEY_CHAR,  /* key.ch; with is_ctrl: Ctrl and that (lower-case) letter */
    UI_KEY_UP,
    UI_KEY_DOWN,
    UI_KEY_LEFT,
    UI_KEY_RIGHT,
    UI_KEY_PAGE_UP,
    UI_KEY_PAGE_DOWN,
    UI_KEY_HOME,
    UI_KEY_END,
    UI_KEY_INSERT,
    UI_KEY_DELETE,
    UI_KEY_BACKSPACE,
    UI_KEY_ENTER,
    UI_KEY_TAB,
    UI_KEY_BACKTAB,
    UI_KEY_ESC,
    UI_KEY_PASTE, /* pasted text as a whole: keys_pasted() */
    UI_KEY_OTHER, /* a sequence that means nothing here */
    UI_KEY_MOUSE, /* key.mouse happened at key.row, key.col */
    UI_KEY_BACKGROUND, /* the terminal tells its background: key.ch = 0xRRGGBB */
    UI_KEY_ANSWERED, /* the terminal has answered: what it hasn't told by now it will hardly tell */
};

/* A click counts when the button comes up where it went down: so nothing of it is left for whoever reads the terminal after a click that ends
 * the program, and what is dragged (a selection) is none. */
enum key_mouse { KEY_MOUSE_NONE, KEY_MOUSE_CLICK, KEY_MOUSE_WHEEL_UP, KEY_MOUSE_WHEEL_DOWN };

struct key {
    enum key_code code;
    uint32_t ch;
    bool is_ctrl;
    enum key_mouse mouse;
    int row, col; /* from 0 */
};

/* A lone Esc is told from a key's sequence by nothing following for so long. */
#define KEYS_ESC_MS 25
#define KEYS_PASTE_MAX_BYTES (1 << 20) /* what is pasted beyond this is dropped, and keys_pasted says so */

struct key_sequence {
    const char *bytes; /* not owned; static or the terminal's */
    enum key_code code;
};

struct keys {
    struct buf bytes;   /* not decoded yet */
    struct buf pasted;
    bool is_pasting, was_cut;
    /* Set by the caller: the mouse was switched on; the background was asked for, and its answer may still come. Without them such sequences
     * mean nothing (UI_KEY_OTHER). With them an unfinished one is waited for as long as it takes, as its rest would look like typed text. */
    bool has_mouse, awaits_answer;
    bool had_esc;                 /* the last key was a lone Esc */
    int pressed_row, pressed_col; /* where the first button went down; negative = it isn't down */
    const struct key_sequence *extra; /* the terminal's own sequences, tried first; must outlive this */
    size_t extra_count;
};

void keys_init(struct keys *keys, const struct key_sequence *extra, size_t extra_count);
void keys_done(struct keys *keys);
/* Bytes from the terminal. */
void keys_feed(struct keys *keys, const void *bytes, size_t len);
/* The next key. false: there is none yet. is_late: KEYS_ESC_MS have passed since the last bytes, so what is there is all that comes. */
bool keys_next(struct keys *keys, bool is_late, struct key *key);
/* Does an unfinished sequence wait for KEYS_ESC_MS to pass? Not one that is waited for longer. */
bool keys_are_waiting(const struct keys *keys);
/* The text of the UI_KEY_PASTE that was just returned; raw bytes, valid until the next call. */
const char *keys_pasted(const struct keys *keys, size_t *len, bool *was_cut);

#endif
