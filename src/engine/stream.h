/* What comes in of one request: its log, masked, into a local file, and its record stream, read. Private to the runner. */
#ifndef KWIZ_ENGINE_STREAM_H
#define KWIZ_ENGINE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/strv.h"
#include "engine/mask.h"
#include "engine/recstream.h"

struct stream {
    struct stream *next;
    uint64_t id;
    size_t task;
    char *path;      /* owned: the local log */
    int fd;          /* -1 until something came */
    uint64_t got;    /* bytes of the host's log that are here, those held by the mask included */
    struct mask mask;
    struct strv awaited; /* secrets that the step published and that are being fetched: it may have printed them */
    struct recstream *rec;
    bool has_end, is_complete;
    uint64_t end_log, end_rec;
    uint64_t shown_ms; /* when EVENT_OUTPUT was sent last */
    uint64_t moved_ms; /* when bytes came last, or `end`: what then stays behind for long has got stuck */
};

/* path is taken over. What the file holds already counts as got. */
struct stream *stream_new(uint64_t id, size_t task, char *path, const struct mask_set *secrets);
/* Take bytes that begin at offset: what is known already is left out. What can be shown is appended to out, as it was written to the file.
 * ERR_PROTOCOL for a gap, ERR_LOCAL when the file can't be written. */
bool stream_log(struct stream *stream, uint64_t offset, const void *bytes, size_t len, struct buf *out, struct err *err);
/* Take bytes of the record stream that begin at offset; item is called for each item. ERR_PROTOCOL for a gap. */
bool stream_rec(struct stream *stream, uint64_t offset, const void *bytes, size_t len,
                void (*item)(void *context, const struct rec_item *item), void *context, struct err *err);
/* What the step prints from here on may hold the secret, which is not known yet: nothing of it is given out before stream_go_on. */
void stream_await(struct stream *stream, const char *key);
/* A secret has come, and the mask knows it. */
void stream_arrived(struct stream *stream, const char *key);
/* What is still awaited will not come. What was held goes to the file and is appended to out: masked if all has come, else blotted. */
void stream_go_on(struct stream *stream, struct buf *out, struct err *err);
/* Is all here that `end` named, and nothing held for a secret? Says so once. Flushes what the mask held (appended to out). */
bool stream_completes(struct stream *stream, struct buf *out, struct err *err);
void stream_free(struct stream **stream);

#endif
