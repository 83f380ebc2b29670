/* Options: the cluster's name and the spell's questions, as far as they are asked. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/translation.h"
#include "ui/options_form.h"
#include "ui/page.h"
#include "ui/screens.h"

#define LIST_LEAST 3 /* choices from which on Enter opens a list of them */

struct scr_options {
    struct page page;
    struct options_form o;
};

static const struct wizard_question *focused(const struct scr_options *s, struct view *view)
{
    const struct form_item *item = form_focus(&s->o.form);
    size_t index = item ? options_question(item->id) : SIZE_MAX;
    const struct wizard_questions *list = wizard_questions(view->wizard);
    return index < list->count ? &list->items[index] : NULL;
}

/* -- drawing -- */

/* The default as it is shown; malloc'd, NULL = none. */
static char *default_words(const struct scr_options *s, const struct question *question)
{
    if (!question->has_default || !*question->fallback)
        return NULL;
    if (question->type == QUESTION_BOOLEAN)
        return mem_strdup(strcmp(question->fallback, "true") == 0 ? _("yes") : _("no"));
    const struct choice *choice = question->type == QUESTION_CHOICE ? question_choice(question, question->fallback) : NULL;
    return mem_strdup(choice ? spell_text(s->o.spell, choice->label) : question->fallback);
}

static char *type_words(const struct scr_options *s, const struct question *question)
{
    char *fallback = default_words(s, question);
    const char *type = question_type_name(question->type);
    char *text = fallback                ? mem_printf(_("%s, default %s"), type, fallback)
                 : question->is_required ? mem_printf(_("%s, needed"), type)
                                         : mem_printf(_("%s, may be empty"), type);
    free(fallback);
    return text;
}

/* What can be said of the item in focus, below the rule. */
static void draw_help(const struct scr_options *s, const struct wizard_question *q, struct canvas *canvas, int row, int last)
{
    const struct form_item *item = form_focus(&s->o.form);
    int width = canvas->cols - 2;
    const char *help = q ? spell_text(s->o.spell, q->question->help) : NULL;
    if (!q)
        help = item && item->id == OPTIONS_MORE ? _("Questions that are rarely needed; Enter opens and folds them.")
                                               : _("Small letters, digits and -; runs and the kubeconfig's context are called after it.");
    if (help)
        row += canvas_wrap(canvas, row, 1, width, last - row + 1, ROLE_TEXT, help);
    if (item && item->kind == FORM_LINES && row <= last)
        row += canvas_wrap(canvas, row, 1, width, last - row + 1, ROLE_DIM, _("One line is typed; several are pasted, or ^O opens your editor."));
    bool has_form = q && q->question->type != QUESTION_TEXT && q->question->type != QUESTION_PASSWORD && q->question->type != QUESTION_BOOLEAN;
    if (has_form && row <= last && !q->question->choice_count) {
        char *expects = question_expects(q->question);
        row += canvas_wrap(canvas, row, 1, width, last - row + 1, ROLE_DIM, expects);
        free(expects);
    }
    for (size_t i = 0; q && item->choices && i < item->choice_count && row <= last; i++) {
        const struct form_choice *c = &item->choices[i];
        if (!c->why_not && !c->help)
            continue;
        int col = canvas_put_in(canvas, row, 1, width / 2, c->why_not ? ROLE_DIM : ROLE_TEXT, c->label) + 2;
        canvas_put_in(canvas, row++, col, canvas->cols - 1 - col, ROLE_DIM, c->why_not ? c->why_not : c->help);
    }
}

static int band_rows(const struct canvas *canvas)
{
    return canvas->rows >= 30 ? 8 : canvas->rows >= 24 ? 4 : 2;
}

static void draw_band(const struct scr_options *s, struct view *view, struct canvas *canvas)
{
    const struct form_item *item = form_focus(&s->o.form);
    const struct wizard_question *q = focused(s, view);
    int last = page_last(canvas), row = last - band_rows(canvas) + 1;
    char *type = q ? type_words(s, q->question) : NULL;
    canvas_rule(canvas, row, view->look.line, q ? spell_text(s->o.spell, q->question->label) : item ? item->label : "", type);
    draw_help(s, q, canvas, row + 1, last);
    free(type);
}

/* "9 questions that matter, 15 more under More. * = changed by you"; malloc'd. */
static char *counts(struct view *view)
{
    const struct wizard_questions *list = wizard_questions(view->wizard);
    char *common = mem_printf(ngettext("%zu question", "%zu questions", list->common), list->common);
    char *rare = list->rare ? mem_printf(ngettext(", %zu more under More", ", %zu more under More", list->rare), list->rare) : mem_strdup("");
    char *text = mem_printf(_("%s%s. * = changed by you"), common, rare);
    free(common);
    free(rare);
    return text;
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_options *s = (struct scr_options *)screen;
    options_form_make(&s->o, view->wizard);
    char *why = counts(view);
    page_draw(&s->page, view, canvas, _("How should the cluster be? Change what you need."), why);
    free(why);
    int cursor_row = canvas->cursor_row, cursor_col = canvas->cursor_col;
    bool has_focus = s->page.focus == PAGE_BODY;
    form_draw(&s->o.form, &view->look, canvas, page_first(canvas), page_last(canvas) - band_rows(canvas), has_focus);
    if (!has_focus) {
        canvas->cursor_row = cursor_row;
        canvas->cursor_col = cursor_col;
    }
    draw_band(s, view, canvas);
    if (!*view->message && !s->page.is_refused && s->o.faults) {
        char *text = mem_printf(ngettext("%zu value to correct.", "%zu values to correct.", s->o.faults), s->o.faults);
        canvas_put_in(canvas, canvas->rows - 3, 1, canvas->cols - 2, ROLE_WARN, text);
        free(text);
    }
}

/* -- moving -- */

static void move(struct scr_options *s, struct view *view, enum action action, size_t rows)
{
    options_form_leave(&s->o);
    page_move(&s->o.form.focus, s->o.form.count, rows, action);
    options_form_make(&s->o, view->wizard);
}

/* To the next item, or from the last one to the buttons. */
static void go_on(struct scr_options *s, struct view *view)
{
    if (s->o.form.focus + 1 < s->o.form.count) {
        move(s, view, ACT_DOWN, 1);
        return;
    }
    options_form_leave(&s->o);
    s->page.focus = PAGE_NEXT;
}

static void go_to_fault(struct scr_options *s, struct view *view)
{
    options_form_tell_all(&s->o);
    options_form_make(&s->o, view->wizard);
    for (size_t i = 0; i < s->o.form.count; i++)
        if (s->o.form.items[i].fault) {
            s->o.form.focus = i;
            s->page.focus = PAGE_BODY;
            return;
        }
}

/* -- the item in focus -- */

static void took(struct scr_options *s, struct view *view, enum form_result result)
{
    const struct form_item *item = form_focus(&s->o.form);
    if (result == FORM_REFUSED) {
        if (item->kind == FORM_LINES) {
            view_say(view, ROLE_WARN, _("Several lines are not typed here: ^O opens your editor, ^U clears."));
            return;
        }
        const char *why = item->kind == FORM_TICKS ? item->choices[item->at].why_not : NULL;
        view_say(view, ROLE_WARN, _("It can't be chosen now: %s."), why ? why : _("there is no other choice"));
        return;
    }
    if (item->kind == FORM_TICKS && options_question(item->id) < s->o.entry_count)
        s->o.entries[options_question(item->id)].at = item->at;
    if (result == FORM_CHANGED)
        options_form_store(&s->o, view->wizard);
    options_form_make(&s->o, view->wizard);
}

static void was_edited(void *owner, const char *edited, bool is_changed, const struct err *err)
{
    struct view *view = owner;
    struct scr_options *s = (struct scr_options *)view->pages[SECTION_OPTIONS];
    const struct form_item *item = form_focus(&s->o.form);
    if (!edited)
        view_say(view, ROLE_FAIL, "%s", err->text);
    else if (strlen(edited) > FIELD_BYTES_MAX)
        view_say(view, ROLE_FAIL, _("The text is too long: at most 64 KiB. It is as it was before."));
    else if (is_changed && item && item->kind == FORM_LINES) {
        field_set(item->field, edited);
        form_close_line(item->field);
        options_form_leave(&s->o);
        took(s, view, FORM_CHANGED);
    }
}

static void edit(struct scr_options *s, struct view *view)
{
    const struct form_item *item = form_focus(&s->o.form);
    const struct wizard_actions *actions = view->wizard_actions;
    struct err err = ERR_INIT;
    if (!item || item->kind != FORM_LINES)
        return;
    if (!actions->edit)
        view_say(view, ROLE_WARN, _("There is no editor here; paste the text."));
    else if (!actions->edit(actions->context, "txt", field_text(item->field), was_edited, view, &err))
        view_say(view, ROLE_FAIL, "%s", err.text);
}

static void open_item(struct scr_options *s, struct view *view)
{
    struct form_item *item = form_focus(&s->o.form);
    size_t index = item ? options_question(item->id) : SIZE_MAX;
    if (!item)
        return;
    if (item->kind == FORM_FOLD) {
        item->is_open = !item->is_open;
        took(s, view, FORM_CHANGED);
    } else if (item->kind == FORM_CHOICE && item->choice_count >= LIST_LEAST)
        view_push(view, scr_choices_new(view, index));
    else
        go_on(s, view);
}

/* -- what the view calls -- */

static bool type(struct screen *screen, struct view *view, struct key key)
{
    struct scr_options *s = (struct scr_options *)screen;
    *view->message = '\0';
    if (s->page.focus != PAGE_BODY)
        return false;
    enum form_result result = form_type(&s->o.form, key);
    if (result != FORM_IGNORED)
        took(s, view, result);
    return result != FORM_IGNORED;
}

static bool paste(struct screen *screen, struct view *view, const char *text, size_t len)
{
    struct scr_options *s = (struct scr_options *)screen;
    enum form_result result = s->page.focus == PAGE_BODY ? form_paste(&s->o.form, text, len) : FORM_IGNORED;
    if (result == FORM_IGNORED)
        return false;
    *view->message = '\0';
    if (result == FORM_REFUSED)
        view_say(view, ROLE_WARN, _("Not all of what was pasted fits: a text has at most 64 KiB."));
    took(s, view, FORM_CHANGED);
    return true;
}

/* What moves the focus out of the form; true = done. */
static bool leaves(struct scr_options *s, struct view *view, enum action action)
{
    bool is_last = s->o.form.focus + 1 >= s->o.form.count, is_first = !s->o.form.focus;
    if (action == ACT_NEXT_PANE || (action == ACT_DOWN && is_last)) {
        go_on(s, view);
        if (action == ACT_NEXT_PANE && s->page.focus == PAGE_NEXT)
            s->page.focus = PAGE_BACK;
        return true;
    }
    if (action == ACT_PREVIOUS_PANE && !is_first) {
        move(s, view, ACT_UP, 1);
        return true;
    }
    return false;
}

static void act_on_form(struct scr_options *s, struct view *view, enum action action)
{
    enum form_result result = form_act(&s->o.form, action);
    if (result != FORM_IGNORED)
        took(s, view, result);
    else if (action == ACT_OPEN)
        open_item(s, view);
    else if (action == ACT_EDIT)
        edit(s, view);
    else if (action == ACT_DEFAULT)
        options_form_reset(&s->o, view->wizard);
    else
        move(s, view, action, 8);
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_options *s = (struct scr_options *)screen;
    enum page_focus was = s->page.focus;
    struct buf why;
    bool goes_on = action == ACT_NEXT || (action == ACT_OPEN && was == PAGE_NEXT);
    buf_init(&why, VIEW_MESSAGE_MAX - 1);
    if (was == PAGE_BODY)
        options_form_leave(&s->o);
    if (was == PAGE_BODY && leaves(s, view, action)) {
        buf_done(&why);
        return;
    }
    if (goes_on && !wizard_may_leave(view->wizard, SECTION_OPTIONS, &why))
        go_to_fault(s, view);
    buf_done(&why);
    if (page_act(&s->page, view, action)) {
        if (was == PAGE_NEXT && action == ACT_NEXT_PANE && s->page.focus == PAGE_BODY)
            s->o.form.focus = 0;
    } else if (was == PAGE_BODY)
        act_on_form(s, view, action);
}

static void enter(struct screen *screen, struct view *view)
{
    struct scr_options *s = (struct scr_options *)screen;
    options_form_load(&s->o, view->wizard);
    options_form_make(&s->o, view->wizard);
}

static const char *name(void)
{
    return section_name(SECTION_OPTIONS);
}

static const char *help(void)
{
    return _("What the spell asks, as far as it is asked with the choices made so far: when a choice changes, questions come and go, and what was typed in them "
             "comes back. Nothing has to be changed where there is a default; * marks what you changed, ^R gives the default back. A value is judged when you leave "
             "it. Choices in ( ) can't be had now; the line below says when. Passwords are not written into the answers: type them here, and they are asked again "
             "next time, or say where they are to be read from.");
}

static void done(struct screen *screen)
{
    struct scr_options *s = (struct scr_options *)screen;
    options_form_done(&s->o);
    page_done(&s->page);
    free(s);
}

static const struct screen_ops ops = {.place = PLACE_OPTIONS, .name = name, .draw = draw, .act = act, .type = type, .paste = paste, .help = help,
                                      .enter = enter, .free = done};

struct screen *scr_options_new(struct view *view)
{
    struct scr_options *s = mem_new(1, sizeof *s);
    (void)view;
    s->page.screen.ops = &ops;
    s->page.section = SECTION_OPTIONS;
    return &s->page.screen;
}
