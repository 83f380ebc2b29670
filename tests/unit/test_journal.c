/* The journal: what is written is what is read, what is torn is cut off, what is wrong is named. And the lock of a run's folder. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "engine/journal.h"
#include "engine/journal_json.h"
#include "engine/runlock.h"
#include "engine_plan.h"

static char folder[64], path[96];

static int setup(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/kwiz-journal-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/journal", folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    char lock[96];
    snprintf(lock, sizeof lock, "%s/lock", folder);
    unlink(path);
    unlink(lock);
    return rmdir(folder);
}

static const struct journal_header header = {
    .run = "run-1", .plan_digest = "sha256:abc", .kwiz_version = "0.1.0", .started_ms = 5, .options = {.parallel = 7, .seed = 0xfedcba9876543210u}};

static const struct step_spec steps[] = {{.id = "one", .result = "key"}, {.id = "two"}};

static struct event of_host(enum event_kind kind)
{
    return (struct event){.kind = kind, .host = 0, .generation = 1};
}

/* One of each kind, with every field of it set. */
static size_t all_events(struct event *e)
{
    size_t n = 0;
    static const enum event_kind plain[] = {EVENT_START, EVENT_WAKE, EVENT_ABORT_RUN, EVENT_STOP, EVENT_LEAVE, EVENT_PAUSE, EVENT_GO_ON};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        e[n++] = (struct event){.kind = plain[i]};
    static const enum event_kind tasks[] = {EVENT_RETRY_TASK, EVENT_SKIP, EVENT_ABORT_TASK};
    for (size_t i = 0; i < 3; i++)
        e[n++] = (struct event){.kind = tasks[i], .task = 3};
    e[n++] = (struct event){.kind = EVENT_RETRY_HOST, .host = 4};
    e[n++] = (struct event){.kind = EVENT_RESUME, .is_retrying = true};
    for (int i = 0; i < ANSWER_COUNT; i++)
        e[n++] = (struct event){.kind = EVENT_ANSWER, .task = 1, .answer = (enum answer)i};
    e[n++] = (struct event){.kind = EVENT_JOURNAL_FAILED, .id = 9, .text = "no \"room\"\n\t\xc3\xa4"};
    e[n] = of_host(EVENT_STAGE), e[n++].text = "dialling";
    e[n] = of_host(EVENT_BAD), e[n++].text = "run";
    e[n] = of_host(EVENT_ATTACHED);
    e[n++].hello = (struct proto_hello){.epoch = 3, .boot = {"0a-1b", 44}, .is_found = true, .uid = 1000, .control_length = 1u << 30};
    e[n] = of_host(EVENT_DOWN);
    e[n].down.fault = "lost", e[n].down.detail = "silence", e[n++].down.is_passing = true;
    for (int k = 0; k < RECORD_KIND_COUNT; k++) {
        e[n] = of_host(EVENT_RECORD);
        e[n].id = k == RECORD_FULL ? 0 : 6;
        e[n++].record = (struct record){.kind = (enum record_kind)k, .id = k == RECORD_FULL ? 0 : 6, .offset = 100, .next = 140, .time_s = 1700000000};
    }
    struct record *r = &e[n - RECORD_KIND_COUNT].record;
    (void)r;
    for (size_t i = n - RECORD_KIND_COUNT; i < n; i++) {
        r = &e[i].record;
        if (r->kind == RECORD_START)
            r->pid = 7, r->pid_start = 8, r->boot = (struct boot){"0a-1b", 44};
        if (r->kind == RECORD_END)
            r->status = 255, r->how = HOW_ABORTED, r->log_bytes = 1ull << 40, r->rec_bytes = 12;
        if (r->kind == RECORD_INTERRUPTED)
            r->why = WHY_KILLED;
        if (r->kind == RECORD_TRUNCATED || r->kind == RECORD_LEFTOVER)
            r->count = 3;
        if (r->kind == RECORD_FULL)
            strcpy(r->mount, "/var");
    }
    for (int k = 0; k < REC_KIND_COUNT; k++) {
        e[n] = of_host(EVENT_REC);
        e[n].id = 6;
        bool has_text = k == REC_PROGRESS || k == REC_WARN || k == REC_FAIL || k == REC_HINT;
        e[n++].rec = (struct rec_item){.kind = (enum rec_kind)k,
                                       .percent = k == REC_PROGRESS ? 40 : -1,
                                       .text = has_text ? "text" : "",
                                       .key = k == REC_RESULT || k == REC_SECRET ? "key" : "",
                                       .value = k == REC_RESULT ? "a\nb\x01" : ""};
    }
    e[n] = of_host(EVENT_OUTPUT), e[n].id = 6, e[n++].log_bytes = 1u << 31;
    e[n] = of_host(EVENT_SENT), e[n++].id = 6;
    e[n] = of_host(EVENT_COMPLETE), e[n++].id = 6;
    e[n] = of_host(EVENT_SECRET), e[n].secret.key = "join", e[n++].secret.is_there = true;
    e[n++] = of_host(EVENT_BYE);
    return n;
}

static void test_every_event_comes_back_as_it_was(void **state)
{
    (void)state;
    struct event events[80];
    size_t count = all_events(events);
    bool met[EVENT_KIND_COUNT] = {false};
    struct effect effects[2] = {{.kind = EFFECT_SEND, .id = 12, .task = 3, .mode = MODE_CHECK, .has_check = true},
                                {.kind = EFFECT_SEND, .id = 11, .task = 2, .is_again = true}};
    struct effects fx = {effects, 2};
    for (size_t i = 0; i < count; i++) {
        met[events[i].kind] = true;
        json_t *json = journal_json_event(i + 1, &events[i], 1700000000000, &fx);
        char *line = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
        uint64_t number, now_ms;
        struct event back;
        struct journal_request *requests;
        size_t request_count;
        struct err err = ERR_INIT;
        if (!journal_json_read_event(json, &number, &back, &now_ms, &requests, &request_count, &err))
            fail_msg("%s: %s", line, err.text);
        assert_int_equal(number, i + 1);
        assert_int_equal(now_ms, 1700000000000);
        assert_int_equal(request_count, 1); /* what is sent again is known already */
        assert_true(requests[0].id == 12 && requests[0].task == 3 && requests[0].mode == MODE_CHECK && requests[0].has_check);
        json_t *again = journal_json_event(number, &back, now_ms, &fx);
        char *second = json_dumps(again, JSON_COMPACT | JSON_SORT_KEYS);
        assert_string_equal(line, second);
        assert_int_equal(back.kind, events[i].kind);
        /* each key is needed, and none more is taken */
        const char *key;
        json_t *value;
        json_object_foreach (again, key, value) {
            if (strcmp(key, "requests") == 0)
                continue;
            json_t *less = json_copy(again);
            json_object_del(less, key);
            free(requests);
            if (journal_json_read_event(less, &number, &back, &now_ms, &requests, &request_count, &err))
                fail_msg("%s: taken without %s", line, key);
            json_decref(less);
        }
        json_object_set_new(again, "more", json_true());
        free(requests);
        assert_false(journal_json_read_event(again, &number, &back, &now_ms, &requests, &request_count, &err));
        free(requests);
        free(line);
        free(second);
        json_decref(json);
        json_decref(again);
    }
    for (int i = 0; i < EVENT_KIND_COUNT; i++)
        if (!met[i])
            fail_msg("%s is not tried", event_kind_name((enum event_kind)i));
}

/* A small run: started, attached, the first step done. */
static struct engine *small_run(struct journal *journal, const struct plan *plan)
{
    struct event events[7] = {{.kind = EVENT_START}, of_host(EVENT_ATTACHED), of_host(EVENT_RECORD), of_host(EVENT_RECORD), of_host(EVENT_REC),
                              of_host(EVENT_RECORD), of_host(EVENT_COMPLETE)};
    events[1].hello = (struct proto_hello){.boot = {"b", 1}};
    events[2].record = (struct record){.kind = RECORD_ACCEPTED, .id = 1, .next = 10};
    events[3].record = (struct record){.kind = RECORD_START, .id = 1, .offset = 10, .next = 20, .boot = {"b", 1}};
    events[4].id = 1;
    events[4].rec = (struct rec_item){.kind = REC_RESULT, .text = "", .key = "key", .value = "v"};
    events[5].record = (struct record){.kind = RECORD_END, .id = 1, .offset = 20, .next = 30};
    events[6].id = 1;
    struct engine *engine = engine_new(plan, &header.options);
    for (size_t i = 0; i < 7; i++) {
        const struct effects *fx = engine_step(engine, &events[i], 1000 + i);
        assert_int_equal(fx->items[0].kind, EFFECT_JOURNAL);
        struct err err = ERR_INIT;
        assert_true(journal_write(journal, &events[i], 1000 + i, fx, &err));
        if (fx->items[0].is_synced)
            assert_true(journal_sync(journal, &err));
    }
    return engine;
}

static struct engine *replayed(const struct plan *plan, size_t *torn, struct err *err, struct journal_reader **kept)
{
    struct journal_header got;
    struct journal_reader *reader = journal_open(path, &got, err);
    if (!reader)
        return NULL;
    struct engine *engine = engine_new(plan, &got.options);
    if (!engine_replay(engine, reader, torn, err))
        engine_free(&engine);
    if (kept && engine)
        *kept = reader;
    else
        journal_reader_free(&reader);
    return engine;
}

static void test_write_read_append(void **state)
{
    (void)state;
    struct plan *plan = plan_build(1, steps, 2);
    struct err err = ERR_INIT;
    struct journal *journal = journal_create(path, &header, &err);
    assert_non_null(journal);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_null(journal_create(path, &header, &err)); /* it is there */
    assert_int_equal(err.code, ERR_LOCAL);
    struct engine *engine = small_run(journal, plan);
    journal_close(&journal);

    struct journal_header got;
    struct journal_reader *reader = journal_open(path, &got, &err);
    assert_non_null(reader);
    assert_string_equal(got.run, header.run);
    assert_string_equal(got.plan_digest, header.plan_digest);
    assert_string_equal(got.kwiz_version, header.kwiz_version);
    assert_int_equal(got.started_ms, 5);
    assert_true(got.options.parallel == 7 && got.options.seed == header.options.seed);
    struct engine *twin = engine_new(plan, &got.options);
    size_t torn = 99;
    assert_true(engine_replay(twin, reader, &torn, &err));
    assert_int_equal(torn, 0);
    assert_int_equal(engine_hash(engine), engine_hash(twin));
    assert_int_equal(engine_run(twin)->tasks[0].state, TASK_OK);
    assert_string_equal(engine_run(twin)->results[0].value, "v");
    /* and on from there */
    journal = journal_append(&reader, &err);
    assert_non_null(journal);
    assert_null(reader);
    struct event resume = {.kind = EVENT_RESUME};
    const struct effects *fx = engine_step(twin, &resume, 5000);
    assert_true(journal_write(journal, &resume, 5000, fx, &err) && journal_sync(journal, &err));
    journal_close(&journal);
    struct engine *third = replayed(plan, &torn, &err, NULL);
    assert_non_null(third);
    assert_int_equal(engine_hash(third), engine_hash(twin));
    engine_free(&engine);
    engine_free(&twin);
    engine_free(&third);
    plan_free(&plan);
}

static void test_torn_anywhere(void **state)
{
    (void)state;
    struct plan *plan = plan_build(1, steps, 2);
    struct err err = ERR_INIT;
    struct journal *journal = journal_create(path, &header, &err);
    struct engine *engine = small_run(journal, plan);
    engine_free(&engine);
    journal_close(&journal);
    struct buf whole;
    assert_true(file_read(path, 1 << 20, &whole, &err));
    size_t header_len = strcspn(whole.data, "\n") + 1;
    for (size_t len = 0; len <= whole.len; len++) {
        assert_true(file_write(path, whole.data, len, 0600, &err));
        size_t torn = 0;
        struct journal_reader *reader = NULL;
        engine = replayed(plan, &torn, &err, &reader);
        if (len < header_len) {
            assert_null(engine);
            assert_int_equal(err.code, ERR_INVALID);
            continue;
        }
        assert_non_null(engine);
        const char *last = memrchr(whole.data, '\n', len);
        assert_int_equal(torn, len - (size_t)(last + 1 - whole.data));
        /* what is appended stands behind whole lines only */
        journal = journal_append(&reader, &err);
        struct event event = {.kind = EVENT_RESUME};
        assert_true(journal_write(journal, &event, 9000, engine_step(engine, &event, 9000), &err));
        journal_close(&journal);
        struct engine *again = replayed(plan, &torn, &err, NULL);
        if (!again)
            fail_msg("%zu bytes: %s", len, err.text);
        assert_int_equal(torn, 0);
        assert_int_equal(engine_hash(again), engine_hash(engine));
        engine_free(&again);
        engine_free(&engine);
    }
    /* a tail of NULs, as a file system may leave after a power cut, with or without a newline */
    buf_add(&whole, "\0\0\0\0\n", 5);
    for (size_t cut = 0; cut < 2; cut++) {
        size_t torn = 0;
        assert_true(file_write(path, whole.data, whole.len - cut, 0600, &err));
        engine = replayed(plan, &torn, &err, NULL);
        assert_non_null(engine);
        assert_int_equal(torn, 5 - cut);
        engine_free(&engine);
    }
    buf_done(&whole);
    plan_free(&plan);
}

static void test_what_is_wrong_is_named(void **state)
{
    (void)state;
    static const char *const head = "{\"kwiz-journal\":1,\"run\":\"r\",\"plan\":\"p\",\"kwiz\":\"1\",\"started-ms\":1,\"parallel\":1,\"seed\":\"0000000000000001\"}\n";
    static const char *const start = "{\"n\":1,\"ms\":1,\"event\":\"start\"}\n";
    static const struct {
        const char *lines;
        bool has_head;
        unsigned line;
        const char *text;
    } cases[] = {
        {"", false, 1, "not a journal of kwiz"},
        {"hello\n", false, 1, "not a journal of kwiz"},
        {"[]\n", false, 1, "not a journal of kwiz"},
        {"{}\n", false, 1, "not a journal of kwiz"},
        {"{\"kwiz-journal\":2}\n", false, 1, "version 2"},
        {"{\"kwiz-journal\":1}\n", false, 1, "\"run\""},
        {"garbage\n{\"n\":1,\"ms\":1,\"event\":\"start\"}\n", true, 2, "more lines follow"},
        {"{\"n\":2,\"ms\":1,\"event\":\"start\"}\n", true, 2, "event 1 was due"},
        {"{\"n\":1,\"ms\":1,\"event\":\"party\"}\n", true, 2, "\"event\""},
        {"{\"n\":1,\"ms\":-1,\"event\":\"start\"}\n", true, 2, "\"ms\""},
        {"{\"n\":1,\"ms\":1,\"event\":\"start\",\"x\":1}\n", true, 2, "do not belong"},
        {"{\"n\":1,\"ms\":1,\"event\":\"start\",\"n\":1}\n{}\n", true, 2, "not a JSON object"},
        {"{\"n\":1,\"ms\":1,\"event\":\"start\",\"requests\":[{\"id\":1,\"task\":0,\"mode\":\"step\",\"check\":false}]}\n", true, 2, "other steps"},
        {"{\"n\":1,\"ms\":1,\"event\":\"start\",\"requests\":[5]}\n", true, 2, "\"id\""},
        {"{\"n\":1,\"ms\":1,\"event\":\"start\",\"requests\":5}\n", true, 2, "\"requests\""},
        {"{\"n\":1,\"ms\":1,\"event\":\"record\",\"host\":0,\"generation\":1,\"record\":\"end\",\"id\":1,\"offset\":0,\"next\":1,\"time\":1,"
         "\"status\":256,\"how\":\"exit\",\"log\":0,\"rec\":0}\n",
         true, 2, "\"status\""},
    };
    struct plan *plan = plan_build(1, steps, 2);
    (void)start;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = ERR_INIT;
        struct buf text;
        buf_init(&text, 1 << 20);
        if (cases[i].has_head)
            buf_adds(&text, head);
        buf_adds(&text, cases[i].lines);
        assert_true(file_write(path, buf_text(&text), text.len, 0600, &err));
        buf_done(&text);
        size_t torn;
        assert_null(replayed(plan, &torn, &err, NULL));
        assert_int_equal(err.code, ERR_INVALID);
        assert_string_equal(err.file, path);
        if (err.line != cases[i].line || !strstr(err.text, cases[i].text))
            fail_msg("case %zu: line %u: %s", i, err.line, err.text);
    }
    struct err err = ERR_INIT;
    unlink(path);
    size_t torn;
    assert_null(replayed(plan, &torn, &err, NULL));
    assert_int_equal(err.code, ERR_LOCAL);
    /* a line without end */
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, head, strlen(head)), (ssize_t)strlen(head));
    assert_int_equal(ftruncate(fd, 50 << 20), 0);
    close(fd);
    assert_null(replayed(plan, &torn, &err, NULL));
    assert_non_null(strstr(err.text, "too long"));
    plan_free(&plan);
}

/* --- disks that fail --- */

struct bad_disk {
    int writes, syncs; /* so many succeed */
    int errnum;
    bool is_closed;
};

static int bad_write(void *context, const void *bytes, size_t len)
{
    (void)bytes, (void)len;
    struct bad_disk *disk = context;
    return disk->writes-- > 0 ? 0 : disk->errnum;
}

static int bad_sync(void *context)
{
    struct bad_disk *disk = context;
    return disk->syncs-- > 0 ? 0 : disk->errnum;
}

static void bad_close(void *context)
{
    struct bad_disk *disk = context;
    disk->is_closed = true;
}

static void test_disks_that_fail(void **state)
{
    (void)state;
    static const struct {
        int writes, syncs, errnum;
    } cases[] = {{0, 9, ENOSPC}, {9, 0, EIO}, {1, 9, ENOSPC}, {9, 1, EIO}};
    for (size_t i = 0; i < 4; i++) {
        struct bad_disk disk = {cases[i].writes, cases[i].syncs, cases[i].errnum, false};
        struct journal_sink sink = {bad_write, bad_sync, bad_close, &disk};
        struct err err = ERR_INIT;
        struct event event = {.kind = EVENT_START};
        struct effects none = {NULL, 0};
        struct journal *journal = journal_create_sink(&sink, &header, &err);
        assert_int_equal(journal == NULL, i < 2);
        if (journal) {
            bool ok = journal_write(journal, &event, 1, &none, &err) && journal_sync(journal, &err);
            assert_false(ok);
            assert_int_equal(err.code, ERR_LOCAL);
            assert_non_null(strstr(err.text, strerror(cases[i].errnum)));
            disk.writes = disk.syncs = 9; /* room again: too late, a torn line may stand there */
            assert_false(journal_write(journal, &event, 1, &none, &err));
            assert_false(journal_sync(journal, &err));
        }
        assert_int_equal(err.code, ERR_LOCAL);
        journal_close(&journal);
        assert_true(disk.is_closed);
    }
    struct err err = ERR_INIT; /* a real one */
    struct journal *journal = journal_create("/dev/full/journal", &header, &err);
    assert_null(journal);
    assert_int_equal(err.code, ERR_LOCAL);
}

/* --- the lock --- */

static void write_lock(const char *text)
{
    char lock[96];
    struct err err = ERR_INIT;
    snprintf(lock, sizeof lock, "%s/lock", folder);
    assert_true(file_write(lock, text, strlen(text), 0600, &err));
}

static void test_lock(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct runlock_holder holder;
    struct runlock *lock = runlock_take(folder, 1700000000000, &holder, &err);
    assert_non_null(lock);
    assert_null(runlock_take(folder, 1700000000001, &holder, &err));
    assert_int_equal(err.code, ERR_BUSY);
    assert_int_equal(holder.pid, getpid());
    assert_int_equal(holder.since_ms, 1700000000000);
    char pid[32];
    snprintf(pid, sizeof pid, "process %ld,", (long)getpid());
    assert_non_null(strstr(err.text, pid));
    runlock_free(&lock);
    lock = runlock_take(folder, 3, NULL, &err);
    assert_non_null(lock);
    runlock_free(&lock);
    assert_null(runlock_take("/nonexistent/folder", 3, NULL, &err));
    assert_int_equal(err.code, ERR_LOCAL);
}

static void test_lock_of_the_dead_and_of_others(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    char machine[256] = "", text[512];
    gethostname(machine, sizeof machine - 1);
    pid_t child = fork();
    if (child == 0) { /* takes it and dies with it */
        static struct runlock *volatile held; /* reachable to the end, so that it is no leak */
        held = runlock_take(folder, 5, NULL, NULL);
        _exit(held ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    struct runlock *lock = runlock_take(folder, 6, NULL, &err);
    assert_non_null(lock);
    runlock_free(&lock);
    /* a pid that was given out again: other start time */
    snprintf(text, sizeof text, "kwiz-lock 1 %ld 1 5 %s\n", (long)getppid(), machine);
    write_lock(text);
    lock = runlock_take(folder, 6, NULL, &err);
    assert_non_null(lock);
    runlock_free(&lock);
    /* another machine's: it can't be seen whether it lives */
    write_lock("kwiz-lock 1 1 1 1700000000000 some-other-machine\n");
    assert_null(runlock_take(folder, 6, NULL, &err));
    assert_int_equal(err.code, ERR_BUSY);
    assert_non_null(strstr(err.text, "some-other-machine"));
    /* nonsense is nobody's */
    write_lock("\xff\xfe what\n");
    lock = runlock_take(folder, 6, NULL, &err);
    assert_non_null(lock);
    runlock_free(&lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_event_comes_back_as_it_was),
        cmocka_unit_test_setup_teardown(test_write_read_append, setup, teardown),
        cmocka_unit_test_setup_teardown(test_torn_anywhere, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_wrong_is_named, setup, teardown),
        cmocka_unit_test(test_disks_that_fail),
        cmocka_unit_test_setup_teardown(test_lock, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lock_of_the_dead_and_of_others, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
