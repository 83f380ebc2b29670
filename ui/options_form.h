/* The questions of a spell as a form: what is typed, what is folded, which faults are in sight. The rules are the wizard's. */
#ifndef KWIZ_UI_OPTIONS_FORM_H
#define KWIZ_UI_OPTIONS_FORM_H

#include "ui/form.h"
#include "wizard/wizard.h"

/* What is kept of a question while its value comes and goes. */
struct options_entry {
    struct field field;     /* the value; of a password what was typed */
    struct field reference; /* of a password */
    bool is_reference;      /* a password is given by reference */
    bool was_left;          /* so its fault may be told */
    size_t at;              /* the tick in focus */
};

struct options_form {
    struct form form;
    const struct spell *spell;     /* that entries are of */
    struct options_entry *entries; /* owned: one a question */
    size_t entry_count;
    struct options_entry name;     /* of the cluster */
    struct strv notes;             /* texts that items of the form point to */
    bool is_open;                  /* More */
    size_t faults;                 /* in sight */
    size_t typed_id;               /* the item that was typed into since it got the focus, or OPTIONS_NONE: a reference in it is in clear */
};

/* Of items: the cluster's name, More, and two of a question: its value, and how a password is given. */
#define OPTIONS_NONE SIZE_MAX
#define OPTIONS_NAME 0
#define OPTIONS_MORE 1
#define OPTIONS_VALUE(index) (2 + 2 * (index))
#define OPTIONS_MANNER(index) (3 + 2 * (index))
/* The question of an item; SIZE_MAX for the first two. */
size_t options_question(size_t id);

/* What stands beside a choice that hosts have, before its help (or NULL); malloc'd. */
char *options_found(size_t hosts, const char *help);
/* Take over what the draft has now: after it may have changed elsewhere. */
void options_form_load(struct options_form *o, struct wizard *wizard);
/* Make the items anew: the focus stays on its question, or goes to the one before. */
void options_form_make(struct options_form *o, struct wizard *wizard);
void options_form_done(struct options_form *o);
/* The item in focus has another value: hand it to the wizard. */
void options_form_store(struct options_form *o, struct wizard *wizard);
/* Give the default back to the item in focus. */
void options_form_reset(struct options_form *o, struct wizard *wizard);
/* Tell all faults, as Next was tried. */
void options_form_tell_all(struct options_form *o);
/* The focus is about to go elsewhere. */
void options_form_leave(struct options_form *o);

#endif
