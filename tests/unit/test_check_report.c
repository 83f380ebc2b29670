/* What checks say, as text and for programs, of hosts whose facts are made up. */
#include "tests/unit/spell_fixture.h"

#include "cli/check_json.h"
#include "model/facts.h"
#include "wizard/check_report.h"

#define REQUIREMENTS                                                                                                                              \
    "requirements:\n"                                                                                                                             \
    "  - {id: cpus, title: Processors, fail: {master: 2, all: 1}, warn: 2, remedy: Give it more., source: kubeadm NumCPU}\n"                      \
    "  - {id: disk, title: Disk, fail: 10G, warn: 20G, remedy: Make room.}\n"                                                                     \
    "  - {id: swap, title: Swap, measure: swap, level: fail, fix: one, mend: mend.sh, remedy: \"swapoff -a, and take what is named out of /etc/fstab, so that "  \
    "the next boot leaves it off as well.\", source: kubelet failSwapOn}\n"                                                                       \
    "  - {id: init, title: systemd, measure: systemd}\n"                                                                                          \
    "  - {id: root, title: Rights, measure: root}\n"

#define HOSTS 5

struct world {
    struct fixture fixture;
    struct spell *spell;
    struct answers *answers;
    struct facts facts[HOSTS];
    bool is_measured[HOSTS];
    struct verdicts verdicts[HOSTS];
    struct wizard_checks checks;
    const char *names[HOSTS];
};
static struct world w;

static const char *reason_of(const void *context, const char *id)
{
    const struct accepted *accepted = answers_accepted(context, id);
    return accepted ? accepted->reason : NULL;
}

static void begin_with(const char *requirements, const char *accepts)
{
    char *errors = NULL;
    struct err_list list = {0};
    w = (struct world){0};
    fixture_init(&w.fixture);
    fixture_write(&w.fixture, "mend.sh", "swapoff -a\n");
    fixture_write(&w.fixture, "releases.table", "minor\tcontainerd\tdocker\n1.36\t2.0\tcri-dockerd\n");
    char *yaml = mem_printf("%s%s%s", FIXTURE_HEAD, requirements, FIXTURE_STEPS);
    fixture_write(&w.fixture, "spell.yaml", yaml);
    free(yaml);
    w.spell = fixture_load(&w.fixture, &errors);
    if (!w.spell)
        fail_msg("%s", errors);
    char *text = mem_printf("version: 1\nname: test\nspell: demo\ntopology: any\nhosts:\n"
                            "  - {name: kub-master-1, address: 10.0.0.1, roles: [master]}\n"
                            "  - {name: kub-worker-1, address: 10.0.0.2, roles: [worker]}\n"
                            "  - {name: kub-worker-2, address: 10.0.0.3, roles: [worker]}\n"
                            "  - {name: kub-worker-3, address: 10.0.0.4, roles: [worker]}\n"
                            "  - {name: kub-worker-4, address: 10.0.0.5, roles: [worker]}\n%s", accepts);
    w.answers = answers_parse("a.yaml", text, strlen(text), NULL, w.spell, &list);
    if (!w.answers)
        fail_msg("%s", list.items[0].text);
    free(text);
}

static void begin(const char *accepts)
{
    begin_with(REQUIREMENTS, accepts);
}

static void say(size_t host, const char *lines)
{
    struct err err = ERR_INIT;
    char *bytes = mem_printf("facts 1\n%send 1\n", lines);
    if (!facts_parse(bytes, strlen(bytes), &w.facts[host], &err))
        fail_msg("%s", err.text);
    w.is_measured[host] = true;
    free(bytes);
}

static void judge(bool is_part)
{
    struct measured_host hosts[HOSTS];
    struct checks_source source = {.spell = w.spell, .verdicts = w.verdicts, .hosts = HOSTS, .is_part = is_part, .accepted = reason_of,
                                   .accepted_context = w.answers};
    for (size_t i = 0; i < HOSTS; i++) {
        hosts[i] = (struct measured_host){&w.answers->fleet.items[i], w.is_measured[i] ? &w.facts[i] : NULL};
        w.names[i] = w.answers->fleet.items[i].name;
        source.measured += w.is_measured[i];
        source.missing += !w.is_measured[i];
    }
    struct measured *measured = measured_new(hosts, HOSTS);
    for (size_t i = 0; i < HOSTS; i++)
        if (w.is_measured[i])
            w.verdicts[i] = requirement_judge(w.spell, w.answers, measured, i);
    measured_free(&measured);
    checks_sum(&source, &w.checks);
}

/* Lines that the verdict of a host is to have besides, as checks between hosts have them. */
static void add_detail(size_t host, const char *id, const char *lines)
{
    for (size_t i = 0; i < w.verdicts[host].count; i++)
        if (strcmp(w.verdicts[host].items[i].requirement->id, id) == 0) {
            free(w.verdicts[host].items[i].detail);
            w.verdicts[host].items[i].detail = mem_strdup(lines);
        }
}

static void end(void)
{
    checks_done(&w.checks);
    for (size_t i = 0; i < HOSTS; i++) {
        verdicts_done(&w.verdicts[i]);
        facts_done(&w.facts[i]);
    }
    answers_free(&w.answers);
    spell_free(&w.spell);
    fixture_done(&w.fixture);
}

static void expect(const struct check_report *report, const char *want)
{
    struct buf text;
    buf_init(&text, CHECK_REPORT_BYTES_MAX);
    check_report_write(report, &text);
    check_report_sums(report->checks, &text);
    if (strcmp(buf_text(&text), want) != 0)
        fail_msg("wanted\n%s\ngot\n%s", want, buf_text(&text));
    for (const char *p = buf_text(&text); *p; p += strcspn(p, "\n") + 1)
        assert_true(strcspn(p, "\n") <= CHECK_REPORT_COLUMNS);
    assert_null(strstr(buf_text(&text), " \n"));
    buf_done(&text);
}

#define GOOD "cpus 4\ndisk:/var/lib 50000\nswap_mb 0\ninit systemd\nroot yes\n"
#define SWAP "cpus 4\ndisk:/var/lib 50000\nswap /swap.img\nswap_mb 2047\ninit systemd\nroot yes\n"

static void mixed(const char *accepts)
{
    begin(accepts);
    say(0, "cpus 1\ndisk:/var/lib 12000\nswap_mb 0\ninit systemd\nroot yes\n");
    say(1, SWAP);
    say(2, SWAP);
    say(3, "cpus 1\nswap /dev/zram0\nswap_mb 512\ninit systemd\nroot password\n");
    say(4, GOOD);
    judge(false);
}

static void problems_come_first_and_like_hosts_together(void **state)
{
    (void)state;
    mixed("");
    add_detail(3, "swap", "/dev/zram0: 512 MB\n\nset up by zram-generator ");
    expect(&(struct check_report){.checks = &w.checks, .names = w.names},
           "fail cpus: Processors, on 1 of 5 hosts\n"
           "  why: kubeadm NumCPU\n"
           "  what to do: Give it more.\n"
           "  kub-master-1: 1, wanted 2 or more\n"
           "  warn: kub-worker-3: 1, wanted 1 or more, better 2\n"
           "\n"
           "fail swap: Swap, on 3 of 5 hosts\n"
           "  wanted: none in use\n"
           "  why: kubelet failSwapOn\n"
           "  what to do: swapoff -a, and take what is named out of /etc/fstab, so that the\n"
           "    next boot leaves it off as well. The step \"One\" sees to it.\n"
           "  kwiz can mend it: kwiz check --fix swap; --show-fix swap prints the script\n"
           "  kub-worker-[1-2]: /swap.img, 2047 MB\n"
           "  kub-worker-3: /dev/zram0, 512 MB\n"
           "    /dev/zram0: 512 MB\n"
           "\n"
           "    set up by zram-generator\n"
           "\n"
           "warn disk: Disk, on 1 of 5 hosts\n"
           "  wanted: 10 GB or more, better 20 GB\n"
           "  what to do: Make room.\n"
           "  kub-master-1: 11 GB\n"
           "  skip: kub-worker-3: unknown: the host did not say\n"
           "\n"
           "skip root: Rights, on 1 of 5 hosts\n"
           "  wanted: root, or sudo\n"
           "  kub-worker-3: unknown: sudo asks for a password; it is tried when the run\n"
           "    begins\n"
           "\n"
           "checks: 2 fail, 1 warn, 1 skip, 1 pass, 0 accepted; 5 of 5 hosts measured\n");
    end();
}

static void before_a_run_only_what_stands_in_the_way(void **state)
{
    (void)state;
    mixed("accept: {cpus: small on purpose}\n");
    expect(&(struct check_report){.checks = &w.checks, .names = w.names, .is_brief = true},
           "fail swap: Swap, on 3 of 5 hosts\n"
           "  wanted: none in use\n"
           "  why: kubelet failSwapOn\n"
           "  what to do: swapoff -a, and take what is named out of /etc/fstab, so that the\n"
           "    next boot leaves it off as well. The step \"One\" sees to it.\n"
           "  kwiz can mend it: kwiz check --fix swap; --show-fix swap prints the script\n"
           "  kub-worker-[1-2]: /swap.img, 2047 MB\n"
           "  kub-worker-3: /dev/zram0, 512 MB\n"
           "checks: 1 fail, 1 warn, 1 skip, 1 pass, 1 accepted; 5 of 5 hosts measured\n");
    end();
}

static void all_shows_passes_as_well(void **state)
{
    (void)state;
    begin("accept: {swap: test machines, init: an old reason}\n");
    for (size_t i = 0; i < HOSTS; i++)
        say(i, i ? GOOD : SWAP);
    judge(false);
    expect(&(struct check_report){.checks = &w.checks, .names = w.names, .is_complete = true},
           "accepted swap: Swap, on 1 of 5 hosts\n"
           "  accepted because: test machines\n"
           "  wanted: none in use\n"
           "  why: kubelet failSwapOn\n"
           "  what to do: swapoff -a, and take what is named out of /etc/fstab, so that the\n"
           "    next boot leaves it off as well. The step \"One\" sees to it.\n"
           "  kub-master-1: /swap.img, 2047 MB\n"
           "  pass: kub-worker-[1-4]: none\n"
           "\n"
           "pass init: systemd, on 5 of 5 hosts\n"
           "  wanted: systemd\n"
           "  kub-master-1, kub-worker-[1-4]: systemd\n"
           "\n"
           "pass cpus: Processors, on 5 of 5 hosts\n"
           "  kub-master-1: 4, wanted 2 or more\n"
           "  kub-worker-[1-4]: 4, wanted 1 or more, better 2\n"
           "\n"
           "pass disk: Disk, on 5 of 5 hosts\n"
           "  wanted: 10 GB or more, better 20 GB\n"
           "  kub-master-1, kub-worker-[1-4]: 48 GB\n"
           "\n"
           "pass root: Rights, on 5 of 5 hosts\n"
           "  wanted: root, or sudo\n"
           "  kub-master-1, kub-worker-[1-4]: root\n"
           "\n"
           "accept: names init (an old reason), but no host fails it any more: take it out\n"
           "  of the answers\n"
           "\n"
           "checks: 0 fail, 0 warn, 0 skip, 4 pass, 1 accepted; 5 of 5 hosts measured\n");
    end();
}

static void hosts_without_an_answer_are_told_with_what_to_do(void **state)
{
    (void)state;
    const struct check_missing missing = {"kub-worker-4", "dial-refused", "10.0.0.5 port 22: Connection refused"};
    begin("accept: {swap: test machines}\n");
    for (size_t i = 0; i < 4; i++)
        say(i, GOOD);
    judge(false);
    /* the host that is missing may be the one that swaps */
    assert_int_equal(w.checks.stale, 0);
    expect(&(struct check_report){.checks = &w.checks, .names = w.names, .missing = &missing, .missing_count = 1},
           "not measured: kub-worker-4 (dial-refused): 10.0.0.5 port 22: Connection refused\n"
           "  what to do: Start the host's SSH server, or correct the port in the answers.\n"
           "\n"
           "checks: 0 fail, 0 warn, 0 skip, 5 pass, 0 accepted; 4 of 5 hosts measured\n");
    end();
}

/* The reason is of no use where it is not known whether the check would fail, or where other hosts may need it. */
static void an_acceptance_is_stale_only_when_that_is_certain(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        begin("accept: {swap: test machines}\n");
        for (size_t host = 0; host < HOSTS; host++)
            say(host, i == 1 && host == 2 ? "cpus 4\n" : GOOD);
        judge(i == 2);
        assert_int_equal(w.checks.stale, i == 0);
        end();
    }
}

static void long_lists_are_cut_unless_all_is_asked_for(void **state)
{
    (void)state;
    struct buf lines;
    buf_init(&lines, 4096);
    for (int i = 0; i < 15; i++)
        buf_addf(&lines, "%skub-worker-%d: silent", i ? "\n" : "", i);
    mixed("accept: {swap: x, cpus: x}\n");
    add_detail(0, "disk", buf_text(&lines));
    for (int is_complete = 0; is_complete < 2; is_complete++) {
        struct buf text;
        buf_init(&text, CHECK_REPORT_BYTES_MAX);
        check_report_write(&(struct check_report){.checks = &w.checks, .names = w.names, .is_complete = is_complete}, &text);
        assert_int_equal(strstr(buf_text(&text), "    and 3 more\n") == NULL, is_complete);
        assert_int_equal(strstr(buf_text(&text), "    kub-worker-14: silent\n") != NULL, is_complete);
        buf_done(&text);
    }
    buf_done(&lines);
    end();
}

/* What a host says before it lets us in reaches this text as well. */
static void bytes_of_hosts_drive_no_terminal(void **state)
{
    (void)state;
    struct buf text;
    const struct check_missing missing = {"kub-worker-1", "handshake", "it said '\033[31mred\033]0;title\a and more'"};
    mixed("");
    add_detail(0, "disk", "\033[2Jgone\n\aloud");
    buf_init(&text, CHECK_REPORT_BYTES_MAX);
    check_report_write(&(struct check_report){.checks = &w.checks, .names = w.names, .missing = &missing, .missing_count = 1}, &text);
    assert_null(strchr(buf_text(&text), '\033'));
    assert_null(strchr(buf_text(&text), '\a'));
    assert_non_null(strstr(buf_text(&text), "it said 'red and more'"));
    assert_non_null(strstr(buf_text(&text), "    gone\n    <07>loud\n"));
    buf_done(&text);
    end();
}

#define RUNTIMES                                                                                                                                  \
    "data: [releases.table]\n"                                                                                                                     \
    "questions:\n"                                                                                                                                \
    "  - {key: release, label: Release, type: version, default: \"1.36\"}\n"                                                                    \
    "  - {key: runtime, label: Runtime, type: choice, default: auto, choices: [{value: auto}, {value: containerd}, {value: docker}, {value: crio}]}\n" \
    "requirements:\n"                                                                                                                             \
    "  - {id: cri, title: Runtime, measure: runtime, question: runtime, version: release, table: releases.table, remedy: Choose one.}\n"
#define CONTAINERD                                                                                                        \
    "uid 0\nruntime /run/containerd/containerd.sock\nruntime.open:/run/containerd/containerd.sock yes\n"                  \
    "runtime.version:containerd 2.1.0\nruntime.cri:containerd enabled\nruntime.cgroup:containerd systemd\n"
#define AND_CRIO CONTAINERD "runtime /run/crio/crio.sock\nruntime.open:/run/crio/crio.sock yes\n"

/* Without anybody to ask it is an error, which says what to write. */
static void several_runtimes_want_an_answer(void **state)
{
    (void)state;
    begin_with(RUNTIMES, "");
    for (size_t i = 0; i < HOSTS; i++)
        say(i, i == 1 ? AND_CRIO : CONTAINERD);
    judge(false);
    expect(&(struct check_report){.checks = &w.checks, .names = w.names},
           "fail cri: Runtime, on 1 of 5 hosts\n"
           "  wanted: one that the kubelet can use, or none yet\n"
           "  what to do: Choose one.\n"
           "  which of them: answers: {runtime: containerd} in the answers, or --set\n"
           "    runtime=containerd\n"
           "  kub-worker-1: several runtimes: containerd, crio; say which\n"
           "\n"
           "checks: 1 fail, 0 warn, 0 skip, 0 pass, 0 accepted; 5 of 5 hosts measured\n");
    end();
    begin_with(RUNTIMES, "answers: {runtime: crio}\n");
    for (size_t i = 0; i < HOSTS; i++)
        say(i, i == 1 ? AND_CRIO : CONTAINERD);
    judge(false);
    assert_int_equal(w.checks.counts[VERDICT_FAIL], 0);
    end();
}

static void expect_json(json_t *o, const char *want)
{
    char *got = json_dumps(o, JSON_COMPACT);
    assert_string_equal(got, want);
    free(got);
    json_decref(o);
}

/* Programs read this: a field that goes or is called otherwise breaks them. */
static void events_for_programs_keep_their_fields(void **state)
{
    (void)state;
    const struct check_missing missing = {"kub-worker-4", "auth", "10.0.0.5:22 does not let us in as op."};
    mixed("accept: {cpus: small on purpose, init: an old reason}\n");
    add_detail(1, "swap", "one\ntwo");
    expect_json(check_json_verdict(w.spell, "kub-worker-1", checks_verdict(&w.checks, 1, &w.spell->requirements[2]), NULL),
                "{\"host\":\"kub-worker-1\",\"check\":\"swap\",\"verdict\":\"fail\",\"found\":\"/swap.img, 2047 MB\",\"wanted\":\"none in use\","
                "\"remedy\":\"swapoff -a, and take what is named out of /etc/fstab, so that the next boot leaves it off as well. The step \\\"One\\\" sees to it.\","
                "\"fixable\":true,\"accepted\":false,\"reason\":\"\",\"title\":\"Swap\",\"source\":\"kubelet failSwapOn\",\"detail\":\"one\\ntwo\",\"question\":\"\",\"choices\":\"\"}");
    expect_json(check_json_verdict(w.spell, "kub-master-1", checks_verdict(&w.checks, 0, &w.spell->requirements[0]), "small on purpose"),
                "{\"host\":\"kub-master-1\",\"check\":\"cpus\",\"verdict\":\"fail\",\"found\":\"1\",\"wanted\":\"2 or more\",\"remedy\":\"Give it more.\","
                "\"fixable\":false,\"accepted\":true,\"reason\":\"small on purpose\",\"title\":\"Processors\",\"source\":\"kubeadm NumCPU\",\"detail\":\"\",\"question\":\"\",\"choices\":\"\"}");
    expect_json(check_json_missing(&missing),
                "{\"host\":\"kub-worker-4\",\"state\":\"failed\",\"fault\":\"auth\",\"detail\":\"10.0.0.5:22 does not let us in as op.\","
                "\"remedy\":\"Name a key that the host takes (identity), or run this on a terminal to be asked for the password.\"}");
    expect_json(check_json_sums(&w.checks, 5),
                "{\"checks\":{\"fail\":1,\"warn\":1,\"skip\":1,\"pass\":1,\"accepted\":1},\"verdicts\":{\"fail\":4,\"warn\":2,\"skip\":2,\"pass\":17},"
                "\"hosts_measured\":5,\"hosts_missing\":0,\"stale_accepts\":[\"init\"],\"exit_status\":5}");
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(problems_come_first_and_like_hosts_together),
        cmocka_unit_test(before_a_run_only_what_stands_in_the_way),
        cmocka_unit_test(all_shows_passes_as_well),
        cmocka_unit_test(hosts_without_an_answer_are_told_with_what_to_do),
        cmocka_unit_test(an_acceptance_is_stale_only_when_that_is_certain),
        cmocka_unit_test(long_lists_are_cut_unless_all_is_asked_for),
        cmocka_unit_test(bytes_of_hosts_drive_no_terminal),
        cmocka_unit_test(several_runtimes_want_an_answer),
        cmocka_unit_test(events_for_programs_keep_their_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
