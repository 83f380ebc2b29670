/* An sshd of the test's own on 127.0.0.1 to 127.0.0.16, which lets root in with the key ~/.ssh/id_ed25519 of the place. Who
 * logs in has a /run and a /var/lib that are only these hosts'. */
#ifndef KWIZ_TESTS_LOOPBACK_H
#define KWIZ_TESTS_LOOPBACK_H

#include <stdbool.h>

/* After place_begin, as root. Returns its port; 0 and *why when there can't be one here. */
int loopback_start(const char **why);
/* Is nothing left of runs on the hosts, once what has ended there is gone? */
bool loopback_is_clean(void);
void loopback_stop(void);

#endif
