/* Starting a program on a host as root: by the login shell, or by sudo with what password and terminal it wants (doc/step-protocol.md, "Getting
 * in"). `sudo -n` comes first, then sudo with a password, which is given only after sudo was seen to ask, and never twice; a terminal comes last. What
 * the program reads and prints is its user's business from the ready line (BOOTSTRAP_READY) on.
 */
#ifndef KWIZ_ENGINE_BECOME_H
#define KWIZ_ENGINE_BECOME_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "base/buf.h"
#include "base/secret.h"
#include "transport/transport.h"

#define BECOME_ASK_LIMIT_MS 600000u /* for an answer: an operator may be away from the desk, but not for ever */

struct become;

/* How it is started; sudo needs up to three tries. */
enum become_way {
    BECOME_PLAIN,    /* as the login user */
    BECOME_SUDO,     /* root already, or sudo that asks for nothing */
    BECOME_PASSWORD, /* sudo that reads a password */
    BECOME_TERMINAL, /* the same, with a terminal */
};

/* Called on the loop's thread. become_free is allowed in each; after failed it is all that is allowed. */
struct become_events {
    void (*stage)(void *context, const char *text); /* may be NULL */
    /* ASK_PASSWORD with text "sudo": answer with become_answer, perhaps from within. NULL: no password is known but the one of the options. */
    void (*ask)(void *context, const struct transport_ask *ask);
    /* The program runs, and has printed its ready line; rest: what it printed behind it. The channel is the user's from now on (free it first), and
     * its events go to `channel` with the same context. */
    void (*ready)(void *context, struct channel *channel, const void *rest, size_t len);
    const struct channel_events *channel;
    /* fault: "sudo" or "shell"; detail: what the host said, printable. Does not come when the connection is lost: that is told elsewhere. */
    void (*failed)(void *context, const char *fault, const char *detail, bool is_passing);
};

struct become_options {
    struct transport *transport;   /* up; must outlive */
    const char *host;              /* its name, for questions; must outlive */
    const char *program;           /* one line without quotes of the outer shell's; must outlive; NULL = the loader */
    enum become_way way;           /* the first to be tried */
    const struct secret *password; /* copied; NULL = not known. For the ways that want one */
    unsigned limit_ms;             /* of each try, 0 = 30 000; an answer to a question has BECOME_ASK_LIMIT_MS */
};

struct become *become_start(uv_loop_t *loop, const struct become_options *options, const struct become_events *events, void *context);
/* To the pending ask; NULL: there is none. */
void become_answer(struct become *become, const struct secret *password);
/* The way that worked, or is being tried; and the password that goes with it (belongs to become; NULL = none). */
enum become_way become_way(const struct become *become);
const struct secret *become_password(const struct become *become);
/* Did sudo take a password to start the program, or before it said that it does not let this user? */
bool become_has_used_password(const struct become *become);
/* Another channel in the way that worked: the command for it (malloc'd), and whether what it printed asks for the password. */
char *become_command(const struct become *become);
bool become_is_asked(const struct become *become, const struct buf *seen);
void become_free(struct become **become);

/* Where the bytes behind the ready line begin, or 0. */
size_t become_find_ready(const struct buf *seen);
/* The last lines of what a host complained of, printable, for a message. */
void become_quote(const struct buf *noise, char *out, size_t out_size);

#endif
