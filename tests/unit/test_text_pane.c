#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ui/text_pane.h"

static struct text_pane pane;

static char *drawn(int rows, int cols, const char *pattern)
{
    struct canvas *canvas = canvas_new(rows, cols);
    text_pane_settle(&pane, rows, cols - 2);
    text_pane_draw(&pane, canvas, 0, pattern);
    char *text = canvas_text(canvas);
    canvas_free(&canvas);
    return text;
}

static void is_drawn(int rows, int cols, const char *want)
{
    char *text = drawn(rows, cols, NULL);
    assert_string_equal(text, want);
    free(text);
}

static void lines_are_wrapped_at_words(void **state)
{
    (void)state;
    text_pane_init(&pane, "one two three\n\nabcdefghijkl\nlast");
    is_drawn(7, 10, " one two\n three\n\n abcdefgh\n ijkl\n last\n\n");
    text_pane_set_wrap(&pane, false);
    is_drawn(5, 10, " one two~\n\n abcdefg~\n last\n\n");
    pane.left = 4;
    is_drawn(5, 10, " two thr~\n\n efghijkl\n\n\n");
    text_pane_done(&pane);
}

static void nothing_and_newlines(void **state)
{
    (void)state;
    size_t first, last;
    text_pane_init(&pane, "");
    is_drawn(2, 10, "\n\n");
    text_pane_span(&pane, &first, &last);
    assert_int_equal(first + last, 0);
    assert_false(text_pane_find(&pane, "x", false));
    text_pane_scroll(&pane, 3);
    text_pane_scroll(&pane, -3);
    text_pane_done(&pane);
    text_pane_init(&pane, "\r\n\n");
    assert_int_equal(pane.line_count, 2);
    assert_string_equal(pane.lines[0], "");
    text_pane_done(&pane);
}

static void numbers_begin_where_told(void **state)
{
    (void)state;
    text_pane_init(&pane, "head\na\nb c\nfoot\n");
    text_pane_number(&pane, 1, 2);
    is_drawn(4, 20, " head\n   1  a\n   2  b c\n foot\n");
    is_drawn(5, 9, " head\n   1  a\n   2  b\n      c\n foot\n"); /* what goes on in another row has none */
    text_pane_done(&pane);
}

static void scrolling_stops_at_the_ends(void **state)
{
    (void)state;
    size_t first, last;
    text_pane_init(&pane, "1\n2\n3\n4\n5\n");
    text_pane_settle(&pane, 2, 10);
    text_pane_scroll(&pane, 100);
    text_pane_span(&pane, &first, &last);
    assert_int_equal(first, 4);
    assert_int_equal(last, 5);
    text_pane_scroll(&pane, -1);
    text_pane_span(&pane, &first, &last);
    assert_int_equal(first, 3);
    text_pane_scroll(&pane, -100);
    text_pane_span(&pane, &first, &last);
    assert_int_equal(first, 1);
    text_pane_settle(&pane, 10, 10); /* all of it is in sight: nothing to scroll */
    text_pane_scroll(&pane, 3);
    assert_int_equal(pane.top, 0);
    text_pane_done(&pane);
}

static void the_line_at_the_top_stays_when_the_width_changes(void **state)
{
    (void)state;
    size_t first, last;
    text_pane_init(&pane, "aaaa bbbb cccc dddd\neeee\nffff\ngggg\nhhhh\n");
    text_pane_settle(&pane, 2, 5);
    text_pane_scroll(&pane, 5); /* four rows of the first line */
    text_pane_span(&pane, &first, &last);
    assert_int_equal(first, 3);
    text_pane_settle(&pane, 2, 40);
    text_pane_span(&pane, &first, &last);
    assert_int_equal(first, 3);
    text_pane_done(&pane);
}

static void finding_goes_on_from_the_match(void **state)
{
    (void)state;
    size_t number;
    text_pane_init(&pane, "Apple\npear\napple pie\nplum\nAPPLE\n");
    text_pane_settle(&pane, 2, 20);
    assert_int_equal(text_pane_matches(&pane, "apple", &number), 3);
    assert_int_equal(number, 0);
    assert_true(text_pane_find(&pane, "apple", false));
    assert_int_equal(pane.match, 0); /* the first line in sight counts */
    assert_true(text_pane_find(&pane, "apple", false));
    assert_int_equal(pane.match, 2);
    assert_int_equal(text_pane_matches(&pane, "apple", &number), 3);
    assert_int_equal(number, 2);
    assert_true(pane.top <= 2 && pane.top + 2 > 2);
    assert_true(text_pane_find(&pane, "apple", false));
    assert_false(text_pane_find(&pane, "apple", false));
    assert_int_equal(pane.match, 4);
    assert_true(text_pane_find(&pane, "apple", true));
    assert_true(text_pane_find(&pane, "apple", true));
    assert_false(text_pane_find(&pane, "apple", true));
    assert_int_equal(pane.match, 0);
    assert_int_equal(text_pane_matches(&pane, "APPLE", NULL), 1); /* a capital counts */
    assert_int_equal(text_pane_matches(&pane, "", NULL), 0);
    text_pane_done(&pane);
}

static void hostile_bytes_are_shown(void **state)
{
    (void)state;
    text_pane_init(&pane, "\033[31mred\033[0m \002 \xff end\tx\n");
    assert_string_equal(pane.lines[0], "red <02> <ff> end       x");
    text_pane_done(&pane);
    struct buf line;
    buf_init(&line, 1 << 20);
    for (int i = 0; i < 1000; i++)
        buf_adds(&line, i % 2 ? "\xff" : "\t");
    buf_adds(&line, "e\u0301\u0301\u0301\u200b\u0301");
    text_pane_init(&pane, buf_text(&line));
    char *text = drawn(24, 3, "f"); /* one column wide */
    free(text);
    assert_true(strlen(pane.lines[0]) >= 500 * 8 + 500 * 4 - 4 * 500);
    text_pane_done(&pane);
    buf_done(&line);
}

static void a_huge_text_is_cut_and_says_so(void **state)
{
    (void)state;
    char *text = mem_new(TEXT_PANE_MAX_BYTES + 100, 1);
    memset(text, 'x', TEXT_PANE_MAX_BYTES + 99);
    for (size_t i = 79; i < TEXT_PANE_MAX_BYTES; i += 80)
        text[i] = '\n';
    text_pane_init(&pane, text);
    assert_int_equal(pane.line_count, (TEXT_PANE_MAX_BYTES + 79) / 80 + 1);
    assert_non_null(strstr(pane.lines[pane.line_count - 1], "4 MB"));
    text_pane_done(&pane);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_wrapped_at_words),
        cmocka_unit_test(nothing_and_newlines),
        cmocka_unit_test(numbers_begin_where_told),
        cmocka_unit_test(scrolling_stops_at_the_ends),
        cmocka_unit_test(the_line_at_the_top_stays_when_the_width_changes),
        cmocka_unit_test(finding_goes_on_from_the_match),
        cmocka_unit_test(hostile_bytes_are_shown),
        cmocka_unit_test(a_huge_text_is_cut_and_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
