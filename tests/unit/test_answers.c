#include "tests/unit/spell_fixture.h"

#include <time.h>

#include "spell/yaml.h"

#define QUESTIONS                                                                                                      \
    "questions:\n"                                                                                                     \
    "  - {key: text, label: T, type: text, default: \"\"}\n"                                                           \
    "  - {key: loud, label: L, type: boolean, default: true}\n"                                                        \
    "  - {key: times, label: N, type: integer, default: 3, min: 0, max: 9}\n"                                          \
    "  - {key: cni, label: C, type: choice, default: flannel, choices: [{value: flannel}, {value: calico, when: loud}]}\n" \
    "  - {key: extras, label: E, type: multi, default: [date], choices: [{value: date}, {value: kernel}, {value: uptime}]}\n" \
    "  - {key: pods, label: P, type: cidr}\n"                                                                          \
    "  - {key: quiet_text, label: Q, type: text, when: not loud}\n"                                                    \
    "  - {key: version, label: V, type: version, default: \"1.36\"}\n"                                                 \
    "  - {key: door, label: D, type: choice, required: false, choices: [{value: a}, {value: b, retired: gone}, {value: c, retired: old, when: loud}]}\n" \
    "  - {key: token, label: K, type: password, required: false}\n"                                                    \
    "requirements:\n  - {id: swap, title: S}\n"
#define HEAD "version: 1\nname: test\nspell: demo\ntopology: any\n" /* 4 lines */
#define HOSTS "hosts:\n  - {name: m1, address: 10.0.0.1, roles: [master]}\n" /* 2 lines */
#define PODS "answers: {pods: 10.244.0.0/16}\n"

static struct spell *spell;
static struct fixture fixture;

static int set_up(void **state)
{
    (void)state;
    spell = fixture_begin(&fixture, FIXTURE_HEAD QUESTIONS FIXTURE_STEPS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_end(&fixture, &spell);
    return 0;
}

static struct answers *parse(const char *text, const struct answers_overrides *overrides, char **errors_text)
{
    struct err_list errors = {0};
    struct answers *answers = answers_parse("a.yaml", text, strlen(text), overrides, spell, &errors);
    *errors_text = errors.count ? fixture_errors(NULL, &errors) : NULL;
    assert_true((answers == NULL) == (errors.count > 0));
    err_list_done(&errors);
    return answers;
}

static void expect(const char *text, const char *want)
{
    char *got = NULL;
    struct answers *answers = parse(text, NULL, &got);
    answers_free(&answers);
    if (!got || strcmp(got, want) != 0) {
        fprintf(stderr, "wanted\n%sgot\n%s", want, got ? got : "no error\n");
        fail();
    }
    free(got);
}

static struct answers *must_parse(const char *text, const struct answers_overrides *overrides)
{
    char *errors = NULL;
    struct answers *answers = parse(text, overrides, &errors);
    if (!answers)
        fail_msg("%s", errors);
    return answers;
}

static void every_fault_is_named_with_its_place(void **state)
{
    (void)state;
    expect(HEAD "hsots: []\n",
           "a.yaml:1:1: the key \"hosts\" is missing\n"
           "a.yaml:1:1: the answer \"pods\" (P) is missing; expected a network such as 10.244.0.0/16\n"
           "a.yaml:5:1: unknown key \"hsots\" in an answers file; did you mean \"hosts\"?\n");
    expect("version: 2\nname: Test\nspell: demo\ntopology: ayn\n" HOSTS PODS,
           "a.yaml:1:10: version: this kwiz reads version 1, found 2\n"
           "a.yaml:2:7: name: expected the cluster's name: small letters, digits and -, at most 63; found the text \"Test\"\n"
           "a.yaml:4:11: topology: expected one of any; found the text \"ayn\"; did you mean \"any\"?\n");
    expect(HEAD HOSTS "answers:\n"
                      "  text: 5\n"
                      "  loud: yes\n"
                      "  times: 10\n"
                      "  cni: flanel\n"
                      "  extras: [date, krenel]\n"
                      "  pods: 10.244.1.0/16\n"
                      "  verison: \"1.36\"\n"
                      "  version: 1.30\n"
                      "  token: hunter2\n",
           "a.yaml:8:9: text: expected text, found the number 5; write it in quotes: \"5\"\n"
           "a.yaml:9:9: loud: expected true or false, found the text \"yes\"; write true\n"
           "a.yaml:10:10: times: expected at most 9; found the number 10\n"
           "a.yaml:11:8: cni: expected one of flannel, calico; found the text \"flanel\"; did you mean \"flannel\"?\n"
           "a.yaml:12:18: extras: expected a sequence of date, kernel, uptime; found the text \"krenel\"; did you mean \"kernel\"?\n"
           "a.yaml:13:9: pods: expected the network's own address, 10.244.0.0/16; found the text \"10.244.1.0/16\"\n"
           "a.yaml:14:3: unknown key \"verison\" in answers; did you mean \"version\"?\n"
           "a.yaml:15:12: version: expected a version such as \"1.36\", found the number 1.30; write it in quotes: \"1.30\"\n"
           "a.yaml:16:3: token is a secret and never stands in the file; write a reference below \"secrets:\", as in secrets: "
           "{token: env:NAME}\n");
    expect(HEAD HOSTS "answers: {pods: 10.0.0.0/8, loud: false, cni: calico}\n",
           "a.yaml:7:10: the answer \"quiet_text\" (Q) is missing; expected text\n"
           "a.yaml:7:47: cni: \"calico\" is only offered when loud\n");
    expect(HEAD HOSTS "answers: {pods: 10.0.0.0/8, door: b}\n", "a.yaml:7:35: door: \"b\" is retired: gone; expected one of a, c\n");
    expect(HEAD HOSTS "answers: {pods: 10.0.0.0/8, loud: false, quiet_text: q, door: c}\n",
           "a.yaml:7:63: door: \"c\" is retired: old; it is only offered when loud\n");
    struct answers *allowed = must_parse(HEAD HOSTS "answers: {pods: 10.0.0.0/8, door: c}\n", NULL);
    answers_free(&allowed);
    expect(HEAD HOSTS PODS "accept: [swap]\nconfirm: [\"A b\"]\nsecrets: {token: hunter2, tokn: ask}\n",
           "a.yaml:8:9: accept: expected a mapping of checks and reasons, as in {swap: \"test machines\"}\n"
           "a.yaml:9:11: confirm: expected a name of small letters, digits and -, found \"A b\"\n"
           "a.yaml:10:18: token: expected env:NAME, file:PATH, cmd:COMMAND or ask; found something else (not shown: it may be the "
           "secret, which must not stand in this file)\n"
           "a.yaml:10:27: unknown key \"tokn\" in secrets; did you mean \"token\"?\n"
           );
}

static void faults_of_hosts_are_named(void **state)
{
    (void)state;
    expect(HEAD "hosts:\n"
                "  - {name: M1, address: \"-oProxyCommand=x\", roles: [mastre]}\n"
                "  - {name: m2, address: 10.0.0.2, roles: []}\n"
                "  - {name: m2, address: 10.0.0.2, roles: [master], port: 70000, user: \"-x\", jump: \"a b\", become: su}\n"
                "  - {name: m4, roles: [worker], host_keys: [MD5:aa], identity: \"\"}\n"
                "  - m5\n" PODS,
           "a.yaml:6:12: name: expected small letters, digits and -, at most 63, as Kubernetes wants them; found the text \"M1\"\n"
           "a.yaml:6:25: address: expected an address, a host name, or a name that your ssh knows; found the text \"-oProxyCommand=x\"\n"
           "a.yaml:6:53: roles: expected one of master, worker; found the text \"mastre\"; did you mean \"master\"?\n"
           "a.yaml:7:42: roles: expected at least one, found none\n"
           "a.yaml:8:12: name: the host \"m2\" stands here twice; the first is on line 7\n"
           "a.yaml:8:25: address: \"10.0.0.2\" is also the address of \"m2\" (line 7); one machine can be one host only\n"
           "a.yaml:8:58: port: expected an integer from 1 to 65535, found the number 70000\n"
           "a.yaml:8:71: user: expected the name of a user; found the text \"-x\"\n"
           "a.yaml:8:83: jump: expected [user@]host[:port], several with commas between, or none; found the text \"a b\"\n"
           "a.yaml:8:98: become: expected sudo or none; found the text \"su\"\n"
           "a.yaml:9:5: the key \"address\" is missing\n"
           "a.yaml:9:45: host_keys: expected a fingerprint as ssh-keygen -l shows it, SHA256: and 43 characters; found \"MD5:aa\"\n"
           "a.yaml:9:64: identity: expected the path of a key file, found \"\"\n"
           "a.yaml:10:5: a host: expected a mapping, as in {a: b}, found the text \"m5\"\n");
    expect(HEAD "hosts:\n  - {name: w1, address: h, roles: [worker]}\n  - {name: w2, address: h, roles: [worker]}\n" PODS,
           "a.yaml:6:3: hosts: the topology \"any\" wants 1 or more with the role master, found 0\n"
           "a.yaml:7:25: address: \"h\" is also the address of \"w1\" (line 6); one machine can be one host only\n");
}

static void good_hosts_are_taken(void **state)
{
    (void)state;
    struct answers *answers = must_parse(
        HEAD "hosts:\n"
             "  - {name: m1, address: \"fd00::1\", roles: [master, worker], port: 2222, jump: \"ops@b:22,[fd00::9]:23\", become: none,\n"
             "     identity: ~/.ssh/id, host_keys: [\"SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"]}\n"
             "  - {name: m2, address: bastion_1.Example, roles: [master], jump: none}\n"
             "ssh: {user: ubuntu, become: sudo, identity: [a, b]}\n" PODS,
        NULL);
    const struct host *host = &answers->fleet.items[0];
    assert_int_equal(host->port, 2222);
    assert_int_equal(host->line, 6);
    assert_string_equal(host->jump, "ops@b:22,[fd00::9]:23");
    assert_int_equal(answers->fleet.ssh.identities.count, 2);
    /* two masters: allowed, with a warning that says why it is no gain */
    assert_int_equal(answers->warnings.count, 1);
    assert_non_null(strstr(answers->warnings.items[0].text, "2 hosts with the role master: an even number survives the loss of no more"));
    answers_free(&answers);
}

static void false_zero_and_nothing_are_answers(void **state)
{
    (void)state;
    struct answers *answers = must_parse(
        HEAD HOSTS "answers: {pods: 10.0.0.0/8, loud: false, times: 0, text: \"\", quiet_text: \"\", extras: []}\n", NULL);
    assert_string_equal(answers_value(answers, "loud"), "false");
    assert_string_equal(answers_value(answers, "times"), "0");
    assert_string_equal(answers_value(answers, "text"), "");
    assert_string_equal(answers_value(answers, "quiet_text"), "");
    assert_string_equal(answers_value(answers, "extras"), "");
    assert_null(answers_value(answers, "token"));
    answers_free(&answers);
}

static void options_count_above_environment_above_file(void **state)
{
    (void)state;
    struct answers_overrides overrides = {0};
    setenv("KWIZ_ANSWER_times", "5", 1);
    setenv("KWIZ_ANSWER_CNI", "calico", 1);
    setenv("KWIZ_ANSWER_TYPO", "1", 1);
    strv_add(&overrides.sets, "cni=calico");
    strv_add(&overrides.sets, "cni=flannel");
    strv_add(&overrides.sets, "extras=uptime,date");
    strv_add(&overrides.accepts, "swap=for now=ever");
    struct answers *answers =
        must_parse(HEAD HOSTS "answers: {pods: 10.0.0.0/8, times: 1, cni: calico, text: x}\naccept: {swap: old}\n", &overrides);
    static const struct {
        const char *key, *text;
        enum answer_origin origin;
    } want[] = {{"text", "x", ANSWER_FILE},           {"loud", "true", ANSWER_DEFAULT},         {"times", "5", ANSWER_ENVIRONMENT},
                {"cni", "flannel", ANSWER_OPTION},    {"extras", "date uptime", ANSWER_OPTION}, {"pods", "10.0.0.0/8", ANSWER_FILE},
                {"version", "1.36", ANSWER_DEFAULT}};
    assert_int_equal(answers->value_count, 7);
    for (size_t i = 0; i < 7; i++) {
        assert_string_equal(answers->values[i].key, want[i].key);
        assert_string_equal(answers->values[i].text, want[i].text);
        assert_int_equal(answers->values[i].origin, want[i].origin);
    }
    assert_string_equal(answers_accepted(answers, "swap")->reason, "for now=ever");
    assert_int_equal(answers->warnings.count, 1);
    assert_non_null(strstr(answers->warnings.items[0].text, "KWIZ_ANSWER_typo is set"));
    answers_free(&answers);
    /* a run that is resumed has its answers already */
    overrides.ignore_environment = true;
    answers = must_parse(HEAD HOSTS PODS, &overrides);
    assert_string_equal(answers_value(answers, "times"), "3");
    answers_free(&answers);
    strv_done(&overrides.sets);
    strv_done(&overrides.accepts);
    unsetenv("KWIZ_ANSWER_times");
    unsetenv("KWIZ_ANSWER_CNI");
    unsetenv("KWIZ_ANSWER_TYPO");
}

static void faults_of_overrides_are_named(void **state)
{
    (void)state;
    struct answers_overrides overrides = {0};
    char *errors = NULL;
    setenv("KWIZ_ANSWER_LOUD", "maybe", 1);
    strv_add(&overrides.sets, "tiems=1");
    strv_add(&overrides.sets, "times=x");
    strv_add(&overrides.sets, "pods");
    strv_add(&overrides.sets, "token=hunter2");
    strv_add(&overrides.accepts, "swpa");
    strv_add(&overrides.accepts, "swap");
    strv_add(&overrides.accepts, "swap= ");
    assert_null(parse(HEAD HOSTS PODS, &overrides, &errors));
    unsetenv("KWIZ_ANSWER_LOUD");
    static const char *const want[] = {"--set: the spell has no question \"tiems\"; did you mean \"times\"?\n",
                                       "--set: times: expected an integer; found the text \"x\"\n",
                                       "--set: expected KEY=VALUE, found \"pods\"\n", "--set: token is a secret and never a value",
                                       "--accept: the spell has no requirement \"swpa\"; did you mean \"swap\"?\n",
                                       "--accept: swap: the reason is missing: expected swap=REASON\n--accept: swap: the reason is missing",
                                       "KWIZ_ANSWER_LOUD: loud: expected true or false; found the text \"maybe\"\n"};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        if (!strstr(errors, want[i]))
            fail_msg("%s is not in %s", want[i], errors);
    assert_null(strstr(errors, "hunter2"));
    free(errors);
    strv_done(&overrides.sets);
    strv_done(&overrides.accepts);
}

static void what_does_not_apply_is_only_warned_of(void **state)
{
    (void)state;
    struct answers *answers = must_parse(HEAD HOSTS "answers: {pods: 10.0.0.0/8, quiet_text: x}\n", NULL);
    assert_null(answers_value(answers, "quiet_text"));
    assert_int_equal(answers->warnings.count, 1);
    assert_non_null(strstr(answers->warnings.items[0].text, "quiet_text: not used, as it is only asked when not loud"));
    answers_free(&answers);
}

static void saved_answers_are_the_same_when_loaded(void **state)
{
    (void)state;
    struct buf first, second;
    struct answers *answers = must_parse(
        HEAD "hosts:\n  - {name: m1, address: \"fd00::1\", roles: [worker, master], port: 22, jump: \"none\", identity: [\"~/a b\"]}\n"
             "ssh: {user: yes-man}\n"
             "answers: {pods: 10.0.0.0/8, loud: false, quiet_text: \"a \\\"q\\\" \\\\ # \\u00e4: x\", extras: [uptime, date]}\n"
             "accept: {swap: \"because: yes\"}\nsecrets: {token: \"cmd:pass show \\\"x\\\"\", sudo_password: ask}\nconfirm: [a-b]\n",
        NULL);
    buf_init(&first, YAML_BYTES_MAX);
    buf_init(&second, YAML_BYTES_MAX);
    answers_text(answers, spell, &first);
    answers_free(&answers);
    answers = must_parse(buf_text(&first), NULL);
    answers_text(answers, spell, &second);
    assert_string_equal(buf_text(&first), buf_text(&second));
    assert_non_null(strstr(buf_text(&first), "  extras: [date, uptime]\n"));
    assert_non_null(strstr(buf_text(&first), "  times: 3\n"));
    assert_non_null(strstr(buf_text(&first), spell->digest));
    struct err err = ERR_INIT;
    char *path = mem_printf("%s/saved.yaml", fixture.folder);
    struct stat st;
    assert_true(answers_save(answers, spell, path, &err));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    unlink(path);
    assert_false(answers_save(answers, spell, "/nonexistent/x", &err));
    assert_int_equal(err.code, ERR_LOCAL);
    free(path);
    answers_free(&answers);
    buf_done(&first);
    buf_done(&second);
}

static void a_changed_spell_is_not_taken_silently(void **state)
{
    (void)state;
    struct err_list errors = {0};
    char *text = mem_printf("version: 1\nname: t\nspell: {name: demo, version: \"1.0\", digest: \"sha256:%064d\"}\ntopology: any\n" HOSTS PODS,
                            0);
    assert_null(answers_parse("a.yaml", text, strlen(text), NULL, spell, &errors));
    assert_int_equal(errors.count, 1);
    assert_int_equal(errors.items[0].code, ERR_CONFIRM);
    assert_int_equal(errors.items[0].line, 3);
    err_list_done(&errors);
    char *confirmed = mem_printf("%sconfirm: [spell-changed]\n", text);
    struct answers *answers = must_parse(confirmed, NULL);
    answers_free(&answers);
    free(confirmed);
    free(text);
}

static void secrets_are_resolved_when_asked_for(void **state)
{
    (void)state;
    char *path = mem_printf("%s/key", fixture.folder);
    fixture_write(&fixture, "key", "file secret\nsecond line\n");
    chmod(path, 0600);
    const char *const cases[][3] = {
        /* reference, secret, error */
        {"env:KWIZ_TEST_SECRET", "from env", NULL},
        {"env:KWIZ_TEST_NOTHING", NULL, "there is no environment variable KWIZ_TEST_NOTHING"},
        {"file:%s", "file secret", NULL},
        {"file:%s.gone", NULL, "cannot open"},
        {"cmd:printf 'a b\\\\nc'", "a b", NULL},
        {"cmd:exit 3", NULL, "ended with exit status 3"},
        {"cmd:true", NULL, "the first line is empty"},
        {"ask", NULL, "must be asked for"},
    };
    setenv("KWIZ_TEST_SECRET", "from env", 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *reference = strstr(cases[i][0], "%s") ? mem_printf("file:%s%s", path, strstr(cases[i][0], ".gone") ? ".gone" : "")
                                                    : mem_strdup(cases[i][0]);
        char *text = mem_printf(HEAD HOSTS PODS "secrets: {token: \"%s\"}\n", reference);
        struct answers *answers = must_parse(text, NULL);
        struct secret *secret = NULL;
        struct err err = ERR_INIT;
        bool ok = answers_secret(answers, "token", &secret, &err);
        if (ok != (cases[i][1] != NULL))
            fail_msg("%s: %s", reference, err.text);
        if (ok)
            assert_string_equal(secret_bytes(secret), cases[i][1]);
        else if (!strstr(err.text, cases[i][2]))
            fail_msg("%s: %s", reference, err.text);
        secret_free(&secret);
        answers_free(&answers);
        free(text);
        free(reference);
    }
    char *text = mem_printf(HEAD HOSTS PODS "secrets: {token: \"file:%s\"}\n", path);
    struct answers *answers = must_parse(text, NULL);
    struct secret *secret = NULL;
    struct err err = ERR_INIT;
    chmod(path, 0644);
    assert_false(answers_secret(answers, "token", &secret, &err));
    assert_non_null(strstr(err.text, "may be read by others (mode 0644)"));
    assert_int_equal(err.line, 8);
    assert_false(answers_secret(answers, "no_such", &secret, &err));
    assert_int_equal(err.code, ERR_CONFIRM);
    answers_free(&answers);
    free(text);
    free(path);
}

static void the_template_is_valid_and_the_schema_is_json(void **state)
{
    (void)state;
    struct buf text;
    struct err err = ERR_INIT;
    char *errors = NULL;
    buf_init(&text, YAML_BYTES_MAX);
    assert_true(answers_init(spell, "any", NULL, &text, &err));
    /* pods has no default: the template asks for it by failing there */
    assert_null(parse(buf_text(&text), NULL, &errors));
    assert_non_null(strstr(errors, ": pods: expected a network such as 10.244.0.0/16; found the text \"\"\n"));
    assert_null(strchr(strchr(errors, '\n') + 1, '\n'));
    free(errors);
    buf_clear(&text);
    assert_false(answers_init(spell, "nay", NULL, &text, &err));
    assert_non_null(strstr(err.text, "did you mean \"any\"?"));
    buf_done(&text);
    char *schema = answers_schema(spell);
    assert_non_null(strstr(schema, "\"pods\""));
    free(schema);
}

static void what_can_be_said_without_the_spell_is_said(void **state)
{
    (void)state;
    struct err_list errors = {0};
    struct catalog_options catalog = {0};
    struct spell *found = NULL;
    fixture_write(&fixture, "bad.yaml", "version: 1\nname: X\nspell: nosuch\ntopology: any\nhosts: []\n");
    char *path = mem_printf("%s/bad.yaml", fixture.folder);
    assert_null(answers_load(path, NULL, &catalog, &found, &errors));
    assert_null(found);
    char *text = fixture_errors(&fixture, &errors);
    assert_non_null(strstr(text, "bad.yaml:3:8: spell: there is no spell \"nosuch\""));
    assert_non_null(strstr(text, "bad.yaml:2:7: name: expected the cluster's name"));
    assert_non_null(strstr(text, "bad.yaml:5:8: hosts: expected at least one, found none"));
    free(text);
    free(path);
    err_list_done(&errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_is_named_with_its_place),
        cmocka_unit_test(faults_of_hosts_are_named),
        cmocka_unit_test(good_hosts_are_taken),
        cmocka_unit_test(false_zero_and_nothing_are_answers),
        cmocka_unit_test(options_count_above_environment_above_file),
        cmocka_unit_test(faults_of_overrides_are_named),
        cmocka_unit_test(what_does_not_apply_is_only_warned_of),
        cmocka_unit_test(saved_answers_are_the_same_when_loaded),
        cmocka_unit_test(a_changed_spell_is_not_taken_silently),
        cmocka_unit_test(secrets_are_resolved_when_asked_for),
        cmocka_unit_test(the_template_is_valid_and_the_schema_is_json),
        cmocka_unit_test(what_can_be_said_without_the_spell_is_said),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
