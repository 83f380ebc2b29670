/* Many names written as one: `kub-node-[1-3]`, `10.1.4.[36-38]`, `rack-[1-2]-[001-012,20]`; in Ansible's way
 * `node[1:9:2]`, `db-[a:c]`.
 *
 * Leading zeros are kept; several brackets multiply, the last one counting fastest. Brackets around an IPv6
 * address (they hold a colon; in Ansible's way "::", or more than two of them) are no range and stay as they
 * are. */
#ifndef KWIZ_SPELL_RANGE_H
#define KWIZ_SPELL_RANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/strv.h"

#define RANGE_BYTES_MAX 1024 /* of the text before it is expanded */

enum range_style { RANGE_DASH, RANGE_ANSIBLE };

/* Append what text stands for to names; text without brackets stands for itself. More than max is refused
 * before anything is made. false: ERR_INVALID, err->column says where in text (in characters, from 1), and
 * nothing was appended. */
bool range_expand(const char *text, enum range_style style, size_t max, struct strv *names, struct err *err);
/* How many characters (not bytes) text[0..bytes) has: what columns are counted in. */
unsigned range_columns(const char *text, size_t bytes);

#endif
