/* Topologies and their roles. */
#include "spell/spell_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/read.h"
#include "spell/value.h"

#define HOSTS_MAX 1000

static void read_count(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, int64_t min, unsigned *value)
{
    const struct yaml_node *node = yaml_get(map, key);
    int64_t n = 0;
    if (node && yaml_integer(reader, node, key, min, HOSTS_MAX, &n))
        *value = (unsigned)n;
}

static void read_role(const struct yaml_reader *reader, const struct yaml_node *key, const struct yaml_node *node,
                      struct topology *topology)
{
    static const char *const keys[] = {"title", "inside", "min", "max", "usual", "odd", "cpus", "memory", "disk"};
    struct role role = {.min = 1, .line = key->line, .column = key->column};
    role.name = mem_strdup(key->text);
    if (!value_is_label(key->text) || strcmp(key->text, "all") == 0)
        yaml_error(reader, key, _("expected the name of a role (small letters, digits and -; not \"all\"), found \"%s\""), key->text);
    if (yaml_check_keys(reader, node, _("a role"), keys, sizeof keys / sizeof *keys)) {
        yaml_get_string(reader, node, "title", &role.title);
        yaml_get_string(reader, node, "inside", &role.inside);
        read_count(reader, node, "min", 0, &role.min);
        read_count(reader, node, "max", 1, &role.max);
        role.usual = role.min;
        read_count(reader, node, "usual", 1, &role.usual);
        yaml_get_boolean(reader, node, "odd", &role.is_odd);
        read_count(reader, node, "cpus", 1, &role.cpus);
        if (yaml_get(node, "memory"))
            yaml_size_mb(reader, yaml_get(node, "memory"), "memory", &role.memory_mb);
        if (yaml_get(node, "disk"))
            yaml_size_mb(reader, yaml_get(node, "disk"), "disk", &role.disk_mb);
        if (role.max && role.max < role.min)
            yaml_error(reader, yaml_get(node, "max"), _("max: expected at least min (%u), found %u"), role.min, role.max);
        else if (role.usual < role.min || (role.max && role.usual > role.max))
            yaml_error(reader, yaml_get(node, "usual"), _("usual: expected a number from min to max, found %u"), role.usual);
    }
    topology->roles = mem_grow(topology->roles, topology->role_count + 1, sizeof role);
    topology->roles[topology->role_count++] = role;
}

/* Containers are made on one host, which is none itself: there is one level of them, and no choice between several. */
static void check_inside(const struct yaml_reader *reader, const struct yaml_node *roles, const struct topology *topology)
{
    for (size_t i = 0; i < topology->role_count; i++) {
        const struct role *role = &topology->roles[i], *outer = role->inside ? topology_role(topology, role->inside) : NULL;
        const struct yaml_node *node = role->inside ? yaml_get(roles->items[2 * i + 1], "inside") : NULL;
        if (!role->inside)
            continue;
        if (!outer)
            yaml_error(reader, node, _("inside: expected the name of a role of this topology, found \"%s\""), role->inside);
        else if (outer->inside || outer->min != 1 || outer->max != 1)
            yaml_error(reader, node, _("inside: the role \"%s\" must have min: 1 and max: 1, and be inside of none itself"), role->inside);
    }
}

static void read_topology(const struct yaml_reader *reader, const struct yaml_node *node, struct spell *spell)
{
    static const char *const keys[] = {"name", "title", "description", "roles"};
    struct topology topology = {.line = node->line, .column = node->column};
    topology.name = mem_strdup("");
    topology.title = mem_strdup("");
    if (yaml_check_keys(reader, node, _("a topology"), keys, 4)) {
        if (read_name(reader, node, "name", value_is_id, _("small letters, digits and -, at most 40"), &topology.name) &&
            spell_topology(spell, topology.name))
            yaml_error(reader, yaml_get(node, "name"), _("name: the topology \"%s\" stands here twice"), topology.name);
        read_needed_string(reader, node, "title", &topology.title);
        yaml_get_string(reader, node, "description", &topology.description);
        const struct yaml_node *roles = yaml_need(reader, node, "roles");
        if (roles && yaml_is_mapping(reader, roles, "roles") && !roles->count)
            yaml_error(reader, roles, _("roles: expected at least one, found none"));
        for (size_t i = 0; roles && roles->kind == YAML_MAPPING && i < roles->count; i += 2)
            read_role(reader, roles->items[i], roles->items[i + 1], &topology);
        if (topology.role_count)
            check_inside(reader, roles, &topology);
    }
    spell->topologies = mem_grow(spell->topologies, spell->topology_count + 1, sizeof topology);
    spell->topologies[spell->topology_count++] = topology;
}

void topologies_read(const struct yaml_reader *reader, const struct yaml_node *map, struct spell *spell)
{
    const struct yaml_node *node = yaml_need(reader, map, "topologies");
    if (!node || !yaml_is_sequence(reader, node, "topologies"))
        return;
    if (!node->count)
        yaml_error(reader, node, _("topologies: expected at least one, found none"));
    for (size_t i = 0; i < node->count; i++)
        read_topology(reader, node->items[i], spell);
}

void topology_done(struct topology *topology)
{
    for (size_t i = 0; i < topology->role_count; i++) {
        free(topology->roles[i].name);
        free(topology->roles[i].title);
        free(topology->roles[i].inside);
    }
    free(topology->roles);
    free(topology->name);
    free(topology->title);
    free(topology->description);
}
