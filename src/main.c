/* argv -> subcommand -> exit status; nothing else. */
#include <locale.h>
#include <signal.h>

#include "base/i18n.h"
#include "cli/table.h"

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    bindtextdomain(PACKAGE, LOCALEDIR);
    textdomain(PACKAGE);
    signal(SIGPIPE, SIG_IGN); /* a closed output is an error to be told, not the end of a run */
    return command_main(&command_kwiz, argc, argv);
}
