/* Fleets of recorded and changed facts against the verdicts of the spell kubernetes on them: tests/facts/fleets. With --accept NAME... the verdicts are taken
 * as they are, after somebody has looked at them. */
#include "tests/unit/spell_fixture.h"

#include <time.h>

#include "model/facts.h"
#include "spell/reach.h"
#include "spell/requirement.h"

#define HOSTS_MAX 12
#define TEXT_MAX ((size_t)1024 * 1024)

static struct spell *spell;

struct member {
    struct buf answers; /* its line among the answers' hosts */
    char name[64], beyond[64]; /* a role besides, which the topology would not let it have; "" = none */
    struct strv lines;  /* of facts, as they are at last */
    bool is_measured;
};

struct fleet_file {
    char topology[16];
    struct buf answers;
    struct strv only; /* ids of checks that are looked at; empty = all */
    struct member hosts[HOSTS_MAX];
    size_t count;
};

static char *path_of(const char *name, const char *end)
{
    const char *srcdir = getenv("srcdir");
    return mem_printf("%s/tests/facts/%s%s", srcdir ? srcdir : ".", name, end);
}

static char *text_of(const char *path)
{
    struct buf bytes;
    struct err err = ERR_INIT;
    buf_init(&bytes, 0);
    if (!file_read(path, FACTS_BYTES_MAX, &bytes, &err))
        fail_msg("%s", err.text);
    char *text = mem_strdup(buf_text(&bytes));
    buf_done(&bytes);
    return text;
}

static bool has_key(const char *line, const char *key, size_t len)
{
    return strncmp(line, key, len) == 0 && (line[len] == ' ' || !line[len]);
}

/* Take away the facts of that key, or of all that begin with it where it ends in "*". */
static void drop(struct member *m, const char *key)
{
    size_t len = strcspn(key, " "), kept = 0;
    for (size_t i = 0; i < m->lines.count; i++) {
        char *line = m->lines.items[i];
        if (key[len - 1] == '*' ? strncmp(line, key, len - 1) == 0 : has_key(line, key, len))
            free(line);
        else
            m->lines.items[kept++] = line;
    }
    m->lines.count = kept;
}

static void take_recorded(struct member *m, const char *name)
{
    char *path = path_of(name, ".facts"), *text = text_of(path), *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (strcmp(line, "facts 1") != 0 && strcmp(line, "end 1") != 0)
            strv_add(&m->lines, line);
    free(path);
    free(text);
}

/* A host as it should be: NN in its addresses, numbers and ids. */
static void take_plain(struct member *m, const char *nn)
{
    static const char *const lines[] = {
        "uid 0", "clock 1795657290.010", "clock.here 1795657290.030", "clock.unsure 45", "hostname @", "hostname.static @", "hostname.address 10.1.4.#",
        "hosts.127 no", "boot_id 00000000-0000-4000-8000-0000000000#", "machine_id 000000000000000000000000000000#",
        "uuid 4c4c4544-0000-4000-8000-0000000000#", "addr:eth0 10.1.4.#/24", "mac:eth0 52:54:00:00:00:#", "mtu:eth0 1500", "iface.default eth0",
        "gateway 10.1.4.1", "route 10.1.4.0/24 dev eth0", "resolv.nameserver 10.1.4.1"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        size_t len = strcspn(lines[i], "@#");
        const char *more = lines[i][len] == '@' ? m->name : lines[i][len] == '#' ? nn : "";
        char *line = mem_printf("%.*s%s%s", (int)len, lines[i], more, lines[i][len] ? lines[i] + len + 1 : "");
        strv_add(&m->lines, line);
        free(line);
    }
}

/* The first line of a key here stands for what was recorded; more are added to it. */
static void take_fact(struct member *m, struct strv *seen, const char *line)
{
    char *key = mem_strndup(line, strcspn(line, " "));
    if (!strv_has(seen, key)) {
        drop(m, key);
        strv_add(seen, key);
    }
    strv_add(&m->lines, line);
    free(key);
}

static void take_line(struct fleet_file *f, struct strv *seen, char *line)
{
    char name[64], address[64], roles[64];
    struct member *m = f->count ? &f->hosts[f->count - 1] : NULL;
    if (sscanf(line, "host %63s %63s %63s", name, address, roles) == 3) {
        assert_true(f->count < HOSTS_MAX);
        m = &f->hosts[f->count++];
        *m = (struct member){.is_measured = true};
        buf_init(&m->answers, TEXT_MAX);
        buf_addf(&m->answers, "  - {name: %s, address: \"%s\", roles: [%s]}\n", name, address, roles);
        snprintf(m->name, sizeof m->name, "%s", name);
        strv_done(seen);
        *seen = (struct strv){0};
    } else if (strncmp(line, "only ", 5) == 0) {
        strv_add(&f->only, line + 5);
    } else if (!m && strncmp(line, "topology ", 9) == 0) {
        snprintf(f->topology, sizeof f->topology, "%s", line + 9);
    } else if (!m) {
        buf_addf(&f->answers, "  %s\n", line); /* an answer */
    } else if (strncmp(line, "like ", 5) == 0) {
        take_recorded(m, line + 5);
    } else if (strncmp(line, "beyond ", 7) == 0) {
        snprintf(m->beyond, sizeof m->beyond, "%s", line + 7);
    } else if (strncmp(line, "plain ", 6) == 0) {
        take_plain(m, line + 6);
    } else if (strcmp(line, "unmeasured") == 0) {
        m->is_measured = false;
    } else if (strncmp(line, "- ", 2) == 0) {
        drop(m, line + 2);
    } else {
        take_fact(m, seen, line);
    }
}

static void read_fleet(struct fleet_file *f, const char *name)
{
    char *path = path_of(name, ".fleet"), *text = text_of(path), *rest = NULL;
    struct strv seen = {0};
    *f = (struct fleet_file){.topology = "single"};
    buf_init(&f->answers, TEXT_MAX);
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (*line != '#')
            take_line(f, &seen, line);
    strv_done(&seen);
    free(path);
    free(text);
}

static struct answers *answers_of(const struct fleet_file *f)
{
    struct buf text;
    struct err_list errors = {0};
    struct answers_overrides overrides = {.ignore_environment = true};
    buf_init(&text, TEXT_MAX);
    buf_addf(&text, "version: 1\nname: kub\nspell: kubernetes\ntopology: %s\nhosts:\n", f->topology);
    for (size_t i = 0; i < f->count; i++)
        buf_adds(&text, buf_text(&f->hosts[i].answers));
    if (f->answers.len)
        buf_addf(&text, "answers:\n%s", buf_text(&f->answers));
    struct answers *answers = answers_parse("fleet", buf_text(&text), text.len, &overrides, spell, &errors);
    if (!answers)
        fail_msg("%s", fixture_errors(NULL, &errors));
    for (size_t i = 0; i < f->count; i++)
        if (f->hosts[i].beyond[0])
            strv_add(&answers->fleet.items[i].roles, f->hosts[i].beyond);
    err_list_done(&errors);
    buf_done(&text);
    return answers;
}

static void facts_of(const struct member *m, struct facts *facts)
{
    struct err err = ERR_INIT;
    char *lines = strv_join(&m->lines, "\n"), *bytes = mem_printf("facts 1\n%s%send 1\n", lines, m->lines.count ? "\n" : "");
    if (!facts_parse(bytes, strlen(bytes), facts, &err))
        fail_msg("%s", err.text);
    free(lines);
    free(bytes);
}

/* The verdicts of these measures only, where a fleet does not say which: what others say of the same facts is not for there. */
static bool is_ours(const struct requirement *requirement)
{
    static const char *const names[] = {"hostname", "unique", "resolve", "clock", "mtu", "iface", "ranges", "dns", "no_proxy", "runtime"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], requirement_measure(requirement)) == 0)
            return true;
    return false;
}

static void tell(struct buf *out, const struct verdict *v, const struct strv *only)
{
    if (only->count ? !strv_has(only, v->requirement->id) : !is_ours(v->requirement))
        return;
    buf_addf(out, "  %s %s: %s (wanted: %s)\n", verdict_name(v->kind), v->requirement->id, v->measured, v->threshold);
    for (const char *line = v->detail; *line; line += strcspn(line, "\n"), line += *line == '\n')
        buf_addf(out, "      %.*s\n", (int)strcspn(line, "\n"), line);
}

/* All verdicts on a fleet, as text. */
static void judge_fleet(const char *name, struct buf *out)
{
    struct fleet_file f;
    struct facts facts[HOSTS_MAX] = {{0}};
    struct measured_host hosts[HOSTS_MAX];
    read_fleet(&f, name);
    struct answers *answers = answers_of(&f);
    for (size_t i = 0; i < f.count; i++) {
        facts_of(&f.hosts[i], &facts[i]);
        hosts[i] = (struct measured_host){&answers->fleet.items[i], f.hosts[i].is_measured ? &facts[i] : NULL};
    }
    struct measured *measured = measured_new(hosts, f.count);
    for (size_t i = 0; i < f.count; i++) {
        if (!f.hosts[i].is_measured)
            continue;
        struct verdicts verdicts = requirement_judge(spell, answers, measured, i);
        buf_addf(out, "%s\n", hosts[i].host->name);
        for (size_t j = 0; j < verdicts.count; j++)
            tell(out, &verdicts.items[j], &f.only);
        verdicts_done(&verdicts);
    }
    measured_free(&measured);
    answers_free(&answers);
    for (size_t i = 0; i < f.count; i++) {
        facts_done(&facts[i]);
        strv_done(&f.hosts[i].lines);
        buf_done(&f.hosts[i].answers);
    }
    strv_done(&f.only);
    buf_done(&f.answers);
}

static void compare(const char *name)
{
    struct buf out;
    char *key = mem_printf("fleets/%s", name), *path = path_of(key, ".golden");
    buf_init(&out, TEXT_MAX);
    judge_fleet(key, &out);
    char *wanted = text_of(path);
    if (strcmp(wanted, buf_text(&out)) != 0)
        fail_msg("%s is not as in its golden file; it is\n%s", name, buf_text(&out));
    free(wanted);
    free(key);
    free(path);
    buf_done(&out);
}

static const char *const fleets[] = {"sound", "recorded", "clones", "names", "names-mended", "clocks", "clocks-all", "networks", "ranges", "ranges-ours",
                                     "proxies", "resolvers", "runtimes", "runtime-chosen", "runtime-docker", "addresses", "single", "unknown", "half", "local",
                                     "tried", "reached", "reached-calico", "virtual", "endpoint"};

static void verdicts_are_as_in_golden_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof fleets / sizeof *fleets; i++)
        compare(fleets[i]);
}

/* Cases of these are in tests/facts/verdicts, which sees to it that each passes and does not. */
static bool is_of_cases(const struct requirement *requirement)
{
    return !requirement->ops || strcmp(requirement_measure(requirement), "fact") == 0;
}

static bool only_warns(const struct requirement *requirement)
{
    const struct latency *latency = strcmp(requirement_measure(requirement), "latency") == 0 ? requirement->own : NULL;
    return requirement->is_warning || (latency && !latency->fail_ms);
}

/* Each check passes somewhere and is in the way somewhere; nothing is said in one case only. */
static void each_check_passes_and_fails_somewhere(void **state)
{
    (void)state;
    struct buf all;
    buf_init(&all, TEXT_MAX);
    for (size_t i = 0; i < sizeof fleets / sizeof *fleets; i++) {
        char *key = mem_printf("fleets/%s", fleets[i]);
        judge_fleet(key, &all);
        free(key);
    }
    for (size_t i = 0; i < spell->requirement_count; i++) {
        const struct requirement *r = &spell->requirements[i];
        char *pass = mem_printf("  pass %s: ", r->id), *bad = mem_printf("  %s %s: ", only_warns(r) ? "warn" : "fail", r->id);
        if (!is_of_cases(r) && (!strstr(buf_text(&all), pass) || !strstr(buf_text(&all), bad)))
            fail_msg("%s does not both pass and fail", r->id);
        free(pass);
        free(bad);
    }
    buf_done(&all);
}

/* ---- many hosts ---- */

#define MANY 1000

static void many_facts(size_t number, size_t count, struct facts *facts)
{
    struct buf text;
    struct err err = ERR_INIT;
    buf_init(&text, TEXT_MAX);
    buf_addf(&text,
             "facts 1\nuid 0\nclock 1000.000\nclock.here 1000.010\nclock.unsure 40\nhostname node-%zu\nhostname.static node-%zu\nboot_id b%zu\nmachine_id %032zx\n"
             "uuid %08zx-0000-4000-8000-000000000001\nmac:eth0 02:00:00:00:%02zx:%02zx\nmtu:eth0 1500\naddr:eth0 10.9.%zu.%zu/16\nhostname.address 10.9.%zu.%zu\n"
             "route 10.9.0.0/16 dev eth0\niface.default eth0\nresolv.nameserver 10.9.0.1\nproxy:environment yes\nno-proxy:environment 10.9.0.0/16,10.244.0.0/14\n",
             number, number, number, number + 1, number + 1, number / 256, number % 256, number / 250, number % 250 + 1, number / 250, number % 250 + 1);
    for (size_t i = 0; i < count; i++)
        buf_addf(&text, "resolve:node-%zu 10.9.%zu.%zu\n", i, i / 250, i % 250 + 1);
    buf_adds(&text, "end 1\n");
    if (!facts_parse(buf_text(&text), text.len, facts, &err))
        fail_msg("%s", err.text);
    buf_done(&text);
}

static double seconds_since(const struct timespec *start)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

static void a_thousand_hosts_are_judged_in_a_moment(void **state)
{
    (void)state;
    struct facts *facts = mem_new(MANY, sizeof *facts);
    struct measured_host *hosts = mem_new(MANY, sizeof *hosts);
    struct buf text;
    struct err_list errors = {0};
    struct answers_overrides overrides = {.ignore_environment = true};
    struct timespec start;
    size_t passes = 0, others = 0;
    buf_init(&text, TEXT_MAX);
    buf_adds(&text, "version: 1\nname: many\nspell: kubernetes\ntopology: single\nanswers: {pod_cidr: 10.240.0.0/13, service_cidr: 10.96.0.0/16}\nhosts:\n");
    for (size_t i = 0; i < MANY; i++) {
        buf_addf(&text, "  - {name: node-%zu, address: 10.9.%zu.%zu, roles: [%s]}\n", i, i / 250, i % 250 + 1, i ? "worker" : "control-plane");
        many_facts(i, MANY, &facts[i]);
    }
    struct answers *answers = answers_parse("many", buf_text(&text), text.len, &overrides, spell, &errors);
    if (!answers)
        fail_msg("%s", fixture_errors(NULL, &errors));
    for (size_t i = 0; i < MANY; i++)
        hosts[i] = (struct measured_host){&answers->fleet.items[i], &facts[i]};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    struct measured *measured = measured_new(hosts, MANY);
    double looked_up = seconds_since(&start);
    for (size_t i = 0; i < MANY; i++) {
        struct verdicts verdicts = requirement_judge(spell, answers, measured, i);
        for (size_t j = 0; j < verdicts.count; j++) {
            bool is_right = verdicts.items[j].kind == VERDICT_PASS;
            passes += is_ours(verdicts.items[j].requirement) && is_right;
            others += is_ours(verdicts.items[j].requirement) && !is_right;
        }
        verdicts_done(&verdicts);
    }
    double took = seconds_since(&start);
    print_message("%d hosts: index %.3f s, all %.3f s of this processor\n", MANY, looked_up, took);
    assert_int_equal(others, MANY);      /* no_proxy lacks the services' range on each */
    assert_int_equal(passes, 13 * MANY); /* and all else is right */
    assert_true(took < 30);              /* an index that is looked up in a line would take minutes; else the machine's pace is not for here */
    measured_free(&measured);
    for (size_t i = 0; i < MANY; i++)
        facts_done(&facts[i]);
    answers_free(&answers);
    buf_done(&text);
    free(facts);
    free(hosts);
}

static int set_up(void **state)
{
    (void)state;
    const char *srcdir = getenv("srcdir");
    struct err_list errors = {0};
    char *folder = mem_printf("%s/spells/kubernetes", srcdir ? srcdir : ".");
    spell = spell_load(folder, &errors);
    if (!spell)
        fail_msg("%s", fixture_errors(NULL, &errors));
    err_list_done(&errors);
    free(folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    spell_free(&spell);
    return 0;
}

static int accept(int count, char **names)
{
    set_up(NULL);
    for (int i = 0; i < count; i++) {
        struct buf out;
        struct err err = ERR_INIT;
        char *key = mem_printf("fleets/%s", names[i]), *path = path_of(key, ".golden");
        buf_init(&out, TEXT_MAX);
        judge_fleet(key, &out);
        if (!file_write(path, buf_text(&out), out.len, 0644, &err))
            fail_msg("%s", err.text);
        free(key);
        free(path);
        buf_done(&out);
    }
    tear_down(NULL);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_are_as_in_golden_files),
        cmocka_unit_test(each_check_passes_and_fails_somewhere),
        cmocka_unit_test(a_thousand_hosts_are_judged_in_a_moment),
    };
    if (argc > 2 && strcmp(argv[1], "--accept") == 0)
        return accept(argc - 2, argv + 2);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
