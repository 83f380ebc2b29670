/* The hosts page as it is seen. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/hosts_page.h"

#define GUTTER 4 /* focus, fault, mark, a blank */
#define FAULTS_MAX 8

static const char *const heads[DRAFT_CELLS] = {N_("NAME"), N_("ADDRESS"), N_("ROLES"), N_("USER"), N_("JUMP"), N_("PORT"), N_("IDENTITY"), N_("BECOME")};
static const int least[DRAFT_CELLS] = {15, 16, 15, 9, 12, 5, 14, 6};

static bool is_low(const struct canvas *canvas)
{
    return canvas->rows < 20;
}

static void fit(struct hosts_page *p, const struct draft *draft)
{
    const char *names[DRAFT_CELLS];
    if (p->is_fitted && p->fitted == draft_version(draft))
        return;
    for (int c = 0; c < DRAFT_CELLS; c++)
        names[c] = _(heads[c]);
    table_init(&p->table, names, least, DRAFT_CELLS);
    for (int c = 0; c < DRAFT_CELLS; c++) {
        for (size_t i = 0; i < draft_host_count(draft); i++)
            table_fit(&p->table, c, draft_host(draft, i)->cells[c]);
        table_fit(&p->table, c, draft_ssh(draft, (enum draft_cell)c));
    }
    table_fit(&p->table, CELL_NAME, _("(all hosts)"));
    table_fit(&p->table, CELL_NAME, _("(new host)"));
    p->fitted = draft_version(draft);
    p->is_fitted = true;
}

/* -- above the table -- */

/* A piece of text behind others, in the next row where there is no room for it. */
static void put_piece(struct canvas *canvas, int *row, int *col, int indent, enum text_role role, const char *text)
{
    if (*col > indent && *col + text_width(text) > canvas->cols - 1) {
        ++*row;
        *col = indent;
    }
    *col = canvas_put(canvas, *row, *col, role, text) + 3;
}

static void draw_needs(const struct draft *draft, struct canvas *canvas)
{
    struct draft_need needs[32];
    size_t count = draft_needs(draft, needs, 32);
    bool is_met = count > 0;
    int row = 2, col = canvas_put(canvas, row, 1, ROLE_TEXT, _("Needed:")) + 1, indent = col;
    for (size_t i = 0; i < count && row < page_first(canvas); i++) {
        struct buf text;
        buf_init(&text, 256);
        draft_need_text(&needs[i], &text);
        bool is_wrong = needs[i].state == NEED_FEW || needs[i].state == NEED_MANY;
        put_piece(canvas, &row, &col, indent, is_wrong || needs[i].state == NEED_EVEN ? ROLE_WARN : ROLE_TEXT, buf_text(&text));
        is_met = is_met && !is_wrong;
        buf_done(&text);
    }
    if (is_met && row < page_first(canvas))
        put_piece(canvas, &row, &col, indent, ROLE_OK, _("all there"));
}

/* -- rows -- */

static void draw_gutter(struct canvas *canvas, int row, bool has_focus, const struct draft_fault *fault, bool is_marked)
{
    if (has_focus)
        canvas_put(canvas, row, 0, ROLE_KEY, ">");
    if (fault)
        canvas_put(canvas, row, 1, fault->is_warning ? ROLE_WARN : ROLE_FAIL, fault->is_warning ? "!" : "x");
    if (is_marked)
        canvas_put(canvas, row, 2, ROLE_KEY, "*");
}

/* Not when a button has the focus, or something is asked for below. */
static bool has_focus_in_table(const struct hosts_page *p)
{
    return p->page.focus == PAGE_BODY && (p->mode == HOSTS_TABLE || p->mode == HOSTS_CELL);
}

static void draw_focus(struct hosts_page *p, struct canvas *canvas, int row)
{
    const struct table_column *c = &p->table.columns[p->cell];
    if (!has_focus_in_table(p))
        return;
    if (p->mode == HOSTS_CELL)
        field_draw(&p->field, canvas, row, c->col, c->width);
    else
        canvas_focus(canvas, row, c->col, c->width);
}

/* Each cell of a row can be clicked; see click() in scr_hosts.c. */
static void put_spots(const struct table *table, struct canvas *canvas, int row, size_t table_row)
{
    for (int c = 0; c < table->count; c++)
        if (table->columns[c].width)
            canvas_spot(canvas, row, table->columns[c].col, table->columns[c].width, (int)table_row * DRAFT_CELLS + c);
}

/* What counts for all hosts. */
static void draw_all(struct hosts_page *p, const struct view *view, const struct judgement *j, struct canvas *canvas, int row)
{
    const struct draft *draft = hosts_draft(view);
    const struct draft_fault *fault = NULL;
    for (int c = CELL_USER; c < DRAFT_CELLS && !fault; c++)
        fault = judgement_at(j, PART_SSH, 0, (enum draft_cell)c);
    draw_gutter(canvas, row, !p->row && has_focus_in_table(p), fault, false);
    put_spots(&p->table, canvas, row, 0);
    table_put(&p->table, canvas, row, CELL_NAME, ROLE_DIM, _("(all hosts)"));
    for (int c = CELL_USER; c < DRAFT_CELLS; c++)
        table_put(&p->table, canvas, row, c, judgement_at(j, PART_SSH, 0, (enum draft_cell)c) ? ROLE_FAIL : ROLE_TEXT, draft_ssh(draft, (enum draft_cell)c));
    if (!p->row)
        draw_focus(p, canvas, row);
}

static void draw_host(struct hosts_page *p, const struct view *view, const struct judgement *j, struct canvas *canvas, int row, size_t index)
{
    const struct draft *draft = hosts_draft(view);
    const struct draft_host *host = draft_host(draft, index);
    bool is_fresh = host->id == p->fresh, has_focus = p->row == index + 1;
    const struct draft_fault *any = is_fresh || (has_focus && p->is_range) ? NULL : judgement_host(j, index);
    draw_gutter(canvas, row, has_focus && has_focus_in_table(p), any, marks_have(&p->marks, host->id));
    put_spots(&p->table, canvas, row, index + 1);
    for (int c = 0; c < DRAFT_CELLS; c++) {
        const struct draft_fault *fault = any ? judgement_at(j, PART_HOST, index, (enum draft_cell)c) : NULL;
        const char *all = draft_ssh(draft, (enum draft_cell)c);
        if (*host->cells[c] || !*all) {
            table_put(&p->table, canvas, row, c, fault && !fault->is_warning ? ROLE_FAIL : ROLE_TEXT, host->cells[c]);
        } else {
            char *inherited = mem_printf("(%s)", all);
            table_put(&p->table, canvas, row, c, ROLE_DIM, inherited);
            free(inherited);
        }
    }
    if (has_focus)
        draw_focus(p, canvas, row);
}

/* -- faults of the row in focus -- */

struct note {
    const char *sign;
    enum text_role role;
    const char *text;
};

/* What a range in the focused row will become: told instead of faults, as the row has not been left. */
static bool pending_range(const struct hosts_page *p, const struct view *view, char **text)
{
    size_t index, count;
    enum draft_cell cell;
    struct err err = ERR_INIT;
    if (!hosts_focused(p, view, &index) || !draft_host_range(hosts_draft(view), index, &count, &cell, &err) || count < 2)
        return false;
    *text = mem_printf(ngettext("%zu host as soon as this line is left", "%zu hosts as soon as this line is left", (unsigned long)count), count);
    return true;
}

static size_t collect(const struct hosts_page *p, const struct view *view, const struct judgement *j, struct note *notes)
{
    size_t count = 0, index = 0;
    bool is_host = hosts_focused(p, view, &index);
    if ((!is_host && p->row) || (is_host && draft_host(hosts_draft(view), index)->id == p->fresh))
        return 0;
    for (int pass = 0; pass < 2; pass++) /* first of the cell in focus */
        for (size_t i = 0; i < j->fault_count && count < FAULTS_MAX; i++) {
            const struct draft_fault *f = &j->faults[i];
            if (f->part != (is_host ? PART_HOST : PART_SSH) || (is_host && f->index != index) || (f->cell == p->cell) != (pass == 0))
                continue;
            notes[count++] = f->is_warning ? (struct note){"!", ROLE_WARN, f->text} : (struct note){"x", ROLE_FAIL, f->text};
        }
    return count;
}

/* Draw them, at most rows_max rows of them. Returns rows used. */
static int draw_notes(const struct note *notes, size_t count, struct canvas *canvas, int row, int rows_max)
{
    int used = 0;
    for (size_t i = 0; i < count && used < rows_max; i++) {
        canvas_put(canvas, row + used, GUTTER, notes[i].role, notes[i].sign);
        int rows = canvas_wrap(canvas, row + used, GUTTER + 2, canvas->cols - GUTTER - 3, rows_max - used, ROLE_TEXT, notes[i].text);
        used += rows ? rows : 1;
    }
    return used;
}

static int notes_height(const struct note *notes, size_t count, int cols, int rows_max)
{
    if (!count || rows_max <= 0)
        return 0;
    struct canvas *scratch = canvas_new(rows_max, cols);
    int used = draw_notes(notes, count, scratch, 0, rows_max);
    canvas_free(&scratch);
    return used < rows_max ? used : rows_max;
}

static void draw_new(struct hosts_page *p, struct canvas *canvas, int row, size_t count)
{
    bool has_focus = p->row == count + 1;
    put_spots(&p->table, canvas, row, count + 1);
    has_focus = has_focus && has_focus_in_table(p);
    draw_gutter(canvas, row, has_focus, NULL, false);
    table_put(&p->table, canvas, row, CELL_NAME, ROLE_DIM, _("(new host)"));
    if (has_focus)
        canvas_focus(canvas, row, p->table.columns[0].col, p->table.columns[0].width);
}

static void draw_place(const struct hosts_page *p, size_t count, struct canvas *canvas, int row, size_t shown)
{
    struct buf text;
    buf_init(&text, 128);
    if (count + 1 > shown) {
        size_t last = p->top + shown < count ? p->top + shown : count;
        buf_addf(&text, _("%zu-%zu of %zu"), p->top + 1, last, count);
    }
    if (p->marks.count) {
        buf_adds(&text, text.len ? ", " : "");
        buf_addf(&text, ngettext("%zu marked", "%zu marked", (unsigned long)p->marks.count), p->marks.count);
    }
    canvas_put_right(canvas, row, canvas->cols - 1, ROLE_DIM, buf_text(&text));
    buf_done(&text);
}

/* The list between rows first and last (last: for its place, where there is room). */
static void draw_list(struct hosts_page *p, const struct view *view, const struct judgement *j, struct canvas *canvas, int first, int last)
{
    size_t count = draft_host_count(hosts_draft(view)), focus = p->row ? p->row - 1 : 0;
    struct note notes[FAULTS_MAX];
    char *range = NULL;
    size_t note_count = 1;
    p->is_range = pending_range(p, view, &range);
    if (p->is_range)
        notes[0] = (struct note){"=", ROLE_DIM, range};
    else
        note_count = collect(p, view, j, notes);
    int rows = last - first + (is_low(canvas) ? 1 : 0);
    int height = notes_height(notes, note_count, canvas->cols, rows > 3 ? rows / 2 : 1);
    size_t room = rows - height > 1 ? (size_t)(rows - height) : 1;
    p->list_rows = room;
    p->top = page_scroll(p->top, focus, count + 1, room);
    int row = first;
    if (!p->row)
        row += draw_notes(notes, note_count, canvas, row, height);
    for (size_t i = p->top; i <= count && i < p->top + room; i++) {
        if (i < count)
            draw_host(p, view, j, canvas, row, i);
        else
            draw_new(p, canvas, row, count);
        row++;
        if (p->row == i + 1)
            row += draw_notes(notes, note_count, canvas, row, height);
    }
    if (!is_low(canvas))
        draw_place(p, count, canvas, last, room);
    free(range);
}

/* -- below the table -- */

/* What is wrong with the table as a whole, and is not said by "Needed". */
static const struct draft_fault *fault_of_table(const struct judgement *j)
{
    for (size_t i = 0; i < j->fault_count; i++)
        if (j->faults[i].part == PART_HOSTS && j->faults[i].is_warning)
            return &j->faults[i];
    return NULL;
}

static int put_legend(const struct draft *draft, const struct judgement *j, struct canvas *canvas, int row)
{
    struct draft_need needs[9];
    size_t roles = draft_needs(draft, needs, 9);
    int first = row, col = canvas_put(canvas, row, 2, ROLE_TEXT, _("Roles")) + 3, indent = col;
    for (size_t i = 0; i < roles; i++) {
        char *text = mem_printf("%zu %s", i + 1, needs[i].role->name);
        put_piece(canvas, &row, &col, indent, ROLE_TEXT, text);
        free(text);
    }
    const struct draft_fault *fault = fault_of_table(j);
    struct note note = {"!", ROLE_WARN, fault ? fault->text : ""};
    if (fault)
        row += draw_notes(&note, 1, canvas, row + 1, is_low(canvas) ? 1 : 3);
    else if (!is_low(canvas))
        canvas_put_in(canvas, ++row, 2, canvas->cols - 3, ROLE_DIM, _("What is left empty comes from the line (all hosts), then from ~/.ssh/config."));
    return row - first + 1;
}

/* Where the name of a file is asked for. Returns its first row. */
static int draw_file(struct hosts_page *p, struct canvas *canvas, int last)
{
    struct note note = {"x", ROLE_FAIL, p->file_fault};
    bool has_names = !p->file_fault && p->path.names.count;
    int height = p->file_fault ? notes_height(&note, 1, canvas->cols, 3) : has_names ? 3 : 1, row = last - height - 1;
    canvas_put_in(canvas, row, 1, canvas->cols - 2, ROLE_TEXT, _("Import a file: an Ansible inventory, CSV, names of ssh_config, or lines"));
    int col = canvas_put(canvas, row + 1, 1, ROLE_KEY, "> ");
    canvas_put(canvas, row + 1, col, ROLE_TEXT, "[ ");
    canvas_put(canvas, row + 1, canvas->cols - 3, ROLE_TEXT, " ]");
    if (p->file_fault)
        draw_notes(&note, 1, canvas, row + 2, height);
    else if (has_names)
        path_field_draw_names(&p->path, canvas, row + 2, height);
    field_draw(&p->path.field, canvas, row + 1, col + 2, canvas->cols - 3 - col - 2);
    return row;
}

static int draw_bottom(struct hosts_page *p, const struct draft *draft, const struct judgement *j, struct canvas *canvas, int last)
{
    if (p->mode == HOSTS_FILE)
        return draw_file(p, canvas, last);
    struct canvas *scratch = canvas_new(16, canvas->cols);
    int height = put_legend(draft, j, scratch, 0);
    canvas_free(&scratch);
    int row = last - height + (is_low(canvas) ? 1 : 0);
    put_legend(draft, j, canvas, row);
    return row;
}

static void draw_message(struct hosts_page *p, struct view *view, struct canvas *canvas)
{
    int row = canvas->rows - 3;
    if (p->mode == HOSTS_FIND) {
        canvas_fill(canvas, row, 0, canvas->cols, ROLE_TEXT, " ");
        int col = canvas_put(canvas, row, 1, ROLE_TEXT, "/");
        field_draw(&p->field, canvas, row, col, canvas->cols - col - 1);
    } else if (!*view->message && !p->fresh && !p->is_range) {
        struct buf why;
        buf_init(&why, VIEW_MESSAGE_MAX);
        if (!wizard_may_leave(view->wizard, SECTION_HOSTS, &why))
            canvas_put_in(canvas, row, 1, canvas->cols - 2, ROLE_WARN, buf_text(&why));
        buf_done(&why);
    }
}

void hosts_draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct hosts_page *p = (struct hosts_page *)screen;
    const struct draft *draft = hosts_draft(view);
    const struct judgement *j = wizard_judgement(view->wizard);
    hosts_settle(p, view);
    page_draw(&p->page, view, canvas, _("Which machines? Add, paste or import them. Ranges: 10.1.4.[36-38]"), NULL);
    draw_needs(draft, canvas);
    fit(p, draft);
    table_lay_out(&p->table, GUTTER, canvas->cols - 1, (int)p->cell);
    int first = page_first(canvas), last = page_last(canvas);
    table_draw_heads(&p->table, canvas, first);
    int bottom = draw_bottom(p, draft, j, canvas, last);
    draw_all(p, view, j, canvas, first + 1);
    draw_list(p, view, j, canvas, first + 2, bottom - 1);
    if (p->mode != HOSTS_TABLE) {
        canvas_fill(canvas, canvas->rows - 1, 0, canvas->cols, ROLE_TEXT, " ");
        keymap_line(canvas, canvas->rows - 1, p->mode == HOSTS_CELL ? PLACE_CELL : PLACE_PROMPT, NULL, NULL);
    }
    draw_message(p, view, canvas);
}
