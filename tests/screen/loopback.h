/* An sshd of the test's own on 127.0.0.1 to 127.0.0.16, which lets the user in who runs the test, with the key ~/.ssh/id_ed25519 of the place. */
#ifndef KWIZ_TESTS_LOOPBACK_H
#define KWIZ_TESTS_LOOPBACK_H

#include <stdbool.h>

/* After place_begin. Returns its port; 0 and *why when there can't be one here. */
int loopback_start(const char **why);
void loopback_stop(void);

#endif
