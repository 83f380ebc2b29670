/* Quit the wizard: stay, save and quit, quit without saving. */
#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/page.h"
#include "ui/screens.h"

enum way { STAY, SAVE, QUIT, CHOICES };

struct scr_quit {
    struct screen screen;
    int focus;
};

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_quit *s = (struct scr_quit *)screen;
    static const char *const labels[CHOICES] = {N_("Stay"), N_("Save and quit"), N_("Quit without saving")};
    int top = canvas->rows > 9 ? canvas->rows - 9 : 0;
    for (int row = top; row < canvas->rows; row++)
        canvas_fill(canvas, row, 0, canvas->cols, ROLE_TEXT, " ");
    canvas_rule(canvas, top, view->look.double_line, _("Quit kwiz?"), NULL);
    for (int i = 0; i < CHOICES; i++) {
        struct button button = {_(labels[i]), false};
        int end = button_draw(canvas, top + 3 + i, 4, &button, s->focus == i);
        canvas_spot(canvas, top + 3 + i, 4, end - 4, i);
    }
}

static void press(struct scr_quit *s, struct view *view)
{
    struct err err = ERR_INIT;
    const struct ui_wizard_actions *actions = view->wizard_actions;
    if (s->focus == STAY) {
        view_pop(view);
        return;
    }
    if (s->focus == SAVE) {
        char *path = wizard_path(view->wizard);
        bool ok = wizard_save(view->wizard, path, &err);
        free(path);
        if (!ok) {
            view_say(view, ROLE_FAIL, "%s", err.text);
            return;
        }
    }
    actions->quit(actions->context);
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_quit *s = (struct scr_quit *)screen;
    size_t focus = (size_t)s->focus;
    if (action == ACT_OPEN)
        press(s, view);
    else if (action == ACT_CLOSE || action == ACT_QUIT)
        view_pop(view);
    else if (page_move(&focus, CHOICES, CHOICES, action))
        s->focus = (int)focus;
}

static void click(struct screen *screen, struct view *view, int choice)
{
    (void)view;
    ((struct scr_quit *)screen)->focus = choice;
}

static const char *name(void)
{
    return _("Quit");
}

static const char *help(void)
{
    return _("Nothing is lost by quitting after saving: kwiz opens the answers file again.");
}

static void done(struct screen *screen)
{
    free(screen);
}

static const struct screen_ops ops = {
    .place = PLACE_DIALOG, .is_dialog = true, .name = name, .draw = draw, .act = act, .help = help, .free = done,
    .click = click};

struct screen *scr_quit_new(struct view *view)
{
    struct scr_quit *s = mem_new(1, sizeof *s);
    (void)view;
    s->screen.ops = &ops;
    return &s->screen;
}
