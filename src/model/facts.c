#include "model/facts.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

#define KEY_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/@+-"

static bool bad_line(struct err *err, unsigned number, const char *why)
{
    return err_set(err, ERR_PROTOCOL, _("what the host was asked for can't be read: line %u %s"), number, why);
}

/* bytes: of all lines as they would be written, which may be more than was received. */
static bool add_line(struct facts *facts, const char *line, size_t len, unsigned number, size_t *bytes, struct err *err)
{
    const char *blank = memchr(line, ' ', len);
    size_t key_len = blank ? (size_t)(blank - line) : len;
    if (!key_len || key_len > FACT_KEY_MAX)
        return bad_line(err, number, _("has no key"));
    char key[FACT_KEY_MAX + 1];
    memcpy(key, line, key_len);
    key[key_len] = '\0';
    if (strspn(key, KEY_CHARS) != key_len)
        return bad_line(err, number, _("has a key with strange characters"));
    if (len - key_len > FACT_VALUE_MAX + 1)
        return bad_line(err, number, _("is too long"));
    if (facts->count >= FACTS_MAX)
        return bad_line(err, number, _("is one too many"));
    if (strcmp(key, "facts") == 0 || strcmp(key, "end") == 0)
        return bad_line(err, number, _("does not belong there"));
    struct buf value;
    buf_init(&value, FACT_VALUE_MAX);
    if (blank)
        utf8_printable(blank + 1, len - key_len - 1, &value);
    *bytes += key_len + value.len + 2;
    if (*bytes > FACTS_BYTES_MAX) {
        buf_done(&value);
        return bad_line(err, number, _("is one too many"));
    }
    facts->items = mem_grow(facts->items, facts->count + 1, sizeof *facts->items);
    facts->items[facts->count++] = (struct fact){.key = mem_strdup(key), .value = mem_strdup(buf_text(&value))};
    buf_done(&value);
    return true;
}

static bool is_line(const char *line, size_t len, const char *text)
{
    return len == strlen(text) && memcmp(line, text, len) == 0;
}

bool facts_parse(const char *bytes, size_t len, struct facts *facts, struct err *err)
{
    *facts = (struct facts){0};
    if (len > FACTS_BYTES_MAX)
        return err_set(err, ERR_PROTOCOL, _("what the host was asked for can't be read: %zu bytes are too many"), len);
    bool has_begun = false, has_ended = false;
    unsigned number = 0;
    size_t written = strlen("facts 1\nend 1\n");
    for (size_t at = 0; at < len && !has_ended;) {
        const char *line = bytes + at;
        const char *newline = memchr(line, '\n', len - at);
        if (!newline)
            break; /* a line cut off is no line */
        size_t n = (size_t)(newline - line);
        at += n + 1;
        number++;
        if (!has_begun)
            has_begun = is_line(line, n, "facts 1");
        else if (is_line(line, n, "end 1"))
            has_ended = true;
        else if (!add_line(facts, line, n, number, &written, err)) {
            facts_done(facts);
            return false;
        }
    }
    if (has_ended)
        return true;
    facts_done(facts);
    return err_set(err, ERR_PROTOCOL, "%s",
                   has_begun ? _("what the host was asked for was cut off before its end")
                             : _("the host did not say what it was asked for"));
}

void facts_write(const struct facts *facts, struct buf *out)
{
    buf_init(out, FACTS_BYTES_MAX + FACT_KEY_MAX + FACT_VALUE_MAX);
    buf_adds(out, "facts 1\n");
    for (size_t i = 0; i < facts->count; i++)
        buf_addf(out, "%s %s\n", facts->items[i].key, facts->items[i].value);
    buf_adds(out, "end 1\n");
}

const char *facts_get(const struct facts *facts, const char *key)
{
    for (size_t i = 0; i < facts->count; i++)
        if (strcmp(facts->items[i].key, key) == 0)
            return facts->items[i].value;
    return NULL;
}

void facts_set(struct facts *facts, const char *key, const char *value)
{
    size_t kept = 0;
    for (size_t i = 0; i < facts->count; i++) {
        if (strcmp(facts->items[i].key, key) != 0) {
            facts->items[kept++] = facts->items[i];
            continue;
        }
        free(facts->items[i].key);
        free(facts->items[i].value);
    }
    facts->count = kept;
    if (kept >= FACTS_MAX)
        return;
    facts->items = mem_grow(facts->items, kept + 1, sizeof *facts->items);
    facts->items[facts->count++] = (struct fact){.key = mem_strdup(key), .value = mem_strdup(value)};
}

bool facts_number(const struct facts *facts, const char *key, uint64_t *value)
{
    const char *text = facts_get(facts, key);
    if (!text || !*text || strlen(text) > 18 || text[strspn(text, "0123456789")])
        return false;
    *value = strtoull(text, NULL, 10);
    return true;
}

void facts_done(struct facts *facts)
{
    for (size_t i = 0; i < facts->count; i++) {
        free(facts->items[i].key);
        free(facts->items[i].value);
    }
    free(facts->items);
    *facts = (struct facts){0};
}
