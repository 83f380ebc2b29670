/* What is read: one of several, yes or no, a command. */
#include "headless/dialogue_parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/mem.h"

static size_t number_of(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    return digits && digits <= 6 && !text[digits] ? strtoul(text, NULL, 10) : 0;
}

size_t dialogue_choose(struct dialogue *d, const struct typed *typed, const struct strv *names)
{
    size_t hits = 0, hit = WORD_NONE, number = typed->is_literal ? 0 : number_of(typed->text), len = strlen(typed->text);
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], typed->text) == 0)
            return i;
    if (number && number <= names->count)
        return number - 1;
    for (size_t i = 0; i < names->count && len && !typed->is_literal; i++)
        if (strncmp(names->items[i], typed->text, len) == 0) {
            hits++;
            hit = i;
        }
    if (hits == 1)
        return hit;
    char *all = strv_join(names, ", ");
    if (!len)
        dialogue_say(d, _("An answer is needed: one of %s."), all);
    else if (hits)
        dialogue_say(d, _("\"%s\" may be several of: %s."), typed->text, all);
    else
        dialogue_say(d, _("\"%s\" is none of: %s."), typed->text, all);
    free(all);
    return WORD_NONE;
}

static bool begins(const char *text, const char *word)
{
    size_t len = strlen(text);
    return len && strncasecmp(text, word, len) == 0;
}

bool dialogue_yes_or_no(const struct typed *typed, bool *is_yes)
{
    /* TRANSLATORS: what an operator types to say yes, and no; beginnings of it will do */
    bool yes = begins(typed->text, "yes") || begins(typed->text, "true") || begins(typed->text, _("yes"));
    bool no = begins(typed->text, "no") || begins(typed->text, "false") || begins(typed->text, _("no"));
    *is_yes = yes;
    return yes != no;
}

bool dialogue_command(const struct typed *typed, const char *command, size_t letters, const char **rest)
{
    size_t len = strcspn(typed->text, " ");
    *rest = typed->text + len + strspn(typed->text + len, " ");
    return !typed->is_literal && len >= letters && len <= strlen(command) && strncmp(typed->text, command, len) == 0;
}
