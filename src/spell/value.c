#include "spell/value.h"

#include <arpa/inet.h>
#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

static bool is_made_of(const char *text, size_t max, const char *first, const char *rest)
{
    size_t len = strlen(text);
    return len > 0 && len <= max && strchr(first, text[0]) && strspn(text, rest) == len;
}

bool value_is_label(const char *text)
{
    return is_made_of(text, 63, LOWER DIGITS, LOWER DIGITS "-") && text[strlen(text) - 1] != '-';
}

bool value_is_key(const char *text)
{
    return is_made_of(text, 40, LOWER, LOWER DIGITS "_");
}

bool value_is_id(const char *text)
{
    return is_made_of(text, 40, LOWER DIGITS, LOWER DIGITS "-");
}

static bool check_text(const char *text, const char *allowed, const char *expected, struct err *err)
{
    size_t len = strlen(text);
    if (len > VALUE_BYTES_MAX)
        return err_set(err, ERR_INVALID, _("expected at most %d bytes, found %zu"), VALUE_BYTES_MAX, len);
    if (!utf8_valid(text, len))
        return err_set(err, ERR_INVALID, _("expected text in UTF-8"));
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        if ((*p < 0x20 && !strchr(allowed, *p)) || *p == 0x7f)
            return err_set(err, ERR_INVALID, "%s", expected);
    return true;
}

bool value_check_line(const char *text, struct err *err)
{
    return check_text(text, "", _("expected one line of text without control characters"), err);
}

bool value_check_text(const char *text, struct err *err)
{
    return check_text(text, "\n\t", _("expected text without control characters but newline and tab"), err);
}

bool value_check_address(const char *text, struct err *err)
{
    unsigned char bytes[16];
    if (inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1)
        return true;
    return err_set(err, ERR_INVALID, _("expected an IPv4 or IPv6 address such as 10.1.4.36"));
}

static bool clear_host_bits(unsigned char *bytes, size_t count, unsigned prefix)
{
    bool changed = false;
    for (size_t i = 0; i < count; i++) {
        unsigned keep = prefix >= (i + 1) * 8 ? 8 : prefix > i * 8 ? prefix - (unsigned)i * 8 : 0;
        unsigned char mask = (unsigned char)(0xff00U >> keep);
        changed |= (bytes[i] & (unsigned char)~mask) != 0;
        bytes[i] &= mask;
    }
    return changed;
}

bool value_check_cidr(const char *text, struct err *err)
{
    char address[INET6_ADDRSTRLEN];
    unsigned char bytes[16];
    const char *slash = strchr(text, '/');
    size_t len = slash ? (size_t)(slash - text) : 0;
    if (slash && len < sizeof address) {
        memcpy(address, text, len);
        address[len] = '\0';
        int family = inet_pton(AF_INET, address, bytes) == 1 ? AF_INET : inet_pton(AF_INET6, address, bytes) == 1 ? AF_INET6 : 0;
        size_t digits = strspn(slash + 1, DIGITS);
        unsigned bits = family == AF_INET ? 32 : 128;
        unsigned long prefix = strtoul(slash + 1, NULL, 10);
        if (family && digits && digits <= 3 && !slash[1 + digits] && prefix <= bits && (slash[1] != '0' || digits == 1)) {
            if (!clear_host_bits(bytes, bits / 8, (unsigned)prefix))
                return true;
            inet_ntop(family, bytes, address, sizeof address);
            return err_set(err, ERR_INVALID, _("expected the network's own address, %s/%lu"), address, prefix);
        }
    }
    return err_set(err, ERR_INVALID, _("expected a network such as 10.244.0.0/16"));
}

static bool is_hostname(const char *text)
{
    size_t len = strlen(text);
    if (len == 0 || len > 253)
        return false;
    char label[64];
    for (const char *p = text;; p++) {
        size_t n = strcspn(p, ".");
        if (n >= sizeof label)
            return false;
        memcpy(label, p, n);
        label[n] = '\0';
        if (!value_is_label(label))
            return false;
        p += n;
        if (!*p)
            return true;
    }
}

bool value_check_hostname(const char *text, struct err *err)
{
    unsigned char bytes[4];
    /* four numbers with dots are labels too, but a resolver would take them for an address */
    if (is_hostname(text) && inet_pton(AF_INET, text, bytes) != 1)
        return true;
    return err_set(err, ERR_INVALID, _("expected a host name such as cluster.example.org (small letters, digits, - and .)"));
}

bool value_check_path(const char *text, struct err *err)
{
    if (text[0] != '/')
        return err_set(err, ERR_INVALID, _("expected an absolute path, beginning with /"));
    for (const char *p = text; *p;) {
        p += strspn(p, "/");
        size_t n = strcspn(p, "/");
        if ((n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.'))
            return err_set(err, ERR_INVALID, _("expected a path without \".\" and \"..\""));
        p += n;
    }
    return value_check_line(text, err);
}

bool value_check_version(const char *text, struct err *err)
{
    const char *p = text + (*text == 'v');
    unsigned parts = 0;
    bool ok = strlen(text) <= 100;
    while (ok) {
        size_t n = strspn(p, DIGITS);
        ok = n > 0 && n <= 10 && ++parts <= 4;
        p += n;
        if (*p != '.')
            break;
        p++;
    }
    if (ok && *p)
        ok = strchr("-+~", *p) && p[1] && p[1 + strspn(p + 1, LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS ".+~-")] == '\0';
    return ok ? true : err_set(err, ERR_INVALID, _("expected a version such as 1.36 or 1.36.2"));
}

bool value_check_integer(const char *text, int64_t *value, struct err *err)
{
    const char *digits = text + (*text == '-');
    size_t n = strspn(digits, DIGITS);
    errno = 0;
    long long number = strtoll(text, NULL, 10);
    if (!n || digits[n] || errno || (digits[0] == '0' && (n > 1 || *text == '-')))
        return err_set(err, ERR_INVALID, _("expected an integer"));
    *value = number;
    return true;
}

#define PATTERN_BYTES_MAX 200
#define PATTERN_REPEATS_MAX 1000

/* Spells may come from anywhere, and regcomp() of glibc unrolls counted repeats: (((a{200}){200}){200}) takes all memory. Back
 * references take exponential time. */
bool value_check_pattern(const char *pattern, struct err *err)
{
    if (strlen(pattern) > PATTERN_BYTES_MAX)
        return err_set(err, ERR_INVALID, _("a pattern may be at most %d bytes long"), PATTERN_BYTES_MAX);
    unsigned long repeats = 1, depth = 0;
    for (const char *p = pattern; *p; p++) {
        if (*p == '\\' && p[1] >= '1' && p[1] <= '9')
            return err_set(err, ERR_INVALID, _("back references (\\%c) are not taken in patterns"), p[1]);
        depth += *p == '(';
        if (*p != '{')
            continue;
        unsigned long most = 1;
        for (const char *q = p + 1; *q && *q != '}'; q++)
            if (strchr(DIGITS, *q)) {
                char *end;
                unsigned long n = strtoul(q, &end, 10);
                most = n > most ? n : most;
                q = end - 1;
            }
        repeats = most > PATTERN_REPEATS_MAX ? PATTERN_REPEATS_MAX + 1 : repeats * most;
        if (repeats > PATTERN_REPEATS_MAX)
            return err_set(err, ERR_INVALID, _("the pattern repeats too often (the counts in {} multiply to more than %d)"),
                           PATTERN_REPEATS_MAX);
    }
    if (depth > 20)
        return err_set(err, ERR_INVALID, _("the pattern has too many parentheses"));
    regex_t regex;
    int status = regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB);
    if (status) {
        char text[200];
        regerror(status, &regex, text, sizeof text);
        return err_set(err, ERR_INVALID, _("not a POSIX extended regular expression: %s"), text);
    }
    regfree(&regex);
    return true;
}

bool value_matches(const char *pattern, const char *text)
{
    char *whole = mem_printf("^(%s)$", pattern);
    regex_t regex;
    bool ok = regcomp(&regex, whole, REG_EXTENDED | REG_NOSUB) == 0;
    free(whole);
    if (!ok)
        return false;
    ok = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return ok;
}
