/* Private to the reader of spells: the parts that spell_load() is made of. Each adds its errors and goes on. */
#ifndef KWIZ_SPELL_SPELL_PARTS_H
#define KWIZ_SPELL_SPELL_PARTS_H

#include "base/buf.h"
#include "spell/spell.h"
#include "spell/yaml.h"

/* topology.c */
void topologies_read(const struct yaml_reader *reader, const struct yaml_node *map, struct spell *spell);
void topology_done(struct topology *topology);
/* step.c */
void steps_read(const struct yaml_reader *reader, const struct yaml_node *map, struct spell *spell);
void step_done(struct step *step);
/* script.c: `library` and `data`, put together in front of every script. */
void library_read(const struct yaml_reader *reader, const struct yaml_node *map, struct spell *spell, struct buf *prologue);
/* Read the script that `key` names; prologue goes before it. */
void script_read(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, const struct spell *spell,
                 const struct buf *prologue, struct script *script);
/* digest.c: everything in a folder; NULL after an error. malloc'd "sha256:<hex>". */
char *digest_folder(const char *folder, struct err *err);
/* spell_check.c: names in conditions, roles, secrets, steps that can never run. root: the document, for places of conditions. */
void spell_check(const struct yaml_reader *reader, const struct yaml_node *root, struct spell *spell);
/* The condition below `when` of map, which is asked about a host: the names in it. cond: may be NULL. */
void spell_check_when(const struct yaml_reader *reader, const struct spell *spell, const struct cond *cond, const struct yaml_node *map);
/* spell_graph.c: needs, cycles, order. */
void spell_graph(const struct yaml_reader *reader, struct spell *spell);

#endif
