/* What terminals understand that terminfo has no word for. A terminal is known by its name (TERM); what a terminal may not understand is
 * never sent to it, as it could show on the screen. Used by term.c only. */
#ifndef KWIZ_UI_TERM_EXTRA_H
#define KWIZ_UI_TERM_EXTRA_H

#include <stdbool.h>

enum term_extra {
    EXTRA_PASTE,      /* pasted text comes in brackets */
    EXTRA_MOUSE,      /* clicks and the wheel are reported */
    EXTRA_BACKGROUND, /* the terminal can be asked for the colour of its background */
};

bool term_extra_is_known(enum term_extra extra, const char *term_name);
/* What switches it on (asks, for the background; behind it something is asked that every terminal answers), and off. Static. */
const char *term_extra_on(enum term_extra extra);
const char *term_extra_off(enum term_extra extra);

#endif
