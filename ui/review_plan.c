/* Where the steps of a plan run. */
#include "ui/review.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/canvas.h"
#include "ui/fold.h"

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
