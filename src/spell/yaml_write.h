/* Changing a tree that was read by yaml.h, and writing it again: same keys in the same order, strings stay strings. Comments are not
 * in the tree, and so are lost. */
#ifndef KWIZ_SPELL_YAML_WRITE_H
#define KWIZ_SPELL_YAML_WRITE_H

#include "base/buf.h"
#include "spell/yaml.h"

/* New nodes belong to the caller until they are put somewhere. */
struct yaml_node *yaml_new_mapping(void);
struct yaml_node *yaml_new_sequence(void);
/* A string, written without quotes where it stays a string so. */
struct yaml_node *yaml_new_string(const char *text);
struct yaml_node *yaml_new_boolean(bool value);
struct yaml_node *yaml_new_number(uint64_t value);
void yaml_node_free(struct yaml_node **node);

/* Set a key of a mapping: the value is replaced where it stands (the old one is freed), a new key comes last. Takes value. */
void yaml_put(struct yaml_node *map, const char *key, struct yaml_node *value);
void yaml_put_string(struct yaml_node *map, const char *key, const char *text);
/* The same; takes text, which was malloc'd. */
void yaml_put_owned(struct yaml_node *map, const char *key, char *text);
/* Append to a sequence. Takes item. */
void yaml_append(struct yaml_node *sequence, struct yaml_node *item);
/* Take item i out of a sequence and free it. */
void yaml_drop(struct yaml_node *sequence, size_t i);
/* A copy of a node and all below. */
struct yaml_node *yaml_copy(const struct yaml_node *node);
/* Do both mean the same: kinds, keys and their order, texts, and what plain scalars stand for? */
bool yaml_same(const struct yaml_node *a, const struct yaml_node *b);

/* Append the tree as a document of block style (no line is folded) to out, which has a cap. It is read again and compared before it is
 * given back. ERR_LOCAL when it does not fit into out or does not read as what it was; out is then empty. */
bool yaml_write(const struct yaml_node *root, struct buf *out, struct err *err);

#endif
