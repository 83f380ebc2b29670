#include "tests/unit/test.h"

#include <locale.h>
#include <stdlib.h>

#include "base/buf.h"
#include "ui/canvas.h"
#include "model/fold.h"
#include "ui/look.h"

static void is_text(const struct canvas *canvas, const char *want)
{
    char *got = canvas_text(canvas);
    assert_string_equal(got, want);
    free(got);
}

static void text_is_clipped(void **state)
{
    (void)state;
    struct canvas *c = canvas_new(2, 6);
    assert_int_equal(canvas_put(c, 0, 3, ROLE_TEXT, "abcdef"), 6);
    canvas_put(c, -1, 0, ROLE_TEXT, "above");
    canvas_put(c, 2, 0, ROLE_TEXT, "below");
    canvas_put(c, 1, -2, ROLE_OK, "abcd");
    is_text(c, "   abc\ncd\n");
    char *roles = canvas_roles(c);
    assert_string_equal(roles, "\noo\n");
    free(roles);
    canvas_put_in(c, 1, 0, 4, ROLE_TEXT, "abcdef");
    canvas_put_in(c, 0, 0, 6, ROLE_TEXT, "abcdef");
    is_text(c, "abcdef\nabc~\n");
    canvas_free(&c);
    c = canvas_new(-5, 100000);
    assert_int_equal(c->rows, 1);
    assert_int_equal(c->cols, CANVAS_COLS_MAX);
    canvas_free(&c);
    canvas_free(&c);
}

static void wide_characters_are_whole(void **state)
{
    (void)state;
    struct canvas *c = canvas_new(1, 5);
    assert_int_equal(text_width("\u5bbd\u5b57"), 4);
    assert_int_equal(canvas_put(c, 0, 0, ROLE_TEXT, "\u5bbd\u5b57\u7b26"),
                     4); /* half of the third would be outside */
    is_text(c, "\u5bbd\u5b57\n");
    canvas_put(c, 0, 1, ROLE_TEXT, "x"); /* tears the first in two */
    is_text(c, " x\u5b57\n");
    canvas_put(c, 0, 2, ROLE_TEXT, "y");
    is_text(c, " xy\n");
    canvas_put(c, 0, 0, ROLE_TEXT, "\u5bbd\u5b57");
    canvas_put(c, 0, 1, ROLE_TEXT, "\u5b57"); /* tears two */
    is_text(c, " \u5b57\n");
    canvas_put_in(c, 0, 0, 4, ROLE_TEXT, "\u5bbd\u5b57\u7b26");
    is_text(c, "\u5bbd~\n");
    canvas_free(&c);
}

static void marks_combine(void **state)
{
    (void)state;
    struct canvas *c = canvas_new(1, 4);
    assert_int_equal(text_width("e\u0301"), 1);
    assert_int_equal(canvas_put(c, 0, 0, ROLE_TEXT, "e\u0301a\u0308\u5b57\u0301"), 4);
    is_text(c, "e\u0301a\u0308\u5b57\u0301\n");
    canvas_clear(c);
    canvas_put(c, 0, 0, ROLE_TEXT,
               "\u0301x\u0301\u0302\u0303\u0304\u0305"); /* one without a letter; more than a cell holds */
    is_text(c, "x\u0301\u0302\u0303\n");
    canvas_clear(c);
    canvas_put(c, 0, 0, ROLE_TEXT,
               "a\x1b\xff"
               "b");
    is_text(c, "a??b\n");
    canvas_free(&c);
}

struct seen {
    int calls, cells;
};

static void count(void *context, int row, int col, int cells)
{
    struct seen *seen = context;
    (void)row;
    (void)col;
    seen->calls++;
    seen->cells += cells;
}

static void only_changes_are_told(void **state)
{
    (void)state;
    struct canvas *a = canvas_new(3, 10), *b = canvas_new(3, 10);
    struct seen seen = {0};
    canvas_compare(a, b, count, &seen);
    assert_int_equal(seen.calls, 0);
    canvas_put(b, 1, 2, ROLE_TEXT, "abc");
    canvas_put(b, 1, 9, ROLE_TEXT, "z");
    canvas_compare(a, b, count, &seen);
    assert_int_equal(seen.calls, 2);
    assert_int_equal(seen.cells, 4);
    canvas_put(a, 1, 2, ROLE_OK, "abc"); /* the same text in another role is a change */
    canvas_put(a, 1, 9, ROLE_TEXT, "z");
    seen = (struct seen){0};
    canvas_compare(a, b, count, &seen);
    assert_int_equal(seen.cells, 3);
    seen = (struct seen){0};
    canvas_compare(NULL, b, count, &seen);
    assert_int_equal(seen.cells, 30);
    canvas_free(&a);
    canvas_free(&b);
}

static void paragraphs_wrap(void **state)
{
    (void)state;
    struct canvas *c = canvas_new(4, 12);
    assert_int_equal(canvas_wrap(c, 0, 0, 8, 4, ROLE_TEXT, "one two three verylongword"), 4);
    is_text(c, "one two\nthree\nverylong\nword\n");
    canvas_clear(c);
    assert_int_equal(canvas_wrap(c, 0, 0, 8, 2, ROLE_TEXT, "one two three four five"), 2);
    is_text(c, "one two\nthree f~\n\n\n");
    assert_int_equal(canvas_wrap(c, 0, 0, 8, 2, ROLE_TEXT, ""), 0);
    canvas_free(&c);
}

static void rules_hold_two_texts(void **state)
{
    (void)state;
    struct canvas *c = canvas_new(1, 30);
    canvas_rule(c, 0, "-", "left", "right");
    is_text(c, "-- left ------------- right --\n");
    canvas_rule(c, 0, "-", "a left text that is too long for it", "right");
    char *text = canvas_text(c);
    assert_int_equal(text_width(text) - 1, 30); /* its newline counts as one */
    assert_non_null(strstr(text, "~"));
    assert_non_null(strstr(text, " right --"));
    free(text);
    canvas_rule(c, 0, "-", "the heading", "a remark that would leave it nothing");
    is_text(c, "-- the ~ -- a remark that ~ --\n");
    canvas_free(&c);
}

static void names_fold(void **state)
{
    (void)state;
    static const struct {
        const char *names[6], *want;
    } cases[] = {
        {{"kub-master-2", "kub-node-1", "kub-node-2"}, "kub-master-2, kub-node-[1-2]"},
        {{"kub-node-041", "kub-node-043"}, "kub-node-[041,043]"},
        {{"n-099", "n-100", "n-101"}, "n-[099-101]"},
        {{"n-9", "n-10", "n-010"}, "n-[9-10], n-010"},
        {{"a", "b", "a"}, "a, b, a"},
        {{"rack1-host3", "rack1-host4", "rack2-host3"}, "rack1-host[3-4], rack2-host3"},
        {{"db3.example.org", "db1.example.org", "db2.example.org"}, "db[1-3].example.org"},
        {{"n12345678901", "n12345678902"}, "n12345678901, n12345678902"},
        {{"only-7"}, "only-7"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out;
        size_t n = 0;
        while (n < 6 && cases[i].names[n])
            n++;
        buf_init(&out, 1000);
        fold_names(cases[i].names, n, &out);
        assert_string_equal(buf_text(&out), cases[i].want);
        buf_done(&out);
    }
}

static void times_are_short(void **state)
{
    (void)state;
    char out[LOOK_TIME_MAX];
    assert_string_equal(look_duration(0, out), "0:00");
    assert_string_equal(look_duration(61999, out), "1:01");
    assert_string_equal(look_duration(3600000, out), "1:00:00");
    assert_string_equal(look_duration(UINT64_MAX, out), "5124095576030:25:51");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_clipped), cmocka_unit_test(wide_characters_are_whole),
        cmocka_unit_test(marks_combine),   cmocka_unit_test(only_changes_are_told),
        cmocka_unit_test(paragraphs_wrap), cmocka_unit_test(rules_hold_two_texts),
        cmocka_unit_test(names_fold),      cmocka_unit_test(times_are_short),
    };
    if (!setlocale(LC_CTYPE, "C.UTF-8") && !setlocale(LC_CTYPE, "C.utf8"))
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
