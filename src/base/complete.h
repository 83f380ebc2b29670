/* Names of files completed as a shell does it. */
#ifndef KWIZ_BASE_COMPLETE_H
#define KWIZ_BASE_COMPLETE_H

#include "base/strv.h"

#define COMPLETE_NAMES_MAX 1000  /* matches that are kept */
#define COMPLETE_LOOKS_MAX 20000 /* names that are looked at in one folder */

/* Complete the last name of a path, which may begin with "~/". Returns the path as far as all that begin so agree (malloc'd; path itself when there is
 * none), with a slash behind a folder that is the only one. names gets what can stand there, without the path before it, sorted, folders with a slash.
 * Hidden names only where the path has the dot already; what is not printable UTF-8 is left out. */
char *path_complete(const char *path, struct strv *names);

#endif
