/* Typing into the table of hosts: cells, the text to be found, the name of a file. */
#include "ui/hosts_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "spell/inventory.h"
#include "ui/screens.h"

/* -- cells -- */

static const char *cell_text(const struct hosts_page *p, const struct view *view)
{
    size_t index;
    if (hosts_focused(p, view, &index))
        return draft_host(hosts_draft(view), index)->cells[p->cell];
    return p->row ? "" : draft_ssh(hosts_draft(view), p->cell);
}

void hosts_edit_cell(struct hosts_page *p, struct view *view)
{
    if (p->row > draft_host_count(hosts_draft(view))) {
        hosts_append(p, view);
        return;
    }
    if (!p->row && p->cell < CELL_USER) {
        view_say(view, ROLE_WARN, _("From USER on a value can count for all; the rest is each host's own."));
        return;
    }
    size_t index;
    p->is_proposal = p->cell == CELL_ROLES && !p->is_settled && hosts_focused(p, view, &index) && draft_host(hosts_draft(view), index)->id == p->fresh;
    p->is_settled |= p->is_proposal;
    field_set(&p->field, cell_text(p, view));
    p->mode = HOSTS_CELL;
}

/* A letter of the operator's takes the place of what was proposed; a blank adds another role to it. */
static void end_proposal(struct hosts_page *p, bool is_letter)
{
    if (p->is_proposal && is_letter)
        field_set(&p->field, "");
    p->is_proposal = false;
}

void hosts_keep_cell(struct hosts_page *p, struct view *view)
{
    struct draft *draft = hosts_draft(view);
    size_t index;
    unsigned before = draft_version(draft);
    if (p->mode != HOSTS_CELL)
        return;
    p->mode = HOSTS_TABLE;
    if (hosts_focused(p, view, &index))
        draft_host_type(draft, index, p->cell, field_text(&p->field));
    else if (!p->row)
        draft_set_ssh(draft, p->cell, field_text(&p->field));
    if (draft_version(draft) != before)
        wizard_touch(view->wizard);
}

static void give_up_cell(struct hosts_page *p, struct view *view)
{
    size_t index;
    p->mode = HOSTS_TABLE;
    if (hosts_focused(p, view, &index) && draft_host(hosts_draft(view), index)->id == p->fresh && !*draft_host(hosts_draft(view), index)->cells[CELL_NAME] &&
        !*draft_host(hosts_draft(view), index)->cells[CELL_ADDRESS])
        hosts_leave_row(p, view);
}

/* Enter: the next cell, and into it when it is one that must be typed. */
static void advance(struct hosts_page *p, struct view *view)
{
    hosts_keep_cell(p, view);
    if (p->cell + 1 < DRAFT_CELLS)
        p->cell++;
    if (p->row && p->cell == CELL_ADDRESS && !*cell_text(p, view))
        hosts_edit_cell(p, view);
}

static void tab(struct hosts_page *p, struct view *view, int by)
{
    int cell = (int)p->cell + by;
    hosts_keep_cell(p, view);
    if (cell < (p->row ? 0 : CELL_USER) || cell >= DRAFT_CELLS)
        return;
    p->cell = (enum draft_cell)cell;
    hosts_edit_cell(p, view);
}

/* Those keys that mean the same in text as elsewhere. */
static bool is_everywhere(struct key key)
{
    return key.code == UI_KEY_CHAR && key.is_ctrl && strchr("cgltz", (int)key.ch) != NULL;
}

static bool type_cell(struct hosts_page *p, struct view *view, struct key key)
{
    size_t last = draft_host_count(hosts_draft(view)) + 1;
    if (is_everywhere(key))
        return false;
    if (key.code == UI_KEY_CHAR && key.is_ctrl && (key.ch == 'n' || key.ch == 'p')) {
        hosts_keep_cell(p, view);
        return false;
    }
    switch (key.code) {
    case UI_KEY_ENTER:
        advance(p, view);
        break;
    case UI_KEY_ESC:
        give_up_cell(p, view);
        break;
    case UI_KEY_TAB:
        tab(p, view, 1);
        break;
    case UI_KEY_BACKTAB:
        tab(p, view, -1);
        break;
    case UI_KEY_UP:
        hosts_keep_cell(p, view);
        hosts_go(p, view, p->row ? p->row - 1 : 0);
        break;
    case UI_KEY_DOWN:
        hosts_keep_cell(p, view);
        hosts_go(p, view, p->row < last ? p->row + 1 : last);
        break;
    default:
        end_proposal(p, key.code == UI_KEY_CHAR && !key.is_ctrl && key.ch != ' ' && key.ch != ',');
        field_key(&p->field, key);
    }
    return true;
}

/* -- finding -- */

void hosts_ask_pattern(struct hosts_page *p)
{
    p->mode = HOSTS_FIND;
    field_set(&p->field, "");
}

static bool has_pattern(const struct draft_host *host, const char *pattern)
{
    for (int c = 0; c < DRAFT_CELLS; c++)
        if (strcasestr(host->cells[c], pattern))
            return true;
    return false;
}

void hosts_find(struct hosts_page *p, struct view *view, bool backward)
{
    const struct draft *draft = hosts_draft(view);
    size_t count = draft_host_count(draft), at;
    if (!p->pattern || !*p->pattern || !count)
        return;
    if (!hosts_focused(p, view, &at))
        at = backward ? 0 : count - 1;
    for (size_t n = 0; n < count; n++) {
        at = backward ? (at + count - 1) % count : (at + 1) % count;
        if (has_pattern(draft_host(draft, at), p->pattern)) {
            hosts_go(p, view, at + 1);
            return;
        }
    }
    view_say(view, ROLE_WARN, _("No host has \"%s\"."), p->pattern);
}

static bool type_pattern(struct hosts_page *p, struct view *view, struct key key)
{
    if (is_everywhere(key))
        return false;
    if (key.code == UI_KEY_ESC) {
        p->mode = HOSTS_TABLE;
    } else if (key.code == UI_KEY_ENTER) {
        p->mode = HOSTS_TABLE;
        free(p->pattern);
        p->pattern = mem_strdup(field_text(&p->field));
        hosts_find(p, view, false);
    } else {
        field_key(&p->field, key);
    }
    return true;
}

/* -- importing a file -- */

void hosts_ask_file(struct hosts_page *p)
{
    p->mode = HOSTS_FILE;
    path_field_set(&p->path, p->file ? p->file : "");
}

static void open_file(struct hosts_page *p, struct view *view)
{
    struct err err = ERR_INIT;
    struct buf bytes;
    free(p->file_fault);
    p->file_fault = NULL;
    free(p->file);
    p->file = mem_strdup(field_text(&p->path.field));
    char *path = file_expand(p->file);
    if (!*path)
        p->file_fault = mem_strdup(_("The name of a file is wanted here."));
    else if (file_read(path, INVENTORY_BYTES_MAX, &bytes, &err)) {
        p->mode = HOSTS_TABLE;
        view_push(view, scr_import_new(view, p->file, buf_text(&bytes), bytes.len));
        buf_done(&bytes);
    } else {
        p->file_fault = mem_strdup(err.text);
        buf_done(&bytes);
    }
    free(path);
}

static bool type_file(struct hosts_page *p, struct view *view, struct key key)
{
    if (is_everywhere(key))
        return false;
    if (key.code == UI_KEY_ESC) {
        p->mode = HOSTS_TABLE;
        free(p->file_fault);
        p->file_fault = NULL;
    } else if (key.code == UI_KEY_ENTER) {
        open_file(p, view);
    } else {
        path_field_key(&p->path, key);
    }
    return true;
}

bool hosts_type(struct screen *screen, struct view *view, struct key key)
{
    struct hosts_page *p = (struct hosts_page *)screen;
    if (p->mode == HOSTS_TABLE)
        return false;
    *view->message = '\0';
    if (p->mode == HOSTS_CELL)
        return type_cell(p, view, key);
    return p->mode == HOSTS_FIND ? type_pattern(p, view, key) : type_file(p, view, key);
}

/* -- pasting -- */

/* Is it more than one line, or several words? */
static bool is_table(const char *text, size_t len, bool words_count)
{
    bool has_word = false, is_between = true, has_line = false;
    for (size_t i = 0; i < len; i++) {
        bool is_end = text[i] == '\n' || text[i] == '\r', is_blank = is_end || text[i] == ' ' || text[i] == '\t';
        if (is_end) {
            has_line |= has_word;
        } else if (!is_blank) {
            if (has_line || (words_count && has_word && is_between))
                return true;
            has_word = true;
        }
        is_between = is_blank;
    }
    return false;
}

static void paste_line(struct hosts_page *p, struct view *view, const char *text, size_t len)
{
    end_proposal(p, p->mode == HOSTS_CELL);
    if (!field_paste(p->mode == HOSTS_FILE ? &p->path.field : &p->field, text, len))
        view_say(view, ROLE_WARN, _("What was pasted is too long for this field: its end is not there."));
}

bool hosts_paste(struct screen *screen, struct view *view, const char *text, size_t len)
{
    struct hosts_page *p = (struct hosts_page *)screen;
    *view->message = '\0';
    if (p->mode == HOSTS_FIND || p->mode == HOSTS_FILE) {
        paste_line(p, view, text, len);
        return true;
    }
    if (is_table(text, len, p->mode == HOSTS_TABLE)) {
        view_push(view, scr_import_new(view, "", text, len));
        return true;
    }
    p->page.focus = PAGE_BODY;
    if (p->mode == HOSTS_TABLE) {
        hosts_edit_cell(p, view);
        if (p->mode == HOSTS_CELL)
            field_set(&p->field, "");
    }
    if (p->mode == HOSTS_CELL)
        paste_line(p, view, text, len);
    return true;
}
