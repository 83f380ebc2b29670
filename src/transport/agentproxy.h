/* Talking to ssh-agent from the loop (draft-miller-ssh-agent), and the stand-in for it that libssh is shown.
 * For the files of this folder only. */
#ifndef KWIZ_TRANSPORT_AGENTPROXY_H
#define KWIZ_TRANSPORT_AGENTPROXY_H

#include "base/buf.h"
#include "transport/pool.h"

enum {
    AGENT_FAILURE = 5,
    AGENT_REQUEST_IDENTITIES = 11,
    AGENT_IDENTITIES_ANSWER = 12,
    AGENT_SIGN_REQUEST = 13,
};

struct agent_key {
    char *blob; /* owned: the public key as in SSH packets */
    size_t len;
    char *base64;  /* owned: the same */
    char *comment; /* owned, printable */
};
struct agent_keys {
    struct agent_key *items; /* owned */
    size_t count;
};
/* Read the answer to AGENT_REQUEST_IDENTITIES (without its length). false when it is malformed; keys is to be
 * freed in any case. */
bool agent_keys_parse(const struct buf *reply, struct agent_keys *keys);
void agent_keys_done(struct agent_keys *keys);

/* One request and its answer, with a limit. */
struct agent_talk;
/* reply is the answer without its length, valid during the call; problem is NULL then. The talk is over.
 * Comes from the loop. */
typedef void agent_reply_fn(void *context, const struct buf *reply, const char *problem);
struct agent_talk *agent_talk_begin(struct transport_pool *pool, const char *path, const void *request,
                                    size_t len, agent_reply_fn *replied, void *context);
/* Drop it; accepts NULL; sets NULL. */
void agent_talk_end(struct agent_talk **talk);

struct proxy;
/* *fd is libssh's end, blocking. NULL: no descriptor left. */
struct proxy *agent_proxy_new(struct transport_pool *pool, const char *path, int *fd);
/* The only key it shows from now on; key must live until the next call or agent_proxy_free. */
void agent_proxy_show(struct proxy *proxy, const struct agent_key *key);
/* Why the real agent did not sign, or NULL. */
const char *agent_proxy_trouble(const struct proxy *proxy);
/* Whoever waits at libssh's end gets an end of file. */
void agent_proxy_cut(struct proxy *proxy);
void agent_proxy_free(struct proxy **proxy);

#endif
