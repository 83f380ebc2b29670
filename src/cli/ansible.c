/* The folder of the export: made beside its place, and renamed when all is in it. */
#include "cli/ansible.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/ansible_parts.h"
#include "engine/frame.h"
#include "engine/host_scripts.h"

#define RUN_NAME "ansible" /* KWIZ_RUN of steps, as in kwiz_program (ansible_playbook.c) */

/* A file of the folder; name may hold folders before it, which are made. */
static bool put(const char *folder, const char *name, const char *bytes, size_t len, struct err *err)
{
    char *path = mem_printf("%s/%s", folder, name), *slash = strrchr(path, '/');
    *slash = '\0';
    bool ok = file_mkdirs(path, 0755, err);
    *slash = '/';
    ok = ok && file_write(path, bytes, len, 0644, err);
    free(path);
    return ok;
}

/* Takes text. */
static bool put_text(const char *folder, const char *name, char *text, struct err *err)
{
    bool ok = put(folder, name, text, strlen(text), err);
    free(text);
    return ok;
}

/* Takes root. */
static bool put_yaml(const char *folder, const char *name, struct yaml_node *root, struct err *err)
{
    struct buf text;
    buf_init(&text, YAML_BYTES_MAX);
    bool ok = (yaml_write(root, &text, err) || err_prefix(err, "%s", name)) && put(folder, name, buf_text(&text), text.len, err);
    buf_done(&text);
    yaml_node_free(&root);
    return ok;
}

/* --- variables of steps --- */

static const char *value_on(const struct plan_host *host, const char *name)
{
    for (size_t i = 0; i < host->variable_count; i++)
        if (strcmp(host->variables[i].name, name) == 0)
            return host->variables[i].value;
    return NULL;
}

static bool is_common(const struct plan *plan, const struct plan_variable *variable)
{
    for (size_t h = 0; h < plan->host_count; h++) {
        const char *value = value_on(&plan->hosts[h], variable->name);
        if (!value || strcmp(value, variable->value) != 0)
            return false;
    }
    return true;
}

/* The variables of a host: those that all have alike, or the others. */
static bool put_variables(const char *folder, const char *name, const struct plan *plan, const struct plan_host *host, bool wants_common, struct err *err)
{
    struct buf vars;
    buf_init(&vars, (size_t)1 << 24);
    bool ok = !wants_common || frame_variable(&vars, "KWIZ_RUN", RUN_NAME, strlen(RUN_NAME), err);
    for (size_t i = 0; i < host->variable_count && ok; i++)
        if (is_common(plan, &host->variables[i]) == wants_common)
            ok = frame_variable(&vars, host->variables[i].name, host->variables[i].value, strlen(host->variables[i].value), err);
    ok = ok && put(folder, name, buf_text(&vars), vars.len, err);
    buf_done(&vars);
    return ok;
}

char *ansible_common(const struct ansible_source *source, const struct plan *plan)
{
    return plan == source->install ? mem_strdup("kwiz/common.vars") : mem_printf("kwiz/actions/%s.vars", plan->action);
}

static bool put_common(const struct ansible_source *source, const char *folder, const struct plan *plan, struct err *err)
{
    char *name = ansible_common(source, plan);
    bool ok = put_variables(folder, name, plan, &plan->hosts[0], true, err);
    free(name);
    return ok;
}

/* What differs from host to host is the same in all plans. */
static bool put_host_variables(const char *folder, const struct plan *plan, struct err *err)
{
    bool ok = true;
    for (size_t h = 0; h < plan->host_count && ok; h++) {
        char *name = mem_printf("kwiz/hosts/%s.vars", plan->hosts[h].host.name);
        ok = put_variables(folder, name, plan, &plan->hosts[h], false, err);
        free(name);
    }
    return ok;
}

/* --- scripts --- */

static bool put_script(const char *folder, const char *scripts, const struct plan_step *step, const char *suffix, const char *script, struct err *err)
{
    char *name = mem_printf("%s/%s%s", scripts, step->id, suffix);
    bool ok = put_text(folder, name, plan_script_sent(step, script), err);
    free(name);
    return ok;
}

static bool put_scripts(const char *folder, const char *scripts, const struct plan *plan, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; i < plan->step_count && ok; i++) {
        const struct plan_step *step = &plan->steps[i];
        ok = put_script(folder, scripts, step, ".sh", step->script, err) &&
             (!step->check || ansible_is_forced(plan, i) || put_script(folder, scripts, step, ".check.sh", step->check, err));
    }
    return ok;
}

static bool put_plan(const struct ansible_source *source, const char *folder, const struct plan *plan, const char *book, const char *scripts,
                     struct err *err)
{
    return put_scripts(folder, scripts, plan, err) && put_common(source, folder, plan, err) &&
           put_yaml(folder, book, ansible_playbook(source, plan, scripts), err);
}

static bool put_actions(const struct ansible_source *source, const char *folder, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; i < source->action_count && ok; i++) {
        char *book = mem_printf("action-%s.yaml", source->actions[i]->action), *scripts = mem_printf("actions/%s", source->actions[i]->action);
        ok = put_plan(source, folder, source->actions[i], book, scripts, err);
        free(book);
        free(scripts);
    }
    return ok;
}

static bool put_everything(const struct ansible_source *source, const char *folder, struct err *err)
{
    return put_plan(source, folder, source->install, "site.yaml", "steps", err) &&
           (!source->reset || put_plan(source, folder, source->reset, "reset.yaml", "undo", err)) &&
           put_actions(source, folder, err) && put_host_variables(folder, source->install, err) &&
           put(folder, "kwiz/loader.sh", host_script_loader.text, host_script_loader.len, err) &&
           put(folder, "kwiz/host.sh", host_script_playbook.text, host_script_playbook.len, err) &&
           put_yaml(folder, "group_vars/all.yaml", ansible_variables(), err) &&
           put_yaml(folder, "inventory.yaml", ansible_inventory(source), err) &&
           put_text(folder, "ansible.cfg", ansible_config(), err) && put_text(folder, "README.md", ansible_readme(source), err);
}

/* --- the folder --- */

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
    (void)st, (void)kind, (void)walk;
    remove(path);
    return 0;
}

static bool tell_taken(const char *folder, struct err *err)
{
    return err_set(err, ERR_USAGE, _("%s is there already and holds something; name a folder that is not there yet, or remove this one"), folder);
}

static bool is_free(const char *folder, struct err *err)
{
    struct stat st;
    if (lstat(folder, &st) != 0)
        return errno == ENOENT || err_set_errno(err, ERR_LOCAL, errno, _("cannot look at %s"), folder);
    if (!S_ISDIR(st.st_mode))
        return err_set(err, ERR_USAGE, _("%s is there already, and no folder; name another"), folder);
    DIR *dir = opendir(folder);
    if (!dir)
        return err_set_errno(err, ERR_LOCAL, errno, _("cannot look at %s"), folder);
    bool is_empty = true;
    for (const struct dirent *entry; is_empty && (entry = readdir(dir));)
        is_empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(dir);
    return is_empty || tell_taken(folder, err);
}

bool ansible_export(const struct ansible_source *source, const char *folder, struct err *err)
{
    char *place = mem_strdup(folder);
    for (size_t len = strlen(place); len > 1 && place[len - 1] == '/'; len--)
        place[len - 1] = '\0';
    char *temp = mem_printf("%s.XXXXXX", place);
    bool ok = is_free(place, err);
    if (ok && !mkdtemp(temp)) {
        ok = err_set_errno(err, ERR_LOCAL, errno, _("cannot make the folder %s"), place);
    } else if (ok) {
        ok = put_everything(source, temp, err);
        if (ok && chmod(temp, 0755) != 0)
            ok = err_set_errno(err, ERR_LOCAL, errno, _("cannot make the folder %s"), place);
        if (ok && rename(temp, place) != 0)
            ok = errno == ENOTEMPTY || errno == EEXIST ? tell_taken(place, err)
                                                       : err_set_errno(err, ERR_LOCAL, errno, _("cannot make the folder %s"), place);
        if (!ok)
            nftw(temp, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    free(temp);
    free(place);
    return ok;
}
