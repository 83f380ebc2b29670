/* kubectl, asked about itself and about a cluster. */
#ifndef KWIZ_CLI_KUBECTL_H
#define KWIZ_CLI_KUBECTL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

#define KUBECTL_OUTPUT_MAX ((size_t)256 * 1024)

struct kubectl {
    const char *kubeconfig; /* borrowed: for --kubeconfig; NULL = what its environment says */
    const char *context;    /* borrowed: for --context; NULL = the current one */
    unsigned limit_s;       /* what one call may take; a request of it gets a third, as kubectl tries again; it is ended 5 s after that */
};

/* major.minor of a release, and all of it; text "" = not known. */
struct kubectl_version {
    int major, minor;
    char text[64];
};

/* Is there a kubectl, and which? false: there is none, or it does not run (ERR_REQUIREMENT). A release that can't be told is no error. */
bool kubectl_find(struct kubectl_version *version, struct err *err);
/* kubectl cluster-info, both of its outputs, in English. out: initialised by the caller. *status: its exit status. false when it had to be ended
 * (ERR_UNREACHABLE), with what it wrote until then. */
bool kubectl_cluster_info(const struct kubectl *kubectl, struct buf *out, int *status, struct err *err);
/* Ask for the server's release once, for what kubectl says when that fails: some releases say nothing of cluster-info before they have tried for long. out:
 * initialised by the caller, both outputs. */
void kubectl_reason(const struct kubectl *kubectl, struct buf *out);
/* The server's release; text "" when it can't be told. */
struct kubectl_version kubectl_server(const struct kubectl *kubectl);

#endif
