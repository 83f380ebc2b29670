/* What is done with a log besides reading it: only some of its lines, a copy in a file, in the clipboard. */
#include "tests/unit/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "ui/log_filter.h"
#include "ui/log_pane.h"
#include "ui/log_save.h"
#include "ui/osc52.h"

static char folder[64], path[96], copy_path[96];
static struct log_filter filter;
static struct log_reader *reader;
static struct err err;

static int set_up(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/kwiz-log-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/log", folder);
    snprintf(copy_path, sizeof copy_path, "%s/copy", folder);
    reader = log_reader_new(path);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    log_filter_done(&filter);
    log_reader_free(&reader);
    unlink(path);
    unlink(copy_path);
    return rmdir(folder);
}

static void put(const char *text, int how)
{
    int fd = open(path, O_WRONLY | O_CREAT | how, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    assert_true(log_reader_refresh(reader, NULL, NULL));
}

static void filter_all(void)
{
    for (int i = 0; log_filter_work(&filter, reader, 16); i++)
        assert_true(i < 100000);
}

static void is_pane(struct log_pane *pane, const char *want)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    log_pane_settle(pane);
    log_pane_text(pane, &text);
    assert_string_equal(buf_text(&text), want);
    buf_done(&text);
}

static void only_matching_lines_are_shown(void **state)
{
    (void)state;
    put("apple 1\npear 1\nApple 2\n\033[31mpe\033[0mar 2\nplum\nlast apple", O_TRUNC);
    struct log_pane pane = {.reader = reader, .filter = &filter, .follows = true, .rows = 10, .cols = 40, .match = UINT64_MAX};
    is_pane(&pane, "apple 1\npear 1\nApple 2\npear 2\nplum\nlast apple\n");
    log_filter_set(&filter, "apple");
    is_pane(&pane, ""); /* nothing was looked at so far */
    filter_all();
    is_pane(&pane, "apple 1\nApple 2\nlast apple\n");
    pane.rows = 2;
    is_pane(&pane, "Apple 2\nlast apple\n");
    log_pane_scroll(&pane, -5);
    is_pane(&pane, "apple 1\nApple 2\n");
    log_pane_scroll(&pane, 1);
    is_pane(&pane, "Apple 2\nlast apple\n");
    log_pane_first(&pane);
    is_pane(&pane, "apple 1\nApple 2\n");
    log_filter_set(&filter, "pear 2"); /* in what is shown, not in the bytes */
    filter_all();
    is_pane(&pane, "pear 2\n");
    log_filter_set(&filter, "APPLE");
    filter_all();
    is_pane(&pane, "");
    log_pane_scroll(&pane, -1);
    log_pane_scroll(&pane, 1);
    log_pane_last(&pane);
    is_pane(&pane, "");
    log_filter_set(&filter, "");
    is_pane(&pane, "plum\nlast apple\n");
}

static void a_growing_log_is_filtered_on(void **state)
{
    (void)state;
    put("no\nyes 1\nye", O_TRUNC);
    log_filter_set(&filter, "yes");
    filter_all();
    assert_int_equal(filter.count, 1);
    put("s 2", O_APPEND); /* the unfinished line becomes one that matches */
    filter_all();
    assert_int_equal(filter.count, 2);
    put(" goes on\nyes 3\n", O_APPEND); /* and is not counted twice */
    filter_all();
    assert_int_equal(filter.count, 3);
    assert_false(log_filter_work(&filter, reader, 100));
    put("yes\n", O_TRUNC); /* begun anew */
    filter_all();
    assert_int_equal(filter.count, 1);
    assert_int_equal(log_filter_first(&filter, reader), 0);
    assert_int_equal(log_filter_next(&filter, reader, 0), 4);
}

static void logs_are_saved_whole(void **state)
{
    (void)state;
    struct log_save save = {0};
    struct buf text;
    struct stat st;
    char big[200001];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    put(big, O_TRUNC);
    assert_true(log_save_start(&save, path, copy_path, &err));
    put("what comes later is not in it", O_APPEND);
    int slices = 0;
    while (save.is_on && slices++ < 100)
        assert_true(log_save_work(&save, 1000, &err));
    assert_true(slices > 1);
    assert_int_equal(save.done, sizeof big - 1);
    assert_string_equal(save.path, copy_path);
    log_save_done(&save);
    assert_true(file_read(copy_path, 1 << 20, &text, &err));
    assert_int_equal(text.len, sizeof big - 1);
    assert_memory_equal(text.data, big, text.len);
    buf_done(&text);
    assert_int_equal(stat(copy_path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void saving_overwrites_nothing(void **state)
{
    (void)state;
    struct log_save save = {0};
    struct buf text;
    put("log", O_TRUNC);
    assert_true(file_write(copy_path, "mine", 4, 0600, &err));
    assert_false(log_save_start(&save, path, copy_path, &err));
    assert_non_null(strstr(err.text, "is there already"));
    assert_true(file_read(copy_path, 1 << 20, &text, &err));
    assert_string_equal(buf_text(&text), "mine");
    buf_done(&text);
    unlink(copy_path);
    assert_int_equal(symlink(path, copy_path), 0);
    assert_false(log_save_start(&save, path, copy_path, &err)); /* not through a link either */
    unlink(copy_path);
    assert_false(log_save_start(&save, path, "/nonexistent/folder/file", &err));
    assert_false(log_save_start(&save, "/nonexistent", copy_path, &err));
    assert_int_not_equal(access(copy_path, F_OK), 0);
    assert_true(log_save_start(&save, path, copy_path, &err)); /* given up: nothing stays */
    log_save_done(&save);
    assert_int_not_equal(access(copy_path, F_OK), 0);
    assert_true(log_save_start(&save, path, "/dev/full", &err) == false); /* it exists */
}

static void is_encoded(const char *text, size_t len, const char *want)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    assert_true(osc52_add(text, len, &out));
    assert_string_equal(buf_text(&out), want);
    buf_done(&out);
}

static void the_clipboard_gets_base64(void **state)
{
    (void)state;
    is_encoded("", 0, "\033]52;c;\a");
    is_encoded("f", 1, "\033]52;c;Zg==\a");
    is_encoded("fo", 2, "\033]52;c;Zm8=\a");
    is_encoded("foo", 3, "\033]52;c;Zm9v\a");
    is_encoded("foobar\n", 7, "\033]52;c;Zm9vYmFyCg==\a");
    is_encoded("\xff\xfe\xfd", 3, "\033]52;c;//79\a");
    struct buf out;
    buf_init(&out, 1 << 20);
    char *big = mem_new(OSC52_MAX_BYTES + 1, 1);
    assert_true(osc52_add(big, OSC52_MAX_BYTES, &out));
    buf_clear(&out);
    assert_false(osc52_add(big, OSC52_MAX_BYTES + 1, &out));
    assert_int_equal(out.len, 0);
    free(big);
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_matching_lines_are_shown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_growing_log_is_filtered_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(logs_are_saved_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(saving_overwrites_nothing, set_up, tear_down),
        cmocka_unit_test(the_clipboard_gets_base64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
