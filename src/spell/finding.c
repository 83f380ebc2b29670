#include "spell/finding.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"

#define NAMES_MAX 5

void finding_add(struct findings *findings, enum verdict_kind kind, char *line)
{
    bool is_worse = !findings->lines.count || (kind == VERDICT_FAIL && findings->kind != VERDICT_FAIL);
    if (!is_worse && kind != findings->kind) {
        strv_add(&findings->lines, line);
        free(line);
        return;
    }
    size_t at = is_worse ? 0 : findings->first;
    findings->first = at + 1;
    findings->kind = kind;
    strv_add(&findings->lines, line);
    char *last = findings->lines.items[findings->lines.count - 1];
    for (size_t i = findings->lines.count - 1; i > at; i--)
        findings->lines.items[i] = findings->lines.items[i - 1];
    findings->lines.items[at] = last;
    free(line);
}

void finding_unknown(struct findings *findings, char *why)
{
    if (findings->unknown)
        free(why);
    else
        findings->unknown = why;
}

static void say_lines(struct judge *judge, const struct strv *lines, enum verdict_kind kind, char *threshold)
{
    size_t more = lines->count - 1;
    char *measured = more ? mem_printf(ngettext("%s, and %zu thing more", "%s, and %zu things more", more), lines->items[0], more)
                          : mem_strdup(lines->items[0]);
    judge_say(judge, kind, measured, threshold);
    for (size_t i = 0; more && i < lines->count && i < FINDING_LINES_MAX; i++)
        judge_detail(judge, lines->items[i]);
    if (lines->count > FINDING_LINES_MAX) {
        size_t left = lines->count - FINDING_LINES_MAX;
        char *rest = mem_printf(ngettext("and %zu more", "and %zu more", left), left);
        judge_detail(judge, rest);
        free(rest);
    }
}

void finding_say(struct judge *judge, struct findings *findings, char *all_right, char *threshold)
{
    if (findings->lines.count)
        say_lines(judge, &findings->lines, findings->kind, threshold);
    else if (findings->unknown)
        judge_skip(judge, findings->unknown, threshold);
    else
        judge_say(judge, VERDICT_PASS, all_right, threshold);
    if (findings->lines.count || findings->unknown)
        free(all_right);
    strv_done(&findings->lines);
    free(findings->unknown);
    *findings = (struct findings){0};
}

void named_add(struct named *named, const char *name)
{
    if (named->count++ < NAMES_MAX)
        strv_add(&named->list, name);
}

char *named_text(struct named *named)
{
    char *list = strv_join(&named->list, ", ");
    size_t more = named->count > NAMES_MAX ? named->count - NAMES_MAX : 0;
    char *all = more ? mem_printf(ngettext("%s and %zu more", "%s and %zu more", more), list, more) : mem_strdup(list);
    free(list);
    strv_done(&named->list);
    *named = (struct named){0};
    return all;
}
