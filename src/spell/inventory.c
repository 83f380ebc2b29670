#include "spell/inventory_parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "spell/hosts_text.h"

static const char *const names[INVENTORY_FORMATS] = {"ini", "yaml", "csv", "ssh", "lines"};

const char *inventory_format_name(enum inventory_format format)
{
    return names[format];
}

bool inventory_format_named(const char *name, enum inventory_format *format)
{
    for (size_t i = 0; i < INVENTORY_FORMATS; i++)
        if (strcmp(names[i], name) == 0) {
            *format = (enum inventory_format)i;
            return true;
        }
    return false;
}

/* Does a header of CSV stand there? */
static bool is_header(const char *line)
{
    while (*line) {
        size_t n = strcspn(line, ",");
        const char *word = line + strspn(line, " \t\"");
        if (strchr(line, ',') && word < line + n && strncasecmp(word, "name", 4) == 0 &&
            strchr(" \t\",", word[4]))
            return true;
        line += n + (line[n] != '\0');
    }
    return false;
}

/* One line that is neither empty nor a comment, blanks at its beginning and end cut off. false: it says
 * nothing. */
static bool guess_line(const char *line, bool is_first, enum inventory_format *format)
{
    size_t len = strlen(line), first = strcspn(line, " \t");
    if (is_first && (*line == '[' || strcmp(line, "---") == 0 || is_header(line))) {
        *format = *line == '[' ? INVENTORY_INI : *line == '-' ? INVENTORY_YAML : INVENTORY_CSV;
        return true;
    }
    if (strncmp(line, "Host ", 5) == 0 || strncmp(line, "Host\t", 5) == 0) {
        *format = INVENTORY_SSH;
        return true;
    }
    if (is_first && len && (line[len - 1] == ':' || strstr(line, ": ")) && first >= strcspn(line, ":")) {
        *format = INVENTORY_YAML;
        return true;
    }
    if (*line == '[' && line[len - 1] == ']' && !strchr(line, ' ')) {
        *format = INVENTORY_INI;
        return true;
    }
    return false;
}

/* Three words, none of them an assignment. */
static bool is_words(const char *line)
{
    unsigned words = 0;
    for (const char *p = line; *p; p += strcspn(p, " \t"), p += strspn(p, " \t"))
        words++;
    return words >= 3 && !strchr(line, '=');
}

enum inventory_format inventory_guess(const char *bytes, size_t len)
{
    enum inventory_format format = INVENTORY_INI;
    bool is_first = true, is_found = false, has_words = false;
    size_t end = len < 65536 ? len : 65536; /* enough to tell by */
    for (size_t at = 0; at < end && !is_found;) {
        const char *stop = memchr(bytes + at, '\n', end - at);
        size_t n = (stop ? (size_t)(stop - bytes) : end) - at, next = at + n + 1;
        while (n && strchr(" \t\r", bytes[at]) && bytes[at])
            at++, n--;
        while (n && strchr(" \t\r", bytes[at + n - 1]) && bytes[at + n - 1])
            n--;
        if (n && bytes[at] != '#' && bytes[at] != ';') {
            char *line = mem_strndup(bytes + at, n);
            is_found = guess_line(line, is_first, &format);
            has_words |= is_first && is_words(line);
            is_first = false;
            free(line);
        }
        at = next;
    }
    return !is_found && has_words ? INVENTORY_LINES : format;
}

/* false after an error: no text. */
static bool check_bytes(const struct yaml_reader *reader, const char *bytes, size_t len)
{
    unsigned line = 1, column = 1;
    for (size_t at = 0, n; at < len; at += n) {
        uint32_t cp = 0;
        n = bytes[at] ? utf8_decode(bytes + at, len - at, &cp) : 0;
        if (!n)
            return err_list_addf(reader->errors, reader->file, line, column,
                                 _("expected text, found the byte 0x%02x"),
                                 (unsigned)(unsigned char)bytes[at]);
        column = cp == '\n' ? 1 : column + 1;
        line += cp == '\n';
    }
    return true;
}

/* One remark for all of them. */
static void name_roleless(const struct yaml_reader *reader, const struct fleet *fleet, size_t from)
{
    size_t count = 0;
    const struct host *first = NULL;
    for (size_t i = from; i < fleet->count; i++)
        if (!fleet->items[i].roles.count) {
            first = first ? first : &fleet->items[i];
            count++;
        }
    if (first)
        err_list_addf(reader->errors, reader->file, first->line, first->column,
                      ngettext("%zu host has no roles yet; write them into the answers",
                               "%zu hosts have no roles yet; write them into the answers", count),
                      count);
}

static int by_place(const void *a, const void *b)
{
    const struct err *x = a, *y = b;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->column < y->column ? -1 : x->column > y->column;
}

static void read_format(enum inventory_format format, const char *name, const char *bytes, size_t len,
                        const struct spell *spell, const struct topology *topology, struct fleet *fleet,
                        struct err_list *errors)
{
    const struct yaml_reader reader = {.file = name, .errors = errors};
    size_t before = fleet->count;
    if (len > INVENTORY_BYTES_MAX) {
        err_list_addf(errors, name, 0, 0, _("the text has %zu bytes; kwiz reads at most %zu here"), len,
                      INVENTORY_BYTES_MAX);
        return;
    }
    if (format == INVENTORY_LINES) {
        hosts_text_read(name, bytes, len, spell, topology, fleet, errors);
        return;
    }
    if (!check_bytes(&reader, bytes, len))
        return;
    char *text = mem_strndup(bytes, len);
    const char *begin =
        strncmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text; /* what spreadsheets put before CSV */
    if (format == INVENTORY_CSV) {
        inventory_read_csv(&reader, begin, spell, topology, fleet);
    } else if (format == INVENTORY_SSH) {
        inventory_read_ssh(&reader, begin, spell, topology, fleet);
    } else {
        struct inventory inventory;
        inventory_init(&inventory, name, errors);
        if (format == INVENTORY_YAML)
            inventory_read_yaml(&inventory, begin, strlen(begin));
        else
            inventory_read_ini(&inventory, begin);
        inventory_resolve(&inventory, spell, topology, fleet);
        inventory_done(&inventory);
    }
    free(text);
    name_roleless(&reader, fleet, before);
}

void inventory_read(enum inventory_format format, const char *name, const char *bytes, size_t len,
                    const struct spell *spell, const struct topology *topology, struct fleet *fleet,
                    struct err_list *errors)
{
    size_t before = errors->count;
    read_format(format, name, bytes, len, spell, topology, fleet, errors);
    if (errors->count > before)
        qsort(errors->items + before, errors->count - before, sizeof *errors->items, by_place);
}
