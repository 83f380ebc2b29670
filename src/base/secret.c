#include "base/secret.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct secret {
    size_t len;
    char bytes[];
};

struct secret *secret_new(const void *bytes, size_t len)
{
    struct secret *secret = mem_new(1, sizeof *secret + len + 1);
    secret->len = len;
    if (len)
        memcpy(secret->bytes, bytes, len);
    return secret;
}

struct secret *secret_copy(const struct secret *secret)
{
    return secret ? secret_new(secret->bytes, secret->len) : NULL;
}

const char *secret_bytes(const struct secret *secret)
{
    return secret->bytes;
}

size_t secret_len(const struct secret *secret)
{
    return secret->len;
}

void secret_free(struct secret **secret)
{
    if (!*secret)
        return;
    explicit_bzero((*secret)->bytes, (*secret)->len);
    free(*secret);
    *secret = NULL;
}
