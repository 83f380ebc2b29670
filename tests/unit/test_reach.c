/* What is probed between hosts, and what is made of what was found. */
#include "tests/unit/spell_fixture.h"

#include "model/facts.h"
#include "spell/reach.h"

#define REQUIREMENTS                                                                                                   \
    "questions:\n  - {key: cni, label: C, type: choice, default: flannel, choices: [{value: flannel, label: F}, {value: calico, label: C}]}\n" \
    "requirements:\n"                                                                                                  \
    "  - id: mesh.tcp\n    title: T\n    measure: reach\n    protocol: tcp\n    reach:\n"                              \
    "      - {to: master, from: all, ports: [6443]}\n"                                                                 \
    "      - {to: master, from: master, ports: [2379, 2380, 6443]}\n"                                                  \
    "      - {to: all, from: master, ports: [10250]}\n"                                                                \
    "      - {to: all, from: all, ports: [179], when: cni == \"calico\"}\n"                                            \
    "    remedy: Open them.\n"                                                                                         \
    "  - {id: mesh.udp, title: U, measure: reach, protocol: udp, level: warn, when: cni == \"flannel\", reach: [{to: all, from: all, ports: [8472]}]}\n" \
    "  - {id: rtt, title: L, measure: latency, to: master, fail: 100, warn: 10}\n"

static struct spell *spell;
static struct answers *answers;
static struct fixture fixture;
static struct facts facts[300];
static struct measured *measured;

static void answer(const char *text)
{
    struct err_list list = {0};
    answers_free(&answers);
    answers = answers_parse("a.yaml", text, strlen(text), NULL, spell, &list);
    if (!answers)
        fail_msg("%s", fixture_errors(NULL, &list));
    err_list_done(&list);
}

#define HEAD "version: 1\nname: test\nspell: demo\ntopology: any\nhosts:\n"
#define THREE                                                                                                          \
    HEAD "  - {name: m1, address: 10.0.0.1, roles: [master]}\n  - {name: m2, address: 10.0.0.2, roles: [master]}\n"     \
         "  - {name: m3, address: 10.0.0.3, roles: [master]}\n"                                                         \
         "  - {name: w1, address: 10.0.0.4, roles: [worker]}\n"

static void know(size_t host, const char *lines)
{
    struct err err = ERR_INIT;
    char *bytes = mem_printf("facts 1\n%send 1\n", lines);
    facts_done(&facts[host]);
    if (!facts_parse(bytes, strlen(bytes), &facts[host], &err))
        fail_msg("%s", err.text);
    free(bytes);
}

/* Facts of all hosts but those of the bits in `unknown`. */
static void measure(unsigned unknown)
{
    size_t count = answers->fleet.count;
    struct measured_host *hosts = mem_new(count, sizeof *hosts);
    for (size_t i = 0; i < count; i++)
        hosts[i] = (struct measured_host){&answers->fleet.items[i], i < 32 && unknown >> i & 1 ? NULL : &facts[i]};
    measured_free(&measured);
    measured = measured_new(hosts, count);
    free(hosts);
}

static int set_up(void **state)
{
    (void)state;
    char *errors = NULL;
    fixture_init(&fixture);
    fixture_write(&fixture, "spell.yaml", FIXTURE_HEAD REQUIREMENTS FIXTURE_STEPS);
    spell = fixture_load(&fixture, &errors);
    if (!spell)
        fail_msg("%s", errors);
    answer(THREE);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        facts_done(&facts[i]);
    measured_free(&measured);
    answers_free(&answers);
    spell_free(&spell);
    fixture_done(&fixture);
    return 0;
}

static void wants(const char *want)
{
    struct reach_probes probes = reach_of_all(spell, answers, measured);
    char *got = mem_strdup("");
    for (size_t i = 0; i < probes.count; i++) {
        const struct reach_probe *p = &probes.items[i];
        char *more = mem_printf("%s%s>%s:%s", got, i ? " " : "", measured->items[p->from].host->name, measured->items[p->to].host->name);
        free(got);
        got = p->kind == REACH_RTT ? mem_printf("%s:rtt", more) : mem_printf("%s:%s:%u", more, reach_kind_name(p->kind), p->port);
        free(more);
    }
    assert_string_equal(got, want);
    free(got);
    reach_probes_done(&probes);
}

static void the_list_goes_by_roles_and_answers(void **state)
{
    (void)state;
    answer(HEAD "  - {name: m, address: 10.0.0.1, roles: [master]}\n  - {name: w, address: 10.0.0.2, roles: [worker]}\n");
    measure(0);
    wants(">m:w:tcp:10250 >m:w:udp:8472 >w:m:tcp:6443 >w:m:udp:8472 >w:m:rtt");
    answer(HEAD "  - {name: m, address: 10.0.0.1, roles: [master]}\n  - {name: w, address: 10.0.0.2, roles: [worker]}\nanswers: {cni: calico}\n");
    measure(0);
    wants(">m:w:tcp:179 >m:w:tcp:10250 >w:m:tcp:179 >w:m:tcp:6443 >w:m:rtt");
    measure(2); /* who was not measured neither connects nor listens */
    wants("");
    answer(HEAD "  - {name: m, address: 10.0.0.1, roles: [master, worker]}\n");
    measure(0);
    wants("");
    answer(THREE);
    measure(2 + 4); /* 6443 is wanted by two rules */
    wants(">m1:w1:tcp:10250 >m1:w1:udp:8472 >w1:m1:tcp:6443 >w1:m1:udp:8472 >w1:m1:rtt");
    measure(4 + 8);
    wants(">m1:m2:tcp:2379 >m1:m2:tcp:2380 >m1:m2:tcp:6443 >m1:m2:tcp:10250 >m1:m2:udp:8472 >m1:m2:rtt "
          ">m2:m1:tcp:2379 >m2:m1:tcp:2380 >m2:m1:tcp:6443 >m2:m1:tcp:10250 >m2:m1:udp:8472 >m2:m1:rtt");
}

/* 3 masters, the rest workers */
static void many(size_t count)
{
    char *text = mem_strdup(HEAD);
    for (size_t i = 0; i < count; i++) {
        char *more = mem_printf("%s  - {name: h%zu, address: 10.0.%zu.%zu, roles: [%s]}\n", text, i, i / 200, i % 200 + 1, i < 3 ? "master" : "worker");
        free(text);
        text = more;
    }
    answer(text);
    free(text);
    measure(0);
}

static size_t count_udp(size_t count, size_t *least_tried, size_t *most_tried)
{
    struct reach_probes probes = reach_of_all(spell, answers, measured);
    size_t *tried = mem_new(count, sizeof *tried), total = 0;
    for (size_t i = 0; i < probes.count; i++)
        if (probes.items[i].kind == REACH_UDP) {
            tried[probes.items[i].to]++;
            total++;
        }
    *least_tried = *most_tried = tried[0];
    for (size_t i = 0; i < count; i++) {
        *least_tried = tried[i] < *least_tried ? tried[i] : *least_tried;
        *most_tried = tried[i] > *most_tried ? tried[i] : *most_tried;
    }
    free(tried);
    reach_probes_done(&probes);
    return total;
}

static void above_20_hosts_pairs_are_sampled(void **state)
{
    (void)state;
    size_t least, most;
    many(20);
    assert_int_equal(count_udp(20, &least, &most), 20 * 19);
    many(21);
    assert_int_equal(count_udp(21, &least, &most), 21 * REACH_SAMPLE);
    many(200);
    assert_int_equal(count_udp(200, &least, &most), 200 * REACH_SAMPLE);
    assert_in_range(least, 4, REACH_SAMPLE);
    assert_in_range(most, REACH_SAMPLE, 12);
    /* all of a small role, and the same again */
    struct reach_probes a = reach_of_all(spell, answers, measured), b = reach_of_all(spell, answers, measured);
    size_t api = 0;
    for (size_t i = 0; i < a.count; i++)
        api += a.items[i].kind == REACH_TCP && a.items[i].port == 6443;
    assert_int_equal(api, 3 * 197 + 3 * 2);
    assert_int_equal(a.count, b.count);
    assert_memory_equal(a.items, b.items, a.count * sizeof *a.items);
    reach_probes_done(&a);
    reach_probes_done(&b);
}

static void address(const char *in_answers, const char *lines, const char *want)
{
    char address[] = "10.0.0.1", out[64];
    struct host host = {.name = address, .address = mem_strdup(in_answers)};
    know(0, lines);
    assert_int_equal(reach_address(&(struct measured_host){&host, &facts[0]}, out, sizeof out), *want != '\0');
    assert_string_equal(out, want);
    free(host.address);
}

static void addresses(void **state)
{
    (void)state;
    address("10.0.0.1", "iface.default eth0\naddr:eth0 192.168.0.5/24\naddr:eth1 10.0.0.1/24\n", "10.0.0.1");
    address("203.0.113.5", "iface.default eth1\naddr:eth0 10.0.0.9/24\naddr:eth1 10.0.0.1/24\n", "10.0.0.1"); /* as it is behind NAT */
    address("kub-1", "addr:eth0 fd00::1/64\naddr:eth0 10.0.0.9/24\n", "10.0.0.9");
    address("kub-1", "iface.default6 eth0\naddr:eth0 fd00::1/64\n", "fd00::1");
    address("kub-1", "iface.default eth0\naddr:eth0 $(reboot)/24\n", "");
    address("kub-1", "iface.default eth0\naddr:eth0 127.0.0.1/8\naddr:eth0 239.1.1.1/24\naddr:eth0 999.0.0.1/24\naddr:eth1 10.0.0.9/24\n", "10.0.0.9");
    address("kub-1", "addr:eth0 255.255.255.255/24\naddr:eth0 fe80::1/64\naddr:eth0 ::1/128\naddr:eth0 ff02::1/64\n", "");
    address("10.0.0.1", "cpus 1\n", "");
}

static const struct verdict *verdict_of(const struct verdicts *verdicts, const char *id)
{
    for (size_t i = 0; i < verdicts->count; i++)
        if (strcmp(verdicts->items[i].requirement->id, id) == 0)
            return &verdicts->items[i];
    return NULL;
}

static void judged(size_t host, const char *id, const char *want, const char *detail)
{
    struct verdicts verdicts = requirement_judge(spell, answers, measured, host);
    const struct verdict *v = verdict_of(&verdicts, id);
    assert_non_null(v);
    char *got = mem_printf("%s|%s|%s", verdict_name(v->kind), v->measured, v->threshold);
    assert_string_equal(got, want);
    assert_string_equal(v->detail, detail);
    free(got);
    verdicts_done(&verdicts);
}

#define ALL_OPEN                                                                                                       \
    "reach:m2:tcp:2379 open\nreach:m2:tcp:2380 open\nreach:m2:tcp:6443 open\nreach:m2:tcp:10250 open\n"                 \
    "reach:m3:tcp:2379 open\nreach:m3:tcp:2380 open\nreach:m3:tcp:6443 open\nreach:m3:tcp:10250 open\nreach:w1:tcp:10250 open\n" \
    "reach:m2:udp:8472 open\nreach:m3:udp:8472 open\nreach:w1:udp:8472 open\nrtt:m2 900\nrtt:m3 8400\n"

static void all_open_passes(void **state)
{
    (void)state;
    know(0, ALL_OPEN);
    measure(0);
    judged(0, "mesh.tcp", "pass|open on 3 hosts|open: tcp 2379, 2380, 6443, 10250", "");
    judged(0, "mesh.udp", "pass|open on 3 hosts|open: udp 8472", "");
    judged(0, "rtt", "pass|m3: 8.4 ms|100 ms or less, better 10 ms", "");
}

static void blocked_pairs_are_named_with_the_rule_to_add(void **state)
{
    (void)state;
    know(3, "addr:eth0 10.0.0.4/24\nreach:m1:tcp:6443 silent\nreach:m2:tcp:6443 refused\nreach:m3:tcp:6443 unreachable\n"
            "reach:m1:udp:8472 open\nreach:m2:udp:8472 open\nreach:m3:udp:8472 silent\n");
    know(0, "firewall firewalld\n");
    know(1, "firewall ufw\n");
    know(2, "firewall.input drop\n");
    measure(0);
    judged(3, "mesh.tcp",
           "fail|m1: tcp 6443 silent (a firewall drops it); m2: tcp 6443 refused (a firewall rejects it); "
           "m3: tcp 6443 unreachable (there is no route, or a firewall rejects it)|open: tcp 6443",
           "tcp 6443 to m1: silent (a firewall drops it). To open it on m1: firewall-cmd --permanent --add-rich-rule='rule family=\"ipv4\" source "
           "address=\"10.0.0.4\" port port=\"6443\" protocol=\"tcp\" accept' && firewall-cmd --reload\n"
           "tcp 6443 to m2: refused (a firewall rejects it). To open it on m2: ufw allow proto tcp from 10.0.0.4 to any port 6443\n"
           "tcp 6443 to m3: unreachable (there is no route, or a firewall rejects it). To open it on m3 (with the names of the table and chain "
           "there): nft insert rule inet filter input ip saddr 10.0.0.4 tcp dport 6443 accept");
    judged(3, "mesh.udp", "warn|m3: udp 8472 silent (a firewall drops it)|open: udp 8472",
           "udp 8472 to m3: silent (a firewall drops it). To open it on m3 (with the names of the table and chain there): nft insert rule inet "
           "filter input ip saddr 10.0.0.4 udp dport 8472 accept");
    know(2, "cpus 1\n");
    know(3, "addr:eth0 fd00::4/64\nreach:m1:tcp:6443 open\nreach:m2:tcp:6443 open\nreach:m3:tcp:6443 silent\n");
    measure(0);
    judged(3, "mesh.tcp", "fail|m3: tcp 6443 silent (a firewall drops it)|open: tcp 6443",
           "tcp 6443 to m3: silent (a firewall drops it). No firewall is known on m3: let tcp 6443 through from fd00::4 there and on the way "
           "(security groups, routers)");
}

static void ports_of_one_host_stand_together_and_many_hosts_are_counted(void **state)
{
    (void)state;
    struct verdicts verdicts;
    many(10);
    know(0, "addr:eth0 10.0.0.1/24\nreach:h1:tcp:2379 silent\nreach:h1:tcp:2380 silent\nreach:h1:tcp:6443 refused\nreach:h2:tcp:2379 silent\n"
            "reach:h3:tcp:10250 silent\nreach:h4:tcp:10250 silent\n");
    verdicts = requirement_judge(spell, answers, measured, 0);
    assert_string_equal(verdict_of(&verdicts, "mesh.tcp")->measured,
                        "h1: tcp 2379, 2380 silent (a firewall drops it); h1: tcp 6443 refused (a firewall rejects it); "
                        "h2: tcp 2379 silent (a firewall drops it); and 2 more");
    verdicts_done(&verdicts);
}

static void what_is_not_known_is_never_a_pass(void **state)
{
    (void)state;
    know(3, "reach:m1:tcp:6443 open\nreach:m2:tcp:6443 unknown needs root\nreach:m1:udp:8472 open\nreach:m2:udp:8472 odd\nrtt:m1 5\n"
            "rtt:m2 unknown the round trip could not be measured\n");
    measure(4);
    judged(3, "mesh.tcp", "skip|unknown: m2: tcp 6443: needs root|open: tcp 6443", "m2: tcp 6443: needs root\nm3: tcp 6443: the host was not measured");
    judged(3, "mesh.udp", "skip|unknown: m2: udp 8472: it was not probed|open: udp 8472",
           "m2: udp 8472: it was not probed\nm3: udp 8472: the host was not measured");
    judged(3, "rtt", "skip|unknown: m2: the round trip could not be measured|100 ms or less, better 10 ms",
           "m2: the round trip could not be measured\nm3: the host was not measured");
}

static void latency(void **state)
{
    (void)state;
    know(3, "rtt:m1 900\nrtt:m2 10001\nrtt:m3 400\n");
    measure(0);
    judged(3, "rtt", "warn|m2: 10.0 ms|100 ms or less, better 10 ms", "m2: 10.0 ms");
    know(3, "rtt:m1 100001\nrtt:m2 20000\nrtt:m3 unknown needs root\n");
    measure(0);
    judged(3, "rtt", "fail|m1: 100.0 ms|100 ms or less, better 10 ms", "m1: 100.0 ms\nm2: 20.0 ms\nm3: needs root");
}

static void errors(void **state)
{
    (void)state;
    struct fixture broken;
    char *text = NULL;
    fixture_init(&broken);
    fixture_write(&broken, "spell.yaml",
                  FIXTURE_HEAD "requirements:\n"
                               "  - {id: a, title: T, measure: reach, protocol: sctp, reach: [{to: mastr, from: all, ports: [0]}]}\n"
                               "  - {id: b, title: T, measure: reach}\n"
                               "  - {id: c, title: T, measure: reach, reach: [{to: all, from: all, ports: [], when: cni == \"x\"}, 5]}\n"
                               "  - {id: d, title: T, measure: reach, reach: [{to: all, from: worker, ports: [1], when: cni == \"x\"}]}\n"
                               "  - {id: e, title: T, measure: latency, level: warn, to: nobody}\n"
                               "  - {id: f, title: T, measure: latency, fail: 0, ports: [1]}\n"
                               "  - {id: g, title: T, measure: latency, fail: 5, warn: 5}\n" FIXTURE_STEPS);
    struct spell *none = fixture_load(&broken, &text);
    assert_null(none);
    assert_string_equal(
        text, "spell.yaml:12:49: protocol: expected one of tcp, udp; found the text \"sctp\"\n"
              "spell.yaml:12:68: to: no topology has a role \"mastr\"; did you mean \"master\"?\n"
              "spell.yaml:12:94: ports: expected an integer from 1 to 65535, found the number 0\n"
              "spell.yaml:13:5: the key \"reach\" is missing\n"
              "spell.yaml:14:75: ports: expected 1 to 32 ports\n"
              "spell.yaml:14:98: reach: expected a mapping, as in {a: b}, found the number 5\n"
              "spell.yaml:15:89: when: there is no question \"cni\"; if it is a value, write it in quotes\n"
              "spell.yaml:16:5: the key \"fail\" or \"warn\" is missing: without a number nothing is required\n"
              "spell.yaml:16:41: level does not belong to the measure latency: write fail: and warn: with numbers\n"
              "spell.yaml:16:58: to: no topology has a role \"nobody\"\n"
              "spell.yaml:17:47: fail: expected an integer from 1 to 10000, found the number 0\n"
              "spell.yaml:17:50: unknown key \"ports\" in a requirement; known here: id, title, measure, scope, roles, when, level, remedy, "
              "source, fix, mend, mend_asks, mend_stays, mend_hosts, mend_timeout, to, fail, warn\n"
              "spell.yaml:18:56: warn: expected less than fail\n");
    free(text);
    fixture_done(&broken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_list_goes_by_roles_and_answers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(above_20_hosts_pairs_are_sampled, set_up, tear_down),
        cmocka_unit_test_setup_teardown(addresses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(all_open_passes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(blocked_pairs_are_named_with_the_rule_to_add, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ports_of_one_host_stand_together_and_many_hosts_are_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_known_is_never_a_pass, set_up, tear_down),
        cmocka_unit_test_setup_teardown(latency, set_up, tear_down),
        cmocka_unit_test(errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
