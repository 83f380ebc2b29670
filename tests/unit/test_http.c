/* Requests to a small server of our own on 127.0.0.1, on the same loop. */
#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "transport/http.h"

static uv_loop_t loop;
static uv_tcp_t server;
static unsigned port;
static const char *reply; /* NULL: silence */

struct result {
    bool has_come;
    long status;
    char *body, *problem, *type;
};

static void conn_closed(uv_handle_t *handle)
{
    free(handle);
}

static void wrote(uv_write_t *write, int status)
{
    (void)status;
    uv_close((uv_handle_t *)write->handle, conn_closed);
    free(write);
}

static void provide(uv_handle_t *handle, size_t size, uv_buf_t *room)
{
    (void)handle, (void)size;
    static char bytes[8192];
    *room = uv_buf_init(bytes, sizeof bytes);
}

static void came(uv_stream_t *stream, ssize_t n, const uv_buf_t *room)
{
    (void)room;
    if (n < 0) {
        uv_close((uv_handle_t *)stream, conn_closed);
        return;
    }
    if (!reply || !n)
        return;
    uv_read_stop(stream);
    uv_buf_t bytes = uv_buf_init((char *)reply, (unsigned)strlen(reply));
    uv_write(mem_new(1, sizeof(uv_write_t)), stream, &bytes, 1, wrote);
}

static void accepted(uv_stream_t *listener, int status)
{
    (void)status;
    uv_tcp_t *conn = mem_new(1, sizeof *conn);
    uv_tcp_init(&loop, conn);
    uv_accept(listener, (uv_stream_t *)conn);
    uv_read_start((uv_stream_t *)conn, provide, came);
}

static int start(void **state)
{
    (void)state;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int len = sizeof address;
    uv_loop_init(&loop);
    uv_tcp_init(&loop, &server);
    uv_tcp_bind(&server, (struct sockaddr *)&address, 0);
    uv_listen((uv_stream_t *)&server, 10, accepted);
    uv_tcp_getsockname(&server, (struct sockaddr *)&address, &len);
    port = ntohs(address.sin_port);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    uv_close((uv_handle_t *)&server, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}

static void got(void *context, const struct http_answer *answer)
{
    struct result *r = context;
    assert_false(r->has_come);
    r->has_come = true;
    r->status = answer->status;
    r->body = mem_strndup(answer->body, answer->len);
    r->problem = answer->problem ? mem_strdup(answer->problem) : NULL;
    r->type = mem_strdup(answer->type);
}

static void gone(void *context)
{
    *(bool *)context = true;
}

static void close_http(struct http *http)
{
    bool is_gone = false;
    http_free(&http, gone, &is_gone);
    while (!is_gone)
        uv_run(&loop, UV_RUN_ONCE);
}

static struct result get(const char *path, const struct http_options *options)
{
    struct result r = {0};
    struct http *http = http_new(&loop);
    char *url = mem_printf("http://127.0.0.1:%u%s", port, path);
    http_get(http, url, options, got, &r);
    assert_false(r.has_come);
    while (!r.has_come)
        uv_run(&loop, UV_RUN_ONCE);
    free(url);
    close_http(http);
    return r;
}

static void result_done(struct result *r)
{
    free(r->body);
    free(r->problem);
    free(r->type);
}

static const struct http_options direct = {.proxy = ""};

static void page_is_fetched(void **state)
{
    (void)state;
    reply = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 16\r\n\r\nWelcome to nginx";
    struct result r = get("/", &direct);
    assert_null(r.problem);
    assert_int_equal(r.status, 200);
    assert_string_equal(r.body, "Welcome to nginx");
    assert_string_equal(r.type, "text/html");
    result_done(&r);
    reply = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    r = get("/", &direct);
    assert_null(r.problem);
    assert_int_equal(r.status, 404);
    result_done(&r);
}

static void names_are_resolved_as_told(void **state)
{
    (void)state;
    struct strv resolve = {0};
    struct result r = {0};
    struct http *http = http_new(&loop);
    char *rule = mem_printf("sample.invalid:%u:127.0.0.1", port),
         *url = mem_printf("http://sample.invalid:%u/", port);
    strv_add(&resolve, rule);
    reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    http_get(http, url, &(struct http_options){.proxy = "", .resolve = &resolve}, got, &r);
    while (!r.has_come)
        uv_run(&loop, UV_RUN_ONCE);
    assert_null(r.problem);
    assert_string_equal(r.body, "ok");
    result_done(&r);
    close_http(http);
    strv_done(&resolve);
    free(rule);
    free(url);
}

static void failures_are_said(void **state)
{
    (void)state;
    struct http_options options = {.proxy = "", .limit_ms = 200, .max_bytes = 10};
    reply = "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\nWelcome to nginx";
    struct result r = get("/", &options);
    assert_non_null(strstr(r.problem, "longer than 10 bytes"));
    result_done(&r);
    reply = NULL;
    r = get("/", &options);
    assert_non_null(strstr(r.problem, "limit 200 ms"));
    result_done(&r);
    reply = "\033]0;x SSH-2.0\r\n";
    r = get("/", &options);
    assert_non_null(r.problem);
    assert_null(strchr(r.problem, '\033'));
    result_done(&r);
    reply = "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n";
    r = get("/", &options);
    assert_non_null(r.problem);
    assert_string_equal(r.body, "");
    result_done(&r);
    reply = "HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n";
    r = get("/", &options);
    assert_non_null(r.problem);
    result_done(&r);
}

static void requests_can_be_dropped(void **state)
{
    (void)state;
    struct result r = {0};
    struct http *http = http_new(&loop);
    char *url = mem_printf("http://127.0.0.1:%u/", port);
    reply = NULL;
    struct http_request *first = http_get(http, url, &direct, got, &r);
    struct http_request *second = http_get(http, url, &direct, got, &r);
    uv_run(&loop, UV_RUN_NOWAIT);
    uv_run(&loop, UV_RUN_NOWAIT);
    http_cancel(&first);
    assert_null(first);
    uv_run(&loop, UV_RUN_NOWAIT);
    (void)second;
    close_http(http); /* with the second under way */
    assert_false(r.has_come);
    free(url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_is_fetched),
        cmocka_unit_test(names_are_resolved_as_told),
        cmocka_unit_test(failures_are_said),
        cmocka_unit_test(requests_can_be_dropped),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
