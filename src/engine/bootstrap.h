/* What is sent to a host before frames: the loader's command line, and the program that the loader reads and runs. The host's side itself
 * stands in src/engine/host/ and is built into kwiz. */
#ifndef KWIZ_ENGINE_BOOTSTRAP_H
#define KWIZ_ENGINE_BOOTSTRAP_H

#include <stdbool.h>
#include <stdint.h>

#include "transport/transport.h"

struct bootstrap {
    const char *run;           /* [a-z0-9-]{1,40} */
    const char *host;          /* the host's name in the run */
    const char *operator_name; /* shown to others; made safe here */
    bool take_over;
    const char *seen_boot;     /* "BOOT_ID BOOT_START" of the last hello, from safe characters; NULL = none. After another boot all records are told again */
};

#define BOOTSTRAP_MAX_BYTES ((size_t)512 * 1024)
#define BOOTSTRAP_READY "KWIZ-READY 1"

enum loader_way {
    LOADER_PLAIN,     /* as the login user */
    LOADER_SUDO,      /* root already, or sudo without a password */
    LOADER_SUDO_ASKS, /* sudo that reads a password after printing the nonce */
};

/* The command for an exec channel: one line, the same to sh, csh and fish, no secrets. malloc'd. nonce: [A-Za-z0-9]+, for LOADER_SUDO_ASKS. program: what
 * is started instead of the loader (NULL), with neither quote, backslash nor exclamation mark of the outer shell's. */
char *bootstrap_command(enum loader_way way, const char *nonce, const char *program);
/* Writes `LENGTH\n` and the bootstrap that attaches. */
void bootstrap_attach(const struct bootstrap *bootstrap, struct channel *channel);
/* Writes `LENGTH\n` and the bootstrap that aborts request id. */
void bootstrap_abort(const struct bootstrap *bootstrap, uint64_t id, struct channel *channel);

#endif
