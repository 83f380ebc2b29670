#include "spell/shell_words.h"

#include <string.h>

#include "base/mem.h"

bool shell_word_next(const char **p, const char **at, char **word, bool *is_closed)
{
    *p += strspn(*p, " \t");
    *at = *p;
    if (!**p)
        return false;
    char *out = mem_new(strlen(*p) + 1, 1), quote = '\0';
    size_t n = 0;
    for (; **p && (quote || (**p != ' ' && **p != '\t')); (*p)++) {
        if (quote ? **p == quote : (**p == '"' || **p == '\''))
            quote = quote ? '\0' : **p;
        else if (**p == '\\' && quote != '\'' && (*p)[1])
            out[n++] = *++*p;
        else
            out[n++] = **p;
    }
    *word = out;
    *is_closed = quote == '\0';
    return true;
}

void shell_word_add(struct buf *line, const char *word)
{
    buf_adds(line, "'");
    for (const char *p = word; *p; p++)
        buf_adds(line, *p == '\'' ? "'\"'\"'" : (char[]){*p, '\0'});
    buf_adds(line, "'");
}
