/* What is probed between hosts before anything is changed: which host must reach which port of which other one. The measures are `reach`
 * (requirement_reach.c) and `latency` (requirement_latency.c); the probing is done by engine/mesh.h. Pure. */
#ifndef KWIZ_SPELL_REACH_H
#define KWIZ_SPELL_REACH_H

#include <stdbool.h>
#include <stddef.h>

#include "spell/requirement.h"

enum reach_kind { REACH_TCP, REACH_UDP, REACH_RTT };

/* Hosts by their number in struct measured. */
struct reach_probe {
    size_t from, to;
    enum reach_kind kind;
    unsigned port; /* 0: REACH_RTT */
};
struct reach_probes {
    struct reach_probe *items; /* owned */
    size_t count;
};

/* Up to so many hosts all pairs are probed; of more, each host tries so many of a rule's others, which are chosen by their place among the hosts, so that
 * all hosts are tried about equally often, and the same ones the next time. */
#define REACH_ALL_PAIRS_MAX 20
#define REACH_SAMPLE 8

/* `measure: reach`. Role NULL = every host. */
struct reach_rule {
    char *to, *from; /* owned or NULL */
    unsigned *ports; /* owned */
    size_t port_count;
    struct cond *when; /* owned or NULL; asked about the host that connects */
};
struct reach {
    bool is_udp;
    struct reach_rule *rules; /* owned */
    size_t rule_count;
};
/* `measure: latency`: to the hosts with a role; NULL = all. 0 ms = no threshold. */
struct latency {
    char *to; /* owned or NULL */
    unsigned fail_ms, warn_ms;
};

/* What the requirement (of either measure) wants of one host: sorted by host, kind and port, nothing twice. Hosts without facts are among them. */
struct reach_probes reach_of(const struct requirement *requirement, const struct answers *answers, const struct measured *measured, size_t from);
/* What all requirements of the spell want of all hosts, between hosts with facts: sorted by both hosts, kind and port, nothing twice. */
struct reach_probes reach_of_all(const struct spell *spell, const struct answers *answers, const struct measured *measured);
/* Has the spell a requirement of one of these measures? */
bool reach_is_asked(const struct spell *spell);
void reach_probes_done(struct reach_probes *probes);

/* The address by which other hosts of the cluster reach this one: the one in the answers where the host has it itself, else one of the interface with
 * the default route, else any. false: none is known (out is then ""). out: at least 64 bytes. */
bool reach_address(const struct measured_host *host, char *out, size_t size);
/* The fact that holds what was found. malloc'd. */
char *reach_key(enum reach_kind kind, const char *host, unsigned port);
const char *reach_kind_name(enum reach_kind kind);
/* Does the host say that a program has the port already? */
bool reach_is_taken(const struct facts *facts, enum reach_kind kind, unsigned port);

#endif
