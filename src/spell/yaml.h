/* YAML read strictly into a small tree that keeps the place of every node, so that every error can name it.
 *
 * The subset: one document of mappings, sequences and scalars. Anchors, aliases, merge keys, tags and duplicate keys are refused, and
 * so is whatever is too large, too deep or not text. Nothing here allocates more than the file's size allows (YAML_BYTES_MAX). */
#ifndef KWIZ_SPELL_YAML_H
#define KWIZ_SPELL_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strv.h"

#define YAML_BYTES_MAX ((size_t)1024 * 1024)
#define YAML_DEPTH_MAX 16
#define YAML_NODES_MAX 50000
#define YAML_KEYS_MAX 1000 /* of one mapping */

enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING };

/* What a plain scalar means by the core schema of YAML 1.2; quoted ones are always strings. */
enum yaml_scalar { YAML_STRING, YAML_NULL, YAML_BOOLEAN, YAML_INTEGER, YAML_FLOAT };

struct yaml_node {
    enum yaml_kind kind;
    enum yaml_scalar scalar; /* scalars only */
    unsigned line, column;   /* from 1 */
    bool is_quoted;          /* scalars only: single or double quotes */
    bool is_plain;           /* scalars only: neither quotes nor a block (| or >) */
    char *text;              /* scalars only; owned, valid UTF-8 without NUL */
    struct yaml_node **items; /* sequence: the items; mapping: key, value, key, value ...; owned */
    size_t count;            /* of items: for mappings twice the number of keys */
};

struct yaml {
    char *file;             /* owned: as named in errors */
    struct yaml_node *root; /* owned */
};

/* Read a file. NULL after adding one error (the first fault ends the reading). */
struct yaml *yaml_load(const char *path, struct err_list *errors);
/* The same from memory; name stands for the file in errors. */
struct yaml *yaml_parse(const char *name, const char *bytes, size_t len, struct err_list *errors);
void yaml_tree_free(struct yaml **yaml);

/* The getters below go on after errors, so that one reading finds them all. */
struct yaml_reader {
    const char *file;         /* borrowed */
    struct err_list *errors;  /* borrowed */
};

/* Add an error at node (the beginning of the file when NULL). Returns false. */
bool yaml_error(const struct yaml_reader *reader, const struct yaml_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "a mapping", "a sequence", "the number 3", "the string \"x\"" ...: what was found, for messages; malloc'd and printable. */
char *yaml_found(const struct yaml_node *node);
/* "; did you mean \"x\"?" or "" when nothing is near; malloc'd. */
char *yaml_nearest(const char *word, const char *const *names, size_t count);

/* Is it a mapping, and are all its keys among names? Unknown keys are errors with the nearest name. what: e.g. "a step". False only
 * when it is no mapping at all. */
bool yaml_check_keys(const struct yaml_reader *reader, const struct yaml_node *map, const char *what, const char *const *names,
                     size_t count);
/* The value of key, or NULL. map may be NULL or anything. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
/* The node of the key itself, or NULL. */
const struct yaml_node *yaml_key(const struct yaml_node *map, const char *key);
/* As yaml_get, but a missing key is an error at the mapping. */
const struct yaml_node *yaml_need(const struct yaml_reader *reader, const struct yaml_node *map, const char *key);
/* node as mapping of names that are not fixed: false after an error when it is another kind. */
bool yaml_is_mapping(const struct yaml_reader *reader, const struct yaml_node *node, const char *what);
/* node as sequence: false after an error when it is another kind. */
bool yaml_is_sequence(const struct yaml_reader *reader, const struct yaml_node *node, const char *what);

/* Values of scalars. Each: false after adding an error ("expected ..., found ...") when node is something else. */
bool yaml_string(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, const char **text);
bool yaml_boolean(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, bool *value);
bool yaml_integer(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, int64_t min, int64_t max,
                  int64_t *value);
/* "10s", "10m", "2h"; a number alone has no unit and is refused. */
bool yaml_duration_ms(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, uint64_t max_ms,
                      uint64_t *value_ms);
/* "4G", "1700M", "1T" (binary units); in MiB. */
bool yaml_size_mb(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, uint64_t *value_mb);
/* A sequence of strings. */
bool yaml_strings(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, struct strv *list);

/* The same, looked up in a mapping: an absent key leaves *value as it is and is no error. Strings are malloc'd; an old
 * *value is freed. */
bool yaml_get_string(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, char **value);
bool yaml_get_boolean(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, bool *value);
bool yaml_get_strings(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, struct strv *list);

#endif
