/* What stands where after a run, and what next: printed on the normal screen, and kept in the run's folder as text and JSON. */
#ifndef KWIZ_HEADLESS_SUMMARY_H
#define KWIZ_HEADLESS_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/rundir.h"
#include "engine/runner.h"

struct summary_extra {
    const char *kubeconfig;   /* path of the fetched kubeconfig, or NULL */
    const char *kubeconfig_note; /* lines on what was done with it, or NULL */
    const char *kubectl;      /* lines of commands that come next, or NULL */
    const char *page;         /* what the sample page answered ("200 OK, 615 bytes"), or NULL */
    const char *answers_file; /* as the operator gave it, or NULL */
};

/* The text, malloc'd. */
char *summary_text(const struct run *run, const struct rundir *dir, const struct runner *runner, int exit_status,
                   const struct summary_extra *extra);
/* Write summary.txt and summary.json into the run's folder. ERR_LOCAL. */
bool summary_save(const struct run *run, const struct rundir *dir, const char *text, int exit_status,
                  const struct summary_extra *extra, struct err *err);

#endif
