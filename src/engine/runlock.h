/* One kwiz at a time for a run's folder. The lock is a locked file in it that names its holder; it goes with the process, however that
 * ends, and a folder shared by machines without locks is told by the holder's name. */
#ifndef KWIZ_ENGINE_RUNLOCK_H
#define KWIZ_ENGINE_RUNLOCK_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct runlock;

/* Who holds a lock. */
struct runlock_holder {
    pid_t pid;
    uint64_t pid_start;  /* clock ticks since boot, field 22 of /proc/PID/stat; 0 = unknown */
    char machine[256];   /* its host name */
    uint64_t since_ms;
};

/* Take it. NULL: ERR_BUSY with who and since when (held by a live process, or by another machine), ERR_LOCAL. holder may be NULL; it is
 * filled for ERR_BUSY. */
struct runlock *runlock_take(const char *folder, uint64_t now_ms, struct runlock_holder *holder, struct err *err);
/* Give it up. NULL is fine. */
void runlock_free(struct runlock **lock);

#endif
