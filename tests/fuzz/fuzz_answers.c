/* Fuzzer of answers, for the spell `hello`: what is valid must survive being written and read again byte for byte, and be planned. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spell/answers.h"
#include "spell/plan_make.h"
#include "spell/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct spell *spell;

static void forget(void)
{
    spell_free(&spell);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err_list errors = {0};
    struct answers_overrides overrides = {.ignore_environment = true};
    if (!spell) {
        spell = spell_load(getenv("KWIZ_FUZZ_SPELL") ? getenv("KWIZ_FUZZ_SPELL") : "spells/hello", &errors);
        if (!spell) {
            fprintf(stderr, "run this in the source tree: %s\n", errors.items[0].text);
            exit(1);
        }
        atexit(forget);
    }
    struct answers *answers = answers_parse("a", (const char *)data, size, &overrides, spell, &errors);
    if ((answers == NULL) != (errors.count > 0))
        abort();
    if (answers) {
        struct buf one, two;
        buf_init(&one, (size_t)1 << 24);
        buf_init(&two, (size_t)1 << 24);
        answers_text(answers, spell, &one);
        struct answers *again =
            one.len <= YAML_BYTES_MAX ? answers_parse("b", buf_text(&one), one.len, &overrides, spell, &errors) : NULL;
        if (again)
            answers_text(again, spell, &two);
        if (one.len <= YAML_BYTES_MAX && (!again || strcmp(buf_text(&one), buf_text(&two)) != 0)) {
            fprintf(stderr, "%s\n---\n%s\n%s\n", buf_text(&one), buf_text(&two), errors.count ? errors.items[0].text : "");
            abort();
        }
        struct plan *plan = plan_make(spell, answers, "install", NULL, &errors);
        plan_free(&plan);
        answers_free(&again);
        buf_done(&one);
        buf_done(&two);
    }
    answers_free(&answers);
    err_list_done(&errors);
    return 0;
}
