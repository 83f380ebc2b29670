/* Is every host ready: checks by gravity, or hosts; what was found, what is wanted, what can be done. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/acceptance.h"
#include "ui/check_draw.h"
#include "ui/check_hosts.h"
#include "ui/check_pane.h"
#include "ui/check_table.h"
#include "ui/finder.h"
#include "ui/page.h"
#include "ui/screens.h"
#include "wizard/check_report.h"

#define DETAIL_ROWS 8
#define DETAIL_ROWS_LEAST 4

struct scr_requirements {
    struct page page;
    struct check_list list;
    struct check_hosts hosts;
    struct check_pane pane;
    size_t at[2], top[2]; /* by view: checks, hosts */
    size_t rows;
    bool by_hosts, has_shell;
    bool follows; /* the focus stays with what it is on, however lines are sorted; else at the top, with the gravest */
    struct finder finder;
    struct acceptance acceptance;
};

static size_t host_count(const struct view *view)
{
    return wizard_access(view->wizard) ? access_count(wizard_access(view->wizard)) : 0;
}

static size_t line_count(const struct scr_requirements *s)
{
    return s->by_hosts ? s->hosts.count : s->list.count;
}

static const char *host_name(const struct view *view, size_t host)
{
    const struct fleet *fleet = wizard_fleet(view->wizard);
    return host < fleet->count ? fleet->items[host].name : "";
}

/* The check in focus, or NULL. */
static const struct wizard_check *focused_check(const struct scr_requirements *s, const struct view *view)
{
    size_t at = s->at[0];
    if (s->by_hosts || at >= s->list.count || s->list.items[at].kind != LINE_CHECK)
        return NULL;
    return check_find(view->wizard, s->list.items[at].requirement);
}

/* The host in focus, or SIZE_MAX. */
static size_t focused_host(const struct scr_requirements *s)
{
    return s->by_hosts && s->at[1] < s->hosts.count ? s->hosts.items[s->at[1]] : SIZE_MAX;
}

/* -- drawing -- */

static void draw_sums(const struct view *view, struct canvas *canvas)
{
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    static const enum verdict_kind order[] = {VERDICT_FAIL, VERDICT_WARN, VERDICT_SKIP, VERDICT_PASS};
    int col = 1;
    for (size_t i = 0; i < 4; i++)
        if (checks->counts[order[i]])
            col = canvas_put(canvas, 2, col, look_role(check_sign(order[i])), check_count_words(order[i], checks->counts[order[i]])) + 3;
    if (checks->asked)
        col = canvas_putf(canvas, 2, col, ROLE_WARN, _("%zu to answer"), checks->asked) + 3;
    if (checks->accepted)
        col = canvas_putf(canvas, 2, col, ROLE_TEXT, _("%zu accepted"), checks->accepted) + 3;
    const char *phase;
    size_t busy = wizard_measuring(view->wizard, &phase);
    char *measured = mem_printf(_("measured %zu of %zu"), checks->measured, checks->measured + checks->missing);
    char *doing = busy ? mem_printf("%s: %zu", *phase ? phase : _("measuring"), busy) : mem_strdup("");
    char *both = mem_printf("%s%s%s", doing, busy ? "   " : "", measured);
    char *brief = busy ? mem_printf(ngettext("%zu host is being measured", "%zu hosts are being measured", busy), busy) : mem_strdup("");
    const char *const ways[] = {both, doing, brief, measured}; /* what fits */
    size_t i = 0;
    while (i < 4 && (!*ways[i] || col + text_width(ways[i]) >= canvas->cols))
        i++;
    if (i < 4)
        canvas_put_right(canvas, 2, canvas->cols - 1, checks->missing || busy ? ROLE_RUN : ROLE_DIM, ways[i]);
    free(brief);
    free(both);
    free(doing);
    free(measured);
}

static void draw_detail(struct scr_requirements *s, const struct view *view, struct canvas *canvas, int row)
{
    const struct wizard_check *check = focused_check(s, view);
    const struct spell *spell = draft_spell(wizard_draft(view->wizard));
    size_t host = focused_host(s);
    struct canvas *sheet = check_pane_sheet(canvas);
    bool is_missing = !s->by_hosts && s->at[0] < s->list.count && s->list.items[s->at[0]].kind == LINE_MISSING;
    int used;
    if (check) {
        const struct requirement *r = check->requirement;
        char *title = mem_printf("%s: %s", r->id, r->title ? spell_text(spell, r->title) : "");
        canvas_rule(canvas, row, view->look.line, title, NULL);
        used = check_draw_detail(view, sheet, 0, check);
        free(title);
    } else if (host != SIZE_MAX) {
        char *route = wizard_route(view->wizard, host), *title = mem_printf("%s: %s", host_name(view, host), route);
        canvas_rule(canvas, row, view->look.line, title, NULL);
        used = check_hosts_detail(view, sheet, 0, host);
        free(title);
        free(route);
    } else {
        canvas_rule(canvas, row, view->look.line, NULL, NULL);
        used = canvas_wrap(sheet, 0, 1, canvas->cols - 2, 3, ROLE_TEXT,
                           is_missing    ? _("Hosts are measured as they are reached. r measures again; v shows what each host says.")
                           : s->by_hosts ? _("No host has a problem. p shows all.")
                                         : _("Right lists the checks that are as wanted; Left folds them again."));
    }
    check_pane_show(&s->pane, canvas, row + 1, page_last(canvas), sheet, used, check ? (const void *)check->requirement : s, host);
    canvas_free(&sheet);
}

/* Lines have most of the room; on a high screen what belongs to the one in focus gets a third. */
static int detail_rows(int body)
{
    return body < 14 ? DETAIL_ROWS_LEAST : body / 3 > DETAIL_ROWS ? body / 3 : DETAIL_ROWS;
}

static void draw_body(struct scr_requirements *s, const struct view *view, struct canvas *canvas)
{
    int first = page_first(canvas), body = page_last(canvas) - first + 1, detail = detail_rows(body), gap = body >= 14;
    size_t count = line_count(s), *at = &s->at[s->by_hosts], *top = &s->top[s->by_hosts];
    int list = body - 1 - gap - detail;
    *at = count && *at >= count ? count - 1 : *at;
    s->rows = (size_t)(list < 1 ? 1 : list);
    s->rows = count < s->rows ? count : s->rows;
    *top = page_scroll(*top, *at, count, s->rows);
    struct check_columns c = check_table_columns(&s->list, view, canvas->cols);
    if (s->by_hosts)
        check_hosts_draw_heads(canvas, first);
    else
        check_table_draw_heads(view, canvas, first, &c);
    for (size_t i = 0; i < s->rows && *top + i < count; i++) {
        bool has_focus = *top + i == *at && s->page.focus == PAGE_BODY;
        int row = first + 1 + (int)i;
        if (s->by_hosts)
            check_hosts_draw(view, canvas, row, s->hosts.items[*top + i], has_focus);
        else
            check_table_draw(&s->list, view, canvas, row, *top + i, &c, has_focus);
    }
    if (gap && *top + s->rows < count) {
        size_t more = count - *top - s->rows;
        char *text = mem_printf(ngettext("%zu more line below", "%zu more lines below", more), more);
        canvas_put_in(canvas, first + 1 + (int)s->rows, c.id, canvas->cols - c.id - 1, ROLE_DIM, text);
        free(text);
    }
    draw_detail(s, view, canvas, first + 1 + (int)s->rows + gap);
}

static void update_lines(struct scr_requirements *s, const struct view *view)
{
    struct check_line line = s->at[0] < s->list.count ? s->list.items[s->at[0]] : (struct check_line){0};
    bool had_line = s->at[0] < s->list.count, had_host = s->at[1] < s->hosts.count;
    size_t host = had_host ? s->hosts.items[s->at[1]] : 0;
    check_list_update(&s->list, view->wizard);
    check_hosts_update(&s->hosts, view, s->list.only_problems, s->list.is_settled);
    for (size_t i = 0; s->follows && had_line && i < s->list.count; i++)
        if (s->list.items[i].kind == line.kind && s->list.items[i].requirement == line.requirement)
            s->at[0] = i;
    for (size_t i = 0; s->follows && had_host && i < s->hosts.count; i++)
        if (s->hosts.items[i] == host)
            s->at[1] = i;
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_requirements *s = (struct scr_requirements *)screen;
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    char *checked = mem_printf(ngettext("%zu check", "%zu checks", checks->count), checks->count);
    bool was_mended = wizard_mending(view->wizard, NULL) != NULL;
    char *ready = mem_printf(ngettext("Is every host ready? %s on %zu host.", "Is every host ready? %s on %zu hosts.", host_count(view)), checked, host_count(view));
    char *asks = mem_printf("%s %s", ready, was_mended ? _("Only what f mends is changed.") : _("Nothing is changed."));
    update_lines(s, view);
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
    free(ready);
    free(checked);
}

/* -- keys -- */

static const char *line_text(const void *context, size_t at)
{
    static char text[256];
    const struct view *view = context;
    const struct scr_requirements *s = (const struct scr_requirements *)view->pages[SECTION_REQUIREMENTS];
    if (s->by_hosts)
        return host_name(view, s->hosts.items[at]);
    const struct requirement *r = s->list.items[at].kind == LINE_CHECK ? s->list.items[at].requirement : NULL;
    snprintf(text, sizeof text, "%s %s", r ? r->id : "", r && r->title ? spell_text(draft_spell(wizard_draft(view->wizard)), r->title) : "");
    return r ? text : "";
}

static void sort_again(struct scr_requirements *s)
{
    s->list.is_settled = false;
}

static void open_line(struct scr_requirements *s, struct view *view)
{
    if (s->by_hosts) {
        const struct verdict *v = focused_host(s) != SIZE_MAX ? check_hosts_worst(view, focused_host(s)) : NULL;
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
    size_t host = s->by_hosts ? focused_host(s) : check ? check->worst_host : SIZE_MAX;
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

/* All that is not as wanted, as kwiz check prints it: for a ticket. */
static void copy(struct view *view)
{
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    const char **names = mem_new(checks->hosts + 1, sizeof *names);
    struct check_missing *missing = mem_new(checks->hosts + 1, sizeof *missing);
    struct check_report report = {.checks = checks, .names = names, .missing = missing};
    for (size_t i = 0; i < checks->hosts; i++) {
        names[i] = host_name(view, i);
        if (!check_is_measured(view->wizard, i) && i < host_count(view)) {
            const struct access_host *h = access_host(wizard_access(view->wizard), i);
            const char *why = check_missing_why(view->wizard, i);
            missing[report.missing_count++] = (struct check_missing){names[i], h->state == ACCESS_FAILED && h->fault ? h->fault : "",
                                                                     *why ? why : check_stage(view->wizard, i)};
        }
    }
    struct buf text;
    buf_init(&text, CHECK_REPORT_BYTES_MAX);
    check_report_write(&report, &text);
    bool has_any = text.len;
    check_report_sums(checks, &text);
    if (has_any)
        view_copy(view, buf_take(&text));
    else
        view_say(view, ROLE_TEXT, "%s", _("Everything is as wanted: there is nothing to copy."));
    buf_done(&text);
    free(missing);
    free(names);
}

/* The host in focus, else all. */
static void again(struct scr_requirements *s, struct view *view, bool all)
{
    size_t host = all ? SIZE_MAX : focused_host(s);
    if (host == SIZE_MAX) {
        wizard_measure_again(view->wizard);
        view_say(view, ROLE_TEXT, "%s", _("All hosts are measured again."));
    } else {
        wizard_measure_host(view->wizard, host);
        view_say(view, ROLE_TEXT, _("%s is measured again; R measures all."), host_name(view, host));
    }
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
        again(s, view, action == ACT_AGAIN_ALL);
        s->follows = true;
        sort_again(s);
        break;
    case ACT_PROBLEMS:
        s->list.only_problems = !s->list.only_problems;
        s->at[0] = s->at[1] = s->top[0] = s->top[1] = 0;
        s->follows = false;
        sort_again(s);
        view_say(view, ROLE_TEXT, "%s", s->list.only_problems ? _("Only problems are shown; p shows all.") : _("All are shown."));
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
    size_t *at = &s->at[s->by_hosts], count = line_count(s);
    if (page_act(&s->page, view, action) || !wizard_checks(view->wizard)->count || check_pane_act(&s->pane, action))
        return;
    s->page.focus = PAGE_BODY;
    if (count && page_move(at, count, s->rows, action))
        s->follows = s->list.is_settled = action != ACT_FIRST;
    else if (count && finder_act(&s->finder, view, action, at, count, line_text, view))
        s->follows = s->list.is_settled = true;
    else
        act_on_line(s, view, action);
}

static bool type(struct screen *screen, struct view *view, struct key key)
{
    struct scr_requirements *s = (struct scr_requirements *)screen;
    size_t *at = &s->at[s->by_hosts], count = line_count(s);
    if (acceptance_type(&s->acceptance, view, key))
        return true;
    bool was_typing = s->finder.is_typing;
    size_t before = *at;
    bool was_taken = finder_type(&s->finder, view, key, at, count, line_text, view);
    if (was_typing && *at != before)
        s->follows = s->list.is_settled = true;
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
    s->follows = false;
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
             "(A). Warnings and what could not be measured do not. While you move about, the lines keep their order; g and r sort them again. v shows hosts as lines: r there "
             "measures the one in focus.");
}

static void done(struct screen *screen)
{
    struct scr_requirements *s = (struct scr_requirements *)screen;
    check_list_done(&s->list);
    check_hosts_done(&s->hosts);
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
