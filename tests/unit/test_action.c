/* Actions of spells: reading them, their guards, their plans, and what they change in an answers file. */
#include "tests/unit/spell_fixture.h"

#include "spell/answers_edit.h"
#include "spell/plan_make.h"
#include "spell/yaml.h"

#define QUESTIONS                                                                                                      \
    "questions:\n"                                                                                                     \
    "  - {key: edition, label: E, type: version, default: \"1.20.1\"}\n"                                               \
    "  - {key: secret, label: S, type: password, required: false}\n"
#define STEPS                                                                                                          \
    "steps:\n"                                                                                                         \
    "  - {id: prep, title: P, on: all, run: one.sh, undo: undo.sh}\n"                                                  \
    "  - {id: init, title: I, on: first(master), needs: [prep], run: one.sh, undo: undo.sh}\n"                         \
    "  - {id: token, title: T, on: first(master), needs: [init], run: one.sh, actions: [install, add]}\n"              \
    "  - {id: join, title: J, on: rest(master) or worker, needs: [prep, token], run: one.sh, undo: undo.sh}\n"         \
    "  - {id: drain, title: D, on: first(master), needs: [init], run: one.sh, actions: [remove]}\n"                    \
    "  - {id: forget, title: F, on: not target, needs: [drain, undo], run: one.sh, actions: [remove]}\n"               \
    "  - {id: masters, title: M, on: master, run: one.sh, serial: 1, actions: [upgrade]}\n"                            \
    "  - {id: workers, title: W, on: not master, needs: [{step: masters, hosts: all}], run: one.sh, actions: [upgrade]}\n"
#define ACTIONS                                                                                                        \
    "actions:\n"                                                                                                       \
    "  - {name: add, title: A, targets: new, roles: [worker]}\n"                                                       \
    "  - {name: remove, title: R, targets: leaving, guards: [\n"                                                       \
    "      {role: master, majority: true, message: too many are lost, hint: mend one},\n"                              \
    "      {role: master, min: 1, message: the last one}]}\n"                                                          \
    "  - {name: upgrade, title: U, changes: [edition], guards: [{answer: edition, minors: 1, message: one at a time}]}\n"

static struct fixture fixture;
static struct spell *spell;

static int set_up(void **state)
{
    (void)state;
    spell = fixture_begin(&fixture, FIXTURE_HEAD QUESTIONS ACTIONS STEPS);
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
                            "  - {name: m2, address: 10.0.0.2, roles: [master]}\n"
                            "  - {name: m3, address: 10.0.0.3, roles: [master]}\n"
                            "  - {name: w1, address: 10.0.0.4, roles: [worker]}\n%s",
                            more);
    struct answers *answers = answers_parse("a.yaml", text, strlen(text), NULL, spell, &errors);
    if (!answers)
        fail_msg("%s", errors.items[0].text);
    free(text);
    return answers;
}

static void add_words(struct strv *list, const char *words)
{
    for (const char *p = words; *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        char *word = mem_strndup(p, n);
        strv_add(list, word);
        free(word);
        p += n;
    }
}

static struct plan *plan_of(const char *action, const char *targets, const char *lost, const char *before, const char *more, struct err_list *errors)
{
    struct action_call call = {.name = action};
    struct answers *answers = answers_of(more);
    add_words(&call.targets, targets);
    add_words(&call.lost, lost);
    add_words(&call.before, before);
    struct plan *plan = plan_make_call(spell, answers, &call, NULL, errors);
    action_call_done(&call);
    answers_free(&answers);
    return plan;
}

/* The plan's tasks as "step@host<need@host,need@host " in order, and at the end the hosts that are left out. */
static void expect_plan(const char *action, const char *targets, const char *lost, const char *want)
{
    struct err_list errors = {0};
    struct plan *plan = plan_of(action, targets, lost, "", "", &errors);
    struct buf got;
    buf_init(&got, 1 << 16);
    if (!plan)
        fail_msg("%s", errors.items[0].text);
    for (size_t i = 0; i < plan->task_count; i++) {
        const struct plan_task *task = &plan->tasks[i];
        buf_addf(&got, "%s@%s", plan->steps[task->step].id, plan->hosts[task->host].host.name);
        for (size_t j = 0; j < task->need_count; j++) {
            const struct plan_task *need = &plan->tasks[task->needs[j]];
            assert_true(task->needs[j] < i);
            buf_addf(&got, "%s%s@%s", j ? "," : "<", plan->steps[need->step].id, plan->hosts[need->host].host.name);
        }
        buf_adds(&got, " ");
    }
    buf_adds(&got, "-");
    for (size_t h = 0; h < plan->host_count; h++)
        if (plan->hosts[h].is_left_out)
            buf_addf(&got, " %s", plan->hosts[h].host.name);
    assert_string_equal(buf_text(&got), want);
    buf_done(&got);
    plan_free(&plan);
}

static void expect_refused(const char *action, const char *targets, const char *lost, const char *before, const char *more, enum err_code code,
                           const char *want)
{
    struct err_list errors = {0};
    struct plan *plan = plan_of(action, targets, lost, before, more, &errors);
    assert_null(plan);
    assert_true(errors.count >= 1);
    assert_string_equal(errors.items[0].text, want);
    assert_int_equal(errors.items[0].code, code);
    err_list_done(&errors);
}

static void new_hosts_get_what_install_does(void **state)
{
    (void)state;
    expect_plan("add", "w1", "", "prep@w1 token@m1<prep@w1 join@w1<prep@w1,token@m1 - m2 m3");
}

static void leaving_hosts_are_taken_back_in_between(void **state)
{
    (void)state;
    expect_plan("remove", "w1", "", "drain@m1 undo-join@w1<drain@m1 undo-prep@w1<undo-join@w1 "
                                    "forget@m1<drain@m1,undo-join@w1,undo-prep@w1 forget@m2<drain@m1,undo-join@w1,undo-prep@w1 "
                                    "forget@m3<drain@m1,undo-join@w1,undo-prep@w1 -");
}

static void who_leaves_does_not_command(void **state)
{
    (void)state;
    expect_plan("remove", "m1", "", "drain@m2 undo-init@m1<drain@m2 undo-prep@m1<undo-init@m1 "
                                    "forget@m2<drain@m2,undo-init@m1,undo-prep@m1 forget@m3<drain@m2,undo-init@m1,undo-prep@m1 "
                                    "forget@w1<drain@m2,undo-init@m1,undo-prep@m1 -");
}

static void nothing_is_done_on_lost_hosts(void **state)
{
    (void)state;
    expect_plan("remove", "m1", "m1", "drain@m2 forget@m2<drain@m2 forget@m3<drain@m2 forget@w1<drain@m2 - m1");
}

static void other_steps_stay_out_of_install_and_reset(void **state)
{
    (void)state;
    expect_plan("upgrade", "", "", "masters@m1 masters@m2 masters@m3 workers@w1<masters@m1,masters@m2,masters@m3 -");
    struct err_list errors = {0};
    struct plan *install = plan_of("install", "", "", "", "", &errors), *reset = plan_of("reset", "", "", "", "", &errors);
    assert_int_equal(install->step_count, 4);
    assert_int_equal(reset->step_count, 3);
    assert_string_equal(reset->steps[0].id, "join");
    plan_free(&install);
    plan_free(&reset);
}

static const char *variable(const struct plan_host *host, const char *name)
{
    for (size_t i = 0; i < host->variable_count; i++)
        if (strcmp(host->variables[i].name, name) == 0)
            return host->variables[i].value;
    return "(unset)";
}

static void steps_are_told(void **state)
{
    (void)state;
    struct err_list errors = {0};
    struct plan *plan = plan_of("remove", "m3 w1", "w1", "", "", &errors);
    assert_non_null(plan);
    assert_string_equal(variable(&plan->hosts[0], "KWIZ_ACTION"), "remove");
    assert_string_equal(variable(&plan->hosts[0], "KWIZ_TARGETS"), "m3 w1");
    assert_string_equal(variable(&plan->hosts[0], "KWIZ_LOST"), "w1");
    assert_string_equal(variable(&plan->hosts[0], "KWIZ_HOSTS_TABLE"), "m1 10.0.0.1 master\nm2 10.0.0.2 master\nm3 10.0.0.3 master leaving\n"
                                                                       "w1 10.0.0.4 worker lost");
    plan_free(&plan);
    plan = plan_of("upgrade", "", "", "edition=1.20.1", "answers: {edition: \"1.21.0\"}\n", &errors);
    assert_non_null(plan);
    assert_string_equal(variable(&plan->hosts[0], "KWIZ_BEFORE_edition"), "1.20.1");
    assert_string_equal(variable(&plan->hosts[0], "KWIZ_ANSWER_edition"), "1.21.0");
    char *json = plan_json(plan);
    assert_non_null(strstr(json, "edition=1.20.1")); /* the digest tells a changed plan */
    free(json);
    plan_free(&plan);
    plan = plan_of("install", "", "", "", "", &errors);
    assert_string_equal(variable(&plan->hosts[0], "KWIZ_ACTION"), "install");
    plan_free(&plan);
}

static void guards_refuse(void **state)
{
    (void)state;
    expect_refused("remove", "m1 m2 m3", "", "", "", ERR_REQUIREMENT, "remove: the last one");
    expect_refused("remove", "m1 m2", "m1 m2", "", "", ERR_REQUIREMENT, "remove: too many are lost; mend one");
    expect_refused("upgrade", "", "", "edition=1.20.1", "answers: {edition: \"1.22.0\"}\n", ERR_REQUIREMENT, "upgrade: one at a time");
    expect_refused("upgrade", "", "", "edition=1.20.1", "answers: {edition: \"1.20.0\"}\n", ERR_REQUIREMENT, "upgrade: one at a time");
    expect_refused("upgrade", "", "", "edition=1.20.1", "answers: {edition: \"2.21.0\"}\n", ERR_REQUIREMENT, "upgrade: one at a time");
    struct err_list errors = {0};
    struct plan *one = plan_of("remove", "m1", "m1", "", "", &errors), *patch = plan_of("upgrade", "", "", "edition=1.20.1", "answers: {edition: \"1.20.9\"}\n", &errors);
    assert_true(one && patch); /* one of three may be lost */
    plan_free(&one);
    plan_free(&patch);
}

static void targets_must_fit(void **state)
{
    (void)state;
    expect_refused("shrink", "", "", "", "", ERR_INVALID, "the spell demo has no action \"shrink\" (it has: install, add, remove, upgrade, reset)");
    expect_refused("remove", "", "", "", "", ERR_USAGE, "remove wants to know which hosts it is about");
    expect_refused("remove", "w2", "", "", "", ERR_USAGE, "there is no host \"w2\" in these answers; did you mean \"m2\"?");
    expect_refused("add", "m3", "", "", "", ERR_USAGE, "add is for hosts with one of the roles worker; \"m3\" has none of them");
    expect_refused("upgrade", "m3", "", "", "", ERR_USAGE, "upgrade is about the whole cluster; it takes no hosts");
    expect_refused("add", "w1", "w1", "", "", ERR_USAGE, "only hosts that leave can be lost; add takes none away");
    expect_refused("remove", "w1", "m1", "", "", ERR_USAGE, "a host that is lost must be one of those that leave");
}

static void what_new_hosts_need_is_minted(void **state)
{
    (void)state;
    static const char steps[] = "steps:\n  - {id: token, title: T, on: first(master), run: one.sh, mints: [t]%s}\n"
                                "  - {id: join, title: J, on: worker, needs: [token], run: one.sh, reads: [t]}\n";
    for (int is_part = 0; is_part < 2; is_part++) {
        char *errors_text = NULL, *list = mem_printf(steps, is_part ? ", actions: [install, add]" : "");
        char *text = mem_printf("%sactions: [{name: add, title: A, targets: new}]\n%s", FIXTURE_HEAD, list);
        struct err_list errors = {0};
        spell_free(&spell);
        fixture_write(&fixture, "spell.yaml", text);
        spell = fixture_load(&fixture, &errors_text);
        assert_non_null(spell);
        struct plan *plan = plan_of("add", "w1", "", "", "", &errors);
        assert_true(is_part == (plan != NULL));
        if (!is_part)
            assert_string_equal(errors.items[0].text,
                                "the step \"join\" reads \"t\", but the step that mints it does not run in the action \"add\"; let it be part of that");
        plan_free(&plan);
        err_list_done(&errors);
        free(list);
        free(text);
    }
}

/* One fault at a time: actions and what its steps say. */
static void expect_error(const char *actions, const char *steps, const char *want)
{
    char *errors = NULL, *text = mem_printf("%sactions:\n%ssteps:\n%s", FIXTURE_HEAD QUESTIONS, actions, steps);
    fixture_write(&fixture, "spell.yaml", text);
    struct spell *bad = fixture_load(&fixture, &errors);
    assert_null(bad);
    assert_string_equal(errors, want);
    free(errors);
    free(text);
}

static void faults_are_told_at_their_place(void **state)
{
    (void)state;
    static const char step[] = "  - {id: a, title: A, on: all, run: one.sh, actions: [install, x]}\n";
    expect_error("  - {name: x, title: X, targets: newer}\n", step,
                 "spell.yaml:15:34: targets: expected one of none, new, leaving, some; found the text \"newer\"\n");
    expect_error("  - {name: reset, title: X}\n  - {name: x, title: X}\n", step,
                 "spell.yaml:15:5: the action \"reset\" has no steps; write actions: [reset] at those that are part of it\n"
                 "spell.yaml:15:12: name: every spell has \"reset\" already; choose another name\n");
    expect_error("  - {name: x, title: X}\n  - {name: x, title: X}\n", step,
                 "spell.yaml:16:12: name: the action \"x\" stands here twice; the first is on line 15\n");
    expect_error("  - {name: x, title: X, roles: [worker]}\n", step, "spell.yaml:15:32: roles: an action without targets has no use for them\n");
    expect_error("  - {name: x, title: X, targets: some, roles: [wörker]}\n", step, "spell.yaml:15:48: roles: no topology has a role \"wörker\"; did you mean \"worker\"?\n");
    expect_error("  - {name: x, title: X, changes: [editoin]}\n", step, "spell.yaml:15:35: changes: there is no question \"editoin\"; did you mean \"edition\"?\n");
    expect_error("  - {name: x, title: X, changes: [secret]}\n", step, "spell.yaml:15:35: changes: \"secret\" is a secret, which no answers file holds\n");
    expect_error("  - {name: x, title: X, guards: [{message: M}]}\n", step, "spell.yaml:15:34: guards: expected role with min or majority, or answer with minors\n");
    expect_error("  - {name: x, title: X, guards: [{role: master, min: 1, message: M}]}\n", step,
                 "spell.yaml:15:41: role: only an action with the targets \"leaving\" can take hosts of a role away\n");
    expect_error("  - {name: x, title: X, guards: [{answer: edition, minors: 1, message: M}]}\n", step,
                 "spell.yaml:15:43: answer: \"edition\" is not among what the action changes\n");
    expect_error("  - {name: x, title: X}\n", "  - {id: a, title: A, on: all, run: one.sh, actions: [x, y]}\n",
                 "spell.yaml:17:58: actions: the spell declares no action \"y\"; did you mean \"x\"?\n");
    expect_error("  - {name: x, title: X}\n", "  - {id: a, title: A, on: all, run: one.sh, needs: [undo], actions: [x]}\n",
                 "spell.yaml:17:52: needs: \"undo\" means what takes leaving hosts back, but no action of this step has the targets \"leaving\"\n");
    expect_error("  - {name: x, title: X}\n", "  - {id: undo-a, title: A, on: all, run: one.sh, actions: [x]}\n",
                 "spell.yaml:17:10: id: \"undo\", and what begins with \"undo-\", means something else; choose another\n");
    expect_error("  - {name: x, title: X}\n", "  - {id: a, title: A, on: target, run: one.sh, actions: [x]}\n",
                 "spell.yaml:17:27: on: there is no question or role \"target\"\n");
    expect_error("  - {name: x, title: X}\n", "  - {id: a, title: A, on: all, run: one.sh}\n",
                 "spell.yaml:15:5: the action \"x\" has no steps; write actions: [x] at those that are part of it\n");
}

/* -- answers files -- */

static void expect_edit(const char *text, const struct answers_change *change, const char *want)
{
    struct err err = ERR_INIT;
    struct buf out;
    buf_init(&out, YAML_BYTES_MAX);
    if (!answers_edit("a.yaml", text, strlen(text), spell, change, &out, &err))
        fail_msg("%s", err.text);
    assert_string_equal(buf_text(&out), want);
    buf_done(&out);
}

static void files_keep_their_lines(void **state)
{
    (void)state;
    static const char file[] = "# ours\nversion: 1\nhosts:\n  # racks\n  - name: a # first\n    address: 10.0.0.1\n    roles:\n      - worker\n"
                               "  - {name: b, address: 10.0.0.2, roles: [worker]} # second\n\nanswers: # what\n  edition: \"1.20\" # old\n";
    struct answers_change remove = {0}, add = {0}, set = {0}, none = {0};
    strv_add(&remove.remove, "a");
    strv_add(&remove.remove, "not-there");
    expect_edit(file, &remove, "# ours\nversion: 1\nhosts:\n  # racks\n"
                               "  - {name: b, address: 10.0.0.2, roles: [worker]} # second\n\nanswers: # what\n  edition: \"1.20\" # old\n");
    struct host hosts[2] = {{.name = mem_strdup("c"), .address = mem_strdup("10.0.0.3"), .user = mem_strdup("op")}, {.name = mem_strdup("b"), .address = mem_strdup("x")}};
    strv_add(&hosts[0].roles, "worker");
    strv_add(&hosts[1].roles, "worker");
    add.add = (struct fleet){.items = hosts, .count = 2}; /* b stands there */
    expect_edit(file, &add, "# ours\nversion: 1\nhosts:\n  # racks\n  - name: a # first\n    address: 10.0.0.1\n    roles:\n      - worker\n"
                            "  - {name: b, address: 10.0.0.2, roles: [worker]} # second\n"
                            "  - name: c\n    address: \"10.0.0.3\"\n    roles: [worker]\n    user: op\n\nanswers: # what\n  edition: \"1.20\" # old\n");
    strv_add(&set.sets, "edition=1.21");
    expect_edit(file, &set, "# ours\nversion: 1\nhosts:\n  # racks\n  - name: a # first\n    address: 10.0.0.1\n    roles:\n      - worker\n"
                            "  - {name: b, address: 10.0.0.2, roles: [worker]} # second\n\nanswers: # what\n  edition: \"1.21\" # old\n");
    expect_edit("a: 1 # no newline", &set, "a: 1 # no newline\nanswers:\n  edition: \"1.21\"\n");
    expect_edit("answers:\n    other: x", &set, "answers:\n    other: x\n    edition: \"1.21\"\n");
    expect_edit("answers:\n  other: |\n    x\n  # end\n", &set, "answers:\n  edition: \"1.21\"\n  other: |\n    x\n  # end\n");
    expect_edit(file, &none, file);
    strv_done(&remove.remove);
    strv_done(&set.sets);
    host_done(&hosts[0]);
    host_done(&hosts[1]);
}

/* What can't be changed line by line is written anew, and means the same. */
static void other_files_keep_their_meaning(void **state)
{
    (void)state;
    struct answers_change change = {0};
    strv_add(&change.remove, "a");
    strv_add(&change.sets, "edition=1.21");
    expect_edit("hosts: [{name: a}, {name: b}] # one line\nanswers: {edition: \"1.\\\n  20\"}\n", &change,
                "hosts:\n- name: b\nanswers:\n  edition: '1.21'\n");
    struct err err = ERR_INIT;
    struct buf out;
    buf_init(&out, 100);
    assert_false(answers_edit("a.yaml", "a: [", 4, spell, &change, &out, &err));
    assert_int_equal(err.code, ERR_INVALID);
    assert_string_equal(err.file, "a.yaml");
    buf_done(&out);
    strv_done(&change.remove);
    strv_done(&change.sets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(new_hosts_get_what_install_does, set_up, tear_down),
        cmocka_unit_test_setup_teardown(leaving_hosts_are_taken_back_in_between, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_leaves_does_not_command, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_done_on_lost_hosts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_steps_stay_out_of_install_and_reset, set_up, tear_down),
        cmocka_unit_test_setup_teardown(steps_are_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(guards_refuse, set_up, tear_down),
        cmocka_unit_test_setup_teardown(targets_must_fit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_new_hosts_need_is_minted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(faults_are_told_at_their_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(files_keep_their_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_files_keep_their_meaning, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
