/* An inventory and playbooks that do what `kwiz run` does, for sites that must run through Ansible or AWX.
 *
 *   inventory.yaml        hosts, groups by role, how they are reached
 *   site.yaml, reset.yaml a play a step, in the plan's order
 *   action-NAME.yaml      the same for actions that are about the whole cluster and change no answers
 *   group_vars/all.yaml   how a step is sent
 *   kwiz/                 what runs on a host (src/engine/host/playbook.list), variables of all hosts and of each
 *   steps/, undo/, actions/NAME/ the steps' scripts, as kwiz sends them
 *   ansible.cfg, README.md
 */
#ifndef KWIZ_CLI_ANSIBLE_H
#define KWIZ_CLI_ANSIBLE_H

#include <stdbool.h>

#include "base/err.h"
#include "model/plan.h"
#include "spell/answers.h"

struct ansible_source {
    const struct answers *answers;
    const struct plan *install;
    const struct plan *reset; /* NULL: the spell takes nothing back */
    struct plan *const *actions;
    size_t action_count;
    const struct strv *left_to_kwiz; /* names of the spell's other actions */
};

/* Write it all into folder, which must not be there yet or be empty: whole or not at all. The same answers give the same bytes. ERR_USAGE when the
 * folder holds something, ERR_LOCAL. */
bool ansible_export(const struct ansible_source *source, const char *folder, struct err *err);

#endif
