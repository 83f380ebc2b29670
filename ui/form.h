/* A form: items below each other, each a label and what is answered, its fault under it. What stands in it is the caller's; the form draws it, moves the focus,
 * and changes the item that has it. Pure. */
#ifndef KWIZ_UI_FORM_H
#define KWIZ_UI_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/canvas.h"
#include "ui/field.h"
#include "ui/keymap.h"
#include "ui/look.h"

enum form_kind {
    FORM_TEXT,   /* [value    ]: what is typed goes into it */
    FORM_LINES,  /* [first line ] 24 lines: pasted, or brought by an editor. While it is one line, as FORM_TEXT */
    FORM_CHOICE, /* < value > */
    FORM_TICKS,  /* [x] a   [ ] b */
    FORM_FOLD,   /* [+] what is folded */
};

struct form_choice {
    const char *label;   /* translated */
    const char *help;    /* NULL = none */
    char *why_not;       /* owned: why it can't be chosen; NULL = it can */
    bool is_ticked;      /* FORM_TICKS */
};

struct form_item {
    enum form_kind kind;
    size_t id;           /* the caller's */
    const char *label;   /* translated; not owned */
    const char *value;   /* FORM_CHOICE: shown when none is chosen; FORM_FOLD: what is in it. Not owned */
    const char *note;    /* beside it, where there is room; not owned; NULL = none */
    const char *fault;   /* under it; not owned; NULL = none */
    bool is_changed;     /* marked with "*" */
    struct field *field; /* FORM_TEXT, FORM_LINES; not owned */
    struct form_choice *choices; /* owned */
    size_t choice_count;
    size_t at;           /* FORM_CHOICE: what is chosen, FORM_NONE = nothing; FORM_TICKS: what has the focus */
    size_t count;        /* FORM_FOLD */
    bool is_open;
};
#define FORM_NONE ((size_t)-1)

struct form {
    struct form_item *items; /* owned */
    size_t count, focus;
    int top; /* first row in sight */
};

/* Drop the items; focus and place stay. */
void form_clear(struct form *form);
/* A new item at the end, zeroed; valid until the next. */
struct form_item *form_add(struct form *form, enum form_kind kind, size_t id, const char *label);
struct form_choice *form_add_choice(struct form_item *item, const char *label, const char *help);
/* The item in focus; NULL when there is none. */
struct form_item *form_focus(const struct form *form);
/* Put the focus on the item of that id; false, and it stays (or goes to the last), when there is none. */
bool form_go(struct form *form, size_t id);

/* Draw into rows first to last, so that the focus is in sight. has_focus: it is in the form. */
void form_draw(struct form *form, const struct look *look, struct canvas *canvas, int first, int last, bool has_focus);

enum form_result {
    FORM_IGNORED,
    FORM_TAKEN,   /* done; no value is another */
    FORM_CHANGED, /* the value of the item in focus is another */
    FORM_REFUSED, /* what was to be chosen can't be: its why_not says why */
};
/* A key as text, for items that take text. FORM_REFUSED: several lines are not typed. */
enum form_result form_type(struct form *form, struct key key);
/* Left, Right and Space on the item in focus. */
enum form_result form_act(struct form *form, enum action action);
/* Pasted text. FORM_REFUSED: not all of it fits. */
enum form_result form_paste(struct form *form, const char *text, size_t len);
/* A text of one line needs no end of line behind it: an address that was pasted or came from an editor is the address. */
void form_close_line(struct field *field);
/* Lines of a text: 0 when it is empty. */
size_t form_lines(const char *text);

#endif
