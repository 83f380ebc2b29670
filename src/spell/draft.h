/* Answers while they are being given. Whatever was typed is kept, right or wrong, until it is changed; a draft is judged by making it the tree that
 * an answers file would be read into and reading that, so its rules and their words are those of answers files. Pure, but for opening and saving. */
#ifndef KWIZ_SPELL_DRAFT_H
#define KWIZ_SPELL_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/strv.h"
#include "spell/answers.h"
#include "spell/spell.h"

/* What a host is described by; the keys of an answers file, draft_cell_key(). */
enum draft_cell { CELL_NAME, CELL_ADDRESS, CELL_ROLES, CELL_USER, CELL_JUMP, CELL_PORT, CELL_IDENTITY, CELL_BECOME };
#define DRAFT_CELLS 8
#define DRAFT_CELL_BYTES_MAX 1024
#define DRAFT_UNDO_MAX 50

struct draft_host {
    unsigned id;              /* never given again: what follows a host follows this */
    char *cells[DRAFT_CELLS]; /* owned, never NULL; roles with blanks between, identities as key_files_read() reads them */
    struct strv host_keys;
};

struct draft; /* opaque but for the calls below */

/* Where a fault lies. */
enum draft_part {
    PART_WHOLE,    /* nothing below fits: the spell, the version */
    PART_NAME,     /* the cluster's name */
    PART_TOPOLOGY,
    PART_HOSTS,    /* the table as a whole: roles without hosts */
    PART_HOST,     /* index: of the host; cell */
    PART_SSH,      /* what counts for all hosts; cell */
    PART_QUESTION, /* index: into spell->questions */
    PART_ACCEPT,
    PART_SECRET,
};

struct draft_fault {
    enum draft_part part;
    size_t index;
    enum draft_cell cell;
    bool is_warning; /* allowed but unwise */
    char *text;      /* owned, translated */
};

struct judgement {
    struct answers *answers;    /* owned: all that is right; NULL only without a spell. Complete when is_valid */
    bool is_valid;              /* no fault but warnings */
    struct draft_fault *faults; /* owned */
    size_t fault_count;
    size_t dropped;             /* faults beyond ERR_LIST_MAX, which are not kept */
};

/* How many hosts have a role, against what the topology says. */
enum draft_need_state { NEED_MET, NEED_FEW, NEED_MANY, NEED_EVEN /* allowed but unwise */ };
struct draft_need {
    const struct role *role; /* of the spell */
    size_t have;
    enum draft_need_state state;
};

struct draft *draft_new(void);
void draft_free(struct draft **draft);
const char *draft_cell_key(enum draft_cell cell);

/* The spell (must outlive the draft, or be replaced before it goes; NULL = none). Hosts and answers stay, whether it knows them or not. The topology
 * stays where the new spell has it, else it becomes "". */
void draft_set_spell(struct draft *draft, const struct spell *spell);
const struct spell *draft_spell(const struct draft *draft);
void draft_set_topology(struct draft *draft, const char *name);
const char *draft_topology(const struct draft *draft); /* "" = none yet */
/* The cluster's name; until it is set (or after NULL) it is made of the topology's. */
void draft_set_name(struct draft *draft, const char *name);
const char *draft_name(const struct draft *draft);
bool draft_has_name(const struct draft *draft); /* was it set? */

/* -- hosts. Each change can be undone; texts are cut at DRAFT_CELL_BYTES_MAX and made printable -- */
size_t draft_host_count(const struct draft *draft);
const struct draft_host *draft_host(const struct draft *draft, size_t index);
/* A new host before index (count = at the end), with empty cells. false when there are ANSWERS_HOSTS_MAX. */
bool draft_host_add(struct draft *draft, size_t index);
/* A copy behind it, with the next free name (kub-node-2 after kub-node-1) and no address. */
bool draft_host_copy(struct draft *draft, size_t index);
void draft_host_delete(struct draft *draft, size_t index);
void draft_host_move(struct draft *draft, size_t from, size_t to);
void draft_host_set(struct draft *draft, size_t index, enum draft_cell cell, const char *text);
/* The same for what a person types: USER@ADDRESS as an address is both, as ssh takes it. One change for draft_undo; not within a group. */
void draft_host_type(struct draft *draft, size_t index, enum draft_cell cell, const char *text);
bool draft_host_has_role(const struct draft *draft, size_t index, const char *role);
void draft_host_toggle_role(struct draft *draft, size_t index, const char *role);
/* If name or address is a range (range.h), put as many hosts in its place. *count: how many it is now. ERR_INVALID, and nothing changed: not as many in
 * both, no range, too many. */
bool draft_host_expand(struct draft *draft, size_t index, size_t *count, struct err *err);
/* What that would do, doing nothing. *count: 1 = it is no range; false with err: *cell is the one that is wrong. */
bool draft_host_range(const struct draft *draft, size_t index, size_t *count, enum draft_cell *cell, struct err *err);
/* Append these hosts (replaces: instead of what is there). false and nothing changed when it would be more than ANSWERS_HOSTS_MAX. */
bool draft_hosts_add(struct draft *draft, const struct fleet *fleet, bool replaces, struct err *err);
/* Instead of what is there, these hosts, whose text was made of it (draft_hosts_text): one that has its name still keeps what lines of text have no word
 * for, and its id. false and nothing changed as above. */
bool draft_hosts_retype(struct draft *draft, const struct fleet *fleet, struct err *err);
/* The table as lines that hosts_text_read takes, right or wrong; append to out. */
void draft_hosts_text(const struct draft *draft, struct buf *out);
void draft_hosts_clear(struct draft *draft);
/* A fingerprint that the operator accepted for the host; it goes into the answers. No undo. */
void draft_host_key(struct draft *draft, size_t index, const char *fingerprint);
/* All changes of hosts until draft_group_end are one for draft_undo. Not to be nested. */
void draft_group(struct draft *draft);
void draft_group_end(struct draft *draft);
/* Take back the last change of the hosts, or of what counts for all. false when there is none. */
bool draft_undo(struct draft *draft);
/* What that would take back, translated ("3 hosts deleted"); append to out. false when there is none. */
bool draft_undo_what(const struct draft *draft, struct buf *out);
/* What counts for hosts that say nothing themselves: CELL_USER, CELL_JUMP, CELL_PORT, CELL_IDENTITY, CELL_BECOME. */
void draft_set_ssh(struct draft *draft, enum draft_cell cell, const char *text);
const char *draft_ssh(const struct draft *draft, enum draft_cell cell);
/* One a role of the topology, in its order, at most max; the number stored. */
size_t draft_needs(const struct draft *draft, struct draft_need *needs, size_t max);
/* The role that another host most likely has: the first that lacks hosts, else the first that usually has more, else the last that may have more. NULL: there is no topology, or no room. */
const struct role *draft_wanted_role(const struct draft *draft);
/* "control-plane 2 of 3", translated but for the role; append to out. */
void draft_need_text(const struct draft_need *need, struct buf *out);

/* -- answers: text as for question_check (multi: values with blanks between); NULL = not answered, so the default counts -- */
void draft_set_value(struct draft *draft, const char *key, const char *text);
const char *draft_value(const struct draft *draft, const char *key);
/* Which of the spell's questions are asked with what has been answered so far, right or wrong: applies[i] for each. What was answered to others is kept, but neither
 * judged nor used. */
void draft_asks(const struct draft *draft, bool *applies);
/* Does a condition (NULL: yes) hold that may name the first `known` questions? applies: of draft_asks. */
bool draft_holds(const struct draft *draft, const bool *applies, size_t known, const struct cond *cond);
/* Accept a check (reason NULL: not any more). */
void draft_accept(struct draft *draft, const char *id, const char *reason);
const char *draft_accepted(const struct draft *draft, const char *id);
void draft_confirm(struct draft *draft, const char *id, bool is_confirmed);
/* Where a secret comes from: "env:NAME", "file:PATH", "cmd:COMMAND", "ask"; NULL = from nowhere. */
void draft_set_secret(struct draft *draft, const char *key, const char *reference);
const char *draft_secret(const struct draft *draft, const char *key);
/* Its index in faults of PART_SECRET; SIZE_MAX when it comes from nowhere. */
size_t draft_secret_index(const struct draft *draft, const char *key);

/* Judge it. The result refers to the spell and is to be done. */
void draft_judge(const struct draft *draft, struct judgement *judgement);
void judgement_done(struct judgement *judgement);
/* The first fault (or, if there is none, warning) of that place, or NULL. cell counts for PART_HOST and PART_SSH. */
const struct draft_fault *judgement_at(const struct judgement *judgement, enum draft_part part, size_t index, enum draft_cell cell);
/* The first fault (or, if there is none, warning) of any cell of that host, or NULL. */
const struct draft_fault *judgement_host(const struct judgement *judgement, size_t index);
/* How many faults (no warnings) a part has. */
size_t judgement_count(const struct judgement *judgement, enum draft_part part);

/* Changes at each change of the draft. */
unsigned draft_version(const struct draft *draft);
/* Fill an empty draft from an answers file, with all that can be kept of it; spell and topology as it names them, the caller having loaded the spell
 * (NULL: it could not be). What is not kept is added to errors. false when nothing could be read at all. */
bool draft_open(struct draft *draft, const char *path, const struct spell *spell, struct err_list *errors);
/* The name of the spell that an answers file names (malloc'd), or NULL. */
char *draft_spell_of(const char *path);
/* Write it: as answers_save does when it is valid, else all that was typed, as an answers file to be corrected. Mode 0600; whole or not at all. */
bool draft_save(const struct draft *draft, const char *path, struct err *err);

#endif
