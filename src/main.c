/* argv -> subcommand -> exit status; nothing else. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/program.h"
#include "cli/exit.h"
#include "cli/table.h"

/* What is opened later must not be taken for standard input or output, because kwiz was called with one of them closed. Reading and writing there fails
 * as it did. */
static bool has_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return false;
    return true;
}

int main(int argc, char **argv)
{
    if (!has_standard_files())
        return EXIT_LOCAL;
    char *locales = program_locales();
    setlocale(LC_ALL, "");
    bindtextdomain(PACKAGE, locales);
    free(locales);
    textdomain(PACKAGE);
    signal(SIGPIPE, SIG_IGN); /* a closed output is an error to be told, not the end of a run */
    return command_main(&command_kwiz, argc, argv);
}
