/* The Hosts page by its keys. */
#include "tests/unit/test.h"

#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/screen/wizard_fixture.h"
#include "ui/view.h"

static struct wizard_fixture f;
static struct view view;
static struct canvas *canvas;
static char *screen;

static void draw(void)
{
    view_draw(&view, canvas);
    free(screen);
    screen = canvas_text(canvas);
}

static int begin(void **state)
{
    (void)state;
    wizard_fixture_ha(&f);
    view_init_wizard(&view, f.wizard, &f.actions, 1000);
    view.look = look_choose(false);
    view.phase = -1;
    view_go(&view, SECTION_HOSTS);
    draw();
    return 0;
}

static int end(void **state)
{
    (void)state;
    view_done(&view);
    wizard_fixture_done(&f);
    return 0;
}

static void press(const char *letters)
{
    for (; *letters; letters++) {
        enum key_code code = *letters == '\r' ? UI_KEY_ENTER : *letters == '\t' ? UI_KEY_TAB : *letters == '\x1b' ? UI_KEY_ESC : UI_KEY_CHAR;
        view_key(&view, (struct key){.code = code, .ch = code == UI_KEY_CHAR ? (uint32_t)(unsigned char)*letters : 0}, 24, 80);
        draw();
    }
}

static void must_show(const char *text)
{
    if (!strstr(screen, text))
        fail_msg("\"%s\" is not in\n%s", text, screen);
}

static void a_path_is_completed(void **state)
{
    (void)state;
    char dir[] = "/tmp/kwiz-hosts-XXXXXX";
    assert_non_null(mkdtemp(dir));
    char *file = mem_printf("%s/inventory.ini", dir), *typed = mem_printf("i%s/inv\t\r", dir);
    FILE *out = fopen(file, "w");
    assert_non_null(out);
    fputs("[kube_node]\nnode-9 ansible_host=10.1.4.99\n", out);
    fclose(out);
    press(typed);
    must_show("an Ansible inventory (INI)");
    must_show("node-9");
    unlink(file);
    rmdir(dir);
    free(file);
    free(typed);
}

static void a_paste_with_cr_is_guessed(void **state)
{
    (void)state;
    const char *text = "# mine\rall:\r  hosts:\r    node-9:\r      ansible_host: 10.1.4.99\r";
    view_paste(&view, text, strlen(text));
    draw();
    must_show("an Ansible inventory (YAML)");
    must_show("node-9");
}

static void paste(const char *text)
{
    view_paste(&view, text, strlen(text));
    draw();
}

static size_t hosts(void)
{
    return draft_host_count(wizard_draft(f.wizard));
}

static const char *cell(size_t host, enum draft_cell which)
{
    return draft_host(wizard_draft(f.wizard), host)->cells[which];
}

/* Each key of the help that changes the table, and u takes it back. */
static void what_keys_change_is_taken_back(void **state)
{
    (void)state;
    static const struct {
        const char *keys, *shown, *undone;
    } cases[] = {
        {"d", "1 host deleted", "kub-master-1"},   {"c", "1 host copied", "kub-master-1"}, {"J", "moved", "kub-master-1"},
        {"3", "value", "kub-master-1"},            {"  d", "2 hosts deleted", "kub-master-2"},
        {"lll\rops\r", "value", "kub-master-1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t before = hosts();
        char *first = mem_strdup(cell(0, CELL_ROLES)), *user = mem_strdup(cell(0, CELL_USER));
        press("g");
        press("j");
        press(cases[i].keys);
        press("u");
        must_show("Taken back:");
        must_show(cases[i].shown);
        must_show(cases[i].undone);
        assert_int_equal(hosts(), before);
        assert_string_equal(cell(0, CELL_ROLES), first);
        assert_string_equal(cell(0, CELL_USER), user);
        assert_string_equal(cell(0, CELL_NAME), "kub-master-1");
        press("hhh");
        free(first);
        free(user);
    }
}

static void a_new_host_is_typed_cell_by_cell(void **state)
{
    (void)state;
    press("Gakub-node-[3-4]\t10.1.4.[34-35]\t\x1b");
    press("k");
    assert_int_equal(hosts(), 8);
    assert_string_equal(cell(6, CELL_NAME), "kub-node-3");
    assert_string_equal(cell(7, CELL_ADDRESS), "10.1.4.35");
    assert_string_equal(cell(7, CELL_ROLES), "worker");
    press("Ga\x1b"); /* begun, and nothing typed: it was never there */
    press("k");
    assert_int_equal(hosts(), 8);
}

static void wrong_cells_say_why_and_keep_what_was_typed(void **state)
{
    (void)state;
    static const struct {
        enum draft_cell which;
        const char *text, *why;
    } cases[] = {
        {CELL_ADDRESS, "10.1.4.333", "expected an address"},
        {CELL_ADDRESS, "10.1.4", "expected an address"},
        {CELL_NAME, "kub-master-2", "stands here twice"},
        {CELL_NAME, "Kub_1", "name: "},
        {CELL_ROLES, "king", "expected one of control-plane, ingress, worker"},
        {CELL_ROLES, "", "expected at least one"},
        {CELL_PORT, "70000", "port: expected"},
        {CELL_BECOME, "su", "become: expected"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        draft_host_set(wizard_draft(f.wizard), 0, cases[i].which, cases[i].text);
        wizard_touch(f.wizard);
        press("g");
        press("j");
        draw();
        const struct draft_fault *fault = judgement_at(wizard_judgement(f.wizard), PART_HOST, 0, cases[i].which);
        if (!fault)
            fault = judgement_at(wizard_judgement(f.wizard), PART_HOST, 1, cases[i].which);
        assert_non_null(fault);
        if (!strstr(fault->text, cases[i].why))
            fail_msg("\"%s\" is not in \"%s\"", cases[i].why, fault->text);
        assert_string_equal(cell(0, cases[i].which), cases[i].text);
        must_show(" x ");
        draft_undo(wizard_draft(f.wizard));
        wizard_touch(f.wizard);
    }
}

static void a_range_of_4000_is_refused_where_it_stands(void **state)
{
    (void)state;
    press("Gan-[1-4000]\t10.[1-16].0.[1-250]\t\x1b");
    press("k");
    assert_int_equal(hosts(), 7);
    assert_string_equal(cell(6, CELL_NAME), "n-[1-4000]");
    press("j");
    must_show("4000");
    must_show("at most 994 may be");
}

/* Many lines at once, with one that is none: told by its line. */
static void pasted_lines_are_looked_at_first(void **state)
{
    (void)state;
    paste("kub-node-7 10.1.4.77 worker\nkub-node-8 10.1.4.78\nkub-node-9 10.1.4.79 king\n\n# no host\nkub-node-10 10.1.4.80 worker ops bastion\n");
    must_show("Nothing is in the table yet.");
    must_show("line 3:");
    must_show("king");
    assert_int_equal(hosts(), 6);
    press("\r");
    assert_true(hosts() >= 8);
    press("u");
    assert_int_equal(hosts(), 6);
    paste("\xff\xfe nothing of a table \x01\n");
    press("\x1b");
    assert_int_equal(hosts(), 6);
}

static void a_huge_paste_is_refused_quickly(void **state)
{
    (void)state;
    size_t len = (size_t)50 << 20;
    char *big = mem_new(len + 1, 1);
    for (size_t i = 0; i < len; i++)
        big[i] = i % 40 == 39 ? '\n' : 'a';
    view_paste(&view, big, len);
    draw();
    press("\x1b");
    assert_int_equal(hosts(), 6);
    free(big);
}

static void a_thousand_hosts_are_a_table_like_any(void **state)
{
    (void)state;
    struct buf text;
    buf_init(&text, 1 << 20);
    for (int i = 0; i < 994; i++)
        buf_addf(&text, "node-%d 10.9.%d.%d worker\n", i, i / 250, i % 250 + 1);
    paste(buf_text(&text));
    press("\r");
    assert_int_equal(hosts(), 1000);
    press("G");
    press("a");
    must_show("1000 hosts already");
    press("/node-777\r");
    must_show(">   node-777");
    for (int i = 0; i < 200; i++)
        press("jk");
    press("gj");
    must_show("kub-master-1");
    buf_done(&text);
}

static void another_topology_keeps_the_hosts(void **state)
{
    (void)state;
    struct draft *draft = wizard_draft(f.wizard);
    draft_set_topology(draft, "single");
    wizard_touch(f.wizard);
    draw();
    assert_int_equal(hosts(), 6);
    must_show("control-plane 3, at most 1");
    assert_non_null(judgement_at(wizard_judgement(f.wizard), PART_HOST, 3, CELL_ROLES)); /* ingress */
    draft_set_topology(draft, "ha");
    wizard_touch(f.wizard);
    draw();
    must_show("all there");
}

/* What is half filled keeps its places when the table goes through an editor. */
static void empty_cells_keep_their_places_as_text(void **state)
{
    (void)state;
    struct draft *draft = wizard_draft(f.wizard);
    struct buf text;
    buf_init(&text, 4096);
    draft_host_set(draft, 0, CELL_ADDRESS, "");
    draft_host_set(draft, 1, CELL_NAME, "");
    draft_host_set(draft, 1, CELL_JUMP, "bastion");
    draft_hosts_text(draft, &text);
    assert_non_null(strstr(buf_text(&text), "kub-master-1 - control-plane"));
    assert_non_null(strstr(buf_text(&text), "- 10.1.4.37 control-plane"));
    buf_done(&text);
}

static void wide_texts_stay_aligned(void **state)
{
    (void)state;
    draft_host_set(wizard_draft(f.wizard), 0, CELL_NAME, "\xe6\xbc\xa2\xe5\xad\x97");
    draft_host_set(wizard_draft(f.wizard), 1, CELL_NAME, "e\xcc\x81te\xcc\x81");
    wizard_touch(f.wizard);
    draw();
    must_show("\xe6\xbc\xa2\xe5\xad\x97             10.1.4.36");
    must_show("e\xcc\x81te\xcc\x81              10.1.4.37");
    }

int main(void)
{
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        return 77;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_path_is_completed, begin, end),
        cmocka_unit_test_setup_teardown(a_paste_with_cr_is_guessed, begin, end),
        cmocka_unit_test_setup_teardown(what_keys_change_is_taken_back, begin, end),
        cmocka_unit_test_setup_teardown(a_new_host_is_typed_cell_by_cell, begin, end),
        cmocka_unit_test_setup_teardown(wrong_cells_say_why_and_keep_what_was_typed, begin, end),
        cmocka_unit_test_setup_teardown(a_range_of_4000_is_refused_where_it_stands, begin, end),
        cmocka_unit_test_setup_teardown(pasted_lines_are_looked_at_first, begin, end),
        cmocka_unit_test_setup_teardown(a_huge_paste_is_refused_quickly, begin, end),
        cmocka_unit_test_setup_teardown(a_thousand_hosts_are_a_table_like_any, begin, end),
        cmocka_unit_test_setup_teardown(another_topology_keeps_the_hosts, begin, end),
        cmocka_unit_test_setup_teardown(empty_cells_keep_their_places_as_text, begin, end),
        cmocka_unit_test_setup_teardown(wide_texts_stay_aligned, begin, end),
    };
    canvas = canvas_new(24, 80);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    canvas_free(&canvas);
    free(screen);
    return failed;
}
