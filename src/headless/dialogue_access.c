/* Access: hosts are reached while questions of some of them are answered. */
#include "headless/dialogue_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

enum { STEP_WAIT, STEP_KEY, STEP_SECRET, STEP_TROUBLE };

static const struct access_host *host_at(struct dialogue *d, size_t index)
{
    return access_host(wizard_access(d->wizard), index);
}

static size_t host_count(struct dialogue *d)
{
    return wizard_access(d->wizard) ? access_count(wizard_access(d->wizard)) : 0;
}

/* The hosts of access are those of the table as they were when it was entered, in its order. */
static const char *name_of(struct dialogue *d, size_t index)
{
    const struct draft *draft = wizard_draft(d->wizard);
    return index < draft_host_count(draft) ? draft_host(draft, index)->cells[CELL_NAME] : "";
}

static bool is_busy(const struct access_host *h)
{
    return h->state < ACCESS_MEASURING && !h->asks;
}

static bool has_trouble(const struct access_host *h)
{
    return h->state == ACCESS_FAILED || h->root == ROOT_REFUSED;
}

/* ---- questions of hosts ---- */

static char *key_line(struct dialogue *d, size_t index)
{
    const struct transport_ask *ask = &host_at(d, index)->ask;
    const char *host = ask->host && strcmp(ask->host, name_of(d, index)) != 0 ? ask->host : NULL; /* a jump host */
    return host ? mem_printf(_("%s, on the way to %s: %s"), host, name_of(d, index), ask->text) : mem_printf("%s: %s", name_of(d, index), ask->text);
}

static bool asks_key(struct dialogue *d, size_t index)
{
    return host_at(d, index)->asks && host_at(d, index)->ask.kind == ASK_HOST_KEY;
}

static char *offer_text(size_t index, const char *shown)
{
    return mem_printf("%zu %s", index, shown);
}

static void offer(struct dialogue *d, size_t index)
{
    char *text = offer_text(index, host_at(d, index)->ask.text);
    strv_add(&d->offered, text);
    free(text);
}

/* The open question's, which is not that of another connection. The host may have stopped waiting for it. */
static bool is_open_key(struct dialogue *d)
{
    return d->step == STEP_KEY && d->word && d->index < host_count(d) && wizard_shows_key(d->wizard, d->index, d->word);
}

static void ask_key(struct dialogue *d, bool is_again)
{
    char *line;
    size_t waiting = 0;
    bool is_new = false;
    for (size_t i = 0; i < host_count(d); i++) {
        if (!asks_key(d, i))
            continue;
        line = key_line(d, i);
        waiting++;
        if (!strv_has(&d->listed, line)) {
            if (!is_new)
                dialogue_say(d, _("These hosts are met for the first time. Compare their keys with what you know of them:"));
            is_new = true;
            dialogue_say(d, "  %s", line);
            strv_add(&d->listed, line);
            offer(d, i);
        }
        free(line);
    }
    if (!is_again)
        linein_drop(d->in); /* what was typed meant something else */
    d->step = STEP_KEY;
    line = mem_printf(waiting > 1 ? _("Accept the key of %s? yes, no, all, or the fingerprint you know") : _("Accept the key of %s? yes, no, or the fingerprint you know"),
                      name_of(d, d->index));
    dialogue_ask(d, line, _("no"));
    free(line);
}

static void ask_secret(struct dialogue *d)
{
    const struct access_host *h = host_at(d, d->index);
    const char *host = h->ask.host ? h->ask.host : name_of(d, d->index);
    size_t len = strlen(h->ask.text);
    while (len && strchr(": ", h->ask.text[len - 1]))
        len--;
    char *line;
    if (h->asks_sudo)
        line = mem_printf(_("Password for sudo on %s, not shown"), host);
    else if (h->ask.kind == ASK_PASSPHRASE)
        line = mem_printf(_("Passphrase of %.*s for %s, not shown"), (int)len, h->ask.text, host);
    else if (h->ask.kind == ASK_KEYBOARD)
        line = mem_printf(_("%s asks, what you type is not shown: %.*s"), host, (int)len, h->ask.text);
    else
        line = mem_printf(_("%.*s, not shown"), (int)len, h->ask.text); /* "password of ubuntu on kub-1" */
    d->step = STEP_SECRET;
    dialogue_ask_secret(d, h->ask.attempt > 1 ? _("That was refused.") : NULL, line);
    free(line);
}

static void ask_host(struct dialogue *d, size_t index)
{
    d->index = index;
    dialogue_set_word(d, asks_key(d, index) ? host_at(d, index)->ask.text : NULL);
    if (asks_key(d, index))
        ask_key(d, false);
    else
        ask_secret(d);
}

/* ---- how it stands ---- */

static void say_trouble(struct dialogue *d)
{
    for (size_t i = 0; i < host_count(d); i++) {
        const struct access_host *h = host_at(d, i);
        if (h->state == ACCESS_FAILED)
            dialogue_say(d, _("failed %s: %s: %s"), name_of(d, i), h->fault ? h->fault : "-", h->detail);
        else if (h->root == ROOT_REFUSED)
            dialogue_say(d, _("no root on %s: %s"), name_of(d, i), h->detail);
    }
}

static void ask_what_next(struct dialogue *d)
{
    bool may_leave, trouble = false;
    struct buf why;
    for (size_t i = 0; i < host_count(d); i++)
        trouble |= has_trouble(host_at(d, i));
    buf_init(&why, ERR_TEXT_MAX);
    may_leave = wizard_may_leave(d->wizard, SECTION_ACCESS, &why);
    buf_done(&why);
    d->step = STEP_TROUBLE;
    /* TRANSLATORS: what is typed stays as it is in all languages: again, sudo-user, delete, hosts, next */
    dialogue_ask(d, _("again, sudo-user NAME, delete NAME, hosts, next"), may_leave && !trouble ? "next" : "again");
}

static void say_reached(struct dialogue *d)
{
    static const char *const words[] = {
        [ROOT_SELF] = N_("Log in as root: %zu."), [ROOT_FREE] = N_("Sudo asks nothing: %zu."), [ROOT_PASSWORD] = N_("Sudo takes the password: %zu."),
        [ROOT_REFUSED] = N_("No root: %zu."),     [ROOT_UNWANTED] = N_("Root not wanted: %zu."),
    };
    size_t counts[ROOT_UNWANTED + 1] = {0}, reached = 0;
    struct buf line;
    for (size_t i = 0; i < host_count(d); i++) {
        reached += host_at(d, i)->state != ACCESS_FAILED;
        counts[host_at(d, i)->root] += host_at(d, i)->state != ACCESS_FAILED;
    }
    buf_init(&line, ERR_TEXT_MAX);
    for (int r = ROOT_SELF; r <= ROOT_UNWANTED; r++)
        if (counts[r]) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            buf_adds(&line, " ");
            buf_addf(&line, _(words[r]), counts[r]);
#pragma GCC diagnostic pop
        }
    dialogue_say(d, _("Reached: %zu of %zu.%s"), reached, host_count(d), buf_text(&line));
    buf_done(&line);
}

/* On, or the reason why not in words of this dialogue. */
static void leave(struct dialogue *d)
{
    size_t trouble = 0;
    struct buf why;
    buf_init(&why, ERR_TEXT_MAX);
    for (size_t i = 0; i < host_count(d); i++)
        trouble += has_trouble(host_at(d, i));
    if (wizard_may_leave(d->wizard, SECTION_ACCESS, &why)) {
        dialogue_next(d);
    } else {
        if (trouble)
            dialogue_say(d, ngettext("%zu host is not reached as it must be: again tries it, delete NAME takes it out.",
                                     "%zu hosts are not reached as they must be: again tries them, delete NAME takes one out.", trouble), trouble);
        else
            dialogue_say(d, "%s", buf_text(&why));
        ask_what_next(d);
    }
    buf_done(&why);
}

static void finish(struct dialogue *d)
{
    bool trouble = false;
    for (size_t i = 0; i < host_count(d); i++)
        trouble |= has_trouble(host_at(d, i));
    say_reached(d);
    if (trouble)
        say_trouble(d);
    if (trouble || d->comes_back)
        ask_what_next(d);
    else
        leave(d);
}

/* What the hosts want now: a question, patience, or nothing more. */
static void look(struct dialogue *d)
{
    size_t busy = 0, asks = WORD_NONE, waits = WORD_NONE;
    for (size_t i = host_count(d); i-- > 0;) {
        const struct access_host *h = host_at(d, i);
        if (h->asks)
            asks = i;
        if (is_busy(h)) {
            busy++;
            waits = i;
        }
    }
    if (asks != WORD_NONE) {
        ask_host(d, asks);
    } else if (busy) {
        char *rest = mem_printf(_("waiting for %s, at most %u s to answer"), name_of(d, waits), wizard_reach_limit_ms(d->wizard) / 1000);
        d->step = STEP_WAIT;
        dialogue_say_progress(d, _("reached: %zu of %zu, %s"), host_count(d) - busy, host_count(d), rest);
        free(rest);
        dialogue_wait(d);
    } else {
        finish(d);
    }
}

static void enter(struct dialogue *d)
{
    char *text = mem_printf(ngettext("Connecting to %zu host, at most %u s to answer.", "Connecting to %zu hosts, at most %u s to answer.", host_count(d)),
                            host_count(d), wizard_reach_limit_ms(d->wizard) / 1000);
    dialogue_head(d, SECTION_ACCESS, text);
    free(text);
    strv_done(&d->listed);
    strv_done(&d->offered);
    d->told = 0;
    d->told_at_ms = uv_now(d->loop);
    look(d);
}

static void changed(struct dialogue *d)
{
    if (d->step == STEP_WAIT) {
        look(d);
    } else if (d->step == STEP_KEY ? !is_open_key(d) : d->step == STEP_SECRET && (d->index >= host_count(d) || !host_at(d, d->index)->asks)) {
        dialogue_say(d, "%s", "");
        dialogue_say(d, _("%s does not wait for that answer any more."), name_of(d, d->index));
        linein_drop(d->in);
        look(d);
    }
}

static void ask(struct dialogue *d)
{
    switch (d->step) {
    case STEP_KEY:
        if (is_open_key(d))
            ask_key(d, true);
        else
            look(d);
        break;
    case STEP_TROUBLE:
        ask_what_next(d);
        break;
    default:
        look(d);
    }
}

/* ---- answers ---- */

static void accept_key(struct dialogue *d, size_t index, const char *shown)
{
    struct err err = ERR_INIT;
    if (!wizard_accept_key(d->wizard, index, shown, &err))
        dialogue_say(d, "%s", err.text);
}

static void accept_all(struct dialogue *d)
{
    for (size_t i = 0; i < d->offered.count; i++) {
        char *shown = NULL;
        size_t index = strtoul(d->offered.items[i], &shown, 10);
        if (*d->offered.items[i] && wizard_shows_key(d->wizard, index, shown + 1))
            accept_key(d, index, shown + 1);
    }
}

/* `all` that is said later is not about it. */
static void refuse_key(struct dialogue *d)
{
    char *text = offer_text(d->index, d->word);
    for (size_t i = 0; i < d->offered.count; i++)
        if (strcmp(d->offered.items[i], text) == 0)
            d->offered.items[i][0] = '\0';
    free(text);
    if (asks_key(d, d->index))
        access_answer(wizard_access(d->wizard), d->index, NULL, true);
}

/* A fingerprint that is pasted is compared here, as nobody compares 43 characters by eye. */
static bool is_fingerprint(const char *text)
{
    return strncmp(text, "SHA256:", 7) == 0 || strlen(text) >= 40;
}

static bool is_its_fingerprint(const char *text, const char *shown)
{
    const char *key = strstr(shown, "SHA256:");
    size_t len = key ? strcspn(key, " ") : 0;
    const char *bare = strncmp(text, "SHA256:", 7) == 0 ? text + 7 : text;
    return len > 7 && strlen(bare) == len - 7 && strncmp(bare, key + 7, len - 7) == 0;
}

static void answer_key(struct dialogue *d, const struct typed *typed)
{
    const char *rest;
    bool is_yes = false, is_understood = true;
    if (!is_open_key(d)) {
        changed(d);
        return;
    }
    if (dialogue_command(typed, "all", 3, &rest)) {
        accept_all(d);
        look(d);
        return;
    }
    if (*typed->text && is_fingerprint(typed->text)) {
        is_yes = is_understood = is_its_fingerprint(typed->text, d->word);
        dialogue_say(d, is_yes ? _("It is the same.") : _("It is another key than %s shows. Not accepted."), name_of(d, d->index));
    } else if (*typed->text && !dialogue_yes_or_no(typed, &is_yes)) {
        is_understood = false;
        dialogue_say(d, _("Expected yes, no, all, or a fingerprint that begins with SHA256:."));
    }
    if (!is_understood) {
        ask(d);
        return;
    }
    if (is_yes)
        accept_key(d, d->index, d->word);
    else
        refuse_key(d);
    look(d);
}

static void answer(struct dialogue *d, const struct typed *typed)
{
    const char *rest;
    if (d->step == STEP_KEY) {
        answer_key(d, typed);
    } else if (dialogue_command(typed, "delete", 3, &rest) && *rest) {
        if (dialogue_delete_hosts(d, rest))
            dialogue_go(d, SECTION_ACCESS);
        else
            ask(d);
    } else if (dialogue_command(typed, "sudo-user", 2, &rest)) {
        if (!dialogue_begin_user(d, rest))
            ask(d);
    } else if (dialogue_command(typed, "hosts", 1, &rest)) {
        dialogue_go(d, SECTION_HOSTS);
    } else if (dialogue_command(typed, "next", 1, &rest) || (!*typed->text && d->comes_back)) {
        leave(d);
    } else if (!*typed->text || dialogue_command(typed, "again", 1, &rest)) {
        for (size_t i = 0; i < host_count(d); i++)
            if (has_trouble(host_at(d, i)))
                access_again(wizard_access(d->wizard), i);
        d->comes_back = false;
        look(d);
    } else {
        dialogue_say(d, _("Expected again, sudo-user NAME, delete NAME, hosts or next."));
        ask(d);
    }
}

/* The password itself, whatever it is: no command, no backslash. */
static void secret(struct dialogue *d, const char *bytes, size_t len)
{
    if (!host_at(d, d->index)->asks || asks_key(d, d->index)) {
        changed(d);
        return;
    }
    struct secret *given = len ? secret_new(bytes, len) : NULL;
    if (!given)
        dialogue_say(d, _("No answer: %s goes without."), name_of(d, d->index));
    access_answer(wizard_access(d->wizard), d->index, given, !given);
    secret_free(&given);
    look(d);
}

static void forward(struct dialogue *d)
{
    if (d->step == STEP_TROUBLE)
        leave(d);
    else
        dialogue_next(d);
}

static void help(struct dialogue *d)
{
    dialogue_say(d, _("kwiz connects with your ssh configuration, agent and known_hosts. A new host key is accepted by yes, or by pasting the fingerprint you "
                      "were told, which is then compared; all accepts those that were shown. A changed host key can't be accepted here."));
    dialogue_say(d, _("Passwords are asked once a user, not shown, and kept in memory only; an empty line gives none. again tries failed hosts anew. "
                      "sudo-user makes a user that may use sudo, with your public key, on all hosts or on those you name; its script can be read first."));
}

const struct part part_access = {.enter = enter, .ask = ask, .answer = answer, .secret = secret, .forward = forward, .help = help, .changed = changed};
