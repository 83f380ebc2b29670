#include "tests/unit/spell_fixture.h"

#include <time.h>

#include "spell/yaml.h"

static void expect_error(const char *bytes, size_t len, const char *want)
{
    struct err_list errors = {0};
    struct yaml *yaml = yaml_parse("f.yaml", bytes, len, &errors);
    assert_null(yaml);
    assert_int_equal(errors.count, 1);
    char *text = fixture_errors(NULL, &errors);
    if (strncmp(text, want, strlen(want)) != 0)
        fail_msg("wanted %s, got %s", want, text);
    free(text);
    err_list_done(&errors);
}

static void refuses_what_it_does_not_take(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", "f.yaml:1:1: the file is empty"},
        {"# only a comment\n", "f.yaml:1:1: the file is empty"},
        {"a: 1\nb: 2\na: 3\n", "f.yaml:3:1: the key \"a\" stands here twice; the first is on line 1"},
        {"a: {x: 1, x: 2}\n", "f.yaml:1:11: the key \"x\" stands here twice"},
        {"a: &x 1\n", "f.yaml:1:4: anchors"},
        {"a: &x [1]\n", "f.yaml:1:4: anchors"},
        {"a: 1\nb: *x\n", "f.yaml:2:4: aliases"},
        {"a: 1\n<<: {b: 1}\n", "f.yaml:2:1: merge keys"},
        {"a: !!str 1\n", "f.yaml:1:4: tags"},
        {"a: !own {b: 1}\n", "f.yaml:1:4: tags"},
        {"a: 1\n---\nb: 2\n", "f.yaml:2:1: a second document"},
        {"a:\n\tb: 1\n", "f.yaml:2:1: a tab at the beginning of a line; indent with spaces"},
        {"a: \"\\0\"\n", "f.yaml:1:4: the value holds a byte that is no text"},
        {"a: \001\n", "f.yaml:1:4: the control character 0x01"},
        {"a: b\n\xff\n", "f.yaml:2:1: the byte 0xff is not valid UTF-8"},
        {"\xc3\xa4: \xc0\x80\n", "f.yaml:1:4: the byte 0xc0 is not valid UTF-8"},
        {"[a, b]: c\n", "f.yaml:1:1: a key must be a word"},
        {"a: [1, 2\nb: 3\n", "f.yaml:2:"},
        {"a: \"x\nb: 1\n", "f.yaml:3:1: not YAML: "},
        {"[[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]\n", "f.yaml:1:17: nested too deeply"},
        {"{{a: b}: c}\n", "f.yaml:1:2: a key must be a word"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_error(cases[i].text, strlen(cases[i].text), cases[i].want);
    expect_error("a: b\0c\n", 7, "f.yaml:1:5: a NUL byte");
    /* UTF-16 */
    expect_error("\xff\xfe" "a\0", 4, "f.yaml:1:1: the byte 0xff is not valid UTF-8");
}

/* "Billion laughs": nine levels of nine aliases. */
static void an_anchor_bomb_is_refused_at_once(void **state)
{
    (void)state;
    expect_error("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n", 96,
                 "f.yaml:1:4: anchors");
}

static void a_huge_file_is_refused_by_its_size(void **state)
{
    (void)state;
    struct fixture fixture;
    struct err_list errors = {0};
    struct timespec before, after;
    fixture_init(&fixture);
    char *path = mem_printf("%s/big.yaml", fixture.folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(ftruncate(fileno(file), 100 * 1000 * 1000), 0);
    fclose(file);
    clock_gettime(CLOCK_MONOTONIC, &before);
    assert_null(yaml_load(path, &errors));
    clock_gettime(CLOCK_MONOTONIC, &after);
    assert_true(after.tv_sec - before.tv_sec <= 1); /* it is never read */
    assert_int_equal(errors.count, 1);
    char *text = fixture_errors(&fixture, &errors);
    assert_string_equal(text, "big.yaml: the file has 100000000 bytes; kwiz reads at most 1048576 here\n");
    free(text);
    free(path);
    err_list_done(&errors);
    fixture_done(&fixture);
}

static void many_nodes_and_keys_are_refused(void **state)
{
    (void)state;
    struct buf text;
    buf_init(&text, YAML_BYTES_MAX);
    buf_adds(&text, "[");
    for (int i = 0; i < 60000; i++)
        buf_adds(&text, "a,");
    buf_adds(&text, "a]\n");
    expect_error(text.data, text.len, "f.yaml:1:100000: too many values");
    buf_clear(&text);
    for (int i = 0; i < 1001; i++)
        buf_addf(&text, "k%d: v\n", i);
    expect_error(text.data, text.len, "f.yaml:1001:1: too many keys");
    buf_clear(&text);
    while (buf_adds(&text, "aaaaaaaa"))
        ;
    buf_done(&text);
}

static void nodes_know_their_place_and_meaning(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum yaml_scalar scalar;
    } cases[] = {
        {"a", YAML_STRING},   {"true", YAML_BOOLEAN}, {"yes", YAML_STRING}, {"no", YAML_STRING},   {"on", YAML_STRING},
        {"1", YAML_INTEGER},  {"-1", YAML_INTEGER},   {"0x1F", YAML_INTEGER}, {"0o17", YAML_INTEGER}, {"1.36", YAML_FLOAT},
        {"1e3", YAML_FLOAT},  {".5", YAML_FLOAT},     {".inf", YAML_FLOAT}, {"-.INF", YAML_FLOAT}, {"1.36.2", YAML_STRING},
        {"10.0.0.0/8", YAML_STRING}, {"null", YAML_NULL}, {"~", YAML_NULL}, {"", YAML_NULL},       {"\"1\"", YAML_STRING},
        {"'true'", YAML_STRING}, {"\"\"", YAML_STRING}, {"1_000", YAML_STRING}, {"12:30", YAML_STRING}, {".", YAML_STRING},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err_list errors = {0};
        char *text = mem_printf("a: 0\n\xc3\xa4:   %s\n", cases[i].text);
        struct yaml *yaml = yaml_parse("f", text, strlen(text), &errors);
        assert_non_null(yaml);
        const struct yaml_node *node = yaml_get(yaml->root, "\xc3\xa4");
        assert_int_equal(node->scalar, cases[i].scalar);
        assert_int_equal(node->line, 2);
        if (*cases[i].text)
            assert_int_equal(node->column, 6); /* characters, not bytes */
        yaml_tree_free(&yaml);
        free(text);
        err_list_done(&errors);
    }
}

static void getters_say_what_was_expected_and_found(void **state)
{
    (void)state;
    const char *text = "bool: yes\nint: 1.5\nbig: 99\ntext: 7\nlist: a\nlistb: [a, a]\ntime: 10\ntimeb: 999h\nsize: 4X\nknwon: 1\nmap: []\n";
    static const char *const keys[] = {"bool", "int", "big", "text", "list", "listb", "time", "timeb", "size", "known", "map"};
    struct err_list errors = {0};
    struct yaml *yaml = yaml_parse("f", text, strlen(text), &errors);
    struct yaml_reader r = {.file = "f", .errors = &errors};
    bool b;
    int64_t n;
    uint64_t u;
    const char *s;
    struct strv list = {0};
    assert_non_null(yaml);
    assert_true(yaml_check_keys(&r, yaml->root, "a thing", keys, 11));
    assert_false(yaml_boolean(&r, yaml_get(yaml->root, "bool"), "bool", &b));
    assert_false(yaml_integer(&r, yaml_get(yaml->root, "int"), "int", INT64_MIN, INT64_MAX, &n));
    assert_false(yaml_integer(&r, yaml_get(yaml->root, "big"), "big", 1, 9, &n));
    assert_false(yaml_string(&r, yaml_get(yaml->root, "text"), "text", &s));
    assert_false(yaml_strings(&r, yaml_get(yaml->root, "list"), "list", &list));
    assert_false(yaml_strings(&r, yaml_get(yaml->root, "listb"), "listb", &list));
    assert_false(yaml_duration_ms(&r, yaml_get(yaml->root, "time"), "time", 3600000, &u));
    assert_false(yaml_duration_ms(&r, yaml_get(yaml->root, "timeb"), "timeb", 3600000, &u));
    assert_false(yaml_size_mb(&r, yaml_get(yaml->root, "size"), "size", &u));
    assert_false(yaml_check_keys(&r, yaml_get(yaml->root, "map"), "map", keys, 1));
    assert_null(yaml_need(&r, yaml->root, "gone"));
    char *got = fixture_errors(NULL, &errors);
    assert_string_equal(got, "f:10:1: unknown key \"knwon\" in a thing; did you mean \"known\"?\n"
                             "f:1:7: bool: expected true or false, found the text \"yes\"\n"
                             "f:2:6: int: expected an integer, found the number 1.5\n"
                             "f:3:6: big: expected an integer from 1 to 9, found the number 99\n"
                             "f:4:7: text: expected text, found the number 7; write \"7\" in quotes if it is meant so\n"
                             "f:5:7: list: expected a sequence, as in [a, b], found the text \"a\"\n"
                             "f:6:12: listb: the text \"a\" stands here twice\n"
                             "f:7:7: time: expected a time such as 30s, 10m or 1h, at most 1h, found the number 10\n"
                             "f:8:8: timeb: expected a time such as 30s, 10m or 1h, at most 1h, found the text \"999h\"\n"
                             "f:9:7: size: expected a size such as 1700M, 4G or 1T, found the text \"4X\"\n"
                             "f:11:6: map: expected a mapping, as in {a: b}, found a sequence\n"
                             "f:1:1: the key \"gone\" is missing\n");
    free(got);
    strv_done(&list);
    yaml_tree_free(&yaml);
    err_list_done(&errors);
}

static void assert_found(const char *text, const char *expected)
{
    struct err_list errors = {0};
    struct yaml *yaml = yaml_parse("f", text, strlen(text), &errors);
    assert_non_null(yaml);
    char *found = yaml_found(yaml_get(yaml->root, "a"));
    assert_string_equal(found, expected);
    free(found);
    yaml_tree_free(&yaml);
}

static void what_was_found_is_made_printable(void **state)
{
    (void)state;
    assert_found("a: \"\\e[2J evil\\n second\"\n", "the text \" evil  second\"");
}

static void what_was_found_hides_logins(void **state)
{
    (void)state;
    assert_found("a: http://proxy:3128 x\n", "the text \"http://proxy:3128 x\"");
    assert_found("a: http://joe:pass word@proxy:3128\n", "the text \"http://***@proxy:3128\"");
    assert_found("a: http://joe:p@ss/w@proxy:3128 https://token@h/\n", "the text \"http://***@proxy:3128 https://***@h/\"");
    assert_found("a: '://@'\n", "the text \"://@\"");
    assert_found("a: http://joe:a-password-that-is-longer-than-what-is-shown-of-a-value-as-a-whole@proxy\n", "the text \"http://***@proxy\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_it_does_not_take),   cmocka_unit_test(an_anchor_bomb_is_refused_at_once),
        cmocka_unit_test(a_huge_file_is_refused_by_its_size), cmocka_unit_test(many_nodes_and_keys_are_refused),
        cmocka_unit_test(nodes_know_their_place_and_meaning), cmocka_unit_test(getters_say_what_was_expected_and_found),
        cmocka_unit_test(what_was_found_is_made_printable), cmocka_unit_test(what_was_found_hides_logins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
