/* Answers being given: faults in their places, undo, what is wrong being kept and saved. */
#include "tests/unit/spell_fixture.h"

#include "base/mem.h"
#include "spell/draft.h"
#include "spell/key_files.h"

static struct fixture fixture;
static struct spell *spell;
static struct draft *draft;

#define SPELL                                                                                                                       \
    "kwiz: 1\nname: demo\ntitle: Demo\nversion: \"1\"\ntopologies:\n"                                                              \
    "  - name: pair\n    title: P\n    roles:\n"                                                                                    \
    "      master: {title: M, min: 1, max: 2}\n      worker: {title: W, min: 2}\n"                                                 \
    "  - name: lone\n    title: L\n    roles: {worker: {title: W, min: 1, max: 1}}\n"                                             \
    "  - name: usual\n    title: U\n    roles: {master: {min: 1, max: 3, usual: 2}, worker: {min: 0, usual: 1}, spare: {min: 0}}\n" \
    "questions:\n"                                                                                                                  \
    "  - {key: size, label: S, type: integer, default: 3, min: 1, max: 9}\n"                                                       \
    "  - {key: token, label: T, type: password, required: false}\n"                                                                \
    "  - {key: more, label: M, type: text, required: false, when: size == \"9\"}\n"                                             \
    "steps:\n  - {id: one, title: One, on: all, run: one.sh}\n"

static int set_up(void **state)
{
    (void)state;
    char *errors = NULL;
    fixture_init(&fixture);
    fixture_write(&fixture, "spell.yaml", SPELL);
    spell = fixture_load(&fixture, &errors);
    if (!spell)
        fail_msg("%s", errors);
    draft = draft_new();
    draft_set_spell(draft, spell);
    draft_set_topology(draft, "pair");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    draft_free(&draft);
    fixture_end(&fixture, &spell);
    return 0;
}

static void add(const char *name, const char *address, const char *roles)
{
    size_t at = draft_host_count(draft);
    assert_true(draft_host_add(draft, at));
    draft_host_set(draft, at, CELL_NAME, name);
    draft_host_set(draft, at, CELL_ADDRESS, address);
    draft_host_set(draft, at, CELL_ROLES, roles);
}

static const char *fault_at(struct judgement *j, enum draft_part part, size_t index, enum draft_cell cell)
{
    const struct draft_fault *fault;
    draft_judge(draft, j);
    fault = judgement_at(j, part, index, cell);
    return fault ? fault->text : "";
}

#define expect_fault(part, index, cell, want)                                  \
    do {                                                                       \
        struct judgement j_;                                                   \
        assert_string_equal(fault_at(&j_, part, index, cell), want);           \
        judgement_done(&j_);                                                   \
    } while (0)

static void what_is_wrong_is_told_where_it_stands_and_kept(void **state)
{
    (void)state;
    add("a", "10.0.0.1", "master");
    add("A_b", "10.0.0.300", "king worker");
    add("a", "10.0.0.1", "worker");
    draft_host_set(draft, 2, CELL_PORT, "70000");
    draft_set_ssh(draft, CELL_BECOME, "su");
    draft_set_value(draft, "size", "12");
    draft_set_secret(draft, "token", "swordfish");
    draft_set_name(draft, "Big One");
    struct judgement j;
    draft_judge(draft, &j);
    assert_false(j.is_valid);
    assert_non_null(judgement_at(&j, PART_HOST, 1, CELL_NAME));
    assert_non_null(judgement_at(&j, PART_HOST, 1, CELL_ADDRESS));
    assert_non_null(judgement_at(&j, PART_HOST, 1, CELL_ROLES));
    assert_non_null(judgement_at(&j, PART_HOST, 2, CELL_NAME));
    assert_non_null(judgement_at(&j, PART_HOST, 2, CELL_PORT));
    assert_null(judgement_at(&j, PART_HOST, 0, CELL_NAME));
    assert_non_null(judgement_at(&j, PART_SSH, 0, CELL_BECOME));
    assert_non_null(judgement_at(&j, PART_QUESTION, 0, CELL_NAME));
    assert_non_null(judgement_at(&j, PART_NAME, 0, CELL_NAME));
    const struct draft_fault *secret = judgement_at(&j, PART_SECRET, draft_secret_index(draft, "token"), CELL_NAME);
    assert_non_null(secret);
    assert_null(strstr(secret->text, "swordfish"));
    judgement_done(&j);
    assert_string_equal(draft_host(draft, 1)->cells[CELL_ADDRESS], "10.0.0.300");
    assert_string_equal(draft_value(draft, "size"), "12");
    expect_fault(PART_QUESTION, 0, CELL_NAME, "size: expected at most 9; found the number 12");
    /* come alive and go again */
    draft_set_value(draft, "size", "9");
    expect_fault(PART_QUESTION, 0, CELL_NAME, "");
    bool applies[3];
    draft_asks(draft, applies);
    assert_true(applies[2]);
    draft_set_value(draft, "more", "kept");
    draft_set_value(draft, "size", NULL);
    draft_asks(draft, applies);
    assert_false(applies[2]);
    assert_string_equal(draft_value(draft, "more"), "kept");
}

/* The whole of the table as text. */
static char *table(void)
{
    struct buf out;
    buf_init(&out, 1 << 22);
    for (size_t i = 0; i < draft_host_count(draft); i++)
        for (int c = 0; c < DRAFT_CELLS; c++)
            buf_addf(&out, "%s%s", draft_host(draft, i)->cells[c], c == DRAFT_CELLS - 1 ? "\n" : "|");
    for (int c = CELL_USER; c < DRAFT_CELLS; c++)
        buf_addf(&out, "%s|", draft_ssh(draft, (enum draft_cell)c));
    return buf_take(&out);
}

static unsigned seed = 7;
static unsigned dice(unsigned sides)
{
    seed = seed * 1103515245u + 12345u;
    return (seed >> 16) % sides;
}

static void change_something(void)
{
    static const char *const texts[] = {"", "a", "kub-[1-3]", "10.0.0.[5-7]", "worker", "master worker", "\xe6\xbc\xa2\xe5\xad\x97", "x\ny"};
    size_t count = draft_host_count(draft), at = count ? dice((unsigned)count) : 0, made;
    struct err err = ERR_INIT;
    switch (count ? dice(8) : 0) {
    case 0:
        draft_host_add(draft, count ? dice((unsigned)count + 1) : 0);
        break;
    case 1:
        draft_host_copy(draft, at);
        break;
    case 2:
        draft_host_delete(draft, at);
        break;
    case 3:
        draft_host_move(draft, at, dice((unsigned)count));
        break;
    case 4:
        draft_host_toggle_role(draft, at, dice(2) ? "worker" : "master");
        break;
    case 5:
        draft_host_expand(draft, at, &made, &err);
        break;
    case 6:
        draft_set_ssh(draft, (enum draft_cell)(CELL_USER + dice(DRAFT_CELLS - CELL_USER)), texts[dice(8)]);
        break;
    default:
        draft_host_set(draft, at, (enum draft_cell)dice(DRAFT_CELLS), texts[dice(8)]);
        break;
    }
}

static void every_change_is_taken_back(void **state)
{
    (void)state;
    char *before[DRAFT_UNDO_MAX];
    for (int walk = 0; walk < 100; walk++) {
        size_t changes = 0;
        while (changes < DRAFT_UNDO_MAX) {
            unsigned version = draft_version(draft);
            char *was = table();
            change_something();
            char *now = table();
            bool is_change = draft_version(draft) != version;
            assert_true(is_change || strcmp(was, now) == 0);
            free(now);
            struct buf what;
            buf_init(&what, 1000);
            if (is_change) {
                assert_true(draft_undo_what(draft, &what) && what.len > 0);
                before[changes++] = was;
            } else {
                free(was);
            }
            buf_done(&what);
        }
        while (changes > 0) {
            char *was = before[--changes];
            assert_true(draft_undo(draft));
            char *now = table();
            assert_string_equal(now, was);
            free(now);
            free(was);
        }
    }
}

static void a_group_is_one_change(void **state)
{
    (void)state;
    add("a", "10.0.0.1", "master");
    char *was = table(), *now;
    draft_group(draft);
    add("b", "10.0.0.2", "worker");
    draft_host_delete(draft, 0);
    draft_group_end(draft);
    assert_true(draft_undo(draft));
    now = table();
    assert_string_equal(now, was);
    free(now);
    free(was);
}

/* Saved and opened, right or wrong, it is what it was. */
static void what_was_typed_is_saved_and_opened(void **state)
{
    (void)state;
    char path[sizeof fixture.folder + 32];
    snprintf(path, sizeof path, "%s/draft.yaml", fixture.folder);
    for (int walk = 0; walk < 60; walk++) {
        struct err err = ERR_INIT;
        struct err_list errors = {0};
        for (int i = 0; i < 12; i++)
            change_something();
        draft_set_value(draft, "size", walk % 3 ? "5" : "many");
        assert_true(draft_save(draft, path, &err));
        char *was = table();
        draft_free(&draft);
        draft = draft_new();
        if (!draft_open(draft, path, spell, &errors))
            fail_msg("%s", errors.items[0].text);
        char *now = table();
        assert_string_equal(now, was);
        assert_string_equal(draft_value(draft, "size"), walk % 3 ? "5" : "many");
        assert_string_equal(draft_topology(draft), "pair");
        err_list_done(&errors);
        free(now);
        free(was);
    }
}

static void ranges_are_as_many_as_both_say_and_within_the_limit(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    size_t count;
    add("n-[1-4000]", "10.0.[0-15].[1-250]", "worker");
    assert_false(draft_host_expand(draft, 0, &count, &err));
    assert_int_equal(draft_host_count(draft), 1);
    assert_non_null(strstr(err.text, "4000"));
    draft_host_set(draft, 0, CELL_NAME, "n-[1-3]");
    draft_host_set(draft, 0, CELL_ADDRESS, "10.0.0.[1-4]");
    err = (struct err)ERR_INIT;
    assert_false(draft_host_expand(draft, 0, &count, &err));
    draft_host_set(draft, 0, CELL_ADDRESS, "10.0.0.[1-3]");
    assert_true(draft_host_expand(draft, 0, &count, &err));
    assert_int_equal(count, 3);
    assert_string_equal(draft_host(draft, 2)->cells[CELL_NAME], "n-3");
    assert_string_equal(draft_host(draft, 2)->cells[CELL_ADDRESS], "10.0.0.3");
    assert_true(draft_undo(draft));
    assert_int_equal(draft_host_count(draft), 1);
}

static void the_role_that_is_wanted_next(void **state)
{
    (void)state;
    assert_string_equal(draft_wanted_role(draft)->name, "master");
    add("a", "10.0.0.1", "master");
    assert_string_equal(draft_wanted_role(draft)->name, "worker");
    add("b", "10.0.0.2", "worker");
    add("c", "10.0.0.3", "worker");
    assert_string_equal(draft_wanted_role(draft)->name, "worker"); /* any number */
    draft_set_topology(draft, "lone");
    assert_null(draft_wanted_role(draft));
    draft_set_topology(draft, "");
    assert_null(draft_wanted_role(draft));
}

/* What a topology usually has is led to, and never asked for. */
static void the_usual_number_of_hosts(void **state)
{
    (void)state;
    static const char *const wanted[] = {"master", "master", "worker", "spare"}, *const said[] = {"master 0 of 1", "master 1, usually 2", "master 2", "master 2"};
    struct draft_need needs[3];
    draft_set_topology(draft, "usual");
    for (size_t i = 0; i < 4; i++) {
        struct buf text;
        buf_init(&text, 256);
        assert_int_equal(draft_needs(draft, needs, 3), 3);
        draft_need_text(&needs[0], &text);
        assert_string_equal(buf_text(&text), said[i]);
        assert_int_equal(needs[0].state, i ? NEED_MET : NEED_FEW);
        assert_string_equal(draft_wanted_role(draft)->name, wanted[i]);
        buf_done(&text);
        char *name = mem_printf("h%zu", i), *address = mem_printf("10.0.0.%zu", i + 1);
        add(name, address, wanted[i]);
        free(name);
        free(address);
    }
}

/* Paths with blanks, commas and quotes are one file each, from the cell to the answers, the file, and back. */
static void key_files_keep_their_blanks(void **state)
{
    (void)state;
    static const char *const odd[] = {"~/my keys/id", "/it's", "/a,b", "\"q\" r", "'s'", "/plain"};
    char path[sizeof fixture.folder + 32], *text;
    struct strv files = {0}, read = {0};
    struct judgement j = {0};
    struct fleet fleet = {0};
    struct err err = ERR_INIT;
    struct err_list errors = {0};
    key_files_read("  /a, /b\t'/c d' \"\" /it's \"/e \"\"f\"\"\" \"/open end", &read);
    text = strv_join(&read, "|");
    assert_string_equal(text, "/a|/b|/c d|/it's|/e \"f\"|/open end");
    free(text);
    strv_done(&read);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        strv_add(&files, odd[i]);
    text = key_files_text(&files);
    add("a", "10.0.0.1", "master");
    draft_host_set(draft, 0, CELL_IDENTITY, text);
    draft_set_ssh(draft, CELL_IDENTITY, "\"/one key\"");
    draft_judge(draft, &j);
    assert_int_equal(j.answers->fleet.items[0].identities.count, sizeof odd / sizeof *odd);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        assert_string_equal(j.answers->fleet.items[0].identities.items[i], odd[i]);
    assert_string_equal(j.answers->fleet.ssh.identities.items[0], "/one key");
    /* imported hosts come as lists */
    fleet.items = mem_new(1, sizeof *fleet.items);
    host_copy(&fleet.items[fleet.count++], &j.answers->fleet.items[0]);
    assert_true(draft_hosts_add(draft, &fleet, true, &err));
    assert_string_equal(draft_host(draft, 0)->cells[CELL_IDENTITY], text);
    snprintf(path, sizeof path, "%s/draft.yaml", fixture.folder);
    assert_true(draft_save(draft, path, &err));
    draft_free(&draft);
    draft = draft_new();
    assert_true(draft_open(draft, path, spell, &errors));
    assert_string_equal(draft_host(draft, 0)->cells[CELL_IDENTITY], text);
    assert_string_equal(draft_ssh(draft, CELL_IDENTITY), "\"/one key\"");
    fixture_write(&fixture, "draft.yaml", "version: 1\nhosts:\n  - {name: a, identity: /two words}\n");
    draft_free(&draft);
    draft = draft_new();
    assert_true(draft_open(draft, path, spell, &errors));
    assert_string_equal(draft_host(draft, 0)->cells[CELL_IDENTITY], "\"/two words\"");
    judgement_done(&j);
    fleet_done(&fleet);
    strv_done(&files);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_wrong_is_told_where_it_stands_and_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_change_is_taken_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_group_is_one_change, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_typed_is_saved_and_opened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(key_files_keep_their_blanks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ranges_are_as_many_as_both_say_and_within_the_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_role_that_is_wanted_next, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_usual_number_of_hosts, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
