#include "cli/questions.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "engine/contacts.h"
#include "headless/prompt.h"

#define ASK_LIMIT_MS 120000u

struct question {
    struct question *next;
    size_t host;
    enum transport_ask_kind kind;
    bool echo;
    char *text;
};

struct questions {
    uv_loop_t *loop;
    struct contacts *contacts;
    struct questions_screen screen;
    struct question *first; /* the one that is being asked, and those that wait */
    struct prompt *prompt;
    bool is_held;
};

static void ask_next(struct questions *q);

static void question_free(struct question *question)
{
    free(question->text);
    free(question);
}

static void answered(void *context, const struct secret *answer)
{
    struct questions *q = context;
    struct question *question = q->first;
    q->prompt = NULL;
    if (question->kind != ASK_HOST_KEY && !question->echo && answer && secret_len(answer) == 0) {
        ask_next(q); /* Enter alone is no password: a try at logging in would be spent on it */
        return;
    }
    q->first = question->next;
    bool is_yes = answer && secret_len(answer) == 3 && strcmp(secret_bytes(answer), "yes") == 0;
    if (question->kind == ASK_HOST_KEY)
        contacts_answer(q->contacts, question->host, NULL, !is_yes);
    else
        contacts_answer(q->contacts, question->host, answer, !answer);
    question_free(question);
    if (!q->prompt)
        ask_next(q);
}

static void ask_next(struct questions *q)
{
    if (!q->first) {
        if (q->screen.give_back)
            q->screen.give_back(q->screen.context);
        return;
    }
    if (q->screen.take)
        q->screen.take(q->screen.context);
    q->prompt = prompt_ask(q->loop, q->first->text, q->first->echo, ASK_LIMIT_MS, answered, q);
    if (!q->prompt)
        answered(q, NULL);
}

static char *text_of(const struct transport_ask *ask)
{
    bool is_sudo = ask->kind == ASK_PASSWORD && strcmp(ask->text, "sudo") == 0;
    const char *wanted = is_sudo ? _("password for sudo") : ask->text;
    static const char *const forms[] = {
        [ASK_HOST_KEY] = N_("%s: the host key is not known: %s. Type yes to accept it and remember it:"),
        [ASK_PASSPHRASE] = N_("%s: passphrase of %s:"),
        [ASK_PASSWORD] = N_("%s: %s:"),
        [ASK_KEYBOARD] = N_("%s asks: %s"),
    };
    struct buf host, text;
    buf_init(&host, 1024);
    buf_init(&text, 4096);
    utf8_printable(ask->host ? ask->host : "", strlen(ask->host ? ask->host : ""), &host);
    utf8_printable(wanted, strlen(wanted), &text);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    char *whole = mem_printf(_(forms[ask->kind]), buf_text(&host), buf_text(&text));
#pragma GCC diagnostic pop
    buf_done(&host);
    buf_done(&text);
    if (ask->attempt <= 1)
        return whole;
    char *again = mem_printf(_("That was refused. %s"), whole);
    free(whole);
    return again;
}

void questions_ask(void *context, size_t host, const struct transport_ask *ask)
{
    struct questions *q = context;
    struct question *question = mem_new(1, sizeof *question), **end = &q->first;
    question->host = host;
    question->kind = ask->kind;
    question->echo = ask->echo || ask->kind == ASK_HOST_KEY;
    question->text = text_of(ask);
    while (*end)
        end = &(*end)->next;
    *end = question;
    if (!q->prompt && !q->is_held && q->first == question)
        ask_next(q);
}

void questions_withdraw(void *context, size_t host)
{
    struct questions *q = context;
    struct question **at = &q->first;
    while (*at && (*at)->host != host)
        at = &(*at)->next;
    if (!*at)
        return;
    struct question *question = *at;
    bool is_shown = question == q->first && q->prompt;
    *at = question->next;
    question_free(question);
    if (is_shown) {
        prompt_cancel(&q->prompt);
        ask_next(q);
    }
}

struct questions *questions_new(uv_loop_t *loop)
{
    struct questions *q = mem_new(1, sizeof *q);
    q->loop = loop;
    return q;
}

bool questions_possible(void)
{
    return isatty(STDIN_FILENO) && prompt_possible();
}

void questions_bind(struct questions *q, struct contacts *contacts)
{
    q->contacts = contacts;
}

void questions_set_screen(struct questions *q, const struct questions_screen *screen)
{
    q->screen = screen ? *screen : (struct questions_screen){0};
}

void questions_hold(struct questions *q, bool is_held)
{
    q->is_held = is_held;
    if (!is_held && q->first && !q->prompt)
        ask_next(q);
}

bool questions_is_open(const struct questions *q)
{
    return q->prompt != NULL;
}

void questions_clear(struct questions *q)
{
    prompt_cancel(&q->prompt);
    while (q->first) {
        struct question *question = q->first;
        q->first = question->next;
        question_free(question);
    }
}

void questions_free(struct questions **questions)
{
    struct questions *q = *questions;
    if (!q)
        return;
    questions_clear(q);
    free(q);
    *questions = NULL;
}
