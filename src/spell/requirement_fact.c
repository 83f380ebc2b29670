/* The measure `fact`: tests on facts that spells declare. The gravest finding is the verdict, the others are its details. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/fact_rule.h"
#include "spell/read.h"
#include "spell/requirement_parts.h"
#include "spell/scope.h"
#include "spell/spell_parts.h"

#define TESTS_MAX 40
#define NAMES_MAX 10 /* of facts, in a finding */

struct fact_test {
    struct fact_rule rule;
    struct fact_rules where; /* it counts only where these hold */
    struct fact_rules known; /* that a fact is absent means something only where these hold */
    struct cond *when;       /* owned or NULL */
    enum { LEVEL_OF_REQUIREMENT, LEVEL_FAIL, LEVEL_WARN } level;
    bool is_ours; /* what it finds is kwiz's own doing on a host of this cluster */
    char *wanted, *found, *remedy; /* owned or NULL: texts for people */
};

struct fact_measure {
    struct fact_test *tests; /* owned */
    size_t count;
    char *good;   /* owned or NULL: what is told where all is well */
    char *wanted; /* owned or NULL: of tests that do not say it themselves, and where all is well */
};

static void read_level(const struct yaml_reader *reader, const struct yaml_node *map, struct fact_test *test)
{
    static const char *const levels[] = {"fail", "warn"};
    const struct yaml_node *node = yaml_get(map, "level");
    const char *text = NULL;
    if (!node || !yaml_string(reader, node, "level", &text))
        return;
    if (strcmp(text, "fail") == 0)
        test->level = LEVEL_FAIL;
    else if (strcmp(text, "warn") == 0)
        test->level = LEVEL_WARN;
    else
        read_unknown(reader, node, "level", text, levels, 2);
}

static void read_test(const struct yaml_reader *reader, const struct yaml_node *map, struct fact_test *test)
{
    static const char *const keys[] = {FACT_RULE_KEYS, "where", "known", "when", "level", "ours", "wanted", "found", "remedy"};
    *test = (struct fact_test){0};
    if (!yaml_check_keys(reader, map, _("a test"), keys, sizeof keys / sizeof *keys))
        return;
    fact_rule_read(reader, map, &test->rule);
    fact_rules_read(reader, map, "where", &test->where);
    fact_rules_read(reader, map, "known", &test->known);
    if (test->known.count && test->rule.absent == ABSENT_UNKNOWN)
        yaml_error(reader, yaml_key(map, "known"), _("known belongs to absent: it says where absence means something"));
    test->when = read_cond(reader, map, "when");
    read_level(reader, map, test);
    yaml_get_boolean(reader, map, "ours", &test->is_ours);
    yaml_get_string(reader, map, "wanted", &test->wanted);
    yaml_get_string(reader, map, "found", &test->found);
    yaml_get_string(reader, map, "remedy", &test->remedy);
}

static void read_own(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement)
{
    struct fact_measure *own = requirement->own = mem_new(1, sizeof *own);
    yaml_get_string(reader, map, "good", &own->good);
    yaml_get_string(reader, map, "wanted", &own->wanted);
    const struct yaml_node *tests = yaml_need(reader, map, "tests");
    if (!tests || !yaml_is_sequence(reader, tests, "tests"))
        return;
    if (!tests->count || tests->count > TESTS_MAX) {
        yaml_error(reader, tests, _("tests: expected 1 to %d, found %zu"), TESTS_MAX, tests->count);
        return;
    }
    own->tests = mem_new(tests->count, sizeof *own->tests);
    for (size_t i = 0; i < tests->count; i++)
        read_test(reader, tests->items[i], &own->tests[own->count++]);
}

static void done(struct requirement *requirement)
{
    struct fact_measure *own = requirement->own;
    for (size_t i = 0; own && i < own->count; i++) {
        struct fact_test *test = &own->tests[i];
        fact_rule_done(&test->rule);
        fact_rules_done(&test->where);
        fact_rules_done(&test->known);
        cond_free(&test->when);
        free(test->wanted);
        free(test->found);
        free(test->remedy);
    }
    if (own) {
        free(own->tests);
        free(own->good);
        free(own->wanted);
    }
    free(own);
    requirement->own = NULL;
}

static void check(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell, const struct requirement *requirement)
{
    struct fact_measure *own = requirement->own;
    const struct yaml_node *tests = yaml_get(map, "tests");
    for (size_t i = 0; own && i < own->count; i++) {
        struct fact_test *test = &own->tests[i];
        const struct yaml_node *node = tests->items[i];
        fact_rule_check(reader, spell, yaml_get(node, "fact"), &test->rule);
        fact_rules_check(reader, spell, yaml_get(node, "where"), &test->where);
        fact_rules_check(reader, spell, yaml_get(node, "known"), &test->known);
        spell_check_cond(reader, spell, test->when, node, "when");
    }
}

static void wants(const struct requirement *requirement, struct strv *disks, struct strv *paths)
{
    const struct fact_measure *own = requirement->own;
    for (size_t i = 0; i < own->count; i++) {
        fact_rule_wants(&own->tests[i].rule, disks, paths);
        fact_rules_wants(&own->tests[i].where, disks, paths);
        fact_rules_wants(&own->tests[i].known, disks, paths);
    }
}

/* Nothing to translate where only the value is told. */
static const char *own_text(const char *text)
{
    return text && strcmp(text, "{}") == 0 ? NULL : text;
}

static void texts(const struct requirement *requirement, void (*add)(void *data, const char *english, unsigned line, unsigned column), void *data)
{
    const struct fact_measure *own = requirement->own;
    add(data, own->good, requirement->line, requirement->column);
    add(data, own->wanted, requirement->line, requirement->column);
    for (size_t i = 0; i < own->count; i++) {
        const struct fact_test *test = &own->tests[i];
        add(data, own_text(test->wanted), test->rule.line, test->rule.column);
        add(data, own_text(test->found), test->rule.line, test->rule.column);
        add(data, test->remedy, test->rule.line, test->rule.column);
    }
}

/* Text of the spell in the operator's language, with value in place of {}; NULL: value alone. Frees value. */
static char *told(const struct judge *judge, const char *text, char *value)
{
    if (!text)
        return value;
    const char *shown = spell_text(judge->spell, text), *gap = strstr(shown, "{}");
    char *whole = gap ? mem_printf("%.*s%s%s", (int)(gap - shown), shown, value, gap + 2) : mem_strdup(shown);
    free(value);
    return whole;
}

/* What one test says of the host. */
struct outcome {
    enum fact_state state;
    char *why;        /* owned; of FACT_UNKNOWN */
    struct strv bad;  /* keys, of FACT_BAD */
};

static enum fact_state judge_key(const struct judge *judge, const struct fact_test *test, const char *key, char **why)
{
    enum fact_state state = fact_rule_judge(&test->rule, key, judge->facts, judge->answers, why);
    bool by_absence = (state == FACT_GOOD || state == FACT_BAD) && !facts_get(judge->facts, key);
    if (!by_absence || fact_rules_judge(&test->known, judge->facts, judge->answers, why) == FACT_GOOD)
        return state;
    free(*why);
    *why = mem_strdup(_("the host did not say"));
    return FACT_UNKNOWN;
}

static struct outcome judge_test(const struct judge *judge, const struct fact_test *test)
{
    struct scope scope = {.answers = judge->answers, .host = judge->host};
    struct outcome outcome = {.state = FACT_VOID};
    if (!scope_eval(&scope, test->when))
        return outcome;
    enum fact_state where = fact_rules_judge(&test->where, judge->facts, judge->answers, &outcome.why);
    if (where != FACT_GOOD) {
        outcome.state = where == FACT_UNKNOWN ? FACT_UNKNOWN : FACT_VOID;
        return outcome;
    }
    bool is_good = false, is_unknown = false;
    for (size_t i = 0; i < test->rule.facts.count; i++) {
        char *key = fact_rule_key(&test->rule, i, judge->answers);
        enum fact_state state = key ? judge_key(judge, test, key, &outcome.why) : FACT_VOID;
        is_good |= state == FACT_GOOD;
        is_unknown |= state == FACT_UNKNOWN;
        if (state == FACT_BAD)
            strv_add(&outcome.bad, key);
        free(key);
    }
    outcome.state = outcome.bad.count ? FACT_BAD : is_unknown ? FACT_UNKNOWN : is_good ? FACT_GOOD : FACT_VOID;
    return outcome;
}

/* What stands behind the kind of fact: br_netfilter of module:br_netfilter. */
static const char *name_of(const char *key)
{
    const char *colon = strchr(key, ':');
    return colon ? colon + 1 : key;
}

static char *finding(const struct judge *judge, const struct fact_test *test, const struct strv *bad)
{
    struct strv parts = {0};
    if (test->rule.facts.count == 1)
        return told(judge, test->found, fact_rule_found(&test->rule, bad->items[0], judge->facts, judge->answers));
    for (size_t i = 0; i < bad->count && i < NAMES_MAX; i++) {
        char *value = test->found ? NULL : fact_rule_found(&test->rule, bad->items[i], judge->facts, judge->answers);
        char *part = value ? mem_printf("%s: %s", name_of(bad->items[i]), value) : mem_strdup(name_of(bad->items[i]));
        strv_add(&parts, part);
        free(value);
        free(part);
    }
    if (bad->count > NAMES_MAX)
        strv_add(&parts, "...");
    char *all = strv_join(&parts, ", ");
    strv_done(&parts);
    return told(judge, test->found, all);
}

static char *wanted(const struct judge *judge, const struct fact_test *test, bool is_well)
{
    const struct fact_measure *own = judge->requirement->own;
    bool is_general = own->wanted && (is_well || !test->wanted);
    return told(judge, is_general ? own->wanted : test->wanted, fact_rule_wanted(&test->rule, judge->answers));
}

static char *all_is_well(const struct judge *judge, const struct fact_measure *own, const struct fact_test *test)
{
    if (test->rule.facts.count > 1)
        return told(judge, own->good, mem_strdup(test->rule.absent == ABSENT_GOOD ? _("none") : _("as wanted")));
    char *key = fact_rule_key(&test->rule, 0, judge->answers);
    const char *value = key ? facts_get(judge->facts, key) : NULL;
    free(key);
    return told(judge, own->good, mem_strdup(value ? value : _("none")));
}

/* How grave; the order of the enumeration. */
enum grade { GRADE_NOTHING, GRADE_GOOD, GRADE_UNKNOWN, GRADE_OURS, GRADE_WARN, GRADE_FAIL };

static enum grade grade_of(const struct judge *judge, const struct fact_test *test, const struct outcome *outcome)
{
    switch (outcome->state) {
    case FACT_VOID:
        return GRADE_NOTHING;
    case FACT_GOOD:
        return GRADE_GOOD;
    case FACT_UNKNOWN:
        return GRADE_UNKNOWN;
    case FACT_BAD:
        break;
    }
    if (test->is_ours && judge_is_own_cluster(judge))
        return GRADE_OURS;
    bool is_warning = test->level == LEVEL_OF_REQUIREMENT ? judge->requirement->is_warning : test->level == LEVEL_WARN;
    return is_warning ? GRADE_WARN : GRADE_FAIL;
}

static void say(struct judge *judge, enum grade grade, const struct fact_test *test, const struct outcome *outcome)
{
    const struct fact_measure *own = judge->requirement->own;
    char *threshold = wanted(judge, test, grade == GRADE_GOOD);
    if (grade == GRADE_GOOD) {
        judge_say(judge, VERDICT_PASS, all_is_well(judge, own, test), threshold);
    } else if (grade == GRADE_UNKNOWN) {
        judge_skip(judge, outcome->why ? outcome->why : _("the host did not say"), threshold);
    } else if (grade == GRADE_OURS) {
        judge_is_ours(judge, threshold);
    } else {
        judge_say(judge, grade == GRADE_FAIL ? VERDICT_FAIL : VERDICT_WARN, finding(judge, test, &outcome->bad), threshold);
        judge->remedy = test->remedy;
    }
}

static void say_more(struct judge *judge, const struct fact_test *test, const struct outcome *outcome)
{
    char *found = finding(judge, test, &outcome->bad), *threshold = wanted(judge, test, false);
    const struct verdict *v = judge->verdict;
    /* a sharper and a milder test of the same thing say it twice */
    if (strcmp(found, v->measured) != 0 || strcmp(threshold, v->threshold) != 0) {
        char *line = mem_printf(_("found %s, wanted %s"), found, threshold);
        judge_detail(judge, line);
        free(line);
    }
    free(threshold);
    free(found);
}

static bool judge_facts(struct judge *judge)
{
    const struct fact_measure *own = judge->requirement->own;
    struct outcome *outcomes = mem_new(own->count, sizeof *outcomes);
    enum grade gravest = GRADE_NOTHING;
    size_t which = 0;
    for (size_t i = 0; i < own->count; i++) {
        outcomes[i] = judge_test(judge, &own->tests[i]);
        enum grade grade = grade_of(judge, &own->tests[i], &outcomes[i]);
        if (grade > gravest) {
            gravest = grade;
            which = i;
        }
    }
    if (gravest != GRADE_NOTHING)
        say(judge, gravest, &own->tests[which], &outcomes[which]);
    for (size_t i = 0; i < own->count; i++) {
        if (gravest >= GRADE_WARN && i != which && grade_of(judge, &own->tests[i], &outcomes[i]) >= GRADE_WARN)
            say_more(judge, &own->tests[i], &outcomes[i]);
        strv_done(&outcomes[i].bad);
        free(outcomes[i].why);
    }
    free(outcomes);
    return gravest != GRADE_NOTHING;
}

static const char *const keys[] = {"tests", "good", "wanted", NULL};

const struct measure_ops measure_fact = {
    .name = "fact",
    .is_of_one_host = true,
    .keys = keys,
    .read = read_own,
    .done = done,
    .check = check,
    .judge = judge_facts,
    .wants = wants,
    .texts = texts,
};
