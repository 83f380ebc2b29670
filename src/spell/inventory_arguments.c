/* The arguments of ssh that an inventory has for a host. */
#include "spell/inventory_parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/shell_words.h"

/* The value of `Name=value` or `Name value`, when it is that option; else NULL. Borrowed. */
static const char *value_of(const char *option, const char *name)
{
    size_t len = strlen(name);
    if (strncasecmp(option, name, len) != 0 || !strchr("= \t", option[len]) || !option[len])
        return NULL;
    return option + len + strspn(option + len, "= \t");
}

static void add_line(char **lines, const char *line)
{
    char *all = *lines ? mem_printf("%s\n%s", *lines, line) : mem_strdup(line);
    free(*lines);
    *lines = all;
}

/* As for ssh, the first jump counts, and all keys. */
static bool take_option(const char *option, char **jump, char **identities)
{
    const char *value = value_of(option, "ProxyJump");
    if (value) {
        if (!*jump)
            *jump = mem_strdup(value);
        return true;
    }
    value = value_of(option, "IdentityFile");
    if (value)
        add_line(identities, value);
    return value != NULL;
}

/* `-o OPTION`, `-oOPTION`, `-J JUMP`, `-i FILE`; *rest goes behind what was taken. */
static bool take_argument(const char *word, const char **rest, char **jump, char **identities)
{
    const char *at = *rest;
    char *next = NULL;
    bool is_closed = true, is_taken = false;
    if (word[0] != '-' || !word[1] || !strchr("oJi", word[1]))
        return false;
    if (!word[2] && !shell_word_next(rest, &at, &next, &is_closed))
        return false;
    const char *value = next ? next : word + 2;
    if (is_closed && *value) {
        char *option = word[1] == 'o' ? mem_strdup(value) : mem_printf("%s=%s", word[1] == 'J' ? "ProxyJump" : "IdentityFile", value);
        is_taken = take_option(option, jump, identities);
        free(option);
    }
    free(next);
    return is_taken;
}

void inventory_read_arguments(struct inventory *inventory, const struct inventory_value *value, char **jump, char **identities)
{
    const char *rest = value->text ? value->text : "", *at;
    char *word = NULL;
    bool is_closed = true, is_understood = true;
    *jump = *identities = NULL;
    while (is_closed && shell_word_next(&rest, &at, &word, &is_closed)) {
        is_understood = is_closed && take_argument(word, &rest, jump, identities) && is_understood;
        free(word);
    }
    if (!is_understood)
        err_list_addf(inventory->reader.errors, inventory->reader.file, value->line, value->column,
                      _("of ssh's arguments only ProxyJump and IdentityFile count; the others were left out"));
}
