#include "ui/log_filter.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ui/match.h"

void log_filter_set(struct log_filter *filter, const char *pattern)
{
    char kept[LOG_FILTER_BYTES];
    snprintf(kept, sizeof kept, "%s", pattern);
    log_filter_done(filter);
    snprintf(filter->pattern, sizeof filter->pattern, "%s", kept);
}

void log_filter_done(struct log_filter *filter)
{
    free(filter->lines);
    *filter = (struct log_filter){0};
}

bool log_filter_is_on(const struct log_filter *filter)
{
    return *filter->pattern != '\0';
}

static void add(struct log_filter *filter, uint64_t line)
{
    if (filter->count && filter->lines[filter->count - 1] >= line)
        return; /* the last line, which had matched before it grew */
    filter->lines = mem_grow(filter->lines, filter->count + 1, sizeof *filter->lines);
    filter->lines[filter->count++] = line;
    filter->is_full = filter->count == LOG_FILTER_LINES_MAX;
}

bool log_filter_work(struct log_filter *filter, struct log_reader *reader, uint64_t budget_bytes)
{
    uint64_t size = log_reader_size(reader), stop = filter->at + budget_bytes;
    struct buf text;
    if (!log_filter_is_on(filter) || filter->size == size || filter->is_full)
        return false;
    if (size < filter->at) { /* another file, or one that was begun anew */
        filter->at = 0;
        filter->count = 0;
        stop = budget_bytes;
    }
    buf_init(&text, 0);
    while (filter->at < size && filter->at < stop && !filter->is_full) {
        uint64_t next = log_reader_next(reader, filter->at);
        log_reader_text(reader, filter->at, &text);
        if (match_in(buf_text(&text), filter->pattern))
            add(filter, filter->at);
        if (next >= size) { /* the last line may go on: it is looked at again then */
            filter->size = size;
            break;
        }
        filter->at = next;
    }
    buf_done(&text);
    return filter->size != size && !filter->is_full;
}

/* How many lines begin before offset. */
static size_t count_before(const struct log_filter *filter, uint64_t offset)
{
    size_t low = 0, high = filter->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (filter->lines[middle] < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint64_t log_filter_first(const struct log_filter *filter, const struct log_reader *reader)
{
    return filter->count ? filter->lines[0] : log_reader_size(reader);
}

uint64_t log_filter_next(const struct log_filter *filter, const struct log_reader *reader, uint64_t offset)
{
    size_t n = count_before(filter, offset + 1);
    return n < filter->count ? filter->lines[n] : log_reader_size(reader);
}

uint64_t log_filter_previous(const struct log_filter *filter, const struct log_reader *reader, uint64_t offset)
{
    size_t n = count_before(filter, offset);
    return n ? filter->lines[n - 1] : log_filter_first(filter, reader);
}

uint64_t log_filter_line_of(const struct log_filter *filter, const struct log_reader *reader, uint64_t offset)
{
    return log_filter_previous(filter, reader, offset + 1);
}
