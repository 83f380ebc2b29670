/* Hosts as lines of the Requirements page: what the worst is that was found on each. */
#ifndef KWIZ_UI_CHECK_HOSTS_H
#define KWIZ_UI_CHECK_HOSTS_H

#include "ui/view.h"
#include "wizard/wizard.h"

/* The order of lines. Zeroed = nothing yet. */
struct check_hosts {
    size_t *items; /* owned: hosts, the gravest first */
    size_t count;
    size_t fleet;  /* how many hosts there were */
    bool only_problems;
};

/* Bring it up to date. is_settled: the order stays, as long as it is of the same hosts and shows the same. */
void check_hosts_update(struct check_hosts *hosts, const struct view *view, bool only_problems, bool is_settled);
void check_hosts_done(struct check_hosts *hosts);
void check_hosts_draw_heads(struct canvas *canvas, int row);
void check_hosts_draw(const struct view *view, struct canvas *canvas, int row, size_t host, bool has_focus);
/* All that is not as wanted on a host, from row on. Returns the row behind it. */
int check_hosts_detail(const struct view *view, struct canvas *canvas, int row, size_t host);
/* The worst that is not accepted; NULL: nothing was measured. */
const struct verdict *check_hosts_worst(const struct view *view, size_t host);

#endif
