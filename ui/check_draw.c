#include "ui/check_draw.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/band.h"
#include "wizard/check_findings.h"

static const char *role_of(const struct fleet *fleet, size_t host)
{
    return fleet->items[host].roles.count ? fleet->items[host].roles.items[0] : "";
}

static bool begins_role(const struct fleet *fleet, size_t host)
{
    return host && strcmp(role_of(fleet, host), role_of(fleet, host - 1)) != 0;
}

int check_signs_width(const struct wizard *wizard)
{
    const struct fleet *fleet = wizard_fleet(wizard);
    int width = (int)fleet->count;
    if (fleet->count > CHECK_SIGNS_MAX)
        return 0;
    for (size_t i = 0; i < fleet->count; i++)
        width += begins_role(fleet, i);
    return width;
}

static enum task_state host_sign(const struct view *view, size_t host, const struct requirement *requirement, bool *has)
{
    *has = true;
    if (!requirement && check_is_busy(view->wizard, host))
        return TASK_RUNNING;
    if (!requirement && *check_missing_why(view->wizard, host))
        return TASK_FAILED;
    if (!check_is_measured(view->wizard, host))
        return check_is_busy(view->wizard, host) ? TASK_RUNNING : *check_missing_why(view->wizard, host) ? TASK_FAILED : TASK_PENDING;
    if (!requirement)
        return TASK_OK;
    const struct verdict *verdict = wizard_verdict(view->wizard, host, requirement);
    *has = verdict != NULL;
    return verdict ? check_sign(verdict->kind) : TASK_PENDING;
}

void check_draw_signs(const struct view *view, struct canvas *canvas, int row, int col, const struct requirement *requirement)
{
    const struct fleet *fleet = wizard_fleet(view->wizard);
    for (size_t i = 0; i < fleet->count; i++, col++) {
        bool has;
        enum task_state sign = host_sign(view, i, requirement, &has);
        col += begins_role(fleet, i);
        if (has)
            canvas_put(canvas, row, col, look_role(sign), look_sign(&view->look, sign, view->phase));
    }
}

const char *check_count_words(enum verdict_kind kind, size_t count)
{
    static char text[64];
    const char *words[] = {[VERDICT_FAIL] = _("%zu fail"), [VERDICT_WARN] = _("%zu warn"), [VERDICT_SKIP] = _("%zu skip"), [VERDICT_PASS] = _("%zu pass")};
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text, sizeof text, words[kind], count);
#pragma GCC diagnostic pop
    return text;
}

void check_draw_counts(const struct view *view, struct canvas *canvas, int row, int col, int width, const size_t counts[4], size_t missing)
{
    static const enum verdict_kind order[] = {VERDICT_FAIL, VERDICT_WARN, VERDICT_SKIP, VERDICT_PASS};
    int end = col + width;
    for (size_t i = 0; i < 4; i++) {
        char text[32];
        enum task_state sign = check_sign(order[i]);
        snprintf(text, sizeof text, "%zu%s", counts[order[i]], look_sign(&view->look, sign, -1));
        if (counts[order[i]] && col + text_width(text) <= end)
            col = canvas_put(canvas, row, col, look_role(sign), text) + 1;
    }
    char text[32];
    snprintf(text, sizeof text, "%zu%s", missing, look_sign(&view->look, TASK_PENDING, -1));
    if (missing && col + text_width(text) <= end)
        canvas_put(canvas, row, col, ROLE_DIM, text);
}

char *check_found(const struct view *view, const struct wizard_check *check)
{
    const struct fleet *fleet = wizard_fleet(view->wizard);
    const struct verdict *verdict = check->hosts ? wizard_verdict(view->wizard, check->worst_host, check->requirement) : NULL;
    enum verdict_kind worst = check_worst(check);
    size_t more = check->counts[worst] ? check->counts[worst] - 1 : 0;
    if (!check->hosts)
        return mem_strdup(_("not measured yet"));
    if (worst == VERDICT_PASS)
        return mem_strdup(_("as wanted"));
    if (!verdict || check->worst_host >= fleet->count)
        return mem_strdup("");
    if (!more)
        return mem_printf("%s: %s", fleet->items[check->worst_host].name, verdict->measured);
    return mem_printf(ngettext("%s and %zu more: %s", "%s and %zu more: %s", more), fleet->items[check->worst_host].name, more, verdict->measured);
}

const char *check_wanted(const struct view *view, const struct wizard_check *check)
{
    const struct verdict *verdict = check->hosts ? wizard_verdict(view->wizard, check->worst_host, check->requirement) : NULL;
    return verdict ? verdict->threshold : "";
}

/* -- detail -- */

struct detail {
    struct canvas *canvas;
    int row, label;
};

static int tell_at(struct canvas *canvas, int row, int col, enum text_role role, const char *text)
{
    if (row >= canvas->rows)
        return row;
    int used = canvas_wrap(canvas, row, col, canvas->cols - col - 1, canvas->rows - row, role, text);
    return row + (used ? used : 1);
}

static void tell(struct detail *d, enum text_role role, const char *label, const char *text)
{
    if (!*text || d->row >= d->canvas->rows)
        return;
    canvas_put_in(d->canvas, d->row, 1, d->label - 2, ROLE_DIM, label);
    d->row = tell_at(d->canvas, d->row, d->label, role, text);
}

int check_draw_lines(struct canvas *canvas, int row, int col, const char *lines)
{
    for (const char *p = lines; *p;) {
        size_t len = strcspn(p, "\n");
        char *line = mem_strndup(p, len);
        row = tell_at(canvas, row, col, ROLE_TEXT, line);
        free(line);
        p += len + (p[len] == '\n');
    }
    return row;
}

static int widest(const char *const *labels, size_t count)
{
    int width = 0;
    for (size_t i = 0; i < count; i++) {
        int w = text_width(_(labels[i]));
        width = w > width ? w : width;
    }
    return width;
}

/* Which hosts, each finding by itself; nothing where all was said above. */
static void tell_findings(struct detail *d, const struct view *view, const struct check_findings *findings, const char *label)
{
    const struct check_findings f = *findings;
    bool is_said = f.count == 1 && f.items[0].count == 1 && !*f.items[0].verdict->detail;
    for (size_t i = 0; i < f.count && !is_said; i++) {
        const struct verdict *v = f.items[i].verdict;
        char *names = band_names(view->wizard, f.items[i].hosts, f.items[i].count);
        char *text = f.count == 1             ? mem_strdup(names)
                     : f.is_one_threshold     ? mem_printf("%s: %s", names, v->measured)
                                              : mem_printf(_("%s: %s, wanted %s"), names, v->measured, v->threshold);
        tell(d, v->kind == VERDICT_FAIL ? ROLE_FAIL : v->kind == VERDICT_WARN ? ROLE_WARN : ROLE_TEXT, i ? "" : label, text);
        if (!f.is_one_remedy)
            d->row = check_draw_lines(d->canvas, d->row, d->label + 2, v->remedy);
        d->row = check_draw_lines(d->canvas, d->row, d->label + 2, v->detail);
        free(text);
        free(names);
    }
}

int check_draw_detail(const struct view *view, struct canvas *canvas, int row, const struct wizard_check *check)
{
    static const char *const labels[] = {N_("Found"), N_("Wanted"), N_("Why"), N_("Remedy"), N_("f"), N_("Accepted"), N_("A"), N_("Hosts"), N_("Answer")};
    struct detail d = {canvas, row, widest(labels, sizeof labels / sizeof *labels) + 3};
    const struct spell *spell = draft_spell(wizard_draft(view->wizard));
    const struct requirement *r = check->requirement;
    enum verdict_kind worst = check_worst(check);
    struct check_findings findings = check_findings_make(wizard_checks(view->wizard), check, false);
    char *found = check_found(view, check);
    tell(&d, worst == VERDICT_FAIL ? ROLE_FAIL : worst == VERDICT_WARN ? ROLE_WARN : ROLE_TEXT, _(labels[0]), found);
    tell(&d, ROLE_TEXT, _(labels[1]), check_wanted(view, check));
    if (worst == VERDICT_FAIL || worst == VERDICT_WARN) {
        tell(&d, ROLE_TEXT, _(labels[3]), findings.is_one_remedy && findings.count ? findings.items[0].verdict->remedy : "");
        tell(&d, ROLE_TEXT, _(labels[4]), r->mend ? _("mends it now; the script is shown first") : "");
    }
    tell(&d, ROLE_TEXT, _(labels[2]), r->source ? spell_text(spell, r->source) : "");
    if (check->is_asked)
        tell(&d, ROLE_WARN, _(labels[8]), _("Options asks which is to be used; until then this stands in nobody's way."));
    if (check->accepted)
        tell(&d, ROLE_TEXT, _(labels[5]), check->accepted);
    if (check->is_stale)
        tell(&d, ROLE_WARN, _(labels[6]), _("takes the acceptance back: the check does not fail any more"));
    else if (check->accepted)
        tell(&d, ROLE_TEXT, _(labels[6]), _("takes the acceptance back"));
    else if (worst == VERDICT_FAIL || worst == VERDICT_WARN)
        tell(&d, ROLE_TEXT, _(labels[6]), _("goes on although it is so; your reason is kept in the answers"));
    tell_findings(&d, view, &findings, _(labels[7]));
    check_findings_done(&findings);
    free(found);
    return d.row;
}
