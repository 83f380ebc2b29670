/* Fuzzer of a journal's reading: any file is either replayed or refused with file and line, and what was replayed can be gone on with. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/journal.h"
#include "unit/engine_plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void replay(const char *path)
{
    static const struct step_spec steps[] = {{.id = "one", .check = "true", .result = "key", .mint = "join"}, {.id = "two", .read = "join"}};
    struct journal_header header;
    struct err err = ERR_INIT;
    struct journal_reader *reader = journal_open(path, &header, &err);
    if (!reader) {
        if (err.code != ERR_INVALID || !err.text[0] || err.line != 1)
            abort();
        return;
    }
    struct plan *plan = plan_build(2, steps, 2);
    struct engine *engine = engine_new(plan, &header.options);
    size_t torn;
    if (engine_replay(engine, reader, &torn, &err)) {
        struct journal *journal = journal_append(&reader, &err);
        struct event resume = {.kind = EVENT_RESUME};
        const struct effects *fx = engine_step(engine, &resume, 1);
        if (!journal || (fx->count && !journal_write(journal, &resume, 1, fx, &err)))
            abort();
        journal_close(&journal);
    } else if (err.code != ERR_INVALID || !err.text[0] || err.line < 2) {
        abort();
    }
    journal_reader_free(&reader);
    engine_free(&engine);
    plan_free(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("journal", MFD_CLOEXEC);
    char path[64];
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    replay(path);
    close(fd);
    return 0;
}
