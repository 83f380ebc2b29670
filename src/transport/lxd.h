/* Containers of LXD and Incus, by the host that has them. */
#ifndef KWIZ_TRANSPORT_LXD_H
#define KWIZ_TRANSPORT_LXD_H

#include <stdbool.h>

/* The command for the login shell of the host that runs `command` (for a POSIX shell) as root in the container, whose name is a label (value_is_label).
 * malloc'd. The user must be root there, in LXD's group, or have sudo without a password. */
char *lxd_command(const char *container, const char *command, bool with_terminal);

#endif
