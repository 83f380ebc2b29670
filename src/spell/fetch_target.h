/* What a download or an image is fetched from, as a server that a host must reach. */
#ifndef KWIZ_SPELL_FETCH_TARGET_H
#define KWIZ_SPELL_FETCH_TARGET_H

#include <stdbool.h>

#include "model/host.h"

#define FETCH_NAME_MAX 180

struct fetch_target {
    char name[FETCH_NAME_MAX + 1]; /* for fetch:NAME: the server, with its port where it is not the usual one */
    char host[FETCH_NAME_MAX + 1]; /* IPv6 without brackets */
    unsigned port;
    bool is_tls;
};

/* Of "https://host:port/path suite components", "registry.example.com/path" or "nginx:stable"; user names and passwords are dropped. false: it is nothing
 * that hosts get over the network (a path, file://), or makes no sense. */
bool fetch_target_parse(const char *from, struct fetch_target *target);
/* "https://host:port/"; out holds FETCH_URL_MAX. Returns out. */
#define FETCH_URL_MAX (FETCH_NAME_MAX + 32)
const char *fetch_target_url(const struct fetch_target *target, char *out);
/* Is the server asked past the proxy? list: names, domains, addresses and networks with commas or blanks between them (no_proxy; NULL = none); the
 * cluster's own hosts and the host itself are always asked past it. */
bool fetch_target_is_exempt(const struct fetch_target *target, const char *list, const struct fleet *fleet);

#endif
