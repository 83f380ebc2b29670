/* What measures between hosts are made of: how they are read from spell.yaml, and their parts. The verdicts are in test_fleets. */
#include "tests/unit/spell_fixture.h"

#include "spell/interface_names.h"
#include "spell/requirement_between.h"
#include "spell/runtimes_found.h"

#define QUESTIONS                                              \
    "data: [releases.table]\n"                                 \
    "questions:\n"                                             \
    "  - {key: pods, label: P, type: cidr, default: 10.244.0.0/16}\n" \
    "  - {key: version, label: V, type: version, default: \"1.36\"}\n" \
    "  - {key: runtime, label: R, type: text, default: auto}\n"
#define TABLE "# comment\nminor\tcontainerd\tdocker\n1.35\t1.6.0\t-\n1.36\t2.0.0\tcri-dockerd\n"

static void faults_of_spells_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *requirement, *want; /* the first line of errors; "" = none */
    } cases[] = {
        {"{id: hostname, title: T}", ""},
        {"{id: a, title: T, measure: unique, of: uuid}", ""},
        {"{id: a, title: T, measure: unique}", "the key \"of\" is missing"},
        {"{id: a, title: T, measure: unique, of: uid}", "of: expected one of hostname, mac, uuid, machine-id, address; found the text \"uid\"; did you mean \"uuid\"?"},
        {"{id: a, title: T, measure: unique, of: [uuid]}", "of: expected text, found a sequence"},
        {"{id: a, title: T, measure: resolve, mended: 1}", "mended: expected true or false"},
        {"{id: a, title: T, measure: resolve, of: mac}", "unknown key \"of\""},
        {"{id: a, title: T, measure: clock, fail: 30s, warn: 1s}", ""},
        {"{id: a, title: T, measure: clock, fail: 30s}", "the key \"warn\" is missing"},
        {"{id: a, title: T, measure: clock, fail: 30, warn: 1s}", "fail: expected a time"},
        {"{id: a, title: T, measure: clock, fail: 1s, warn: 30s}", "warn: expected less than fail"},
        {"{id: a, title: T, measure: iface, questions: [pods]}", ""},
        {"{id: a, title: T, measure: iface, questions: [pod]}", "questions: there is no question \"pod\"; did you mean \"pods\"?"},
        {"{id: a, title: T, measure: ranges}", "the key \"questions\" is missing"},
        {"{id: a, title: T, measure: ranges, questions: [pods], outside: [gate], nodes: [pods]}", "outside: there is no question \"gate\""},
        {"{id: a, title: T, measure: ranges, questions: [a, b, c, d, e, f, g, h, i]}", "questions: expected at most 8"},
        {"{id: a, title: T, measure: no_proxy, questions: [x], names: [.svc]}", "questions: there is no question \"x\""},
        {"{id: a, title: T, measure: runtime, question: runtime, version: version, table: releases.table}", ""},
        {"{id: a, title: T, measure: runtime, question: runtime, version: version, table: releases.table, installs: true}", ""},
        {"{id: a, title: T, measure: runtime, question: runtime, version: version, table: releases.table, installs: yes}", "installs: expected true or false"},
        {"{id: a, title: T, measure: runtime, question: runtime, version: version}", "the key \"table\" is missing"},
        {"{id: a, title: T, measure: runtime, question: run, version: version, table: releases.table}", "question: there is no question \"run\""},
        {"{id: a, title: T, measure: runtime, question: runtime, version: version, table: /etc/passwd}", "the spell has no data \"/etc/passwd\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture fixture;
        char *errors = NULL, *text = mem_printf(FIXTURE_HEAD QUESTIONS "requirements:\n  - %s\n" FIXTURE_STEPS, cases[i].requirement);
        fixture_init(&fixture);
        fixture_write(&fixture, "releases.table", TABLE);
        fixture_write(&fixture, "spell.yaml", text);
        struct spell *spell = fixture_load(&fixture, &errors);
        if (*cases[i].want ? !errors || !strstr(errors, cases[i].want) : errors != NULL)
            fail_msg("%s: %s", cases[i].requirement, errors ? errors : "no error");
        spell_free(&spell);
        free(errors);
        free(text);
        fixture_done(&fixture);
    }
}

static void a_table_without_its_columns_is_told(void **state)
{
    (void)state;
    struct fixture fixture;
    char *errors = NULL;
    fixture_init(&fixture);
    fixture_write(&fixture, "releases.table", "minor\tdocker\n1.36\t-\n");
    fixture_write(&fixture, "spell.yaml",
                  FIXTURE_HEAD QUESTIONS "requirements:\n  - {id: a, title: T, measure: runtime, question: runtime, version: version, table: releases.table}\n" FIXTURE_STEPS);
    assert_null(fixture_load(&fixture, &errors));
    assert_non_null(strstr(errors, "releases.table has no column \"containerd\""));
    free(errors);
    fixture_done(&fixture);
}

static void endpoints_are_taken_apart(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"kube.example.com", "kube.example.com"}, {"kube.example.com:6443", "kube.example.com"},
                                           {"10.1.4.9:6443", "10.1.4.9"},            {"[fd00::1]:6443", "fd00::1"},
                                           {"[fd00::1]", "fd00::1"},                 {"fd00::1", "fd00::1"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *host = endpoint_host(cases[i][0]);
        assert_string_equal(host, cases[i][1]);
        free(host);
    }
}

static void interfaces_are_known_by_name(void **state)
{
    (void)state;
    static const char *const cluster[] = {"cni0", "cali12ab", "flannel.1", "kube-ipvs0", "tunl0", "nodelocaldns", "vxlan.calico", "cilium_host"};
    static const char *const inside[] = {"docker0", "virbr0", "lxdbr0", "br-0123456789ab"}, *const neither[] = {"eth0", "br-lan", "br0", "bond0.5", "wg0", "vmbr0"};
    for (size_t i = 0; i < sizeof cluster / sizeof *cluster; i++)
        assert_true(interface_is_of_cluster(cluster[i]) && !interface_is_inside(cluster[i]));
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
        assert_true(!interface_is_of_cluster(inside[i]) && interface_is_inside(inside[i]));
    for (size_t i = 0; i < sizeof neither / sizeof *neither; i++)
        assert_true(!interface_is_of_cluster(neither[i]) && !interface_is_inside(neither[i]));
}

static void runtimes_are_counted(void **state)
{
    (void)state;
    static const struct {
        const char *lines, *names;
        bool is_several;
    } cases[] = {
        {"", "", false},
        {"runtime /run/containerd/containerd.sock\n", "containerd", false},
        {"runtime /run/containerd/containerd.sock\nruntime /run/docker.sock\nruntime /run/cri-dockerd.sock\n", "docker", false},
        {"runtime /var/run/docker.sock\nruntime /run/crio/crio.sock\n", "docker crio", true},
        {"runtime /run/crio/crio.sock\nruntime /run/containerd/containerd.sock\n", "containerd crio", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct facts facts;
        struct err err = ERR_INIT;
        struct strv names = {0};
        char *bytes = mem_printf("facts 1\n%send 1\n", cases[i].lines);
        assert_true(facts_parse(bytes, strlen(bytes), &facts, &err));
        assert_int_equal(runtime_several(&facts, &names), cases[i].is_several);
        char *got = strv_join(&names, " ");
        assert_string_equal(got, cases[i].names);
        free(got);
        free(bytes);
        strv_done(&names);
        facts_done(&facts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_of_spells_are_told),  cmocka_unit_test(a_table_without_its_columns_is_told),
        cmocka_unit_test(endpoints_are_taken_apart),  cmocka_unit_test(interfaces_are_known_by_name),
        cmocka_unit_test(runtimes_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
