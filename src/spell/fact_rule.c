/* Facts against the rules on them, and what is told of it. Pure. */
#include "spell/fact_rule.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/version.h"

#define FOUND_MAX 300 /* bytes of what a host says, in a verdict */

/* The words between separators, added to list. */
static void add_words(struct strv *list, const char *text, const char *separators)
{
    for (text += strspn(text, separators); *text; text += strspn(text, separators)) {
        size_t len = strcspn(text, separators);
        char *word = mem_strndup(text, len);
        strv_add(list, word);
        free(word);
        text += len;
    }
}

/* What the fact is compared with on this site. words: filled when FACT_GOOD. */
static enum fact_state resolve(const struct fact_operand *operand, const struct answers *answers, struct strv *words, char **why)
{
    if (!operand->answer) {
        strv_copy(words, &operand->words);
        return FACT_GOOD;
    }
    const char *value = answers_value(answers, operand->answer);
    if (!value || !*value)
        return FACT_VOID;
    if (!operand->file) {
        strv_add(words, value);
        return FACT_GOOD;
    }
    const char *cell = table_get(&operand->table, value, operand->column);
    if (!cell) {
        free(*why);
        *why = mem_printf(_("%s does not know %s"), operand->file, value);
        return FACT_UNKNOWN;
    }
    if (table_cell_is_empty(cell))
        return FACT_VOID;
    add_words(words, cell, ",");
    return words->count ? FACT_GOOD : FACT_VOID;
}

char *fact_rule_key(const struct fact_rule *rule, size_t i, const struct answers *answers)
{
    const char *key = rule->facts.items[i], *open = strchr(key, '{'), *close = open ? strchr(open, '}') : NULL;
    if (!close)
        return mem_strdup(key);
    char *question = mem_strndup(open + 1, (size_t)(close - open) - 1);
    const char *value = answers_value(answers, question);
    char *whole = value && *value ? mem_printf("%.*s%s%s", (int)(open - key), key, value, close + 1) : NULL;
    free(question);
    return whole;
}

static bool is_unknown(const char *value)
{
    return strcmp(value, "unknown") == 0 || strncmp(value, "unknown ", 8) == 0;
}

/* One value, which is known. */
static enum fact_state compare(enum fact_operator operator, const char *value, const struct strv *words, char **why)
{
    struct strv own = {0};
    bool is_good = true;
    switch (operator) {
    case FACT_IS:
    case FACT_NOT:
        return strv_has(words, value) == (operator == FACT_IS) ? FACT_GOOD : FACT_BAD;
    case FACT_CONTAINS:
        add_words(&own, value, " ");
        for (size_t i = 0; i < words->count; i++)
            is_good &= strv_has(&own, words->items[i]);
        strv_done(&own);
        return is_good ? FACT_GOOD : FACT_BAD;
    case FACT_AT_LEAST:
    case FACT_AT_MOST:
        break;
    }
    if (!version_is(value)) {
        free(*why);
        *why = mem_printf(_("\"%.60s\" is no number and no version"), value);
        return FACT_UNKNOWN;
    }
    bool is_least = operator == FACT_AT_LEAST;
    return (is_least ? version_compare(value, words->items[0]) >= 0 : version_compare_by(value, words->items[0]) <= 0) ? FACT_GOOD : FACT_BAD;
}

/* Why the host has no such fact. */
static char *reason(const char *key, const struct facts *facts)
{
    size_t len = strcspn(key, ":");
    /* file servers that do not answer are told of by the kind of question, not by each key */
    static const char *const disks[] = {"disk", "used", "inodes", "fs", "rotational"};
    char *whole = mem_printf("need-root:%s", key), *kind = mem_printf("need-root:%.*s", (int)len, key);
    bool needs_root = facts_get(facts, whole) || facts_get(facts, kind);
    const char *group = "path";
    for (size_t i = 0; i < sizeof disks / sizeof *disks; i++)
        if (strlen(disks[i]) == len && strncmp(disks[i], key, len) == 0)
            group = "disk";
    bool is_silent = (strcmp(group, "disk") == 0 && facts_get(facts, "no-answer:disk")) ||
                     (len == 4 && strncmp(key, "path", 4) == 0 && facts_get(facts, "no-answer:path"));
    free(whole);
    free(kind);
    return mem_strdup(needs_root  ? _("only root can tell")
                      : is_silent ? _("a file server did not answer")
                                  : _("the host did not say"));
}

static enum fact_state judge_missing(const struct fact_rule *rule, const char *key, const struct facts *facts, char **why)
{
    char *because = reason(key, facts), *root = mem_printf("need-root:%s", key);
    bool is_hidden = facts_get(facts, root) != NULL; /* absence means nothing then */
    free(root);
    if (rule->absent != ABSENT_UNKNOWN && !is_hidden) {
        free(because);
        return rule->absent == ABSENT_GOOD ? FACT_GOOD : FACT_BAD;
    }
    free(*why);
    *why = because;
    return FACT_UNKNOWN;
}

static enum fact_state judge_operand(const struct fact_rule *rule, int operator, const char *key, const struct facts *facts,
                                     const struct answers *answers, char **why)
{
    struct strv words = {0};
    enum fact_state state = resolve(&rule->operands[operator], answers, &words, why);
    for (size_t i = 0; state == FACT_GOOD && i < facts->count; i++) {
        if (strcmp(facts->items[i].key, key) != 0)
            continue;
        if (is_unknown(facts->items[i].value)) {
            free(*why);
            *why = mem_strdup(_("the host could not find out"));
            state = FACT_UNKNOWN;
        } else {
            state = compare((enum fact_operator)operator, facts->items[i].value, &words, why);
        }
    }
    strv_done(&words);
    return state;
}

enum fact_state fact_rule_judge(const struct fact_rule *rule, const char *key, const struct facts *facts, const struct answers *answers, char **why)
{
    size_t set = 0, empty = 0;
    bool is_bad = false, is_unsure = false, has = facts_get(facts, key) != NULL;
    for (int i = 0; i < FACT_OPERATORS; i++) {
        if (!rule->operands[i].is_set)
            continue;
        set++;
        enum fact_state state = judge_operand(rule, i, key, facts, answers, why);
        empty += state == FACT_VOID;
        is_bad |= state == FACT_BAD;
        is_unsure |= state == FACT_UNKNOWN;
    }
    if (set && empty == set)
        return FACT_VOID;
    if (!has)
        return judge_missing(rule, key, facts, why);
    if (!set)
        return rule->absent == ABSENT_GOOD ? FACT_BAD : FACT_GOOD;
    return is_bad ? FACT_BAD : is_unsure ? FACT_UNKNOWN : FACT_GOOD;
}

enum fact_state fact_rules_judge(const struct fact_rules *rules, const struct facts *facts, const struct answers *answers, char **why)
{
    for (size_t i = 0; i < rules->count; i++)
        for (size_t j = 0; j < rules->items[i].facts.count; j++) {
            char *key = fact_rule_key(&rules->items[i], j, answers);
            enum fact_state state = key ? fact_rule_judge(&rules->items[i], key, facts, answers, why) : FACT_VOID;
            free(key);
            if (state == FACT_BAD || state == FACT_UNKNOWN)
                return state;
        }
    return FACT_GOOD;
}

bool fact_rules_hold(const struct fact_rules *rules, const struct facts *facts, const struct answers *answers)
{
    char *why = NULL;
    bool does = rules->count && fact_rules_judge(rules, facts, answers, &why) == FACT_GOOD;
    free(why);
    return does;
}

/* "a", "a or b", "a, b or c" */
static char *join_or(const struct strv *words)
{
    struct strv most = {0};
    for (size_t i = 0; i + 1 < words->count; i++)
        strv_add(&most, words->items[i]);
    char *before = strv_join(&most, ", ");
    char *text = most.count ? mem_printf(_("%s or %s"), before, words->items[words->count - 1]) : strv_join(words, "");
    free(before);
    strv_done(&most);
    return text;
}

static char *wanted_of(enum fact_operator operator, const struct strv *words)
{
    char *some = operator == FACT_CONTAINS ? strv_join(words, ", ") : join_or(words), *text = some;
    if (operator == FACT_NOT)
        text = mem_printf(_("not %s"), some);
    else if (operator == FACT_AT_LEAST)
        text = mem_printf(_("at least %s"), some);
    else if (operator == FACT_AT_MOST)
        text = mem_printf(_("at most %s"), some);
    if (text != some)
        free(some);
    return text;
}

/* "11 to 13", of at_least and at_most; NULL where these are not both known. */
static char *range_of(const struct fact_rule *rule, const struct answers *answers)
{
    struct strv least = {0}, most = {0};
    char *why = NULL, *text = NULL;
    bool both = rule->operands[FACT_AT_LEAST].is_set && rule->operands[FACT_AT_MOST].is_set;
    if (both && resolve(&rule->operands[FACT_AT_LEAST], answers, &least, &why) == FACT_GOOD &&
        resolve(&rule->operands[FACT_AT_MOST], answers, &most, &why) == FACT_GOOD)
        text = mem_printf(_("%s to %s"), least.items[0], most.items[0]);
    strv_done(&least);
    strv_done(&most);
    free(why);
    return text;
}

char *fact_rule_wanted(const struct fact_rule *rule, const struct answers *answers)
{
    struct strv all = {0};
    char *why = NULL;
    bool is_asked = false;
    char *range = range_of(rule, answers);
    for (int i = 0; i < FACT_OPERATORS; i++) {
        struct strv words = {0};
        bool is_told = range && i >= FACT_AT_LEAST;
        is_asked |= rule->operands[i].is_set;
        if (rule->operands[i].is_set && !is_told && resolve(&rule->operands[i], answers, &words, &why) == FACT_GOOD) {
            char *text = wanted_of((enum fact_operator)i, &words);
            strv_add(&all, text);
            free(text);
        }
        strv_done(&words);
    }
    if (range)
        strv_add(&all, range);
    free(range);
    char *text = all.count  ? strv_join(&all, ", ")
                 : is_asked ? mem_strdup("-") /* the table has no such row */
                            : mem_strdup(rule->absent == ABSENT_BAD ? _("some") : _("none"));
    strv_done(&all);
    free(why);
    return text;
}

/* Of a list of words, what it lacks tells more than what it has. */
static char *lacking(const struct fact_rule *rule, const char *value, const struct answers *answers)
{
    struct strv words = {0}, own = {0}, missing = {0};
    char *why = NULL;
    if (resolve(&rule->operands[FACT_CONTAINS], answers, &words, &why) == FACT_GOOD)
        add_words(&own, value, " ");
    for (size_t i = 0; i < words.count; i++)
        if (!strv_has(&own, words.items[i]))
            strv_add(&missing, words.items[i]);
    char *all = strv_join(&missing, ", "), *text = missing.count ? mem_printf(_("without %s"), all) : NULL;
    free(all);
    free(why);
    strv_done(&words);
    strv_done(&own);
    strv_done(&missing);
    return text;
}

char *fact_rule_found(const struct fact_rule *rule, const char *key, const struct facts *facts, const struct answers *answers)
{
    const char *first = facts_get(facts, key);
    char *text = first && rule->operands[FACT_CONTAINS].is_set ? lacking(rule, first, answers) : NULL;
    if (text)
        return text;
    if (!first)
        return mem_strdup(_("none"));
    struct strv values = {0};
    size_t bytes = 0;
    for (size_t i = 0; i < facts->count; i++) {
        if (strcmp(facts->items[i].key, key) != 0 || strv_has(&values, facts->items[i].value))
            continue;
        bytes += strlen(facts->items[i].value) + 2;
        if (values.count && bytes > FOUND_MAX) {
            strv_add(&values, "...");
            break;
        }
        strv_add(&values, facts->items[i].value);
    }
    text = strv_join(&values, ", ");
    strv_done(&values);
    return text;
}
