/* Fuzzer of the facts of a host: what is taken must be fit to be shown, and be read again as the same when it was written. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "model/facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct facts facts, again;
    struct err err = ERR_INIT;
    struct buf text;
    if (!facts_parse((const char *)data, size, &facts, &err)) {
        if (facts.count)
            abort();
        return 0;
    }
    for (size_t i = 0; i < facts.count; i++) {
        const char *value = facts.items[i].value;
        if (!*facts.items[i].key || strlen(value) > FACT_VALUE_MAX || !utf8_valid(value, strlen(value)))
            abort();
        for (; *value; value++)
            if ((unsigned char)*value < 0x20 || *value == 0x7f)
                abort();
    }
    facts_write(&facts, &text);
    if (!facts_parse(text.data, text.len, &again, &err) || again.count != facts.count)
        abort();
    for (size_t i = 0; i < facts.count; i++)
        if (strcmp(facts.items[i].key, again.items[i].key) != 0 || strcmp(facts.items[i].value, again.items[i].value) != 0)
            abort();
    facts_done(&facts);
    facts_done(&again);
    buf_done(&text);
    return 0;
}
