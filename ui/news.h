/* What has changed in a run since it was last looked at, as one sentence for row 22. */
#ifndef KWIZ_UI_NEWS_H
#define KWIZ_UI_NEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/run.h"
#include "ui/role.h"

struct news {
    const struct run *run;    /* must outlive */
    enum task_state *tasks;   /* owned: as last seen */
    enum host_state *hosts;   /* owned */
    enum run_state state;
};

/* From now on: what is so already is no news. */
void news_init(struct news *news, const struct run *run);
void news_done(struct news *news);
/* The weightiest change since the last call, translated, with its time; false = nothing worth a sentence. *weight: 0 as it goes, 1 to be
 * read, 2 to be acted upon. */
bool news_next(struct news *news, uint64_t now_ms, struct buf *out, enum text_role *role, int *weight);

#endif
