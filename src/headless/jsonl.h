/* JSON Lines: one object a line, `event` says which. Documented in kwiz(1); fields are only ever added. */
#ifndef KWIZ_HEADLESS_JSONL_H
#define KWIZ_HEADLESS_JSONL_H

#include "engine/runner.h"
#include "headless/finding.h"
#include "headless/outlet.h"

/* {"event":"run",...}: what begins. */
void jsonl_run(struct outlet *out, const struct run *run, const struct rundir *dir, uint64_t now_ms);
/* finding may be NULL: nothing was looked for. */
void jsonl_task(struct outlet *out, const struct run *run, size_t task, const char *log_path, const struct finding *finding, uint64_t now_ms);
void jsonl_host(struct outlet *out, const struct run *run, size_t host, uint64_t now_ms);
void jsonl_progress(struct outlet *out, const struct run *run, size_t task, uint64_t now_ms);
/* `text` holds the bytes as UTF-8; what isn't UTF-8 is written as U+FFFD (the log file has the bytes). */
void jsonl_output(struct outlet *out, const struct run *run, size_t task, const char *bytes, size_t len, uint64_t now_ms);
void jsonl_warning(struct outlet *out, const struct run *run, size_t task, const char *text, uint64_t now_ms);
void jsonl_note(struct outlet *out, uint64_t now_ms, const char *text);
void jsonl_summary(struct outlet *out, const struct run *run, const struct rundir *dir, int exit_status, uint64_t now_ms);

/* Milliseconds as "2026-11-22T23:55:01.123Z" into out (at least 32 bytes). */
void format_utc(uint64_t ms, char *out, size_t out_size);

#endif
