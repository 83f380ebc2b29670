/* Private to wizard*.c. */
#ifndef KWIZ_WIZARD_WIZARD_PARTS_H
#define KWIZ_WIZARD_WIZARD_PARTS_H

#include "wizard/wizard.h"

struct wizard_secret_entry {
    char *key;             /* owned */
    struct secret *secret; /* owned */
};

struct wizard_mend;

struct wizard {
    struct wizard_options options;
    struct draft *draft;
    struct judgement judgement;
    unsigned judged_version, saved_version;
    bool is_judged;
    char *path; /* owned: opened from or saved to; NULL = neither */
    bool is_behind; /* the file at path names another state of the spell, and does not say that it knows */
    bool is_reset;

    struct wizard_spell *spells; /* owned */
    size_t spell_count;
    bool has_spells;
    struct spell *own_spell; /* owned: of an answers file that names a folder which the catalogue does not have */

    struct access *access;   /* owned */
    struct fleet asked;      /* owned: the hosts that access has, in its order */
    unsigned access_changes; /* counts: hosts are others, or say something else of themselves than they did */
    uint64_t *digests;       /* owned: of each host's facts as they were seen last; 0 = none */
    size_t digest_count;
    unsigned entered;        /* counts: hosts may be others altogether */
    struct sudo_user_result **sudo_users; /* owned, each owned */
    size_t sudo_user_count;
    struct wizard_mend *mend; /* owned: what was mended last; NULL = nothing */

    struct wizard_questions questions;
    unsigned listed_version, listed_changes;
    bool is_listed;

    struct wizard_checks checks;
    struct verdicts *verdicts; /* owned: one a host of the answers' fleet; empty = not measured */
    bool *judged;              /* owned: whether verdicts is of the facts that the host has now */
    size_t verdict_hosts;
    unsigned checked_version, checked_changes, checked_entered;
    bool is_checked;
    unsigned probed_version; /* of the draft that has_current_probes is about */
    bool is_probed, has_current_probes;

    struct plan *plan; /* owned */
    struct err_list plan_errors;
    unsigned planned_version;
    bool is_planned;

    struct wizard_secret_entry *secrets; /* owned */
    size_t secret_count;

    struct run_meta *runs; /* owned */
    size_t run_count;
    bool has_runs;
};

/* wizard_questions.c */
void wizard_questions_done(struct wizard *wizard);
void wizard_tell(struct wizard *wizard);
/* Take another draft in place of what there is; own: its spell where that is not of the catalogue, else NULL; both are taken over. path: the file it
 * is saved in, NULL = none. */
void wizard_take(struct wizard *wizard, struct draft *draft, struct spell *own, const char *path);
/* wizard_hosts.c */
void wizard_hosts_enter(struct wizard *wizard, bool measures);
/* Has every host of the answers been asked, as it is now? */
bool wizard_hosts_are_current(struct wizard *wizard);
/* What was measured there, by its place in the answers; NULL: nothing, or of other hosts than these. */
const struct facts *wizard_facts(struct wizard *wizard, size_t host);
/* Is what the answers want tried on the hosts what was tried when they were measured? */
bool wizard_probes_are_current(struct wizard *wizard);
/* wizard_checks.c */
void wizard_checks_done(struct wizard *wizard);
/* Are this host's facts others than when this was last asked? */
bool wizard_checks_look(struct wizard *wizard, size_t host);
/* wizard_mend.c */
void wizard_mend_look(struct wizard *wizard, size_t host);
void wizard_mend_match(struct wizard *wizard);
void wizard_mend_done(struct wizard *wizard);
/* wizard_sudo_user.c */
void wizard_sudo_users_done(struct wizard *wizard);

#endif
