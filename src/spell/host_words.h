/* A host made of words of a text that is no answers file: read by the rules of an answers file, and with its
 * errors. */
#ifndef KWIZ_SPELL_HOST_WORDS_H
#define KWIZ_SPELL_HOST_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/host.h"
#include "spell/spell.h"
#include "spell/yaml.h"

/* A word and its place. text is valid UTF-8. */
struct host_word {
    const char *key;  /* name, address, roles, user, jump, port, identity, become: as in an answers file */
    const char *text; /* borrowed; NULL = as if the word were not there; roles: several with commas or blanks
                         between; identity: several with line ends between */
    unsigned line, column;
};

/* Append the host to fleet, or add errors at the places of its words; topology may be NULL (then roles may
 * have any name). Where no word is called roles, the host has none. false: nothing was appended. */
bool host_words_read(const struct yaml_reader *reader, const struct host_word *words, size_t count,
                     const struct spell *spell, const struct topology *topology, struct fleet *fleet);

#endif
