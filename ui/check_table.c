#include "ui/check_table.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/check_draw.h"

#define CELL_LEAST 10 /* of a host's own column in the wide table */
#define CELL_MOST 24
#define ID_MOST 18

static size_t host_count(const struct view *view)
{
    return wizard_access(view->wizard) ? access_count(wizard_access(view->wizard)) : 0;
}

static const char *host_name(const struct view *view, size_t host)
{
    return wizard_fleet(view->wizard)->items[host].name;
}

struct check_columns check_table_columns(const struct check_list *list, const struct view *view, int cols)
{
    struct check_columns c = {.id = 4};
    int longest = 12, signs = check_signs_width(view->wizard), hosts = (int)host_count(view);
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].kind == LINE_CHECK) {
            int w = text_width(list->items[i].requirement->id);
            longest = w > longest ? w : longest;
        }
    c.hosts = c.id + (longest > ID_MOST ? ID_MOST : longest) + 2;
    int wanted = cols >= 120 ? 22 : cols >= 76 ? 14 : 0, room = cols - c.hosts - wanted - 1;
    c.wanted = wanted ? cols - wanted : 0;
    c.cell = cols >= 110 && hosts && hosts <= CHECK_SIGNS_MAX && room / hosts >= CELL_LEAST ? room / hosts : 0;
    c.cell = c.cell > CELL_MOST ? CELL_MOST : c.cell;
    int heading = text_width(_("HOSTS"));
    c.found = c.hosts + (signs > heading ? signs : signs ? heading : 14) + 2;
    return c;
}

static int found_end(const struct check_columns *c, const struct canvas *canvas)
{
    return c->wanted ? c->wanted - 1 : canvas->cols - 1;
}

void check_table_draw_heads(const struct view *view, struct canvas *canvas, int row, const struct check_columns *c)
{
    canvas_put_in(canvas, row, c->id, c->hosts - c->id - 1, ROLE_DIM, _("CHECK"));
    if (c->cell)
        for (size_t i = 0; i < host_count(view); i++)
            canvas_put_in(canvas, row, c->hosts + (int)i * c->cell, c->cell - 1, ROLE_DIM, host_name(view, i));
    else {
        canvas_put_in(canvas, row, c->hosts, c->found - c->hosts - 1, ROLE_DIM, _("HOSTS"));
        canvas_put_in(canvas, row, c->found, found_end(c, canvas) - c->found, ROLE_DIM, _("FOUND"));
    }
    if (c->wanted)
        canvas_put_in(canvas, row, c->wanted, canvas->cols - c->wanted - 1, ROLE_DIM, _("WANTED"));
}

/* What each host was found to have, in its own column. */
static void draw_cells(const struct view *view, struct canvas *canvas, int row, const struct check_columns *c, const struct requirement *requirement)
{
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    for (size_t i = 0; i < host_count(view); i++) {
        const struct verdict *v = checks_verdict(checks, i, requirement);
        int col = c->hosts + (int)i * c->cell;
        if (!v && check_is_busy(view->wizard, i))
            canvas_put(canvas, row, col, look_role(TASK_RUNNING), look_sign(&view->look, TASK_RUNNING, view->phase));
        if (!v)
            continue;
        enum task_state sign = check_sign(v->kind);
        canvas_put(canvas, row, col, look_role(sign), look_sign(&view->look, sign, view->phase));
        canvas_put_in(canvas, row, col + 2, c->cell - 3, v->kind == VERDICT_PASS ? ROLE_TEXT : look_role(sign), v->measured);
    }
}

static void draw_check(const struct view *view, struct canvas *canvas, int row, const struct check_columns *c, const struct wizard_check *check)
{
    enum task_state sign = check_state(check);
    char *found = check->is_stale   ? mem_strdup(_("accepted, but does not fail any more"))
                  : check->accepted ? mem_printf(_("accepted: %s"), check->accepted)
                                    : check_found(view, check);
    canvas_put(canvas, row, 2, look_role(sign), look_sign(&view->look, sign, view->phase));
    canvas_put_in(canvas, row, c->id, c->hosts - c->id - 1, ROLE_TEXT, check->requirement->id);
    if (c->cell)
        draw_cells(view, canvas, row, c, check->requirement);
    else {
        if (check_signs_width(view->wizard))
            check_draw_signs(view, canvas, row, c->hosts, check->requirement);
        else
            check_draw_counts(view, canvas, row, c->hosts, c->found - c->hosts - 1, check->counts, 0);
        canvas_put_in(canvas, row, c->found, found_end(c, canvas) - c->found, ROLE_TEXT, found);
    }
    if (c->wanted)
        canvas_put_in(canvas, row, c->wanted, canvas->cols - c->wanted - 1, ROLE_TEXT, check_wanted(view, check));
    free(found);
}

static char *missing_found(const struct view *view, size_t busy, size_t first_failed)
{
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    const char *phase;
    wizard_measuring(view->wizard, &phase);
    if (first_failed != SIZE_MAX)
        return mem_printf("%s: %s", host_name(view, first_failed), check_missing_why(view->wizard, first_failed));
    if (busy && checks->missing < busy && *phase)
        return mem_printf(ngettext("%zu host: %s", "%zu hosts: %s", busy), busy, phase);
    if (busy)
        return mem_printf(ngettext("%zu host is being measured", "%zu hosts are being measured", busy), busy);
    return mem_strdup(checks->missing ? _("not measured yet") : _("all hosts are measured"));
}

static void draw_missing(const struct view *view, struct canvas *canvas, int row, const struct check_columns *c)
{
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    size_t busy = 0, failed = 0, counts[4] = {0}, first = SIZE_MAX;
    for (size_t i = 0; i < host_count(view); i++) {
        bool is_busy = check_is_busy(view->wizard, i);
        busy += is_busy;
        if (!is_busy && *check_missing_why(view->wizard, i)) {
            first = first == SIZE_MAX ? i : first;
            failed++;
        }
    }
    enum task_state sign = failed ? TASK_FAILED : busy ? TASK_RUNNING : checks->missing ? TASK_PENDING : TASK_OK;
    char *found = missing_found(view, busy, first);
    canvas_put(canvas, row, 2, look_role(sign), look_sign(&view->look, sign, view->phase));
    canvas_put_in(canvas, row, c->id, c->hosts - c->id - 1, ROLE_TEXT, _("measured"));
    counts[VERDICT_FAIL] = failed;
    counts[VERDICT_PASS] = checks->measured;
    int col = c->cell ? c->hosts : c->found;
    if (!c->cell && check_signs_width(view->wizard))
        check_draw_signs(view, canvas, row, c->hosts, NULL);
    else if (!c->cell)
        check_draw_counts(view, canvas, row, c->hosts, c->found - c->hosts - 1, counts, checks->missing > failed ? checks->missing - failed : 0);
    canvas_put_in(canvas, row, col, canvas->cols - col - 1, ROLE_TEXT, found);
    free(found);
}

static void draw_fold(const struct check_list *list, const struct view *view, struct canvas *canvas, int row, const struct check_columns *c)
{
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    enum task_state sign = checks->missing ? TASK_PENDING : TASK_OK;
    char *label = list->count == 1   ? mem_printf(ngettext("%zu check", "%zu checks", list->folded), list->folded)
                  : list->folded ? mem_printf(ngettext("%zu other", "%zu others", list->folded), list->folded)
                                   : mem_strdup(_("others"));
    canvas_put(canvas, row, 2, look_role(sign), look_sign(&view->look, sign, -1));
    int end = canvas_put_in(canvas, row, c->id, c->found - c->id - 1, ROLE_TEXT, label), col = end + 1 > c->found ? end + 1 : c->found;
    const char *text = !list->folded   ? _("listed here; Left folds them")
                       : !checks->measured ? _("not measured yet; Right lists them") : checks->missing ? _("as wanted so far; Right lists them")
                                                                                                     : _("as wanted; Right lists them");
    canvas_put_in(canvas, row, col, canvas->cols - col - 1, ROLE_DIM, text);
    free(label);
}

void check_table_draw(const struct check_list *list, const struct view *view, struct canvas *canvas, int row, size_t at, const struct check_columns *c,
                      bool has_focus)
{
    const struct check_line *line = &list->items[at];
    const struct wizard_check *check = line->kind == LINE_CHECK ? check_find(view->wizard, line->requirement) : NULL;
    if (line->kind == LINE_MISSING)
        draw_missing(view, canvas, row, c);
    else if (line->kind == LINE_FOLD)
        draw_fold(list, view, canvas, row, c);
    else if (check)
        draw_check(view, canvas, row, c, check);
    if (has_focus) {
        canvas_put(canvas, row, 0, ROLE_FOCUS, ">");
        canvas_focus(canvas, row, 0, c->hosts - 1);
    }
}
