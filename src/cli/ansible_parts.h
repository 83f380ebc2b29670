/* What the files that make the export (ansible.h) share. Nobody else includes this. */
#ifndef KWIZ_CLI_ANSIBLE_PARTS_H
#define KWIZ_CLI_ANSIBLE_PARTS_H

#include "cli/ansible.h"
#include "spell/yaml_write.h"

#define ANSIBLE_MARGIN_S 120u /* for Ansible, beyond the step's own limit: the link, and 10 s between TERM and KILL */

/* One play in the making. */
struct ansible_play {
    const struct ansible_source *source;
    const struct plan *plan;
    size_t step;
    const char *scripts; /* the folder of the plan's scripts */
    char *answer;        /* owned: the variable that holds what the step's script told */
    struct yaml_node *tasks;
};

/* Names of groups and variables have no `-`; prefix and text without them, malloc'd. */
char *ansible_name(const char *prefix, const char *text);

/* ansible_inventory.c */
struct yaml_node *ansible_inventory(const struct ansible_source *source);
/* The pattern of these hosts (one flag a host of the plan): a group's name, or else a sequence of names. */
struct yaml_node *ansible_pattern(const struct plan *plan, const bool *is_in);

/* ansible_secrets.c. The variable that a secret of the answers is given by; malloc'd. */
char *ansible_secret_name(const char *key);
/* Keys of secrets of the answers that steps of the plan read. */
void ansible_asked(const struct ansible_source *source, const struct plan *plan, struct strv *keys);
/* Is a step's check left out, as what it publishes is wanted whatever the check says? */
bool ansible_is_forced(const struct plan *plan, size_t step);
/* The variable that a step's outcome is registered in; malloc'd. */
char *ansible_answer(const struct plan_step *step);
/* The expression of what the step told that was registered in variable; malloc'd. */
char *ansible_told(const char *variable);
/* kwiz_secrets: an expression in base64 for each secret that the play's step reads. */
struct yaml_node *ansible_secrets(const struct ansible_play *play);

/* ansible_tasks.c. A new task at the end of the play, which owns it. */
struct yaml_node *ansible_add_task(struct ansible_play *play, const char *name);
/* The arguments of a command that sends request to a host. */
struct yaml_node *ansible_command(const char *request);
/* All tasks of the play's step. */
void ansible_add_step(struct ansible_play *play);

/* ansible_request.c: group_vars/all.yaml */
struct yaml_node *ansible_variables(void);

/* The file of variables that all hosts have alike in this plan, below the folder; malloc'd. */
char *ansible_common(const struct ansible_source *source, const struct plan *plan);

/* ansible_playbook.c. A playbook; scripts: the folder of its scripts. */
struct yaml_node *ansible_playbook(const struct ansible_source *source, const struct plan *plan, const char *scripts);

/* ansible_text.c: ansible.cfg and README.md; malloc'd. */
char *ansible_config(void);
char *ansible_readme(const struct ansible_source *source);

#endif
