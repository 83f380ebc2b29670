#include "tests/unit/spell_fixture.h"

#include "spell/plan_make.h"

#define QUESTIONS                                                                                                      \
    "questions:\n"                                                                                                     \
    "  - {key: runtime, label: R, type: boolean, default: true}\n"                                                     \
    "  - {key: token, label: K, type: password, required: false}\n"

static struct spell *spell;
static struct fixture fixture;

static void load_spell(const char *steps)
{
    char *errors = NULL, *text = mem_printf("%s%s%s", FIXTURE_HEAD, QUESTIONS, steps);
    spell_free(&spell);
    fixture_write(&fixture, "spell.yaml", text);
    spell = fixture_load(&fixture, &errors);
    if (!spell)
        fail_msg("%s", errors);
    free(text);
}

static int set_up(void **state)
{
    (void)state;
    fixture_init(&fixture);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_end(&fixture, &spell);
    return 0;
}

static struct answers *answers_of(const char *more)
{
    struct err_list errors = {0};
    char *text = mem_printf("version: 1\nname: test\nspell: demo\ntopology: any\nhosts:\n"
                            "  - {name: m1, address: 10.0.0.1, roles: [master]}\n"
                            "  - {name: m2, address: 10.0.0.2, roles: [master, worker]}\n"
                            "  - {name: w1, address: 10.0.0.3, roles: [worker]}\n%s",
                            more);
    struct answers *answers = answers_parse("a.yaml", text, strlen(text), NULL, spell, &errors);
    if (!answers)
        fail_msg("%s", errors.items[0].text);
    free(text);
    return answers;
}

/* The plan's tasks as "step@host<need@host,need@host " in order. */
static char *tasks_of(const char *action, const char *more)
{
    struct err_list errors = {0};
    struct answers *answers = answers_of(more);
    struct plan *plan = plan_make(spell, answers, action, NULL, &errors);
    char *all = mem_strdup("");
    if (!plan)
        fail_msg("%s", errors.items[0].text);
    for (size_t i = 0; i < plan->task_count; i++) {
        const struct plan_task *task = &plan->tasks[i];
        char *line = mem_printf("%s%s@%s", all, plan->steps[task->step].id, plan->hosts[task->host].host.name);
        for (size_t j = 0; j < task->need_count; j++) {
            const struct plan_task *need = &plan->tasks[task->needs[j]];
            assert_true(task->needs[j] < i); /* every task stands behind those it needs */
            char *longer = mem_printf("%s%s%s@%s", line, j ? "," : "<", plan->steps[need->step].id, plan->hosts[need->host].host.name);
            free(line);
            line = longer;
        }
        free(all);
        all = mem_printf("%s ", line);
        free(line);
    }
    plan_free(&plan);
    answers_free(&answers);
    return all;
}

static void expect(const char *action, const char *more, const char *want)
{
    char *got = tasks_of(action, more);
    if (strcmp(got, want) != 0) {
        fprintf(stderr, "wanted %s\ngot    %s\n", want, got);
        fail();
    }
    free(got);
}

static void needs_mean_the_same_host_or_all(void **state)
{
    (void)state;
    load_spell("steps:\n"
               "  - {id: join, title: J, on: rest(master), needs: [init, prep], run: one.sh}\n"
               "  - {id: prep, title: P, on: all, run: one.sh}\n"
               "  - {id: init, title: I, on: first(master), needs: [prep], run: one.sh}\n"
               "  - {id: verify, title: V, on: first(master), needs: [{step: prep, hosts: all}, join], run: one.sh}\n");
    expect("install", "",
           "prep@m1 prep@m2 prep@w1 init@m1<prep@m1 join@m2<init@m1,prep@m2 verify@m1<prep@m1,prep@m2,prep@w1,join@m2 ");
}

static void steps_that_run_nowhere_are_passed_through(void **state)
{
    (void)state;
    load_spell("actions: [{name: extra, title: X}]\n"
               "steps:\n"
               "  - {id: prep, title: P, on: all, run: one.sh}\n"
               "  - {id: runtime, title: R, on: all, when: runtime, needs: [prep], run: one.sh}\n"
               "  - {id: packages, title: K, on: worker, needs: [runtime], run: one.sh}\n"
               "  - {id: extra, title: E, on: worker, needs: [packages], run: one.sh, actions: [extra]}\n");
    expect("install", "answers: {runtime: true}\n",
           "prep@m1 prep@m2 prep@w1 runtime@m1<prep@m1 runtime@m2<prep@m2 runtime@w1<prep@w1 "
           "packages@m2<runtime@m2 packages@w1<runtime@w1 ");
    expect("install", "answers: {runtime: false}\n", "prep@m1 prep@m2 prep@w1 packages@m2<prep@m2 packages@w1<prep@w1 ");
    expect("extra", "", "extra@m2 extra@w1 ");
}

static void reset_goes_backwards_through_undo(void **state)
{
    (void)state;
    load_spell("steps:\n"
               "  - {id: prep, title: P, on: all, run: one.sh, undo: undo.sh, check: check.sh, reads: [token], results: [r]}\n"
               "  - {id: middle, title: M, on: all, needs: [prep], run: one.sh, mints: [key]}\n"
               "  - {id: join, title: J, on: worker, needs: [middle], run: one.sh, undo: undo.sh, reads: [key, token]}\n");
    /* middle has no undo: what needed it counts in its place */
    expect("reset", "", "join@w1 join@m2 prep@w1<join@w1 prep@m2<join@m2 prep@m1 ");
    struct err_list errors = {0};
    struct answers *answers = answers_of("");
    struct plan *plan = plan_make(spell, answers, "reset", NULL, &errors);
    assert_string_equal(plan->steps[0].script_path, "undo.sh");
    assert_string_equal(plan->steps[0].title, "Undo: J");
    assert_null(plan->steps[1].check);
    assert_int_equal(plan->steps[0].rerun, RERUN_SAFE);
    assert_int_equal(plan->steps[0].reads.count, 1); /* token; the minted key is gone by then */
    assert_string_equal(plan->steps[0].reads.items[0], "token");
    assert_int_equal(plan->steps[1].results.count, 0);
    plan_free(&plan);
    answers_free(&answers);
}

static void faults_are_named(void **state)
{
    (void)state;
    load_spell("steps:\n  - {id: a, title: A, on: worker, when: not runtime, run: one.sh}\n");
    struct err_list errors = {0};
    struct answers *answers = answers_of("");
    assert_null(plan_make(spell, answers, "instal", NULL, &errors));
    assert_string_equal(errors.items[0].text,
                        "the spell demo has no action \"instal\"; did you mean \"install\"? (it has: install, reset)");
    assert_null(plan_make(spell, answers, "install", NULL, &errors));
    assert_string_equal(errors.items[1].text,
                        "with these answers there is nothing to do: no step of \"install\" runs on any host");
    assert_null(plan_make(spell, answers, "reset", NULL, &errors));
    answers_free(&answers);
    err_list_done(&errors);
}

static const char *variable(const struct plan *plan, size_t host, const char *name)
{
    for (size_t i = 0; i < plan->hosts[host].variable_count; i++)
        if (strcmp(plan->hosts[host].variables[i].name, name) == 0)
            return plan->hosts[host].variables[i].value;
    return NULL;
}

static void hosts_get_their_variables_and_no_secret(void **state)
{
    (void)state;
    load_spell("steps:\n  - {id: a, title: A, on: all, run: one.sh, reads: [token]}\n");
    struct err_list errors = {0};
    setenv("KWIZ_TEST_TOKEN", "hunter2", 1);
    struct answers *answers = answers_of("secrets: {token: env:KWIZ_TEST_TOKEN}\n");
    struct plan *plan = plan_make(spell, answers, "install", NULL, &errors);
    assert_string_equal(variable(plan, 1, "KWIZ_HOST"), "m2");
    assert_string_equal(variable(plan, 1, "KWIZ_ADDRESS"), "10.0.0.2");
    assert_string_equal(variable(plan, 1, "KWIZ_ROLES"), "master worker");
    assert_string_equal(variable(plan, 1, "KWIZ_SPELL"), "demo");
    assert_string_equal(variable(plan, 1, "KWIZ_TOPOLOGY"), "any");
    assert_string_equal(variable(plan, 1, "KWIZ_CLUSTER"), "test");
    assert_string_equal(variable(plan, 1, "KWIZ_ANSWER_runtime"), "true");
    assert_string_equal(variable(plan, 0, "KWIZ_HOSTS_TABLE"),
                        "m1 10.0.0.1 master\nm2 10.0.0.2 master,worker\nw1 10.0.0.3 worker");
    assert_null(variable(plan, 0, "KWIZ_ANSWER_token"));
    char *one = plan_json(plan);
    assert_null(strstr(one, "hunter2"));
    plan_free(&plan);
    plan = plan_make(spell, answers, "install", NULL, &errors);
    char *two = plan_json(plan);
    assert_string_equal(one, two); /* byte for byte */
    free(one);
    free(two);
    plan_free(&plan);
    answers_free(&answers);
}

static void what_is_fetched_is_told(void **state)
{
    (void)state;
    load_spell("steps:\n  - id: a\n    title: A\n    on: all\n    run: one.sh\n    undo: one.sh\n    downloads:\n"
               "      - {what: \"R {runtime}\", from: \"http://{topology}/{runtime}{\", when: runtime}\n"
               "      - {what: never, when: not runtime}\n      - {what: P}\n");
    struct err_list errors = {0};
    struct answers *answers = answers_of("");
    struct plan *plan = plan_make(spell, answers, "install", NULL, &errors);
    assert_int_equal(plan->steps[0].download_count, 2);
    assert_string_equal(plan->steps[0].downloads[0].what, "R true");
    assert_string_equal(plan_download_from(&plan->steps[0].downloads[0]), "http://any/true{");
    assert_string_equal(plan_download_from(&plan->steps[0].downloads[1]), "the host's own package sources");
    char *json = plan_json(plan);
    assert_non_null(strstr(json, "http://any/true{"));
    free(json);
    plan_free(&plan);
    plan = plan_make(spell, answers, "reset", NULL, &errors);
    assert_int_equal(plan->steps[0].download_count, 0);
    plan_free(&plan);
    answers_free(&answers);
}

/* The rows of a table that are for this site: of a name, not too new, one of each kind or one for each word. */
static void what_is_fetched_stands_in_tables(void **state)
{
    (void)state;
    fixture_write(&fixture, "r.table",
                  "name\tversion\tleast\tarch\tparts\n"
                  "tool\t2.1\t1.30\tamd64\tq.io/a:2,q.io/b:1\ntool\t2.0\t1.30\tarm64\t-\ntool\t1.1\t1.20\tamd64\tq.io/a:1\n"
                  "tool\t1.0\t1.20\tarm64\t-\nother\t9\t-\tamd64\t\n");
    static const struct {
        const char *release, *want;
    } cases[] = {
        /* 2.1 for each part; one version of each kind */
        {"1.30", "2.1 q.io/a:2 2.1 q.io/b:1 amd64 2.1 arm64 2.0 other 9 "},
        {"1.36.4", "2.1 q.io/a:2 2.1 q.io/b:1 amd64 2.1 arm64 2.0 other 9 "},
        {"1.29.9", "1.1 q.io/a:1 amd64 1.1 arm64 1.0 other 9 "},
        {"1.19", "other 9 "},
    };
    load_spell("  - {key: release, label: V, type: version}\n  - {key: net, label: N, type: text, default: tool}\ndata: [r.table]\n"
               "steps:\n  - id: a\n    title: A\n    on: all\n    run: one.sh\n    undo: one.sh\n    downloads:\n"
               "      - {what: \"{row.version} {row.parts}\", from: \"{row.parts}\", row: {table: r.table, key: \"{net}\", least: release, words: parts}}\n"
               "      - {what: \"{row.arch} {row.version}\", row: {table: r.table, key: tool, least: release, each: arch}}\n"
               "      - {what: \"{row.name} {row.version}\", row: {table: r.table, key: other, least: release}}\n"
               "      - {what: none, row: {table: r.table, key: nobody}}\n"
               "      - {what: none, row: {table: r.table, key: other, words: parts}}\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err_list errors = {0};
        char *more = mem_printf("answers:\n  release: \"%s\"\n", cases[i].release), *all = mem_strdup("");
        struct answers *answers = answers_of(more);
        struct plan *plan = plan_make(spell, answers, "install", NULL, &errors);
        for (size_t j = 0; j < plan->steps[0].download_count; j++) {
            char *next = mem_printf("%s%s ", all, plan->steps[0].downloads[j].what);
            free(all);
            all = next;
        }
        assert_string_equal(all, cases[i].want);
        if (plan->steps[0].downloads[0].from)
            assert_string_equal(plan_download_from(&plan->steps[0].downloads[0]), strncmp(cases[i].release, "1.2", 3) == 0 ? "q.io/a:1" : "q.io/a:2");
        plan_free(&plan);
        answers_free(&answers);
        free(all);
        free(more);
    }
}

/* What is left as "step@host<need@host ", then what is taken as done as "|step@host>step:lacks ", then the hosts that are left out. */
static char *narrowed(const char *action, const char *limit, const char *only)
{
    struct err_list errors = {0};
    struct narrowing narrowing = {0};
    struct answers *answers = answers_of("");
    narrowing_add(&narrowing.limit, limit);
    narrowing_add(&narrowing.only, only);
    struct plan *plan = plan_make(spell, answers, action, &narrowing, &errors);
    struct buf out;
    buf_init(&out, 10000);
    for (size_t i = 0; i < errors.count; i++)
        buf_addf(&out, "%s%s", errors.items[i].code == ERR_USAGE ? "!" : "?", errors.items[i].text);
    for (size_t i = 0; plan && i < plan->task_count; i++) {
        const struct plan_task *task = &plan->tasks[i];
        buf_addf(&out, "%s@%s", plan->steps[task->step].id, plan->hosts[task->host].host.name);
        for (size_t j = 0; j < task->need_count; j++) {
            assert_true(task->needs[j] < i);
            const struct plan_task *need = &plan->tasks[task->needs[j]];
            buf_addf(&out, "%s%s@%s", j ? "," : "<", plan->steps[need->step].id, plan->hosts[need->host].host.name);
        }
        buf_adds(&out, " ");
    }
    for (size_t i = 0; plan && i < plan->gap_count; i++) {
        char *lacks = strv_join(&plan->gaps[i].lacks, ",");
        buf_addf(&out, "|%s@%s>%s:%s ", plan->gaps[i].step, plan->hosts[plan->gaps[i].host].host.name, plan->gaps[i].for_step, lacks);
        free(lacks);
    }
    for (size_t i = 0; plan && i < plan->host_count; i++)
        if (plan->hosts[i].is_left_out)
            buf_addf(&out, "-%s ", plan->hosts[i].host.name);
    /* scripts are told the same */
    for (size_t i = 0; plan && i < plan->host_count; i++) {
        const struct plan_variable *last = &plan->hosts[i].variables[plan->hosts[i].variable_count - 1];
        bool is_told = strcmp(last->name, "KWIZ_LEFT_OUT") == 0;
        size_t count = 0;
        for (size_t h = 0; h < plan->host_count; h++) {
            count += plan->hosts[h].is_left_out;
            assert_true(!is_told || plan->hosts[h].is_left_out == (strstr(last->value, plan->hosts[h].host.name) != NULL));
        }
        assert_int_equal(is_told, count > 0);
    }
    plan_free(&plan);
    answers_free(&answers);
    narrowing_done(&narrowing);
    err_list_done(&errors);
    return buf_take(&out);
}

static void expect_narrowed(const char *action, const char *limit, const char *only, const char *want)
{
    char *got = narrowed(action, limit, only);
    if (strcmp(got, want) != 0) {
        fprintf(stderr, "--limit %s --only %s\nwanted %s\ngot    %s\n", limit, only, want, got);
        fail();
    }
    free(got);
}

static void a_plan_is_narrowed_to_hosts_and_steps(void **state)
{
    (void)state;
    load_spell("steps:\n"
               "  - {id: prep, title: P, on: all, run: one.sh, undo: undo.sh}\n"
               "  - {id: init, title: I, on: first(master), needs: [prep], run: one.sh}\n"
               "  - {id: token, title: T, on: first(master), needs: [init], run: one.sh, mints: [key], results: [end]}\n"
               "  - {id: wait, title: W, on: first(master), needs: [token], run: one.sh}\n"
               "  - {id: join, title: J, on: worker, needs: [prep, wait], run: one.sh, undo: undo.sh, reads: [key]}\n"
               "  - {id: verify, title: V, on: first(master), needs: [{step: join, hosts: all}], run: one.sh}\n"
               "  - {id: odd, title: O, on: worker, when: not runtime, run: one.sh}\n");
    expect_narrowed("install", "w1", "", "prep@w1 join@w1<prep@w1 |wait@m1>join: |token@m1>join:key -m1 -m2 ");
    /* needs lead through what was left out */
    expect_narrowed("install", "m1", "", "prep@m1 init@m1<prep@m1 token@m1<init@m1 wait@m1<token@m1 verify@m1<wait@m1 |join@m2>verify: |join@w1>verify: -m2 -w1 ");
    expect_narrowed("install", "", "prep,verify", "prep@m1 prep@m2 prep@w1 verify@m1<prep@w1,prep@m1,prep@m2 "
                                                  "|join@m2>verify: |join@w1>verify: ");
    expect_narrowed("install", "worker", "join", "join@m2 join@w1 |prep@m2>join: |wait@m1>join: |token@m1>join:key |prep@w1>join: -m1 ");
    expect_narrowed("install", "m*", "to*", "token@m1 |init@m1>token: -m2 -w1 ");
    expect_narrowed("install", "m?,w1", "prep", "prep@m1 prep@m2 prep@w1 ");
    expect_narrowed("reset", "w1", "", "join@w1 prep@w1<join@w1 -m1 -m2 ");
    expect_narrowed("reset", "", "prep", "prep@w1 prep@m2 prep@m1 |join@w1>prep: |join@m2>prep: ");
}

static void what_narrows_to_nothing_is_refused(void **state)
{
    (void)state;
    expect_narrowed("install", "w2", "", "!--limit w2: no host has that name or role; did you mean m2?");
    expect_narrowed("install", "workers", "jion",
                    "!--limit workers: no host has that name or role; did you mean worker?!--only jion: there is no such step; did you mean join?");
    expect_narrowed("install", "x*", "", "!--limit x*: no host's name is like that");
    expect_narrowed("install", "", "odd", "!--only odd: that step does not run with these answers");
    expect_narrowed("install", "w1", "init", "!--limit and --only leave nothing to do: none of these steps runs on any of these hosts");
}

static void a_narrowed_plan_says_so(void **state)
{
    (void)state;
    struct err_list errors = {0};
    struct narrowing narrowing = {0};
    struct answers *answers = answers_of("");
    struct plan *whole = plan_make(spell, answers, "install", NULL, &errors), *empty = plan_make(spell, answers, "install", &narrowing, &errors);
    narrowing_add(&narrowing.limit, ",w1,,w1,m1,");
    assert_int_equal(narrowing.limit.count, 2);
    struct plan *part = plan_make(spell, answers, "install", &narrowing, &errors);
    char *one = plan_json(whole), *two = plan_json(empty), *three = plan_json(part);
    assert_string_equal(one, two);
    assert_null(strstr(one, "selected"));
    assert_non_null(strstr(three, "\"selected\": false"));
    assert_non_null(strstr(three, "\"taken_as_done\""));
    assert_string_equal(variable(part, 2, "KWIZ_HOSTS_TABLE"), variable(whole, 2, "KWIZ_HOSTS_TABLE"));
    free(one);
    free(two);
    free(three);
    plan_free(&whole);
    plan_free(&empty);
    plan_free(&part);
    narrowing_done(&narrowing);
    answers_free(&answers);
}

/* 300 hosts, 40 steps that all wait for all hosts of the one before: the plan must neither take all memory nor minutes. */
static void a_large_fleet_is_planned_or_refused(void **state)
{
    (void)state;
    struct buf steps, hosts;
    struct err_list errors = {0};
    buf_init(&steps, 100000);
    buf_init(&hosts, 1000000);
    buf_adds(&steps, "steps:\n  - {id: s0, title: S, on: all, run: one.sh}\n");
    for (int i = 1; i < 40; i++)
        buf_addf(&steps, "  - {id: s%d, title: S, on: all, run: one.sh, needs: [{step: s%d, hosts: all}], undo: undo.sh}\n", i, i - 1);
    load_spell(buf_text(&steps));
    buf_adds(&hosts, "version: 1\nname: test\nspell: demo\ntopology: any\nhosts:\n  - {name: m1, address: 10.0.0.1, roles: [master]}\n");
    for (int i = 0; i < 299; i++)
        buf_addf(&hosts, "  - {name: w%d, address: 10.1.%d.%d, roles: [worker]}\n", i, i / 200, i % 200);
    struct answers *answers = answers_parse("a", buf_text(&hosts), hosts.len, NULL, spell, &errors);
    assert_non_null(answers);
    struct plan *plan = plan_make(spell, answers, "install", NULL, &errors);
    assert_non_null(plan);
    assert_int_equal(plan->task_count, 12000);
    assert_int_equal(plan->tasks[11999].need_count, 300);
    plan_free(&plan);
    plan = plan_make(spell, answers, "reset", NULL, &errors);
    assert_non_null(plan);
    plan_free(&plan);
    struct narrowing narrowing = {0};
    narrowing_add(&narrowing.only, "s0,s39");
    plan = plan_make(spell, answers, "install", &narrowing, &errors);
    assert_non_null(plan);
    assert_int_equal(plan->tasks[599].need_count, 300);
    plan_free(&plan);
    narrowing_done(&narrowing);
    answers_free(&answers);
    buf_done(&steps);
    buf_done(&hosts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(needs_mean_the_same_host_or_all),     cmocka_unit_test(steps_that_run_nowhere_are_passed_through),
        cmocka_unit_test(reset_goes_backwards_through_undo),   cmocka_unit_test(faults_are_named),
        cmocka_unit_test(a_plan_is_narrowed_to_hosts_and_steps), cmocka_unit_test(what_narrows_to_nothing_is_refused),
        cmocka_unit_test(a_narrowed_plan_says_so),
        cmocka_unit_test(hosts_get_their_variables_and_no_secret),
        cmocka_unit_test(what_is_fetched_is_told), cmocka_unit_test(what_is_fetched_stands_in_tables), cmocka_unit_test(a_large_fleet_is_planned_or_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
