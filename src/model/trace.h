/* At which line of its script a step failed, when the shell says so. Pure. */
#ifndef KWIZ_MODEL_TRACE_H
#define KWIZ_MODEL_TRACE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/plan.h"

#define TRACE_CODE_MAX 160

struct trace {
    const char *path;  /* of the step's script or check, as in the plan; NULL: the library that stands before it */
    bool is_check;
    size_t line;       /* from 1: in that file, or of the library's lines */
    char code[TRACE_CODE_MAX]; /* the line itself, printable, without the spaces around it */
};

/* The last complaint of a shell about a line of the step's script, among the last bytes of its output. false: there is none, or it names a
 * line that isn't there. Other programs' messages with line numbers don't count. trace points into step. */
bool trace_find(const struct plan_step *step, const char *output, size_t len, struct trace *trace);

#endif
