/* What a spell requires of hosts, and the verdicts on what was measured there. */
#ifndef KWIZ_SPELL_REQUIREMENT_H
#define KWIZ_SPELL_REQUIREMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strv.h"
#include "model/facts.h"
#include "model/host.h"
#include "spell/cond.h"
#include "spell/yaml.h"

struct spell;
struct answers;
struct mend;

enum measure {
    MEASURE_CPUS,
    MEASURE_MEMORY,    /* MiB */
    MEASURE_DISK,      /* MiB free where `path` lies */
    MEASURE_SWAP,      /* is any in use */
    MEASURE_PORTS,     /* TCP ports that must be free */
    MEASURE_SYSTEMD,   /* is it process 1 */
    MEASURE_ROOT,      /* root, or sudo */
    MEASURE_LEFTOVERS, /* files and folders that must be absent or empty */
    MEASURE_OTHER,     /* requirement->ops */
};
#define MEASURE_COUNT 8 /* that have a name of their own */

/* What a kind of measure has beyond that: requirement_parts.h. */
struct measure_ops;

/* A threshold for the hosts that have `role`; role NULL = for every host. A host with several roles takes the highest. */
struct threshold {
    char *role;      /* owned or NULL */
    uint64_t value;  /* cpus, or MiB; or percent of what the topology asks of the role */
    bool is_percent;
};

struct role_port {
    char *role; /* owned or NULL = every host */
    unsigned port;
};

struct requirement {
    char *id;    /* owned; [a-z][a-z0-9.-]{0,39}; the name `accept:` takes */
    char *title; /* owned */
    enum measure measure;
    struct strv roles;  /* only hosts with one of these; empty = all */
    struct cond *when;  /* owned or NULL */
    struct threshold *fail, *warn; /* owned: below is fail, below is warn */
    size_t fail_count, warn_count;
    struct role_port *ports; /* owned */
    size_t port_count;
    struct strv paths;  /* leftovers */
    char *path;         /* disk; owned, "/var/lib" by default */
    bool is_warning;    /* `level: warn`: for measures without numbers */
    char *remedy;       /* owned or NULL */
    char *source;       /* owned or NULL: where the threshold comes from */
    char *fix;          /* owned or NULL: the step that sees to it */
    struct mend *mend;  /* owned or NULL: the script that mends it before, when it is named (mend.h) */
    const struct measure_ops *ops; /* of MEASURE_OTHER, else NULL */
    void *own;          /* owned: what ops has read */
    unsigned line, column;
};

enum verdict_kind { VERDICT_PASS, VERDICT_WARN, VERDICT_FAIL, VERDICT_SKIP };

struct verdict {
    const struct requirement *requirement; /* borrowed from the spell */
    enum verdict_kind kind;
    char *measured;  /* owned; "-" when it could not be measured */
    char *threshold; /* owned */
    char *remedy;    /* owned; "" when there is nothing to do */
    char *detail;    /* owned; what does not fit in `measured`: lines, such as one for each port that can't be reached; "" = nothing */
    const char *question; /* borrowed from the requirement: key of the question that it hangs on; NULL = none */
    char *choices;    /* owned or NULL: those of its choices that were found on the host, with blanks between */
    bool is_asked;    /* it fails or warns because that question has no answer: which of them is to be used */
    bool is_accepted; /* `accept:` names it: warn or fail, but not in the way */
};

struct verdicts {
    struct verdict *items; /* owned */
    size_t count;
};

/* Hosts that are checked together, each with what was measured there; facts NULL = nothing was. */
struct measured_host {
    const struct host *host;
    const struct facts *facts;
};
struct measured {
    const struct measured_host *items;
    size_t count;
    bool is_joining;              /* these come into a cluster that stands on hosts that are not measured; false by measured_new */
    struct measured_index *index; /* what measures between hosts have looked up once for all; made by measured_new */
};

/* hosts: copied (what they point to is not, and must outlive it). */
struct measured *measured_new(const struct measured_host *hosts, size_t count);
void measured_free(struct measured **measured);

/* The measure's name in spell.yaml. */
const char *requirement_measure(const struct requirement *requirement);
const char *verdict_name(enum verdict_kind kind);
void requirement_read(const struct yaml_reader *reader, const struct yaml_node *node, struct requirement *requirement);
void requirement_done(struct requirement *requirement);

/* Judge one host by its facts and those of the others. Pure. host: its number in measured, where it has facts. The spell must outlive the verdicts. What
 * facts do not tell is VERDICT_SKIP, never a pass. */
struct verdicts requirement_judge(const struct spell *spell, const struct answers *answers, const struct measured *measured, size_t host);
/* The same for a host whose own facts are as they were when verdicts was made, by the same spell and answers, while those of others are not: only what compares
 * hosts is judged anew, the rest is taken over. */
void requirement_judge_again(const struct spell *spell, const struct answers *answers, const struct measured *measured, size_t host, struct verdicts *verdicts);
void verdicts_done(struct verdicts *verdicts);
/* The script that finds out what there is to know of a host (doc/facts.md), by the disks and paths of the spell's requirements besides those that are
 * always looked at, and whether it can resolve the names of the fleet's hosts (NULL = no fleet): POSIX sh, to be run once per host, as root or not;
 * changes nothing there and writes what facts_parse() reads. malloc'd. */
char *requirement_script(const struct spell *spell, const struct fleet *fleet);

#endif
