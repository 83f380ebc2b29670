/* Is every host ready: checks by gravity, or hosts; what was found, what is wanted, what can be done. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/acceptance.h"
#include "ui/check_draw.h"
#include "ui/finder.h"
#include "ui/page.h"
#include "ui/screens.h"

#define DETAIL_ROWS 8
#define DETAIL_ROWS_LEAST 4
#define CELL_LEAST 10 /* of a host's own column in the wide table */
#define CELL_MOST 16
#define ID_MOST 18
#define COPY_BYTES_MAX ((size_t)1 << 20)

struct scr_requirements {
    struct page page;
    struct check_list list;
    size_t at[2], top[2]; /* by view: checks, hosts */
    size_t rows;
    bool by_hosts, has_shell;
    struct finder finder;
    struct acceptance acceptance;
};

static size_t host_count(const struct view *view)
{
    return wizard_access(view->wizard) ? access_count(wizard_access(view->wizard)) : 0;
}

static size_t line_count(const struct scr_requirements *s, const struct view *view)
{
    return s->by_hosts ? host_count(view) : s->list.count;
}

static const char *host_name(const struct view *view, size_t host)
{
    return wizard_fleet(view->wizard)->items[host].name;
}

/* The check in focus, or NULL. */
static const struct wizard_check *focused_check(const struct scr_requirements *s, const struct view *view)
{
    size_t at = s->at[0];
    if (s->by_hosts || at >= s->list.count || s->list.items[at].kind != LINE_CHECK)
        return NULL;
    return check_find(view->wizard, s->list.items[at].requirement);
}

/* -- hosts as lines -- */

static const struct verdict *worst_verdict(const struct view *view, size_t host)
{
    static const int gravity[] = {[VERDICT_FAIL] = 3, [VERDICT_WARN] = 2, [VERDICT_SKIP] = 1, [VERDICT_PASS] = 0};
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    const struct verdict *worst = NULL;
    for (size_t i = 0; i < checks->count; i++) {
        const struct verdict *v = wizard_verdict(view->wizard, host, checks->items[i].requirement);
        if (v && (!worst || gravity[v->is_accepted ? VERDICT_PASS : v->kind] > gravity[worst->is_accepted ? VERDICT_PASS : worst->kind]))
            worst = v;
    }
    return worst;
}

static enum task_state host_state(const struct view *view, size_t host)
{
    if (check_is_measured(view->wizard, host)) {
        const struct verdict *v = worst_verdict(view, host);
        return !v || v->is_accepted ? TASK_OK : check_sign(v->kind);
    }
    return check_is_busy(view->wizard, host) ? TASK_RUNNING : *check_missing_why(view->wizard, host) ? TASK_FAILED : TASK_PENDING;
}

static char *host_found(const struct view *view, size_t host)
{
    if (!check_is_measured(view->wizard, host)) {
        const char *why = check_missing_why(view->wizard, host);
        return mem_strdup(check_is_busy(view->wizard, host) ? _("is being measured") : *why ? why : _("not measured yet"));
    }
    const struct verdict *v = worst_verdict(view, host);
    if (!v || v->kind == VERDICT_PASS)
        return mem_strdup(_("as wanted"));
    return mem_printf("%s: %s", v->requirement->id, v->measured);
}

static void draw_host(const struct scr_requirements *s, const struct view *view, struct canvas *canvas, int row, size_t host)
{
    enum task_state sign = host_state(view, host);
    char *found = host_found(view, host);
    size_t counts[4] = {0};
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    for (size_t i = 0; i < checks->count; i++) {
        const struct verdict *v = wizard_verdict(view->wizard, host, checks->items[i].requirement);
        if (v)
            counts[v->kind]++;
    }
    int name = canvas->cols >= 100 ? 32 : canvas->cols >= 80 ? 20 : 16;
    canvas_put(canvas, row, 2, look_role(sign), look_sign(&view->look, sign, view->phase));
    canvas_put_in(canvas, row, 4, name, ROLE_TEXT, host_name(view, host));
    check_draw_counts(view, canvas, row, 5 + name, 14, counts, 0);
    canvas_put_in(canvas, row, 20 + name, canvas->cols - name - 21, ROLE_TEXT, found);
    if (s->at[1] == host && s->page.focus == PAGE_BODY) {
        canvas_put(canvas, row, 0, ROLE_FOCUS, ">");
        canvas_focus(canvas, row, 0, 4 + name);
    }
    free(found);
}

/* -- checks as lines -- */

struct columns {
    int id, hosts, found, wanted; /* where each begins; wanted 0 = not shown */
    int cell;                     /* width of a host's own column; 0 = signs only */
};

static struct columns layout(const struct scr_requirements *s, const struct view *view, int cols)
{
    struct columns c = {.id = 4};
    int longest = 12, signs = check_signs_width(view->wizard), hosts = (int)host_count(view);
    for (size_t i = 0; i < s->list.count; i++)
        if (s->list.items[i].kind == LINE_CHECK) {
            int w = text_width(s->list.items[i].requirement->id);
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

static int found_end(const struct columns *c, const struct canvas *canvas)
{
    return c->wanted ? c->wanted - 1 : canvas->cols - 1;
}

static void draw_heads(const struct scr_requirements *s, const struct view *view, struct canvas *canvas, int row, const struct columns *c)
{
    if (s->by_hosts) {
        int name = canvas->cols >= 100 ? 32 : canvas->cols >= 80 ? 20 : 16;
        canvas_put_in(canvas, row, 4, name, ROLE_DIM, _("HOST"));
        canvas_put_in(canvas, row, 5 + name, 14, ROLE_DIM, _("CHECKS"));
        canvas_put_in(canvas, row, 20 + name, canvas->cols - name - 21, ROLE_DIM, _("WORST"));
        return;
    }
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
static void draw_cells(const struct view *view, struct canvas *canvas, int row, const struct columns *c, const struct requirement *requirement)
{
    for (size_t i = 0; i < host_count(view); i++) {
        const struct verdict *v = wizard_verdict(view->wizard, i, requirement);
        int col = c->hosts + (int)i * c->cell;
        if (!v)
            continue;
        enum task_state sign = check_sign(v->kind);
        canvas_put(canvas, row, col, look_role(sign), look_sign(&view->look, sign, view->phase));
        canvas_put_in(canvas, row, col + 2, c->cell - 3, v->kind == VERDICT_PASS ? ROLE_TEXT : look_role(sign), v->measured);
    }
}

static void draw_check(const struct view *view, struct canvas *canvas, int row, const struct columns *c, const struct wizard_check *check)
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

static void draw_missing(const struct view *view, struct canvas *canvas, int row, const struct columns *c)
{
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    size_t busy = 0, failed = 0, counts[4] = {0}, first = SIZE_MAX;
    for (size_t i = 0; i < host_count(view); i++) {
        bool is_measured = check_is_measured(view->wizard, i);
        busy += !is_measured && check_is_busy(view->wizard, i);
        if (!is_measured && !check_is_busy(view->wizard, i) && *check_missing_why(view->wizard, i)) {
            first = first == SIZE_MAX ? i : first;
            failed++;
        }
    }
    enum task_state sign = !checks->missing ? TASK_OK : failed ? TASK_FAILED : busy ? TASK_RUNNING : TASK_PENDING;
    char *found = !checks->missing ? mem_strdup(_("all hosts are measured"))
                  : first != SIZE_MAX ? mem_printf("%s: %s", host_name(view, first), check_missing_why(view->wizard, first))
                                      : mem_printf(ngettext("%zu host is being measured", "%zu hosts are being measured", checks->missing), checks->missing);
    canvas_put(canvas, row, 2, look_role(sign), look_sign(&view->look, sign, view->phase));
    canvas_put_in(canvas, row, c->id, c->hosts - c->id - 1, ROLE_TEXT, _("measured"));
    counts[VERDICT_FAIL] = failed;
    counts[VERDICT_PASS] = checks->measured;
    int col = c->cell ? c->hosts : c->found;
    if (!c->cell && check_signs_width(view->wizard))
        check_draw_signs(view, canvas, row, c->hosts, NULL);
    else if (!c->cell)
        check_draw_counts(view, canvas, row, c->hosts, c->found - c->hosts - 1, counts, checks->missing - failed);
    canvas_put_in(canvas, row, col, canvas->cols - col - 1, ROLE_TEXT, found);
    free(found);
}

static void draw_fold(const struct scr_requirements *s, const struct view *view, struct canvas *canvas, int row, const struct columns *c)
{
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    enum task_state sign = checks->missing ? TASK_PENDING : TASK_OK;
    char *label = s->list.count == 1   ? mem_printf(ngettext("%zu check", "%zu checks", s->list.folded), s->list.folded)
                  : s->list.folded ? mem_printf(ngettext("%zu other", "%zu others", s->list.folded), s->list.folded)
                                   : mem_strdup(_("others"));
    canvas_put(canvas, row, 2, look_role(sign), look_sign(&view->look, sign, -1));
    int end = canvas_put_in(canvas, row, c->id, c->found - c->id - 1, ROLE_TEXT, label), col = end + 1 > c->found ? end + 1 : c->found;
    const char *text = !s->list.folded   ? _("listed here; Left folds them")
                       : !checks->measured ? _("not measured yet; Right lists them") : checks->missing ? _("as wanted so far; Right lists them")
                                                                                                     : _("as wanted; Right lists them");
    canvas_put_in(canvas, row, col, canvas->cols - col - 1, ROLE_DIM, text);
    free(label);
}

static void draw_line(const struct scr_requirements *s, const struct view *view, struct canvas *canvas, int row, size_t at, const struct columns *c)
{
    const struct check_line *line = &s->list.items[at];
    const struct wizard_check *check = line->kind == LINE_CHECK ? check_find(view->wizard, line->requirement) : NULL;
    if (line->kind == LINE_MISSING)
        draw_missing(view, canvas, row, c);
    else if (line->kind == LINE_FOLD)
        draw_fold(s, view, canvas, row, c);
    else if (check)
        draw_check(view, canvas, row, c, check);
    if (s->at[0] == at && s->page.focus == PAGE_BODY) {
        canvas_put(canvas, row, 0, ROLE_FOCUS, ">");
        canvas_focus(canvas, row, 0, c->hosts - 1);
    }
}

/* -- the rest -- */

static void draw_sums(const struct view *view, struct canvas *canvas)
{
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    static const enum verdict_kind order[] = {VERDICT_FAIL, VERDICT_WARN, VERDICT_SKIP, VERDICT_PASS};
    int col = 1;
    for (size_t i = 0; i < 4; i++)
        if (checks->counts[order[i]])
            col = canvas_put(canvas, 2, col, look_role(check_sign(order[i])), check_count_words(order[i], checks->counts[order[i]])) + 3;
    if (checks->accepted)
        col = canvas_putf(canvas, 2, col, ROLE_TEXT, _("%zu accepted"), checks->accepted) + 3;
    char *measured = mem_printf(_("measured %zu of %zu"), checks->measured, checks->measured + checks->missing);
    if (col + text_width(measured) < canvas->cols)
        canvas_put_right(canvas, 2, canvas->cols - 1, checks->missing ? ROLE_RUN : ROLE_DIM, measured);
    free(measured);
}

static void draw_check_detail(const struct view *view, struct canvas *canvas, int row, const struct wizard_check *check)
{
    const struct spell *spell = draft_spell(wizard_draft(view->wizard));
    const struct requirement *r = check->requirement;
    char *title = mem_printf("%s: %s", r->id, r->title ? spell_text(spell, r->title) : "");
    canvas_rule(canvas, row, view->look.line, title, r->source ? spell_text(spell, r->source) : NULL);
    check_draw_detail(view, canvas, row + 1, page_last(canvas), check);
    free(title);
}

/* All that is not as wanted on this host. */
static void draw_host_detail(const struct scr_requirements *s, const struct view *view, struct canvas *canvas, int row)
{
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    size_t host = s->at[1];
    char *route = wizard_route(view->wizard, host), *found = host_found(view, host);
    canvas_rule(canvas, row++, view->look.line, host_name(view, host), route);
    bool has_any = false;
    for (size_t i = 0; i < checks->count && row <= page_last(canvas); i++) {
        const struct verdict *v = wizard_verdict(view->wizard, host, checks->items[i].requirement);
        if (!v || v->kind == VERDICT_PASS)
            continue;
        enum task_state sign = check_sign(v->kind);
        canvas_put(canvas, row, 1, look_role(sign), look_sign(&view->look, sign, -1));
        char *text = mem_printf(_("%s: %s; wanted: %s"), v->requirement->id, v->measured, v->threshold);
        int used = canvas_wrap(canvas, row, 3, canvas->cols - 4, page_last(canvas) - row + 1, ROLE_TEXT, text);
        row += used ? used : 1;
        free(text);
        has_any = true;
    }
    if (!has_any)
        canvas_wrap(canvas, row, 1, canvas->cols - 2, page_last(canvas) - row + 1, ROLE_TEXT, found);
    free(found);
    free(route);
}

static void draw_detail(const struct scr_requirements *s, const struct view *view, struct canvas *canvas, int row)
{
    const struct wizard_check *check = focused_check(s, view);
    if (check) {
        draw_check_detail(view, canvas, row, check);
        return;
    }
    if (s->by_hosts && s->at[1] < host_count(view)) {
        draw_host_detail(s, view, canvas, row);
        return;
    }
    canvas_rule(canvas, row, view->look.line, NULL, NULL);
    bool is_missing = s->at[0] < s->list.count && s->list.items[s->at[0]].kind == LINE_MISSING;
    canvas_wrap(canvas, row + 1, 1, canvas->cols - 2, page_last(canvas) - row, ROLE_TEXT,
                is_missing ? _("Hosts are measured as they are reached. r measures again; v shows what each host says.")
                           : _("Right lists the checks that are as wanted; Left folds them again."));
}

static void draw_body(struct scr_requirements *s, const struct view *view, struct canvas *canvas)
{
    int first = page_first(canvas), body = page_last(canvas) - first + 1, detail = body >= 14 ? DETAIL_ROWS : DETAIL_ROWS_LEAST, gap = body >= 14;
    size_t count = line_count(s, view), *at = &s->at[s->by_hosts], *top = &s->top[s->by_hosts];
    int list = body - 1 - gap - detail;
    *at = count && *at >= count ? count - 1 : *at;
    s->rows = (size_t)(list < 1 ? 1 : list);
    s->rows = count < s->rows ? count : s->rows;
    *top = page_scroll(*top, *at, count, s->rows);
    struct columns c = layout(s, view, canvas->cols);
    draw_heads(s, view, canvas, first, &c);
    for (size_t i = 0; i < s->rows && *top + i < count; i++)
        if (s->by_hosts)
            draw_host(s, view, canvas, first + 1 + (int)i, *top + i);
        else
            draw_line(s, view, canvas, first + 1 + (int)i, *top + i, &c);
    draw_detail(s, view, canvas, first + 1 + (int)s->rows + gap);
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_requirements *s = (struct scr_requirements *)screen;
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    char *checked = mem_printf(ngettext("%zu check", "%zu checks", checks->count), checks->count);
    char *asks = mem_printf(ngettext("Is every host ready? %s on %zu host. Nothing is changed.", "Is every host ready? %s on %zu hosts. Nothing is changed.",
                                     host_count(view)), checked, host_count(view));
    check_list_update(&s->list, view->wizard);
    s->has_shell = view->wizard_actions->shell != NULL;
    page_draw(&s->page, view, canvas, asks, NULL);
    draw_sums(view, canvas);
    if (!checks->count)
        canvas_wrap(canvas, page_first(canvas), 1, canvas->cols - 2, 3, ROLE_TEXT, _("This spell asks nothing of the hosts."));
    else if (host_count(view))
        draw_body(s, view, canvas);
    finder_draw(&s->finder, canvas, canvas->rows - 3);
    acceptance_draw(&s->acceptance, canvas, canvas->rows - 3);
    free(asks);
    free(checked);
}

/* -- keys -- */

static const char *line_text(const void *context, size_t at)
{
    const struct view *view = context;
    const struct scr_requirements *s = (const struct scr_requirements *)view->pages[SECTION_REQUIREMENTS];
    if (s->by_hosts)
        return host_name(view, at);
    return s->list.items[at].kind == LINE_CHECK ? s->list.items[at].requirement->id : "";
}

static void sort_again(struct scr_requirements *s)
{
    s->list.is_settled = false;
}

static void open_line(struct scr_requirements *s, struct view *view)
{
    if (s->by_hosts) {
        const struct verdict *v = s->at[1] < host_count(view) ? worst_verdict(view, s->at[1]) : NULL;
        if (v)
            view_push(view, scr_check_new(view, v->requirement));
        else
            view_say(view, ROLE_TEXT, "%s", _("This host has not been measured."));
        return;
    }
    const struct wizard_check *check = focused_check(s, view);
    if (check)
        view_push(view, scr_check_new(view, check->requirement));
    else if (s->at[0] < s->list.count && s->list.items[s->at[0]].kind == LINE_FOLD)
        s->list.is_open = true;
    else
        s->by_hosts = true;
}

static void accept_check(struct scr_requirements *s, struct view *view)
{
    const struct wizard_check *check = focused_check(s, view);
    if (check)
        acceptance_begin(&s->acceptance, view, check->requirement);
    else
        view_say(view, ROLE_TEXT, "%s", _("A accepts the check that has the focus: move to one."));
}

static void shell(struct scr_requirements *s, struct view *view)
{
    const struct fleet *fleet = wizard_fleet(view->wizard);
    const struct wizard_check *check = focused_check(s, view);
    size_t host = s->by_hosts ? s->at[1] : check ? check->worst_host : SIZE_MAX;
    struct err err = ERR_INIT;
    if (!view->wizard_actions->shell)
        view_say(view, ROLE_WARN, "%s", _("There is no shell to be had here."));
    else if (host >= fleet->count)
        view_say(view, ROLE_TEXT, "%s", _("Move to a check or a host first."));
    else if (!view->wizard_actions->shell(view->wizard_actions->context, &fleet->items[host], &fleet->ssh, &err))
        view_say(view, ROLE_FAIL, "%s", err.text);
}

static void unfold(struct scr_requirements *s, bool is_open)
{
    s->list.is_open = is_open;
    if (!is_open) { /* the lines that go are behind those that stay */
        sort_again(s);
        s->top[0] = 0;
    }
}

/* All that is not as wanted, a line each, as kwiz check prints it: for a ticket. */
static void copy(struct view *view)
{
    const struct fleet *fleet = wizard_fleet(view->wizard);
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    struct buf text;
    buf_init(&text, COPY_BYTES_MAX);
    for (size_t i = 0; i < checks->count; i++)
        for (size_t h = 0; h < fleet->count; h++) {
            const struct verdict *v = wizard_verdict(view->wizard, h, checks->items[i].requirement);
            if (!v || v->kind == VERDICT_PASS)
                continue;
            buf_addf(&text, "%-4s %s, %s: ", verdict_name(v->kind), fleet->items[h].name, checks->items[i].requirement->id);
            buf_addf(&text, _("found %s, wanted %s"), v->measured, v->threshold);
            buf_addf(&text, "%s%s\n", *v->remedy ? ". " : "", v->remedy);
        }
    if (text.len)
        view_copy(view, buf_take(&text));
    else
        view_say(view, ROLE_TEXT, _("Everything is as wanted: there is nothing to copy."));
    buf_done(&text);
}

static void act_on_line(struct scr_requirements *s, struct view *view, enum action action)
{
    switch (action) {
    case ACT_OPEN:
        open_line(s, view);
        break;
    case ACT_RIGHT:
    case ACT_LEFT:
        unfold(s, action == ACT_RIGHT);
        break;
    case ACT_ACCEPT:
        accept_check(s, view);
        break;
    case ACT_MEND:
        scr_mend_focused(view, focused_check(s, view), s->by_hosts ? s->at[1] : SIZE_MAX);
        break;
    case ACT_AGAIN:
    case ACT_AGAIN_ALL:
        wizard_measure_again(view->wizard);
        sort_again(s);
        view_say(view, ROLE_TEXT, "%s", _("All hosts are measured again."));
        break;
    case ACT_PROBLEMS:
        s->list.only_problems = !s->list.only_problems;
        sort_again(s);
        view_say(view, ROLE_TEXT, "%s", s->list.only_problems ? _("Only problems are shown; p shows all.") : _("All checks are shown."));
        break;
    case ACT_VIEW:
        s->by_hosts = !s->by_hosts;
        sort_again(s);
        break;
    case ACT_SHELL:
        shell(s, view);
        break;
    case ACT_COPY:
        copy(view);
        break;
    default:
        break;
    }
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_requirements *s = (struct scr_requirements *)screen;
    size_t *at = &s->at[s->by_hosts], count = line_count(s, view);
    if (page_act(&s->page, view, action) || !count)
        return;
    s->page.focus = PAGE_BODY;
    if (page_move(at, count, s->rows, action))
        s->list.is_settled = action != ACT_FIRST;
    else if (finder_act(&s->finder, view, action, at, count, line_text, view))
        s->list.is_settled = true;
    else
        act_on_line(s, view, action);
}

static bool type(struct screen *screen, struct view *view, struct key key)
{
    struct scr_requirements *s = (struct scr_requirements *)screen;
    size_t *at = &s->at[s->by_hosts], count = line_count(s, view);
    if (acceptance_type(&s->acceptance, view, key))
        return true;
    bool was_typing = s->finder.is_typing;
    size_t before = *at;
    bool was_taken = finder_type(&s->finder, view, key, at, count, line_text, view);
    if (was_typing && *at != before)
        s->list.is_settled = true;
    return was_taken;
}

static bool paste(struct screen *screen, struct view *view, const char *text, size_t len)
{
    struct scr_requirements *s = (struct scr_requirements *)screen;
    (void)view;
    if (acceptance_paste(&s->acceptance, text, len))
        return true;
    return finder_paste(&s->finder, text, len);
}

static void enter(struct screen *screen, struct view *view)
{
    struct scr_requirements *s = (struct scr_requirements *)screen;
    (void)view;
    sort_again(s);
    s->at[0] = s->top[0] = 0;
}

static bool moves(const struct screen *screen, const struct view *view)
{
    (void)screen;
    for (size_t i = 0; i < host_count(view); i++)
        if (check_is_busy(view->wizard, i))
            return true;
    return false;
}

static const char *name(void)
{
    return section_name(SECTION_REQUIREMENTS);
}

static const char *help(void)
{
    return _("Each check has a line, the gravest first; a sign for each host, with a gap where roles change, or counts above 20 hosts. Checks that are as wanted "
             "are folded into one line. A check that fails stands in the way of going on until it is mended (then r measures again) or accepted with a reason "
             "(A). Warnings and what could not be measured do not. While you move about, the lines keep their order; g and r sort them again.");
}

static void done(struct screen *screen)
{
    struct scr_requirements *s = (struct scr_requirements *)screen;
    check_list_done(&s->list);
    finder_done(&s->finder);
    acceptance_done(&s->acceptance);
    page_done(&s->page);
    free(s);
}

static const struct screen_ops ops = {.place = PLACE_CHECKS, .name = name, .draw = draw, .act = act, .type = type, .paste = paste,
                                      .help = help, .enter = enter, .moves = moves, .free = done};

static bool hides(const struct page *page, enum action action)
{
    return action == ACT_SHELL && !((const struct scr_requirements *)page)->has_shell;
}

struct screen *scr_requirements_new(struct view *view)
{
    struct scr_requirements *s = mem_new(1, sizeof *s);
    (void)view;
    s->page.screen.ops = &ops;
    s->page.section = SECTION_REQUIREMENTS;
    s->page.hides = hides;
    return &s->page.screen;
}
