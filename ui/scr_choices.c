/* The choices of one question, each with its help, or with the reason why it can't be chosen now. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/cond_words.h"
#include "spell/translation.h"
#include "ui/options_form.h"
#include "ui/page.h"
#include "ui/screens.h"

#define HELP_ROWS 3

struct scr_choices {
    struct screen screen;
    size_t question; /* its index */
    size_t focus, top;
};

static const struct wizard_question *question_of(const struct scr_choices *s, const struct view *view)
{
    const struct wizard_questions *list = wizard_questions(view->wizard);
    return s->question < list->count ? &list->items[s->question] : NULL;
}

/* What stands beside a choice; malloc'd. */
static char *remark(const struct wizard_question *q, size_t i, const struct spell *spell)
{
    const struct choice *choice = &q->question->choices[i];
    const char *help = choice->help ? spell_text(spell, choice->help) : "";
    if (q->offered[i] && q->found && q->found[i])
        return options_found(q->found[i], help);
    if (q->offered[i])
        return mem_strdup(help);
    return choice_why_not(choice, spell);
}

static int label_width(const struct wizard_question *q, const struct spell *spell, int most)
{
    int width = 0;
    for (size_t i = 0; i < q->question->choice_count; i++) {
        int w = text_width(spell_text(spell, q->question->choices[i].label));
        width = w > width ? w : width;
    }
    return width < most ? width : most;
}

/* One choice at row, cut at last; returns the rows it takes. */
static int draw_choice(const struct scr_choices *s, const struct view *view, const struct wizard_question *q, struct canvas *canvas, size_t i, int row,
                       int last)
{
    const struct spell *spell = draft_spell(wizard_draft(view->wizard));
    int width = label_width(q, spell, canvas->cols * 2 / 5), col = 6 + width + 2;
    bool is_chosen = strcmp(q->text, q->question->choices[i].value) == 0;
    enum text_role role = q->offered[i] ? ROLE_TEXT : ROLE_DIM;
    canvas_put(canvas, row, 2, role, q->offered[i] ? (is_chosen ? "[*]" : "[ ]") : (is_chosen ? "(*)" : "( )"));
    canvas_put_in(canvas, row, 6, width, role, spell_text(spell, q->question->choices[i].label));
    if (i == s->focus) {
        canvas_put(canvas, row, 0, ROLE_TEXT, ">");
        canvas_focus(canvas, row, 2, width + 4);
    }
    char *text = remark(q, i, spell);
    int rows = last - row + 1 < HELP_ROWS ? last - row + 1 : HELP_ROWS;
    int used = canvas_wrap(canvas, row, col, canvas->cols - col - 1, rows, ROLE_DIM, text);
    free(text);
    return used ? used : 1;
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_choices *s = (struct scr_choices *)screen;
    const struct wizard_question *q = question_of(s, view);
    if (!q)
        return;
    int want = (int)q->question->choice_count * 2 + 3, most = canvas->rows - 4;
    int height = want < most ? want : most, first = canvas->rows - height, last = canvas->rows - 3;
    for (int row = first; row < canvas->rows; row++)
        canvas_fill(canvas, row, 0, canvas->cols, ROLE_TEXT, " ");
    canvas_rule(canvas, first, view->look.double_line, spell_text(draft_spell(wizard_draft(view->wizard)), q->question->label), NULL);
    s->top = page_scroll(s->top, s->focus, q->question->choice_count, (size_t)(last - first) / 2);
    int row = first + 1;
    for (size_t i = s->top; i < q->question->choice_count && row <= last; i++)
        row += draw_choice(s, view, q, canvas, i, row, last);
    view_message(view, canvas, canvas->rows - 2);
    keymap_line(canvas, canvas->rows - 1, PLACE_BAND, NULL, NULL);
}

static void choose(struct scr_choices *s, struct view *view)
{
    const struct wizard_question *q = question_of(s, view);
    if (q && !q->offered[s->focus]) {
        char *why = remark(q, s->focus, draft_spell(wizard_draft(view->wizard)));
        view_say(view, ROLE_WARN, _("It can't be chosen now: %s."), why);
        free(why);
        return;
    }
    if (q)
        wizard_answer(view->wizard, s->question, q->question->choices[s->focus].value);
    view_pop(view);
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_choices *s = (struct scr_choices *)screen;
    const struct wizard_question *q = question_of(s, view);
    *view->message = '\0';
    if (action == ACT_OPEN || action == ACT_MARK)
        choose(s, view);
    else if (action == ACT_CLOSE || action == ACT_QUIT || !q)
        view_pop(view);
    else
        page_move(&s->focus, q->question->choice_count, 4, action);
}

static const char *name(void)
{
    return _("Choices");
}

static const char *help(void)
{
    return _("Enter takes the choice in focus, Esc leaves everything as it was. What stands in ( ) can't be chosen now; beside it stands when it can.");
}

static void done(struct screen *screen)
{
    free(screen);
}

static const struct screen_ops ops = {.place = PLACE_BAND, .is_dialog = true, .name = name, .draw = draw, .act = act, .help = help, .free = done};

struct screen *scr_choices_new(struct view *view, size_t question)
{
    struct scr_choices *s = mem_new(1, sizeof *s);
    s->screen.ops = &ops;
    s->question = question;
    const struct wizard_question *q = question_of(s, view);
    for (size_t i = 0; q && i < q->question->choice_count; i++)
        if (strcmp(q->question->choices[i].value, q->text) == 0)
            s->focus = i;
    return &s->screen;
}
