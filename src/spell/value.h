/* The kinds of text that answers and spells are made of. Each check says what was expected; no place is set. */
#ifndef KWIZ_SPELL_VALUE_H
#define KWIZ_SPELL_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define VALUE_BYTES_MAX 4096

/* RFC 1123 label: [a-z0-9]([a-z0-9-]{0,61}[a-z0-9])? */
bool value_is_label(const char *text);
/* [a-z][a-z0-9_]* of at most 40 bytes: keys of questions, results and secrets. */
bool value_is_key(const char *text);
/* [a-z0-9][a-z0-9-]* of at most 40 bytes: ids of steps, names of spells and topologies. */
bool value_is_id(const char *text);
/* One line of printable text, at most VALUE_BYTES_MAX bytes. */
bool value_check_line(const char *text, struct err *err);
/* As value_check_line, but newlines and tabs may be in it. */
bool value_check_text(const char *text, struct err *err);
bool value_check_address(const char *text, struct err *err);
bool value_check_cidr(const char *text, struct err *err);
/* A DNS name of labels with dots between; not an address. */
bool value_check_hostname(const char *text, struct err *err);
/* Absolute, without "." and ".." parts. */
bool value_check_path(const char *text, struct err *err);
/* 1, 1.36, v1.36.2, 1.20.2-0ubuntu1 */
bool value_check_version(const char *text, struct err *err);
bool value_check_integer(const char *text, int64_t *value, struct err *err);
/* Is a pattern one that we dare to compile? */
bool value_check_pattern(const char *pattern, struct err *err);
/* Does the pattern match all of text? The pattern must have passed value_check_pattern. */
bool value_matches(const char *pattern, const char *text);

#endif
