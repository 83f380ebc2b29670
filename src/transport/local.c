/* This machine as a transport: each command a shell in a session of its own. What ssh promises holds here
 * too: nothing blocks, and a channel that is let go of takes its processes with it (hangup first, two seconds
 * later for good), so that none is left unreaped. */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "transport/ops.h"
#include "transport/pool.h"

#define KILL_AFTER_MS 2000

struct local_channel;
TAILQ_HEAD(local_list, local_channel);

struct local {
    struct transport base;
    uv_timer_t soon;
    struct local_list channels; /* not yet let go of */
};

struct local_channel {
    struct channel base;
    TAILQ_ENTRY(local_channel) link;
    struct local *local; /* NULL once let go of */
    struct transport_pool *pool;
    char *command;
    bool with_terminal, is_started;
    uv_process_t process;
    uv_pipe_t in, out, err; /* with a terminal `in` is its master, for both ways */
    uv_timer_t timer;       /* starts it; kills it */
    uv_write_t write;
    uv_shutdown_t shutdown;
    struct piece *writing;
    unsigned handles; /* not yet closed */
    unsigned reading; /* streams not at their end */
    bool has_in, has_out, has_err, has_exited, is_end_sent;
    int status;
    char signal[16];
};

static void release(uv_handle_t *handle)
{
    struct local_channel *c = handle->data;
    if (--c->handles)
        return;
    struct transport_pool *pool = c->pool;
    channel_done(&c->base);
    free(c->writing);
    free(c->command);
    free(c);
    pool_release(pool);
}

static void close_stream(uv_pipe_t *stream, bool *has)
{
    if (*has)
        uv_close((uv_handle_t *)stream, release);
    *has = false;
}

static const char *signal_name(int signal)
{
    switch (signal) {
    case SIGHUP:
        return "HUP";
    case SIGINT:
        return "INT";
    case SIGQUIT:
        return "QUIT";
    case SIGILL:
        return "ILL";
    case SIGABRT:
        return "ABRT";
    case SIGFPE:
        return "FPE";
    case SIGKILL:
        return "KILL";
    case SIGSEGV:
        return "SEGV";
    case SIGPIPE:
        return "PIPE";
    case SIGALRM:
        return "ALRM";
    case SIGTERM:
        return "TERM";
    case SIGUSR1:
        return "USR1";
    case SIGUSR2:
        return "USR2";
    default:
        return "UNKNOWN";
    }
}

static void judge(struct local_channel *c)
{
    if (!c->has_exited || c->reading || c->base.is_freed)
        return;
    channel_tell_closed(&c->base, c->status, c->signal);
}

static void exited(uv_process_t *process, int64_t status, int signal)
{
    struct local_channel *c = process->data;
    c->has_exited = true;
    c->status = signal ? -1 : (int)status;
    if (signal)
        snprintf(c->signal, sizeof c->signal, "%s", signal_name(signal));
    uv_close((uv_handle_t *)process, release);
    if (c->base.is_freed) {
        uv_timer_stop(&c->timer);
        uv_close((uv_handle_t *)&c->timer, release);
        return;
    }
    judge(c);
}

static void provide(uv_handle_t *handle, size_t size, uv_buf_t *room)
{
    (void)handle, (void)size;
    static char bytes[65536]; /* used up before the next read: one loop, one thread */
    *room = uv_buf_init(bytes, sizeof bytes);
}

static void read_some(uv_stream_t *stream, ssize_t n, const uv_buf_t *room)
{
    struct local_channel *c = stream->data;
    if (n > 0) {
        channel_tell_data(&c->base, room->base, (size_t)n, stream == (uv_stream_t *)&c->err);
    } else if (n < 0) { /* a terminal whose other end is gone says EIO */
        uv_read_stop(stream);
        c->reading--;
        if (stream == (uv_stream_t *)&c->out)
            close_stream(&c->out, &c->has_out);
        else if (stream == (uv_stream_t *)&c->err)
            close_stream(&c->err, &c->has_err);
        else
            close_stream(&c->in, &c->has_in);
        judge(c);
    }
}

static void write_next(struct local_channel *c);

static void wrote(uv_write_t *write, int status)
{
    struct local_channel *c = write->data;
    struct piece *piece = c->writing;
    c->writing = NULL;
    if (piece->is_secret)
        explicit_bzero(piece->bytes, piece->len);
    c->base.queued -= c->base.queued < piece->len ? c->base.queued : piece->len;
    free(piece);
    if (status < 0) { /* nobody reads any more: what is queued can't be sent */
        channel_drop_queue(&c->base);
        close_stream(&c->in, &c->has_in);
    }
    if (!c->base.is_freed)
        write_next(c);
}

static void ended(uv_shutdown_t *shutdown, int status)
{
    (void)status;
    struct local_channel *c = shutdown->data;
    close_stream(&c->in, &c->has_in);
}

static void write_next(struct local_channel *c)
{
    struct piece *piece = TAILQ_FIRST(&c->base.queue);
    if (!c->is_started || c->writing)
        return;
    if (!c->has_in) {
        channel_drop_queue(&c->base);
        return;
    }
    if (piece) {
        TAILQ_REMOVE(&c->base.queue, piece, link);
        c->writing = piece;
        c->write.data = c;
        uv_buf_t bytes = uv_buf_init((char *)(uintptr_t)piece->text, (unsigned)piece->len);
        if (uv_write(&c->write, (uv_stream_t *)&c->in, &bytes, 1, wrote) < 0)
            wrote(&c->write, UV_EPIPE);
        return;
    }
    channel_tell_drained(&c->base);
    if (c->base.is_end_queued && !c->is_end_sent && !c->with_terminal && !c->base.is_freed && c->has_in &&
        !c->base.queued) {
        c->is_end_sent = true;
        c->shutdown.data = c;
        if (uv_shutdown(&c->shutdown, (uv_stream_t *)&c->in, ended) < 0)
            close_stream(&c->in, &c->has_in);
    }
}

static void open_stream(struct local_channel *c, uv_pipe_t *stream, bool *has)
{
    uv_pipe_init(c->pool->loop, stream, 0);
    stream->data = c;
    c->handles++;
    *has = true;
}

/* A terminal as raw as can be, 80x24. The slave is opened by the shell, which makes it the controlling one of
 * its new session. */
static int open_terminal(char *slave, size_t slave_size)
{
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return -1;
    struct termios mode;
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    if (grantpt(fd) < 0 || unlockpt(fd) < 0 || ptsname_r(fd, slave, slave_size) != 0 ||
        tcgetattr(fd, &mode) < 0) {
        int errnum = errno;
        close(fd);
        errno = errnum;
        return -1;
    }
    cfmakeraw(&mode);
    tcsetattr(fd, TCSANOW, &mode);
    ioctl(fd, TIOCSWINSZ, &size);
    return fd;
}

/* What sshd would give; not our own environment, which may hold secrets. */
static char **environment(const char **home)
{
    static const char *const kept[] = {"LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "XDG_RUNTIME_DIR", "TZ"};
    const struct passwd *me = getpwuid(getuid());
    const char *user = me ? me->pw_name : "root";
    *home = getenv("HOME") ? getenv("HOME") : me ? me->pw_dir : "/";
    char **env = mem_new(16, sizeof *env);
    size_t n = 0;
    env[n++] = mem_printf("HOME=%s", *home);
    env[n++] = mem_printf("USER=%s", user);
    env[n++] = mem_printf("LOGNAME=%s", user);
    env[n++] = mem_printf("SHELL=%s", me && *me->pw_shell ? me->pw_shell : "/bin/sh");
    env[n++] = mem_printf("PATH=%s", getenv("PATH")
                                         ? getenv("PATH")
                                         : "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    env[n++] = mem_strdup("TERM=dumb");
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (getenv(kept[i]))
            env[n++] = mem_printf("%s=%s", kept[i], getenv(kept[i]));
    return env;
}

static int spawn(struct local_channel *c, uv_stdio_container_t *stdio, const char *slave)
{
    const char *home;
    char **env = environment(&home);
    const char *plain[] = {"sh", "-c", c->command, NULL};
    const char *on_terminal[] = {"sh",       "-c", "exec 0<>\"$1\" 1>&0 2>&0; exec sh -c \"$2\"", "sh", slave,
                                 c->command, NULL};
    uv_process_options_t options = {
        .file = "/bin/sh",
        .args = (char **)(slave ? on_terminal : plain),
        .env = env,
        .cwd = access(home, X_OK) == 0 ? home : "/",
        .exit_cb = exited,
        .flags = UV_PROCESS_DETACHED,
        .stdio = stdio,
        .stdio_count = 3,
    };
    c->process.data = c;
    c->handles++;
    int rc = uv_spawn(c->pool->loop, &c->process, &options);
    if (rc < 0)
        uv_close((uv_handle_t *)&c->process, release);
    for (char **p = env; *p; p++)
        free(*p);
    free(env);
    return rc;
}

static void begin_reading(struct local_channel *c)
{
    bool is_on = !c->base.is_paused;
    uv_pipe_t *streams[] = {c->with_terminal ? &c->in : &c->out, &c->err};
    bool has[] = {c->with_terminal ? c->has_in : c->has_out, c->has_err};
    for (size_t i = 0; i < 2; i++) {
        if (!has[i])
            continue;
        if (is_on)
            uv_read_start((uv_stream_t *)streams[i], provide, read_some);
        else
            uv_read_stop((uv_stream_t *)streams[i]);
    }
}

static int start(struct local_channel *c)
{
    char slave[64] = "";
    uv_stdio_container_t stdio[3] = {{.flags = UV_IGNORE}, {.flags = UV_IGNORE}, {.flags = UV_IGNORE}};
    open_stream(c, &c->in, &c->has_in);
    if (c->with_terminal) {
        int fd = open_terminal(slave, sizeof slave), rc = fd < 0 ? -errno : uv_pipe_open(&c->in, fd);
        if (rc < 0) {
            if (fd >= 0)
                close(fd);
            return rc;
        }
        rc = spawn(c, stdio, slave);
        c->reading = 1;
        return rc;
    }
    open_stream(c, &c->out, &c->has_out);
    open_stream(c, &c->err, &c->has_err);
    uv_pipe_t *streams[] = {&c->in, &c->out, &c->err};
    for (int i = 0; i < 3; i++) {
        stdio[i].flags = UV_CREATE_PIPE | (i == 0 ? UV_READABLE_PIPE : UV_WRITABLE_PIPE);
        stdio[i].data.stream = (uv_stream_t *)streams[i];
    }
    c->reading = 2;
    return spawn(c, stdio, NULL);
}

static void start_due(uv_timer_t *timer)
{
    struct local_channel *c = timer->data;
    int rc = start(c);
    if (rc < 0) {
        c->base.why = mem_printf(_("can't start a shell on this machine: %s"), uv_strerror(rc));
        close_stream(&c->in, &c->has_in);
        close_stream(&c->out, &c->has_out);
        close_stream(&c->err, &c->has_err);
        c->has_exited = true;
        c->reading = 0;
        channel_tell_closed(&c->base, -1, "");
        return;
    }
    c->is_started = true;
    begin_reading(c);
    write_next(c);
}

static void write_due(uv_timer_t *timer)
{
    write_next(timer->data);
}

static void written(struct channel *channel)
{
    struct local_channel *c = (struct local_channel *)channel;
    /* from the loop, so that `drained` never comes from within the caller's own call */
    if (c->is_started && !c->writing)
        uv_timer_start(&c->timer, write_due, 0, 0);
}

static void paused(struct channel *channel)
{
    struct local_channel *c = (struct local_channel *)channel;
    if (c->is_started)
        begin_reading(c);
}

static void kill_due(uv_timer_t *timer)
{
    struct local_channel *c = timer->data;
    kill(-c->process.pid, SIGKILL);
}

static void free_channel(struct channel *channel)
{
    struct local_channel *c = (struct local_channel *)channel;
    if (c->local)
        TAILQ_REMOVE(&c->local->channels, c, link);
    c->local = NULL;
    close_stream(&c->in, &c->has_in);
    close_stream(&c->out, &c->has_out);
    close_stream(&c->err, &c->has_err);
    if (c->is_started && !c->has_exited) {
        kill(-c->process.pid, SIGHUP);
        uv_timer_start(&c->timer, kill_due, KILL_AFTER_MS, 0);
    } else {
        uv_close((uv_handle_t *)&c->timer, release);
    }
}

static const struct channel_ops channel_ops = {.written = written, .pause = paused, .free = free_channel};

static struct channel *exec(struct transport *transport, const char *command, bool with_terminal,
                            const struct channel_events *events, void *context)
{
    struct local *local = (struct local *)transport;
    struct local_channel *c = mem_new(1, sizeof *c);
    pool_hold(transport->pool);
    channel_init(&c->base, &channel_ops, events, context);
    c->local = local;
    c->pool = transport->pool;
    c->command = mem_strdup(command);
    c->with_terminal = with_terminal;
    c->handles = 1;
    uv_timer_init(c->pool->loop, &c->timer);
    c->timer.data = c;
    uv_timer_start(&c->timer, start_due, 0, 0);
    TAILQ_INSERT_TAIL(&local->channels, c, link);
    return &c->base;
}

static void local_closed(uv_handle_t *handle)
{
    struct local *local = handle->data;
    struct transport_pool *pool = local->base.pool;
    transport_done(&local->base);
    free(local);
    pool_release(pool);
}

static void local_free(struct transport *transport)
{
    struct local *local = (struct local *)transport;
    struct local_channel *c;
    while ((c = TAILQ_FIRST(&local->channels))) {
        struct channel *channel = &c->base;
        channel_free(&channel);
    }
    uv_close((uv_handle_t *)&local->soon, local_closed);
}

static void up(uv_timer_t *timer)
{
    struct local *local = timer->data;
    transport_tell_up(&local->base);
}

static const struct transport_ops transport_ops = {.exec = exec, .free = local_free};

struct transport *local_new(struct transport_pool *pool, const struct host *host,
                            const struct ssh_defaults *defaults, const struct transport_events *events,
                            void *context)
{
    struct local *local = mem_new(1, sizeof *local);
    pool_hold(pool);
    transport_init(&local->base, &transport_ops, pool, host, defaults, events, context);
    transport_clock_start(&local->base);
    TAILQ_INIT(&local->channels);
    uv_timer_init(pool->loop, &local->soon);
    local->soon.data = local;
    uv_timer_start(&local->soon, up, 0, 0);
    return &local->base;
}
