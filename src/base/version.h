/* Versions as packages, programs and kernels write them, and whole numbers, which are versions of one part. */
#ifndef KWIZ_BASE_VERSION_H
#define KWIZ_BASE_VERSION_H

#include <stdbool.h>

/* Does it begin with a number, after an epoch (5:24.0.7-1) or a v (v1.36.4)? Only such texts can be compared. */
bool version_is(const char *text);
/* The numbers with dots between them that it begins with, after epoch or v, compared one by one; what follows (6.1.0-13-amd64, 1.6.20~ds1) does not count,
 * and what one lacks is 0. < 0, 0 or > 0. */
int version_compare(const char *a, const char *b);
/* The same by as many numbers as b has, so that 1.36.4 equals 1.36. */
int version_compare_by(const char *a, const char *b);

#endif
