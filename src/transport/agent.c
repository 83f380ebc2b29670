#include "transport/agent.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "transport/agentproxy.h"
#include "transport/ssh.h"

#define LIST_FRESH_MS 10000 /* keys added to the agent are seen by connections that come later than this */

TAILQ_HEAD(agent_use_list, agent_use);

struct agent {
    TAILQ_ENTRY(agent) link;
    struct transport_pool *pool;
    char *path;
    struct agent_talk *talk; /* asking for the list; NULL when that is over */
    struct agent_keys keys;
    char *problem;
    bool is_known, is_listed; /* is_listed: still one of the pool's */
    uint64_t known_ms;
    struct agent_use_list uses;
};

static void free_agent(struct agent *agent)
{
    if (agent->is_listed)
        TAILQ_REMOVE(&agent->pool->agents, agent, link);
    agent_talk_end(&agent->talk);
    agent_keys_done(&agent->keys);
    free(agent->path);
    free(agent->problem);
    free(agent);
}

static void unlist(struct agent *agent)
{
    TAILQ_REMOVE(&agent->pool->agents, agent, link);
    agent->is_listed = false;
    if (TAILQ_EMPTY(&agent->uses))
        free_agent(agent);
}

static void listed(void *context, const struct buf *reply, const char *problem)
{
    struct agent *agent = context;
    struct agent_use *use;
    agent->talk = NULL;
    agent->is_known = true;
    agent->known_ms = uv_now(agent->pool->loop);
    if (problem)
        agent->problem = mem_strdup(problem);
    else if (!agent_keys_parse(reply, &agent->keys))
        agent->problem = mem_strdup(_("its list of keys can't be read"));
    TAILQ_FOREACH(use, &agent->uses, link)
    ssh_kick(use->ssh);
}

static struct agent *new_agent(struct transport_pool *pool, const char *path)
{
    static const char request[] = {AGENT_REQUEST_IDENTITIES};
    struct agent *agent = mem_new(1, sizeof *agent);
    agent->pool = pool;
    agent->path = mem_strdup(path);
    agent->is_listed = true;
    TAILQ_INIT(&agent->uses);
    TAILQ_INSERT_TAIL(&pool->agents, agent, link);
    agent->talk = agent_talk_begin(pool, path, request, sizeof request, listed, agent);
    return agent;
}

void agent_begin(struct agent_use *use, struct ssh *ssh, const char *path)
{
    struct transport_pool *pool = ssh->base.pool;
    struct agent *agent;
    TAILQ_FOREACH(agent, &pool->agents, link)
    if (strcmp(agent->path, path) == 0)
        break;
    if (agent && agent->is_known && uv_now(pool->loop) - agent->known_ms > LIST_FRESH_MS) {
        unlist(agent);
        agent = NULL;
    }
    use->agent = agent ? agent : new_agent(pool, path);
    use->ssh = ssh;
    TAILQ_INSERT_TAIL(&use->agent->uses, use, link);
}

bool agent_is_ready(const struct agent_use *use, const char **problem)
{
    *problem = use->agent->problem;
    return use->agent->is_known;
}

size_t agent_count(const struct agent_use *use)
{
    return use->agent->keys.count;
}

const char *agent_comment(const struct agent_use *use, size_t index)
{
    return use->agent->keys.items[index].comment;
}

bool agent_is(const struct agent_use *use, size_t index, ssh_key public_key)
{
    char *base64 = NULL;
    if (ssh_pki_export_pubkey_base64(public_key, &base64) != SSH_OK)
        return false;
    bool is_same = strcmp(base64, use->agent->keys.items[index].base64) == 0;
    ssh_string_free_char(base64);
    return is_same;
}

bool agent_has(const struct agent_use *use, ssh_key public_key)
{
    for (size_t i = 0; i < use->agent->keys.count; i++)
        if (agent_is(use, i, public_key))
            return true;
    return false;
}

/* The session is ours alone while this runs. */
static void try_on_worker(uv_work_t *work)
{
    struct agent_use *use = work->data;
    use->result = ssh_userauth_agent(use->ssh->session, NULL);
}

static void tried(uv_work_t *work, int status)
{
    struct agent_use *use = work->data;
    struct ssh *ssh = use->ssh;
    if (status < 0)
        use->result = SSH_AUTH_ERROR;
    use->is_working = false;
    use->has_result = true;
    use->in_bytes = ssh->counter.in_bytes;
    ssh_enter(ssh);
    ssh->is_lent = false;
    if (ssh->is_over)
        agent_end(use);
    ssh_kick(ssh);
    ssh_leave(ssh); /* which takes it down if it ended meanwhile */
}

int agent_try(struct agent_use *use, size_t index)
{
    struct ssh *ssh = use->ssh;
    unsigned limit_ms = ssh->base.pool->options.stage_limit_ms;
    if (use->has_result) {
        use->has_result = false;
        /* what came since may be the answer: nothing would wake us again */
        if (use->result != SSH_AUTH_AGAIN || use->in_bytes == ssh->counter.in_bytes)
            return use->result;
    }
    if (!use->proxy) {
        int fd;
        use->proxy = agent_proxy_new(ssh->base.pool, use->agent->path, &fd);
        if (!use->proxy)
            return SSH_AUTH_ERROR;
        ssh_set_agent_socket(ssh->session, fd);
    }
    agent_proxy_show(use->proxy, &use->agent->keys.items[index]);
    ssh_limit(ssh, 2 * limit_ms); /* the agent has one of its own, within this */
    ssh->is_lent = true;
    use->is_working = true;
    use->work.data = use;
    if (uv_queue_work(ssh->base.pool->loop, &use->work, try_on_worker, tried) < 0) {
        ssh->is_lent = use->is_working = false;
        return SSH_AUTH_ERROR;
    }
    return SSH_AUTH_AGAIN;
}

const char *agent_trouble(const struct agent_use *use)
{
    return use->proxy ? agent_proxy_trouble(use->proxy) : NULL;
}

void agent_end(struct agent_use *use)
{
    struct agent *agent = use->agent;
    if (!agent)
        return;
    if (use->is_working) { /* comes again when the worker is back, which is now */
        agent_proxy_cut(use->proxy);
        return;
    }
    use->agent = NULL;
    agent_proxy_free(&use->proxy);
    TAILQ_REMOVE(&agent->uses, use, link);
    if (!agent->is_listed && TAILQ_EMPTY(&agent->uses))
        free_agent(agent);
}

void agents_free_all(struct transport_pool *pool)
{
    struct agent *agent, *next;
    for (agent = TAILQ_FIRST(&pool->agents); agent; agent = next) {
        next = TAILQ_NEXT(agent, link);
        unlist(agent); /* those a worker is busy with go with their last use */
    }
}
