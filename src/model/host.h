/* A host as the operator names it, and the fleet of a run. Plain data. */
#ifndef KWIZ_MODEL_HOST_H
#define KWIZ_MODEL_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strv.h"

/* Names of hosts: DNS-1123 label, so that they can be node names, folder names and words of the step protocol. */
#define HOST_NAME_MAX_LEN 63

struct host {
    char *name;            /* owned, unique in the fleet */
    char *address;         /* owned; IPv4, IPv6 without brackets, DNS name, or an alias of the operator's ssh_config; "local" = this machine */
    unsigned port;         /* 0 = what ssh_config says, else 22 */
    char *user;            /* owned or NULL = fleet's, then ssh_config's */
    char *jump;            /* owned or NULL = fleet's; "user@host:port[,user@host:port...]"; "none" = no jump */
    char *become;          /* owned or NULL = fleet's; "sudo" or "none" */
    struct strv identities;/* key files; empty = fleet's */
    struct strv host_keys; /* accepted fingerprints "SHA256:..." */
    struct strv roles;     /* as the spell's topology names them */
    struct host *outer;    /* owned or NULL; this host is an LXD container of the same name there, and is reached through it: a copy without roles */
    bool holds_containers; /* others are containers on it: it is no node itself */
    unsigned line, column; /* where the answers file names it; 0 = not from a file */
};

/* What counts for every host that doesn't say otherwise. */
struct ssh_defaults {
    char *user, *jump, *become; /* owned or NULL */
    unsigned port;
    struct strv identities;
};

struct fleet {
    struct host *items; /* owned */
    size_t count;
    struct ssh_defaults ssh;
};

/* The host of that name, or NULL. */
const struct host *fleet_find(const struct fleet *fleet, const char *name);
/* Is it this machine, reached without SSH? */
bool host_is_local(const struct host *host);
/* From now on host is a container on outer (copied, without its roles). */
void host_put_inside(struct host *host, const struct host *outer);
/* A deep copy; to is overwritten without being freed. */
void host_copy(struct host *to, const struct host *from);
/* The same, with the defaults (NULL = none) filled in where the host says nothing, and without roles and place: how the host is reached. */
void host_copy_reach(struct host *to, const struct host *from, const struct ssh_defaults *defaults);
/* Are two copies made by host_copy_reach the same host, reached in the same way? */
bool host_is_reached_alike(const struct host *a, const struct host *b);
void host_done(struct host *host);
void fleet_done(struct fleet *fleet);

#endif
