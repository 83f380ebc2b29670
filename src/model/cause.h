/* Why a step failed, likely: known messages of package managers, kubeadm, the kernel and others among the last lines of its output. Pure. */
#ifndef KWIZ_MODEL_CAUSE_H
#define KWIZ_MODEL_CAUSE_H

#include <stdbool.h>
#include <stddef.h>

#define CAUSE_TEXT_MAX 256
/* So much of the end of an output is worth looking at. */
#define CAUSE_OUTPUT_BYTES 8192

struct cause {
    const char *id;            /* static, for programs: "package-lock", "no-space" ... */
    char text[CAUSE_TEXT_MAX]; /* translated, printable */
    char hint[CAUSE_TEXT_MAX]; /* what to do; translated, printable; "" = nothing is known */
};

/* output: the last bytes that the step wrote, of any kind; only CAUSE_OUTPUT_BYTES of their end count. status and how: as in struct run_task.
 * false: nothing is recognised, or the step was aborted by the operator. */
bool cause_find(const char *output, size_t len, int status, const char *how, struct cause *cause);

/* -- for cause.c and its tests -- */

/* One row of the table. In pattern, {} stands for any text, and is {1}, {2}, {3} in text and hint; letter case does not count. {path} there is
 * the last absolute path in the line. */
struct cause_row {
    const char *id, *pattern; /* pattern NULL: the status alone tells */
    int status;               /* the exit status that it needs; 0 = any */
    const char *text, *hint;  /* translatable; hint may be NULL */
    const char *source;       /* where the message comes from */
};
/* Ends with a row without id. Rows that say more stand before those that say less. */
extern const struct cause_row cause_table[];

#endif
