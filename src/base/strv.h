/* A growing list of owned strings. Zero-initialised is empty. */
#ifndef KWIZ_BASE_STRV_H
#define KWIZ_BASE_STRV_H

#include <stdbool.h>
#include <stddef.h>

struct strv {
    char **items; /* owned, each owned; not NULL-terminated */
    size_t count;
};

void strv_add(struct strv *list, const char *text);
bool strv_has(const struct strv *list, const char *text);
void strv_copy(struct strv *to, const struct strv *from);
/* The items with separator between them, malloc'd. */
char *strv_join(const struct strv *list, const char *separator);
void strv_done(struct strv *list);

/* The item of names nearest to word by edit distance, or NULL when none is near enough to be meant (at most a third of its letters). */
const char *str_nearest(const char *word, const char *const *names, size_t count);

#endif
