#include "cli/look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/common.h"
#include "wizard/check_report.h"

#define SHOWN_BYTES_MAX ((size_t)1 << 20)

struct look_finding *look_add(struct look *look, const char *check, enum verdict_kind kind, char *found, const char *remedy)
{
    look->items = mem_grow(look->items, look->count + 1, sizeof *look->items);
    struct look_finding *finding = &look->items[look->count++];
    *finding = (struct look_finding){check, kind, found, mem_strdup(remedy), mem_strdup("")};
    return finding;
}

bool look_has(const struct look *look, enum verdict_kind kind)
{
    for (size_t i = 0; i < look->count; i++)
        if (look->items[i].kind == kind)
            return true;
    return false;
}

static void put_lines(struct buf *out, size_t indent, const char *text)
{
    for (const char *p = text; *p;) {
        size_t len = strcspn(p, "\n");
        char *line = mem_strndup(p, len);
        if (*line)
            check_report_line(out, indent, line);
        free(line);
        p += len + (p[len] == '\n');
    }
}

static void show_plain(const struct look_finding *f)
{
    struct buf out;
    char *head = mem_printf("%s %s: %s", verdict_name(f->kind), f->check, f->found), *remedy = mem_printf(_("what to do: %s"), f->remedy);
    buf_init(&out, SHOWN_BYTES_MAX);
    check_report_line(&out, 0, head);
    if (*f->remedy)
        put_lines(&out, 2, remedy);
    put_lines(&out, 4, f->detail);
    fputs(buf_text(&out), stdout);
    buf_done(&out);
    free(head);
    free(remedy);
}

/* JSON takes only text that is UTF-8, and a reader of it may print it. */
void look_set(json_t *o, const char *key, const char *text)
{
    struct buf out;
    buf_init(&out, SHOWN_BYTES_MAX);
    for (const char *p = text; *p;) {
        size_t len = strcspn(p, "\n");
        utf8_printable(p, len, &out);
        p += len;
        if (*p) {
            buf_adds(&out, "\n");
            p++;
        }
    }
    json_object_set_new(o, key, json_string(buf_text(&out)));
    buf_done(&out);
}

static void show_json(const struct look_finding *f)
{
    json_t *o = json_object();
    look_set(o, "check", f->check);
    look_set(o, "verdict", verdict_name(f->kind));
    look_set(o, "found", f->found);
    look_set(o, "remedy", f->remedy);
    look_set(o, "detail", f->detail);
    common_event("kubeconfig", o);
}

void look_show(const struct look *look, bool is_json)
{
    for (size_t i = 0; i < look->count; i++) {
        if (is_json)
            show_json(&look->items[i]);
        else
            show_plain(&look->items[i]);
    }
}

void look_done(struct look *look)
{
    for (size_t i = 0; i < look->count; i++) {
        free(look->items[i].found);
        free(look->items[i].remedy);
        free(look->items[i].detail);
    }
    free(look->items);
    *look = (struct look){0};
}
