/* --limit and --only: read, and explained. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "cli/spells.h"
#include "model/plan.h"
#include "spell/plan_narrow.h"

#define HOSTS_NAMED_MAX 8

/* An empty list is a mistake, such as an empty variable of a script; it must not mean all. */
static int add_given(const struct command_line *line, const char *option, struct strv *words)
{
    struct strv lists = {0};
    command_values(line, option, &lists);
    for (size_t i = 0; i < lists.count; i++)
        narrowing_add(words, lists.items[i]);
    bool is_empty = lists.count && !words->count;
    strv_done(&lists);
    return is_empty ? command_usage_error(line, _("--%s names nothing"), option) : -1;
}

int narrowing_given(const struct command_line *line, struct narrowing *narrowing)
{
    *narrowing = (struct narrowing){0};
    int status = add_given(line, "limit", &narrowing->limit);
    return status < 0 ? add_given(line, "only", &narrowing->only) : status;
}

static bool is_alike(const struct plan_gap *a, const struct plan_gap *b)
{
    return strcmp(a->step, b->step) == 0 && strcmp(a->for_step, b->for_step) == 0;
}

/* A line for all hosts on which the same step is left out for the same one. */
static void explain_gap(const struct plan *plan, size_t first, FILE *out)
{
    const struct plan_gap *gap = &plan->gaps[first];
    struct strv hosts = {0};
    for (size_t i = 0; i < plan->gap_count; i++) {
        if (!is_alike(gap, &plan->gaps[i]))
            continue;
        if (i < first)
            return; /* it has its line */
        strv_add(&hosts, plan->hosts[plan->gaps[i].host].host.name);
    }
    char *names = strv_join(&hosts, ", "), *lacks = strv_join(&gap->lacks, ", ");
    if (hosts.count > HOSTS_NAMED_MAX)
        fprintf(out, ngettext("  %s on %zu host, for %s", "  %s on %zu hosts, for %s", hosts.count), gap->step, hosts.count, gap->for_step);
    else
        fprintf(out, _("  %s on %s, for %s"), gap->step, names, gap->for_step);
    if (gap->lacks.count)
        fprintf(out, _("; it would have published %s: what wants that fails, unless it is done already"), lacks);
    fputs("\n", out);
    free(names);
    free(lacks);
    strv_done(&hosts);
}

void narrowing_explain(const struct plan *plan, FILE *out)
{
    struct strv hosts = {0};
    for (size_t i = 0; i < plan->host_count; i++)
        if (plan->hosts[i].is_left_out)
            strv_add(&hosts, plan->hosts[i].host.name);
    char *names = strv_join(&hosts, ", ");
    if (hosts.count)
        fprintf(out, _("Not selected, and left alone: %s\n"), names);
    if (plan->gap_count)
        fputs(_("Not run, and taken as done:\n"), out);
    for (size_t i = 0; i < plan->gap_count; i++)
        explain_gap(plan, i, out);
    free(names);
    strv_done(&hosts);
}
