/* From a host's name to a descriptor that leads to its sshd: settings, jump hosts, a place in the queue,
 * dialling. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "transport/jump.h"
#include "transport/ssh.h"

#define DEPTH_MAX 8 /* jump hosts one behind the other */

static void dialled(void *context, int fd, enum transport_fault fault, const char *detail)
{
    struct ssh *ssh = context;
    ssh->dial = NULL;
    ssh_enter(ssh);
    if (fd < 0) {
        ssh_fail(ssh, fault, "%s", detail);
    } else {
        free(ssh->where);
        bool is_numeric = strchr(ssh->config->hostname, ':') ||
                          strncmp(detail, ssh->config->hostname, strlen(ssh->config->hostname)) == 0;
        ssh->where = is_numeric ? mem_strdup(detail) : mem_printf("%s (%s)", ssh->config->hostname, detail);
        ssh_begin(ssh, fd);
    }
    ssh_leave(ssh);
}

static void dial_now(struct ssh *ssh)
{
    const struct transport_options *o = &ssh->base.pool->options;
    ssh->stage = STAGE_DIAL;
    transport_clock_start(&ssh->base);
    if (!ssh->jump) {
        transport_tell_stage(&ssh->base, _("dialling %s"), ssh->where);
        ssh->dial = dial_start(ssh->base.pool, ssh->config->hostname, ssh->port, ssh->config->family,
                               o->dial_limit_ms, dialled, ssh);
        return;
    }
    transport_tell_stage(&ssh->base, _("going to %s"), ssh->where);
    int fd = jump_open(ssh->jump, ssh->config->hostname, ssh->port);
    if (fd < 0)
        ssh_fail(ssh, FAULT_LOCAL, _("%s: no descriptor left on this machine: %s"), ssh->where,
                 strerror(errno));
    else
        ssh_begin(ssh, fd);
}

static void granted(void *context)
{
    ssh_kick(context);
}

bool ssh_reach_queue(struct ssh *ssh)
{
    ssh->slot.granted = granted;
    ssh->slot.context = ssh;
    if (!ssh->slot.is_taken && (ssh->slot.is_waiting || !slot_take(ssh->base.pool, &ssh->slot)))
        return false;
    dial_now(ssh);
    return true;
}

/* A host of ssh_config whose ProxyJump is itself: as in ssh(1), no jump. */
static bool is_itself(const struct ssh *ssh, const char *chain)
{
    char *user, *host;
    unsigned port;
    if (strchr(chain, ',') || !jump_parse(chain, strlen(chain), &user, &host, &port))
        return false;
    bool is_same = strcmp(host, ssh->base.host.address) == 0;
    free(user);
    free(host);
    return is_same;
}

static bool are_identities_readable(struct ssh *ssh)
{
    const struct strv *files = &ssh->base.host.identities;
    for (size_t i = 0; i < files->count; i++) {
        char *path = file_expand(files->items[i]);
        int rc = access(path, R_OK), errnum = errno;
        if (rc < 0)
            ssh_fail(ssh, FAULT_CONFIG, _("can't read the key file %s: %s"), path, strerror(errnum));
        free(path);
        if (rc < 0)
            return false;
    }
    return true;
}

static void use_config(struct ssh *ssh, const struct sshconfig *config)
{
    const struct host *host = &ssh->base.host;
    ssh->config = config;
    ssh->user = mem_strdup(config->user); /* -l and -p were given to ssh -G */
    ssh->port = config->port;
    const char *chain = host->jump ? host->jump : config->proxy_jump;
    if (chain && (strcmp(chain, "none") == 0 || (!host->jump && is_itself(ssh, chain))))
        chain = NULL;
    ssh->where =
        mem_printf(chain ? _("%s port %u through %s") : _("%s port %u"), config->hostname, ssh->port, chain);
    ssh->slot_server = mem_printf("%s:%u %s", config->hostname, ssh->port, chain ? chain : "");
    ssh->slot.server = ssh->slot_server;
    if (!are_identities_readable(ssh))
        return;
    if (!chain && !host->jump && config->proxy_command) {
        ssh_fail(ssh, FAULT_CONFIG,
                 _("ssh_config sets ProxyCommand for %s, which kwiz does not run; use ProxyJump, or `jump:` "
                   "in the answers"),
                 host->address);
        return;
    }
    ssh->stage = STAGE_QUEUE;
    if (chain && ssh->depth >= DEPTH_MAX) {
        ssh_fail(
            ssh, FAULT_CONFIG,
            _("more than %u jump hosts, one behind the other (does ssh_config lead round in a circle?): %s"),
            DEPTH_MAX, chain);
    } else if (chain) {
        char *detail = NULL;
        ssh->stage = STAGE_JUMP;
        transport_tell_stage(&ssh->base, _("waiting for jump host %s"), chain);
        ssh->jump = jump_begin(ssh, chain, &detail);
        if (!ssh->jump)
            ssh_fail(ssh, FAULT_CONFIG, "%s", detail);
        free(detail);
    }
    ssh_kick(ssh);
}

static void got_config(void *context, const struct sshconfig *config, const char *detail)
{
    struct ssh *ssh = context;
    ssh_enter(ssh);
    if (config)
        use_config(ssh, config);
    else
        ssh_fail(ssh, FAULT_CONFIG, "%s", detail);
    ssh_leave(ssh);
}

void ssh_reach_config(struct ssh *ssh)
{
    const struct host *host = &ssh->base.host;
    if (ssh->query.entry || ssh->config)
        return;
    if (!*host->address || *host->address == '-') { /* ssh would read it as an option */
        ssh_fail(ssh, FAULT_CONFIG, _("'%s' can't be an address"), host->address);
        return;
    }
    ssh->query.got = got_config;
    ssh->query.context = ssh;
    const struct sshconfig *config =
        sshconfig_ask(ssh->base.pool, &ssh->query, host->address, host->user, host->port);
    if (config)
        use_config(ssh, config);
}
