/* Save the answers in a file whose name is asked for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/page.h"
#include "ui/path_field.h"
#include "ui/screens.h"

struct scr_save {
    struct screen screen;
    bool quits; /* when it is saved */
    struct path_field path;
    char *fault;      /* owned: stands under the field; NULL = none */
    char *asked_path; /* owned: the operator was told that it is there already */
};

static bool is_hidden(const void *context, enum action action)
{
    (void)context;
    return action == ACT_OPEN || action == ACT_NEXT_PANE;
}

static void draw_small(const struct scr_save *s, struct canvas *canvas)
{
    canvas_put(canvas, 0, 0, ROLE_TEXT, _("Save the answers in:"));
    if (s->fault)
        canvas_wrap(canvas, 2, 0, canvas->cols, canvas->rows - 2, ROLE_FAIL, s->fault);
    field_draw(&s->path.field, canvas, canvas->rows > 1 ? 1 : 0, 0, canvas->cols);
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_save *s = (struct scr_save *)screen;
    if (canvas->rows < VIEW_ROWS_MIN || canvas->cols < VIEW_COLS_MIN) {
        draw_small(s, canvas);
        return;
    }
    int top = canvas->rows - 11;
    for (int row = top; row < canvas->rows; row++)
        canvas_fill(canvas, row, 0, canvas->cols, ROLE_TEXT, " ");
    canvas_rule(canvas, top, view->look.double_line, s->quits ? _("Save the answers and quit") : _("Save the answers"), NULL);
    canvas_wrap(canvas, top + 1, 1, canvas->cols - 2, 2, ROLE_TEXT, _("Secrets are not written, only where they come from. kwiz run FILE runs it without questions."));
    canvas_put(canvas, top + 3, 0, ROLE_FOCUS, ">");
    int col = canvas_put(canvas, top + 3, 2, ROLE_TEXT, _("File")) + 1, width = canvas->cols - col - 3;
    canvas_put(canvas, top + 3, col, ROLE_TEXT, "[");
    canvas_put(canvas, top + 3, col + 1 + width, ROLE_TEXT, "]");
    if (s->path.names.count)
        path_field_draw_names(&s->path, canvas, top + 4, 3);
    else if (s->fault)
        canvas_wrap(canvas, top + 4, col, canvas->cols - col - 1, 3, ROLE_FAIL, s->fault);
    canvas_put_in(canvas, top + 7, 1, canvas->cols - 2, ROLE_TEXT, _("Enter saves, Tab completes the name, Esc closes."));
    canvas_rule(canvas, top + 8, view->look.double_line, NULL, NULL);
    keymap_line(canvas, canvas->rows - 1, PLACE_BAND, is_hidden, NULL);
    field_draw(&s->path.field, canvas, top + 3, col + 1, width);
    canvas_focus(canvas, canvas->cursor_row, canvas->cursor_col, 1);
}

static void complain(struct scr_save *s, char *text)
{
    free(s->fault);
    s->fault = text;
}

/* May it be written: nobody else's file is there, or the operator has been told so. */
static bool may_write(struct scr_save *s, const struct view *view, const char *path)
{
    if (!wizard_would_overwrite(view->wizard, path) || (s->asked_path && strcmp(s->asked_path, path) == 0))
        return true;
    free(s->asked_path);
    s->asked_path = mem_strdup(path);
    complain(s, mem_printf(_("There is a file of that name, which was neither opened nor saved here. Enter once more writes over it.")));
    return false;
}

static void save(struct scr_save *s, struct view *view)
{
    struct err err = ERR_INIT;
    const struct wizard_actions *actions = view->wizard_actions;
    if (!*field_text(&s->path.field)) {
        complain(s, mem_strdup(_("Type the name of a file.")));
        return;
    }
    char *path = file_expand(field_text(&s->path.field));
    if (!may_write(s, view, path)) {
        free(path);
        return;
    }
    bool ok = wizard_save(view->wizard, path, &err), quits = s->quits;
    if (!ok) {
        complain(s, mem_strdup(err.text));
    } else {
        view_pop(view); /* s is gone */
        view_say(view, ROLE_OK, _("Saved in %s."), path);
        if (quits)
            actions->quit(actions->context);
    }
    free(path);
}

static bool type(struct screen *screen, struct view *view, struct key key)
{
    struct scr_save *s = (struct scr_save *)screen;
    if (key.code == UI_KEY_ENTER) {
        save(s, view);
        return true;
    }
    if (key.code == UI_KEY_ESC || !path_field_key(&s->path, key))
        return false;
    complain(s, NULL);
    return true;
}

static bool paste(struct screen *screen, struct view *view, const char *text, size_t len)
{
    (void)view;
    field_paste(&((struct scr_save *)screen)->path.field, text, len);
    return true;
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    (void)screen;
    if (action == ACT_CLOSE || action == ACT_QUIT || action == ACT_BREAK)
        view_pop(view);
}

static const char *name(void)
{
    return _("Save");
}

static const char *help(void)
{
    return _("The answers go into this file, finished or not: Answers on Welcome opens it again, kwiz run runs it. A file that was neither opened nor saved here is "
             "written over only when Enter is pressed twice.");
}

static void done(struct screen *screen)
{
    struct scr_save *s = (struct scr_save *)screen;
    path_field_done(&s->path);
    free(s->fault);
    free(s->asked_path);
    free(s);
}

static const struct screen_ops ops = {.place = PLACE_BAND, .is_dialog = true, .name = name, .draw = draw, .act = act, .type = type, .paste = paste,
                                      .help = help, .free = done};

struct screen *scr_save_new(struct view *view, bool quits)
{
    struct scr_save *s = mem_new(1, sizeof *s);
    char *path = wizard_path(view->wizard);
    s->screen.ops = &ops;
    s->quits = quits;
    path_field_set(&s->path, path);
    free(path);
    return &s->screen;
}
