/* What a login shell and its start-up files print before kwiz's loader runs, and what an attachment complains of. */
#ifndef KWIZ_ENGINE_NOISE_H
#define KWIZ_ENGINE_NOISE_H

#include <stddef.h>

#include "base/buf.h"

/* The last lines, printable, with " / " between them, for a message; "it printed nothing" without any. */
void noise_quote(const struct buf *noise, char *out, size_t out_size);
/* Where the bytes behind the loader's ready line begin, or 0. */
size_t noise_find_ready(const struct buf *seen);

#endif
