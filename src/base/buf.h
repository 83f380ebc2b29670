/* A byte buffer that grows up to a cap, and can be eaten from the front. Zero-initialised is empty with no cap set: use buf_init. */
#ifndef KWIZ_BASE_BUF_H
#define KWIZ_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data;    /* owned; data[0..len) are the bytes, always followed by a NUL that does not count; NULL when never written */
    size_t len;    /* bytes */
    size_t max;    /* cap in bytes */
    size_t offset; /* private: eaten bytes before data */
    size_t room;   /* private */
};

void buf_init(struct buf *buf, size_t max_bytes);
/* Append. false (and nothing appended) when the cap would be passed. bytes may not point into buf. */
bool buf_add(struct buf *buf, const void *bytes, size_t len);
bool buf_adds(struct buf *buf, const char *text);
bool buf_addf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Drop the first n bytes (n <= len). */
void buf_eat(struct buf *buf, size_t n);
void buf_clear(struct buf *buf);
/* The text, NUL-terminated, never NULL; valid until the next change. */
const char *buf_text(const struct buf *buf);
/* Hand the bytes over as a malloc'd NUL-terminated string; the buffer is empty afterwards. */
char *buf_take(struct buf *buf);
/* Overwrite the bytes with zeros before freeing: for what may hold secrets. */
void buf_wipe(struct buf *buf);
void buf_done(struct buf *buf);

#endif
