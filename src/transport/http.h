/* HTTP(S) requests on the loop: the only user of libcurl. Certificates are always verified, against the
 * system's authorities or a file. No call blocks; every request ends within its limit. Callbacks come from
 * the loop, never from within a call of this header.
 */
#ifndef KWIZ_TRANSPORT_HTTP_H
#define KWIZ_TRANSPORT_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "base/strv.h"

struct http;
struct http_request;

struct http *http_new(uv_loop_t *loop);
/* Drops what is under way, without callbacks. done (may be NULL) comes from the loop when all handles have
 * closed. */
void http_free(struct http **http, void (*done)(void *context), void *context);

struct http_options {    /* zero-initialised: as said with each; strings and lists are needed during http_get
                            only */
    const char *ca_file; /* PEM; NULL = the system's */
    bool is_insecure;    /* do not verify: only for probes whose answer is not trusted */
    const struct strv *resolve; /* "name:port:address" instead of DNS; may be NULL */
    const char *proxy;          /* NULL = as the environment says; "" = none */
    unsigned limit_ms;          /* for all of it; 0 = 30 000 */
    unsigned connect_limit_ms;  /* 0 = 10 000 */
    size_t max_bytes;           /* of the body; 0 = 1 MiB. What is longer is an error */
};

struct http_answer {     /* valid during the call */
    const char *problem; /* NULL, or why there is no answer: printable, names the URL */
    long status;         /* 200 ... ; 0 with a problem */
    const char *body;    /* hostile bytes, NUL-terminated */
    size_t len;
    const char *type; /* Content-Type or "" */
};
typedef void http_fn(void *context, const struct http_answer *answer);

/* GET an http:// or https:// URL; at most 5 redirects, never from https to http. got comes exactly once,
 * unless http_cancel or http_free came first; after it the request is gone. */
struct http_request *http_get(struct http *http, const char *url, const struct http_options *options,
                              http_fn *got, void *context);
/* No callback for it any more. Accepts NULL; sets NULL. */
void http_cancel(struct http_request **request);

#endif
