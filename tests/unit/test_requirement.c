#include "tests/unit/spell_fixture.h"

#include "model/facts.h"
#include "spell/child.h"
#include "spell/requirement.h"
#include "spell/requirement_parts.h"

#define REQUIREMENTS                                                                                                   \
    "requirements:\n"                                                                                                  \
    "  - {id: cpus, title: C, fail: {master: 2, all: 1}, warn: 2}\n"                                                   \
    "  - {id: memory, title: M, fail: 1700M, warn: 92%, remedy: \"Add memory.\"}\n"                                    \
    "  - {id: disk, title: D, fail: 10G, warn: 20G}\n"                                                                 \
    "  - {id: swap, title: S, level: warn, fix: one}\n"                                                                \
    "  - {id: ports, title: P, ports: {master: [6443], all: [10250]}}\n"                                               \
    "  - {id: init, title: I, measure: systemd}\n"                                                                     \
    "  - {id: root, title: R}\n"                                                                                       \
    "  - {id: leftovers, title: L, paths: [/etc/kubernetes/admin.conf, /var/lib/etcd]}\n"                              \
    "  - {id: only-masters, title: O, measure: cpus, roles: [master], fail: 1}\n"

static struct spell *spell;
static struct answers *answers;
static struct fixture fixture;

static int set_up(void **state)
{
    (void)state;
    char *errors = NULL;
    struct err_list list = {0};
    fixture_init(&fixture);
    fixture_write(&fixture, "spell.yaml", FIXTURE_HEAD REQUIREMENTS FIXTURE_STEPS);
    spell = fixture_load(&fixture, &errors);
    if (!spell)
        fail_msg("%s", errors);
    static const char text[] = "version: 1\nname: test\nspell: demo\ntopology: any\nhosts:\n"
                               "  - {name: m1, address: 10.0.0.1, roles: [master]}\n"
                               "  - {name: w1, address: 10.0.0.3, roles: [worker]}\naccept: {leftovers: \"known\"}\n";
    answers = answers_parse("a.yaml", text, sizeof text - 1, NULL, spell, &list);
    assert_non_null(answers);
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

/* "id=verdict(measured) " for each. */
static void expect(size_t host, const char *lines, const char *want)
{
    struct facts facts;
    struct err err = ERR_INIT;
    char *bytes = mem_printf("facts 1\n%send 1\n", lines), *got = mem_strdup("");
    if (!facts_parse(bytes, strlen(bytes), &facts, &err))
        fail_msg("%s", err.text);
    struct measured *measured = measured_new(&(struct measured_host){&answers->fleet.items[host], &facts}, 1);
    struct verdicts verdicts = requirement_judge(spell, answers, measured, 0);
    for (size_t i = 0; i < verdicts.count; i++) {
        const struct verdict *v = &verdicts.items[i];
        char *more = mem_printf("%s%s=%s(%s|%s) ", got, v->requirement->id, verdict_name(v->kind), v->measured, v->threshold);
        free(got);
        got = more;
    }
    if (strcmp(got, want) != 0) {
        fprintf(stderr, "wanted %s\ngot    %s\n", want, got);
        fail();
    }
    verdicts_done(&verdicts);
    measured_free(&measured);
    facts_done(&facts);
    free(bytes);
    free(got);
}

#define GOOD "cpus 2\nmemory_mb 3891\ndisk:/var/lib 50000\nswap_mb 0\nlisteners known\nlisten 22\ninit systemd\nroot yes\n" \
             "path:/etc/kubernetes/admin.conf absent\npath:/var/lib/etcd empty\n"

static void a_good_host_passes(void **state)
{
    (void)state;
    /* a machine of 4 GB shows 3.8: 92 % of the nominal is the line */
    expect(0, GOOD,
           "cpus=pass(2|2 or more) memory=pass(3891 MB|1700 MB or more, better 3768 MB) disk=pass(48 GB|10 GB or more, better 20 GB) "
           "swap=pass(none|none in use) ports=pass(free|free: 6443, 10250) init=pass(systemd|systemd) root=pass(root|root, or sudo) "
           "leftovers=pass(nothing|nothing left over) only-masters=pass(2|1 or more) ");
}

static void thresholds_go_by_role(void **state)
{
    (void)state;
    expect(1,
           "cpus 1\nmemory_mb 1884\ndisk:/var/lib 15000\nswap_mb 0\nlisteners known\nlisten 6443\ninit systemd\nroot sudo\n"
           "path:/etc/kubernetes/admin.conf absent\npath:/var/lib/etcd absent\n",
           "cpus=warn(1|1 or more, better 2) memory=pass(1884 MB|1700 MB or more, better 1884 MB) disk=warn(14 GB|10 GB or more, better 20 GB) "
           "swap=pass(none|none in use) ports=pass(free|free: 10250) init=pass(systemd|systemd) "
           "root=pass(sudo without password|root, or sudo) leftovers=pass(nothing|nothing left over) ");
    /* a password that kwiz was given, and that sudo took */
    expect(1,
           "cpus 2\nmemory_mb 3884\ndisk:/var/lib 25000\nswap_mb 0\nlisteners known\ninit systemd\nroot given\n"
           "path:/etc/kubernetes/admin.conf absent\npath:/var/lib/etcd absent\n",
           "cpus=pass(2|1 or more, better 2) memory=pass(3884 MB|1700 MB or more, better 1884 MB) disk=pass(24 GB|10 GB or more, better 20 GB) "
           "swap=pass(none|none in use) ports=pass(free|free: 10250) init=pass(systemd|systemd) "
           "root=pass(sudo with the password that was given|root, or sudo) leftovers=pass(nothing|nothing left over) ");
    expect(0,
           "cpus 1\nmemory_mb 1699\ndisk:/var/lib 10239\nswap /swap.img\nswap_mb 4095\nlisteners known\nlisten 6443\nlisten 10250\n"
           "holder:6443 kube-apiserver\ninit init\nroot no\npath:/etc/kubernetes/admin.conf file\npath:/var/lib/etcd folder\n",
           "cpus=fail(1|2 or more) memory=fail(1699 MB|1700 MB or more, better 3768 MB) disk=fail(10239 MB|10 GB or more, better 20 GB) "
           "swap=warn(/swap.img, 4095 MB|none in use) ports=fail(in use: 6443 (kube-apiserver), 10250|free: 6443, 10250) "
           "init=fail(init|systemd) root=fail(neither root nor sudo|root, or sudo) "
           "leftovers=fail(found: /etc/kubernetes/admin.conf, /var/lib/etcd|nothing left over) only-masters=pass(1|1 or more) ");
}

static void what_is_not_known_is_never_a_pass(void **state)
{
    (void)state;
    expect(1, "",
           "cpus=skip(unknown: the host did not say|1 or more, better 2) memory=skip(unknown: the host did not say|1700 MB or more, better "
           "1884 MB) disk=skip(unknown: the host did not say|10 GB or more, better 20 GB) swap=skip(unknown: /proc/swaps can't be read|none "
           "in use) ports=skip(unknown: /proc/net/tcp can't be read|free: 10250) init=skip(unknown: process 1 is not shown|systemd) "
           "root=skip(unknown: the host did not say|root, or sudo) leftovers=skip(unknown: /etc/kubernetes/admin.conf, /var/lib/etcd can't be "
           "looked into by this user|nothing left over) ");
}

static void sudo_counts_only_where_it_is_used(void **state)
{
    (void)state;
    char *was = answers->fleet.items[1].become, none[] = "none";
    answers->fleet.items[1].become = none;
    expect(1,
           "cpus 2\nmemory_mb 3884\ndisk:/var/lib 25000\nswap_mb 0\nlisteners known\ninit systemd\nroot sudo\n"
           "path:/etc/kubernetes/admin.conf absent\npath:/var/lib/etcd absent\n",
           "cpus=pass(2|1 or more, better 2) memory=pass(3884 MB|1700 MB or more, better 1884 MB) disk=pass(24 GB|10 GB or more, better 20 GB) "
           "swap=pass(none|none in use) ports=pass(free|free: 10250) init=pass(systemd|systemd) "
           "root=fail(not root, and become is none|root, or sudo) leftovers=pass(nothing|nothing left over) ");
    answers->fleet.items[1].become = was;
}

static void remedies_and_acceptance(void **state)
{
    (void)state;
    struct facts facts;
    struct err err = ERR_INIT;
    static const char bytes[] = "facts 1\nmemory_mb 1\nswap /s\nswap_mb 1\npath:/var/lib/etcd folder\nend 1\n";
    assert_true(facts_parse(bytes, sizeof bytes - 1, &facts, &err));
    struct measured *measured = measured_new(&(struct measured_host){&answers->fleet.items[1], &facts}, 1);
    struct verdicts verdicts = requirement_judge(spell, answers, measured, 0);
    for (size_t i = 0; i < verdicts.count; i++) {
        const struct verdict *v = &verdicts.items[i];
        assert_int_equal(v->is_accepted, strcmp(v->requirement->id, "leftovers") == 0);
        assert_string_equal(v->remedy, strcmp(v->requirement->id, "memory") == 0 ? "Add memory."
                                       : strcmp(v->requirement->id, "swap") == 0 ? "The step \"One\" sees to it."
                                                                                 : "");
    }
    verdicts_done(&verdicts);
    measured_free(&measured);
    facts_done(&facts);
}

static void facts_are_parsed_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *want;
    } cases[] = {
        {"", "the host did not say"},
        {"banner\n", "the host did not say"},
        {"facts 1\ncpus 2\n", "cut off"},
        {"facts 1\ncpus 2\nend 1", "cut off"},
        {"facts 1\n cpus 2\nend 1\n", "line 2 has no key"},
        {"facts 1\ncp\033us 2\nend 1\n", "line 2 has a key with strange characters"},
    };
    struct facts facts;
    struct err err = ERR_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_false(facts_parse(cases[i].bytes, strlen(cases[i].bytes), &facts, &err));
        if (!strstr(err.text, cases[i].want))
            fail_msg("%s", err.text);
        assert_int_equal(err.code, ERR_PROTOCOL);
    }
    char *line = mem_printf("facts 1\nk %02000d\nend 1\n", 0);
    assert_false(facts_parse(line, strlen(line), &facts, &err));
    assert_non_null(strstr(err.text, "line 2 is too long"));
    free(line);
    static const char good[] = "Welcome!\nfacts 1\nos.name \033[31mred\nempty\nend 1\nlogout\n";
    assert_true(facts_parse(good, sizeof good - 1, &facts, &err));
    assert_string_equal(facts_get(&facts, "os.name"), "red");
    assert_string_equal(facts_get(&facts, "empty"), "");
    uint64_t n;
    assert_false(facts_number(&facts, "os.name", &n));
    facts_done(&facts);
}

/* The real script, here, in every shell there is: it must answer in time and be parsed. */
static void the_script_runs_on_this_machine(void **state)
{
    (void)state;
    char *script = requirement_script(spell, &answers->fleet), *path = mem_printf("%s/facts.sh", fixture.folder);
    fixture_write(&fixture, "facts.sh", script);
    char *const shells[][4] = {{"sh", path, NULL, NULL}, {"dash", path, NULL, NULL}, {"bash", "--posix", path, NULL},
                               {"busybox", "sh", path, NULL}, {"env", "-i", "sh", path}};
    for (size_t i = 0; i < 5; i++) {
        char *argv[] = {shells[i][0], shells[i][1], shells[i][2], shells[i][3], NULL};
        struct buf out;
        struct facts facts;
        struct err err = ERR_INIT;
        int status = 0;
        uint64_t n;
        buf_init(&out, FACTS_BYTES_MAX);
        if (!child_run(argv, 20000, true, &out, &status, &err))
            fail_msg("%s: %s", argv[0], err.text);
        if (status == 127) { /* this shell is not here */
            buf_done(&out);
            continue;
        }
        assert_int_equal(status, 0);
        if (!facts_parse(out.data, out.len, &facts, &err))
            fail_msg("%s: %s\n%s", argv[0], err.text, buf_text(&out));
        assert_true(facts_number(&facts, "cpus", &n) && n >= 1);
        assert_true(facts_number(&facts, "memory_mb", &n) && n >= 16);
        assert_true(facts_number(&facts, "disk:/var/lib", &n));
        assert_true(facts_number(&facts, "uid", &n) && n == getuid());
        assert_string_equal(facts_get(&facts, "listeners"), "known");
        assert_non_null(facts_get(&facts, "path:/var/lib/etcd"));
        facts_done(&facts);
        buf_done(&out);
    }
    free(script);
    free(path);
}

/* Says how many hosts have told their number of processors. */
static bool count_hosts(struct judge *judge)
{
    size_t count = 0;
    for (size_t i = 0; i < judge->measured->count; i++)
        count += judge->measured->items[i].facts && facts_get(judge->measured->items[i].facts, "cpus");
    judge_say(judge, VERDICT_PASS, mem_printf("%zu", count), mem_strdup("some"));
    return count != 1;
}

static struct facts facts_of(const char *lines)
{
    struct facts facts;
    struct err err = ERR_INIT;
    char *bytes = mem_printf("facts 1\n%send 1\n", lines);
    assert_true(facts_parse(bytes, strlen(bytes), &facts, &err));
    free(bytes);
    return facts;
}

static const struct verdict *find(const struct verdicts *verdicts, const char *id)
{
    for (size_t i = 0; i < verdicts->count; i++)
        if (strcmp(verdicts->items[i].requirement->id, id) == 0)
            return &verdicts->items[i];
    return NULL;
}

/* When another host has answered, only what compares hosts is judged again; the rest is the same, and nothing is lost or doubled. */
static void a_host_is_judged_again_for_what_compares_hosts(void **state)
{
    (void)state;
    static const struct measure_ops between = {.name = "between", .judge = count_hosts}, own = {.name = "own", .is_of_one_host = true, .judge = count_hosts};
    struct facts mine = facts_of(GOOD), other = facts_of("memory_mb 1\n");
    struct requirement *init = &spell->requirements[5], *root = &spell->requirements[6], was_init = *init, was_root = *root;
    init->measure = root->measure = MEASURE_OTHER;
    init->ops = &between;
    root->ops = &own;
    struct measured *measured =
        measured_new((struct measured_host[]){{&answers->fleet.items[0], &mine}, {&answers->fleet.items[1], &other}}, 2);
    struct verdicts verdicts = requirement_judge(spell, answers, measured, 0);
    size_t before = verdicts.count;
    const char *cpus = find(&verdicts, "cpus")->measured;
    assert_null(find(&verdicts, "init")); /* one host only: nothing to judge */
    assert_null(find(&verdicts, "root"));
    facts_set(&other, "cpus", "4");
    requirement_judge_again(spell, answers, measured, 0, &verdicts);
    assert_int_equal(verdicts.count, before + 1);
    assert_string_equal(find(&verdicts, "init")->measured, "2");
    assert_null(find(&verdicts, "root"));
    assert_ptr_equal(find(&verdicts, "cpus")->measured, cpus);
    assert_non_null(find(&verdicts, "only-masters"));
    facts_done(&other);
    other = facts_of("");
    requirement_judge_again(spell, answers, measured, 0, &verdicts);
    assert_int_equal(verdicts.count, before);
    assert_null(find(&verdicts, "init"));
    verdicts_done(&verdicts);
    measured_free(&measured);
    facts_done(&mine);
    facts_done(&other);
    *init = was_init;
    *root = was_root;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_host_passes),       cmocka_unit_test(thresholds_go_by_role),
        cmocka_unit_test(what_is_not_known_is_never_a_pass), cmocka_unit_test(sudo_counts_only_where_it_is_used),
        cmocka_unit_test(remedies_and_acceptance),
        cmocka_unit_test(a_host_is_judged_again_for_what_compares_hosts),
        cmocka_unit_test(facts_are_parsed_strictly), cmocka_unit_test(the_script_runs_on_this_machine),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
