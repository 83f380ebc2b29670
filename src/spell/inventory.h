/* Hosts from files of other programs: Ansible inventories (INI and YAML), CSV, ssh_config, and lines as
 * hosts_text.h has them. */
#ifndef KWIZ_SPELL_INVENTORY_H
#define KWIZ_SPELL_INVENTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "model/host.h"
#include "spell/spell.h"

#define INVENTORY_BYTES_MAX ((size_t)1024 * 1024)

/* The groups of inventories that kwiz writes: all hosts, and those of a role. Neither is the name of a host, which has no underscores. */
#define INVENTORY_ALL_HOSTS "kwiz_hosts"
#define INVENTORY_ROLE_PREFIX "role_"

enum inventory_format {
    INVENTORY_INI,   /* Ansible: [group], [group:children], [group:vars] */
    INVENTORY_YAML,  /* Ansible: all, hosts, children, vars; what is YAML, in the subset of yaml.h */
    INVENTORY_CSV,   /* a header of name, address, roles, user, jump, port in any order */
    INVENTORY_SSH,   /* ssh_config: the names of its Host lines; such hosts get no roles */
    INVENTORY_LINES, /* NAME ADDRESS ROLES [USER] [JUMP] */
    INVENTORY_FORMATS
};

/* "ini", "yaml", "csv", "ssh", "lines". */
const char *inventory_format_name(enum inventory_format format);
/* false when there is no format of that name. */
bool inventory_format_named(const char *name, enum inventory_format *format);
/* What the text looks like. Never fails: text that looks like nothing is taken for INI. */
enum inventory_format inventory_guess(const char *bytes, size_t len);

/* Append the hosts that are understood to fleet, by the rules of an answers file; what is not understood
 * (hosts, groups without a role, variables, each once) is added to errors with its place, in their order. name stands for the
 * file in errors; spell and topology may be NULL: then groups get the first role of the table in
 * inventory_role.c. At most INVENTORY_BYTES_MAX bytes and ANSWERS_HOSTS_MAX hosts. */
void inventory_read(enum inventory_format format, const char *name, const char *bytes, size_t len,
                    const struct spell *spell, const struct topology *topology, struct fleet *fleet,
                    struct err_list *errors);

#endif
