/* Requirements and a check by itself, by keys, while hosts say one thing and another. */
#include "tests/unit/test.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/access_parts.h"
#include "spell/requirement_parts.h"
#include "tests/screen/wizard_fixture.h"
#include "ui/view.h"
#include "wizard/wizard_parts.h"

#define NOW_MS 1795343589000u
#define GOOD "os.id debian\ncpus 4\nmem_mb 3930\ninit systemd\nswap_mb 0\ndisk:/var/lib 45000\nroot self\n"
#define SWAP "os.id debian\ncpus 4\nmem_mb 3930\ninit systemd\nswap /swap.img\nswap_mb 2048\ndisk:/var/lib 45000\nroot self\n"
#define NO_ROOM "os.id debian\ncpus 4\nmem_mb 3930\ninit systemd\nswap_mb 0\ndisk:/var/lib 100\nroot self\n"

static struct wizard_fixture f;
static struct view view;
static struct canvas *canvas;

static void begin(void)
{
    view_init_wizard(&view, f.wizard, &f.actions, NOW_MS);
    view.look = look_choose(false);
    view.phase = -1;
    canvas = canvas_new(24, 80);
    view_go(&view, SECTION_REQUIREMENTS);
    view_draw(&view, canvas);
}

static void end(void)
{
    canvas_free(&canvas);
    view_done(&view);
    wizard_fixture_done(&f);
}

/* Letters; \r Enter, \x1b Esc, \x0e Down; \x01 = ^N. */
static void press(const char *letters)
{
    for (; *letters; letters++) {
        struct key key = {.code = UI_KEY_CHAR, .ch = (uint32_t)(unsigned char)*letters};
        if (*letters == '\r' || *letters == '\x1b' || *letters == '\x0e')
            key = (struct key){.code = *letters == '\r' ? UI_KEY_ENTER : *letters == '\x1b' ? UI_KEY_ESC : UI_KEY_DOWN};
        else if (*letters == '\x01')
            key = (struct key){.code = UI_KEY_CHAR, .ch = 'n', .is_ctrl = true};
        view_key(&view, key, canvas->rows, canvas->cols);
        view_draw(&view, canvas);
    }
}

/* What row 1.. shows. */
static char *row_text(int row)
{
    view_draw(&view, canvas);
    char *all = canvas_text(canvas), *at = all;
    for (int i = 0; i < row && *at; i++)
        at += strcspn(at, "\n") + (at[strcspn(at, "\n")] == '\n');
    char *text = strndup(at, strcspn(at, "\n"));
    free(all);
    return text;
}

static bool row_has(int row, const char *what)
{
    char *text = row_text(row);
    bool has = strstr(text, what) != NULL;
    if (!has)
        printf("row %d: %s\n", row, text);
    free(text);
    return has;
}

static bool shows(const char *what)
{
    view_draw(&view, canvas);
    char *all = canvas_text(canvas);
    bool has = strstr(all, what) != NULL;
    free(all);
    return has;
}

/* A host answers, as access.c would tell. */
static void answer(size_t host, const char *lines)
{
    wizard_fixture_facts(&f, host, lines);
    access_host_mutable(wizard_access(f.wizard), host)->state = ACCESS_READY;
    f.wizard->access_changes += wizard_checks_look(f.wizard, host);
}

#define MESSAGE 21
#define BUTTONS 22

/* Other answers may be all that a check lacks: Options is open meanwhile, Review is not. */
static void what_stands_in_the_way_is_told_as_it_is_now(void **state)
{
    (void)state;
    wizard_fixture_checks(&f);
    begin();
    assert_true(row_has(BUTTONS, "[ Next: Options ]"));
    press("\x01");
    assert_int_equal(view.section, SECTION_OPTIONS);
    assert_true(row_has(BUTTONS, "[ Next: Requirements ]"));
    press("\x01");
    assert_int_equal(view.section, SECTION_REQUIREMENTS);
    assert_true(row_has(MESSAGE, "1 check fails: fix it (f)"));
    answer(0, NO_ROOM);
    assert_true(row_has(MESSAGE, "2 checks fail: fix them (f)"));
    assert_true(row_has(BUTTONS, "[ Next: Options ]"));
    answer(0, GOOD);
    answer(5, GOOD);
    assert_false(shows("fail"));
    assert_true(row_has(BUTTONS, "[ Next: Review ]"));
    press("\x01");
    assert_int_equal(view.section, SECTION_REVIEW);
    end();
}

/* An answer may name another server for hosts to fetch from: what they were measured for is then another thing. */
static void what_other_answers_want_tried_is_tried_before_review(void **state)
{
    (void)state;
    wizard_fixture_checks(&f);
    begin();
    answer(5, GOOD);
    struct probe other = {.script = (char *)"of other answers"};
    probe_done(&f.wizard->access->visits[0]->probe);
    probe_copy(&f.wizard->access->visits[0]->probe, &other);
    draft_accept(wizard_draft(f.wizard), "swap", NULL); /* it is another draft now */
    press("\x01");
    assert_int_equal(view.section, SECTION_OPTIONS);
    assert_true(row_has(BUTTONS, "[ Next: Requirements ]"));
    press("\x01");
    assert_int_equal(view.section, SECTION_REQUIREMENTS);
    assert_true(row_has(BUTTONS, "[ Next: Review ]"));
    end();
}

/* In every picture on the way to Review: with a host that is missing or being measured Next is off; with a fail it leads to Options; else on. */
static void sum_and_button_never_differ(void **state)
{
    (void)state;
    static const char *const facts[] = {GOOD, SWAP, NO_ROOM, "os.id debian\n"};
    unsigned seed = 12345, pictures[3] = {0};
    wizard_fixture_checks(&f);
    begin();
    view.returns_to = SECTION_REVIEW;
    for (int i = 0; i < 300; i++) {
        seed = seed * 1103515245u + 12345u;
        size_t host = seed / 65536u % 6, what = seed / 7340033u % 12;
        struct access_host *h = access_host_mutable(wizard_access(f.wizard), host);
        if (what >= 4 && what < 9)
            what = 0;
        if (what == 9)
            h->state = ACCESS_MEASURING;
        else
            answer(host, facts[what < 4 ? what : 0]);
        if (what == 10)
            draft_accept(wizard_draft(f.wizard), "swap", i % 2 ? "x" : NULL);
        char *sums = row_text(2), *buttons = row_text(BUTTONS);
        bool is_busy = !strstr(sums, "measured 6 of 6") || strstr(sums, "measuring:"), fails = strstr(sums, " fail") != NULL;
        for (size_t k = 0; k < 6; k++)
            is_busy |= access_host(wizard_access(f.wizard), k)->state == ACCESS_MEASURING;
        if (!strstr(buttons, is_busy ? "( Next: Review )" : fails ? "[ Next: Options ]" : "[ Next: Review ]"))
            fail_msg("%d: %s | %s", i, sums, buttons);
        pictures[is_busy ? 0 : fails ? 1 : 2]++;
        free(sums);
        free(buttons);
    }
    assert_true(pictures[0] > 5 && pictures[1] > 5 && pictures[2] > 5);
    end();
}

static void hosts_are_sorted_and_filtered(void **state)
{
    (void)state;
    wizard_fixture_checks(&f);
    begin();
    answer(2, NO_ROOM);
    press("v");
    assert_true(row_has(5, "> x kub-master-3"));
    assert_true(row_has(6, "  x kub-node-2"));
    assert_true(shows("kub-node-1"));
    press("p");
    assert_true(row_has(6, "  x kub-node-2"));
    assert_false(shows("kub-node-1"));
    answer(2, GOOD);
    answer(5, GOOD);
    press("v"); /* other lines, which sort hosts again */
    press("v");
    assert_true(shows("No host has a problem. p shows all."));
    press("p"); /* a list without lines does not catch the keys */
    assert_true(shows("kub-node-1"));
    end();
}

static void the_focus_stays_with_a_host_measured_again(void **state)
{
    (void)state;
    wizard_fixture_checks(&f);
    begin();
    answer(2, NO_ROOM);
    press("v");
    assert_true(row_has(5, "> x kub-master-3"));
    press("r");
    answer(2, GOOD);
    press("");
    assert_true(row_has(5, "  x kub-node-2"));
    assert_true(shows("\n> + kub-master-3") || shows("\n> s kub-master-3"));
    press("g");
    assert_true(row_has(5, "> x kub-node-2"));
    end();
}

static void the_remedy_is_that_of_what_was_found(void **state)
{
    (void)state;
    wizard_fixture_checks(&f);
    begin();
    wizard_fixture_remedy(&f, 5, "swap", "What helps here.");
    assert_true(shows("Remedy    What helps here."));
    answer(0, "os.id debian\ncpus 4\nmemory_mb 3930\ninit systemd\nswap /swap.img\nswap_mb 100\ndisk:/var/lib 45000\n");
    assert_false(shows("Remedy"));
    assert_true(shows("\n             swapoff -a, and take it out of /etc/fstab.\n"));
    assert_true(shows("\n             What helps here.\n"));
    end();
}

static void the_part_below_is_scrolled(void **state)
{
    (void)state;
    wizard_fixture_catalogue(&f, 200);
    begin();
    wizard_fixture_detail(&f, 2, "dns.loop", "a\nb\nc\nd\ne\nf\ng\nlast line");
    press("\x0e");
    assert_true(shows("} for more"));
    assert_false(shows("last line"));
    press("}}}}}}");
    assert_true(shows("{ back"));
    press("{{{{{{{");
    assert_true(shows("Remedy    Make room there."));
    press("}\x0e"); /* another check begins at the top */
    assert_true(shows("Found     kub-node-012"));
    press("\x0e\x0e\x0e\x0e\x0e\x0e\x0e\x0e\x0e\x0e\x0e\x0e\x0e\x0e}");
    end();
}

static void a_check_is_found_by_its_title_too(void **state)
{
    (void)state;
    wizard_fixture_checks(&f);
    begin();
    press("l/disk sp\r");
    assert_true(shows("> + disk.free"));
    end();
}

static void a_stale_acceptance_is_shown_and_taken_back(void **state)
{
    (void)state;
    wizard_fixture_checks(&f);
    draft_accept(wizard_draft(f.wizard), "swap", "test machines");
    begin();
    assert_true(shows("accepted: test machines"));
    answer(5, GOOD);
    press("g");
    assert_true(row_has(5, "> ! swap"));
    assert_true(shows("accepted, but does not fail any more"));
    press("A");
    assert_null(draft_accepted(wizard_draft(f.wizard), "swap"));
    end();
}

static void accepting_asks_for_the_reason(void **state)
{
    (void)state;
    wizard_fixture_checks(&f);
    begin();
    press("A\r");
    assert_true(row_has(MESSAGE, "Without a reason swap is not accepted"));
    assert_null(draft_accepted(wizard_draft(f.wizard), "swap"));
    press("Afor a test\r");
    assert_string_equal(draft_accepted(wizard_draft(f.wizard), "swap"), "for a test");
    assert_true(row_has(BUTTONS, "[ Next: Options ]"));
    end();
}

static void what_is_copied_reads_like_kwiz_check(void **state)
{
    (void)state;
    wizard_fixture_measuring(&f);
    begin();
    press("y");
    assert_non_null(view.copied);
    assert_non_null(strstr(view.copied, "not measured: kub-master-2: is being measured\nnot measured: kub-master-3: the facts script did not end in 30 s\n"));
    assert_non_null(strstr(view.copied, "fail swap: Swap, on 1 of 4 hosts\n  wanted: none in use\n  why: kubelet failSwapOn\n"));
    assert_non_null(strstr(view.copied, "4 of 6 hosts measured\n"));
    end();
}

static void begin_several(void)
{
    wizard_fixture_checks(&f);
    draft_accept(wizard_draft(f.wizard), "swap", "x");
    wizard_fixture_several(&f);
    begin();
    answer(0, GOOD "has calico none\n");
    answer(1, GOOD "has calico none\n");
    answer(2, GOOD "has calico\n");
}

static void several_on_a_host_are_a_question_of_options(void **state)
{
    (void)state;
    begin_several();
    assert_true(row_has(2, "1 to answer"));
    assert_false(shows("1 fail"));
    assert_true(shows("x os.systemd"));
    assert_true(row_has(BUTTONS, "[ Next: Options ]")); /* it is answered behind this page */
    press("\x01");
    assert_int_equal(view.section, SECTION_OPTIONS);
    assert_true(row_has(BUTTONS, "( Next: Review )"));
    press("\x01");
    assert_true(row_has(MESSAGE, "cni: 2 hosts have several of these: say which is to be used"));
    assert_int_equal(view.section, SECTION_OPTIONS);
    const struct wizard_questions *questions = wizard_questions(f.wizard);
    assert_string_equal(questions->items[1].question->key, "cni");
    assert_int_equal(questions->items[1].found[0], 0);
    assert_int_equal(questions->items[1].found[1], 3);
    assert_int_equal(questions->items[1].found[2], 2);
    wizard_answer(f.wizard, 1, "flannel"); /* the default says nothing */
    assert_true(row_has(BUTTONS, "( Next: Review )"));
    wizard_answer(f.wizard, 1, "calico");
    assert_true(row_has(BUTTONS, "[ Next: Review ]"));
    assert_true(shows("found on 3 hosts"));
    press("\x01");
    assert_int_equal(view.section, SECTION_REVIEW);
    end();
}

/* What an answers file's reader has to write stands there. */
static void kwiz_check_prints_the_answer_to_write(void **state)
{
    (void)state;
    begin_several();
    press("y");
    assert_non_null(strstr(view.copied, "fail os.systemd: systemd, on 2 of 6 hosts\n"));
    assert_non_null(strstr(view.copied, "  which of them: answers: {cni: calico} in the answers, or --set cni=calico\n"));
    assert_non_null(strstr(view.copied, "accepted; 1 to answer; 6 of 6 hosts measured\n"));
    end();
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stands_in_the_way_is_told_as_it_is_now),
        cmocka_unit_test(what_other_answers_want_tried_is_tried_before_review),
        cmocka_unit_test(sum_and_button_never_differ),
        cmocka_unit_test(hosts_are_sorted_and_filtered),
        cmocka_unit_test(the_focus_stays_with_a_host_measured_again),
        cmocka_unit_test(the_remedy_is_that_of_what_was_found),
        cmocka_unit_test(the_part_below_is_scrolled),
        cmocka_unit_test(a_check_is_found_by_its_title_too),
        cmocka_unit_test(a_stale_acceptance_is_shown_and_taken_back),
        cmocka_unit_test(accepting_asks_for_the_reason),
        cmocka_unit_test(what_is_copied_reads_like_kwiz_check),
        cmocka_unit_test(several_on_a_host_are_a_question_of_options),
        cmocka_unit_test(kwiz_check_prints_the_answer_to_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
