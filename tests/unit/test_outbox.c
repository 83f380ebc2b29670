/* The outbox: nothing leaves before the disk has it, and the loop goes on meanwhile. The disk is a semaphore here: it takes as long as a test wants. */
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "engine/outbox.h"

static struct {
    uv_loop_t loop;
    uv_sem_t disk; /* each sync takes one */
    int syncs, errnum, closes;
    struct journal *journal;
    struct outbox *outbox;
    char left[256]; /* what left, in order */
    uint64_t failed_id;
    bool has_failed;
} t;

static int sink_write(void *context, const void *bytes, size_t len)
{
    (void)context, (void)bytes, (void)len;
    return 0;
}

static int sink_sync(void *context)
{
    (void)context;
    uv_sem_wait(&t.disk);
    t.syncs++;
    return t.errnum;
}

static void sink_close(void *context)
{
    (void)context;
    t.closes++;
}

static void on_leave(void *context, const struct effect *effect)
{
    (void)context;
    size_t len = strlen(t.left);
    if (effect->kind == EFFECT_QUIT)
        snprintf(t.left + len, sizeof t.left - len, " %s", effect->is_clear ? "clear" : "quit");
    else
        snprintf(t.left + len, sizeof t.left - len, " %s%d", effect->kind == EFFECT_ABORT ? "abort" : "", (int)effect->id);
}

static void on_failed(void *context, const struct err *err, uint64_t id)
{
    (void)context;
    assert_int_equal(err->code, ERR_LOCAL);
    t.has_failed = true;
    t.failed_id = id;
}

static void begin(const char *folder)
{
    static const struct journal_header header = {.run = "run-1"};
    struct journal_sink sink = {sink_write, sink_sync, sink_close, NULL};
    struct err err = ERR_INIT;
    memset(&t, 0, sizeof t);
    uv_loop_init(&t.loop);
    uv_sem_init(&t.disk, 1);
    t.journal = journal_create_sink(&sink, &header, &err);
    assert_non_null(t.journal);
    t.outbox = outbox_new(&(struct outbox_options){.loop = &t.loop, .journal = t.journal, .folder = folder, .leave = on_leave, .failed = on_failed});
}

static void end(void)
{
    outbox_free(&t.outbox);
    uv_run(&t.loop, UV_RUN_DEFAULT);
    assert_int_equal(t.closes, 1);
    assert_int_equal(uv_loop_close(&t.loop), 0);
    uv_sem_destroy(&t.disk);
}

static void add(enum effect_kind kind, uint64_t id)
{
    struct effect effect = {.kind = kind, .host = 1, .id = id};
    outbox_add(t.outbox, &effect);
}

static void add_quit(bool is_clear)
{
    struct effect effect = {.kind = EFFECT_QUIT, .host = 1, .is_clear = is_clear};
    outbox_add(t.outbox, &effect);
}

static void happen(void)
{
    struct event event = {.kind = EVENT_START};
    struct effects none = {NULL, 0};
    struct err err = ERR_INIT;
    assert_true(journal_write(t.journal, &event, 1, &none, &err));
    outbox_need_sync(t.outbox);
}

/* Turns of the loop until the disk was waited for. */
static void until_synced(int syncs)
{
    uv_sem_post(&t.disk);
    uv_run(&t.loop, UV_RUN_ONCE);
    outbox_flush(t.outbox);
    assert_int_equal(t.syncs, syncs);
}

static void test_waits_for_the_disk(void **state)
{
    (void)state;
    begin("/");
    happen();
    add(EFFECT_SEND, 1);
    add(EFFECT_SEND, 2);
    outbox_flush(t.outbox);
    for (int i = 0; i < 3; i++) { /* the loop goes on */
        uv_run(&t.loop, UV_RUN_NOWAIT);
        outbox_flush(t.outbox);
    }
    assert_string_equal(t.left, "");
    assert_true(outbox_has(t.outbox, 1, 2));
    assert_false(outbox_has(t.outbox, 1, 3));
    assert_false(outbox_has(t.outbox, 0, 0));
    assert_false(outbox_is_idle(t.outbox));
    happen(); /* while the disk is waited for: needs the next sync */
    add(EFFECT_SEND, 3);
    add(EFFECT_ABORT, 1);
    outbox_flush(t.outbox);
    assert_true(outbox_has(t.outbox, 1, 3));
    until_synced(2);
    assert_string_equal(t.left, " 1 2");
    until_synced(3);
    assert_string_equal(t.left, " 1 2 3 abort1");
    assert_true(outbox_is_idle(t.outbox));
    end();
}

static void test_leaves_at_once(void **state)
{
    (void)state;
    begin("/");
    add(EFFECT_SEND, 1);
    assert_string_equal(t.left, ""); /* not from within the engine's step */
    outbox_flush(t.outbox);
    assert_string_equal(t.left, " 1");
    outbox_need_sync(t.outbox); /* nothing was written since */
    assert_false(outbox_is_idle(t.outbox));
    outbox_flush(t.outbox);
    assert_true(outbox_is_idle(t.outbox));
    assert_int_equal(t.syncs, 1);
    end();
}

static void test_is_idle_after_the_last_sync(void **state)
{
    (void)state;
    begin("/");
    happen();
    outbox_flush(t.outbox);
    assert_false(outbox_is_idle(t.outbox));
    until_synced(2);
    assert_true(outbox_is_idle(t.outbox));
    end();
}

static void test_a_disk_that_fails(void **state)
{
    (void)state;
    begin("/");
    happen();
    add(EFFECT_SEND, 7);
    add(EFFECT_ABORT, 7);
    add_quit(false);
    outbox_flush(t.outbox);
    add(EFFECT_SEND, 5);
    t.errnum = EIO;
    until_synced(2);
    assert_true(t.has_failed);
    assert_int_equal(t.failed_id, 7);
    assert_string_equal(t.left, " quit"); /* the host must hear of it still */
    assert_int_equal(outbox_drop_requests(t.outbox), 5);
    assert_true(outbox_is_idle(t.outbox));
    end();
}

static void test_clears_only_what_is_safe(void **state)
{
    (void)state;
    begin("/");
    add_quit(true);
    outbox_flush(t.outbox);
    assert_string_equal(t.left, "");
    uv_run(&t.loop, UV_RUN_ONCE);
    outbox_flush(t.outbox);
    assert_string_equal(t.left, " clear");
    end();
    begin("/nowhere/at/all");
    add_quit(true);
    outbox_flush(t.outbox);
    uv_run(&t.loop, UV_RUN_ONCE);
    outbox_flush(t.outbox);
    assert_string_equal(t.left, " quit");
    end();
}

static void test_is_freed_while_it_waits(void **state)
{
    (void)state;
    begin("/");
    happen();
    add(EFFECT_SEND, 1);
    add_quit(true);
    outbox_flush(t.outbox);
    outbox_free(&t.outbox);
    assert_int_equal(t.closes, 0); /* the thread has it */
    uv_sem_post(&t.disk);
    end();
    assert_string_equal(t.left, "");
    begin("/"); /* the thread has done, the loop has not seen it */
    happen();
    outbox_flush(t.outbox);
    uv_sem_post(&t.disk);
    uv_run(&t.loop, UV_RUN_ONCE);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_waits_for_the_disk),
        cmocka_unit_test(test_leaves_at_once),
        cmocka_unit_test(test_is_idle_after_the_last_sync),
        cmocka_unit_test(test_a_disk_that_fails),
        cmocka_unit_test(test_clears_only_what_is_safe),
        cmocka_unit_test(test_is_freed_while_it_waits),
    };
    return cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
}
