/* What else can be done with what was installed from here: the actions of the spells of runs. The wizard asks what an action wants to know, in one line, and hands over to
 * `kwiz action`, which does the rest as for any caller. */
#ifndef KWIZ_WIZARD_ACT_H
#define KWIZ_WIZARD_ACT_H

#include "spell/action.h"
#include "wizard/wizard.h"

struct wizard_act {
    size_t run;   /* wizard_run: one that can be reset, with an answers file that is there */
    char *name;   /* owned: of the action */
    char *title;  /* owned: in the operator's language */
    enum action_targets targets;
    char *changes; /* owned: what it changes, with commas; NULL = nothing */
};

/* The actions of clusters that stand, newest first; made anew, for wizard_acts_done. */
size_t wizard_acts(struct wizard *wizard, struct wizard_act **acts);
void wizard_acts_done(struct wizard_act **acts, size_t count);
/* What the operator is asked for, in one line; NULL: nothing. malloc'd. */
char *wizard_act_question(const struct wizard_act *act);
/* What was typed as words for `kwiz action NAME FILE`, appended. NULL, or what is missing (translated). */
const char *wizard_act_words(const struct wizard_act *act, const char *typed, struct strv *words);

#endif
