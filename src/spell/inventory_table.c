/* Hosts from CSV (RFC 4180, one record a line), and from the Host lines of an ssh_config file. */
#include "spell/inventory_parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/answers.h"
#include "spell/host_words.h"

#define FIELDS_MAX 32

static const char *const columns[] = {"name", "address", "roles", "user", "jump", "port"};
#define COLUMNS (sizeof columns / sizeof *columns)

struct table {
    const struct yaml_reader *reader;
    const struct spell *spell;
    const struct topology *topology;
    struct fleet *fleet;
    const char *keys[FIELDS_MAX]; /* of the header; NULL = left out */
    size_t key_count;
    unsigned line;
};

/* The next line of *text, without its end; malloc'd. NULL at the end. */
static char *next_line(const char **text)
{
    if (!**text)
        return NULL;
    size_t n = strcspn(*text, "\n"), len = n && (*text)[n - 1] == '\r' ? n - 1 : n;
    char *line = mem_strndup(*text, len);
    *text += n + ((*text)[n] != '\0');
    return line;
}

static bool complain(const struct table *table, unsigned column, const char *why)
{
    return err_list_addf(table->reader->errors, table->reader->file, table->line, column, "%s", why);
}

static bool is_full(const struct table *table)
{
    if (table->fleet->count < ANSWERS_HOSTS_MAX)
        return false;
    err_list_addf(table->reader->errors, table->reader->file, table->line, 1,
                  _("hosts: expected at most %d, found more"), ANSWERS_HOSTS_MAX);
    return true;
}

/* Cut line into fields, in place. false after an error. */
static bool split(const struct table *table, char *line, struct host_word fields[FIELDS_MAX], size_t *count)
{
    unsigned column = 1;
    *count = 0;
    for (char *p = line;; p++) {
        char *begin = p, *out = p;
        bool is_quoted = false;
        if (*count == FIELDS_MAX)
            return complain(table, column, _("the line has too many fields"));
        for (p += strspn(p, " \t"); *p && (is_quoted || *p != ','); p++) {
            if (*p != '"')
                *out++ = *p;
            else if (is_quoted && p[1] == '"')
                *out++ = *p++;
            else
                is_quoted = !is_quoted;
        }
        if (is_quoted)
            return complain(table, column, _("the quote does not end"));
        bool is_last = *p == '\0';
        unsigned width = range_columns(begin, (size_t)(p - begin)) + 1;
        while (out > begin && (out[-1] == ' ' || out[-1] == '\t'))
            out--;
        *out = '\0';
        fields[(*count)++] = (struct host_word){.text = begin, .line = table->line, .column = column};
        column += width;
        if (is_last)
            return true;
    }
}

static bool read_header(struct table *table, const struct host_word *fields, size_t count)
{
    bool has_name = false;
    table->key_count = count;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < COLUMNS && !table->keys[i]; j++)
            if (strcasecmp(fields[i].text, columns[j]) == 0)
                table->keys[i] = columns[j];
        for (size_t j = 0; j < i; j++)
            if (table->keys[i] && table->keys[i] == table->keys[j])
                return complain(table, fields[i].column, _("this column stands here twice"));
        has_name |= table->keys[i] == columns[0];
        if (!table->keys[i])
            complain(table, fields[i].column,
                     _("this column was left out: expected name, address, roles, user, jump or port"));
    }
    return has_name ? true : complain(table, 1, _("expected a header with the column \"name\" at least"));
}

static void read_record(struct table *table, struct host_word *fields, size_t count)
{
    struct host_word words[FIELDS_MAX];
    size_t n = 0;
    if (count > table->key_count) {
        complain(table, fields[table->key_count].column, _("the line has more fields than the header"));
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (!table->keys[i] || !*fields[i].text)
            continue;
        words[n] = fields[i];
        words[n++].key = table->keys[i];
    }
    if (n)
        host_words_read(table->reader, words, n, table->spell, table->topology, table->fleet);
}

void inventory_read_csv(const struct yaml_reader *reader, const char *text, const struct spell *spell,
                        const struct topology *topology, struct fleet *fleet)
{
    struct table table = {.reader = reader, .spell = spell, .topology = topology, .fleet = fleet};
    bool goes_on = true;
    for (char *line; goes_on && (line = next_line(&text)); free(line)) {
        struct host_word fields[FIELDS_MAX];
        size_t count = 0;
        table.line++;
        if (!line[strspn(line, " \t")] || line[strspn(line, " \t")] == '#')
            continue;
        bool ok = split(&table, line, fields, &count);
        if (!table.key_count)
            goes_on = ok && read_header(&table, fields, count);
        else if (is_full(&table))
            goes_on = false;
        else if (ok)
            read_record(&table, fields, count);
    }
}

/* The names behind `Host`; patterns are no hosts. */
static void read_names(const struct table *table, const char *line, const char *p)
{
    while (*(p += strspn(p, " \t\"="))) {
        size_t n = strcspn(p, " \t\"");
        if (*p == '#')
            return;
        char *alias = mem_strndup(p, n), *name = inventory_host_name(alias);
        unsigned column = range_columns(line, (size_t)(p - line)) + 1;
        struct host_word words[] = {{"name", name, table->line, column},
                                    {"address", alias, table->line, column}};
        if (!strpbrk(alias, "*?!"))
            host_words_read(table->reader, words, 2, table->spell, table->topology, table->fleet);
        free(alias);
        free(name);
        p += n;
    }
}

void inventory_read_ssh(const struct yaml_reader *reader, const char *text, const struct spell *spell,
                        const struct topology *topology, struct fleet *fleet)
{
    struct table table = {.reader = reader, .spell = spell, .topology = topology, .fleet = fleet};
    bool goes_on = true;
    for (char *line; goes_on && (line = next_line(&text)); free(line)) {
        char *word = line + strspn(line, " \t");
        size_t n = strcspn(word, " \t=");
        table.line++;
        if (n == 7 && strncasecmp(word, "include", n) == 0)
            complain(&table, (unsigned)(word - line) + 1,
                     _("Include is not followed; import that file as well"));
        else if (n == 4 && strncasecmp(word, "host", n) == 0 && strlen(word) > 4096)
            complain(&table, (unsigned)(word - line) + 1, _("the line is too long, and was left out"));
        else if (n == 4 && strncasecmp(word, "host", n) == 0 && is_full(&table))
            goes_on = false;
        else if (n == 4 && strncasecmp(word, "host", n) == 0)
            read_names(&table, line, word + n);
    }
}
