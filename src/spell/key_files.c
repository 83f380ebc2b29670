#include "spell/key_files.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define BETWEEN " \t,"

/* A path in quotes, from its quote on; returns what is behind it. */
static const char *read_quoted(const char *text, struct strv *files)
{
    char quote = *text++, *path = mem_new(strlen(text) + 1, 1);
    size_t len = 0;
    for (; *text; text++) {
        if (*text == quote && text[1] != quote)
            break;
        text += *text == quote;
        path[len++] = *text;
    }
    if (len)
        strv_add(files, path);
    free(path);
    return text + (*text == quote);
}

void key_files_read(const char *text, struct strv *files)
{
    for (const char *p = text + strspn(text, BETWEEN); *p; p += strspn(p, BETWEEN)) {
        if (*p == '"' || *p == '\'') {
            p = read_quoted(p, files);
            continue;
        }
        size_t len = strcspn(p, BETWEEN);
        char *path = mem_strndup(p, len);
        strv_add(files, path);
        free(path);
        p += len;
    }
}

static char *quoted(const char *path)
{
    if (!strpbrk(path, BETWEEN) && *path != '"' && *path != '\'' && *path)
        return mem_strdup(path);
    char *text = mem_new(2 * strlen(path) + 3, 1), *to = text;
    *to++ = '"';
    for (; *path; path++) {
        *to++ = *path;
        if (*path == '"')
            *to++ = '"';
    }
    *to = '"';
    return text;
}

char *key_files_text(const struct strv *files)
{
    struct strv words = {0};
    for (size_t i = 0; i < files->count; i++) {
        char *word = quoted(files->items[i]);
        strv_add(&words, word);
        free(word);
    }
    char *text = strv_join(&words, " ");
    strv_done(&words);
    return text;
}
