/* What was mended on hosts, kept on this machine: $XDG_STATE_HOME/kwiz/mended/CLUSTER.log, for the owner alone. */
#ifndef KWIZ_ENGINE_MENDLOG_H
#define KWIZ_ENGINE_MENDLOG_H

#include <stdbool.h>

#include "base/err.h"
#include "engine/mending.h"

/* From here on it goes on in a new file; the one before is kept as CLUSTER.log.1. */
#define MENDLOG_BYTES_MAX ((size_t)4 * 1024 * 1024)

struct mendlog_entry {
    const char *cluster, *check;
    const char *script;        /* its name in the spell */
    const char *spell, *version, *digest; /* of the spell */
    const struct mending_job *job; /* over, or just begun */
};

/* Append what a job has come to. ERR_LOCAL. */
bool mendlog_add(const struct mendlog_entry *entry, struct err *err);
/* The file of a cluster; malloc'd. */
char *mendlog_path(const char *cluster);

#endif
