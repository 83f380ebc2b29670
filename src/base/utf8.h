/* Text from hosts and files made fit to be shown: no control bytes, no broken UTF-8, no terminal escapes. */
#ifndef KWIZ_BASE_UTF8_H
#define KWIZ_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Decode one character at text[0..len), len > 0. Stores the code point; returns its length in bytes, or 0 when the bytes are not valid
 * UTF-8 (overlong forms, surrogates and what is above U+10FFFF are not). */
size_t utf8_decode(const char *text, size_t len, uint32_t *codepoint);
/* Is all of it valid UTF-8 without NUL? */
bool utf8_valid(const char *text, size_t len);
/* Append text made printable to out: escape sequences of terminals are dropped (CSI, OSC, DCS, charset), other control characters,
 * bidirectional overrides and invalid bytes become <hex>, a tab becomes spaces up to the next multiple of 8 columns counted from the
 * start of this call's output. Newlines do not belong in here: split lines first. Stops quietly at out's cap. */
void utf8_printable(const char *text, size_t len, struct buf *out);

#endif
