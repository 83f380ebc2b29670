#include "cli/kubeconfig_view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/kubeconfig.h"

#define NAMES_SHOWN 20

/* ---- files ---- */

static void list_files(struct kubeconfig_view *view)
{
    const char *list = getenv("KUBECONFIG");
    if (view->named) {
        strv_add(&view->files, view->named);
        return;
    }
    for (const char *p = list ? list : ""; *p; p += strspn(p, ":")) {
        size_t len = strcspn(p, ":");
        char *file = mem_strndup(p, len);
        if (len && !strv_has(&view->files, file) && view->files.count < KUBECONFIG_FILES_MAX)
            strv_add(&view->files, file);
        free(file);
        p += len;
    }
    if (!view->files.count) {
        char *file = file_expand("~/.kube/config");
        strv_add(&view->files, file);
        free(file);
    }
}

/* Who but its owner may read it? It holds keys. */
static void look_at_mode(const char *file, struct look *look)
{
    struct stat st;
    if (stat(file, &st) == 0 && (st.st_mode & 077))
        look_add(look, "file", VERDICT_WARN, mem_printf(_("%s: others may read or change it (mode %04o)"), file, (unsigned)st.st_mode & 07777),
                 _("It holds keys to the cluster: chmod 600, and think of who may have read it already."));
    else
        look_add(look, "file", VERDICT_PASS, mem_strdup(file), "");
}

static void add_error(struct look *look, const struct err *err, const char *remedy)
{
    char text[ERR_TEXT_MAX + ERR_FILE_MAX + 32];
    err_format(err, text, sizeof text);
    look_add(look, "file", VERDICT_FAIL, mem_strdup(text), remedy);
}

/* As yaml_load, but what was read is wiped: it holds keys. */
static struct yaml *read_yaml(const char *file, struct err_list *errors)
{
    struct buf bytes;
    struct err err = ERR_INIT;
    struct yaml *yaml = NULL;
    if (file_read(file, YAML_BYTES_MAX, &bytes, &err))
        yaml = yaml_parse(file, buf_text(&bytes), bytes.len, errors);
    else
        err_list_add(errors, &err);
    buf_wipe(&bytes);
    return yaml;
}

static void load_file(struct kubeconfig_view *view, const char *file, struct look *look)
{
    struct err_list errors = {0};
    struct yaml *yaml = read_yaml(file, &errors);
    if (yaml && kubeconfig_is_sound(yaml, &errors)) {
        view->yamls[view->count++] = yaml;
        look_at_mode(file, look);
    } else {
        add_error(look, &errors.items[0], _("Mend that line, or take the file out of the way and fetch it anew from the cluster."));
        yaml_tree_free(&yaml);
    }
    err_list_done(&errors);
}

static void load_files(struct kubeconfig_view *view, struct look *look)
{
    bool is_alone = view->files.count == 1;
    for (size_t i = 0; i < view->files.count; i++) {
        struct stat st;
        const char *file = view->files.items[i];
        if (stat(file, &st) == 0 || errno != ENOENT)
            load_file(view, file, look);
        else if (is_alone)
            look_add(look, "file", VERDICT_FAIL, mem_printf(_("%s is not there"), file),
                     view->named ? _("Name the file that the cluster's kubeconfig was written to.")
                                 : _("kubectl is not configured. Write the cluster's kubeconfig there (kwiz run --update-kubeconfig merges it), or name "
                                     "the file: KUBECONFIG=FILE, or kubectl --kubeconfig FILE."));
        else
            look_add(look, "file", VERDICT_WARN, mem_printf(_("%s is not there"), file), _("KUBECONFIG names it; kubectl passes over it."));
    }
}

/* ---- what stands in them ---- */

static bool is_named(const struct yaml_node *item, const char *name)
{
    const struct yaml_node *found = yaml_get(item, "name");
    return found && found->kind == YAML_SCALAR && strcmp(found->text, name) == 0;
}

static struct kubeconfig_item find_in(const struct yaml *yaml, const char *list, const char *key, const char *name)
{
    const struct yaml_node *all = yaml_get(yaml->root, list);
    for (size_t i = 0; name && all && all->kind == YAML_SEQUENCE && i < all->count; i++) {
        const struct yaml_node *value = is_named(all->items[i], name) ? yaml_get(all->items[i], key) : NULL;
        if (value && value->kind == YAML_MAPPING)
            return (struct kubeconfig_item){value, yaml->file};
    }
    return (struct kubeconfig_item){0};
}

/* The first of that name: kubectl, too, lets the first file that has it count. */
static struct kubeconfig_item find(const struct kubeconfig_view *view, const char *list, const char *key, const char *name)
{
    struct kubeconfig_item found = {0};
    for (size_t f = 0; !found.value && f < view->count; f++)
        found = find_in(view->yamls[f], list, key, name);
    return found;
}

struct kubeconfig_item kubeconfig_view_user(const struct kubeconfig_view *view, size_t n)
{
    return find_in(view->yamls[n], "users", "user", view->user_name);
}

/* "a, b, c" of all names in a list; malloc'd. */
static char *names_of(const struct kubeconfig_view *view, const char *list)
{
    struct strv names = {0};
    for (size_t f = 0; f < view->count; f++) {
        const struct yaml_node *all = yaml_get(view->yamls[f]->root, list);
        for (size_t i = 0; all && all->kind == YAML_SEQUENCE && i < all->count && names.count < NAMES_SHOWN; i++)
            strv_add(&names, yaml_get(all->items[i], "name")->text);
    }
    char *text = names.count ? strv_join(&names, ", ") : mem_strdup(_("none"));
    strv_done(&names);
    return text;
}

static bool find_context(struct kubeconfig_view *view, const char *wanted, struct look *look)
{
    const char *current = wanted;
    for (size_t f = 0; !current && f < view->count; f++)
        current = kubeconfig_current(view->yamls[f]->root);
    view->context = current ? mem_strdup(current) : NULL;
    struct kubeconfig_item context = find(view, "contexts", "context", current);
    char *names = names_of(view, "contexts");
    if (!current)
        look_add(look, "context", VERDICT_FAIL, mem_printf(_("no current context; there are: %s"), names),
                 _("Choose one: kubectl config use-context NAME. Without it kubectl asks localhost:8080, where nothing is."));
    else if (!context.value)
        look_add(look, "context", VERDICT_FAIL, mem_printf(_("there is no context \"%s\"; there are: %s"), current, names),
                 _("Choose one that is there: kubectl config use-context NAME."));
    else
        look_add(look, "context", VERDICT_PASS, mem_strdup(current), "");
    free(names);
    if (!context.value)
        return false;
    const char *cluster = kubeconfig_text(&context, "cluster"), *user = kubeconfig_text(&context, "user");
    view->cluster_name = cluster ? mem_strdup(cluster) : NULL;
    view->user_name = user ? mem_strdup(user) : NULL;
    view->cluster = find(view, "clusters", "cluster", cluster);
    view->user = find(view, "users", "user", user);
    return true;
}

static void need(const struct kubeconfig_view *view, const char *check, const char *list, const char *name, const struct kubeconfig_item *item,
                 struct look *look)
{
    char *names = names_of(view, list);
    if (!name)
        look_add(look, check, VERDICT_FAIL, mem_printf(_("the context \"%s\" names none; there are: %s"), view->context, names),
                 _("Say which: kubectl config set-context NAME --cluster=CLUSTER --user=USER."));
    else if (!item->value)
        look_add(look, check, VERDICT_FAIL, mem_printf(_("the context \"%s\" names \"%s\", which is not there; there are: %s"), view->context, name, names),
                 _("Say which: kubectl config set-context NAME --cluster=CLUSTER --user=USER; or fetch the kubeconfig anew from the cluster."));
    free(names);
}

bool kubeconfig_view_load(struct kubeconfig_view *view, const char *file, const char *context, struct look *look)
{
    *view = (struct kubeconfig_view){.named = file};
    list_files(view);
    load_files(view, look);
    if (!view->count || !find_context(view, context, look))
        return false;
    need(view, "cluster", "clusters", view->cluster_name, &view->cluster, look);
    need(view, "user", "users", view->user_name, &view->user, look);
    return view->cluster.value && view->user.value;
}

void kubeconfig_view_done(struct kubeconfig_view *view)
{
    for (size_t i = 0; i < view->count; i++)
        yaml_tree_free(&view->yamls[i]);
    strv_done(&view->files);
    free(view->context);
    free(view->cluster_name);
    free(view->user_name);
    *view = (struct kubeconfig_view){0};
}

const char *kubeconfig_text(const struct kubeconfig_item *item, const char *key)
{
    const struct yaml_node *node = yaml_get(item->value, key);
    return !node || node->kind != YAML_SCALAR || node->scalar == YAML_NULL || !*node->text ? NULL : node->text;
}

char *kubeconfig_path(const struct kubeconfig_item *item, const char *path)
{
    const char *slash = strrchr(item->file, '/');
    if (*path == '/' || !slash)
        return mem_strdup(path);
    return mem_printf("%.*s/%s", (int)(slash - item->file), item->file, path);
}
