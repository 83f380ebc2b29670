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
#include "engine/mending.h"
#include "engine/rundir.h"
#include "model/plan.h"
#include "spell/catalog.h"
#include "spell/draft.h"
#include "spell/mend.h"
#include "spell/requirement.h"
#include "wizard/checks.h"
#include "wizard/section.h"
#include "wizard/sudo_user.h"

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
/* Before a run of what was answered: it goes to where it would be saved, and what an opened file said until then to FILE.bak. *path: malloc'd, the file that has
 * it now; NULL when that is a file that was neither opened nor saved here, which stays as it is. ERR_LOCAL, ERR_INVALID. */
bool wizard_save_to_run(struct wizard *wizard, char **path, struct err *err);
/* Is there a file of that name that was neither opened nor saved here? Ask the operator before it is written over. */
bool wizard_would_overwrite(const struct wizard *wizard, const char *path);
/* Has nothing been answered since the last saving, or at all? */
bool wizard_is_saved(const struct wizard *wizard);
/* Nobody can be asked any more: what was answered and is not saved, but for passwords, goes into a file of its own in the state folder. *path: malloc'd; NULL
 * when nothing had to be kept. ERR_LOCAL. */
bool wizard_keep(struct wizard *wizard, char **path, struct err *err);
/* How much has been entered: hosts, and questions of the spell with an answer of their own. */
void wizard_entered(const struct wizard *wizard, size_t *hosts, size_t *options);

/* -- spells -- */
struct wizard_spell {
    char *name, *folder;    /* owned */
    struct spell *spell;    /* owned; NULL: it has errors */
    struct err_list errors; /* why it can't be used */
};
/* Read at the first call; sorted by category, then name. */
size_t wizard_spell_count(struct wizard *wizard);
const struct wizard_spell *wizard_spell(struct wizard *wizard, size_t index);
/* Where they are looked for, in this order. */
void wizard_spell_folders(const struct wizard *wizard, struct strv *folders);
/* false with err for one that has errors. Hosts and answers stay. */
bool wizard_choose_spell(struct wizard *wizard, size_t index, struct err *err);
bool wizard_choose_topology(struct wizard *wizard, const char *name, struct err *err);
/* Could the hosts that have been entered stand in this topology of the chosen spell as they are? false with why: more hosts than it takes, roles that it
 * does not have. It may be chosen all the same; the hosts are then to be corrected. Hosts that are still missing are no reason. */
bool wizard_topology_fits(struct wizard *wizard, const struct topology *topology, struct buf *why);

/* -- going about -- */
/* Why one can't go on from a section: false, and in why a sentence that says what is missing and how to mend it. Sections behind Review are not asked for. */
bool wizard_may_leave(struct wizard *wizard, enum section section, struct buf *why);
/* Can it be entered (all that it shows is known)? Going back is always possible. false with why, and *blocker: the section to go to instead. */
bool wizard_may_enter(struct wizard *wizard, enum section section, enum section *blocker, struct buf *why);
/* Where going on from a section leads. goal: the section that is wanted, or SECTION_NONE for the one behind. That is the goal; or what stands before it; or,
 * where that is this section itself though it may be left (checks that fail), the one behind. SECTION_NONE: one can't go on, or there is none. why: what is
 * in the way of leaving, or else of the goal; empty when nothing is. */
enum section wizard_onward(struct wizard *wizard, enum section section, enum section goal, struct buf *why);
/* It is being shown: Access begins to connect, Requirements to measure. */
void wizard_enter(struct wizard *wizard, enum section section);
/* The section behind, before it; SECTION_NONE where there is none. */
enum section wizard_next(const struct wizard *wizard, enum section section);
enum section wizard_previous(const struct wizard *wizard, enum section section);
/* The first section that still lacks something; SECTION_REVIEW when none does. */
enum section wizard_first_lacking(struct wizard *wizard);

/* -- hosts: access and requirements -- */
/* NULL before Access was entered. Its hosts are those of the draft as they were when Access (or Requirements) was entered last. */
struct access *wizard_access(struct wizard *wizard);
/* The hosts that access has, in its order. */
const struct fleet *wizard_fleet(const struct wizard *wizard);
/* The user that logs in there; "" = what ssh_config says. */
const char *wizard_user(const struct wizard *wizard, size_t host);
/* Is it this machine, with nobody to log in to? */
bool wizard_is_local(const struct wizard *wizard, size_t host);
/* How it is reached: "ubuntu@10.1.4.36:2222 through ops@bastion"; malloc'd. */
char *wizard_route(const struct wizard *wizard, size_t host);
/* The host whose question has to be answered before this one goes on: itself, or the one that is asked for what both want; CONTACTS_NONE: none. */
size_t wizard_asker(const struct wizard *wizard, size_t host);
/* The hosts that wait for the answer to this one's question, itself first; hosts: room for access_count. Returns how many. */
size_t wizard_waiters(const struct wizard *wizard, size_t host, size_t *hosts);
/* Accept a host key that this host showed; shown: what it asked with. It is taken too where the host has stopped waiting for the answer meanwhile: then it is
 * reached anew. ERR_INVALID when the host shows another one, or none. */
bool wizard_accept_key(struct wizard *wizard, size_t host, const char *shown, struct err *err);
/* Would wizard_accept_key take it? */
bool wizard_shows_key(const struct wizard *wizard, size_t host, const char *shown);
/* Milliseconds since its state began; 0 without a loop. */
uint64_t wizard_state_ms(const struct wizard *wizard, size_t host);
/* Milliseconds for which it still waits for an answer, its own question's or that of the host that is asked for both; 0: it waits for none. */
uint64_t wizard_answer_ms(const struct wizard *wizard, size_t host);
/* Try all anew that failed or where root was refused. Returns how many. */
size_t wizard_again_all(struct wizard *wizard);
/* -- a user that may use sudo: the only thing on these pages that changes hosts -- */
enum sudo_user_state { SUDO_USER_RUNS, SUDO_USER_MADE, SUDO_USER_TAKEN_BACK, SUDO_USER_FAILED };
struct sudo_user_result {
    char *host; /* owned */
    char user[SUDO_USER_NAME_MAX + 1];
    enum sudo_user_state state;
    bool is_undo;               /* it is being, or was, taken back */
    char *key_file;             /* owned: where its private key is (sudo_user_key_file), or NULL */
    char *user_before, *identity_before; /* owned: what the answers said before they named the user that was made; NULL: they do not name it */
    char text[ACCESS_TEXT_MAX]; /* the last that the host said */
};
/* Run its script on a host that is ACCESS_READY; password (may be NULL) is that of a user that is new. is_undo: the script that takes it back. false with err
 * when the answers are no good or the host is not ready, or when kwiz is logged in as the user that is to be taken back; then the answers name again whom
 * they named before, if that is known, and Access is to be entered anew. */
bool wizard_make_sudo_user(struct wizard *wizard, size_t host, const struct sudo_user *user, const struct secret *password, bool is_undo, struct err *err);
/* What came of the last on this host; NULL: none was asked for. */
const struct sudo_user_result *wizard_sudo_user(const struct wizard *wizard, size_t host);
/* Let the answers name the user that was made, for those of these hosts where it was, and its key, where the key files they name would keep it from being
 * tried. Returns how many; Access is to be entered anew. Where the user is taken back later, the answers say again what they said before; then, too. */
size_t wizard_use_sudo_user(struct wizard *wizard, const size_t *hosts, size_t count);
/* How long a host may take to answer at all, before it counts as not reached. */
unsigned wizard_reach_limit_ms(const struct wizard *wizard);
/* As of now; valid until something changes. */
const struct wizard_checks *wizard_checks(struct wizard *wizard);
/* The verdict of one check on one host, or NULL (not measured, or not for that host). */
const struct verdict *wizard_verdict(struct wizard *wizard, size_t host, const struct requirement *requirement);
/* Measure all hosts again; those that failed are reached anew for it. */
void wizard_measure_again(struct wizard *wizard);
/* The same for one host. */
void wizard_measure_host(struct wizard *wizard, size_t host);
/* How many hosts are being reached or measured just now, whether or not they were measured before; *phase: what is being done on one of them, translated
 * ("measuring"): the `stage` of access.h, so whatever sets that is told. "" = nothing. */
size_t wizard_measuring(struct wizard *wizard, const char **phase);

/* -- mending what a check found, by the spell's script for it: changes hosts -- */
/* On which hosts it would run: where the check fires and was measured. hosts: room for access_count. Returns how many; 0: there is nothing to mend, or no script. */
size_t wizard_mend_hosts(struct wizard *wizard, const struct requirement *requirement, size_t *hosts);
/* What would run there, for people (mend_text); is_whole: with the spell's library. malloc'd. The requirement has a script. */
char *wizard_mend_text(struct wizard *wizard, const struct requirement *requirement, bool is_whole);
/* Run it on those hosts, once the operator has seen it and said so; when it has ended on all, they are measured again. false with err: it was not begun. */
bool wizard_mend(struct wizard *wizard, const struct requirement *requirement, struct err *err);
/* What was begun last, if it was for this check (NULL = whichever); NULL: nothing was. Valid until wizard_mend. */
const struct mending *wizard_mending(const struct wizard *wizard, const char *check);
/* Why what was mended is not written down on this machine; NULL = it is, or nothing was mended. */
const char *wizard_mend_fault(const struct wizard *wizard);

/* -- options: the spell's questions, as they stand -- */
struct wizard_question {
    const struct question *question;
    bool applies;         /* it is asked, as the other answers are now */
    const char *typed;    /* NULL = not answered, so the default counts. What was typed stays while it is not asked */
    const char *text;     /* typed, else the default, else ""; of a password its reference */
    bool is_changed;      /* another than the default */
    const char *asked;    /* NULL; or why it has to be answered although it has a default: hosts have several of its choices */
    const char *fault;    /* NULL; asked; or what is wrong, in the words of answers files, without the question's key before it */
    const size_t *found;  /* of each choice: on how many hosts it was found */
    const bool *offered;  /* of each choice: may it be chosen now? */
};
struct wizard_questions {
    struct wizard_question *items; /* owned by the wizard: all of the spell, in its order */
    size_t count;
    size_t common, rare;           /* that apply */
    size_t faults;                 /* of those that apply */
};
/* As of now; valid until the draft changes. Without a spell there are none. */
const struct wizard_questions *wizard_questions(struct wizard *wizard);
/* Answer one; multi: values with blanks between. What is the default, or nothing where there is no default, counts as not answered. text NULL: not answered. Of passwords:
 * the reference; what is none is not kept, only that something wrong was said. */
void wizard_answer(struct wizard *wizard, size_t index, const char *text);
/* What is wrong with the cluster's name; NULL = nothing. Valid until the draft changes. */
const char *wizard_name_fault(struct wizard *wizard);

/* -- secrets: kept in memory only; the draft says `ask` for them -- */
void wizard_set_secret(struct wizard *wizard, const char *key, const struct secret *secret);
bool wizard_has_secret(const struct wizard *wizard, const char *key);
/* What was set, else what the draft's references give (`ask`: nothing). A new secret or NULL; fits access_options and vault_open. */
struct secret *wizard_secret(void *wizard, const char *key, struct err *err);

/* -- the plan -- */
/* What would be done; NULL with errors (may be NULL) while the answers are not valid. Valid until something changes. */
const struct plan *wizard_plan(struct wizard *wizard, struct err_list *errors);
/* Has one of the hosts on which that step of the plan runs a need of that download, as far as it is known? The plan names whatever hosts may need. */
bool wizard_fetches(struct wizard *wizard, size_t step, size_t download);
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
/* Is it worth going on with: it has not ended well, and no later run was about the same whole cluster. */
bool wizard_can_resume(struct wizard *wizard, size_t index);
/* Can what it installed be taken back: it is the newest installation of its cluster, or action that changed its hosts or answers, and no reset that ended well came after it. */
bool wizard_can_reset(struct wizard *wizard, size_t index);
/* Append the names of its hosts; reads its answers each time. */
void wizard_run_hosts(struct wizard *wizard, size_t index, struct strv *names);
/* Begin with the answers of that run and the spell as it was then; as wizard_open, but they are nobody's file: saving asks for a name of its own. */
bool wizard_open_run(struct wizard *wizard, size_t index, struct err_list *errors);

#endif
