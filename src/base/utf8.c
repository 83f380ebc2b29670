#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

size_t utf8_decode(const char *text, size_t len, uint32_t *codepoint)
{
    const unsigned char *s = (const unsigned char *)text;
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    if (s[0] < 0x80) {
        *codepoint = s[0];
        return 1;
    }
    size_t need = s[0] >= 0xf0 && s[0] <= 0xf4 ? 4 : s[0] >= 0xe0 && s[0] < 0xf0 ? 3 : s[0] >= 0xc2 && s[0] < 0xe0 ? 2 : 0;
    if (!need || need > len)
        return 0;
    uint32_t cp = s[0] & (0x7fU >> need);
    for (size_t i = 1; i < need; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        cp = cp << 6 | (s[i] & 0x3fU);
    }
    if (cp < least[need] || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
        return 0;
    *codepoint = cp;
    return need;
}

bool utf8_valid(const char *text, size_t len)
{
    for (size_t i = 0; i < len;) {
        uint32_t cp;
        size_t n = utf8_decode(text + i, len - i, &cp);
        if (!n || !cp)
            return false;
        i += n;
    }
    return true;
}

/* Length of the terminal escape sequence at s[0] == ESC; what is cut off by the end of the text counts up to there. ECMA-48 5.3-5.6. */
static size_t escape_length(const char *s, size_t len)
{
    if (len < 2)
        return 1;
    size_t i = 2;
    switch (s[1]) {
    case '[': /* CSI: parameters 0x30-0x3f, intermediates 0x20-0x2f, final 0x40-0x7e */
        while (i < len && s[i] >= 0x20 && s[i] <= 0x3f)
            i++;
        return i < len && s[i] >= 0x40 && s[i] <= 0x7e ? i + 1 : i;
    case ']': /* OSC, DCS, SOS, PM, APC: up to BEL or ESC backslash */
    case 'P':
    case 'X':
    case '^':
    case '_':
        for (; i < len; i++) {
            if (s[i] == '\a')
                return i + 1;
            if (s[i] == '\033')
                return i + 1 < len && s[i + 1] == '\\' ? i + 2 : i;
        }
        return len;
    default:
        if (s[1] >= 0x20 && s[1] <= 0x2f) { /* intermediates, then one final byte */
            while (i < len && s[i] >= 0x20 && s[i] <= 0x2f)
                i++;
            return i < len ? i + 1 : i;
        }
        return s[1] >= 0x30 && s[1] <= 0x7e ? 2 : 1;
    }
}

/* Controls, and what changes the order or hides the presence of text (Unicode TR 36, TR 9). */
static bool is_unfit(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
           (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff || (cp >= 0xfff9 && cp <= 0xfffb);
}

/* Length of the printable ASCII at the beginning: most of what there is, so it goes in one piece. Eight bytes at a time (the tests for a
 * byte below and above a value are those of "Bit Twiddling Hacks"), as all output of all hosts comes through here. */
static size_t ascii_length(const char *text, size_t len)
{
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    size_t n = 0;
    for (uint64_t x; len - n >= sizeof x; n += sizeof x) {
        memcpy(&x, text + n, sizeof x);
        bool is_below = (x - ones * 0x20) & ~x & tops, is_above = ((x + ones) | x) & tops; /* above 0x7e */
        if (is_below || is_above)
            break;
    }
    while (n < len && text[n] >= 0x20 && text[n] < 0x7f)
        n++;
    return n;
}

void utf8_printable(const char *text, size_t len, struct buf *out)
{
    size_t columns = 0;
    for (size_t i = 0; i < len;) {
        uint32_t cp = 0;
        size_t run = ascii_length(text + i, len - i), room = out->max - out->len;
        if (run) {
            buf_add(out, text + i, run < room ? run : room);
            if (run > room)
                return;
            columns += run;
            i += run;
            continue;
        }
        size_t n = utf8_decode(text + i, len - i, &cp);
        bool ok = true;
        if (text[i] == '\033') {
            i += escape_length(text + i, len - i);
            continue;
        }
        if (text[i] == '\t') {
            size_t spaces = 8 - columns % 8;
            ok = buf_add(out, "        ", spaces);
            columns += spaces;
            n = 1;
        } else if (!n || is_unfit(cp)) {
            ok = n ? buf_addf(out, "<%02x>", (unsigned)cp) : buf_addf(out, "<%02x>", (unsigned)(unsigned char)text[i]);
            columns += 4;
            n = n ? n : 1;
        } else {
            ok = buf_add(out, text + i, n);
            columns++;
        }
        if (!ok)
            return;
        i += n;
    }
}
