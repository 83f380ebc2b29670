#include "cli/kubeconfig.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

/* The lists of a kubeconfig and what each item holds besides its name: k8s.io/client-go, tools/clientcmd/api/v1/types.go. */
static const struct {
    const char *list, *item;
} lists[] = {{"clusters", "cluster"}, {"users", "user"}, {"contexts", "context"}};
#define LISTS (sizeof lists / sizeof *lists)

/* What is taken over from a host, of those types' fields. Left out on purpose: exec and auth-provider (programs), the fields that name files,
 * insecure-skip-tls-verify, proxy-url, impersonation. */
static const char *const cluster_keys[] = {"server", "certificate-authority-data", "tls-server-name"};
static const char *const user_keys[] = {"client-certificate-data", "client-key-data", "token", "username", "password"};

static char *user_name(const char *cluster)
{
    return mem_printf("%s-admin", cluster);
}

/* ---- what a host published ---- */

static const struct yaml_node *named(const struct yaml_node *root, size_t list, const char *name)
{
    const struct yaml_node *all = yaml_get(root, lists[list].list);
    for (size_t i = 0; all && all->kind == YAML_SEQUENCE && i < all->count; i++) {
        const struct yaml_node *found = yaml_get(all->items[i], "name");
        if (found && found->kind == YAML_SCALAR && strcmp(found->text, name) == 0)
            return all->items[i];
    }
    return NULL;
}

/* The item that node names. */
static const struct yaml_node *follow(const struct yaml_reader *reader, const struct yaml_node *root, size_t list,
                                      const struct yaml_node *node, const char *what)
{
    const char *name;
    if (!yaml_string(reader, node, what, &name))
        return NULL;
    const struct yaml_node *item = named(root, list, name), *value = yaml_get(item, lists[list].item);
    if (!value)
        yaml_error(reader, node, _("%s: there is nothing of that name in %s"), what, lists[list].list);
    return value && yaml_is_mapping(reader, value, lists[list].item) ? value : NULL;
}

static bool is_text_of(const char *text, const char *letters)
{
    return *text && text[strspn(text, letters)] == '\0';
}

static bool check_value(const struct yaml_reader *reader, const struct yaml_node *node, const char *key)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    const char *text;
    size_t len = strlen(key);
    if (!yaml_string(reader, node, key, &text))
        return false;
    if (strcmp(key, "server") == 0 && (strncmp(text, "https://", 8) != 0 || !text[8] || strpbrk(text, " \t\r\n\\\"'`$")))
        return yaml_error(reader, node, _("server: expected an address that begins with https://"));
    if (len > 5 && strcmp(key + len - 5, "-data") == 0 && !is_text_of(text, letters))
        return yaml_error(reader, node, _("%s: expected Base64"), key);
    return true;
}

/* A copy of a mapping, if it holds nothing but keys that are taken over. */
static struct yaml_node *take(const struct yaml_reader *reader, const struct yaml_node *map, const char *what,
                              const char *const *keys, size_t count)
{
    struct yaml_node *copy = yaml_new_mapping();
    bool ok = true;
    for (size_t i = 0; i < map->count; i += 2) {
        const char *key = map->items[i]->text;
        size_t k = 0;
        while (k < count && strcmp(keys[k], key) != 0)
            k++;
        if (k == count)
            ok = yaml_error(reader, map->items[i],
                            _("the %s has \"%.60s\", which is not taken over from a host: it can make kubectl run programs, read files or trust "
                              "strangers; look at the file, and merge it by hand if you want it"), what, key);
        else if (!check_value(reader, map->items[i + 1], keys[k]))
            ok = false;
        else
            yaml_put_string(copy, keys[k], map->items[i + 1]->text);
    }
    if (!ok)
        yaml_node_free(&copy);
    return copy;
}

bool kubeconfig_take(const struct yaml *fetched, struct kubeconfig_entry *entry, struct err_list *errors)
{
    struct yaml_reader reader = {fetched->file, errors};
    const struct yaml_node *root = fetched->root, *current;
    *entry = (struct kubeconfig_entry){0};
    if (!kubeconfig_is_sound(fetched, errors) || !(current = yaml_need(&reader, root, "current-context")))
        return false;
    const struct yaml_node *context = follow(&reader, root, 2, current, "current-context");
    const struct yaml_node *cluster = context ? follow(&reader, root, 0, yaml_get(context, "cluster"), "cluster") : NULL;
    const struct yaml_node *user = context ? follow(&reader, root, 1, yaml_get(context, "user"), "user") : NULL;
    if (!cluster || !user || !yaml_need(&reader, cluster, "server"))
        return false;
    entry->cluster = take(&reader, cluster, "cluster", cluster_keys, sizeof cluster_keys / sizeof *cluster_keys);
    entry->user = take(&reader, user, "user", user_keys, sizeof user_keys / sizeof *user_keys);
    if (yaml_get(context, "namespace") && !yaml_get_string(&reader, context, "namespace", &entry->namespace))
        kubeconfig_entry_done(entry);
    bool ok = entry->cluster && entry->user;
    if (!ok)
        kubeconfig_entry_done(entry);
    return ok;
}

void kubeconfig_entry_done(struct kubeconfig_entry *entry)
{
    yaml_node_free(&entry->cluster);
    yaml_node_free(&entry->user);
    free(entry->namespace);
    entry->namespace = NULL;
}

/* ---- the operator's ---- */

static bool is_absent(const struct yaml_node *node)
{
    return !node || (node->kind == YAML_SCALAR && node->scalar == YAML_NULL);
}

static bool check_word(const struct yaml_reader *reader, const struct yaml_node *root, const char *key, const char *wanted)
{
    const struct yaml_node *node = yaml_get(root, key);
    if (is_absent(node) || (node->kind == YAML_SCALAR && strcmp(node->text, wanted) == 0))
        return true;
    char *found = yaml_found(node);
    yaml_error(reader, node, _("%s: expected %s, found %s; this is no kubeconfig that kwiz knows"), key, wanted, found);
    free(found);
    return false;
}

static bool check_list(const struct yaml_reader *reader, const struct yaml_node *root, size_t list)
{
    const struct yaml_node *all = yaml_get(root, lists[list].list);
    bool ok = true;
    if (is_absent(all))
        return true;
    if (!yaml_is_sequence(reader, all, lists[list].list))
        return false;
    for (size_t i = 0; i < all->count; i++) {
        const struct yaml_node *name;
        const char *text;
        if (!yaml_is_mapping(reader, all->items[i], lists[list].list))
            ok = false;
        else if (!(name = yaml_need(reader, all->items[i], "name")))
            ok = false;
        else if (name->kind != YAML_SCALAR || name->scalar == YAML_NULL) /* kubectl takes numbers for names, too */
            ok = yaml_string(reader, name, "name", &text);
    }
    return ok;
}

bool kubeconfig_is_sound(const struct yaml *yaml, struct err_list *errors)
{
    struct yaml_reader reader = {yaml->file, errors};
    const struct yaml_node *root = yaml->root, *current = yaml_get(root, "current-context");
    const char *text;
    if (!yaml_is_mapping(&reader, root, _("a kubeconfig")))
        return false;
    if (is_absent(yaml_get(root, "kind")) && !yaml_get(root, "clusters") && !yaml_get(root, "users") && !yaml_get(root, "contexts"))
        return yaml_error(&reader, root, _("this is no kubeconfig: expected kind: Config, or clusters, users and contexts"));
    bool ok = check_word(&reader, root, "kind", "Config");
    ok = check_word(&reader, root, "apiVersion", "v1") && ok;
    for (size_t i = 0; i < LISTS; i++)
        ok = check_list(&reader, root, i) && ok;
    if (!is_absent(current) && current->kind != YAML_SCALAR)
        ok = yaml_string(&reader, current, "current-context", &text);
    return ok;
}

struct yaml_node *kubeconfig_new(void)
{
    struct yaml_node *root = yaml_new_mapping();
    yaml_put_string(root, "apiVersion", "v1");
    yaml_put_string(root, "kind", "Config");
    return root;
}

/* The list of a sound kubeconfig; made when it is absent. */
static struct yaml_node *list_of(struct yaml_node *root, size_t list)
{
    if (is_absent(yaml_get(root, lists[list].list)))
        yaml_put(root, lists[list].list, yaml_new_sequence());
    return (struct yaml_node *)(uintptr_t)yaml_get(root, lists[list].list);
}

static bool is_named(const struct yaml_node *item, const char *name)
{
    return strcmp(yaml_get(item, "name")->text, name) == 0;
}

/* In the place of the first of that name; others of that name go, since it is not clear which of them counts. */
static void put_item(struct yaml_node *root, size_t list, const char *name, struct yaml_node *value)
{
    struct yaml_node *all = list_of(root, list);
    bool is_put = false;
    for (size_t i = 0; i < all->count;) {
        if (!is_named(all->items[i], name)) {
            i++;
        } else if (is_put) {
            yaml_drop(all, i);
        } else {
            yaml_put(all->items[i++], lists[list].item, value);
            is_put = true;
        }
    }
    if (is_put)
        return;
    struct yaml_node *item = yaml_new_mapping();
    yaml_put_string(item, "name", name);
    yaml_put(item, lists[list].item, value);
    yaml_append(all, item);
}

static void drop_item(struct yaml_node *root, size_t list, const char *name)
{
    struct yaml_node *all = list_of(root, list);
    for (size_t i = all->count; i-- > 0;)
        if (is_named(all->items[i], name))
            yaml_drop(all, i);
}

void kubeconfig_put(struct yaml_node *root, const char *name, struct kubeconfig_entry *entry)
{
    char *user = user_name(name);
    struct yaml_node *context = yaml_new_mapping();
    yaml_put_string(context, "cluster", name);
    yaml_put_string(context, "user", user);
    if (entry->namespace)
        yaml_put_string(context, "namespace", entry->namespace);
    put_item(root, 0, name, entry->cluster);
    put_item(root, 1, user, entry->user);
    put_item(root, 2, name, context);
    entry->cluster = entry->user = NULL;
    kubeconfig_entry_done(entry);
    if (!kubeconfig_current(root))
        yaml_put_string(root, "current-context", name);
    free(user);
}

bool kubeconfig_has(const struct yaml_node *root, const char *name)
{
    const struct yaml_node *context = yaml_get(named(root, 2, name), "context");
    const struct yaml_node *cluster = yaml_get(context, "cluster"), *user = yaml_get(context, "user");
    char *wanted = user_name(name);
    bool has = cluster && user && cluster->kind == YAML_SCALAR && user->kind == YAML_SCALAR && strcmp(cluster->text, name) == 0 &&
               strcmp(user->text, wanted) == 0;
    free(wanted);
    return has;
}

void kubeconfig_drop(struct yaml_node *root, const char *name)
{
    if (!kubeconfig_has(root, name))
        return;
    char *user = user_name(name);
    drop_item(root, 0, name);
    drop_item(root, 1, user);
    drop_item(root, 2, name);
    const char *current = kubeconfig_current(root);
    if (current && strcmp(current, name) == 0)
        yaml_put_string(root, "current-context", "");
    free(user);
}

const char *kubeconfig_current(const struct yaml_node *root)
{
    const struct yaml_node *current = yaml_get(root, "current-context");
    return is_absent(current) || current->kind != YAML_SCALAR || !*current->text ? NULL : current->text;
}

const char *kubeconfig_server(const struct yaml_node *root, const char *cluster)
{
    const struct yaml_node *server = yaml_get(yaml_get(named(root, 0, cluster), "cluster"), "server");
    return server && server->kind == YAML_SCALAR ? server->text : NULL;
}
