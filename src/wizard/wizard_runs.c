/* Runs of the past on this machine, and what can be made of them. */
#include "wizard/wizard_parts.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/yaml.h"

size_t wizard_run_count(struct wizard *w)
{
    if (!w->has_runs)
        w->run_count = rundir_list(&w->runs);
    w->has_runs = true;
    return w->run_count;
}

const struct run_meta *wizard_run(struct wizard *w, size_t index)
{
    return &w->runs[index];
}

static bool is_action(const struct run_meta *run, const char *action)
{
    return strcmp(run->action ? run->action : "install", action) == 0;
}

static bool is_narrowed(const struct run_meta *run)
{
    return run->limit.count || run->only.count;
}

static bool is_same_cluster(const struct run_meta *a, const struct run_meta *b)
{
    return a->cluster && b->cluster && a->spell && b->spell && strcmp(a->cluster, b->cluster) == 0 && strcmp(a->spell, b->spell) == 0;
}

/* One that only looks (an action that changes neither hosts nor answers) is no reason to leave another kind of run as it is. */
static bool takes_over(const struct run_meta *later, const struct run_meta *run)
{
    return is_action(later, "install") || is_action(later, "reset") || later->targets.count || later->before.count ||
           is_action(later, run->action ? run->action : "install");
}

/* The newest run of the same cluster that came after it, was about all of it, and takes over; NULL = it is the newest itself. */
static const struct run_meta *later(struct wizard *w, size_t index)
{
    for (size_t i = 0; i < index && i < wizard_run_count(w); i++)
        if (is_same_cluster(&w->runs[i], &w->runs[index]) && !is_narrowed(&w->runs[i]) && takes_over(&w->runs[i], &w->runs[index]))
            return &w->runs[i];
    return NULL;
}

bool wizard_can_resume(struct wizard *w, size_t index)
{
    return index < wizard_run_count(w) && w->runs[index].exit_status != 0 && !later(w, index);
}

/* Are its answers what the cluster is since: an installation, also one that did not end, or an action that changed hosts or answers and went well? */
static bool says_what_stands(const struct run_meta *run)
{
    return is_action(run, "install") || (run->exit_status == 0 && !is_action(run, "reset") && (run->targets.count || run->before.count));
}

bool wizard_can_reset(struct wizard *w, size_t index)
{
    if (index >= wizard_run_count(w) || !w->runs[index].cluster || !says_what_stands(&w->runs[index]))
        return false;
    /* a later installation, or action that changed the cluster, stands for this one; a reset that did not end well left something to take back */
    for (size_t i = 0; i < index; i++)
        if (is_same_cluster(&w->runs[i], &w->runs[index]) && !is_narrowed(&w->runs[i]) &&
            (says_what_stands(&w->runs[i]) || (is_action(&w->runs[i], "reset") && w->runs[i].exit_status == 0)))
            return false;
    return true;
}

static char *file_of(const struct run_meta *meta, const char *name, struct err *err)
{
    struct rundir dir = {0};
    char *path = rundir_open(&dir, meta->id, err) ? rundir_path(&dir, name) : NULL;
    rundir_done(&dir);
    return path;
}

/* The answers as they are since that run. */
static char *answers_of(const struct run_meta *meta, struct err *err)
{
    char *after = file_of(meta, RUNDIR_AFTER, err);
    if (!after || access(after, F_OK) == 0)
        return after;
    free(after);
    return file_of(meta, "answers.yaml", err);
}

void wizard_run_hosts(struct wizard *w, size_t index, struct strv *names)
{
    char *path = answers_of(&w->runs[index], NULL);
    struct err_list ignored = {0};
    struct yaml *yaml = path ? yaml_load(path, &ignored) : NULL;
    const struct yaml_node *hosts = yaml ? yaml_get(yaml->root, "hosts") : NULL;
    for (size_t i = 0; hosts && hosts->kind == YAML_SEQUENCE && i < hosts->count && i < ANSWERS_HOSTS_MAX; i++) {
        const struct yaml_node *name = yaml_get(hosts->items[i], "name");
        if (name && name->kind == YAML_SCALAR)
            strv_add(names, name->text);
    }
    yaml_tree_free(&yaml);
    err_list_done(&ignored);
    free(path);
}

bool wizard_open_run(struct wizard *w, size_t index, struct err_list *errors)
{
    struct err err = ERR_INIT;
    char *path = answers_of(&w->runs[index], &err), *folder = path ? file_of(&w->runs[index], "spell", &err) : NULL;
    if (!path || !folder)
        err_list_add(errors, &err);
    /* the copy: what took part in the installation takes it back */
    struct spell *spell = folder ? spell_load(folder, errors) : NULL;
    struct draft *draft = draft_new();
    bool ok = spell && draft_open(draft, path, spell, errors);
    if (ok) {
        wizard_take(w, draft, spell, NULL);
    } else {
        draft_free(&draft);
        spell_free(&spell);
    }
    free(path);
    free(folder);
    return ok;
}
