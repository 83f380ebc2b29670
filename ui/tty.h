/* A terminal device as the kernel knows it: opening it again, its size. Used by term.c only. */
#ifndef KWIZ_UI_TTY_H
#define KWIZ_UI_TTY_H

#include <stdbool.h>

/* Open the terminal behind fd again, not blocking, with mode O_RDONLY or O_WRONLY; negative = failed (errno). The shell shares the
 * description behind the caller's descriptor: what doesn't block there wouldn't block in the shell either. Another user's terminal (su)
 * can't be opened by its name; then it is opened as the controlling terminal. *is_own = false: neither was possible, and the result is
 * a duplicate of fd. */
int tty_open_again(int fd, int mode, bool *is_own);
/* Lines and columns now; 24 and 80 where the device doesn't know. */
void tty_size(int fd, int *rows, int *cols);

#endif
