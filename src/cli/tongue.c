#include "cli/tongue.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

/* gettext looks at LANGUAGE wherever the locale of messages is not "C", and keeps what it found until that locale becomes another. */
static bool set_language(const char *language)
{
    char *now = mem_strdup(setlocale(LC_MESSAGES, NULL));
    bool is_c = strcmp(now, "C") == 0 || strcmp(now, "POSIX") == 0;
    if (language)
        setenv("LANGUAGE", language, 1);
    else
        unsetenv("LANGUAGE");
    setlocale(LC_MESSAGES, "C");
    bool ok = setlocale(LC_MESSAGES, is_c && language ? "C.UTF-8" : now) != NULL;
    free(now);
    return ok;
}

bool tongue_speak(const char *language, struct err *err)
{
    bool is_plain = strcmp(language, "en") == 0;
    const char *before = getenv("LANGUAGE"), *head = ""; /* what a catalog has its head under */
    if (!is_plain && strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        return err_set(err, ERR_LOCAL, _("this terminal's locale is not UTF-8 (LANG, LC_ALL); only English can be shown in it"));
    char *old = before ? mem_strdup(before) : NULL;
    bool can = set_language(language), ok = is_plain || (can && *gettext(head));
    if (!ok)
        set_language(old);
    free(old);
    if (!can && !ok)
        return err_set(err, ERR_LOCAL, _("this machine has no locale in which kwiz could speak another language"));
    return ok || err_set(err, ERR_LOCAL, _("kwiz does not speak %s"), language);
}
