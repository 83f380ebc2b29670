#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/strv.h"
#include "base/utf8.h"

static void buf_keeps_to_its_cap(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 10);
    assert_true(buf_adds(&b, "01234"));
    assert_false(buf_adds(&b, "567890"));
    assert_string_equal(buf_text(&b), "01234");
    assert_true(buf_adds(&b, "56789"));
    buf_eat(&b, 3);
    assert_string_equal(buf_text(&b), "3456789");
    assert_true(buf_adds(&b, "abc"));
    char *text = buf_take(&b);
    assert_string_equal(text, "3456789abc");
    free(text);
    assert_int_equal(b.len, 0);
    buf_done(&b);
}

static void buf_survives_much_eating(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1000);
    for (int i = 0; i < 10000; i++) {
        assert_true(buf_addf(&b, "%04d", i % 10000));
        if (b.len >= 400) {
            char want[5];
            snprintf(want, sizeof want, "%04d", (i - 99) % 10000);
            assert_memory_equal(b.data, want, 4);
            buf_eat(&b, 4);
        }
    }
    buf_done(&b);
}

static void mem_grow_grows_one_by_one(void **state)
{
    (void)state;
    int *v = NULL;
    for (int i = 0; i < 5000; i++) {
        v = mem_grow(v, (size_t)i + 1, sizeof *v);
        v[i] = i;
    }
    for (int i = 0; i < 5000; i++)
        assert_int_equal(v[i], i);
    free(v);
}

static void err_names_the_place(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    char out[200];
    assert_false(err_set(&e, ERR_INVALID, "wanted %d", 3));
    err_format(&e, out, sizeof out);
    assert_string_equal(out, "wanted 3");
    err_prefix(&e, "host %s", "a");
    err_place(&e, "x.yaml", 3, 7);
    err_format(&e, out, sizeof out);
    assert_string_equal(out, "x.yaml:3:7: host a: wanted 3");
}

static void err_list_counts_beyond_its_cap(void **state)
{
    (void)state;
    struct err_list list = {0};
    for (int i = 0; i < ERR_LIST_MAX + 5; i++)
        err_list_addf(&list, "f", 1, 1, "e%d", i);
    assert_int_equal(list.count, ERR_LIST_MAX);
    assert_int_equal(list.dropped, 5);
    err_list_done(&list);
}

static void nearest_finds_what_was_meant(void **state)
{
    (void)state;
    static const char *const names[] = {"kubernetes_version", "pod_cidr", "cni", "endpoint"};
    assert_string_equal(str_nearest("pod_cird", names, 4), "pod_cidr");
    assert_string_equal(str_nearest("kuberntes_version", names, 4), "kubernetes_version");
    assert_null(str_nearest("zzz", names, 4));
    assert_null(str_nearest("", names, 4));
}

static void check_printable(const char *in, size_t len, const char *want)
{
    struct buf b;
    buf_init(&b, 1000);
    utf8_printable(in, len, &b);
    assert_string_equal(buf_text(&b), want);
    buf_done(&b);
}

/* Runs of plain bytes are looked at eight at a time: each other byte must be found wherever it stands among them. */
static void printable_finds_every_byte_anywhere(void **state)
{
    (void)state;
    for (size_t at = 0; at < 20; at++)
        for (int byte = 0; byte < 256; byte++) {
            char text[20];
            memset(text, 'a', sizeof text);
            text[at] = (char)byte;
            struct buf b;
            buf_init(&b, 200);
            utf8_printable(text, sizeof text, &b);
            bool is_same = b.len == sizeof text && memcmp(b.data, text, sizeof text) == 0;
            assert_int_equal(is_same, byte >= 0x20 && byte < 0x7f);
            buf_done(&b);
        }
}

static void printable_tames_hostile_bytes(void **state)
{
    (void)state;
#define CHECK(in, want) check_printable(in, sizeof in - 1, want)
    CHECK("plain", "plain");
    CHECK("a\033[31mred\033[0m", "ared");
    CHECK("\033]0;title\aafter", "after");
    CHECK("\033]0;never ended", "");
    CHECK("\033P1;2q\033\\x", "x");
    CHECK("\033(Bx\033cy", "xy");
    CHECK("\xff\xfe", "<ff><fe>");
    CHECK("\xc3", "<c3>");
    CHECK("\xed\xa0\x80", "<ed><a0><80>");
    CHECK("a\0b", "a<00>b");
    CHECK("\xe2\x80\xae"
          "evil",
          "<202e>evil");
    CHECK("a\tb", "a       b");
    CHECK("gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f");
    CHECK("\xc2\x9b"
          "31m",
          "<9b>31m");
    CHECK("\033", "");
#undef CHECK
}

static void file_is_written_whole_or_not_at_all(void **state)
{
    (void)state;
    char dir[] = "/tmp/kwiz-test-XXXXXX";
    assert_non_null(mkdtemp(dir));
    char *path = mem_printf("%s/a/b/file", dir), *folder = mem_printf("%s/a/b", dir);
    struct err e = ERR_INIT;
    assert_false(file_write(path, "x", 1, 0600, &e));
    assert_int_equal(e.code, ERR_LOCAL);
    assert_true(file_mkdirs(folder, 0700, &e));
    assert_true(file_write(path, "hello", 5, 0600, &e));
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    struct buf b;
    assert_true(file_read(path, 5, &b, &e));
    assert_string_equal(buf_text(&b), "hello");
    buf_done(&b);
    assert_false(file_read(path, 4, &b, &e));
    assert_string_equal(e.file, path);
    buf_done(&b);
    assert_false(file_read(folder, 100, &b, &e));
    buf_done(&b);
    unlink(path);
    rmdir(folder);
    char *a = mem_printf("%s/a", dir);
    rmdir(a);
    assert_int_equal(rmdir(dir), 0); /* nothing else was left in it */
    free(a);
    free(path);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buf_keeps_to_its_cap),
        cmocka_unit_test(buf_survives_much_eating),
        cmocka_unit_test(mem_grow_grows_one_by_one),
        cmocka_unit_test(err_names_the_place),
        cmocka_unit_test(err_list_counts_beyond_its_cap),
        cmocka_unit_test(nearest_finds_what_was_meant),
        cmocka_unit_test(printable_tames_hostile_bytes),
        cmocka_unit_test(printable_finds_every_byte_anywhere),
        cmocka_unit_test(file_is_written_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
