/* Fuzzer of what hosts send. The first byte says how the rest is cut into feeds; the calls must not depend on it, and memory must not grow. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "engine/proto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sums {
    uint64_t calls, bytes;
};

static void mix(struct sums *sums, const void *bytes, size_t len, uint64_t number)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < len; i++)
        sums->bytes = (sums->bytes ^ at[i]) * 0x100000001b3u;
    sums->calls = (sums->calls ^ number) * 0x100000001b3u;
}

static void on_hello(void *context, const struct proto_hello *hello)
{
    mix(context, hello->boot.id, sizeof hello->boot.id, hello->control_length);
}

static void on_refused(void *context, const char *run, const char *holder, uint64_t since_s)
{
    mix(context, run, 1, since_s);
    mix(context, holder, 1, 1);
}

static void on_record(void *context, const struct record *record)
{
    if (record->next <= record->offset || record->kind >= RECORD_KIND_COUNT)
        abort();
    mix(context, &record->id, sizeof record->id, record->offset);
}

/* Pieces differ with the cutting, their bytes and places do not. */
static void on_bytes(void *context, uint64_t id, uint64_t offset, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    if (!len)
        abort();
    for (size_t i = 0; i < len; i++)
        mix(context, at + i, 1, id ^ (offset + i));
}

static void on_secret(void *context, const char *key, const struct secret *secret)
{
    mix(context, key, 1, secret ? secret_len(secret) : 99);
}

static void on_bad(void *context, const char *text)
{
    mix(context, text, 1, 2);
}

static void on_bye(void *context)
{
    mix(context, "", 0, 3);
}

static struct sums run(const uint8_t *data, size_t size, size_t piece, bool *ok)
{
    static const struct proto_handlers handlers = {on_hello, on_refused, on_record, on_bytes, on_bytes, on_secret, on_bad, on_bye, on_bad};
    struct sums sums = {0, 0};
    struct proto *proto = proto_new();
    struct err err = ERR_INIT;
    *ok = true;
    for (size_t at = 0; at < size && *ok; at += piece)
        *ok = proto_feed(proto, data + at, size - at < piece ? size - at : piece, &handlers, &sums, &err);
    if (!*ok && (err.code != ERR_PROTOCOL || !err.text[0]))
        abort();
    proto_free(&proto);
    return sums;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    bool whole_ok, cut_ok;
    struct sums whole = run(data + 1, size - 1, size, &whole_ok);
    struct sums cut = run(data + 1, size - 1, 1u + data[0] % 16u, &cut_ok);
    if (whole_ok != cut_ok || whole.calls != cut.calls || whole.bytes != cut.bytes)
        abort();
    return 0;
}
