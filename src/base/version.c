#include "base/version.h"

#include <stddef.h>
#include <string.h>

#define DIGITS "0123456789"

/* Without epoch and v. */
static const char *begin(const char *text)
{
    size_t epoch = strspn(text, DIGITS);
    if (epoch && text[epoch] == ':')
        text += epoch + 1;
    return *text == 'v' ? text + 1 : text;
}

bool version_is(const char *text)
{
    return strspn(begin(text), DIGITS) > 0;
}

/* The next number without zeros before it; *text then stands behind the dot. Its length; 0 = the number 0, or none is left. */
static size_t next(const char **text, const char **digits, bool *is_there)
{
    size_t len = strspn(*text, DIGITS), zeros = strspn(*text, "0");
    *is_there = len > 0;
    *digits = *text + zeros;
    *text += len;
    if (**text == '.' && len)
        (*text)++;
    else
        *text += strlen(*text); /* what follows is no number that counts */
    return len - zeros;
}

/* Digits of any length, so that none overflows. */
static int compare(const char *a, const char *b, bool by_second)
{
    a = begin(a);
    b = begin(b);
    for (;;) {
        const char *x, *y;
        bool has_x, has_y;
        size_t x_len = next(&a, &x, &has_x), y_len = next(&b, &y, &has_y);
        if ((!has_x && !has_y) || (by_second && !has_y))
            return 0;
        if (x_len != y_len)
            return x_len < y_len ? -1 : 1;
        int order = strncmp(x, y, x_len);
        if (order)
            return order;
    }
}

int version_compare(const char *a, const char *b)
{
    return compare(a, b, false);
}

int version_compare_by(const char *a, const char *b)
{
    return compare(a, b, true);
}
