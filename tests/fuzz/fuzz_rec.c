/* Fuzzer of the record stream: as fuzz_proto, and every item must be what the header promises. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/proto.h"
#include "engine/recstream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_item(void *context, const struct rec_item *item)
{
    uint64_t *sum = context;
    bool has_key = item->kind == REC_RESULT || item->kind == REC_SECRET;
    if (item->percent < -1 || item->percent > 100 || (has_key && !proto_name_is_valid(item->key)) || !utf8_valid(item->value, strlen(item->value)) ||
        !utf8_valid(item->text, strlen(item->text)) || strpbrk(item->text, "\033\r\n"))
        abort();
    const char *texts[3] = {item->text, item->key, item->value};
    for (int i = 0; i < 3; i++)
        for (const char *c = texts[i]; *c; c++)
            *sum = (*sum ^ (unsigned char)*c) * 0x100000001b3u;
    *sum = (*sum ^ (uint64_t)item->kind) * 0x100000001b3u;
}

static uint64_t run(const uint8_t *data, size_t size, size_t piece)
{
    uint64_t sum = 0;
    struct recstream *stream = recstream_new();
    for (size_t at = 0; at < size; at += piece)
        recstream_feed(stream, data + at, size - at < piece ? size - at : piece, on_item, &sum);
    if (recstream_offset(stream) != size)
        abort();
    sum ^= recstream_dropped(stream) << 32;
    recstream_free(&stream);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size && run(data + 1, size - 1, size) != run(data + 1, size - 1, 1u + data[0] % 16u))
        abort();
    return 0;
}
