/* kwiz kubeconfig merge: what a run fetched becomes part of the kubeconfig that kubectl uses, at any time after the run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/strv.h"
#include "cli/aftermath.h"
#include "cli/common.h"
#include "cli/table.h"
#include "engine/rundir.h"

static bool is_reset_of_all(const struct run_meta *meta)
{
    return meta->action && strcmp(meta->action, "reset") == 0 && meta->exit_status == EXIT_OK && !meta->limit.count && !meta->only.count;
}

/* Has the run a kubeconfig in its folder? Opens dir if so. */
static bool has_kubeconfig(struct rundir *dir, const char *id)
{
    if (!rundir_open(dir, id, NULL))
        return false;
    char *path = rundir_path(dir, AFTERMATH_KUBECONFIG);
    bool has = access(path, R_OK) == 0;
    free(path);
    if (!has)
        rundir_done(dir);
    return has;
}

/* The newest run that fetched one, of a cluster that was not taken back since. */
static bool open_newest(struct rundir *dir, struct err *err)
{
    struct run_meta *runs;
    struct strv gone = {0};
    size_t count = rundir_list(&runs);
    bool is_found = false;
    for (size_t i = 0; i < count; i++) {
        const char *cluster = runs[i].cluster;
        if (cluster && is_reset_of_all(&runs[i]))
            strv_add(&gone, cluster);
        else if (!is_found && cluster && !strv_has(&gone, cluster))
            is_found = has_kubeconfig(dir, runs[i].id);
        run_meta_done(&runs[i]);
    }
    free(runs);
    strv_done(&gone);
    return is_found || err_set(err, ERR_USAGE, _("no run has a kubeconfig of a cluster that stands; kwiz run --update-kubeconfig FILE fetches one"));
}

static bool open_named(struct rundir *dir, const char *id, struct err *err)
{
    if (!rundir_open(dir, id, err))
        return false;
    char *name = mem_strdup(dir->id);
    rundir_done(dir);
    bool has = has_kubeconfig(dir, name);
    if (!has)
        err_set(err, ERR_USAGE, _("the run %s has no kubeconfig: none was fetched, or it went where --kubeconfig said"), name);
    free(name);
    return has;
}

static int merge(const struct rundir *dir, const struct execute_options *options, struct err *err)
{
    struct run_meta meta;
    struct aftermath after = {.kubeconfig = rundir_path(dir, AFTERMATH_KUBECONFIG)};
    bool ok = rundir_meta(dir, &meta, err);
    if (ok) {
        ok = aftermath_merge(&after, options, meta.cluster ? meta.cluster : meta.id, err);
        run_meta_done(&meta);
    }
    if (ok)
        printf(_("kubeconfig of the run %s\n%s\nNext\n%s"), dir->id, after.note ? after.note : "", after.kubectl ? after.kubectl : "");
    aftermath_done(&after);
    return ok ? EXIT_OK : command_error(err);
}

static int run(const struct command_line *line)
{
    struct err err = ERR_INIT;
    struct rundir dir;
    struct execute_options options = {.updates_kubeconfig = true, .update_kubeconfig = command_value(line, "into")};
    if (options.update_kubeconfig && !*options.update_kubeconfig)
        return command_usage_error(line, _("the file has no name"));
    if (!(line->argument_count ? open_named(&dir, line->arguments[0], &err) : open_newest(&dir, &err)))
        return command_error(&err);
    int status = merge(&dir, &options, &err);
    rundir_done(&dir);
    return status;
}

static const struct command_option options[] = {
    {"into", 0, N_("FILE"), N_("this file, rather than the one that kubectl uses")},
    {0},
};

const struct command command_kubeconfig_merge = {
    .name = "merge",
    .summary = N_("put a cluster that a run installed into the kubeconfig that kubectl uses"),
    .arguments = N_("[RUN]"),
    .arguments_max = 1,
    .description = N_("Takes the kubeconfig that the run fetched; without RUN, of the newest run that fetched one, of a cluster that was not reset since.\n"
                      "Its entries are named after the cluster; what else is in the file stays, and is copied aside before anything changes. The current\n"
                      "context changes only where there was none. No host is contacted."),
    .options = options,
    .run = run,
};
