/* Where a command that contacts hosts works: the event loop, the ways to the hosts, and the operator who answers their questions. What the check
 * before a run found open and was told is there for the run. */
#ifndef KWIZ_CLI_DESK_H
#define KWIZ_CLI_DESK_H

#include <stdbool.h>

#include <uv.h>

#include "cli/questions.h"
#include "cli/vault.h"
#include "engine/contacts.h"
#include "model/plan.h"

struct desk {
    uv_loop_t loop;
    struct contacts *contacts;
    struct questions *questions;
    uv_signal_t signals[3];
    bool is_open, is_lent; /* is_lent: contacts belong to someone else */
    bool is_interrupted;   /* ^C, SIGTERM or SIGHUP came */
    bool ignores_sigint;   /* it is meant for a program that has the terminal */
};

struct desk_options {
    const struct plan *plan;         /* whose hosts are reached */
    const struct ssh_defaults *ssh;
    struct vault *vault;             /* must outlive the desk */
    bool accepts_new_host_keys;
    bool can_ask;                    /* and there is a terminal */
};

/* ERR_LOCAL. Environment: KWIZ_SSH_CONFIG, KWIZ_KNOWN_HOSTS, SSH_AUTH_SOCK. The desk must stay where it is until desk_close. */
bool desk_open(struct desk *desk, const struct desk_options *options, struct err *err);
/* The same without any contacts so far: the loop, signals, and questions. */
bool desk_open_empty(struct desk *desk, struct err *err);
/* Contacts that belong to someone else and outlive the desk's use of them; from now on their hosts' questions are put here. */
void desk_borrow(struct desk *desk, struct contacts *contacts);
/* How hosts are reached, from the environment. */
struct transport_options desk_transport(uv_loop_t *loop, bool accepts_new_host_keys);
/* Ask on the terminal, with the connections looked after meanwhile; yes = something that begins with y. No answer in time is none. */
bool desk_confirm(struct desk *desk, const char *text);
/* Does nothing for a desk that was not opened. */
void desk_close(struct desk *desk);

#endif
