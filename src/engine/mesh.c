#include "engine/mesh.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "engine/mesh_talk.h"

#define SAID_MAX_BYTES ((size_t)256 * 1024) /* by one host, noise and all */
#define ORDER_MAX_BYTES ((size_t)1024 * 1024)
#define SSH_PORT 22u

const char *const mesh_lost_why = N_("the connection was lost while ports were probed");
const char *const mesh_nonsense_why = N_("what the host printed makes no sense");
static const char *const late_why = N_("the host was not ready in time");
static const char *const unfinished_why = N_("the host did not end in time");
static const char *const other_why = N_("the other host did not take part");
static const char *const nowhere_why = N_("the address of the other host is not known");
static const char *const untold_why = N_("it was not tried in time");
static const char *const no_connector_why = N_("no program to connect with");
static const char *const not_tried_why = N_("the host could not try it");
static const char *const taken_why = N_("what has the port there does not answer");
static const char *const root_why = N_("needs root");
static const char *const no_listener_why = N_("no program to listen with");
static const char *const not_bound_why = N_("nothing could listen there");
static const char *const unmeasured_why = N_("the round trip could not be measured");

struct listener {
    enum reach_kind kind;
    unsigned port;
    bool was_taken; /* by what the facts say, perhaps only on another address */
    enum mesh_bound bound;
};

struct probe {
    struct reach_probe what;
    enum mesh_result result;
    uint64_t us;
    bool is_told, was_heard;
    char word[MESH_WORD_LEN + 1]; /* in its datagrams */
};

enum place { OUTSIDE, COMING, LISTENING, FINISHED, GONE };

struct node {
    char *name, address[64], token[MESH_TOKEN_LEN + 1];
    unsigned ssh_port;
    enum place place;
    const char *why; /* it is of no use; NULL = it is */
    bool is_ending;  /* `end` was called */
    struct listener *listeners; /* owned */
    size_t listener_count;
    size_t first, count; /* its probes */
    struct buf line;
    size_t said;
};

enum phase { BEFORE, GATHERING, PROBING, ENDING, OVER };

struct mesh {
    struct mesh_options options;
    char nonce[MESH_TOKEN_LEN + 1];
    enum phase phase;
    struct node *nodes; /* owned */
    size_t count;
    struct probe *probes; /* owned */
    size_t probe_count;
};

/* ---- making ---- */

static struct listener *find_listener(const struct node *n, enum reach_kind kind, unsigned port)
{
    for (size_t i = 0; i < n->listener_count; i++)
        if (n->listeners[i].kind == kind && n->listeners[i].port == port)
            return &n->listeners[i];
    return NULL;
}

static void add_listener(struct node *n, const struct facts *facts, const struct reach_probe *probe)
{
    if (probe->kind == REACH_RTT || find_listener(n, probe->kind, probe->port))
        return;
    n->listeners = mem_grow(n->listeners, n->listener_count + 1, sizeof *n->listeners);
    n->listeners[n->listener_count++] =
        (struct listener){probe->kind, probe->port, facts && reach_is_taken(facts, probe->kind, probe->port), MESH_UNBOUND};
}

struct mesh *mesh_new(const struct mesh_options *options)
{
    struct mesh *m = mem_new(1, sizeof *m);
    const struct measured *measured = options->measured;
    m->options = *options;
    m->count = measured->count;
    m->nodes = mem_new(m->count + 1, sizeof *m->nodes);
    m->probe_count = options->probes->count;
    m->probes = mem_new(m->probe_count + 1, sizeof *m->probes);
    options->draw(m->nonce, MESH_TOKEN_LEN);
    for (size_t i = 0; i < m->count; i++) {
        struct node *n = &m->nodes[i];
        n->name = mem_strdup(measured->items[i].host->name);
        options->draw(n->token, MESH_TOKEN_LEN);
        n->ssh_port = measured->items[i].host->port ? measured->items[i].host->port : SSH_PORT;
        reach_address(&measured->items[i], n->address, sizeof n->address);
        buf_init(&n->line, MESH_LINE_MAX);
    }
    for (size_t i = 0; i < m->probe_count; i++) {
        const struct reach_probe *probe = &options->probes->items[i];
        struct node *from = &m->nodes[probe->from], *to = &m->nodes[probe->to];
        m->probes[i].what = *probe;
        options->draw(m->probes[i].word, MESH_WORD_LEN);
        from->first = from->count++ ? from->first : i;
        from->place = to->place = COMING;
        add_listener(to, measured->items[probe->to].facts, probe);
    }
    m->options.measured = NULL;
    m->options.probes = NULL;
    return m;
}

void mesh_free(struct mesh **mesh)
{
    struct mesh *m = *mesh;
    if (!m)
        return;
    for (size_t i = 0; i < m->count; i++) {
        free(m->nodes[i].name);
        free(m->nodes[i].listeners);
        buf_done(&m->nodes[i].line);
    }
    free(m->nodes);
    free(m->probes);
    free(m);
    *mesh = NULL;
}

bool mesh_has(const struct mesh *m, size_t host)
{
    return m->nodes[host].place != OUTSIDE;
}

/* ---- phases ---- */

static void say(struct mesh *m, size_t host, const char *text)
{
    m->options.write(m->options.context, host, text, strlen(text));
}

static void let_go(struct mesh *m, size_t host)
{
    struct node *n = &m->nodes[host];
    if (n->is_ending || n->place == OUTSIDE || n->place == GONE)
        return;
    n->is_ending = true;
    m->options.end(m->options.context, host);
}

static void enter(struct mesh *m, enum phase phase);

/* Is there a host that the phase waits for? */
static bool is_awaited(const struct mesh *m)
{
    for (size_t i = 0; i < m->count; i++) {
        const struct node *n = &m->nodes[i];
        if ((m->phase == GATHERING && n->place == COMING && !n->why) || (m->phase == PROBING && n->place == LISTENING && !n->why) ||
            (m->phase == ENDING && n->place != OUTSIDE && n->place != GONE))
            return true;
    }
    return false;
}

static void go_on(struct mesh *m)
{
    if (m->phase != BEFORE && m->phase != OVER && !is_awaited(m))
        enter(m, m->phase + 1);
}

static void enter(struct mesh *m, enum phase phase)
{
    static const unsigned limits[] = {
        [GATHERING] = MESH_READY_LIMIT_MS, [PROBING] = MESH_PROBE_LIMIT_MS, [ENDING] = MESH_END_LIMIT_MS, [OVER] = 0};
    m->phase = phase;
    m->options.timer(m->options.context, limits[phase]);
    for (size_t i = 0; i < m->count; i++) {
        if (phase == PROBING && m->nodes[i].place == LISTENING && !m->nodes[i].why)
            say(m, i, "go\n");
        if (phase == ENDING)
            let_go(m, i);
    }
    go_on(m);
}

void mesh_start(struct mesh *m)
{
    enter(m, GATHERING);
}

static void give_up(struct mesh *m, size_t host, const char *why)
{
    struct node *n = &m->nodes[host];
    n->why = n->why ? n->why : why;
    let_go(m, host);
}

void mesh_time_up(struct mesh *m)
{
    for (size_t i = 0; i < m->count; i++) {
        if (m->phase == GATHERING && m->nodes[i].place == COMING)
            give_up(m, i, late_why);
        if (m->phase == PROBING && m->nodes[i].place == LISTENING)
            give_up(m, i, unfinished_why);
    }
    if (m->phase != BEFORE && m->phase != OVER)
        enter(m, m->phase + 1);
}

void mesh_gone(struct mesh *m, size_t host, const char *why)
{
    struct node *n = &m->nodes[host];
    if (n->place == OUTSIDE || n->place == GONE)
        return;
    if (!n->is_ending && !n->why)
        n->why = why;
    n->place = GONE;
    go_on(m);
}

/* ---- what is said ---- */

static void add_probe(const struct mesh *m, const struct node *n, size_t id, struct buf *out)
{
    const struct reach_probe *what = &m->probes[n->first + id].what;
    const struct node *to = &m->nodes[what->to];
    if (!*to->address)
        return;
    if (what->kind == REACH_RTT)
        buf_addf(out, "rtt %zu %s %u\n", id, to->address, to->ssh_port);
    else
        buf_addf(out, "probe %zu %s %s %u %s\n", id, reach_kind_name(what->kind), to->address, what->port, m->probes[n->first + id].word);
}

void mesh_begun(struct mesh *m, size_t host)
{
    struct node *n = &m->nodes[host];
    struct buf out;
    size_t begin = 0;
    if (n->is_ending || n->place != COMING)
        return;
    buf_init(&out, ORDER_MAX_BYTES);
    buf_addf(&out, "me %s %s %zu\n", n->token, m->nonce, host);
    for (size_t i = 0; i < n->listener_count && *n->address; i++)
        buf_addf(&out, "listen %zu %s %s %u\n", i, reach_kind_name(n->listeners[i].kind), n->address, n->listeners[i].port);
    /* each begins with the host behind it, so that not all knock at the same one at once */
    while (begin < n->count && m->probes[n->first + begin].what.to < host)
        begin++;
    for (size_t i = 0; i < n->count; i++)
        add_probe(m, n, (begin + i) % n->count, &out);
    buf_adds(&out, "end\n");
    m->options.write(m->options.context, host, buf_text(&out), out.len);
    buf_done(&out);
}

/* ---- what is heard ---- */

static void take_datagram(struct mesh *m, size_t host, const struct mesh_line *line)
{
    if (line->number >= m->count || line->id >= m->nodes[line->number].count)
        return;
    struct probe *probe = &m->probes[m->nodes[line->number].first + line->id];
    if (probe->what.to == host && probe->what.kind == REACH_UDP && strcmp(probe->word, line->word) == 0)
        probe->was_heard = true;
}

/* false: a host that keeps to the rules does not say this now */
static bool take(struct mesh *m, size_t host, const struct mesh_line *line)
{
    struct node *n = &m->nodes[host];
    struct probe *probe = line->id < n->count ? &m->probes[n->first + line->id] : NULL;
    switch (line->saying) {
    case MESH_NOISE:
    case MESH_TOOL:
        return true;
    case MESH_HEARD:
        take_datagram(m, host, line);
        return true;
    case MESH_BOUND:
        if (n->place != COMING || line->id >= n->listener_count || n->listeners[line->id].bound != MESH_UNBOUND)
            return false;
        /* not every program can tell why it does not listen */
        n->listeners[line->id].bound = line->bound == MESH_NOT_BOUND && n->listeners[line->id].was_taken ? MESH_TAKEN : line->bound;
        return true;
    case MESH_READY:
        if (n->place != COMING)
            return false;
        n->place = LISTENING;
        return true;
    case MESH_PROBED:
    case MESH_RTT:
        if (n->place != LISTENING || m->phase != PROBING || !probe || probe->is_told ||
            (line->saying == MESH_RTT) != (probe->what.kind == REACH_RTT))
            return false;
        probe->is_told = true;
        probe->result = line->result;
        probe->us = line->us;
        return true;
    case MESH_DONE:
        if (n->place != LISTENING || m->phase != PROBING)
            return false;
        n->place = FINISHED;
        return true;
    case MESH_NONSENSE:
        break;
    }
    return false;
}

void mesh_heard(struct mesh *m, size_t host, const char *bytes, size_t len)
{
    struct node *n = &m->nodes[host];
    if (n->is_ending || n->place == OUTSIDE || n->place == GONE)
        return;
    n->said += len;
    while (len && n->said <= SAID_MAX_BYTES) {
        const char *newline = memchr(bytes, '\n', len);
        size_t part = newline ? (size_t)(newline - bytes) : len, room = MESH_LINE_MAX - n->line.len;
        bool is_long = part > room;
        buf_add(&n->line, bytes, is_long ? room : part); /* the rest of a line that is too long tells nothing: it is noise */
        bytes += part + (newline != NULL);
        len -= part + (newline != NULL);
        if (!newline)
            break;
        struct mesh_line line = {.saying = MESH_NOISE};
        if (!is_long)
            line = mesh_line_parse(buf_text(&n->line), n->line.len, n->token, m->nonce);
        buf_clear(&n->line);
        if (!take(m, host, &line)) {
            give_up(m, host, mesh_nonsense_why);
            break;
        }
    }
    if (n->said > SAID_MAX_BYTES)
        give_up(m, host, mesh_nonsense_why);
    go_on(m);
}

/* ---- what is made of it ---- */

/* Why nobody listened at the other end; NULL: somebody did. */
static const char *unheard_why(const struct node *to, const struct reach_probe *what)
{
    const struct listener *listener = find_listener(to, what->kind, what->port);
    switch (listener->bound) {
    case MESH_LISTENS:
        return NULL;
    case MESH_TAKEN:
        return what->kind == REACH_UDP ? taken_why : NULL;
    case MESH_ROOT:
        return root_why;
    case MESH_NO_LISTENER:
        return no_listener_why;
    case MESH_UNBOUND:
    case MESH_NOT_BOUND:
        break;
    }
    return not_bound_why;
}

/* The word for the fact, or (why) why there is none. */
static const char *word_of(const struct mesh *m, const struct node *n, const struct probe *probe, const char **why)
{
    const struct node *to = &m->nodes[probe->what.to];
    if (probe->result == MESH_OPEN || probe->was_heard)
        return "open";
    *why = !*to->address ? nowhere_why : n->why ? n->why : untold_why;
    if (probe->result == MESH_NO_RESULT)
        return NULL;
    *why = to->why ? other_why : unheard_why(to, &probe->what);
    switch (probe->result) {
    case MESH_REFUSED:
        return *why ? NULL : "refused";
    case MESH_SILENT: /* where nobody listens, a TCP port that is not blocked refuses */
        return *why && (to->why || probe->what.kind == REACH_UDP) ? NULL : "silent";
    case MESH_UNREACHABLE:
        return to->why ? NULL : "unreachable";
    case MESH_NO_CONNECTOR:
        *why = no_connector_why;
        return NULL;
    default:
        *why = not_tried_why;
        return NULL;
    }
}

void mesh_tell(const struct mesh *m, size_t host, struct facts *facts)
{
    const struct node *n = &m->nodes[host];
    for (size_t i = n->first; i < n->first + n->count; i++) {
        const struct probe *probe = &m->probes[i];
        const struct node *to = &m->nodes[probe->what.to];
        const char *why = NULL, *word = NULL;
        char *key = reach_key(probe->what.kind, to->name, probe->what.port), *value;
        if (probe->what.kind != REACH_RTT) {
            word = word_of(m, n, probe, &why);
            value = word ? mem_strdup(word) : mem_printf("unknown %s", why);
        } else if (probe->us) {
            value = mem_printf("%" PRIu64, probe->us);
        } else {
            why = !*to->address ? nowhere_why : probe->is_told ? unmeasured_why : n->why ? n->why : untold_why;
            value = mem_printf("unknown %s", why);
        }
        facts_set(facts, key, value);
        free(value);
        free(key);
    }
}
