#include "transport/http.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

#define REDIRECTS_MAX 5

TAILQ_HEAD(request_list, http_request);

struct http {
    CURLM *multi;
    uv_loop_t *loop;
    uv_timer_t timer; /* curl's own */
    unsigned handles; /* not yet closed */
    struct request_list requests;
    bool is_closing;
    void (*done)(void *context);
    void *context;
};

struct http_request {
    TAILQ_ENTRY(http_request) link;
    struct http *http;
    CURL *easy;
    struct curl_slist *resolve;
    char *url;
    char error[CURL_ERROR_SIZE];
    struct buf body;
    bool is_too_long;
    unsigned limit_ms;
    http_fn *got;
    void *context;
};

struct watch { /* of one socket */
    struct http *http;
    uv_poll_t poll;
    curl_socket_t fd;
};

static void release(struct http *http)
{
    if (--http->handles)
        return;
    void (*done)(void *) = http->done;
    void *context = http->context;
    free(http);
    if (done)
        done(context);
}

static void watch_closed(uv_handle_t *handle)
{
    struct watch *watch = handle->data;
    struct http *http = watch->http;
    free(watch);
    release(http);
}

static void timer_closed(uv_handle_t *handle)
{
    release(handle->data);
}

static void forget(struct http_request *request)
{
    TAILQ_REMOVE(&request->http->requests, request, link);
    curl_multi_remove_handle(request->http->multi, request->easy);
    curl_easy_cleanup(request->easy);
    curl_slist_free_all(request->resolve);
    buf_done(&request->body);
    free(request->url);
    free(request);
}

static char *problem_of(const struct http_request *request, CURLcode code)
{
    struct buf text;
    const char *said = *request->error ? request->error : curl_easy_strerror(code);
    if (request->is_too_long)
        return mem_printf(_("%s: the answer is longer than %zu bytes"), request->url, request->body.max);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return mem_printf(_("%s: no complete answer in time (limit %u ms)"), request->url, request->limit_ms);
    buf_init(&text, 500);
    utf8_printable(said, strlen(said), &text);
    char *problem = mem_printf("%s: %s", request->url, buf_text(&text));
    buf_done(&text);
    return problem;
}

static void finish(struct http_request *request, CURLcode code)
{
    struct http_answer answer = {.body = buf_text(&request->body), .len = request->body.len, .type = ""};
    char *problem = code == CURLE_OK ? NULL : problem_of(request, code);
    char *type = NULL;
    if (problem) {
        answer.problem = problem;
        answer.len = 0;
        answer.body = "";
    } else {
        curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &answer.status);
        if (curl_easy_getinfo(request->easy, CURLINFO_CONTENT_TYPE, &type) == CURLE_OK && type)
            answer.type = type;
    }
    http_fn *got = request->got;
    request->got = NULL; /* http_cancel from within does nothing more */
    if (got)
        got(request->context, &answer);
    free(problem);
}

/* Callbacks may cancel others or free the whole: start again from curl's list after each. */
static void finish_those_done(struct http *http)
{
    const CURLMsg *message;
    int left;
    while (!http->is_closing && (message = curl_multi_info_read(http->multi, &left))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        struct http_request *request = NULL;
        CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&request);
        http->handles++; /* ours: http_free from within must leave it standing */
        finish(request, code);
        if (!http->is_closing)
            forget(request);
        release(http); /* not the last: turn holds one as well */
    }
}

static void turn(struct http *http, curl_socket_t fd, int flags)
{
    int running;
    http->handles++;
    curl_multi_socket_action(http->multi, fd, flags, &running);
    finish_those_done(http);
    release(http);
}

static void timer_due(uv_timer_t *timer)
{
    turn(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static int timer_wanted(CURLM *multi, long timeout_ms, void *context)
{
    struct http *http = context;
    (void)multi;
    if (timeout_ms < 0)
        uv_timer_stop(&http->timer);
    else
        uv_timer_start(&http->timer, timer_due, (uint64_t)timeout_ms, 0);
    return 0;
}

static void poll_due(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = poll->data;
    int flags = status < 0 ? CURL_CSELECT_ERR : 0;
    flags |= (events & UV_READABLE) ? CURL_CSELECT_IN : 0;
    flags |= (events & UV_WRITABLE) ? CURL_CSELECT_OUT : 0;
    turn(watch->http, watch->fd, flags);
}

static int socket_wanted(CURL *easy, curl_socket_t fd, int what, void *context, void *socket_context)
{
    struct http *http = context;
    struct watch *watch = socket_context;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (watch) {
            curl_multi_assign(http->multi, fd, NULL);
            uv_close((uv_handle_t *)&watch->poll, watch_closed);
        }
        return 0;
    }
    if (!watch) {
        watch = mem_new(1, sizeof *watch);
        watch->http = http;
        watch->fd = fd;
        if (uv_poll_init_socket(http->loop, &watch->poll, fd) < 0) {
            free(watch);
            return -1;
        }
        watch->poll.data = watch;
        http->handles++;
        curl_multi_assign(http->multi, fd, watch);
    }
    int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    return uv_poll_start(&watch->poll, events, poll_due);
}

struct http *http_new(uv_loop_t *loop)
{
    static bool is_ready;
    if (!is_ready)
        curl_global_init(CURL_GLOBAL_DEFAULT);
    is_ready = true;
    struct http *http = mem_new(1, sizeof *http);
    http->loop = loop;
    http->handles = 1;
    http->multi = curl_multi_init();
    assert(http->multi);
    TAILQ_INIT(&http->requests);
    uv_timer_init(loop, &http->timer);
    http->timer.data = http;
    curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, socket_wanted);
    curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
    curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, timer_wanted);
    curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
    return http;
}

void http_free(struct http **http, void (*done)(void *context), void *context)
{
    if (!*http)
        return;
    struct http *h = *http;
    *http = NULL;
    h->is_closing = true;
    h->done = done;
    h->context = context;
    while (!TAILQ_EMPTY(&h->requests))
        forget(TAILQ_FIRST(&h->requests));
    curl_multi_cleanup(h->multi);
    uv_close((uv_handle_t *)&h->timer, timer_closed);
}

static size_t body_came(char *bytes, size_t size, size_t count, void *context)
{
    struct http_request *request = context;
    if (buf_add(&request->body, bytes, size * count))
        return size * count;
    request->is_too_long = true;
    return 0;
}

static void allow_protocols(CURL *easy, bool is_secure)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, is_secure ? "https" : "http,https");
#else
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS,
                     is_secure ? (long)CURLPROTO_HTTPS : (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static void set_options(struct http_request *request, const struct http_options *options)
{
    CURL *easy = request->easy;
    unsigned connect_ms = options->connect_limit_ms ? options->connect_limit_ms : 10000;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, request);
    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, request->error);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body_came);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->limit_ms);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
    allow_protocols(easy, strncasecmp(request->url, "https:", 6) == 0);
    if (options->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file);
    if (options->is_insecure) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (options->proxy)
        curl_easy_setopt(easy, CURLOPT_PROXY, options->proxy);
    for (size_t i = 0; options->resolve && i < options->resolve->count; i++)
        request->resolve = curl_slist_append(request->resolve, options->resolve->items[i]);
    if (request->resolve)
        curl_easy_setopt(easy, CURLOPT_RESOLVE, request->resolve);
}

struct http_request *http_get(struct http *http, const char *url, const struct http_options *options,
                              http_fn *got, void *context)
{
    struct http_request *request = mem_new(1, sizeof *request);
    request->http = http;
    request->url = mem_strdup(url);
    request->got = got;
    request->context = context;
    request->limit_ms = options->limit_ms ? options->limit_ms : 30000;
    buf_init(&request->body, options->max_bytes ? options->max_bytes : 1024 * 1024);
    request->easy = curl_easy_init();
    assert(request->easy);
    set_options(request, options);
    TAILQ_INSERT_TAIL(&http->requests, request, link);
    curl_multi_add_handle(http->multi, request->easy); /* begins by the timer, so from the loop */
    return request;
}

void http_cancel(struct http_request **request)
{
    if (!*request)
        return;
    struct http_request *r = *request;
    *request = NULL;
    if (r->got) /* otherwise its answer is just being handed over, and it goes after that */
        forget(r);
}
