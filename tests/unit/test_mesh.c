/* Probing between hosts, with hosts that are made up: good ones, and all kinds of others. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "engine/mesh.h"
#include "engine/mesh_talk.h"

/* As draw() makes them: the nonce, a token a host, a word a probe. */
#define NONCE "aaaaaaaaaaaaaaaaaaaaaaaa"
#define TOKEN_0 "bbbbbbbbbbbbbbbbbbbbbbbb"
#define TOKEN_1 "cccccccccccccccccccccccc"
#define TOKEN_2 "dddddddddddddddddddddddd"
#define WORD_1 "ffffffffffffffff"
#define WORD_4 "iiiiiiiiiiiiiiii"
#define HOSTS 3

static struct mesh *mesh;
static struct buf story; /* what was done */
static char *written[HOSTS];
static struct host hosts[HOSTS];
static struct facts facts[HOSTS];
static struct measured *measured;
static const char *const tokens[HOSTS] = {TOKEN_0, TOKEN_1, TOKEN_2};
static char next_letter;

static void draw(char *out, size_t len)
{
    memset(out, next_letter++, len);
    out[len] = '\0';
}

static void write_to(void *context, size_t host, const char *bytes, size_t len)
{
    (void)context;
    free(written[host]);
    written[host] = mem_strndup(bytes, len);
    if (len < 5)
        buf_addf(&story, "%zu:%.*s ", host, (int)len - 1, bytes);
}

static void end_of(void *context, size_t host)
{
    (void)context;
    buf_addf(&story, "%zu:end ", host);
}

static void timer(void *context, unsigned limit_ms)
{
    (void)context;
    if (limit_ms)
        buf_addf(&story, "%u ", limit_ms);
    else
        buf_adds(&story, "over ");
}

static void told(const char *want)
{
    assert_string_equal(buf_text(&story), want);
    buf_clear(&story);
}

static void know(size_t host, const char *lines)
{
    struct err err = ERR_INIT;
    char *bytes = mem_printf("facts 1\naddr:eth0 10.0.0.%zu/24\n%send 1\n", host + 1, lines);
    facts_done(&facts[host]);
    assert_true(facts_parse(bytes, strlen(bytes), &facts[host], &err));
    free(bytes);
}

/* 0 wants tcp 80 and udp 90 of 1 and 2, and the round trip to 1; 1 and 2 want tcp 70 of 0. */
static const struct reach_probe wanted[] = {{0, 1, REACH_TCP, 80}, {0, 1, REACH_UDP, 90}, {0, 1, REACH_RTT, 0}, {0, 2, REACH_TCP, 80},
                                            {0, 2, REACH_UDP, 90}, {1, 0, REACH_TCP, 70}, {2, 0, REACH_TCP, 70}};

static void make(void)
{
    static char *const names[] = {"a", "b", "c"}, *const addresses[] = {"10.0.0.1", "10.0.0.2", "10.0.0.3"};
    struct reach_probe items[sizeof wanted / sizeof *wanted];
    struct measured_host all[HOSTS];
    memcpy(items, wanted, sizeof items);
    struct reach_probes probes = {items, sizeof items / sizeof *items};
    for (size_t i = 0; i < HOSTS; i++) {
        hosts[i] = (struct host){.name = names[i], .address = addresses[i]};
        all[i] = (struct measured_host){&hosts[i], &facts[i]};
    }
    measured_free(&measured);
    measured = measured_new(all, HOSTS);
    mesh_free(&mesh);
    next_letter = 'a';
    mesh = mesh_new(&(struct mesh_options){
        .measured = measured, .probes = &probes, .draw = draw, .write = write_to, .end = end_of, .timer = timer});
    buf_done(&story);
    buf_init(&story, 10000);
}

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < HOSTS; i++)
        know(i, "");
    make();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    mesh_free(&mesh);
    measured_free(&measured);
    buf_done(&story);
    for (size_t i = 0; i < HOSTS; i++) {
        facts_done(&facts[i]);
        free(written[i]);
        written[i] = NULL;
    }
    return 0;
}

static void says(size_t host, const char *text)
{
    mesh_heard(mesh, host, text, strlen(text));
}

/* "LINE|LINE" with the host's token before each */
static void tells(size_t host, const char *lines)
{
    char *copy = mem_strdup(lines), *rest = copy, *line;
    while ((line = strsep(&rest, "|"))) {
        char *text = mem_printf("%s %s\n", tokens[host], line);
        says(host, text);
        free(text);
    }
    free(copy);
}

static void found(size_t host, const char *key, const char *want)
{
    struct facts out = {0};
    mesh_tell(mesh, host, &out);
    const char *value = facts_get(&out, key);
    assert_non_null(value);
    assert_string_equal(value, want);
    facts_done(&out);
}

static void begin(void)
{
    mesh_start(mesh);
    told("10000 ");
    for (size_t i = 0; i < HOSTS; i++)
        mesh_begun(mesh, i);
}

static void all_ready(void)
{
    begin();
    tells(0, "tool python3|bound 0 ok|ready");
    tells(1, "tool perl|bound 0 ok|bound 1 ok|ready");
    tells(2, "tool nc|bound 0 ok|bound 1 ok|ready");
    told("30000 0:go 1:go 2:go ");
}

static void all_gone(void)
{
    for (size_t i = 0; i < HOSTS; i++)
        mesh_gone(mesh, i, mesh_lost_why);
}

static void it_goes_well(void **state)
{
    (void)state;
    begin();
    assert_string_equal(written[0], "me " TOKEN_0 " " NONCE " 0\nlisten 0 tcp 10.0.0.1 70\nprobe 0 tcp 10.0.0.2 80 eeeeeeeeeeeeeeee\n"
                                    "probe 1 udp 10.0.0.2 90 " WORD_1 "\nrtt 2 10.0.0.2 22\nprobe 3 tcp 10.0.0.3 80 hhhhhhhhhhhhhhhh\n"
                                    "probe 4 udp 10.0.0.3 90 " WORD_4 "\nend\n");
    assert_string_equal(written[2], "me " TOKEN_2 " " NONCE " 2\nlisten 0 tcp 10.0.0.3 80\nlisten 1 udp 10.0.0.3 90\n"
                                    "probe 0 tcp 10.0.0.1 70 kkkkkkkkkkkkkkkk\nend\n");
    tells(0, "bound 0 ok|ready");
    tells(1, "bound 0 ok|bound 1 ok|ready");
    says(2, "Welcome\n" TOKEN_2 " bound 0 ok\n" TOKEN_2 " bou");
    told("");
    says(2, "nd 1 ok\r\n" TOKEN_2 " ready\n");
    told("30000 0:go 1:go 2:go ");
    tells(1, "probe 0 open|done");
    tells(2, "probe 0 refused|done");
    says(2, NONCE " 0 4 " WORD_4 "\n"); /* the echo of this one was lost */
    tells(0, "probe 0 silent|probe 1 open|probe 3 unreachable|probe 4 silent|rtt 2 1234");
    told("");
    tells(0, "done");
    told("3000 0:end 1:end 2:end ");
    all_gone();
    told("over ");
    found(0, "reach:b:tcp:80", "silent");
    found(0, "reach:b:udp:90", "open");
    found(0, "reach:c:tcp:80", "unreachable");
    found(0, "reach:c:udp:90", "open");
    found(0, "rtt:b", "1234");
    found(1, "reach:a:tcp:70", "open");
    found(2, "reach:a:tcp:70", "refused");
}

static void ports_that_are_taken_are_probed_as_they_are(void **state)
{
    (void)state;
    know(1, "listen 80\nlisten.udp 90\n");
    make();
    begin();
    tells(0, "bound 0 ok|ready");
    tells(1, "bound 0 failed|bound 1 failed|ready"); /* by a program that can't tell why */
    tells(2, "bound 0 taken|bound 1 taken|ready"); /* by what came since */
    tells(0, "probe 0 open|probe 1 silent|probe 3 refused|probe 4 unreachable|rtt 2 none|done");
    found(0, "reach:b:tcp:80", "open");
    found(0, "reach:b:udp:90", "unknown what has the port there does not answer");
    found(0, "reach:c:tcp:80", "refused");
    found(0, "reach:c:udp:90", "unreachable");
    found(0, "rtt:b", "unknown the round trip could not be measured");
}

static void listeners_that_could_not_be(void **state)
{
    (void)state;
    begin();
    tells(0, "bound 0 failed|ready");
    tells(1, "bound 0 root|bound 1 none|ready");
    tells(2, "bound 0 none|bound 1 failed|ready");
    tells(0, "probe 0 refused|probe 1 refused|probe 3 silent|probe 4 silent|done");
    tells(1, "probe 0 refused|done");
    tells(2, "probe 0 none|done");
    found(0, "reach:b:tcp:80", "unknown needs root");
    found(0, "reach:b:udp:90", "unknown no program to listen with");
    found(0, "reach:c:tcp:80", "silent"); /* a closed port would have refused */
    found(0, "reach:c:udp:90", "unknown nothing could listen there");
    found(0, "rtt:b", "unknown it was not tried in time");
    found(1, "reach:a:tcp:70", "unknown nothing could listen there");
    found(2, "reach:a:tcp:70", "unknown no program to connect with");
}

static void one_that_hangs_is_not_waited_for(void **state)
{
    (void)state;
    begin();
    tells(0, "bound 0 ok|ready");
    tells(1, "bound 0 ok|bound 1 ok|ready");
    mesh_time_up(mesh);
    told("2:end 30000 0:go 1:go ");
    tells(2, "bound 0 ok|ready"); /* too late: nobody listens to it */
    tells(0, "probe 0 open|probe 1 open|probe 3 silent|probe 4 silent|rtt 2 5|done");
    mesh_time_up(mesh);
    told("1:end 3000 0:end ");
    mesh_time_up(mesh); /* the script does not end */
    told("over ");
    found(0, "reach:b:tcp:80", "open");
    found(0, "reach:c:tcp:80", "unknown the other host did not take part");
    found(1, "reach:a:tcp:70", "unknown the host did not end in time");
    found(2, "reach:a:tcp:70", "unknown the host was not ready in time");
}

static void one_that_vanishes(void **state)
{
    (void)state;
    all_ready();
    tells(0, "probe 0 open|probe 1 open|probe 3 open|probe 4 silent|rtt 2 5|done");
    mesh_gone(mesh, 2, mesh_lost_why);
    told("");
    tells(1, "probe 0 open|done");
    told("3000 0:end 1:end ");
    all_gone();
    told("over ");
    found(0, "reach:c:tcp:80", "open");
    found(0, "reach:c:udp:90", "unknown the other host did not take part");
    found(2, "reach:a:tcp:70", "unknown the connection was lost while ports were probed");
}

static void all_vanish(void **state)
{
    (void)state;
    mesh_start(mesh);
    all_gone();
    told("10000 30000 3000 over ");
    mesh_time_up(mesh);
    mesh_begun(mesh, 0);
    told("");
    found(0, "reach:b:tcp:80", "unknown the connection was lost while ports were probed");
}

/* What a hostile host 0 says while all are probing makes it useless, and nobody else. */
static void is_nonsense(const char *text)
{
    make();
    all_ready();
    says(0, text);
    told("0:end ");
    tells(1, "probe 0 open|done");
    tells(2, "probe 0 silent|done");
    told("3000 1:end 2:end ");
    found(0, "reach:b:tcp:80", "unknown what the host printed makes no sense");
    found(1, "reach:a:tcp:70", "open");
    found(2, "reach:a:tcp:70", "unknown the other host did not take part");
}

static void nonsense(void **state)
{
    (void)state;
    static const char *const texts[] = {"ready",        "probe 9 open",      "probe 0 fine",       "probe 0",         "probe 0 open open",
                                        "probe -1 open", "probe 2 open",     "rtt 0 5",            "rtt 2 0",         "rtt 2 99999999999",
                                        "rtt 2 1e3",    "probe 3 open\n" TOKEN_0 " probe 3 silent", "bound 0 ok",      "",
                                        "sudo rm",      "probe 99999999999 open", "done\n" TOKEN_0 " done", "tool"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *text = mem_printf(TOKEN_0 " %s\n", texts[i]);
        is_nonsense(text);
        free(text);
    }
    /* more than any host has to say */
    char *flood = mem_new(1, 300001);
    memset(flood, 'x', 300000);
    is_nonsense(flood);
    for (size_t i = 100; i < 300000; i += 100)
        flood[i] = '\n';
    is_nonsense(flood);
    free(flood);
}

static void noise(void **state)
{
    (void)state;
    all_ready();
    char line[1000];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\n';
    memcpy(line, TOKEN_0 " ", MESH_TOKEN_LEN + 1); /* too long for anything that is meant */
    mesh_heard(mesh, 0, line, sizeof line);
    says(0, "\n\r\n" NONCE "\n" NONCE " 99 0 " WORD_1 "\n" NONCE " 1 0\n" NONCE " 0 0\n" NONCE " x 1 " WORD_1 "\n" NONCE " 0 1 2\n\033[2J\n");
    says(0, NONCE " 0 1 " WORD_1 "\n" NONCE " 0 4 " WORD_4 "\n"); /* what it sent has not come there by that */
    says(1, NONCE " 0 0 eeeeeeeeeeeeeeee\n" NONCE " 0 4 " WORD_4 "\n" NONCE " 2 0 kkkkkkkkkkkkkkkk\n"); /* not its own, or not udp */
    mesh_heard(mesh, 0, TOKEN_0 " probe 0 open\0\n", MESH_TOKEN_LEN + 15);
    tells(0, "probe 0 silent|probe 1 silent|probe 3 silent|probe 4 silent");
    told("");
    found(0, "reach:b:tcp:80", "silent");
    found(0, "reach:b:udp:90", "silent");
    found(0, "reach:c:udp:90", "silent");
}

/* Host 2, which knows its own token, the nonce and all numbers, has lines printed by host 1: as datagrams to a listener that prints what comes (nc, socat). */
static void nobody_speaks_for_others(void **state)
{
    (void)state;
    all_ready();
    says(1, TOKEN_2 " probe 0 open\n" TOKEN_0 " probe 0 open\n" TOKEN_2 " done\n" TOKEN_2 " garbage\n");
    says(1, NONCE " 0 1 " WORD_4 "\n" NONCE " 0 1 kkkkkkkkkkkkkkkk\n" NONCE " 0 1\n" NONCE " 0 1 " WORD_1 "f\n" NONCE " 0 1 " WORD_1 " f\n");
    told("");
    tells(0, "probe 0 silent|probe 1 silent|probe 3 silent|probe 4 silent|done");
    tells(1, "probe 0 silent|done");
    tells(2, "probe 0 open|done");
    found(0, "reach:b:tcp:80", "silent");
    found(0, "reach:b:udp:90", "silent");
    found(1, "reach:a:tcp:70", "silent");
    found(2, "reach:a:tcp:70", "open");
}

static void results_before_the_word_go_are_nonsense(void **state)
{
    (void)state;
    begin();
    tells(0, "bound 0 ok|ready|probe 0 open");
    told("0:end ");
    tells(1, "bound 0 ok|bound 0 ok");
    told("1:end ");
    tells(2, "bound 9 ok");
    told("2:end 30000 3000 ");
}

static void without_an_address(void **state)
{
    (void)state;
    facts_done(&facts[1]);
    make();
    begin();
    assert_string_equal(written[0], "me " TOKEN_0 " " NONCE " 0\nlisten 0 tcp 10.0.0.1 70\nprobe 3 tcp 10.0.0.3 80 hhhhhhhhhhhhhhhh\n"
                                    "probe 4 udp 10.0.0.3 90 " WORD_4 "\nend\n");
    found(0, "reach:b:tcp:80", "unknown the address of the other host is not known");
    found(0, "rtt:b", "unknown the address of the other host is not known");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_goes_well, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ports_that_are_taken_are_probed_as_they_are, set_up, tear_down),
        cmocka_unit_test_setup_teardown(listeners_that_could_not_be, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_hangs_is_not_waited_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_vanishes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(all_vanish, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nonsense, set_up, tear_down),
        cmocka_unit_test_setup_teardown(noise, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_speaks_for_others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(results_before_the_word_go_are_nonsense, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_an_address, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
