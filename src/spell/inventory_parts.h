/* Private to inventory*.c. */
#ifndef KWIZ_SPELL_INVENTORY_PARTS_H
#define KWIZ_SPELL_INVENTORY_PARTS_H

#include "base/strv.h"
#include "spell/inventory.h"
#include "spell/range.h"
#include "spell/yaml.h"

#define INVENTORY_GROUPS_MAX 200
#define INVENTORY_MENTIONS_MAX                                                                               \
    20000 /* hosts in groups, each as often as it is named: what the work is bounded by */
#define INVENTORY_CHILDREN_MAX 1000

/* The variables of Ansible that mean something to kwiz. */
enum inventory_key {
    INVENTORY_ADDRESS,
    INVENTORY_USER,
    INVENTORY_PORT,
    INVENTORY_IDENTITY,
    INVENTORY_BECOME,
    INVENTORY_CONNECTION,
    INVENTORY_ARGUMENTS, /* of ssh: ProxyJump and IdentityFile count */
    INVENTORY_KEYS
};

struct inventory_value {
    char *text; /* owned or NULL */
    unsigned line, column;
};

struct inventory_host {
    char *name; /* owned */
    struct inventory_value values[INVENTORY_KEYS];
    unsigned line, column;
};

struct inventory_group {
    char *name; /* owned */
    struct inventory_value values[INVENTORY_KEYS];
    size_t *hosts, *children; /* owned: indices */
    size_t host_count, child_count;
    unsigned line, column; /* where it is named first */
};

/* What the readers of Ansible's two formats fill. groups[0] is `all`. */
struct inventory {
    struct yaml_reader reader;
    struct inventory_host *hosts;
    size_t host_count;
    struct inventory_group *groups;
    size_t group_count;
    size_t mention_count, child_count;
    struct strv unknown; /* variables that were complained of */
    bool is_full;        /* a limit was reached and named: the reader stops */
};

/* The group of that name, made when it is new. NULL after an error: there are too many. */
struct inventory_group *inventory_group(struct inventory *inventory, const char *name, unsigned line,
                                        unsigned column);
/* Hosts written as Ansible does (ranges) into group; *first and *count: their indices, appended to indices
 * (owned by the caller). false after an error. */
bool inventory_add_hosts(struct inventory *inventory, struct inventory_group *group, const char *pattern,
                         unsigned line, unsigned column, size_t **indices, size_t *count);
/* false after an error: too many, or a circle. */
bool inventory_add_child(struct inventory *inventory, const char *parent, const char *child, unsigned line,
                         unsigned column);
/* Put a variable among values. One that kwiz does not know is an error, once. */
void inventory_set(struct inventory *inventory, struct inventory_value *values, const char *key,
                   const char *text, unsigned line, unsigned column);
/* The same for several hosts. */
void inventory_set_hosts(struct inventory *inventory, const size_t *indices, size_t count, const char *key,
                         const char *text, unsigned line, unsigned column);
void inventory_init(struct inventory *inventory, const char *name, struct err_list *errors);
void inventory_done(struct inventory *inventory);
/* What a host is called that another program calls name: the name itself, the first part of a DNS name,
 * host-192-0-2-1; malloc'd. */
char *inventory_host_name(const char *name);
/* text made printable and short; malloc'd. */
char *inventory_shown(const char *text);

/* inventory_arguments.c: what ssh's arguments say, which may be NULL. *jump and *identities (one a line) are malloc'd, or NULL when
 * nothing is said. What kwiz can't use is an error at the value's place. */
void inventory_read_arguments(struct inventory *inventory, const struct inventory_value *value, char **jump, char **identities);

/* The readers. The text is valid UTF-8 without NUL. */
void inventory_read_ini(struct inventory *inventory, const char *text);
void inventory_read_yaml(struct inventory *inventory, const char *bytes, size_t len);
/* inventory_role.c: the roles of groups, and the hosts of all groups that have one, to fleet. */
void inventory_resolve(struct inventory *inventory, const struct spell *spell,
                       const struct topology *topology, struct fleet *fleet);
void inventory_read_csv(const struct yaml_reader *reader, const char *text, const struct spell *spell,
                        const struct topology *topology, struct fleet *fleet);
void inventory_read_ssh(const struct yaml_reader *reader, const char *text, const struct spell *spell,
                        const struct topology *topology, struct fleet *fleet);

#endif
