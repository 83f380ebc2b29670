#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/finder.h"
#include "ui/page.h"
#include "ui/review.h"
#include "ui/screens.h"

#define ID_COLS_MAX 24

enum line_kind { LINE_SECTION, LINE_WARNINGS, LINE_STEP, LINE_DOWNLOADS, LINE_CHANGES };

struct line {
    enum line_kind kind;
    size_t index; /* a section; a step of the plan */
};

struct scr_review {
    struct page page;
    struct line *lines; /* owned; the first is a section */
    size_t line_count, focus, top; /* top: the first step in sight */
    unsigned version;   /* of the draft that lines and changes are of */
    bool is_made;
    struct strv warnings, downloads, changes;
    char *places;       /* owned: where the downloads come from, in short */
    bool is_typing;     /* the cluster's name, before a reset */
    struct field typed;
    struct finder finder;
    struct view *view;  /* for the finder's texts, while a key is dealt with */
};

/* -- lines -- */

static void add_line(struct scr_review *s, enum line_kind kind, size_t index)
{
    s->lines = mem_grow(s->lines, s->line_count + 1, sizeof *s->lines);
    s->lines[s->line_count++] = (struct line){kind, index};
}

/* What is unwise to build is nothing to warn of when it is taken back. */
static void find_warnings(struct scr_review *s, struct wizard *w)
{
    const struct judgement *j = wizard_judgement(w);
    strv_done(&s->warnings);
    s->warnings = (struct strv){0};
    for (size_t i = 0; i < j->fault_count && !wizard_is_reset(w); i++)
        if (j->faults[i].is_warning)
            strv_add(&s->warnings, j->faults[i].text);
}

static void find_changes(struct scr_review *s, struct wizard *w)
{
    char *run = NULL;
    strv_done(&s->changes);
    s->changes = (struct strv){0};
    if (!wizard_is_reset(w))
        wizard_changes(w, &run, &s->changes);
    free(run);
}

static void find_downloads(struct scr_review *s, struct wizard *w)
{
    struct buf places;
    buf_init(&places, REVIEW_TEXT_MAX);
    strv_done(&s->downloads);
    s->downloads = (struct strv){0};
    review_tell_downloads(w, &s->downloads, &places);
    free(s->places);
    s->places = buf_take(&places);
}

/* Earlier runs are read and hosts counted when something is another, not at each frame. */
static void make(struct scr_review *s, struct view *view)
{
    struct wizard *w = view->wizard;
    const struct plan *plan = wizard_plan(w, NULL);
    if (s->is_made && s->version == draft_version(wizard_draft(w)))
        return;
    s->is_made = true;
    s->version = draft_version(wizard_draft(w));
    s->line_count = 0;
    find_warnings(s, w);
    find_downloads(s, w);
    find_changes(s, w);
    for (enum section i = SECTION_TOPOLOGY; i < SECTION_REVIEW; i = wizard_next(w, i))
        add_line(s, LINE_SECTION, (size_t)i);
    if (s->warnings.count)
        add_line(s, LINE_WARNINGS, 0);
    for (size_t i = 0; plan && i < plan->step_count; i++)
        add_line(s, LINE_STEP, i);
    if (s->downloads.count)
        add_line(s, LINE_DOWNLOADS, 0);
    if (s->changes.count)
        add_line(s, LINE_CHANGES, 0);
    s->focus = s->focus < s->line_count ? s->focus : s->line_count - 1;
}

static const char *text_at(const void *context, size_t index)
{
    const struct scr_review *s = context;
    const struct line *line = &s->lines[index];
    const struct plan *plan = wizard_plan(s->view->wizard, NULL);
    if (line->kind == LINE_SECTION)
        return section_name((enum section)line->index);
    return line->kind == LINE_STEP && plan ? plan->steps[line->index].id : "";
}

/* -- drawing -- */

static void focus_on(const struct scr_review *s, struct canvas *canvas, size_t line, int row, int end)
{
    canvas_spot(canvas, row, 0, canvas->cols, (int)line);
    if (s->focus != line)
        return;
    canvas_put(canvas, row, 0, ROLE_FOCUS, ">");
    if (s->page.focus == PAGE_BODY && !s->is_typing)
        canvas_focus(canvas, row, 1, end - 1);
}

static void draw_section(const struct scr_review *s, const struct view *view, struct canvas *canvas, int row, size_t line)
{
    enum section section = (enum section)s->lines[line].index;
    int wide = 0;
    for (int i = SECTION_TOPOLOGY; i < SECTION_REVIEW; i++)
        wide = text_width(section_name((enum section)i)) > wide ? text_width(section_name((enum section)i)) : wide;
    struct buf text;
    buf_init(&text, REVIEW_TEXT_MAX);
    enum text_role role = review_tell_section(view->wizard, section, &text);
    canvas_putf(canvas, row, 1, ROLE_TEXT, "%2d %s", (int)section + 1, section_name(section));
    int from = 4 + wide + 2, end = canvas_put_in(canvas, row, from, canvas->cols - from - 1, role, buf_text(&text));
    buf_done(&text);
    focus_on(s, canvas, line, row, end);
}

static void draw_warnings(const struct scr_review *s, struct canvas *canvas, int row, size_t line)
{
    int col = canvas_put(canvas, row, 2, ROLE_WARN, "! "), width = canvas->cols - col - 1;
    struct buf text;
    buf_init(&text, REVIEW_TEXT_MAX);
    if (s->warnings.count > 1)
        buf_addf(&text, ngettext("%zu warning: ", "%zu warnings: ", s->warnings.count), s->warnings.count);
    buf_adds(&text, s->warnings.items[0]);
    int end = canvas_put_in(canvas, row, col, width, ROLE_WARN, buf_text(&text));
    buf_done(&text);
    focus_on(s, canvas, line, row, end);
}

/* Where the targets of steps begin: behind the longest title, or as far to the right as the longest of them allows; they get at most a third. */
static int targets_col(const struct plan *plan, int from, int cols)
{
    int width = 0, most = cols / 3 - 1, title = 0;
    for (size_t i = 0; i < plan->step_count; i++) {
        struct buf targets;
        buf_init(&targets, REVIEW_TEXT_MAX);
        review_tell_targets(plan, i, most, &targets);
        int wants = text_width(buf_text(&targets));
        width = wants > width ? wants : width;
        buf_done(&targets);
        int shown = text_width(plan_step_shown(&plan->steps[i]));
        title = shown > title ? shown : title;
    }
    int last = cols - 1 - (width < most ? width : most), wanted = from + title + 2;
    return wanted < last ? wanted : last;
}

static void draw_step(const struct scr_review *s, const struct plan *plan, struct canvas *canvas, int row, size_t line, int wide, int at)
{
    const struct plan_step *step = &plan->steps[s->lines[line].index];
    int from = 5 + wide + 2, end;
    struct buf targets;
    buf_init(&targets, REVIEW_TEXT_MAX);
    review_tell_targets(plan, s->lines[line].index, canvas->cols / 3 - 1, &targets);
    canvas_putf(canvas, row, 1, ROLE_TEXT, "%3zu", s->lines[line].index + 1);
    canvas_put_in(canvas, row, 5, wide, ROLE_TEXT, step->id);
    canvas_put_in(canvas, row, from, at - from - 2, ROLE_TEXT, plan_step_shown(step));
    end = canvas_put_in(canvas, row, at, canvas->cols - at - 1, ROLE_TEXT, buf_text(&targets));
    buf_done(&targets);
    focus_on(s, canvas, line, row, end);
}

static void draw_rule(const struct view *view, const struct plan *plan, struct canvas *canvas, int row)
{
    struct buf text;
    char *left = mem_printf(wizard_is_reset(view->wizard) ? _("Taking back %s") : _("Plan for %s"), view_cluster(view));
    buf_init(&text, 1024);
    if (plan) {
        size_t hosts = review_host_count(plan);
        buf_addf(&text, ngettext("%zu step", "%zu steps", plan->step_count), plan->step_count);
        buf_addf(&text, ngettext(", %zu task", ", %zu tasks", plan->task_count), plan->task_count);
        buf_addf(&text, ngettext(", %zu host", ", %zu hosts", hosts), hosts);
    }
    canvas_rule(canvas, row, view->look.line, left, plan ? buf_text(&text) : NULL);
    buf_done(&text);
    free(left);
}

/* Why there is none. */
static void draw_errors(const struct view *view, struct canvas *canvas, int row, int last)
{
    struct err_list errors = {0};
    wizard_plan(view->wizard, &errors);
    for (size_t i = 0; i < errors.count && row <= last; i++)
        row += canvas_wrap(canvas, row, 1, canvas->cols - 2, last - row + 1, ROLE_FAIL, errors.items[i].text);
    err_list_done(&errors);
}

static void draw_steps(struct scr_review *s, const struct plan *plan, struct canvas *canvas, int row, int last)
{
    size_t first = 0, rows = last >= row ? (size_t)(last - row + 1) : 0;
    int wide = 0;
    while (first < s->line_count && s->lines[first].kind != LINE_STEP)
        first++;
    for (size_t i = 0; i < plan->step_count; i++)
        wide = text_width(plan->steps[i].id) > wide ? text_width(plan->steps[i].id) : wide;
    wide = wide > ID_COLS_MAX ? ID_COLS_MAX : wide;
    int targets = targets_col(plan, 5 + wide + 2, canvas->cols);
    bool is_cut = plan->step_count > rows;
    size_t shown = is_cut && rows > 2 ? rows - 1 : rows;
    size_t at = s->lines[s->focus].kind == LINE_STEP ? s->lines[s->focus].index : s->lines[s->focus].kind > LINE_STEP ? plan->step_count - 1 : s->top;
    s->top = s->lines[s->focus].kind == LINE_SECTION || !shown ? 0 : page_scroll(s->top, at, plan->step_count, shown);
    for (size_t i = s->top; i < plan->step_count && i < s->top + shown; i++)
        draw_step(s, plan, canvas, row + (int)(i - s->top), first + i, wide, targets);
    size_t below = plan->step_count > s->top + shown ? plan->step_count - s->top - shown : 0;
    if (is_cut && shown < rows && below)
        canvas_putf(canvas, last, 5, ROLE_DIM, ngettext("%zu more, PgDn", "%zu more, PgDn", below), below);
    else if (is_cut && shown < rows)
        canvas_putf(canvas, last, 5, ROLE_DIM, ngettext("%zu more above, PgUp", "%zu more above, PgUp", s->top), s->top);
}

/* The lines below the steps, the last of them in row. Returns how many rows they take. */
static int draw_closing(const struct scr_review *s, struct canvas *canvas, int row)
{
    size_t line = s->line_count;
    int last = row;
    if (s->changes.count) {
        char *all = strv_join(&s->changes, "; "), *text = mem_printf(_("Since the last run: %s"), all);
        int end = canvas_put_in(canvas, row, 2, canvas->cols - 3, ROLE_WARN, text);
        focus_on(s, canvas, --line, row--, end);
        free(all);
        free(text);
    }
    if (s->downloads.count) {
        char *text = mem_printf(_("Downloads: %s"), s->places);
        int end = canvas_put_in(canvas, row, 2, canvas->cols - 3, ROLE_TEXT, text);
        focus_on(s, canvas, --line, row--, end);
        free(text);
    }
    return last - row;
}

static void draw_typing(const struct scr_review *s, const struct view *view, struct canvas *canvas, int row)
{
    canvas_fill(canvas, row - 1, 0, canvas->cols, ROLE_TEXT, " ");
    canvas_fill(canvas, row, 0, canvas->cols, ROLE_TEXT, " ");
    view_message(view, canvas, row - 1);
    int col = canvas_putf(canvas, row, 1, ROLE_WARN, _("Type %s, then Enter; Esc stays:"), view_cluster(view)) + 1, width = canvas->cols - col - 3;
    width = width > 40 ? 40 : width;
    canvas_put(canvas, row, col, ROLE_TEXT, "[");
    canvas_put(canvas, row, col + 1 + width, ROLE_TEXT, "]");
    field_draw(&s->typed, canvas, row, col + 1, width);
    canvas_focus(canvas, canvas->cursor_row, canvas->cursor_col, 1);
}

static void set_buttons(struct scr_review *s, const struct view *view, const struct plan *plan)
{
    size_t hosts = plan ? review_host_count(plan) : 0;
    char *label = wizard_is_reset(view->wizard) ? mem_printf(ngettext("Reset %zu host", "Reset %zu hosts", hosts), hosts)
                                                : mem_printf(ngettext("Start on %zu host", "Start on %zu hosts", hosts), hosts);
    page_set_next(&s->page, label);
    s->page.extra = _("Save answers");
    free(label);
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_review *s = (struct scr_review *)screen;
    bool is_reset = wizard_is_reset(view->wizard);
    make(s, view);
    const struct plan *plan = wizard_plan(view->wizard, NULL);
    set_buttons(s, view, plan);
    page_draw(&s->page, view, canvas, is_reset ? _("This is what will be taken back. Enter on a step shows its script.")
                                               : _("This is what will happen. Enter changes a section, or shows a step's script."),
              is_reset ? _("Nothing is taken back before the cluster's name was typed.") : _("Nothing of it runs before Start is pressed."));
    int row = page_first(canvas), last = page_last(canvas);
    for (size_t i = 0; i < s->line_count && s->lines[i].kind == LINE_SECTION; i++)
        draw_section(s, view, canvas, row++, i);
    if (s->warnings.count)
        draw_warnings(s, canvas, row, (size_t)(row - page_first(canvas)));
    row += s->warnings.count > 0;
    draw_rule(view, plan, canvas, row++);
    last -= draw_closing(s, canvas, last);
    if (plan)
        draw_steps(s, plan, canvas, row, last);
    else
        draw_errors(view, canvas, row, last);
    if (s->is_typing)
        draw_typing(s, view, canvas, canvas->rows - 3);
    finder_draw(&s->finder, canvas, canvas->rows - 3);
}

/* -- acting -- */

static void show_list(struct view *view, const char *title, const struct strv *list)
{
    char *text = strv_join(list, "\n");
    view_push(view, scr_text_new(view, title, view_cluster(view), text));
}

static void show_grid(struct view *view)
{
    const struct plan *plan = wizard_plan(view->wizard, NULL);
    if (plan)
        view_push(view, scr_text_new(view, _("Hosts and steps"), view_cluster(view), review_grid(plan)));
}

static void open_line(struct scr_review *s, struct view *view)
{
    const struct line *line = &s->lines[s->focus];
    const struct plan *plan = wizard_plan(view->wizard, NULL);
    switch (line->kind) {
    case LINE_SECTION:
        view->returns_to = SECTION_REVIEW;
        view_go(view, (enum section)line->index);
        break;
    case LINE_STEP:
        if (plan)
            view_push(view, scr_step_script_new(view, plan, line->index));
        break;
    case LINE_WARNINGS:
        show_list(view, _("Warnings"), &s->warnings);
        break;
    case LINE_DOWNLOADS:
        show_list(view, _("Downloads"), &s->downloads);
        break;
    case LINE_CHANGES:
        show_list(view, _("Since the last run"), &s->changes);
        break;
    }
}

/* What was fine when Review was entered may not be any more: a host that was lost. */
static bool may_start(struct view *view)
{
    struct buf why;
    buf_init(&why, VIEW_MESSAGE_MAX - 1);
    bool may = wizard_may_leave(view->wizard, SECTION_REVIEW, &why);
    if (!may)
        view_say(view, ROLE_WARN, "%s", buf_text(&why));
    buf_done(&why);
    if (may && wizard_first_lacking(view->wizard) != SECTION_REVIEW) {
        view_go(view, SECTION_REVIEW); /* says what is missing, there */
        return false;
    }
    return may;
}

static void start(struct scr_review *s, struct view *view)
{
    if (!may_start(view))
        return;
    if (!wizard_is_reset(view->wizard)) {
        view->wizard_actions->start(view->wizard_actions->context);
        return;
    }
    s->is_typing = true;
    field_set(&s->typed, "");
    view_say(view, ROLE_WARN, _("This takes back what was installed on these hosts."));
}

static void go_to_start(struct scr_review *s, struct view *view)
{
    if (!may_start(view))
        return;
    s->page.focus = PAGE_NEXT;
    view_say(view, ROLE_TEXT, wizard_is_reset(view->wizard) ? _("Enter asks for the cluster's name.") : _("Enter starts it."));
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_review *s = (struct scr_review *)screen;
    s->view = view;
    make(s, view);
    if (action == ACT_NEXT) {
        go_to_start(s, view);
    } else if (action == ACT_OPEN && s->page.focus == PAGE_NEXT) {
        start(s, view);
    } else if (action == ACT_SAVE || (action == ACT_OPEN && page_extra_pressed(&s->page))) {
        view_push(view, scr_save_new(view, false));
    } else if (page_act(&s->page, view, action)) {
        return;
    } else if (finder_act(&s->finder, view, action, &s->focus, s->line_count, text_at, s)) {
        s->page.focus = PAGE_BODY;
    } else if (action == ACT_VIEW) {
        show_grid(view);
    } else if (action == ACT_OPEN) {
        open_line(s, view);
    } else if (action == ACT_SOURCE) {
        if (s->lines[s->focus].kind == LINE_SECTION)
            view_say(view, ROLE_TEXT, _("o opens a step's script; Enter changes the section."));
        else
            open_line(s, view);
    } else if (page_move(&s->focus, s->line_count, 8, action)) {
        s->page.focus = PAGE_BODY;
    }
}

static bool type(struct screen *screen, struct view *view, struct key key)
{
    struct scr_review *s = (struct scr_review *)screen;
    s->view = view;
    if (!s->is_typing)
        return finder_type(&s->finder, view, key, &s->focus, s->line_count, text_at, s);
    if (key.code == UI_KEY_ESC) {
        s->is_typing = false;
        *view->message = '\0';
        return true;
    }
    if (key.code != UI_KEY_ENTER)
        return field_key(&s->typed, key) || !key.is_ctrl;
    if (strcmp(field_text(&s->typed), view_cluster(view)) != 0) {
        view_say(view, ROLE_WARN, _("That isn't %s: nothing was begun."), view_cluster(view));
        return true;
    }
    s->is_typing = false;
    if (may_start(view))
        view->wizard_actions->start(view->wizard_actions->context);
    return true;
}

static bool paste(struct screen *screen, struct view *view, const char *text, size_t len)
{
    struct scr_review *s = (struct scr_review *)screen;
    (void)view;
    if (s->is_typing)
        field_paste(&s->typed, text, len);
    return s->is_typing || finder_paste(&s->finder, text, len);
}

/* The focus is on nothing that changes a host. */
static void enter(struct screen *screen, struct view *view)
{
    struct scr_review *s = (struct scr_review *)screen;
    view->returns_to = SECTION_NONE;
    s->page.focus = PAGE_BODY;
    s->is_typing = s->is_made = false;
    make(s, view);
}

static void click(struct screen *screen, struct view *view, int spot)
{
    struct scr_review *s = (struct scr_review *)screen;
    (void)view;
    s->is_typing = false;
    if (page_click(&s->page, spot))
        return;
    s->page.focus = PAGE_BODY;
    s->focus = (size_t)spot;
}

static const char *name(void)
{
    return section_name(SECTION_REVIEW);
}

static const char *help(void)
{
    return _("Everything that was answered, and all steps in their order with the hosts that they run on. Enter on a section goes there, and Next comes back here. "
             "Enter on a step shows its script as it will run, with the variables of each host; secrets are named, never shown. v shows which steps run on which host, the line "
             "Downloads what is fetched and from where. S saves the answers. ^N goes to the "
             "button that starts; only Enter on it, or a click on it when it has the focus, presses it. A reset wants the cluster's name typed first.");
}

static void done(struct screen *screen)
{
    struct scr_review *s = (struct scr_review *)screen;
    page_done(&s->page);
    finder_done(&s->finder);
    field_done(&s->typed);
    strv_done(&s->warnings);
    strv_done(&s->downloads);
    strv_done(&s->changes);
    free(s->places);
    free(s->lines);
    free(s);
}

static const struct screen_ops ops = {.place = PLACE_REVIEW, .name = name, .draw = draw, .act = act, .type = type, .paste = paste, .click = click, .enter = enter,
                                      .help = help, .free = done};

struct screen *scr_review_new(struct view *view)
{
    struct scr_review *s = mem_new(1, sizeof *s);
    (void)view;
    s->page.screen.ops = &ops;
    s->page.section = SECTION_REVIEW;
    return &s->page.screen;
}
