/* argv -> subcommand -> exit status; nothing else. */
#include <locale.h>
#include <signal.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "base/program.h"
#include "cli/table.h"

int main(int argc, char **argv)
{
    char *locales = program_locales();
    setlocale(LC_ALL, "");
    bindtextdomain(PACKAGE, locales);
    free(locales);
    textdomain(PACKAGE);
    signal(SIGPIPE, SIG_IGN); /* a closed output is an error to be told, not the end of a run */
    return command_main(&command_kwiz, argc, argv);
}
