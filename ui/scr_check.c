/* One check on all hosts: what was found, what is wanted, what can be done. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/acceptance.h"
#include "ui/band.h"
#include "ui/check_draw.h"
#include "ui/check_pane.h"
#include "ui/finder.h"
#include "ui/screens.h"

struct scr_check {
    struct screen screen;
    const struct requirement *requirement; /* of the spell */
    size_t *order;                         /* owned: hosts, the gravest first, as it was when this was opened */
    size_t count, at, top, rows;
    struct check_pane pane;
    struct finder finder;
    struct acceptance acceptance;
};

static const char *name_of(const struct view *view, size_t host)
{
    const struct fleet *fleet = wizard_fleet(view->wizard);
    return host < fleet->count ? fleet->items[host].name : "";
}

static void draw_host(const struct scr_check *s, const struct view *view, struct canvas *canvas, int row, size_t at)
{
    size_t host = s->order[at];
    const struct verdict *v = wizard_verdict(view->wizard, host, s->requirement);
    bool is_measured = check_is_measured(view->wizard, host);
    bool is_busy = check_is_busy(view->wizard, host);
    enum task_state sign = is_busy ? TASK_RUNNING : v ? check_sign(v->kind) : is_measured ? TASK_SKIPPED : TASK_PENDING;
    const char *found = is_busy ? check_stage(view->wizard, host) : v ? v->measured : is_measured ? _("not for this host") : _("not measured");
    int name = canvas->cols >= 100 ? 32 : canvas->cols >= 80 ? 24 : 16, wanted = canvas->cols - canvas->cols / 4;
    canvas_put(canvas, row, 2, look_role(sign), look_sign(&view->look, sign, view->phase));
    canvas_put_in(canvas, row, 4, name, ROLE_TEXT, name_of(view, host));
    canvas_put_in(canvas, row, 5 + name, wanted - name - 6, v && v->kind != VERDICT_PASS ? look_role(sign) : ROLE_TEXT, found);
    canvas_put_in(canvas, row, wanted, canvas->cols - wanted - 1, ROLE_TEXT, v ? v->threshold : "");
    if (at == s->at) {
        canvas_put(canvas, row, 0, ROLE_FOCUS, ">");
        canvas_focus(canvas, row, 0, 4 + name);
    }
}

static void draw_heads(struct canvas *canvas, int row)
{
    int name = canvas->cols >= 100 ? 32 : canvas->cols >= 80 ? 24 : 16, wanted = canvas->cols - canvas->cols / 4;
    canvas_put_in(canvas, row, 4, name, ROLE_DIM, _("HOST"));
    canvas_put_in(canvas, row, 5 + name, wanted - name - 6, ROLE_DIM, _("FOUND"));
    canvas_put_in(canvas, row, wanted, canvas->cols - wanted - 1, ROLE_DIM, _("WANTED"));
}

static int tell(struct canvas *sheet, int row, enum text_role role, char *owned)
{
    if (row < sheet->rows)
        row += canvas_wrap(sheet, row, 1, sheet->cols - 2, sheet->rows - row, role, owned);
    free(owned);
    return row;
}

/* The whole of what the host in focus says, then what holds for all. Returns how many rows that takes. */
static int write_detail(const struct scr_check *s, const struct view *view, struct canvas *sheet, const struct wizard_check *check)
{
    const struct spell *spell = draft_spell(wizard_draft(view->wizard));
    const struct verdict *v = s->at < s->count ? wizard_verdict(view->wizard, s->order[s->at], s->requirement) : NULL;
    const char *source = s->requirement->source ? spell_text(spell, s->requirement->source) : NULL;
    int row = 0;
    if (v)
        row = tell(sheet, row, ROLE_TEXT, mem_printf(_("Found: %s. Wanted: %s."), v->measured, v->threshold));
    if (v && *v->remedy)
        row = tell(sheet, row, ROLE_TEXT, mem_strdup(v->remedy));
    if (s->requirement->mend && check && (check->counts[VERDICT_FAIL] || check->counts[VERDICT_WARN]))
        row = tell(sheet, row, ROLE_TEXT, mem_strdup(_("f mends it; the script is shown first.")));
    if (check && check->accepted)
        row = tell(sheet, row, check->is_stale ? ROLE_WARN : ROLE_TEXT,
                   mem_printf(check->is_stale ? _("Accepted, but it does not fail any more (A takes it back): %s") : _("Accepted (A takes it back): %s"), check->accepted));
    if (source)
        row = tell(sheet, row, ROLE_DIM, mem_printf(_("Source: %s"), source));
    if (v)
        row = check_draw_lines(sheet, row, 3, v->detail);
    return row;
}

static void draw_detail(struct scr_check *s, const struct view *view, struct canvas *canvas, int row, const struct wizard_check *check)
{
    struct canvas *sheet = check_pane_sheet(canvas);
    int used = write_detail(s, view, sheet, check);
    canvas_rule(canvas, row, view->look.line, s->at < s->count ? name_of(view, s->order[s->at]) : NULL, NULL);
    check_pane_show(&s->pane, canvas, row + 1, band_last(canvas), sheet, used, s->requirement, s->at < s->count ? s->order[s->at] : 0);
    canvas_free(&sheet);
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_check *s = (struct scr_check *)screen;
    const struct spell *spell = draft_spell(wizard_draft(view->wizard));
    const struct wizard_check *check = check_find(view->wizard, s->requirement);
    static const size_t none[4];
    int detail = canvas->rows >= 36 ? canvas->rows / 4 : canvas->rows >= 24 ? 7 : 4;
    char *title = mem_printf("%s: %s", s->requirement->id, s->requirement->title ? spell_text(spell, s->requirement->title) : "");
    int row = band_begin(view, canvas, title, check && check->accepted ? _("accepted") : NULL);
    check_draw_counts(view, canvas, row, 1, canvas->cols - 2, check ? check->counts : none, s->count - (check && check->hosts < s->count ? check->hosts : s->count));
    draw_heads(canvas, row + 1);
    row += 2;
    int room = band_last(canvas) - detail - row + 1;
    s->rows = (size_t)(room < 1 ? 1 : room);
    s->rows = s->count < s->rows ? s->count : s->rows;
    s->top = page_scroll(s->top, s->at, s->count, s->rows);
    for (size_t i = 0; i < s->rows && s->top + i < s->count; i++)
        draw_host(s, view, canvas, row + (int)i, s->top + i);
    draw_detail(s, view, canvas, row + (int)s->rows, check);
    int cursor_row = canvas->cursor_row, cursor_col = canvas->cursor_col;
    const struct button button = {_("Close"), false};
    band_end(view, canvas, band_last(canvas), &button, 1, -1);
    canvas->cursor_row = cursor_row;
    canvas->cursor_col = cursor_col;
    finder_draw(&s->finder, canvas, canvas->rows - 3);
    acceptance_draw(&s->acceptance, canvas, canvas->rows - 3);
    free(title);
}

struct looking {
    const struct scr_check *screen;
    const struct view *view;
};

static const char *line_text(const void *context, size_t at)
{
    const struct looking *l = context;
    return name_of(l->view, l->screen->order[at]);
}

static void shell(struct scr_check *s, struct view *view)
{
    const struct fleet *fleet = wizard_fleet(view->wizard);
    struct err err = ERR_INIT;
    if (!view->wizard_actions->shell)
        view_say(view, ROLE_WARN, "%s", _("There is no shell to be had here."));
    else if (s->at < s->count && s->order[s->at] < fleet->count &&
             !view->wizard_actions->shell(view->wizard_actions->context, &fleet->items[s->order[s->at]], &fleet->ssh, &err))
        view_say(view, ROLE_FAIL, "%s", err.text);
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_check *s = (struct scr_check *)screen;
    struct looking looking = {s, view};
    if (check_pane_act(&s->pane, action) || page_move(&s->at, s->count, s->rows, action) || (s->count && finder_act(&s->finder, view, action, &s->at, s->count, line_text, &looking)))
        return;
    switch (action) {
    case ACT_OPEN:
    case ACT_CLOSE:
    case ACT_QUIT:
        view_pop(view);
        break;
    case ACT_ACCEPT:
        acceptance_begin(&s->acceptance, view, s->requirement);
        break;
    case ACT_MEND:
        scr_mend_open(view, s->requirement);
        break;
    case ACT_AGAIN:
        if (s->at < s->count) {
            wizard_measure_host(view->wizard, s->order[s->at]);
            view_say(view, ROLE_TEXT, _("%s is measured again; R measures all."), name_of(view, s->order[s->at]));
        }
        break;
    case ACT_AGAIN_ALL:
        wizard_measure_again(view->wizard);
        view_say(view, ROLE_TEXT, "%s", _("All hosts are measured again."));
        break;
    case ACT_SHELL:
        shell(s, view);
        break;
    default:
        break;
    }
}

static bool type(struct screen *screen, struct view *view, struct key key)
{
    struct scr_check *s = (struct scr_check *)screen;
    struct looking looking = {s, view};
    if (acceptance_type(&s->acceptance, view, key))
        return true;
    return finder_type(&s->finder, view, key, &s->at, s->count, line_text, &looking);
}

static bool paste(struct screen *screen, struct view *view, const char *text, size_t len)
{
    struct scr_check *s = (struct scr_check *)screen;
    (void)view;
    if (acceptance_paste(&s->acceptance, text, len))
        return true;
    return finder_paste(&s->finder, text, len);
}

static bool moves(const struct screen *screen, const struct view *view)
{
    const struct scr_check *s = (const struct scr_check *)screen;
    for (size_t i = 0; i < s->count; i++)
        if (check_is_busy(view->wizard, s->order[i]))
            return true;
    return false;
}

static const char *name(void)
{
    return _("Check");
}

static const char *help(void)
{
    return _("One check on all hosts, the gravest first as it was when this was opened. FOUND is what the host says of itself, WANTED what its roles need.");
}

static void done(struct screen *screen)
{
    struct scr_check *s = (struct scr_check *)screen;
    finder_done(&s->finder);
    acceptance_done(&s->acceptance);
    free(s->order);
    free(s);
}

static const struct screen_ops ops = {.place = PLACE_CHECK, .name = name, .draw = draw, .act = act, .type = type, .paste = paste,
                                      .help = help, .moves = moves, .free = done};

/* Hosts of one verdict after the other; those that have none come last. */
static void put_in_order(struct scr_check *s, const struct view *view, size_t hosts)
{
    static const enum verdict_kind order[] = {VERDICT_FAIL, VERDICT_WARN, VERDICT_SKIP, VERDICT_PASS};
    for (size_t o = 0; o <= 4; o++)
        for (size_t i = 0; i < hosts; i++) {
            const struct verdict *v = wizard_verdict(view->wizard, i, s->requirement);
            if (o < 4 ? v && v->kind == order[o] : !v)
                s->order[s->count++] = i;
        }
}

struct screen *scr_check_new(struct view *view, const struct requirement *requirement)
{
    struct scr_check *s = mem_new(1, sizeof *s);
    size_t hosts = wizard_fleet(view->wizard)->count;
    s->screen.ops = &ops;
    s->requirement = requirement;
    s->order = mem_new(hosts + 1, sizeof *s->order);
    put_in_order(s, view, hosts);
    return &s->screen;
}
