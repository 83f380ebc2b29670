/* Kubeconfig files as kubectl sees them together: those of $KUBECONFIG, of which the first that has something counts. Read only. */
#ifndef KWIZ_CLI_KUBECONFIG_VIEW_H
#define KWIZ_CLI_KUBECONFIG_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strv.h"
#include "cli/look.h"
#include "spell/yaml.h"

#define KUBECONFIG_FILES_MAX 50

/* An item of a list, and the file that it stands in, from whose folder paths in it are meant. */
struct kubeconfig_item {
    const struct yaml_node *value; /* borrowed from the view; NULL = there is none */
    const char *file;
};

struct kubeconfig_view {
    const char *named; /* borrowed: the one file that is looked at, for --kubeconfig; NULL = as the environment says */
    struct strv files; /* those that were asked for */
    struct yaml *yamls[KUBECONFIG_FILES_MAX]; /* owned: those that could be read */
    size_t count;
    char *context; /* owned: that of the caller, or the current one; NULL = none */
    char *cluster_name, *user_name; /* owned: as the context has them; NULL = none */
    struct kubeconfig_item cluster, user;
};

/* Read the files and follow the context; what is wrong on the way is added to look, as the checks `file`, `context`, `cluster` and `user`. file: one
 * file, NULL = $KUBECONFIG's or ~/.kube/config. context: NULL = the current one. false when there is nothing that kubectl could use. Both must live
 * as long as view, which kubeconfig_view_done gives back, also then. */
bool kubeconfig_view_load(struct kubeconfig_view *view, const char *file, const char *context, struct look *look);
void kubeconfig_view_done(struct kubeconfig_view *view);
/* The user of the context as the file number n (below count) has it; value NULL where it has none. kubectl may take something from each. */
struct kubeconfig_item kubeconfig_view_user(const struct kubeconfig_view *view, size_t n);
/* The text of a key of an item, or NULL where it is absent, null or empty. */
const char *kubeconfig_text(const struct kubeconfig_item *item, const char *key);
/* A path in an item: absolute, or from its file's folder; malloc'd. */
char *kubeconfig_path(const struct kubeconfig_item *item, const char *path);

#endif
