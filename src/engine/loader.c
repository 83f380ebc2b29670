/* Getting the loader started on a host: by the login shell, or by sudo, with what passwords and terminal it wants. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/i18n.h"
#include "base/utf8.h"
#include "engine/session_parts.h"

#define PASSWORDS_MAX 3 /* as many as sudo itself takes (passwd_tries in sudoers(5)) */

/* The last lines of what came before the ready line, printable, for a message. */
void loader_quote_noise(const struct session *s, char *out, size_t out_size)
{
    const char *text = buf_text(&s->noise);
    size_t len = s->noise.len;
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

/* sudo wants a password: the one that is to be tried is not known, or was refused. */
static void ask_password(struct session *s)
{
    struct transport_ask ask = {.kind = ASK_PASSWORD, .host = s->options.host->name, .text = "sudo", .attempt = s->passwords_tried + 1};
    if (!s->events->ask || s->passwords_tried >= PASSWORDS_MAX) {
        loader_password(s, NULL);
        return;
    }
    s->is_asking_sudo = true;
    session_limit(s, SESSION_ASK_LIMIT_MS);
    s->events->ask(s->context, &ask);
}

void loader_password(struct session *s, const struct secret *password)
{
    char noise[1024], text[1400];
    s->is_asking_sudo = false;
    if (password) {
        struct secret *copy = secret_copy(password);
        secret_free(&s->sudo_password);
        s->sudo_password = copy;
        loader_start(s);
        return;
    }
    loader_quote_noise(s, noise, sizeof noise);
    if (s->passwords_tried == 1)
        snprintf(text, sizeof text, _("sudo refused the password (it was tried once): %s"), noise);
    else if (s->passwords_tried)
        snprintf(text, sizeof text, ngettext("sudo refused %u password: %s", "sudo refused each of %u passwords: %s", s->passwords_tried),
                 s->passwords_tried, noise);
    else
        snprintf(text, sizeof text,
                 _("sudo wants a password and none was given (secrets: sudo_password in the answers), or it does not allow this user: %s"),
                 noise);
    session_down(s, "sudo", text, false);
}

void loader_ended(struct session *s, int exit_status)
{
    char noise[1024], text[1400];
    if (s->is_password_sent) {
        ask_password(s);
        return;
    }
    loader_quote_noise(s, noise, sizeof noise);
    if (s->try == TRY_SUDO) {
        s->try = TRY_PASSWORD;
        if (s->sudo_password)
            loader_start(s);
        else
            ask_password(s);
    } else if (s->try == TRY_PASSWORD) { /* it never asked: perhaps it wants a terminal */
        s->try = TRY_TERMINAL;
        loader_start(s);
    } else if (s->try == TRY_TERMINAL) {
        snprintf(text, sizeof text, _("sudo did not work, with and without a terminal: %s"), noise);
        session_down(s, "sudo", text, false);
    } else {
        snprintf(text, sizeof text, _("the login shell ended with status %d before kwiz's loader ran: %s"), exit_status, noise);
        session_down(s, "shell", text, false);
    }
}

static void look_for_nonce(struct session *s)
{
    if (s->try != TRY_PASSWORD && s->try != TRY_TERMINAL)
        return;
    const char *hit = memmem(buf_text(&s->noise), s->noise.len, s->nonce, SESSION_NONCE_LEN);
    if (!hit)
        return;
    if (s->is_password_sent) { /* asked again: the password is wrong, and is not tried twice */
        channel_free(&s->channel);
        loader_ended(s, 1);
        return;
    }
    buf_clear(&s->noise);
    s->is_password_sent = true;
    s->passwords_tried++;
    channel_write_secret(s->channel, s->sudo_password);
    channel_write(s->channel, "\n", 1);
}

/* Where the bytes behind the ready line begin, or 0. */
size_t loader_find_ready(const struct buf *seen)
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

void loader_data(struct session *s, const void *bytes, size_t len, bool is_error)
{
    if (!buf_add(&s->noise, bytes, len)) {
        session_down(s, "shell", _("the login shell printed more than 64 KiB before kwiz's loader ran"), false);
        return;
    }
    size_t behind = is_error ? 0 : loader_find_ready(&s->noise);
    if (behind)
        session_attach(s, behind);
    else
        look_for_nonce(s);
}

static void make_nonce(char *nonce)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ab";
    unsigned char noise[SESSION_NONCE_LEN] = {0};
    if (getrandom(noise, sizeof noise, 0) != SESSION_NONCE_LEN)
        abort(); /* blocks until the pool is ready; never short for so few bytes */
    for (size_t i = 0; i < SESSION_NONCE_LEN; i++)
        nonce[i] = letters[noise[i] & 63];
    nonce[SESSION_NONCE_LEN] = '\0';
}

char *loader_command(const struct session *s)
{
    static const enum loader_way ways[] = {
        [TRY_PLAIN] = LOADER_PLAIN,
        [TRY_SUDO] = LOADER_SUDO,
        [TRY_PASSWORD] = LOADER_SUDO_ASKS,
        [TRY_TERMINAL] = LOADER_SUDO_ASKS,
    };
    return bootstrap_command(ways[s->try], s->nonce);
}

void loader_start(struct session *s)
{
    s->state = STATE_LOADING;
    s->is_password_sent = false;
    buf_clear(&s->noise);
    make_nonce(s->nonce);
    char *command = loader_command(s);
    session_stage(s, s->try == TRY_PLAIN ? _("starting the loader") : _("becoming root"));
    session_stage_limit(s);
    channel_free(&s->channel);
    s->channel = transport_exec(s->transport, command, s->try == TRY_TERMINAL, session_channel_events(), s);
    free(command);
}
