/* The Options page by its keys. */
#include "tests/unit/test.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tests/screen/wizard_fixture.h"
#include "ui/view.h"

struct scene {
    struct wizard_fixture f;
    struct view view;
    struct canvas *canvas;
    char *text; /* of the screen as it is */
};

static struct scene scene;

static void look(void)
{
    view_draw(&scene.view, scene.canvas);
    free(scene.text);
    scene.text = canvas_text(scene.canvas);
}

static int begin(const char *endpoint)
{
    scene = (struct scene){0};
    wizard_fixture_ready(&scene.f);
    draft_set_value(wizard_draft(scene.f.wizard), "endpoint", endpoint);
    view_init_wizard(&scene.view, scene.f.wizard, &scene.f.actions, 1000);
    scene.view.look = look_choose(false);
    scene.view.phase = -1;
    scene.canvas = canvas_new(40, 110);
    view_go(&scene.view, SECTION_OPTIONS);
    look();
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    return begin("10.1.4.40");
}

static int set_up_without_endpoint(void **state)
{
    (void)state;
    return begin(NULL);
}

static int tear_down(void **state)
{
    (void)state;
    view_done(&scene.view);
    wizard_fixture_done(&scene.f);
    canvas_free(&scene.canvas);
    free(scene.text);
    return 0;
}

static void key(enum key_code code, uint32_t ch, bool is_ctrl)
{
    view_key(&scene.view, (struct key){.code = code, .ch = ch, .is_ctrl = is_ctrl}, scene.canvas->rows, scene.canvas->cols);
    look();
}

static void press(enum key_code code)
{
    key(code, 0, false);
}

static void control(char c)
{
    key(UI_KEY_CHAR, (uint32_t)c, true);
}

static void type(const char *text)
{
    for (; *text; text++)
        key(UI_KEY_CHAR, (uint32_t)(unsigned char)*text, false);
}

static void paste(const char *text)
{
    view_paste(&scene.view, text, strlen(text));
    look();
}

static bool shows(const char *text)
{
    return strstr(scene.text, text) != NULL;
}

static void must_show(const char *text)
{
    if (!shows(text))
        fail_msg("\"%s\" is not in\n%s", text, scene.text);
}

static void must_not_show(const char *text)
{
    if (shows(text))
        fail_msg("\"%s\" is in\n%s", text, scene.text);
}

/* The line that has the focus. */
static void focus_is(const char *label)
{
    const char *line = strstr(scene.text, "\n> ");
    if (!line || strncmp(line + 3, label, strlen(label)) != 0)
        fail_msg("the focus is not on \"%s\" in\n%s", label, scene.text);
}

static void go(const char *label)
{
    char *begin = mem_printf("\n> %s", label);
    for (int i = 0; i < 100; i++)
        press(UI_KEY_UP);
    for (int i = 0; i < 100 && !shows(begin); i++)
        press(UI_KEY_DOWN);
    if (!shows(begin))
        fail_msg("there is no \"%s\" in\n%s", label, scene.text);
    free(begin);
}

static const char *value(const char *name)
{
    const char *text = draft_value(wizard_draft(scene.f.wizard), name);
    return text ? text : "(default)";
}

static void the_name_comes_first(void **state)
{
    (void)state;
    focus_is("Name of the cluster");
    type("x");
    assert_string_equal(draft_name(wizard_draft(scene.f.wizard)), "kub-hax");
    control('u');
    must_not_show("  x ");
    press(UI_KEY_ENTER);
    focus_is("Kubernetes version");
    must_show("x expected");
    must_show("1 value to correct.");
    press(UI_KEY_UP);
    control('r');
    assert_false(draft_has_name(wizard_draft(scene.f.wizard)));
    must_show("[ha ");
    must_not_show("value to correct");
}

static void a_value_is_judged_when_it_is_left(void **state)
{
    (void)state;
    go("Pod range");
    control('u');
    type("10.1.0");
    must_not_show("x expected a network");
    type(".0/16");
    press(UI_KEY_TAB);
    focus_is("Service range");
    must_show("x 10.1.0.0/16 holds 10.1.4.36, the address of kub-master-1, and 5 more hosts; 10.244.0.0/16 is free");
    must_show("Pod range           * [10.1.0.0/16");
    /* it goes while it is being corrected, as soon as it is right */
    press(UI_KEY_BACKTAB);
    for (int i = 0; i < 10; i++)
        press(UI_KEY_BACKSPACE);
    must_show("x expected a network such as 10.244.0.0/16");
    type("0.200.0.0/1");
    must_show("x expected the network's own address, 0.0.0.0/1");
    type("6");
    must_not_show("    x ");
    assert_string_equal(value("pod_cidr"), "10.200.0.0/16");
    type("0"); /* wrong anew: it waits again */
    must_not_show("    x ");
    press(UI_KEY_UP);
    must_show("x expected a network such as 10.244.0.0/16");
    press(UI_KEY_DOWN);
    control('r');
    assert_string_equal(value("pod_cidr"), "(default)");
    must_show("Pod range             [10.244.0.0/16");
    /* what is typed and the same as the default is the default */
    control('u');
    type("10.244.0.0/16");
    assert_string_equal(value("pod_cidr"), "(default)");
}

static void next_tells_all_that_is_missing(void **state)
{
    (void)state;
    must_not_show("    x ");
    control('n');
    assert_int_equal(scene.view.section, SECTION_OPTIONS);
    focus_is("API endpoint");
    must_show("x the answer \"endpoint\" (API endpoint) is missing; expected an IPv4 or IPv6 address");
    type("10.1.4.36");
    press(UI_KEY_ENTER);
    must_show("x 10.1.4.36 is the address of kub-master-1; expected one that no host has");
    press(UI_KEY_UP);
    press(UI_KEY_BACKSPACE);
    press(UI_KEY_BACKSPACE);
    type("40");
    must_not_show("    x ");
    control('n');
    assert_int_equal(scene.view.section, SECTION_REVIEW);
}

static void dependants_come_and_go_with_what_was_typed(void **state)
{
    (void)state;
    go("Port of the sample");
    control('u');
    type("30081");
    go("Install a sample");
    press(UI_KEY_LEFT);
    assert_string_equal(value("sample"), "false");
    must_show("< no  >");
    must_not_show("Port of the sample");
    must_not_show("Text of the sample");
    assert_string_equal(value("node_port"), "30081");
    key(UI_KEY_CHAR, ' ', false);
    assert_string_equal(value("sample"), "(default)");
    must_show("Port of the sample  * [30081");
    /* a fault in what is not asked stands in nobody's way */
    go("Port of the sample");
    type("x");
    press(UI_KEY_ENTER);
    must_show("1 value to correct.");
    go("Install a sample");
    press(UI_KEY_RIGHT);
    must_not_show("to correct");
    control('n');
    assert_int_equal(scene.view.section, SECTION_REVIEW);
}

static void choices_that_are_not_on_offer_are_passed_over(void **state)
{
    (void)state;
    go("Pod network");
    must_show("None  only when the topology is many");
    press(UI_KEY_RIGHT);
    assert_string_equal(value("cni"), "calico");
    press(UI_KEY_RIGHT);
    assert_string_equal(value("cni"), "(default)");
    press(UI_KEY_LEFT);
    assert_string_equal(value("cni"), "calico");
    press(UI_KEY_ENTER); /* the list */
    must_show("> [*] Calico");
    press(UI_KEY_DOWN);
    press(UI_KEY_ENTER);
    must_show("It can't be chosen now: only when the topology is many.");
    assert_string_equal(value("cni"), "calico");
    press(UI_KEY_UP);
    press(UI_KEY_UP);
    press(UI_KEY_ENTER);
    assert_string_equal(value("cni"), "(default)");
    focus_is("Pod network");
    press(UI_KEY_ENTER);
    press(UI_KEY_DOWN);
    press(UI_KEY_ESC);
    assert_string_equal(value("cni"), "(default)");
    assert_int_equal(scene.view.section, SECTION_OPTIONS);
}

static void ticks_are_set_and_taken(void **state)
{
    (void)state;
    go("Add-ons");
    key(UI_KEY_CHAR, ' ', false);
    must_show("[ ] metrics-server");
    assert_string_equal(value("addons"), "");
    press(UI_KEY_RIGHT);
    press(UI_KEY_RIGHT);
    press(UI_KEY_RIGHT);
    key(UI_KEY_CHAR, ' ', false);
    assert_string_equal(value("addons"), "local-path");
    press(UI_KEY_LEFT);
    press(UI_KEY_LEFT);
    key(UI_KEY_CHAR, ' ', false);
    assert_string_equal(value("addons"), "metrics-server local-path");
    must_show("Add-ons             * [x] metrics-server  [ ] Headlamp  [x] local-path");
    press(UI_KEY_RIGHT);
    press(UI_KEY_RIGHT);
    key(UI_KEY_CHAR, ' ', false);
    assert_string_equal(value("addons"), "(default)");
}

static void more_opens_folds_and_does_not_hide_faults(void **state)
{
    (void)state;
    must_not_show("Folder of etcd  ");
    go("More");
    press(UI_KEY_ENTER);
    focus_is("More");
    must_show("[-]");
    go("Folder of etcd");
    control('u');
    type("etcd");
    press(UI_KEY_ENTER);
    must_show("x expected an absolute path");
    go("More");
    press(UI_KEY_LEFT);
    must_show("x expected an absolute path"); /* it opens again */
    go("Folder of etcd");
    control('r');
    go("More");
    press(UI_KEY_LEFT);
    must_show("[+]");
    press(UI_KEY_RIGHT);
    must_show("[-]");
}

static void lines_are_pasted_or_edited(void **state)
{
    (void)state;
    go("More");
    press(UI_KEY_ENTER);
    go("Certificate authority");
    must_show("One line is typed; several are pasted, or ^O opens your editor.");
    must_show("^O: editor");
    paste("-----BEGIN CERTIFICATE-----\r\nMIIB\r\n-----END CERTIFICATE-----\r\n");
    assert_string_equal(value("ca"), "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    must_show("[-----BEGIN CERTIFICATE----- ]  3 lines");
    type("keq");
    must_show("Several lines are not typed here: ^O opens your editor, ^U clears.");
    assert_string_equal(scene.f.asked, "");
    control('o');
    assert_string_equal(scene.f.asked, "edit ");
    assert_string_equal(value("ca"), "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    control('u');
    assert_string_equal(value("ca"), "(default)");
}

/* An address is typed there as anywhere: none of its letters opens an editor or moves the focus. */
static void a_line_is_typed_where_lines_may_be(void **state)
{
    (void)state;
    go("More");
    press(UI_KEY_ENTER);
    go("Certificate authority");
    type("http://jumpkey/e?q");
    assert_string_equal(value("ca"), "http://jumpkey/e?q");
    assert_string_equal(scene.f.asked, "");
    press(UI_KEY_LEFT);
    press(UI_KEY_BACKSPACE);
    type("!");
    assert_string_equal(value("ca"), "http://jumpkey/e!q");
    control('u');
    type("x");
    assert_string_equal(value("ca"), "xq");
    control('e');
    control('u');
    paste("/etc/ca.pem\n");
    assert_string_equal(value("ca"), "/etc/ca.pem");
    type(".old");
    assert_string_equal(value("ca"), "/etc/ca.pem.old");
}

static void passwords_stay_in_memory(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    go("More");
    press(UI_KEY_ENTER);
    go("  password");
    type("hunter2");
    must_show("[*******  ");
    must_not_show("hunter2");
    assert_true(wizard_has_secret(scene.f.wizard, "registry_password"));
    assert_string_equal(draft_secret(wizard_draft(scene.f.wizard), "registry_password"), "ask");
    struct secret *secret = wizard_secret(scene.f.wizard, "registry_password", &err);
    assert_string_equal(secret_bytes(secret), "hunter2");
    secret_free(&secret);
    press(UI_KEY_UP);
    focus_is("Password of the registry");
    press(UI_KEY_RIGHT);
    assert_false(wizard_has_secret(scene.f.wizard, "registry_password"));
    press(UI_KEY_DOWN);
    focus_is("  reference");
    type("hunter3"); /* a password where a reference belongs must not get into a file that is saved */
    must_show("[hunter3"); /* seen while it is typed: it may become a reference */
    press(UI_KEY_UP);
    must_not_show("hunter3");
    must_show("[*******  ");
    press(UI_KEY_DOWN);
    must_not_show("hunter3");
    press(UI_KEY_UP);
    must_show("x expected env:NAME, file:PATH, cmd:COMMAND or ask");
    assert_string_equal(draft_secret(wizard_draft(scene.f.wizard), "registry_password"), "");
    press(UI_KEY_DOWN);
    control('u');
    type("env:REGISTRY");
    press(UI_KEY_UP);
    must_show("[env:REGISTRY");
    press(UI_KEY_DOWN);
    assert_string_equal(draft_secret(wizard_draft(scene.f.wizard), "registry_password"), "env:REGISTRY");
    must_not_show("    x ");
    press(UI_KEY_UP);
    press(UI_KEY_LEFT); /* what was typed comes back */
    assert_true(wizard_has_secret(scene.f.wizard, "registry_password"));
    assert_string_equal(draft_secret(wizard_draft(scene.f.wizard), "registry_password"), "ask");
    control('r');
    assert_null(draft_secret(wizard_draft(scene.f.wizard), "registry_password"));
    assert_false(wizard_has_secret(scene.f.wizard, "registry_password"));
}

static void what_is_no_reference_is_not_shown_again(void **state)
{
    (void)state;
    go("More");
    press(UI_KEY_ENTER);
    go("Password of the registry");
    press(UI_KEY_RIGHT);
    press(UI_KEY_DOWN);
    type("hunter3");
    must_show("[hunter3");
    view_go(&scene.view, SECTION_ACCESS); /* the focus stays where it was */
    view_go(&scene.view, SECTION_OPTIONS);
    look();
    focus_is("  reference");
    must_not_show("hunter3");
    must_show("[*******  ");
}

static void keys_in_text_are_text(void **state)
{
    (void)state;
    go("Text of the sample");
    type("q?/jk ne");
    assert_string_equal(value("greeting"), "q?/jk ne");
    assert_ptr_equal(scene.view.top, scene.view.pages[SECTION_OPTIONS]);
    paste("\x01" "a\nb");
    assert_string_equal(value("greeting"), "q?/jk ne<01>a");
    go("Install a sample");
    paste("q");
    must_show("What was pasted was not taken");
    key(UI_KEY_CHAR, 'q', false); /* not in a text */
    must_show("Quit kwiz?");
}

static void tab_goes_around(void **state)
{
    (void)state;
    for (int i = 0; i < 11; i++)
        press(UI_KEY_TAB);
    assert_null(strstr(scene.text, "\n> "));
    press(UI_KEY_TAB);
    press(UI_KEY_TAB);
    focus_is("Name of the cluster");
    press(UI_KEY_BACKTAB);
    press(UI_KEY_UP);
    go("More");
    press(UI_KEY_DOWN);
    assert_null(strstr(scene.text, "\n> "));
    press(UI_KEY_ENTER);
    assert_int_equal(scene.view.section, SECTION_REVIEW);
    control('p');
    focus_is("More");
}

static void any_size_and_any_key_is_survived(void **state)
{
    (void)state;
    static const enum key_code codes[] = {UI_KEY_UP, UI_KEY_DOWN, UI_KEY_LEFT, UI_KEY_RIGHT, UI_KEY_TAB, UI_KEY_BACKTAB, UI_KEY_ENTER, UI_KEY_PAGE_UP,
                                          UI_KEY_PAGE_DOWN, UI_KEY_HOME, UI_KEY_END, UI_KEY_BACKSPACE, UI_KEY_DELETE, UI_KEY_CHAR, UI_KEY_ESC};
    static const char letters[] = "ahjklGg /nN1e. *R", controls[] = "aeukwrdpn";
    unsigned seed = 7;
    for (int i = 0; i < 4000; i++) {
        seed = seed * 1103515245u + 12345u;
        unsigned n = seed >> 16;
        if (n % 50 == 0) {
            canvas_free(&scene.canvas);
            scene.canvas = canvas_new(16 + (int)(n % 30), 60 + (int)(n % 90));
        }
        if (n % 7 == 0)
            control(controls[n / 7 % (sizeof controls - 1)]);
        else if (n % 7 == 1)
            key(UI_KEY_CHAR, (uint32_t)letters[n / 7 % (sizeof letters - 1)], false);
        else if (n % 97 == 2)
            paste("one\ntwo\xff\n");
        else
            press(codes[n / 7 % (sizeof codes / sizeof *codes)]);
        if (scene.view.top != scene.view.pages[SECTION_OPTIONS] && n % 5 == 0)
            view_go(&scene.view, SECTION_OPTIONS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_name_comes_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_value_is_judged_when_it_is_left, set_up, tear_down),
        cmocka_unit_test_setup_teardown(next_tells_all_that_is_missing, set_up_without_endpoint, tear_down),
        cmocka_unit_test_setup_teardown(dependants_come_and_go_with_what_was_typed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(choices_that_are_not_on_offer_are_passed_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ticks_are_set_and_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(more_opens_folds_and_does_not_hide_faults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_are_pasted_or_edited, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_is_typed_where_lines_may_be, set_up, tear_down),
        cmocka_unit_test_setup_teardown(passwords_stay_in_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_reference_is_not_shown_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keys_in_text_are_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tab_goes_around, set_up, tear_down),
        cmocka_unit_test_setup_teardown(any_size_and_any_key_is_survived, set_up, tear_down),
    };
    if (!setlocale(LC_CTYPE, "C.UTF-8") && !setlocale(LC_CTYPE, "C.utf8"))
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
