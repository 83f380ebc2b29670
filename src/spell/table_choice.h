/* Which rows of a table among the spell's data are meant on this site: those of one name, of these the first that is not too new. */
#ifndef KWIZ_SPELL_TABLE_CHOICE_H
#define KWIZ_SPELL_TABLE_CHOICE_H

#include "base/strv.h"
#include "spell/answers.h"
#include "spell/table.h"
#include "spell/yaml.h"

struct spell;

#define TABLE_CHOICE_LEAST "least" /* the column that an answer must not be below */

/* {table: FILE, key: TEXT, least: QUESTION, each: COLUMN, words: COLUMN} in spell.yaml. */
struct table_choice {
    char *file;  /* owned */
    char *key;   /* owned: with {KEY} in it; what stands in the rows' first cell, as table_get() has it */
    char *least; /* owned or NULL: a question; rows whose cell `least` is above its answer are passed over */
    char *each;  /* owned or NULL: the first row of each value in this column; else the first */
    char *words; /* owned or NULL: a row for each of the words in this cell, which have commas between them */
    struct table table; /* filled by table_choice_check */
};

/* A row as texts name it. */
struct chosen_row {
    const struct table *table; /* of the choice */
    const struct strv *cells;
    const char *words; /* the column that `word` stands in place of, or NULL */
    char *word;        /* owned or NULL */
};

/* The mapping below `row`; malloc'd, NULL where there is none. */
struct table_choice *table_choice_read(const struct yaml_reader *reader, const struct yaml_node *map);
/* Once the spell is read: are its table, columns and questions there? Reads the table. node: the mapping. */
void table_choice_check(const struct yaml_reader *reader, const struct yaml_node *node, const struct spell *spell, struct table_choice *choice);
void table_choice_free(struct table_choice **choice);
/* The rows that these answers mean, in the table's order; malloc'd, for chosen_rows_free(). They must not outlive the choice. */
struct chosen_row *table_choose(const struct table_choice *choice, const struct answers *answers, size_t *count);
void chosen_rows_free(struct chosen_row *rows, size_t count);
/* NULL: there is no such column. */
const char *chosen_row_get(const struct chosen_row *row, const char *column);

#endif
