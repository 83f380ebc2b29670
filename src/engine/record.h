/* The control records of a request, as proto.c reads them and the engine believes them (doc/step-protocol.md). Plain data. */
#ifndef KWIZ_ENGINE_RECORD_H
#define KWIZ_ENGINE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#define BOOT_ID_MAX 40
#define MOUNT_MAX 256

/* One boot of a host. Both parts count: namespaces and containers share the first. */
struct boot {
    char id[BOOT_ID_MAX]; /* "" = unknown */
    uint64_t start;       /* of process 1, in clock ticks since the machine's boot */
};
bool boot_is_same(const struct boot *a, const struct boot *b);

enum record_kind {
    RECORD_ACCEPTED,
    RECORD_START,
    RECORD_END,
    RECORD_INTERRUPTED,
    RECORD_TRUNCATED,
    RECORD_LEFTOVER,
    RECORD_FULL,
};
#define RECORD_KIND_COUNT 7

/* HOW of an `end` record. */
enum record_how {
    HOW_EXIT,
    HOW_UNCHANGED,
    HOW_TODO,
    HOW_CHECK_FAILED,
    HOW_TIMEOUT,
    HOW_ABORTED,
    HOW_REBOOT,
    HOW_ERROR,
};
#define RECORD_HOW_COUNT 8

/* WHY of an `interrupted` record. */
enum record_why { WHY_BOOT, WHY_KILLED };
#define RECORD_WHY_COUNT 2

struct record {
    enum record_kind kind;
    uint64_t id;       /* the request; 0 for RECORD_FULL */
    uint64_t offset;   /* its first byte in D/control */
    uint64_t next;     /* the byte behind it: where the next record begins */
    uint64_t time_s;   /* by the host's clock */
    struct boot boot;  /* start */
    uint64_t pid, pid_start; /* start */
    int status;        /* end */
    enum record_how how; /* end */
    uint64_t log_bytes, rec_bytes; /* end: lengths of the streams */
    enum record_why why; /* interrupted */
    uint64_t count;    /* leftover: processes; truncated: the cap in bytes */
    char mount[MOUNT_MAX]; /* full; printable */
};

/* The protocol's words. */
const char *record_kind_name(enum record_kind kind);
const char *record_how_name(enum record_how how);
const char *record_why_name(enum record_why why);
/* The value of a word, or -1. */
int record_kind_find(const char *name);
int record_how_find(const char *name);
int record_why_find(const char *name);

#endif
