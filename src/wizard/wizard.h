/* The wizard without a screen: which sections there are, what stands in the way of going on, and what is known at each point. Screens and the line
 * dialogue both show this and hand in answers; nothing is decided in them.
 *
 * Everything that changes is told by `changed`, in the loop or within a call. Nothing blocks.
 */
#ifndef KWIZ_WIZARD_WIZARD_H
#define KWIZ_WIZARD_WIZARD_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "engine/access.h"
#include "engine/rundir.h"
#include "model/plan.h"
#include "spell/catalog.h"
#include "spell/draft.h"
#include "spell/requirement.h"
#include "wizard/section.h"

struct wizard;

struct wizard_options {
    uv_loop_t *loop;                    /* must outlive the wizard; NULL: no host is contacted, for tests */
    const struct catalog_options *catalog; /* must outlive the wizard */
    struct transport_options transport; /* how hosts are reached */
    bool can_ask;                       /* questions of hosts are shown (else they are refused) */
    void (*changed)(void *context);     /* something is another than it was; may be NULL */
    void *changed_context;
};

struct wizard *wizard_new(const struct wizard_options *options);
void wizard_free(struct wizard **wizard);

/* -- the answers -- */
/* To be changed by the calls of draft.h; then wizard_touch. */
struct draft *wizard_draft(struct wizard *wizard);
void wizard_touch(struct wizard *wizard);
/* As of now; valid until the draft changes. */
const struct judgement *wizard_judgement(struct wizard *wizard);
/* Begin with what an answers file says; its spell is looked for. What is wrong in it is added to errors with its place, and stands in the draft to be
 * corrected. false when nothing could be taken from it; then nothing has changed. */
bool wizard_open(struct wizard *wizard, const char *path, struct err_list *errors);
/* Where it would be saved: the file it was opened from or saved to last, else NAME.yaml in the current folder; malloc'd. */
char *wizard_path(struct wizard *wizard);
bool wizard_save(struct wizard *wizard, const char *path, struct err *err);
/* Has anything been answered since the last saving, or at all? */
bool wizard_is_saved(const struct wizard *wizard);

/* -- spells -- */
struct wizard_spell {
    char *name, *folder;    /* owned */
    struct spell *spell;    /* owned; NULL: it has errors */
    struct err_list errors; /* why it can't be used */
};
/* Read at the first call; sorted by category, then name. */
size_t wizard_spell_count(struct wizard *wizard);
const struct wizard_spell *wizard_spell(struct wizard *wizard, size_t index);
/* false with err for one that has errors. Hosts and answers stay. */
bool wizard_choose_spell(struct wizard *wizard, size_t index, struct err *err);
bool wizard_choose_topology(struct wizard *wizard, const char *name, struct err *err);

/* -- going about -- */
/* Why one can't go on from a section: false, and in why a sentence that says what is missing and how to mend it. Sections behind Review are not asked for. */
bool wizard_may_leave(struct wizard *wizard, enum section section, struct buf *why);
/* Can it be entered (all that it shows is known)? Going back is always possible. false with why, and *blocker: the section to go to instead. */
bool wizard_may_enter(struct wizard *wizard, enum section section, enum section *blocker, struct buf *why);
/* It is being shown: Access begins to connect, Requirements to measure. */
void wizard_enter(struct wizard *wizard, enum section section);
/* The section behind, before it; SECTION_NONE where there is none. */
enum section wizard_next(const struct wizard *wizard, enum section section);
enum section wizard_previous(const struct wizard *wizard, enum section section);

/* -- hosts: access and requirements -- */
/* NULL before Access was entered. Its hosts are those of the draft as they were when Access (or Requirements) was entered last. */
struct access *wizard_access(struct wizard *wizard);
/* How long a host may take to answer at all, before it counts as not reached. */
unsigned wizard_reach_limit_ms(const struct wizard *wizard);
/* One check over all hosts. */
struct wizard_check {
    const struct requirement *requirement;
    enum verdict_kind worst; /* of hosts that have a verdict; VERDICT_PASS when it is accepted or nothing is known */
    size_t worst_host;
    size_t counts[4];        /* hosts by verdict; accepted ones count as what they are */
    size_t hosts;            /* that it is for and that have been measured */
    const char *accepted;    /* the reason; NULL = not accepted */
    bool is_stale;           /* accepted, but it does not fire any more */
};
struct wizard_checks {
    struct wizard_check *items; /* owned by the wizard: by gravity (fail, warn, skip, pass), then in the spell's order */
    size_t count;
    size_t counts[4];           /* checks by their worst verdict; accepted fails and warns are not counted there but in accepted */
    size_t accepted;
    size_t measured, missing;   /* hosts with facts; those without, whether or not they will come */
};
/* As of now; valid until something changes. */
const struct wizard_checks *wizard_checks(struct wizard *wizard);
/* The verdict of one check on one host, or NULL (not measured, or not for that host). */
const struct verdict *wizard_verdict(struct wizard *wizard, size_t host, const struct requirement *requirement);
/* Measure all hosts again. */
void wizard_measure_again(struct wizard *wizard);

/* -- secrets: kept in memory only; the draft says `ask` for them -- */
void wizard_set_secret(struct wizard *wizard, const char *key, const struct secret *secret);
bool wizard_has_secret(const struct wizard *wizard, const char *key);
/* What was set, else what the draft's references give (`ask`: nothing). A new secret or NULL; fits access_options and vault_open. */
struct secret *wizard_secret(void *wizard, const char *key, struct err *err);

/* -- the plan -- */
/* What would be done; NULL with errors (may be NULL) while the answers are not valid. Valid until something changes. */
const struct plan *wizard_plan(struct wizard *wizard, struct err_list *errors);
/* What is taken back (reset) instead of installed. */
void wizard_set_reset(struct wizard *wizard, bool is_reset);
bool wizard_is_reset(const struct wizard *wizard);
/* What changed since the newest run of a cluster of that name, a line each ("pod_cidr: 10.244.0.0/16, was 10.200.0.0/16"); *run: its id (malloc'd), NULL
 * when there is none. */
void wizard_changes(struct wizard *wizard, char **run, struct strv *lines);

/* -- runs on this machine -- */
/* Newest first; read at the first call. */
size_t wizard_run_count(struct wizard *wizard);
const struct run_meta *wizard_run(struct wizard *wizard, size_t index);

#endif
