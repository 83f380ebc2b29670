#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "spell/translation.h"
#include "ui/finder.h"
#include "ui/page.h"
#include "ui/screens.h"
#include "wizard/past.h"

#define README_BYTES_MAX ((size_t)1024 * 1024)
#define NAME_COLS_MAX 24

struct scr_spell {
    struct page page;
    size_t focus, count; /* of wizard_spell */
    size_t top;          /* first line in sight, headings counted */
    struct finder finder;
    struct view *view;   /* for the finder's texts, while a key is dealt with */
};

static const struct wizard_spell *spell_at(const struct view *view, size_t index)
{
    return wizard_spell(view->wizard, index);
}

/* -- the list: spells under the headings of their categories -- */

static const char *category_of(const struct wizard_spell *s)
{
    return s->spell ? s->spell->category : "\n"; /* no category is called so */
}

static char *heading(const struct wizard_spell *s)
{
    if (!s->spell)
        return mem_strdup(_("With errors"));
    if (strcmp(s->spell->category, "kubernetes") == 0)
        return mem_strdup(_("Kubernetes on your hosts"));
    if (strcmp(s->spell->category, "examples") == 0)
        return mem_strdup(_("Examples"));
    return mem_strdup(*s->spell->category ? s->spell->category : _("Others"));
}

static bool begins_group(const struct view *view, size_t index)
{
    return !index || strcmp(category_of(spell_at(view, index)), category_of(spell_at(view, index - 1))) != 0;
}

/* Lines of the list above the spell of that index. */
static size_t line_of(const struct view *view, size_t index)
{
    size_t line = 0;
    for (size_t i = 0; i <= index; i++)
        line += (i < index) + (begins_group(view, i) ? 1u + (i > 0) : 0u);
    return line;
}

static void draw_spell(const struct scr_spell *s, const struct view *view, struct canvas *canvas, int row, size_t index, int wide)
{
    const struct wizard_spell *w = spell_at(view, index);
    bool is_chosen = w->spell && draft_spell(wizard_draft(view->wizard)) == w->spell;
    int from = 4 + wide + 2, end;
    canvas_put_in(canvas, row, 4, wide, w->spell ? ROLE_TEXT : ROLE_DIM, w->name);
    if (w->spell) {
        int left = canvas->cols - 1;
        if (is_chosen)
            left = canvas_put_right(canvas, row, canvas->cols - 1, ROLE_OK, _("chosen")) - 2;
        end = canvas_put_in(canvas, row, from, left - from, ROLE_TEXT, spell_text(w->spell, w->spell->title));
    } else {
        size_t errors = w->errors.count + w->errors.dropped;
        char *text = mem_printf(ngettext("%zu error, Enter shows it", "%zu errors, Enter shows them", errors), errors);
        end = canvas_put_in(canvas, row, from, canvas->cols - from - 1, ROLE_DIM, text);
        free(text);
    }
    canvas_spot(canvas, row, 0, canvas->cols, (int)index);
    if (s->focus != index)
        return;
    canvas_put(canvas, row, 0, ROLE_FOCUS, ">");
    if (s->page.focus == PAGE_BODY)
        canvas_focus(canvas, row, 4, end - 4);
}

static void draw_list(struct scr_spell *s, const struct view *view, struct canvas *canvas, int first, int rows)
{
    int wide = 0;
    for (size_t i = 0; i < s->count; i++)
        wide = text_width(spell_at(view, i)->name) > wide ? text_width(spell_at(view, i)->name) : wide;
    wide = wide > NAME_COLS_MAX ? NAME_COLS_MAX : wide;
    size_t all = line_of(view, s->count - 1) + 1, at = line_of(view, s->focus);
    s->top = page_scroll(s->top, begins_group(view, s->focus) && at < s->top + (size_t)rows && at ? at - 1 : at, all, (size_t)rows);
    s->top = page_scroll(s->top, at, all, (size_t)rows);
    for (size_t i = 0; i < s->count; i++) {
        size_t line = line_of(view, i);
        if (begins_group(view, i) && line >= 1 && line - 1 >= s->top && line - 1 < s->top + (size_t)rows) {
            char *text = heading(spell_at(view, i));
            canvas_put_in(canvas, first + (int)(line - 1 - s->top), 2, canvas->cols - 3, ROLE_DIM, text);
            free(text);
        }
        if (line >= s->top && line < s->top + (size_t)rows)
            draw_spell(s, view, canvas, first + (int)(line - s->top), i, wide);
    }
}

/* -- the lower half -- */

static int put(struct canvas *canvas, int row, int last, enum text_role role, const char *text)
{
    return row > last ? row : row + canvas_wrap(canvas, row, 1, canvas->cols - 2, last - row + 1, role, text);
}

static void tell_counts(const struct spell *spell, struct buf *out)
{
    buf_addf(out, ngettext("%zu topology", "%zu topologies", spell->topology_count), spell->topology_count);
    buf_addf(out, ngettext(", %zu question", ", %zu questions", spell->question_count), spell->question_count);
    buf_addf(out, ngettext(", %zu requirement", ", %zu requirements", spell->requirement_count), spell->requirement_count);
    buf_addf(out, ngettext(", %zu step", ", %zu steps", spell->step_count), spell->step_count);
}

static void tell_last_use(const struct view *view, const struct spell *spell, struct buf *out)
{
    for (size_t i = 0; i < wizard_run_count(view->wizard); i++) {
        const struct run_meta *run = wizard_run(view->wizard, i);
        if (!run->spell || strcmp(run->spell, spell->name) != 0)
            continue;
        buf_addf(out, _("Last used for %s: "), run->cluster ? run->cluster : run->id);
        past_tell(run, view->now_ms, out);
        if (run->exit_status == 0 && run->ended_ms > run->started_ms) {
            char a[LOOK_TIME_MAX];
            buf_addf(out, _(", in %s"), look_duration(run->ended_ms - run->started_ms, a));
        }
        return;
    }
    buf_adds(out, _("Never used from this machine."));
}

static int draw_spell_about(const struct view *view, struct canvas *canvas, const struct wizard_spell *w, int row, int last)
{
    struct buf text;
    buf_init(&text, 4096);
    row = put(canvas, row, last, ROLE_TEXT, spell_text(w->spell, w->spell->description));
    row += last - row > 6;
    tell_counts(w->spell, &text);
    row = put(canvas, row, last, ROLE_TEXT, buf_text(&text));
    buf_clear(&text);
    tell_last_use(view, w->spell, &text);
    row = put(canvas, row, last, ROLE_TEXT, buf_text(&text));
    buf_done(&text);
    return row;
}

static int draw_errors(const struct view *view, struct canvas *canvas, const struct wizard_spell *w, int row, int last)
{
    (void)view;
    for (size_t i = 0; i < w->errors.count && row <= last; i++) {
        char text[ERR_TEXT_MAX + ERR_FILE_MAX + 32];
        err_format(&w->errors.items[i], text, sizeof text);
        row = put(canvas, row, last, ROLE_FAIL, text);
    }
    return row;
}

static void draw_about(const struct scr_spell *s, const struct view *view, struct canvas *canvas, int top, int last)
{
    const struct wizard_spell *w = spell_at(view, s->focus);
    char *heading = w->spell && *w->spell->version ? mem_printf("%s %s", w->name, w->spell->version) : mem_strdup(w->name);
    canvas_rule(canvas, top, view->look.line, heading, NULL);
    free(heading);
    struct strv folders = {0};
    wizard_spell_folders(view->wizard, &folders);
    char *where = mem_printf(_("It lies in %s"), w->folder), *joined = strv_join(&folders, ", ");
    char *searched = mem_printf(_("Searched: %s"), joined);
    bool has_room = last - top > 7;
    int row = (w->spell ? draw_spell_about : draw_errors)(view, canvas, w, top + 1, last - 1 - has_room);
    row += last - row > 2;
    row = put(canvas, row, last - has_room, ROLE_TEXT, where);
    if (has_room && row <= last)
        put(canvas, last - row > 1 ? last - 1 : row, last, ROLE_DIM, searched);
    free(where);
    free(joined);
    free(searched);
    strv_done(&folders);
}

static void draw_none(const struct view *view, struct canvas *canvas, int row, int last)
{
    struct strv folders = {0};
    wizard_spell_folders(view->wizard, &folders);
    row = put(canvas, row, last, ROLE_WARN, _("There is no spell on this machine. These folders were searched:"));
    for (size_t i = 0; i < folders.count; i++)
        row = put(canvas, row, last, ROLE_TEXT, folders.items[i]);
    strv_done(&folders);
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_spell *s = (struct scr_spell *)screen;
    s->page.picks = s->count && spell_at(view, s->focus)->spell;
    page_draw(&s->page, view, canvas, _("Which installer should run? A spell is a folder of questions and shell steps."),
              _("Bundled spells have no more rights than your own; each step can be read first."));
    int first = page_first(canvas), last = page_last(canvas);
    if (!s->count) {
        draw_none(view, canvas, first, last);
        return;
    }
    size_t all = line_of(view, s->count - 1) + 1;
    int most = (last - first + 1) / 2, rows = (int)(all < (size_t)most ? all : (size_t)most);
    draw_list(s, view, canvas, first, rows);
    draw_about(s, view, canvas, first + rows + (last - first > 12), last);
    finder_draw(&s->finder, canvas, canvas->rows - 3);
}

/* -- acting -- */

static const char *text_at(const void *context, size_t index)
{
    const struct scr_spell *s = context;
    return spell_at(s->view, index)->name;
}

static void show_errors(struct view *view, const struct wizard_spell *w)
{
    struct buf out;
    buf_init(&out, README_BYTES_MAX);
    for (size_t i = 0; i < w->errors.count; i++) {
        char text[ERR_TEXT_MAX + ERR_FILE_MAX + 32];
        err_format(&w->errors.items[i], text, sizeof text);
        buf_addf(&out, "%s\n", text);
    }
    if (w->errors.dropped)
        buf_addf(&out, ngettext("and %zu more\n", "and %zu more\n", w->errors.dropped), w->errors.dropped);
    view_push(view, scr_text_new(view, _("Errors"), w->name, buf_take(&out)));
}

static void show_readme(struct view *view, const struct wizard_spell *w)
{
    struct err err = ERR_INIT;
    struct buf text;
    char *path = mem_printf("%s/README.md", w->folder);
    bool ok = file_read(path, README_BYTES_MAX, &text, &err);
    if (ok)
        view_push(view, scr_text_new(view, _("README"), w->name, buf_take(&text)));
    else
        view_say(view, ROLE_WARN, "%s: %s", w->name, err.text);
    buf_done(&text);
    free(path);
}

/* Take the spell that has the focus, and go on. */
static void choose(struct scr_spell *s, struct view *view)
{
    struct err err = ERR_INIT;
    if (!s->count) {
        page_next(&s->page, view);
        return;
    }
    const struct wizard_spell *w = spell_at(view, s->focus);
    if (!w->spell)
        show_errors(view, w);
    else if (!wizard_choose_spell(view->wizard, s->focus, &err))
        view_say(view, ROLE_FAIL, "%s", err.text);
    else
        page_next(&s->page, view);
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_spell *s = (struct scr_spell *)screen;
    s->view = view;
    if (action == ACT_NEXT || (action == ACT_OPEN && (s->page.focus == PAGE_NEXT || s->page.focus == PAGE_BODY))) {
        choose(s, view);
    } else if (page_act(&s->page, view, action)) {
        return;
    } else if (!s->count || finder_act(&s->finder, view, action, &s->focus, s->count, text_at, s)) {
        return;
    } else if (action == ACT_SOURCE) {
        const struct wizard_spell *w = spell_at(view, s->focus);
        (w->spell ? show_readme : show_errors)(view, w);
    } else if (page_move(&s->focus, s->count, 8, action)) {
        s->page.focus = PAGE_BODY;
    }
}

static bool type(struct screen *screen, struct view *view, struct key key)
{
    struct scr_spell *s = (struct scr_spell *)screen;
    s->view = view;
    return finder_type(&s->finder, view, key, &s->focus, s->count, text_at, s);
}

static bool paste(struct screen *screen, struct view *view, const char *text, size_t len)
{
    (void)view;
    return finder_paste(&((struct scr_spell *)screen)->finder, text, len);
}

/* The focus stands on what is chosen. */
static void enter(struct screen *screen, struct view *view)
{
    struct scr_spell *s = (struct scr_spell *)screen;
    const struct spell *chosen = draft_spell(wizard_draft(view->wizard));
    s->page.focus = PAGE_BODY;
    s->count = wizard_spell_count(view->wizard);
    for (size_t i = 0; i < s->count; i++)
        if (chosen && spell_at(view, i)->spell == chosen)
            s->focus = i;
}

static void click(struct screen *screen, struct view *view, int spot)
{
    struct scr_spell *s = (struct scr_spell *)screen;
    (void)view;
    if (page_click(&s->page, spot))
        return;
    s->page.focus = PAGE_BODY;
    s->focus = (size_t)spot;
}

static const char *name(void)
{
    return section_name(SECTION_SPELL);
}

static const char *help(void)
{
    return _("A spell is a folder with what is asked, what hosts must be like and the shell scripts that run on them; kwiz-spell(5) describes it. Enter chooses "
             "the one in focus and goes on. o opens its README. One with errors can't be chosen: Enter or o lists them all. Another spell may be chosen later: "
             "hosts and answers stay.");
}

static void done(struct screen *screen)
{
    page_done((struct page *)screen);
    finder_done(&((struct scr_spell *)screen)->finder);
    free(screen);
}

static const struct screen_ops ops = {.place = PLACE_CHOOSE, .name = name, .draw = draw, .act = act, .type = type, .paste = paste, .click = click, .enter = enter,
                                      .help = help, .free = done};

struct screen *scr_spell_new(struct view *view)
{
    struct scr_spell *s = mem_new(1, sizeof *s);
    (void)view;
    s->page.screen.ops = &ops;
    s->page.section = SECTION_SPELL;
    return &s->page.screen;
}
