#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "spell/translation.h"
#include "ui/finder.h"
#include "ui/page.h"
#include "ui/screens.h"
#include "ui/topology_picture.h"

#define README_BYTES_MAX ((size_t)1024 * 1024)
#define NAME_COLS_MAX 20

struct scr_topology {
    struct page page;
    size_t focus, top;
    struct finder finder;
    const struct spell *spell; /* whose topologies are shown; of the draft, set before each use */
};

static const struct topology *focused(const struct scr_topology *s)
{
    return &s->spell->topologies[s->focus];
}

static void settle(struct scr_topology *s, const struct view *view)
{
    s->spell = draft_spell(wizard_draft(view->wizard));
    if (s->spell && s->focus >= s->spell->topology_count)
        s->focus = 0;
}

/* -- the list -- */

/* What it usually takes, over all roles. */
static void tell_needs(const struct topology *topology, struct buf *hosts, struct buf *cpus, struct buf *memory)
{
    size_t count = 0, most_cpus = 0;
    uint64_t most_mb = 0;
    for (size_t i = 0; i < topology->role_count; i++) {
        const struct role *role = &topology->roles[i];
        count += role->usual;
        most_cpus = role->usual && role->cpus > most_cpus ? role->cpus : most_cpus;
        most_mb = role->usual && role->memory_mb > most_mb ? role->memory_mb : most_mb;
    }
    buf_addf(hosts, ngettext("%zu host", "%zu hosts", count), count);
    if (most_cpus)
        buf_addf(cpus, ngettext("%zu cpu", "%zu cpu", most_cpus), most_cpus);
    topology_tell_size(most_mb, memory);
}

static void draw_needs(const struct topology *topology, struct canvas *canvas, int row, int *left)
{
    struct buf texts[3];
    static const int widths[3] = {11, 9, 9};
    for (int i = 0; i < 3; i++)
        buf_init(&texts[i], 128);
    tell_needs(topology, &texts[0], &texts[1], &texts[2]);
    int col = *left = canvas->cols - 1 - widths[0] - widths[1] - widths[2];
    for (int i = 0; i < 3; i++) {
        canvas_put_in(canvas, row, col, widths[i] - 1, ROLE_TEXT, buf_text(&texts[i]));
        col += widths[i];
        buf_done(&texts[i]);
    }
}

static void draw_topology(const struct scr_topology *s, const struct view *view, struct canvas *canvas, int row, size_t index, int wide)
{
    const struct topology *t = &s->spell->topologies[index];
    bool is_chosen = strcmp(draft_topology(wizard_draft(view->wizard)), t->name) == 0;
    int left, from = 2 + wide + 2, end;
    struct buf why;
    buf_init(&why, 1024);
    canvas_put_in(canvas, row, 2, wide, ROLE_TEXT, t->name);
    if (wizard_topology_fits(view->wizard, t, &why)) {
        draw_needs(t, canvas, row, &left);
    } else {
        left = canvas->cols - 1 - text_width(buf_text(&why));
        left = left < canvas->cols / 2 ? canvas->cols / 2 : left;
        canvas_put_in(canvas, row, left, canvas->cols - left - 1, ROLE_WARN, buf_text(&why));
    }
    buf_done(&why);
    end = canvas_put_in(canvas, row, from, left - from - 1, ROLE_TEXT, spell_text(s->spell, t->title));
    if (is_chosen && end + 2 + text_width(_("chosen")) < left)
        end = canvas_put(canvas, row, end + 2, ROLE_OK, _("chosen"));
    canvas_spot(canvas, row, 0, canvas->cols, (int)index);
    if (s->focus != index)
        return;
    canvas_put(canvas, row, 0, ROLE_FOCUS, ">");
    if (s->page.focus == PAGE_BODY)
        canvas_focus(canvas, row, 2, end - 2);
}

/* -- the lower half -- */

static size_t entered(const struct view *view, const struct role *role)
{
    const struct draft *draft = wizard_draft(view->wizard);
    size_t count = 0;
    for (size_t i = 0; i < draft_host_count(draft); i++)
        count += draft_host_has_role(draft, i, role->name);
    return count;
}

static int draw_roles(const struct scr_topology *s, const struct view *view, struct canvas *canvas, int row, int last)
{
    const struct topology *t = focused(s);
    bool has_hosts = draft_host_count(wizard_draft(view->wizard)) > 0;
    int cols[] = {2, 22, 40, 48, 57, 66};
    const char *const heads[] = {_("ROLE"), _("HOSTS"), _("CPU"), _("MEMORY"), _("DISK"), _("ENTERED")};
    int columns = has_hosts && canvas->cols >= 76 ? 6 : 5;
    for (int c = 0; canvas->cols < 70 && c < 6; c++)
        cols[c] = cols[c] * canvas->cols / 70;
    for (int c = 0; c < columns && row <= last; c++)
        canvas_put_in(canvas, row, cols[c], (c < 5 ? cols[c + 1] : canvas->cols) - cols[c] - 1, ROLE_DIM, heads[c]);
    row++;
    for (size_t i = 0; i < t->role_count && row <= last; i++, row++) {
        const struct role *role = &t->roles[i];
        struct buf texts[6];
        for (int c = 0; c < 6; c++)
            buf_init(&texts[c], 256);
        size_t count = entered(view, role);
        bool is_wrong = count < role->min || (role->max && count > role->max);
        buf_adds(&texts[0], role->name);
        topology_tell_hosts(role, &texts[1]);
        if (role->cpus)
            buf_addf(&texts[2], "%u", role->cpus);
        topology_tell_size(role->memory_mb, &texts[3]);
        topology_tell_size(role->disk_mb, &texts[4]);
        buf_addf(&texts[5], is_wrong ? _("%zu, to correct") : "%zu", count);
        for (int c = 0; c < columns; c++)
            canvas_put_in(canvas, row, cols[c], (c < 5 ? cols[c + 1] : canvas->cols) - cols[c] - 1, c == 5 && is_wrong ? ROLE_WARN : ROLE_TEXT,
                          buf_text(&texts[c]));
        for (int c = 0; c < 6; c++)
            buf_done(&texts[c]);
    }
    return row;
}

static void draw_about(const struct scr_topology *s, const struct view *view, struct canvas *canvas, int top, int last)
{
    const struct topology *t = focused(s);
    char *heading = mem_printf("%s: %s", t->name, spell_text(s->spell, t->title));
    canvas_rule(canvas, top, view->look.line, heading, NULL);
    free(heading);
    int row = top + 1, table = (int)t->role_count + 1, words = t->description ? 2 : 0;
    int drawn = topology_picture(s->spell, t, &view->look, canvas, row, last - row + 1 - table - words);
    row += drawn;
    row += drawn && last - row + 1 > table + words;
    if (t->description && row <= last)
        row += canvas_wrap(canvas, row, 1, canvas->cols - 2, last - row + 1 - table > 1 ? last - row + 1 - table : 1, ROLE_TEXT,
                           spell_text(s->spell, t->description));
    row += last - row + 1 > table;
    draw_roles(s, view, canvas, row, last);
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_topology *s = (struct scr_topology *)screen;
    settle(s, view);
    s->page.picks = s->spell != NULL;
    page_draw(&s->page, view, canvas, _("What shape should the cluster have?"), _("You can come back and change it; the hosts you entered are kept."));
    if (!s->spell)
        return;
    int first = page_first(canvas), last = page_last(canvas), most = (last - first + 1) / 3, wide = 0;
    int rows = (int)s->spell->topology_count < most ? (int)s->spell->topology_count : most;
    for (size_t i = 0; i < s->spell->topology_count; i++)
        wide = text_width(s->spell->topologies[i].name) > wide ? text_width(s->spell->topologies[i].name) : wide;
    s->top = page_scroll(s->top, s->focus, s->spell->topology_count, (size_t)rows);
    for (size_t i = s->top; i < s->spell->topology_count && i < s->top + (size_t)rows; i++)
        draw_topology(s, view, canvas, first + (int)(i - s->top), i, wide > NAME_COLS_MAX ? NAME_COLS_MAX : wide);
    draw_about(s, view, canvas, first + rows + (last - first > 12), last);
    finder_draw(&s->finder, canvas, canvas->rows - 3);
}

/* -- acting -- */

static const char *text_at(const void *context, size_t index)
{
    const struct scr_topology *s = context;
    return s->spell->topologies[index].name;
}

static void show_readme(const struct scr_topology *s, struct view *view)
{
    struct err err = ERR_INIT;
    struct buf text;
    char *path = mem_printf("%s/README.md", s->spell->folder);
    if (file_read(path, README_BYTES_MAX, &text, &err))
        view_push(view, scr_text_new(view, _("README"), s->spell->name, buf_take(&text)));
    else
        view_say(view, ROLE_WARN, "%s: %s", s->spell->name, err.text);
    buf_done(&text);
    free(path);
}

static void choose(struct scr_topology *s, struct view *view)
{
    struct err err = ERR_INIT;
    struct draft *draft = wizard_draft(view->wizard);
    bool is_change = strcmp(draft_topology(draft), focused(s)->name) != 0;
    if (!wizard_choose_topology(view->wizard, focused(s)->name, &err)) {
        view_say(view, ROLE_FAIL, "%s", err.text);
        return;
    }
    page_next(&s->page, view);
    size_t hosts = draft_host_count(draft);
    if (!is_change || !hosts || view->section != SECTION_HOSTS)
        return;
    const struct judgement *j = wizard_judgement(view->wizard);
    size_t faults = judgement_count(j, PART_HOST) + judgement_count(j, PART_HOSTS);
    if (faults)
        view_say(view, ROLE_WARN, ngettext("The hosts are kept; %zu thing to correct for this topology.", "The hosts are kept; %zu things to correct for this topology.",
                                           faults), faults);
    else
        view_say(view, ROLE_OK, _("The hosts are kept, and are right for this topology."));
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_topology *s = (struct scr_topology *)screen;
    settle(s, view);
    if (s->spell && (action == ACT_NEXT || (action == ACT_OPEN && (s->page.focus == PAGE_NEXT || s->page.focus == PAGE_BODY)))) {
        choose(s, view);
    } else if (page_act(&s->page, view, action) || !s->spell) {
        return;
    } else if (finder_act(&s->finder, view, action, &s->focus, s->spell->topology_count, text_at, s)) {
        return;
    } else if (action == ACT_SOURCE) {
        show_readme(s, view);
    } else if (page_move(&s->focus, s->spell->topology_count, 8, action)) {
        s->page.focus = PAGE_BODY;
    }
}

static bool type(struct screen *screen, struct view *view, struct key key)
{
    struct scr_topology *s = (struct scr_topology *)screen;
    settle(s, view);
    return s->spell && finder_type(&s->finder, view, key, &s->focus, s->spell->topology_count, text_at, s);
}

static bool paste(struct screen *screen, struct view *view, const char *text, size_t len)
{
    (void)view;
    return finder_paste(&((struct scr_topology *)screen)->finder, text, len);
}

/* The focus stands on what is chosen. */
static void enter(struct screen *screen, struct view *view)
{
    struct scr_topology *s = (struct scr_topology *)screen;
    settle(s, view);
    s->page.focus = PAGE_BODY;
    for (size_t i = 0; s->spell && i < s->spell->topology_count; i++)
        if (strcmp(s->spell->topologies[i].name, draft_topology(wizard_draft(view->wizard))) == 0)
            s->focus = i;
}

static void click(struct screen *screen, struct view *view, int spot)
{
    struct scr_topology *s = (struct scr_topology *)screen;
    (void)view;
    if (page_click(&s->page, spot))
        return;
    s->page.focus = PAGE_BODY;
    s->focus = (size_t)spot;
}

static const char *name(void)
{
    return section_name(SECTION_TOPOLOGY);
}

static const char *help(void)
{
    return _("A topology says which roles hosts have and how many of each there must be. Enter chooses the one in focus and goes on. What hosts were entered stays when "
             "it is changed; where they don't fit, the line says why, and Hosts shows what is to be corrected. HOSTS counts what is usual; how many there may be stands "
             "behind it, in brackets. CPU, MEMORY and DISK are per host.");
}

static void done(struct screen *screen)
{
    page_done((struct page *)screen);
    finder_done(&((struct scr_topology *)screen)->finder);
    free(screen);
}

static const struct screen_ops ops = {.place = PLACE_CHOOSE, .name = name, .draw = draw, .act = act, .type = type, .paste = paste, .click = click, .enter = enter,
                                      .help = help, .free = done};

struct screen *scr_topology_new(struct view *view)
{
    struct scr_topology *s = mem_new(1, sizeof *s);
    (void)view;
    s->page.screen.ops = &ops;
    s->page.section = SECTION_TOPOLOGY;
    return &s->page.screen;
}
