/* Uses the transport layer from the command line: connects to many hosts at once, runs commands, prints one
 * line for everything that happens. For the tests, and as the floor that kwiz itself is measured against. Not
 * installed.
 *
 *   kssh [option value]... -- ADDRESS[/PORT]...
 *   -F FILE ssh_config   -K FILE known_hosts   -l USER   -i KEY (repeat)   -J CHAIN   -f FINGERPRINT (repeat)
 *   -c COMMAND (repeat: one after the other)   -n TIMES each   -m MS common name for all limits: -L
 * dial,stage,lost,probe,ask -a BITS as letters: a agent, n accept new host keys, y answer yes to host keys, t
 * terminal, q count output instead of printing it, s print stages, w write what stdin holds to the command, r
 * print memory and descriptors at the end, 1 all at once -P FILE answers to passwords and prompts, one a line
 * -C NAME the container of that name on each host
 * -W FILE answers to passphrases   -p MS pause a channel on its first data -x WHEN free the transport: "up",
 * "data", "ask", "closed", or milliseconds
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "transport/transport.h"

struct client {
    struct host host;
    struct transport *transport;
    struct channel *channel;
    struct buf line[2]; /* of stdout and stderr, not yet printed */
    size_t command;
    unsigned times;
    unsigned long long bytes;
    bool has_paused, is_done;
    uv_timer_t timer;
    uint64_t paused_ms;
};

static struct {
    struct strv commands, answers, passphrases;
    const char *container;
    unsigned times, pause_ms;
    const char *letters, *free_when;
    struct buf input;
    unsigned passphrase;
    size_t live;
    int status;
    uv_loop_t *loop;
} o = {.times = 1, .letters = "", .free_when = ""};

static bool has(char letter)
{
    return strchr(o.letters, letter) != NULL;
}

static void finish(struct client *client)
{
    if (client->is_done)
        return;
    client->is_done = true;
    channel_free(&client->channel);
    transport_free(&client->transport);
    if (uv_is_active((uv_handle_t *)&client->timer) || client->timer.data)
        uv_close((uv_handle_t *)&client->timer, NULL);
    o.live--;
}

static void flush_line(struct client *client, int which)
{
    struct buf *line = &client->line[which];
    if (line->len)
        printf("%s %s %s\n", client->host.name, which ? "err" : "out", buf_text(line));
    buf_clear(line);
}

static bool freed_at(struct client *client, const char *when)
{
    if (strcmp(o.free_when, when) != 0)
        return false;
    printf("%s freed %s\n", client->host.name, when);
    finish(client);
    return true;
}

static void resume(uv_timer_t *timer)
{
    struct client *client = timer->data;
    if (client->channel)
        channel_pause(client->channel, false);
    printf("%s resumed %llu\n", client->host.name, client->bytes);
}

static void data(void *context, const void *bytes, size_t len, bool is_error)
{
    struct client *client = context;
    client->bytes += len;
    if (freed_at(client, "data"))
        return;
    if (o.pause_ms && !client->has_paused) {
        client->has_paused = true;
        channel_pause(client->channel, true);
        uv_timer_start(&client->timer, resume, o.pause_ms, 0);
    }
    if (has('q'))
        return;
    struct buf *line = &client->line[is_error];
    for (const char *p = bytes, *end = p + len; p < end; p++)
        if (*p == '\n')
            flush_line(client, is_error);
        else
            buf_add(line, p, 1);
}

static void start_command(struct client *client);

static void closed(void *context, int status, const char *signal)
{
    struct client *client = context;
    flush_line(client, 0);
    flush_line(client, 1);
    if (has('q'))
        printf("%s bytes %llu\n", client->host.name, client->bytes);
    if (status != 0 || !has('1'))
        printf("%s exit %d %s%s\n", client->host.name, status, *signal ? signal : "-",
               *channel_why(client->channel) ? ": " : "");
    if (*channel_why(client->channel))
        printf("%s why %s\n", client->host.name, channel_why(client->channel));
    if (status != 0)
        o.status = 1;
    if (freed_at(client, "closed"))
        return;
    if (status == -1 && !*signal && !*channel_why(client->channel))
        return; /* the connection went, down comes */
    channel_free(&client->channel);
    if (++client->times < o.times || (client->times = 0, ++client->command) < o.commands.count)
        start_command(client);
    else
        finish(client);
}

static const struct channel_events channel_events = {.data = data, .closed = closed};

static void start_command(struct client *client)
{
    client->channel = transport_exec(client->transport, o.commands.items[client->command], has('t'),
                                     &channel_events, client);
    if (has('w')) {
        channel_write(client->channel, o.input.data, o.input.len);
        channel_write_end(client->channel);
    }
}

static void up(void *context)
{
    struct client *client = context;
    if (!has('1'))
        printf("%s up\n", client->host.name);
    if (freed_at(client, "up"))
        return;
    if (o.commands.count)
        start_command(client);
    else
        finish(client);
}

static void down(void *context, enum transport_fault fault, const char *detail)
{
    struct client *client = context;
    printf("%s down %s: %s\n", client->host.name, transport_fault_name(fault), detail);
    o.status = 1;
    finish(client);
}

static void stage(void *context, const char *text)
{
    struct client *client = context;
    if (has('s'))
        printf("%s stage %s\n", client->host.name, text);
}

static void ask(void *context, const struct transport_ask *ask)
{
    struct client *client = context;
    static const char *const kinds[] = {"host-key", "passphrase", "password", "keyboard"};
    printf("%s ask %s %u %s: %s\n", client->host.name, kinds[ask->kind], ask->attempt, ask->host, ask->text);
    if (freed_at(client, "ask"))
        return;
    const struct strv *from = ask->kind == ASK_PASSPHRASE ? &o.passphrases : &o.answers;
    size_t n = ask->kind == ASK_PASSPHRASE ? o.passphrase++ : ask->attempt - 1;
    if (ask->kind == ASK_HOST_KEY && has('y')) {
        transport_answer(client->transport, NULL);
    } else if (ask->kind != ASK_HOST_KEY && n < from->count && strcmp(from->items[n], "-silence-") == 0) {
        return;
    } else if (ask->kind != ASK_HOST_KEY && n < from->count) {
        struct secret *secret = secret_new(from->items[n], strlen(from->items[n]));
        transport_answer(client->transport, secret);
        secret_free(&secret);
    } else {
        transport_refuse(client->transport);
    }
}

static void free_due(uv_timer_t *timer)
{
    struct client *client = timer->data;
    printf("%s freed later\n", client->host.name);
    finish(client);
}

static void read_lines(const char *path, struct strv *lines)
{
    struct buf text;
    if (!file_read(path, 65536, &text, NULL))
        exit(2);
    char *rest = text.data, *line;
    while (rest && (line = strsep(&rest, "\n")))
        if (*line || rest)
            strv_add(lines, line);
    buf_done(&text);
}

static void read_input(void)
{
    char bytes[65536];
    ssize_t n;
    buf_init(&o.input, (size_t)1 << 31);
    while ((n = read(0, bytes, sizeof bytes)) > 0)
        buf_add(&o.input, bytes, (size_t)n);
}

static unsigned count_descriptors(void)
{
    unsigned n = 0;
    DIR *dir = opendir("/proc/self/fd");
    while (readdir(dir))
        n++;
    closedir(dir);
    return n - 3; /* ., .., and its own */
}

static void pool_gone(void *context)
{
    *(bool *)context = true;
}

static void set_limits(const char *text, struct transport_options *options)
{
    unsigned *limits[] = {&options->dial_limit_ms, &options->stage_limit_ms, &options->lost_limit_ms,
                          &options->probe_ms, &options->ask_limit_ms};
    for (size_t i = 0; i < 5 && *text; i++) {
        *limits[i] = (unsigned)strtoul(text, (char **)&text, 10);
        text += *text == ',';
    }
}

static void parse(int argc, char **argv, struct ssh_defaults *defaults, struct strv *prints,
                  struct transport_options *options)
{
    for (int c; (c = getopt(argc, argv, "F:K:l:i:J:f:c:n:L:a:P:W:p:x:C:")) != -1;) {
        switch (c) {
        case 'F':
            options->ssh_config = optarg;
            break;
        case 'K':
            options->known_hosts = optarg;
            break;
        case 'l':
            defaults->user = mem_strdup(optarg);
            break;
        case 'i':
            strv_add(&defaults->identities, optarg);
            break;
        case 'J':
            defaults->jump = mem_strdup(optarg);
            break;
        case 'C':
            o.container = optarg;
            break;
        case 'f':
            strv_add(prints, optarg);
            break;
        case 'c':
            strv_add(&o.commands, optarg);
            break;
        case 'n':
            o.times = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'L':
            set_limits(optarg, options);
            break;
        case 'a':
            o.letters = optarg;
            break;
        case 'P':
            read_lines(optarg, &o.answers);
            break;
        case 'W':
            read_lines(optarg, &o.passphrases);
            break;
        case 'p':
            o.pause_ms = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'x':
            o.free_when = optarg;
            break;
        default:
            exit(2);
        }
    }
    options->uses_agent = has('a');
    options->accept_new_host_keys = has('n');
    if (has('w'))
        read_input();
}

/* What was given is the host that has the container. */
static void put_inside(struct host *host)
{
    struct host outer = *host;
    *host = (struct host){.name = mem_strdup(o.container), .address = mem_strdup("192.0.2.9")};
    host_put_inside(host, &outer);
    host_done(&outer);
}

static struct client *start_clients(struct transport_pool *pool, char **names, size_t count,
                                    const struct ssh_defaults *defaults, const struct strv *prints)
{
    static const struct transport_events events = {.up = up, .ask = ask, .stage = stage, .down = down};
    static const struct transport_events unasked = {.up = up, .stage = stage, .down = down};
    struct client *clients = mem_new(count, sizeof *clients);
    bool is_asked = has('y') || o.answers.count || o.passphrases.count || strcmp(o.free_when, "ask") == 0;
    unsigned free_ms = (unsigned)strtoul(o.free_when, NULL, 10);
    o.live = count;
    for (size_t i = 0; i < count; i++) {
        struct client *client = &clients[i];
        const char *slash = strchr(names[i], '/');
        client->host.name = mem_strdup(names[i]);
        client->host.address =
            slash ? mem_strndup(names[i], (size_t)(slash - names[i])) : mem_strdup(names[i]);
        client->host.port = slash ? (unsigned)strtoul(slash + 1, NULL, 10) : 0;
        strv_copy(&client->host.host_keys, prints);
        if (o.container)
            put_inside(&client->host);
        buf_init(&client->line[0], 1 << 20);
        buf_init(&client->line[1], 1 << 20);
        uv_timer_init(o.loop, &client->timer);
        client->timer.data = client;
        client->transport =
            transport_connect(pool, &client->host, defaults, is_asked ? &events : &unasked, client);
        if (free_ms)
            uv_timer_start(&client->timer, free_due, free_ms, 0);
    }
    return clients;
}

int main(int argc, char **argv)
{
    struct transport_options options = {0};
    struct ssh_defaults defaults = {0};
    struct strv prints = {0};
    setvbuf(stdout, NULL, has('1') ? _IOFBF : _IOLBF, 65536);
    parse(argc, argv, &defaults, &prints, &options);
    options.loop = o.loop = uv_default_loop();
    uv_pipe_t first; /* has the loop open the descriptor that it keeps in reserve */
    uv_pipe_init(o.loop, &first, 0);
    uv_close((uv_handle_t *)&first, NULL);
    uv_run(o.loop, UV_RUN_NOWAIT);
    unsigned before = count_descriptors();
    struct transport_pool *pool = transport_pool_new(&options);
    size_t count = (size_t)(argc - optind);
    struct client *clients = start_clients(pool, argv + optind, count, &defaults, &prints);
    while (o.live && uv_run(o.loop, UV_RUN_ONCE))
        ;
    bool is_gone = false;
    transport_pool_free(&pool, pool_gone, &is_gone);
    uv_run(o.loop, UV_RUN_DEFAULT);
    if (!is_gone || o.live) {
        printf("the loop ended with %zu alive, pool gone: %d\n", o.live, is_gone);
        o.status = 3;
    }
    if (has('r')) {
        struct rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        printf("memory %ld KiB\n", usage.ru_maxrss);
        printf("descriptors %+d\n", (int)(count_descriptors() - before));
        if (count_descriptors() != before && !getenv("KSSH_LEAK_OK"))
            o.status = 4;
    }
    for (size_t i = 0; i < count; i++) {
        host_done(&clients[i].host);
        buf_done(&clients[i].line[0]);
        buf_done(&clients[i].line[1]);
    }
    free(clients);
    free(defaults.user);
    free(defaults.jump);
    strv_done(&defaults.identities);
    strv_done(&prints);
    strv_done(&o.commands);
    strv_done(&o.answers);
    strv_done(&o.passphrases);
    buf_done(&o.input);
    uv_loop_close(o.loop);
    return o.status;
}
