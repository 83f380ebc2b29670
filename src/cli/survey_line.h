/* How far the measuring of hosts is, on standard error: on a terminal one line that is written anew, elsewhere a line each half minute. */
#ifndef KWIZ_CLI_SURVEY_LINE_H
#define KWIZ_CLI_SURVEY_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/questions.h"
#include "engine/survey.h"

struct survey_line {
    const struct questions *questions; /* while one is open, nothing is written over it */
    bool is_json;                      /* what is no terminal gets nothing */
    uint64_t told_ms;                  /* when a line was written last, where they stay */
    int drawn;                         /* columns of the one on the terminal */
};

/* For survey_options; context: a struct survey_line, zeroed but for the first two. */
void survey_line_show(void *context, const struct survey_progress *progress);

#endif
