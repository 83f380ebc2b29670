#include "spell/range.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"

#define BRACKETS_MAX 8
#define DIGITS_MAX 9
#define DIGITS "0123456789"

struct span {
    uint64_t first, last, step; /* letters: their codes */
    int width;                  /* digits, with zeros in front; 0 = as many as it takes */
    bool is_letter;
};

struct bracket {
    size_t begin, end;  /* of text: the bracket, and behind its end */
    struct span *spans; /* owned */
    size_t count;
};

struct pattern {
    const char *text;
    struct bracket brackets[BRACKETS_MAX];
    size_t count;
};

unsigned range_columns(const char *text, size_t bytes)
{
    unsigned n = 0;
    for (size_t i = 0; i < bytes; i++)
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

static bool fault(const struct pattern *pattern, size_t at, struct err *err)
{
    err->column = range_columns(pattern->text, at) + 1;
    return false;
}

/* A number or (Ansible) a letter at text[0..len). */
static bool read_end(const char *text, size_t len, bool is_ansible, uint64_t *value, bool *is_letter)
{
    *value = 0;
    *is_letter = is_ansible && len == 1 && ((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z'));
    if (*is_letter) {
        *value = (uint64_t)*text;
        return true;
    }
    if (!len || len > DIGITS_MAX || strspn(text, DIGITS) < len)
        return false;
    for (size_t i = 0; i < len; i++)
        *value = *value * 10 + (uint64_t)(text[i] - '0');
    return true;
}

/* `7`, `1-3`; `1:3`, `1:9:2`, `a:c` */
static bool read_span(const struct pattern *pattern, size_t at, size_t len, bool is_ansible,
                      struct span *span, struct err *err)
{
    const char *text = pattern->text + at, *end = text + len,
               *mark = memchr(text, is_ansible ? ':' : '-', len);
    const char *second = mark ? mark + 1 : text, *stop = end;
    size_t first_len = mark ? (size_t)(mark - text) : len;
    bool letters[2] = {false, false}, has_step = false;
    span->step = 1;
    if (is_ansible && mark) {
        const char *colon = memchr(second, ':', (size_t)(end - second));
        stop = colon ? colon : end;
        if (colon)
            has_step = read_end(colon + 1, (size_t)(end - colon - 1), false, &span->step, &letters[0]);
        if (colon && (!has_step || !span->step)) {
            err_set(err, ERR_INVALID, _("expected a step of 1 or more behind the second colon"));
            return fault(pattern, at, err);
        }
    }
    size_t last_len = (size_t)(stop - second);
    if (!read_end(text, first_len, is_ansible, &span->first, &letters[0]) ||
        !read_end(second, last_len, is_ansible, &span->last, &letters[1]) || letters[0] != letters[1] ||
        (is_ansible && !mark)) {
        err_set(
            err, ERR_INVALID,
            is_ansible
                ? _("expected a range such as 1:3 or a:c in the brackets, numbers of at most %d digits")
                : _("expected numbers and ranges such as 1-3,7 in the brackets, each of at most %d digits"),
            DIGITS_MAX);
        return fault(pattern, at, err);
    }
    if (span->last < span->first) {
        err_set(err, ERR_INVALID, _("the range ends before it begins: \"%.*s\""), (int)len, text);
        return fault(pattern, at, err);
    }
    span->is_letter = letters[0];
    bool is_padded = (first_len > 1 && *text == '0') || (last_len > 1 && *second == '0');
    if (is_padded && first_len != last_len) {
        err_set(err, ERR_INVALID, _("with leading zeros, both ends have as many digits: \"%.*s\""), (int)len,
                text);
        return fault(pattern, at, err);
    }
    span->width = is_padded ? (int)first_len : 0;
    return true;
}

static bool read_bracket(struct pattern *pattern, size_t begin, size_t len, bool is_ansible, struct err *err)
{
    if (pattern->count == BRACKETS_MAX) {
        err_set(err, ERR_INVALID, _("expected at most %d ranges, found more"), BRACKETS_MAX);
        return fault(pattern, begin, err);
    }
    struct bracket *bracket = &pattern->brackets[pattern->count++];
    bracket->begin = begin;
    bracket->end = begin + len + 2;
    for (size_t at = begin + 1;;) {
        size_t n = is_ansible ? bracket->end - 1 - at : strcspn(pattern->text + at, ",]");
        bracket->spans = mem_grow(bracket->spans, bracket->count + 1, sizeof *bracket->spans);
        if (!read_span(pattern, at, n, is_ansible, &bracket->spans[bracket->count], err))
            return false;
        bracket->count++;
        at += n;
        if (at == bracket->end - 1)
            return true;
        at++;
    }
}

static bool is_address(const char *text, size_t len, bool is_ansible)
{
    unsigned colons = 0;
    bool is_double = false;
    for (size_t i = 0; i < len; i++) {
        colons += text[i] == ':';
        is_double |= i && text[i] == ':' && text[i - 1] == ':';
    }
    return is_ansible ? is_double || colons > 2 : colons > 0;
}

static bool read_pattern(struct pattern *pattern, bool is_ansible, struct err *err)
{
    const char *text = pattern->text;
    for (size_t at = strcspn(text, "[]"); text[at]; at += strcspn(text + at, "[]")) {
        size_t len = strcspn(text + at + 1, "[]");
        if (text[at] == ']' || text[at + 1 + len] != ']') {
            err_set(err, ERR_INVALID,
                    text[at] == ']' ? _("a bracket ends here that did not begin")
                                    : _("the bracket does not end"));
            return fault(pattern, at, err);
        }
        if (!is_address(text + at + 1, len, is_ansible) && !read_bracket(pattern, at, len, is_ansible, err))
            return false;
        at += len + 2;
    }
    return true;
}

static uint64_t bracket_count(const struct bracket *bracket)
{
    uint64_t n = 0;
    for (size_t i = 0; i < bracket->count; i++)
        n += (bracket->spans[i].last - bracket->spans[i].first) / bracket->spans[i].step + 1;
    return n; /* at most 1024 spans of 10^9 */
}

/* Stops counting where the number means nothing any more. */
static uint64_t pattern_count(const struct pattern *pattern)
{
    uint64_t n = 1;
    for (size_t i = 0; i < pattern->count; i++) {
        uint64_t more = bracket_count(&pattern->brackets[i]);
        n = n > UINT64_MAX / more ? UINT64_MAX : n * more;
    }
    return n;
}

static void expand(const struct pattern *pattern, size_t index, struct buf *made, struct strv *names)
{
    size_t from = index ? pattern->brackets[index - 1].end : 0, kept = made->len;
    if (index == pattern->count) {
        char *name = mem_printf("%s%s", buf_text(made), pattern->text + from);
        strv_add(names, name);
        free(name);
        return;
    }
    const struct bracket *bracket = &pattern->brackets[index];
    for (size_t i = 0; i < bracket->count; i++) {
        const struct span *span = &bracket->spans[i];
        for (uint64_t value = span->first; value <= span->last; value += span->step) {
            buf_add(made, pattern->text + from, bracket->begin - from);
            if (span->is_letter)
                buf_addf(made, "%c", (char)value);
            else
                buf_addf(made, "%0*" PRIu64, span->width, value);
            expand(pattern, index + 1, made, names);
            char *before = mem_strndup(buf_text(made), kept);
            buf_clear(made);
            buf_adds(made, before);
            free(before);
        }
    }
}

bool range_expand(const char *text, enum range_style style, size_t max, struct strv *names, struct err *err)
{
    struct pattern pattern = {.text = text};
    struct buf made;
    struct err own = ERR_INIT;
    err = err ? err : &own;
    if (strlen(text) > RANGE_BYTES_MAX) {
        err_set(err, ERR_INVALID, _("expected at most %d bytes, found %zu"), RANGE_BYTES_MAX, strlen(text));
        return fault(&pattern, 0, err);
    }
    bool ok = read_pattern(&pattern, style == RANGE_ANSIBLE, err);
    uint64_t count = ok ? pattern_count(&pattern) : 0;
    if (ok && count > max) {
        size_t at = pattern.count ? pattern.brackets[0].begin : 0;
        err_set(err, ERR_INVALID, _("this range would be %llu hosts; at most %zu may be"),
                (unsigned long long)count, max);
        ok = fault(&pattern, at, err);
    }
    buf_init(&made, (size_t)RANGE_BYTES_MAX * 4);
    if (ok)
        expand(&pattern, 0, &made, names);
    buf_done(&made);
    for (size_t i = 0; i < pattern.count; i++)
        free(pattern.brackets[i].spans);
    return ok;
}
