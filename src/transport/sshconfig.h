/* What the operator's ssh_config says of a host, asked of OpenSSH itself: `ssh -G`. One question for each
 * distinct (address, user, port) in the life of a pool. For the files of this folder only.
 */
#ifndef KWIZ_TRANSPORT_SSHCONFIG_H
#define KWIZ_TRANSPORT_SSHCONFIG_H

#include "base/err.h"
#include "transport/pool.h"

struct sshconfig {
    char *hostname, *user; /* owned, never NULL after parsing */
    unsigned port;
    char *identity_agent;      /* owned; NULL = $SSH_AUTH_SOCK; "none" */
    char *host_key_alias;      /* owned or NULL */
    char *host_key_algorithms; /* owned or NULL */
    char *preferred;           /* PreferredAuthentications; owned or NULL */
    char *proxy_jump;          /* owned or NULL */
    char *proxy_command;       /* owned or NULL; not supported, so that it can be said */
    bool identities_only, hash_known_hosts, password, keyboard, pubkey;
    unsigned prompts;           /* NumberOfPasswordPrompts */
    int family;                 /* AF_UNSPEC, AF_INET, AF_INET6 */
    struct strv identity_files; /* with ~ and % expanded */
    struct strv user_known_hosts, global_known_hosts;
};

/* Read the output of `ssh -G`. Unknown keys are skipped (newer versions add some); a known key with a value
 * that makes no sense, or the lack of hostname, user or port, is ERR_INVALID. out is to be freed with
 * sshconfig_done in any case. */
bool sshconfig_parse(const char *text, size_t len, struct sshconfig *out, struct err *err);
void sshconfig_done(struct sshconfig *config);

struct config_query {
    TAILQ_ENTRY(config_query) link;
    /* config lives as long as the pool; NULL when it failed, detail then says how. */
    void (*got)(void *context, const struct sshconfig *config, const char *detail);
    void *context;
    struct config_entry *entry; /* NULL when nothing is asked */
};
/* Ask. What is known already comes at once; otherwise NULL, and got is called later, from the loop. user may
 * be NULL and port 0 for "as configured". */
const struct sshconfig *sshconfig_ask(struct transport_pool *pool, struct config_query *query,
                                      const char *address, const char *user, unsigned port);
/* Forget the question; does nothing when none is open. */
void sshconfig_cancel(struct config_query *query);

/* By the pool: end what runs; free what is known, when nothing runs any more. */
void sshconfig_stop_all(struct transport_pool *pool);
void sshconfig_free_all(struct transport_pool *pool);

#endif
