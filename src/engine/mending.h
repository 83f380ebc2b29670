/* Scripts that mend hosts, run: on each host one after the other, hosts beside each other, each script with a limit. Nothing blocks. Who owns the access
 * passes on what it tells (mending_look). */
#ifndef KWIZ_ENGINE_MENDING_H
#define KWIZ_ENGINE_MENDING_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/access.h"

enum mending_state {
    MENDING_WAITS,
    MENDING_RUNS,
    MENDING_DONE,   /* ended with status 0 */
    MENDING_FAILED, /* ended with another one, or -1: it is not known what came of it */
    MENDING_LEFT,   /* never begun: text says why */
};
const char *mending_state_name(enum mending_state state); /* "waits", "runs", "done", "failed", "left": untranslated */

struct mending_job {
    const char *name;   /* of the host, as the answers have it; copied */
    size_t host;        /* its number in access */
    const void *what;   /* the caller's: which check */
    const char *script; /* copied */
    unsigned limit_ms;
    /* of what mending_job gives */
    enum mending_state state;
    int status;
    char *output; /* the end of what it said, or why it did not begin; printable lines; never NULL */
};

struct mending;

/* Begins at once on hosts that are ACCESS_READY, on others as soon as they are; those that fail are left. changed (may be NULL): a job is in another
 * state; called from mending_look and from the loop, not from in here. Free it before access. */
struct mending *mending_new(struct access *access, const struct mending_job *jobs, size_t count, void (*changed)(void *context, size_t job), void *context);
void mending_free(struct mending **mending);
/* Access told that this host changed. */
void mending_look(struct mending *mending, size_t host);
/* access_set_hosts was called, and access_start not yet: hosts have other numbers, by their names. What is dropped by that is told. */
void mending_match(struct mending *mending, const struct fleet *fleet);
size_t mending_count(const struct mending *mending);
const struct mending_job *mending_job(const struct mending *mending, size_t index);
bool mending_is_over(const struct mending *mending);
/* Is anything left for this host? */
bool mending_is_at(const struct mending *mending, size_t host);
/* Begin nothing new; what has not begun is left because of why. */
void mending_stop(struct mending *mending, const char *why);
/* Where the last so many lines of an output begin. */
const char *mending_tail(const char *output, size_t lines);
/* The last line of an output that is not empty; cut to what fits. */
void mending_last_line(const char *output, char *out, size_t size);

#endif
