/* What a spell says about facts: that some must have, or must not have, some value. Shared by the tests of the measure `fact`, and what they stand under
 * (`where`, `known`). */
#ifndef KWIZ_SPELL_FACT_RULE_H
#define KWIZ_SPELL_FACT_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strv.h"
#include "model/facts.h"
#include "spell/answers.h"
#include "spell/table.h"
#include "spell/yaml.h"

struct spell;

#define FACT_RULE_FACTS_MAX 64

enum fact_operator { FACT_IS, FACT_NOT, FACT_CONTAINS, FACT_AT_LEAST, FACT_AT_MOST };
#define FACT_OPERATORS 5

/* What a fact is compared with: words, an answer, or a cell of a table that stands in the row of an answer. */
struct fact_operand {
    bool is_set;
    struct strv words;
    char *answer;         /* owned or NULL: a question's key */
    char *file, *column;  /* owned or NULL: the table, whose row `answer` says */
    struct table table;   /* filled by fact_rule_check */
    unsigned line, column_at;
};

struct fact_rule {
    struct strv facts; /* keys; what is said goes for each. {KEY} in one stands for an answer: see fact_rule_key() */
    struct fact_operand operands[FACT_OPERATORS]; /* all that are set must hold, for each value that the fact has */
    enum { ABSENT_UNKNOWN, ABSENT_GOOD, ABSENT_BAD } absent; /* what it means that there is no such fact */
    unsigned line, column;
};

struct fact_rules {
    struct fact_rule *items; /* owned */
    size_t count;
};

enum fact_state {
    FACT_GOOD,
    FACT_BAD,
    FACT_UNKNOWN,
    FACT_VOID, /* nothing is asked of it: the table has `-`, or there is no such answer */
};

/* The keys that rules have in spell.yaml; what other keys map has is the caller's to check. */
#define FACT_RULE_KEYS "fact", "is", "not", "contains", "at_least", "at_most", "absent"
void fact_rule_read(const struct yaml_reader *reader, const struct yaml_node *map, struct fact_rule *rule);
/* A rule, or a sequence of them, below key; none is no error. */
void fact_rules_read(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, struct fact_rules *rules);
/* Once the spell is read: are its questions, tables and columns there, and may its paths travel into the script that measures? Reads the tables. node: what
 * errors about paths stand at. */
void fact_rule_check(const struct yaml_reader *reader, const struct spell *spell, const struct yaml_node *node, struct fact_rule *rule);
void fact_rules_check(const struct yaml_reader *reader, const struct spell *spell, const struct yaml_node *node, struct fact_rules *rules);
/* Add the paths that its facts are about: of disks, and of what may be left over. */
void fact_rule_wants(const struct fact_rule *rule, struct strv *disks, struct strv *paths);
void fact_rules_wants(const struct fact_rules *rules, struct strv *disks, struct strv *paths);
void fact_rule_done(struct fact_rule *rule);
void fact_rules_done(struct fact_rules *rules);

/* The rule's fact number i as this site has it: lxd.pool:default of lxd.pool:{lxd_pool}. malloc'd; NULL where that answer is not given. */
char *fact_rule_key(const struct fact_rule *rule, size_t i, const struct answers *answers);
/* Judge one of the rule's facts, by a key from fact_rule_key(). *why (malloc'd, may be NULL before): of FACT_UNKNOWN the reason, for people. */
enum fact_state fact_rule_judge(const struct fact_rule *rule, const char *key, const struct facts *facts, const struct answers *answers, char **why);
/* All rules, for all their facts, until one is not FACT_GOOD (FACT_VOID counts as good). No rule is good. */
enum fact_state fact_rules_judge(const struct fact_rules *rules, const struct facts *facts, const struct answers *answers, char **why);
/* Are there rules, and all of them good? */
bool fact_rules_hold(const struct fact_rules *rules, const struct facts *facts, const struct answers *answers);
/* What the rule asks for, in words: "at least 4.19". malloc'd. */
char *fact_rule_wanted(const struct fact_rule *rule, const struct answers *answers);
/* What of the fact is not as the rule asks: its values, or what they lack. At most some hundred bytes. malloc'd. */
char *fact_rule_found(const struct fact_rule *rule, const char *key, const struct facts *facts, const struct answers *answers);

/* Is it a fact that hosts are asked for, or that is added to their answers (doc/facts.md)? false with an error at node. */
bool fact_name_check(const struct yaml_reader *reader, const struct yaml_node *node, const char *key);
/* By number from 0, NULL after the last: keys, and beginnings of keys, which end in `:`. */
const char *fact_name_at(size_t index);

#endif
