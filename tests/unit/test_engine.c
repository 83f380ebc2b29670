/* The engine: lists of events, and the effects that must follow. */
#include "test.h"

#include <stdio.h>

#include "engine_drive.h"

static const struct step_spec one[] = {{.id = "one"}};
static const struct step_spec two[] = {{.id = "one"}, {.id = "two"}};

static void up(struct drive *d, struct plan *plan, unsigned parallel)
{
    drive_init(d, plan, parallel);
    drive_simple(d, EVENT_START);
    for (size_t host = 0; host < plan->host_count; host++)
        drive_attach(d, host);
}

static void assert_task(const struct drive *d, size_t task, enum task_state state)
{
    if (d->run->tasks[task].state != state)
        fail_msg("task %zu is %s, not %s: %s%s", task, task_state_name(d->run->tasks[task].state), task_state_name(state),
                 d->run->tasks[task].reason, d->run->tasks[task].fail);
}

static void assert_host(const struct drive *d, size_t host, enum host_state state)
{
    if (d->run->hosts[host].state != state)
        fail_msg("host %zu is %s, not %s: %s", host, host_state_name(d->run->hosts[host].state), host_state_name(state), d->run->hosts[host].detail);
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" does not speak of \"%s\"", text, part);
}

static void test_a_run_from_beginning_to_end(void **state)
{
    (void)state;
    struct drive d;
    drive_init(&d, plan_build(1, two, 2), 0);
    drive_simple(&d, EVENT_START);
    assert_int_equal(d.fx->items[0].kind, EFFECT_JOURNAL);
    assert_int_equal(drive_count(&d, EFFECT_CONNECT), 1);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    assert_host(&d, 0, HOST_CONNECTING);
    drive_attach(&d, 0);
    assert_int_equal(drive_find(&d, EFFECT_GO, 0, NO_TASK)->offset, 0);
    const struct effect *send = drive_find(&d, EFFECT_SEND, 0, 0);
    assert_non_null(send);
    assert_int_equal(send->id, 1);
    assert_int_equal(send->mode, MODE_STEP);
    assert_false(send->has_check || send->is_again);
    assert_task(&d, 0, TASK_RUNNING);
    assert_task(&d, 1, TASK_PENDING);
    drive_started(&d, 1, 1);
    assert_true(d.run->hosts[0].had_started);
    drive_end(&d, 1, HOW_EXIT, 0);
    assert_task(&d, 0, TASK_RUNNING); /* its log is not all here */
    drive_complete(&d, 1);
    assert_task(&d, 0, TASK_OK);
    assert_non_null(drive_find(&d, EFFECT_RELEASE, 0, 0));
    assert_int_equal(drive_find(&d, EFFECT_SEND, 0, 1)->id, 2);
    drive_run(&d, 2, HOW_UNCHANGED, 0);
    assert_task(&d, 1, TASK_UNCHANGED);
    const struct effect *quit = drive_find(&d, EFFECT_QUIT, 0, NO_TASK);
    assert_true(quit && quit->is_clear);
    assert_true(d.fx->items[0].is_synced);
    assert_int_equal(d.run->state, RUN_RUNNING);
    drive_bye(&d, 0);
    assert_int_equal(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK)->outcome, OUTCOME_OK);
    assert_host(&d, 0, HOST_DONE);
    assert_int_equal(d.run->state, RUN_ENDED);
    assert_int_equal(engine_exit_status(d.engine), 0);
    drive_done(&d);
}

static void test_states_of_what_ended_well(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(4, one, 1), 0);
    drive_started(&d, 1, 1);
    drive_rec(&d, 1, REC_WARN, "", "low on disk");
    drive_end(&d, 1, HOW_EXIT, 0);
    drive_complete(&d, 1);
    assert_task(&d, 0, TASK_WARNED);
    assert_string_equal(d.run->tasks[0].warning, "low on disk");
    drive_started(&d, 2, 1);
    drive_rec(&d, 2, REC_UNCHANGED, "", "");
    drive_end(&d, 2, HOW_EXIT, 0);
    drive_complete(&d, 2);
    assert_task(&d, 1, TASK_UNCHANGED);
    drive_started(&d, 3, 1);
    drive_rec(&d, 3, REC_PROGRESS, "", "half");
    assert_null(drive_find(&d, EFFECT_JOURNAL, NO_HOST, NO_TASK)); /* for display only */
    assert_int_equal(d.run->tasks[2].percent, 50);
    drive_rec(&d, 3, REC_RESULT, "undeclared", "x");
    drive_end(&d, 3, HOW_EXIT, 0);
    drive_complete(&d, 3);
    assert_task(&d, 2, TASK_WARNED);
    assert_int_equal(d.run->result_count, 0);
    drive_done(&d);
}

static void test_results_are_kept_once(void **state)
{
    (void)state;
    struct step_spec steps[] = {{.id = "one", .result = "address"}};
    struct drive d;
    up(&d, plan_build(1, steps, 1), 0);
    drive_started(&d, 1, 1);
    drive_rec(&d, 1, REC_RESULT, "address", "10.1.4.36");
    assert_non_null(drive_find(&d, EFFECT_JOURNAL, NO_HOST, NO_TASK));
    drive_rec(&d, 1, REC_RESULT, "address", "10.1.4.36");
    assert_null(drive_find(&d, EFFECT_JOURNAL, NO_HOST, NO_TASK));
    drive_rec(&d, 1, REC_RESULT, "address", "10.1.4.37");
    assert_int_equal(d.run->result_count, 1);
    assert_string_equal(d.run->results[0].value, "10.1.4.37");
    drive_done(&d);
}

static void test_a_failure_holds_up_only_what_needs_it(void **state)
{
    (void)state;
    struct drive d;
    struct plan *plan = plan_build(2, two, 2);
    plan_need(plan, 3, 0); /* two on h1 needs one on h0, too */
    up(&d, plan, 0);
    drive_started(&d, 1, 1);
    drive_rec(&d, 1, REC_FAIL, "", "no network");
    drive_rec(&d, 1, REC_HINT, "", "look at the cable");
    drive_end(&d, 1, HOW_EXIT, 1);
    drive_complete(&d, 1);
    assert_task(&d, 0, TASK_FAILED);
    assert_string_equal(d.run->tasks[0].fail, "no network");
    assert_task(&d, 2, TASK_PENDING);
    assert_string_equal(d.run->tasks[2].reason, "needs one on h0, which failed");
    assert_string_equal(d.run->tasks[3].reason, "needs one on h0, which failed");
    assert_task(&d, 1, TASK_RUNNING);
    drive_run(&d, 2, HOW_EXIT, 0);
    assert_task(&d, 1, TASK_OK);
    assert_int_equal(drive_count(&d, EFFECT_QUIT), 2);
    assert_false(drive_find(&d, EFFECT_QUIT, 0, NO_TASK)->is_clear);
    drive_bye(&d, 0);
    drive_bye(&d, 1);
    assert_int_equal(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK)->outcome, OUTCOME_FAILED);
    assert_int_equal(engine_exit_status(d.engine), 1);
    /* the operator mended it: the ended run goes on */
    drive_task(&d, EVENT_RETRY_TASK, 0);
    assert_int_equal(d.run->state, RUN_RUNNING);
    assert_task(&d, 0, TASK_PENDING);
    assert_string_equal(d.run->tasks[2].reason, "");
    assert_non_null(drive_find(&d, EFFECT_CONNECT, 0, NO_TASK));
    drive_attach(&d, 0);
    assert_int_equal(drive_find(&d, EFFECT_SEND, 0, 0)->id, 3);
    assert_int_equal(d.run->tasks[0].attempt, 2);
    drive_run(&d, 3, HOW_EXIT, 0);
    assert_int_equal(drive_find(&d, EFFECT_SEND, 0, 2)->id, 4);
    drive_attach(&d, 1);
    assert_int_equal(drive_find(&d, EFFECT_SEND, 1, 3)->id, 5);
    drive_run(&d, 4, HOW_EXIT, 0);
    drive_run(&d, 5, HOW_EXIT, 0);
    drive_bye(&d, 0);
    drive_bye(&d, 1);
    assert_int_equal(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK)->outcome, OUTCOME_OK);
    assert_int_equal(engine_exit_status(d.engine), 0);
    drive_done(&d);
}

static void test_failures_say_why(void **state)
{
    (void)state;
    static const struct {
        enum record_how how;
        int status;
        const char *text;
    } cases[] = {
        {HOW_EXIT, 3, "ended with status 3"},         {HOW_EXIT, 137, "(signal 9)"},
        {HOW_TIMEOUT, 143, "longer than 1 min, its limit"}, {HOW_CHECK_FAILED, 2, "its check ended with status 2"},
        {HOW_ERROR, 1, "could not be run"},           {HOW_ABORTED, 143, "was aborted on the host"},
        {HOW_TODO, 1, "ended with status 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct drive d;
        up(&d, plan_build(1, one, 1), 0);
        drive_run(&d, 1, cases[i].how, cases[i].status);
        assert_task(&d, 0, TASK_FAILED);
        assert_has(d.run->tasks[0].fail, cases[i].text);
        drive_done(&d);
    }
}

static void test_parallel_and_serial(void **state)
{
    (void)state;
    struct step_spec steps[] = {{.id = "one"}, {.id = "two", .serial = 1}};
    struct drive d;
    up(&d, plan_build(5, steps, 2), 3);
    assert_int_equal(d.run->counts[TASK_RUNNING], 3);
    drive_run(&d, 1, HOW_EXIT, 0);
    /* in the plan's order: one on h3 goes before two on h0 */
    assert_int_equal(drive_count(&d, EFFECT_SEND), 1);
    assert_non_null(drive_find(&d, EFFECT_SEND, 3, 3));
    drive_run(&d, 2, HOW_EXIT, 0);
    assert_non_null(drive_find(&d, EFFECT_SEND, 4, 4));
    drive_run(&d, 3, HOW_EXIT, 0);
    assert_non_null(drive_find(&d, EFFECT_SEND, 0, 5));
    drive_run(&d, 4, HOW_EXIT, 0);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0); /* serial: 1 */
    drive_run(&d, 6, HOW_EXIT, 0);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 1);
    assert_non_null(drive_find(&d, EFFECT_SEND, 1, 6));
    drive_down(&d, 1, "lost", true); /* what is lost may still run: it keeps its place */
    assert_task(&d, 6, TASK_LOST);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    drive_done(&d);
}

/* What a broken attempt left half done is cleared away before the next host has its turn; one that has failed for good holds nobody up. */
static void test_serial_waits_for_a_retry(void **state)
{
    (void)state;
    struct step_spec steps[] = {{.id = "one", .serial = 1, .retries = 1, .retry_delay_ms = 10000}};
    struct drive d;
    up(&d, plan_build(3, steps, 1), 0);
    drive_run(&d, 1, HOW_EXIT, 1);
    assert_task(&d, 0, TASK_PENDING);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    drive_wait(&d, 9999);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    drive_wait(&d, 5000);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 1);
    assert_non_null(drive_find(&d, EFFECT_SEND, 0, 0));
    drive_run(&d, 2, HOW_EXIT, 1);
    assert_task(&d, 0, TASK_FAILED);
    assert_non_null(drive_find(&d, EFFECT_SEND, 1, 1));
    drive_run(&d, 3, HOW_EXIT, 0);
    assert_non_null(drive_find(&d, EFFECT_SEND, 2, 2));
    drive_done(&d);
}

static void test_retries_wait_and_are_counted(void **state)
{
    (void)state;
    struct step_spec steps[] = {{.id = "one", .retries = 2, .retry_delay_ms = 10000}};
    struct drive d;
    up(&d, plan_build(1, steps, 1), 0);
    for (uint64_t id = 1; id <= 2; id++) {
        drive_run(&d, id, HOW_EXIT, 1);
        assert_task(&d, 0, TASK_PENDING);
        assert_has(d.run->tasks[0].reason, id == 1 ? "(1 of 2)" : "(2 of 2)");
        uint64_t before = d.now_ms;
        drive_wait(&d, 9999);
        assert_int_equal(d.now_ms, before + 9999);
        drive_wait(&d, 5000);
        assert_non_null(drive_find(&d, EFFECT_SEND, 0, 0));
        assert_true(d.now_ms - before <= 12500); /* at most a quarter more */
        assert_int_equal(d.run->tasks[0].started_ms, d.now_ms); /* its limit is counted anew */
    }
    drive_run(&d, 3, HOW_EXIT, 1);
    assert_task(&d, 0, TASK_FAILED);
    assert_int_equal(d.run->tasks[0].attempt, 3);
    drive_done(&d);
}

static void test_hosts_that_are_not_reached(void **state)
{
    (void)state;
    struct drive d;
    drive_init(&d, plan_build(3, one, 1), 0);
    drive_simple(&d, EVENT_START);
    assert_int_equal(drive_count(&d, EFFECT_CONNECT), 3);
    drive_down(&d, 0, "dial-timeout", true); /* never seen: said at once */
    assert_host(&d, 0, HOST_FAILED);
    assert_task(&d, 0, TASK_PENDING);
    assert_has(d.run->tasks[0].reason, "h0: because");
    drive_down(&d, 1, "auth", false);
    drive_attach(&d, 2);
    drive_run(&d, 1, HOW_EXIT, 0);
    drive_bye(&d, 2);
    assert_int_equal(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK)->outcome, OUTCOME_FAILED);
    assert_int_equal(engine_exit_status(d.engine), 6);
    drive_step(&d, &(struct event){.kind = EVENT_RETRY_HOST, .host = 0});
    assert_int_equal(drive_count(&d, EFFECT_CONNECT), 1);
    drive_down(&d, 0, "busy", false);
    assert_int_equal(engine_exit_status(d.engine), 7);
    drive_done(&d);
}

static void test_link_lost_and_back(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(1, two, 2), 0);
    drive_started(&d, 1, 1);
    unsigned old = d.generation[0];
    drive_down(&d, 0, "lost", true);
    assert_task(&d, 0, TASK_LOST);
    assert_host(&d, 0, HOST_LOST);
    static const uint64_t waits[] = {1000, 2000, 4000, 8000, 16000, 30000, 30000};
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        const struct effect *connect = drive_find(&d, EFFECT_CONNECT, 0, NO_TASK);
        assert_non_null(connect);
        uint64_t wait = connect->at_ms - d.now_ms;
        assert_true(wait <= waits[i] && wait >= waits[i] - waits[i] / 5);
        d.now_ms = connect->at_ms;
        drive_down(&d, 0, "dial-timeout", true);
    }
    /* nothing of an old connection counts */
    struct event stale = {.kind = EVENT_DOWN, .host = 0, .generation = old, .down = {.fault = "lost", .detail = "", .is_passing = true}};
    drive_step(&d, &stale);
    assert_int_equal(d.fx->count, 0);
    /* it ended meanwhile; the records tell */
    d.control[0] += 40;
    drive_attach(&d, 0);
    assert_non_null(drive_find(&d, EFFECT_FOLLOW, 0, 0));
    assert_int_equal(drive_find(&d, EFFECT_GO, 0, NO_TASK)->offset, 80);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    assert_task(&d, 0, TASK_LOST);
    d.control[0] -= 40;
    drive_end(&d, 1, HOW_EXIT, 0);
    assert_task(&d, 0, TASK_RUNNING);
    drive_complete(&d, 1);
    assert_task(&d, 0, TASK_OK);
    assert_non_null(drive_find(&d, EFFECT_SEND, 0, 1));
    drive_done(&d);
}

static void test_unanswered_request_goes_again_after_reattaching(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(1, one, 1), 0);
    drive_down(&d, 0, "lost", true);
    drive_attach(&d, 0);
    const struct effect *send = drive_find(&d, EFFECT_SEND, 0, 0);
    assert_non_null(send);
    assert_int_equal(send->id, 1);
    assert_true(send->is_again);
    drive_run(&d, 1, HOW_EXIT, 0);
    assert_task(&d, 0, TASK_OK);
    drive_done(&d);
}

static void test_lost_for_good(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(2, two, 2), 0);
    drive_started(&d, 1, 1);
    drive_run(&d, 2, HOW_EXIT, 0);
    drive_run(&d, 3, HOW_EXIT, 0);
    drive_bye(&d, 1);
    uint64_t began = d.now_ms;
    drive_down(&d, 0, "lost", true);
    while (d.run->hosts[0].state == HOST_LOST) {
        drive_wait(&d, 1000000);
        if (d.run->hosts[0].state == HOST_LOST)
            drive_down(&d, 0, "dial-timeout", true);
    }
    assert_int_equal(d.now_ms - began, 60000 + ENGINE_MARGIN_MS);
    assert_host(&d, 0, HOST_FAILED);
    assert_task(&d, 0, TASK_FAILED);
    assert_has(d.run->tasks[0].fail, "no contact for 11 min");
    assert_string_equal(d.run->tasks[2].reason, "needs one on h0, which failed");
    assert_int_equal(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK)->outcome, OUTCOME_FAILED);
    assert_int_equal(engine_exit_status(d.engine), 1); /* a step had started there */
    /* tried again: what may have gone on there is found, not asked for anew */
    drive_task(&d, EVENT_RETRY_TASK, 0);
    assert_task(&d, 0, TASK_LOST);
    assert_non_null(drive_find(&d, EFFECT_CONNECT, 0, NO_TASK));
    drive_attach(&d, 0);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    assert_task(&d, 0, TASK_RUNNING);
    drive_end(&d, 1, HOW_EXIT, 0);
    drive_complete(&d, 1);
    assert_task(&d, 0, TASK_OK);
    drive_done(&d);
}

static void test_not_passing_while_up(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(1, one, 1), 0);
    drive_down(&d, 0, "host-key-changed", false);
    assert_host(&d, 0, HOST_FAILED);
    assert_task(&d, 0, TASK_FAILED);
    drive_done(&d);
}

static void test_two_protocol_faults_in_a_row(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(1, one, 1), 0);
    drive_down(&d, 0, "protocol", true);
    assert_host(&d, 0, HOST_LOST);
    drive_attach(&d, 0);
    drive_accepted(&d, 1); /* it spoke sense in between */
    drive_down(&d, 0, "protocol", true);
    assert_host(&d, 0, HOST_LOST);
    drive_attach(&d, 0);
    drive_down(&d, 0, "protocol", true);
    assert_host(&d, 0, HOST_FAILED);
    drive_done(&d);
}

static void test_accept_limit(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(1, one, 1), 0);
    for (int i = 0; i < 3; i++) {
        drive_step(&d, &(struct event){.kind = EVENT_SENT, .host = 0, .generation = d.generation[0], .id = 1});
        drive_wait(&d, 4999);
        assert_null(drive_find(&d, EFFECT_SEND, 0, 0));
        drive_wait(&d, 1);
        const struct effect *send = drive_find(&d, EFFECT_SEND, 0, 0);
        if (i < 2)
            assert_true(send && send->is_again && send->id == 1);
        else
            assert_null(send);
    }
    assert_host(&d, 0, HOST_FAILED);
    assert_non_null(drive_find(&d, EFFECT_DROP, 0, NO_TASK));
    assert_has(d.run->tasks[0].fail, "asked 3 times to run one");
    drive_done(&d);
    /* while it has not left, the clock of the host does not run */
    up(&d, plan_build(1, one, 1), 0);
    drive_wait(&d, 14000);
    assert_null(drive_find(&d, EFFECT_SEND, 0, 0));
    drive_wait(&d, 10000);
    assert_int_equal(drive_count(&d, EFFECT_AUDIT), 1);
    drive_done(&d);
}

static void test_full_disk_is_named(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(1, one, 1), 0);
    struct event full = {.kind = EVENT_RECORD, .host = 0, .generation = d.generation[0], .record = {.kind = RECORD_FULL, .next = 20, .mount = "/var"}};
    drive_step(&d, &full);
    assert_has(drive_find(&d, EFFECT_NOTICE, 0, NO_TASK)->text, "no room left on /var");
    for (int i = 0; i < 3; i++) {
        drive_step(&d, &(struct event){.kind = EVENT_SENT, .host = 0, .generation = d.generation[0], .id = 1});
        drive_wait(&d, 5000);
    }
    assert_has(d.run->hosts[0].detail, "no room on /var");
    drive_done(&d);
}

static void test_audits_while_something_runs(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(1, one, 1), 0);
    drive_started(&d, 1, 1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(d.wake_ms, d.now_ms + ENGINE_AUDIT_MS);
        d.now_ms = d.wake_ms;
        drive_simple(&d, EVENT_WAKE);
        assert_int_equal(drive_count(&d, EFFECT_AUDIT), 1);
        assert_null(drive_find(&d, EFFECT_JOURNAL, NO_HOST, NO_TASK));
    }
    drive_done(&d);
}

static void test_last_resort_beyond_the_limit(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(1, one, 1), 0);
    drive_started(&d, 1, 1);
    drive_wait(&d, 60000 + ENGINE_MARGIN_MS);
    assert_non_null(drive_find(&d, EFFECT_ABORT, 0, 0));
    drive_end(&d, 1, HOW_ABORTED, 143);
    drive_complete(&d, 1);
    assert_task(&d, 0, TASK_FAILED); /* not cancelled: no operator did it */
    assert_has(d.run->tasks[0].fail, "did not end within 1 min");
    drive_done(&d);
}

static void test_interrupted(void **state)
{
    (void)state;
    static const struct {
        const char *check;
        enum rerun rerun;
        enum record_how answer;
        enum task_state end;
        bool is_rerun;
    } cases[] = {
        {"true", RERUN_ASK, HOW_UNCHANGED, TASK_OK, false},  {"true", RERUN_SAFE, HOW_TODO, TASK_RUNNING, true},
        {"true", RERUN_ASK, HOW_TODO, TASK_ASKS, false},     {"true", RERUN_SAFE, HOW_CHECK_FAILED, TASK_RUNNING, true},
        {"true", RERUN_ASK, HOW_TIMEOUT, TASK_ASKS, false},  {NULL, RERUN_SAFE, HOW_EXIT, TASK_RUNNING, true},
        {NULL, RERUN_ASK, HOW_EXIT, TASK_ASKS, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct step_spec steps[] = {{.id = "one", .check = cases[i].check, .rerun = cases[i].rerun}};
        struct drive d;
        up(&d, plan_build(1, steps, 1), 0);
        drive_started(&d, 1, 1);
        drive_interrupted(&d, 1, WHY_KILLED);
        uint64_t next = 2;
        if (cases[i].check) {
            assert_int_equal(drive_find(&d, EFFECT_SEND, 0, 0)->mode, MODE_CHECK);
            assert_int_equal(drive_find(&d, EFFECT_SEND, 0, 0)->id, next);
            drive_run(&d, next++, cases[i].answer, 1);
        }
        assert_task(&d, 0, cases[i].end);
        if (cases[i].is_rerun) {
            assert_int_equal(drive_find(&d, EFFECT_SEND, 0, 0)->mode, MODE_STEP);
            assert_int_equal(drive_find(&d, EFFECT_SEND, 0, 0)->id, next);
        } else {
            assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
        }
        if (cases[i].end == TASK_ASKS) {
            assert_non_null(drive_find(&d, EFFECT_ASK, 0, 0));
            assert_int_equal(d.run->state, RUN_RUNNING);
        }
        drive_done(&d);
    }
}

static void test_what_is_always_interrupted_ends(void **state)
{
    (void)state;
    struct step_spec steps[] = {{.id = "one", .rerun = RERUN_SAFE}};
    struct drive d;
    up(&d, plan_build(1, steps, 1), 0);
    uint64_t id = 1;
    while (d.run->tasks[0].state == TASK_RUNNING && id < 20) {
        drive_started(&d, id, 1);
        drive_interrupted(&d, id++, WHY_KILLED);
    }
    assert_task(&d, 0, TASK_FAILED);
    assert_int_equal(id, 2 + ENGINE_RERUN_MAX);
    drive_done(&d);
}

static void test_answers(void **state)
{
    (void)state;
    static const enum task_state after[ANSWER_COUNT] = {TASK_RUNNING, TASK_OK, TASK_FAILED};
    for (int i = 0; i < ANSWER_COUNT; i++) {
        struct drive d;
        up(&d, plan_build(1, one, 1), 0);
        drive_started(&d, 1, 1);
        drive_interrupted(&d, 1, WHY_BOOT);
        assert_task(&d, 0, TASK_ASKS);
        assert_has(d.run->tasks[0].reason, "the host booted meanwhile");
        drive_step(&d, &(struct event){.kind = EVENT_ANSWER, .task = 0, .answer = (enum answer)i});
        assert_task(&d, 0, after[i]);
        drive_done(&d);
    }
}

static void test_reboot(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(1, two, 2), 0);
    drive_started(&d, 1, 1);
    drive_end(&d, 1, HOW_REBOOT, 0);
    assert_host(&d, 0, HOST_REBOOTING);
    drive_complete(&d, 1);
    assert_task(&d, 0, TASK_OK);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    drive_down(&d, 0, "lost", true);
    drive_attach(&d, 0); /* sshd was still up */
    assert_host(&d, 0, HOST_REBOOTING);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    assert_non_null(drive_find(&d, EFFECT_DROP, 0, NO_TASK));
    assert_int_equal(drive_find(&d, EFFECT_CONNECT, 0, NO_TASK)->at_ms, d.now_ms + 2000);
    drive_down(&d, 0, "auth", false); /* logins are not allowed yet */
    assert_host(&d, 0, HOST_REBOOTING);
    uint64_t length = d.control[0];
    d.control[0] = length;
    drive_attach_boot(&d, 0, 2);
    assert_host(&d, 0, HOST_UP);
    assert_int_equal(drive_find(&d, EFFECT_GO, 0, NO_TASK)->offset, 0); /* another boot: all records anew */
    assert_true(drive_find(&d, EFFECT_FOLLOW, 0, 0)->is_settled);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    struct event again = {.kind = EVENT_RECORD, .host = 0, .generation = d.generation[0], .id = 1};
    again.record = (struct record){.kind = RECORD_END, .id = 1, .how = HOW_REBOOT, .offset = 80, .next = length};
    drive_step(&d, &again); /* replayed: changes nothing, and is the last */
    assert_host(&d, 0, HOST_UP);
    assert_non_null(drive_find(&d, EFFECT_SEND, 0, 1));
    drive_done(&d);
}

static void test_reboot_that_does_not_come_back(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(1, two, 2), 0);
    drive_started(&d, 1, 1);
    drive_end(&d, 1, HOW_REBOOT, 0);
    drive_complete(&d, 1);
    drive_down(&d, 0, "lost", true);
    drive_wait(&d, ENGINE_REBOOT_LIMIT_MS);
    assert_host(&d, 0, HOST_FAILED);
    assert_task(&d, 0, TASK_OK);
    assert_has(d.run->tasks[1].reason, "not come back from its reboot within 10 min");
    assert_non_null(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK));
    drive_done(&d);
}

static void test_known_end_without_its_streams(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct step_spec steps[] = {{.id = "one", .result = i ? "key" : NULL}};
        struct drive d;
        up(&d, plan_build(1, steps, 1), 0);
        drive_started(&d, 1, 1);
        drive_end(&d, 1, HOW_EXIT, 0);
        drive_down(&d, 0, "host-key-changed", false);
        assert_task(&d, 0, i ? TASK_FAILED : TASK_WARNED);
        drive_done(&d);
    }
}

static void test_records_gone_from_the_host(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(1, one, 1), 0);
    drive_started(&d, 1, 1);
    drive_down(&d, 0, "lost", true);
    d.control[0] = 0; /* it was installed anew */
    drive_attach_boot(&d, 0, 9);
    assert_task(&d, 0, TASK_ASKS);
    assert_has(d.run->tasks[0].reason, "no longer has its records");
    drive_done(&d);
}

static void test_stop_once_twice_thrice(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(2, two, 2), 0);
    drive_started(&d, 1, 1);
    drive_simple(&d, EVENT_STOP);
    assert_int_equal(d.run->state, RUN_STOPPING);
    drive_run(&d, 2, HOW_EXIT, 0);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    assert_int_equal(d.run->state, RUN_STOPPING);
    drive_end(&d, 1, HOW_EXIT, 0);
    drive_complete(&d, 1);
    assert_int_equal(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK)->outcome, OUTCOME_INTERRUPTED);
    assert_int_equal(drive_count(&d, EFFECT_QUIT), 0); /* it can be resumed */
    assert_int_equal(drive_count(&d, EFFECT_DROP), 2);
    assert_int_equal(engine_exit_status(d.engine), 130);
    drive_done(&d);

    up(&d, plan_build(2, two, 2), 0);
    drive_started(&d, 1, 1);
    drive_simple(&d, EVENT_STOP);
    drive_simple(&d, EVENT_STOP);
    assert_int_equal(drive_count(&d, EFFECT_ABORT), 2);
    drive_end(&d, 1, HOW_ABORTED, 143);
    drive_complete(&d, 1);
    assert_task(&d, 0, TASK_CANCELLED);
    assert_has(d.run->tasks[2].reason, "needs one on h0, which was cancelled");
    drive_wait(&d, ENGINE_ABORT_LIMIT_MS);
    assert_int_equal(drive_count(&d, EFFECT_ABORT), 1);
    drive_wait(&d, ENGINE_ABORT_LIMIT_MS);
    drive_wait(&d, ENGINE_ABORT_LIMIT_MS);
    assert_task(&d, 1, TASK_FAILED);
    assert_has(d.run->tasks[1].fail, "could not be aborted");
    assert_int_equal(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK)->outcome, OUTCOME_INTERRUPTED);
    drive_done(&d);

    up(&d, plan_build(2, two, 2), 0);
    drive_started(&d, 1, 1);
    for (int i = 0; i < 3; i++)
        drive_simple(&d, EVENT_STOP);
    assert_int_equal(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK)->outcome, OUTCOME_INTERRUPTED);
    assert_task(&d, 0, TASK_LOST);
    drive_done(&d);
}

static void test_stop_does_not_start_what_was_interrupted(void **state)
{
    (void)state;
    struct step_spec steps[] = {{.id = "one", .check = "true", .rerun = RERUN_SAFE}};
    struct drive d;
    up(&d, plan_build(1, steps, 1), 0);
    drive_started(&d, 1, 1);
    drive_simple(&d, EVENT_STOP);
    drive_interrupted(&d, 1, WHY_KILLED);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    assert_int_equal(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK)->outcome, OUTCOME_INTERRUPTED);
    drive_step(&d, &(struct event){.kind = EVENT_RESUME});
    drive_attach(&d, 0);
    assert_int_equal(drive_find(&d, EFFECT_SEND, 0, 0)->mode, MODE_CHECK);
    drive_done(&d);
}

static void test_stop_and_go_on(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(1, two, 2), 0);
    drive_simple(&d, EVENT_STOP);
    drive_simple(&d, EVENT_GO_ON);
    assert_int_equal(d.run->state, RUN_RUNNING);
    drive_simple(&d, EVENT_PAUSE);
    drive_run(&d, 1, HOW_EXIT, 0);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    assert_int_equal(d.run->state, RUN_PAUSED);
    drive_simple(&d, EVENT_GO_ON);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 1);
    drive_done(&d);
}

static void test_leave_and_resume(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(1, two, 2), 0);
    drive_started(&d, 1, 1);
    drive_simple(&d, EVENT_LEAVE);
    assert_int_equal(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK)->outcome, OUTCOME_INTERRUPTED);
    assert_int_equal(drive_count(&d, EFFECT_ABORT) + drive_count(&d, EFFECT_QUIT), 0);
    drive_step(&d, &(struct event){.kind = EVENT_RESUME});
    assert_int_equal(d.run->state, RUN_RUNNING);
    assert_non_null(drive_find(&d, EFFECT_CONNECT, 0, NO_TASK));
    drive_attach(&d, 0);
    assert_non_null(drive_find(&d, EFFECT_FOLLOW, 0, 0));
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0); /* it runs there */
    drive_end(&d, 1, HOW_EXIT, 0);
    drive_complete(&d, 1);
    drive_run(&d, 2, HOW_EXIT, 0);
    drive_bye(&d, 0);
    assert_int_equal(engine_exit_status(d.engine), 0);
    drive_done(&d);
}

/* A container is there only when what makes it has run: it is contacted when something may begin in it, also after a resume. */
static void test_containers_wait_for_what_makes_them(void **state)
{
    (void)state;
    struct drive d;
    struct plan *plan = plan_build(2, one, 1);
    host_put_inside(&plan->hosts[1].host, &plan->hosts[0].host);
    plan_need(plan, 1, 0);
    drive_init(&d, plan, 0);
    drive_simple(&d, EVENT_START);
    assert_int_equal(drive_count(&d, EFFECT_CONNECT), 1);
    assert_non_null(drive_find(&d, EFFECT_CONNECT, 0, NO_TASK));
    drive_attach(&d, 0);
    drive_started(&d, 1, 1);
    drive_simple(&d, EVENT_LEAVE);
    drive_step(&d, &(struct event){.kind = EVENT_RESUME});
    assert_int_equal(drive_count(&d, EFFECT_CONNECT), 1);
    assert_non_null(drive_find(&d, EFFECT_CONNECT, 0, NO_TASK));
    drive_attach(&d, 0);
    drive_end(&d, 1, HOW_EXIT, 0);
    drive_complete(&d, 1);
    assert_non_null(drive_find(&d, EFFECT_CONNECT, 1, NO_TASK));
    drive_attach(&d, 1);
    drive_run(&d, 2, HOW_EXIT, 0);
    drive_bye(&d, 0);
    drive_bye(&d, 1);
    assert_int_equal(engine_exit_status(d.engine), 0);
    drive_done(&d);
}

/* Stopped twice while a host was lost: the host was never told, and who resumes wants its step to go on. */
static void test_resume_forgets_an_abort_that_nobody_heard(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(1, one, 1), 0);
    drive_started(&d, 1, 1);
    drive_down(&d, 0, "lost", true);
    drive_simple(&d, EVENT_STOP);
    drive_simple(&d, EVENT_STOP);
    assert_int_equal(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK)->outcome, OUTCOME_INTERRUPTED);
    drive_step(&d, &(struct event){.kind = EVENT_RESUME, .is_retrying = true});
    drive_attach(&d, 0);
    assert_int_equal(drive_count(&d, EFFECT_ABORT), 0);
    drive_end(&d, 1, HOW_EXIT, 0);
    drive_complete(&d, 1);
    assert_task(&d, 0, TASK_OK);
    drive_done(&d);
}

static void test_resume_tries_failed_ones_again_if_asked(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct drive d;
        up(&d, plan_build(1, one, 1), 0);
        drive_run(&d, 1, HOW_EXIT, 1);
        drive_bye(&d, 0);
        drive_step(&d, &(struct event){.kind = EVENT_RESUME, .is_retrying = i});
        assert_int_equal(drive_count(&d, EFFECT_CONNECT), i);
        if (i)
            assert_task(&d, 0, TASK_PENDING);
        else
            assert_int_equal(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK)->outcome, OUTCOME_FAILED);
        drive_done(&d);
    }
}

static void test_abort_and_cancel_a_task(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(1, two, 2), 0);
    drive_task(&d, EVENT_ABORT_TASK, 1);
    assert_task(&d, 1, TASK_CANCELLED);
    drive_task(&d, EVENT_ABORT_TASK, 0);
    assert_non_null(drive_find(&d, EFFECT_ABORT, 0, 0));
    drive_end(&d, 1, HOW_ABORTED, 143);
    drive_complete(&d, 1);
    assert_task(&d, 0, TASK_CANCELLED);
    drive_bye(&d, 0);
    assert_int_equal(engine_exit_status(d.engine), 1);
    drive_done(&d);
}

static void test_abort_run(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(2, two, 2), 0);
    drive_simple(&d, EVENT_ABORT_RUN);
    assert_int_equal(drive_count(&d, EFFECT_ABORT), 2);
    assert_task(&d, 2, TASK_CANCELLED);
    for (uint64_t id = 1; id <= 2; id++) {
        drive_end(&d, id, HOW_ABORTED, 143);
        drive_complete(&d, id);
    }
    assert_int_equal(d.run->state, RUN_ENDED);
    assert_int_equal(d.run->counts[TASK_CANCELLED], 4);
    assert_int_equal(engine_exit_status(d.engine), 130);
    drive_done(&d);
}

static void test_skip(void **state)
{
    (void)state;
    struct step_spec steps[] = {{.id = "one", .optional = true}, {.id = "two"}};
    struct drive d;
    up(&d, plan_build(1, steps, 2), 0);
    drive_task(&d, EVENT_SKIP, 1);
    assert_task(&d, 1, TASK_PENDING);
    assert_has(drive_find(&d, EFFECT_NOTICE, 0, 1)->text, "cannot be skipped");
    drive_task(&d, EVENT_SKIP, 0); /* it runs */
    assert_task(&d, 0, TASK_RUNNING);
    drive_run(&d, 1, HOW_EXIT, 1);
    drive_bye(&d, 0);
    assert_int_equal(d.run->state, RUN_ENDED);
    drive_task(&d, EVENT_SKIP, 0);
    assert_task(&d, 0, TASK_SKIPPED);
    drive_attach(&d, 0);
    drive_run(&d, 2, HOW_EXIT, 0);
    drive_bye(&d, 0);
    assert_int_equal(engine_exit_status(d.engine), 0);
    drive_done(&d);
}

static struct plan *secret_plan(void)
{
    static const struct step_spec steps[] = {{.id = "init", .check = "true", .mint = "join"}, {.id = "join", .read = "join"}};
    struct plan *plan = plan_build(2, steps, 2);
    return plan; /* init on h0, h1; join on h0, h1: each reads its own host's */
}

static void test_secrets_are_fetched_before_they_are_read(void **state)
{
    (void)state;
    struct drive d;
    up(&d, secret_plan(), 0);
    assert_int_equal(engine_provider(d.engine, 2, "join"), 0);
    assert_int_equal(engine_provider(d.engine, 3, "join"), 1);
    assert_int_equal(engine_provider(d.engine, 3, "other"), NO_TASK);
    drive_started(&d, 1, 1);
    drive_rec(&d, 1, REC_SECRET, "join", "");
    assert_string_equal(drive_find(&d, EFFECT_FETCH_SECRET, 0, 0)->key, "join");
    drive_end(&d, 1, HOW_EXIT, 0);
    drive_complete(&d, 1);
    assert_task(&d, 0, TASK_OK);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    drive_secret(&d, 0, "join", true);
    assert_non_null(drive_find(&d, EFFECT_SEND, 0, 2));
    drive_done(&d);
}

static void test_a_secret_that_is_gone_is_minted_again_once(void **state)
{
    (void)state;
    struct drive d;
    up(&d, secret_plan(), 0);
    drive_run(&d, 1, HOW_UNCHANGED, 0); /* nothing to do, so nothing published: asked for when it is wanted */
    assert_non_null(drive_find(&d, EFFECT_FETCH_SECRET, 0, 0));
    drive_secret(&d, 0, "join", false);
    const struct effect *send = drive_find(&d, EFFECT_SEND, 0, 0);
    assert_non_null(send);
    assert_false(send->has_check); /* its check would say again that there is nothing to do */
    drive_run(&d, 3, HOW_EXIT, 0);
    assert_non_null(drive_find(&d, EFFECT_FETCH_SECRET, 0, 0));
    drive_secret(&d, 0, "join", false);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    assert_task(&d, 2, TASK_PENDING);
    assert_has(d.run->tasks[2].reason, "needs the secret join, which init on h0 published and which is gone");
    drive_done(&d);
}

static void test_a_secret_that_does_not_come(void **state)
{
    (void)state;
    struct drive d;
    up(&d, secret_plan(), 0);
    drive_run(&d, 2, HOW_EXIT, 0);
    drive_secret(&d, 1, "join", true);
    drive_run(&d, 3, HOW_EXIT, 0);
    drive_bye(&d, 1);
    drive_run(&d, 1, HOW_EXIT, 0);
    for (int i = 0; i < 3; i++) {
        assert_non_null(drive_find(&d, EFFECT_FETCH_SECRET, 0, 0));
        drive_wait(&d, ENGINE_FETCH_LIMIT_MS);
    }
    assert_non_null(drive_find(&d, EFFECT_SEND, 0, 0)); /* minted again */
    drive_done(&d);
}

static void test_after_resume_secrets_are_fetched_again(void **state)
{
    (void)state;
    static const struct step_spec steps[] = {{.id = "init", .mint = "join"}, {.id = "join", .read = "join"}};
    struct plan *plan = plan_build(1, steps, 2);
    struct drive d;
    up(&d, plan, 0);
    drive_run(&d, 1, HOW_EXIT, 0);
    drive_secret(&d, 0, "join", true);
    drive_run(&d, 2, HOW_EXIT, 1);
    drive_bye(&d, 0);
    drive_step(&d, &(struct event){.kind = EVENT_RESUME, .is_retrying = true});
    drive_attach(&d, 0);
    assert_non_null(drive_find(&d, EFFECT_FETCH_SECRET, 0, 0));
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    drive_secret(&d, 0, "join", true);
    assert_non_null(drive_find(&d, EFFECT_SEND, 0, 1));
    drive_done(&d);
}

/* A secret that its reader failed with may have expired. The step that minted it is asked by its check, and runs when that says so. */
static void test_a_failed_reader_has_its_secret_looked_at(void **state)
{
    (void)state;
    static const struct step_spec steps[] = {{.id = "init", .check = "true", .mint = "join"}, {.id = "join", .read = "join", .retries = 1, .retry_delay_ms = 1000}};
    struct drive d;
    up(&d, plan_build(1, steps, 2), 0);
    drive_run(&d, 1, HOW_EXIT, 0);
    drive_secret(&d, 0, "join", true);
    drive_run(&d, 2, HOW_EXIT, 1);
    const struct effect *send = drive_find(&d, EFFECT_SEND, 0, 0); /* tried again by itself */
    assert_non_null(send);
    assert_true(send->has_check);
    assert_task(&d, 0, TASK_RUNNING);
    assert_task(&d, 1, TASK_PENDING);
    drive_wait(&d, 60000);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0); /* the reader waits for it */
    drive_run(&d, 3, HOW_EXIT, 0);                     /* there was something to do: another secret */
    assert_non_null(drive_find(&d, EFFECT_FETCH_SECRET, 0, 0));
    drive_secret(&d, 0, "join", true);
    assert_non_null(drive_find(&d, EFFECT_SEND, 0, 1));
    drive_run(&d, 4, HOW_EXIT, 1);
    assert_task(&d, 0, TASK_OK); /* nobody reads it now */
    drive_bye(&d, 0);
    assert_int_equal(engine_exit_status(d.engine), 1);
    drive_step(&d, &(struct event){.kind = EVENT_RESUME, .is_retrying = true});
    drive_attach(&d, 0);
    send = drive_find(&d, EFFECT_SEND, 0, 0); /* the operator tries again */
    assert_non_null(send);
    assert_true(send->has_check);
    drive_run(&d, 5, HOW_UNCHANGED, 0); /* still good: the old one is fetched again */
    assert_non_null(drive_find(&d, EFFECT_FETCH_SECRET, 0, 0));
    drive_secret(&d, 0, "join", true);
    drive_run(&d, 6, HOW_EXIT, 0);
    drive_bye(&d, 0);
    assert_int_equal(engine_exit_status(d.engine), 0);
    drive_done(&d);
}

/* Without a check it would run whenever it is asked: only where the spell says that this does no harm. */
static void test_minting_without_a_check(void **state)
{
    (void)state;
    for (int is_safe = 0; is_safe < 2; is_safe++) {
        const struct step_spec steps[] = {{.id = "init", .rerun = is_safe ? RERUN_SAFE : RERUN_ASK, .mint = "join"},
                                          {.id = "join", .read = "join"}, {.id = "use", .read = "join"}};
        struct drive d;
        up(&d, plan_build(1, steps, 3), 0);
        drive_run(&d, 1, HOW_EXIT, 0);
        drive_secret(&d, 0, "join", true);
        drive_run(&d, 2, HOW_EXIT, 1);
        drive_bye(&d, 0);
        drive_task(&d, EVENT_RETRY_TASK, 1);
        assert_task(&d, 0, is_safe ? TASK_PENDING : TASK_OK);
        drive_attach(&d, 0);
        assert_int_equal(drive_find(&d, EFFECT_SEND, 0, 0) != NULL, is_safe);
        drive_done(&d);
    }
}

/* A loop's clock may be behind, so that its timers are early. */
static void test_a_wake_that_is_early(void **state)
{
    (void)state;
    static const struct step_spec steps[] = {{.id = "init", .retries = 1, .retry_delay_ms = 1000}};
    struct drive d;
    up(&d, plan_build(1, steps, 1), 0);
    drive_run(&d, 1, HOW_EXIT, 1);
    uint64_t due_ms = d.wake_ms;
    assert_true(due_ms > d.now_ms);
    drive_simple(&d, EVENT_WAKE);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    const struct effect *again = drive_find(&d, EFFECT_WAKE, NO_HOST, NO_TASK);
    assert_non_null(again);
    assert_int_equal(again->at_ms, due_ms);
    drive_wait(&d, 60000);
    assert_non_null(drive_find(&d, EFFECT_SEND, 0, 0));
    drive_done(&d);
}

static void test_journal_failed(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(2, two, 2), 0);
    drive_run(&d, 1, HOW_EXIT, 0); /* asks for request 3, which is withheld */
    drive_step(&d, &(struct event){.kind = EVENT_JOURNAL_FAILED, .id = 3, .text = "no space left"});
    assert_task(&d, 2, TASK_PENDING);
    assert_has(d.run->tasks[2].reason, "journal");
    assert_int_equal(d.run->state, RUN_STOPPING);
    assert_null(drive_find(&d, EFFECT_JOURNAL, NO_HOST, NO_TASK));
    drive_run(&d, 2, HOW_EXIT, 0);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    assert_int_equal(drive_count(&d, EFFECT_RELEASE) + drive_count(&d, EFFECT_QUIT), 0); /* the hosts keep what the journal has not */
    assert_int_equal(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK)->outcome, OUTCOME_LOCAL);
    assert_int_equal(engine_exit_status(d.engine), 8);
    drive_done(&d);
}

static void test_hosts_that_lie(void **state)
{
    (void)state;
    struct drive d;
    up(&d, plan_build(2, one, 1), 0);
    struct event event = {.kind = EVENT_RECORD, .host = 0, .generation = d.generation[0]};
    static const uint64_t ids[] = {2, 3, 99, UINT64_MAX}; /* the other host's, and none */
    for (size_t i = 0; i < 4; i++) {
        event.record = (struct record){.kind = RECORD_END, .id = ids[i], .next = 40 * (i + 1)};
        drive_step(&d, &event);
        assert_has(drive_find(&d, EFFECT_NOTICE, 0, NO_TASK)->text, "never asked for");
    }
    assert_task(&d, 1, TASK_RUNNING);
    event.record = (struct record){.kind = RECORD_INTERRUPTED, .id = 1, .next = 400};
    drive_step(&d, &event); /* interrupted without start: believed */
    assert_task(&d, 0, TASK_ASKS);
    event = (struct event){.kind = EVENT_COMPLETE, .host = 1, .generation = d.generation[1], .id = 2};
    drive_step(&d, &event); /* complete before its end */
    assert_task(&d, 1, TASK_RUNNING);
    drive_done(&d);
}

static void test_records_that_do_not_come(void **state)
{
    (void)state;
    struct drive d;
    drive_init(&d, plan_build(1, one, 1), 0);
    drive_simple(&d, EVENT_START);
    d.control[0] = 500;
    drive_attach(&d, 0);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    drive_wait(&d, ENGINE_REPLAY_LIMIT_MS);
    assert_non_null(drive_find(&d, EFFECT_DROP, 0, NO_TASK));
    assert_non_null(drive_find(&d, EFFECT_CONNECT, 0, NO_TASK));
    drive_attach(&d, 0);
    drive_wait(&d, ENGINE_REPLAY_LIMIT_MS);
    assert_host(&d, 0, HOST_FAILED);
    drive_done(&d);
}

/* A run whose only step that could run has failed, while the other host is still being attached to. */
static void fail_before_the_other_comes(struct drive *d)
{
    struct plan *plan = plan_build(2, one, 1);
    plan_need(plan, 1, 0);
    drive_init(d, plan, 0);
    drive_simple(d, EVENT_START);
    drive_attach(d, 0);
    drive_run(d, 1, HOW_EXIT, 1);
    assert_task(d, 0, TASK_FAILED);
    drive_bye(d, 0);
    assert_host(d, 1, HOST_CONNECTING);
}

/* What was begun there is ended, too: else its supervisor would hold the host until the next boot. */
static void test_a_host_that_comes_late_is_let_go(void **state)
{
    (void)state;
    struct drive d;
    fail_before_the_other_comes(&d);
    assert_null(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK));
    assert_int_equal(d.run->state, RUN_RUNNING);
    drive_attach(&d, 1);
    assert_int_equal(drive_count(&d, EFFECT_SEND), 0);
    const struct effect *quit = drive_find(&d, EFFECT_QUIT, 1, NO_TASK);
    assert_true(quit && !quit->is_clear);
    drive_bye(&d, 1);
    assert_int_equal(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK)->outcome, OUTCOME_FAILED);
    drive_done(&d);
    /* it does not come: that is the end */
    fail_before_the_other_comes(&d);
    drive_down(&d, 1, "dial-refused", false);
    assert_int_equal(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK)->outcome, OUTCOME_FAILED);
    drive_done(&d);
    /* nobody wants to wait for it */
    fail_before_the_other_comes(&d);
    drive_simple(&d, EVENT_STOP);
    assert_non_null(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK));
    drive_done(&d);
}

static void test_empty_plan(void **state)
{
    (void)state;
    struct drive d;
    drive_init(&d, plan_build(2, one, 0), 0);
    drive_simple(&d, EVENT_START);
    assert_int_equal(drive_find(&d, EFFECT_ENDED, NO_HOST, NO_TASK)->outcome, OUTCOME_OK);
    drive_done(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_run_from_beginning_to_end),
        cmocka_unit_test(test_states_of_what_ended_well),
        cmocka_unit_test(test_results_are_kept_once),
        cmocka_unit_test(test_a_failure_holds_up_only_what_needs_it),
        cmocka_unit_test(test_failures_say_why),
        cmocka_unit_test(test_parallel_and_serial),
        cmocka_unit_test(test_serial_waits_for_a_retry),
        cmocka_unit_test(test_retries_wait_and_are_counted),
        cmocka_unit_test(test_hosts_that_are_not_reached),
        cmocka_unit_test(test_link_lost_and_back),
        cmocka_unit_test(test_unanswered_request_goes_again_after_reattaching),
        cmocka_unit_test(test_lost_for_good),
        cmocka_unit_test(test_not_passing_while_up),
        cmocka_unit_test(test_two_protocol_faults_in_a_row),
        cmocka_unit_test(test_accept_limit),
        cmocka_unit_test(test_full_disk_is_named),
        cmocka_unit_test(test_audits_while_something_runs),
        cmocka_unit_test(test_last_resort_beyond_the_limit),
        cmocka_unit_test(test_interrupted),
        cmocka_unit_test(test_what_is_always_interrupted_ends),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_reboot),
        cmocka_unit_test(test_reboot_that_does_not_come_back),
        cmocka_unit_test(test_known_end_without_its_streams),
        cmocka_unit_test(test_records_gone_from_the_host),
        cmocka_unit_test(test_stop_once_twice_thrice),
        cmocka_unit_test(test_stop_does_not_start_what_was_interrupted),
        cmocka_unit_test(test_stop_and_go_on),
        cmocka_unit_test(test_leave_and_resume),
        cmocka_unit_test(test_containers_wait_for_what_makes_them),
        cmocka_unit_test(test_resume_tries_failed_ones_again_if_asked),
        cmocka_unit_test(test_resume_forgets_an_abort_that_nobody_heard),
        cmocka_unit_test(test_abort_and_cancel_a_task),
        cmocka_unit_test(test_abort_run),
        cmocka_unit_test(test_skip),
        cmocka_unit_test(test_secrets_are_fetched_before_they_are_read),
        cmocka_unit_test(test_a_secret_that_is_gone_is_minted_again_once),
        cmocka_unit_test(test_a_failed_reader_has_its_secret_looked_at),
        cmocka_unit_test(test_minting_without_a_check),
        cmocka_unit_test(test_a_wake_that_is_early),
        cmocka_unit_test(test_a_secret_that_does_not_come),
        cmocka_unit_test(test_after_resume_secrets_are_fetched_again),
        cmocka_unit_test(test_journal_failed),
        cmocka_unit_test(test_hosts_that_lie),
        cmocka_unit_test(test_records_that_do_not_come),
        cmocka_unit_test(test_a_host_that_comes_late_is_let_go),
        cmocka_unit_test(test_empty_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
