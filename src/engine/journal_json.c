#include "engine/journal_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

static void put_number(json_t *to, const char *key, uint64_t value)
{
    json_object_set_new(to, key, json_integer((json_int_t)value));
}

static void put_bool(json_t *to, const char *key, bool value)
{
    json_object_set_new(to, key, json_boolean(value));
}

static void put_text(json_t *to, const char *key, const char *value)
{
    size_t len = strlen(value);
    if (utf8_valid(value, len)) {
        json_object_set_new(to, key, json_stringn_nocheck(value, len));
        return;
    }
    struct buf text; /* JSON has no place for it as it is */
    buf_init(&text, 4 * len);
    utf8_printable(value, len, &text);
    json_object_set_new(to, key, json_stringn(buf_text(&text), text.len));
    buf_done(&text);
}

json_t *journal_json_header(const struct journal_header *header)
{
    json_t *json = json_object();
    char seed[24];
    snprintf(seed, sizeof seed, "%016" PRIx64, header->options.seed); /* JSON's integers are signed */
    put_number(json, "kwiz-journal", JOURNAL_VERSION);
    put_text(json, "run", header->run);
    put_text(json, "plan", header->plan_digest);
    put_text(json, "kwiz", header->kwiz_version);
    put_number(json, "started-ms", header->started_ms);
    put_number(json, "parallel", header->options.parallel);
    put_text(json, "seed", seed);
    return json;
}

static void put_record(json_t *json, const struct record *record)
{
    put_text(json, "record", record_kind_name(record->kind));
    put_number(json, "id", record->id);
    put_number(json, "offset", record->offset);
    put_number(json, "next", record->next);
    put_number(json, "time", record->time_s);
    switch (record->kind) {
    case RECORD_ACCEPTED:
        break;
    case RECORD_START:
        put_number(json, "pid", record->pid);
        put_number(json, "pid-start", record->pid_start);
        put_text(json, "boot", record->boot.id);
        put_number(json, "boot-start", record->boot.start);
        break;
    case RECORD_END:
        put_number(json, "status", (uint64_t)record->status);
        put_text(json, "how", record_how_name(record->how));
        put_number(json, "log", record->log_bytes);
        put_number(json, "rec", record->rec_bytes);
        break;
    case RECORD_INTERRUPTED:
        put_text(json, "why", record_why_name(record->why));
        break;
    case RECORD_TRUNCATED:
    case RECORD_LEFTOVER:
        put_number(json, "count", record->count);
        break;
    case RECORD_FULL:
        put_text(json, "mount", record->mount);
        break;
    }
}

static void put_rec(json_t *json, const struct rec_item *rec)
{
    put_text(json, "rec", rec_kind_name(rec->kind));
    if (rec->kind == REC_PROGRESS)
        put_number(json, "percent", (uint64_t)(rec->percent < 0 ? 0 : rec->percent));
    if (rec->kind == REC_RESULT || rec->kind == REC_SECRET)
        put_text(json, "key", rec->key);
    if (rec->kind == REC_RESULT)
        put_text(json, "value", rec->value);
    if (rec->kind == REC_PROGRESS || rec->kind == REC_WARN || rec->kind == REC_FAIL || rec->kind == REC_HINT)
        put_text(json, "text", rec->text);
}

static void put_hello(json_t *json, const struct proto_hello *hello)
{
    put_number(json, "epoch", hello->epoch);
    put_text(json, "boot", hello->boot.id);
    put_number(json, "boot-start", hello->boot.start);
    put_bool(json, "found", hello->is_found);
    put_number(json, "uid", hello->uid);
    put_number(json, "control", hello->control_length);
}

static void put_host_event(json_t *json, const struct event *event)
{
    put_number(json, "host", event->host);
    put_number(json, "generation", event->generation);
    switch (event->kind) {
    case EVENT_STAGE:
    case EVENT_BAD:
        put_text(json, "text", event->text);
        break;
    case EVENT_ATTACHED:
        put_hello(json, &event->hello);
        break;
    case EVENT_DOWN:
        put_text(json, "fault", event->down.fault);
        put_text(json, "detail", event->down.detail);
        put_bool(json, "passing", event->down.is_passing);
        break;
    case EVENT_RECORD:
        put_record(json, &event->record);
        break;
    case EVENT_REC:
        put_number(json, "id", event->id);
        put_rec(json, &event->rec);
        break;
    case EVENT_OUTPUT:
        put_number(json, "id", event->id);
        put_number(json, "log", event->log_bytes);
        break;
    case EVENT_SENT:
    case EVENT_COMPLETE:
        put_number(json, "id", event->id);
        break;
    case EVENT_SECRET:
        put_text(json, "key", event->secret.key);
        put_bool(json, "there", event->secret.is_there);
        break;
    default:
        break;
    }
}

static void put_requests(json_t *json, const struct effects *effects)
{
    json_t *list = NULL;
    for (size_t i = 0; i < effects->count; i++) {
        const struct effect *effect = &effects->items[i];
        if (effect->kind != EFFECT_SEND || effect->is_again)
            continue;
        if (!list)
            list = json_array();
        json_t *request = json_object();
        put_number(request, "id", effect->id);
        put_number(request, "task", effect->task);
        put_text(request, "mode", request_mode_name(effect->mode));
        put_bool(request, "check", effect->has_check);
        json_array_append_new(list, request);
    }
    if (list)
        json_object_set_new(json, "requests", list);
}

json_t *journal_json_event(uint64_t number, const struct event *event, uint64_t now_ms, const struct effects *effects)
{
    json_t *json = json_object();
    put_number(json, "n", number);
    put_number(json, "ms", now_ms);
    put_text(json, "event", event_kind_name(event->kind));
    switch (event->kind) {
    case EVENT_START:
    case EVENT_WAKE:
    case EVENT_ABORT_RUN:
    case EVENT_STOP:
    case EVENT_LEAVE:
    case EVENT_PAUSE:
    case EVENT_GO_ON:
        break;
    case EVENT_RESUME:
        put_bool(json, "retrying", event->is_retrying);
        break;
    case EVENT_RETRY_HOST:
        put_number(json, "host", event->host);
        break;
    case EVENT_RETRY_TASK:
    case EVENT_SKIP:
    case EVENT_ABORT_TASK:
        put_number(json, "task", event->task);
        break;
    case EVENT_ANSWER:
        put_number(json, "task", event->task);
        put_text(json, "answer", answer_name(event->answer));
        break;
    case EVENT_JOURNAL_FAILED:
        put_number(json, "id", event->id);
        put_text(json, "text", event->text);
        break;
    default:
        put_host_event(json, event);
    }
    put_requests(json, effects);
    return json;
}
