#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/screen/wizard_fixture.h"
#include "wizard/act.h"

static struct wizard_fixture f;

static bool may_leave(enum section section, const char *says)
{
    struct buf why;
    buf_init(&why, 4096);
    bool may = wizard_may_leave(f.wizard, section, &why);
    if (says && !strstr(buf_text(&why), says))
        fail_msg("wanted \"%s\", found \"%s\"", says, buf_text(&why));
    buf_done(&why);
    return may;
}

static enum section blocker_of(enum section section)
{
    struct buf why;
    enum section blocker = section;
    buf_init(&why, 4096);
    bool may = wizard_may_enter(f.wizard, section, &blocker, &why);
    assert_true(may == (blocker == section));
    assert_true(may || why.len);
    buf_done(&why);
    return blocker;
}

static char *in_home(const char *name)
{
    return mem_printf("%s/%s", f.home, name);
}

static char *write_answers(const char *text)
{
    struct err err = ERR_INIT;
    char *path = in_home("answers.yaml");
    assert_true(file_write(path, text, strlen(text), 0600, &err));
    return path;
}

static void each_section_says_what_it_lacks(void **state)
{
    (void)state;
    wizard_fixture_new(&f);
    assert_true(may_leave(SECTION_WELCOME, NULL));
    assert_false(may_leave(SECTION_SPELL, "Choose a spell"));
    assert_int_equal(blocker_of(SECTION_REVIEW), SECTION_SPELL);
    assert_int_equal(blocker_of(SECTION_SPELL), SECTION_SPELL);
    assert_false(may_leave(SECTION_HOSTS, "no host yet"));
    wizard_fixture_done(&f);

    wizard_fixture_ha(&f);
    assert_true(may_leave(SECTION_SPELL, NULL) && may_leave(SECTION_TOPOLOGY, NULL) && may_leave(SECTION_HOSTS, NULL));
    assert_false(may_leave(SECTION_ACCESS, "not been reached yet"));
    assert_int_equal(wizard_first_lacking(f.wizard), SECTION_ACCESS);
    draft_host_set(wizard_draft(f.wizard), 5, CELL_ADDRESS, "10.1.4.32");
    assert_false(may_leave(SECTION_HOSTS, "1 value to correct"));
    draft_host_delete(wizard_draft(f.wizard), 5);
    assert_false(may_leave(SECTION_HOSTS, "worker"));
    assert_int_equal(blocker_of(SECTION_OPTIONS), SECTION_HOSTS);
    wizard_fixture_done(&f);
}

static void access_counts_what_is_in_the_way(void **state)
{
    (void)state;
    wizard_fixture_access(&f);
    assert_false(may_leave(SECTION_ACCESS, "2 hosts ask"));
    access_host_mutable(wizard_access(f.wizard), 0)->asks = false;
    access_host_mutable(wizard_access(f.wizard), 3)->asks = false;
    assert_false(may_leave(SECTION_ACCESS, "1 host was not reached"));
    access_host_mutable(wizard_access(f.wizard), 5)->state = ACCESS_READY;
    assert_false(may_leave(SECTION_ACCESS, "still being reached"));
    for (size_t i = 0; i < 6; i++) {
        access_host_mutable(wizard_access(f.wizard), i)->state = ACCESS_READY;
        access_host_mutable(wizard_access(f.wizard), i)->root = i ? ROOT_FREE : ROOT_REFUSED;
    }
    assert_false(may_leave(SECTION_ACCESS, "can't become root"));
    access_host_mutable(wizard_access(f.wizard), 0)->root = ROOT_SELF;
    assert_true(may_leave(SECTION_ACCESS, NULL));
    draft_host_set(wizard_draft(f.wizard), 0, CELL_ADDRESS, "10.1.4.99");
    assert_false(may_leave(SECTION_ACCESS, "not been reached yet"));
    wizard_fixture_done(&f);
}

static enum section onward_of(enum section section, enum section goal, const char *says)
{
    struct buf why;
    buf_init(&why, 4096);
    enum section to = wizard_onward(f.wizard, section, goal, &why);
    assert_true(*says ? strstr(buf_text(&why), says) != NULL : !why.len);
    buf_done(&why);
    return to;
}

static void a_failing_check_is_in_the_way_of_review_until_it_is_accepted(void **state)
{
    (void)state;
    wizard_fixture_checks(&f);
    assert_true(may_leave(SECTION_REQUIREMENTS, NULL) && may_leave(SECTION_OPTIONS, NULL));
    assert_int_equal(blocker_of(SECTION_OPTIONS), SECTION_OPTIONS);
    assert_int_equal(blocker_of(SECTION_REVIEW), SECTION_REQUIREMENTS);
    assert_int_equal(wizard_first_lacking(f.wizard), SECTION_REQUIREMENTS);
    assert_int_equal(onward_of(SECTION_REQUIREMENTS, SECTION_NONE, ""), SECTION_OPTIONS);
    assert_int_equal(onward_of(SECTION_REQUIREMENTS, SECTION_REVIEW, "1 check fails"), SECTION_OPTIONS);
    assert_int_equal(onward_of(SECTION_OPTIONS, SECTION_NONE, "1 check fails"), SECTION_REQUIREMENTS);
    assert_int_equal(onward_of(SECTION_HOSTS, SECTION_REVIEW, "1 check fails"), SECTION_REQUIREMENTS);
    access_host_mutable(wizard_access(f.wizard), 0)->state = ACCESS_MEASURING;
    assert_int_equal(onward_of(SECTION_REQUIREMENTS, SECTION_NONE, "being measured"), SECTION_NONE);
    access_host_mutable(wizard_access(f.wizard), 0)->state = ACCESS_READY;
    draft_accept(wizard_draft(f.wizard), "swap", "for a test");
    assert_int_equal(onward_of(SECTION_REQUIREMENTS, SECTION_REVIEW, ""), SECTION_REVIEW);
    assert_int_equal(wizard_first_lacking(f.wizard), SECTION_REVIEW);
    draft_set_value(wizard_draft(f.wizard), "endpoint", "nowhere");
    assert_false(may_leave(SECTION_OPTIONS, "nowhere"));
    assert_int_equal(wizard_first_lacking(f.wizard), SECTION_OPTIONS);
    assert_null(wizard_plan(f.wizard, NULL));
    wizard_fixture_done(&f);
}

static void a_broken_file_is_told_and_kept_as_far_as_it_goes(void **state)
{
    (void)state;
    wizard_fixture_new(&f);
    struct err_list errors = {0};
    char *path = write_answers("version: 1\nname: kub\nspell: cluster\ntopology: single\nhosts:\n"
                               "  - {name: kub-1, address: 10.1.4.36, roles: [control-plane], port: seven}\nanswers:\n  pod_cidr: lots\n");
    assert_true(wizard_open(f.wizard, path, &errors));
    assert_true(errors.count >= 2);
    assert_int_equal(errors.items[0].line, 6);
    assert_string_equal(errors.items[0].file, path);
    assert_string_equal(draft_topology(wizard_draft(f.wizard)), "single");
    assert_string_equal(draft_host(wizard_draft(f.wizard), 0)->cells[CELL_PORT], "seven");
    assert_string_equal(draft_value(wizard_draft(f.wizard), "pod_cidr"), "lots");
    assert_int_equal(wizard_first_lacking(f.wizard), SECTION_HOSTS);
    assert_true(wizard_is_saved(f.wizard));
    char *again = wizard_path(f.wizard);
    assert_string_equal(again, path);
    free(again);
    err_list_done(&errors);

    errors = (struct err_list){0};
    draft_host_set(wizard_draft(f.wizard), 0, CELL_PORT, "7");
    free(write_answers("hosts: [\n"));
    assert_false(wizard_open(f.wizard, path, &errors));
    assert_int_equal(errors.count, 1);
    assert_string_equal(draft_host(wizard_draft(f.wizard), 0)->cells[CELL_PORT], "7");
    assert_false(wizard_is_saved(f.wizard));
    err_list_done(&errors);
    free(path);
    wizard_fixture_done(&f);
}

/* A spell that is named by its folder is not the catalogue's; opening something else must not leave the draft without it. */
static void a_failed_opening_changes_nothing(void **state)
{
    (void)state;
    wizard_fixture_new(&f);
    struct err_list errors = {0};
    const char *srcdir = getenv("srcdir");
    char *text = mem_printf("version: 1\nname: kub\nspell: %s/tests/screen/spells-more/nutshell\ntopology: one\n", srcdir ? srcdir : "."),
         *path = write_answers(text);
    free(text);
    assert_true(wizard_open(f.wizard, path, &errors));
    assert_string_equal(draft_spell(wizard_draft(f.wizard))->name, "nutshell");
    free(write_answers("- a\n- b\n"));
    assert_false(wizard_open(f.wizard, path, &errors));
    assert_string_equal(draft_spell(wizard_draft(f.wizard))->name, "nutshell");
    assert_true(wizard_judgement(f.wizard)->fault_count > 0);
    err_list_done(&errors);
    free(path);
    wizard_fixture_done(&f);
}

static void saving_tells_whose_file_it_is(void **state)
{
    (void)state;
    wizard_fixture_ha(&f);
    struct err err = ERR_INIT;
    size_t hosts, options;
    char *path = in_home("kub-ha.yaml"), *other = in_home("other.yaml");
    assert_false(wizard_is_saved(f.wizard));
    wizard_entered(f.wizard, &hosts, &options);
    assert_int_equal(hosts, 6);
    assert_int_equal(options, 1);
    assert_false(wizard_would_overwrite(f.wizard, path));
    assert_true(wizard_save(f.wizard, path, &err));
    assert_true(wizard_is_saved(f.wizard));
    assert_false(wizard_would_overwrite(f.wizard, path));
    assert_true(file_write(other, "x", 1, 0600, &err));
    assert_true(wizard_would_overwrite(f.wizard, other));
    assert_int_equal(unlink(other), 0);
    assert_int_equal(symlink("/nowhere/at/all", other), 0);
    assert_true(wizard_would_overwrite(f.wizard, other));
    draft_set_value(wizard_draft(f.wizard), "endpoint", "10.1.4.41");
    assert_false(wizard_is_saved(f.wizard));
    free(path);
    free(other);
    wizard_fixture_done(&f);
}

static char *text_of(const char *name)
{
    struct err err = ERR_INIT;
    struct buf text;
    char *path = in_home(name);
    assert_true(file_read(path, 65536, &text, &err));
    char *copy = mem_strdup(buf_text(&text));
    buf_done(&text);
    free(path);
    return copy;
}

/* The file that a run is told by says what ran; what it said before is not lost, and a file that is another's stays. */
static void what_runs_is_what_the_file_says(void **state)
{
    (void)state;
    wizard_fixture_ha(&f);
    struct err err = ERR_INIT;
    struct err_list errors = {0};
    char *path = in_home("answers.yaml"), *taken = NULL, *before, *after;
    assert_true(wizard_save(f.wizard, path, &err));
    char *saved = text_of("answers.yaml");

    /* as it was saved: nothing is written */
    assert_true(wizard_save_to_run(f.wizard, &taken, &err));
    assert_string_equal(taken, path);
    free(taken);
    char *backup = in_home("answers.yaml.bak");
    assert_int_equal(access(backup, F_OK), -1);

    /* saved with another state of the spell, which the operator was told */
    char *digest = strstr(saved, "sha256:") + 7;
    digest[0] = digest[0] == 'a' ? 'b' : 'a';
    free(write_answers(saved));
    assert_true(wizard_open(f.wizard, path, &errors));
    assert_int_equal(errors.count, 1);
    assert_true(wizard_is_saved(f.wizard)); /* nothing that was typed: who only looks is not asked */
    assert_true(wizard_save_to_run(f.wizard, &taken, &err));
    assert_string_equal(taken, path);
    free(taken);
    assert_string_equal(before = text_of("answers.yaml.bak"), saved);
    after = text_of("answers.yaml");
    assert_null(strstr(after, strstr(saved, "sha256:")));
    err_list_done(&errors);
    errors = (struct err_list){0};
    assert_true(wizard_open(f.wizard, path, &errors));
    assert_int_equal(errors.count, 0);
    free(before);

    /* changed and not saved */
    draft_set_value(wizard_draft(f.wizard), "endpoint", "10.1.4.41");
    assert_true(wizard_save_to_run(f.wizard, &taken, &err));
    assert_string_equal(taken, path);
    free(taken);
    assert_string_equal(before = text_of("answers.yaml.bak"), after);
    free(before);
    free(after);
    assert_non_null(strstr(after = text_of("answers.yaml"), "10.1.4.41"));
    free(after);
    assert_true(wizard_is_saved(f.wizard));

    /* the kept text can't be kept: the file stays as it is, and that is told */
    assert_int_equal(unlink(backup), 0);
    assert_int_equal(mkdir(backup, 0700), 0);
    draft_set_value(wizard_draft(f.wizard), "endpoint", "10.1.4.42");
    assert_false(wizard_save_to_run(f.wizard, &taken, &err));
    assert_null(taken);
    assert_int_equal(err.code, ERR_LOCAL);
    assert_non_null(strstr(after = text_of("answers.yaml"), "10.1.4.41"));
    assert_int_equal(rmdir(backup), 0);
    free(after);
    free(backup);
    free(saved);
    free(path);
    wizard_fixture_done(&f);
}

/* The plan names what hosts may fetch; where they have been measured, what none of them needs is not told. */
static void downloads_that_no_host_needs(void **state)
{
    (void)state;
    wizard_fixture_ready(&f);
    const struct plan *plan = wizard_plan(f.wizard, NULL);
    assert_non_null(plan);
    assert_string_equal(plan->steps[1].id, "packages");
    assert_true(wizard_fetches(f.wizard, 1, 0));
    for (size_t i = 0; i < 6; i++) {
        assert_true(wizard_fetches(f.wizard, 1, 0)); /* one that needs it is enough */
        wizard_fixture_facts(&f, i, "cpus 64\nmem_mb 3930\ninit systemd\nswap_mb 0\ndisk:/var/lib 45000\n");
    }
    assert_false(wizard_fetches(f.wizard, 1, 0));
    assert_true(wizard_fetches(f.wizard, 1, 1)); /* nothing is said of when that is not needed */
    access_host_mutable(wizard_access(f.wizard), 3)->has_facts = false;
    assert_true(wizard_fetches(f.wizard, 1, 0));
    wizard_fixture_done(&f);
}

static void changes_name_what_differs_from_the_last_run(void **state)
{
    (void)state;
    struct strv lines = {0};
    char *run;
    wizard_fixture_ha(&f);
    draft_set_value(wizard_draft(f.wizard), "pod_cidr", "10.200.0.0/16");
    wizard_fixture_run(&f, "20261119-103300-11ab", "kub-ha", "install", 1000, 2000, 0);
    draft_set_value(wizard_draft(f.wizard), "pod_cidr", NULL);
    draft_host_set(wizard_draft(f.wizard), 5, CELL_ADDRESS, "10.1.4.34");
    wizard_changes(f.wizard, &run, &lines);
    assert_string_equal(run, "20261119-103300-11ab");
    char *all = strv_join(&lines, "\n");
    assert_non_null(strstr(all, "pod_cidr: 10.244.0.0/16, was 10.200.0.0/16"));
    assert_non_null(strstr(all, "kub-node-2 address: 10.1.4.34, was 10.1.4.33"));
    assert_int_equal(lines.count, 2);
    free(all);
    free(run);
    strv_done(&lines);
    wizard_fixture_done(&f);
}

static void runs_are_resumed_and_reset_once(void **state)
{
    (void)state;
    wizard_fixture_ha(&f);
    wizard_fixture_run(&f, "20261105-000000-0005", "b", "reset", 9000, 9500, 1);
    wizard_fixture_run(&f, "20261104-000000-0004", "b", "install", 7000, 8000, 0);
    wizard_fixture_run(&f, "20261103-000000-0003", "a", "reset", 5000, 6000, 0);
    wizard_fixture_run(&f, "20261102-000000-0002", "a", "install", 3000, 4000, 1);
    wizard_fixture_run(&f, "20261101-000000-0001", "b", "install", 1000, 2000, 5);
    wizard_fixture_again(&f);
    assert_int_equal(wizard_run_count(f.wizard), 5);
    static const bool resumes[] = {true, false, false, false, false}, resets[] = {false, true, false, false, false};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(wizard_can_resume(f.wizard, i), resumes[i]);
        assert_int_equal(wizard_can_reset(f.wizard, i), resets[i]);
    }
    struct strv names = {0};
    struct err_list errors = {0};
    wizard_run_hosts(f.wizard, 1, &names);
    assert_int_equal(names.count, 6);
    assert_true(wizard_open_run(f.wizard, 1, &errors));
    assert_int_equal(errors.count, 0);
    assert_string_equal(draft_name(wizard_draft(f.wizard)), "b");
    assert_non_null(strstr(draft_spell(wizard_draft(f.wizard))->folder, "/runs/20261104-000000-0004/spell"));
    char *path = wizard_path(f.wizard);
    assert_string_equal(path, "b.yaml"); /* and not the run's own */
    wizard_set_reset(f.wizard, true);
    assert_string_equal(wizard_plan(f.wizard, NULL)->action, "reset");
    assert_int_equal(wizard_next(f.wizard, SECTION_ACCESS), SECTION_REVIEW);
    free(path);
    strv_done(&names);
    err_list_done(&errors);
    wizard_fixture_done(&f);
}

static void write_in_run(const char *id, const char *name, const char *text)
{
    struct err err = ERR_INIT;
    char *path = mem_printf("%s/kwiz/runs/%s/%s", f.home, id, name);
    assert_true(file_write(path, text, strlen(text), 0600, &err));
    free(path);
}

/* After hosts left, the installation's own answers hold some that are gone. */
static void reset_takes_what_actions_left_standing(void **state)
{
    (void)state;
    static const char meta[] = "{\"cluster\": \"a\", \"spell\": \"cluster\", \"topology\": \"ha\", \"action\": \"%s\", \"started_ms\": 3000, \"targets\": %s}";
    wizard_fixture_ha(&f);
    wizard_fixture_run(&f, "20261104-000000-0004", "a", "remove", 7000, 8000, 1);
    wizard_fixture_run(&f, "20261103-000000-0003", "a", "verify", 5000, 6000, 0);
    wizard_fixture_run(&f, "20261102-000000-0002", "a", "remove", 3000, 4000, 0);
    wizard_fixture_run(&f, "20261101-000000-0001", "a", "install", 1000, 2000, 0);
    wizard_fixture_run(&f, "20261031-000000-0002", "c", "verify", 900, 950, 0);
    wizard_fixture_run(&f, "20261030-000000-0001", "c", "install", 800, 850, 1);
    char *failed = mem_printf(meta, "remove", "[\"kub-node-1\"]"), *done = mem_printf(meta, "remove", "[\"kub-node-2\"]");
    write_in_run("20261104-000000-0004", "meta.json", failed);
    write_in_run("20261102-000000-0002", "meta.json", done);
    write_in_run("20261102-000000-0002", "after.yaml", "hosts:\n  - {name: left, address: 10.0.0.1, roles: [worker]}\n");
    free(failed);
    free(done);
    wizard_fixture_again(&f);
    assert_true(wizard_can_resume(f.wizard, 5)); /* that somebody looked does not end it */
    static const bool resets[] = {false, false, true, false}; /* a failed one has changed nothing for good, and verify nothing at all */
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(wizard_can_reset(f.wizard, i), resets[i]);
    assert_true(wizard_can_resume(f.wizard, 0));
    struct strv names = {0};
    wizard_run_hosts(f.wizard, 2, &names);
    assert_int_equal(names.count, 1);
    assert_string_equal(names.items[0], "left");
    strv_done(&names);
    wizard_fixture_done(&f);
}

static void expect_words(enum action_targets targets, char *changes, const char *typed, const char *want)
{
    struct wizard_act act = {.targets = targets, .changes = changes};
    struct strv words = {0};
    const char *fault = wizard_act_words(&act, typed, &words);
    char *got = strv_join(&words, " ");
    assert_string_equal(fault ? fault : got, want);
    free(got);
    strv_done(&words);
}

static void actions_are_asked_for_in_a_line(void **state)
{
    (void)state;
    expect_words(TARGETS_NONE, NULL, "", "");
    expect_words(TARGETS_NONE, "version", " 1.21.0 ", "--to 1.21.0");
    expect_words(TARGETS_NONE, "version", "version=1.21.0", "--set version=1.21.0");
    expect_words(TARGETS_NONE, "version", "", "Nothing was named.");
    expect_words(TARGETS_LEAVING, NULL, "a lost=b", "a --lost b");
    expect_words(TARGETS_NEW, NULL, "c=10.0.0.3 worker,ingress", "--host c=10.0.0.3 --roles worker,ingress");
    expect_words(TARGETS_SOME, NULL, "a  b", "a b");
    expect_words(TARGETS_SOME, NULL, "a --keep-file", "Expected no options here.");
}

static void topologies_say_why_hosts_do_not_fit(void **state)
{
    (void)state;
    wizard_fixture_ha(&f);
    const struct spell *spell = draft_spell(wizard_draft(f.wizard));
    struct buf why;
    buf_init(&why, 4096);
    assert_true(wizard_topology_fits(f.wizard, spell_topology(spell, "ha"), &why));
    assert_false(wizard_topology_fits(f.wizard, spell_topology(spell, "single"), &why));
    assert_string_equal(buf_text(&why), "no role ingress in it: 1 host to change");
    draft_host_set(wizard_draft(f.wizard), 3, CELL_ROLES, "worker");
    assert_true(wizard_topology_fits(f.wizard, spell_topology(spell, "single"), &why));
    buf_done(&why);
    wizard_fixture_done(&f);
}

static void an_address_is_typed_as_ssh_takes_it(void **state)
{
    (void)state;
    wizard_fixture_ha(&f);
    struct draft *draft = wizard_draft(f.wizard);
    const struct draft_host *host = draft_host(draft, 0);
    draft_host_type(draft, 0, CELL_ADDRESS, "operator@10.1.4.99");
    assert_string_equal(host->cells[CELL_ADDRESS], "10.1.4.99");
    assert_string_equal(host->cells[CELL_USER], "operator");
    draft_undo(draft);
    host = draft_host(draft, 0);
    assert_string_equal(host->cells[CELL_ADDRESS], "10.1.4.36");
    assert_string_equal(host->cells[CELL_USER], "ubuntu");
    static const char *const as_they_are[] = {"@10.1.4.99", "operator@", "a@b@c", "10.1.4.99"};
    for (size_t i = 0; i < sizeof as_they_are / sizeof *as_they_are; i++) {
        draft_host_type(draft, 0, CELL_ADDRESS, as_they_are[i]);
        assert_string_equal(draft_host(draft, 0)->cells[CELL_ADDRESS], as_they_are[i]);
    }
    draft_host_type(draft, 0, CELL_JUMP, "ops@bastion");
    assert_string_equal(draft_host(draft, 0)->cells[CELL_JUMP], "ops@bastion");
    assert_string_equal(draft_host(draft, 0)->cells[CELL_USER], "ubuntu");
    wizard_fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_section_says_what_it_lacks),
        cmocka_unit_test(access_counts_what_is_in_the_way),
        cmocka_unit_test(a_failing_check_is_in_the_way_of_review_until_it_is_accepted),
        cmocka_unit_test(a_broken_file_is_told_and_kept_as_far_as_it_goes),
        cmocka_unit_test(a_failed_opening_changes_nothing),
        cmocka_unit_test(saving_tells_whose_file_it_is),
        cmocka_unit_test(what_runs_is_what_the_file_says),
        cmocka_unit_test(downloads_that_no_host_needs),
        cmocka_unit_test(changes_name_what_differs_from_the_last_run),
        cmocka_unit_test(runs_are_resumed_and_reset_once),
        cmocka_unit_test(reset_takes_what_actions_left_standing),
        cmocka_unit_test(actions_are_asked_for_in_a_line),
        cmocka_unit_test(topologies_say_why_hosts_do_not_fit),
        cmocka_unit_test(an_address_is_typed_as_ssh_takes_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
