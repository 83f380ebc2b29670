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
};

struct key {
    enum key_code code;
    uint32_t ch;
    bool is_ctrl;
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
    const struct key_sequence *extra; /* the terminal's own sequences, tried first; must outlive this */
    size_t extra_count;
};

void keys_init(struct keys *keys, const struct key_sequence *extra, size_t extra_count);
void keys_done(struct keys *keys);
/* Bytes from the terminal. */
void keys_feed(struct keys *keys, const void *bytes, size_t len);
/* The next key. false: there is none yet. is_late: KEYS_ESC_MS have passed since the last bytes, so what is there is all that comes. */
bool keys_next(struct keys *keys, bool is_late, struct key *key);
/* Does an unfinished sequence wait for KEYS_ESC_MS to pass? */
bool keys_are_waiting(const struct keys *keys);
/* The text of the UI_KEY_PASTE that was just returned; raw bytes, valid until the next call. */
const char *keys_pasted(const struct keys *keys, size_t *len, bool *was_cut);

#endif
