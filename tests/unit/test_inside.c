/* Hosts that are containers on another, and what has to be confirmed: spells, answers, plans, drafts. */
#include "tests/unit/spell_fixture.h"

#include "spell/draft.h"
#include "spell/plan_make.h"

#define TOP "kwiz: 1\nname: demo\ntitle: Demo\nversion: \"1.0\"\ntopologies:\n  - name: boxed\n    title: B\n    roles:\n" /* 8 lines */
#define ROLES                                                                                                          \
    "      box: {min: 1, max: 1}\n"                                                                                    \
    "      master: {inside: box, min: 1, max: 3}\n"                                                                    \
    "      worker: {inside: box, min: 0}\n"
#define QUESTIONS                                                                                                      \
    "questions:\n"                                                                                                     \
    "  - {key: risk, label: Much is lost, help: All of it., type: boolean, confirm: much-risk}\n"                      \
    "  - {key: address, label: A, type: address, when: several(master)}\n"
#define STEPS                                                                                                          \
    "steps:\n"                                                                                                         \
    "  - {id: make, title: M, on: box, run: one.sh, undo: undo.sh}\n"                                                  \
    "  - {id: prep, title: P, on: all, needs: [make], run: one.sh, undo: undo.sh}\n"                                   \
    "  - {id: lead, title: L, on: first(master), when: several(master), needs: [prep], run: two.sh, undo: undo.sh}\n"
#define HEAD "version: 1\nname: test\nspell: demo\ntopology: boxed\nhosts:\n" /* 5 lines */
#define BOX "  - {name: b, address: 10.0.0.9, roles: [box], user: ops, port: 2200}\n"
#define ONE "  - {name: m1, address: 10.9.0.1, roles: [master]}\n"
#define YES "confirm: [much-risk]\n"

static struct fixture fixture;
static struct spell *spell;

static int set_up(void **state)
{
    (void)state;
    spell = fixture_begin(&fixture, TOP ROLES QUESTIONS STEPS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_end(&fixture, &spell);
    return 0;
}

static void expect_text(const char *got, const char *want)
{
    if (strcmp(got, want) != 0) {
        fprintf(stderr, "wanted\n%sgot\n%s", want, got);
        fail();
    }
}

static struct answers *parse(const char *text, const struct answers_overrides *overrides, char **errors_text)
{
    struct err_list errors = {0};
    struct answers *answers = answers_parse("a.yaml", text, strlen(text), overrides, spell, &errors);
    *errors_text = fixture_errors(NULL, &errors);
    err_list_done(&errors);
    return answers;
}

static struct answers *must_parse(const char *text)
{
    char *errors;
    struct answers *answers = parse(text, NULL, &errors);
    if (!answers)
        fail_msg("%s", errors);
    free(errors);
    return answers;
}

static void expect_errors(const char *text, const char *want)
{
    char *errors;
    struct answers *answers = parse(text, NULL, &errors);
    expect_text(errors, want);
    free(errors);
    answers_free(&answers);
}

static void spells_say_where_containers_are(void **state)
{
    (void)state;
    struct fixture own;
    char *errors = NULL;
    fixture_init(&own);
    fixture_write(&own, "spell.yaml",
                  TOP "      box: {min: 1}\n      pod: {inside: box}\n      deep: {inside: pod, min: 1, max: 1}\n"
                      "      lost: {inside: bxo}\n" STEPS);
    struct spell *bad = fixture_load(&own, &errors);
    assert_null(bad);
    assert_non_null(strstr(errors, "spell.yaml:10:21: inside: the role \"box\" must have min: 1 and max: 1, and be inside of none itself\n"));
    assert_non_null(strstr(errors, "spell.yaml:11:22: inside: the role \"pod\" must have"));
    assert_non_null(strstr(errors, "spell.yaml:12:22: inside: expected the name of a role of this topology, found \"bxo\"\n"));
    free(errors);
    fixture_write(&own, "spell.yaml",
                  TOP ROLES "questions:\n  - {key: a, label: A, type: text, confirm: x}\n"
                            "  - {key: b, label: B, type: boolean, default: true, confirm: x}\n"
                            "  - {key: c, label: C, type: boolean, confirm: \"X y\"}\n" STEPS);
    bad = fixture_load(&own, &errors);
    assert_null(bad);
    assert_non_null(strstr(errors, "spell.yaml:13:36: confirm belongs to the type boolean without a default, not to text\n"));
    assert_non_null(strstr(errors, "spell.yaml:14:54: confirm belongs to the type boolean without a default, not to boolean with one\n"));
    assert_non_null(strstr(errors, "spell.yaml:15:48: confirm: expected a name of small letters, digits and -, found \"X y\"\n"));
    free(errors);
    fixture_done(&own);
}

static void containers_are_reached_through_their_host(void **state)
{
    (void)state;
    struct answers *answers = must_parse(HEAD ONE BOX YES "ssh: {user: all, become: sudo}\n");
    const struct host *inner = fleet_find(&answers->fleet, "m1"), *outer = fleet_find(&answers->fleet, "b");
    assert_true(outer->holds_containers);
    assert_null(outer->outer);
    assert_false(inner->holds_containers);
    assert_string_equal(inner->outer->name, "b");
    assert_string_equal(inner->outer->address, "10.0.0.9");
    assert_int_equal(inner->outer->port, 2200);
    struct host reach;
    host_copy_reach(&reach, inner, &answers->fleet.ssh);
    assert_string_equal(reach.outer->user, "ops");
    assert_string_equal(reach.outer->become, "sudo");
    assert_null(reach.user); /* in it we are root */
    assert_null(reach.become);
    host_done(&reach);
    answers_free(&answers);
}

static void what_makes_no_sense_of_containers_is_refused(void **state)
{
    (void)state;
    expect_errors(HEAD BOX "  - {name: m1, address: local, roles: [master], user: root, port: 22, host_keys: [\"SHA256:" /* 43 */
                           "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"]}\n"
                           "  - {name: m2, address: 10.9.0.2, roles: [worker, box]}\n" YES,
                  "a.yaml:6:3: hosts: the topology \"boxed\" wants at most 1 with the role box, found 2\n"
                  "a.yaml:7:25: address: \"m1\" is a container; expected its address in the network of LXD, found \"local\"\n"
                  "a.yaml:7:55: user: \"m1\" is a container, which is reached through the host with the role box; leave this out\n"
                  "a.yaml:7:67: port: \"m1\" is a container, which is reached through the host with the role box; leave this out\n"
                  "a.yaml:7:82: host_keys: \"m1\" is a container, which is reached through the host with the role box; leave this out\n"
                  "a.yaml:8:42: roles: \"m2\" can't be a container and a host of its own; give it roles of one kind\n");
}

static void what_must_be_confirmed_is_demanded(void **state)
{
    (void)state;
    struct err_list errors = {0};
    const char *text = HEAD BOX ONE;
    assert_null(answers_parse("a.yaml", text, strlen(text), NULL, spell, &errors));
    assert_int_equal(errors.count, 1);
    assert_int_equal(errors.items[0].code, ERR_CONFIRM);
    err_list_done(&errors);
    expect_errors(HEAD BOX ONE, "a.yaml:1:1: risk: \"Much is lost\" is not confirmed: All of it.; if you agree, write confirm: [much-risk]\n");
    expect_errors(HEAD BOX ONE "confirm: [other]\n",
                  "a.yaml:8:10: risk: \"Much is lost\" is not confirmed: All of it.; if you agree, write confirm: [much-risk]\n");
    expect_errors(HEAD BOX ONE "answers: {risk: true}\n",
                  "a.yaml:8:11: risk is a confirmation and stands in no answer; write confirm: [much-risk] when you agree\n");
}

static void a_confirmation_is_kept_where_it_belongs(void **state)
{
    (void)state;
    struct answers_overrides overrides = {0};
    char *errors;
    struct buf out;
    strv_add(&overrides.sets, "risk=true");
    struct answers *answers = parse(HEAD BOX ONE, &overrides, &errors);
    if (!answers)
        fail_msg("%s", errors);
    free(errors);
    assert_string_equal(answers_value(answers, "risk"), "true");
    buf_init(&out, 1 << 16);
    answers_text(answers, spell, &out);
    assert_non_null(strstr(buf_text(&out), "\nconfirm: [much-risk]\n"));
    assert_null(strstr(buf_text(&out), "risk:"));
    buf_clear(&out);
    struct err err = ERR_INIT;
    assert_true(answers_init(spell, "boxed", NULL, &out, &err));
    assert_non_null(strstr(buf_text(&out), "# confirm: [much-risk]\n"));
    buf_done(&out);
    char *schema = answers_schema(spell);
    assert_null(strstr(schema, "\"risk\""));
    free(schema);
    answers_free(&answers);
    strv_done(&overrides.sets);
}

/* "step@host " of each task. */
static char *tasks_of(const struct plan *plan)
{
    char *all = mem_strdup("");
    for (size_t i = 0; i < plan->task_count; i++) {
        char *more = mem_printf("%s%s@%s ", all, plan->steps[plan->tasks[i].step].id, plan->hosts[plan->tasks[i].host].host.name);
        free(all);
        all = more;
    }
    return all;
}

static void expect_plan(const char *answers_text, const char *action, const char *want)
{
    struct err_list errors = {0};
    struct answers *answers = must_parse(answers_text);
    struct plan *plan = plan_make(spell, answers, action, NULL, &errors);
    assert_non_null(plan);
    char *got = tasks_of(plan);
    assert_string_equal(got, want);
    free(got);
    plan_free(&plan);
    answers_free(&answers);
}

static void all_are_the_nodes_and_reset_takes_containers_whole(void **state)
{
    (void)state;
    static const char three[] = HEAD BOX ONE "  - {name: m2, address: 10.9.0.2, roles: [master]}\n"
                                             "  - {name: w1, address: 10.9.0.3, roles: [worker]}\n" YES "answers: {address: 10.9.0.9}\n";
    expect_plan(HEAD BOX ONE YES, "install", "make@b prep@m1 ");
    expect_plan(three, "install", "make@b prep@m1 prep@m2 prep@w1 lead@m1 ");
    expect_plan(three, "reset", "make@b ");
    struct err_list errors = {0};
    struct answers *answers = must_parse(three);
    struct plan *plan = plan_make(spell, answers, "install", NULL, &errors);
    const char *table = NULL;
    const struct plan_host *host = &plan->hosts[0];
    for (size_t i = 0; i < host->variable_count; i++)
        if (strcmp(host->variables[i].name, "KWIZ_HOSTS_TABLE") == 0)
            table = host->variables[i].value;
    assert_string_equal(table, "m1 10.9.0.1 master\nm2 10.9.0.2 master\nw1 10.9.0.3 worker");
    plan_free(&plan);
    answers_free(&answers);
}

static void several_is_asked_for_several(void **state)
{
    (void)state;
    expect_errors(HEAD BOX ONE "  - {name: m2, address: 10.9.0.2, roles: [master]}\n" YES,
                  "a.yaml:1:1: the answer \"address\" (A) is missing; expected an IPv4 or IPv6 address\n");
}

static void drafts_take_a_confirmation_as_an_answer(void **state)
{
    (void)state;
    struct err_list errors = {0};
    struct err err = ERR_INIT;
    struct judgement judgement;
    struct draft *draft = draft_new();
    char *path = mem_printf("%s/a.yaml", fixture.folder);
    fixture_write(&fixture, "a.yaml", HEAD BOX ONE "confirm: [other, much-risk]\n");
    assert_true(draft_open(draft, path, spell, &errors));
    assert_string_equal(draft_value(draft, "risk"), "true");
    draft_judge(draft, &judgement);
    assert_true(judgement.is_valid);
    assert_int_equal(judgement.answers->confirms.count, 2);
    judgement_done(&judgement);
    draft_set_value(draft, "risk", "false");
    draft_judge(draft, &judgement);
    assert_false(judgement.is_valid);
    const struct draft_fault *fault = judgement_at(&judgement, PART_QUESTION, 0, CELL_NAME);
    assert_non_null(fault);
    assert_non_null(strstr(fault->text, "is not confirmed"));
    judgement_done(&judgement);
    draft_set_value(draft, "risk", "true");
    assert_true(draft_save(draft, path, &err));
    draft_free(&draft);
    draft = draft_new();
    assert_true(draft_open(draft, path, spell, &errors));
    assert_string_equal(draft_value(draft, "risk"), "true");
    draft_free(&draft);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spells_say_where_containers_are),
        cmocka_unit_test(containers_are_reached_through_their_host),
        cmocka_unit_test(what_makes_no_sense_of_containers_is_refused),
        cmocka_unit_test(what_must_be_confirmed_is_demanded),
        cmocka_unit_test(a_confirmation_is_kept_where_it_belongs),
        cmocka_unit_test(all_are_the_nodes_and_reset_takes_containers_whole),
        cmocka_unit_test(several_is_asked_for_several),
        cmocka_unit_test(drafts_take_a_confirmation_as_an_answer),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
