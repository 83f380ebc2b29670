/* Reading rules on facts from spell.yaml. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/fact_rule.h"
#include "spell/read.h"
#include "spell/requirement_parts.h"

static const char *const operators[FACT_OPERATORS] = {"is", "not", "contains", "at_least", "at_most"};

static bool takes_list(enum fact_operator operator)
{
    return operator <= FACT_CONTAINS;
}

/* Any scalar: a version or a number as it was written. */
static bool read_word(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, enum fact_operator operator, struct strv *words)
{
    if (node->kind != YAML_SCALAR || node->scalar == YAML_NULL || !*node->text) {
        char *found = yaml_found(node);
        yaml_error(reader, node, _("%s: expected a value, found %s"), what, found);
        free(found);
        return false;
    }
    if (!takes_list(operator) && strspn(node->text, "0123456789.") != strlen(node->text))
        return yaml_error(reader, node, _("%s: expected a number or a version such as 4.19, found \"%s\""), what, node->text);
    strv_add(words, node->text);
    return true;
}

/* {answer: KEY} or {table: FILE, key: KEY, column: NAME} */
static void read_reference(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, struct fact_operand *operand)
{
    static const char *const keys[] = {"answer", "table", "key", "column"};
    if (!yaml_check_keys(reader, node, what, keys, sizeof keys / sizeof *keys))
        return;
    if (yaml_get(node, "answer")) {
        read_needed_string(reader, node, "answer", &operand->answer);
        if (yaml_get(node, "table"))
            yaml_error(reader, yaml_key(node, "table"), _("%s: expected either answer, or table with key and column"), what);
        return;
    }
    read_needed_string(reader, node, "table", &operand->file);
    read_needed_string(reader, node, "key", &operand->answer);
    read_needed_string(reader, node, "column", &operand->column);
}

static void read_operand(const struct yaml_reader *reader, const struct yaml_node *node, enum fact_operator operator, struct fact_operand *operand)
{
    const char *what = operators[operator];
    *operand = (struct fact_operand){.is_set = true, .line = node->line, .column_at = node->column};
    if (node->kind == YAML_MAPPING)
        read_reference(reader, node, what, operand);
    else if (node->kind == YAML_SEQUENCE && takes_list(operator))
        for (size_t i = 0; i < node->count; i++)
            read_word(reader, node->items[i], what, operator, &operand->words);
    else
        read_word(reader, node, what, operator, &operand->words);
    if (node->kind == YAML_SEQUENCE && !node->count)
        yaml_error(reader, node, _("%s: expected values, found an empty sequence"), what);
}

static void read_facts(const struct yaml_reader *reader, const struct yaml_node *node, struct strv *facts)
{
    const char *text = NULL;
    if (node->kind != YAML_SEQUENCE) {
        if (yaml_string(reader, node, "fact", &text) && fact_name_check(reader, node, text))
            strv_add(facts, text);
        return;
    }
    if (!node->count || node->count > FACT_RULE_FACTS_MAX) {
        yaml_error(reader, node, _("fact: expected 1 to %d keys, found %zu"), FACT_RULE_FACTS_MAX, node->count);
        return;
    }
    for (size_t i = 0; i < node->count; i++)
        if (yaml_string(reader, node->items[i], "fact", &text) && fact_name_check(reader, node->items[i], text))
            strv_add(facts, text);
}

void fact_rule_read(const struct yaml_reader *reader, const struct yaml_node *map, struct fact_rule *rule)
{
    bool is_absent = false, has_operator = false;
    *rule = (struct fact_rule){.line = map->line, .column = map->column};
    const struct yaml_node *fact = yaml_need(reader, map, "fact");
    if (fact)
        read_facts(reader, fact, &rule->facts);
    for (int i = 0; i < FACT_OPERATORS; i++) {
        const struct yaml_node *node = yaml_get(map, operators[i]);
        has_operator |= node != NULL;
        if (node)
            read_operand(reader, node, (enum fact_operator)i, &rule->operands[i]);
    }
    if (yaml_get(map, "absent") && yaml_get_boolean(reader, map, "absent", &is_absent))
        rule->absent = is_absent ? ABSENT_GOOD : ABSENT_BAD;
    else if (!has_operator)
        yaml_error(reader, map, _("says nothing of the fact: one of is, not, contains, at_least, at_most, absent is missing"));
}

void fact_rules_read(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, struct fact_rules *rules)
{
    static const char *const keys[] = {FACT_RULE_KEYS};
    const struct yaml_node *node = yaml_get(map, key);
    if (!node)
        return;
    size_t count = node->kind == YAML_SEQUENCE ? node->count : 1;
    rules->items = mem_new(count ? count : 1, sizeof *rules->items);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *item = node->kind == YAML_SEQUENCE ? node->items[i] : node;
        if (yaml_check_keys(reader, item, key, keys, sizeof keys / sizeof *keys))
            fact_rule_read(reader, item, &rules->items[rules->count++]);
    }
}

/* Where errors about the operand stand. */
static struct yaml_node place_of(const struct fact_operand *operand)
{
    return (struct yaml_node){.line = operand->line, .column = operand->column_at};
}

static void check_question(const struct yaml_reader *reader, const struct spell *spell, const struct yaml_node *node, const char *question)
{
    struct strv keys = {0};
    for (size_t i = 0; i < spell->question_count; i++)
        if (spell->questions[i].type != QUESTION_PASSWORD)
            strv_add(&keys, spell->questions[i].key);
    if (!strv_has(&keys, question)) {
        char *nearest = yaml_nearest(question, (const char *const *)keys.items, keys.count);
        yaml_error(reader, node, _("there is no question \"%s\"%s"), question, nearest);
        free(nearest);
    }
    strv_done(&keys);
}

/* What of a key is a path; *is_disk: it is about the disk there. NULL: the key is about none. */
static const char *path_of(const char *key, bool *is_disk)
{
    static const char *const kinds[] = {"path:", "disk:", "used:", "inodes:", "fs:", "rotational:"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strncmp(key, kinds[i], strlen(kinds[i])) == 0) {
            *is_disk = i > 0;
            return key + strlen(kinds[i]);
        }
    return NULL;
}

void fact_rule_wants(const struct fact_rule *rule, struct strv *disks, struct strv *paths)
{
    bool is_disk;
    for (size_t i = 0; i < rule->facts.count; i++) {
        const char *path = path_of(rule->facts.items[i], &is_disk);
        if (path)
            strv_add(is_disk ? disks : paths, path);
    }
}

void fact_rules_wants(const struct fact_rules *rules, struct strv *disks, struct strv *paths)
{
    for (size_t i = 0; i < rules->count; i++)
        fact_rule_wants(&rules->items[i], disks, paths);
}

/* {KEY} in a fact: the answer of a question that is there. */
static void check_key(const struct yaml_reader *reader, const struct spell *spell, const struct yaml_node *node, const char *key)
{
    const char *open = strchr(key, '{'), *close = open ? strchr(open, '}') : NULL;
    if (!close)
        return;
    char *question = mem_strndup(open + 1, (size_t)(close - open) - 1);
    check_question(reader, spell, node, question);
    free(question);
}

void fact_rule_check(const struct yaml_reader *reader, const struct spell *spell, const struct yaml_node *node, struct fact_rule *rule)
{
    bool is_disk;
    for (size_t i = 0; i < rule->facts.count; i++) {
        const char *path = path_of(rule->facts.items[i], &is_disk);
        if (path)
            requirement_check_path(reader, node, "fact", path);
        else
            check_key(reader, spell, node, rule->facts.items[i]);
    }
    for (int i = 0; i < FACT_OPERATORS; i++) {
        struct fact_operand *operand = &rule->operands[i];
        const struct yaml_node at = place_of(operand);
        if (operand->answer)
            check_question(reader, spell, &at, operand->answer);
        const char *const column = operand->column;
        if (operand->answer && operand->file && operand->column)
            table_read_of(reader, &at, spell, operand->file, &column, 1, &operand->table);
    }
}

void fact_rules_check(const struct yaml_reader *reader, const struct spell *spell, const struct yaml_node *node, struct fact_rules *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        fact_rule_check(reader, spell, node, &rules->items[i]);
}

void fact_rule_done(struct fact_rule *rule)
{
    for (int i = 0; i < FACT_OPERATORS; i++) {
        struct fact_operand *operand = &rule->operands[i];
        strv_done(&operand->words);
        free(operand->answer);
        free(operand->file);
        free(operand->column);
        table_done(&operand->table);
    }
    strv_done(&rule->facts);
    *rule = (struct fact_rule){0};
}

void fact_rules_done(struct fact_rules *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        fact_rule_done(&rules->items[i]);
    free(rules->items);
    *rules = (struct fact_rules){0};
}
