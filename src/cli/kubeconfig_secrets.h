/* What of a kubeconfig must not be shown. */
#ifndef KWIZ_CLI_KUBECONFIG_SECRETS_H
#define KWIZ_CLI_KUBECONFIG_SECRETS_H

#include "cli/kubeconfig_view.h"
#include "engine/mask.h"

/* All that is or may be a secret of the context's user and of the ways to its cluster (passwords in addresses); the caller frees it. */
struct mask_set *kubeconfig_secrets(const struct kubeconfig_view *view);

#endif
