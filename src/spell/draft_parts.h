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
    char *ssh[DRAFT_CELLS]; /* owned, never NULL */
};

enum draft_change { CHANGE_ADD, CHANGE_COPY, CHANGE_DELETE, CHANGE_EXPAND, CHANGE_MOVE, CHANGE_REPLACE, CHANGE_SET, CHANGE_SSH };

/* The table as it was before a change. */
struct draft_undo {
    struct draft_table table;
    enum draft_change change;
    size_t count; /* of hosts or values that it changed */
    char *name;   /* owned: of the host; NULL = not about one */
};

struct draft {
    const struct spell *spell;
    char *spell_name; /* owned: of a file whose spell is not here; else NULL */
    char *topology, *name; /* owned; name NULL = not set */
    struct draft_table table;
    struct draft_undo undo[DRAFT_UNDO_MAX]; /* the oldest first */
    size_t undo_count;
    bool is_group, has_begun; /* a group of changes; has it changed anything yet */
    struct pairs values, accepts, secrets;
    struct strv confirms;
    unsigned next_id, version;
};

const char *pairs_get(const struct pairs *pairs, const char *key);
/* text NULL: dropped. */
void pairs_set(struct pairs *pairs, const char *key, const char *text);
void pairs_done(struct pairs *pairs);

void draft_table_done(struct draft_table *table);
void draft_undo_forget(struct draft *draft);
/* One line of printable text, without blanks around it, cut at DRAFT_CELL_BYTES_MAX; malloc'd. */
char *draft_clean(const char *text);

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
