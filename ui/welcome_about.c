/* The lower half of Welcome. */
#include "ui/welcome.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "model/fold.h"
#include "wizard/past.h"

/* Rows from row to last of the canvas, filled from above. */
struct room {
    struct canvas *canvas;
    int row, last;
};

static void put(struct room *room, enum text_role role, const char *text)
{
    if (room->row <= room->last)
        room->row += canvas_wrap(room->canvas, room->row, 1, room->canvas->cols - 2, room->last - room->row + 1, role, text);
}

static void gap(struct room *room)
{
    room->row += room->last - room->row > 3;
}

/* Its answers are read when the focus comes to it, not at each frame. */
static void look_at_run(struct scr_welcome *s, const struct view *view, size_t run)
{
    if (s->about_run == run)
        return;
    struct strv names = {0};
    struct buf text;
    buf_init(&text, 4096);
    wizard_run_hosts(view->wizard, run, &names);
    fold_names((const char *const *)names.items, names.count, &text);
    free(s->about_hosts);
    s->about_hosts = buf_take(&text);
    s->about_host_count = names.count;
    s->about_run = run;
    strv_done(&names);
}

static void put_run(struct scr_welcome *s, const struct view *view, struct room *room, size_t index)
{
    const struct run_meta *run = wizard_run(view->wizard, index);
    struct buf text;
    buf_init(&text, 4096);
    look_at_run(s, view, index);
    buf_addf(&text, "%s, %s", run->spell ? run->spell : "?", run->topology ? run->topology : "?");
    if (s->about_host_count)
        buf_addf(&text, ngettext(", %zu host: %s", ", %zu hosts: %s", s->about_host_count), s->about_host_count, s->about_hosts);
    put(room, ROLE_TEXT, buf_text(&text));
    buf_clear(&text);
    buf_adds(&text, _("Started "));
    past_ago(run->started_ms, view->now_ms, &text);
    if (run->ended_ms > run->started_ms) {
        char a[LOOK_TIME_MAX];
        buf_addf(&text, _(", took %s"), look_duration(run->ended_ms - run->started_ms, a));
    }
    buf_addf(&text, _("; run %s"), run->id);
    put(room, ROLE_TEXT, buf_text(&text));
    buf_done(&text);
}

static void put_resume(struct scr_welcome *s, const struct view *view, struct room *room)
{
    put_run(s, view, room, s->rows[s->focus].run);
    gap(room);
    put(room, ROLE_TEXT, _("Steps that had been started went on without kwiz. It asks every host what was really done, then goes on with the rest; what "
                           "failed is tried again, and nothing that was done is done twice."));
    gap(room);
    put(room, ROLE_TEXT, _("Enter goes to the button; the button goes on with the run. New leaves it as it is."));
}

static void put_reset(struct scr_welcome *s, const struct view *view, struct room *room)
{
    size_t run = s->rows[s->focus].run;
    if (run != SIZE_MAX)
        put_run(s, view, room, run);
    else if (s->resets)
        put(room, ROLE_TEXT, s->is_open ? _("Choose the cluster.") : _("Enter lists the clusters."));
    gap(room);
    put(room, ROLE_TEXT, _("Reset takes back, on each host, what the steps of an installation did, in reverse order, with the answers of that run. Hosts are "
                           "reached first and the plan is shown; then the cluster's name is asked for."));
}

static void put_errors(const struct scr_welcome *s, struct room *room)
{
    size_t left = s->errors.count + s->errors.dropped;
    for (size_t i = 0; i < s->errors.count; i++) {
        char text[ERR_TEXT_MAX + ERR_FILE_MAX + 32];
        if (room->row == room->last && left > 1) {
            canvas_putf(room->canvas, room->row++, 1, ROLE_DIM, ngettext("and %zu more", "and %zu more", left), left);
            return;
        }
        err_format(&s->errors.items[i], text, sizeof text);
        put(room, ROLE_FAIL, text);
        left--;
    }
}

/* A field of one line. */
static void put_field(const struct scr_welcome *s, const struct field *field, const char *label, struct room *room)
{
    struct canvas *canvas = room->canvas;
    int col = canvas_put(canvas, room->row, 1, ROLE_TEXT, label) + 1, width = canvas->cols - col - 3;
    canvas_put(canvas, room->row, col, ROLE_TEXT, "[");
    canvas_put(canvas, room->row, col + 1 + width, ROLE_TEXT, "]");
    if (s->is_typing) {
        field_draw(field, canvas, room->row, col + 1, width);
        canvas_focus(canvas, canvas->cursor_row, canvas->cursor_col, 1);
    } else {
        field_draw_at_rest(field, canvas, room->row, col + 1, width);
    }
    room->row++;
}

static void put_answers(struct scr_welcome *s, struct room *room)
{
    put_field(s, &s->file.field, _("File"), room);
    if (s->file.names.count)
        room->row += path_field_draw_names(&s->file, room->canvas, room->row, room->last - room->row + 1);
    else if (s->errors.count && s->from == WELCOME_ANSWERS)
        put_errors(s, room);
    if (s->errors.count || s->file.names.count)
        return;
    gap(room);
    put(room, ROLE_TEXT, s->is_typing ? _("Enter opens it, Tab completes the name, Esc leaves the field.") : _("Enter goes to the field."));
    gap(room);
    put(room, ROLE_TEXT, _("All that is wrong in it is listed with line and column. What is right is filled in, and kwiz goes on to the first page that "
                           "lacks something."));
}

static void put_action(struct scr_welcome *s, const struct view *view, struct room *room)
{
    const struct wizard_act *act = &s->acts[s->rows[s->focus].run];
    char *question = wizard_act_question(act), *file = mem_printf(_("Answers file: %s"), wizard_run(view->wizard, act->run)->answers_file);
    put(room, ROLE_TEXT, act->title);
    put(room, ROLE_TEXT, file);
    gap(room);
    if (question) {
        put(room, ROLE_TEXT, question);
        put_field(s, &s->words, ">", room);
        gap(room);
        put(room, ROLE_TEXT, s->is_typing ? _("Enter goes to the button, Esc leaves the field.") : _("Enter goes to the field."));
    }
    put(room, ROLE_TEXT, _("The button leaves these pages; you are asked once more before anything is done. What it changes is written into the answers file "
                           "once all went well."));
    free(question);
    free(file);
}

static void put_new(const struct view *view, struct room *room)
{
    size_t hosts = draft_host_count(wizard_draft(view->wizard));
    put(room, ROLE_TEXT, _("Ten short pages: what to install, its shape, the hosts, how to reach them, whether they fit, options, and the whole plan to read "
                           "before it runs. Back is always possible, and keeps what was entered."));
    gap(room);
    if (hosts)
        put(room, ROLE_TEXT, _("What was entered so far is kept."));
    put(room, ROLE_TEXT, _("Wanted: the addresses of your hosts, and a way to log in there by SSH. Answers can be saved on Review and run again by kwiz run."));
}

void welcome_draw_about(struct scr_welcome *s, struct view *view, struct canvas *canvas, int top, int last)
{
    enum welcome_kind kind = s->rows[s->focus].kind;
    struct room room = {canvas, top + 1, last};
    const char *const headings[] = {_("Resume"), _("New"), _("Reset"), _("Reset"), _("Actions"), _("Actions"), _("Answers"), _("Language")};
    canvas_rule(canvas, top, view->look.line, headings[kind], NULL);
    if (s->errors.count && s->from == WELCOME_RESET && (kind == WELCOME_RESET || kind == WELCOME_RESET_RUN)) {
        put_errors(s, &room);
        return;
    }
    switch (kind) {
    case WELCOME_RESUME:
        put_resume(s, view, &room);
        break;
    case WELCOME_NEW:
        put_new(view, &room);
        break;
    case WELCOME_RESET:
    case WELCOME_RESET_RUN:
        put_reset(s, view, &room);
        break;
    case WELCOME_ACTIONS:
        put(&room, ROLE_TEXT, s->lists_acts ? _("Choose what is to be done.") : _("Enter lists what the spells of installed clusters can do."));
        break;
    case WELCOME_ACTION:
        put_action(s, view, &room);
        break;
    case WELCOME_ANSWERS:
        put_answers(s, &room);
        break;
    case WELCOME_LANGUAGE:
        put(&room, ROLE_TEXT, _("Left and Right change it at once, for kwiz and for spells that are translated. Names of steps, checks and files stay as they are."));
        break;
    }
}
