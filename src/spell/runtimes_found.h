/* The container runtimes that a host has, by their sockets. */
#ifndef KWIZ_SPELL_RUNTIMES_FOUND_H
#define KWIZ_SPELL_RUNTIMES_FOUND_H

#include <stdbool.h>

#include "base/strv.h"
#include "model/facts.h"

/* Their names (containerd, docker, crio), appended to names. Docker with the containerd below it is one. */
void runtimes_found(const struct facts *facts, struct strv *names);
/* Is there more than one, so that somebody has to say which? names (may be NULL): what was found, appended. */
bool runtime_several(const struct facts *facts, struct strv *names);

#endif
