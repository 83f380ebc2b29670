#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void (*mem_on_exhausted)(void);

static void *or_die(void *p)
{
    if (p)
        return p;
    if (mem_on_exhausted)
        mem_on_exhausted();
    static const char message[] = "kwiz: out of memory\n";
    if (write(STDERR_FILENO, message, sizeof message - 1) < 0)
        abort();
    abort();
}

void *mem_new(size_t count, size_t size)
{
    return or_die(calloc(count ? count : 1, size ? size : 1));
}

void *mem_grow(void *old, size_t count, size_t size)
{
    /* reallocate only when count is 1 or just passed a power of two: the capacity need not be stored */
    if (old && count > 1 && ((count - 1) & (count - 2)) != 0 && count > 2)
        return old;
    size_t capacity = 1;
    while (capacity < count)
        capacity *= 2;
    return or_die(reallocarray(old, capacity, size));
}

char *mem_strdup(const char *text)
{
    return or_die(strdup(text));
}

char *mem_strndup(const char *text, size_t length)
{
    return or_die(strndup(text, length));
}

char *mem_printf(const char *format, ...)
{
    char *out = NULL;
    va_list ap;
    va_start(ap, format);
    int n = vasprintf(&out, format, ap);
    va_end(ap);
    return or_die(n < 0 ? NULL : out);
}
