/* The measure `fact`: versions, tables, what tests ask, what spells may not say. */
#include "tests/unit/spell_fixture.h"

#include "base/version.h"
#include "model/facts.h"
#include "spell/requirement.h"
#include "spell/table.h"

static void versions_are_compared_number_by_number(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        int whole, by; /* signs */
    } cases[] = {
        {"1.36", "1.36", 0, 0},
        {"1.36.4", "1.36", 1, 0},
        {"1.36", "1.36.4", -1, -1},
        {"1.36", "1.36.0", 0, 0},
        {"1.9", "1.10", -1, -1},
        {"6.1.0-13-amd64", "6.1", 0, 0},
        {"6.18.44-fc-v782", "6.2", 1, 1},
        {"1.6.20~ds1", "1.6.20", 0, 0},
        {"5:24.0.7-1~debian.12", "24.0.6", 1, 1},
        {"v1.36.4", "1.36.4", 0, 0},
        {"007", "7", 0, 0},
        {"99999999999999999999999", "99999999999999999999998", 1, 1},
        {"10.4", "10", 1, 0},
        {"11.0", "10", 1, 1},
        {"20.04", "20.4", 0, 0},
        {"2", "10", -1, -1},
        {"1..2", "1", 0, 0},
        {"2.0.0~rc1", "2.0.0", 0, 0},
        {"v2.0", "2.0.0", 0, 0},
        {"", "1", -1, -1},
        {"-5.0", "1", -1, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int whole = version_compare(cases[i].a, cases[i].b), by = version_compare_by(cases[i].a, cases[i].b);
        if ((whole > 0) - (whole < 0) != cases[i].whole || (by > 0) - (by < 0) != cases[i].by)
            fail_msg("%s %s: %d %d", cases[i].a, cases[i].b, whole, by);
    }
    assert_true(version_is("5:1") && version_is("v1") && version_is("0"));
    assert_false(version_is("") || version_is("v") || version_is("p11") || version_is("-1") || version_is("5:"));
}

#define TABLE "# what depends on it\nminor\tkernel\tkinds\n1.2\t3.10\tv1,v2\n1.20\t4.19\t-\n1.3\t\n1.5\t,\t,,\n"

#define REQUIREMENTS                                                                                                   \
    "data: [t.table]\n"                                                                                                \
    "questions:\n  - {key: release, label: R, type: version, default: \"1.2\"}\n  - {key: other, label: O, type: text, required: false}\n" \
    "requirements:\n"                                                                                                  \
    "  - id: kernel\n    title: K\n    measure: fact\n    tests:\n"                                                    \
    "      - {fact: kernel, at_least: {table: t.table, key: release, column: kernel}}\n"                               \
    "      - {fact: kernel, at_least: \"5.4\", level: warn, remedy: Newer.}\n"                                         \
    "    remedy: New.\n"                                                                                               \
    "  - id: kinds\n    title: K\n    measure: fact\n    tests:\n"                                                     \
    "      - {fact: cgroup, is: {table: t.table, key: release, column: kinds}, found: \"kind {}\", wanted: \"one of {}\"}\n" \
    "      - {fact: arch, is: {answer: other}}\n"                                                                      \
    "  - id: tools\n    title: T\n    measure: fact\n    level: warn\n    good: all\n    wanted: every one\n    tests:\n" \
    "      - {fact: [tool:ip, tool:tar], is: \"yes\", found: \"no {}\", level: fail}\n"                                \
    "      - {fact: [tool:sed, tool:awk], is: \"yes\"}\n"                                                              \
    "  - id: held\n    title: H\n    measure: fact\n    tests:\n"                                                      \
    "      - {fact: pkg.held, absent: true, ours: true, known: {fact: pkg.manager, is: [apt, dnf]}}\n"                 \
    "      - {fact: pkg.lock, is: free, where: [{fact: pkg.manager, not: none}, {fact: uid, is: 0}], level: warn, when: has_role(master)}\n" \
    "  - id: words\n    title: W\n    measure: fact\n    tests:\n"                                                     \
    "      - {fact: cgroup.controllers, contains: [cpu, memory]}\n"                                                    \
    "      - {fact: firewall, not: [ufw, firewalld], absent: true}\n"                                                  \
    "      - {fact: \"used:/srv/a\", at_least: 5, at_most: 85}\n"                                                      \
    "      - {fact: \"path:/srv/b\", not: folder}\n"                                                                    \
    "  - id: pool\n    title: P\n    measure: fact\n    good: fits\n    tests:\n"                                       \
    "      - {fact: \"lxd.pool:{other}\", not: zfs, absent: true}\n"                                                     \
    "      - {fact: lxd.pool.fit, absent: true, where: {fact: \"lxd.pool:{other}\", is: zfs, absent: false}, found: \"or {}\"}\n"

static struct spell *spell;
static struct answers *answers;
static struct fixture fixture;

static struct answers *read_answers(const char *more)
{
    struct err_list list = {0};
    char *text = mem_printf("version: 1\nname: test\nspell: demo\ntopology: any\nhosts:\n"
                            "  - {name: m1, address: 10.0.0.1, roles: [master]}\n  - {name: w1, address: 10.0.0.3, roles: [worker]}\n%s",
                            more);
    struct answers *made = answers_parse("a.yaml", text, strlen(text), NULL, spell, &list);
    if (!made)
        fail_msg("%s", list.items[0].text);
    free(text);
    return made;
}

static int set_up(void **state)
{
    (void)state;
    char *errors = NULL;
    fixture_init(&fixture);
    fixture_write(&fixture, "t.table", TABLE);
    fixture_write(&fixture, "spell.yaml", FIXTURE_HEAD REQUIREMENTS FIXTURE_STEPS);
    spell = fixture_load(&fixture, &errors);
    if (!spell)
        fail_msg("%s", errors);
    answers = read_answers("");
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

/* The verdicts whose id begins with id, as "verdict(measured|threshold|remedy|detail) ". */
static void expect(const struct answers *of, size_t host, const char *id, const char *lines, const char *want)
{
    struct facts facts;
    struct err err = ERR_INIT;
    char *bytes = mem_printf("facts 1\n%send 1\n", lines), *got = mem_strdup("");
    assert_true(facts_parse(bytes, strlen(bytes), &facts, &err));
    struct measured *measured = measured_new(&(struct measured_host){&of->fleet.items[host], &facts}, 1);
    struct verdicts verdicts = requirement_judge(spell, of, measured, 0);
    for (size_t i = 0; i < verdicts.count; i++) {
        const struct verdict *v = &verdicts.items[i];
        if (strcmp(v->requirement->id, id) != 0)
            continue;
        char *more = mem_printf("%s%s(%s|%s|%s|%s)", got, verdict_name(v->kind), v->measured, v->threshold, v->remedy, v->detail);
        free(got);
        got = more;
    }
    if (strcmp(got, want) != 0)
        fail_msg("\nwanted %s\ngot    %s", want, got);
    verdicts_done(&verdicts);
    measured_free(&measured);
    facts_done(&facts);
    free(bytes);
    free(got);
}

static void the_gravest_counts_and_the_first_of_equals_is_told(void **state)
{
    (void)state;
    expect(answers, 0, "kernel", "kernel 5.15.0\n", "pass(5.15.0|at least 3.10||)");
    expect(answers, 0, "kernel", "kernel 4.18.0\n", "warn(4.18.0|at least 5.4|Newer.|)");
    expect(answers, 0, "kernel", "kernel 2.6.32\n", "fail(2.6.32|at least 3.10|New.|found 2.6.32, wanted at least 5.4)");
    expect(answers, 0, "tools", "tool:ip yes\ntool:tar yes\ntool:sed yes\ntool:awk yes\n", "pass(all|every one||)");
    expect(answers, 0, "tools", "tool:ip no\ntool:tar no\ntool:sed no\ntool:awk yes\n",
           "fail(no ip, tar|every one||found sed: no, wanted every one)");
    expect(answers, 0, "tools", "tool:ip yes\ntool:tar yes\ntool:sed no\ntool:awk yes\n", "warn(sed: no|every one||)");
}

static void thresholds_go_by_answers(void **state)
{
    (void)state;
    struct answers *newer = read_answers("answers: {release: \"1.20.3\", other: arm}\n"), *unknown = read_answers("answers: {release: \"1.4\"}\n"),
                   *empty = read_answers("answers: {release: \"1.3\"}\n");
    expect(newer, 0, "kernel", "kernel 4.18.0\n", "fail(4.18.0|at least 4.19|New.|found 4.18.0, wanted at least 5.4)");
    expect(unknown, 0, "kernel", "kernel 6.1\n", "skip(unknown: t.table does not know 1.4|-||)");
    expect(empty, 0, "kernel", "kernel 5.4\n", "pass(5.4|at least 5.4||)"); /* the row has no cell there: nothing is asked */
    expect(answers, 0, "kinds", "cgroup hybrid\narch arm\n", "fail(kind hybrid|one of v1 or v2||)");
    expect(newer, 0, "kinds", "cgroup hybrid\narch arm\n", "pass(arm|arm||)"); /* the table has `-` */
    expect(newer, 0, "kinds", "cgroup hybrid\narch mips\n", "fail(mips|arm||)");
    expect(empty, 0, "kinds", "cgroup hybrid\narch arm\n", "");
    struct answers *commas = read_answers("answers: {release: \"1.5\"}\n"); /* cells of commas alone say nothing either */
    expect(commas, 0, "kernel", "kernel 5.4\n", "pass(5.4|at least 5.4||)");
    expect(commas, 0, "kinds", "cgroup hybrid\n", "");
    answers_free(&commas);
    answers_free(&newer);
    answers_free(&unknown);
    answers_free(&empty);
}

static void what_is_not_known_is_never_a_pass(void **state)
{
    (void)state;
    expect(answers, 0, "kernel", "", "skip(unknown: the host did not say|at least 3.10||)");
    expect(answers, 0, "kernel", "need-root:kernel yes\n", "skip(unknown: only root can tell|at least 3.10||)");
    expect(answers, 0, "kernel", "kernel unknown\n", "skip(unknown: the host could not find out|at least 3.10||)");
    expect(answers, 0, "kernel", "kernel odd\n", "skip(unknown: \"odd\" is no number and no version|at least 3.10||)");
    /* what is bad is so, whatever else is not known */
    expect(answers, 0, "tools", "tool:tar no\n", "fail(no tar|every one||)");
    expect(answers, 0, "words", "cgroup.controllers cpu memory\nno-answer:disk yes\npath:/srv/b absent\n",
           "skip(unknown: a file server did not answer|5 to 85||)");
    expect(answers, 0, "words", "cgroup.controllers cpu memory\nused:/srv/a 7\nno-answer:path yes\n",
           "skip(unknown: a file server did not answer|not folder||)");
}

static void absence_means_what_the_test_says(void **state)
{
    (void)state;
    expect(answers, 1, "held", "pkg.manager apt\n", "pass(none|none||)");
    expect(answers, 1, "held", "pkg.manager zypper\n", "skip(unknown: the host did not say|none||)");
    expect(answers, 1, "held", "", "skip(unknown: the host did not say|none||)");
    expect(answers, 1, "held", "pkg.manager apt\nneed-root:pkg.held yes\n", "skip(unknown: only root can tell|none||)");
    expect(answers, 1, "held", "pkg.manager apt\npkg.held a\npkg.held b\npkg.held a\n", "fail(a, b|none||)");
    /* a host of this very cluster */
    expect(answers, 1, "held", "pkg.manager apt\npkg.held a\ncluster test\n", "skip(this host is in cluster test already|none||)");
    expect(answers, 1, "held", "pkg.manager apt\npkg.held a\ncluster tests\n", "fail(a|none||)");
}

static void where_and_when_narrow_a_test(void **state)
{
    (void)state;
    expect(answers, 0, "held", "pkg.manager apt\npkg.lock dpkg\nuid 0\n", "warn(dpkg|free||)");
    expect(answers, 1, "held", "pkg.manager apt\npkg.lock dpkg\nuid 0\n", "pass(none|none||)"); /* not a master */
    expect(answers, 0, "held", "pkg.manager apt\npkg.lock dpkg\nuid 1000\n", "pass(none|none||)");
    expect(answers, 0, "held", "pkg.manager apt\npkg.lock dpkg\n", "skip(unknown: the host did not say|free||)"); /* is uid 0? */
}

static void values_are_looked_at_one_by_one(void **state)
{
    (void)state;
#define WELL "used:/srv/a 50\npath:/srv/b absent\n"
    expect(answers, 0, "words", WELL "cgroup.controllers cpuset cpu memory\n", "pass(cpuset cpu memory|cpu, memory||)");
    expect(answers, 0, "words", WELL "cgroup.controllers cpuset cpu\n", "fail(without memory|cpu, memory||)");
    expect(answers, 0, "words", WELL "cgroup.controllers cpu memory\nfirewall nftables\nfirewall ufw\n",
           "fail(nftables, ufw|not ufw or firewalld||)");
    expect(answers, 0, "words", "used:/srv/a 86\npath:/srv/b absent\ncgroup.controllers cpu memory\n", "fail(86|5 to 85||)");
    expect(answers, 0, "words", "used:/srv/a 4\npath:/srv/b folder\ncgroup.controllers cpu memory\n",
           "fail(4|5 to 85||found folder, wanted not folder)");
}

static void paths_of_facts_are_asked_for(void **state)
{
    (void)state;
    char *script = requirement_script(spell, NULL), *paths = strstr(script, "kwiz_paths='");
    assert_non_null(strstr(script, " /srv/a'\n"));
    assert_non_null(paths);
    assert_non_null(strstr(paths, " /srv/b'\n"));
    free(script);
}

static void a_key_may_have_an_answer_in_it(void **state)
{
    (void)state;
    struct answers *fast = read_answers("answers: {other: fast}\n");
    expect(answers, 0, "pool", "lxd.pool:fast zfs\n", "pass(fits|none||)"); /* not answered: nothing is asked of any pool */
    expect(fast, 0, "pool", "lxd.pool:fast zfs\nlxd.pool.fit slow\nlxd.pool.fit big\n", "fail(zfs|not zfs||found or slow, big, wanted none)");
    expect(fast, 0, "pool", "lxd.pool:fast dir\nlxd.pool:slow zfs\nlxd.pool.fit fast\n", "pass(fits|not zfs||)");
    expect(fast, 0, "pool", "lxd.pool:faster zfs\n", "pass(fits|not zfs||)");
    answers_free(&fast);
}

static void what_is_told_has_a_limit(void **state)
{
    (void)state;
    struct buf lines;
    buf_init(&lines, 100000);
    buf_adds(&lines, "pkg.manager apt\n");
    for (int i = 0; i < 500; i++)
        buf_addf(&lines, "pkg.held package-%d\n", i);
    struct facts facts;
    struct err err = ERR_INIT;
    char *bytes = mem_printf("facts 1\n%send 1\n", buf_text(&lines));
    assert_true(facts_parse(bytes, strlen(bytes), &facts, &err));
    struct measured *measured = measured_new(&(struct measured_host){&answers->fleet.items[1], &facts}, 1);
    struct verdicts verdicts = requirement_judge(spell, answers, measured, 0);
    for (size_t i = 0; i < verdicts.count; i++)
        if (strcmp(verdicts.items[i].requirement->id, "held") == 0) {
            assert_true(strlen(verdicts.items[i].measured) < 320);
            assert_non_null(strstr(verdicts.items[i].measured, ", ..."));
        }
    verdicts_done(&verdicts);
    measured_free(&measured);
    facts_done(&facts);
    free(bytes);
    buf_done(&lines);
}

static void slips_are_found_where_they_stand(void **state)
{
    (void)state;
#define ONE(test) "data: [t.table]\nquestions:\n  - {key: release, label: R, type: version, default: \"1.2\"}\n" \
                  "  - {key: secret, label: S, type: password, required: false}\nrequirements:\n  - id: x\n    title: X\n    measure: fact\n    tests:\n      - " test "\n"
    static const struct {
        const char *text, *want;
    } cases[] = {
        {ONE("{fact: kernal, is: a}"), "spell.yaml:20:16: fact: expected a key of doc/facts.md, found the text \"kernal\"; did you mean \"kernel\"?\n"},
        {ONE("{fact: kernel}"),
         "spell.yaml:20:9: says nothing of the fact: one of is, not, contains, at_least, at_most, absent is missing\n"},
        {ONE("{is: a}"), "spell.yaml:20:9: the key \"fact\" is missing\n"},
        {ONE("{fact: kernel, at_lest: \"4\"}"),
         "spell.yaml:20:9: says nothing of the fact: one of is, not, contains, at_least, at_most, absent is missing\n"
         "spell.yaml:20:24: unknown key \"at_lest\" in a test; did you mean \"at_least\"?\n"},
        {ONE("{fact: kernel, at_least: new}"), "spell.yaml:20:34: at_least: expected a number or a version such as 4.19, found \"new\"\n"},
        {ONE("{fact: kernel, at_least: [1, 2]}"), "spell.yaml:20:34: at_least: expected a value, found a sequence\n"},
        {ONE("{fact: kernel, is: []}"), "spell.yaml:20:28: is: expected values, found an empty sequence\n"},
        {ONE("{fact: kernel, is: {answer: releas}}"), "spell.yaml:20:28: there is no question \"releas\"; did you mean \"release\"?\n"},
        {ONE("{fact: \"lxd.pool:{releas}\", is: a}"), "spell.yaml:20:16: there is no question \"releas\"; did you mean \"release\"?\n"},
        {ONE("{fact: kernel, is: {answer: secret}}"), "spell.yaml:20:28: there is no question \"secret\"\n"},
        {ONE("{fact: kernel, is: {table: t.tabel, key: release, column: kernel}}"),
         "spell.yaml:20:28: the spell has no data \"t.tabel\"; did you mean \"t.table\"?\n"},
        {ONE("{fact: kernel, is: {table: t.table, key: release, column: kernal}}"),
         "spell.yaml:20:28: t.table has no column \"kernal\"; did you mean \"kernel\"?\n"},
        {ONE("{fact: kernel, is: {table: t.table, key: release}}"), "spell.yaml:20:28: the key \"column\" is missing\n"},
        {ONE("{fact: kernel, is: a, level: wran}"), "spell.yaml:20:38: level: expected one of fail, warn; found the text \"wran\"; did you mean \"warn\"?\n"},
        {ONE("{fact: kernel, is: a, when: relase == \"1\"}"), "spell.yaml:20:37: when: there is no question or role \"relase\"; did you mean \"release\"?\n"},
        {ONE("{fact: kernel, is: a, where: {fact: arhc, is: b}}"),
         "spell.yaml:20:45: fact: expected a key of doc/facts.md, found the text \"arhc\"; did you mean \"arch\"?\n"},
        {ONE("{fact: kernel, is: a, known: {fact: arch, is: b}}"),
         "spell.yaml:20:31: known belongs to absent: it says where absence means something\n"},
        {ONE("{fact: \"module:overly\", is: a}"), "spell.yaml:20:16: fact: no host is asked for \"module:overly\" (doc/facts.md tells for which)\n"},
        {ONE("{fact: \"module:\", is: a}"), "spell.yaml:20:16: fact: expected a name after \"module:\"\n"},
        {ONE("{fact: \"path:/a'b\", is: a}"), "spell.yaml:20:16: fact: expected at most 150 letters, digits and _ . / @ + -\n"},
    };
    struct fixture broken;
    fixture_init(&broken);
    fixture_write(&broken, "t.table", TABLE);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *errors = NULL, *text = mem_printf("%s%s%s", FIXTURE_HEAD, cases[i].text, FIXTURE_STEPS);
        fixture_write(&broken, "spell.yaml", text);
        struct spell *made = fixture_load(&broken, &errors);
        if (made || strcmp(errors, cases[i].want) != 0)
            fail_msg("%zu\nwanted %s\ngot    %s", i, cases[i].want, made ? "nothing" : errors);
        free(errors);
        free(text);
    }
    fixture_done(&broken);
}

static void tables_are_read_strictly(void **state)
{
    (void)state;
    struct table table;
    struct err err = ERR_INIT;
    char *path = mem_printf("%s/other.table", fixture.folder);
    fixture_write(&fixture, "other.table", "a\tb\n1\t2\n1.5\t3\n\n# remark\n15\t4");
    assert_true(table_read(path, &table, &err));
    assert_string_equal(table_get(&table, "1", "b"), "2");
    assert_string_equal(table_get(&table, "1.5.7", "b"), "3");
    assert_string_equal(table_get(&table, "15", "b"), "4");
    assert_string_equal(table_get(&table, "v1.5", "b"), "3");
    assert_null(table_get(&table, "v", "b"));
    assert_null(table_get(&table, "", "b"));
    assert_null(table_get(&table, "150", "b"));
    assert_null(table_get(&table, "1", "c"));
    table_done(&table);
    fixture_write(&fixture, "other.table", "a\tb\n1\t2\t3\n");
    assert_false(table_read(path, &table, &err));
    assert_int_equal(err.line, 2);
    fixture_write(&fixture, "other.table", "# nothing\n");
    assert_false(table_read(path, &table, &err));
    unlink(path);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_are_compared_number_by_number),
        cmocka_unit_test(the_gravest_counts_and_the_first_of_equals_is_told),
        cmocka_unit_test(thresholds_go_by_answers),
        cmocka_unit_test(what_is_not_known_is_never_a_pass),
        cmocka_unit_test(absence_means_what_the_test_says),
        cmocka_unit_test(where_and_when_narrow_a_test),
        cmocka_unit_test(values_are_looked_at_one_by_one),
        cmocka_unit_test(paths_of_facts_are_asked_for),
        cmocka_unit_test(a_key_may_have_an_answer_in_it),
        cmocka_unit_test(what_is_told_has_a_limit),
        cmocka_unit_test(slips_are_found_where_they_stand),
        cmocka_unit_test(tables_are_read_strictly),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
