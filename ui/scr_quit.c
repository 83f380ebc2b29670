/* Quit the wizard: stay, save and quit, quit without saving. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/page.h"
#include "ui/screens.h"

enum way { STAY, SAVE, QUIT, CHOICES };

struct scr_quit {
    struct screen screen;
    size_t focus; /* a way */
};

static bool is_offered(const struct view *view, enum way way)
{
    return way != SAVE || !wizard_is_saved(view->wizard);
}

/* What would be lost. malloc'd. */
static char *loss(const struct view *view)
{
    size_t hosts, options;
    wizard_entered(view->wizard, &hosts, &options);
    if (wizard_is_saved(view->wizard))
        return mem_strdup(_("Nothing that was entered would be lost."));
    if (!hosts && !options)
        return mem_strdup(_("What was chosen so far is not in a file yet."));
    char *a = mem_printf(ngettext("%zu host", "%zu hosts", hosts), hosts), *b = mem_printf(ngettext("%zu option", "%zu options", options), options);
    char *both = hosts && options ? mem_printf(_("%s and %s"), a, b) : mem_strdup(hosts ? a : b);
    char *text = mem_printf(_("Entered: %s. Not all of it is in a file yet."), both);
    free(a);
    free(b);
    free(both);
    return text;
}

static char *label(const struct view *view, enum way way)
{
    if (way == STAY)
        return mem_strdup(_("Stay"));
    if (way == QUIT)
        return mem_strdup(wizard_is_saved(view->wizard) ? _("Quit") : _("Quit without saving"));
    char *path = wizard_path(view->wizard), *text = mem_printf(_("Save to %s and quit"), path);
    free(path);
    return text;
}

static const char *meaning(const struct view *view, enum way way)
{
    if (way == SAVE)
        return _("continue later: kwiz, Answers");
    return way == QUIT && !wizard_is_saved(view->wizard) ? _("what was entered is gone") : "";
}

/* The choices from row on; returns the row behind them. */
static int draw_choices(const struct scr_quit *s, const struct view *view, struct canvas *canvas, int row, int col)
{
    char *labels[CHOICES];
    int wide = 0;
    for (int w = 0; w < CHOICES; w++) {
        labels[w] = label(view, (enum way)w);
        if (is_offered(view, (enum way)w) && text_width(labels[w]) > wide)
            wide = text_width(labels[w]);
    }
    for (int w = 0; w < CHOICES; w++) {
        struct button button = {labels[w], false};
        if (!is_offered(view, (enum way)w))
            continue;
        if (s->focus == (size_t)w)
            canvas_put(canvas, row, col - 2, ROLE_FOCUS, ">");
        canvas_spot(canvas, row, col, button_width(&button), w);
        button_draw(canvas, row, col, &button, s->focus == (size_t)w);
        int from = col + wide + 6;
        if (from + text_width(meaning(view, (enum way)w)) < canvas->cols)
            canvas_put(canvas, row, from, ROLE_TEXT, meaning(view, (enum way)w));
        row++;
    }
    for (int w = 0; w < CHOICES; w++)
        free(labels[w]);
    return row;
}

/* ^C takes no decision while something would be lost. */
static bool is_hidden(const void *context, enum action action)
{
    (void)context;
    return action == ACT_BREAK;
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_quit *s = (struct scr_quit *)screen;
    char *text = loss(view);
    if (canvas->rows < VIEW_ROWS_MIN || canvas->cols < VIEW_COLS_MIN) {
        canvas_put(canvas, 0, 0, ROLE_TEXT, _("Quit kwiz?"));
        int row = draw_choices(s, view, canvas, 1, 2);
        canvas_wrap(canvas, row, 0, canvas->cols, canvas->rows - row, ROLE_TEXT, *view->message ? view->message : text);
        free(text);
        return;
    }
    int top = canvas->rows - 11;
    for (int row = top; row < canvas->rows; row++)
        canvas_fill(canvas, row, 0, canvas->cols, ROLE_TEXT, " ");
    canvas_rule(canvas, top, view->look.double_line, _("Quit kwiz?"), NULL);
    canvas_wrap(canvas, top + 1, 1, canvas->cols - 2, 2, ROLE_TEXT, text);
    draw_choices(s, view, canvas, top + 4, 4);
    canvas_rule(canvas, top + 8, view->look.double_line, NULL, NULL);
    view_message(view, canvas, top + 9);
    keymap_line(canvas, canvas->rows - 1, PLACE_DIALOG, is_hidden, NULL);
    free(text);
}

static void save(struct view *view)
{
    struct err err = ERR_INIT;
    char *path = wizard_path(view->wizard);
    if (wizard_would_overwrite(view->wizard, path))
        view_push(view, scr_save_new(view, true));
    else if (wizard_save(view->wizard, path, &err))
        view->wizard_actions->quit(view->wizard_actions->context);
    else
        view_say(view, ROLE_FAIL, "%s", err.text);
    free(path);
}

static void press(struct scr_quit *s, struct view *view)
{
    if (s->focus == STAY)
        view_pop(view);
    else if (s->focus == SAVE)
        save(view);
    else
        view->wizard_actions->quit(view->wizard_actions->context);
}

static void move(struct scr_quit *s, const struct view *view, int by)
{
    do
        s->focus = (s->focus + (size_t)(CHOICES + by)) % CHOICES;
    while (!is_offered(view, (enum way)s->focus));
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_quit *s = (struct scr_quit *)screen;
    switch (action) {
    case ACT_OPEN:
        press(s, view);
        break;
    case ACT_UP:
    case ACT_PREVIOUS_PANE:
        move(s, view, -1);
        break;
    case ACT_DOWN:
    case ACT_NEXT_PANE:
        move(s, view, 1);
        break;
    case ACT_BREAK:
        if (wizard_is_saved(view->wizard))
            view->wizard_actions->quit(view->wizard_actions->context);
        else
            view_say(view, ROLE_WARN, _("Not all of it is in a file yet: save it, or choose to quit without saving."));
        break;
    case ACT_CLOSE:
    case ACT_QUIT:
        view_pop(view);
        break;
    default:
        break;
    }
}

static void click(struct screen *screen, struct view *view, int way)
{
    (void)view;
    ((struct scr_quit *)screen)->focus = (size_t)way;
}

static const char *name(void)
{
    return _("Quit");
}

static const char *help(void)
{
    return _("Saving writes all that was entered, finished or not, into an answers file; Answers on Welcome opens it again, and kwiz run runs it. Secrets are not "
             "written, only where they come from. ^C pressed here quits only when nothing would be lost.");
}

static void done(struct screen *screen)
{
    free(screen);
}

static const struct screen_ops ops = {
    .place = PLACE_DIALOG, .is_dialog = true, .name = name, .draw = draw, .act = act, .click = click, .help = help, .free = done};

struct screen *scr_quit_new(struct view *view)
{
    struct scr_quit *s = mem_new(1, sizeof *s);
    *view->message = '\0';
    s->screen.ops = &ops;
    return &s->screen;
}
