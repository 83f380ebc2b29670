#include "model/trace.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

#define OUTPUT_BYTES 8192
#define FIRST_LINE 2 /* kwiz puts a line of its own before what it sends: request.c */
#define LINE_DIGITS 7

/* A number that ends before end, with ": " behind it: dash's "sh: 42: ". 0 = none. */
static size_t number_before(const char *start, const char *end)
{
    if (end - start < 4 || end[-1] != ' ' || end[-2] != ':')
        return 0;
    const char *s = end - 2;
    while (s > start && s[-1] >= '0' && s[-1] <= '9' && end - s < LINE_DIGITS)
        s--;
    return s > start && s[-1] == ' ' ? strtoul(s, NULL, 10) : 0;
}

/* The line that a message of the shell about FILE names: dash writes "sh: 42: /x/in/FILE: ...", bash "/x/in/FILE: line 42: ...", BusyBox
 * "sh: /x/in/FILE: line 42: ...". 0 = it is none. text ends with NUL. */
static size_t line_told(const char *text, const char *file)
{
    const char *name = strstr(text, file);
    if (!name)
        return 0;
    const char *behind = name + strlen(file), *path = name;
    while (path > text && path[-1] != ' ')
        path--;
    if (*path != '/')
        return 0;
    if (!strncmp(behind, "line ", 5))
        return strspn(behind + 5, "0123456789") < LINE_DIGITS ? strtoul(behind + 5, NULL, 10) : 0;
    return number_before(text, path);
}

/* Where line `number` (from 1) of text begins, or NULL. */
static const char *line_of(const char *text, size_t number)
{
    while (--number && text) {
        text = strchr(text, '\n');
        text = text ? text + 1 : NULL;
    }
    return text && *text ? text : NULL;
}

static bool place(const char *script, size_t own, const char *path, size_t told, struct trace *trace)
{
    const char *at = told >= FIRST_LINE ? line_of(script, told - FIRST_LINE + 1) : NULL;
    if (!at)
        return false;
    const char *from = at >= script + own ? script + own : script;
    trace->path = at >= script + own ? path : NULL;
    trace->line = 1;
    for (const char *s = from; s < at; s++)
        trace->line += *s == '\n';
    while (*at == ' ' || *at == '\t')
        at++;
    struct buf code;
    buf_init(&code, TRACE_CODE_MAX - 1);
    utf8_printable(at, strcspn(at, "\n"), &code);
    memcpy(trace->code, buf_text(&code), code.len + 1);
    buf_done(&code);
    return true;
}

bool trace_find(const struct plan_step *step, const char *output, size_t len, struct trace *trace)
{
    char *run = mem_printf("/in/%s.run: ", step->id), *check = mem_printf("/in/%s.check: ", step->id);
    bool is_found = false;
    *trace = (struct trace){0};
    if (len > OUTPUT_BYTES) {
        output += len - OUTPUT_BYTES;
        len = OUTPUT_BYTES;
    }
    while (len && !is_found) {
        const char *newline = memrchr(output, '\n', len);
        size_t from = newline ? (size_t)(newline - output) + 1 : 0, told;
        char *line = mem_strndup(output + from, strnlen(output + from, len - from));
        if ((told = line_told(line, run)) != 0) {
            is_found = step->script && place(step->script, step->script_own, step->script_path, told, trace);
        } else if ((told = line_told(line, check)) != 0) {
            trace->is_check = true;
            is_found = step->check && place(step->check, step->check_own, step->check_path, told, trace);
        }
        free(line);
        len = newline ? from - 1 : 0;
        if (told)
            break;
    }
    free(run);
    free(check);
    return is_found;
}
