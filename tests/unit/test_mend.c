#include "tests/unit/spell_fixture.h"

#include "model/facts.h"
#include "spell/child.h"
#include "spell/mend.h"

#define REQUIREMENTS                                                                                                                         \
    "library: [lib.sh]\n"                                                                                                                    \
    "questions:\n"                                                                                                                           \
    "  - {key: motto, label: Motto, type: text, required: false, multiline: true}\n"                                                        \
    "  - {key: token, label: Token, type: password}\n"                                                                                       \
    "requirements:\n"                                                                                                                        \
    "  - {id: cpus, title: C, fail: 2, remedy: \"Add some.\"}\n"                                                                             \
    "  - {id: swap, title: S, level: warn, fix: one, mend: swap.sh, mend_stays: zram}\n"                                                     \
    "  - {id: ports, title: P, ports: {master: [6443, 10250], all: [10250]}, mend: ports.sh, mend_hosts: all, mend_timeout: 5m}\n"           \
    "  - {id: leftovers, title: L, paths: [/etc/kubernetes, /var/lib/etcd], mend: left.sh, mend_asks: \"All is lost.\"}\n"                   \
    "  - {id: init, title: I, measure: systemd, fix: one}\n"                                                                                 \
    "  - {id: root, title: R}\n"                                                                                                            \
    "  - {id: more, title: M, measure: ports, ports: [179], when: motto == \"none\"}\n"

static struct spell *spell;
static struct answers *answers;
static struct fixture fixture;

static int set_up(void **state)
{
    (void)state;
    char *errors = NULL;
    struct err_list list = {0};
    fixture_init(&fixture);
    fixture_write(&fixture, "lib.sh", "of_library() { echo \"library\"; }\n");
    fixture_write(&fixture, "swap.sh", "of_library\nprintf '%s|' \"$KWIZ_HOST\" \"$KWIZ_CHECK\" \"$KWIZ_PORTS\" \"$KWIZ_HOSTS_TABLE\" \"$KWIZ_ANSWER_motto\"\n");
    fixture_write(&fixture, "ports.sh", "true\n");
    fixture_write(&fixture, "left.sh", "echo \"$KWIZ_PATHS\"\nkwiz_fail one two\n");
    fixture_write(&fixture, "spell.yaml", FIXTURE_HEAD REQUIREMENTS FIXTURE_STEPS);
    spell = fixture_load(&fixture, &errors);
    if (!spell)
        fail_msg("%s", errors);
    static const char text[] = "version: 1\nname: test\nspell: demo\ntopology: any\nhosts:\n"
                               "  - {name: m1, address: 10.0.0.1, roles: [master]}\n"
                               "  - {name: w1, address: 10.0.0.3, roles: [worker]}\n"
                               "answers: {motto: \"it's $(no) `code`\"}\nsecrets: {token: \"env:HIDDEN\"}\naccept: {leftovers: \"known\"}\n";
    answers = answers_parse("a.yaml", text, sizeof text - 1, NULL, spell, &list);
    if (!answers)
        fail_msg("%s", fixture_errors(NULL, &list));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    answers_free(&answers);
    spell_free(&spell);
    fixture_done(&fixture);
    return 0;
}

/* What one wrong requirement is told; it stands on line 12 of the file. */
static void expect_error(const char *requirement, const char *want)
{
    struct fixture own;
    char *errors = NULL;
    fixture_init(&own);
    fixture_write(&own, "fix.sh", "true\n");
    char *text = mem_printf(FIXTURE_HEAD "requirements:\n  - %s\n" FIXTURE_STEPS, requirement);
    fixture_write(&own, "spell.yaml", text);
    struct spell *loaded = fixture_load(&own, &errors);
    assert_null(loaded);
    assert_string_equal(errors, want);
    free(errors);
    free(text);
    fixture_done(&own);
}

static void keys_are_read_and_checked(void **state)
{
    (void)state;
    const struct mend *ports = mend_find(spell, "ports")->mend, *swap = mend_find(spell, "swap")->mend;
    assert_null(mend_find(spell, "cpus")->mend);
    assert_int_equal(ports->timeout_ms, 300000);
    assert_true(ports->is_everywhere);
    assert_int_equal(swap->timeout_ms, MEND_TIMEOUT_MS);
    assert_false(swap->is_everywhere);
    assert_string_equal(swap->stays, "zram");
    assert_string_equal(mend_find(spell, "leftovers")->mend->asks, "All is lost.");
    assert_string_equal(swap->script.text + swap->script.own, "of_library\nprintf '%s|' \"$KWIZ_HOST\" \"$KWIZ_CHECK\" \"$KWIZ_PORTS\" \"$KWIZ_HOSTS_TABLE\" \"$KWIZ_ANSWER_motto\"\n");
    expect_error("{id: swap, title: S, mend: gone.sh}", "spell.yaml:12:32: mend: the file \"gone.sh\" can't be read: No such file or directory\n");
    expect_error("{id: swap, title: S, mend: ../one.sh}", "spell.yaml:12:32: mend: expected a path below the spell's folder, found \"../one.sh\", which leaves it\n");
    expect_error("{id: swap, title: S, mend_asks: Why}", "spell.yaml:12:26: mend_asks belongs to a requirement that has mend:\n");
    expect_error("{id: swap, title: S, mend: fix.sh, mend_hosts: al}", "spell.yaml:12:52: mend_hosts: expected one of all, those; found the text \"al\"; did you mean \"all\"?\n");
    expect_error("{id: swap, title: S, mend: fix.sh, mend_timeout: 2h}", "spell.yaml:12:54: mend_timeout: expected a time such as 30s, 10m or 1h, at most 1h, found the text \"2h\"\n");
}

static struct verdicts judge_by(size_t host, const char *lines)
{
    struct facts facts;
    struct err err = ERR_INIT;
    char *bytes = mem_printf("facts 1\n%send 1\n", lines);
    if (!facts_parse(bytes, strlen(bytes), &facts, &err))
        fail_msg("%s", err.text);
    struct measured *measured = measured_new(&(struct measured_host){&answers->fleet.items[host], &facts}, 1);
    struct verdicts verdicts = requirement_judge(spell, answers, measured, 0);
    measured_free(&measured);
    facts_done(&facts);
    free(bytes);
    return verdicts;
}

static void expect_list(const struct verdicts *verdicts, const char *ids, const char *want)
{
    struct strv wanted = {0};
    struct mend_list list;
    char *words = ids ? mem_strdup(ids) : NULL, *got = mem_strdup("");
    for (char *word = words ? strtok(words, " ") : NULL; word; word = strtok(NULL, " "))
        strv_add(&wanted, word);
    mend_list_make(verdicts, 2, ids ? &wanted : NULL, &list);
    for (size_t i = 0; i < list.count; i++) {
        char *more = mem_printf("%s%s@%zu ", got, list.items[i].requirement->id, list.items[i].host);
        free(got);
        got = more;
    }
    assert_string_equal(got, want);
    mend_list_done(&list);
    strv_done(&wanted);
    free(words);
    free(got);
}

static void what_is_mended_is_what_fires_and_was_named(void **state)
{
    (void)state;
    struct verdicts verdicts[2] = {
        judge_by(0, "cpus 1\nswap_mb 512\nswap /swapfile\nlisteners known\nlisten 6443\ninit sysv\npath:/etc/kubernetes absent\npath:/var/lib/etcd folder\n"),
        judge_by(1, "cpus 4\nswap_mb 0\nlisteners known\ninit systemd\npath:/etc/kubernetes absent\npath:/var/lib/etcd absent\n")};
    expect_list(verdicts, NULL, "swap@0 ports@0 leftovers@0 ports@1 ");
    expect_list(verdicts, "swap", "swap@0 ");
    expect_list(verdicts, "leftovers swap", "swap@0 leftovers@0 ");
    expect_list(verdicts, "cpus init", "");
    expect_list(verdicts, "", "");
    struct mend_list list;
    size_t hosts[2];
    mend_list_make(verdicts, 2, NULL, &list);
    assert_int_equal(mend_list_hosts(&list, mend_find(spell, "ports"), hosts), 2);
    assert_int_equal(mend_list_hosts(&list, mend_find(spell, "root"), hosts), 0);
    mend_list_done(&list);
    verdicts_done(&verdicts[0]);
    /* a host that was not measured is not touched, and what fires nowhere is not mended anywhere */
    verdicts[0] = judge_by(0, "cpus 1\nswap_mb 0\nlisteners known\ninit systemd\n");
    expect_list(verdicts, NULL, "");
    verdicts_done(&verdicts[1]);
    verdicts[1] = (struct verdicts){0};
    expect_list(verdicts, NULL, "");
    verdicts_done(&verdicts[0]);
}

static void expect_ids(const char *id, const char *want)
{
    struct strv ids = {0};
    struct err err = ERR_INIT;
    strv_add(&ids, "swap");
    strv_add(&ids, id);
    assert_int_equal(mend_check_ids(spell, &ids, &err), !want);
    if (want)
        assert_string_equal(err.text, want);
    strv_done(&ids);
}

static void ids_that_cannot_be_mended_say_what_to_do(void **state)
{
    (void)state;
    expect_ids("ports", NULL);
    expect_ids("port", "there is no check \"port\"; did you mean \"ports\"? (there are: cpus, swap, ports, leftovers, init, root, more)");
    expect_ids("cpus", "kwiz can't mend cpus; what to do: Add some.");
    expect_ids("init", "nothing is there to mend init beforehand: the step \"One\" sees to it during the run");
    expect_ids("root", "kwiz can't mend root");
}

/* Run it here with the guard for root taken out, as tests need not be root. */
static void expect_output(const char *shell, const char *id, int status_wanted, const char *want)
{
    struct err err = ERR_INIT;
    char *script = mend_script(spell, answers, &answers->fleet.items[0], mend_find(spell, id), &err);
    assert_non_null(script);
    assert_null(strstr(script, "HIDDEN"));
    for (char *at = script; (at = strstr(at, "/run/kwiz"));) /* a run of this machine's own is no concern of the test */
        memcpy(at, "/no/where", strlen("/no/where"));
    char *whole = mem_printf("id() { echo 0; }\n%s", script), *argv[] = {mem_strdup(shell), (char[]){"-c"}, whole, NULL};
    struct buf out;
    int status = 0;
    buf_init(&out, 65536);
    if (!child_run(argv, 10000, true, &out, &status, &err))
        fail_msg("%s", err.text);
    if (status != 127) {
        assert_string_equal(buf_text(&out), want);
        assert_int_equal(status, status_wanted);
    }
    buf_done(&out);
    free(argv[0]);
    free(whole);
    free(script);
}

static void a_script_is_whole_and_nothing_in_an_answer_is_run(void **state)
{
    (void)state;
    static const char *const shells[] = {"sh", "dash", "bash"};
    for (size_t i = 0; i < 3; i++) {
        expect_output(shells[i], "swap", 0,
                      "library\nm1|swap|6443 10250|m1 10.0.0.1 master\nw1 10.0.0.3 worker|it's $(no) `code`|");
        expect_output(shells[i], "leftovers", 1, "/etc/kubernetes /var/lib/etcd\nerror: one\nhint: two\n");
    }
}

static void people_see_the_script_and_what_differs(void **state)
{
    (void)state;
    static const size_t both[] = {0, 1};
    char *text = mend_text(spell, answers, mend_find(spell, "ports"), both, 2, false);
    assert_string_equal(text, "-- ports.sh, as root --\ntrue\n\n-- variables, the same on 2 hosts --\nKWIZ_SPELL=demo\nKWIZ_TOPOLOGY=any\nKWIZ_CLUSTER=test\n"
                              "KWIZ_HOSTS_TABLE=m1 10.0.0.1 master\n    w1 10.0.0.3 worker\nKWIZ_ANSWER_motto=it's $(no) `code`\nKWIZ_CHECK=ports\nKWIZ_PATHS=\n"
                              "-- of m1 --\nKWIZ_HOST=m1\nKWIZ_ADDRESS=10.0.0.1\nKWIZ_ROLES=master\nKWIZ_PORTS=6443 10250\n"
                              "-- of w1 --\nKWIZ_HOST=w1\nKWIZ_ADDRESS=10.0.0.3\nKWIZ_ROLES=worker\nKWIZ_PORTS=10250\n");
    free(text);
    text = mend_text(spell, answers, mend_find(spell, "ports"), both, 1, true);
    assert_non_null(strstr(text, "-- variables, the same on 1 host --\n"));
    assert_non_null(strstr(text, "-- the spell's library, which stands before it --\nof_library() {"));
    assert_non_null(strstr(text, "kwiz_fail() {"));
    assert_null(strstr(text, "HIDDEN"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys_are_read_and_checked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_mended_is_what_fires_and_was_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ids_that_cannot_be_mended_say_what_to_do, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_script_is_whole_and_nothing_in_an_answer_is_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(people_see_the_script_and_what_differs, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
