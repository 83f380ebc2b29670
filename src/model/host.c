#include "model/host.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const struct host *fleet_find(const struct fleet *fleet, const char *name)
{
    for (size_t i = 0; i < fleet->count; i++)
        if (strcmp(fleet->items[i].name, name) == 0)
            return &fleet->items[i];
    return NULL;
}

void host_done(struct host *host)
{
    free(host->name);
    free(host->address);
    free(host->user);
    free(host->jump);
    free(host->become);
    strv_done(&host->identities);
    strv_done(&host->host_keys);
    strv_done(&host->roles);
    if (host->outer)
        host_done(host->outer);
    free(host->outer);
    *host = (struct host){0};
}

static char *copy_or_null(const char *text)
{
    return text ? mem_strdup(text) : NULL;
}

bool host_is_local(const struct host *host)
{
    return strcmp(host->address, "local") == 0;
}

void host_copy(struct host *to, const struct host *from)
{
    *to = (struct host){
        .name = copy_or_null(from->name),
        .address = copy_or_null(from->address),
        .port = from->port,
        .user = copy_or_null(from->user),
        .jump = copy_or_null(from->jump),
        .become = copy_or_null(from->become),
        .holds_containers = from->holds_containers,
        .line = from->line,
        .column = from->column,
    };
    strv_copy(&to->identities, &from->identities);
    strv_copy(&to->host_keys, &from->host_keys);
    strv_copy(&to->roles, &from->roles);
    if (from->outer)
        host_put_inside(to, from->outer);
}

void host_put_inside(struct host *host, const struct host *outer)
{
    host->outer = mem_new(1, sizeof *host->outer);
    host_copy(host->outer, outer);
    strv_done(&host->outer->roles);
}

static void fill(char **field, const char *value)
{
    if (!*field)
        *field = copy_or_null(value);
}

void host_copy_reach(struct host *to, const struct host *from, const struct ssh_defaults *defaults)
{
    host_copy(to, from);
    strv_done(&to->roles);
    to->line = to->column = 0;
    fill(&to->name, ""); /* of a host that is not wholly entered yet */
    fill(&to->address, "");
    if (to->outer) { /* how it is reached is all the other's; in it we are root */
        struct host outer = *to->outer;
        host_copy_reach(to->outer, &outer, defaults);
        host_done(&outer);
        return;
    }
    if (!defaults)
        return;
    fill(&to->user, defaults->user);
    fill(&to->jump, host_is_local(to) ? NULL : defaults->jump); /* the fleet's does not count for this machine */
    fill(&to->become, defaults->become);
    if (!to->port)
        to->port = defaults->port;
    if (!to->identities.count)
        strv_copy(&to->identities, &defaults->identities);
}

static bool is_same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool is_same_list(const struct strv *a, const struct strv *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->items[i], b->items[i]) != 0)
            return false;
    return true;
}

bool host_is_reached_alike(const struct host *a, const struct host *b)
{
    return a->port == b->port && is_same_text(a->name, b->name) && is_same_text(a->address, b->address) && is_same_text(a->user, b->user) &&
           is_same_text(a->jump, b->jump) && is_same_text(a->become, b->become) && is_same_list(&a->identities, &b->identities) &&
           is_same_list(&a->host_keys, &b->host_keys) && (a->outer && b->outer ? host_is_reached_alike(a->outer, b->outer) : !a->outer == !b->outer);
}

void fleet_done(struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->count; i++)
        host_done(&fleet->items[i]);
    free(fleet->items);
    free(fleet->ssh.user);
    free(fleet->ssh.jump);
    free(fleet->ssh.become);
    strv_done(&fleet->ssh.identities);
    *fleet = (struct fleet){0};
}
