#include "ui/keys.h"

#include <string.h>

#include "base/utf8.h"

/* What terminals send whatever their terminfo entry says (ECMA-48, VT220, xterm, rxvt, linux). */
static const struct key_sequence common[] = {
    {"\033[A", UI_KEY_UP},      {"\033[B", UI_KEY_DOWN},     {"\033[C", UI_KEY_RIGHT},
    {"\033[D", UI_KEY_LEFT},    {"\033OA", UI_KEY_UP},       {"\033OB", UI_KEY_DOWN},
    {"\033OC", UI_KEY_RIGHT},   {"\033OD", UI_KEY_LEFT},     {"\033[H", UI_KEY_HOME},
    {"\033[F", UI_KEY_END},     {"\033OH", UI_KEY_HOME},     {"\033OF", UI_KEY_END},
    {"\033[1~", UI_KEY_HOME},   {"\033[4~", UI_KEY_END},     {"\033[7~", UI_KEY_HOME},
    {"\033[8~", UI_KEY_END},    {"\033[5~", UI_KEY_PAGE_UP}, {"\033[6~", UI_KEY_PAGE_DOWN},
    {"\033[2~", UI_KEY_INSERT}, {"\033[3~", UI_KEY_DELETE},  {"\033[Z", UI_KEY_BACKTAB},
    {"\033OM", UI_KEY_ENTER},
};
static const char paste_begins[] = "\033[200~", paste_ends[] = "\033[201~";
#define SEQUENCE_MAX 64 /* bytes of a control sequence; what is longer is none */
#define STRING_MAX 512  /* bytes of an answer (OSC, DCS); what is longer is dropped piece by piece */
static const char background_begins[] = "\033]11;", attributes_begin[] = "\033[?", mouse_begins[] = "\033[<";

void keys_init(struct keys *keys, const struct key_sequence *extra, size_t extra_count)
{
    *keys =
        (struct keys){.extra = extra, .extra_count = extra_count, .pressed_row = -1, .pressed_col = -1};
    buf_init(&keys->bytes, 1 << 16);
    buf_init(&keys->pasted, KEYS_PASTE_MAX_BYTES);
}

void keys_done(struct keys *keys)
{
    buf_done(&keys->bytes);
    buf_done(&keys->pasted);
}

static void add_pasted(struct keys *keys, const char *bytes, size_t len)
{
    size_t room = keys->pasted.max - keys->pasted.len;
    if (len > room)
        keys->was_cut = true;
    buf_add(&keys->pasted, bytes, len < room ? len : room);
}

void keys_feed(struct keys *keys, const void *bytes, size_t len)
{
    if (!buf_add(&keys->bytes, bytes, len)) { /* nobody types that fast: keep the newest */
        buf_clear(&keys->bytes);
        buf_add(&keys->bytes, bytes, len < keys->bytes.max ? len : keys->bytes.max);
    }
}

/* Moves pasted bytes over; true when the end of the paste was seen. */
static bool go_on_pasting(struct keys *keys)
{
    const char *s = buf_text(&keys->bytes);
    size_t len = keys->bytes.len, mark = sizeof paste_ends - 1;
    const char *end = len >= mark ? memmem(s, len, paste_ends, mark) : NULL;
    if (end) {
        add_pasted(keys, s, (size_t)(end - s));
        buf_eat(&keys->bytes, (size_t)(end - s) + mark);
        keys->is_pasting = false;
        return true;
    }
    if (len >= mark) { /* the last bytes may be the beginning of the mark */
        add_pasted(keys, s, len - mark + 1);
        buf_eat(&keys->bytes, len - mark + 1);
    }
    return false;
}

enum match { NO_MATCH, PART_MATCH, FULL_MATCH };

static enum match match_table(const struct key_sequence *table, size_t count, const char *s, size_t len,
                              enum key_code *code, size_t *used)
{
    enum match best = NO_MATCH;
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(table[i].bytes);
        if (n <= len && !memcmp(table[i].bytes, s, n) && (best != FULL_MATCH || n > *used)) {
            *code = table[i].code;
            *used = n;
            best = FULL_MATCH;
        } else if (n > len && !memcmp(table[i].bytes, s, len) && best == NO_MATCH) {
            best = PART_MATCH;
        }
    }
    return best;
}

/* A control sequence without parameters' meaning: Ctrl-Up is Up, what is unknown is UI_KEY_OTHER. 0 =
 * incomplete. */
static size_t any_csi(const char *s, size_t len, enum key_code *code)
{
    size_t i = 2;
    *code = UI_KEY_OTHER;
    if (len > 2 && s[2] == '[') /* the Linux console's F1 to F5: one letter more */
        return len > 3 ? 4 : 0;
    while (i < len && i < SEQUENCE_MAX && (unsigned char)s[i] >= 0x20 && (unsigned char)s[i] <= 0x3f)
        i++;
    if (i >= len)
        return i < SEQUENCE_MAX ? 0 : i;
    char plain[] = "\033[ ";
    if (s[i] == '~') /* "5;2~": its first number decides */
        for (size_t k = 0; k < sizeof common / sizeof *common; k++) {
            size_t n = strlen(common[k].bytes);
            if (common[k].bytes[n - 1] == '~' && !memcmp(s, common[k].bytes, n - 1) && s[n - 1] == ';')
                *code = common[k].code;
        }
    else if (i > 2) { /* "1;5A" */
        plain[2] = s[i];
        size_t used = 0;
        enum key_code found = UI_KEY_OTHER;
        if (match_table(common, sizeof common / sizeof *common, plain, 3, &found, &used) == FULL_MATCH)
            *code = found;
    }
    return i + 1;
}

/* An answer of the terminal: OSC, DCS, PM, APC up to BEL or ESC backslash. 0 = incomplete. */
static size_t any_string(const char *s, size_t len)
{
    for (size_t i = 2; i < len; i++) {
        if (s[i] == '\a')
            return i + 1;
        if (s[i] == '\033' && i + 1 < len)
            return s[i + 1] == '\\' ? i + 2 : i;
    }
    return len > STRING_MAX ? len : 0;
}

/* Could s be the beginning of mark and then only characters of the set? A mark of which only ESC is there is
 * none: that is a key. */
static bool is_begun(const char *s, size_t len, const char *mark, const char *set)
{
    size_t n = strlen(mark);
    if (len < 2 || len >= SEQUENCE_MAX || memcmp(s, mark, len < n ? len : n) != 0)
        return false;
    for (size_t i = n; i < len; i++)
        if (!strchr(set, s[i]) && !(s[i] == '\033' && i + 1 == len))
            return false;
    return true;
}

/* Is this the unfinished answer to a question of ours, or an unfinished mouse report? */
static bool is_awaited(const struct keys *keys, const char *s, size_t len)
{
    return (keys->awaits_answer && (is_begun(s, len, background_begins, "rgba:/0123456789abcdefABCDEF") ||
                                    is_begun(s, len, attributes_begin, "0123456789;"))) ||
           (keys->has_mouse &&
            (is_begun(s, len, mouse_begins, "0123456789;") || (len > 2 && len < 6 && !memcmp(s, "\033[M", 3))));
}

/* "rgb:RRRR/GGGG/BBBB" or "rgba:...", one to four digits each. false = something else. */
static bool decode_colour(const char *s, size_t len, uint32_t *rgb)
{
    size_t i = 4;
    if (len > 5 && !memcmp(s, "rgba:", 5))
        i = 5;
    else if (len < 4 || memcmp(s, "rgb:", 4) != 0)
        return false;
    *rgb = 0;
    for (int part = 0; part < 3; part++) {
        unsigned value = 0, most = 0;
        for (; i < len && most < 0xffff; i++) {
            static const char digits[] = "0123456789abcdef";
            const char *digit = s[i] ? strchr(digits, s[i] | 0x20) : NULL;
            if (!digit)
                break;
            value = value * 16 + (unsigned)(digit - digits);
            most = most * 16 + 15;
        }
        if (!most || (part < 2 && (i >= len || s[i++] != '/')))
            return false;
        *rgb = *rgb << 8 | value * 255 / most;
    }
    return true;
}

static void decode_answer(struct keys *keys, const char *s, size_t used, struct key *key)
{
    size_t n = sizeof background_begins - 1;
    if (!keys->awaits_answer)
        return;
    if (used > n && !memcmp(s, background_begins, n) && decode_colour(s + n, used - n, &key->ch)) {
        key->code = UI_KEY_BACKGROUND;
        keys->awaits_answer = false;
    } else if (used > 3 && !memcmp(s, attributes_begin, 3) && s[used - 1] == 'c') {
        key->code = UI_KEY_ANSWERED;
    }
}

/* button: with the wheel (64), modifiers (4, 8, 16) and motion (32) in it; row and col from 1. */
static void decode_mouse(struct keys *keys, unsigned button, bool is_up, int row, int col, struct key *key)
{
    bool is_first = (button & 3u) == 0 && !(button & (32u | 64u | 128u));
    key->code = UI_KEY_OTHER;
    key->row = row - 1;
    key->col = col - 1;
    if ((button & 64u) && (button & 3u) < 2) {
        key->code = UI_KEY_MOUSE;
        key->mouse = button & 1u ? KEY_MOUSE_WHEEL_DOWN : KEY_MOUSE_WHEEL_UP;
    } else if (is_first && !is_up) {
        keys->pressed_row = key->row;
        keys->pressed_col = key->col;
    } else if (is_up) {
        if (keys->pressed_row == key->row && keys->pressed_col == key->col && key->row >= 0) {
            key->code = UI_KEY_MOUSE;
            key->mouse = KEY_MOUSE_CLICK;
        }
        keys->pressed_row = keys->pressed_col = -1;
    }
}

/* "ESC [ < button ; column ; row M or m", or that of terminals without it: "ESC [ M" and three bytes. 0 =
 * incomplete or no report. */
static size_t mouse_report(struct keys *keys, const char *s, size_t len, struct key *key)
{
    unsigned values[3] = {0}, at = 0;
    if (len >= 6 && s[2] == 'M') {
        unsigned button = (unsigned char)s[3] - 32u;
        decode_mouse(keys, button, (button & 3u) == 3 && !(button & (32u | 64u)), (unsigned char)s[5] - 32,
                     (unsigned char)s[4] - 32, key);
        return 6;
    }
    for (size_t i = 3; i < len && i < SEQUENCE_MAX && s[2] == '<'; i++) {
        if (s[i] >= '0' && s[i] <= '9') {
            values[at] = values[at] < 10000 ? values[at] * 10 + (unsigned)(s[i] - '0') : values[at];
        } else if (s[i] == ';' && at < 2) {
            at++;
        } else {
            if (at == 2 && (s[i] == 'M' || s[i] == 'm'))
                decode_mouse(keys, values[0], s[i] == 'm', (int)values[2], (int)values[1], key);
            return i + 1;
        }
    }
    return 0;
}

/* Decodes what begins with ESC. Returns bytes used, 0 = incomplete. */
static size_t decode_escape(struct keys *keys, const char *s, size_t len, bool is_late, struct key *key)
{
    size_t used = 0;
    enum match m = match_table(keys->extra, keys->extra_count, s, len, &key->code, &used);
    enum match c = m == FULL_MATCH
                       ? NO_MATCH
                       : match_table(common, sizeof common / sizeof *common, s, len, &key->code, &used);
    if (m == FULL_MATCH || c == FULL_MATCH)
        return used;
    if (m == PART_MATCH && !is_late)
        return 0;
    key->code = UI_KEY_ESC;
    if (len == 1)
        return is_late ? 1 : 0;
    switch (s[1]) {
    case '[':
        if (keys->has_mouse && len > 2 && (s[2] == '<' || s[2] == 'M')) {
            key->code = UI_KEY_OTHER;
            used = mouse_report(keys, s, len, key);
            break;
        }
        used = any_csi(s, len, &key->code);
        decode_answer(keys, s, used, key);
        break;
    case ']':
    case 'P':
    case '^':
    case '_':
        key->code = UI_KEY_OTHER;
        used = any_string(s, len);
        decode_answer(keys, s, used, key);
        break;
    case 'O':
        key->code = UI_KEY_OTHER;
        used = len >= 3 ? 3 : 0;
        break;
    case '\033':
        return 1;
    default: /* Alt and a key, or Esc and a key pressed quickly: never acted upon as the key */
        key->code = UI_KEY_OTHER;
        uint32_t cp;
        used = utf8_decode(s + 1, len - 1, &cp);
        used = used ? used + 1 : 2;
    }
    if (used || !is_late || is_awaited(keys, s, len))
        return used;
    key->code = UI_KEY_OTHER; /* nothing more comes: an Alt key, or a sequence cut off */
    return len;
}

static size_t decode_char(const char *s, size_t len, bool is_late, struct key *key)
{
    unsigned char b = (unsigned char)*s;
    key->code = UI_KEY_CHAR;
    if (b == '\r' || b == '\n')
        key->code = UI_KEY_ENTER;
    else if (b == '\t')
        key->code = UI_KEY_TAB;
    else if (b == 0x7f || b == 0x08)
        key->code = UI_KEY_BACKSPACE;
    else if (b < 0x20) {
        key->is_ctrl = true;
        key->ch = b == 0 ? ' ' : b < 27 ? (uint32_t)b + 'a' - 1 : (uint32_t)b + '@';
    } else {
        size_t n = utf8_decode(s, len, &key->ch);
        if (n) {
            if (key->ch >= 0x80 && key->ch < 0xa0)
                key->code = UI_KEY_OTHER;
            return n;
        }
        size_t need = b >= 0xf5 ? 1 : b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : b >= 0xc2 ? 2 : 1;
        if (need > len && !is_late)
            return 0;
        key->code = UI_KEY_OTHER;
    }
    return 1;
}

bool keys_next(struct keys *keys, bool is_late, struct key *key)
{
    for (;;) {
        *key = (struct key){.code = UI_KEY_NONE};
        if (keys->is_pasting) {
            if (!go_on_pasting(keys))
                return false;
            key->code = UI_KEY_PASTE;
            return true;
        }
        const char *s = buf_text(&keys->bytes);
        size_t len = keys->bytes.len, mark = sizeof paste_begins - 1;
        if (!len)
            return false;
        if (len >= mark && !memcmp(s, paste_begins, mark)) {
            buf_eat(&keys->bytes, mark);
            buf_clear(&keys->pasted);
            keys->was_cut = false;
            keys->is_pasting = true;
            continue;
        }
        if (len < mark && len > 1 && !memcmp(s, paste_begins, len) && !is_late)
            return false;
        if (keys->had_esc && keys->awaits_answer && *s == ']') { /* the Esc was the answer's */
            buf_add(&keys->bytes, "", 1);
            memmove(keys->bytes.data + 1, keys->bytes.data, len);
            *keys->bytes.data = '\033';
            keys->bytes.len = len + 1;
            keys->had_esc = false;
            continue;
        }
        size_t used =
            *s == '\033' ? decode_escape(keys, s, len, is_late, key) : decode_char(s, len, is_late, key);
        if (!used)
            return false;
        buf_eat(&keys->bytes, used);
        keys->had_esc = key->code == UI_KEY_ESC;
        return true;
    }
}

bool keys_are_waiting(const struct keys *keys)
{
    return !keys->is_pasting && keys->bytes.len > 0 &&
           !is_awaited(keys, buf_text(&keys->bytes), keys->bytes.len);
}

const char *keys_pasted(const struct keys *keys, size_t *len, bool *was_cut)
{
    *len = keys->pasted.len;
    *was_cut = keys->was_cut;
    return buf_text(&keys->pasted);
}
