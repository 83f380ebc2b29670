#include "tests/unit/test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "engine/mask.h"

static void add(struct mask_set *set, const char *text)
{
    struct secret *s = secret_new(text, strlen(text));
    mask_set_add(set, s);
    secret_free(&s);
}

/* The same result however the stream is cut into chunks. */
static void check(const struct mask_set *set, const char *in, const char *want)
{
    size_t len = strlen(in);
    for (size_t chunk = 1; chunk <= len; chunk++) {
        struct mask m;
        struct buf out;
        buf_init(&out, 100000);
        mask_init(&m, set);
        for (size_t i = 0; i < len; i += chunk)
            mask_feed(&m, in + i, len - i < chunk ? len - i : chunk, &out);
        mask_flush(&m, &out);
        assert_string_equal(buf_text(&out), want);
        mask_done(&m);
        buf_done(&out);
    }
}

static void secrets_vanish_across_chunks(void **state)
{
    (void)state;
    struct mask_set *set = mask_set_new();
    add(set, "hunter22");
    check(set, "a hunter22 b hunter2 hhunter22", "a ******** b hunter2 h********");
    mask_set_free(&set);
}

static void a_stream_waits_for_a_secret_on_its_way(void **state)
{
    (void)state;
    struct mask_set *set = mask_set_new();
    struct mask m;
    struct buf out;
    buf_init(&out, MASK_WAIT_MAX * 2);
    mask_init(&m, set);
    mask_feed(&m, "before\n", 7, &out);
    mask_wait(&m);
    mask_feed(&m, "it is hunt", 10, &out);
    mask_feed(&m, "er22\n", 5, &out);
    assert_string_equal(buf_text(&out), "before\n");
    add(set, "hunter22");
    mask_go_on(&m, true, &out);
    mask_feed(&m, "again hunter22\n", 15, &out);
    mask_flush(&m, &out);
    assert_string_equal(buf_text(&out), "before\nit is ********\nagain ********\n");
    /* one that does not come: nothing is shown of what may be it */
    buf_clear(&out);
    mask_wait(&m);
    mask_feed(&m, "a b\nc", 5, &out);
    mask_go_on(&m, false, &out);
    mask_feed(&m, "after\n", 6, &out);
    mask_flush(&m, &out);
    assert_string_equal(buf_text(&out), "***\n*after\n");
    /* nor of what is too much to be held, and no byte is lost */
    buf_clear(&out);
    mask_wait(&m);
    char *much = mem_new(1, MASK_WAIT_MAX + 1);
    memset(much, 'x', MASK_WAIT_MAX + 1);
    mask_feed(&m, much, MASK_WAIT_MAX + 1, &out);
    assert_int_equal(out.len, MASK_WAIT_MAX + 1);
    assert_null(memchr(out.data, 'x', out.len));
    free(much);
    mask_done(&m);
    buf_done(&out);
    mask_set_free(&set);
}

static void overlapping_secrets_do_not_hide_each_other(void **state)
{
    (void)state;
    struct mask_set *set = mask_set_new();
    add(set, "abcd");
    add(set, "cdef");
    add(set, "abcdefgh");
    check(set, "xabcdefx", "x******x");
    check(set, "abcdefgh", "********");
    check(set, "abcdefgi", "******gi");
    check(set, "abababcd", "abab****");
    mask_set_free(&set);
}

static void each_line_of_a_secret_counts(void **state)
{
    (void)state;
    struct mask_set *set = mask_set_new();
    add(set, "line-one\nline-two\n\nx\n");
    check(set, "> line-two <\n> x <", "> ******** <\n> x <");
    mask_set_free(&set);
}

static void nothing_is_held_for_ever(void **state)
{
    (void)state;
    struct mask_set *set = mask_set_new();
    add(set, "secretsecret");
    struct mask m;
    struct buf out;
    buf_init(&out, 1000);
    mask_init(&m, set);
    mask_feed(&m, "the end: sec", 12, &out);
    assert_string_equal(buf_text(&out), "the end: ");
    mask_flush(&m, &out);
    assert_string_equal(buf_text(&out), "the end: sec");
    mask_done(&m);
    buf_done(&out);
    mask_set_free(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secrets_vanish_across_chunks),
        cmocka_unit_test(a_stream_waits_for_a_secret_on_its_way),
        cmocka_unit_test(overlapping_secrets_do_not_hide_each_other),
        cmocka_unit_test(each_line_of_a_secret_counts),
        cmocka_unit_test(nothing_is_held_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
