/* Private to answers*.c. */
#ifndef KWIZ_SPELL_ANSWERS_PARTS_H
#define KWIZ_SPELL_ANSWERS_PARTS_H

#include "spell/answers.h"
#include "spell/yaml.h"

#define ANSWERS_FORMAT 1

/* answers.c: a tree as answers: what is right of them is returned in any case, errors are added. spell is NULL when it could not be loaded: then what can be
 * checked without it is. */
struct answers *answers_read_tree(const char *file, const struct yaml_node *root, const struct answers_overrides *overrides,
                                  const struct spell *spell, struct err_list *errors);
/* answers_hosts.c: `hosts` and `ssh`; topology may be NULL when it is not known. */
void answers_read_hosts(const struct yaml_reader *reader, const struct yaml_node *root, const struct spell *spell,
                        struct answers *answers);
/* One item of `hosts`, appended to fleet in any case; spell and topology may be NULL. */
void answers_read_host(const struct yaml_reader *reader, const struct yaml_node *node, const struct spell *spell,
                       const struct topology *topology, struct fleet *fleet);
/* answers_text.c: `hosts` and, where something counts for all of them, `ssh`. */
void answers_add_hosts(struct buf *out, const struct fleet *fleet);
/* A text in double quotes, whatever it holds. */
void answers_add_quoted(struct buf *out, const char *text);
/* answers_values.c: `answers`, with what overrides them. */
void answers_read_values(const struct yaml_reader *reader, const struct yaml_node *root, const struct spell *spell,
                         const struct answers_overrides *overrides, struct answers *answers);
/* answers_disjoint.c: answers that meet each other or a host although the spell says `disjoint`. map: where it is told when the answer stands nowhere. */
void answers_check_disjoint(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell,
                            const struct answers_overrides *overrides, const struct answers *answers);
/* answers_secret.c: `secrets`. */
void answers_read_secrets(const struct yaml_reader *reader, const struct yaml_node *root, const struct spell *spell,
                          struct answers *answers);

#endif
