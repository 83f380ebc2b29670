/* The ways to hosts: connections that one user (access.h) leaves for the next (the run), and what was answered on the way, so that nothing is
 * dialled or asked twice. Hosts are known by their number; contacts_set_hosts says which they are. Answers lie in memory only.
 *
 * A password is asked once for all hosts with the same user name. It is tried on the host that asked; the others wait until it was taken there,
 * so that a slip of the finger is refused by one host and not by all. A host that takes another one is asked for by itself.
 */
#ifndef KWIZ_ENGINE_CONTACTS_H
#define KWIZ_ENGINE_CONTACTS_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "base/err.h"
#include "base/secret.h"
#include "model/host.h"
#include "transport/transport.h"

struct contacts;

struct contacts_options {
    struct transport_options transport; /* its loop must outlive the contacts; NULL: there are no connections (tests) */
    /* The secrets of the answers by key; NULL when unknown. The callee returns a new secret. */
    struct secret *(*secret)(void *context, const char *key, struct err *err);
    void *secret_context;
    /* The operator is asked; answer with contacts_answer. NULL: all is refused. */
    void (*ask)(void *context, size_t host, const struct transport_ask *ask);
    /* The question that this host asked last is of no interest any more. */
    void (*withdraw)(void *context, size_t host);
    /* The connection that was left for this host broke while nobody used it. May be NULL. */
    void (*lost)(void *context, size_t host, enum transport_fault fault, const char *detail);
    void *context; /* of ask, withdraw and lost */
};

/* Without hosts. */
struct contacts *contacts_new(const struct contacts_options *options);
/* Users must have given up their connections. Handles close in the loop: run it until it is empty. */
void contacts_free(struct contacts **contacts);

/* Whom the hosts' questions are put to from now on; as in the options. */
void contacts_set_ask(struct contacts *contacts, void (*ask)(void *context, size_t host, const struct transport_ask *ask),
                      void (*withdraw)(void *context, size_t host), void *context);

/* ---- hosts ---- */

#define CONTACTS_NONE ((size_t)-1)

/* These hosts from now on, in this order (copied). One that is reached the same way as one that was there (name, address, port, user, jump, become,
 * identities, host keys, with the defaults filled in; roles do not count) keeps its left-open connection and its question. The others' are dropped,
 * as by contacts_forget under the number they had. Passwords that proved right stay. */
void contacts_set_hosts(struct contacts *contacts, const struct host *const *hosts, size_t count, const struct ssh_defaults *ssh);
/* What number each of these hosts has now, being reached the same way, or CONTACTS_NONE: what contacts_set_hosts would keep. numbers: room for count. */
void contacts_match(const struct contacts *contacts, const struct host *const *hosts, size_t count, const struct ssh_defaults *ssh, size_t *numbers);
/* The operator accepted this host key: it is among the host's from now on, so that a host that has it written down since is the same. */
void contacts_pin(struct contacts *contacts, size_t host, const char *fingerprint);
size_t contacts_count(const struct contacts *contacts);
/* With the defaults filled in; valid until contacts_set_hosts. */
const struct host *contacts_host(const struct contacts *contacts, size_t host);

/* ---- connections ---- */

struct transport_pool *contacts_pool(const struct contacts *contacts);
/* An open connection that was left for the host (transport_adopt it), or NULL: make one. Belongs to the caller. */
struct transport *contacts_take(struct contacts *contacts, size_t host);
/* Leave an open connection without channels for the next user; it is looked after until then. */
void contacts_leave(struct contacts *contacts, size_t host, struct transport **transport);

/* ---- questions ---- */

/* secret is valid during the call; NULL with is_refused false: yes (host key). */
typedef void contacts_answer_fn(void *context, const struct secret *secret, bool is_refused);

/* A host's connection or sudo (ASK_PASSWORD with text "sudo") asks. answered is called once, perhaps from within this call, unless the host asks
 * anew or contacts_forget comes first. */
void contacts_ask(struct contacts *contacts, size_t host, const struct transport_ask *ask, contacts_answer_fn *answered, void *context);
/* The operator's answer to the question of this host, if it is still open. */
void contacts_answer(struct contacts *contacts, size_t host, const struct secret *secret, bool is_refused);
/* What this host was answered is right: it let us log in, or (is_sudo) made us root. */
void contacts_accepted(struct contacts *contacts, size_t host, bool is_sudo);
/* The host's connection is over: its question is of no interest, and what it was answered last and has not taken was wrong. */
void contacts_forget(struct contacts *contacts, size_t host);
/* The password to give sudo on this host, or NULL when none is known; a copy. */
struct secret *contacts_sudo_password(struct contacts *contacts, size_t host);
/* Be told of each secret that was given to a host, also of those that were given before. learned NULL: no more. */
void contacts_watch(struct contacts *contacts, void (*learned)(void *context, const struct secret *secret), void *context);

#endif
