/* The lines of a run for people and scripts: one for each change of state, output of steps behind `host step |`. */
#ifndef KWIZ_HEADLESS_PLAIN_H
#define KWIZ_HEADLESS_PLAIN_H

#include "engine/runner.h"
#include "headless/finding.h"
#include "headless/outlet.h"

/* "10:33:09 kub-1 join-worker: ok after 0:31" and so on, for the task's state now. */
void plain_task(struct outlet *out, const struct run *run, size_t task, const char *log_path, uint64_t now_ms);
/* What was found about a failure: "10:33:09 kub-1 join-worker: likely cause: ..."; nothing when nothing was. */
void plain_finding(struct outlet *out, const struct run *run, size_t task, const struct finding *finding, uint64_t now_ms);
void plain_host(struct outlet *out, const struct run *run, size_t host, uint64_t now_ms);
void plain_progress(struct outlet *out, const struct run *run, size_t task, uint64_t now_ms);
/* One line of output, without its newline. */
void plain_output(struct outlet *out, const struct run *run, size_t task, const char *line, size_t len);
void plain_note(struct outlet *out, uint64_t now_ms, const char *text);

#endif
