#include "cli/tongue.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"

bool tongue_speak(const char *language, struct err *err)
{
    bool is_plain = strcmp(language, "en") == 0;
    if (!is_plain && strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        return err_set(err, ERR_LOCAL, _("this terminal's locale is not UTF-8 (LANG, LC_ALL); only English can be shown in it"));
    /* gettext looks at LANGUAGE wherever the locale of messages is not "C"; setlocale makes it look again */
    setenv("LANGUAGE", language, 1);
    const char *now = setlocale(LC_MESSAGES, NULL);
    if (strcmp(now, "C") != 0 && strcmp(now, "POSIX") != 0)
        setlocale(LC_MESSAGES, now);
    else if (!is_plain && !setlocale(LC_MESSAGES, "C.UTF-8"))
        return err_set(err, ERR_LOCAL, _("this machine has no locale in which kwiz could speak another language"));
    return true;
}
