/* Is the server who it was? Nothing is sent to it before that is settled. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "transport/known_hosts.h"
#include "transport/ssh.h"

/* What libssh can check, best first; the order counts for hosts of which no key is known. */
static const char *const algorithms[] = {
    "ssh-ed25519",         "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521", "rsa-sha2-512",        "rsa-sha2-256",
};

static void known_files(const struct ssh *ssh, struct strv *files)
{
    if (ssh->base.pool->known_hosts) {
        strv_add(files, ssh->base.pool->known_hosts);
        return;
    }
    strv_copy(files, &ssh->config->user_known_hosts);
    strv_copy(files, &ssh->config->global_known_hosts);
}

/* The name it is kept under, and the one without the port (NULL when that is the same or an alias is set). */
static char *known_name(const struct ssh *ssh, char **plain)
{
    *plain = NULL;
    if (ssh->config->host_key_alias)
        return known_hosts_name(ssh->config->host_key_alias, 0);
    if (ssh->port != 22)
        *plain = known_hosts_name(ssh->config->hostname, 0);
    return known_hosts_name(ssh->config->hostname, ssh->port);
}

/* A key of type ssh-rsa signs by rsa-sha2-*. */
static bool is_of_type(const char *algorithm, const struct strv *types)
{
    return strv_has(types, algorithm) || (strncmp(algorithm, "rsa-", 4) == 0 && strv_has(types, "ssh-rsa"));
}

static bool is_allowed(const struct ssh *ssh, const char *algorithm)
{
    const char *list = ssh->config->host_key_algorithms;
    size_t len = strlen(algorithm);
    for (const char *p = list; p && *p; p += strcspn(p, ","), p += *p == ',')
        if (strncmp(p, algorithm, len) == 0 && (p[len] == ',' || !p[len]))
            return true;
    return !list;
}

void hostkey_prefer(struct ssh *ssh)
{
    struct strv files = {0}, types = {0};
    struct buf list;
    char *plain, *name = known_name(ssh, &plain);
    known_files(ssh, &files);
    known_hosts_types(&files, name, plain, &types);
    buf_init(&list, 1000);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++)
            if (is_of_type(algorithms[i], &types) == (pass == 0) && is_allowed(ssh, algorithms[i]))
                buf_addf(&list, list.len ? ",%s" : "%s", algorithms[i]);
    if (list.len)
        ssh_options_set(ssh->session, SSH_OPTIONS_HOSTKEYS, buf_text(&list));
    buf_done(&list);
    strv_done(&files);
    strv_done(&types);
    free(name);
    free(plain);
}

static void answered(void *context, bool is_refused, const struct secret *secret)
{
    struct ssh *ssh = context;
    (void)secret;
    ssh->host_key_answer = is_refused ? KEY_REFUSED : KEY_ACCEPTED;
    ssh_kick(ssh);
}

static void refuse_new(struct ssh *ssh, const char *type, const char *fingerprint, const char *why)
{
    ssh_fail(ssh, FAULT_HOST_KEY_NEW, _("the host key of %s is not known here: %s %s (%s)"), ssh->where, type,
             fingerprint, why);
}

/* A key that no file speaks of: may we take it? */
static bool may_accept(struct ssh *ssh, const char *type, const char *fingerprint)
{
    char late[100];
    if (strv_has(&ssh->base.host.host_keys, fingerprint) || ssh->base.pool->options.accept_new_host_keys)
        return true;
    switch (ssh->host_key_answer) {
    case KEY_ACCEPTED:
        return true;
    case KEY_REFUSED:
        refuse_new(ssh, type, fingerprint, _("it was not accepted"));
        return false;
    case KEY_LATE:
        snprintf(late, sizeof late, _("nobody accepted it in %u s"),
                 (ssh->base.pool->options.ask_limit_ms + 999) / 1000);
        refuse_new(ssh, type, fingerprint, late);
        return false;
    case KEY_ASKED:
        return false;
    case KEY_NOT_ASKED:
        break;
    }
    char *text = mem_printf("%s %s", type, fingerprint);
    struct transport_ask ask = {
        .kind = ASK_HOST_KEY, .host = ssh->base.host.name, .text = text, .attempt = 1};
    ssh->host_key_answer = KEY_ASKED;
    ssh->stage = STAGE_HOST_KEY;
    ssh_limit(ssh, ssh->base.pool->options.ask_limit_ms);
    if (!transport_ask(&ssh->base, &ask, answered, ssh))
        refuse_new(ssh, type, fingerprint,
                   _("compare it on the host's console: ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub"));
    free(text);
    return false;
}

/* Write it where ssh(1) would. */
static bool remember(struct ssh *ssh, const char *name, ssh_key key)
{
    struct err err = ERR_INIT;
    const char *path = ssh->base.pool->known_hosts               ? ssh->base.pool->known_hosts
                       : ssh->config->user_known_hosts.count > 0 ? ssh->config->user_known_hosts.items[0]
                                                                 : NULL;
    if (!path || strcmp(path, "/dev/null") ==
                     0) /* the operator's ssh_config says so: it will be asked again each time */
        return true;
    if (known_hosts_append(path, name, ssh->config->hash_known_hosts, key, &err))
        return true;
    ssh_fail(ssh, FAULT_LOCAL, _("the host key of %s was accepted but can't be kept: %s"), ssh->where,
             err.text);
    return false;
}

static bool judge(struct ssh *ssh, ssh_key key, const char *type, const char *fingerprint)
{
    struct strv files = {0};
    struct known_place place = {0};
    char *plain, *name = known_name(ssh, &plain);
    const struct strv *wanted = &ssh->base.host.host_keys;
    bool is_wanted = !wanted->count || ssh->is_jump || strv_has(wanted, fingerprint), ok = false;
    known_files(ssh, &files);
    enum known known = known_hosts_check(&files, name, plain, key, &place);
    if (known == KNOWN_REVOKED)
        ssh_fail(ssh, FAULT_HOST_KEY_CHANGED,
                 _("the host key of %s (%s %s) is marked as revoked in %s line %u"), ssh->where, type,
                 fingerprint, place.file, place.line);
    else if (known == KNOWN_CHANGED)
        ssh_fail(ssh, FAULT_HOST_KEY_CHANGED,
                 _("THE HOST KEY OF %s HAS CHANGED: it shows %s %s, but %s line %u says %s %s. Either the "
                   "host was installed anew, or "
                   "somebody else answers at this address. If it was installed anew: ssh-keygen -R '%s'"),
                 ssh->where, type, fingerprint, place.file, place.line, place.type, place.fingerprint, name);
    else if (!is_wanted)
        ssh_fail(ssh, FAULT_HOST_KEY_CHANGED, _("%s shows the host key %s %s, but the answers say it is %s"),
                 ssh->where, type, fingerprint, wanted->items[0]);
    else if (known == KNOWN_OK)
        ok = true;
    else if (may_accept(ssh, type, fingerprint))
        ok = remember(ssh, name, key);
    strv_done(&files);
    free(name);
    free(plain);
    return ok;
}

bool hostkey_check(struct ssh *ssh)
{
    ssh_key key = NULL;
    char fingerprint[64];
    if (ssh_get_server_publickey(ssh->session, &key) != SSH_OK) {
        ssh_fail(ssh, FAULT_HANDSHAKE, _("%s: the server showed no host key"), ssh->where);
        return false;
    }
    key_fingerprint(key, fingerprint, sizeof fingerprint);
    bool ok = *fingerprint && judge(ssh, key, ssh_key_type_to_char(ssh_key_type(key)), fingerprint);
    ssh_key_free(key);
    return ok;
}

void hostkey_cut_off(struct ssh *ssh)
{
    ssh_key key = NULL;
    char fingerprint[64] = "";
    if (ssh_get_server_publickey(ssh->session, &key) == SSH_OK)
        key_fingerprint(key, fingerprint, sizeof fingerprint);
    if (*fingerprint)
        refuse_new(ssh, ssh_key_type_to_char(ssh_key_type(key)), fingerprint, _("the server hung up before it was accepted"));
    else
        ssh_fail(ssh, FAULT_HANDSHAKE, _("%s: the server hung up while its host key was being checked"), ssh->where);
    ssh_key_free(key);
}
