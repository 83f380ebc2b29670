/* What the host sends on an attachment, read (doc/step-protocol.md, "Host to kwiz"). Pure: bytes in, calls out. The peer is hostile:
 * whatever it sends, memory stays below a fixed bound and the first thing that can't be read ends the parser.
 *
 * It begins behind the loader's `KWIZ-READY` line and the bootstrap; those are session.c's. */
#ifndef KWIZ_ENGINE_PROTO_H
#define KWIZ_ENGINE_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/secret.h"
#include "engine/record.h"

#define PROTO_LINE_MAX 4096         /* bytes of a line without its newline */
#define PROTO_SECRET_MAX (64 * 1024)
#define PROTO_NAME_MAX 100          /* NAME, KEY */
#define PROTO_VERSION 1

struct proto_hello {
    uint64_t epoch;
    struct boot boot;
    bool is_found;           /* the supervisor lived already */
    uint64_t uid;
    uint64_t control_length; /* bytes of D/control when it was sent */
};

/* Any of them may be NULL. Pointers are valid during the call. A handler may call proto_stop, but not free or feed the parser. */
struct proto_handlers {
    void (*hello)(void *context, const struct proto_hello *hello);
    /* Another run lives on this host. Texts are printable. */
    void (*refused)(void *context, const char *run, const char *holder, uint64_t since_s);
    void (*record)(void *context, const struct record *record);
    /* len bytes of request id's log that begin at offset; a frame comes in as many calls as it arrived in. len > 0. */
    void (*log)(void *context, uint64_t id, uint64_t offset, const void *bytes, size_t len);
    void (*rec)(void *context, uint64_t id, uint64_t offset, const void *bytes, size_t len);
    /* The answer to `secret KEY`; NULL = it is gone. The parser zeroes its copy afterwards. */
    void (*secret)(void *context, const char *key, const struct secret *secret);
    /* The host could not read a frame of ours; text is printable. */
    void (*bad)(void *context, const char *text);
    void (*bye)(void *context);
    /* Something the host wants known (`noise`), for diagnosis; text is printable. */
    void (*noise)(void *context, const char *text);
};

struct proto; /* the parser; about 5 KiB, and up to PROTO_SECRET_MAX while a secret arrives */

struct proto *proto_new(void);
void proto_free(struct proto **proto);
/* Read on. Any cutting of the stream into calls gives the same handler calls but for the cutting of log and rec. Returns false after a
 * malformed frame (ERR_PROTOCOL; the text quotes at most 200 bytes, printable) and ever after (err then says so again), and after
 * proto_stop (err untouched). Frames before the malformed one have been handed on. */
bool proto_feed(struct proto *proto, const void *bytes, size_t len, const struct proto_handlers *handlers, void *context,
                struct err *err);
/* Called from a handler (or between feeds): read nothing more; the current proto_feed returns false. */
void proto_stop(struct proto *proto);
/* Is the stream between two frames? What the peer left half-said when it closed is false here. */
bool proto_is_idle(const struct proto *proto);

/* Is it a name as in `put NAME`: [A-Za-z0-9_.-]{1,100}, not beginning with a dot? */
bool proto_name_is_valid(const char *name);
/* Bytes made printable and put between quotation marks, cut to 200 bytes with "..."; NUL-terminated in out. For messages. */
void proto_quote(const void *bytes, size_t len, char *out, size_t out_size);

#endif
