#include "spell/hosts_text.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "spell/answers.h"
#include "spell/host_words.h"
#include "spell/range.h"

enum { NAME, ADDRESS, ROLES, USER, JUMP, WORDS };
static const char *const keys[WORDS] = {"name", "address", "roles", "user", "jump"};

struct text {
    struct yaml_reader reader;
    const struct spell *spell;
    const struct topology *topology;
    struct fleet *fleet;
};

/* Cut line into words. The number of words found, at most WORDS + 1. */
static size_t split(char *line, unsigned number, struct host_word words[WORDS + 1])
{
    size_t count = 0;
    char *p = line;
    unsigned column = 1;
    while (count <= WORDS) {
        size_t blanks = strspn(p, " \t");
        p += blanks;
        column += (unsigned)blanks;
        if (!*p || *p == '#')
            break;
        size_t n = strcspn(p, " \t");
        words[count] = (struct host_word){
            .key = count < WORDS ? keys[count] : "", .text = p, .line = number, .column = column};
        count++;
        column += range_columns(p, n);
        p += n;
        if (!*p)
            break;
        *p++ = '\0';
        column++;
    }
    return count;
}

static bool expand(const struct text *text, const struct host_word *word, struct strv *names)
{
    struct err err = ERR_INIT;
    size_t room = ANSWERS_HOSTS_MAX - text->fleet->count;
    size_t len = strlen(word->text);
    if (word->text[0] == '[' && word->text[len - 1] == ']' && strchr(word->text, ':') &&
        !strchr(word->text + 1, '[')) {
        char *bare = mem_strndup(word->text + 1, len - 2); /* [fd00::1]: answers have it without brackets */
        strv_add(names, bare);
        free(bare);
        return true;
    }
    if (range_expand(word->text, RANGE_DASH, room, names, &err))
        return true;
    return err_list_addf(text->reader.errors, text->reader.file, word->line, word->column + err.column - 1,
                         "%s: %s", word->key, err.text);
}

/* USER@ADDRESS, as ssh takes it, is both where no user is named. Returns how many words there are then. */
static size_t part_user(char *line, struct host_word words[WORDS], size_t count)
{
    struct host_word *address = &words[ADDRESS], *user = &words[USER];
    size_t n = strcspn(address->text, "@");
    if (!n || !address->text[n] || !address->text[n + 1] || strchr(address->text + n + 1, '@') || (count > USER && user->text))
        return count;
    line[address->text - line + (ptrdiff_t)n] = '\0';
    *user = (struct host_word){.key = keys[USER], .text = address->text, .line = address->line, .column = address->column};
    address->column += range_columns(address->text, n) + 1;
    address->text += n + 1;
    return count > USER ? count : USER + 1;
}

/* Hosts of one line: all of them or none. */
static void read_hosts(const struct text *text, struct host_word words[WORDS], size_t count)
{
    struct strv names = {0}, addresses = {0};
    size_t before = text->fleet->count;
    bool ok = expand(text, &words[NAME], &names);
    ok = expand(text, &words[ADDRESS], &addresses) && ok;
    if (ok && names.count != addresses.count)
        ok = err_list_addf(text->reader.errors, text->reader.file, words[ADDRESS].line, words[ADDRESS].column,
                           _("address: expected as many addresses as names (%zu), found %zu"), names.count,
                           addresses.count);
    for (size_t i = 0; ok && i < names.count; i++) {
        words[NAME].text = names.items[i];
        words[ADDRESS].text = addresses.items[i];
        ok = host_words_read(&text->reader, words, count, text->spell, text->topology, text->fleet);
    }
    while (!ok && text->fleet->count > before)
        host_done(&text->fleet->items[--text->fleet->count]);
    strv_done(&names);
    strv_done(&addresses);
}

/* false after an error: line is no text. */
static bool check_bytes(const struct yaml_reader *reader, const char *line, size_t len, unsigned number)
{
    size_t good = 0;
    uint32_t cp = 0;
    if (utf8_valid(line, len))
        return true;
    for (size_t n; good < len && line[good] && (n = utf8_decode(line + good, len - good, &cp)); good += n) {
    }
    return err_list_addf(reader->errors, reader->file, number, range_columns(line, good) + 1,
                         _("expected text, found the byte 0x%02x"), (unsigned)(unsigned char)line[good]);
}

/* false: what follows need not be read. */
static bool read_line(const struct text *text, char *line, unsigned number)
{
    struct host_word words[WORDS + 1];
    const struct yaml_reader *reader = &text->reader;
    size_t count = split(line, number, words);
    if (!count)
        return true;
    if (reader->errors->count >= ERR_LIST_MAX - 1) /* each may have cost a thousand hosts */
        return err_list_addf(reader->errors, reader->file, number, words[0].column,
                             _("too many faults: nothing was read from here on"));
    if (text->fleet->count >= ANSWERS_HOSTS_MAX)
        return err_list_addf(reader->errors, reader->file, number, words[0].column,
                             _("hosts: expected at most %d, found more"), ANSWERS_HOSTS_MAX);
    if (count <= ROLES) {
        const struct host_word *last = &words[count - 1];
        err_list_addf(reader->errors, reader->file, number,
                      last->column + range_columns(last->text, strlen(last->text)),
                      _("%s: missing; a line is NAME ADDRESS ROLES [USER] [JUMP]"), keys[count]);
        return true;
    }
    if (count > WORDS) {
        struct buf shown;
        buf_init(&shown, 100);
        utf8_printable(words[WORDS].text, strlen(words[WORDS].text), &shown);
        err_list_addf(
            reader->errors, reader->file, number, words[WORDS].column,
            _("expected the end of the line, found \"%s\"; a line is NAME ADDRESS ROLES [USER] [JUMP]"),
            buf_text(&shown));
        buf_done(&shown);
        return true;
    }
    for (size_t i = USER; i < count; i++)
        if (strcmp(words[i].text, "-") == 0)
            words[i].text = NULL;
    read_hosts(text, words, part_user(line, words, count));
    return true;
}

bool hosts_text_read(const char *name, const char *bytes, size_t len, const struct spell *spell,
                     const struct topology *topology, struct fleet *fleet, struct err_list *errors)
{
    const struct text text = {
        .reader = {.file = name, .errors = errors}, .spell = spell, .topology = topology, .fleet = fleet};
    size_t before = errors->count + errors->dropped;
    unsigned number = 1;
    bool goes_on = true;
    if (len > HOSTS_TEXT_BYTES_MAX)
        return err_list_addf(errors, name, 0, 0, _("the text has %zu bytes; kwiz reads at most %zu here"),
                             len, HOSTS_TEXT_BYTES_MAX);
    for (size_t at = 0; at < len && goes_on; number++) {
        const char *end = memchr(bytes + at, '\n', len - at);
        size_t next = end ? (size_t)(end - bytes) + 1 : len, n = (end ? next - 1 : len) - at;
        if (n && bytes[at + n - 1] == '\r')
            n--;
        if (check_bytes(&text.reader, bytes + at, n, number)) {
            char *line = mem_strndup(bytes + at, n);
            goes_on = read_line(&text, line, number);
            free(line);
        }
        at = next;
    }
    return errors->count + errors->dropped == before;
}
