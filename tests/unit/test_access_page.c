/* The Access page and its bands, by their keys. States of hosts are set by hand; no host is contacted. */
#include "tests/unit/test.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tests/screen/wizard_fixture.h"
#include "ui/view.h"

#define ROWS 24
#define COLS 80
#define FIRST_KEY "SHA256:uC1pIcAoQ2f0y1nO5bTt3Zz0WmWq0m9rE3yP4JgkY8s"
#define SECOND_KEY "SHA256:0sYqv7l6hH9mDk2cVb8nXe4rTg5yUj3iOp1aSd6fG7h"
#define THIRD_KEY "SHA256:Rk3mN8bV2cX7zL1qW5eT9yU4iO6pA0sD2fG8hJ3kL5z"
#define STRANGE_KEY "SHA256:Hq2wE5rT8yU1iO4pA7sD0fG3hJ6kL9zX2cV5bN8mQ1w"
/* a key made for this test, and its fingerprint as ssh-keygen says it */
#define BLOB "AAAAC3NzaC1lZDI1NTE5AAAAIB0HuN/sr+V9ddVBV1tfQUSRRCz8PKEJkli3GD0jf+hi"
#define BLOB_KEY "SHA256:ZHAFaNCSpU4fBGKCxW8a/eLsRC+uLPf47xOhHGLWMtM"

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

static void begin(void (*make)(struct wizard_fixture *))
{
    make(&f);
    view_init_wizard(&view, f.wizard, &f.actions, 1795343589000u);
    view.look = look_choose(false);
    view.phase = -1;
    view_go(&view, SECTION_ACCESS);
    draw();
}

static void end(void)
{
    view_done(&view);
    wizard_fixture_done(&f);
}

static void press(const char *letters)
{
    for (; *letters; letters++) {
        enum key_code code = *letters == '\r' ? UI_KEY_ENTER : *letters == '\t' ? UI_KEY_TAB : *letters == '\x1b' ? UI_KEY_ESC : UI_KEY_CHAR;
        view_key(&view, (struct key){.code = code, .ch = code == UI_KEY_CHAR ? (uint32_t)(unsigned char)*letters : 0}, ROWS, COLS);
        draw();
    }
}

static void paste(const char *text)
{
    view_paste(&view, text, strlen(text));
    draw();
}

static bool shows(const char *text)
{
    return strstr(screen, text) != NULL;
}

static struct access_host *host(size_t index)
{
    return access_host_mutable(wizard_access(f.wizard), index);
}

static bool is_on_page(void)
{
    return view.top == view.pages[SECTION_ACCESS];
}

static void the_first_focus_accepts_nothing(void **state)
{
    (void)state;
    begin(wizard_fixture_keys);
    press("\r");
    assert_true(shows("3 new host keys"));
    press("\r");
    assert_true(is_on_page());
    assert_true(host(0)->asks && host(1)->asks && host(2)->asks);
    end();
}

static void the_time_for_an_answer_is_told(void **state)
{
    (void)state;
    begin(wizard_fixture_keys);
    assert_true(shows("Waits 1:35 more for an answer, then fails; r asks anew."));
    host(0)->answer_by_ms = 9000;
    draw();
    assert_true(shows("Waits 0:09 more for an answer"));
    press("jjj");
    assert_true(shows("Waits 9:57 more for an answer"));
    press("\r");
    assert_true(shows("sudo password") && shows("Waits 9:57 more for an answer"));
    assert_true(view_is_moving(&view)); /* it counts down */
    end();
}

static void enter_answers_wherever_the_focus_is(void **state)
{
    (void)state;
    begin(wizard_fixture_keys);
    for (size_t i = 0; i < 3; i++) { /* the focus is on the first; the fourth wants a password */
        host(i)->asks = false;
        host(i)->state = ACCESS_ROOT;
    }
    draw();
    press("\r");
    assert_true(shows("sudo password"));
    press("\x1b");
    host(3)->asks = false;
    host(3)->state = ACCESS_ROOT;
    draw();
    press("\r");
    assert_true(is_on_page());
    assert_true(shows("asks nothing."));
    end();
}

static void what_was_being_done_is_not_said_for_ever(void **state)
{
    (void)state;
    begin(wizard_fixture_access);
    for (size_t i = 0; i < 6; i++) {
        host(i)->asks = false;
        host(i)->state = i == 3 ? ACCESS_ROOT : ACCESS_READY;
        host(i)->root = i == 3 ? ROOT_UNKNOWN : ROOT_FREE;
        host(i)->fault = NULL;
        *host(i)->detail = '\0';
    }
    draw();
    view_say(&view, ROLE_TEXT, "It is being tried on kub-ingress-1.");
    draw();
    assert_true(shows("It is being tried on kub-ingress-1."));
    host(3)->state = ACCESS_READY;
    host(3)->root = ROOT_PASSWORD;
    draw();
    assert_false(shows("It is being tried"));
    assert_true(shows("All hosts are reached."));
    end();
}

static void a_lost_host_says_why_in_its_line(void **state)
{
    (void)state;
    begin(wizard_fixture_access);
    host(1)->state = ACCESS_FAILED; /* it had been reached: root and time are known */
    host(1)->fault = "lost";
    snprintf(host(1)->detail, sizeof host(1)->detail, "the connection ended");
    draw();
    assert_true(shows("x kub-master-2    yes         the connection ended"));
    end();
}

static void what_hosts_say_is_copied(void **state)
{
    (void)state;
    begin(wizard_fixture_keys);
    press("y");
    assert_non_null(view.copied);
    assert_string_equal(view.copied, "kub-master-1: ubuntu@10.1.4.36\nssh-ed25519 " FIRST_KEY "\n");
    press("\ry");
    assert_non_null(strstr(view.copied, "kub-master-2 10.1.4.37 ssh-ed25519 " SECOND_KEY "\n"));
    press("\x1bG\ry");
    assert_non_null(strstr(view.copied, "kub-node-2: THE HOST KEY OF 10.1.4.33 HAS CHANGED"));
    assert_non_null(strstr(view.copied, "ssh-keygen -R '10.1.4.33'"));
    end();
}

static void keys_are_accepted_one_by_one(void **state)
{
    (void)state;
    begin(wizard_fixture_keys);
    press("\rA");
    assert_false(host(0)->asks);
    assert_true(host(1)->asks);
    assert_true(shows("The key of kub-master-1 is accepted."));
    press("A");
    assert_false(host(1)->asks);
    assert_true(host(2)->asks);
    press("A");
    assert_false(host(2)->asks);
    assert_true(is_on_page()); /* there is nothing left to read */
    end();
}

static void all_are_accepted_by_a_button(void **state)
{
    (void)state;
    begin(wizard_fixture_keys);
    press("\r\t\t\r");
    assert_false(host(0)->asks || host(1)->asks || host(2)->asks);
    assert_true(host(3)->asks); /* that is another question */
    assert_true(shows("3 keys accepted."));
    end();
}

static void a_key_that_changed_meanwhile_is_not_accepted(void **state)
{
    (void)state;
    begin(wizard_fixture_keys);
    press("\r");
    wizard_fixture_ask(&f, 0, ASK_HOST_KEY, "ssh-ed25519 " STRANGE_KEY, 1);
    press("A");
    assert_true(host(0)->asks);
    assert_true(shows("nothing was accepted"));
    assert_false(shows(STRANGE_KEY)); /* the list is the one that was opened */
    press("\x1b\r");
    assert_true(shows(STRANGE_KEY));
    end();
}

static void a_key_that_was_read_for_long_is_accepted_all_the_same(void **state)
{
    (void)state;
    begin(wizard_fixture_keys);
    press("\r");
    struct access_host *h = host(0);
    h->asks = false;
    h->state = ACCESS_FAILED;
    h->fault = "host-key-new";
    snprintf(h->detail, sizeof h->detail, "the host key of 10.1.4.36 is not known here: ssh-ed25519 " FIRST_KEY " (no answer)");
    press("A");
    assert_true(strv_has(&draft_host(wizard_draft(f.wizard), 0)->host_keys, FIRST_KEY));
    assert_true(shows("The key of kub-master-1 is accepted."));
    end();
}

static void what_is_pasted_is_compared(void **state)
{
    (void)state;
    begin(wizard_fixture_keys);
    press("\r");
    paste("256 " FIRST_KEY " root@kub-master-1 (ED25519)\n" STRANGE_KEY "\n");
    assert_true(shows("equal to what you pasted"));
    assert_true(shows("1 of 3 equal. 1 fingerprint that was pasted belongs to no host here."));
    paste(SECOND_KEY "\r" THIRD_KEY "\r");
    assert_true(shows("3 of 3 equal to what was pasted."));
    assert_true(host(0)->asks); /* comparing accepts nothing */
    paste("A\rhello");
    assert_true(shows("No fingerprint"));
    assert_true(host(0)->asks);
    end();
}

static void a_key_that_differs_from_the_pasted_one_is_refused(void **state)
{
    (void)state;
    begin(wizard_fixture_keys);
    press("\r");
    paste("kub-other,10.1.4.36 ssh-ed25519 " BLOB "\n10.1.4.38 ssh-ed25519 " BLOB " of another type\n");
    assert_true(shows("1 host shows ANOTHER key"));
    assert_true(shows("NOT what you pasted"));
    press("A");
    assert_true(host(0)->asks);
    press("\t\t\t\r");
    assert_true(host(0)->asks && host(1)->asks);
    wizard_fixture_ask(&f, 0, ASK_HOST_KEY, "ssh-ed25519 " BLOB_KEY, 1);
    press("\x1b\r");
    paste("@revoked 10.1.4.37 ssh-ed25519 " BLOB "\n[10.1.4.36]:2222 ssh-ed25519 " BLOB "\n10.1.4.36 ssh-ed25519 " BLOB " comment");
    assert_true(shows("equal to what you pasted"));
    press("A");
    assert_false(host(0)->asks);
    end();
}

static void a_changed_key_can_only_be_read(void **state)
{
    (void)state;
    begin(wizard_fixture_keys);
    press("G\r");
    assert_true(shows("The host key of kub-node-2 has changed"));
    assert_true(shows("line 41"));
    press("A\r");
    assert_true(is_on_page());
    assert_int_equal(host(5)->state, ACCESS_FAILED);
    press("\r\t\r");
    assert_int_equal(draft_host_count(wizard_draft(f.wizard)), 5);
    end();
}

static void a_password_is_not_seen_and_not_given_empty(void **state)
{
    (void)state;
    begin(wizard_fixture_access);
    press("jjj\r");
    assert_true(shows("sudo wants the password of ubuntu on 1 host"));
    press("\r");
    assert_true(host(3)->asks);
    assert_true(shows("Nothing was typed"));
    press("let me?q");
    assert_false(shows("let me"));
    assert_true(shows("********"));
    paste(" in\nA\r");
    assert_false(shows("me in"));
    assert_true(shows("***********  "));
    press("\r");
    assert_false(host(3)->asks);
    assert_true(is_on_page());
    assert_true(shows("It is being tried on kub-ingress-1."));
    end();
}

static void a_password_for_another_question_is_not_sent(void **state)
{
    (void)state;
    begin(wizard_fixture_access);
    press("jjj\rsecret");
    wizard_fixture_ask(&f, 3, ASK_PASSWORD, "sudo", 2);
    press("\r");
    assert_true(host(3)->asks);
    assert_true(shows("has asked anew meanwhile: nothing was sent"));
    assert_true(shows("was wrong: this is try 2."));
    press("\r");
    assert_true(host(3)->asks); /* the field was emptied */
    wizard_fixture_ask(&f, 3, ASK_KEYBOARD, "One-time code:", 1);
    press("x\r");
    assert_true(host(3)->asks);
    assert_true(shows("does not ask this any more"));
    end();
}

static void hosts_with_the_same_question_are_named(void **state)
{
    (void)state;
    begin(wizard_fixture_access);
    for (size_t i = 1; i < 3; i++) {
        host(i)->state = ACCESS_ROOT;
        host(i)->root = ROOT_UNKNOWN;
        wizard_fixture_ask(&f, i, ASK_PASSWORD, "sudo", 1);
    }
    draft_host_set(wizard_draft(f.wizard), 0, CELL_USER, "ubuntu");
    press("jjj\r");
    assert_true(shows("password of ubuntu on 3 hosts"));
    assert_true(shows("kub-ingress-1, kub-master-[2-3]"));
    end();
}

static void nothing_asks_by_itself(void **state)
{
    (void)state;
    begin(wizard_fixture_access);
    press("jjjj");
    const struct screen *top = view.top;
    wizard_fixture_ask(&f, 4, ASK_PASSWORD, "ubuntu@10.1.4.32's password", 1);
    draw();
    assert_ptr_equal(view.top, top);
    assert_true(shows("kub-node-1 asks something: Enter answers."));
    assert_true(shows("1 password"));
    end();
}

static void the_list_is_searched_and_marked(void **state)
{
    (void)state;
    begin(wizard_fixture_access);
    press("/node\r");
    assert_true(shows("> > kub-node-1"));
    press("n");
    assert_true(shows("> x kub-node-2"));
    press("/nowhere\r");
    assert_true(shows("No line has nowhere."));
    press("!");
    assert_string_equal(f.asked, "shell kub-node-2 ");
    paste("A\nU\n");
    assert_true(shows("no field for text here"));
    f.actions.shell = NULL;
    draw();
    assert_false(shows("! shell"));
    end();
}

static void reasons_are_there_whole(void **state)
{
    (void)state;
    begin(wizard_fixture_access);
    struct access_host *h = host(5);
    h->fault = "auth";
    snprintf(h->detail, sizeof h->detail, "10.1.4.33 let ubuntu not in: agent key one: refused; agent key two: refused; /home/op/.ssh/id_rsa: refused; "
             "/home/op/.ssh/id_ed25519: its passphrase did not come in time; password: none was given. It offers: publickey, THE-END");
    press("G");
    assert_true(shows("THE-END"));
    assert_true(shows("refused"));
    press("R");
    assert_true(shows("1 host is tried again."));
    press("gjr");
    assert_true(shows("kub-master-2 has not failed"));
    end();
}

int main(void)
{
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        return 77;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_focus_accepts_nothing),
        cmocka_unit_test(the_time_for_an_answer_is_told),
        cmocka_unit_test(enter_answers_wherever_the_focus_is),
        cmocka_unit_test(what_was_being_done_is_not_said_for_ever),
        cmocka_unit_test(a_lost_host_says_why_in_its_line),
        cmocka_unit_test(what_hosts_say_is_copied),
        cmocka_unit_test(keys_are_accepted_one_by_one),
        cmocka_unit_test(all_are_accepted_by_a_button),
        cmocka_unit_test(a_key_that_changed_meanwhile_is_not_accepted),
        cmocka_unit_test(a_key_that_was_read_for_long_is_accepted_all_the_same),
        cmocka_unit_test(what_is_pasted_is_compared),
        cmocka_unit_test(a_key_that_differs_from_the_pasted_one_is_refused),
        cmocka_unit_test(a_changed_key_can_only_be_read),
        cmocka_unit_test(a_password_is_not_seen_and_not_given_empty),
        cmocka_unit_test(a_password_for_another_question_is_not_sent),
        cmocka_unit_test(hosts_with_the_same_question_are_named),
        cmocka_unit_test(nothing_asks_by_itself),
        cmocka_unit_test(the_list_is_searched_and_marked),
        cmocka_unit_test(reasons_are_there_whole),
    };
    canvas = canvas_new(ROWS, COLS);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    canvas_free(&canvas);
    free(screen);
    return failed;
}
