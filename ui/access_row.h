/* How far kwiz has got into a host, in words: what the Access page shows of it. */
#ifndef KWIZ_UI_ACCESS_ROW_H
#define KWIZ_UI_ACCESS_ROW_H

#include "model/run.h"
#include "wizard/wizard.h"

struct access_row {
    enum task_state sign;
    char reached[32], key[32], login[80], sudo[128]; /* translated; "" = nothing is known yet */
    char note[ACCESS_TEXT_MAX + 32];                /* what is being done, or why it failed, instead of the cells that are empty */
};

void access_row_make(const struct wizard *wizard, size_t host, struct access_row *row);

/* All hosts at a glance. */
struct access_sums {
    size_t keys, sudo, passwords, passphrases, others; /* questions: hosts that wait for the same answer count once */
    size_t failed, refused, ready, busy;
};
void access_sums_make(const struct wizard *wizard, struct access_sums *sums);
/* "3 new host keys, 1 sudo password" into out. */
void access_sums_questions(const struct access_sums *sums, struct buf *out);

#endif
