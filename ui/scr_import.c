/* What was understood of a text with hosts, and what was not, before any of it goes into the table. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/inventory.h"
#include "ui/hosts_page.h"
#include "ui/screens.h"

#define GUTTER 3 /* focus, sign, a blank */
#define FAULT_SPOTS 100000 /* what can be clicked: hosts from 0 on, faults from here on, buttons */
#define BUTTON_SPOTS 200000

enum part { IN_HOSTS, IN_FAULTS, IN_BUTTONS };
enum import_choice { CANCEL, EDIT_AGAIN, REPLACE, ADD };
#define BUTTONS_MAX 3
enum { NAME, ADDRESS, ROLES, USER, FROM, JUMP, PORT, COLUMNS };

struct scr_import {
    struct screen screen;
    char *name;  /* owned: of the file; "" = pasted */
    char *bytes; /* owned */
    size_t len;
    bool is_edited; /* the table as text */
    enum inventory_format format;
    struct fleet fleet;
    struct err_list errors;
    bool *are_known; /* owned: a host of that name or address stands in the table already */
    size_t known;
    struct table table;
    enum part part;
    int button;
    size_t host, host_top, fault, fault_top, list_rows;
    int column;
};

/* Told, not refused: the table says the same at the cells when they are added. */
static void find_known(struct scr_import *s, const struct draft *draft)
{
    s->known = 0;
    free(s->are_known);
    s->are_known = mem_new(s->fleet.count, sizeof *s->are_known);
    for (size_t i = 0; i < s->fleet.count && !s->is_edited; i++) {
        for (size_t k = 0; k < draft_host_count(draft) && !s->are_known[i]; k++) {
            const struct draft_host *host = draft_host(draft, k);
            s->are_known[i] = strcmp(host->cells[CELL_NAME], s->fleet.items[i].name) == 0 ||
                              strcmp(host->cells[CELL_ADDRESS], s->fleet.items[i].address) == 0;
        }
        s->known += s->are_known[i];
    }
}

static void read_text(struct scr_import *s, const struct view *view)
{
    const struct draft *draft = hosts_draft(view);
    const struct spell *spell = draft_spell(draft);
    fleet_done(&s->fleet);
    err_list_done(&s->errors);
    s->fleet = (struct fleet){0};
    s->errors = (struct err_list){0};
    inventory_read(s->format, "", s->bytes, s->len, spell, spell ? spell_topology(spell, draft_topology(draft)) : NULL, &s->fleet, &s->errors);
    find_known(s, draft);
    s->host = s->host_top = s->fault = s->fault_top = 0;
}

static size_t fault_count(const struct scr_import *s)
{
    return s->errors.count + (s->errors.dropped > 0);
}

/* -- buttons -- */

static int list_buttons(const struct scr_import *s, const struct view *view, enum import_choice choices[BUTTONS_MAX])
{
    int count = 0;
    choices[count++] = CANCEL;
    if (s->is_edited)
        choices[count++] = EDIT_AGAIN;
    if (s->is_edited || draft_host_count(hosts_draft(view)))
        choices[count++] = REPLACE;
    if (!s->is_edited)
        choices[count++] = ADD;
    return count;
}

static char *label_of(const struct scr_import *s, enum import_choice choice)
{
    size_t n = s->fleet.count;
    switch (choice) {
    case CANCEL:
        return mem_strdup(_("Cancel"));
    case EDIT_AGAIN:
        return mem_strdup(_("Edit again"));
    case REPLACE:
        return mem_strdup(_("Replace the table"));
    default:
        return mem_printf(ngettext("Add %zu host", "Add %zu hosts", (unsigned long)n), n);
    }
}

static bool is_off(const struct scr_import *s, enum import_choice choice)
{
    return (choice == REPLACE || choice == ADD) && !s->fleet.count;
}

static void draw_buttons(const struct scr_import *s, const struct view *view, struct canvas *canvas)
{
    enum import_choice choices[BUTTONS_MAX];
    struct button buttons[BUTTONS_MAX];
    char *labels[BUTTONS_MAX];
    int count = list_buttons(s, view, choices);
    for (int i = 0; i < count; i++) {
        labels[i] = label_of(s, choices[i]);
        buttons[i] = (struct button){labels[i], is_off(s, choices[i])};
    }
    buttons_draw(canvas, canvas->rows - 2, buttons, count, s->part == IN_BUTTONS ? s->button : -1);
    for (int i = count - 1, end = canvas->cols - 1; i >= 0; end -= button_width(&buttons[i]) + 2, i--)
        canvas_spot(canvas, canvas->rows - 2, i ? end - button_width(&buttons[i]) : 2, button_width(&buttons[i]), BUTTON_SPOTS + i);
    for (int i = 0; i < count; i++)
        free(labels[i]);
}

static void take(struct scr_import *s, struct view *view, bool replaces)
{
    struct draft *draft = hosts_draft(view);
    struct err err = ERR_INIT;
    size_t before = replaces ? 0 : draft_host_count(draft), count = s->fleet.count;
    bool ok = s->is_edited ? draft_hosts_retype(draft, &s->fleet, &err) : draft_hosts_add(draft, &s->fleet, replaces, &err);
    if (!ok) {
        view_say(view, ROLE_FAIL, "%s", err.text);
        return;
    }
    view_pop(view);
    hosts_show(view, before);
    view_say(view, ROLE_TEXT, ngettext("%zu host taken into the table; u takes it out again.", "%zu hosts taken into the table; u takes them out again.",
                                       (unsigned long)count), count);
    wizard_touch(view->wizard);
}

static void press(struct scr_import *s, struct view *view)
{
    enum import_choice choices[BUTTONS_MAX];
    int count = list_buttons(s, view, choices);
    enum import_choice choice = choices[s->button < count ? s->button : 0];
    if (is_off(s, choice)) {
        view_say(view, ROLE_WARN, _("No host was understood: there is nothing to take."));
    } else if (choice == CANCEL) {
        *view->message = '\0';
        view_pop(view);
    } else if (choice == EDIT_AGAIN) {
        char *text = mem_strdup(s->bytes);
        view_pop(view);
        hosts_edit_text(view, text);
        free(text);
    } else {
        take(s, view, choice == REPLACE);
    }
}

/* -- drawing -- */

static const char *format_name(enum inventory_format format)
{
    static const char *const names[INVENTORY_FORMATS] = {N_("an Ansible inventory (INI)"), N_("an Ansible inventory (YAML)"), N_("CSV"),
                                                         N_("names of ssh_config"), N_("lines: NAME ADDRESS ROLES [USER] [JUMP]")};
    return _(names[format]);
}

static void draw_head(const struct scr_import *s, struct canvas *canvas)
{
    struct buf text;
    size_t hosts = s->fleet.count, faults = s->errors.count + s->errors.dropped;
    buf_init(&text, 1024);
    if (s->is_edited)
        buf_addf(&text, _("The edited text, read as %s."), format_name(s->format));
    else if (*s->name)
        buf_addf(&text, _("Read %s as %s."), s->name, format_name(s->format));
    else
        buf_addf(&text, _("What was pasted, read as %s."), format_name(s->format));
    canvas_put_in(canvas, 1, 1, canvas->cols - 2, ROLE_TEXT, buf_text(&text));
    buf_clear(&text);
    buf_addf(&text, ngettext("%zu host understood", "%zu hosts understood", (unsigned long)hosts), hosts);
    if (faults) {
        buf_adds(&text, ", ");
        buf_addf(&text, ngettext("%zu place not", "%zu places not", (unsigned long)faults), faults);
    }
    if (s->known) {
        buf_adds(&text, "; ");
        buf_addf(&text, ngettext("%zu (!) is in the table already", "%zu (!) are in the table already", (unsigned long)s->known), s->known);
        buf_adds(&text, ".");
    }
    if (!s->known)
        buf_addf(&text, ". %s", s->is_edited ? _("The table is as it was.") : _("Nothing is in the table yet."));
    canvas_put_in(canvas, 2, 1, canvas->cols - 2, ROLE_TEXT, buf_text(&text));
    buf_done(&text);
}

/* A column's text; what must be made for it goes into made (to be freed). */
static const char *column_text(const struct host *host, int column, char **made)
{
    *made = NULL;
    switch (column) {
    case NAME:
        return host->name;
    case ADDRESS:
        return host->address;
    case USER:
        return host->user ? host->user : "";
    case JUMP:
        return host->jump ? host->jump : "";
    case ROLES:
        return *made = strv_join(&host->roles, " ");
    case PORT:
        return *made = host->port ? mem_printf("%u", host->port) : mem_strdup("");
    default:
        return *made = mem_printf(_("line %u"), host->line);
    }
}

static void fit(struct scr_import *s)
{
    static const char *const heads[COLUMNS] = {N_("NAME"), N_("ADDRESS"), N_("ROLES"), N_("USER"), N_("FROM"), N_("JUMP"), N_("PORT")};
    static const int least[COLUMNS] = {15, 16, 15, 9, 9, 12, 5};
    const char *names[COLUMNS];
    for (int c = 0; c < COLUMNS; c++)
        names[c] = _(heads[c]);
    table_init(&s->table, names, least, COLUMNS);
    for (size_t i = 0; i < s->fleet.count; i++)
        for (int c = 0; c < COLUMNS; c++) {
            char *made;
            table_fit(&s->table, c, column_text(&s->fleet.items[i], c, &made));
            free(made);
        }
}

static void draw_hosts(struct scr_import *s, struct canvas *canvas, int first, int last)
{
    size_t rows = last > first ? (size_t)(last - first) : 1;
    table_lay_out(&s->table, GUTTER, canvas->cols - 1, s->column);
    table_draw_heads(&s->table, canvas, first);
    s->list_rows = rows;
    s->host_top = page_scroll(s->host_top, s->host, s->fleet.count, rows);
    for (size_t i = s->host_top; i < s->fleet.count && i < s->host_top + rows; i++) {
        int row = first + 1 + (int)(i - s->host_top);
        for (int c = 0; c < COLUMNS; c++) {
            char *made;
            table_put(&s->table, canvas, row, c, c == FROM ? ROLE_DIM : ROLE_TEXT, column_text(&s->fleet.items[i], c, &made));
            free(made);
        }
        canvas_spot(canvas, row, 0, canvas->cols, (int)i);
        if (s->are_known[i])
            canvas_put(canvas, row, 1, ROLE_WARN, "!");
        if (s->part == IN_HOSTS && i == s->host) {
            canvas_put(canvas, row, 0, ROLE_KEY, ">");
            canvas_focus(canvas, row, s->table.columns[s->column].col, s->table.columns[s->column].width);
        }
    }
}

static char *fault_place(const struct scr_import *s, size_t index)
{
    if (index >= s->errors.count || !s->errors.items[index].line)
        return mem_strdup("");
    return mem_printf(_("line %u:%u"), s->errors.items[index].line, s->errors.items[index].column);
}

/* One of them, wrapped. Returns rows used. */
static int draw_fault(const struct scr_import *s, size_t index, struct canvas *canvas, int row, int rows_max)
{
    char *place = fault_place(s, index), *more = NULL;
    int col = canvas_put(canvas, row, GUTTER, ROLE_TEXT, place) + 2;
    if (index >= s->errors.count)
        more = mem_printf(ngettext("and %zu more", "and %zu more", (unsigned long)s->errors.dropped), s->errors.dropped);
    col = *place && col < 16 ? 16 : col;
    int used = canvas_wrap(canvas, row, col, canvas->cols - col - 1, rows_max, ROLE_TEXT, more ? more : s->errors.items[index].text);
    free(place);
    free(more);
    return used ? used : 1;
}

/* Rows that faults from the index on take, at most max. */
static int faults_height(const struct scr_import *s, size_t from, size_t to, int cols, int max)
{
    int used = 0;
    struct canvas *scratch = canvas_new(max + 1, cols);
    for (size_t i = from; i < to && used < max; i++) {
        canvas_clear(scratch);
        used += draw_fault(s, i, scratch, 0, max);
    }
    canvas_free(&scratch);
    return used < max ? used : max;
}

static void draw_faults(struct scr_import *s, const struct view *view, struct canvas *canvas, int first, int last)
{
    size_t count = fault_count(s);
    int rows = last - first;
    canvas_rule(canvas, first, view->look.line, _("Not understood, left out"), NULL);
    if (s->fault < s->fault_top)
        s->fault_top = s->fault;
    while (s->fault_top < s->fault && faults_height(s, s->fault_top, s->fault, canvas->cols, rows + 1) +
                                              faults_height(s, s->fault, s->fault + 1, canvas->cols, rows) > rows)
        s->fault_top++;
    int row = first + 1;
    for (size_t i = s->fault_top; i < count && row <= last; i++) {
        int used = draw_fault(s, i, canvas, row, last - row + 1);
        canvas_spot(canvas, row, 0, canvas->cols, FAULT_SPOTS + (int)i);
        if (s->part == IN_FAULTS && i == s->fault) {
            char *place = fault_place(s, i);
            int width = text_width(place);
            canvas_put(canvas, row, 0, ROLE_KEY, ">");
            canvas_focus(canvas, row, GUTTER, width ? width : 10);
            free(place);
        }
        row += used;
    }
}

static bool hide_keys(const void *context, enum action action)
{
    const struct scr_import *s = context;
    return action == ACT_VIEW && s->is_edited;
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_import *s = (struct scr_import *)screen;
    size_t faults = fault_count(s);
    int first = canvas->rows < 20 ? 3 : 4, last = canvas->rows - 4, split = last + 1;
    page_header(view, canvas, SECTION_HOSTS, s->is_edited ? _("Hosts: as text") : _("Hosts: import"));
    draw_head(s, canvas);
    if (faults && s->fleet.count) {
        int most = (last - first) / 2, needed = faults_height(s, 0, faults, canvas->cols, most), hosts = (int)s->fleet.count + 2;
        int room = last - first - hosts > needed ? last - first - hosts : needed;
        split = last - faults_height(s, 0, faults, canvas->cols, room > most ? room : most);
    } else if (faults) {
        split = first;
    }
    if (s->fleet.count)
        draw_hosts(s, canvas, first, split - 1);
    if (faults)
        draw_faults(s, view, canvas, split, last);
    view_message(view, canvas, canvas->rows - 3);
    draw_buttons(s, view, canvas);
    keymap_line(canvas, canvas->rows - 1, PLACE_IMPORT, hide_keys, s);
}

/* -- keys -- */

static void next_part(struct scr_import *s, const struct view *view, int by)
{
    enum import_choice choices[BUTTONS_MAX];
    int count = list_buttons(s, view, choices);
    if (s->part == IN_BUTTONS && s->button + by >= 0 && s->button + by < count) {
        s->button += by;
        return;
    }
    do
        s->part = (enum part)(((int)s->part + by + 3) % 3);
    while ((s->part == IN_HOSTS && !s->fleet.count) || (s->part == IN_FAULTS && !fault_count(s)));
    s->button = by > 0 ? 0 : count - 1;
}

static void read_otherwise(struct scr_import *s, struct view *view)
{
    s->format = (enum inventory_format)(((int)s->format + 1) % INVENTORY_FORMATS);
    read_text(s, view);
    fit(s);
    s->part = IN_BUTTONS;
    s->button = 0;
}

static void move(struct scr_import *s, enum action action)
{
    if (s->part == IN_HOSTS)
        page_move(&s->host, s->fleet.count, s->list_rows, action);
    else if (s->part == IN_FAULTS)
        page_move(&s->fault, fault_count(s), 4, action);
    else if (action == ACT_UP || action == ACT_DOWN)
        s->part = s->fleet.count ? IN_HOSTS : fault_count(s) ? IN_FAULTS : IN_BUTTONS;
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_import *s = (struct scr_import *)screen;
    *view->message = '\0';
    switch (action) {
    case ACT_CLOSE:
    case ACT_QUIT:
        view_pop(view);
        break;
    case ACT_NEXT_PANE:
    case ACT_PREVIOUS_PANE:
        next_part(s, view, action == ACT_NEXT_PANE ? 1 : -1);
        break;
    case ACT_LEFT:
    case ACT_RIGHT:
        if (s->part == IN_BUTTONS)
            next_part(s, view, action == ACT_RIGHT ? 1 : -1);
        else if (s->part == IN_HOSTS && (action == ACT_LEFT ? s->column > 0 : s->column + 1 < COLUMNS))
            s->column += action == ACT_LEFT ? -1 : 1;
        break;
    case ACT_OPEN:
        if (s->part == IN_BUTTONS)
            press(s, view);
        else
            view_say(view, ROLE_TEXT, _("Tab goes to the buttons."));
        break;
    case ACT_SOURCE:
        view_push(view, scr_text_new(view, *s->name ? s->name : _("Pasted text"), "", mem_strndup(s->bytes, s->len)));
        break;
    case ACT_VIEW:
        if (!s->is_edited)
            read_otherwise(s, view);
        break;
    default:
        move(s, action);
    }
}

static void click(struct screen *screen, struct view *view, int spot_id)
{
    struct scr_import *s = (struct scr_import *)screen;
    (void)view;
    s->part = spot_id < FAULT_SPOTS ? IN_HOSTS : spot_id < BUTTON_SPOTS ? IN_FAULTS : IN_BUTTONS;
    if (s->part == IN_HOSTS)
        s->host = (size_t)spot_id;
    else if (s->part == IN_FAULTS)
        s->fault = (size_t)(spot_id - FAULT_SPOTS);
    else
        s->button = spot_id - BUTTON_SPOTS;
}

static const char *name(void)
{
    return _("Hosts: import");
}

static const char *help(void)
{
    return _("What kwiz understood, and with its line what it did not. Groups of an inventory give roles by their names (masters, kube_control_plane: "
             "control-plane; workers, kube_node: worker), as far as the topology has them. Hosts are added behind those of the table or take their place; "
             "u on the table takes that back. The format is guessed; v reads the text as another one.");
}

static void done(struct screen *screen)
{
    struct scr_import *s = (struct scr_import *)screen;
    fleet_done(&s->fleet);
    err_list_done(&s->errors);
    free(s->are_known);
    free(s->name);
    free(s->bytes);
    free(s);
}

static const struct screen_ops ops = {.place = PLACE_IMPORT, .name = name, .draw = draw, .act = act, .click = click, .help = help, .free = done};

/* Terminals paste the ends of lines as CR. Returns the length. */
static size_t unify_ends(char *out, const char *bytes, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != '\r')
            out[n++] = bytes[i];
        else if (i + 1 == len || bytes[i + 1] != '\n')
            out[n++] = '\n';
    return n;
}

static struct screen *make(struct view *view, const char *name_of_file, const char *bytes, size_t len, bool is_edited)
{
    struct scr_import *s = mem_new(1, sizeof *s);
    s->screen.ops = &ops;
    s->name = mem_strdup(name_of_file);
    s->bytes = mem_new(len + 1, 1); /* may hold zeros */
    s->len = len;
    if (*name_of_file || is_edited)
        memcpy(s->bytes, bytes, len);
    else
        s->len = unify_ends(s->bytes, bytes, len);
    s->is_edited = is_edited;
    s->format = is_edited ? INVENTORY_LINES : inventory_guess(s->bytes, s->len);
    read_text(s, view);
    fit(s);
    enum import_choice choices[BUTTONS_MAX];
    s->part = IN_BUTTONS; /* on what keeps all that is there */
    s->button = s->fleet.count ? list_buttons(s, view, choices) - 1 : 0;
    if (is_edited)
        s->button = 1;
    return &s->screen;
}

struct screen *scr_import_new(struct view *view, const char *name_of_file, const char *bytes, size_t len)
{
    return make(view, name_of_file, bytes, len, false);
}

struct screen *scr_import_edited_new(struct view *view, const char *text)
{
    return make(view, "", text, strlen(text), true);
}
