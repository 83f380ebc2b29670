/* Lines of the journal, made and read; for journal.c and journal_read.c only. */
#ifndef KWIZ_ENGINE_JOURNAL_JSON_H
#define KWIZ_ENGINE_JOURNAL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/err.h"
#include "engine/journal.h"

struct journal_request {
    uint64_t id;
    size_t task;
    enum request_mode mode;
    bool has_check;
};

/* A line's object; the caller owns the reference. */
json_t *journal_json_header(const struct journal_header *header);
json_t *journal_json_event(uint64_t number, const struct event *event, uint64_t now_ms, const struct effects *effects);

/* Reading is strict: every key that belongs there, no other, each of its type and range. err gets the text, without a place. */
bool journal_json_read_header(json_t *json, struct journal_header *header, struct err *err);
/* Texts of the event point into json. *requests is malloc'd (NULL if none), also on failure. */
bool journal_json_read_event(json_t *json, uint64_t *number, struct event *event, uint64_t *now_ms, struct journal_request **requests,
                             size_t *request_count, struct err *err);

#endif
