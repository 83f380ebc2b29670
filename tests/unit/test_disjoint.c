/* Networks as numbers, and answers that must not meet. */
#include "tests/unit/spell_fixture.h"

#include "spell/draft.h"
#include "spell/network.h"

static struct network parse(const char *text)
{
    struct network n;
    if (!network_parse(text, &n))
        fail_msg("%s is not understood", text);
    return n;
}

static void networks_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want; /* NULL: refused */
    } cases[] = {
        {"10.1.2.3", "10.1.2.3/32"},     {"10.1.2.3/8", "10.0.0.0/8"},        {"0.0.0.0/0", "0.0.0.0/0"},        {"1.2.3.4/32", "1.2.3.4/32"},
        {"fd00::1", "fd00::1/128"},      {"fd00::1/7", "fc00::/7"},           {"::/0", "::/0"},                  {"::ffff:10.1.2.3", "10.1.2.3/32"},
        {"::ffff:10.1.2.3/104", "10.0.0.0/8"}, {"::ffff:0:0/95", "::fffe:0:0/95"},
        {"10.1.2.3/33", NULL},           {"fd00::/129", NULL},                {"10.1.2.3/", NULL},               {"10.1.2.3/x", NULL},
        {"kub-1", NULL},                 {"kub-1/8", NULL},                   {"", NULL},                        {"/8", NULL},
        {"10.1.2", NULL},                {"fe80::1%eth0", NULL},              {"10.1.2.3/8/8", NULL},            {"10.1.2.3/0008", NULL},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct network n;
        char text[NETWORK_TEXT_MAX];
        bool ok = network_parse(cases[i].text, &n);
        if (ok != (cases[i].want != NULL) || (ok && strcmp(network_text(&n, text), cases[i].want) != 0))
            fail_msg("%s: %s", cases[i].text, ok ? text : "refused");
    }
}

static void networks_meet(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool holds, overlap;
    } cases[] = {
        {"10.0.0.0/8", "10.1.0.0/16", true, true},      {"10.1.0.0/16", "10.0.0.0/8", false, true},
        {"10.1.0.0/16", "10.1.0.0/16", true, true},     {"10.0.0.0/9", "10.128.0.0/9", false, false},
        {"0.0.0.0/0", "255.255.255.255", true, true},   {"1.2.3.4", "1.2.3.4", true, true},
        {"1.2.3.4", "1.2.3.5", false, false},           {"::/0", "fd00::1", true, true},
        {"::/0", "10.0.0.1", false, false},             {"0.0.0.0/0", "::/0", false, false},
        {"fd00::/33", "fd00:0:8000::/33", false, false}, {"fd00::/32", "fd00:0:8000::/33", true, true},
        {"10.0.0.0/8", "::ffff:10.9.9.9", true, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct network a = parse(cases[i].a), b = parse(cases[i].b);
        if (network_holds(&a, &b) != cases[i].holds || network_overlap(&a, &b) != cases[i].overlap || network_overlap(&b, &a) != cases[i].overlap)
            fail_msg("%s and %s", cases[i].a, cases[i].b);
    }
}

static bool not_taken(const void *context, const struct network *network)
{
    struct network n = parse(context);
    return !network_overlap(&n, network);
}

static void free_ranges_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *like, *taken, *want;
    } cases[] = {
        {"10.1.0.0/16", "10.1.0.0/16", "10.244.0.0/16"}, {"10.1.0.0/16", "10.244.0.0/14", "10.200.0.0/16"},
        {"10.1.0.0/16", "10.0.0.0/8", "172.20.0.0/16"},  {"10.1.0.0/24", "10.0.0.0/8", "172.20.0.0/24"},
        {"10.0.0.0/8", "10.1.0.0/16", "10.128.0.0/9"},  {"0.0.0.0/0", "10.0.0.0/8", "100.64.0.0/10"},
        {"1.2.3.4/32", "10.0.0.0/8", "172.20.0.0/32"},   {"10.1.0.0/16", "0.0.0.0/0", NULL},
        {"fd00:1::/64", "fd00:1::/64", "fd00:10:244::/64"}, {"fd00:1::/48", "fd00::/16", "fd01::/48"},
        {"fd00::/8", "fd00::/16", "fd80::/9"}, {"::/0", "::/0", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct network like = parse(cases[i].like), found;
        char text[NETWORK_TEXT_MAX] = "none";
        if (network_suggest(&like, not_taken, cases[i].taken, &found))
            network_text(&found, text);
        if (strcmp(text, cases[i].want ? cases[i].want : "none") != 0)
            fail_msg("%s: %s", cases[i].like, text);
    }
}

#define QUESTIONS                                                                                        \
    "questions:\n"                                                                                       \
    "  - {key: pods, label: P, type: cidr, default: 10.244.0.0/16, disjoint: [services, hosts]}\n"       \
    "  - {key: services, label: S, type: cidr, default: 10.96.0.0/12, disjoint: [pods, hosts]}\n"        \
    "  - {key: vip, label: V, type: address, required: false, disjoint: [hosts, pods, services]}\n"      \
    "  - {key: six, label: X, type: cidr, required: false, disjoint: [hosts], pattern: \"fd.*\"}\n"
#define HEAD "version: 1\nname: test\nspell: demo\ntopology: any\nhosts:\n" /* 5 lines */

static struct fixture fixture;
static struct spell *spell;

static int set_up(void **state)
{
    (void)state;
    spell = fixture_begin(&fixture, FIXTURE_HEAD QUESTIONS FIXTURE_STEPS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_end(&fixture, &spell);
    return 0;
}

static void expect(const char *hosts, const char *answers_text, const struct answers_overrides *overrides, const char *want)
{
    struct err_list errors = {0};
    char *text = mem_printf(HEAD "%sanswers: {%s}\n", hosts, answers_text);
    struct answers *answers = answers_parse("a.yaml", text, strlen(text), overrides, spell, &errors);
    char *got = errors.count ? fixture_errors(NULL, &errors) : mem_strdup("");
    assert_true((answers == NULL) == (errors.count > 0));
    if (strcmp(got, want) != 0)
        fail_msg("%s\nwanted\n%sgot\n%s", answers_text, want, got);
    free(got);
    free(text);
    answers_free(&answers);
    err_list_done(&errors);
}

#define M1 "  - {name: m1, address: 10.1.4.36, roles: [master]}\n"
#define W1 "  - {name: w1, address: 10.1.4.37, roles: [worker]}\n"
#define W2 "  - {name: w2, address: 10.1.4.38, roles: [worker]}\n"
#define NAMED "  - {name: m1, address: m1.example.org, roles: [master]}\n"
#define SIX "  - {name: m1, address: \"fd00:7::1\", roles: [master]}\n"

static void what_meets_is_told(void **state)
{
    (void)state;
    expect(M1, "", NULL, "");
    expect(M1, "pods: 10.1.0.0/16", NULL, "a.yaml:7:17: pods: 10.1.0.0/16 holds 10.1.4.36, the address of m1; 10.244.0.0/16 is free\n");
    expect(M1 W1, "pods: 10.1.0.0/16", NULL,
           "a.yaml:8:17: pods: 10.1.0.0/16 holds 10.1.4.36, the address of m1, and 1 more host; 10.244.0.0/16 is free\n");
    expect(M1 W1 W2, "pods: 10.1.0.0/16, services: 10.244.0.0/16", NULL,
           "a.yaml:9:17: pods: 10.1.0.0/16 holds 10.1.4.36, the address of m1, and 2 more hosts; 10.200.0.0/16 is free\n");
    expect(M1, "pods: 10.100.0.0/16", NULL, "a.yaml:7:17: pods: 10.100.0.0/16 lies in 10.96.0.0/12, the answer to services; 10.244.0.0/16 is free\n");
    expect(M1, "pods: 10.96.0.0/12", NULL, "a.yaml:7:17: pods: 10.96.0.0/12 is also the answer to services; 10.244.0.0/16 is free\n");
    /* the default is not what has to be corrected */
    expect(M1, "services: 10.240.0.0/12", NULL,
           "a.yaml:7:21: services: 10.240.0.0/12 holds 10.244.0.0/16, the answer to pods; 10.96.0.0/12 is free\n");
    expect(M1, "pods: 10.1.4.36/32", NULL, "a.yaml:7:17: pods: 10.1.4.36/32 holds 10.1.4.36, the address of m1; 10.244.0.0/16 is free\n");
    expect(M1, "pods: 10.1.4.37/32", NULL, "");
    expect(NAMED, "pods: 10.1.0.0/16, vip: 10.9.4.36", NULL, "");
    /* all there is: nothing can be advised for the other */
    expect(NAMED, "pods: 0.0.0.0/0", NULL, "a.yaml:7:17: pods: 0.0.0.0/0 holds 10.96.0.0/12, the answer to services; 10.244.0.0/16 is free\n");
}

static void addresses_too(void **state)
{
    (void)state;
    expect(M1 W1, "vip: 10.1.4.37", NULL, "a.yaml:8:16: vip: 10.1.4.37 is the address of w1; expected one that no host has\n");
    expect(M1, "vip: 10.1.4.40", NULL, "");
    expect(M1, "vip: \"::ffff:10.1.4.36\"", NULL, "a.yaml:7:16: vip: ::ffff:10.1.4.36 is the address of m1; expected one that no host has\n");
    expect(M1, "vip: 10.244.0.9", NULL, "a.yaml:7:16: vip: 10.244.0.9 lies in 10.244.0.0/16, the answer to pods\n");
    expect(M1, "vip: \"\"", NULL, "");
    expect(SIX, "six: \"fd00::/8\"", NULL, "a.yaml:7:16: six: fd00::/8 holds fd00:7::1, the address of m1; fd80::/9 is free\n");
    expect(SIX, "six: \"fd00:8::/32\"", NULL, "");
    expect(SIX, "six: \"fd00:7::1/128\"", NULL, "a.yaml:7:16: six: fd00:7::1/128 holds fd00:7::1, the address of m1; fd00:10:244::/128 is free\n");
    expect(M1, "six: \"fd00::/8\"", NULL, "");
}

static void options_are_named(void **state)
{
    (void)state;
    struct answers_overrides overrides = {0};
    strv_add(&overrides.sets, "pods=10.1.0.0/16");
    expect(M1, "", &overrides, "--set: pods: 10.1.0.0/16 holds 10.1.4.36, the address of m1; 10.244.0.0/16 is free\n");
    strv_done(&overrides.sets);
}

static void a_default_that_a_host_is_in_is_told_too(void **state)
{
    (void)state;
    expect("  - {name: m1, address: 10.244.3.4, roles: [master]}\n", "", NULL,
           "a.yaml:7:10: pods: 10.244.0.0/16 holds 10.244.3.4, the address of m1; 10.200.0.0/16 is free\n");
    struct judgement j;
    struct draft *draft = draft_new();
    draft_set_spell(draft, spell);
    draft_set_topology(draft, "any");
    draft_host_add(draft, 0);
    draft_host_set(draft, 0, CELL_NAME, "m1");
    draft_host_set(draft, 0, CELL_ADDRESS, "10.96.3.4");
    draft_host_set(draft, 0, CELL_ROLES, "master");
    draft_set_value(draft, "vip", "10.96.3.4");
    draft_judge(draft, &j);
    assert_int_equal(judgement_count(&j, PART_QUESTION), 3); /* services, vip for its host, vip for services */
    assert_non_null(judgement_at(&j, PART_QUESTION, 1, 0));
    assert_non_null(judgement_at(&j, PART_QUESTION, 2, 0));
    judgement_done(&j);
    draft_free(&draft);
}

static void spells_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *question, *want;
    } cases[] = {
        {"{key: a, label: A, type: text, default: x, disjoint: [hosts]}", "spell.yaml:12:48: disjoint belongs to the types cidr and address, not to text\n"},
        {"{key: a, label: A, type: cidr, disjoint: [a]}", "spell.yaml:12:47: disjoint: \"a\" is the question itself\n"},
        {"{key: a, label: A, type: cidr, disjoint: [b]}", "spell.yaml:12:47: disjoint: expected questions of the types cidr and address, but \"b\" is of the type text\n"},
        {"{key: a, label: A, type: cidr, disjoint: [host]}", "spell.yaml:12:47: disjoint: there is no question \"host\"; did you mean \"hosts\"?\n"},
        {"{key: a, label: A, type: cidr, disjoint: hosts}", "spell.yaml:12:46: disjoint: expected a sequence, as in [a, b], found the text \"hosts\"\n"},
        {"{key: a, label: A, type: cidr, default: 10.0.0.0/8, disjoint: [c]}", "spell.yaml:12:68: disjoint: the defaults 10.0.0.0/8 and 10.1.0.0/16 (c) meet\n"},
        {"{key: a, label: A, type: cidr, more: 1}", "spell.yaml:12:42: more: expected true or false, found the number 1\n"},
    };
    struct fixture f;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err_list errors = {0};
        fixture_init(&f);
        char *text = mem_printf("%squestions:\n  - %s\n  - {key: b, label: B, type: text, default: x}\n  - {key: c, label: C, type: cidr, default: 10.1.0.0/16}\n%s",
                                FIXTURE_HEAD, cases[i].question, FIXTURE_STEPS);
        fixture_write(&f, "spell.yaml", text);
        struct spell *bad = spell_load(f.folder, &errors);
        char *got = fixture_errors(&f, &errors);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s\ngot %s", cases[i].question, got);
        spell_free(&bad);
        free(got);
        free(text);
        err_list_done(&errors);
        fixture_done(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_are_read),
        cmocka_unit_test(networks_meet),
        cmocka_unit_test(free_ranges_are_found),
        cmocka_unit_test_setup_teardown(what_meets_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(addresses_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(options_are_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_default_that_a_host_is_in_is_told_too, set_up, tear_down),
        cmocka_unit_test(spells_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
