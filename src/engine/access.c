#include "engine/access.h"

#include <stdlib.h>

#include "base/mem.h"

struct access {
    struct access_options options;
    struct access_host *hosts;
    size_t count;
};

struct access *access_new(const struct access_options *options)
{
    struct access *a = mem_new(1, sizeof *a);
    a->options = *options;
    return a;
}

void access_free(struct access **access)
{
    if (!*access)
        return;
    free((*access)->hosts);
    free(*access);
    *access = NULL;
}

void access_set_hosts(struct access *access, const struct fleet *fleet)
{
    if (access->count == fleet->count)
        return;
    free(access->hosts);
    access->hosts = mem_new(fleet->count, sizeof *access->hosts);
    access->count = fleet->count;
}

size_t access_count(const struct access *access)
{
    return access->count;
}

const struct access_host *access_host(const struct access *access, size_t host)
{
    return &access->hosts[host];
}

struct access_host *access_host_mutable(struct access *access, size_t host)
{
    return &access->hosts[host];
}

void access_start(struct access *access)
{
    (void)access;
}

void access_again(struct access *access, size_t host)
{
    (void)access, (void)host;
}

void access_answer(struct access *access, size_t host, const struct secret *secret, bool is_refused)
{
    (void)access, (void)host, (void)secret, (void)is_refused;
}

void access_measure(struct access *access, const char *script, bool again)
{
    (void)access, (void)script, (void)again;
}

bool access_perform(struct access *access, size_t host, const char *script, const struct secret *input, unsigned limit_ms,
                    void (*done)(void *context, size_t host, int status, const char *output), void *context)
{
    (void)access, (void)host, (void)script, (void)input, (void)limit_ms, (void)done, (void)context;
    return false;
}

bool access_is_busy(const struct access *access)
{
    (void)access;
    return false;
}

struct contacts *access_contacts(struct access *access)
{
    (void)access;
    return NULL;
}
