/* From the groups of an Ansible inventory to hosts with roles. */
#include "spell/inventory_parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/host_words.h"
#include "spell/value.h"

#define CONTROL_PLANE                                                                                        \
    {                                                                                                        \
        "control-plane", "master"                                                                            \
    }
#define WORKER                                                                                               \
    {                                                                                                        \
        "worker", "node"                                                                                     \
    }

/* Which role the hosts of a group have: the first that the topology has. Besides, a group may be called as a
 * role is (- or _). */
static const struct meaning {
    const char *group, *roles[2];
} meanings[] = {
    /* kubespray, inventory/sample; the names with - before its release 2.16 */
    {"kube_control_plane", CONTROL_PLANE},
    {"kube-master", CONTROL_PLANE},
    {"kube_master", CONTROL_PLANE},
    {"kube_node", WORKER},
    {"kube-node", WORKER},
    {"etcd", {"etcd", NULL}},
    /* what tutorials and the playbooks made after them call their groups */
    {"masters", CONTROL_PLANE},
    {"master", CONTROL_PLANE},
    {"control_plane", CONTROL_PLANE},
    {"control-plane", CONTROL_PLANE},
    {"controlplane", CONTROL_PLANE},
    {"workers", WORKER},
    {"worker", WORKER},
    {"nodes", WORKER},
    {"node", WORKER},
    {"ingress", {"ingress", NULL}},
};
/* Groups that only hold the others together; k8s_cluster is kubespray's. */
static const char *const holders[] = {"all", "ungrouped", "k8s_cluster", "k8s-cluster", INVENTORY_ALL_HOSTS};

static bool is_holder(const char *group)
{
    for (size_t i = 0; i < sizeof holders / sizeof *holders; i++)
        if (strcmp(holders[i], group) == 0)
            return true;
    return false;
}

/* NULL: none. Lives as long as the topology. */
static const char *role_of(const char *group, const struct topology *topology)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        if (strcmp(meanings[i].group, group) != 0)
            continue;
        for (size_t j = 0; j < 2 && meanings[i].roles[j]; j++)
            if (!topology || topology_role(topology, meanings[i].roles[j]))
                return meanings[i].roles[j];
    }
    bool is_ours = strncmp(group, INVENTORY_ROLE_PREFIX, sizeof INVENTORY_ROLE_PREFIX - 1) == 0;
    char *name = mem_strdup(is_ours ? group + sizeof INVENTORY_ROLE_PREFIX - 1 : group);
    for (char *p = name; *p; p++)
        *p = *p == '_' ? '-' : *p;
    const struct role *role = topology ? topology_role(topology, name) : NULL;
    free(name);
    return role ? role->name : NULL;
}

struct resolution {
    struct inventory *inventory; /* changed only in its errors */
    bool *members;  /* [group * hosts + host]: in the group or below it */
    bool *is_below; /* the group is, or is below, one that has a role */
    unsigned *depths;
    const char **roles; /* of groups; NULL = none */
};

static void mark(struct resolution *resolution, size_t top, size_t group, bool *seen)
{
    const struct inventory *inventory = resolution->inventory;
    const struct inventory_group *here = &inventory->groups[group];
    if (seen[group])
        return;
    seen[group] = true;
    resolution->is_below[group] |= resolution->roles[top] != NULL;
    for (size_t i = 0; i < here->host_count; i++)
        resolution->members[top * inventory->host_count + here->hosts[i]] = true;
    for (size_t i = 0; i < here->child_count; i++)
        mark(resolution, top, here->children[i], seen);
}

static void resolve_groups(struct resolution *resolution, const struct topology *topology)
{
    const struct inventory *inventory = resolution->inventory;
    for (size_t g = 0; g < inventory->group_count; g++) {
        bool seen[INVENTORY_GROUPS_MAX] = {false};
        resolution->roles[g] =
            is_holder(inventory->groups[g].name) ? NULL : role_of(inventory->groups[g].name, topology);
        resolution->depths[g] = g > 0; /* all groups are below `all` */
        mark(resolution, g, g, seen);
    }
    for (size_t h = 0; h < inventory->host_count; h++)
        resolution->members[h] = true;
    bool is_settled = false; /* there are no circles: ends after as many rounds as there are groups */
    while (!is_settled) {
        is_settled = true;
        for (size_t g = 0; g < inventory->group_count; g++)
            for (size_t i = 0; i < inventory->groups[g].child_count; i++) {
                unsigned *depth = &resolution->depths[inventory->groups[g].children[i]],
                         wanted = resolution->depths[g] + 1;
                is_settled = is_settled && *depth >= wanted;
                *depth = *depth < wanted ? wanted : *depth;
            }
    }
}

/* Groups with hosts of their own, but no role, neither their own nor from above. */
static void name_groups(const struct resolution *resolution, const struct topology *topology)
{
    const struct inventory *inventory = resolution->inventory;
    struct strv all = {0};
    for (size_t i = 0; topology && i < topology->role_count; i++)
        strv_add(&all, topology->roles[i].name);
    char *known = strv_join(&all, ", ");
    for (size_t g = 0; g < inventory->group_count; g++) {
        const struct inventory_group *group = &inventory->groups[g];
        if (!group->host_count || resolution->is_below[g] || is_holder(group->name))
            continue;
        char *shown = inventory_shown(group->name);
        if (topology)
            err_list_addf(
                inventory->reader.errors, inventory->reader.file, group->line, group->column,
                _("the group \"%s\" was left out: the topology \"%s\" has no role for it (it has: %s)"),
                shown, topology->name, known);
        else
            err_list_addf(inventory->reader.errors, inventory->reader.file, group->line, group->column,
                          _("the group \"%s\" was left out: no role is known for it"), shown);
        free(shown);
    }
    free(known);
    strv_done(&all);
}

/* A host's own value, else that of its deepest group; of several the one whose name is last, as Ansible
 * merges them ("How variables are merged" in its inventory guide). */
static const struct inventory_value *value_of(const struct resolution *resolution, size_t host,
                                              enum inventory_key key)
{
    const struct inventory *inventory = resolution->inventory;
    const struct inventory_value *best = &inventory->hosts[host].values[key];
    size_t from = SIZE_MAX;
    if (best->text)
        return best;
    for (size_t g = 0; g < inventory->group_count; g++) {
        if (!resolution->members[g * inventory->host_count + host] || !inventory->groups[g].values[key].text)
            continue;
        if (from == SIZE_MAX || resolution->depths[g] > resolution->depths[from] ||
            (resolution->depths[g] == resolution->depths[from] &&
             strcmp(inventory->groups[g].name, inventory->groups[from].name) > 0))
            from = g;
    }
    return from == SIZE_MAX ? best : &inventory->groups[from].values[key];
}

char *inventory_host_name(const char *name)
{
    if (!value_check_address(name, NULL))
        return mem_strndup(name, strcspn(name, "."));
    char *made = mem_printf("host-%s", name);
    for (char *p = made; *p; p++)
        *p = *p == '.' || *p == ':' ? '-' : *p;
    return made;
}

/* Brackets around an IPv6 address are taken away. */
static char *bare_address(const char *text)
{
    size_t len = strlen(text);
    bool has_brackets = len > 2 && *text == '[' && text[len - 1] == ']';
    return mem_strndup(text + has_brackets, len - 2 * has_brackets);
}

/* One of Ansible's words for true or false? */
static bool is_one_of(const char *text, const char *const words[6])
{
    for (size_t i = 0; i < 6; i++)
        if (strcasecmp(text, words[i]) == 0)
            return true;
    return false;
}

/* "sudo", "none"; NULL: it is not said, or by a word that is neither. */
static const char *become_of(const struct inventory *inventory, const struct inventory_value *value)
{
    static const char *const yes[] = {"true", "yes", "on", "1", "y", "t"}, *const no[] = {"false", "no", "off", "0", "n", "f"};
    if (!value->text || is_one_of(value->text, yes))
        return value->text ? "sudo" : NULL;
    if (is_one_of(value->text, no))
        return "none";
    err_list_addf(inventory->reader.errors, inventory->reader.file, value->line, value->column,
                  _("ansible_become was left out: expected true or false"));
    return NULL;
}

/* Is the host the machine that Ansible runs on? */
static bool is_local(const struct inventory *inventory, const struct inventory_value *value)
{
    static const char *const remote[6] = {"ssh", "smart", "paramiko", "paramiko_ssh", "ansible.builtin.ssh", "ansible.builtin.paramiko_ssh"};
    if (!value->text || is_one_of(value->text, remote))
        return false;
    if (strcmp(value->text, "local") == 0 || strcmp(value->text, "ansible.builtin.local") == 0)
        return true;
    return err_list_addf(inventory->reader.errors, inventory->reader.file, value->line, value->column,
                         _("ansible_connection was left out: kwiz knows ssh and local"));
}

/* What the words of a host are made of. */
struct host_texts {
    char *name, *address, *jump, *identities, *roles; /* owned */
};

static void texts_done(struct host_texts *texts)
{
    free(texts->name);
    free(texts->address);
    free(texts->jump);
    free(texts->identities);
    free(texts->roles);
}

/* The host's own key file, then those that ssh's arguments name. */
static void put_identity_first(struct host_texts *texts, const char *identity)
{
    if (!identity)
        return;
    char *all = texts->identities ? mem_printf("%s\n%s", identity, texts->identities) : mem_strdup(identity);
    free(texts->identities);
    texts->identities = all;
}

static char *roles_of_host(const struct resolution *resolution, size_t index)
{
    const struct inventory *inventory = resolution->inventory;
    struct strv roles = {0};
    for (size_t g = 0; g < inventory->group_count; g++)
        if (resolution->roles[g] && resolution->members[g * inventory->host_count + index] &&
            !strv_has(&roles, resolution->roles[g]))
            strv_add(&roles, resolution->roles[g]);
    char *joined = strv_join(&roles, ",");
    strv_done(&roles);
    return joined;
}

static struct host_word word_of(const char *key, const char *text, const struct inventory_value *value, const struct inventory_host *host)
{
    return (struct host_word){key, text, value->text ? value->line : host->line, value->text ? value->column : host->column};
}

static void resolve_host(const struct resolution *resolution, size_t index, const struct spell *spell,
                         const struct topology *topology, struct fleet *fleet)
{
    struct inventory *inventory = resolution->inventory;
    const struct inventory_host *host = &inventory->hosts[index];
    const struct inventory_value *values[INVENTORY_KEYS], none = {0};
    struct host_texts texts = {.roles = roles_of_host(resolution, index)};
    if (!*texts.roles) {
        char *shown = inventory_shown(host->name);
        err_list_addf(inventory->reader.errors, inventory->reader.file, host->line, host->column,
                      _("the host \"%s\" was left out: none of its groups has a role"), shown);
        free(shown);
        texts_done(&texts);
        return;
    }
    for (size_t key = 0; key < INVENTORY_KEYS; key++)
        values[key] = value_of(resolution, index, (enum inventory_key)key);
    const struct inventory_value *address = values[INVENTORY_ADDRESS];
    char *bare = bare_address(host->name);
    texts.name = inventory_host_name(bare);
    if (is_local(inventory, values[INVENTORY_CONNECTION])) {
        texts.address = mem_strdup("local");
    } else {
        texts.address = bare_address(address->text ? address->text : bare);
        inventory_read_arguments(inventory, values[INVENTORY_ARGUMENTS], &texts.jump, &texts.identities);
        put_identity_first(&texts, values[INVENTORY_IDENTITY]->text);
    }
    const struct inventory_value *identity = values[values[INVENTORY_IDENTITY]->text ? INVENTORY_IDENTITY : INVENTORY_ARGUMENTS];
    struct host_word words[] = {
        word_of("name", texts.name, &none, host),
        word_of("address", texts.address, address, host),
        word_of("user", values[INVENTORY_USER]->text, values[INVENTORY_USER], host),
        word_of("port", values[INVENTORY_PORT]->text, values[INVENTORY_PORT], host),
        word_of("identity", texts.identities, identity, host),
        word_of("jump", texts.jump, values[INVENTORY_ARGUMENTS], host),
        word_of("become", become_of(inventory, values[INVENTORY_BECOME]), values[INVENTORY_BECOME], host),
        word_of("roles", texts.roles, &none, host),
    };
    host_words_read(&inventory->reader, words, sizeof words / sizeof *words, spell, topology, fleet);
    free(bare);
    texts_done(&texts);
}

void inventory_resolve(struct inventory *inventory, const struct spell *spell,
                       const struct topology *topology, struct fleet *fleet)
{
    struct resolution resolution = {.inventory = inventory};
    resolution.members =
        mem_new(inventory->group_count * inventory->host_count + 1, sizeof *resolution.members);
    resolution.is_below = mem_new(inventory->group_count, sizeof *resolution.is_below);
    resolution.depths = mem_new(inventory->group_count, sizeof *resolution.depths);
    resolution.roles = mem_new(inventory->group_count, sizeof *resolution.roles);
    resolve_groups(&resolution, topology);
    name_groups(&resolution, topology);
    for (size_t i = 0; i < inventory->host_count; i++)
        resolve_host(&resolution, i, spell, topology, fleet);
    free(resolution.members);
    free(resolution.is_below);
    free(resolution.depths);
    free(resolution.roles);
}
