/* Getting into all hosts at once before a plan exists, and finding out what is there: connection, host key, login, root, facts. What the wizard's
 * Access and Requirements show, and what `kwiz check` is made of. Nothing is changed on a host but by access_perform, which says so.
 *
 * Nothing blocks: everything happens in the loop, each wait has a limit, and `changed` tells when a host is another than it was. Hosts that are
 * reached stay connected (contacts.h), for the run.
 */
#ifndef KWIZ_ENGINE_ACCESS_H
#define KWIZ_ENGINE_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "base/secret.h"
#include "engine/contacts.h"
#include "model/facts.h"
#include "model/host.h"
#include "spell/probe.h"
#include "spell/reach.h"
#include "transport/transport.h"

struct access;

enum access_state {
    ACCESS_IDLE,       /* nothing was tried yet */
    ACCESS_CONNECTING, /* resolving, dialling, handshake, logging in: `stage` says which */
    ACCESS_ROOT,       /* logged in; finding out how root is had */
    ACCESS_MEASURING,  /* the facts script runs, or probes between hosts do: `stage` says which */
    ACCESS_PERFORMING, /* a script that changes the host runs (access_perform) */
    ACCESS_READY,      /* connected, and nothing is being done */
    ACCESS_FAILED,     /* fault and detail say why; access_again tries anew */
};
#define ACCESS_STATES 7

/* How steps become root there. */
enum access_root {
    ROOT_UNKNOWN,  /* not tried yet */
    ROOT_SELF,     /* we log in as root */
    ROOT_FREE,     /* sudo asks for nothing */
    ROOT_PASSWORD, /* sudo takes the password that was given */
    ROOT_REFUSED,  /* sudo does not let us; detail says what it said */
    ROOT_UNWANTED, /* the host says become: none */
};

#define ACCESS_TEXT_MAX 512

/* What is known of a host. Texts are printable UTF-8, "" = nothing. */
struct access_host {
    enum access_state state;
    char stage[128];     /* what is being done just now, translated */
    uint64_t since_ms;   /* uv_now of the loop when the state began */
    uint64_t reach_us;   /* from dialling to the connection being up, without the time that questions took; 0 = not known */
    bool was_key_accepted; /* the host key was new, and the operator accepted it now */
    char fingerprint[80];  /* of such a key: "SHA256:..."; else "" */
    enum access_root root;
    const char *fault;   /* transport_fault_name, "sudo", "shell"; NULL = none. May stand beside ACCESS_READY: root was refused */
    char detail[ACCESS_TEXT_MAX];

    bool asks;           /* an answer of the operator is wanted: access_answer */
    bool asks_sudo;      /* for sudo's password */
    uint64_t answer_by_ms; /* uv_now of the loop when it stops waiting for an answer, of its own or of the host that is asked for both; 0 = it waits for none */
    struct transport_ask ask; /* its strings live until the answer or the next `changed` */

    bool is_container;   /* the run makes it: never contacted here, ACCESS_READY with facts that say nothing */
    bool has_facts;      /* as of the last measuring that went well */
    struct facts facts;
    bool is_probed;      /* access_probe has seen to these facts */
    char facts_fault[ACCESS_TEXT_MAX]; /* why measuring did not work; "" */
};

struct access_options {
    uv_loop_t *loop;      /* must outlive; NULL = nothing is ever contacted, for tests that set states by access_host_mutable */
    struct transport_options transport; /* its loop is taken from above; its stage_limit_ms counts for the trial for root and the facts script as well */
    /* The secrets that are known by key (ssh_password, sudo_password, key_passphrase), or NULL; may be NULL. The callee returns a new secret. */
    struct secret *(*secret)(void *context, const char *key, struct err *err);
    void *secret_context;
    bool tries_root;      /* find out how root is had, before ACCESS_READY */
    bool can_ask;         /* false: every question is refused */
    /* Called in the loop, and within calls of this header, but not within access_set_hosts and access_free, which may not be called in here. May be
     * NULL. */
    void (*changed)(void *context, size_t host);
    void *changed_context;
    /* Use these, with the hosts that they have (access_set_hosts may not be called then); who owns them answers the questions. NULL: own ones are made. */
    struct contacts *contacts;
};

struct access *access_new(const struct access_options *options);
/* Ends what is being done; nobody is told. Handles close in the loop: run it until it is empty. */
void access_free(struct access **access);

/* These hosts (at most ANSWERS_HOSTS_MAX) from now on, in this order (copied). A host that is reached the same way as one that was there (name, address, port, user, jump, become,
 * identities, host keys, with the fleet's defaults) keeps its connection, what is being done there and all that is known of it; what is
 * gone is closed, and what was to be performed there is dropped without a word. Passwords that proved right are remembered in any case. Roles do not count.
 * `changed` is not called: look at all hosts afterwards, for one may ask what another one asked before. */
void access_set_hosts(struct access *access, const struct fleet *fleet);
size_t access_count(const struct access *access);
const struct access_host *access_host(const struct access *access, size_t host);
/* The facts, if there are any, become the caller's. */
struct facts access_take_facts(struct access *access, size_t host);
struct access_host *access_host_mutable(struct access *access, size_t host); /* for tests, where loop is NULL */

/* Connect to all that are ACCESS_IDLE, at once (the pool throttles handshakes). */
void access_start(struct access *access);
/* Try anew: a failed host from the beginning (and one that is ACCESS_IDLE, alone), one where root was refused from there. Others are left alone. */
void access_again(struct access *access, size_t host);
/* To the host's question. secret NULL with is_refused false: yes (host key); it is copied. A refused question fails the host, with the reason; a refused
 * sudo password leaves it ACCESS_READY with ROOT_REFUSED. */
void access_answer(struct access *access, size_t host, const struct secret *secret, bool is_refused);
/* Run the facts script (requirement_script), as the login user, on all hosts that are ACCESS_READY, or become so later: those without facts, or (again)
 * all. A host that lost its connection is reached anew. When it does not work, facts_fault says why and the host is ACCESS_READY again. The text is copied. */
void access_measure(struct access *access, const char *script, bool again);
/* What is tried on each host right after the facts script, when that is run again or for the first time (access_measure): one probe a host, in the order of
 * the hosts (copied); NULL: nothing from now on. As root where root is to be had without asking (by what access_root found, else by what the facts say of
 * sudo), else as the login user. What it tells joins the host's facts, those of its keys alone; for each key that it does not tell the fact is "unknown WHY", and
 * the facts of the facts script stay. A host that was measured with another probe than it has now is measured again by the next access_measure. */
void access_probe(struct access *access, const struct probes *probes);
/* Are these what access_probe was given last? */
bool access_has_probes(const struct access *access, const struct probes *probes);
/* The same again for one host, with the script that access_measure was given last; a host that failed is reached anew for it. Nothing happens before
 * access_measure, or while it is being measured. */
void access_measure_host(struct access *access, size_t host);
/* Is everything at rest, with facts of two hosts or more, of which some have not been probed for yet? */
bool access_wants_mesh(const struct access *access);
/* Probe between hosts (spell/reach.h): those that are ACCESS_READY with facts. measured: of this access's hosts, in their order; probes: of reach_of_all(). What
 * is found becomes facts of the host that connects (doc/facts.md). All of it has limits (mesh.h); no host is changed, and what listens there ends with the
 * probing or the connection. done is called from the loop when it is over, unless the access goes first; hosts are at rest then. false: there was nothing
 * to do, or it is being done; done is then not called. access_set_hosts and access_free may not be called in done. */
bool access_mesh(struct access *access, const struct measured *measured, const struct reach_probes *probes, void (*done)(void *context), void *context);
/* Run a POSIX sh script as root (as the login user where the host says become: none) on a host that is ACCESS_READY. done is called once, from the loop,
 * unless the host or the access goes first; the host is at rest by then. status: the script's, or -1 when it could not be run, was killed, or did not end
 * in limit_ms (then the host ends it, with what it started; the output says so, or that it may be running still); output: the last 64 KiB of stdout and stderr together, printable lines; with -1 the last of them says why.
 * input (may be NULL) goes to its standard input, which is empty otherwise. Neither script nor input stand in an argv or a file. false when the host is not
 * ready, or root was refused there; done is then not called. access_set_hosts and access_free may not be called in done. */
bool access_perform(struct access *access, size_t host, const char *script, const struct secret *input, unsigned limit_ms,
                    void (*done)(void *context, size_t host, int status, const char *output), void *context);

/* Is anything being done, or asked? */
bool access_is_busy(const struct access *access);
/* The connections and what was answered, for a runner whose plan has the same hosts in the same order. Stay the access's; its hosts must not be changed
 * while the runner lives. What a host asks the runner shows in its `asks` and is answered here; its state does not tell of the runner's connection. */
struct contacts *access_contacts(struct access *access);

#endif
