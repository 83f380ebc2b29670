#include "base/language.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define SMALL "abcdefghijklmnopqrstuvwxyz"
#define NAME_MAX_BYTES 64 /* longer ones from the environment are nobody's language */

bool language_is_name(const char *name)
{
    size_t n = strspn(name, SMALL);
    if (n < 2 || n > 3)
        return false;
    name += n;
    if (*name == '_') {
        if (strspn(name + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2)
            return false;
        name += 3;
    }
    if (*name == '@') {
        n = strspn(name + 1, SMALL);
        if (!n || n > 16)
            return false;
        name += 1 + n;
    }
    return !*name;
}

static void add_name(const char *language, const char *territory, const char *modifier, struct strv *list)
{
    char *name = mem_printf("%s%s%s", language, territory, modifier);
    if (language_is_name(name) && !strv_has(list, name))
        strv_add(list, name);
    free(name);
}

/* language[_TERRITORY][.codeset][@modifier], from the most exact to the language alone, in the order of
 * glibc's l10nflist.c */
static void add_variants(const char *name, size_t len, struct strv *list)
{
    if (len > NAME_MAX_BYTES)
        return;
    char *language = mem_strndup(name, len), *modifier = mem_strdup(""), *territory = mem_strdup("");
    char *at = strchr(language, '@'), *dot, *low;
    if (at) {
        free(modifier);
        modifier = mem_strdup(at);
        *at = '\0';
    }
    if ((dot = strchr(language, '.')))
        *dot = '\0';
    if ((low = strchr(language, '_'))) {
        free(territory);
        territory = mem_strdup(low);
        *low = '\0';
    }
    add_name(language, territory, modifier, list);
    add_name(language, "", modifier, list);
    add_name(language, territory, "", list);
    add_name(language, "", "", list);
    free(language);
    free(modifier);
    free(territory);
}

static bool is_untranslated(const char *name, size_t len)
{
    return (len == 1 && name[0] == 'C') || (len == 5 && strncmp(name, "POSIX", 5) == 0);
}

void language_order(const char *locale, const char *language, struct strv *list)
{
    if (!locale || is_untranslated(locale, strlen(locale)))
        return;
    const char *p = language && *language ? language : locale;
    while (*p) {
        size_t n = strcspn(p, ":");
        if (is_untranslated(p, n)) /* what stands behind it is not wanted */
            return;
        add_variants(p, n, list);
        p += n + (p[n] == ':');
    }
}

void language_wanted(struct strv *list)
{
    if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
        language_order(setlocale(LC_MESSAGES, NULL), getenv("LANGUAGE"), list);
}
