/* `hosts:` and `ssh:` of an answers file. */
#include "spell/answers_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/read.h"
#include "spell/value.h"

#define ALNUM "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* All of these may end up as a word of a command line of ssh: none may look like an option or hold blanks. */
static bool is_word(const char *text, size_t max, const char *rest)
{
    size_t len = strlen(text);
    return len && len <= max && (strchr(ALNUM "_", text[0]) || (text[0] == ':' && strchr(rest, ':'))) && strspn(text, rest) == len;
}

static bool is_user(const char *text)
{
    return is_word(text, 64, ALNUM "_.@\\-");
}

static bool is_address(const char *text)
{
    /* nobody's name: a mistyped address, which resolvers would read as another one (10.1.4 as 10.1.0.4) */
    if (strchr(text, '.') && !text[strspn(text, "0123456789.")])
        return value_check_address(text, NULL);
    return is_word(text, 253, ALNUM "_.-") || (strchr(text, ':') && value_check_address(text, NULL));
}

/* [user@]host[:port], IPv6 in brackets */
static bool is_one_jump(const char *text, size_t len)
{
    char *copy = mem_strndup(text, len);
    char *at = strrchr(copy, '@'), *host = at ? at + 1 : copy, *port = NULL;
    bool ok = true;
    if (at) {
        *at = '\0';
        ok = is_user(copy);
    }
    if (*host == '[') {
        char *end = strchr(host, ']');
        ok = ok && end && (end[1] == '\0' || end[1] == ':');
        if (ok) {
            port = end[1] ? end + 2 : NULL;
            *end = '\0';
            ok = value_check_address(host + 1, NULL);
        }
    } else {
        char *colon = strchr(host, ':');
        if (colon) {
            *colon = '\0';
            port = colon + 1;
        }
        ok = ok && is_address(host);
    }
    if (port) {
        int64_t n = 0;
        ok = ok && strlen(port) <= 5 && value_check_integer(port, &n, NULL) && n >= 1 && n <= 65535;
    }
    free(copy);
    return ok;
}

static bool is_jump(const char *text)
{
    if (strcmp(text, "none") == 0)
        return true;
    unsigned hops = 0;
    for (const char *p = text;; p++) {
        size_t n = strcspn(p, ",");
        if (!n || !is_one_jump(p, n) || ++hops > 8)
            return false;
        p += n;
        if (!*p)
            return true;
    }
}

static bool is_become(const char *text)
{
    return strcmp(text, "sudo") == 0 || strcmp(text, "none") == 0;
}

static void read_checked(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, bool (*is_valid)(const char *),
                         const char *rule, char **value)
{
    if (yaml_get(map, key))
        read_name(reader, map, key, is_valid, rule, value);
}

/* `identity: PATH` or `identity: [PATH, PATH]` */
static void read_identities(const struct yaml_reader *reader, const struct yaml_node *map, struct strv *identities)
{
    const struct yaml_node *node = yaml_get(map, "identity");
    const char *text = NULL;
    if (!node)
        return;
    if (node->kind == YAML_SEQUENCE)
        yaml_strings(reader, node, "identity", identities);
    else if (yaml_string(reader, node, "identity", &text))
        strv_add(identities, text);
    for (size_t i = 0; i < identities->count; i++) {
        struct err err = ERR_INIT;
        if (!*identities->items[i])
            yaml_error(reader, node, _("identity: expected the path of a key file, found \"\""));
        else if (!value_check_line(identities->items[i], &err))
            yaml_error(reader, node, "identity: %s", err.text);
    }
}

static void read_port(const struct yaml_reader *reader, const struct yaml_node *map, unsigned *port)
{
    const struct yaml_node *node = yaml_get(map, "port");
    int64_t n = 0;
    if (node && yaml_integer(reader, node, "port", 1, 65535, &n))
        *port = (unsigned)n;
}

static void read_access(const struct yaml_reader *reader, const struct yaml_node *map, char **user, char **jump, char **become,
                        unsigned *port, struct strv *identities)
{
    read_checked(reader, map, "user", is_user, _("the name of a user"), user);
    read_checked(reader, map, "jump", is_jump, _("[user@]host[:port], several with commas between, or none"), jump);
    read_checked(reader, map, "become", is_become, _("sudo or none"), become);
    read_port(reader, map, port);
    read_identities(reader, map, identities);
}

static void read_host_keys(const struct yaml_reader *reader, const struct yaml_node *map, struct host *host)
{
    const struct yaml_node *node = yaml_get(map, "host_keys");
    if (!yaml_get_strings(reader, map, "host_keys", &host->host_keys))
        return;
    for (size_t i = 0; i < host->host_keys.count; i++) {
        const char *key = host->host_keys.items[i];
        if (strncmp(key, "SHA256:", 7) != 0 || strlen(key) != 50 || key[7 + strspn(key + 7, ALNUM "+/")])
            yaml_error(reader, node->items[i], _("host_keys: expected a fingerprint as ssh-keygen -l shows it, SHA256: and 43 "
                                                 "characters; found \"%.60s\""),
                       key);
    }
}

static void check_roles(const struct yaml_reader *reader, const struct yaml_node *map, const struct topology *topology,
                        const struct host *host)
{
    const struct yaml_node *node = yaml_get(map, "roles");
    if (node && node->kind == YAML_SEQUENCE && !node->count)
        yaml_error(reader, node, _("roles: expected at least one, found none"));
    if (!topology)
        return;
    for (size_t i = 0; i < host->roles.count; i++) {
        if (topology_role(topology, host->roles.items[i]))
            continue;
        const char **names = mem_new(topology->role_count, sizeof *names);
        for (size_t j = 0; j < topology->role_count; j++)
            names[j] = topology->roles[j].name;
        read_unknown(reader, node->items[i], "roles", host->roles.items[i], names, topology->role_count);
        free(names);
    }
}

static void check_unique(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell,
                         const struct fleet *fleet, const struct host *host)
{
    for (size_t i = 0; i < fleet->count; i++) {
        const struct host *other = &fleet->items[i];
        if (*host->name && strcmp(other->name, host->name) == 0 && !*reader->file) /* a draft has no lines */
            yaml_error(reader, yaml_get(map, "name"), _("name: the host \"%s\" stands here twice"), host->name);
        else if (*host->name && strcmp(other->name, host->name) == 0)
            yaml_error(reader, yaml_get(map, "name"), _("name: the host \"%s\" stands here twice; the first is on line %u"), host->name,
                       other->line);
        /* one address, other ports: containers and forwards; with the spell unknown, it is not known whether that is allowed */
        bool is_same = spell && spell->is_exclusive && *host->address && strcmp(other->address, host->address) == 0 && other->port == host->port;
        if (is_same && !*reader->file)
            yaml_error(reader, yaml_get(map, "address"), _("address: \"%s\" is also the address of \"%s\"; one machine can be one host only"),
                       host->address, other->name);
        else if (is_same)
            yaml_error(reader, yaml_get(map, "address"),
                       _("address: \"%s\" is also the address of \"%s\" (line %u); one machine can be one host only"), host->address,
                       other->name, other->line);
    }
}

void answers_read_host(const struct yaml_reader *reader, const struct yaml_node *node, const struct spell *spell,
                       const struct topology *topology, struct fleet *fleet)
{
    static const char *const keys[] = {"name",   "address",  "port",      "user",  "jump",
                                       "become", "identity", "host_keys", "roles"};
    struct host host = {.line = node->line, .column = node->column};
    host.name = mem_strdup("");
    host.address = mem_strdup("");
    if (yaml_check_keys(reader, node, _("a host"), keys, sizeof keys / sizeof *keys)) {
        read_name(reader, node, "name", value_is_label, _("small letters, digits and -, at most 63, as Kubernetes wants them"),
                  &host.name);
        read_name(reader, node, "address", is_address, _("an address, a host name, or a name that your ssh knows"), &host.address);
        read_access(reader, node, &host.user, &host.jump, &host.become, &host.port, &host.identities);
        read_host_keys(reader, node, &host);
        if (yaml_need(reader, node, "roles") && yaml_get_strings(reader, node, "roles", &host.roles))
            check_roles(reader, node, topology, &host);
        check_unique(reader, node, spell, fleet, &host);
    }
    fleet->items = mem_grow(fleet->items, fleet->count + 1, sizeof host);
    fleet->items[fleet->count++] = host;
}

/* A host of a role that is `inside` another is a container on the host of that one. How it is reached is then that host's. */
static void put_inside(const struct yaml_reader *reader, const struct yaml_node *map, const struct topology *topology, struct fleet *fleet,
                       struct host *host)
{
    static const char *const access[] = {"port", "user", "jump", "become", "identity", "host_keys"};
    const char *inside = NULL;
    bool is_mixed = false;
    for (size_t i = 0; i < host->roles.count; i++) {
        const struct role *role = topology_role(topology, host->roles.items[i]);
        const char *its = role && role->inside ? role->inside : "";
        is_mixed = is_mixed || (role && inside && strcmp(inside, its) != 0);
        inside = role ? its : inside;
    }
    if (is_mixed)
        yaml_error(reader, yaml_get(map, "roles"), _("roles: \"%s\" can't be a container and a host of its own; give it roles of one kind"), host->name);
    if (is_mixed || !inside || !*inside)
        return;
    for (size_t i = 0; i < sizeof access / sizeof *access; i++)
        if (yaml_get(map, access[i]))
            yaml_error(reader, yaml_get(map, access[i]), _("%s: \"%s\" is a container, which is reached through the host with the role %s; leave this out"),
                       access[i], host->name, inside);
    if (host_is_local(host))
        yaml_error(reader, yaml_get(map, "address"), _("address: \"%s\" is a container; expected its address in the network of LXD, found \"local\""),
                   host->name);
    for (size_t i = 0; i < fleet->count; i++)
        if (strv_has(&fleet->items[i].roles, inside) && !host->outer) {
            fleet->items[i].holds_containers = true;
            host_put_inside(host, &fleet->items[i]);
        }
}

/* How many hosts each role has, against what the topology says. */
static void check_counts(const struct yaml_reader *reader, const struct yaml_node *node, const struct topology *topology,
                         struct answers *answers)
{
    for (size_t i = 0; i < topology->role_count; i++) {
        const struct role *role = &topology->roles[i];
        unsigned n = 0;
        for (size_t j = 0; j < answers->fleet.count; j++)
            n += strv_has(&answers->fleet.items[j].roles, role->name);
        if (n < role->min)
            yaml_error(reader, node, _("hosts: the topology \"%s\" wants %u or more with the role %s, found %u"), topology->name,
                       role->min, role->name, n);
        else if (role->max && n > role->max)
            yaml_error(reader, node, _("hosts: the topology \"%s\" wants at most %u with the role %s, found %u"), topology->name,
                       role->max, role->name, n);
        else if (role->is_odd && n && n % 2 == 0)
            err_list_addf(&answers->warnings, reader->file, node->line, node->column,
                          _("%u hosts with the role %s: an even number survives the loss of no more hosts than %u would, because "
                            "more than half of them must agree"),
                          n, role->name, n - 1);
    }
}

void answers_read_hosts(const struct yaml_reader *reader, const struct yaml_node *root, const struct spell *spell,
                        struct answers *answers)
{
    static const char *const keys[] = {"user", "port", "identity", "jump", "become"};
    const struct topology *topology = spell ? spell_topology(spell, answers->topology) : NULL;
    const struct yaml_node *ssh = yaml_get(root, "ssh"), *hosts = yaml_need(reader, root, "hosts");
    struct ssh_defaults *defaults = &answers->fleet.ssh;
    if (ssh && yaml_check_keys(reader, ssh, "ssh", keys, sizeof keys / sizeof *keys))
        read_access(reader, ssh, &defaults->user, &defaults->jump, &defaults->become, &defaults->port, &defaults->identities);
    if (!hosts || !yaml_is_sequence(reader, hosts, "hosts"))
        return;
    if (!hosts->count)
        yaml_error(reader, hosts, _("hosts: expected at least one, found none"));
    if (hosts->count > ANSWERS_HOSTS_MAX)
        yaml_error(reader, hosts, _("hosts: expected at most %d, found %zu"), ANSWERS_HOSTS_MAX, hosts->count);
    for (size_t i = 0; i < hosts->count && i < ANSWERS_HOSTS_MAX; i++)
        answers_read_host(reader, hosts->items[i], spell, topology, &answers->fleet);
    for (size_t i = 0; topology && i < answers->fleet.count; i++)
        put_inside(reader, hosts->items[i], topology, &answers->fleet, &answers->fleet.items[i]);
    if (topology && hosts->count)
        check_counts(reader, hosts, topology, answers);
}
