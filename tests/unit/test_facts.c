/* Facts: their form, and the recorded ones. */
#include "tests/unit/test.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "model/facts.h"

static char *folder(void)
{
    const char *srcdir = getenv("srcdir");
    return mem_printf("%s/tests/facts", srcdir ? srcdir : ".");
}

static bool parse(const char *text, struct facts *facts)
{
    struct err err = ERR_INIT;
    return facts_parse(text, strlen(text), facts, &err);
}

static void assert_same(const struct facts *a, const struct facts *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        assert_string_equal(a->items[i].key, b->items[i].key);
        assert_string_equal(a->items[i].value, b->items[i].value);
    }
}

/* What is written is read again as the same. */
static void assert_kept(const struct facts *facts)
{
    struct buf text;
    struct facts again;
    struct err err = ERR_INIT;
    facts_write(facts, &text);
    if (!facts_parse(text.data, text.len, &again, &err))
        fail_msg("%s", err.text);
    assert_same(facts, &again);
    facts_done(&again);
    buf_done(&text);
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    struct facts facts;
    assert_true(parse("banner\nfacts 1\na 1\nnone\nb two words\na 2\nend 1\n", &facts));
    struct buf text;
    facts_write(&facts, &text);
    assert_string_equal(buf_text(&text), "facts 1\na 1\nnone \nb two words\na 2\nend 1\n");
    buf_done(&text);
    assert_kept(&facts);
    facts_done(&facts);
}

static void a_fact_is_set(void **state)
{
    (void)state;
    struct facts facts;
    assert_true(parse("facts 1\nclock.here 1\na 1\nclock.here 2\nend 1\n", &facts));
    facts_set(&facts, "clock.here", "3.500");
    assert_int_equal(facts.count, 2);
    assert_string_equal(facts_get(&facts, "clock.here"), "3.500");
    assert_string_equal(facts_get(&facts, "a"), "1");
    facts_set(&facts, "b", "4");
    assert_int_equal(facts.count, 3);
    assert_kept(&facts);
    facts_done(&facts);
    facts = (struct facts){0};
    facts_set(&facts, "only", "1");
    assert_string_equal(facts_get(&facts, "only"), "1");
    facts_done(&facts);
}

static void hostile_values_stay_within_bounds(void **state)
{
    (void)state;
    struct buf text;
    struct facts facts;
    struct err err = ERR_INIT;
    buf_init(&text, FACTS_BYTES_MAX * 2);
    buf_adds(&text, "facts 1\nname ");
    for (int i = 0; i < 900; i++)
        buf_adds(&text, "\001");
    buf_adds(&text, "\nred \033[31mred\033[0m\033]0;title\a\nwide \xe2\x80\xae\xff\nend 1\n");
    assert_true(facts_parse(text.data, text.len, &facts, &err));
    assert_true(strlen(facts_get(&facts, "name")) <= FACT_VALUE_MAX);
    assert_string_equal(facts_get(&facts, "red"), "red");
    assert_string_equal(facts_get(&facts, "wide"), "<202e><ff>");
    assert_kept(&facts);
    facts_done(&facts);
    /* each line is fine, but all of them would be more than can be read again */
    buf_clear(&text);
    buf_adds(&text, "facts 1\n");
    for (int i = 0; i < 300; i++) {
        buf_adds(&text, "k ");
        for (int j = 0; j < 800; j++)
            buf_adds(&text, "\001");
        buf_adds(&text, "\n");
    }
    buf_adds(&text, "end 1\n");
    assert_true(text.len < FACTS_BYTES_MAX);
    assert_false(facts_parse(text.data, text.len, &facts, &err));
    assert_int_equal(facts.count, 0);
    buf_done(&text);
}

static void lines_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "facts 1\nfacts 1\nend 1\n", "facts 1\nend 2\nend 1\n", "facts 1\nend \033[0m1\nend 1\n", "facts 1\n\nend 1\n",
        "facts 1\n key\nend 1\n",    "facts 1\nk\xc3\xa9y 1\nend 1\n", "facts 1\nkey;x 1\nend 1\n", "facts 2\nkey 1\nend 1\n",
    };
    struct facts facts;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (parse(bad[i], &facts))
            fail_msg("taken: %s", bad[i]);
    struct buf text;
    buf_init(&text, FACTS_BYTES_MAX);
    buf_adds(&text, "facts 1\n");
    for (int i = 0; i <= FACTS_MAX; i++)
        buf_adds(&text, "listen 1\n");
    buf_adds(&text, "end 1\n");
    assert_false(parse(buf_text(&text), &facts));
    buf_done(&text);
}

/* Cut after any line, and within it. */
static void assert_refused_when_cut(const struct buf *text)
{
    struct facts facts;
    struct err err = ERR_INIT;
    for (size_t len = 0; len < text->len; len++)
        if (len + 2 > text->len || text->data[len] == '\n' || len % 7 == 0)
            if (facts_parse(text->data, len, &facts, &err))
                fail_msg("taken after %zu of %zu bytes", len, text->len);
}

static void recorded_facts_are_read(void **state)
{
    (void)state;
    char *path = folder();
    DIR *dir = opendir(path);
    size_t count = 0;
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (!strstr(entry->d_name, ".facts"))
            continue;
        char *name = mem_printf("%s/%s", path, entry->d_name);
        struct buf text;
        struct facts facts;
        struct err err = ERR_INIT;
        if (!file_read(name, FACTS_BYTES_MAX, &text, &err))
            fail_msg("%s", err.text);
        if (!facts_parse(text.data, text.len, &facts, &err))
            fail_msg("%s: %s", name, err.text);
        /* what each host tells, whatever it is */
        static const char *const always[] = {"clock", "uid", "os.id", "os.version", "arch", "kernel", "hostname", "init", "cpus", "memory_mb",
                                             "disk:/var/lib", "fs:/var/lib", "swap_mb", "cgroup", "selinux", "virt", "pkg.manager", "listeners",
                                             "root", "path.sbin", "iface.default", "gateway", "hosts.127", "tool:ip"};
        for (size_t i = 0; i < sizeof always / sizeof *always; i++)
            if (!facts_get(&facts, always[i]))
                fail_msg("%s has no %s", name, always[i]);
        assert_kept(&facts);
        assert_refused_when_cut(&text);
        facts_done(&facts);
        buf_done(&text);
        free(name);
        count++;
    }
    closedir(dir);
    free(path);
    assert_true(count >= 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(a_fact_is_set),
        cmocka_unit_test(hostile_values_stay_within_bounds),
        cmocka_unit_test(lines_that_are_none_are_refused),
        cmocka_unit_test(recorded_facts_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
