/* Lines of the journal, read. */
#include "engine/journal_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

/* Takes keys out of one object; what is left over in the end is a key that doesn't belong there. */
struct reader {
    json_t *json;
    size_t taken;
    bool is_ok;
    struct err *err;
};

static void fail(struct reader *r, const char *key, const char *wanted)
{
    if (r->is_ok)
        err_set(r->err, ERR_INVALID, _("\"%s\": %s is wanted here"), key, wanted);
    r->is_ok = false;
}

static uint64_t take_number(struct reader *r, const char *key, uint64_t max)
{
    json_t *value = json_object_get(r->json, key);
    if (!json_is_integer(value) || json_integer_value(value) < 0 || (uint64_t)json_integer_value(value) > max) {
        fail(r, key, _("a number in its range"));
        return 0;
    }
    r->taken++;
    return (uint64_t)json_integer_value(value);
}

static bool take_bool(struct reader *r, const char *key)
{
    json_t *value = json_object_get(r->json, key);
    if (!json_is_boolean(value))
        fail(r, key, _("true or false"));
    r->taken++;
    return json_is_true(value);
}

static const char *take_text(struct reader *r, const char *key)
{
    json_t *value = json_object_get(r->json, key);
    if (!json_is_string(value)) {
        fail(r, key, _("a text"));
        return "";
    }
    r->taken++;
    return json_string_value(value);
}

static int take_word(struct reader *r, const char *key, int (*find)(const char *name))
{
    const char *word = take_text(r, key);
    int value = find(word);
    if (value < 0)
        fail(r, key, _("one of its words"));
    return value < 0 ? 0 : value;
}

static void take_copy(struct reader *r, const char *key, char *to, size_t size)
{
    const char *text = take_text(r, key);
    if (strlen(text) >= size)
        fail(r, key, _("a shorter text"));
    else
        strcpy(to, text);
}

static bool finish(struct reader *r)
{
    if (r->is_ok && json_object_size(r->json) != r->taken) {
        err_set(r->err, ERR_INVALID, "%s", _("it has keys that do not belong there"));
        r->is_ok = false;
    }
    return r->is_ok;
}

bool journal_json_read_header(json_t *json, struct journal_header *header, struct err *err)
{
    *header = (struct journal_header){.started_ms = 0};
    if (!json_is_integer(json_object_get(json, "kwiz-journal")))
        return err_set(err, ERR_INVALID, "%s", _("this is not a journal of kwiz"));
    json_int_t version = json_integer_value(json_object_get(json, "kwiz-journal"));
    if (version != JOURNAL_VERSION)
        return err_set(err, ERR_INVALID, _("the journal has version %lld; this kwiz reads version %d"), (long long)version, JOURNAL_VERSION);
    struct reader r = {.json = json, .taken = 1, .is_ok = true, .err = err};
    take_copy(&r, "run", header->run, sizeof header->run);
    take_copy(&r, "plan", header->plan_digest, sizeof header->plan_digest);
    take_copy(&r, "kwiz", header->kwiz_version, sizeof header->kwiz_version);
    header->started_ms = take_number(&r, "started-ms", INT64_MAX);
    header->options.parallel = (unsigned)take_number(&r, "parallel", 1000000);
    const char *seed = take_text(&r, "seed");
    if (strlen(seed) != 16 || strspn(seed, "0123456789abcdef") != 16)
        fail(&r, "seed", _("16 hexadecimal digits"));
    header->options.seed = strtoull(seed, NULL, 16);
    return finish(&r);
}

static void take_record(struct reader *r, struct record *record)
{
    *record = (struct record){.id = 0};
    record->kind = (enum record_kind)take_word(r, "record", record_kind_find);
    record->id = take_number(r, "id", INT64_MAX);
    record->offset = take_number(r, "offset", INT64_MAX);
    record->next = take_number(r, "next", INT64_MAX);
    record->time_s = take_number(r, "time", INT64_MAX);
    switch (record->kind) {
    case RECORD_ACCEPTED:
        break;
    case RECORD_START:
        record->pid = take_number(r, "pid", INT64_MAX);
        record->pid_start = take_number(r, "pid-start", INT64_MAX);
        take_copy(r, "boot", record->boot.id, sizeof record->boot.id);
        record->boot.start = take_number(r, "boot-start", INT64_MAX);
        break;
    case RECORD_END:
        record->status = (int)take_number(r, "status", 255);
        record->how = (enum record_how)take_word(r, "how", record_how_find);
        record->log_bytes = take_number(r, "log", INT64_MAX);
        record->rec_bytes = take_number(r, "rec", INT64_MAX);
        break;
    case RECORD_INTERRUPTED:
        record->why = (enum record_why)take_word(r, "why", record_why_find);
        break;
    case RECORD_TRUNCATED:
    case RECORD_LEFTOVER:
        record->count = take_number(r, "count", INT64_MAX);
        break;
    case RECORD_FULL:
        take_copy(r, "mount", record->mount, sizeof record->mount);
        break;
    }
}

static void take_rec(struct reader *r, struct rec_item *rec)
{
    *rec = (struct rec_item){.percent = -1, .text = "", .key = "", .value = ""};
    rec->kind = (enum rec_kind)take_word(r, "rec", rec_kind_find);
    if (rec->kind == REC_PROGRESS)
        rec->percent = (int)take_number(r, "percent", 100);
    if (rec->kind == REC_RESULT || rec->kind == REC_SECRET)
        rec->key = take_text(r, "key");
    if (rec->kind == REC_RESULT)
        rec->value = take_text(r, "value");
    if (rec->kind == REC_PROGRESS || rec->kind == REC_WARN || rec->kind == REC_FAIL || rec->kind == REC_HINT)
        rec->text = take_text(r, "text");
}

static void take_hello(struct reader *r, struct proto_hello *hello)
{
    *hello = (struct proto_hello){.epoch = 0};
    hello->epoch = take_number(r, "epoch", INT64_MAX);
    take_copy(r, "boot", hello->boot.id, sizeof hello->boot.id);
    hello->boot.start = take_number(r, "boot-start", INT64_MAX);
    hello->is_found = take_bool(r, "found");
    hello->uid = take_number(r, "uid", UINT32_MAX);
    hello->control_length = take_number(r, "control", INT64_MAX);
}

static void take_host_event(struct reader *r, struct event *event)
{
    event->host = (size_t)take_number(r, "host", INT32_MAX);
    event->generation = (unsigned)take_number(r, "generation", UINT32_MAX);
    switch (event->kind) {
    case EVENT_STAGE:
    case EVENT_BAD:
        event->text = take_text(r, "text");
        break;
    case EVENT_ATTACHED:
        take_hello(r, &event->hello);
        break;
    case EVENT_DOWN:
        event->down.fault = take_text(r, "fault");
        event->down.detail = take_text(r, "detail");
        event->down.is_passing = take_bool(r, "passing");
        break;
    case EVENT_RECORD:
        take_record(r, &event->record);
        event->id = event->record.id;
        break;
    case EVENT_REC:
        event->id = take_number(r, "id", INT64_MAX);
        take_rec(r, &event->rec);
        break;
    case EVENT_OUTPUT:
        event->id = take_number(r, "id", INT64_MAX);
        event->log_bytes = take_number(r, "log", INT64_MAX);
        break;
    case EVENT_SENT:
    case EVENT_COMPLETE:
        event->id = take_number(r, "id", INT64_MAX);
        break;
    case EVENT_SECRET:
        event->secret.key = take_text(r, "key");
        event->secret.is_there = take_bool(r, "there");
        break;
    default:
        break;
    }
}

static void take_event(struct reader *r, struct event *event)
{
    event->kind = (enum event_kind)take_word(r, "event", event_kind_find);
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
        event->is_retrying = take_bool(r, "retrying");
        break;
    case EVENT_RETRY_HOST:
        event->host = (size_t)take_number(r, "host", INT32_MAX);
        break;
    case EVENT_RETRY_TASK:
    case EVENT_SKIP:
    case EVENT_ABORT_TASK:
        event->task = (size_t)take_number(r, "task", INT32_MAX);
        break;
    case EVENT_ANSWER:
        event->task = (size_t)take_number(r, "task", INT32_MAX);
        event->answer = (enum answer)take_word(r, "answer", answer_find);
        break;
    case EVENT_JOURNAL_FAILED:
        event->id = take_number(r, "id", INT64_MAX);
        event->text = take_text(r, "text");
        break;
    default:
        take_host_event(r, event);
    }
}

static void take_requests(struct reader *r, struct journal_request **requests, size_t *count)
{
    json_t *list = json_object_get(r->json, "requests");
    *requests = NULL;
    *count = 0;
    if (!list)
        return;
    if (!json_is_array(list)) {
        fail(r, "requests", _("a list"));
        return;
    }
    r->taken++;
    *requests = mem_new(json_array_size(list), sizeof **requests);
    for (size_t i = 0; i < json_array_size(list) && r->is_ok; i++) {
        struct reader item = {.json = json_array_get(list, i), .is_ok = true, .err = r->err};
        struct journal_request *request = &(*requests)[(*count)++];
        request->id = take_number(&item, "id", INT64_MAX);
        request->task = (size_t)take_number(&item, "task", INT32_MAX);
        request->mode = (enum request_mode)take_word(&item, "mode", request_mode_find);
        request->has_check = take_bool(&item, "check");
        r->is_ok = finish(&item);
    }
}

bool journal_json_read_event(json_t *json, uint64_t *number, struct event *event, uint64_t *now_ms, struct journal_request **requests,
                             size_t *request_count, struct err *err)
{
    struct reader r = {.json = json, .is_ok = true, .err = err};
    memset(event, 0, sizeof *event);
    *number = take_number(&r, "n", INT64_MAX);
    *now_ms = take_number(&r, "ms", INT64_MAX);
    take_event(&r, event);
    take_requests(&r, requests, request_count);
    return finish(&r);
}
