#include "ui/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/screens.h"

#define FIRST_ROW 4

static struct screen *(*const makers[SECTIONS])(struct view *view) = {
    [SECTION_WELCOME] = scr_welcome_new,
    [SECTION_SPELL] = scr_spell_new,
    [SECTION_TOPOLOGY] = scr_topology_new,
    [SECTION_HOSTS] = scr_hosts_new,
    [SECTION_ACCESS] = scr_access_new,
    [SECTION_REQUIREMENTS] = scr_requirements_new,
    [SECTION_OPTIONS] = scr_options_new,
    [SECTION_REVIEW] = scr_review_new,
};

struct screen *page_new(struct view *view, enum section section)
{
    return makers[section](view);
}

void page_done(struct page *page)
{
    free(page->next);
}

int page_first(const struct canvas *canvas)
{
    (void)canvas;
    return FIRST_ROW;
}

int page_last(const struct canvas *canvas)
{
    return canvas->rows - 4;
}

/* -- buttons -- */

int button_width(const struct button *button)
{
    return text_width(button->label) + 4;
}

int button_draw(struct canvas *canvas, int row, int col, const struct button *button, bool has_focus)
{
    int end = canvas_putf(canvas, row, col, button->is_off ? ROLE_DIM : ROLE_BUTTON, button->is_off ? "( %s )" : "[ %s ]", button->label);
    if (has_focus)
        canvas_focus(canvas, row, col, end - col);
    return end;
}

void buttons_draw(struct canvas *canvas, int row, const struct button *buttons, int count, int focus)
{
    int col = canvas->cols - 1;
    for (int i = count - 1; i > 0; i--) {
        col -= button_width(&buttons[i]);
        button_draw(canvas, row, col, &buttons[i], focus == i);
        col -= 2;
    }
    if (count)
        button_draw(canvas, row, 2, &buttons[0], focus == 0);
}

/* -- drawing -- */

static char *subject_of(const struct view *view)
{
    const struct draft *draft = wizard_draft(view->wizard);
    const struct spell *spell = draft_spell(draft);
    const struct topology *topology = spell ? spell_topology(spell, draft_topology(draft)) : NULL;
    if (!spell || view->section <= SECTION_SPELL)
        return mem_strdup("");
    if (!topology || view->section <= SECTION_TOPOLOGY)
        return mem_strdup(spell->name);
    return mem_printf("%s, %s", spell->name, topology->name);
}

/* Row 22 and the button from one reading. Figures in a sentence that was said once would be old as soon as a host answers. label: malloc'd. */
static bool can_go_on(const struct page *page, const struct view *view, struct canvas *canvas, char **label)
{
    struct buf why;
    buf_init(&why, VIEW_MESSAGE_MAX);
    enum section to = wizard_onward(view->wizard, page->section, view->returns_to, &why);
    bool may = to != SECTION_NONE || (page->section == SECTION_REVIEW && !why.len);
    if (page->is_refused && why.len && !*view->message)
        canvas_put_in(canvas, canvas->rows - 3, 1, canvas->cols - 2, ROLE_WARN, buf_text(&why));
    else
        view_message(view, canvas, canvas->rows - 3);
    if (to == SECTION_NONE)
        to = view->returns_to != SECTION_NONE ? view->returns_to : wizard_next(view->wizard, page->section);
    *label = page->next ? mem_strdup(page->next) : mem_printf(_("Next: %s"), section_name(to));
    buf_done(&why);
    return may;
}

static bool is_hidden(const void *context, enum action action)
{
    const struct page *page = context;
    return ((action == ACT_BACK || action == ACT_SOURCE) && page->section == SECTION_WELCOME) || (page->hides && page->hides(page, action));
}

/* A button of the page, which can be clicked. Returns the column behind it. */
static int draw_button(const struct page *page, struct canvas *canvas, int row, int col, const struct button *button, enum page_focus which)
{
    int end = button_draw(canvas, row, col, button, page->focus == which);
    canvas_spot(canvas, row, col, end - col, PAGE_SPOTS + (int)which);
    return end;
}

bool page_click(struct page *page, int spot_id)
{
    if (spot_id < PAGE_SPOTS)
        return false;
    page->focus = (enum page_focus)(spot_id - PAGE_SPOTS);
    return true;
}

void page_header(const struct view *view, struct canvas *canvas, enum section section, const char *name)
{
    char *subject = subject_of(view), *place = mem_printf(_("%d of %d"), (int)section + 1, SECTIONS);
    struct view framed = *view; /* the place is the page's */
    framed.place = place;
    view_header(&framed, canvas, name, subject);
    free(place);
    free(subject);
}

void page_draw(const struct page *page, const struct view *view, struct canvas *canvas, const char *asks, const char *why)
{
    page_header(view, canvas, page->section, section_name(page->section));
    canvas_put_in(canvas, 1, 1, canvas->cols - 2, ROLE_TEXT, asks);
    if (why)
        canvas_put_in(canvas, 2, 1, canvas->cols - 2, ROLE_TEXT, why);
    int row = canvas->rows - 2, end = canvas->cols - 1;
    char *label;
    bool may = can_go_on(page, view, canvas, &label);
    struct button back = {_("Back"), false}, extra = {page->extra, false}, next = {label, !page->picks && !may};
    int col = 2;
    if (page->section != SECTION_WELCOME)
        col = draw_button(page, canvas, row, col, &back, PAGE_BACK) + 2;
    if (page->extra)
        draw_button(page, canvas, row, col, &extra, PAGE_EXTRA);
    draw_button(page, canvas, row, end - button_width(&next), &next, PAGE_NEXT);
    keymap_line(canvas, canvas->rows - 1, page->screen.ops->place, is_hidden, page);
    free(label);
}

/* -- acting -- */

void page_set_next(struct page *page, const char *label)
{
    char *copy = label ? mem_strdup(label) : NULL;
    free(page->next);
    page->next = copy;
}

void page_next(struct page *page, struct view *view)
{
    struct buf why;
    buf_init(&why, VIEW_MESSAGE_MAX - 1);
    enum section next = wizard_next(view->wizard, page->section), goal = view->returns_to != SECTION_NONE ? view->returns_to : next;
    enum section to = wizard_onward(view->wizard, page->section, view->returns_to, &why);
    page->is_refused = to == SECTION_NONE && why.len;
    if (page->is_refused)
        *view->message = '\0';
    else if (to != SECTION_NONE) {
        if (to == goal)
            view->returns_to = SECTION_NONE;
        page->focus = PAGE_BODY;
        view_go(view, to == next ? to : goal); /* which says what is in its way, there */
    }
    buf_done(&why);
}

void page_back(struct page *page, struct view *view)
{
    enum section to = wizard_previous(view->wizard, page->section);
    page->focus = PAGE_BODY;
    if (to == SECTION_NONE)
        view_say(view, ROLE_TEXT, _("This is the first page; q quits."));
    else
        view_go(view, to);
}

static void cycle(struct page *page, int by)
{
    int at = (int)page->focus;
    do
        at = (at + by + 4) % 4;
    while ((at == PAGE_BACK && page->section == SECTION_WELCOME) || (at == PAGE_EXTRA && !page->extra));
    page->focus = (enum page_focus)at;
}

bool page_act(struct page *page, struct view *view, enum action action)
{
    page->is_refused = false;
    switch (action) {
    case ACT_NEXT:
        page_next(page, view);
        return true;
    case ACT_BACK:
    case ACT_CLOSE:
        page_back(page, view);
        return true;
    case ACT_QUIT:
        view_leave_dialog(view);
        return true;
    case ACT_NEXT_PANE:
        cycle(page, 1);
        return true;
    case ACT_PREVIOUS_PANE:
        cycle(page, -1);
        return true;
    case ACT_UP:
        if (page->focus == PAGE_BODY)
            return false;
        page->focus = PAGE_BODY;
        return true;
    case ACT_OPEN:
        if (page->focus == PAGE_NEXT)
            page_next(page, view);
        else if (page->focus == PAGE_BACK)
            page_back(page, view);
        return page->focus == PAGE_NEXT || page->focus == PAGE_BACK;
    default:
        return false;
    }
}

bool page_extra_pressed(struct page *page)
{
    bool was = page->focus == PAGE_EXTRA;
    page->focus = was ? PAGE_BODY : page->focus;
    return was;
}

/* -- lists -- */

size_t page_scroll(size_t top, size_t focus, size_t count, size_t rows)
{
    if (!rows)
        return focus;
    if (focus < top)
        top = focus;
    if (focus >= top + rows)
        top = focus - rows + 1;
    if (top && count < top + rows)
        top = count > rows ? count - rows : 0;
    return top;
}

bool page_move(size_t *focus, size_t count, size_t rows, enum action action)
{
    size_t last = count ? count - 1 : 0, by = 0;
    switch (action) {
    case ACT_UP:
    case ACT_DOWN:
        by = 1;
        break;
    case ACT_PAGE_UP:
    case ACT_PAGE_DOWN:
        by = rows > 1 ? rows - 1 : 1;
        break;
    case ACT_HALF_UP:
    case ACT_HALF_DOWN:
        by = rows > 2 ? rows / 2 : 1;
        break;
    case ACT_FIRST:
        *focus = 0;
        return true;
    case ACT_LAST:
        *focus = last;
        return true;
    default:
        return false;
    }
    if (action == ACT_UP || action == ACT_PAGE_UP || action == ACT_HALF_UP)
        *focus = *focus > by ? *focus - by : 0;
    else
        *focus = *focus + by < last ? *focus + by : last;
    return true;
}
