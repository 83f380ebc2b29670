/* The script that mends what a check found: shown, run on the hosts where the check fires, and what came of it. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/band.h"
#include "ui/screens.h"
#include "ui/text_pane.h"

#define SCRIPT_ROWS_LEAST 3

struct scr_mend {
    struct screen screen;
    char *check;    /* owned: the id; the spell may be another when this is looked at again */
    char *subject;  /* owned: "left.kube: Leftovers of another cluster" */
    char *where;    /* owned: hosts, folded */
    char *asks, *stays; /* owned, translated, or NULL */
    const struct requirement *requirement; /* of the spell; only asked while this is being begun */
    size_t count;   /* hosts */
    struct text_pane script;
    bool has_begun;
    int focus;      /* 0 Cancel or Close, 1 Run */
    int top, rows;  /* of the results */
};

/* -- drawing -- */

static int draw_words(const struct scr_mend *s, struct canvas *canvas, int row)
{
    row = band_textf(canvas, row, ROLE_TEXT, _("Runs as root on: %s. Then all hosts are measured again."), s->where);
    if (s->asks)
        row = band_text(canvas, row, ROLE_WARN, s->asks);
    if (s->stays)
        row = band_textf(canvas, row, ROLE_WARN, _("Reset does not take back: %s"), s->stays);
    return row;
}

static void draw_script(struct scr_mend *s, const struct view *view, struct canvas *canvas, int row)
{
    int height = band_last(canvas) - row;
    canvas_rule(canvas, row, view->look.line, _("The script, as it runs on the hosts"), NULL);
    if (height < 1)
        return;
    text_pane_settle(&s->script, height, canvas->cols - 2);
    text_pane_draw(&s->script, canvas, row + 1, NULL);
}

static enum task_state sign_of(enum mending_state state)
{
    static const enum task_state signs[] = {[MENDING_WAITS] = TASK_PENDING, [MENDING_RUNS] = TASK_RUNNING, [MENDING_DONE] = TASK_OK,
                                            [MENDING_FAILED] = TASK_FAILED, [MENDING_LEFT] = TASK_FAILED};
    return signs[state];
}

static char *said(const struct mending_job *job)
{
    char last[512], limit[LOOK_TIME_MAX];
    mending_last_line(job->output, last, sizeof last);
    switch (job->state) {
    case MENDING_WAITS:
        return mem_strdup(_("waits"));
    case MENDING_RUNS:
        return mem_printf(_("the script runs, at most %s"), look_duration(job->limit_ms, limit));
    case MENDING_DONE:
        return mem_strdup(last);
    case MENDING_LEFT:
        return mem_printf(_("was not run: %s"), last);
    default:
        return job->status >= 0 ? mem_printf(_("failed with status %d:"), job->status) : mem_strdup(_("it is not known what came of it:"));
    }
}

/* Failures first, with all that was kept of what they said. */
static int draw_results(const struct scr_mend *s, const struct view *view, struct canvas *sheet)
{
    static const enum mending_state order[] = {MENDING_FAILED, MENDING_LEFT, MENDING_RUNS, MENDING_WAITS, MENDING_DONE};
    const struct mending *mending = wizard_mending(view->wizard, s->check);
    int row = 0;
    for (size_t o = 0; mending && o < sizeof order / sizeof *order; o++)
        for (size_t i = 0; i < mending_count(mending) && row < BAND_SHEET_ROWS - 1; i++) {
            const struct mending_job *job = mending_job(mending, i);
            if (job->state != order[o])
                continue;
            char *text = said(job);
            enum text_role role = sign_of(job->state) == TASK_FAILED ? ROLE_FAIL : ROLE_TEXT;
            canvas_put(sheet, row, 2, look_role(sign_of(job->state)), look_sign(&view->look, sign_of(job->state), view->phase));
            int col = canvas_put_in(sheet, row, 4, 24, ROLE_TEXT, job->name) + 2;
            int used = canvas_wrap(sheet, row, col, sheet->cols - col - 1, 3, role, text);
            row += used ? used : 1;
            for (const char *line = job->output; job->state == MENDING_FAILED && *line && row < BAND_SHEET_ROWS - 1; row++) {
                size_t n = strcspn(line, "\n");
                char *shown = mem_strndup(line, n);
                canvas_put_in(sheet, row, 6, sheet->cols - 7, ROLE_TEXT, shown);
                free(shown);
                line += n + (line[n] == '\n');
            }
            free(text);
        }
    return row;
}

static size_t count_state(const struct scr_mend *s, const struct view *view, enum mending_state state)
{
    const struct mending *mending = wizard_mending(view->wizard, s->check);
    size_t count = 0;
    for (size_t i = 0; mending && i < mending_count(mending); i++)
        count += mending_job(mending, i)->state == state;
    return count;
}

static void draw_progress(struct scr_mend *s, struct view *view, struct canvas *canvas, int row)
{
    const struct mending *mending = wizard_mending(view->wizard, s->check);
    size_t all = mending ? mending_count(mending) : 0, open = count_state(s, view, MENDING_RUNS) + count_state(s, view, MENDING_WAITS);
    size_t failed = count_state(s, view, MENDING_FAILED) + count_state(s, view, MENDING_LEFT);
    if (open)
        row = band_textf(canvas, row, ROLE_RUN, ngettext("The script has ended on %zu of %zu host. You may close this: it goes on.", "The script has ended on %zu of %zu hosts. You may close this: it goes on.", all), all - open, all);
    else if (failed)
        row = band_textf(canvas, row, ROLE_FAIL, ngettext("It did not end well on %zu host; the hosts are measured again.", "It did not end well on %zu hosts; the hosts are measured again.", failed), failed);
    else
        row = band_text(canvas, row, ROLE_OK, _("It ended well on all hosts; they are measured again."));
    if (wizard_mend_fault(view->wizard))
        row = band_textf(canvas, row, ROLE_WARN, _("What is mended is not written down: %s"), wizard_mend_fault(view->wizard));
    struct canvas *sheet = band_sheet(canvas);
    int used = draw_results(s, view, sheet);
    s->rows = band_last(canvas) - row;
    band_show(view, canvas, row + 1, sheet, used, &s->top);
    canvas_free(&sheet);
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_mend *s = (struct scr_mend *)screen;
    char *title = mem_printf(_("Fix %s"), s->subject);
    char *run = mem_printf(ngettext("Run on %zu host", "Run on %zu hosts", s->count), s->count);
    int row = band_begin(view, canvas, title, NULL);
    const struct button buttons[] = {{s->has_begun ? _("Close") : _("Cancel"), false}, {run, false}};
    if (s->has_begun) {
        draw_progress(s, view, canvas, row);
    } else {
        row = draw_words(s, canvas, row);
        draw_script(s, view, canvas, row > band_last(canvas) - SCRIPT_ROWS_LEAST ? band_last(canvas) - SCRIPT_ROWS_LEAST : row);
    }
    band_end(view, canvas, band_last(canvas), buttons, s->has_begun ? 1 : 2, s->focus);
    free(run);
    free(title);
}

/* -- keys -- */

static bool scroll(struct text_pane *pane, enum action action)
{
    switch (action) {
    case ACT_UP:
        text_pane_scroll(pane, -1);
        return true;
    case ACT_DOWN:
        text_pane_scroll(pane, 1);
        return true;
    case ACT_PAGE_UP:
    case ACT_HALF_UP:
        text_pane_scroll(pane, -pane->height + 1);
        return true;
    case ACT_PAGE_DOWN:
    case ACT_HALF_DOWN:
        text_pane_scroll(pane, pane->height - 1);
        return true;
    case ACT_FIRST:
        text_pane_scroll(pane, -(long)pane->row_count);
        return true;
    case ACT_LAST:
        text_pane_scroll(pane, (long)pane->row_count);
        return true;
    default:
        return false;
    }
}

static void begin(struct scr_mend *s, struct view *view)
{
    struct err err = ERR_INIT;
    if (!wizard_mend(view->wizard, s->requirement, &err)) {
        view_say(view, ROLE_FAIL, "%s", err.text);
        return;
    }
    s->has_begun = true;
    s->requirement = NULL;
    s->focus = 0;
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_mend *s = (struct scr_mend *)screen;
    if (s->has_begun ? band_scroll(&s->top, s->rows, action) : scroll(&s->script, action))
        return;
    switch (action) {
    case ACT_NEXT_PANE:
    case ACT_PREVIOUS_PANE:
    case ACT_LEFT:
    case ACT_RIGHT:
        s->focus = s->has_begun ? 0 : !s->focus;
        break;
    case ACT_OPEN:
        if (s->focus)
            begin(s, view);
        else
            view_pop(view);
        break;
    case ACT_CLOSE:
    case ACT_QUIT:
        view_pop(view);
        break;
    case ACT_COPY:
        if (!s->has_begun)
            view_copy(view, wizard_mend_text(view->wizard, s->requirement, true));
        break;
    default:
        break;
    }
}

static bool moves(const struct screen *screen, const struct view *view)
{
    const struct scr_mend *s = (const struct scr_mend *)screen;
    return s->has_begun && count_state(s, view, MENDING_RUNS) > 0;
}

static const char *name(void)
{
    return _("Fix");
}

static const char *help(void)
{
    return _("What kwiz can mend, it mends by a script of the spell, which stands here as it runs: the script itself, then its variables, then what stands "
             "before it. It runs as root on the hosts where the check fails or warns, on all at once; then they are measured again. What it changes is kept for "
             "reset, but for what is named. Tab goes to the other button; Up and Down scroll; y copies the script.");
}

static void done(struct screen *screen)
{
    struct scr_mend *s = (struct scr_mend *)screen;
    text_pane_done(&s->script);
    free(s->check);
    free(s->subject);
    free(s->where);
    free(s->asks);
    free(s->stays);
    free(s);
}

static const struct screen_ops ops = {.place = PLACE_BAND, .name = name, .draw = draw, .act = act, .help = help, .moves = moves, .free = done};

static char *translated(const struct view *view, const char *text)
{
    return text ? mem_strdup(spell_text(draft_spell(wizard_draft(view->wizard)), text)) : NULL;
}

static bool say_why_not(struct view *view, const struct requirement *requirement)
{
    if (!requirement->mend)
        view_say(view, ROLE_TEXT, _("kwiz can't mend %s: see its remedy."), requirement->id);
    else
        view_say(view, ROLE_TEXT, _("There is nothing to mend: %s fails and warns on no host."), requirement->id);
    return false;
}

bool scr_mend_open(struct view *view, const struct requirement *requirement)
{
    size_t *hosts = mem_new(wizard_fleet(view->wizard)->count + 1, sizeof *hosts);
    size_t count = requirement->mend ? wizard_mend_hosts(view->wizard, requirement, hosts) : 0;
    const struct mending *mending = wizard_mending(view->wizard, requirement->id);
    bool is_at_work = mending && !mending_is_over(mending);
    if (!count && !is_at_work) {
        free(hosts);
        return say_why_not(view, requirement);
    }
    struct scr_mend *s = mem_new(1, sizeof *s);
    s->screen.ops = &ops;
    s->requirement = requirement;
    s->check = mem_strdup(requirement->id);
    char *title = translated(view, requirement->title), *script = wizard_mend_text(view->wizard, requirement, true);
    s->subject = mem_printf("%s: %s", requirement->id, title);
    s->where = band_names(view->wizard, hosts, count);
    s->asks = translated(view, requirement->mend->asks);
    s->stays = translated(view, requirement->mend->stays);
    s->count = count;
    s->has_begun = is_at_work; /* what goes on is looked at again */
    text_pane_init(&s->script, script);
    view_push(view, &s->screen);
    free(script);
    free(title);
    free(hosts);
    return true;
}

void scr_mend_focused(struct view *view, const struct wizard_check *check, size_t host)
{
    const struct wizard_checks *checks = wizard_checks(view->wizard);
    const struct requirement *requirement = check ? check->requirement : NULL;
    for (size_t i = 0; host != SIZE_MAX && i < checks->count && !requirement; i++) {
        const struct verdict *v = wizard_verdict(view->wizard, host, checks->items[i].requirement);
        requirement = v && v->requirement->mend && mend_fires(v) ? v->requirement : NULL;
    }
    if (requirement)
        scr_mend_open(view, requirement);
    else if (host != SIZE_MAX)
        view_say(view, ROLE_TEXT, "%s", _("There is nothing on this host that kwiz can mend."));
    else
        view_say(view, ROLE_TEXT, "%s", _("f mends the check that has the focus: move to one."));
}
