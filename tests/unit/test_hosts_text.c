#include "tests/unit/spell_fixture.h"

#include "spell/hosts_text.h"
#include "spell/range.h"

static struct spell *spell;
static struct fixture fixture;

static int set_up(void **state)
{
    (void)state;
    spell = fixture_begin(&fixture, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_end(&fixture, &spell);
    return 0;
}

static void expands(const char *text, enum range_style style, const char *want)
{
    struct strv names = {0};
    struct err err = ERR_INIT;
    if (!range_expand(text, style, 100, &names, &err))
        fail_msg("%s: %u: %s", text, err.column, err.text);
    char *got = strv_join(&names, " ");
    assert_string_equal(got, want);
    free(got);
    strv_done(&names);
}

static void refuses(const char *text, enum range_style style, unsigned column, const char *want)
{
    struct strv names = {0};
    struct err err = ERR_INIT;
    if (range_expand(text, style, 100, &names, &err))
        fail_msg("%s: is taken", text);
    assert_int_equal(names.count, 0);
    assert_string_equal(err.text, want);
    assert_int_equal(err.column, column);
}

static void test_range(void **state)
{
    (void)state;
    expands("kub", RANGE_DASH, "kub");
    expands("", RANGE_DASH, "");
    expands("kub-node-[1-3]", RANGE_DASH, "kub-node-1 kub-node-2 kub-node-3");
    expands("10.1.4.[36-38]", RANGE_DASH, "10.1.4.36 10.1.4.37 10.1.4.38");
    expands("n[008-011,20]", RANGE_DASH, "n008 n009 n010 n011 n20");
    expands("n[8-11]x", RANGE_DASH, "n8x n9x n10x n11x");
    expands("a[1-2]b[3,5]", RANGE_DASH, "a1b3 a1b5 a2b3 a2b5");
    expands("[fd00::1]", RANGE_DASH, "[fd00::1]");
    expands("[fd00::1]", RANGE_ANSIBLE, "[fd00::1]");
    expands("node[1:3]", RANGE_ANSIBLE, "node1 node2 node3");
    expands("node[01:09:4].x", RANGE_ANSIBLE, "node01.x node05.x node09.x");
    expands("db-[a:c]", RANGE_ANSIBLE, "db-a db-b db-c");
    refuses("n[3-1]", RANGE_DASH, 3, "the range ends before it begins: \"3-1\"");
    refuses("n[1-3,9-7]", RANGE_DASH, 7, "the range ends before it begins: \"9-7\"");
    refuses("é[1-3", RANGE_DASH, 2, "the bracket does not end");
    refuses("n1]", RANGE_DASH, 3, "a bracket ends here that did not begin");
    refuses("n[[1]]", RANGE_DASH, 2, "the bracket does not end");
    refuses("n[01-100]", RANGE_DASH, 3, "with leading zeros, both ends have as many digits: \"01-100\"");
    const char *const rule =
        "expected numbers and ranges such as 1-3,7 in the brackets, each of at most 9 digits";
    refuses("n[]", RANGE_DASH, 3, rule);
    refuses("n[1-]", RANGE_DASH, 3, rule);
    refuses("n[1,]", RANGE_DASH, 5, rule);
    refuses("n[a-c]", RANGE_DASH, 3, rule);
    refuses("n[1-2-3]", RANGE_DASH, 3, rule);
    refuses("n[1234567890]", RANGE_DASH, 3, rule);
    refuses("n[1:5:0]", RANGE_ANSIBLE, 3, "expected a step of 1 or more behind the second colon");
    refuses("n[1:c]", RANGE_ANSIBLE, 3,
            "expected a range such as 1:3 or a:c in the brackets, numbers of at most 9 digits");
}

static void test_range_has_a_limit(void **state)
{
    (void)state;
    refuses("n[1-4000]", RANGE_DASH, 2, "this range would be 4000 hosts; at most 100 may be");
    refuses("n[1-11]-[1-10]", RANGE_DASH, 2, "this range would be 110 hosts; at most 100 may be");
    refuses("[0-999999999][0-999999999][0-999999999]", RANGE_DASH, 1,
            "this range would be 18446744073709551615 hosts; at most 100 may be");
    refuses("[1][1][1][1][1][1][1][1][1]", RANGE_DASH, 25, "expected at most 8 ranges, found more");
    char *text = mem_new(1, 2000);
    memset(text, '[', 1500);
    refuses(text, RANGE_DASH, 1, "expected at most 1024 bytes, found 1500");
    free(text);
}

/* Hosts as lines of words, then the errors. */
static void reads(const char *text, size_t len, const char *want)
{
    struct fleet fleet = {0};
    struct err_list errors = {0};
    struct buf got;
    buf_init(&got, 1 << 20);
    bool ok = hosts_text_read("h", text, len, spell, spell_topology(spell, "any"), &fleet, &errors);
    assert_true(ok == (errors.count == 0));
    for (size_t i = 0; i < fleet.count; i++) {
        const struct host *host = &fleet.items[i];
        char *roles = strv_join(&host->roles, ",");
        buf_addf(&got, "%u %s %s %s %s %s\n", host->line, host->name, host->address, roles,
                 host->user ? host->user : "-", host->jump ? host->jump : "-");
        free(roles);
    }
    char *lines = fixture_errors(NULL, &errors);
    buf_adds(&got, lines);
    assert_string_equal(buf_text(&got), want);
    free(lines);
    buf_done(&got);
    fleet_done(&fleet);
    err_list_done(&errors);
}
#define READS(text, want) reads(text, sizeof text - 1, want)

static void test_lines(void **state)
{
    (void)state;
    READS("", "");
    READS("# nothing\r\n\r\n \t\n", "");
    READS("m1\t10.0.0.1  master,worker ops ops@gate:2222 # the first\r\nn[1-2] 10.0.1.[8-9] worker - "
          "none\n\nv6 [fd00::1] worker",
          "1 m1 10.0.0.1 master,worker ops ops@gate:2222\n"
          "2 n1 10.0.1.8 worker - none\n"
          "2 n2 10.0.1.9 worker - none\n"
          "4 v6 fd00::1 worker - -\n");
    READS("a ops@10.0.0.1 worker\nb[1-2] ops@10.0.1.[8-9] worker - gate\nc ops@10.0.0.3 worker root\nd @10.0.0.4 worker\ne a;b@10.0.0.5 worker\nf ops@-x worker\n",
          "1 a 10.0.0.1 worker ops -\n"
          "2 b1 10.0.1.8 worker ops gate\n"
          "2 b2 10.0.1.9 worker ops gate\n"
          "h:3:3: address: expected an address, a host name, or a name that your ssh knows; found the text \"ops@10.0.0.3\"\n"
          "h:4:3: address: expected an address, a host name, or a name that your ssh knows; found the text \"@10.0.0.4\"\n"
          "h:5:3: user: expected the name of a user; found the text \"a;b\"\n"
          "h:6:7: address: expected an address, a host name, or a name that your ssh knows; found the text \"-x\"\n");
    READS(
        "m1 10.0.0.1\n  m2\nm3 10.0.0.3 worker a none more",
        "h:1:12: roles: missing; a line is NAME ADDRESS ROLES [USER] [JUMP]\n"
        "h:2:5: address: missing; a line is NAME ADDRESS ROLES [USER] [JUMP]\n"
        "h:3:27: expected the end of the line, found \"more\"; a line is NAME ADDRESS ROLES [USER] [JUMP]\n");
}

/* The very words of an answers file's errors. */
static void test_faults(void **state)
{
    (void)state;
    READS(
        "n1 10.0.0.1 master,wroker\nM1 10.0.0.2 worker\nn2 -x worker a;b\n",
        "h:1:20: roles: expected one of master, worker; found the text \"wroker\"; did you mean \"worker\"?\n"
        "h:2:1: name: expected small letters, digits and -, at most 63, as Kubernetes wants them; found the "
        "text \"M1\"\n"
        "h:3:4: address: expected an address, a host name, or a name that your ssh knows; found the text "
        "\"-x\"\n"
        "h:3:14: user: expected the name of a user; found the text \"a;b\"\n");
    READS("n1 10.0.0.1 worker\nn1 10.0.0.2 worker\nn[0-2] 10.0.2.[0-2] worker\n",
          "1 n1 10.0.0.1 worker - -\n"
          "h:2:1: name: the host \"n1\" stands here twice; the first is on line 1\n"
          "h:3:1: name: the host \"n1\" stands here twice; the first is on line 1\n");
    READS("n[1-3] 10.0.0.[1-2] worker\nn[1-4000] a worker\né b[2-1] worker\n",
          "h:1:8: address: expected as many addresses as names (3), found 2\n"
          "h:2:2: name: this range would be 4000 hosts; at most 1000 may be\n"
          "h:3:5: address: the range ends before it begins: \"2-1\"\n");
    READS("n1 10.0.0.1 \033[31mred\nn2 \0 worker\nn3 \xff\nn4 10.0.0.4 worker",
          "4 n4 10.0.0.4 worker - -\n"
          "h:1:13: roles: expected one of master, worker; found the text \"red\"\n"
          "h:2:4: expected text, found the byte 0x00\n"
          "h:3:4: expected text, found the byte 0xff\n");
}

static void test_large(void **state)
{
    (void)state;
    size_t size = (size_t)50 << 20;
    struct err_list errors = {0};
    struct fleet fleet = {0};
    char *text = mem_new(1, size);
    reads(text, size, "h: the text has 52428800 bytes; kwiz reads at most 1048576 here\n");
    memset(text, '\n', size);
    for (size_t i = 0; i < 200; i++)
        memcpy(text + 30 * i, "x[1-999] y[1-999] wrong", 23);
    assert_false(hosts_text_read("h", text, HOSTS_TEXT_BYTES_MAX, spell, spell_topology(spell, "any"), &fleet,
                                 &errors));
    assert_int_equal(errors.count, ERR_LIST_MAX);
    assert_string_equal(errors.items[ERR_LIST_MAX - 1].text,
                        "too many faults: nothing was read from here on");
    err_list_done(&errors);
    memcpy(text, "x[1-1000] y[1-1000] worker\nz z worker\n", 38);
    assert_false(hosts_text_read("h", text, 38, spell, NULL, &fleet, &errors));
    assert_int_equal(fleet.count, 1000);
    assert_string_equal(errors.items[0].text, "hosts: expected at most 1000, found more");
    err_list_done(&errors);
    fleet_done(&fleet);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_range), cmocka_unit_test(test_range_has_a_limit),
        cmocka_unit_test(test_lines), cmocka_unit_test(test_faults),
        cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
