/* The lines of the Requirements page: what is not as wanted, each by itself; what is, folded into one. */
#ifndef KWIZ_UI_CHECK_LIST_H
#define KWIZ_UI_CHECK_LIST_H

#include "model/run.h"
#include "wizard/wizard.h"

enum check_line_kind { LINE_MISSING, LINE_CHECK, LINE_FOLD };

struct check_line {
    enum check_line_kind kind;
    const struct requirement *requirement; /* LINE_CHECK */
};

/* Zeroed = nothing yet. */
struct check_list {
    struct check_line *items; /* owned */
    size_t count;
    size_t folded;            /* checks that have no line of their own */
    bool is_settled;          /* the order stays: somebody reads it */
    bool is_open, only_problems;
};

/* Bring it up to date. While it is settled lines are only added, at the end; else it is sorted by gravity. */
void check_list_update(struct check_list *list, struct wizard *wizard);
void check_list_done(struct check_list *list);
/* As of now; NULL where the spell has no such check any more. */
const struct wizard_check *check_find(struct wizard *wizard, const struct requirement *requirement);
/* How a verdict is shown. */
enum task_state check_sign(enum verdict_kind kind);
/* What the check says as a whole: accepted and stale ones are told apart. */
enum task_state check_state(const struct wizard_check *check);
/* Is the host still being reached or measured? */
bool check_is_busy(const struct wizard *wizard, size_t host);
/* What is being done there, while it is busy: "is being measured", or the stage that access.h tells ("probing ports"). Valid until something changes. */
const char *check_stage(const struct wizard *wizard, size_t host);
/* Why a host could not be measured, now or anew; "" = not known (yet). */
const char *check_missing_why(const struct wizard *wizard, size_t host);
bool check_is_measured(const struct wizard *wizard, size_t host);

#endif
