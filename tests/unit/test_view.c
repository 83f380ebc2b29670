#include "tests/unit/test.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/screen/fixture.h"
#include "ui/screens.h"
#include "ui/view.h"

static struct fixture f;
static struct view view;
static struct canvas *canvas;

static void open_view(void (*make)(struct fixture *fixture), int rows, int cols)
{
    make(&f);
    view_init(&view, f.run, &f.actions, &f.logs, FIXTURE_NOW_MS);
    canvas = canvas_new(rows, cols);
    view_draw(&view, canvas);
}

static void close_view(void)
{
    canvas_free(&canvas);
    view_done(&view);
    fixture_done(&f);
}

static void press_key(struct key key)
{
    view_key(&view, key, canvas->rows, canvas->cols);
    for (int i = 0; view.has_work && i < 1000; i++)
        view_work(&view);
    view_draw(&view, canvas);
}

static void press(const char *letters)
{
    for (; *letters; letters++)
        press_key((struct key){.code = *letters == '\r'     ? UI_KEY_ENTER
                                       : *letters == '\x1b' ? UI_KEY_ESC
                                       : *letters == '\x0e' ? UI_KEY_DOWN
                                                            : UI_KEY_CHAR,
                               .ch = strchr("\r\x1b\x0e", *letters) ? 0 : (uint32_t)(unsigned char)*letters});
}

static void press_ctrl(char letter)
{
    press_key((struct key){.code = UI_KEY_CHAR, .ch = (uint32_t)letter, .is_ctrl = true});
}

static bool shows(const char *text)
{
    view_look(&view);
    view_draw(&view, canvas);
    char *now = canvas_text(canvas);
    bool has = strstr(now, text) != NULL;
    free(now);
    return has;
}

static void was_asked(const char *want)
{
    assert_string_equal(f.asked, want);
    *f.asked = '\0';
}

static void keys_ask_for_what_they_say(void **state)
{
    (void)state;
    char want[64];
    open_view(fixture_fail, 24, 80);
    size_t failed = fixture_task(&f, "kub-node-1", "container-runtime"),
           asks = fixture_task(&f, "kub-node-2", "join-worker");
    press("r"); /* the first host has nothing that failed */
    was_asked("");
    assert_true(shows("Nothing has failed in this line."));
    press("/node-1\rr");
    snprintf(want, sizeof want, "retry %zu ", failed);
    was_asked(want);
    press("R");
    snprintf(want, sizeof want, "retry %zu retry %zu ", failed, asks);
    was_asked(want);
    press("s");
    was_asked("");
    assert_true(shows("can't be skipped"));
    f.plan->steps[3].optional = true;
    press("s");
    snprintf(want, sizeof want, "skip %zu ", failed);
    was_asked(want);
    press("P");
    was_asked("pause 1 ");
    f.run->state = RUN_PAUSED;
    press("P");
    was_asked("pause 0 ");
    f.refuses = true;
    assert_true(shows(", paused"));
    press("P");
    assert_true(shows("pause: not now"));
    close_view();
}

static void failures_are_told_and_retried(void **state)
{
    (void)state;
    open_view(fixture_fail, 24, 80);
    press("/node-1\r\r");
    assert_true(shows("kwiz  Failed"));
    assert_true(shows("steps/container-runtime.sh"));
    press("\r"); /* the first focus changes nothing: it is the whole log */
    assert_true(shows("kwiz  Log"));
    was_asked("");
    press("q");
    assert_true(shows("kwiz  Failed"));
    press("hhh"); /* from there to Shell, Skip and Retry */
    press("\r");
    assert_true(shows("kwiz  Run"));
    assert_true(strncmp(f.asked, "retry ", 6) == 0);
    close_view();
}

static void likely_causes_are_told(void **state)
{
    (void)state;
    open_view(fixture_fail, 24, 80);
    size_t task = fixture_task(&f, "kub-node-1", "container-runtime");
    *f.run->tasks[task].fail = *f.run->tasks[task].hint = '\0';
    snprintf(f.run->tasks[task].fail, RUN_TEXT_MAX, "ended with status 100"); /* as the engine says when the step doesn't */
    press("/node-1\r");
    assert_true(shows("Cause  likely: process 812 holds the package lock"));
    assert_true(shows("Do     retry when it has ended; ps -p 812 says what it is"));
    press("\r");
    assert_true(shows("ended with status 100"));
    assert_true(shows("Cause    likely: process 812 holds the package lock"));
    assert_true(shows("Script   steps/container-runtime.sh"));
    fixture_log(&f, task, "sh: 7: /run/kwiz/r/in/container-runtime.run: apt-get: not found\n");
    assert_true(shows("At       steps/container-runtime.sh line 6: apt-get update -q")); /* the log has grown */
    f.run->tasks[task].state = TASK_RUNNING; /* it is tried again: nothing has failed any more */
    assert_false(shows("likely"));
    close_view();
}

static void shells_are_asked_for(void **state)
{
    (void)state;
    open_view(fixture_fail, 24, 80);
    press("!");
    was_asked("shell 0 ");
    press("/node-1\r!\r!");
    was_asked("shell 4 shell 4 ");
    press("h\r"); /* the button */
    was_asked("shell 4 ");
    f.refuses = true;
    press("!");
    assert_true(shows("shell: not now"));
    was_asked("shell 4 ");
    f.actions.shell = NULL;
    press("!");
    was_asked("");
    assert_true(shows("There can be no shell here."));
    close_view();
}

static void scripts_are_shown_without_secrets(void **state)
{
    (void)state;
    open_view(fixture_fail, 40, 100);
    press("/node-1\ro");
    assert_true(shows("kwiz  Script"));
    assert_true(shows("KWIZ_RUNTIME=containerd"));
    assert_true(shows("Secret, given to this step and never shown: registry_password"));
    assert_true(shows("   6  apt-get update -q"));
    assert_true(shows("   1  systemctl is-active -q containerd"));
    press("/apt-get\r");
    assert_true(shows("/apt-get: match 1 of 2"));
    press("\x1b");
    assert_true(shows("kwiz  Run"));
    press("\ro");
    assert_true(shows("kwiz  Script"));
    press("q");
    assert_true(shows("kwiz  Failed"));
    was_asked("");
    close_view();
    open_view(fixture_many, 24, 80);
    press("Go"); /* a folded group stands for no step */
    assert_true(shows("open the group first"));
    close_view();
}

static void logs_can_be_filtered(void **state)
{
    (void)state;
    open_view(fixture_ha, 24, 80);
    press("/master-2\r\r");
    assert_true(shows("pulling images"));
    press("&certs\r");
    assert_true(shows("&certs: 3 lines"));
    assert_true(shows("[certs] Using certificateDir"));
    assert_false(shows("pulling images"));
    press("/kubernetes\r");
    assert_true(shows(">[certs] Valid certificates"));
    press("n"); /* what is hidden is not found */
    assert_true(shows("kubernetes isn't found further down"));
    fixture_log(&f, fixture_task(&f, "kub-master-2", "join-control-plane"), "[certs] and one more\n");
    press("F");
    assert_true(shows("[certs] and one more"));
    assert_true(shows("&certs: 4 lines"));
    press("\x1b"); /* closes the filter first */
    assert_true(shows("kwiz  Log"));
    assert_true(shows("pulling images"));
    assert_false(shows("&certs"));
    press("\x1b");
    assert_true(shows("kwiz  Run"));
    close_view();
}

static void logs_are_saved(void **state)
{
    (void)state;
    open_view(fixture_ha, 24, 200);
    press("/node-1\r\r");
    press("S");
    assert_true(shows("Save to: kub-node-1-join-worker.log")); /* a name is there already */
    press_ctrl('u');
    char *path = mem_printf("%s/saved", f.folder);
    press(path);
    press("\r");
    char *want = mem_printf("Saved: %s, 38 bytes", path);
    assert_true(shows(want));
    press("S");
    press_ctrl('u');
    press(path);
    press("\r");
    assert_true(shows("is there already; kwiz overwrites nothing"));
    unlink(path);
    press("S\x1b"); /* Esc gives it up */
    assert_int_not_equal(access(path, F_OK), 0);
    free(path);
    free(want);
    close_view();
}

static void is_copied(const char *first, const char *part)
{
    assert_non_null(view.copied);
    assert_int_equal(strncmp(view.copied, first, strlen(first)), 0);
    if (!strstr(view.copied, part))
        fail_msg("no %s in: %s", part, view.copied);
    free(view.copied);
    view.copied = NULL;
}

static void what_has_the_focus_is_copied_unwrapped(void **state)
{
    (void)state;
    open_view(fixture_fail, 24, 60);
    press("y");
    is_copied("kub-master-1: ", "");
    press("/node-1\ry");
    is_copied("kub-node-1: container-runtime: failed\napt did not get", "lock-frontend), is another process using it?\n");
    press("\ry");
    is_copied("kub-node-1: container-runtime: apt did not", "Ended: 10:32:09, exit 100");
    press("oy");
    is_copied("-- variables", "apt-get install -y -q -o Dpkg::Options::=--force-confold \"containerd.io=$KWIZ_RUNTIME_VERSION\" || kwiz_fail \"");
    press("q\ry");
    is_copied("Reading package lists...\n", "(/var/lib/dpkg/lock-frontend), is another process using it?\n");
    close_view();
    open_view(fixture_many, 24, 80);
    press("Gy");
    assert_null(view.copied);
    assert_true(shows("nothing to copy"));
    close_view();
}

static void lists_can_be_filtered(void **state)
{
    (void)state;
    open_view(fixture_ha, 24, 80);
    press("&node-\r");
    assert_true(shows("kub-node-1") && shows("kub-node-2") && !shows("kub-ingress-1"));
    assert_true(shows("view: hosts, &node-"));
    press("&ingress\r"); /* a role */
    assert_true(shows("> kub-ingress-1") && !shows("kub-node-1 "));
    press("&10.1.4.36\r");
    assert_true(shows("> kub-master-1") && !shows("kub-ingress-1 "));
    press("&nowhere\r");
    assert_true(shows("No line has that. Esc shows all again."));
    press("r!oy\rvvvpp\x1b"); /* nothing has the focus */
    assert_true(shows("kub-node-1") && !shows("&nowhere"));
    *f.asked = '\0';
    close_view();
    open_view(fixture_many, 24, 80);
    press("&node-04\r");
    assert_true(shows("kub-node-[041,043]") && shows("worker") && !shows("control-plane"));
    press("vv&lab\r");
    assert_true(shows("labels") && !shows("cni"));
    close_view();
}

static void leaving_asks(void **state)
{
    (void)state;
    open_view(fixture_ha, 24, 80);
    press("q\r");
    was_asked("");
    press("q\x0e\r");
    was_asked("leave ");
    press("q\x0e\x0e\r");
    was_asked("stop ");
    press("q\x0e\x0e\x0e\r");
    was_asked("");
    press("kub-hb\r");
    was_asked("");
    assert_true(shows("nothing was stopped"));
    press_ctrl('u');
    press("kub-ha\r");
    was_asked("abort ");
    press("q\x1b");
    was_asked("");
    press_ctrl('c');
    was_asked("");
    press_ctrl('c');
    was_asked("leave ");
    close_view();
}

static void what_is_not_offered_is_not_there(void **state)
{
    (void)state;
    open_view(fixture_ha, 24, 80);
    f.actions.abort = NULL;
    f.actions.stop = NULL;
    f.actions.pause = NULL;
    press("Pq");
    assert_false(shows("[ Abort ]"));
    assert_false(shows("[ Leave when they end ]"));
    press("\x0e\x0e\x0e\r");
    was_asked("leave ");
    close_view();
}

static void small_screens_take_few_keys(void **state)
{
    (void)state;
    open_view(fixture_ha, 12, 40);
    press("PrRs\rv?");
    was_asked("");
    assert_true(shows("kwiz needs 60x16"));
    press("q");
    assert_true(shows("Leave the run?"));
    press("\x0e\r");
    was_asked("leave ");
    close_view();
}

static void ended_runs_leave_at_once(void **state)
{
    (void)state;
    open_view(fixture_end, 24, 80);
    press("q");
    was_asked("quit ");
    press("rP");
    was_asked("");
    close_view();
}

/* The page comes by itself: Enter, pressed for something else, only goes back to the run. */
static void the_summary_leaves_by_its_button(void **state)
{
    (void)state;
    static const char text[] = "hello install, any: done in 0:10\n  Tasks       7 ok\n"
                               "  kubectl --kubeconfig /home/operator/.local/state/kwiz/runs/20261126-005214-afdc/kubeconfig get nodes\n";
    open_view(fixture_end, 24, 80);
    view_push(&view, scr_summary_new(&view, text));
    assert_true(shows("hello install, any: done in 0:10"));
    assert_true(shows("/kubeconfig get") && shows(" nodes")); /* wrapped, not cut */
    press("\r");
    assert_false(shows("[ Quit ]"));
    view_push(&view, scr_summary_new(&view, text));
    press_key((struct key){.code = UI_KEY_TAB});
    press_key((struct key){.code = UI_KEY_TAB});
    press_key((struct key){.code = UI_KEY_RIGHT});
    was_asked("");
    press("\r");
    was_asked("quit ");
    close_view();
}

static void hosts_that_were_not_reached_are_tried_again(void **state)
{
    (void)state;
    open_view(fixture_many, 40, 120);
    for (size_t h = 50; h < 90; h++) {
        struct run_host *host = &f.run->hosts[h];
        host->state = HOST_FAILED;
        snprintf(host->fault, sizeof host->fault, "dial-refused");
        snprintf(host->detail, sizeof host->detail, "10.1.4.%zu port 22: Connection refused", h);
    }
    for (size_t t = 0; t < f.plan->task_count; t++)
        if (f.plan->tasks[t].host >= 50 && f.plan->tasks[t].host < 90) {
            f.run->tasks[t] = (struct run_task){.percent = -1};
            f.run->tasks[t].state = TASK_PENDING;
        }
    press("pg");
    assert_true(shows("not reached: 10.1.4.50 port 22: Connection refused"));
    assert_false(shows("10.1.4.51 port 22")); /* one line for all of them */
    press("/node-060\r");
    assert_true(shows(" not reached ")); /* instead of a log */
    press("r");
    assert_int_equal(strncmp(f.asked, "retry-host 50 retry-host 51 ", 28), 0);
    assert_true(shows("40 hosts are tried again."));
    *f.asked = '\0';
    press("\r");
    assert_true(shows("r on its line tries again."));
    press("q");
    f.run->hosts[50].state = HOST_UP;
    press("R");
    assert_non_null(strstr(f.asked, "retry-host 51 "));
    assert_null(strstr(f.asked, "retry-host 50 "));
    *f.asked = '\0';
    close_view();
}

static void the_summary_is_come_back_to(void **state)
{
    (void)state;
    open_view(fixture_end, 24, 80);
    view_summarize(&view, "hello install: done in 5:12\nendpoint 10.1.4.40");
    assert_true(shows("endpoint 10.1.4.40"));
    press("\r"); /* the run */
    assert_true(shows("Now   nothing: the run has ended"));
    assert_true(shows("Esc q summary"));
    assert_false(shows("q leave"));
    press("q");
    assert_true(shows("endpoint 10.1.4.40"));
    press("\x1b");
    assert_false(shows("endpoint 10.1.4.40"));
    press("&master-2\r\x1b"); /* first the filter goes */
    assert_false(shows("endpoint 10.1.4.40"));
    press("\x1b");
    assert_true(shows("endpoint 10.1.4.40"));
    was_asked("");
    press("q");
    was_asked("quit ");
    close_view();
}

static void news_are_told(void **state)
{
    (void)state;
    open_view(fixture_ha, 24, 80);
    assert_false(shows("join-worker ok"));
    struct run_task *t = &f.run->tasks[fixture_task(&f, "kub-node-1", "join-worker")];
    t->state = TASK_OK;
    t->ended_ms = FIXTURE_NOW_MS;
    fixture_count(&f);
    assert_true(shows("kub-node-1: join-worker ok after 0:21"));
    t = &f.run->tasks[fixture_task(&f, "kub-node-2", "join-worker")];
    t->state = TASK_FAILED;
    t->status = 3;
    t->ended_ms = FIXTURE_NOW_MS;
    fixture_count(&f);
    assert_true(shows("kub-node-2: join-worker: failed, exit 3"));
    f.run->tasks[fixture_task(&f, "kub-master-2", "join-control-plane")].state = TASK_UNCHANGED;
    assert_true(shows("failed, exit 3")); /* what is heavier stays */
    view.now_ms += 6000;
    f.run->tasks[fixture_task(&f, "kub-master-3", "join-control-plane")].state = TASK_UNCHANGED;
    assert_true(shows("kub-master-3: join-control-plane unchanged"));
    close_view();
}

static void the_focus_stays_on_its_host(void **state)
{
    (void)state;
    open_view(fixture_many, 24, 80);
    press("/kub-node-090\r");
    assert_true(shows(">     kub-node-090"));
    f.run->hosts[7 + 90].state = HOST_UP; /* it is no problem any more: its group has the focus now */
    f.run->tasks[fixture_task(&f, "kub-node-090", "packages")].state = TASK_OK;
    fixture_count(&f);
    assert_true(shows("> [+] worker"));
    close_view();
}

/* Where a text stands on the canvas. */
static struct key mouse_at(const char *text, enum key_mouse mouse)
{
    char *now = canvas_text(canvas), *line = now, *found = NULL;
    struct key key = {.code = UI_KEY_MOUSE, .mouse = mouse};
    for (; !found && *line; key.row += !found, line = strchr(line, '\n') + 1) {
        char *end = strchr(line, '\n');
        *end = '\0';
        found = strstr(line, text);
        if (found)
            key.col = (int)(found - line);
        *end = '\n';
    }
    free(now);
    assert_non_null(found);
    return key;
}

static void click(const char *text)
{
    view_mouse(&view, mouse_at(text, KEY_MOUSE_CLICK), canvas);
    view_draw(&view, canvas);
}

static void the_mouse_does_what_keys_do(void **state)
{
    (void)state;
    char want[64];
    open_view(fixture_fail, 24, 80);
    click("kub-node-1");
    assert_true(shows("> kub-node-1"));
    click("kub-node-1");
    assert_true(shows("kwiz  Failed"));
    click("[ Retry ]");
    was_asked("");
    assert_true(shows(">[ Retry ]"));
    click("Host "); /* nothing there */
    assert_true(shows("kwiz  Failed"));
    click("[ Retry ]");
    snprintf(want, sizeof want, "retry %zu ", fixture_task(&f, "kub-node-1", "container-runtime"));
    was_asked(want);
    press("q");
    assert_true(shows("Leave the run?"));
    click("kub-master-1"); /* lies below the dialog */
    assert_true(shows("Leave the run?"));
    click("[ Abort ]");
    click("[ Abort ]");
    assert_true(shows("Type "));
    press("kub-ha");
    click("[ Stay ]");
    assert_false(shows("Type "));
    was_asked("");
    click("[ Stay ]");
    assert_false(shows("Leave the run?"));
    press("g");
    view_mouse(&view, mouse_at("kub-node-2", KEY_MOUSE_WHEEL_DOWN), canvas);
    view_draw(&view, canvas);
    assert_true(shows("> kub-ingress-1"));
    view_mouse(&view, mouse_at("kub-node-2", KEY_MOUSE_WHEEL_UP), canvas);
    view_draw(&view, canvas);
    assert_true(shows("> kub-master-1"));
    press("m");
    assert_true(view.wants_mouse);
    close_view();
}

/* Random keys, states and sizes: nothing may crash, and nothing but keys that say so may ask for anything. */
static void a_monkey_breaks_nothing(void **state)
{
    (void)state;
    static void (*const scenes[])(struct fixture *) = {fixture_ha,      fixture_many,   fixture_fail,
                                                       fixture_hostile, fixture_single, fixture_end};
    static const char letters[] = "jkhlgGqvpPrRsF/nNw[]?&o!yy\r\r\t\x1b\x1b aZ0";
    unsigned seed = 42;
    for (size_t scene = 0; scene < sizeof scenes / sizeof *scenes; scene++) {
        open_view(scenes[scene], 24, 80);
        for (int i = 0; i < 3000; i++) {
            seed = seed * 1103515245 + 12345;
            unsigned dice = seed >> 16;
            if (dice % 50 == 0) {
                canvas_free(&canvas);
                canvas = canvas_new((int)(dice / 50 % 60), (int)(dice / 7 % 210));
            }
            if (dice % 20 == 1) {
                struct run_task *t = &f.run->tasks[dice % f.plan->task_count];
                t->state = (enum task_state)(dice / 20 % TASK_STATE_COUNT);
                t->started_ms = t->state == TASK_PENDING ? 0 : FIXTURE_NOW_MS - dice % 300000;
                f.run->hosts[dice % f.plan->host_count].state = (enum host_state)(dice / 60 % 7);
                fixture_count(&f);
            }
            struct key key = {.code = UI_KEY_CHAR,
                              .ch = (uint32_t)(unsigned char)letters[dice % (sizeof letters - 1)],
                              .is_ctrl = dice % 17 == 3};
            if (dice % 5 == 2)
                key = (struct key){.code =
                                       (enum key_code)(UI_KEY_UP + dice / 5 % (UI_KEY_ESC - UI_KEY_UP + 1))};
            view.phase = (int)(dice % 5) - 1;
            view.now_ms += dice % 900;
            press_key(key);
            if (dice % 9 == 4)
                view_mouse(&view,
                           (struct key){.code = UI_KEY_MOUSE,
                                        .mouse = (enum key_mouse)(KEY_MOUSE_CLICK + dice / 9 % 3),
                                        .row = (int)(dice / 30 % 60),
                                        .col = (int)(dice / 100 % 200)},
                           canvas);
            view_look(&view);
            if (dice % 40 == 7)
                view_paste(&view, "pasted \033[31m text\nq\n", 21);
            *f.asked = '\0';
        }
        close_view();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_ask_for_what_they_say),
        cmocka_unit_test(failures_are_told_and_retried),
        cmocka_unit_test(likely_causes_are_told),
        cmocka_unit_test(shells_are_asked_for),
        cmocka_unit_test(scripts_are_shown_without_secrets),
        cmocka_unit_test(logs_can_be_filtered),
        cmocka_unit_test(logs_are_saved),
        cmocka_unit_test(what_has_the_focus_is_copied_unwrapped),
        cmocka_unit_test(lists_can_be_filtered),
        cmocka_unit_test(leaving_asks),
        cmocka_unit_test(what_is_not_offered_is_not_there),
        cmocka_unit_test(small_screens_take_few_keys),
        cmocka_unit_test(ended_runs_leave_at_once), cmocka_unit_test(the_summary_leaves_by_its_button),
        cmocka_unit_test(hosts_that_were_not_reached_are_tried_again),
        cmocka_unit_test(the_summary_is_come_back_to),
        cmocka_unit_test(news_are_told),
        cmocka_unit_test(the_focus_stays_on_its_host),
        cmocka_unit_test(the_mouse_does_what_keys_do),
        cmocka_unit_test(a_monkey_breaks_nothing),
    };
    if (!setlocale(LC_CTYPE, "C.UTF-8") && !setlocale(LC_CTYPE, "C.utf8"))
        return 77;
    setenv("TZ", "UTC", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
