/* What measures between hosts look up: made once for all hosts, so that 1000 of them are judged in a moment. */
#ifndef KWIZ_SPELL_MEASURED_INDEX_H
#define KWIZ_SPELL_MEASURED_INDEX_H

#include "spell/network.h"
#include "spell/requirement.h"

/* An address on an interface of a host. */
struct seat_address {
    struct network network; /* the address alone, as a network of one */
    const char *interface;  /* borrowed from the facts */
};

/* Where a host stands in the network. */
struct seat {
    struct seat_address *addresses; /* owned; all that it has, without lo, link-local ones and those of pods */
    size_t count;
    const struct seat_address *node; /* one of these: the address that its node gets (node_address of the spell kubernetes); NULL = not known */
    bool is_given;     /* node is the address of the answers */
    bool is_elsewhere; /* the answers have an address, but no interface here has it */
    struct network given; /* that address, where is_given or is_elsewhere; of hosts without facts it is always elsewhere */
    const char *mtu;   /* of node's interface, borrowed from the facts; NULL = not known */
};

/* What no two hosts may share. */
enum shared { SHARED_HOSTNAME, SHARED_MAC, SHARED_UUID, SHARED_MACHINE_ID, SHARED_ADDRESS };
#define SHARED_COUNT 5

struct shared_entry {
    char *value; /* owned; in small letters; of addresses as network_text() */
    size_t host;
    size_t next;  /* the host's next entry, counted from 1; 0 = this is its last */
    bool is_main; /* of the interface with the node's address, for SHARED_MAC and SHARED_ADDRESS; else true */
};

struct shared_entries {
    struct shared_entry *items; /* sorted by value, then host */
    size_t count;
};

/* A host's clock. */
struct clock_reading {
    bool is_known;
    int64_t ahead_ms;  /* of kwiz's machine, at least; negative = behind */
    int64_t unsure_ms; /* it may be ahead by so much more */
};

struct named_host {
    const char *name; /* borrowed */
    size_t host;
};

struct placed_host {
    struct network network; /* its node address */
    size_t host;
};

struct measured_index {
    struct seat *seats;           /* one a host */
    struct clock_reading *clocks; /* one a host */
    int64_t clock_reference_ms;   /* the median of all of these and of kwiz's own machine */
    size_t clock_count;           /* that are known */
    struct shared_entries shared[SHARED_COUNT];
    size_t *first_shared[SHARED_COUNT]; /* each host's first entry, counted from 1; 0 = it has none */
    struct named_host *by_name;     /* all hosts, sorted */
    struct placed_host *by_address; /* those with a known node address, sorted */
    size_t address_count;
    size_t known_count;   /* hosts with facts */
    const char *mtu;      /* the one that most hosts have, borrowed; NULL = none has a majority */
    size_t mtu_count;     /* hosts whose MTU is known */
};

struct measured_index *measured_index_new(const struct measured_host *hosts, size_t count);
void measured_index_free(struct measured_index **index, size_t count);

/* The number of the host of that name; false when there is none. hint: where it may be, such as behind the last one. */
bool measured_find(const struct measured *measured, const char *name, size_t hint, size_t *host);
/* The entries with that value (in small letters); where count is 0, what is returned is of no use. */
const struct shared_entry *measured_shared(const struct measured *measured, enum shared what, const char *value, size_t *count);
/* The hosts whose node addresses lie in network; count may be 0. */
const struct placed_host *measured_in(const struct measured *measured, const struct network *network, size_t *count);
/* Does an interface of the host have that address? */
bool seat_has(const struct seat *seat, const struct network *address);
/* Do two names in the answers reach one machine? */
bool measured_is_one_machine(const struct measured *measured, size_t a, size_t b);
/* "10.1.4.36": a network of one without its length. out holds NETWORK_TEXT_MAX. Returns out. */
const char *seat_text(const struct network *address, char *out);

#endif
