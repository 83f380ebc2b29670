/* Authentication: an explicit ladder, one rung at a time: none, agent keys, key files, keyboard-interactive,
 * password - the last three in the order of PreferredAuthentications. For the files of this folder only.
 */
#ifndef KWIZ_TRANSPORT_AUTH_H
#define KWIZ_TRANSPORT_AUTH_H

#include "base/buf.h"
#include "base/secret.h"
#include "transport/agent.h"
#include "transport/keys.h"

struct ssh;

enum auth_method { METHOD_PUBLICKEY, METHOD_KEYBOARD, METHOD_PASSWORD, METHOD_COUNT };

enum auth_rung {
    RUNG_NONE,       /* also tells what the server offers */
    RUNG_CHOOSE,     /* the next method */
    RUNG_AGENT_LIST, /* waiting for the agent's list of keys */
    RUNG_AGENT_NEXT, /* the next key of the agent */
    RUNG_AGENT_TRY,
    RUNG_FILE_NEXT, /* the next key file */
    RUNG_FILE_READ,
    RUNG_FILE_PROBE, /* would the server take this public key? Then its passphrase is worth asking for */
    RUNG_FILE_UNLOCK,
    RUNG_FILE_SIGN,
    RUNG_KEYBOARD,
    RUNG_KEYBOARD_ASK,
    RUNG_PASSWORD_ASK,
    RUNG_PASSWORD,
};

struct auth {
    enum auth_rung rung;
    int offered; /* SSH_AUTH_METHOD_* of the server */
    enum auth_method order[METHOD_COUNT];
    unsigned methods, method; /* how many, and which comes next */
    struct strv files;        /* key files to try */
    size_t file;              /* index */
    struct key_wait key_wait;
    struct agent_use agent;
    size_t agent_key;     /* index into the agent's list */
    unsigned asked_times; /* for a password or to a prompt, in all */
    unsigned prompt;      /* index, of keyboard-interactive */
    bool is_asking, has_answer, is_refused;
    struct secret *answer;
    unsigned partials;
    bool is_dead;     /* the connection ended under a call */
    struct buf tried; /* "publickey ~/.ssh/id_ed25519: refused; ..." */
};

enum auth_outcome { AUTH_WAITS, AUTH_DONE, AUTH_FAILED };

void auth_init(struct ssh *ssh);
/* Go on as far as possible. AUTH_FAILED: ssh_fail has been called. */
enum auth_outcome auth_step(struct ssh *ssh);
/* The stage's time is up. true: what waited was given up, and the ladder goes on. */
bool auth_late(struct ssh *ssh);
/* The connection ended. Fails it, unless the call that is under way will see it and can say more. */
void auth_cut_off(struct ssh *ssh);
void auth_done(struct ssh *ssh);

#endif
