#include "base/secret.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
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

char *secret_hide_logins(const char *text)
{
    struct buf shown;
    buf_init(&shown, strlen(text) * 2 + 1); /* "://@" grows by three */
    for (const char *login; (login = strstr(text, "://"));) {
        size_t len = 0;
        login += 3;
        /* Up to the last @ before the next URL: a password may have blanks and an @ that should have been written %20 and %40. */
        for (size_t i = 0; login[i] && login[i] != '\n' && strncmp(login + i, "://", 3) != 0; i++)
            len = login[i] == '@' ? i : len;
        buf_add(&shown, text, (size_t)(login - text));
        if (len)
            buf_adds(&shown, "***");
        text = login + len;
    }
    buf_adds(&shown, text);
    return buf_take(&shown);
}
