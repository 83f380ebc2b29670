/* Which lines of a log have a text in them: found a slice at a time, also while the log grows. Matches are looked for in what is shown. */
#ifndef KWIZ_UI_LOG_FILTER_H
#define KWIZ_UI_LOG_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/log_reader.h"

#define LOG_FILTER_LINES_MAX (1u << 20) /* beyond these nothing is looked for any more */

#define LOG_FILTER_BYTES 256

/* Zero-initialised: no pattern, every line counts. */
struct log_filter {
    char pattern[LOG_FILTER_BYTES];
    uint64_t *lines; /* owned: where matching lines begin */
    size_t count;
    uint64_t at, size; /* the line to look at next; how long the log was when there was no more to look at */
    bool is_full;
};

/* Begin anew; an empty pattern ends filtering. */
void log_filter_set(struct log_filter *filter, const char *pattern);
void log_filter_done(struct log_filter *filter);
bool log_filter_is_on(const struct log_filter *filter);
/* Go on looking over about budget_bytes. true = there is more to look at. */
bool log_filter_work(struct log_filter *filter, struct log_reader *reader, uint64_t budget_bytes);
/* As log_reader_next, _previous and _line_of, over the lines found so far. With no line before (at or before) offset the first one; the
 * log's size where there is none behind, and when nothing was found. */
uint64_t log_filter_first(const struct log_filter *filter, const struct log_reader *reader);
uint64_t log_filter_next(const struct log_filter *filter, const struct log_reader *reader, uint64_t offset);
uint64_t log_filter_previous(const struct log_filter *filter, const struct log_reader *reader, uint64_t offset);
uint64_t log_filter_line_of(const struct log_filter *filter, const struct log_reader *reader, uint64_t offset);

#endif
