/* Text for the terminal's own clipboard: the sequence OSC 52, which works over ssh too. Pure. */
#ifndef KWIZ_UI_OSC52_H
#define KWIZ_UI_OSC52_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* xterm takes so much; others as much or more. */
#define OSC52_MAX_BYTES 74994

/* Append the sequence for text to out. false: it is too long, and out is as before. */
bool osc52_add(const char *text, size_t len, struct buf *out);

#endif
