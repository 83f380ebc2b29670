#include "tests/unit/spell_fixture.h"

#include "spell/catalog.h"
#include "spell/lint.h"

/* The whole of spell.yaml, and every error it must give. */
static void expect(const char *yaml, const char *want)
{
    struct fixture fixture;
    char *got = NULL;
    fixture_init(&fixture);
    fixture_write(&fixture, "spell.yaml", yaml);
    struct spell *spell = fixture_load(&fixture, &got);
    fixture_done(&fixture);
    spell_free(&spell);
    if (!got || strcmp(got, want) != 0) {
        fprintf(stderr, "wanted\n%sgot\n%s", want, got ? got : "no error\n"); /* longer than cmocka's messages may be */
        fail();
    }
    free(got);
}

static void a_valid_spell_loads(void **state)
{
    (void)state;
    struct fixture fixture;
    char *errors = NULL;
    fixture_init(&fixture);
    fixture_write(&fixture, "lib.sh", "helper() { :; }");
    fixture_write(&fixture, "a.table", "one 'two' $three");
    fixture_write(&fixture, "spell.yaml",
                  FIXTURE_HEAD "library: [lib.sh]\ndata: [a.table]\nquestions:\n"
                               "  - {key: cni, label: CNI, type: choice, default: a, choices: [{value: a}, {value: b, when: q == 1}]}\n"
                               "  - {key: late, label: L, type: text, when: cni == \"a\", required: false}\n" FIXTURE_STEPS);
    struct spell *spell = fixture_load(&fixture, &errors);
    /* choice b names q, which is no question */
    assert_null(spell);
    assert_string_equal(errors, "spell.yaml:14:93: when: there is no question \"q\"; if it is a value, write it in quotes\n");
    free(errors);
    fixture_write(&fixture, "spell.yaml",
                  FIXTURE_HEAD "library: [lib.sh]\ndata: [a.table]\nactions: [{name: verify, title: V}]\n"
                               "steps:\n"
                               "  - {id: late, title: L, on: rest(worker), needs: [{step: early, hosts: all}], run: one.sh, timeout: 90s}\n"
                               "  - {id: early, title: E, on: all, run: two.sh, check: check.sh, become: false, serial: 2,\n"
                               "     retry: {times: 3}, rerun: safe, optional: true, results: [x_y], results_for: steps, actions: [install, verify]}\n");
    spell = fixture_load(&fixture, &errors);
    if (!spell)
        fail_msg("%s", errors);
    assert_int_equal(spell->order[0], 1);
    const struct step *late = spell_step(spell, "late"), *early = spell_step(spell, "early");
    assert_string_equal(late->run.text, "kwiz_data() {\ncase $1 in\na.table) cat <<'KWIZ_DATA_END'\none 'two' $three\nKWIZ_DATA_END\n;;\n"
                                        "*) return 1 ;;\nesac\n}\nhelper() { :; }\ntrue\n");
    assert_int_equal(late->timeout_ms, 90000);
    assert_true(late->becomes_root && late->needs[0].on_all_hosts && !late->says_rerun && late->rerun == RERUN_ASK);
    assert_true(strv_has(&late->actions, "install") && late->actions.count == 1);
    assert_int_equal(early->timeout_ms, 600000);
    assert_true(!early->becomes_root && early->is_optional && early->serial == 2 && early->retries == 3 && early->rerun == RERUN_SAFE);
    assert_int_equal(early->retry_delay_ms, 5000);
    assert_true(early->results_for_steps && !late->results_for_steps);
    assert_true(spell->is_exclusive);
    assert_int_equal(topology_role(&spell->topologies[0], "master")->memory_mb, 4096);
    spell_free(&spell);
    fixture_done(&fixture);
}

static void what_is_usual_is_allowed(void **state)
{
    (void)state;
    expect(FIXTURE_HEAD "      few: {min: 2, max: 3, usual: 1}\n      many: {max: 3, usual: 4}\n      some: {min: 0, usual: 9}\n" FIXTURE_STEPS,
           "spell.yaml:11:36: usual: expected a number from min to max, found 1\n"
           "spell.yaml:12:29: usual: expected a number from min to max, found 4\n");
}

static void results_are_for_whom_they_say(void **state)
{
    (void)state;
    expect(FIXTURE_HEAD "steps:\n  - {id: a, title: A, on: all, run: one.sh, results: [x], results_for: step}\n",
           "spell.yaml:12:72: results_for: expected one of all, steps; found the text \"step\"; did you mean \"steps\"?\n");
    expect(FIXTURE_HEAD "steps:\n  - {id: a, title: A, on: all, run: one.sh, results_for: steps}\n",
           "spell.yaml:12:58: results_for: the step has no results; declare them, or take this out\n");
}

static void all_errors_come_at_once_in_the_order_of_the_file(void **state)
{
    (void)state;
    expect("kwiz: 2\nname: Demo\ntitel: Demo\nversion: 1.0\ntopologies: []\nsteps: []\n",
           "spell.yaml:1:1: the key \"title\" is missing\n"
           "spell.yaml:1:7: kwiz: this kwiz reads format 1, found 2; a newer kwiz may read it\n"
           "spell.yaml:2:7: name: expected small letters, digits and -, at most 40; found the text \"Demo\"\n"
           "spell.yaml:3:1: unknown key \"titel\" in a spell; did you mean \"title\"?\n"
           "spell.yaml:4:10: version: expected text, found the number 1.0; write \"1.0\" in quotes if it is meant so\n"
           "spell.yaml:5:13: topologies: expected at least one, found none\n"
           "spell.yaml:6:8: steps: expected at least one, found none\n");
    expect("[]\n", "spell.yaml:1:1: a spell: expected a mapping, as in {a: b}, found a sequence\n");
    expect("kwiz: 1\nkwiz: 1\n", "spell.yaml:2:1: the key \"kwiz\" stands here twice; the first is on line 1\n");
}

static void faults_of_steps_are_named(void **state)
{
    (void)state;
    expect(FIXTURE_HEAD "steps:\n  - {id: a, title: A, on: all, run: gone.sh}\n",
           "spell.yaml:12:37: run: the file \"gone.sh\" can't be read: No such file or directory\n");
    expect(FIXTURE_HEAD "steps:\n  - {id: a, title: A, on: all, run: one.sh, undo: /etc/passwd, check: ../x.sh}\n",
           "spell.yaml:12:51: undo: expected a path below the spell's folder, found the absolute path \"/etc/passwd\"\n"
           "spell.yaml:12:71: check: expected a path below the spell's folder, found \"../x.sh\", which leaves it\n");
    expect(FIXTURE_HEAD "steps:\n"
                        "  - {id: a, title: A, on: all, run: one.sh, needs: [b]}\n"
                        "  - {id: b, title: B, on: all, run: one.sh, needs: [c]}\n"
                        "  - {id: c, title: C, on: all, run: one.sh, needs: [{step: a}]}\n",
           "spell.yaml:14:60: needs: the steps need each other in a circle: a -> b -> c -> a\n");
    expect(FIXTURE_HEAD "steps:\n  - {id: a, title: A, on: all, run: one.sh, needs: [a]}\n",
           "spell.yaml:12:53: needs: the steps need each other in a circle: a -> a\n");
    expect(FIXTURE_HEAD "steps:\n  - {id: first, title: A, on: all, run: one.sh}\n  - {id: b, title: B, on: all, run: one.sh, needs: [frist]}\n",
           "spell.yaml:13:53: needs: there is no step \"frist\"; did you mean \"first\"?\n");
    expect(FIXTURE_HEAD "steps:\n  - {id: a, title: A, on: all, run: one.sh}\n  - {id: a, title: B, on: all, run: one.sh}\n",
           "spell.yaml:13:10: id: the step \"a\" stands here twice; the first is on line 12\n");
    expect(FIXTURE_HEAD "steps:\n  - {id: a, title: A, on: wroker, run: one.sh}\n",
           "spell.yaml:12:27: on: there is no question or role \"wroker\"; did you mean \"worker\"?\n");
    expect(FIXTURE_HEAD "steps:\n  - {id: a, title: A, on: \"first(wroker) or\", run: one.sh}\n",
           "spell.yaml:12:44: on: expected a name or a value, found the end of the condition\n");
    expect(FIXTURE_HEAD "steps:\n  - {id: a, title: A, on: \"first(wroker)\", run: one.sh}\n",
           "spell.yaml:12:34: on: no topology has a role \"wroker\"; did you mean \"worker\"?\n");
    expect(FIXTURE_HEAD "steps:\n  - {id: a, title: A, on: false, run: one.sh}\n",
           "spell.yaml:12:27: on: the step \"a\" can never run: no host of any topology fits\n");
    expect(FIXTURE_HEAD "steps:\n  - {id: a, title: A, on: worker and topology == \"nay\", run: one.sh}\n",
           "spell.yaml:12:50: on: there is no topology \"nay\"; did you mean \"any\"?\n");
    expect(FIXTURE_HEAD "steps:\n  - {id: a, title: A, on: all, run: one.sh, timeout: 10, rerun: maybe, become: yes, serial: 0, actions: [reset]}\n",
           "spell.yaml:12:54: timeout: expected a time such as 30s, 10m or 1h, at most 24h, found the number 10\n"
           "spell.yaml:12:65: rerun: expected one of safe, ask; found the text \"maybe\"\n"
           "spell.yaml:12:80: become: expected true or false, found the text \"yes\"\n"
           "spell.yaml:12:93: serial: expected an integer from 1 to 1000, found the number 0\n"
           "spell.yaml:12:106: actions: reset is made of the undo scripts; no step can be part of it by name\n");
    expect(FIXTURE_HEAD "steps:\n"
                        "  - {id: a, title: A, on: all, run: one.sh, mints: [token]}\n"
                        "  - {id: b, title: B, on: all, run: one.sh, reads: [token]}\n"
                        "  - {id: c, title: C, on: all, run: one.sh, reads: [tokne]}\n",
           "spell.yaml:13:53: reads: \"token\" is minted by a step that this one does not need, so it may come too early\n"
           "spell.yaml:14:53: reads: no password question and no step's mints is called \"tokne\"; did you mean \"token\"?\n");
    expect(FIXTURE_HEAD "questions:\n  - {key: secret, label: S, type: password}\nsteps:\n"
                        "  - id: a\n    title: A\n    on: all\n    run: one.sh\n    downloads:\n"
                        "      - {what: \"{scret}\", from: \"a {secret} b {\"}\n      - {from: x, when: master}\n      - {what: x, to: y}\n"
                        "      - {what: \"{row.version}\"}\n",
           "spell.yaml:19:16: what: there is no question \"scret\" for {scret}\n"
           "spell.yaml:19:33: from: {secret} is a password, which is never shown\n"
           "spell.yaml:20:9: the key \"what\" is missing\n"
           "spell.yaml:20:25: when: there is no question \"master\"\n"
           "spell.yaml:21:19: unknown key \"to\" in downloads; known here: what, from, row, when, here, maybe_here, unneeded\n"
           "spell.yaml:22:16: what: {row.version} is a cell of a table, but there is no \"row\" that says which\n");
}

static void faults_of_questions_are_named(void **state)
{
    (void)state;
    expect(FIXTURE_HEAD "questions:\n"
                        "  - {key: A, label: A, type: text}\n"
                        "  - {key: b, label: B, type: sting}\n"
                        "  - {key: c, label: C, type: choice, default: z, choices: [{value: x}, {value: y y}]}\n"
                        "  - {key: d, label: D, type: boolean, default: no}\n"
                        "  - {key: e, label: E, type: integer, min: 5, max: 9, default: 4}\n"
                        "  - {key: f, label: F, type: cidr, default: 10.1.2.3/16}\n"
                        "  - {key: g, label: G, type: version, default: 1.30}\n"
                        "  - {key: h, label: H, type: text, when: later == \"x\"}\n"
                        "  - {key: later, label: L, type: choice, choices: [{value: x}]}\n"
                        "  - {key: i, label: I, type: text, when: later == \"y\"}\n"
                        "  - {key: j, label: J, type: text, when: later, pattern: \"(\"}\n"
                        "  - {key: k, label: K, type: password, default: secret}\n"
                        "  - {key: l, label: L, type: text, pattern: \"((a{30}){30}){30}\"}\n"
                        "  - {key: i, label: I, type: path, min: 1}\n"
                        "  - {key: topology, label: T, type: text, when: has_role(master)}\n"
                        "  - {key: m, label: M, type: multi, default: [x, y], choices: [{value: x}, {value: y, retired: gone}]}\n"
                        "  - {key: n, label: N, type: choice, default: y, choices: [{value: x}, {value: y, retired: gone, when: d}]}\n" FIXTURE_STEPS,
           "spell.yaml:12:11: key: expected a small letter, then small letters, digits and _, at most 40; found the text \"A\"\n"
           "spell.yaml:13:30: type: expected one of text, password, boolean, integer, choice, multi, cidr, address, hostname, path, version; "
           "found the text \"sting\"\n"
           "spell.yaml:14:47: default: expected one of x, y y; found the text \"z\"; did you mean \"x\"?\n"
           "spell.yaml:14:80: value: expected 1 to 64 letters, digits and . _ : / @ + -, found \"y y\"\n"
           "spell.yaml:15:48: default: expected true or false, found the text \"no\"; write false\n"
           "spell.yaml:16:64: default: expected at least 5; found the number 4\n"
           "spell.yaml:17:45: default: expected the network's own address, 10.1.0.0/16; found the text \"10.1.2.3/16\"\n"
           "spell.yaml:18:48: default: expected a version such as \"1.36\", found the number 1.30; write it in quotes: \"1.30\"\n"
           "spell.yaml:19:42: when: a question that is asked later can't be named here; only those before it\n"
           "spell.yaml:21:51: when: not one of the choices: \"y\"; did you mean \"x\"?\n"
           "spell.yaml:22:42: when: this answer alone is neither true nor false; compare it with ==, != or in\n"
           "spell.yaml:22:58: pattern: not a POSIX extended regular expression: Unmatched ( or \\(\n"
           "spell.yaml:23:49: default: a password can have none\n"
           "spell.yaml:24:45: pattern: the pattern repeats too often (the counts in {} multiply to more than 1000)\n"
           "spell.yaml:25:11: key: the question \"i\" stands here twice; the first is on line 21\n"
           "spell.yaml:25:36: min belongs to the types integer, text, password and multi, not to path\n"
           "spell.yaml:26:11: key: \"topology\" means something else in conditions; choose another\n"
           "spell.yaml:26:58: when: no host is meant here; ask with any(ROLE) whether some host has a role\n"
           "spell.yaml:27:46: default: the choice \"y\" is retired; expected one that can be chosen\n");
}

static void faults_of_requirements_are_named(void **state)
{
    (void)state;
    expect(FIXTURE_HEAD "requirements:\n"
                        "  - {id: cpus, title: C}\n"
                        "  - {id: memory, title: M, fail: 1700, warn: 120%}\n"
                        "  - {id: mine, title: X}\n"
                        "  - {id: swap, title: S, fail: 3, level: no, fix: tow}\n"
                        "  - {id: ports, title: P, ports: {msater: [99999]}}\n"
                        "  - {id: leftovers, title: L, paths: [etc, \"/a b\", \"/a'; rm -rf /\"]}\n"
                        "  - {id: disk, title: D, fail: 10G, path: /x/../y}\n" FIXTURE_STEPS,
           "spell.yaml:12:5: the key \"fail\" or \"warn\" is missing: without a number nothing is required\n"
           "spell.yaml:13:34: fail: expected a size such as 1700M, 4G or 1T, found the number 1700\n"
           "spell.yaml:13:46: warn: expected at most 100%, found 120%\n"
           "spell.yaml:14:5: the key \"measure\" is missing; without it the id must be the name of a measure\n"
           "spell.yaml:14:5: the key \"fail\" or \"warn\" is missing: without a number nothing is required\n"
           "spell.yaml:15:26: fail belongs to the measures cpus, memory and disk; for swap write level: fail or warn\n"
           "spell.yaml:15:42: level: expected one of fail, warn; found the text \"no\"\n"
           "spell.yaml:15:51: fix: there is no step \"tow\"; did you mean \"two\"?\n"
           "spell.yaml:16:35: ports: no topology has a role \"msater\"; did you mean \"master\"?\n"
           "spell.yaml:16:44: ports: expected an integer from 1 to 65535, found the number 99999\n"
           "spell.yaml:17:39: paths: expected an absolute path, beginning with /; found \"etc\"\n"
           "spell.yaml:17:44: paths: expected at most 150 letters, digits and _ . / @ + -\n"
           "spell.yaml:17:52: paths: expected at most 150 letters, digits and _ . / @ + -\n"
           "spell.yaml:18:43: path: expected a path without \".\" and \"..\"; found \"/x/../y\"\n");
}

static void links_out_and_odd_files_are_refused(void **state)
{
    (void)state;
    struct fixture fixture;
    char *errors = NULL;
    fixture_init(&fixture);
    char *path = mem_printf("%s/one.sh", fixture.folder);
    unlink(path);
    assert_int_equal(symlink("/etc/hostname", path), 0);
    assert_null(fixture_load(&fixture, &errors));
    assert_string_equal(errors, "spell.yaml:12:41: run: \"one.sh\" is a link that leaves the spell's folder\n");
    free(errors);
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0); /* must not hang */
    assert_null(fixture_load(&fixture, &errors));
    assert_non_null(strstr(errors, "spell.yaml:12:41: run: \"one.sh\": not a regular file\n"));
    free(errors);
    unlink(path);
    fixture_write(&fixture, "one.sh", "true\r\n");
    assert_null(fixture_load(&fixture, &errors));
    assert_string_equal(errors, "spell.yaml:12:41: run: \"one.sh\" has a carriage return on line 1; end lines with a newline alone\n");
    free(errors);
    fixture_write(&fixture, "one.sh", "true\n\xff\n");
    assert_null(fixture_load(&fixture, &errors));
    assert_string_equal(errors, "spell.yaml:12:41: run: \"one.sh\" is not text in UTF-8 (byte 0xff on line 2)\n");
    free(errors);
    free(path);
    fixture_done(&fixture);
}

static void the_digest_covers_names_and_bytes(void **state)
{
    (void)state;
    struct fixture fixture;
    char *errors = NULL, *digests[5];
    fixture_init(&fixture);
    for (int i = 0; i < 5; i++) {
        if (i == 1)
            fixture_write(&fixture, ".hidden", "x");
        if (i == 2)
            fixture_write(&fixture, "extra", "x");
        if (i == 3)
            fixture_write(&fixture, "extra", "y");
        if (i == 4) {
            char *old = mem_printf("%s/extra", fixture.folder), *new = mem_printf("%s/extrb", fixture.folder);
            assert_int_equal(rename(old, new), 0);
            free(old);
            free(new);
        }
        struct spell *spell = fixture_load(&fixture, &errors);
        assert_non_null(spell);
        digests[i] = mem_strdup(spell->digest);
        assert_int_equal(strlen(digests[i]), 71);
        spell_free(&spell);
    }
    assert_string_equal(digests[0], digests[1]);
    for (int i = 1; i < 4; i++)
        assert_string_not_equal(digests[i], digests[i + 1]);
    for (int i = 0; i < 5; i++)
        free(digests[i]);
    fixture_done(&fixture);
}

static void the_catalog_finds_and_suggests(void **state)
{
    (void)state;
    struct fixture fixture;
    struct catalog_options options = {0};
    struct err err = ERR_INIT;
    fixture_init(&fixture);
    char *parent = mem_strndup(fixture.folder, strlen(fixture.folder) - 5);
    setenv("XDG_DATA_HOME", "/nonexistent", 1);
    setenv("KWIZ_SPELLS", "/nonexistent::", 1);
    assert_null(catalog_find(&options, "demo", &err));
    strv_add(&options.folders, parent);
    char *found = catalog_find(&options, "demo", &err);
    assert_string_equal(found, fixture.folder);
    free(found);
    assert_null(catalog_find(&options, "dmeo", &err));
    assert_non_null(strstr(err.text, "there is no spell \"dmeo\"; did you mean \"demo\"? (searched: "));
    assert_int_equal(err.code, ERR_INVALID);
    assert_null(catalog_find(&options, "..", &err));
    strv_done(&options.folders);
    setenv("KWIZ_SPELLS", parent, 1);
    found = catalog_find(&options, "demo", &err);
    assert_string_equal(found, fixture.folder);
    free(found);
    found = catalog_find(&options, fixture.folder, &err);
    assert_string_equal(found, fixture.folder);
    free(found);
    unsetenv("KWIZ_SPELLS");
    free(parent);
    fixture_done(&fixture);
}

static void lint_finds_what_loading_does_not(void **state)
{
    (void)state;
    struct fixture fixture;
    struct err_list errors = {0}, notes = {0};
    struct strv tools = {0};
    char *text = NULL;
    fixture_init(&fixture);
    fixture_write(&fixture, "one.sh", "if true; then\n  echo x\n");
    fixture_write(&fixture, "two.sh", "kwiz_result done 1\n  kwiz_secret key \"$x\" # kwiz_result commented 1\n");
    struct spell *spell = fixture_load(&fixture, &text);
    assert_non_null(spell);
    spell_lint(spell, &errors, &notes, &tools);
    char *got = fixture_errors(&fixture, &errors);
    assert_non_null(strstr(got, "spell.yaml:12:5: the step \"one\" has no check; say rerun: safe"));
    assert_null(strstr(got, "step \"two\" has no check"));
    assert_non_null(strstr(got, "one.sh:"));
    assert_non_null(strstr(got, "sh -n: "));
    assert_non_null(strstr(got, "two.sh:1:13: kwiz_result done: the step does not declare it; add results: [done]"));
    assert_non_null(strstr(got, "two.sh:2:15: kwiz_secret key: the step does not declare it; add mints: [key]"));
    assert_null(strstr(got, "commented"));
    assert_true(strv_has(&tools, "sh"));
    free(got);
    err_list_done(&errors);
    err_list_done(&notes);
    strv_done(&tools);
    spell_free(&spell);
    fixture_done(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_valid_spell_loads),
        cmocka_unit_test(all_errors_come_at_once_in_the_order_of_the_file),
        cmocka_unit_test(what_is_usual_is_allowed),
        cmocka_unit_test(results_are_for_whom_they_say),
        cmocka_unit_test(faults_of_steps_are_named),
        cmocka_unit_test(faults_of_questions_are_named),
        cmocka_unit_test(faults_of_requirements_are_named),
        cmocka_unit_test(links_out_and_odd_files_are_refused),
        cmocka_unit_test(the_digest_covers_names_and_bytes),
        cmocka_unit_test(the_catalog_finds_and_suggests),
        cmocka_unit_test(lint_finds_what_loading_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
