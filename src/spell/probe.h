/* Probes: what can only be found out by trying it on a host, such as how fast its disk is and what it reaches. One script a host, run right after that of
 * the facts (requirement_script), as root where root is to be had. It tells facts in the same form, which are merged into the host's. Pure. */
#ifndef KWIZ_SPELL_PROBE_H
#define KWIZ_SPELL_PROBE_H

#include <stddef.h>

#include "base/strv.h"
#include "spell/answers.h"
#include "spell/spell.h"

struct probe {
    char *script;     /* owned: POSIX sh, which leaves nothing behind and ends by itself; NULL = nothing is to be probed on this host */
    struct strv keys; /* the facts that it is to tell, one of each */
};

struct probes {
    struct probe *items; /* owned; one for each host of the answers, in their order */
    size_t count;
};

/* What the spell's requirements want tried on each host. Free with probes_done. */
struct probes probes_make(const struct spell *spell, const struct answers *answers);
void probes_done(struct probes *probes);
void probe_copy(struct probe *to, const struct probe *from);
void probe_done(struct probe *probe);
/* The script for one host of the answers' fleet, or NULL; malloc'd. */
char *probe_script(const struct spell *spell, const struct answers *answers, size_t host);

/* Hosts that each host sends large packets to: all others, or so many of them, spread evenly. */
#define PROBE_PEERS_MAX 20

#endif
