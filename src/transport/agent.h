/* ssh-agent. libssh talks to an agent synchronously and tries every key it holds; so it is given a socket
 * pair instead, whose other end shows it one key at a time and passes what is to be signed on to the real
 * agent from the loop, with a limit. The call into libssh runs on a worker thread, the session being lent
 * whole. For the files of this folder only.
 */
#ifndef KWIZ_TRANSPORT_AGENT_H
#define KWIZ_TRANSPORT_AGENT_H

#include <libssh/libssh.h>

#include "base/buf.h"
#include "transport/pool.h"

struct ssh;
struct agent;

struct agent_use {
    TAILQ_ENTRY(agent_use) link;
    struct agent *agent; /* NULL: none in use */
    struct ssh *ssh;
    struct proxy *proxy; /* the other end of the socket pair */
    bool is_waiting;     /* for the list */
    bool is_working;     /* a worker is in libssh */
    bool has_result;
    int result;        /* SSH_AUTH_* of the last call */
    uint64_t in_bytes; /* that had come when the last call returned */
    uv_work_t work;
};

/* Use the agent at that socket. Its list is asked for once and shared. */
void agent_begin(struct agent_use *use, struct ssh *ssh, const char *path);
/* The list is there, or failed (problem is not NULL then). false: ssh_kick will come. */
bool agent_is_ready(const struct agent_use *use, const char **problem);
size_t agent_count(const struct agent_use *use);
const char *agent_comment(const struct agent_use *use, size_t index); /* printable */
/* Is that key one of the agent's? */
bool agent_has(const struct agent_use *use, ssh_key public_key);
bool agent_is(const struct agent_use *use, size_t index, ssh_key public_key);
/* Try the key: SSH_AUTH_AGAIN until there is an answer, then SSH_AUTH_SUCCESS, _DENIED, _PARTIAL, _ERROR.
 * ssh_kick comes when to call again. */
int agent_try(struct agent_use *use, size_t index);
/* Was the last try without success because the agent did not answer? NULL: no. */
const char *agent_trouble(const struct agent_use *use);
/* Let go of it; what a worker waits for is cut off. */
void agent_end(struct agent_use *use);
/* By the pool. */
void agents_free_all(struct transport_pool *pool);

#endif
