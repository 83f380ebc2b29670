/* Does what a context leads to make sense? Looked at here, without asking the cluster. */
#ifndef KWIZ_CLI_KUBECONFIG_JUDGE_H
#define KWIZ_CLI_KUBECONFIG_JUDGE_H

#include "cli/kubeconfig_view.h"

/* Add what is to be said of cluster and user of a view that was loaded: the checks `server`, `authority`, `user`, `certificate`, `key`. */
void kubeconfig_judge(const struct kubeconfig_view *view, struct look *look);
/* What kubectl would run to get its credentials: the program's name, made printable; malloc'd. NULL: nothing. */
char *kubeconfig_program(const struct kubeconfig_view *view);
/* The server's address without what stands before an @ in it; malloc'd. NULL: none. */
char *kubeconfig_server_shown(const struct kubeconfig_view *view);
/* The variable of the environment whose proxy the server would be asked through, or "proxy-url" for the cluster's own; NULL: none. */
const char *kubeconfig_proxy(const struct kubeconfig_view *view);

#endif
