#include "engine/runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "engine/runner_parts.h"

uint64_t runner_now_ms(void)
{
    struct timeval tv;
    gettimeofday(&tv, NULL);
    return (uint64_t)tv.tv_sec * 1000 + (uint64_t)tv.tv_usec / 1000;
}

static void notice(struct runner *r, const char *text)
{
    if (r->options.observer && r->options.observer->notice)
        r->options.observer->notice(r->options.observer_context, text);
}

/* ---- secrets ---- */

struct secret *runner_secret(struct runner *r, const char *key)
{
    struct err err = ERR_INIT;
    return r->options.secret ? r->options.secret(r->options.secret_context, key, &err) : NULL;
}

const struct secret *runner_find_published(const struct runner *r, size_t task, const char *key)
{
    for (size_t i = 0; i < r->published_count; i++)
        if (r->published[i].task == task && strcmp(r->published[i].key, key) == 0)
            return r->published[i].secret;
    return NULL;
}

void runner_publish(struct runner *r, size_t task, const char *key, const struct secret *secret)
{
    for (size_t i = 0; i < r->published_count; i++)
        if (r->published[i].task == task && strcmp(r->published[i].key, key) == 0) {
            secret_free(&r->published[i].secret);
            r->published[i].secret = secret_copy(secret);
            return;
        }
    r->published = mem_grow(r->published, r->published_count + 1, sizeof *r->published);
    r->published[r->published_count++] = (struct published){task, mem_strdup(key), secret_copy(secret)};
}

const struct secret *runner_published(const struct runner *r, const char *key)
{
    for (size_t i = 0; i < r->published_count; i++)
        if (strcmp(r->published[i].key, key) == 0)
            return r->published[i].secret;
    return NULL;
}

/* ---- effects ---- */

void runner_fail(struct runner *r, const char *text, uint64_t id)
{
    if (r->failure[0])
        return;
    snprintf(r->failure, sizeof r->failure, "%s", text);
    r->failed_id = id;
    notice(r, text);
}

static void wake_up(uv_timer_t *timer)
{
    struct event e = {.kind = EVENT_WAKE};
    runner_event(timer->data, &e);
}

static void send_frame(struct link *link, struct buf *frame)
{
    if (link->session)
        session_send(link->session, frame);
    buf_done(frame);
}

static void show_task(struct runner *r, size_t task)
{
    const struct runner_observer *o = r->options.observer;
    if (o && o->task)
        o->task(r->options.observer_context, task);
}

static void quit_host(struct link *link, bool is_clear)
{
    struct buf frame;
    buf_init(&frame, 256);
    frame_quit(&frame, is_clear, NULL);
    send_frame(link, &frame);
}

static void follow(struct link *link, const struct effect *e)
{
    if (e->is_settled) {
        frame_follow(&link->follows, e->id, FRAME_FOLLOW_NONE, FRAME_FOLLOW_NONE, NULL);
        return;
    }
    struct stream *s = link_stream_open(link, e->id, e->task);
    frame_follow(&link->follows, e->id, s->got, recstream_offset(s->rec), NULL);
}

static void go(struct link *link, const struct effect *e)
{
    struct buf frames;
    buf_init(&frames, link->follows.max + 4096);
    frame_from(&frames, e->offset, NULL);
    buf_add(&frames, buf_text(&link->follows), link->follows.len);
    frame_go(&frames, NULL);
    buf_clear(&link->follows);
    send_frame(link, &frames);
}

static void release(struct link *link, const struct effect *e)
{
    struct buf frame;
    buf_init(&frame, 256);
    frame_drop(&frame, e->id, NULL);
    link_stream_close(link, e->id);
    send_frame(link, &frame);
}

static void perform_host(struct runner *r, const struct effect *e, uint64_t now_ms)
{
    struct link *link = &r->links[e->host];
    struct buf frame;
    if (e->kind == EFFECT_CONNECT) {
        link_connect(link, e->generation, e->at_ms, now_ms);
        return;
    }
    if (e->generation != link->generation)
        return;
    switch (e->kind) {
    case EFFECT_FOLLOW:
        follow(link, e);
        break;
    case EFFECT_GO:
        go(link, e);
        break;
    case EFFECT_SEND:
        outbox_add(r->outbox, e);
        break;
    case EFFECT_ABORT: /* of what has not left: behind it */
        if (outbox_has(r->outbox, e->host, e->id))
            outbox_add(r->outbox, e);
        else if (link->session)
            session_abort(link->session, e->id);
        break;
    case EFFECT_AUDIT:
        buf_init(&frame, 256);
        frame_audit(&frame, NULL);
        send_frame(link, &frame);
        break;
    case EFFECT_FETCH_SECRET:
        buf_init(&frame, 256);
        frame_secret(&frame, e->key, NULL);
        send_frame(link, &frame);
        break;
    case EFFECT_RELEASE:
        release(link, e);
        break;
    case EFFECT_QUIT: /* the host throws its copy of the logs away: ours must be on disk before that */
        if (e->is_clear || outbox_has(r->outbox, e->host, 0))
            outbox_add(r->outbox, e);
        else
            quit_host(link, false);
        break;
    default:
        link_drop(link); /* EFFECT_DROP */
        break;
    }
}

static void end_run(struct runner *r, enum outcome outcome)
{
    outbox_need_sync(r->outbox); /* the observer is told when that is done */
    uv_ref((uv_handle_t *)r->before_poll); /* by a turn of the loop, which has no other reason to turn when the last connection has gone */
    r->is_resumable = outcome != OUTCOME_OK;
    r->has_ended = true;
}

static void perform(struct runner *r, const struct event *event, const struct effects *effects, uint64_t now_ms)
{
    const struct runner_observer *o = r->options.observer;
    void *oc = r->options.observer_context;
    struct err err = ERR_INIT;
    for (size_t i = 0; i < effects->count; i++) {
        const struct effect *e = &effects->items[i];
        switch (e->kind) {
        case EFFECT_JOURNAL:
            if (!r->failure[0] && !journal_write(r->journal, event, now_ms, effects, &err))
                runner_fail(r, err.text, 0);
            if (e->is_synced)
                outbox_need_sync(r->outbox);
            break;
        case EFFECT_WAKE:
            if (e->at_ms)
                uv_timer_start(r->wake, wake_up, e->at_ms > now_ms ? e->at_ms - now_ms : 1, 0);
            else
                uv_timer_stop(r->wake);
            break;
        case EFFECT_TASK_CHANGED:
            if (event->kind == EVENT_REC && event->rec.kind == REC_PROGRESS) {
                if (o && o->progress)
                    o->progress(oc, e->task);
            } else if (event->kind != EVENT_OUTPUT && event->kind != EVENT_REC) {
                show_task(r, e->task);
            }
            break;
        case EFFECT_HOST_CHANGED:
            if (o && o->host)
                o->host(oc, e->host);
            break;
        case EFFECT_RUN_CHANGED:
            break;
        case EFFECT_ASK:
            break; /* the task's state says it; runner_event answers where nobody can */
        case EFFECT_NOTICE:
            notice(r, e->text);
            break;
        case EFFECT_ENDED:
            end_run(r, e->outcome);
            break;
        default:
            perform_host(r, e, now_ms);
            break;
        }
    }
}

/* Headless: what only an operator could decide counts as failed. Returns the task, or NO_TASK. */
static size_t task_that_asks(const struct runner *r, const struct effects *effects)
{
    if (!r->options.has_operator)
        for (size_t i = 0; i < effects->count; i++)
            if (effects->items[i].kind == EFFECT_ASK)
                return effects->items[i].task;
    return NO_TASK;
}

static bool tell_failure(struct runner *r)
{
    if (!r->failure[0] || r->is_failure_told)
        return false;
    uint64_t waiting = outbox_drop_requests(r->outbox);
    struct event failed = {.kind = EVENT_JOURNAL_FAILED, .text = r->failure, .id = r->failed_id};
    if (waiting && (!failed.id || waiting < failed.id))
        failed.id = waiting;
    r->is_failure_told = true;
    runner_event(r, &failed);
    return true;
}

void runner_event(struct runner *r, const struct event *event)
{
    uint64_t now_ms = runner_now_ms();
    const struct effects *effects = engine_step(r->engine, event, now_ms);
    size_t asking = task_that_asks(r, effects);
    perform(r, event, effects, now_ms);
    if (asking != NO_TASK) {
        struct event answer = {.kind = EVENT_ANSWER, .task = asking, .answer = ANSWER_FAIL};
        runner_event(r, &answer);
    }
    tell_failure(r);
}

/* It can be done now. */
static void leave(void *context, const struct effect *e)
{
    struct runner *r = context;
    struct link *link = &r->links[e->host];
    if (link->generation != e->generation || !link->session || (r->failure[0] && e->kind == EFFECT_SEND))
        return;
    if (e->kind == EFFECT_SEND)
        request_send(link, e);
    else if (e->kind == EFFECT_ABORT)
        session_abort(link->session, e->id);
    else
        quit_host(link, e->is_clear);
}

static void sync_failed(void *context, const struct err *err, uint64_t id)
{
    runner_fail(context, err->text, id);
}

static void flush(struct runner *r)
{
    outbox_flush(r->outbox);
    if (tell_failure(r))
        outbox_flush(r->outbox); /* what comes of it; nothing else may wake the loop for that */
    if (!r->has_ended || !outbox_is_idle(r->outbox))
        return;
    const struct runner_observer *o = r->options.observer;
    r->has_ended = false;
    uv_unref((uv_handle_t *)r->before_poll);
    if (o && o->ended && engine_run(r->engine)->state == RUN_ENDED) /* it may have been opened again meanwhile */
        o->ended(r->options.observer_context, engine_exit_status(r->engine));
}

static void before_poll(uv_prepare_t *handle)
{
    flush(handle->data);
}

static void after_poll(uv_check_t *handle)
{
    flush(handle->data);
}

#define WATCH_EVERY_MS 5000

static void watch(uv_timer_t *timer)
{
    struct runner *r = timer->data;
    uint64_t now_ms = runner_now_ms();
    for (size_t i = 0; i < r->options.plan->host_count; i++)
        link_watch(&r->links[i], now_ms);
}

/* ---- making and ending ---- */

static bool open_journal(struct runner *r, bool is_resume, const char *digest, struct err *err)
{
    char *path = rundir_path(r->options.dir, "journal.jsonl");
    struct journal_header header = {.options = {.parallel = r->options.parallel}};
    bool ok;
    if (is_resume) {
        size_t torn = 0;
        struct journal_reader *reader = journal_open(path, &header, err);
        ok = reader != NULL;
        if (ok && strcmp(header.plan_digest, digest) != 0)
            ok = err_set(err, ERR_INVALID, _("the plan of run %s can't be made again as it was; begin a new run"), header.run);
        if (ok) {
            r->engine = engine_new(r->options.plan, &header.options);
            ok = engine_replay(r->engine, reader, &torn, err) && (r->journal = journal_append(&reader, err));
        }
        journal_reader_free(&reader);
    } else {
        header.started_ms = runner_now_ms();
        if (getrandom(&header.options.seed, sizeof header.options.seed, 0) < 0)
            header.options.seed = header.started_ms;
        header.options.seed >>= 12; /* JSON's integers are exact to 2^53 */
        snprintf(header.run, sizeof header.run, "%s", r->options.dir->id);
        snprintf(header.plan_digest, sizeof header.plan_digest, "%s", digest);
        snprintf(header.kwiz_version, sizeof header.kwiz_version, "%s", PACKAGE_VERSION);
        ok = (r->journal = journal_create(path, &header, err)) != NULL;
        r->engine = engine_new(r->options.plan, &header.options);
    }
    free(path);
    return ok;
}

static void make_handles(struct runner *r)
{
    r->wake = mem_new(1, sizeof *r->wake);
    uv_timer_init(r->options.loop, r->wake);
    r->wake->data = r;
    r->watch = mem_new(1, sizeof *r->watch);
    uv_timer_init(r->options.loop, r->watch);
    r->watch->data = r;
    uv_timer_start(r->watch, watch, WATCH_EVERY_MS, WATCH_EVERY_MS);
    uv_unref((uv_handle_t *)r->watch);
    r->before_poll = mem_new(1, sizeof *r->before_poll);
    uv_prepare_init(r->options.loop, r->before_poll);
    r->before_poll->data = r;
    uv_prepare_start(r->before_poll, before_poll);
    uv_unref((uv_handle_t *)r->before_poll);
    r->after_poll = mem_new(1, sizeof *r->after_poll);
    uv_check_init(r->options.loop, r->after_poll);
    r->after_poll->data = r;
    uv_check_start(r->after_poll, after_poll);
    uv_unref((uv_handle_t *)r->after_poll);
}

static void learned(void *context, const struct secret *secret)
{
    mask_set_add(((struct runner *)context)->masks, secret);
}

struct runner *runner_new(const struct runner_options *options, bool is_resume, const char *plan_digest, struct err *err)
{
    struct runner *r = mem_new(1, sizeof *r);
    r->options = *options;
    r->masks = mask_set_new();
    buf_init(&r->scratch, (size_t)-1 / 2);
    if (!open_journal(r, is_resume, plan_digest, err)) {
        journal_close(&r->journal);
        engine_free(&r->engine);
        mask_set_free(&r->masks);
        free(r);
        return NULL;
    }
    r->is_resumable = true;
    r->outbox = outbox_new(&(struct outbox_options){.loop = options->loop,
                                                    .journal = r->journal,
                                                    .folder = options->dir->path,
                                                    .leave = leave,
                                                    .failed = sync_failed,
                                                    .context = r});
    r->links = mem_new(options->plan->host_count, sizeof *r->links);
    for (size_t i = 0; i < options->plan->host_count; i++) {
        r->links[i].runner = r;
        r->links[i].host = i;
        buf_init(&r->links[i].follows, (size_t)1 << 20);
    }
    contacts_watch(options->contacts, learned, r);
    make_handles(r);
    return r;
}

void runner_free(struct runner **runner)
{
    struct runner *r = *runner;
    if (!r)
        return;
    for (size_t i = 0; i < r->options.plan->host_count; i++)
        link_close(&r->links[i]);
    free(r->links);
    contacts_watch(r->options.contacts, NULL, NULL);
    uv_close((uv_handle_t *)r->wake, (uv_close_cb)free);
    uv_close((uv_handle_t *)r->watch, (uv_close_cb)free);
    uv_close((uv_handle_t *)r->before_poll, (uv_close_cb)free);
    uv_close((uv_handle_t *)r->after_poll, (uv_close_cb)free);
    outbox_free(&r->outbox);
    engine_free(&r->engine);
    for (size_t i = 0; i < r->published_count; i++) {
        free(r->published[i].key);
        secret_free(&r->published[i].secret);
    }
    free(r->published);
    mask_set_free(&r->masks);
    buf_done(&r->scratch);
    free(r);
    *runner = NULL;
}

/* ---- the operator ---- */

static void simple(struct runner *r, enum event_kind kind, size_t task)
{
    struct event e = {.kind = kind, .task = task};
    runner_event(r, &e);
}

void runner_start(struct runner *r, bool is_resume, bool is_retrying)
{
    struct event e = {.kind = is_resume ? EVENT_RESUME : EVENT_START};
    if (is_resume)
        e.is_retrying = is_retrying;
    runner_event(r, &e);
}

const struct run *runner_state(const struct runner *r)
{
    return engine_run(r->engine);
}

char *runner_log_path(const struct runner *r, size_t task)
{
    const struct plan *plan = r->options.plan;
    uint64_t id = engine_run(r->engine)->tasks[task].id;
    if (!id)
        return NULL;
    char *path = rundir_log_path(r->options.dir, plan->hosts[plan->tasks[task].host].host.name,
                                 plan->steps[plan->tasks[task].step].id, id);
    if (access(path, R_OK) != 0) {
        free(path);
        return NULL;
    }
    return path;
}

void runner_stop(struct runner *r)
{
    simple(r, EVENT_STOP, NO_TASK);
}

void runner_abort(struct runner *r)
{
    simple(r, EVENT_ABORT_RUN, NO_TASK);
}

void runner_leave(struct runner *r)
{
    simple(r, EVENT_LEAVE, NO_TASK);
}

void runner_pause(struct runner *r, bool is_paused)
{
    simple(r, is_paused ? EVENT_PAUSE : EVENT_GO_ON, NO_TASK);
}

void runner_retry(struct runner *r, size_t task)
{
    simple(r, EVENT_RETRY_TASK, task);
}

void runner_retry_host(struct runner *r, size_t host)
{
    struct event e = {.kind = EVENT_RETRY_HOST, .host = host};
    runner_event(r, &e);
}

void runner_skip(struct runner *r, size_t task)
{
    simple(r, EVENT_SKIP, task);
}

bool runner_is_resumable(const struct runner *r)
{
    return r->is_resumable;
}
