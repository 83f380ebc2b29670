/* Where the program lies, and so what belongs to it. */
#ifndef KWIZ_BASE_PROGRAM_H
#define KWIZ_BASE_PROGRAM_H

#include <stdbool.h>

/* The folder of the running program, or NULL; malloc'd. */
char *program_folder(void);
/* Is that a build tree, and not a folder of installed programs? */
bool program_is_in_build_tree(const char *folder);
/* FOLDER/../share, where folder is a PREFIX/bin: for programs installed below another prefix than they were configured for (make install prefix=...,
 * a package moved to /opt). NULL elsewhere; malloc'd. */
char *program_share(const char *folder);
/* Where the translations lie: beside a program that was built and not installed, below its prefix, else where it was configured to have them. malloc'd. */
char *program_locales(void);

#endif
