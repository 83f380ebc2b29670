/* The engine: what to do next in a run, as a function of what happened. It performs nothing, reads no clock and cannot fail; the same
 * events at the same times give the same effects, which is what resuming after a crash rests on. */
#ifndef KWIZ_ENGINE_ENGINE_H
#define KWIZ_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/effect.h"
#include "engine/event.h"
#include "model/run.h"

#define ENGINE_PARALLEL_DEFAULT 50

/* Limits of doc/step-protocol.md. */
#define ENGINE_ACCEPT_LIMIT_MS 5000u    /* from sending to `accepted` */
#define ENGINE_SENT_LIMIT_MS 60000u     /* from EFFECT_SEND to EVENT_SENT */
#define ENGINE_ACCEPT_TRIES 3u
#define ENGINE_AUDIT_MS 15000u
#define ENGINE_MARGIN_MS 600000u        /* beyond the step's own timeout, before kwiz acts itself; also how long an idle host may be lost */
#define ENGINE_REBOOT_LIMIT_MS 600000u
#define ENGINE_BACKOFF_MAX_MS 30000u
#define ENGINE_REPLAY_LIMIT_MS 30000u   /* from attaching to the last record there was */
#define ENGINE_START_LIMIT_MS 30000u    /* from `accepted` to `start` */
#define ENGINE_FETCH_LIMIT_MS 30000u    /* from asking for a secret to the answer; asked ENGINE_FETCH_TRIES times */
#define ENGINE_FETCH_TRIES 3u
#define ENGINE_ABORT_LIMIT_MS 30000u    /* from asking to `end`; asked ENGINE_ABORT_TRIES times */
#define ENGINE_ABORT_TRIES 3u
#define ENGINE_BYE_LIMIT_MS 10000u
#define ENGINE_RERUN_MAX 3u             /* reruns by itself of a step that keeps being interrupted */

struct engine_options {
    unsigned parallel; /* running tasks at once, 0 = default */
    uint64_t seed;     /* of jitter; the journal keeps it */
};

struct engine;

/* plan must outlive the engine. */
struct engine *engine_new(const struct plan *plan, const struct engine_options *options);
void engine_free(struct engine **engine);
/* Something happened at now_ms (milliseconds since 1970; a clock that goes back counts as standing still). What follows is valid until
 * the next call. Events that make no sense are ignored (no effects). */
const struct effects *engine_step(struct engine *engine, const struct event *event, uint64_t now_ms);
/* What front ends show. Lives as long as the engine. */
const struct run *engine_run(const struct engine *engine);
/* Which task and host request id is for. false: never given out. Either pointer may be NULL. */
bool engine_request(const struct engine *engine, uint64_t id, size_t *task, size_t *host);
/* Which task mints the secret `key` that reader's step reads, or NO_TASK (then it is one of the answers'). At EFFECT_SEND of the reader the
 * runner has its value, for EVENT_SECRET said so. */
size_t engine_provider(const struct engine *engine, size_t reader, const char *key);
/* Has the secret that the task published been asked for, and not come yet? */
bool engine_is_fetching(const struct engine *engine, size_t task, const char *key);
/* The boot that the host's newest hello named (the bootstrap's SEEN_BOOT); its id is "" if there was none. */
const struct boot *engine_boot(const struct engine *engine, size_t host);
/* Of an ended run (or of one that is ended now): 0 all done, 8 this machine failed, 130 interrupted, 7 another kwiz holds a host, 6 a
 * host was not reached and no step had started there, else 1. */
int engine_exit_status(const struct engine *engine);
/* A digest of all that decides what comes next; equal after the same events. For tests and the check of a replay. */
uint64_t engine_hash(const struct engine *engine);

#endif
