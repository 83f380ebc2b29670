#include "ui/check_hosts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/check_draw.h"

static const char *name_of(const struct view *view, size_t host)
{
    return wizard_fleet(view->wizard)->items[host].name;
}

static int gravity(const struct verdict *v)
{
    static const int order[] = {[VERDICT_FAIL] = 3, [VERDICT_WARN] = 2, [VERDICT_SKIP] = 1, [VERDICT_PASS] = 0};
    return order[v->is_accepted ? VERDICT_PASS : v->kind];
}

const struct verdict *check_hosts_worst(const struct view *view, size_t host)
{
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    const struct verdict *worst = NULL;
    for (size_t i = 0; i < checks->count; i++) {
        const struct verdict *v = checks_verdict(checks, host, checks->items[i].requirement);
        if (v && (!worst || gravity(v) > gravity(worst)))
            worst = v;
    }
    return worst;
}

/* Measured at all, and what was found then still stands: it may have been asked again in vain. */
static bool is_known(const struct view *view, size_t host)
{
    return check_is_measured(view->wizard, host) && !*check_missing_why(view->wizard, host);
}

static enum task_state state_of(const struct view *view, size_t host)
{
    if (check_is_busy(view->wizard, host))
        return TASK_RUNNING;
    if (*check_missing_why(view->wizard, host))
        return TASK_FAILED;
    if (!check_is_measured(view->wizard, host))
        return TASK_PENDING;
    const struct verdict *v = check_hosts_worst(view, host);
    return !v || v->is_accepted ? TASK_OK : check_sign(v->kind);
}

static char *found_of(const struct view *view, size_t host)
{
    if (check_is_busy(view->wizard, host))
        return mem_strdup(check_stage(view->wizard, host));
    if (!is_known(view, host)) {
        const char *why = check_missing_why(view->wizard, host);
        if (check_is_measured(view->wizard, host))
            return mem_printf(_("measured before, but not now: %s"), why);
        return mem_strdup(*why ? why : _("not measured yet"));
    }
    const struct verdict *v = check_hosts_worst(view, host);
    if (!v || v->kind == VERDICT_PASS)
        return mem_strdup(_("as wanted"));
    return mem_printf("%s: %s", v->requirement->id, v->measured);
}

/* -- the order -- */

/* Classes of hosts, the gravest first. */
static int class_of(const struct view *view, size_t host)
{
    switch (state_of(view, host)) {
    case TASK_FAILED:
        return 0;
    case TASK_WARNED:
        return 1;
    case TASK_RUNNING:
    case TASK_PENDING:
        return 2;
    case TASK_SKIPPED:
        return 3;
    default:
        return 4;
    }
}

void check_hosts_update(struct check_hosts *hosts, const struct view *view, bool only_problems, bool is_settled)
{
    size_t fleet = wizard_access(view->wizard) ? access_count(wizard_access(view->wizard)) : 0;
    if (is_settled && hosts->fleet == fleet && hosts->only_problems == only_problems)
        return;
    int *classes = mem_new(fleet + 1, sizeof *classes);
    hosts->fleet = fleet;
    hosts->only_problems = only_problems;
    hosts->count = 0;
    hosts->items = mem_grow(hosts->items, fleet + 1, sizeof *hosts->items);
    for (size_t i = 0; i < fleet; i++)
        classes[i] = class_of(view, i);
    for (int class = 0; class <= (only_problems ? 1 : 4); class++)
        for (size_t i = 0; i < fleet; i++)
            if (classes[i] == class)
                hosts->items[hosts->count++] = i;
    free(classes);
}

void check_hosts_done(struct check_hosts *hosts)
{
    free(hosts->items);
    *hosts = (struct check_hosts){0};
}

/* -- drawing -- */

static int name_width(const struct canvas *canvas)
{
    return canvas->cols >= 100 ? 32 : canvas->cols >= 80 ? 20 : 16;
}

void check_hosts_draw_heads(struct canvas *canvas, int row)
{
    int name = name_width(canvas);
    canvas_put_in(canvas, row, 4, name, ROLE_DIM, _("HOST"));
    canvas_put_in(canvas, row, 5 + name, 14, ROLE_DIM, _("CHECKS"));
    canvas_put_in(canvas, row, 20 + name, canvas->cols - name - 21, ROLE_DIM, _("WORST"));
}

void check_hosts_draw(const struct view *view, struct canvas *canvas, int row, size_t host, bool has_focus)
{
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    enum task_state sign = state_of(view, host);
    char *found = found_of(view, host);
    size_t counts[4] = {0};
    int name = name_width(canvas);
    for (size_t i = 0; i < checks->count; i++) {
        const struct verdict *v = checks_verdict(checks, host, checks->items[i].requirement);
        if (v)
            counts[v->kind]++;
    }
    canvas_put(canvas, row, 2, look_role(sign), look_sign(&view->look, sign, view->phase));
    canvas_put_in(canvas, row, 4, name, ROLE_TEXT, name_of(view, host));
    check_draw_counts(view, canvas, row, 5 + name, 14, counts, 0);
    canvas_put_in(canvas, row, 20 + name, canvas->cols - name - 21, ROLE_TEXT, found);
    if (has_focus) {
        canvas_put(canvas, row, 0, ROLE_FOCUS, ">");
        canvas_focus(canvas, row, 0, 4 + name);
    }
    free(found);
}

static int tell(struct canvas *canvas, int row, int col, enum text_role role, const char *text)
{
    if (row >= canvas->rows)
        return row;
    int used = canvas_wrap(canvas, row, col, canvas->cols - col - 1, canvas->rows - row, role, text);
    return row + (used ? used : 1);
}

int check_hosts_detail(const struct view *view, struct canvas *canvas, int row, size_t host)
{
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    bool has_any = false;
    char *found = found_of(view, host);
    if (!is_known(view, host) || check_is_busy(view->wizard, host))
        row = tell(canvas, row, 1, *check_missing_why(view->wizard, host) ? ROLE_FAIL : ROLE_TEXT, found);
    for (size_t i = 0; i < checks->count && row < canvas->rows; i++) {
        const struct verdict *v = checks_verdict(checks, host, checks->items[i].requirement);
        if (!v || v->kind == VERDICT_PASS)
            continue;
        enum task_state sign = check_sign(v->kind);
        canvas_put(canvas, row, 1, look_role(sign), look_sign(&view->look, sign, -1));
        char *text = mem_printf(v->is_accepted ? _("%s: %s; wanted: %s (accepted)") : _("%s: %s; wanted: %s"), v->requirement->id, v->measured, v->threshold);
        row = tell(canvas, row, 3, ROLE_TEXT, text);
        row = check_draw_lines(canvas, row, 5, v->detail);
        free(text);
        has_any = true;
    }
    if (!has_any && is_known(view, host) && !check_is_busy(view->wizard, host))
        row = tell(canvas, row, 1, ROLE_TEXT, found);
    free(found);
    return row;
}
