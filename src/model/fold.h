/* Names of hosts told briefly: kub-node-1, kub-node-2, kub-node-3, bastion -> kub-node-[1-3], bastion. */
#ifndef KWIZ_MODEL_FOLD_H
#define KWIZ_MODEL_FOLD_H

#include <stddef.h>

#include "base/buf.h"

/* Append the names, folded, to out. Names that differ in their last number only are put together; a number keeps its leading zeros. */
void fold_names(const char *const *names, size_t count, struct buf *out);

#endif
