/* The longest chain of a run: by needs, by places of a step, by what did not run. */
#include "tests/unit/test.h"

#include <stdio.h>

#include "model/chain.h"

/* On two hosts: a, then b (one host at a time), then c on the first, which needs all b. */
static struct plan plan;
static struct plan_step steps[3] = {{.id = "a"}, {.id = "b", .serial = 1}, {.id = "c"}};
static struct plan_host hosts[2];
static size_t needs_a0[] = {0}, needs_a1[] = {1}, needs_b[] = {2, 3};
static struct plan_task tasks[5] = {{.step = 0, .host = 0},
                                    {.step = 0, .host = 1},
                                    {.step = 1, .host = 0, .needs = needs_a0, .need_count = 1},
                                    {.step = 1, .host = 1, .needs = needs_a1, .need_count = 1},
                                    {.step = 2, .host = 0, .needs = needs_b, .need_count = 2}};
static struct run *run;

static int setup(void **state)
{
    (void)state;
    steps[1].serial = 1;
    plan = (struct plan){.steps = steps, .step_count = 3, .hosts = hosts, .host_count = 2, .tasks = tasks, .task_count = 5};
    run = run_new(&plan);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    run_free(&run);
    return 0;
}

static void ran(size_t task, enum task_state state, uint64_t from, uint64_t to)
{
    run->tasks[task].state = state;
    run->tasks[task].started_ms = 100 + from;
    run->tasks[task].ended_ms = 100 + to;
}

static void is_chain(uint64_t ms, const char *want)
{
    struct chain chain;
    char found[32] = "";
    chain_find(run, &chain);
    for (size_t i = 0; i < chain.count; i++)
        snprintf(found + i, sizeof found - i, "%zu", chain.tasks[i]);
    assert_string_equal(found, want);
    assert_int_equal(chain.ms, ms);
    chain_done(&chain);
}

static void what_is_needed_comes_before(void **state)
{
    (void)state;
    is_chain(0, "");
    steps[1].serial = 0;
    ran(0, TASK_OK, 0, 10);
    ran(1, TASK_OK, 0, 30);
    ran(2, TASK_OK, 10, 50);
    ran(3, TASK_WARNED, 31, 45);
    ran(4, TASK_OK, 50, 60);
    is_chain(60, "024"); /* 10 + 40 + 10, not 30 + 14 + 10 */
    ran(1, TASK_OK, 0, 40);
    ran(3, TASK_OK, 40, 80);
    ran(4, TASK_OK, 80, 90);
    is_chain(90, "134");
}

static void a_step_with_one_place_stands_in_line(void **state)
{
    (void)state;
    ran(0, TASK_OK, 0, 10);
    ran(1, TASK_OK, 0, 12);
    ran(3, TASK_OK, 12, 40); /* the second host was first */
    ran(2, TASK_OK, 40, 60);
    ran(4, TASK_OK, 60, 61);
    is_chain(61, "1324");
}

static void what_did_not_run_takes_no_time(void **state)
{
    (void)state;
    ran(0, TASK_OK, 0, 10);
    ran(2, TASK_SKIPPED, 0, 5000);
    ran(3, TASK_RUNNING, 0, 9000);
    ran(4, TASK_FAILED, 10, 30);
    is_chain(30, "04"); /* through what was skipped */
    ran(4, TASK_PENDING, 0, 0);
    is_chain(10, "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_needed_comes_before, setup, teardown),
        cmocka_unit_test_setup_teardown(a_step_with_one_place_stands_in_line, setup, teardown),
        cmocka_unit_test_setup_teardown(what_did_not_run_takes_no_time, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
