/* The list on the Run screen: which lines it has, in which order. */
#ifndef KWIZ_UI_ROWS_H
#define KWIZ_UI_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/digest.h"

enum rows_kind { ROWS_HOSTS, ROWS_GROUPS, ROWS_STEPS };
enum row_kind { ROW_HOST, ROW_STEP, ROW_GROUP, ROW_PROBLEM };

struct row {
    enum row_kind kind;
    size_t step;       /* ROW_STEP; of ROW_PROBLEM, or SIZE_MAX */
    size_t *hosts;     /* owned: the hosts it stands for, in the plan's order */
    size_t host_count;
    const char *role;  /* ROW_GROUP: not owned; NULL = problems */
    bool is_open;      /* ROW_GROUP: its members follow */
    int depth;         /* 0, or 1 inside of a group */
};

struct rows {
    struct row *items; /* owned */
    size_t count;
};

/* folded: groups whose members are not shown (by role; problems are shown unless has_folded_problems). */
struct rows_wish {
    enum rows_kind kind;
    bool only_problems, has_folded_problems;
    struct strv open_roles;
    const char *filter; /* only hosts (their names, addresses, roles) and steps that have it; NULL or "" = all; must outlive */
};

void rows_make(struct rows *rows, const struct rows_wish *wish, const struct run *run, const struct grid *grid, uint64_t now_ms);
void rows_done(struct rows *rows);
/* What a row is about, to find it again after the run has changed: valid as long as the plan. */
struct row_key {
    enum row_kind kind;
    size_t host, step;
    const char *role;
};
struct row_key row_key(const struct row *row);
/* The row with that key, else one that holds its host, else SIZE_MAX. */
size_t rows_find(const struct rows *rows, const struct row_key *key);
/* The first of its hosts that was not reached (HOST_FAILED); SIZE_MAX: none. */
size_t row_unreached(const struct row *row, const struct run *run);
/* The task that a row's log and keys are about. */
size_t row_task(const struct row *row, const struct run *run, const struct grid *grid);

#endif
