/* Private to draft*.c. */
#ifndef KWIZ_SPELL_DRAFT_PARTS_H
#define KWIZ_SPELL_DRAFT_PARTS_H

#include "spell/draft.h"
#include "spell/yaml.h"

struct pair {
    char *key, *text; /* owned */
};

struct pairs {
    struct pair *items; /* owned, in the order of first setting */
    size_t count;
};

struct draft_table {
    struct draft_host *hosts; /* owned */
    size_t count;
};

struct draft {
    const struct spell *spell;
    char *spell_name; /* owned: of a file whose spell is not here; else NULL */
    char *topology, *name; /* owned; name NULL = not set */
    struct draft_table table;
    struct draft_table undo[DRAFT_UNDO_MAX]; /* the oldest first */
    size_t undo_count;
    char *ssh[DRAFT_CELLS]; /* owned, never NULL */
    struct pairs values, accepts, secrets;
    struct strv confirms;
    unsigned next_id, version;
};

const char *pairs_get(const struct pairs *pairs, const char *key);
/* text NULL: dropped. */
void pairs_set(struct pairs *pairs, const char *key, const char *text);
void pairs_done(struct pairs *pairs);

void draft_table_done(struct draft_table *table);

/* What the line numbers of a draft's tree stand for. */
struct draft_place {
    enum draft_part part;
    size_t index;
    enum draft_cell cell;
};
struct draft_places {
    struct draft_place *items; /* owned; line n is items[n - 1] */
    size_t count;
    unsigned questions; /* the line of the first question; the others follow */
};
/* The tree that an answers file with the same contents would be read into; lines are places. With places it is to be judged, and answers to what is not asked are left
 * out; without (NULL) all that was typed is in it. The caller frees it. */
struct yaml_node *draft_tree(const struct draft *draft, struct draft_places *places);

#endif
