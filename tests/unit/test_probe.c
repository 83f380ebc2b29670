/* What spells want tried on hosts, the script that is made of it, and the verdicts on what it tells. The script itself: tests/probes/run. */
#include "tests/unit/spell_fixture.h"

#include "model/facts.h"
#include "spell/fetch_target.h"
#include "spell/probe.h"
#include "spell/requirement.h"

#define QUESTIONS                                                                                                      \
    "questions:\n"                                                                                                     \
    "  - {key: registry, label: R, type: text, required: false}\n"                                                     \
    "  - {key: insecure, label: I, type: boolean, default: false}\n"                                                   \
    "  - {key: ca, label: C, type: text, required: false}\n"                                                           \
    "  - {key: proxy, label: P, type: text, required: false}\n"                                                        \
    "  - {key: past, label: N, type: text, required: false}\n"                                                         \
    "  - {key: vip, label: V, type: address, required: false}\n"                                                       \
    "  - {key: gate, label: T, type: text, required: false}\n"                                                         \
    "  - {key: word, label: W, type: password, required: false}\n"
#define REQUIREMENTS                                                                                                   \
    "requirements:\n"                                                                                                  \
    "  - {id: fsync, title: F, roles: [master], path: /var/lib/etcd, fail: 100, warn: 10}\n"                            \
    "  - {id: fetch, title: G, proxy: {http: proxy, except: past}, unverified: {registry: [ca, insecure]}}\n"          \
    "  - {id: vip.free, title: V, measure: address-free, question: vip, roles: [master]}\n"                            \
    "  - {id: gate.answers, title: E, measure: endpoint, question: gate, port: 6443, when: registry == \"gated\"}\n"    \
    "  - {id: path-mtu, title: M, level: warn}\n"
#define STEPS                                                                                                          \
    "steps:\n"                                                                                                         \
    "  - id: one\n    title: One\n    on: all\n    run: one.sh\n    undo: undo.sh\n    downloads:\n"                    \
    "      - {what: Packages}\n"                                                                                       \
    "      - {what: Packages, from: \"https://user:word@pkgs.example.com/apt suite main\"}\n"                          \
    "      - {what: Tools, from: reg.example.com/tools, when: registry == \"reg.example.com\"}\n"                          \
    "      - {what: Images, from: \"{registry}\", when: registry != \"\"}\n"                                           \
    "      - {what: Images, from: images.example.com/k8s, when: registry == \"\"}\n"                                   \
    "  - id: two\n    title: Two\n    on: master\n    run: two.sh\n    optional: true\n    undo: undo.sh\n    downloads:\n" \
    "      - {what: Sample, from: \"docker.io/library/a or quay.io/a\"}\n"                                             \
    "      - {what: File, from: /srv/file}\n"

#define NONE "  {}\n"

static struct spell *spell;
static struct fixture fixture;

static struct answers *answers_of(const char *more)
{
    struct err_list list = {0};
    char *text = mem_printf("version: 1\nname: test\nspell: demo\ntopology: any\nhosts:\n"
                            "  - {name: m1, address: 10.0.0.1, roles: [master]}\n"
                            "  - {name: w1, address: 10.0.0.3, roles: [worker]}\n"
                            "  - {name: w2, address: w2.example.com, roles: [worker]}\nanswers:\n%s",
                            more);
    struct answers *answers = answers_parse("a.yaml", text, strlen(text), NULL, spell, &list);
    if (!answers)
        fail_msg("%s", fixture_errors(NULL, &list));
    err_list_done(&list);
    free(text);
    return answers;
}

static int set_up(void **state)
{
    (void)state;
    char *errors = NULL;
    fixture_init(&fixture);
    fixture_write(&fixture, "spell.yaml", FIXTURE_HEAD QUESTIONS REQUIREMENTS STEPS);
    spell = fixture_load(&fixture, &errors);
    if (!spell)
        fail_msg("%s", errors);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    spell_free(&spell);
    fixture_done(&fixture);
    return 0;
}

/* The first lines of the script: what it is told. */
static char *variables(const struct answers *answers, size_t host)
{
    char *script = probe_script(spell, answers, host), *end = script;
    assert_non_null(script);
    for (int i = 0; i < 6; i++)
        end = strchr(end, '\n') + 1;
    char *text = mem_strndup(script, (size_t)(end - script));
    free(script);
    return text;
}

static void expect_variables(const char *more, size_t host, const char *want)
{
    struct answers *answers = answers_of(more);
    char *got = variables(answers, host);
    assert_string_equal(got, want);
    free(got);
    answers_free(&answers);
}

static bool is_joining; /* the hosts come into a cluster that stands */

/* "verdict(measured|threshold)detail", or "-" where there is none. */
static void expect(const char *more, size_t host, const char *id, const char *lines, const char *want)
{
    struct answers *answers = answers_of(more);
    struct facts facts;
    struct err err = ERR_INIT;
    char *bytes = mem_printf("facts 1\n%send 1\n", lines), *got = mem_strdup("-");
    if (!facts_parse(bytes, strlen(bytes), &facts, &err))
        fail_msg("%s", err.text);
    struct measured *measured = measured_new(&(struct measured_host){&answers->fleet.items[host], &facts}, 1);
    measured->is_joining = is_joining;
    struct verdicts verdicts = requirement_judge(spell, answers, measured, 0);
    for (size_t i = 0; i < verdicts.count; i++) {
        const struct verdict *v = &verdicts.items[i];
        if (strcmp(v->requirement->id, id) != 0)
            continue;
        free(got);
        got = mem_printf("%s(%s|%s)%s", verdict_name(v->kind), v->measured, v->threshold, v->detail);
    }
    if (strcmp(got, want) != 0) {
        fprintf(stderr, "wanted %s\ngot    %s\n", want, got);
        fail();
    }
    verdicts_done(&verdicts);
    measured_free(&measured);
    facts_done(&facts);
    answers_free(&answers);
    free(bytes);
    free(got);
}

static void each_host_has_its_own_probe(void **state)
{
    (void)state;
    expect_variables(NONE, 0,
                     "kwiz_fsync='/var/lib/etcd'\n"
                     "kwiz_fetch='pkgs.example.com,https://pkgs.example.com:443/,own,verify images.example.com,https://images.example.com:443/,own,verify "
                     "docker.io,https://registry-1.docker.io:443/,own,verify quay.io,https://quay.io:443/,own,verify'\n"
                     "kwiz_addresses=''\n"
                     "kwiz_peers='w1,10.0.0.3 w2,w2.example.com'\n"
                     "kwiz_http_proxy=''\nkwiz_https_proxy=''\n");
    expect_variables("  vip: 10.0.0.9\n  registry: 10.0.0.7:5000/k8s\n  insecure: true\n  proxy: http://u:p$(x)@proxy:3128\n  past: 10.0.0.0/24, .quay.io\n", 0,
                     "kwiz_fsync='/var/lib/etcd'\n"
                     "kwiz_fetch='pkgs.example.com,https://pkgs.example.com:443/,proxy,verify 10.0.0.7:5000,https://10.0.0.7:5000/,direct,plain "
                     "docker.io,https://registry-1.docker.io:443/,proxy,verify quay.io,https://quay.io:443/,direct,verify'\n"
                     "kwiz_addresses='10.0.0.9'\n"
                     "kwiz_peers='w1,10.0.0.3 w2,w2.example.com'\n"
                     "kwiz_http_proxy='http://u:p$(x)@proxy:3128'\nkwiz_https_proxy='http://u:p$(x)@proxy:3128'\n");
    /* what is said of a server for one source holds for the other, which comes first */
    expect_variables("  vip: 10.0.0.9\n  registry: reg.example.com\n  ca: x\n", 1,
                     "kwiz_fsync=''\n"
                     "kwiz_fetch='pkgs.example.com,https://pkgs.example.com:443/,own,verify reg.example.com,https://reg.example.com:443/,own,any'\n"
                     "kwiz_addresses=''\n"
                     "kwiz_peers='w2,w2.example.com m1,10.0.0.1'\n"
                     "kwiz_http_proxy=''\nkwiz_https_proxy=''\n");
}

/* What would end the quotes never gets into the script. */
static void no_answer_breaks_out(void **state)
{
    (void)state;
    expect_variables("  registry: \"evil.example.com'; touch x; '/k\"\n  proxy: \"http://p'; touch x; '\"\n", 1,
                     "kwiz_fsync=''\n"
                     "kwiz_fetch='pkgs.example.com,https://pkgs.example.com:443/,proxy,verify'\n"
                     "kwiz_addresses=''\n"
                     "kwiz_peers='w2,w2.example.com m1,10.0.0.1'\n"
                     "kwiz_http_proxy=''\nkwiz_https_proxy=''\n");
}

static void keys_are_what_is_told(void **state)
{
    (void)state;
    struct answers *answers = answers_of("  vip: 10.0.0.9\n");
    struct probes probes = probes_make(spell, answers);
    assert_int_equal(probes.count, 3);
    char *keys = strv_join(&probes.items[0].keys, " ");
    assert_string_equal(keys, "fsync:/var/lib/etcd fetch:pkgs.example.com fetch:images.example.com fetch:docker.io fetch:quay.io address:10.0.0.9 pmtu:w1 pmtu:w2");
    struct probe copy;
    probe_copy(&copy, &probes.items[0]);
    assert_string_equal(copy.script, probes.items[0].script);
    assert_int_equal(copy.keys.count, 8);
    probe_done(&copy);
    probes_done(&probes);
    answers_free(&answers);
    free(keys);
}

static void nothing_wanted_is_no_script(void **state)
{
    (void)state;
    struct fixture small;
    struct err_list list = {0};
    static const char text[] = "version: 1\nname: test\nspell: demo\ntopology: any\nhosts:\n  - {name: m1, address: 10.0.0.1, roles: [master]}\n";
    struct spell *other = fixture_begin(&small, NULL);
    struct answers *answers = answers_parse("a.yaml", text, sizeof text - 1, NULL, other, &list);
    assert_non_null(answers);
    assert_null(probe_script(other, answers, 0));
    answers_free(&answers);
    fixture_end(&small, &other);
}

/* Of many hosts each sends to 20 others, and none to itself. */
static void peers_are_a_sample(void **state)
{
    (void)state;
    struct answers *answers = answers_of(NONE);
    struct fleet *fleet = &answers->fleet;
    for (; fleet->count < 200; fleet->count++) {
        fleet->items = mem_grow(fleet->items, fleet->count + 1, sizeof *fleet->items);
        fleet->items[fleet->count] = (struct host){.name = mem_printf("n%zu", fleet->count), .address = mem_printf("10.1.0.%zu", fleet->count)};
        strv_add(&fleet->items[fleet->count].roles, "worker");
    }
    struct probes probes = probes_make(spell, answers);
    size_t reached[200] = {0};
    for (size_t i = 0; i < 200; i++) {
        size_t peers = 0;
        for (size_t j = 0; j < probes.items[i].keys.count; j++)
            for (size_t k = 0; k < 200; k++) {
                char *key = mem_printf("pmtu:%s", fleet->items[k].name);
                if (strcmp(probes.items[i].keys.items[j], key) == 0) {
                    assert_int_not_equal(i, k);
                    peers++;
                    reached[k]++;
                }
                free(key);
            }
        assert_int_equal(peers, PROBE_PEERS_MAX);
    }
    for (size_t i = 0; i < 200; i++)
        assert_int_equal(reached[i], PROBE_PEERS_MAX);
    probes_done(&probes);
    answers_free(&answers);
}

#define FSYNC_WANTED "|99 of 100 writes in 100 ms, better in 10 ms)"
#define MEAN_ONLY ", and neither python3 nor perl is there to time each write" FSYNC_WANTED

static void fsync_verdicts(void **state)
{
    (void)state;
    expect(NONE, 0, "fsync", "fsync:/var/lib/etcd 900 10000\n", "pass(9 of 10 writes in 0.90 ms, 99 of 100 in 10.00 ms" FSYNC_WANTED);
    expect(NONE, 0, "fsync", "fsync:/var/lib/etcd 900 10001\n", "warn(9 of 10 writes in 0.90 ms, 99 of 100 in 10.00 ms" FSYNC_WANTED);
    expect(NONE, 0, "fsync", "fsync:/var/lib/etcd 90000 100000\n", "warn(9 of 10 writes in 90.00 ms, 99 of 100 in 100.00 ms" FSYNC_WANTED);
    expect(NONE, 0, "fsync", "fsync:/var/lib/etcd 5000 100010\n", "fail(9 of 10 writes in 5.00 ms, 99 of 100 in 100.01 ms" FSYNC_WANTED);
    expect(NONE, 0, "fsync", "fsync:/var/lib/etcd mean 512\n", "skip(unknown: mean 0.51 ms" MEAN_ONLY);
    expect(NONE, 0, "fsync", "fsync:/var/lib/etcd mean 31000\n", "warn(mean 31.00 ms" MEAN_ONLY);
    expect(NONE, 0, "fsync", "fsync:/var/lib/etcd mean 131000\n", "fail(mean 131.00 ms" MEAN_ONLY);
    expect(NONE, 1, "fsync", "fsync:/var/lib/etcd 900 20000\n", "-");
    static const char *const skips[][2] = {
        {"", "the host did not say"},
        {"fsync:/var/lib/etcd unknown denied\nroot no\n", "this user may not do that there, but root may"},
        {"fsync:/var/lib/etcd unknown denied\nroot password\n", "this user may not write there, and sudo asks for a password"},
        {"fsync:/var/lib/etcd unknown read-only\n", "the file system is read-only"},
        {"fsync:/var/lib/etcd unknown full\n", "less than 64 MB are free there, so nothing was written"},
        {"fsync:/var/lib/etcd unknown the script that tries it did not say\n", "the script that tries it did not say"},
        {"fsync:/var/lib/etcd 5\n", "what the host says of it makes no sense"},
        {"fsync:/var/lib/etcd -5 7\n", "what the host says of it makes no sense"},
        {"fsync:/var/lib/etcd 1 2 3\n", "what the host says of it makes no sense"},
        {"fsync:/var/lib/etcd 99999999999999999999 1\n", "what the host says of it makes no sense"},
    };
    for (size_t i = 0; i < sizeof skips / sizeof *skips; i++) {
        char *want = mem_printf("skip(unknown: %s" FSYNC_WANTED, skips[i][1]);
        expect(NONE, 0, "fsync", skips[i][0], want);
        free(want);
    }
}

#define TWO "fetch:pkgs.example.com ok 12\nfetch:images.example.com ok 3\n"
#define TWO_SAID "pkgs.example.com: reached in 12 ms\nimages.example.com: reached in 3 ms"

static void fetch_verdicts(void **state)
{
    (void)state;
    expect(NONE, 1, "fetch", TWO, "pass(reached|reached: pkgs.example.com, images.example.com)" TWO_SAID);
    expect(NONE, 1, "fetch", "fetch:pkgs.example.com refused\nfetch:images.example.com ok 3\n",
           "fail(not reached: pkgs.example.com (it refuses the connection)|reached: pkgs.example.com, images.example.com)"
           "pkgs.example.com: it refuses the connection\nimages.example.com: reached in 3 ms");
    expect(NONE, 1, "fetch", "fetch:pkgs.example.com silent\nfetch:images.example.com silent\n",
           "fail(not reached: pkgs.example.com, images.example.com (no answer in 5 s)|reached: pkgs.example.com, images.example.com)"
           "pkgs.example.com: no answer in 5 s\nimages.example.com: no answer in 5 s");
    expect(NONE, 1, "fetch", "fetch:pkgs.example.com ok 3\n",
           "skip(unknown: images.example.com (the host did not say)|reached: pkgs.example.com, images.example.com)"
           "pkgs.example.com: reached in 3 ms\nimages.example.com: the host did not say");
    expect(NONE, 1, "fetch", "fetch:pkgs.example.com okay\nfetch:images.example.com unknown no-client\n",
           "fail(not reached: pkgs.example.com (okay)|reached: pkgs.example.com, images.example.com)"
           "pkgs.example.com: okay\nimages.example.com: there is neither curl, wget, python3 nor openssl that could ask");
    /* what only an optional step wants; and one of two will do */
    expect(NONE, 0, "fetch", TWO "fetch:docker.io unreachable\nfetch:quay.io tls untrusted\n",
           "warn(not reached: docker.io (there is no route to it); quay.io (the host does not trust its certificate)|reached: pkgs.example.com, "
           "images.example.com, docker.io, quay.io)" TWO_SAID
           "\ndocker.io: there is no route to it\nquay.io: the host does not trust its certificate");
    expect(NONE, 0, "fetch", TWO "fetch:docker.io unreachable\nfetch:quay.io ok 1\n",
           "pass(reached|reached: pkgs.example.com, images.example.com, docker.io, quay.io)" TWO_SAID "\ndocker.io: there is no route to it\nquay.io: reached in 1 ms");
    expect("  proxy: http://proxy:3128\n", 1, "fetch", "fetch:pkgs.example.com status 403\nfetch:images.example.com ok 3\n",
           "fail(not reached: pkgs.example.com (the proxy answers with status 403)|reached: pkgs.example.com, images.example.com)"
           "pkgs.example.com: the proxy answers with status 403, through the proxy\nimages.example.com: reached in 3 ms, through the proxy");
    static const char *const whys[][2] = {
        {"unresolved", "its name can't be resolved"},
        {"closed", "the connection was cut off"},
        {"tls expired", "its certificate has expired, or the host's clock is wrong"},
        {"tls not-yet", "its certificate is not valid yet, or the host's clock is wrong"},
        {"tls name", "its certificate is for another name"},
        {"tls handshake", "it speaks no TLS that the host understands"},
    };
    for (size_t i = 0; i < sizeof whys / sizeof *whys; i++) {
        char *lines = mem_printf("fetch:pkgs.example.com ok 12\nfetch:reg.example.com %s\n", whys[i][0]);
        char *want = mem_printf("fail(not reached: reg.example.com (%s)|reached: pkgs.example.com, reg.example.com)pkgs.example.com: reached in 12 ms\n"
                                "reg.example.com: %s",
                                whys[i][1], whys[i][1]);
        expect("  registry: reg.example.com\n", 1, "fetch", lines, want);
        free(lines);
        free(want);
    }
}

#define ONE_STEP(download) \
    "steps:\n  - id: one\n    title: One\n    on: all\n    run: one.sh\n    undo: undo.sh\n    downloads:\n      - {what: P, from: https://p.example.com/x, " download "}\n"

/* What facts tell of it decides what a server that is not reached means. */
static void what_the_host_has_is_not_fetched(void **state)
{
    (void)state;
    static const struct {
        const char *download, *facts, *want;
    } cases[] = {
        {"here: {fact: tool:kubelet, is: \"yes\"}", "tool:kubelet yes\n",
         "pass(nothing is to be fetched|what is not on the host yet is reached)p.example.com: not needed, the host has what comes from there"},
        {"here: {fact: tool:kubelet, is: \"yes\"}", "tool:kubelet no\n",
         "fail(not reached: p.example.com (it refuses the connection)|reached: p.example.com)p.example.com: it refuses the connection"},
        /* what is not known is not there */
        {"here: [{fact: tool:kubelet, is: \"yes\"}, {fact: \"path:/srv/images\", is: folder}]", "tool:kubelet yes\n",
         "fail(not reached: p.example.com (it refuses the connection)|reached: p.example.com)p.example.com: it refuses the connection"},
        {"maybe_here: {fact: runtime, absent: false}", "runtime /run/containerd/containerd.sock\n",
         "warn(not reached: p.example.com (it refuses the connection); the host may have what comes from there|reached: p.example.com)"
         "p.example.com: it refuses the connection"},
        {"unneeded: {fact: pkg.manager, is: none}", "pkg.manager none\n",
         "pass(nothing is to be fetched|what is not on the host yet is reached)p.example.com: not needed, the host has what comes from there"},
        {"here: {fact: tool:kubelet, is: \"yes\"}, unneeded: {fact: pkg.manager, is: none}", "pkg.manager apt\n",
         "fail(not reached: p.example.com (it refuses the connection)|reached: p.example.com)p.example.com: it refuses the connection"},
        {"maybe_here: {fact: runtime, absent: false}", "",
         "fail(not reached: p.example.com (it refuses the connection)|reached: p.example.com)p.example.com: it refuses the connection"},
    };
    struct spell *before = spell;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture own;
        char *errors = NULL, *text = mem_printf(FIXTURE_HEAD QUESTIONS "requirements:\n  - {id: fetch, title: F}\n" ONE_STEP("%s"), cases[i].download);
        char *facts = mem_printf("%sfetch:p.example.com refused\n", cases[i].facts);
        fixture_init(&own);
        fixture_write(&own, "spell.yaml", text);
        spell = fixture_load(&own, &errors);
        if (!spell)
            fail_msg("%s", errors);
        expect(NONE, 1, "fetch", facts, cases[i].want);
        /* paths that tell it are asked for */
        char *script = requirement_script(spell, NULL);
        assert_int_equal(strstr(script, " /srv/images") != NULL, strstr(cases[i].download, "/srv/images") != NULL);
        free(script);
        spell_free(&spell);
        free(facts);
        free(text);
        fixture_done(&own);
    }
    spell = before;
}

static void address_verdicts(void **state)
{
    (void)state;
#define NEAR "addr:eth0 10.0.0.1/24\n"
#define WANTED "|10.0.0.9 is nobody's, in a network of this host)"
    static const char vip[] = "  vip: 10.0.0.9\n";
    expect(vip, 0, "vip.free", NEAR "address:10.0.0.9 silent\n", "pass(nobody answers" WANTED);
    expect(vip, 0, "vip.free", NEAR "address:10.0.0.9 answers 52:54:00:12:34:56\n", "fail(52:54:00:12:34:56 answers" WANTED);
    expect(vip, 0, "vip.free", NEAR "address:10.0.0.9 answers\n", "fail(somebody answers" WANTED);
    expect(vip, 0, "vip.free", NEAR "addr:eth0 10.0.0.9/32\naddress:10.0.0.9 answers\n", "fail(this host has it" WANTED);
    expect(vip, 0, "vip.free", NEAR "cluster test\naddress:10.0.0.9 answers\n", "skip(this host is in cluster test already" WANTED);
    is_joining = true;
    expect(vip, 0, "vip.free", NEAR "address:10.0.0.9 answers\n", "skip(cluster test stands already, and has it" WANTED);
    expect(vip, 0, "vip.free", NEAR "address:10.0.0.9 silent\n", "pass(nobody answers" WANTED);
    expect(vip, 0, "vip.free", NEAR "addr:eth0 10.0.0.9/32\naddress:10.0.0.9 answers\n", "fail(this host has it" WANTED);
    is_joining = false;
    expect(vip, 0, "vip.free", "addr:eth0 10.0.1.1/24\naddress:10.0.0.9 silent\n", "fail(no interface of this host is in its network" WANTED);
    expect(vip, 0, "vip.free", "address:10.0.0.9 silent\n", "skip(unknown: the host did not tell its addresses" WANTED);
    expect(vip, 0, "vip.free", NEAR "address:10.0.0.9 unknown no-arping\n", "skip(unknown: there is neither arping nor ping" WANTED);
    expect(vip, 0, "vip.free", NEAR "address:10.0.0.9 unknown stale\n",
           "skip(unknown: somebody had it a while ago, who does not answer ping; there is no arping to make sure" WANTED);
    expect(vip, 0, "vip.free", NEAR "address:10.0.0.9 perhaps\n", "skip(unknown: what the host says of it makes no sense" WANTED);
    expect(vip, 0, "vip.free", NEAR, "skip(unknown: the host did not say" WANTED);
    expect(NONE, 0, "vip.free", NEAR, "-");
    expect(vip, 1, "vip.free", NEAR, "-");
}

static void endpoint_verdicts(void **state)
{
    (void)state;
#define GATE "  registry: gated\n  gate: "
#define SOMEBODY "|somebody answers at gate.example.com:6443)"
    static const char gate[] = GATE "gate.example.com\n", told[] = "fetch:gate.example.com:6443 ";
    static const char *const cases[][2] = {
        {"ok 3", "pass(answers" SOMEBODY},
        {"closed", "pass(answers" SOMEBODY},
        {"tls untrusted", "pass(answers" SOMEBODY},
        {"refused", "warn(it refuses the connection, as one whose servers are not there yet may do" SOMEBODY},
        {"silent", "fail(no answer in 5 s" SOMEBODY},
        {"unreachable", "fail(there is no route to it" SOMEBODY},
        {"unresolved", "fail(its name can't be resolved" SOMEBODY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *facts = mem_printf("%s%s\n", told, cases[i][0]);
        expect(gate, 1, "gate.answers", facts, cases[i][1]);
        free(facts);
    }
    expect(gate, 0, "gate.answers", "", "skip(unknown: the host did not say" SOMEBODY);
    expect("  registry: gated\n", 0, "gate.answers", "", "fail(none is answered|the answer gate)");
    expect(GATE "\"[fd00::1\"\n", 0, "gate.answers", "", "fail(\"[fd00::1\" is no host or host:port|the answer gate)");
    expect(NONE, 0, "gate.answers", "", "-");
    /* where no port is given, and IPv6 with brackets and without */
    expect(GATE "10.0.0.9:7443\n", 0, "gate.answers", "fetch:10.0.0.9:7443 ok 1\n", "pass(answers|somebody answers at 10.0.0.9:7443)");
    expect(GATE "\"fd00::1\"\n", 0, "gate.answers", "fetch:fd00::1:6443 ok 1\n", "pass(answers|somebody answers at [fd00::1]:6443)");
    expect(GATE "\"[fd00::1]:7443\"\n", 0, "gate.answers", "fetch:fd00::1:7443 ok 1\n", "pass(answers|somebody answers at [fd00::1]:7443)");
    expect(GATE "\"[fd00::1]\"\n", 0, "gate.answers", "fetch:fd00::1:6443 ok 1\n", "pass(answers|somebody answers at [fd00::1]:6443)");
}

static void path_mtu_verdicts(void **state)
{
    (void)state;
#define LARGE "|packets as large as the interface's MTU arrive)"
    expect(NONE, 0, "path-mtu", "pmtu:w1 ok 1500\npmtu:w2 ok 1500\n",
           "pass(they arrive at 2 hosts" LARGE "w1: packets of 1500 bytes arrive\nw2: packets of 1500 bytes arrive");
    expect(NONE, 0, "path-mtu", "pmtu:w1 too-big 1500 1400\npmtu:w2 too-big 1500\n",
           "warn(lost on the way to: w1 (1400), w2" LARGE "w1: packets of 1500 bytes are lost, of 1400 arrive\nw2: packets of 1500 bytes are lost");
    expect(NONE, 0, "path-mtu", "pmtu:w1 ok 1500\npmtu:w2 unknown silent\n",
           "skip(unknown: it does not answer ping (w2)" LARGE "w1: packets of 1500 bytes arrive\nw2: unknown: it does not answer ping");
    expect(NONE, 0, "path-mtu", "pmtu:w1 good\n",
           "skip(unknown: what the host says of it makes no sense (w1, w2)" LARGE
           "w1: unknown: what the host says of it makes no sense\nw2: unknown: the host did not say");
}

static void expect_target(const char *from, const char *want)
{
    struct fetch_target target;
    char url[FETCH_URL_MAX], *got;
    if (fetch_target_parse(from, &target))
        got = mem_printf("%s %s", target.name, fetch_target_url(&target, url));
    else
        got = mem_strdup("-");
    if (strcmp(got, want) != 0)
        fail_msg("%s: wanted %s, got %s", from, want, got);
    free(got);
}

/* Each row of a table is a download of its own, and its server one that must be reached. */
static void servers_in_tables_are_asked(void **state)
{
    (void)state;
    struct spell *before = spell;
    struct fixture own;
    char *errors = NULL;
    fixture_init(&own);
    fixture_write(&own, "r.table", "name\timages\nnet\ta.example.com/x:1,b.example.com/y:2,a.example.com/z:1\n");
    fixture_write(&own, "spell.yaml",
                  FIXTURE_HEAD "data: [r.table]\n" QUESTIONS "requirements:\n  - {id: fetch, title: F}\n"
                               "steps:\n  - id: one\n    title: One\n    on: all\n    run: one.sh\n    undo: undo.sh\n    downloads:\n"
                               "      - {what: Image, from: \"{row.images}\", row: {table: r.table, key: net, words: images}}\n");
    spell = fixture_load(&own, &errors);
    if (!spell)
        fail_msg("%s", errors);
    expect(NONE, 1, "fetch", "fetch:a.example.com ok 12\nfetch:b.example.com refused\n",
           "fail(not reached: b.example.com (it refuses the connection)|reached: a.example.com, b.example.com)a.example.com: reached in 12 ms\n"
           "b.example.com: it refuses the connection");
    spell_free(&spell);
    spell = before;
    fixture_done(&own);
}

static void servers_of_downloads(void **state)
{
    (void)state;
    expect_target("https://pkgs.k8s.io/core:/stable:/", "pkgs.k8s.io https://pkgs.k8s.io:443/");
    expect_target("HTTP://mirror:8080/debian bookworm main", "mirror:8080 http://mirror:8080/");
    expect_target("http://mirror", "mirror http://mirror:80/");
    expect_target("https://u:p@ss@mirror/x?y", "mirror https://mirror:443/");
    expect_target("https://[fd00::1]:5000/x", "fd00::1:5000 https://[fd00::1]:5000/");
    expect_target("https://[fd00::1]x/", "-");
    expect_target("https://mirror:0/", "-");
    expect_target("https://mirror:99999/", "-");
    expect_target("https://$(x)/", "-");
    expect_target("https:///x", "-");
    expect_target("file:///srv/x", "-");
    expect_target("/srv/x", "-");
    expect_target("", "-");
    expect_target("registry.k8s.io", "registry.k8s.io https://registry.k8s.io:443/");
    expect_target("10.1.4.1:5000", "10.1.4.1:5000 https://10.1.4.1:5000/");
    expect_target("10.1.4.1:5000/k8s", "10.1.4.1:5000 https://10.1.4.1:5000/");
    expect_target("localhost/x", "localhost https://localhost:443/");
    expect_target("docker.io/library/nginx:stable", "docker.io https://registry-1.docker.io:443/");
    expect_target("nginx:stable", "docker.io https://registry-1.docker.io:443/");
    expect_target("library/nginx@sha256:0", "docker.io https://registry-1.docker.io:443/");
    expect_target("registry:5000", "registry:5000 https://registry:5000/");
    expect_target("a;b", "-");
    char *lengthy = mem_printf("https://%0200d.example.com/", 0);
    expect_target(lengthy, "-");
    free(lengthy);
}

static void who_is_asked_past_the_proxy(void **state)
{
    (void)state;
    static const struct {
        const char *from, *list;
        bool is_exempt;
    } cases[] = {
        {"https://a.example.com", ".example.com", true},   {"https://a.example.com", "example.com", true},
        {"https://a.example.com", "*.EXAMPLE.com", true},  {"https://a.example.com", "b.example.com,  a.example.com", true},
        {"https://a.example.com", "ample.com", false},     {"https://a.example.com", "", false},
        {"https://a.example.com", "*", true},              {"https://10.2.3.4:5000", "10.0.0.0/8", true},
        {"https://10.2.3.4:5000", "10.2.3.4", true},       {"https://10.2.3.4:5000", "10.3.0.0/16,x", false},
        {"https://127.0.0.1:5000", "", true},              {"https://localhost", "", true},
        {"https://10.0.0.3:5000", "", true},               {"https://w2.example.com", "", true},
    };
    struct answers *answers = answers_of(NONE);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fetch_target target;
        assert_true(fetch_target_parse(cases[i].from, &target));
        if (fetch_target_is_exempt(&target, cases[i].list, &answers->fleet) != cases[i].is_exempt)
            fail_msg("%s past %s", cases[i].from, cases[i].list);
    }
    answers_free(&answers);
}

static void what_is_wrong_in_spells(void **state)
{
    (void)state;
    static const struct {
        const char *requirement, *error;
    } wrong[] = {
        {"{id: fsync, title: F}", "the key \"fail\" or \"warn\" is missing: without a number nothing is required"},
        {"{id: fsync, title: F, fail: 10, warn: 10}", "warn: expected less than fail"},
        {"{id: fsync, title: F, fail: 10ms}", "fail: expected an integer"},
        {"{id: fsync, title: F, fail: 5, path: \"/var/$(x)\"}", "path: expected at most 150 letters, digits"},
        {"{id: fsync, title: F, fail: 5, paths: [/x]}", "paths"},
        {"{id: fetch, title: F, proxy: {http: nothing}}", "proxy: there is no question \"nothing\""},
        {"{id: fetch, title: F, proxy: {https: word}}", "proxy: \"word\" is a password"},
        {"{id: fetch, title: F, proxy: {ftp: proxy}}", "ftp"},
        {"{id: fetch, title: F, unverified: {registry: [nothing]}}", "unverified: there is no question \"nothing\""},
        {"{id: fetch, title: F, unverified: {nothing: [ca]}}", "unverified: there is no question \"nothing\""},
        {"{id: fetch, title: F, unverified: [ca]}", "unverified"},
        {"{id: fetch, title: F, from: [\"{nothing}\"]}", "from: there is no question \"nothing\" for {nothing}"},
        {"{id: endpoint, title: F, port: 1}", "question"},
        {"{id: endpoint, title: F, question: registry}", "port is missing"},
        {"{id: endpoint, title: F, question: registry, port: 0}", "port: expected an integer from 1 to 65535"},
        {"{id: endpoint, title: F, question: nothing, port: 1}", "question: there is no question \"nothing\""},
        {"{id: endpoint, title: F, question: word, port: 1}", "question: \"word\" is a password"},
        {"{id: address-free, title: F}", "question"},
        {"{id: address-free, title: F, question: registry}", "question: \"registry\" asks for no address (type: address)"},
        {"{id: address-free, title: F, question: nothing}", "question: there is no question \"nothing\""},
        {"{id: path-mtu, title: F, warn: 5}", "warn"},
    };
    static const char *const downloads[][2] = {
        {"here: 5", "here: expected a mapping"},
        {"here: {fact: tool:kublet, is: \"yes\"}", "fact: no host is asked for \"tool:kublet\""},
        {"here: {fact: kernel, at_least: {answer: nothing}}", "there is no question \"nothing\""},
        {"maybe_here: {fact: \"path:/srv/$(x)\", is: file}", "fact: expected at most 150 letters"},
        {"row: 5", "row: expected a mapping"},
        {"row: {table: none.table}", "the key \"key\" is missing"},
        {"row: {table: none.table, key: x}", "the spell has no data \"none.table\""},
        {"row: {table: releases.table, key: x, each: arch}", "releases.table has no column \"arch\""},
        {"row: {table: releases.table, key: x, words: list}", "releases.table has no column \"list\""},
        {"row: {table: releases.table, key: x, least: registry}", "releases.table has no column \"least\""},
        {"row: {table: releases.table, key: x, least: nothing}", "least: there is no question \"nothing\""},
        {"row: {table: releases.table, key: \"{nothing}\"}", "key: there is no question \"nothing\" for {nothing}"},
        {"row: {table: releases.table, key: \"{row.name}\"}", "key: {row.name} is a cell of a table, but there is no \"row\" that says which"},
        {"maybe: {fact: runtime, absent: false}", "unknown key \"maybe\" in downloads; known here: what, from, row, when, here, maybe_here, unneeded"},
    };
    struct fixture bad;
    fixture_init(&bad);
    fixture_write(&bad, "releases.table", "name\tversion\nx\t1\n");
    for (size_t i = 0; i < sizeof downloads / sizeof *downloads; i++) {
        char *errors, *text = mem_printf(FIXTURE_HEAD "data: [releases.table]\n" QUESTIONS "requirements:\n  - {id: fetch, title: F}\n" ONE_STEP("%s"), downloads[i][0]);
        fixture_write(&bad, "spell.yaml", text);
        struct spell *loaded = fixture_load(&bad, &errors);
        if (loaded || !strstr(errors, downloads[i][1]))
            fail_msg("%s: %s", downloads[i][0], errors ? errors : "no error");
        free(errors);
        free(text);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *errors, *text = mem_printf(FIXTURE_HEAD QUESTIONS "requirements:\n  - %s\n" STEPS, wrong[i].requirement);
        fixture_write(&bad, "spell.yaml", text);
        struct spell *loaded = fixture_load(&bad, &errors);
        if (loaded || !strstr(errors, wrong[i].error))
            fail_msg("%s: %s", wrong[i].requirement, errors ? errors : "no error");
        free(errors);
        free(text);
    }
    fixture_done(&bad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_host_has_its_own_probe), cmocka_unit_test(no_answer_breaks_out),
        cmocka_unit_test(keys_are_what_is_told),       cmocka_unit_test(nothing_wanted_is_no_script),
        cmocka_unit_test(peers_are_a_sample),          cmocka_unit_test(fsync_verdicts),
        cmocka_unit_test(fetch_verdicts),              cmocka_unit_test(address_verdicts),
        cmocka_unit_test(endpoint_verdicts),
        cmocka_unit_test(what_the_host_has_is_not_fetched),
        cmocka_unit_test(path_mtu_verdicts),           cmocka_unit_test(servers_of_downloads),
        cmocka_unit_test(servers_in_tables_are_asked),
        cmocka_unit_test(who_is_asked_past_the_proxy), cmocka_unit_test(what_is_wrong_in_spells),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
