/* Where the steps of a plan run. */
#include "ui/review.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "model/fold.h"
#include "spell/fetch_target.h"
#include "ui/canvas.h"

#define GRID_BYTES_MAX ((size_t)4 << 20)

size_t review_host_count(const struct plan *plan)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->host_count; i++)
        count += !plan->hosts[i].is_left_out;
    return count;
}

/* A role that these hosts have and no others, or NULL. */
static const char *common_role(const struct plan *plan, const bool *is_target)
{
    size_t first = 0;
    while (first < plan->host_count && !is_target[first])
        first++;
    for (size_t r = 0; first < plan->host_count && r < plan->hosts[first].host.roles.count; r++) {
        const char *role = plan->hosts[first].host.roles.items[r];
        bool same = true;
        for (size_t h = 0; same && h < plan->host_count; h++)
            same = strv_has(&plan->hosts[h].host.roles, role) == is_target[h];
        if (same)
            return role;
    }
    return NULL;
}

static void tell_some(const struct plan *plan, const bool *is_target, size_t count, int columns, struct buf *out)
{
    const char **names = mem_new(count, sizeof *names);
    size_t n = 0;
    struct buf folded;
    buf_init(&folded, REVIEW_TEXT_MAX);
    for (size_t h = 0; h < plan->host_count; h++)
        if (is_target[h])
            names[n++] = plan->hosts[h].host.name;
    fold_names(names, n, &folded);
    const char *role = text_width(buf_text(&folded)) <= columns ? NULL : common_role(plan, is_target);
    if (text_width(buf_text(&folded)) <= columns)
        buf_adds(out, buf_text(&folded));
    else if (role)
        buf_addf(out, "%s (%zu)", role, count);
    else
        buf_addf(out, ngettext("%zu host", "%zu hosts", count), count);
    buf_done(&folded);
    free(names);
}

void review_tell_targets(const struct plan *plan, size_t step, int columns, struct buf *out)
{
    bool *is_target = mem_new(plan->host_count, sizeof *is_target);
    size_t count = 0;
    for (size_t t = 0; t < plan->task_count; t++)
        if (plan->tasks[t].step == step && !is_target[plan->tasks[t].host]) {
            is_target[plan->tasks[t].host] = true;
            count++;
        }
    if (count > 1 && count == review_host_count(plan))
        buf_addf(out, ngettext("%zu host", "%zu hosts", count), count);
    else
        tell_some(plan, is_target, count, columns, out);
    free(is_target);
}

void review_tell_downloads(struct wizard *wizard, struct strv *lines, struct buf *places)
{
    const struct plan *plan = wizard_plan(wizard, NULL);
    struct strv told = {0};
    for (size_t i = 0; plan && i < plan->step_count; i++)
        for (size_t j = 0; j < plan->steps[i].download_count; j++) {
            const struct plan_download *download = &plan->steps[i].downloads[j];
            const char *from = plan_download_from(download);
            if (!wizard_fetches(wizard, i, j))
                continue;
            char *line = mem_printf("%s: %s: %s", plan->steps[i].id, download->shown, from);
            strv_add(lines, line);
            free(line);
            struct fetch_target target;
            const char *place = download->from && fetch_target_parse(from, &target) ? target.name : from;
            if (strv_has(&told, place))
                continue;
            buf_addf(places, "%s%s", told.count ? ", " : "", place);
            strv_add(&told, place);
        }
    strv_done(&told);
}

static void add_padded(struct buf *out, const char *text, int columns)
{
    buf_adds(out, text);
    for (int col = text_width(text); col < columns; col++)
        buf_adds(out, " ");
}

char *review_grid(const struct plan *plan)
{
    struct buf out;
    int wide = 0;
    bool *runs = mem_new(plan->host_count * plan->step_count, sizeof *runs);
    for (size_t t = 0; t < plan->task_count; t++)
        runs[plan->tasks[t].host * plan->step_count + plan->tasks[t].step] = true;
    for (size_t h = 0; h < plan->host_count; h++)
        wide = text_width(plan->hosts[h].host.name) > wide ? text_width(plan->hosts[h].host.name) : wide;
    buf_init(&out, GRID_BYTES_MAX);
    for (size_t s = 0; s < plan->step_count; s++)
        buf_addf(&out, "%3zu  %s: %s\n", s + 1, plan->steps[s].id, plan_step_shown(&plan->steps[s]));
    buf_adds(&out, "\n");
    add_padded(&out, "", wide + 1);
    for (size_t s = 0; s < plan->step_count; s++)
        buf_addf(&out, "%3zu", s + 1);
    buf_adds(&out, "\n");
    for (size_t h = 0; h < plan->host_count; h++) {
        add_padded(&out, plan->hosts[h].host.name, wide + 1);
        for (size_t s = 0; s < plan->step_count; s++)
            buf_adds(&out, runs[h * plan->step_count + s] ? "  *" : "  .");
        buf_adds(&out, "\n");
    }
    free(runs);
    return buf_take(&out);
}
