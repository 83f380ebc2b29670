#include "tests/unit/spell_fixture.h"

#include "spell/cond.h"

static const char *value(void *data, const char *name)
{
    (void)data;
    static const struct {
        const char *name, *value;
    } all[] = {{"topology", "ha"}, {"cni", "flannel"}, {"loud", "true"}, {"quiet", "false"}, {"n", "3"}, {"extras", "date kernel"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].name, name) == 0)
            return all[i].value;
    return NULL;
}

static bool role(void *data, int how, const char *name)
{
    (void)data;
    switch (how) {
    case COND_ROLE_ANY:
        return strcmp(name, "worker") == 0 || strcmp(name, "control-plane") == 0;
    case COND_ROLE_REST:
        return false;
    default:
        return strcmp(name, "control-plane") == 0;
    }
}

static const struct cond_scope scope = {NULL, value, role};

static void evaluates(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool want;
    } cases[] = {
        {"all", true},
        {"true", true},
        {"false", false},
        {"loud", true},
        {"quiet", false},
        {"not quiet", true},
        {"not not loud", true},
        {"cni == \"flannel\"", true},
        {"cni == flannel", false}, /* flannel is a name without a value here */
        {"cni != 'calico'", true},
        {"n == 3", true},
        {"loud == true", true},
        {"cni in [\"calico\", \"flannel\"]", true},
        {"cni not in [\"calico\"]", true},
        {"\"kernel\" in extras", true},
        {"\"kern\" in extras", false},
        {"\"date\" in extras and \"date kernel\" in extras", false},
        {"quiet or loud and quiet", false},
        {"(quiet or loud) and loud", true},
        {"not quiet and loud", true},
        {"unasked", false},
        {"unasked == \"\"", true},
        {"control-plane", true},
        {"worker", false},
        {"has_role(control-plane)", true},
        {"has_role(\"worker\")", false},
        {"first(control-plane)", true},
        {"rest( control-plane )", false},
        {"several(control-plane)", true},
        {"several(worker)", false},
        {"any(worker) and not has_role('worker')", true},
        {"topology == \"ha\" and first(control-plane)", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = ERR_INIT;
        struct cond *cond = cond_parse(cases[i].text, &err);
        if (!cond)
            fail_msg("%s: %u: %s", cases[i].text, err.column, err.text);
        if (cond_eval(cond, &scope) != cases[i].want)
            fail_msg("%s is not %d", cases[i].text, cases[i].want);
        assert_string_equal(cond_text(cond), cases[i].text);
        cond_free(&cond);
    }
}

/* A host that only holds containers, no host like that, and one of which it is not known. */
static const char *holder(void *data, const char *name)
{
    return strcmp(name, COND_ALL) == 0 ? data : NULL;
}

static void tells_what_can_never_be(void **state)
{
    (void)state;
    static const struct {
        const char *text, *all;
        bool is_possible;
    } cases[] = {
        {"all", "true", true},
        {"all", "false", false},
        {"all", NULL, true},
        {"not all", "true", false},
        {"not all", "false", true},
        {"not all", NULL, true},
        {"not true", NULL, false},
        {"all and first(control-plane)", "false", false},
        {"rest(control-plane)", NULL, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = ERR_INIT;
        struct cond *cond = cond_parse(cases[i].text, &err);
        char all[8] = "";
        if (cases[i].all)
            snprintf(all, sizeof all, "%s", cases[i].all);
        struct cond_scope one = {cases[i].all ? all : NULL, holder, role};
        assert_non_null(cond);
        if (cond_is_possible(cond, &one) != cases[i].is_possible)
            fail_msg("%s: where all is %s: possible is not %d", cases[i].text, cases[i].all ? cases[i].all : "unknown", cases[i].is_possible);
        cond_free(&cond);
    }
}

static void names_the_column_of_faults(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned column;
        const char *want;
    } cases[] = {
        {"", 1, "expected a name or a value, found the end of the condition"},
        {"cni = \"x\"", 5, "equality is written =="},
        {"cni == ", 8, "found the end"},
        {"cni == \"x", 8, "no closing quote"},
        {"(loud", 6, "expected \")\""},
        {"loud quiet", 6, "expected \"and\", \"or\" or the end, found \"quiet\""},
        {"loud and", 9, "found the end"},
        {"and loud", 1, "expected a name or a value, found \"and\""},
        {"cni in \"x\"", 11, "a list such as [a, b]"},
        {"cni in [\"x\"", 12, "expected \",\" or \"]\""},
        {"cni in []", 9, "expected a name or a value"},
        {"cni not == 1", 9, "\"in\" after \"not\""},
        {"\"x\"", 1, "neither true nor false"},
        {"7", 1, "neither true nor false"},
        {"frist(worker)", 1, "expected has_role, any, first, rest or several"},
        {"first()", 7, "the name of a role"},
        {"first(a", 8, "expected \")\""},
        {"has_role(a) == true", 13, "expected \"and\", \"or\" or the end"},
        {"loud & quiet", 6, "found \"&\""},
        {"\xc3\xa4", 1, "expected a name"},
        {"cni == \"\xc3\xa4\" ?", 12, "found \"?\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = ERR_INIT;
        struct cond *cond = cond_parse(cases[i].text, &err);
        if (cond || err.column != cases[i].column || !strstr(err.text, cases[i].want))
            fail_msg("%s: got %u: %s", cases[i].text, err.column, err.text);
    }
}

static void depth_and_length_are_capped(void **state)
{
    (void)state;
    char text[COND_LEN_MAX + 10];
    struct err err = ERR_INIT;
    memset(text, '(', 17);
    strcpy(text + 17, "a))))");
    assert_null(cond_parse(text, &err));
    assert_non_null(strstr(err.text, "nested too deeply"));
    memset(text, 'a', COND_LEN_MAX + 1);
    text[COND_LEN_MAX + 1] = '\0';
    assert_null(cond_parse(text, &err));
    assert_non_null(strstr(err.text, "at most 1000 bytes"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evaluates),
        cmocka_unit_test(tells_what_can_never_be),
        cmocka_unit_test(names_the_column_of_faults),
        cmocka_unit_test(depth_and_length_are_capped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
