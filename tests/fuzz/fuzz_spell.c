/* Fuzzer of spells: the input is spell.yaml in a folder with a few scripts. What loads is planned. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "spell/answers.h"
#include "spell/plan_make.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/kwiz-fuzz-spell-XXXXXX";
static char *file;

static void clean_up(void)
{
    static const char *const names[] = {"spell.yaml", "a.sh", "b.sh"};
    for (size_t i = 0; i < 3; i++) {
        char *path = mem_printf("%s/%s", folder, names[i]);
        unlink(path);
        free(path);
    }
    rmdir(folder);
    free(file);
}

static void write_plain(const char *path, const void *bytes, size_t size)
{
    FILE *out = fopen(path, "w"); /* not file_write: a sync for every input would be all the fuzzer does */
    if (!out || fwrite(bytes, 1, size, out) != size)
        abort();
    fclose(out);
}

static void set_up(void)
{
    if (!mkdtemp(folder))
        abort();
    char *a = mem_printf("%s/a.sh", folder), *b = mem_printf("%s/b.sh", folder);
    write_plain(a, "true\n", 5);
    write_plain(b, "false\n", 6);
    free(a);
    free(b);
    file = mem_printf("%s/spell.yaml", folder);
    atexit(clean_up);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err_list errors = {0};
    if (!file)
        set_up();
    write_plain(file, data, size);
    struct spell *spell = spell_load(folder, &errors);
    if ((spell == NULL) != (errors.count > 0))
        abort();
    for (size_t i = 0; spell && i < spell->topology_count; i++) {
        struct buf text;
        buf_init(&text, (size_t)1 << 22);
        struct err err = ERR_INIT;
        /* the template of every valid spell must at least be read without a crash, and planned where it is complete */
        if (!answers_init(spell, spell->topologies[i].name, NULL, &text, &err))
            abort();
        struct err_list faults = {0};
        struct answers *answers = answers_parse("a", buf_text(&text), text.len, NULL, spell, &faults);
        struct plan *plan = answers ? plan_make(spell, answers, "install", NULL, &faults) : NULL;
        struct plan *reset = answers ? plan_make(spell, answers, "reset", NULL, &faults) : NULL;
        for (size_t t = 0; plan && t < plan->task_count; t++)
            for (size_t n = 0; n < plan->tasks[t].need_count; n++)
                if (plan->tasks[t].needs[n] >= t)
                    abort();
        plan_free(&plan);
        plan_free(&reset);
        answers_free(&answers);
        err_list_done(&faults);
        buf_done(&text);
    }
    if (spell) {
        char *schema = answers_schema(spell), *script = requirement_script(spell, NULL);
        free(schema);
        free(script);
    }
    spell_free(&spell);
    err_list_done(&errors);
    return 0;
}
