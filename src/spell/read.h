/* What the readers of spell.yaml and of answers share. */
#ifndef KWIZ_SPELL_READ_H
#define KWIZ_SPELL_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "spell/cond.h"
#include "spell/question.h"
#include "spell/yaml.h"

/* The condition below key, or NULL (none, or an error was added with the column in the file). */
struct cond *read_cond(const struct yaml_reader *reader, const struct yaml_node *map, const char *key);
/* A string that must be there; *text (owned) is replaced. */
bool read_needed_string(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, char **text);
/* A string that must be there and pass is_valid; rule says what is valid. *text (owned) is replaced even when it is not valid. */
bool read_name(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, bool (*is_valid)(const char *),
               const char *rule, char **text);
/* Add the error that word is not among names. Returns false. */
bool read_unknown(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, const char *word,
                  const char *const *names, size_t count);
/* A value for a question, as text (multi: words); NULL after an error. malloc'd. */
char *read_answer(const struct yaml_reader *reader, const struct yaml_node *node, const char *what,
                  const struct question *question);
/* A place of cond_parse within a scalar, turned into one in the file. */
void read_cond_place(const struct yaml_node *node, unsigned cond_column, unsigned *line, unsigned *column);

#endif
