/* One table: key -> action -> words. It yields the bindings, the bottom line of each screen and the help screen, so that they can't differ. */
#ifndef KWIZ_UI_KEYMAP_H
#define KWIZ_UI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/canvas.h"
#include "ui/keys.h"

enum action {
    ACT_NONE,
    ACT_UP, ACT_DOWN, ACT_LEFT, ACT_RIGHT,
    ACT_PAGE_UP, ACT_PAGE_DOWN, ACT_HALF_UP, ACT_HALF_DOWN, ACT_FIRST, ACT_LAST,
    ACT_NEXT_PANE, ACT_PREVIOUS_PANE,
    ACT_OPEN,   /* Enter */
    ACT_CLOSE,  /* Esc */
    ACT_QUIT,   /* q */
    ACT_BREAK,  /* ^C */
    ACT_HELP, ACT_REDRAW, ACT_PLAINER, ACT_SUSPEND,
    ACT_FIND, ACT_FIND_NEXT, ACT_FIND_PREVIOUS,
    ACT_PROBLEMS, ACT_VIEW, ACT_PAUSE, ACT_AGAIN, ACT_AGAIN_ALL, ACT_SKIP,
    ACT_FOLLOW, ACT_WRAP, ACT_STEP_PREVIOUS, ACT_STEP_NEXT,
    /* the wizard */
    ACT_NEXT, ACT_BACK,             /* ^N ^P: the next, the previous page */
    ACT_SOURCE,                     /* o: what stands behind */
    ACT_MARK,                       /* Space: tick, mark */
    ACT_ADD, ACT_COPY_ROW, ACT_DELETE, ACT_UNDO, ACT_MOVE_DOWN, ACT_MOVE_UP, ACT_IMPORT, ACT_EDIT, /* a c d u J K i e */
    ACT_ROLE_1, ACT_ROLE_2, ACT_ROLE_3, ACT_ROLE_4, ACT_ROLE_5, ACT_ROLE_6, ACT_ROLE_7, ACT_ROLE_8, ACT_ROLE_9, /* digits, in this order */
    ACT_ACCEPT, ACT_MEND, ACT_SUDO_USER, ACT_SHELL, ACT_SAVE, ACT_COPY, ACT_FILTER, /* A f U ! S y & */
    ACT_MOUSE,
    ACT_DEFAULT, /* ^R */
    ACT_DETAIL_UP, ACT_DETAIL_DOWN, /* { } */
};

/* Where a key counts. A screen has one of these. */
enum keymap_place {
    PLACE_RUN = 1,
    PLACE_LOG = 2,
    PLACE_FAILED = 4,
    PLACE_DIALOG = 8,
    PLACE_HELP = 16,
    PLACE_SMALL = 32, /* the terminal is too small to see what a key does */
    PLACE_CHOOSE = 64,       /* Welcome, Spell, Topology */
    PLACE_HOSTS = 128,
    PLACE_IMPORT = 256,
    PLACE_ACCESS = 512,
    PLACE_CHECKS = 1024,     /* Requirements */
    PLACE_OPTIONS = 2048,
    PLACE_REVIEW = 4096,
    PLACE_SUMMARY = 8192,
    PLACE_BAND = 16384,      /* a band with fields or buttons over a page: host keys, a password, a sudo user */
    PLACE_CELL = 1 << 20,      /* no screen: a cell of a table being typed into; for the bottom line */
    PLACE_PROMPT = 1 << 21,    /* the same: a line in which something is asked for */
    PLACE_PAGES = PLACE_CHOOSE | PLACE_HOSTS | PLACE_ACCESS | PLACE_CHECKS | PLACE_OPTIONS | PLACE_REVIEW,
    PLACE_TYPING = PLACE_BAND | PLACE_OPTIONS | PLACE_CELL | PLACE_PROMPT, /* ? may be part of a text there */
    PLACE_TEXT = 32768,      /* a text to be read */
    PLACE_HOST_KEYS = 65536, /* the band of new host keys: a list with buttons below */
    PLACE_CHECK = 131072,    /* one check on all hosts */
    PLACE_ALL = 262143,
};

/* The action of a key on a screen, ACT_NONE when it has none there. */
enum action keymap_action(enum keymap_place place, struct key key);
/* Paint the bottom line: what the screen's keys do, as much as fits; leaving and help stand at the right and are never dropped. What
 * is_hidden (may be NULL) names is left out, as it does nothing at the moment. */
void keymap_line(struct canvas *canvas, int row, enum keymap_place place, bool (*is_hidden)(const void *context, enum action action),
                 const void *context);

/* The table's rows for the help screen. names: "PgUp PgDn ^U ^D"; help: translated. Returns false behind the last. everywhere: rows that hold
 * on every screen, else those of the place only. */
bool keymap_help(enum keymap_place place, bool everywhere, size_t index, const char **names, const char **help);

#endif
