#include "spell/jinja.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* What begins a template: an expression, a statement, a comment. Each is written as an expression whose value it is; nothing else of
 * Jinja's means anything outside of these. */
#define OPENER_LEN 2
#define QUOTED_BEGIN "{{ '"
#define QUOTED_END "' }}"
#define QUOTED_LEN (sizeof QUOTED_BEGIN - 1 + OPENER_LEN + sizeof QUOTED_END - 1)

static bool is_opener(const char *p)
{
    return *p == '{' && (p[1] == '{' || p[1] == '%' || p[1] == '#');
}

static bool is_quoted(const char *p)
{
    const char *opener = p + sizeof QUOTED_BEGIN - 1;
    return strncmp(p, QUOTED_BEGIN, sizeof QUOTED_BEGIN - 1) == 0 && is_opener(opener) &&
           strncmp(opener + OPENER_LEN, QUOTED_END, sizeof QUOTED_END - 1) == 0;
}

char *jinja_literal(const char *text)
{
    struct buf out;
    buf_init(&out, strlen(text) * QUOTED_LEN + 1);
    for (const char *p = text; *p;)
        if (is_opener(p)) {
            buf_addf(&out, QUOTED_BEGIN "%.2s" QUOTED_END, p);
            p += OPENER_LEN;
        } else {
            buf_add(&out, p++, 1);
        }
    return buf_take(&out);
}

char *jinja_unquote(const char *text)
{
    struct buf out;
    buf_init(&out, strlen(text) + 1);
    for (const char *p = text; *p;) {
        bool is_ours = is_quoted(p);
        buf_add(&out, is_ours ? p + sizeof QUOTED_BEGIN - 1 : p, is_ours ? OPENER_LEN : 1);
        p += is_ours ? QUOTED_LEN : 1;
    }
    return buf_take(&out);
}
