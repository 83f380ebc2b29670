#include "tests/unit/spell_fixture.h"

#include <locale.h>

#include "base/language.h"
#include "spell/lint.h"
#include "spell/plan_make.h"

static struct fixture fixture;

static int set_up(void **state)
{
    (void)state;
    fixture_init(&fixture);
    char *folder = mem_printf("%s/translations", fixture.folder);
    assert_int_equal(mkdir(folder, 0755), 0);
    free(folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_done(&fixture);
    unsetenv("LANGUAGE");
    setlocale(LC_ALL, "C");
    return 0;
}

static struct spell *load(void)
{
    char *errors = NULL;
    struct spell *spell = fixture_load(&fixture, &errors);
    if (!spell)
        fail_msg("%s", errors);
    return spell;
}

/* A locale in which gettext, and so kwiz, looks at LANGUAGE. */
static void speak(const char *language)
{
    if (!setlocale(LC_ALL, "C.UTF-8") && !setlocale(LC_ALL, "C.utf8"))
        skip();
    setenv("LANGUAGE", language, 1);
}

static void expect_order(const char *locale, const char *language, const char *wanted)
{
    struct strv list = {0};
    language_order(locale, language, &list);
    char *found = strv_join(&list, " ");
    assert_string_equal(found, wanted);
    free(found);
    strv_done(&list);
}

static void languages_come_in_the_order_of_gettext(void **state)
{
    (void)state;
    expect_order("ru_RU.UTF-8", NULL, "ru_RU ru");
    expect_order("ru_RU.UTF-8", "", "ru_RU ru");
    expect_order("ru_RU.UTF-8", "de:pt_BR", "de pt_BR pt");
    expect_order("sr_RS.UTF-8@latin", NULL, "sr_RS@latin sr@latin sr_RS sr");
    /* "C" speaks the program's own language, whatever LANGUAGE says; within LANGUAGE it ends the list */
    expect_order("C", "ru", "");
    expect_order("POSIX", "ru", "");
    expect_order(NULL, "ru", "");
    expect_order("C.UTF-8", "ru", "ru");
    expect_order("C.UTF-8", NULL, "");
    expect_order("de_DE", "ru:C:fr", "ru");
    expect_order("de_DE", "::ru::ru_RU", "ru ru_RU");
    /* nothing that could leave the folder */
    expect_order("de_DE", "../../etc/passwd:/etc:RU:r:..:ru/x", "");
}

static void names_of_languages(void **state)
{
    (void)state;
    static const char *const good[] = {"ru", "fil", "pt_BR", "sr@latin", "sr_RS@latin"};
    static const char *const bad[] = {"",       "r",     "Russian", "russ",     "ru_",   "ru_R",
                                      "ru_RUS", "ru-RU", "ru@",     "ru.UTF-8", "../ru", "RU"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(language_is_name(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(language_is_name(bad[i]));
}

static void texts_are_looked_up_when_shown(void **state)
{
    (void)state;
    fixture_write(&fixture, "translations/ru.yaml", "One: Один\n? \"De\n  mo\"\n: x\nAny: Любая\n");
    fixture_write(&fixture, "translations/pt_BR.yaml", "One: Um\n");
    fixture_write(&fixture, "translations/pt.yaml", "One: nunca\nTwo: Dois\n");
    struct spell *spell = load();
    speak("ru");
    assert_string_equal(spell_text(spell, spell->steps[0].title), "Один");
    assert_string_equal(spell_text(spell, spell->steps[1].title), "Two"); /* not translated: English */
    assert_string_equal(spell_text(spell, "De mo"), "x");
    assert_null(spell_text(spell, NULL));
    assert_string_equal(spell->steps[0].title, "One");
    speak("pt_BR:ru"); /* text by text, as gettext does */
    assert_string_equal(spell_text(spell, "One"), "Um");
    assert_string_equal(spell_text(spell, "Two"), "Dois");
    assert_string_equal(spell_text(spell, "Any"), "Любая");
    setlocale(LC_ALL, "C");
    assert_string_equal(spell_text(spell, "One"), "One");
    spell_free(&spell);
}

/* The plan and its JSON, made while language is spoken. */
static char *plan_in(const char *language, const char *action, char **shown)
{
    static const char text[] = "version: 1\nname: test\nspell: demo\ntopology: any\nhosts:\n"
                               "  - {name: m1, address: 10.0.0.1, roles: [master]}\n";
    struct err_list errors = {0};
    speak(language);
    struct spell *spell = load();
    struct answers *answers = answers_parse("a.yaml", text, sizeof text - 1, NULL, spell, &errors);
    struct plan *plan = answers ? plan_make(spell, answers, action, NULL, &errors) : NULL;
    if (!plan)
        fail_msg("%s", errors.items[0].text);
    char *json = plan_json(plan);
    *shown = mem_strdup(plan_step_shown(&plan->steps[plan->step_count - 1]));
    plan_free(&plan);
    answers_free(&answers);
    spell_free(&spell);
    return json;
}

static void plans_are_the_same_in_every_language(void **state)
{
    (void)state;
    static const char *const actions[] = {"install", "reset"};
    fixture_write(&fixture, "translations/ru.yaml", "One: Один\nTwo: Два\n");
    for (size_t i = 0; i < 2; i++) {
        char *english = NULL, *russian = NULL, *en = plan_in("en", actions[i], &english),
             *ru = plan_in("ru", actions[i], &russian);
        assert_string_equal(en, ru);
        assert_string_equal(english, i ? "Undo: One" : "Two");
        assert_string_equal(russian, i ? "Undo: Один" : "Два"); /* no catalogue of kwiz's own is bound here */
        free(english);
        free(russian);
        free(en);
        free(ru);
    }
}

static void expect_fault(const char *text, const char *wanted)
{
    char *errors = NULL;
    fixture_write(&fixture, "translations/ru.yaml", text);
    assert_null(fixture_load(&fixture, &errors));
    if (!strstr(errors, wanted))
        fail_msg("%s instead of %s", errors, wanted);
    free(errors);
}

static void faults_have_places(void **state)
{
    (void)state;
    expect_fault("- One\n", "translations/ru.yaml:1:1: a translation: expected a mapping");
    expect_fault("One: Один\nTwo:\n", "translations/ru.yaml:2:5: a translation: expected");
    expect_fault("One: \"\"\n",
                 "translations/ru.yaml:1:6: expected a translation without control characters");
    expect_fault("One: \"\\e[2J\"\n",
                 "translations/ru.yaml:1:6: expected a translation without control characters");
    expect_fault("One: [a]\n", "translations/ru.yaml:1:6: ");
    expect_fault("One: true\n", "translations/ru.yaml:1:6: ");
    expect_fault("One: a\nOne: b\n", "translations/ru.yaml:2:1: the key \"One\" stands here twice");
    expect_fault("One: &a x\n", "translations/ru.yaml:1:6: anchors");
    expect_fault("One: *a\n", "translations/ru.yaml:1:6: ");
    expect_fault("a: [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]\n", "translations/ru.yaml:1:");
    expect_fault("a: \xff\n", "translations/ru.yaml:1:");
    expect_fault("", "translations/ru.yaml:1:1: ");
}

static void a_faulty_language_ends_the_spell_for_all(void **state)
{
    (void)state;
    char *errors = NULL;
    setlocale(LC_ALL, "C");
    fixture_write(&fixture, "translations/de.yaml", "One: [x]\n");
    assert_null(fixture_load(&fixture, &errors));
    assert_non_null(strstr(errors, "translations/de.yaml:1:6: "));
    free(errors);
}

static char *lint(bool of_notes)
{
    struct err_list errors = {0}, notes = {0};
    struct spell *spell = load();
    translations_lint(spell, &errors, &notes);
    char *text = fixture_errors(&fixture, of_notes ? &notes : &errors);
    err_list_done(&errors);
    err_list_done(&notes);
    spell_free(&spell);
    return text;
}

static void lint_tells_missing_stale_and_unread(void **state)
{
    (void)state;
    fixture_write(&fixture, "translations/ru.yaml", "Demo: Проба\nAny: Любая\nOne: Один\nTwo: Два\n");
    char *errors = lint(false), *notes = lint(true);
    assert_string_equal(errors, "");
    assert_string_equal(notes, "");
    free(errors);
    free(notes);
    fixture_write(&fixture, "translations/ru.yaml",
                  "Demo: Проба\nAny: Любая\n# gone\n  # now\nOnce: Один\nTwo: Два\n");
    fixture_write(&fixture, "translations/ru.yml", "One: Один\n");
    fixture_write(&fixture, "translations/.ru.yaml.swp", "x");
    errors = lint(false);
    notes = lint(true);
    assert_string_equal(
        errors, "translations/ru.yaml:5:1: \"Once\" stands nowhere in the spell; write it as spell.yaml has "
                "it, or take it out\n"
                "translations/ru.yml: is not read: expected LANGUAGE.yaml, such as de.yaml or pt_BR.yaml\n");
    char *wanted =
        mem_printf("spell.yaml:12:5: \"One\" is not translated in %s/translations/ru.yaml\n", fixture.folder);
    assert_string_equal(notes, wanted);
    free(wanted);
    free(errors);
    free(notes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(languages_come_in_the_order_of_gettext),
        cmocka_unit_test(names_of_languages),
        cmocka_unit_test_setup_teardown(texts_are_looked_up_when_shown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(plans_are_the_same_in_every_language, set_up, tear_down),
        cmocka_unit_test_setup_teardown(faults_have_places, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_faulty_language_ends_the_spell_for_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lint_tells_missing_stale_and_unread, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
