/* Runs `ssh -G` for sshconfig.h: a few at a time, each with a limit, each answer kept. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "transport/sshconfig.h"

#define RUNNING_MAX 8
#define OUTPUT_MAX (256 * 1024)
#define COMPLAINT_MAX 2048

TAILQ_HEAD(query_list, config_query);

struct config_entry {
    TAILQ_ENTRY(config_entry) link;
    struct transport_pool *pool;
    char *address, *user; /* the question */
    unsigned port;
    enum { WAITING, RUNNING, KNOWN, FAILED } state;
    struct sshconfig config;
    char *detail; /* when FAILED */
    struct query_list queries;
    uv_process_t process;
    uv_pipe_t out, complaints;
    uv_timer_t timer; /* limit while running; after that to tell from the loop */
    unsigned open;    /* of process and pipes: not yet at their end */
    struct buf text, complaint;
    long status;
    bool is_late, is_stopped, has_process, is_timer_open;
};

static void handle_closed(uv_handle_t *handle)
{
    struct config_entry *e = handle->data;
    pool_release(e->pool);
}

static void start_waiting(struct transport_pool *pool);
static void close_timer(struct config_entry *e);

static void tell(uv_timer_t *timer)
{
    struct config_entry *e = timer->data;
    struct config_query *query;
    while ((query = TAILQ_FIRST(&e->queries))) {
        TAILQ_REMOVE(&e->queries, query, link);
        query->entry = NULL;
        query->got(query->context, e->state == KNOWN ? &e->config : NULL, e->detail ? e->detail : "");
    }
    close_timer(e);
}

static void close_timer(struct config_entry *e)
{
    if (e->is_timer_open)
        uv_close((uv_handle_t *)&e->timer, handle_closed);
    e->is_timer_open = false;
}

static void fail(struct config_entry *e, char *detail)
{
    e->state = FAILED;
    free(e->detail);
    e->detail = detail;
}

static void judge(struct config_entry *e)
{
    struct err err = ERR_INIT;
    const char *words = buf_text(&e->complaint);
    if (e->is_late)
        fail(e, mem_printf(
                    _("ssh -G %s did not end within %u s (does ssh_config hold a 'Match exec' that hangs?)"),
                    e->address, e->pool->options.stage_limit_ms / 1000));
    else if (e->status != 0)
        fail(e, mem_printf(_("ssh -G %s failed with status %ld: %s"), e->address, e->status,
                           *words ? words : _("it said nothing")));
    else if (!sshconfig_parse(buf_text(&e->text), e->text.len, &e->config, &err))
        fail(e, mem_printf(_("ssh -G %s: %s"), e->address, err.text));
    else
        e->state = KNOWN;
}

static void part_ended(struct config_entry *e)
{
    if (--e->open)
        return;
    e->pool->configs_running--;
    judge(e);
    buf_done(&e->text);
    buf_done(&e->complaint);
    uv_timer_stop(&e->timer);
    if (!e->is_stopped) {
        uv_timer_start(&e->timer, tell, 0, 0);
        start_waiting(e->pool);
    } else {
        close_timer(e);
    }
}

static void exited(uv_process_t *process, int64_t status, int signal)
{
    struct config_entry *e = process->data;
    e->status = signal ? 128 + signal : (long)status;
    uv_close((uv_handle_t *)process, handle_closed);
    part_ended(e);
}

static void provide(uv_handle_t *handle, size_t size, uv_buf_t *room)
{
    (void)handle;
    (void)size;
    static char bytes[16384]; /* used up before the next read: one loop, one thread */
    *room = uv_buf_init(bytes, sizeof bytes);
}

static void kill_it(struct config_entry *e)
{
    if (e->has_process && uv_is_active((uv_handle_t *)&e->process))
        kill(-e->process.pid, SIGKILL); /* its own session: with what `Match exec` started */
}

static void pipe_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *room)
{
    struct config_entry *e = stream->data;
    if (n < 0) {
        uv_close((uv_handle_t *)stream, handle_closed);
        part_ended(e);
    } else if (stream == (uv_stream_t *)&e->out) {
        if (!buf_add(&e->text, room->base, (size_t)n))
            kill_it(e);
    } else {
        utf8_printable(room->base, (size_t)n, &e->complaint);
    }
}

static void late(uv_timer_t *timer)
{
    struct config_entry *e = timer->data;
    e->is_late = true;
    kill_it(e);
    if (e->out.data && !uv_is_closing((uv_handle_t *)&e->out)) { /* something may hold the pipes open */
        uv_close((uv_handle_t *)&e->out, handle_closed);
        e->open--;
    }
    if (e->complaints.data && !uv_is_closing((uv_handle_t *)&e->complaints)) {
        uv_close((uv_handle_t *)&e->complaints, handle_closed);
        e->open--;
    }
    if (!e->open) {
        e->open = 1;
        part_ended(e);
    }
}

static void open_pipe(struct config_entry *e, uv_pipe_t *pipe, uv_stdio_container_t *stdio)
{
    uv_pipe_init(e->pool->loop, pipe, 0);
    pipe->data = e;
    pool_hold(e->pool);
    stdio->flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE;
    stdio->data.stream = (uv_stream_t *)pipe;
}

static void run(struct config_entry *e)
{
    char port[16];
    const char *args[16] = {"ssh", "-G", "-T"};
    size_t n = 3;
    if (e->pool->ssh_config) {
        args[n++] = "-F";
        args[n++] = e->pool->ssh_config;
    }
    if (e->user) {
        args[n++] = "-l";
        args[n++] = e->user;
    }
    if (e->port) {
        snprintf(port, sizeof port, "%u", e->port);
        args[n++] = "-p";
        args[n++] = port;
    }
    args[n++] = "--";
    args[n++] = e->address;
    uv_stdio_container_t stdio[3] = {{.flags = UV_IGNORE}};
    pool_hold(e->pool);
    uv_timer_init(e->pool->loop, &e->timer);
    e->timer.data = e;
    e->is_timer_open = true;
    open_pipe(e, &e->out, &stdio[1]);
    open_pipe(e, &e->complaints, &stdio[2]);
    e->process.data = e;
    pool_hold(e->pool);
    buf_init(&e->text, OUTPUT_MAX);
    buf_init(&e->complaint, COMPLAINT_MAX);
    e->state = RUNNING;
    e->pool->configs_running++;
    uv_process_options_t options = {
        .file = "ssh",
        .args = (char **)args,
        .exit_cb = exited,
        .flags = UV_PROCESS_DETACHED,
        .stdio = stdio,
        .stdio_count = 3,
    };
    int rc = uv_spawn(e->pool->loop, &e->process, &options);
    e->has_process = rc == 0;
    if (rc == 0) {
        e->open = 3;
        uv_read_start((uv_stream_t *)&e->out, provide, pipe_read);
        uv_read_start((uv_stream_t *)&e->complaints, provide, pipe_read);
        uv_timer_start(&e->timer, late, e->pool->options.stage_limit_ms, 0);
        return;
    }
    uv_close((uv_handle_t *)&e->out, handle_closed);
    uv_close((uv_handle_t *)&e->complaints, handle_closed);
    uv_close((uv_handle_t *)&e->process, handle_closed);
    e->pool->configs_running--;
    fail(
        e,
        mem_printf(
            rc == UV_ENOENT
                ? _("the program ssh is not installed here: %s (kwiz asks it for the settings in ssh_config)")
                : _("can't start ssh -G: %s"),
            uv_strerror(rc)));
    uv_timer_start(&e->timer, tell, 0, 0);
}

static void start_waiting(struct transport_pool *pool)
{
    struct config_entry *e;
    TAILQ_FOREACH(e, &pool->configs, link)
    if (e->state == WAITING && pool->configs_running < RUNNING_MAX)
        run(e);
}

static bool is_same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

const struct sshconfig *sshconfig_ask(struct transport_pool *pool, struct config_query *query,
                                      const char *address, const char *user, unsigned port)
{
    struct config_entry *e;
    TAILQ_FOREACH(e, &pool->configs, link)
    if (strcmp(e->address, address) == 0 && is_same(e->user, user) && e->port == port && e->state != FAILED)
        break;
    if (e && e->state == KNOWN)
        return &e->config;
    if (!e) {
        e = mem_new(1, sizeof *e);
        e->pool = pool;
        e->address = mem_strdup(address);
        e->user = user ? mem_strdup(user) : NULL;
        e->port = port;
        TAILQ_INIT(&e->queries);
        TAILQ_INSERT_TAIL(&pool->configs, e, link);
    }
    query->entry = e;
    TAILQ_INSERT_TAIL(&e->queries, query, link);
    start_waiting(pool);
    return NULL;
}

void sshconfig_cancel(struct config_query *query)
{
    if (!query->entry)
        return;
    TAILQ_REMOVE(&query->entry->queries, query, link);
    query->entry = NULL;
}

void sshconfig_stop_all(struct transport_pool *pool)
{
    struct config_entry *e;
    TAILQ_FOREACH(e, &pool->configs, link)
    {
        e->is_stopped = true;
        if (e->state == RUNNING) {
            late(&e->timer);
        } else {
            close_timer(e);
            if (e->state == WAITING)
                e->state = FAILED;
        }
    }
}

void sshconfig_free_all(struct transport_pool *pool)
{
    struct config_entry *e;
    while ((e = TAILQ_FIRST(&pool->configs))) {
        TAILQ_REMOVE(&pool->configs, e, link);
        sshconfig_done(&e->config);
        free(e->address);
        free(e->user);
        free(e->detail);
        free(e);
    }
}
