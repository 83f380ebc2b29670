/* What can be done with a cluster besides installing it and taking it back: `actions:` of a spell, kwiz-spell(5). */
#ifndef KWIZ_SPELL_ACTION_H
#define KWIZ_SPELL_ACTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strv.h"
#include "spell/yaml.h"

struct spell;

#define ACTION_INSTALL "install"
#define ACTION_RESET "reset"
/* In `needs:` of an action's step: what takes leaving hosts back. Their tasks are called undo-STEP in plans. */
#define ACTION_UNDO "undo"
#define ACTION_UNDO_PREFIX "undo-"

/* What hosts of the command line an action is about. */
enum action_targets { TARGETS_NONE, TARGETS_NEW, TARGETS_LEAVING, TARGETS_SOME };

/* What must be true, or the action is refused before anything is contacted. */
struct guard {
    char *role;       /* owned or NULL */
    unsigned min;     /* so many hosts with the role must stay; 0 = not asked */
    bool is_majority; /* more than half of the hosts with the role must be alive: not named as lost */
    char *answer;     /* owned or NULL: the key of a changed answer, a version: */
    unsigned minors;  /* may go up by at most so many minor versions, and never down */
    char *message, *hint; /* owned; hint may be NULL */
    unsigned line, column;
};

struct spell_action {
    char *name, *title; /* owned */
    char *description, *asks; /* owned or NULL */
    enum action_targets targets;
    struct strv roles;   /* that targets must have one of; empty = any */
    struct strv changes; /* keys of questions whose answers it changes; the first is that of --to */
    struct guard *guards; /* owned */
    size_t guard_count;
    unsigned line, column;
};

/* Read `actions`, if it is there; errors are added. */
void actions_read(const struct yaml_reader *reader, const struct yaml_node *map, struct spell *spell);
/* What can only be checked once the whole spell is read: roles, questions, steps of no action and actions without steps. */
void actions_check(const struct yaml_reader *reader, const struct yaml_node *root, const struct spell *spell);
void action_done(struct spell_action *action);
/* The declared action of that name, or NULL: not install, not reset. */
const struct spell_action *spell_action(const struct spell *spell, const char *name);
/* Has the spell an action with such targets? */
bool spell_has_targets(const struct spell *spell, enum action_targets targets);
/* Names of all that can be done with it: declared actions, install, reset. */
void spell_action_names(const struct spell *spell, struct strv *names);

#endif
