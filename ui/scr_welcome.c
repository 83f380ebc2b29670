#include "ui/welcome.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/language.h"
#include "base/mem.h"
#include "ui/screens.h"
#include "wizard/past.h"

static const char *const languages[WELCOME_LANGUAGES] = {"en", "ru", "de"};

const char *welcome_language_name(size_t index)
{
    static const char *const names[WELCOME_LANGUAGES] = {"English", "\u0420\u0443\u0441\u0441\u043a\u0438\u0439", "Deutsch"};
    return names[index];
}

static size_t language_now(void)
{
    struct strv wanted = {0};
    size_t found = 0;
    language_wanted(&wanted);
    for (size_t i = wanted.count; i-- > 0;)
        for (size_t l = 0; l < WELCOME_LANGUAGES; l++)
            found = strcmp(wanted.items[i], languages[l]) == 0 ? l : found;
    strv_done(&wanted);
    return found;
}

/* -- rows -- */

static void add_row(struct scr_welcome *s, enum welcome_kind kind, size_t run)
{
    s->rows = mem_grow(s->rows, s->row_count + 1, sizeof *s->rows);
    s->rows[s->row_count++] = (struct welcome_row){kind, run};
}

static void make_rows(struct scr_welcome *s, struct view *view)
{
    size_t runs = wizard_run_count(view->wizard), first = SIZE_MAX;
    s->row_count = s->resets = 0;
    for (size_t i = 0; i < runs; i++)
        if (wizard_can_resume(view->wizard, i))
            add_row(s, WELCOME_RESUME, i);
    add_row(s, WELCOME_NEW, SIZE_MAX);
    for (size_t i = 0; i < runs; i++)
        if (wizard_can_reset(view->wizard, i)) {
            first = first == SIZE_MAX ? i : first;
            s->resets++;
        }
    add_row(s, WELCOME_RESET, s->resets == 1 ? first : SIZE_MAX);
    for (size_t i = 0; s->is_open && s->resets > 1 && i < runs; i++)
        if (wizard_can_reset(view->wizard, i))
            add_row(s, WELCOME_RESET_RUN, i);
    wizard_acts_done(&s->acts, s->act_count);
    s->act_count = view->wizard_actions->act ? wizard_acts(view->wizard, &s->acts) : 0;
    if (s->act_count)
        add_row(s, WELCOME_ACTIONS, SIZE_MAX);
    for (size_t i = 0; s->lists_acts && i < s->act_count; i++)
        add_row(s, WELCOME_ACTION, i);
    add_row(s, WELCOME_ANSWERS, SIZE_MAX);
    if (view->wizard_actions->speak)
        add_row(s, WELCOME_LANGUAGE, SIZE_MAX);
}

static const struct welcome_row *focused(const struct scr_welcome *s)
{
    return &s->rows[s->focus];
}

static const char *label_of(enum welcome_kind kind)
{
    static const char *const labels[] = {N_("Resume"), N_("New"), N_("Reset"), "", N_("Actions"), "", N_("Answers"), N_("Language")};
    return *labels[kind] ? _(labels[kind]) : "";
}

static void tell_run(const struct view *view, size_t index, struct buf *out)
{
    const struct run_meta *run = wizard_run(view->wizard, index);
    buf_addf(out, "%s, ", run->cluster ? run->cluster : run->id);
    past_tell(run, view->now_ms, out);
}

static void tell_row(const struct scr_welcome *s, const struct view *view, const struct welcome_row *row, struct buf *out)
{
    switch (row->kind) {
    case WELCOME_RESUME:
    case WELCOME_RESET_RUN:
        tell_run(view, row->run, out);
        break;
    case WELCOME_NEW:
        buf_adds(out, draft_host_count(wizard_draft(view->wizard)) ? _("go on with what was entered") : _("install a cluster"));
        break;
    case WELCOME_RESET:
        if (!s->resets)
            buf_adds(out, _("not now: no installation from here is left to take back"));
        else if (s->resets > 1)
            buf_addf(out, ngettext("take back what was installed: %zu cluster", "take back what was installed: %zu clusters", s->resets), s->resets);
        else
            tell_run(view, row->run, out);
        break;
    case WELCOME_ACTIONS:
        buf_adds(out, _("do something else with what is installed"));
        break;
    case WELCOME_ACTION:
        buf_addf(out, "%s, %s: %s", wizard_run(view->wizard, s->acts[row->run].run)->cluster, s->acts[row->run].name, s->acts[row->run].title);
        break;
    case WELCOME_ANSWERS:
        buf_adds(out, _("open an answers file and look it through before anything runs"));
        break;
    case WELCOME_LANGUAGE:
        buf_addf(out, "< %s >", welcome_language_name(s->language));
        break;
    }
}

static const char *text_at(const void *context, size_t index)
{
    const struct scr_welcome *s = context;
    return label_of(s->rows[index].kind);
}

/* -- drawing -- */

static void draw_row(const struct scr_welcome *s, const struct view *view, struct canvas *canvas, int row, size_t index)
{
    const struct welcome_row *r = &s->rows[index];
    int wide = 0, col = r->kind == WELCOME_RESET_RUN || r->kind == WELCOME_ACTION ? 4 : 2;
    bool is_off = r->kind == WELCOME_RESET && !s->resets, has_focus = s->focus == index && s->page.focus == PAGE_BODY;
    for (int k = 0; k <= WELCOME_LANGUAGE; k++)
        wide = text_width(label_of((enum welcome_kind)k)) > wide ? text_width(label_of((enum welcome_kind)k)) : wide;
    struct buf text;
    buf_init(&text, 1024);
    tell_row(s, view, r, &text);
    canvas_put(canvas, row, col, is_off ? ROLE_DIM : ROLE_TEXT, label_of(r->kind));
    int from = 2 + wide + 3, width = canvas->cols - from - 1;
    int end = canvas_put_in(canvas, row, from, width, is_off ? ROLE_DIM : r->kind == WELCOME_RESUME ? ROLE_WARN : ROLE_TEXT, buf_text(&text));
    buf_done(&text);
    canvas_spot(canvas, row, 0, canvas->cols, (int)index);
    if (s->focus == index)
        canvas_put(canvas, row, 0, ROLE_FOCUS, ">");
    if (has_focus)
        canvas_focus(canvas, row, col, end - col);
}

static void set_next(struct scr_welcome *s, const struct view *view)
{
    const struct welcome_row *row = focused(s);
    char *label = NULL;
    if (row->kind == WELCOME_RESUME) {
        const struct run_meta *run = wizard_run(view->wizard, row->run);
        label = mem_printf(_("Go on with %s"), run->cluster ? run->cluster : run->id);
    } else if (s->was_read && s->errors.count) {
        label = mem_printf(_("Next: %s"), section_name(wizard_first_lacking(view->wizard)));
    } else if (row->kind == WELCOME_ACTION) {
        label = mem_printf(_("Go on with %s"), s->acts[row->run].name);
    } else if (row->kind == WELCOME_ANSWERS) {
        label = mem_strdup(_("Open the file"));
    } else if (row->kind == WELCOME_RESET || row->kind == WELCOME_RESET_RUN) {
        label = mem_printf(_("Next: %s"), section_name(SECTION_ACCESS));
    }
    page_set_next(&s->page, label);
    free(label);
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_welcome *s = (struct scr_welcome *)screen;
    set_next(s, view);
    page_draw(&s->page, view, canvas, _("Kubernetes on machines you own, over SSH. What do you want to do?"),
              _("Nothing is installed before you press Start on Review."));
    int first = page_first(canvas), last = page_last(canvas), most = (last - first + 1) / 2;
    bool has_gap = (int)s->row_count + 1 <= most;
    int height = (int)s->row_count < most ? (int)s->row_count : most, row = first;
    s->top = page_scroll(s->top, s->focus, s->row_count, (size_t)height);
    for (size_t i = s->top; i < s->row_count && i < s->top + (size_t)height; i++, row++) {
        row += has_gap && s->rows[i].kind == WELCOME_LANGUAGE;
        draw_row(s, view, canvas, row, i);
    }
    welcome_draw_about(s, view, canvas, row + (last - row > 8), last);
    finder_draw(&s->finder, canvas, canvas->rows - 3);
}

/* -- acting -- */

static void forget_opened(struct scr_welcome *s)
{
    err_list_done(&s->errors);
    s->errors = (struct err_list){0};
    s->was_read = false;
}

/* What was entered and is in no file goes only when it was said before. */
static bool may_replace(struct scr_welcome *s, struct view *view)
{
    unsigned version = draft_version(wizard_draft(view->wizard));
    size_t hosts, options;
    if (wizard_is_saved(view->wizard) || (s->was_asked && s->asked_version == version))
        return true;
    s->was_asked = true;
    s->asked_version = version;
    wizard_entered(view->wizard, &hosts, &options);
    view_say(view, ROLE_WARN, _("Hosts: %zu, options: %zu, and not in a file. Once more: they go. q can save them."), hosts, options);
    return false;
}

static void after_opening(struct scr_welcome *s, struct view *view, enum welcome_kind from, const char *what)
{
    s->from = from;
    s->is_typing = false;
    if (s->errors.count) {
        s->page.focus = PAGE_NEXT;
        view_say(view, ROLE_WARN, ngettext("%s has %zu error; what could be read is filled in.", "%s has %zu errors; what could be read is filled in.",
                                           s->errors.count + s->errors.dropped), what, s->errors.count + s->errors.dropped);
        return;
    }
    size_t hosts = draft_host_count(wizard_draft(view->wizard));
    view_go(view, wizard_first_lacking(view->wizard));
    view_say(view, ROLE_TEXT, ngettext("Filled in from %s: %zu host.", "Filled in from %s: %zu hosts.", hosts), what, hosts);
}

static void open_file(struct scr_welcome *s, struct view *view)
{
    if (!*field_text(&s->file.field)) {
        view_say(view, ROLE_TEXT, _("Type the name of the file; Tab completes it."));
        return;
    }
    if (!may_replace(s, view))
        return;
    forget_opened(s);
    char *path = file_expand(field_text(&s->file.field));
    s->was_read = wizard_open(view->wizard, path, &s->errors);
    free(path);
    s->from = WELCOME_ANSWERS;
    make_rows(s, view);
    if (s->was_read)
        after_opening(s, view, WELCOME_ANSWERS, field_text(&s->file.field));
    else
        view_say(view, ROLE_FAIL, _("Nothing could be taken from it."));
}

static void open_reset(struct scr_welcome *s, struct view *view, size_t run)
{
    if (!may_replace(s, view))
        return;
    forget_opened(s);
    s->was_read = wizard_open_run(view->wizard, run, &s->errors);
    s->from = WELCOME_RESET;
    if (!s->was_read) {
        view_say(view, ROLE_FAIL, _("The answers of that run can't be read."));
        return;
    }
    wizard_set_reset(view->wizard, true);
    after_opening(s, view, WELCOME_RESET, wizard_run(view->wizard, run)->cluster);
}

/* The page goes, and `kwiz action` asks on the terminal whether to begin. */
static void begin_action(struct scr_welcome *s, struct view *view)
{
    const struct wizard_act *act = &s->acts[focused(s)->run];
    struct strv words = {0};
    const char *fault = wizard_act_words(act, s->words_act == focused(s)->run ? field_text(&s->words) : "", &words);
    if (fault)
        view_say(view, ROLE_WARN, "%s", fault);
    else if (may_replace(s, view))
        view->wizard_actions->act(view->wizard_actions->context, act->name, wizard_run(view->wizard, act->run)->answers_file, &words);
    strv_done(&words);
}

static void speak(struct scr_welcome *s, struct view *view, int by)
{
    struct err err = ERR_INIT;
    size_t language = (s->language + WELCOME_LANGUAGES + (size_t)by) % WELCOME_LANGUAGES;
    if (view->wizard_actions->speak(view->wizard_actions->context, languages[language], &err))
        s->language = language;
    else
        view_say(view, ROLE_FAIL, "%s", err.text);
}

/* What cannot be taken back by looking (a run that goes on) is pressed on its button. */
static void choose(struct scr_welcome *s, struct view *view)
{
    const struct welcome_row *row = focused(s);
    switch (row->kind) {
    case WELCOME_RESUME:
        s->page.focus = PAGE_NEXT;
        break;
    case WELCOME_RESET:
        if (!s->resets) {
            view_say(view, ROLE_WARN, _("Nothing that kwiz installed from this machine is left to take back."));
        } else if (s->resets > 1) {
            s->is_open = !s->is_open;
            make_rows(s, view);
        } else {
            open_reset(s, view, row->run);
        }
        break;
    case WELCOME_RESET_RUN:
        open_reset(s, view, row->run);
        break;
    case WELCOME_ACTIONS:
        s->lists_acts = !s->lists_acts;
        make_rows(s, view);
        break;
    case WELCOME_ACTION:
        if (s->acts[row->run].targets == TARGETS_NONE && !s->acts[row->run].changes)
            s->page.focus = PAGE_NEXT;
        else
            s->is_typing = true;
        if (s->words_act != row->run)
            field_set(&s->words, "");
        s->words_act = row->run;
        break;
    case WELCOME_ANSWERS:
        s->is_typing = true;
        break;
    case WELCOME_LANGUAGE:
        speak(s, view, 1);
        break;
    case WELCOME_NEW:
        wizard_set_reset(view->wizard, false);
        page_next(&s->page, view);
        break;
    }
}

/* The button Next, and ^N. */
static void next(struct scr_welcome *s, struct view *view, bool is_button)
{
    const struct welcome_row *row = focused(s);
    if (row->kind == WELCOME_RESUME && is_button)
        view->wizard_actions->resume(view->wizard_actions->context, wizard_run(view->wizard, row->run)->id);
    else if (row->kind == WELCOME_ACTION && is_button)
        begin_action(s, view);
    else if (s->was_read && s->errors.count && row->kind != WELCOME_RESUME)
        view_go(view, wizard_first_lacking(view->wizard));
    else if (row->kind == WELCOME_ANSWERS && *field_text(&s->file.field))
        open_file(s, view);
    else if (row->kind == WELCOME_LANGUAGE)
        page_next(&s->page, view);
    else {
        s->page.focus = PAGE_BODY;
        choose(s, view);
    }
}

static void fold(struct scr_welcome *s, struct view *view, bool opens)
{
    const struct welcome_row *row = focused(s);
    if (row->kind == WELCOME_LANGUAGE) {
        speak(s, view, opens ? 1 : -1);
    } else if (row->kind == WELCOME_ACTIONS || row->kind == WELCOME_ACTION) {
        while (focused(s)->kind == WELCOME_ACTION)
            s->focus--;
        s->lists_acts = opens;
        make_rows(s, view);
    } else if ((row->kind == WELCOME_RESET || row->kind == WELCOME_RESET_RUN) && s->resets > 1) {
        while (focused(s)->kind == WELCOME_RESET_RUN)
            s->focus--;
        s->is_open = opens;
        make_rows(s, view);
    }
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_welcome *s = (struct scr_welcome *)screen;
    bool is_body = s->page.focus == PAGE_BODY;
    if (action == ACT_NEXT || (action == ACT_OPEN && s->page.focus == PAGE_NEXT)) {
        next(s, view, action == ACT_OPEN);
    } else if (page_act(&s->page, view, action)) {
        return;
    } else if (finder_act(&s->finder, view, action, &s->focus, s->row_count, text_at, s)) {
        return;
    } else if (is_body && (action == ACT_LEFT || action == ACT_RIGHT)) {
        fold(s, view, action == ACT_RIGHT);
    } else if (is_body && action == ACT_OPEN) {
        choose(s, view);
    } else if (page_move(&s->focus, s->row_count, 8, action)) {
        s->is_typing = false;
        s->page.focus = PAGE_BODY;
    }
}

static bool type(struct screen *screen, struct view *view, struct key key)
{
    struct scr_welcome *s = (struct scr_welcome *)screen;
    if (finder_type(&s->finder, view, key, &s->focus, s->row_count, text_at, s))
        return true;
    if (!s->is_typing)
        return false;
    bool is_words = focused(s)->kind == WELCOME_ACTION;
    if (key.code == UI_KEY_ENTER && is_words) {
        s->is_typing = false;
        s->page.focus = PAGE_NEXT;
    } else if (key.code == UI_KEY_ENTER)
        open_file(s, view);
    else if (key.code == UI_KEY_ESC)
        s->is_typing = false;
    else if (is_words)
        return field_key(&s->words, key);
    else if (!path_field_key(&s->file, key))
        return false;
    else
        forget_opened(s);
    return true;
}

static bool paste(struct screen *screen, struct view *view, const char *text, size_t len)
{
    struct scr_welcome *s = (struct scr_welcome *)screen;
    (void)view;
    if (finder_paste(&s->finder, text, len))
        return true;
    if (focused(s)->kind == WELCOME_ACTION && s->is_typing)
        return field_paste(&s->words, text, len) || true;
    if (focused(s)->kind != WELCOME_ANSWERS)
        return false;
    s->is_typing = true;
    field_paste(&s->file.field, text, len);
    return true;
}

static void enter(struct screen *screen, struct view *view)
{
    struct scr_welcome *s = (struct scr_welcome *)screen;
    view->returns_to = SECTION_NONE;
    s->page.focus = PAGE_BODY;
    make_rows(s, view);
    s->focus = s->focus < s->row_count ? s->focus : s->row_count - 1;
}

static void click(struct screen *screen, struct view *view, int spot)
{
    struct scr_welcome *s = (struct scr_welcome *)screen;
    (void)view;
    s->is_typing = false;
    if (page_click(&s->page, spot))
        return;
    s->page.focus = PAGE_BODY;
    s->focus = (size_t)spot;
}

static const char *name(void)
{
    return section_name(SECTION_WELCOME);
}

static const char *help(void)
{
    return _("Resume goes on with a run that has not ended: kwiz asks every host what was really done there. New begins a cluster. Reset takes back what "
             "an earlier run installed; the hosts are shown and the cluster's name is asked before anything happens. Answers opens a file that was saved "
             "on Review, or written by hand; what is wrong in it is told with line and column, and what is right is filled in.");
}

static void done(struct screen *screen)
{
    struct scr_welcome *s = (struct scr_welcome *)screen;
    page_done(&s->page);
    path_field_done(&s->file);
    field_done(&s->words);
    wizard_acts_done(&s->acts, s->act_count);
    err_list_done(&s->errors);
    finder_done(&s->finder);
    free(s->about_hosts);
    free(s->rows);
    free(s);
}

static const struct screen_ops ops = {.place = PLACE_CHOOSE, .name = name, .draw = draw, .act = act, .type = type, .paste = paste, .click = click, .enter = enter,
                                      .help = help, .free = done};

struct screen *scr_welcome_new(struct view *view)
{
    struct scr_welcome *s = mem_new(1, sizeof *s);
    s->page.screen.ops = &ops;
    s->page.section = SECTION_WELCOME;
    s->page.picks = true;
    s->about_run = SIZE_MAX;
    s->language = language_now();
    make_rows(s, view);
    return &s->page.screen;
}
