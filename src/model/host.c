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
    *host = (struct host){0};
}

static char *copy_or_null(const char *text)
{
    return text ? mem_strdup(text) : NULL;
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
        .line = from->line,
        .column = from->column,
    };
    strv_copy(&to->identities, &from->identities);
    strv_copy(&to->host_keys, &from->host_keys);
    strv_copy(&to->roles, &from->roles);
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
