/* Ansible inventories as INI. */
#include "spell/inventory_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/shell_words.h"

#define LINE_BYTES_MAX 16384

enum section { HOSTS, CHILDREN, VARS, SKIPPED };

struct ini {
    struct inventory *inventory;
    struct inventory_group *group;
    enum section section;
    unsigned line;
    const char *begin; /* of the line, for columns */
};

static unsigned column_of(const struct ini *ini, const char *at)
{
    return range_columns(ini->begin, (size_t)(at - ini->begin)) + 1;
}

static void complain(const struct ini *ini, const char *at, const char *why)
{
    const struct yaml_reader *reader = &ini->inventory->reader;
    err_list_addf(reader->errors, reader->file, ini->line, column_of(ini, at), "%s", why);
}

/* [group], [group:children], [group:vars] */
static void read_section(struct ini *ini, const char *at)
{
    const char *name = at + 1, *end = strchr(name, ']');
    ini->section = SKIPPED;
    if (!end) {
        complain(ini, at, _("the bracket does not end"));
        return;
    }
    const char *colon = memchr(name, ':', (size_t)(end - name)), *stop = colon ? colon : end;
    const char *after = end + 1 + strspn(end + 1, " \t");
    char *group = mem_strndup(name, (size_t)(stop - name)), *kind = mem_strndup(stop, (size_t)(end - stop));
    bool is_hosts = !*kind, is_children = strcmp(kind, ":children") == 0,
         is_vars = strcmp(kind, ":vars") == 0;
    if (!*group || (!is_hosts && !is_children && !is_vars))
        complain(ini, stop,
                 _("expected [GROUP], [GROUP:children] or [GROUP:vars]; what stands below it was left out"));
    else if (*after && *after != '#' && *after != ';')
        complain(ini, after,
                 _("expected the end of the line behind the bracket; what stands below it was left out"));
    else if ((ini->group = inventory_group(ini->inventory, group, ini->line, column_of(ini, name))))
        ini->section = is_hosts ? HOSTS : is_children ? CHILDREN : VARS;
    free(group);
    free(kind);
}

/* The next word, unquoted, malloc'd. false at the end or a comment. */
static bool next_word(const struct ini *ini, const char **p, const char **at, char **word, bool *is_bad)
{
    bool is_closed;
    if ((*p)[strspn(*p, " \t")] == '#' || !shell_word_next(p, at, word, &is_closed))
        return false;
    *is_bad = !is_closed;
    if (*is_bad)
        complain(ini, *at, _("the quote does not end"));
    return true;
}

/* `name:22`, `[fd00::1]:22`: the port is cut off. Ranges have colons as well, in brackets. */
static char *cut_port(char *name)
{
    char *colon = strrchr(name, ':');
    if (!colon || strchr(colon, ']') || !colon[1] || colon[1 + strspn(colon + 1, "0123456789")])
        return NULL;
    if (strchr(name, ':') != colon && colon[-1] != ']' && !strchr(name, '['))
        return NULL; /* an IPv6 address without brackets */
    *colon = '\0';
    return colon + 1;
}

static void read_hosts(struct ini *ini, const char *p)
{
    const char *at = NULL;
    char *name = NULL, *word = NULL;
    size_t *indices = NULL, count = 0;
    bool is_bad = false;
    if (!next_word(ini, &p, &at, &name, &is_bad))
        return;
    char *port = is_bad ? NULL : cut_port(name);
    unsigned column = column_of(ini, at);
    if (!is_bad &&
        inventory_add_hosts(ini->inventory, ini->group, name, ini->line, column, &indices, &count)) {
        if (port)
            inventory_set_hosts(ini->inventory, indices, count, "ansible_port", port, ini->line,
                                column + (unsigned)(port - name));
        while (!is_bad && next_word(ini, &p, &at, &word, &is_bad)) {
            char *equals = strchr(word, '=');
            if (equals && !is_bad) {
                *equals = '\0';
                inventory_set_hosts(ini->inventory, indices, count, word, equals + 1, ini->line,
                                    column_of(ini, at));
            } else if (!is_bad) {
                complain(ini, at, _("expected VARIABLE=VALUE behind the name of a host"));
                is_bad = true; /* one complaint a line */
            }
            free(word);
        }
    }
    free(indices);
    free(name);
}

/* `name = value`: all of the line is the value, in quotes or not. */
static void read_variable(struct ini *ini, const char *at)
{
    const char *equals = strchr(at, '='), *value = equals ? equals + 1 + strspn(equals + 1, " \t") : NULL;
    size_t n = equals ? (size_t)(equals - at) : 0;
    while (n && (at[n - 1] == ' ' || at[n - 1] == '\t'))
        n--;
    if (!n) {
        complain(ini, at, _("expected VARIABLE=VALUE"));
        return;
    }
    const char *comment = strstr(value, " #");
    size_t len = comment ? (size_t)(comment - value) : strlen(value);
    while (len && (value[len - 1] == ' ' || value[len - 1] == '\t'))
        len--;
    if (len >= 2 && (*value == '"' || *value == '\'') && value[len - 1] == *value) {
        value++;
        len -= 2;
    }
    char *key = mem_strndup(at, n), *text = mem_strndup(value, len);
    inventory_set(ini->inventory, ini->group->values, key, text, ini->line, column_of(ini, at));
    free(key);
    free(text);
}

static void read_child(struct ini *ini, const char *p)
{
    const char *at = NULL, *extra = NULL;
    char *word = NULL, *more = NULL;
    bool is_bad = false;
    if (!next_word(ini, &p, &at, &word, &is_bad))
        return;
    if (!is_bad)
        inventory_add_child(ini->inventory, ini->group->name, word, ini->line, column_of(ini, at));
    if (next_word(ini, &p, &extra, &more, &is_bad)) {
        complain(ini, extra, _("expected one group on a line"));
        free(more);
    }
    free(word);
}

/* A host may begin with a bracket as well: [fd00::1], [a:c]-node. */
static bool is_section(const char *at)
{
    const char *end = strchr(at, ']'), *colons = strstr(at, "::");
    if (*at != '[' || !end)
        return *at == '[';
    return !(colons && colons < end) && strchr(" \t#;", end[1]);
}

static void read_line(struct ini *ini, char *line)
{
    const char *at = line + strspn(line, " \t");
    if (!*at || *at == '#' || *at == ';')
        return;
    if (is_section(at)) {
        read_section(ini, at);
        return;
    }
    if (ini->section == HOSTS)
        read_hosts(ini, at);
    else if (ini->section == CHILDREN)
        read_child(ini, at);
    else if (ini->section == VARS)
        read_variable(ini, at);
}

void inventory_read_ini(struct inventory *inventory, const char *text)
{
    struct ini ini = {.inventory = inventory, .group = &inventory->groups[0], .section = HOSTS};
    while (*text && !inventory->is_full) {
        size_t n = strcspn(text, "\n"), len = n;
        if (len && text[len - 1] == '\r')
            len--;
        char *line = mem_strndup(text, len);
        ini.line++;
        ini.begin = line;
        if (len > LINE_BYTES_MAX)
            complain(&ini, line, _("the line is too long, and was left out"));
        else
            read_line(&ini, line);
        free(line);
        text += n + (text[n] != '\0');
    }
}
