/* What kwiz sends to a host, written (doc/step-protocol.md, "kwiz to host"). Each appends a whole frame to out, or nothing and returns
 * false with ERR_INVALID: a name that isn't one, a value too large, out's cap met. Names are checked, values travel by length and are
 * never evaluated. */
#ifndef KWIZ_ENGINE_FRAME_H
#define KWIZ_ENGINE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define FRAME_VALUE_MAX (64 * 1024) /* bytes of a variable */
#define FRAME_TEXT_MAX 4096 /* bytes; a shell reads them one by one, which takes as long as a process for a longer file */
#define FRAME_FOLLOW_NONE 999999999999999u /* as LOG and REC: beyond the end of any stream */

enum request_mode { MODE_STEP, MODE_CHECK };
const char *request_mode_name(enum request_mode mode);
/* The value of a word, or -1. */
int request_mode_find(const char *name);

struct frame_run {
    uint64_t id;
    enum request_mode mode;
    const char *script, *check, *vars; /* names that were put; NULL = none */
    uint64_t timeout_s;                /* > 0 */
    bool becomes_root;
};

bool frame_from(struct buf *out, uint64_t control_offset, struct err *err);
bool frame_follow(struct buf *out, uint64_t id, uint64_t log_bytes, uint64_t rec_bytes, struct err *err);
bool frame_go(struct buf *out, struct err *err);
/* Only the line; exactly `length` bytes must be written behind it. For secrets and large values. */
bool frame_put_head(struct buf *out, const char *name, size_t length, struct err *err);
/* As `text` where the host's shell can read it by itself, else as `put`. Not for secrets. */
bool frame_put(struct buf *out, const char *name, const void *bytes, size_t length, struct err *err);
bool frame_run(struct buf *out, const struct frame_run *run, struct err *err);
bool frame_audit(struct buf *out, struct err *err);
bool frame_secret(struct buf *out, const char *key, struct err *err);
bool frame_drop(struct buf *out, uint64_t id, struct err *err);
bool frame_quit(struct buf *out, bool is_clear, struct err *err);
/* One variable of a VARS file: `NAME LENGTH\n` + bytes + `\n`. NAME is [A-Za-z_][A-Za-z0-9_]{0,99}. Not a frame: to be put. */
bool frame_variable(struct buf *out, const char *name, const void *value, size_t length, struct err *err);

#endif
