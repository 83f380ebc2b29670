#include "tests/unit/test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/remaining.h"

#define NOW 1000000u
#define HOSTS 3

/* Steps a, b, c, d on three hosts; each step needs the one before on the same host. */
static struct plan plan;
static struct plan_step steps[4];
static struct plan_host hosts[HOSTS];
static struct plan_task tasks[4 * HOSTS];
static size_t needs[4 * HOSTS];
static struct run *run;

static size_t task(size_t step, size_t host)
{
    return step * HOSTS + host;
}

static int setup(void **state)
{
    (void)state;
    memset(steps, 0, sizeof steps);
    for (size_t s = 0; s < 4; s++) {
        steps[s].timeout_ms = 100000;
        for (size_t h = 0; h < HOSTS; h++) {
            needs[task(s, h)] = s ? task(s - 1, h) : 0;
            tasks[task(s, h)] = (struct plan_task){.step = s, .host = h, .needs = &needs[task(s, h)], .need_count = s > 0};
        }
    }
    plan = (struct plan){.steps = steps, .step_count = 4, .hosts = hosts, .host_count = HOSTS, .tasks = tasks, .task_count = 4 * HOSTS};
    run = run_new(&plan);
    for (size_t t = 0; t < plan.task_count; t++)
        run->tasks[t].percent = -1;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    run_free(&run);
    return 0;
}

static void took(size_t t, enum task_state state, uint64_t ms)
{
    run->tasks[t].state = state;
    run->tasks[t].started_ms = NOW - ms;
    run->tasks[t].ended_ms = NOW;
}

static void runs(size_t t, uint64_t ms, int percent)
{
    run->tasks[t].state = TASK_RUNNING;
    run->tasks[t].started_ms = NOW - ms;
    run->tasks[t].ended_ms = 0;
    run->tasks[t].percent = percent;
    run->tasks[t].percent_ms = NOW;
}

static void all_took(size_t step, uint64_t ms)
{
    for (size_t h = 0; h < HOSTS; h++)
        took(task(step, h), TASK_OK, ms);
}

static void is_left(uint64_t want)
{
    uint64_t left = 0;
    assert_true(remaining_ms(run, NOW, &left));
    assert_int_equal(left, want);
}

static void is_silent(void)
{
    uint64_t left;
    assert_false(remaining_ms(run, NOW, &left));
}

static void without_evidence_nothing_is_said(void **state)
{
    (void)state;
    is_silent();
    runs(task(0, 0), 60000, -1); /* running for long is no evidence */
    is_silent();
    runs(task(0, 0), 60000, 2); /* nor is so little progress */
    is_silent();
    runs(task(0, 0), 100, 50);
    is_silent();
    all_took(0, 10000); /* two steps say nothing about the others */
    all_took(1, 10000);
    is_silent();
}

static void other_hosts_tell(void **state)
{
    (void)state;
    all_took(0, 10000);
    all_took(1, 10000);
    all_took(2, 10000);
    took(task(3, 0), TASK_OK, 20000);
    runs(task(3, 1), 5000, -1);
    is_left(20000); /* the third has not begun */
    runs(task(3, 2), 12000, -1);
    is_left(15000);
    took(task(3, 1), TASK_OK, 40000); /* now 30 s in the middle */
    is_left(18000);
    runs(task(3, 2), 90000, -1); /* it takes longer than the others did */
    is_left(3000);
    took(task(3, 2), TASK_OK, 90000);
    is_silent(); /* nothing is left */
}

static void progress_tells(void **state)
{
    (void)state;
    for (size_t s = 0; s < 3; s++)
        all_took(s, 10000);
    for (size_t h = 0; h < HOSTS; h++)
        runs(task(3, h), 20000, 50);
    is_left(20000);
    runs(task(3, 1), 20000, 10);
    is_left(180000);
    runs(task(3, 1), 20000, 100);
    is_left(20000);
}

static void progress_that_stands_still_tells_nothing(void **state)
{
    (void)state;
    for (size_t s = 0; s < 3; s++)
        all_took(s, 10000);
    for (size_t h = 0; h < HOSTS; h++)
        runs(task(3, h), 20000, 10);
    is_left(180000);
    for (size_t h = 0; h < HOSTS; h++)
        run->tasks[task(3, h)].percent_ms = NOW - 19900;
    is_left(1000); /* by the others it would be over after 10 s */
    run->tasks[task(3, 1)].percent = 50;
    run->tasks[task(3, 1)].percent_ms = NOW - 5000; /* after 15 s, so that it takes 30 */
    is_left(10000);
}

static void steps_that_never_ran_are_judged_by_the_others(void **state)
{
    (void)state;
    for (size_t s = 0; s < 3; s++)
        all_took(s, 10000); /* a tenth of the limit */
    steps[3].timeout_ms = 500000;
    is_left(50000);
    steps[3].timeout_ms = 0;
    is_silent();
}

static void one_after_the_other_takes_longer(void **state)
{
    (void)state;
    for (size_t s = 0; s < 3; s++)
        all_took(s, 10000);
    is_left(10000);
    steps[3].serial = 1;
    is_left(30000);
    steps[3].serial = 2;
    is_left(20000);
    runs(task(3, 2), 4000, -1);
    took(task(3, 0), TASK_OK, 10000);
    steps[3].serial = 1;
    is_left(16000);
}

static void chains_add_up(void **state)
{
    (void)state;
    all_took(0, 10000);
    took(task(1, 0), TASK_OK, 20000);
    took(task(2, 0), TASK_OK, 30000);
    took(task(3, 0), TASK_OK, 40000);
    is_left(90000);
}

static void what_can_not_go_on_does_not_count(void **state)
{
    (void)state;
    all_took(0, 10000);
    took(task(1, 0), TASK_OK, 20000);
    took(task(2, 0), TASK_OK, 30000);
    took(task(3, 0), TASK_OK, 40000);
    took(task(1, 1), TASK_FAILED, 500000);
    took(task(1, 2), TASK_OK, 20000);
    took(task(2, 2), TASK_OK, 30000);
    is_left(40000);
    run->state = RUN_PAUSED;
    is_silent();
    run->state = RUN_ENDED;
    is_silent();
}

static void what_had_nothing_to_do_counts_least(void **state)
{
    (void)state;
    for (size_t s = 0; s < 3; s++)
        all_took(s, 10000);
    took(task(3, 0), TASK_UNCHANGED, 1000);
    is_left(1000);
    took(task(3, 1), TASK_OK, 15000);
    is_left(15000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_evidence_nothing_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(other_hosts_tell, setup, teardown),
        cmocka_unit_test_setup_teardown(progress_tells, setup, teardown),
        cmocka_unit_test_setup_teardown(progress_that_stands_still_tells_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(steps_that_never_ran_are_judged_by_the_others, setup, teardown),
        cmocka_unit_test_setup_teardown(one_after_the_other_takes_longer, setup, teardown),
        cmocka_unit_test_setup_teardown(chains_add_up, setup, teardown),
        cmocka_unit_test_setup_teardown(what_can_not_go_on_does_not_count, setup, teardown),
        cmocka_unit_test_setup_teardown(what_had_nothing_to_do_counts_least, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
