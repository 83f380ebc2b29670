/* A spell as it was read from its folder: complete and checked. The keys of spell.yaml are described in kwiz-spell(5). */
#ifndef KWIZ_SPELL_SPELL_H
#define KWIZ_SPELL_SPELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strv.h"
#include "model/plan.h"
#include "spell/action.h"
#include "spell/cond.h"
#include "spell/question.h"
#include "spell/requirement.h"
#include "spell/translation.h"

#define SPELL_FORMAT 1
#define SPELL_STEPS_MAX 200
#define SPELL_SCRIPT_BYTES_MAX ((size_t)256 * 1024)

struct role {
    char *name;         /* owned; DNS-1123 label */
    char *title;        /* owned or NULL */
    char *inside;       /* owned or NULL; its hosts are LXD containers on the host of that role */
    unsigned min, max;  /* hosts; max 0 = no limit */
    unsigned usual;     /* hosts; what the operator is led to; min where the spell says nothing */
    bool is_odd;        /* an even number works, but is warned of */
    unsigned cpus;      /* nominal; 0 = nothing said */
    uint64_t memory_mb, disk_mb; /* nominal, MiB; 0 = nothing said */
    unsigned line, column;
};

struct topology {
    char *name, *title; /* owned */
    char *description;  /* owned or NULL */
    struct role *roles; /* owned */
    size_t role_count;
    unsigned line, column;
};

/* `needs: [x, {step: y, hosts: all}]` */
struct step_need {
    char *step;        /* owned: the id */
    size_t index;      /* into steps; set by spell_load */
    bool on_all_hosts; /* on all hosts it runs on; else: on the same host if it runs there, otherwise on all */
    unsigned line, column;
};

struct script {
    char *path; /* owned: relative to the spell's folder; NULL = there is none */
    char *text; /* owned: the function kwiz_data, the spell's `library` files, then the script itself */
    size_t own; /* where in text that begins */
    unsigned line, column;
};

/* What a step fetches from elsewhere. {KEY} in the texts stands for an answer. */
struct download {
    char *what;        /* owned */
    char *from;        /* owned or NULL: the host's own package sources */
    struct table_choice *row; /* owned or NULL: whose cells the texts name; as many downloads as rows */
    struct cond *when; /* owned or NULL */
    struct fact_rules *here;       /* owned: where these facts hold, the host has it already; none of them: it never has */
    struct fact_rules *maybe_here; /* owned: where these hold, it may have it, and no fact tells */
    struct fact_rules *unneeded;   /* owned: where these hold, the host needs it not */
    unsigned line, column;
};

struct step {
    char *id, *title; /* owned */
    struct cond *on;   /* owned; on which hosts */
    struct cond *when; /* owned or NULL: only then at all */
    struct step_need *needs; /* owned */
    size_t need_count;
    bool needs_undo; /* `needs: [undo]`: after what takes leaving hosts back */
    struct script run, check, undo;
    uint64_t timeout_ms;
    unsigned serial;
    bool is_optional, becomes_root;
    bool says_rerun; /* `rerun:` was given */
    enum rerun rerun;
    unsigned retries;
    uint64_t retry_delay_ms;
    struct strv results, mints, reads;
    bool results_for_steps; /* only; the operator is not shown them */
    struct strv actions; /* `install` when not given */
    struct download *downloads; /* owned */
    size_t download_count;
    unsigned line, column;
};

struct spell {
    char *folder;  /* owned: as given */
    char *file;    /* owned: folder/spell.yaml, as named in errors */
    char *name, *title, *description, *category, *version; /* owned; description, category may be "" */
    char *digest;  /* owned: "sha256:<64 hex>" */
    bool is_exclusive;
    struct strv library; /* files that stand before every script */
    struct strv data;    /* files that scripts print with `kwiz_data NAME` */
    struct topology *topologies;
    size_t topology_count;
    struct question *questions;
    size_t question_count;
    struct requirement *requirements;
    size_t requirement_count;
    struct spell_action *actions; /* owned */
    size_t action_count;
    struct step *steps; /* in the order of the file */
    size_t step_count;
    size_t *order; /* owned: indices of steps so that each stands behind what it needs; file order where free */
    struct translations translations; /* what of the above people read, in other languages: spell_text() */
};

/* Load the spell in folder dir, check all of it, read all its scripts. NULL when there were errors (all of them are added). */
struct spell *spell_load(const char *dir, struct err_list *errors);
void spell_free(struct spell **spell);

const struct topology *spell_topology(const struct spell *spell, const char *name);
const struct role *topology_role(const struct topology *topology, const char *name);
const struct question *spell_question(const struct spell *spell, const char *key);
const struct step *spell_step(const struct spell *spell, const char *id);
/* Does any topology have this role? */
bool spell_has_role(const struct spell *spell, const char *role);

#endif
