/* One cluster's entries in a kubeconfig: taken from what a host published, put into a kubeconfig of the operator's, and dropped again. Trees
 * only; files are kubeconfig_file.h's. A cluster NAME has the cluster NAME, the user NAME-admin and the context NAME. */
#ifndef KWIZ_CLI_KUBECONFIG_H
#define KWIZ_CLI_KUBECONFIG_H

#include <stdbool.h>

#include "spell/yaml_write.h"

/* What a cluster brings; each a mapping, owned. */
struct kubeconfig_entry {
    struct yaml_node *cluster, *user;
    char *namespace; /* owned; NULL = none */
};

/* Take the current context's cluster and user. A host's word is not trusted: only a server at https://, certificates, keys and tokens are taken;
 * whatever would make kubectl run a program, read a file here or not verify the server is an error with its place. ERR_INVALID. */
bool kubeconfig_take(const struct yaml *fetched, struct kubeconfig_entry *entry, struct err_list *errors);
void kubeconfig_entry_done(struct kubeconfig_entry *entry);

/* Is the tree a kubeconfig whose entries can be changed? Adds an error for each place where it is not. */
bool kubeconfig_is_sound(const struct yaml *yaml, struct err_list *errors);
/* An empty kubeconfig. */
struct yaml_node *kubeconfig_new(void);
/* Put the entries of cluster name into root, in place of those of the same names. current-context is set when there was none. Takes what entry
 * holds. */
void kubeconfig_put(struct yaml_node *root, const char *name, struct kubeconfig_entry *entry);
/* Drop them, where the context is as kubeconfig_put made it; current-context becomes "" when it was this one. Nothing is said when there is
 * nothing to drop. */
void kubeconfig_drop(struct yaml_node *root, const char *name);
/* Is there a context as kubeconfig_put makes it? */
bool kubeconfig_has(const struct yaml_node *root, const char *name);
/* The current context, the server of a cluster; NULL when there is none. They live as long as root. */
const char *kubeconfig_current(const struct yaml_node *root);
const char *kubeconfig_server(const struct yaml_node *root, const char *cluster);

#endif
