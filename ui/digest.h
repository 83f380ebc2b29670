/* What there is to say about a run, in words: pure functions of the run's state and the time. Texts are translated and printable. */
#ifndef KWIZ_UI_DIGEST_H
#define KWIZ_UI_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/run.h"
#include "ui/role.h"

#define NO_TASK SIZE_MAX
#define QUIET_SHOWN_MS 30000u    /* a step that has written nothing for so long is called quiet */
#define QUIET_PROBLEM_MS 120000u /* and from here on it is among the problems */

/* Which task is a step on a host: tasks by host and step. Made once a plan. */
struct grid {
    const struct plan *plan;
    size_t *tasks; /* owned; host_count * step_count, NO_TASK = the step is not for this host */
};
void grid_init(struct grid *grid, const struct plan *plan);
void grid_done(struct grid *grid);
size_t grid_task(const struct grid *grid, size_t host, size_t step);

/* The task of a host that is worth looking at: what asks or failed, is lost, runs; else what ended last; NO_TASK when nothing has begun. */
size_t digest_host_task(const struct run *run, const struct grid *grid, size_t host);
/* The same for a step, over its hosts. */
size_t digest_step_task(const struct run *run, const struct grid *grid, size_t step);
/* For how long a running task has written nothing; 0 when it isn't quiet. */
uint64_t digest_quiet_ms(const struct run_task *task, uint64_t now_ms);
/* Does the operator have to look at this host? */
bool digest_host_is_problem(const struct run *run, const struct grid *grid, size_t host, uint64_t now_ms);
/* Tasks that are done: ok, unchanged, warned, skipped. */
size_t digest_done_count(const struct run *run);

/* Behind "Now" and "Next": as much as fits into width columns. */
void digest_now(const struct run *run, const struct grid *grid, int width, struct buf *out);
void digest_next(const struct run *run, const struct grid *grid, int width, struct buf *out);
/* A host's NOW, its TIME/LIMIT ("" = none) and the colour of both. is_wide: with the step's own words. */
enum text_role digest_host_now(const struct run *run, const struct grid *grid, size_t host, uint64_t now_ms, bool is_wide, struct buf *now,
                          struct buf *time);
/* A task that failed or asks, in a few words: what the script said, else how it ended ("failed, exit 100"). */
void digest_failure(const struct run_task *task, struct buf *out);
/* Hosts as one word: folded names when they fit into width columns, else "62 hosts". */
void digest_hosts(const struct run *run, const size_t *hosts, size_t count, int width, struct buf *out);
/* Tasks that can't start before this one is done, directly or not; on: only those on that host, or SIZE_MAX. */
size_t digest_waiting_count(const struct run *run, size_t task, size_t on);

#endif
