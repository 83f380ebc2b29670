/* Front ends without a screen: plain lines, and JSON Lines. Both only show what the runner tells them. */
#ifndef KWIZ_HEADLESS_FRONTEND_H
#define KWIZ_HEADLESS_FRONTEND_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/runner.h"
#include "headless/outlet.h"

struct frontend;

/* out must outlive it. The runner is given later, as it needs the observer first. */
struct frontend *frontend_new(struct outlet *out, bool is_json);
const struct runner_observer *frontend_observer(const struct frontend *frontend);
void frontend_set_runner(struct frontend *frontend, const struct runner *runner, const struct rundir *dir);
/* The run's first and last words. */
void frontend_begin(struct frontend *frontend);
void frontend_notice(struct frontend *frontend, const char *text);
/* JSON: the closing object. */
void frontend_summary(struct frontend *frontend, int exit_status);
void frontend_free(struct frontend **frontend);

/* 75000 -> "1:15". out holds at least 16 bytes. */
void format_duration(uint64_t ms, char *out, size_t out_size);

#endif
