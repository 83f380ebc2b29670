#include "engine/noise.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/utf8.h"
#include "engine/bootstrap.h"

void noise_quote(const struct buf *noise, char *out, size_t out_size)
{
    const char *text = buf_text(noise);
    size_t len = noise->len;
    while (len && (text[len - 1] == '\n' || text[len - 1] == '\r' || text[len - 1] == ' '))
        len--;
    size_t start = len > 300 ? len - 300 : 0;
    struct buf line;
    buf_init(&line, 2048);
    for (size_t i = start; i < len;) {
        const char *newline = memchr(text + i, '\n', len - i);
        size_t n = newline ? (size_t)(newline - text) - i : len - i;
        if (line.len)
            buf_adds(&line, " / ");
        utf8_printable(text + i, n && text[i + n - 1] == '\r' ? n - 1 : n, &line);
        i += n + 1;
    }
    snprintf(out, out_size, "%s", line.len ? buf_text(&line) : _("it printed nothing"));
    buf_done(&line);
}

size_t noise_find_ready(const struct buf *seen)
{
    const char *text = buf_text(seen), *hit = text;
    size_t word = strlen(BOOTSTRAP_READY);
    while ((hit = memmem(hit, seen->len - (size_t)(hit - text), BOOTSTRAP_READY, word))) {
        size_t end = (size_t)(hit - text) + word;
        if (end < seen->len && text[end] == '\r')
            end++;
        if ((hit == text || hit[-1] == '\n' || hit[-1] == '\r') && end < seen->len && text[end] == '\n')
            return end + 1;
        hit += word;
    }
    return 0;
}
