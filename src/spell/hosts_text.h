/* Hosts as lines that a person types or pastes: NAME ADDRESS ROLES [USER] [JUMP].
 *
 * Blanks or tabs between words, commas between roles; "-" leaves USER out; USER@ADDRESS is both; `#` begins a comment; CR LF ends
 * lines as well as LF. Name and address may be ranges (range.h) of as many hosts:
 * `kub-node-[1-3] 10.1.4.[36-38] worker`. */
#ifndef KWIZ_SPELL_HOSTS_TEXT_H
#define KWIZ_SPELL_HOSTS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "model/host.h"
#include "spell/spell.h"

#define HOSTS_TEXT_BYTES_MAX ((size_t)1024 * 1024)

/* Append the hosts of all lines that are understood to fleet. What is not understood is added to errors, with
 * line and column (in characters) and why, in the words of the errors of an answers file; of a line with
 * ranges either all hosts are appended or none. name stands for the file in errors ("" = none). spell and
 * topology may be NULL. Text over HOSTS_TEXT_BYTES_MAX is refused unread. true when there was no error. */
bool hosts_text_read(const char *name, const char *bytes, size_t len, const struct spell *spell,
                     const struct topology *topology, struct fleet *fleet, struct err_list *errors);

#endif
