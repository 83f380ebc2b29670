/* What texts become in files of Ansible, and back. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "spell/jinja.h"
#include "spell/shell_words.h"

static void becomes(const char *text, const char *want)
{
    char *literal = jinja_literal(text), *back = jinja_unquote(literal);
    assert_string_equal(literal, want);
    assert_string_equal(back, text);
    free(literal);
    free(back);
}

static void test_literals(void **state)
{
    (void)state;
    becomes("", "");
    becomes("plain { } %} }} # it's", "plain { } %} }} # it's");
    becomes("{{ 7 * 7 }}", "{{ '{{' }} 7 * 7 }}");
    becomes("{%raw%}{#", "{{ '{%' }}raw%}{{ '{#' }}");
    becomes("{% raw %}{{ x }}{% endraw %}", "{{ '{%' }} raw %}{{ '{{' }} x }}{{ '{%' }} endraw %}");
    becomes("{{{%", "{{ '{{' }}{{ '{%' }}");
    becomes("{{ '{{' }}", "{{ '{{' }} '{{ '{{' }}' }}");
    becomes("ä{{ü", "ä{{ '{{' }}ü");
    char *other = jinja_unquote("{{ name }} {{ '{{");
    assert_string_equal(other, "{{ name }} {{ '{{");
    free(other);
}

static void test_words(void **state)
{
    (void)state;
    static const char *const words[] = {"", "a b", "it's", "\"", "'", "''", "\\", "a\\'b", "$(id) `id` #", "ö\t"};
    struct buf line;
    buf_init(&line, 4096);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        buf_adds(&line, i ? " \t" : "");
        shell_word_add(&line, words[i]);
    }
    const char *p = buf_text(&line), *at;
    char *word;
    bool is_closed;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        assert_true(shell_word_next(&p, &at, &word, &is_closed));
        assert_true(is_closed);
        assert_string_equal(word, words[i]);
        free(word);
    }
    assert_false(shell_word_next(&p, &at, &word, &is_closed));
    buf_done(&line);
    p = "a 'b c";
    assert_true(shell_word_next(&p, &at, &word, &is_closed) && is_closed);
    free(word);
    assert_true(shell_word_next(&p, &at, &word, &is_closed) && !is_closed);
    assert_string_equal(at, "'b c");
    free(word);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_literals), cmocka_unit_test(test_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
