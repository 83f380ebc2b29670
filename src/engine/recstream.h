/* The record stream of a request (descriptor 3 of a step), read. Pure; hostile input; memory below 70 KiB. It is advice, not control:
 * what can't be read is dropped and counted, and beyond 1 MiB nothing is read at all. Reading the same stream again from byte 0 gives
 * the same items, and the engine takes them twice without harm. */
#ifndef KWIZ_ENGINE_RECSTREAM_H
#define KWIZ_ENGINE_RECSTREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECSTREAM_MAX_BYTES (1024 * 1024)
#define RECSTREAM_VALUE_MAX (64 * 1024)
#define RECSTREAM_LINE_MAX 4096

enum rec_kind { REC_PROGRESS, REC_RESULT, REC_SECRET, REC_WARN, REC_FAIL, REC_HINT, REC_UNCHANGED, REC_REBOOT };
#define REC_KIND_COUNT 8

struct rec_item {
    enum rec_kind kind;
    int percent;       /* progress: 0-100, -1 = unknown */
    const char *text;  /* progress, warn, fail, hint: printable; else "" */
    const char *key;   /* result, secret: a valid name; else "" */
    const char *value; /* result: valid UTF-8 without NUL, NUL-terminated, at most RECSTREAM_VALUE_MAX bytes; else "" */
};

struct recstream;

struct recstream *recstream_new(void);
void recstream_free(struct recstream **stream);
/* Read on; item is called for each item, its pointers valid during the call. Anything goes; nothing fails. */
void recstream_feed(struct recstream *stream, const void *bytes, size_t len,
                    void (*item)(void *context, const struct rec_item *item), void *context);
/* Bytes fed so far (what was beyond the cap included): the REC offset to follow from. */
uint64_t recstream_offset(const struct recstream *stream);
/* Lines and values dropped because they could not be read; what came beyond the cap counts as one. */
uint64_t recstream_dropped(const struct recstream *stream);

const char *rec_kind_name(enum rec_kind kind);
int rec_kind_find(const char *name);

#endif
