/* What the files that make the export (ansible.h) share. Nobody else includes this. */
#ifndef KWIZ_CLI_ANSIBLE_PARTS_H
#define KWIZ_CLI_ANSIBLE_PARTS_H

#include "cli/ansible.h"
#include "spell/yaml_write.h"

/* The group of a role's hosts; malloc'd. */
char *ansible_group(const char *role);
/* The pattern of these hosts (one flag a host of the plan): a group's name, or else a sequence of names. */
struct yaml_node *ansible_pattern(const struct plan *plan, const bool *is_in);
/* The variable that a secret of the answers is given by; malloc'd. */
char *ansible_secret_name(const char *key);
/* Keys of secrets of the answers that steps of the plan read. */
void ansible_asked(const struct ansible_source *source, const struct plan *plan, struct strv *keys);

struct yaml_node *ansible_inventory(const struct ansible_source *source);
/* group_vars/all.yaml */
struct yaml_node *ansible_variables(void);
/* A playbook. scripts: the folder of its scripts. */
struct yaml_node *ansible_playbook(const struct ansible_source *source, const struct plan *plan, const char *scripts);
/* Is a step's check left out, as what it publishes is wanted whatever the check says? */
bool ansible_is_forced(const struct plan *plan, size_t step);
/* ansible.cfg and README.md; malloc'd. */
char *ansible_config(void);
char *ansible_readme(const struct ansible_source *source);

#endif
