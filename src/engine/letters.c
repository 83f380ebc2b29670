#include "engine/letters.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/random.h>

#define LEN_MAX 256

void letters_draw(char *out, size_t len)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ab";
    unsigned char noise[LEN_MAX];
    assert(len <= LEN_MAX);
    if (getrandom(noise, len, 0) != (ssize_t)len)
        abort(); /* blocks until the pool is ready; never short for so few bytes */
    for (size_t i = 0; i < len; i++)
        out[i] = letters[noise[i] & 63];
    out[len] = '\0';
}
