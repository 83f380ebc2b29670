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

int main(void)
{
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        return 77;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_path_is_completed, begin, end),
        cmocka_unit_test_setup_teardown(a_paste_with_cr_is_guessed, begin, end),
    };
    canvas = canvas_new(24, 80);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    canvas_free(&canvas);
    free(screen);
    return failed;
}
