/* Fuzzer of conditions: what parses is evaluated, visited and weighed in several scopes. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "spell/cond.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *value(void *data, const char *name)
{
    return *(const int *)data ? name : NULL;
}

static bool role(void *data, int how, const char *name)
{
    return (*(const int *)data + how + (int)strlen(name)) % 2;
}

static void name(void *data, const char *text, bool is_compared, unsigned column)
{
    (void)is_compared;
    if (column < 1 || column > COND_LEN_MAX || !*text)
        abort();
    (*(int *)data)++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = ERR_INIT;
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    struct cond *cond = cond_parse(text, &err);
    if (!cond && (err.code != ERR_INVALID || err.column < 1 || err.column > COND_LEN_MAX + 1))
        abort();
    for (int i = 0; cond && i < 2; i++) {
        struct cond_scope scope = {&i, value, role};
        /* what is true must have been possible; with every name known the two must agree */
        if (cond_eval(cond, &scope) && !cond_is_possible(cond, &scope))
            abort();
        int count = 0;
        struct cond_visitor visitor = {.data = &count, .name = name};
        cond_visit(cond, &visitor);
    }
    cond_free(&cond);
    free(text);
    return 0;
}
