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

void keys_init(struct keys *keys, const struct key_sequence *extra, size_t extra_count)
{
    *keys = (struct keys){.extra = extra, .extra_count = extra_count};
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
        used = any_csi(s, len, &key->code);
        break;
    case ']':
    case 'P':
    case '^':
    case '_':
        key->code = UI_KEY_OTHER;
        used = any_string(s, len);
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
    if (used || !is_late)
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
        size_t used =
            *s == '\033' ? decode_escape(keys, s, len, is_late, key) : decode_char(s, len, is_late, key);
        if (!used)
            return false;
        buf_eat(&keys->bytes, used);
        return true;
    }
}

bool keys_are_waiting(const struct keys *keys)
{
    return !keys->is_pasting && keys->bytes.len > 0;
}

const char *keys_pasted(const struct keys *keys, size_t *len, bool *was_cut)
{
    *len = keys->pasted.len;
    *was_cut = keys->was_cut;
    return buf_text(&keys->pasted);
}
