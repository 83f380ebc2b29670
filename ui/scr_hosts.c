/* Hosts: the table of machines. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/hosts_page.h"
#include "ui/screens.h"

struct draft *hosts_draft(const struct view *view)
{
    return wizard_draft(view->wizard);
}

bool hosts_focused(const struct hosts_page *p, const struct view *view, size_t *index)
{
    *index = p->row - 1;
    return p->row && p->row <= draft_host_count(hosts_draft(view));
}

void hosts_settle(struct hosts_page *p, const struct view *view)
{
    size_t last = draft_host_count(hosts_draft(view)) + 1;
    p->row = p->row < last ? p->row : last;
}

void hosts_show(struct view *view, size_t host)
{
    struct hosts_page *p = (struct hosts_page *)view->pages[SECTION_HOSTS];
    if (!p)
        return;
    p->row = host + 1;
    p->page.focus = PAGE_BODY;
    p->mode = HOSTS_TABLE;
    hosts_settle(p, view);
}

/* -- leaving a row -- */

static bool is_blank(const struct draft_host *host)
{
    return !*host->cells[CELL_NAME] && !*host->cells[CELL_ADDRESS];
}

static void expand(struct hosts_page *p, struct view *view, size_t index)
{
    struct draft *draft = hosts_draft(view);
    struct err err = ERR_INIT;
    size_t count;
    enum draft_cell cell;
    if (!draft_host_range(draft, index, &count, &cell, &err) || count < 2)
        return; /* what is wrong stands at the cell */
    draft_host_expand(draft, index, &count, &err);
    p->row += count - 1;
    view_say(view, ROLE_TEXT, ngettext("%zu host made of the range; u makes it one line again.",
                                       "%zu hosts made of the range; u makes them one line again.", (unsigned long)count), count);
}

void hosts_leave_row(struct hosts_page *p, struct view *view)
{
    struct draft *draft = hosts_draft(view);
    size_t index;
    if (!hosts_focused(p, view, &index))
        return;
    unsigned before = draft_version(draft);
    bool is_nothing = is_blank(draft_host(draft, index)) && draft_host(draft, index)->id == p->fresh;
    if (is_nothing && before == p->fresh_version)
        draft_undo(draft); /* so that there is nothing to take back */
    else if (is_nothing)
        draft_host_delete(draft, index);
    else
        expand(p, view, index);
    p->fresh = 0;
    if (draft_version(draft) != before)
        wizard_touch(view->wizard);
}

void hosts_go(struct hosts_page *p, struct view *view, size_t row)
{
    size_t from = p->row, count = draft_host_count(hosts_draft(view));
    if (row == from)
        return;
    hosts_leave_row(p, view);
    size_t now = draft_host_count(hosts_draft(view));
    p->row = row < from ? row : row + now - count;
    hosts_settle(p, view);
}

/* -- keys -- */

/* Next was refused: the first thing in its way. */
static void go_to_fault(struct hosts_page *p, struct view *view)
{
    const struct judgement *j = wizard_judgement(view->wizard);
    for (size_t i = 0; view->section == SECTION_HOSTS && i < j->fault_count; i++) {
        const struct draft_fault *f = &j->faults[i];
        if (f->is_warning || (f->part != PART_HOST && f->part != PART_SSH))
            continue;
        p->row = f->part == PART_SSH ? 0 : f->index + 1;
        p->cell = f->cell;
        p->page.focus = PAGE_BODY;
        return;
    }
}

static void sideways(struct hosts_page *p, int by)
{
    int cell = (int)p->cell + by;
    if (cell >= 0 && cell < DRAFT_CELLS)
        p->cell = (enum draft_cell)cell;
}

static bool act_on_table(struct hosts_page *p, struct view *view, enum action action)
{
    switch (action) {
    case ACT_LEFT:
    case ACT_RIGHT:
        sideways(p, action == ACT_LEFT ? -1 : 1);
        return true;
    case ACT_OPEN:
        hosts_edit_cell(p, view);
        return true;
    case ACT_ADD:
        hosts_add_like(p, view);
        return true;
    case ACT_COPY_ROW:
        hosts_copy(p, view);
        return true;
    case ACT_DELETE:
        hosts_delete(p, view);
        return true;
    case ACT_MOVE_DOWN:
    case ACT_MOVE_UP:
        hosts_move(p, view, action == ACT_MOVE_DOWN ? 1 : -1);
        return true;
    case ACT_MARK:
        hosts_mark(p, view);
        return true;
    case ACT_UNDO:
        hosts_undo(p, view);
        return true;
    case ACT_IMPORT:
        hosts_ask_file(p);
        return true;
    case ACT_EDIT:
        hosts_edit_text(view, NULL);
        return true;
    case ACT_FIND:
        hosts_ask_pattern(p);
        return true;
    case ACT_FIND_NEXT:
    case ACT_FIND_PREVIOUS:
        hosts_find(p, view, action == ACT_FIND_PREVIOUS);
        return true;
    default:
        if (action < ACT_ROLE_1 || action > ACT_ROLE_9)
            return false;
        hosts_role(p, view, (size_t)(action - ACT_ROLE_1));
        return true;
    }
}

/* Does the action leave the page, or go to its buttons? */
static bool goes_away(enum action action)
{
    return action == ACT_NEXT || action == ACT_BACK || action == ACT_CLOSE || action == ACT_NEXT_PANE || action == ACT_PREVIOUS_PANE ||
           action == ACT_QUIT || action == ACT_IMPORT || action == ACT_EDIT;
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct hosts_page *p = (struct hosts_page *)screen;
    *view->message = '\0';
    hosts_settle(p, view);
    if (goes_away(action))
        hosts_leave_row(p, view);
    bool tries_next = action == ACT_NEXT || (action == ACT_OPEN && p->page.focus == PAGE_NEXT);
    if (page_act(&p->page, view, action)) {
        if (tries_next)
            go_to_fault(p, view);
        return;
    }
    size_t row = p->row;
    if (page_move(&row, draft_host_count(hosts_draft(view)) + 2, p->list_rows, action)) {
        p->page.focus = PAGE_BODY;
        hosts_go(p, view, row);
    } else if (p->page.focus == PAGE_BODY) {
        act_on_table(p, view, action);
    }
}

/* Spots are those of hosts_draw.c: row and cell in one number. */
static void click(struct screen *screen, struct view *view, int spot_id)
{
    struct hosts_page *p = (struct hosts_page *)screen;
    hosts_keep_cell(p, view);
    p->mode = HOSTS_TABLE;
    if (page_click(&p->page, spot_id))
        return;
    p->page.focus = PAGE_BODY;
    hosts_go(p, view, (size_t)(spot_id / DRAFT_CELLS));
    p->cell = (enum draft_cell)(spot_id % DRAFT_CELLS);
}

static void enter(struct screen *screen, struct view *view)
{
    hosts_settle((struct hosts_page *)screen, view);
}

static const char *name(void)
{
    return section_name(SECTION_HOSTS);
}

static const char *help(void)
{
    return _("A host has a name (its node's name later), an address, and at least one role. Enter edits the cell in focus, Enter again keeps it, Esc gives "
             "it its old value; the role of a new host is proposed, and letters take its place. USER@ADDRESS in the address is both. A range in name and address stands for as many hosts as soon as the line is left: kub-node-[1-3], 10.1.4.[36-38]. "
             "What is left empty under USER, JUMP, PORT, IDENTITY and BECOME comes from the line (all hosts), then from ~/.ssh/config. Several lines "
             "can be pasted: NAME ADDRESS ROLES [USER] [JUMP], an Ansible inventory, or CSV; they are shown before they go into the table. "
             "JUMP is [user@]host[:port], several with commas between, or none. BECOME is sudo or none.");
}

static void done(struct screen *screen)
{
    struct hosts_page *p = (struct hosts_page *)screen;
    page_done(&p->page);
    marks_clear(&p->marks);
    field_done(&p->field);
    path_field_done(&p->path);
    free(p->pattern);
    free(p->file);
    free(p->file_fault);
    free(p);
}

static const struct screen_ops ops = {.place = PLACE_HOSTS, .name = name, .draw = hosts_draw, .act = act, .type = hosts_type, .paste = hosts_paste, .click = click,
                                      .help = help, .enter = enter, .free = done};

struct screen *scr_hosts_new(struct view *view)
{
    struct hosts_page *p = mem_new(1, sizeof *p);
    (void)view;
    p->page.screen.ops = &ops;
    p->page.section = SECTION_HOSTS;
    p->row = 1;
    p->field.max = DRAFT_CELL_BYTES_MAX;
    return &p->page.screen;
}
