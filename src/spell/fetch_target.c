#include "spell/fetch_target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "spell/network.h"

#define HOST_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
#define HTTP_PORT 80u
#define HTTPS_PORT 443u

static bool read_port(const char *text, size_t len, unsigned *port)
{
    unsigned long n = len && len <= 5 && strspn(text, "0123456789") >= len ? strtoul(text, NULL, 10) : 0;
    if (!n || n > 65535)
        return false;
    *port = (unsigned)n;
    return true;
}

/* HOST, HOST:PORT or [ADDRESS]:PORT, of len bytes; the port stays as it is where none is named. */
static bool read_authority(const char *text, size_t len, struct fetch_target *target)
{
    const char *end = text + len, *host = text, *port = NULL;
    size_t host_len;
    if (len && *text == '[') {
        const char *close = memchr(text, ']', len);
        if (!close || (close + 1 < end && close[1] != ':'))
            return false;
        host = text + 1;
        host_len = (size_t)(close - host);
        port = close + 1 < end ? close + 2 : NULL;
        if (strspn(host, "0123456789abcdefABCDEF:.") < host_len)
            return false;
    } else {
        const char *colon = memchr(text, ':', len);
        host_len = colon ? (size_t)(colon - text) : len;
        port = colon ? colon + 1 : NULL;
        if (strspn(host, HOST_CHARS) < host_len)
            return false;
    }
    if (!host_len || host_len > FETCH_NAME_MAX - 6 || (port && !read_port(port, (size_t)(end - port), &target->port)))
        return false;
    snprintf(target->host, sizeof target->host, "%.*s", (int)host_len, host);
    return true;
}

/* An image's name begins with a registry only where its first part could be no folder of Docker's own registry: it has a dot or a port, or is localhost
 * (github.com/distribution/reference, splitDockerDomain). Alone, "registry:5000" is a server and "nginx:stable" is none. */
static bool has_registry(const char *text, size_t len, bool is_alone)
{
    const char *colon = memchr(text, ':', len);
    size_t name = colon ? (size_t)(colon - text) : len;
    unsigned port;
    if (memchr(text, '.', name) || (name == strlen("localhost") && strncmp(text, "localhost", name) == 0))
        return true;
    return colon && (!is_alone || read_port(colon + 1, len - name - 1, &port));
}

static bool read_image(const char *text, struct fetch_target *target)
{
    size_t len = strcspn(text, "/ @");
    bool is_alone = text[len] != '/';
    target->is_tls = true;
    target->port = HTTPS_PORT;
    if (!has_registry(text, len, is_alone))
        return *text && strspn(text, HOST_CHARS "/:@") == strlen(text) && read_authority("docker.io", strlen("docker.io"), target);
    if (is_alone && memchr(text, ':', len)) { /* registry.example.com:5000, or an image of a file's name such as a.b:tag */
        const char *colon = memchr(text, ':', len);
        unsigned port;
        if (!read_port(colon + 1, len - (size_t)(colon + 1 - text), &port))
            return false;
    }
    return read_authority(text, len, target);
}

bool fetch_target_parse(const char *from, struct fetch_target *target)
{
    *target = (struct fetch_target){.is_tls = strncasecmp(from, "https://", 8) == 0};
    if (target->is_tls || strncasecmp(from, "http://", 7) == 0) {
        const char *authority = strchr(from, '/') + 2;
        size_t len = strcspn(authority, "/ ?#");
        target->port = target->is_tls ? HTTPS_PORT : HTTP_PORT;
        for (const char *at; (at = memchr(authority, '@', len)); authority = at + 1)
            len -= (size_t)(at + 1 - authority);
        if (!read_authority(authority, len, target))
            return false;
    } else if (*from == '/' || strstr(from, "://") || !read_image(from, target)) {
        return false;
    }
    if (target->port == (target->is_tls ? HTTPS_PORT : HTTP_PORT))
        snprintf(target->name, sizeof target->name, "%s", target->host);
    else
        snprintf(target->name, sizeof target->name, "%.*s:%u", FETCH_NAME_MAX - 6, target->host, target->port);
    return true;
}

const char *fetch_target_url(const struct fetch_target *target, char *out)
{
    /* the name that images carry is not the server that has them (github.com/containerd/containerd, remotes/docker, DefaultHost) */
    const char *host = strcmp(target->host, "docker.io") == 0 ? "registry-1.docker.io" : target->host;
    bool is_v6 = strchr(host, ':') != NULL;
    snprintf(out, FETCH_URL_MAX, "%s://%s%.*s%s:%u/", target->is_tls ? "https" : "http", is_v6 ? "[" : "", FETCH_NAME_MAX, host, is_v6 ? "]" : "",
             target->port);
    return out;
}

/* One entry of no_proxy: "*", a name or the domain that it ends in, an address or a network. */
static bool is_exempt_by(const struct fetch_target *target, const char *entry, size_t len)
{
    char text[128];
    struct network network, server;
    if (len >= sizeof text)
        return false;
    memcpy(text, entry, len);
    text[len] = '\0';
    if (strcmp(text, "*") == 0)
        return true;
    if (network_parse(target->host, &server))
        return network_parse(text, &network) && network_holds(&network, &server);
    const char *domain = text + (strncmp(text, "*.", 2) == 0 ? 2 : *text == '.');
    size_t domain_len = strlen(domain), host_len = strlen(target->host);
    if (!domain_len || host_len < domain_len || strcasecmp(target->host + host_len - domain_len, domain) != 0)
        return false;
    return host_len == domain_len || target->host[host_len - domain_len - 1] == '.';
}

bool fetch_target_is_exempt(const struct fetch_target *target, const char *list, const struct fleet *fleet)
{
    static const char separators[] = ", \t\n";
    struct network network, loopback;
    if (strcmp(target->host, "localhost") == 0)
        return true;
    if (network_parse(target->host, &network) && network_parse("127.0.0.0/8", &loopback) && network_holds(&loopback, &network))
        return true;
    for (size_t i = 0; i < fleet->count; i++)
        if (strcmp(target->host, fleet->items[i].address) == 0 || strcmp(target->host, fleet->items[i].name) == 0)
            return true;
    for (const char *at = list; at && *(at += strspn(at, separators));) {
        size_t len = strcspn(at, separators);
        if (is_exempt_by(target, at, len))
            return true;
        at += len;
    }
    return false;
}
