#include "ui/tty.h"

#include <fcntl.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

int tty_open_again(int fd, int mode, bool *is_own)
{
    char name[128];
    struct stat mine, other;
    const char *names[] = {ttyname_r(fd, name, sizeof name) == 0 ? name : NULL, "/dev/tty"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int again = names[i] ? open(names[i], mode | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;
        /* /dev/tty is a device of its own: it is ours when our session has the terminal */
        bool is_same = again >= 0 && fstat(fd, &mine) == 0 && fstat(again, &other) == 0 &&
                       (i == 0 ? mine.st_rdev == other.st_rdev : tcgetsid(fd) == getsid(0));
        if (is_same) {
            *is_own = true;
            return again;
        }
        if (again >= 0)
            close(again);
    }
    *is_own = false;
    return fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

void tty_size(int fd, int *rows, int *cols)
{
    struct winsize size = {0};
    if (ioctl(fd, TIOCGWINSZ, &size) < 0 || !size.ws_row || !size.ws_col) {
        size.ws_row = 24; /* a serial line doesn't know its size */
        size.ws_col = 80;
    }
    *rows = size.ws_row;
    *cols = size.ws_col;
}
