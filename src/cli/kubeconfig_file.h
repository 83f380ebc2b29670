/* Kubeconfig files of the operator's: merged into and taken out of under kubectl's own lock, with a backup, written whole or not at all. */
#ifndef KWIZ_CLI_KUBECONFIG_FILE_H
#define KWIZ_CLI_KUBECONFIG_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* What was done to a file. */
struct kubeconfig_change {
    bool is_changed;    /* false: it was as it should be already, and was not touched */
    char *backup;       /* owned: the file as it was; NULL when there was none, or nothing changed */
    char *current;      /* owned: the current context afterwards, or NULL */
    char *server_before; /* owned: the server of the cluster of that name, where it was another one; else NULL */
};

/* The file that kubectl would change: the first in $KUBECONFIG, else ~/.kube/config; malloc'd. */
char *kubeconfig_file_default(void);
/* Can entries be put into the file? A file that is not there can be made. ERR_INVALID (no sound kubeconfig, with the place) or ERR_LOCAL (a link,
 * someone else's, not writable). */
bool kubeconfig_file_check(const char *file, struct err *err);
/* Would this kubeconfig of a host be merged? name stands for it in errors. ERR_INVALID. */
bool kubeconfig_file_judge(const char *name, const char *bytes, size_t len, struct err *err);
/* Put the entries of the cluster, from a host's kubeconfig, into the file. Errors as above, and ERR_BUSY when it stays locked for 10 s. The caller
 * gives change back by kubeconfig_change_done, also after an error. */
bool kubeconfig_file_merge(const char *file, const char *cluster, const char *name, const char *bytes, size_t len,
                           struct kubeconfig_change *change, struct err *err);
/* Take them out. Nothing changes where there is no file, or no context of that name that looks like kwiz's. */
bool kubeconfig_file_remove(const char *file, const char *cluster, struct kubeconfig_change *change, struct err *err);
/* Does the file hold the cluster's entries? false also when it can't be read. */
bool kubeconfig_file_has(const char *file, const char *cluster);
/* Copy a file to FILE.kwiz-backup-TIME, mode 0600, before it is replaced. *backup: the name, malloc'd; NULL when there is no file or it holds exactly
 * these bytes already. ERR_LOCAL, ERR_INVALID. */
bool kubeconfig_file_backup(const char *file, const char *bytes, size_t len, char **backup, struct err *err);
void kubeconfig_change_done(struct kubeconfig_change *change);

#endif
