#include "engine/become.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "engine/bootstrap.h"
#include "engine/letters.h"

#define LIMIT_MS 30000u
#define PASSWORDS_MAX 3      /* as many as sudo itself takes (passwd_tries in sudoers(5)) */
#define NOISE_MAX_BYTES ((size_t)64 * 1024)
#define NONCE_LEN 24
#define STATUS_NOT_FOUND 127 /* of a shell whose command is not there */

struct become {
    struct become_options options; /* password is NULL: see below */
    const struct become_events *events;
    void *context;
    struct channel *channel; /* until it is the user's */
    uv_timer_t *timer;       /* freed by its close callback */
    struct secret *password;
    enum become_way way;
    unsigned passwords_tried;
    bool is_asking, is_password_sent, is_ready, is_over;
    bool is_password_right; /* though sudo does not let this user become root */
    struct buf noise; /* what came before the ready line, stdout and stderr */
    char nonce[NONCE_LEN + 1];
};

static void try_way(struct become *b);

void become_quote(const struct buf *noise, char *out, size_t out_size)
{
    const char *text = buf_text(noise);
    size_t len = noise->len;
    while (len && (text[len - 1] == '\n' || text[len - 1] == '\r' || text[len - 1] == ' '))
        len--;
    size_t start = len > 300 ? len - 300 : 0;
    struct buf line;
    buf_init(&line, 2048);
    for (size_t i = start; i < len;) {
        const char *newline = memchr(text + i, '\n', len - i);
        size_t n = newline ? (size_t)(newline - text) - i : len - i;
        if (line.len)
            buf_adds(&line, " / ");
        utf8_printable(text + i, n && text[i + n - 1] == '\r' ? n - 1 : n, &line);
        i += n + 1;
    }
    snprintf(out, out_size, "%s", line.len ? buf_text(&line) : _("it printed nothing"));
    buf_done(&line);
}

/* ---- the end ---- */

static void fail(struct become *b, const char *fault, const char *detail, bool is_passing)
{
    if (b->is_over)
        return;
    b->is_over = true;
    uv_timer_stop(b->timer);
    channel_free(&b->channel);
    b->events->failed(b->context, fault, detail, is_passing);
}

static void limit_hit(uv_timer_t *timer)
{
    struct become *b = timer->data;
    char text[256];
    unsigned limit_s = ((b->options.limit_ms ? b->options.limit_ms : LIMIT_MS) + 999) / 1000;
    if (b->is_asking) {
        fail(b, "sudo", _("no answer to the question for sudo's password in 10 min"), false);
        return;
    }
    snprintf(text, sizeof text,
             _("the login shell did not start kwiz's loader in %u s; start-up files that wait for input are the usual cause"), limit_s);
    fail(b, "shell", text, true);
}

/* ---- passwords ---- */

static void refused(struct become *b)
{
    char noise[1024], text[1400];
    become_quote(&b->noise, noise, sizeof noise);
    if (b->passwords_tried == 1)
        snprintf(text, sizeof text, _("sudo refused the password (it was tried once): %s"), noise);
    else if (b->passwords_tried)
        snprintf(text, sizeof text, ngettext("sudo refused %u password: %s", "sudo refused each of %u passwords: %s", b->passwords_tried),
                 b->passwords_tried, noise);
    else
        snprintf(text, sizeof text,
                 _("sudo wants a password and none was given (secrets: sudo_password in the answers), or it does not allow this user: %s"),
                 noise);
    fail(b, "sudo", text, false);
}

/* sudo wants a password: the one that is to be tried is not known, or was refused. */
static void ask_password(struct become *b)
{
    struct transport_ask ask = {.kind = ASK_PASSWORD, .host = b->options.host, .text = "sudo", .attempt = b->passwords_tried + 1};
    if (!b->events->ask || b->passwords_tried >= PASSWORDS_MAX) {
        refused(b);
        return;
    }
    b->is_asking = true;
    uv_timer_start(b->timer, limit_hit, BECOME_ASK_LIMIT_MS, 0);
    b->events->ask(b->context, &ask);
}

void become_answer(struct become *b, const struct secret *password)
{
    if (!b->is_asking || b->is_over)
        return;
    b->is_asking = false;
    if (!password) {
        refused(b);
        return;
    }
    struct secret *copy = secret_copy(password);
    secret_free(&b->password);
    b->password = copy;
    try_way(b);
}

/* What sudo says of users that it does not let, once it knows that they are who they say. It speaks English here: see bootstrap_command. */
static bool is_not_allowed(const struct buf *noise)
{
    static const char *const words[] = {"is not in the sudoers", "is not allowed to", "may not run sudo"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (memmem(buf_text(noise), noise->len, words[i], strlen(words[i])))
            return true;
    return false;
}

/* ---- what it prints ---- */

static void ended(struct become *b, int exit_status)
{
    char noise[1024], text[1400];
    if (b->is_password_sent && !is_not_allowed(&b->noise)) {
        ask_password(b);
        return;
    }
    become_quote(&b->noise, noise, sizeof noise);
    if (b->is_password_sent) { /* another password would not help */
        b->is_password_right = true;
        snprintf(text, sizeof text, _("sudo took the password, but does not let this user become root: %s"), noise);
        fail(b, "sudo", text, false);
        return;
    }
    if (b->way != BECOME_PLAIN && exit_status == STATUS_NOT_FOUND) { /* no password would help */
        snprintf(text, sizeof text, _("there is no sudo on the host for this user: %s"), noise);
        fail(b, "sudo", text, false);
    } else if (b->way == BECOME_SUDO) {
        b->way = BECOME_PASSWORD;
        if (b->password)
            try_way(b);
        else
            ask_password(b);
    } else if (b->way == BECOME_PASSWORD) { /* it never asked: perhaps it wants a terminal */
        b->way = BECOME_TERMINAL;
        try_way(b);
    } else if (b->way == BECOME_TERMINAL) {
        snprintf(text, sizeof text, _("sudo did not work, with and without a terminal: %s"), noise);
        fail(b, "sudo", text, false);
    } else {
        snprintf(text, sizeof text, _("the login shell ended with status %d before kwiz's loader ran: %s"), exit_status, noise);
        fail(b, "shell", text, false);
    }
}

bool become_is_asked(const struct become *b, const struct buf *seen)
{
    return (b->way == BECOME_PASSWORD || b->way == BECOME_TERMINAL) && memmem(buf_text(seen), seen->len, b->nonce, NONCE_LEN);
}

/* What is quoted to people ends before the prompt that we made up. */
static void drop_nonce(struct buf *noise, const char *nonce)
{
    char *hit = memmem(noise->data, noise->len, nonce, NONCE_LEN);
    noise->len = (size_t)(hit - noise->data);
    *hit = '\0';
}

static void look_for_nonce(struct become *b)
{
    if (!become_is_asked(b, &b->noise))
        return;
    if (b->is_password_sent || !b->password) { /* asked again: the password is wrong, and is not tried twice */
        drop_nonce(&b->noise, b->nonce);
        channel_free(&b->channel);
        ask_password(b);
        return;
    }
    buf_clear(&b->noise);
    b->is_password_sent = true;
    b->passwords_tried++;
    channel_write_secret(b->channel, b->password);
    channel_write(b->channel, "\n", 1);
}

size_t become_find_ready(const struct buf *seen)
{
    const char *text = buf_text(seen), *hit = text;
    size_t word = strlen(BOOTSTRAP_READY);
    while ((hit = memmem(hit, seen->len - (size_t)(hit - text), BOOTSTRAP_READY, word))) {
        size_t end = (size_t)(hit - text) + word;
        if (end < seen->len && text[end] == '\r')
            end++;
        if ((hit == text || hit[-1] == '\n' || hit[-1] == '\r') && end < seen->len && text[end] == '\n')
            return end + 1;
        hit += word;
    }
    return 0;
}

static void got_ready(struct become *b, size_t behind)
{
    struct channel *channel = b->channel;
    size_t rest = b->noise.len - behind;
    char *bytes = mem_new(1, rest + 1);
    memcpy(bytes, buf_text(&b->noise) + behind, rest);
    buf_clear(&b->noise);
    uv_timer_stop(b->timer);
    b->is_ready = true;
    b->channel = NULL;
    b->events->ready(b->context, channel, bytes, rest);
    free(bytes);
}

static void on_data(void *context, const void *bytes, size_t len, bool is_error)
{
    struct become *b = context;
    if (b->is_ready) {
        b->events->channel->data(b->context, bytes, len, is_error);
        return;
    }
    if (!buf_add(&b->noise, bytes, len)) {
        fail(b, "shell", _("the login shell printed more than 64 KiB before kwiz's loader ran"), false);
        return;
    }
    size_t behind = is_error ? 0 : become_find_ready(&b->noise);
    if (behind)
        got_ready(b, behind);
    else
        look_for_nonce(b);
}

static void on_drained(void *context)
{
    struct become *b = context;
    if (b->is_ready && b->events->channel->drained)
        b->events->channel->drained(b->context);
}

static void on_closed(void *context, int exit_status, const char *signal)
{
    struct become *b = context;
    if (b->is_ready) {
        b->events->channel->closed(b->context, exit_status, signal);
        return;
    }
    const char *why = channel_why(b->channel);
    if (exit_status < 0 && !*signal && !*why)
        return; /* the connection went, which is told elsewhere; otherwise the limit ends it */
    if (*why)
        buf_adds(&b->noise, why);
    channel_free(&b->channel);
    ended(b, exit_status);
}

/* ---- tries ---- */

char *become_command(const struct become *b)
{
    static const enum loader_way ways[] = {
        [BECOME_PLAIN] = LOADER_PLAIN,
        [BECOME_SUDO] = LOADER_SUDO,
        [BECOME_PASSWORD] = LOADER_SUDO_ASKS,
        [BECOME_TERMINAL] = LOADER_SUDO_ASKS,
    };
    return bootstrap_command(ways[b->way], b->nonce, b->options.program);
}

static void try_way(struct become *b)
{
    static const struct channel_events table = {.data = on_data, .drained = on_drained, .closed = on_closed};
    b->is_password_sent = false;
    buf_clear(&b->noise);
    letters_draw(b->nonce, NONCE_LEN);
    char *command = become_command(b);
    if (b->events->stage)
        b->events->stage(b->context, b->way == BECOME_PLAIN ? _("starting the loader") : _("becoming root"));
    uv_timer_start(b->timer, limit_hit, b->options.limit_ms ? b->options.limit_ms : LIMIT_MS, 0);
    channel_free(&b->channel);
    b->channel = transport_exec(b->options.transport, command, b->way == BECOME_TERMINAL, &table, b);
    free(command);
}

struct become *become_start(uv_loop_t *loop, const struct become_options *options, const struct become_events *events, void *context)
{
    struct become *b = mem_new(1, sizeof *b);
    b->options = *options;
    b->options.password = NULL;
    b->events = events;
    b->context = context;
    b->password = options->password ? secret_copy(options->password) : NULL;
    b->way = options->way;
    buf_init(&b->noise, NOISE_MAX_BYTES);
    b->timer = mem_new(1, sizeof *b->timer);
    uv_timer_init(loop, b->timer);
    b->timer->data = b;
    try_way(b);
    return b;
}

enum become_way become_way(const struct become *b)
{
    return b->way;
}

const struct secret *become_password(const struct become *b)
{
    return b->password;
}

bool become_has_used_password(const struct become *b)
{
    return (b->is_ready && b->is_password_sent) || b->is_password_right;
}

/* The timer's memory is the last that libuv lets go of; until then frames further up the stack may still be looking at the struct. */
static void timer_closed(uv_handle_t *handle)
{
    struct become *b = handle->data;
    secret_free(&b->password);
    buf_done(&b->noise);
    free(b);
    free(handle);
}

void become_free(struct become **become)
{
    struct become *b = *become;
    if (!b)
        return;
    b->is_over = true;
    channel_free(&b->channel);
    uv_close((uv_handle_t *)b->timer, timer_closed);
    *become = NULL;
}
