#include "tests/unit/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "ui/log_reader.h"

static char folder[64], path[96];

static int set_up(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/kwiz-log-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/log", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void put(const char *bytes, size_t len, bool anew)
{
    int fd = open(path, O_WRONLY | O_CREAT | (anew ? O_TRUNC : O_APPEND), 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), (ssize_t)len);
    close(fd);
}

static struct log_reader *opened(void)
{
    struct log_reader *r = log_reader_new(path);
    assert_true(log_reader_refresh(r, NULL, NULL));
    return r;
}

static void is_line(struct log_reader *r, uint64_t offset, const char *want, size_t redrawn)
{
    struct buf text;
    buf_init(&text, 0);
    assert_int_equal(log_reader_text(r, offset, &text), redrawn);
    assert_string_equal(buf_text(&text), want);
    buf_done(&text);
}

static void lines_forth_and_back(void **state)
{
    (void)state;
    struct log_reader *r = opened(); /* not there yet */
    assert_int_equal(log_reader_size(r), 0);
    assert_int_equal(log_reader_next(r, 0), 0);
    assert_int_equal(log_reader_lines(r), 0);
    put("one\n\nthree\r\nunfinished", 22, true);
    assert_true(log_reader_refresh(r, NULL, NULL));
    assert_int_equal(log_reader_next(r, 0), 4);
    assert_int_equal(log_reader_next(r, 4), 5);
    assert_int_equal(log_reader_next(r, 5), 12);
    assert_int_equal(log_reader_next(r, 12), 22);
    assert_int_equal(log_reader_next(r, 22), 22);
    assert_int_equal(log_reader_previous(r, 22), 12);
    assert_int_equal(log_reader_previous(r, 5), 4);
    assert_int_equal(log_reader_previous(r, 0), 0);
    assert_int_equal(log_reader_line_of(r, 7), 5);
    is_line(r, 4, "", 0);
    is_line(r, 5, "three", 0);
    is_line(r, 12, "unfinished", 0);
    assert_true(log_reader_count(r, 1000));
    assert_int_equal(log_reader_lines(r), 4);
    put(" no more\nlast\n", 14, false);
    assert_true(log_reader_refresh(r, NULL, NULL));
    is_line(r, 12, "unfinished no more", 0);
    assert_true(log_reader_count(r, 1000));
    assert_int_equal(log_reader_lines(r), 5);
    assert_int_equal(log_reader_number(r, 12), 4);
    bool restarted;
    put("new\n", 4, true);
    assert_true(log_reader_refresh(r, &restarted, NULL));
    assert_true(restarted);
    is_line(r, 0, "new", 0);
    log_reader_free(&r);
    log_reader_free(&r);
}

static void hostile_bytes_are_tamed(void **state)
{
    (void)state;
    static const char bytes[] = "1%\r50%\r100%\n\033[2J\033]0;t\007x\002\xff\n\0z\n";
    put(bytes, sizeof bytes - 1, true);
    struct log_reader *r = opened();
    is_line(r, 0, "100%", 2);
    is_line(r, 12, "x<02><ff>", 0);
    is_line(r, 26, "<00>z", 0);
    log_reader_free(&r);
}

static void long_lines_are_cut(void **state)
{
    (void)state;
    size_t len = 1 << 20;
    char *bytes = mem_new(1, len);
    memset(bytes, 'a', len);
    bytes[100] = '\n';
    bytes[len - 50] = '\n';
    put(bytes, len, true);
    struct log_reader *r = opened();
    uint64_t offsets[64];
    size_t count = 0;
    for (uint64_t at = 0; at < log_reader_size(r); at = log_reader_next(r, at)) {
        assert_true(count < 64);
        offsets[count++] = at;
    }
    assert_in_range(count, 15, 20);
    for (size_t i = count, at = len; i-- > 0; at = offsets[i]) {
        assert_int_equal(log_reader_previous(r, at), offsets[i]);
        assert_true(at - offsets[i] <= 2 * LOG_BLOCK_BYTES);
    }
    log_reader_free(&r);
    free(bytes);
}

/* Lines of random length, cut or not: forth and back must name the same lines, and numbers must be those of
 * counting. */
static void both_ways_agree(void **state)
{
    (void)state;
    unsigned seed = 7;
    size_t len = 3 << 20;
    char *bytes = mem_new(1, len);
    memset(bytes, 'b', len);
    for (size_t i = 0; i < len; i += (seed >> 8) % ((seed >> 4) % 10 ? 300 : 200000)) {
        bytes[i] = '\n';
        seed = seed * 1103515245 + 12345;
        i++;
    }
    put(bytes, len, true);
    struct log_reader *r = opened();
    while (!log_reader_count(r, 100000)) {
    }
    uint64_t number = 1, at = 0, last = 0;
    while (at < len) {
        uint64_t next = log_reader_next(r, at);
        assert_true(next > at);
        assert_int_equal(log_reader_previous(r, next), at);
        assert_int_equal(log_reader_line_of(r, at + (next - at) / 2), at);
        if (number % 97 == 0)
            assert_int_equal(log_reader_number(r, at), number);
        last = number++;
        at = next;
    }
    assert_int_equal(log_reader_lines(r), last);
    log_reader_free(&r);
    free(bytes);
}

static enum log_found find(struct log_reader *r, const char *pattern, bool backward, uint64_t *at,
                           uint64_t budget)
{
    enum log_found found;
    int rounds = 0;
    do {
        found = log_reader_find(r, pattern, backward, at, budget);
        assert_true(++rounds < 10000);
    } while (found == LOG_MORE);
    return found;
}

static void texts_are_found(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 8 << 20);
    for (int i = 0; i < 60000; i++)
        buf_addf(&out, "%s line number %d\n", i % 10000 == 5000 ? "Needle" : "hay", i);
    put(buf_text(&out), out.len, true);
    struct log_reader *r = opened();
    uint64_t at = 0;
    for (int i = 0; i < 6; i++) {
        assert_int_equal(find(r, "needle", false, &at, 1), LOG_FOUND);
        char want[64];
        snprintf(want, sizeof want, "Needle line number %d", i * 10000 + 5000);
        is_line(r, at, want, 0);
    }
    assert_int_equal(find(r, "needle", false, &at, 1 << 20), LOG_NOT_FOUND);
    at = log_reader_size(r);
    for (int i = 5; i >= 0; i--)
        assert_int_equal(find(r, "Needle", true, &at, 70000), LOG_FOUND);
    assert_int_equal(find(r, "Needle", true, &at, 1 << 20), LOG_NOT_FOUND);
    at = 0;
    assert_int_equal(find(r, "NEEDLE", false, &at, 1 << 20), LOG_NOT_FOUND);
    at = 0;
    assert_int_equal(find(r, "number 59999", false, &at, 1 << 20), LOG_FOUND);
    assert_int_equal(find(r, "", false, &at, 1), LOG_NOT_FOUND);
    log_reader_free(&r);
    buf_done(&out);
}

/* 10 GB, nearly all of it a hole: the end is there at once, and nothing is read that isn't asked for. */
static void a_huge_log_works(void **state)
{
    (void)state;
    put("begin\n", 6, true);
    if (truncate(path, (off_t)10 << 30) < 0)
        skip();
    put("\nbefore the end\nthe end\n", 24, false);
    struct log_reader *r = opened();
    uint64_t size = log_reader_size(r), end = log_reader_previous(r, size);
    is_line(r, end, "the end", 0);
    is_line(r, log_reader_previous(r, end), "before the end", 0);
    uint64_t middle = log_reader_line_of(r, (uint64_t)5 << 30);
    assert_true(log_reader_next(r, middle) - middle <= 2 * LOG_BLOCK_BYTES);
    assert_false(log_reader_count(r, 1 << 20));
    uint64_t at = size;
    assert_int_equal(find(r, "before", true, &at, 1 << 20), LOG_FOUND);
    log_reader_free(&r);
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct log_reader *r = log_reader_new(folder);
    assert_false(log_reader_refresh(r, NULL, &err));
    assert_int_equal(err.code, ERR_LOCAL);
    assert_int_equal(log_reader_size(r), 0);
    log_reader_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_forth_and_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hostile_bytes_are_tamed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_lines_are_cut, set_up, tear_down),
        cmocka_unit_test_setup_teardown(both_ways_agree, set_up, tear_down),
        cmocka_unit_test_setup_teardown(texts_are_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_huge_log_works, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_file_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
