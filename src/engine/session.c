#include "engine/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "engine/missing.h"
#include "engine/noise.h"

#define STAGE_LIMIT_MS 30000
#define ASK_LIMIT_MS 600000 /* an operator may be away from the desk, but not for ever */
#define NOISE_MAX_BYTES ((size_t)64 * 1024)
#define NONCE_LEN 24

enum state {
    STATE_CONNECTING,
    STATE_LOADING,   /* the loader's command was sent; waiting for its ready line */
    STATE_ATTACHING, /* the bootstrap was sent; waiting for hello */
    STATE_ATTACHED,
    STATE_DOWN,
};

/* How the loader is being started; sudo needs up to three tries. */
enum try { TRY_PLAIN, TRY_SUDO, TRY_PASSWORD, TRY_TERMINAL };

struct abort_channel {
    struct abort_channel *next;
    struct session *session;
    struct channel *channel;
    struct buf seen; /* until the ready line */
    uint64_t id;
    bool is_sent, is_password_sent;
};

struct session {
    uv_loop_t *loop;
    struct session_options options;
    const struct session_events *events;
    void *context;
    struct transport *transport;
    struct channel *channel;
    struct proto *proto;
    uv_timer_t *timer; /* freed by its close callback */
    struct secret *sudo_password;
    enum state state;
    enum try try;
    bool is_asking_sudo, is_password_sent, is_password_good;
    int exit_status; /* of an attachment that did not come about */
    struct buf noise; /* what came before the ready line, stdout and stderr */
    char nonce[NONCE_LEN + 1];
    struct abort_channel *aborts;
    struct missing *missing; /* why there was no hello */
};

static void go_down(struct session *s, const char *fault, const char *detail, bool is_passing);
static void start_loader(struct session *s);

/* ---- limits ---- */

static void limit_hit(uv_timer_t *timer)
{
    struct session *s = timer->data;
    char text[256];
    unsigned limit_s = (s->options.stage_limit_ms ? s->options.stage_limit_ms : STAGE_LIMIT_MS) / 1000;
    if (s->is_asking_sudo) {
        go_down(s, "sudo", _("no answer to the question for sudo's password in 10 min"), false);
        return;
    }
    snprintf(text, sizeof text,
             s->state == STATE_LOADING ? _("the login shell did not start kwiz's loader in %u s; start-up files that wait for input "
                                           "are the usual cause")
                                       : _("the host did not answer the bootstrap in %u s"),
             limit_s);
    go_down(s, "shell", text, true);
}

static void set_limit(struct session *s, unsigned ms)
{
    if (ms)
        uv_timer_start(s->timer, limit_hit, ms, 0);
    else
        uv_timer_stop(s->timer);
}

static void set_stage_limit(struct session *s)
{
    set_limit(s, s->options.stage_limit_ms ? s->options.stage_limit_ms : STAGE_LIMIT_MS);
}

static void stage(struct session *s, const char *text)
{
    if (s->events->stage)
        s->events->stage(s->context, text);
}

/* ---- the end ---- */

static void drop_aborts(struct session *s)
{
    while (s->aborts) {
        struct abort_channel *a = s->aborts;
        s->aborts = a->next;
        channel_free(&a->channel);
        buf_done(&a->seen);
        free(a);
    }
}

static void go_down(struct session *s, const char *fault, const char *detail, bool is_passing)
{
    if (s->state == STATE_DOWN)
        return;
    s->state = STATE_DOWN;
    set_limit(s, 0);
    drop_aborts(s);
    missing_free(&s->missing);
    channel_free(&s->channel);
    s->events->down(s->context, fault, detail, is_passing);
}

/* ---- getting the loader started ---- */

static void loader_refused(struct session *s, int exit_status)
{
    char noise[1024], text[1400];
    noise_quote(&s->noise, noise, sizeof noise);
    if (s->is_password_sent) {
        snprintf(text, sizeof text, _("sudo refused the password (it was tried once): %s"), noise);
        go_down(s, "sudo", text, false);
    } else if (s->try == TRY_SUDO) {
        s->try = TRY_PASSWORD;
        if (s->sudo_password) {
            start_loader(s);
        } else if (s->events->ask) {
            s->is_asking_sudo = true;
            set_limit(s, ASK_LIMIT_MS);
            struct transport_ask ask = {.kind = ASK_PASSWORD, .host = s->options.host->name, .text = "sudo", .attempt = 1};
            s->events->ask(s->context, &ask);
        } else {
            snprintf(text, sizeof text,
                     _("sudo wants a password and none was given (secrets: sudo_password in the answers), or it does not allow "
                       "this user: %s"),
                     noise);
            go_down(s, "sudo", text, false);
        }
    } else if (s->try == TRY_PASSWORD) { /* it never asked: perhaps it wants a terminal */
        s->try = TRY_TERMINAL;
        start_loader(s);
    } else if (s->try == TRY_TERMINAL) {
        snprintf(text, sizeof text, _("sudo did not work, with and without a terminal: %s"), noise);
        go_down(s, "sudo", text, false);
    } else {
        snprintf(text, sizeof text, _("the login shell ended with status %d before kwiz's loader ran: %s"), exit_status, noise);
        go_down(s, "shell", text, false);
    }
}

static void look_for_nonce(struct session *s)
{
    if (s->try != TRY_PASSWORD && s->try != TRY_TERMINAL)
        return;
    const char *hit = memmem(buf_text(&s->noise), s->noise.len, s->nonce, NONCE_LEN);
    if (!hit)
        return;
    if (s->is_password_sent) { /* asked again: the password is wrong, and it is not tried twice */
        channel_free(&s->channel);
        loader_refused(s, 1);
        return;
    }
    buf_clear(&s->noise);
    s->is_password_sent = true;
    channel_write_secret(s->channel, s->sudo_password);
    channel_write(s->channel, "\n", 1);
}

static bool feed_proto(struct session *s, const void *bytes, size_t len);

static void loader_ready(struct session *s, size_t behind)
{
    struct buf program;
    buf_init(&program, BOOTSTRAP_MAX_BYTES);
    bootstrap_attach(&s->options.bootstrap, &program);
    s->state = STATE_ATTACHING;
    s->is_password_good = s->is_password_sent;
    set_stage_limit(s);
    stage(s, _("attaching"));
    channel_write(s->channel, program.data, program.len);
    buf_done(&program);
    size_t rest = s->noise.len - behind;
    char *bytes = mem_new(1, rest + 1);
    memcpy(bytes, buf_text(&s->noise) + behind, rest);
    buf_clear(&s->noise); /* from here on it gathers what the attachment complains of */
    if (rest)
        feed_proto(s, bytes, rest);
    free(bytes);
}

static void loading_data(struct session *s, const void *bytes, size_t len, bool is_error)
{
    if (!buf_add(&s->noise, bytes, len)) {
        go_down(s, "shell", _("the login shell printed more than 64 KiB before kwiz's loader ran"), false);
        return;
    }
    size_t behind = is_error ? 0 : noise_find_ready(&s->noise);
    if (behind)
        loader_ready(s, behind);
    else
        look_for_nonce(s);
}

/* ---- the protocol ---- */

static void on_hello(void *context, const struct proto_hello *hello)
{
    struct session *s = context;
    s->state = STATE_ATTACHED;
    set_limit(s, 0);
    s->events->attached(s->context, hello);
}

static void on_refused(void *context, const char *run, const char *holder, uint64_t since_s)
{
    struct session *s = context;
    char text[512];
    uint64_t now = (uint64_t)time(NULL);
    snprintf(text, sizeof text, _("another run lives on this host: %s, of %s, for %llu s; `--take-over` ends it"), run, holder,
             (unsigned long long)(now > since_s ? now - since_s : 0));
    proto_stop(s->proto);
    go_down(s, "busy", text, false);
}

static void on_record(void *context, const struct record *record)
{
    struct session *s = context;
    s->events->frames->record(s->context, record);
}

static void on_log(void *context, uint64_t id, uint64_t offset, const void *bytes, size_t len)
{
    struct session *s = context;
    s->events->frames->log(s->context, id, offset, bytes, len);
}

static void on_rec(void *context, uint64_t id, uint64_t offset, const void *bytes, size_t len)
{
    struct session *s = context;
    s->events->frames->rec(s->context, id, offset, bytes, len);
}

static void on_secret(void *context, const char *key, const struct secret *secret)
{
    struct session *s = context;
    s->events->frames->secret(s->context, key, secret);
}

static void on_bad(void *context, const char *text)
{
    struct session *s = context;
    if (s->state == STATE_ATTACHING) /* why there will be no hello */
        buf_adds(&s->noise, text);
    else
        s->events->frames->bad(s->context, text);
}

static void on_bye(void *context)
{
    struct session *s = context;
    s->events->frames->bye(s->context);
}

static void on_noise(void *context, const char *text)
{
    struct session *s = context;
    s->events->frames->noise(s->context, text);
}

static const struct proto_handlers handlers = {
    .hello = on_hello,
    .refused = on_refused,
    .record = on_record,
    .log = on_log,
    .rec = on_rec,
    .secret = on_secret,
    .bad = on_bad,
    .bye = on_bye,
    .noise = on_noise,
};

static bool feed_proto(struct session *s, const void *bytes, size_t len)
{
    struct err err = ERR_INIT;
    if (proto_feed(s->proto, bytes, len, &handlers, s, &err))
        return true;
    if (s->state != STATE_DOWN)
        go_down(s, "protocol", err.text, true);
    return false;
}

static void channel_data(void *context, const void *bytes, size_t len, bool is_error)
{
    struct session *s = context;
    if (s->state == STATE_LOADING)
        loading_data(s, bytes, len, is_error);
    else if (!is_error)
        feed_proto(s, bytes, len);
    else
        buf_add(&s->noise, bytes, len); /* for the message if it ends now */
}

static void channel_drained(void *context)
{
    struct session *s = context;
    if (s->state == STATE_ATTACHED && s->events->drained)
        s->events->drained(s->context);
}

static void attachment_ended(struct session *s, int exit_status, const char *missing)
{
    char noise[1024], text[1600];
    noise_quote(&s->noise, noise, sizeof noise);
    if (*missing)
        snprintf(text, sizeof text, _("programs that kwiz needs are missing on the host: %s (%s)"), missing, noise);
    else
        snprintf(text, sizeof text, _("the attachment on the host ended (status %d): %s"), exit_status, noise);
    go_down(s, s->state == STATE_ATTACHED ? "lost" : "shell", text, true);
}

static void missing_known(void *context, const char *names)
{
    struct session *s = context;
    attachment_ended(s, s->exit_status, names);
}

static void channel_closed(void *context, int exit_status, const char *signal)
{
    struct session *s = context;
    (void)signal;
    if (s->state == STATE_LOADING) {
        channel_free(&s->channel);
        loader_refused(s, exit_status);
        return;
    }
    if (s->state == STATE_ATTACHED) {
        attachment_ended(s, exit_status, "");
        return;
    }
    s->exit_status = exit_status;
    channel_free(&s->channel);
    s->missing = missing_ask(s->loop, s->transport, missing_known, s);
}

static const struct channel_events channel_table = {
    .data = channel_data,
    .drained = channel_drained,
    .closed = channel_closed,
};

static void make_nonce(char *nonce)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ab";
    unsigned char noise[NONCE_LEN] = {0};
    if (getrandom(noise, sizeof noise, 0) != NONCE_LEN)
        abort(); /* blocks until the pool is ready; never short for so few bytes */
    for (size_t i = 0; i < NONCE_LEN; i++)
        nonce[i] = letters[noise[i] & 63];
    nonce[NONCE_LEN] = '\0';
}

static void start_loader(struct session *s)
{
    static const enum loader_way ways[] = {
        [TRY_PLAIN] = LOADER_PLAIN,
        [TRY_SUDO] = LOADER_SUDO,
        [TRY_PASSWORD] = LOADER_SUDO_ASKS,
        [TRY_TERMINAL] = LOADER_SUDO_ASKS,
    };
    s->state = STATE_LOADING;
    s->is_password_sent = false;
    buf_clear(&s->noise);
    make_nonce(s->nonce);
    char *command = bootstrap_command(ways[s->try], s->nonce);
    stage(s, s->try == TRY_PLAIN ? _("starting the loader") : _("becoming root"));
    set_stage_limit(s);
    channel_free(&s->channel);
    s->channel = transport_exec(s->transport, command, s->try == TRY_TERMINAL, &channel_table, s);
    free(command);
}

/* ---- the transport ---- */

static void transport_up(void *context)
{
    struct session *s = context;
    const char *become = s->options.host->become ? s->options.host->become : s->options.ssh ? s->options.ssh->become : NULL;
    if (become && strcmp(become, "none") == 0)
        s->try = TRY_PLAIN;
    else
        s->try = s->sudo_password ? TRY_PASSWORD : TRY_SUDO;
    start_loader(s);
}

static void transport_asks(void *context, const struct transport_ask *ask)
{
    struct session *s = context;
    if (s->events->ask)
        s->events->ask(s->context, ask);
    else
        transport_refuse(s->transport);
}

static void transport_stage(void *context, const char *text)
{
    stage(context, text);
}

static void transport_down(void *context, enum transport_fault fault, const char *detail)
{
    struct session *s = context;
    go_down(s, transport_fault_name(fault), detail, transport_fault_is_passing(fault));
}

static const struct transport_events transport_table = {
    .up = transport_up,
    .ask = transport_asks,
    .stage = transport_stage,
    .down = transport_down,
};

struct session *session_open(uv_loop_t *loop, const struct session_options *options, const struct session_events *events, void *context)
{
    struct session *s = mem_new(1, sizeof *s);
    s->loop = loop;
    s->options = *options;
    s->events = events;
    s->context = context;
    s->sudo_password = secret_copy(options->sudo_password);
    s->options.sudo_password = NULL;
    s->proto = proto_new();
    buf_init(&s->noise, NOISE_MAX_BYTES);
    s->timer = mem_new(1, sizeof *s->timer);
    uv_timer_init(loop, s->timer);
    s->timer->data = s;
    s->transport = transport_connect(options->pool, options->host, options->ssh, &transport_table, s);
    return s;
}

void session_answer(struct session *s, const struct secret *secret, bool is_refused)
{
    if (s->state == STATE_DOWN)
        return;
    if (!s->is_asking_sudo) {
        if (is_refused)
            transport_refuse(s->transport);
        else
            transport_answer(s->transport, secret);
        return;
    }
    s->is_asking_sudo = false;
    if (is_refused || !secret) {
        go_down(s, "sudo", _("sudo wants a password and none was given"), false);
        return;
    }
    secret_free(&s->sudo_password);
    s->sudo_password = secret_copy(secret);
    start_loader(s);
}

void session_send(struct session *s, const struct buf *frames)
{
    if (s->state == STATE_ATTACHED && frames->len)
        channel_write(s->channel, frames->data, frames->len);
}

void session_send_secret(struct session *s, const struct secret *secret)
{
    if (s->state == STATE_ATTACHED)
        channel_write_secret(s->channel, secret);
}

size_t session_queued(const struct session *s)
{
    return s->channel ? channel_queued(s->channel) : 0;
}

void session_pause(struct session *s, bool is_paused)
{
    if (s->channel)
        channel_pause(s->channel, is_paused);
}

const struct secret *session_sudo_password(const struct session *s)
{
    return s->is_password_good ? s->sudo_password : NULL;
}

/* ---- abort ---- */

static void abort_data(void *context, const void *bytes, size_t len, bool is_error)
{
    struct abort_channel *a = context;
    struct session *s = a->session;
    (void)is_error;
    if (a->is_sent || !buf_add(&a->seen, bytes, len))
        return;
    if (noise_find_ready(&a->seen)) {
        struct buf program;
        buf_init(&program, BOOTSTRAP_MAX_BYTES);
        bootstrap_abort(&s->options.bootstrap, a->id, &program);
        channel_write(a->channel, program.data, program.len);
        buf_done(&program);
        a->is_sent = true;
    } else if (s->sudo_password && !a->is_password_sent && memmem(buf_text(&a->seen), a->seen.len, s->nonce, NONCE_LEN)) {
        a->is_password_sent = true;
        channel_write_secret(a->channel, s->sudo_password);
        channel_write(a->channel, "\n", 1);
    }
}

static void abort_closed(void *context, int exit_status, const char *signal)
{
    struct abort_channel *a = context, **link = &a->session->aborts;
    (void)exit_status, (void)signal; /* what came of it shows in the records; the engine asks again if nothing did */
    while (*link != a)
        link = &(*link)->next;
    *link = a->next;
    channel_free(&a->channel);
    buf_done(&a->seen);
    free(a);
}

void session_abort(struct session *s, uint64_t id)
{
    static const struct channel_events table = {.data = abort_data, .closed = abort_closed};
    static const enum loader_way ways[] = {
        [TRY_PLAIN] = LOADER_PLAIN,
        [TRY_SUDO] = LOADER_SUDO,
        [TRY_PASSWORD] = LOADER_SUDO_ASKS,
        [TRY_TERMINAL] = LOADER_SUDO_ASKS,
    };
    if (s->state != STATE_ATTACHED)
        return;
    struct abort_channel *a = mem_new(1, sizeof *a);
    a->session = s;
    a->id = id;
    a->next = s->aborts;
    s->aborts = a;
    buf_init(&a->seen, NOISE_MAX_BYTES);
    char *command = bootstrap_command(ways[s->try], s->nonce);
    a->channel = transport_exec(s->transport, command, s->try == TRY_TERMINAL, &table, a);
    free(command);
}

/* The timer's memory is the last that libuv lets go of; until then frames further up the stack may still be looking at the session. */
static void timer_closed(uv_handle_t *handle)
{
    struct session *s = handle->data;
    proto_free(&s->proto);
    secret_free(&s->sudo_password);
    buf_done(&s->noise);
    free(s);
    free(handle);
}

void session_free(struct session **session)
{
    struct session *s = *session;
    if (!s)
        return;
    s->state = STATE_DOWN;
    proto_stop(s->proto);
    drop_aborts(s);
    missing_free(&s->missing);
    channel_free(&s->channel);
    transport_free(&s->transport);
    uv_close((uv_handle_t *)s->timer, timer_closed);
    *session = NULL;
}
