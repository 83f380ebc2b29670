/* The inventory: hosts, groups by role, and how they are reached. No secrets. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/ansible_parts.h"
#include "spell/inventory.h"
#include "spell/jinja.h"
#include "spell/shell_words.h"

char *ansible_name(const char *prefix, const char *text)
{
    char *name = mem_printf("%s%s", prefix, text);
    for (char *p = name; *p; p++)
        if (*p == '-')
            *p = '_';
    return name;
}

static void put_literal(struct yaml_node *map, const char *key, const char *text)
{
    yaml_put_owned(map, key, jinja_literal(text));
}

static void add_option(struct buf *arguments, const char *option, const char *value)
{
    char *word = mem_printf("%s=%s", option, value);
    buf_adds(arguments, arguments->len ? " -o " : "-o ");
    shell_word_add(arguments, word);
    free(word);
}

/* How ssh gets there. */
static void put_way(struct yaml_node *map, const struct host *host)
{
    struct buf arguments;
    buf_init(&arguments, (size_t)64 * 1024);
    put_literal(map, "ansible_host", host->address);
    if (host->port)
        yaml_put(map, "ansible_port", yaml_new_number(host->port));
    if (host->user)
        put_literal(map, "ansible_user", host->user);
    if (host->jump)
        add_option(&arguments, "ProxyJump", host->jump);
    if (host->identities.count)
        put_literal(map, "ansible_ssh_private_key_file", host->identities.items[0]);
    for (size_t i = 1; i < host->identities.count; i++)
        add_option(&arguments, "IdentityFile", host->identities.items[i]);
    if (arguments.len)
        put_literal(map, "ansible_ssh_common_args", buf_text(&arguments));
    buf_done(&arguments);
}

static struct yaml_node *host_variables(const struct host *host, const struct ssh_defaults *defaults)
{
    struct yaml_node *map = yaml_new_mapping();
    struct host reached;
    host_copy_reach(&reached, host, defaults);
    if (host_is_local(host))
        yaml_put_string(map, "ansible_connection", "local");
    else
        put_way(map, &reached);
    /* It stands above what plays say; where sudo is used they do. */
    if (reached.become && strcmp(reached.become, "none") == 0)
        yaml_put(map, "ansible_become", yaml_new_boolean(false));
    host_done(&reached);
    return map;
}

static bool has_role(const struct plan *plan, const bool *is_in, const char *role)
{
    for (size_t h = 0; h < plan->host_count; h++)
        if (is_in[h] != strv_has(&plan->hosts[h].host.roles, role))
            return false;
    return true;
}

static void roles_of(const struct plan *plan, struct strv *roles)
{
    for (size_t h = 0; h < plan->host_count; h++)
        for (size_t i = 0; i < plan->hosts[h].host.roles.count; i++)
            if (!strv_has(roles, plan->hosts[h].host.roles.items[i]))
                strv_add(roles, plan->hosts[h].host.roles.items[i]);
}

struct yaml_node *ansible_pattern(const struct plan *plan, const bool *is_in)
{
    struct yaml_node *found = NULL;
    struct strv roles = {0};
    size_t count = 0;
    for (size_t h = 0; h < plan->host_count; h++)
        count += is_in[h];
    if (count == plan->host_count)
        found = yaml_new_string(INVENTORY_ALL_HOSTS);
    roles_of(plan, &roles);
    for (size_t i = 0; i < roles.count && !found; i++)
        if (has_role(plan, is_in, roles.items[i])) {
            char *group = ansible_name(INVENTORY_ROLE_PREFIX, roles.items[i]);
            found = yaml_new_string(group);
            free(group);
        }
    strv_done(&roles);
    if (found)
        return found;
    found = yaml_new_sequence();
    for (size_t h = 0; h < plan->host_count; h++)
        if (is_in[h])
            yaml_append(found, yaml_new_string(plan->hosts[h].host.name));
    return found;
}

struct yaml_node *ansible_inventory(const struct ansible_source *source)
{
    const struct plan *plan = source->install;
    struct yaml_node *children = yaml_new_mapping(), *hosts = yaml_new_mapping(), *group = yaml_new_mapping();
    for (size_t h = 0; h < plan->host_count; h++)
        yaml_put(hosts, plan->hosts[h].host.name, host_variables(&plan->hosts[h].host, &source->answers->fleet.ssh));
    yaml_put(group, "hosts", hosts);
    yaml_put(children, INVENTORY_ALL_HOSTS, group);
    struct strv roles = {0};
    roles_of(plan, &roles);
    for (size_t i = 0; i < roles.count; i++) {
        hosts = yaml_new_mapping();
        group = yaml_new_mapping();
        for (size_t h = 0; h < plan->host_count; h++)
            if (strv_has(&plan->hosts[h].host.roles, roles.items[i]))
                yaml_put(hosts, plan->hosts[h].host.name, yaml_new_mapping());
        yaml_put(group, "hosts", hosts);
        char *name = ansible_name(INVENTORY_ROLE_PREFIX, roles.items[i]);
        yaml_put(children, name, group);
        free(name);
    }
    strv_done(&roles);
    struct yaml_node *all = yaml_new_mapping(), *root = yaml_new_mapping();
    yaml_put(all, "children", children);
    yaml_put(root, "all", all);
    return root;
}
