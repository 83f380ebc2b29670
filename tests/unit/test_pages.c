/* The wizard's pages by keys: from Welcome to Review and back, and what must not get lost. */
#include "tests/unit/test.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/screen/wizard_fixture.h"
#include "ui/view.h"

#define NOW_MS 1795343589000u

static struct wizard_fixture f;
static struct view view;
static struct canvas *canvas;
static char start_folder[4096];

static void open_view(void (*make)(struct wizard_fixture *fixture), enum section section)
{
    make(&f);
    view_init_wizard(&view, f.wizard, &f.actions, NOW_MS);
    view.look = look_choose(false);
    canvas = canvas_new(24, 80);
    view_go(&view, section);
    view_draw(&view, canvas);
}

static void close_view(void)
{
    canvas_free(&canvas);
    view_done(&view);
    wizard_fixture_done(&f);
}

static void press_key(struct key key)
{
    view_key(&view, key, canvas->rows, canvas->cols);
    view_draw(&view, canvas);
}

static void press_code(enum key_code code)
{
    press_key((struct key){.code = code});
}

/* Letters; \r Enter, \t Tab, \x1b Esc, \x0e Down, \x10 Up. */
static void press(const char *letters)
{
    static const char names[] = "\r\t\x1b\x0e\x10";
    static const enum key_code codes[] = {UI_KEY_ENTER, UI_KEY_TAB, UI_KEY_ESC, UI_KEY_DOWN, UI_KEY_UP};
    for (; *letters; letters++) {
        const char *at = strchr(names, *letters);
        press_key((struct key){.code = at ? codes[at - names] : UI_KEY_CHAR, .ch = at ? 0 : (uint32_t)(unsigned char)*letters});
    }
}

static void press_ctrl(char letter)
{
    press_key((struct key){.code = UI_KEY_CHAR, .ch = (uint32_t)letter, .is_ctrl = true});
}

static bool shows(const char *text)
{
    view_draw(&view, canvas);
    char *now = canvas_text(canvas);
    bool has = strstr(now, text) != NULL;
    if (!has)
        printf("%s", now);
    free(now);
    return has;
}

static bool shows_not(const char *text)
{
    view_draw(&view, canvas);
    char *now = canvas_text(canvas);
    bool has = strstr(now, text) != NULL;
    free(now);
    return !has;
}

static void was_asked(const char *want)
{
    assert_string_equal(f.asked, want);
    *f.asked = '\0';
}

static void write_home(const char *name, const char *text)
{
    struct err err = ERR_INIT;
    char *path = mem_printf("%s/%s", f.home, name);
    assert_true(file_write(path, text, strlen(text), 0600, &err));
    free(path);
}

static bool is_in_home(const char *name)
{
    char *path = mem_printf("%s/%s", f.home, name);
    bool is = access(path, F_OK) == 0;
    free(path);
    return is;
}

/* -- Welcome -- */

static void resuming_wants_a_second_key(void **state)
{
    (void)state;
    open_view(wizard_fixture_past, SECTION_WELCOME);
    press("\r");
    was_asked("");
    press_ctrl('n');
    was_asked("");
    press("\r");
    was_asked("resume 20261122-101900-7f3a ");
    press("\x10"); /* back in the list */
    press("\x0e\r\r");
    was_asked("resume 20261118-103300-22cd ");
    close_view();
}

static void spells_are_read_when_they_are_shown(void **state)
{
    (void)state;
    char late[] = "/tmp/kwiz-late.XXXXXX";
    wizard_fixture_new(&f);
    assert_non_null(mkdtemp(late));
    strv_done(&f.catalog.folders);
    f.catalog.folders = (struct strv){0};
    strv_add(&f.catalog.folders, late);
    view_init_wizard(&view, f.wizard, &f.actions, NOW_MS);
    canvas = canvas_new(24, 80);
    view_draw(&view, canvas);
    assert_true(shows("install a cluster"));
    char *folder = mem_printf("%s/late", late), *file = mem_printf("%s/spell.yaml", folder);
    struct err err = ERR_INIT;
    assert_true(file_mkdirs(folder, 0700, &err) && file_write(file, "kwiz: 1\n", 8, 0600, &err));
    press("\r"); /* only now */
    assert_int_equal(view.section, SECTION_SPELL);
    assert_true(shows("late"));
    unlink(file);
    rmdir(folder);
    rmdir(late);
    free(file);
    free(folder);
    close_view();
}

static void answers_are_opened_by_name(void **state)
{
    (void)state;
    open_view(wizard_fixture_new, SECTION_WELCOME);
    write_home("kub-one.yaml", "version: 1\nname: kub\nspell: cluster\ntopology: single\nhosts:\n"
                               "  - {name: kub-1, address: 10.1.4.36, roles: [control-plane]}\n");
    press("\x0e\x0e\r");
    press(f.home);
    press("/kub-\t");
    assert_true(shows("kub-one.yaml"));
    press("\r");
    assert_int_equal(view.section, SECTION_ACCESS);
    assert_true(shows("1 host."));
    assert_int_equal(draft_host_count(wizard_draft(f.wizard)), 1);
    close_view();
}

static void errors_of_a_file_are_listed_and_what_is_right_is_kept(void **state)
{
    (void)state;
    open_view(wizard_fixture_new, SECTION_WELCOME);
    write_home("bad.yaml", "version: 1\nname: kub\nspell: cluster\ntopology: single\nhosts:\n"
                           "  - {name: kub-1, address: 10.1.4.36, roles: [control-plane], port: seven}\n");
    press("\x0e\x0e\r");
    press(f.home);
    press("/bad.yaml\r");
    assert_int_equal(view.section, SECTION_WELCOME);
    assert_true(shows("bad.yaml:6:"));
    assert_true(shows("has 1 error"));
    assert_true(shows("[ Next: Hosts ]"));
    press("\r");
    assert_int_equal(view.section, SECTION_HOSTS);
    assert_string_equal(draft_host(wizard_draft(f.wizard), 0)->cells[CELL_PORT], "seven");
    close_view();
}

static void what_is_in_no_file_goes_only_after_a_word(void **state)
{
    (void)state;
    open_view(wizard_fixture_ha, SECTION_WELCOME);
    write_home("kub.yaml", "version: 1\nname: kub\nspell: cluster\ntopology: single\n");
    press("\x0e\x0e\r");
    press(f.home);
    press("/kub.yaml\r");
    assert_int_equal(draft_host_count(wizard_draft(f.wizard)), 6);
    assert_true(shows("Hosts: 6, options: 1"));
    press("\r");
    assert_int_equal(draft_host_count(wizard_draft(f.wizard)), 0);
    close_view();
}

static void reset_lists_its_clusters_and_asks_for_no_options(void **state)
{
    (void)state;
    open_view(wizard_fixture_past, SECTION_WELCOME);
    press("\x0e\x0e\x0e\r");
    assert_true(shows("kub-test, installed 3 days ago"));
    press("\x0e\x0e\r");
    assert_int_equal(view.section, SECTION_ACCESS);
    assert_true(wizard_is_reset(f.wizard));
    assert_string_equal(draft_name(wizard_draft(f.wizard)), "kub-test");
    close_view();
}

/* One cluster whose spell can do more, with its answers file where it was. */
static void with_actions(struct wizard_fixture *fixture)
{
    struct err err = ERR_INIT;
    struct buf text;
    char *spell = NULL, *meta = NULL;
    wizard_fixture_ha(fixture);
    wizard_fixture_run(fixture, "20261122-101900-7f3a", "kub-ha", "install", 1000, 2000, 0);
    write_home("kub-ha.yaml", "version: 1\n");
    meta = mem_printf("{\"cluster\": \"kub-ha\", \"spell\": \"cluster\", \"topology\": \"ha\", \"action\": \"install\", \"started_ms\": 1000, "
                      "\"answers_file\": \"%s/kub-ha.yaml\"}", fixture->home);
    write_home("kwiz/runs/20261122-101900-7f3a/meta.json", meta);
    spell = mem_printf("%s/kwiz/runs/20261122-101900-7f3a/spell/spell.yaml", fixture->home);
    assert_true(file_read(spell, 1 << 20, &text, &err));
    buf_adds(&text, "\nactions:\n  - {name: grow, title: Take hosts in, targets: new}\n  - {name: shrink, title: Take hosts out, targets: leaving}\n");
    assert_true(file_write(spell, buf_text(&text), text.len, 0600, &err));
    buf_done(&text);
    free(spell);
    free(meta);
    wizard_fixture_again(fixture);
}

static void actions_are_asked_for_and_handed_over(void **state)
{
    (void)state;
    open_view(with_actions, SECTION_WELCOME);
    assert_true(shows("  Actions "));
    press("\x0e\x0e\r");
    assert_true(shows("kub-ha, grow: Take hosts in") && shows("kub-ha, shrink: Take hosts out"));
    press("\x0e\x0e\r"); /* into the field */
    assert_true(shows("Hosts that leave; lost=HOST for one that is dead"));
    press("\r"); /* nothing typed: to the button, which says so */
    press("\r");
    was_asked("");
    assert_true(shows("Nothing was named."));
    press("\x10\rkub-node-2 lost=kub-node-1\r");
    was_asked("");
    press("\r");
    was_asked("act shrink kub-ha.yaml kub-node-2 --lost kub-node-1 ");
    press("\x10\x10\r\r"); /* another action does not take over what was typed */
    press("\r");
    was_asked("");
    press_code(UI_KEY_UP);
    press_code(UI_KEY_LEFT);
    assert_true(shows_not("shrink"));
    close_view();
}

static void languages_are_asked_of_the_caller(void **state)
{
    (void)state;
    open_view(wizard_fixture_new, SECTION_WELCOME);
    press("G");
    press_code(UI_KEY_RIGHT);
    was_asked("speak ");
    assert_true(shows("< \u0420\u0443\u0441\u0441\u043a\u0438\u0439 >"));
    press_code(UI_KEY_LEFT);
    press_code(UI_KEY_LEFT);
    was_asked("speak speak ");
    assert_true(shows("< Deutsch >"));
    close_view();
}

/* -- Spell, Topology -- */

static void enter_chooses_and_goes_on(void **state)
{
    (void)state;
    open_view(wizard_fixture_new, SECTION_WELCOME);
    press("\r");
    assert_int_equal(view.section, SECTION_SPELL);
    press("/clust\r\r");
    assert_int_equal(view.section, SECTION_TOPOLOGY);
    assert_string_equal(draft_spell(wizard_draft(f.wizard))->name, "cluster");
    press("\x0e");
    press_ctrl('n'); /* takes the focus, as Enter does */
    assert_int_equal(view.section, SECTION_HOSTS);
    assert_string_equal(draft_topology(wizard_draft(f.wizard)), "ha");
    press_ctrl('p');
    assert_int_equal(view.section, SECTION_TOPOLOGY);
    assert_true(shows("> ha"));
    press_ctrl('p');
    press_ctrl('p');
    assert_int_equal(view.section, SECTION_WELCOME);
    assert_string_equal(draft_topology(wizard_draft(f.wizard)), "ha");
    close_view();
}

static void a_broken_spell_shows_its_errors(void **state)
{
    (void)state;
    open_view(wizard_fixture_spells, SECTION_SPELL);
    press("/edge\r");
    assert_true(shows("( Next: Topology )"));
    press("\r");
    assert_true(shows("Errors"));
    assert_true(shows("gone.sh"));
    press("q");
    assert_int_equal(view.section, SECTION_SPELL);
    assert_null(draft_spell(wizard_draft(f.wizard)));
    press("/nut\ro");
    assert_true(shows("Does nothing, on one host."));
    press("q/cluster\ro");
    assert_true(shows("README"));
    close_view();
}

static void another_topology_keeps_the_hosts(void **state)
{
    (void)state;
    open_view(wizard_fixture_ha, SECTION_TOPOLOGY);
    assert_true(shows("no role ingress in it: 1 host to change"));
    press("g\r");
    assert_int_equal(view.section, SECTION_HOSTS);
    assert_int_equal(draft_host_count(wizard_draft(f.wizard)), 6);
    assert_true(shows("The hosts are kept"));
    press_ctrl('p');
    press("/ha\r\r");
    assert_true(shows("The hosts are kept, and are right"));
    close_view();
}

/* -- Review -- */

static void reset_ready(struct wizard_fixture *fixture)
{
    wizard_fixture_ready(fixture);
    wizard_set_reset(fixture->wizard, true);
}

static void review_is_reached_by_keys_and_nothing_is_lost(void **state)
{
    (void)state;
    open_view(wizard_fixture_ready, SECTION_TOPOLOGY);
    struct draft *draft = wizard_draft(f.wizard);
    unsigned version = draft_version(draft);
    for (int i = 0; i < 5; i++)
        press_ctrl('n');
    assert_int_equal(view.section, SECTION_REVIEW);
    for (int i = 0; i < 7; i++)
        press_ctrl('p');
    assert_int_equal(view.section, SECTION_WELCOME);
    for (int i = 0; i < 7; i++)
        press_ctrl('n');
    assert_int_equal(view.section, SECTION_REVIEW);
    assert_int_equal(draft_version(draft), version);
    assert_true(shows("kub-master-[1-3], kub-ingress-1, kub-node-[1-2]"));
    was_asked("");
    close_view();
}

static void starting_wants_the_button(void **state)
{
    (void)state;
    open_view(wizard_fixture_ready, SECTION_REVIEW);
    press_ctrl('n');
    press_ctrl('n');
    was_asked("");
    assert_true(shows("[ Start on 6 hosts ]"));
    press("\r");
    was_asked("start ");
    close_view();
}

static void a_host_that_was_lost_stops_the_start(void **state)
{
    (void)state;
    open_view(wizard_fixture_ready, SECTION_REVIEW);
    press_ctrl('n');
    access_host_mutable(wizard_access(f.wizard), 2)->state = ACCESS_FAILED;
    press("\r");
    was_asked("");
    assert_int_equal(view.section, SECTION_ACCESS);
    close_view();
}

static void a_section_is_changed_and_leads_back(void **state)
{
    (void)state;
    open_view(wizard_fixture_ready, SECTION_REVIEW);
    press("\r");
    assert_int_equal(view.section, SECTION_TOPOLOGY);
    assert_true(shows("[ Next: Review ]"));
    press_ctrl('n');
    assert_int_equal(view.section, SECTION_REVIEW);
    assert_int_equal(view.returns_to, SECTION_NONE);
    press("\r/many\r\r"); /* whose roles these hosts do not have */
    assert_int_equal(view.section, SECTION_HOSTS);
    assert_int_equal(draft_host_count(wizard_draft(f.wizard)), 6);
    close_view();
}

static void a_step_shows_its_script_and_no_secret(void **state)
{
    (void)state;
    struct secret *secret = secret_new("tr0ub4dor", 9);
    open_view(wizard_fixture_ready, SECTION_REVIEW);
    wizard_set_secret(f.wizard, "registry_password", secret);
    secret_free(&secret);
    view_go(&view, SECTION_REVIEW);
    assert_true(shows_not("tr0ub4dor"));
    press("/init\ro");
    assert_true(shows("variables, the same on 1 host"));
    press("G");
    char seen = 0;
    for (int i = 0; i < 60; i++) {
        view_draw(&view, canvas);
        char *now = canvas_text(canvas);
        assert_null(strstr(now, "tr0ub4dor"));
        seen |= strstr(now, "never shown: registry_password") != NULL;
        free(now);
        press("k");
    }
    assert_true(seen);
    press("q");
    assert_int_equal(view.section, SECTION_REVIEW);
    press("/join-c\r\rG");
    for (int i = 0; i < 40 && shows_not("-- of kub-master-3 --"); i++)
        press("k");
    assert_true(shows("-- of kub-master-3 --"));
    close_view();
}

static void answers_are_saved_from_review(void **state)
{
    (void)state;
    open_view(wizard_fixture_ready, SECTION_REVIEW);
    assert_int_equal(chdir(f.home), 0);
    press("S\r");
    assert_true(shows("Saved in kub-ha.yaml."));
    assert_true(wizard_is_saved(f.wizard) && is_in_home("kub-ha.yaml"));
    press("\t\t\r"); /* the button */
    press_ctrl('u');
    press("\r");
    assert_true(shows("Type the name of a file."));
    press("b.yaml\r");
    assert_true(is_in_home("b.yaml"));
    assert_int_equal(chdir(start_folder), 0);
    close_view();
}

static void a_reset_wants_the_name(void **state)
{
    (void)state;
    open_view(reset_ready, SECTION_REVIEW);
    assert_true(shows("Taking back kub-ha"));
    assert_true(shows_not("Options"));
    press_ctrl('n');
    press("\rkub-h\r");
    was_asked("");
    assert_true(shows("That isn't kub-ha"));
    press("\x1b\r");
    was_asked("");
    press("kub-ha\r");
    was_asked("start ");
    close_view();
}

/* -- quitting -- */

static void quitting_offers_what_there_is_to_save(void **state)
{
    (void)state;
    open_view(wizard_fixture_ha, SECTION_TOPOLOGY);
    assert_int_equal(chdir(f.home), 0);
    press("q");
    assert_true(shows("Entered: 6 hosts and 1 option."));
    press("\r"); /* Stay */
    assert_true(shows_not("Quit kwiz?"));
    press_ctrl('c');
    press_ctrl('c');
    was_asked("");
    assert_true(shows("choose to quit without saving"));
    press("\x0e\r");
    was_asked("quit ");
    assert_true(is_in_home("kub-ha.yaml"));
    press("\x1bq");
    assert_true(shows_not("Save to"));
    press_ctrl('c');
    was_asked("quit ");
    assert_int_equal(chdir(start_folder), 0);
    close_view();
}

static void quitting_writes_over_nobodys_file(void **state)
{
    (void)state;
    open_view(wizard_fixture_ha, SECTION_TOPOLOGY);
    assert_int_equal(chdir(f.home), 0);
    write_home("kub-ha.yaml", "mine\n");
    press("q\x0e\r");
    was_asked("");
    press("\r");
    was_asked("");
    assert_true(shows("neither opened nor saved here"));
    press_code(UI_KEY_BACKSPACE);
    press("2\r");
    was_asked("quit ");
    assert_true(is_in_home("kub-ha.yam2"));
    struct buf text;
    struct err err = ERR_INIT;
    assert_true(file_read("kub-ha.yaml", 100, &text, &err));
    assert_string_equal(buf_text(&text), "mine\n");
    buf_done(&text);
    assert_int_equal(chdir(start_folder), 0);
    close_view();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resuming_wants_a_second_key),
        cmocka_unit_test(spells_are_read_when_they_are_shown),
        cmocka_unit_test(answers_are_opened_by_name),
        cmocka_unit_test(errors_of_a_file_are_listed_and_what_is_right_is_kept),
        cmocka_unit_test(what_is_in_no_file_goes_only_after_a_word),
        cmocka_unit_test(reset_lists_its_clusters_and_asks_for_no_options),
        cmocka_unit_test(actions_are_asked_for_and_handed_over),
        cmocka_unit_test(languages_are_asked_of_the_caller),
        cmocka_unit_test(enter_chooses_and_goes_on),
        cmocka_unit_test(a_broken_spell_shows_its_errors),
        cmocka_unit_test(another_topology_keeps_the_hosts),
        cmocka_unit_test(review_is_reached_by_keys_and_nothing_is_lost),
        cmocka_unit_test(starting_wants_the_button),
        cmocka_unit_test(a_host_that_was_lost_stops_the_start),
        cmocka_unit_test(a_section_is_changed_and_leads_back),
        cmocka_unit_test(a_step_shows_its_script_and_no_secret),
        cmocka_unit_test(answers_are_saved_from_review),
        cmocka_unit_test(a_reset_wants_the_name),
        cmocka_unit_test(quitting_offers_what_there_is_to_save),
        cmocka_unit_test(quitting_writes_over_nobodys_file),
    };
    if (!setlocale(LC_CTYPE, "C.UTF-8") && !setlocale(LC_CTYPE, "C.utf8"))
        return 77;
    if (!getcwd(start_folder, sizeof start_folder))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
