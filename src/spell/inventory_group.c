/* What an Ansible inventory holds: hosts, groups, and the variables that matter. */
#include "spell/inventory_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "spell/answers.h"
#include "spell/jinja.h"

#define UNKNOWN_MAX 50 /* complaints about variables: the list of errors must have room for others */

char *inventory_shown(const char *text)
{
    struct buf shown;
    buf_init(&shown, 120);
    utf8_printable(text, strlen(text), &shown);
    return buf_take(&shown);
}

void inventory_init(struct inventory *inventory, const char *name, struct err_list *errors)
{
    *inventory = (struct inventory){.reader = {.file = name, .errors = errors}};
    inventory_group(inventory, "all", 1, 1);
}

static void values_done(struct inventory_value values[INVENTORY_KEYS])
{
    for (size_t i = 0; i < INVENTORY_KEYS; i++)
        free(values[i].text);
}

void inventory_done(struct inventory *inventory)
{
    for (size_t i = 0; i < inventory->host_count; i++) {
        free(inventory->hosts[i].name);
        values_done(inventory->hosts[i].values);
    }
    for (size_t i = 0; i < inventory->group_count; i++) {
        free(inventory->groups[i].name);
        free(inventory->groups[i].hosts);
        free(inventory->groups[i].children);
        values_done(inventory->groups[i].values);
    }
    free(inventory->hosts);
    free(inventory->groups);
    strv_done(&inventory->unknown);
}

static bool full(struct inventory *inventory, unsigned line, unsigned column, const char *what, size_t max)
{
    if (!inventory->is_full)
        err_list_addf(inventory->reader.errors, inventory->reader.file, line, column,
                      _("%s: expected at most %zu, found more; nothing was read from here on"), what, max);
    inventory->is_full = true;
    return false;
}

struct inventory_group *inventory_group(struct inventory *inventory, const char *name, unsigned line,
                                        unsigned column)
{
    for (size_t i = 0; i < inventory->group_count; i++)
        if (strcmp(inventory->groups[i].name, name) == 0)
            return &inventory->groups[i];
    if (!inventory->groups) /* all at once: pointers to groups stay good */
        inventory->groups = mem_new(INVENTORY_GROUPS_MAX, sizeof *inventory->groups);
    if (inventory->group_count == INVENTORY_GROUPS_MAX) {
        full(inventory, line, column, _("groups"), INVENTORY_GROUPS_MAX);
        return NULL;
    }
    struct inventory_group *group = &inventory->groups[inventory->group_count++];
    *group = (struct inventory_group){.name = mem_strdup(name), .line = line, .column = column};
    return group;
}

static bool add_index(size_t **list, size_t *count, size_t index)
{
    for (size_t i = 0; i < *count; i++)
        if ((*list)[i] == index)
            return false;
    *list = mem_grow(*list, *count + 1, sizeof **list);
    (*list)[(*count)++] = index;
    return true;
}

/* Its index; as many as hosts when there are too many. */
static size_t find_host(struct inventory *inventory, const char *name, unsigned line, unsigned column)
{
    for (size_t i = 0; i < inventory->host_count; i++)
        if (strcmp(inventory->hosts[i].name, name) == 0)
            return i;
    if (inventory->host_count == ANSWERS_HOSTS_MAX) {
        full(inventory, line, column, _("hosts"), ANSWERS_HOSTS_MAX);
        return inventory->host_count;
    }
    inventory->hosts = mem_grow(inventory->hosts, inventory->host_count + 1, sizeof *inventory->hosts);
    inventory->hosts[inventory->host_count] =
        (struct inventory_host){.name = mem_strdup(name), .line = line, .column = column};
    return inventory->host_count++;
}

bool inventory_add_hosts(struct inventory *inventory, struct inventory_group *group, const char *pattern,
                         unsigned line, unsigned column, size_t **indices, size_t *count)
{
    struct strv names = {0};
    struct err err = ERR_INIT;
    if (!range_expand(pattern, RANGE_ANSIBLE, ANSWERS_HOSTS_MAX, &names, &err))
        return err_list_addf(inventory->reader.errors, inventory->reader.file, line, column + err.column - 1,
                             "%s: %s", "name", err.text);
    for (size_t i = 0; i < names.count && !inventory->is_full; i++) {
        if (inventory->mention_count++ == INVENTORY_MENTIONS_MAX) {
            full(inventory, line, column, _("hosts in groups"), INVENTORY_MENTIONS_MAX);
            break;
        }
        size_t index = find_host(inventory, names.items[i], line, column);
        if (index == inventory->host_count)
            break;
        add_index(&group->hosts, &group->host_count, index);
        add_index(indices, count, index);
    }
    strv_done(&names);
    return !inventory->is_full;
}

/* Is `wanted` reached from `from` by children? There are no circles yet, and depth is bounded by the number
 * of groups; seen bounds the work. */
static bool reaches(const struct inventory *inventory, size_t from, size_t wanted, bool *seen)
{
    if (from == wanted)
        return true;
    if (seen[from])
        return false;
    seen[from] = true;
    const struct inventory_group *group = &inventory->groups[from];
    for (size_t i = 0; i < group->child_count; i++)
        if (reaches(inventory, group->children[i], wanted, seen))
            return true;
    return false;
}

bool inventory_add_child(struct inventory *inventory, const char *parent, const char *child, unsigned line,
                         unsigned column)
{
    struct inventory_group *above = inventory_group(inventory, parent, line, column);
    const struct inventory_group *below = inventory_group(inventory, child, line, column);
    bool seen[INVENTORY_GROUPS_MAX] = {false};
    if (!above || !below)
        return false;
    if (inventory->child_count++ == INVENTORY_CHILDREN_MAX)
        return full(inventory, line, column, _("children"), INVENTORY_CHILDREN_MAX);
    if (reaches(inventory, (size_t)(below - inventory->groups), (size_t)(above - inventory->groups), seen)) {
        char *shown = inventory_shown(child), *other = inventory_shown(parent);
        err_list_addf(inventory->reader.errors, inventory->reader.file, line, column,
                      _("the group \"%s\" can't be a child of \"%s\": that would be a circle"), shown, other);
        free(shown);
        free(other);
        return false;
    }
    add_index(&above->children, &above->child_count, (size_t)(below - inventory->groups));
    return true;
}

/* https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html, "Connecting to hosts:
 * behavioral inventory parameters"; the names with ssh_ are those of Ansible before 2.0, which still count.
 */
static const struct variable {
    const char *name;
    int key; /* -1: says nothing that kwiz could use, and is not complained of */
} variables[] = {
    {"ansible_host", INVENTORY_ADDRESS},
    {"ansible_ssh_host", INVENTORY_ADDRESS},
    {"ansible_user", INVENTORY_USER},
    {"ansible_ssh_user", INVENTORY_USER},
    {"ansible_port", INVENTORY_PORT},
    {"ansible_ssh_port", INVENTORY_PORT},
    {"ansible_ssh_private_key_file", INVENTORY_IDENTITY},
    {"ansible_private_key_file", INVENTORY_IDENTITY},
    {"ansible_become", INVENTORY_BECOME},
    {"ansible_connection", INVENTORY_CONNECTION},
    {"ansible_ssh_common_args", INVENTORY_ARGUMENTS},
    {"ansible_python_interpreter", -1},
};

/* The key, -1 when it doesn't matter, -2 when it is not known: an error, once for each name. The value is
 * never shown: it may be a password. */
static int variable_key(struct inventory *inventory, const char *name, unsigned line, unsigned column)
{
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        if (strcmp(variables[i].name, name) == 0)
            return variables[i].key;
    if (strv_has(&inventory->unknown, name) || inventory->unknown.count >= UNKNOWN_MAX)
        return -2;
    strv_add(&inventory->unknown, name);
    char *shown = inventory_shown(name);
    err_list_addf(inventory->reader.errors, inventory->reader.file, line, column,
                  _("the variable \"%s\" was left out: kwiz does not know it"), shown);
    free(shown);
    return -2;
}

static void set(struct inventory_value *value, const char *text, unsigned line, unsigned column)
{
    free(value->text);
    *value = (struct inventory_value){.text = jinja_unquote(text), .line = line, .column = column};
}

void inventory_set(struct inventory *inventory, struct inventory_value *values, const char *key,
                   const char *text, unsigned line, unsigned column)
{
    int index = variable_key(inventory, key, line, column);
    if (index >= 0)
        set(&values[index], text, line, column);
}

void inventory_set_hosts(struct inventory *inventory, const size_t *indices, size_t count, const char *key,
                         const char *text, unsigned line, unsigned column)
{
    int index = variable_key(inventory, key, line, column);
    for (size_t i = 0; index >= 0 && i < count; i++)
        set(&inventory->hosts[indices[i]].values[index], text, line, column);
}
