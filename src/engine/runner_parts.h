/* The runner's own structs, shared by its files (runner.c, link.c, request.c). Nobody else includes this. */
#ifndef KWIZ_ENGINE_RUNNER_PARTS_H
#define KWIZ_ENGINE_RUNNER_PARTS_H

#include "engine/engine.h"
#include "engine/journal.h"
#include "engine/outbox.h"
#include "engine/runner.h"
#include "engine/session.h"
#include "engine/stream.h"

/* One host's connection: the one that is, or the one that comes. */
struct link {
    struct runner *runner;
    size_t host;
    unsigned generation;
    struct session *session; /* NULL: none */
    uv_timer_t *delay;       /* of the next try; NULL until first used */
    struct strv put;         /* what this attachment has been given by name */
    bool has_vars;           /* common.vars, with so many results: */
    size_t vars_results;
    struct stream *streams;
    uint64_t *unsent;        /* requests that are on their way; owned */
    size_t unsent_count;
    char seen_boot[BOOT_ID_MAX + 24]; /* for the bootstrap, while the session lives */
    struct buf follows;      /* frames kept until EFFECT_GO says from where */
};

/* A secret that a step published. */
struct published {
    size_t task;
    char *key;
    struct secret *secret;
};

struct runner {
    struct runner_options options;
    struct engine *engine;
    struct journal *journal; /* the outbox's */
    struct outbox *outbox;
    char failure[ERR_TEXT_MAX]; /* of the journal or a log; "" = none */
    bool is_failure_told;
    uint64_t failed_id;
    struct link *links; /* one a host */
    uv_timer_t *wake, *watch;
    uv_prepare_t *before_poll;
    uv_check_t *after_poll;
    struct mask_set *masks;
    struct published *published;
    size_t published_count;
    bool is_resumable, has_ended, is_freed;
    struct buf scratch; /* output on its way to log and observer */
};

uint64_t runner_now_ms(void);
/* Hand an event to the engine and perform what it asks for. */
void runner_event(struct runner *runner, const struct event *event);
/* The journal or a log can't be written: the run comes to its end. id: the request that can't be sent for that; 0 = none. */
void runner_fail(struct runner *runner, const char *text, uint64_t id);
struct secret *runner_secret(struct runner *runner, const char *key);
void runner_publish(struct runner *runner, size_t task, const char *key, const struct secret *secret);
const struct secret *runner_find_published(const struct runner *runner, size_t task, const char *key);

/* link.c */
void link_connect(struct link *link, unsigned generation, uint64_t at_ms, uint64_t now_ms);
void link_drop(struct link *link);
void link_close(struct link *link);
/* Attach again if a stream has got stuck. To be called every few seconds. */
void link_watch(struct link *link, uint64_t now_ms);

/* request.c */
bool request_send(struct link *link, const struct effect *effect);
struct stream *link_stream(struct link *link, uint64_t id);
struct stream *link_stream_open(struct link *link, uint64_t id, size_t task);
void link_stream_close(struct link *link, uint64_t id);

#endif
