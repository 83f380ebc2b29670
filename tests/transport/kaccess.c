/* Uses the engine's way to hosts (engine/access.h) from the command line: gets into many hosts at once, measures, runs a script as root, prints one line for
 * everything that happens. For the tests. Not installed.
 *
 *   kaccess [option value]... -- NAME=ADDRESS[/PORT]... [+ NAME=ADDRESS[/PORT]...]
 *   -F FILE ssh_config   -K FILE known_hosts   -l USER   -i KEY   -b BECOME   -L dial,stage,lost,probe,ask limits in ms
 *   -P FILE answers to questions, one a line, in the order of asking ("yes" for host keys; what there is no line for is refused, "-silence-" is not
 *   answered)   -S FILE the facts script   -R FILE what is tried then: a line of keys, and the script   -E FILE a script to perform on all hosts   -I FILE its input   -T MS its limit   -k KEY=VALUE a known secret
 *   -h MS after which the hosts behind + are set   -x MS after which all is freed   -a letters: t try root, f no questions, g once more at the end for
 *   those that failed or were refused, 2 measure twice, c close the connections before that, s print stages, v print facts at the end, r print descriptors at the end
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "engine/access.h"

static struct {
    struct strv answers;
    size_t next_answer;
    const char *letters, *known, *after;
    struct buf facts, probe, script, input;
    bool has_facts, has_probe, has_script, has_input, is_freed;
    unsigned limit_ms, hosts_ms, free_ms;
    struct fleet fleets[2];
    uv_loop_t *loop;
    struct access *access;
    size_t performing;
    enum access_state *seen; /* one a host */
    bool *is_ignored;        /* one a host: its question is not answered */
    uv_timer_t timers[2], asked;
} o = {.letters = "", .limit_ms = 10000};

static bool has(char letter)
{
    return strchr(o.letters, letter) != NULL;
}

static const char *name_of(size_t host)
{
    return contacts_host(access_contacts(o.access), host)->name;
}

static void print_host(size_t host)
{
    static const char *const states[ACCESS_STATES] = {"idle", "connecting", "root", "measuring", "performing", "ready", "failed"};
    static const char *const roots[] = {"unknown", "self", "free", "password", "refused", "unwanted"};
    const struct access_host *h = access_host(o.access, host);
    printf("%s %s root=%s reach=%d key=%s facts=%zu fault=%s detail=%s facts_fault=%s\n", name_of(host), states[h->state], roots[h->root],
           h->reach_us > 0 && h->reach_us < 60000000, h->was_key_accepted ? h->fingerprint : "-", h->has_facts ? h->facts.count : 0,
           h->fault ? h->fault : "-", h->detail, h->facts_fault);
}

/* Answers come from the loop, as a person's would. */
static void answer_all(uv_timer_t *timer)
{
    (void)timer;
    for (size_t i = 0; i < access_count(o.access); i++) {
        const struct access_host *h = access_host(o.access, i);
        if (!h->asks || o.is_ignored[i])
            continue;
        static const char *const kinds[] = {"host-key", "passphrase", "password", "keyboard"};
        const char *text = o.next_answer < o.answers.count ? o.answers.items[o.next_answer++] : NULL;
        printf("%s asks %s %u%s: %s\n", name_of(i), kinds[h->ask.kind], h->ask.attempt, h->asks_sudo ? " for sudo" : "", h->ask.text);
        o.is_ignored[i] = text && strcmp(text, "-silence-") == 0;
        if (o.is_ignored[i])
            continue;
        bool is_key = h->ask.kind == ASK_HOST_KEY, is_refused = !text || (is_key && strcmp(text, "yes") != 0);
        struct secret *secret = is_key || is_refused ? NULL : secret_new(text, strlen(text));
        access_answer(o.access, i, secret, is_refused);
        secret_free(&secret);
    }
}

static void changed(void *context, size_t host)
{
    (void)context;
    const struct access_host *h = access_host(o.access, host);
    if (h->asks)
        uv_timer_start(&o.asked, answer_all, 1, 0);
    else
        o.is_ignored[host] = false;
    if (has('s') && h->stage[0])
        printf("%s stage %s\n", name_of(host), h->stage);
    if (h->state == o.seen[host])
        return;
    o.seen[host] = h->state;
    print_host(host);
}

static void performed(void *context, size_t host, int status, const char *output)
{
    (void)context;
    o.performing--;
    printf("%s performed %d state=%d\n", name_of(host), status, access_host(o.access, host)->state);
    char *copy = mem_strdup(output), *rest = copy, *line;
    while ((line = strsep(&rest, "\n")))
        if (*line)
            printf("%s out %s\n", name_of(host), line);
    free(copy);
}

static void set_hosts(size_t which)
{
    free(o.seen);
    free(o.is_ignored);
    o.seen = mem_new(o.fleets[which].count + 1, sizeof *o.seen);
    o.is_ignored = mem_new(o.fleets[which].count + 1, sizeof *o.is_ignored);
    access_set_hosts(o.access, &o.fleets[which]);
    for (size_t i = 0; i < access_count(o.access); i++)
        o.seen[i] = access_host(o.access, i)->state;
}

static void hosts_due(uv_timer_t *timer)
{
    (void)timer;
    set_hosts(1);
    for (size_t i = 0; i < access_count(o.access); i++) {
        printf("now ");
        print_host(i);
    }
    uv_timer_start(&o.asked, answer_all, 1, 0);
    access_start(o.access);
}

static void free_due(uv_timer_t *timer)
{
    (void)timer;
    printf("freed\n");
    o.is_freed = true;
    access_free(&o.access);
}

static struct secret *known_secret(void *context, const char *key, struct err *err)
{
    (void)context, (void)err;
    size_t n = strlen(key);
    return o.known && strncmp(o.known, key, n) == 0 && o.known[n] == '=' ? secret_new(o.known + n + 1, strlen(o.known + n + 1)) : NULL;
}

static void settle(void)
{
    while (o.access && (access_is_busy(o.access) || o.performing || uv_is_active((uv_handle_t *)&o.timers[0])) && uv_run(o.loop, UV_RUN_ONCE))
        ;
}

static void read_whole(const char *path, struct buf *text, bool *has_it)
{
    if (!file_read(path, 1 << 20, text, NULL))
        exit(2);
    *has_it = true;
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

static void add_host(struct fleet *fleet, const char *text)
{
    const char *equals = strchr(text, '='), *slash = strchr(text, '/');
    if (!equals)
        exit(2);
    fleet->items = mem_grow(fleet->items, fleet->count + 1, sizeof *fleet->items);
    fleet->items[fleet->count++] = (struct host){
        .name = mem_strndup(text, (size_t)(equals - text)),
        .address = slash ? mem_strndup(equals + 1, (size_t)(slash - equals - 1)) : mem_strdup(equals + 1),
        .port = slash ? (unsigned)strtoul(slash + 1, NULL, 10) : 0,
    };
}

static void set_limits(const char *text, struct transport_options *options)
{
    unsigned *limits[] = {&options->dial_limit_ms, &options->stage_limit_ms, &options->lost_limit_ms, &options->probe_ms,
                          &options->ask_limit_ms};
    for (size_t i = 0; i < 5 && *text; i++) {
        *limits[i] = (unsigned)strtoul(text, (char **)&text, 10);
        text += *text == ',';
    }
}

static void set_default(char **field, const char *text)
{
    free(*field);
    *field = mem_strdup(text);
}

static bool parse_ssh(int c, struct transport_options *transport)
{
    for (size_t i = 0; i < 2; i++) {
        struct ssh_defaults *ssh = &o.fleets[i].ssh;
        if (c == 'l')
            set_default(&ssh->user, optarg);
        else if (c == 'b')
            set_default(&ssh->become, optarg);
        else if (c == 'i')
            strv_add(&ssh->identities, optarg);
    }
    if (c == 'F')
        transport->ssh_config = optarg;
    else if (c == 'K')
        transport->known_hosts = optarg;
    else if (c == 'L')
        set_limits(optarg, transport);
    return strchr("lbiFKL", c) != NULL;
}

static void parse(int argc, char **argv, struct transport_options *transport)
{
    for (int c; (c = getopt(argc, argv, "F:K:l:i:b:L:P:S:R:E:I:T:k:h:x:a:")) != -1;) {
        if (parse_ssh(c, transport))
            continue;
        if (c == 'P')
            read_lines(optarg, &o.answers);
        else if (c == 'S')
            read_whole(optarg, &o.facts, &o.has_facts);
        else if (c == 'R')
            read_whole(optarg, &o.probe, &o.has_probe);
        else if (c == 'E')
            read_whole(optarg, &o.script, &o.has_script);
        else if (c == 'I')
            read_whole(optarg, &o.input, &o.has_input);
        else if (c == 'T')
            o.limit_ms = (unsigned)strtoul(optarg, NULL, 10);
        else if (c == 'k')
            o.known = optarg;
        else if (c == 'h')
            o.hosts_ms = (unsigned)strtoul(optarg, NULL, 10);
        else if (c == 'x')
            o.free_ms = (unsigned)strtoul(optarg, NULL, 10);
        else if (c == 'a')
            o.letters = optarg;
        else
            exit(2);
    }
    size_t which = 0;
    for (int i = optind; i < argc; i++)
        if (strcmp(argv[i], "+") == 0)
            which = 1;
        else
            add_host(&o.fleets[which], argv[i]);
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

static void perform_all(void)
{
    struct secret *input = o.has_input ? secret_new(o.input.data, o.input.len) : NULL;
    for (size_t i = 0; i < access_count(o.access); i++) {
        bool ok = access_perform(o.access, i, buf_text(&o.script), input, o.limit_ms, performed, NULL);
        o.performing += ok;
        if (!ok)
            printf("%s is not performed\n", name_of(i));
    }
    secret_free(&input);
}

/* As a run leaves it, which takes connections and keeps them. */
static void close_connection(size_t host)
{
    struct transport *transport = contacts_take(access_contacts(o.access), host);
    transport_free(&transport);
}

/* The same on all hosts. */
static void set_probes(void)
{
    struct probes probes = {.items = mem_new(access_count(o.access), sizeof *probes.items), .count = access_count(o.access)};
    const char *newline = strchr(buf_text(&o.probe), '\n');
    for (size_t i = 0; i < probes.count; i++) {
        char *keys = mem_strndup(buf_text(&o.probe), (size_t)(newline - buf_text(&o.probe))), *rest = keys, *key;
        probes.items[i].script = mem_strdup(newline + 1);
        while ((key = strsep(&rest, " ")))
            strv_add(&probes.items[i].keys, key);
        free(keys);
    }
    access_probe(o.access, &probes);
    probes_done(&probes);
}

static void print_facts(size_t host)
{
    const struct facts *facts = &access_host(o.access, host)->facts;
    for (size_t i = 0; i < facts->count; i++)
        printf("%s fact %s %s\n", name_of(host), facts->items[i].key, facts->items[i].value);
}

static void work(void)
{
    set_hosts(0);
    if (o.has_probe)
        set_probes();
    if (o.has_facts)
        access_measure(o.access, buf_text(&o.facts), false);
    access_start(o.access);
    settle();
    for (size_t i = 0; o.access && has('g') && i < access_count(o.access); i++)
        access_again(o.access, i);
    settle();
    for (size_t i = 0; o.access && has('c') && i < access_count(o.access); i++)
        close_connection(i);
    if (o.access && has('2'))
        access_measure(o.access, buf_text(&o.facts), true);
    settle();
    if (o.access && o.has_script)
        perform_all();
    settle();
    for (size_t i = 0; o.access && i < access_count(o.access); i++) {
        printf("end ");
        print_host(i);
        if (has('v'))
            print_facts(i);
    }
}

int main(int argc, char **argv)
{
    struct access_options options = {.secret = known_secret, .changed = changed};
    setvbuf(stdout, NULL, _IOLBF, 65536);
    parse(argc, argv, &options.transport);
    options.loop = o.loop = uv_default_loop();
    options.tries_root = has('t');
    options.can_ask = !has('f');
    uv_pipe_t first; /* has the loop open the descriptor that it keeps in reserve */
    uv_pipe_init(o.loop, &first, 0);
    uv_close((uv_handle_t *)&first, NULL);
    uv_run(o.loop, UV_RUN_NOWAIT);
    unsigned before = count_descriptors();
    uv_timer_init(o.loop, &o.timers[0]);
    uv_timer_init(o.loop, &o.timers[1]);
    uv_timer_init(o.loop, &o.asked);
    if (o.hosts_ms)
        uv_timer_start(&o.timers[0], hosts_due, o.hosts_ms, 0);
    if (o.free_ms)
        uv_timer_start(&o.timers[1], free_due, o.free_ms, 0);
    o.access = access_new(&options);
    work();
    access_free(&o.access);
    uv_close((uv_handle_t *)&o.timers[0], NULL);
    uv_close((uv_handle_t *)&o.timers[1], NULL);
    uv_close((uv_handle_t *)&o.asked, NULL);
    uv_run(o.loop, UV_RUN_DEFAULT);
    if (has('r'))
        printf("descriptors %+d\n", (int)(count_descriptors() - before));
    for (size_t i = 0; i < 2; i++)
        fleet_done(&o.fleets[i]);
    strv_done(&o.answers);
    buf_done(&o.probe);
    buf_done(&o.facts);
    buf_done(&o.script);
    buf_done(&o.input);
    free(o.seen);
    free(o.is_ignored);
    return uv_loop_close(o.loop) == 0 ? 0 : 3;
}
