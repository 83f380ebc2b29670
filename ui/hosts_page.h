/* Private to the hosts page: scr_hosts.c (what it is), hosts_draw.c, hosts_cell.c (typing), hosts_rows.c (what is done with whole hosts). */
#ifndef KWIZ_UI_HOSTS_PAGE_H
#define KWIZ_UI_HOSTS_PAGE_H

#include "ui/field.h"
#include "ui/marks.h"
#include "ui/page.h"
#include "ui/path_field.h"
#include "ui/table.h"

enum hosts_mode {
    HOSTS_TABLE, /* letters are keys */
    HOSTS_CELL,  /* the focused cell is typed into */
    HOSTS_FIND,  /* the text to be found */
    HOSTS_FILE,  /* the name of a file to import */
};

struct hosts_page {
    struct page page;
    size_t row;  /* 0 = what counts for all hosts, then the hosts, then the row that adds one */
    enum draft_cell cell;
    size_t top;  /* first host in sight */
    size_t list_rows; /* as last drawn */
    struct table table;
    unsigned fitted; /* the draft's version that the table's widths are of */
    bool is_fitted;
    bool is_range;    /* the focused row is a range that can be expanded; as last drawn */
    struct marks marks;
    enum hosts_mode mode;
    struct field field;
    struct path_field path; /* of the file to be imported */
    char *pattern;    /* owned: searched for last; NULL = nothing yet */
    char *file;       /* owned: imported last; NULL = none yet */
    char *file_fault; /* owned: why it could not be read */
    unsigned fresh;                /* the id of a host just added: no faults before it has been left; 0 = none */
    unsigned fresh_version;        /* the draft's when it had just been added */
    bool is_settled;               /* its roles are the operator's by now, not proposed */
    bool is_proposal;              /* what stands in the field is proposed: letters take its place, all other keys edit it */
};

struct draft *hosts_draft(const struct view *view);
/* The host that has the focus. false: one of the other two rows has. */
bool hosts_focused(const struct hosts_page *p, const struct view *view, size_t *index);
/* Keep the focus inside of the table. */
void hosts_settle(struct hosts_page *p, const struct view *view);
/* The focus goes to that row; what was begun in the old one is ended: a range becomes hosts, a host without anything goes. */
void hosts_go(struct hosts_page *p, struct view *view, size_t row);
/* End what was begun in the focused row. */
void hosts_leave_row(struct hosts_page *p, struct view *view);

void hosts_draw(struct screen *screen, struct view *view, struct canvas *canvas);

/* Typing. true = the key was text, or ended it. */
bool hosts_type(struct screen *screen, struct view *view, struct key key);
bool hosts_paste(struct screen *screen, struct view *view, const char *text, size_t len);
void hosts_edit_cell(struct hosts_page *p, struct view *view);
void hosts_ask_pattern(struct hosts_page *p);
void hosts_ask_file(struct hosts_page *p);
void hosts_find(struct hosts_page *p, struct view *view, bool backward);
/* Take what stands in the cell. */
void hosts_keep_cell(struct hosts_page *p, struct view *view);

/* Hosts as wholes. */
void hosts_append(struct hosts_page *p, struct view *view);
void hosts_add_like(struct hosts_page *p, struct view *view);
void hosts_copy(struct hosts_page *p, struct view *view);
void hosts_delete(struct hosts_page *p, struct view *view);
void hosts_move(struct hosts_page *p, struct view *view, int by);
void hosts_role(struct hosts_page *p, struct view *view, size_t number);
void hosts_mark(struct hosts_page *p, struct view *view);
void hosts_undo(struct hosts_page *p, struct view *view);
/* The table, or text (borrowed), in the operator's editor. What is understood becomes the table; if not all is, it is looked at first. */
void hosts_edit_text(struct view *view, const char *text);

/* The focus of the page in sight, on that host. */
void hosts_show(struct view *view, size_t host);

#endif
