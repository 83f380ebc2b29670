/* A container of LXD or Incus as a transport: each command is run by `lxc exec` on the host that has it, over a connection of its own to that host.
 * Of its own, because a server lets ten channels be open on one connection (MaxSessions in sshd_config(5)), and one that is lost then costs one
 * container. Nothing has to listen in the container, and in it we are root. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "transport/lxd.h"
#include "transport/ops.h"
#include "transport/pool.h"

#define ANSWER_MAX_BYTES ((size_t)64 * 1024)
#define QUOTED_MAX_BYTES ((size_t)1024 * 1024)

struct lxd {
    struct transport base;
    struct transport *outer;
    struct channel *trial; /* asks for the container's state; NULL once we are up */
    struct buf answer;     /* of the trial */
    struct buf said;       /* of the trial, what stderr had */
    char client[8];        /* lxc or incus, once the trial has said which */
    uv_timer_t limit;      /* of the trial: an LXD that hangs says nothing */
};

#define MARK "kwiz-lxd" /* what is printed from here on is the answer */
#define NO_LXD "kwiz-no-lxd"

/* $t: the client, $s: what makes us one whom its server listens to: root, who may write to its socket, or sudo without a password. It is the client whose
 * server is here, LXD's before that of Incus, else one that is here; the same as lxd_find in facts and in spells. Ubuntu's lxd-installer has a command lxc
 * that would install the snap: it is passed by. Snaps are in no login shell's PATH. As one line without a quote, backslash or exclamation mark before a
 * word: login shells are csh and fish, too. */
#define CLIENT                                                                                                         \
    "PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin; t=; d=-; "                                                       \
    "for i in lxc:/var/lib/lxd lxc:/var/snap/lxd/common/lxd incus:/var/lib/incus lxc:- incus:-; do "                      \
    "c=${i%%%%:*}; d=${i#*:}; [ $d = - ] || [ -d $d ] || continue; "                                                      \
    "if [ $c = lxc ] && [ -e /run/lxd-installer.socket ]; then [ -e /snap/bin/lxc ] || continue; fi; "                    \
    "t=$(command -v $c) && break; done; "                                                                                \
    "[ -n \"$t\" ] || { echo " NO_LXD "; exit 1; }; s=\"sudo -n\"; [ \"$(id -u)\" != 0 ] || s=; [ -w $d/unix.socket ] && s=; "

static void add_quoted(struct buf *out, const char *text)
{
    buf_adds(out, "'");
    for (const char *p = text; *p; p++) {
        if (*p == '\'')
            buf_adds(out, "'\\''");
        else
            buf_add(out, p, 1);
    }
    buf_adds(out, "'");
}

char *lxd_command(const char *container, const char *command, bool with_terminal)
{
    struct buf out;
    buf_init(&out, QUOTED_MAX_BYTES);
    buf_addf(&out, "exec sh -c '" CLIENT "exec $s $t exec \"$0\" %s -- sh -c \"$1\"' %s ", with_terminal ? "-t" : "-T", container);
    add_quoted(&out, command);
    return buf_take(&out);
}

/* ---- is it there, and does it run ---- */

/* The last line, as start-up files of login shells print, too, on both outputs. The line's end is cut off. */
static const char *last_line(struct buf *buf)
{
    char *text = buf->data;
    size_t len = text ? strlen(text) : 0;
    while (len && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        text[--len] = '\0';
    const char *newline = len ? strrchr(text, '\n') : NULL;
    return newline ? newline + 1 : len ? text : "";
}

/* What came after the mark and the client's name; what came before is of the login shell's start-up files. NULL: nothing did. */
static const char *answer_of(struct lxd *lxd)
{
    const char *text = buf_text(&lxd->answer), *mark = strstr(text, MARK "\n");
    if (!mark)
        return strstr(text, NO_LXD "\n") ? NO_LXD : "";
    buf_eat(&lxd->answer, (size_t)(mark - text) + strlen(MARK "\n"));
    size_t len = strcspn(buf_text(&lxd->answer), "\n");
    if (len < sizeof lxd->client)
        snprintf(lxd->client, sizeof lxd->client, "%.*s", (int)len, buf_text(&lxd->answer));
    buf_eat(&lxd->answer, buf_text(&lxd->answer)[len] ? len + 1 : len);
    return last_line(&lxd->answer);
}

/* The answer of `lxc list`, when all is well, is one word. Trial and outer connection end before the user is told: it may free us. */
static void judge(struct lxd *lxd, int exit_status)
{
    const char *word = answer_of(lxd), *name = lxd->base.host.name, *on = lxd->base.host.outer->name;
    if (!exit_status && strcmp(word, "RUNNING") == 0) {
        transport_tell_up(&lxd->base);
        return;
    }
    char *detail;
    enum transport_fault fault = FAULT_CONTAINER;
    if (!exit_status && !*word) {
        detail = mem_printf(_("there is no container %s on %s; kwiz run makes it"), name, on);
    } else if (!exit_status) {
        fault = FAULT_CONTAINER_DOWN;
        detail = mem_printf(_("the container %s on %s does not run (%.32s); %s start %s starts it"), name, on, word, lxd->client, name);
    } else if (strcmp(word, NO_LXD) == 0) {
        detail = mem_printf(_("there is neither LXD nor Incus on %s"), on);
    } else {
        struct buf shown;
        buf_init(&shown, ANSWER_MAX_BYTES);
        const char *said = last_line(&lxd->said);
        utf8_printable(said, strlen(said), &shown);
        detail = mem_printf(_("LXD on %s does not answer us (root, a member of its group, or sudo without a password is needed): %s"), on,
                            shown.len ? buf_text(&shown) : _("it printed nothing"));
        buf_done(&shown);
    }
    transport_free(&lxd->outer);
    transport_tell_down(&lxd->base, fault, detail);
    free(detail);
}

static void trial_data(void *context, const void *bytes, size_t len, bool is_error)
{
    struct lxd *lxd = context;
    buf_add(is_error ? &lxd->said : &lxd->answer, bytes, len);
}

static void trial_closed(void *context, int exit_status, const char *signal)
{
    struct lxd *lxd = context;
    (void)signal;
    uv_timer_stop(&lxd->limit);
    channel_free(&lxd->trial);
    judge(lxd, exit_status);
}

static void trial_late(uv_timer_t *timer)
{
    struct lxd *lxd = timer->data;
    char *detail = mem_printf(_("LXD on %s has not answered within %u s"), lxd->base.host.outer->name,
                              (unsigned)((lxd->base.pool->options.stage_limit_ms + 999) / 1000));
    channel_free(&lxd->trial);
    transport_free(&lxd->outer);
    transport_tell_down(&lxd->base, FAULT_CONTAINER_DOWN, detail);
    free(detail);
}

static void outer_up(void *context)
{
    static const struct channel_events events = {.data = trial_data, .closed = trial_closed};
    struct lxd *lxd = context;
    transport_tell_stage(&lxd->base, _("looking for the container on %s"), lxd->base.host.outer->name);
    char *command = mem_printf("exec sh -c '" CLIENT "echo " MARK "; echo $c; exec $s $t list \"^$0$\" -c s --format csv' %s", lxd->base.host.name);
    lxd->trial = transport_exec(lxd->outer, command, false, &events, lxd);
    channel_write_end(lxd->trial);
    uv_timer_start(&lxd->limit, trial_late, lxd->base.pool->options.stage_limit_ms, 0);
    free(command);
}

/* ---- what the way there has to say is ours ---- */

static void answered(void *context, bool is_refused, const struct secret *secret)
{
    struct lxd *lxd = context;
    if (is_refused)
        transport_refuse(lxd->outer);
    else
        transport_answer(lxd->outer, secret);
}

static void outer_asks(void *context, const struct transport_ask *ask)
{
    struct lxd *lxd = context;
    if (!transport_ask(&lxd->base, ask, answered, lxd))
        transport_refuse(lxd->outer);
}

static void outer_stage(void *context, const char *text)
{
    struct lxd *lxd = context;
    transport_clock_wait(&lxd->base, false);
    transport_tell_stage(&lxd->base, "%s: %s", lxd->base.host.outer->name, text);
}

static void outer_down(void *context, enum transport_fault fault, const char *detail)
{
    struct lxd *lxd = context;
    char *text = mem_printf("%s: %s", lxd->base.host.outer->name, detail);
    uv_timer_stop(&lxd->limit);
    channel_free(&lxd->trial);
    transport_tell_down(&lxd->base, fault, text);
    free(text);
}

static struct channel *lxd_exec(struct transport *transport, const char *command, bool with_terminal, const struct channel_events *events,
                                void *context)
{
    struct lxd *lxd = (struct lxd *)transport;
    char *whole = lxd_command(transport->host.name, command, with_terminal);
    struct channel *channel = transport_exec(lxd->outer, whole, with_terminal, events, context);
    free(whole);
    return channel;
}

static void limit_closed(uv_handle_t *handle)
{
    struct lxd *lxd = handle->data;
    struct transport_pool *pool = lxd->base.pool;
    buf_done(&lxd->answer);
    buf_done(&lxd->said);
    transport_done(&lxd->base);
    free(lxd);
    pool_release(pool);
}

static void lxd_free(struct transport *transport)
{
    struct lxd *lxd = (struct lxd *)transport;
    channel_free(&lxd->trial);
    transport_free(&lxd->outer);
    uv_close((uv_handle_t *)&lxd->limit, limit_closed);
}

struct transport *lxd_new(struct transport_pool *pool, const struct host *host, const struct ssh_defaults *defaults,
                          const struct transport_events *events, void *context)
{
    static const struct transport_ops ops = {.exec = lxd_exec, .free = lxd_free};
    static const struct transport_events outer_events = {.up = outer_up, .ask = outer_asks, .stage = outer_stage, .down = outer_down};
    struct lxd *lxd = mem_new(1, sizeof *lxd);
    pool_hold(pool);
    transport_init(&lxd->base, &ops, pool, host, NULL, events, context);
    transport_clock_start(&lxd->base);
    buf_init(&lxd->answer, ANSWER_MAX_BYTES);
    buf_init(&lxd->said, ANSWER_MAX_BYTES);
    uv_timer_init(pool->loop, &lxd->limit);
    lxd->limit.data = lxd;
    lxd->outer = transport_connect(pool, host->outer, defaults, &outer_events, lxd);
    return &lxd->base;
}
