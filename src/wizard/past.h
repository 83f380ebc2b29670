/* Runs of the past in words: how long ago, how they ended. */
#ifndef KWIZ_WIZARD_PAST_H
#define KWIZ_WIZARD_PAST_H

#include <stdint.h>

#include "base/buf.h"
#include "engine/rundir.h"

/* Append "14 minutes ago". */
void past_ago(uint64_t then_ms, uint64_t now_ms, struct buf *out);
/* Append how it ended and when: "failed 2 hours ago", "installed 3 days ago". */
void past_tell(const struct run_meta *run, uint64_t now_ms, struct buf *out);

#endif
