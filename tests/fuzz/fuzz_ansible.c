/* Fuzzer of what quotes text for Ansible and for ssh's arguments in its inventories: what is quoted must come back, and nothing in it may
 * still begin a template or end a word. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "spell/jinja.h"
#include "spell/shell_words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As Jinja does: outside of `{{ 'XY' }}` no template may begin. */
static void check_literal(const char *literal)
{
    for (const char *p = literal; *p; p++) {
        if (*p != '{' || !strchr("{%#", p[1]) || !p[1])
            continue;
        if (strncmp(p, "{{ '{", 5) != 0 || !strchr("{%#", p[5]) || strncmp(p + 6, "' }}", 4) != 0)
            abort();
        p += 9;
    }
}

static void check_jinja(const char *text)
{
    char *literal = jinja_literal(text), *back = jinja_unquote(literal), *bare = jinja_unquote(text);
    check_literal(literal);
    if (strcmp(back, text) != 0 || strlen(bare) > strlen(text))
        abort();
    free(bare);
    free(back);
    free(literal);
}

static void check_word(const char *text)
{
    struct buf line;
    const char *at;
    char *word;
    bool is_closed;
    buf_init(&line, (size_t)1 << 20);
    shell_word_add(&line, text);
    const char *p = buf_text(&line);
    if (!shell_word_next(&p, &at, &word, &is_closed) || !is_closed || *p || strcmp(word, text) != 0)
        abort();
    free(word);
    buf_done(&line);
    for (p = text; shell_word_next(&p, &at, &word, &is_closed); free(word))
        if (at < text || p <= at || strlen(word) > strlen(at))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    check_jinja(text);
    check_word(text);
    free(text);
    return 0;
}
