/* The run's journal: the events that matter, one JSON object a line, appended. Fed to a new engine they give the engine that was, which
 * is how a run is resumed. It holds no secrets (their values never reach the engine) and no output.
 *
 * First line: the header. Each other line: n (sequence number from 1), ms, the event, and the requests that the engine made of it; a replay
 * that makes other requests is refused, for then the journal was written by another engine. */
#ifndef KWIZ_ENGINE_JOURNAL_H
#define KWIZ_ENGINE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/effect.h"
#include "engine/engine.h"
#include "engine/event.h"

#define JOURNAL_VERSION 1
#define JOURNAL_LINE_MAX (1024 * 1024) /* bytes; a result of 64 KiB fits however it is escaped */

struct journal_header {
    char run[41];          /* the run's id */
    char plan_digest[80];  /* "sha256:..." of the plan's JSON form */
    char kwiz_version[32];
    uint64_t started_ms;
    struct engine_options options;
};

/* Where bytes go; for tests that let a disk fill. Each returns 0 or an errno. write writes all or fails. */
struct journal_sink {
    int (*write)(void *context, const void *bytes, size_t len);
    int (*sync)(void *context);
    void (*close)(void *context);
    void *context;
};

struct journal;

/* A new file (0600; it must not exist), header written and synced, the folder synced. NULL: ERR_LOCAL. */
struct journal *journal_create(const char *path, const struct journal_header *header, struct err *err);
/* The same into a sink (copied; closed by journal_close, also if this fails). */
struct journal *journal_create_sink(const struct journal_sink *sink, const struct journal_header *header, struct err *err);
/* Append the event and the requests (EFFECT_SEND, not again) among its effects. Not synced. false: ERR_LOCAL; the journal takes nothing
 * more after that, for what stands behind a torn line could not be read. */
bool journal_write(struct journal *journal, const struct event *event, uint64_t now_ms, const struct effects *effects, struct err *err);
/* On disk now. Does nothing if nothing was written since. false: ERR_LOCAL, and as above. */
bool journal_sync(struct journal *journal, struct err *err);
/* The same in three parts, for who lets a thread wait for the disk: begin and end in the loop, work in the thread, while the loop may go on
 * writing (what it writes needs the next sync). begin is false if there is nothing to do, or nothing can be done any more. work returns 0
 * or an errno, which end is given. */
bool journal_sync_begin(struct journal *journal);
int journal_sync_work(struct journal *journal);
bool journal_sync_end(struct journal *journal, int errnum, struct err *err);
/* Closes without sync. NULL is fine. */
void journal_close(struct journal **journal);

/* Reading, to resume. */
struct journal_reader;
/* Open and read the header. ERR_INVALID with file:line for what is not a journal, another version; ERR_LOCAL if it can't be read. */
struct journal_reader *journal_open(const char *path, struct journal_header *header, struct err *err);
/* Feed all events to the engine, which must be new and have the header's options; effects are ignored. A torn last line (no newline, or
 * not JSON) is left out and *torn_bytes says how long it was (0 = whole). ERR_INVALID with file:line:
 * unreadable lines before the last, gaps in the sequence, requests that differ. */
bool engine_replay(struct engine *engine, struct journal_reader *reader, size_t *torn_bytes, struct err *err);
/* After engine_replay: cut a torn line off, and append from here. The reader is freed, also on failure. NULL: ERR_LOCAL. */
struct journal *journal_append(struct journal_reader **reader, struct err *err);
void journal_reader_free(struct journal_reader **reader);

#endif
