/* Key files: read and decrypted once for all hosts, on a worker thread. For the files of this folder only. */
#ifndef KWIZ_TRANSPORT_KEYS_H
#define KWIZ_TRANSPORT_KEYS_H

#include <libssh/libssh.h>

#include "transport/pool.h"

enum key_state {
    KEY_UNREAD,
    KEY_BUSY,   /* a worker has it */
    KEY_LOCKED, /* needs a passphrase */
    KEY_READY,
    KEY_BAD, /* see problem */
};

struct key_wait {
    TAILQ_ENTRY(key_wait) link;
    struct key_file *file;          /* NULL when not waiting */
    struct transport *transport;    /* who may be asked for the passphrase */
    unsigned serial;                /* its */
    void (*changed)(void *context); /* call key_read or key_unlock again; only takes note */
    void *context;
};
TAILQ_HEAD(key_waits, key_wait);

struct key_file {
    TAILQ_ENTRY(key_file) link;
    struct transport_pool *pool;
    char *path;
    enum key_state state;
    bool is_missing;     /* KEY_BAD because there is no such file */
    char *problem;       /* why it is KEY_BAD, or the last passphrase was of no use */
    ssh_key private_key; /* when KEY_READY */
    ssh_key public_key;  /* may be there while the private one is locked; NULL when unknown */
    struct key_waits waits;
    struct key_wait *asked; /* who was asked for the passphrase, one of waits */
    unsigned attempts;
    unsigned refused_serial; /* connections up to this one have had their answer: no */
    struct secret *passphrase;
    uv_work_t work;
    bool is_locked_for_work;
};

/* The file of that path, the same for all. */
struct key_file *key_get(struct transport_pool *pool, const char *path);
/* Read it if nobody has. KEY_BUSY: wait->changed will be called. */
enum key_state key_read(struct key_file *file, struct key_wait *wait);
/* Have it decrypted; the operator is asked through one of those who wait. KEY_BUSY: changed will be called.
 * KEY_LOCKED: it stays so, the passphrase was refused; problem says it. */
enum key_state key_unlock(struct key_file *file, struct key_wait *wait);
/* Do not wait any more. Does nothing when not waiting. */
void key_wait_cancel(struct key_wait *wait);
/* The one who was asked did not answer in time. */
void key_wait_late(struct key_wait *wait);

void keys_free_all(struct transport_pool *pool);

#endif
