/* Takes known secrets out of a stream of bytes, across the borders of chunks.
 *
 * Every byte of a secret becomes '*', so the stream keeps its length: byte N of the local log is byte N of the log on the host, and after a
 * crash the size of the local file says where to go on. What is given away is the length of the secret; a record kept apart of how
 * offsets differ could itself be lost in a crash, and bytes with it.
 */
#ifndef KWIZ_ENGINE_MASK_H
#define KWIZ_ENGINE_MASK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/secret.h"

/* Secrets shorter than this are not looked for: they would blot out ordinary text. */
#define MASK_SECRET_MIN 4

/* The secrets of a run. Each line of a secret with several lines (keys, kubeconfigs) counts as one, as output may quote it so. */
struct mask_set;
struct mask_set *mask_set_new(void);
/* Copies. Streams made before see it from their next bytes on. */
void mask_set_add(struct mask_set *set, const struct secret *secret);
void mask_set_free(struct mask_set **set);

/* What a stream that waits for a secret holds at most, in bytes. */
#define MASK_WAIT_MAX ((size_t)1 << 20)

/* One stream. set must outlive it. */
struct mask {
    const struct mask_set *set;
    bool is_waiting;
    struct buf held; /* bytes, as they came, that may be the beginning of a secret */
    size_t covered;  /* so many of them, from the front, belong to a secret that began before them */
};
void mask_init(struct mask *mask, const struct mask_set *set);
/* Append to out what is sure of the stream so far. out's cap must have room for len + the longest secret. */
void mask_feed(struct mask *mask, const void *bytes, size_t len, struct buf *out);
/* From here on nothing is given out, as a secret that may be in it is still on its way. Beyond MASK_WAIT_MAX all is given out blotted. */
void mask_wait(struct mask *mask);
/* The waiting is over. What was held is given out as usual if the secret is in the set now (has_come), else blotted: all '*' but newlines. */
void mask_go_on(struct mask *mask, bool has_come, struct buf *out);
/* The stream is over, or paused for long: give out what was held (it was no secret). */
void mask_flush(struct mask *mask, struct buf *out);
void mask_done(struct mask *mask);
/* Mask all of a text in place. */
void mask_text(const struct mask_set *set, char *text, size_t len);

#endif
