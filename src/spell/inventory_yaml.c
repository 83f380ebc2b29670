/* Ansible inventories as YAML. */
#include "spell/inventory_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"

static bool is_null(const struct yaml_node *node)
{
    return !node || (node->kind == YAML_SCALAR && node->scalar == YAML_NULL);
}

static void complain(struct inventory *inventory, const struct yaml_node *node, const char *key)
{
    char *found = yaml_found(node), *shown = inventory_shown(key);
    yaml_error(&inventory->reader, node, _("%s: expected text or a number, found %s"), shown, found);
    free(shown);
    free(found);
}

/* The variables of hosts (indices) or, without any, of a group. */
static void read_vars(struct inventory *inventory, const struct yaml_node *map, struct inventory_group *group,
                      const size_t *indices, size_t count)
{
    for (size_t i = 0; i < map->count; i += 2) {
        const struct yaml_node *key = map->items[i], *value = map->items[i + 1];
        bool is_known = strncmp(key->text, "ansible_", 8) == 0;
        if (value->kind != YAML_SCALAR && is_known)
            complain(inventory, value, key->text);
        if (is_null(value) || (value->kind != YAML_SCALAR && is_known))
            continue;
        const char *text = value->kind == YAML_SCALAR ? value->text : "";
        if (indices)
            inventory_set_hosts(inventory, indices, count, key->text, text, key->line, key->column);
        else
            inventory_set(inventory, group->values, key->text, text, key->line, key->column);
    }
}

static void read_hosts(struct inventory *inventory, const struct yaml_node *map,
                       struct inventory_group *group)
{
    for (size_t i = 0; i < map->count && !inventory->is_full; i += 2) {
        const struct yaml_node *key = map->items[i], *vars = map->items[i + 1];
        size_t *indices = NULL, count = 0;
        if (inventory_add_hosts(inventory, group, key->text, key->line, key->column, &indices, &count) &&
            !is_null(vars) && yaml_is_mapping(&inventory->reader, vars, _("the variables of a host")))
            read_vars(inventory, vars, group, indices, count);
        free(indices);
    }
}

/* parent NULL: at the top. Depth is bounded by YAML_DEPTH_MAX. */
static void read_group(struct inventory *inventory, const char *parent, const struct yaml_node *key,
                       const struct yaml_node *node)
{
    static const char *const keys[] = {"hosts", "children", "vars"};
    struct inventory_group *group = inventory_group(inventory, key->text, key->line, key->column);
    if (!group || inventory->is_full)
        return;
    if (parent && !inventory_add_child(inventory, parent, key->text, key->line, key->column))
        return;
    if (is_null(node) ||
        !yaml_check_keys(&inventory->reader, node, _("a group"), keys, sizeof keys / sizeof *keys))
        return;
    const struct yaml_node *hosts = yaml_get(node, "hosts"), *vars = yaml_get(node, "vars"),
                           *children = yaml_get(node, "children");
    if (!is_null(hosts) && yaml_is_mapping(&inventory->reader, hosts, "hosts"))
        read_hosts(inventory, hosts, group);
    if (!is_null(vars) && yaml_is_mapping(&inventory->reader, vars, "vars"))
        read_vars(inventory, vars, group, NULL, 0);
    if (!is_null(children) && yaml_is_mapping(&inventory->reader, children, "children"))
        for (size_t i = 0; i < children->count; i += 2)
            read_group(inventory, group->name, children->items[i], children->items[i + 1]);
}

void inventory_read_yaml(struct inventory *inventory, const char *bytes, size_t len)
{
    struct yaml *yaml = yaml_parse(inventory->reader.file, bytes, len, inventory->reader.errors);
    if (yaml && yaml_is_mapping(&inventory->reader, yaml->root, _("an inventory")))
        for (size_t i = 0; i < yaml->root->count; i += 2)
            read_group(inventory, NULL, yaml->root->items[i], yaml->root->items[i + 1]);
    yaml_tree_free(&yaml);
}
