/* What every page of the wizard has: who it is, what it asks and why, one message, buttons, keys. A page keeps its state while the wizard lives, so it
 * is as it was left.
 *
 *     row 1      name, subject, place            rows 2-3    what is asked, and why
 *     rows 5..   the body                        last - 2    the message
 *     last - 1   [ Back ] ... [ Next: Hosts ]    last        keys
 */
#ifndef KWIZ_UI_PAGE_H
#define KWIZ_UI_PAGE_H

#include <stdbool.h>

#include "ui/view.h"
#include "wizard/wizard.h"

enum page_focus { PAGE_BODY, PAGE_BACK, PAGE_EXTRA, PAGE_NEXT };

/* The first member of each page. */
struct page {
    struct screen screen;
    enum section section;
    enum page_focus focus;
    const char *extra;   /* a button between Back and Next: its label, translated ("Save answers"); NULL = none */
    char *next;          /* owned: Next's label where it is not the next page's name; NULL = that */
    bool is_refused;     /* Next was pressed in vain, and nothing since: why not is told in place of the message, as it is now */
    bool picks;          /* Next takes the choice that has the focus, so that it can be pressed before anything was chosen */
    bool (*hides)(const struct page *page, enum action action); /* keys that do nothing now are left out of the bottom line. May be NULL */
};

/* The page of a section. */
struct screen *page_new(struct view *view, enum section section);
void page_done(struct page *page);

/* Rows 1 to 3, the message, buttons and keys. asks: one sentence, or two lines; the second may be NULL. subject: NULL = the spell and topology. is_hidden as for
 * keymap_line. The body is left to the page: rows page_first() to page_last(). */
void page_draw(const struct page *page, const struct view *view, struct canvas *canvas, const char *asks, const char *why);
/* Row 1 of a screen that belongs to a section and has another name. */
void page_header(const struct view *view, struct canvas *canvas, enum section section, const char *name);
int page_first(const struct canvas *canvas);
int page_last(const struct canvas *canvas);
/* What all pages do: Tab between body and buttons, Enter on a button, ^N, ^P, Esc, q. true = done. A page asks this first, and acts on the rest itself. */
bool page_act(struct page *page, struct view *view, enum action action);
/* For ops->click: a button was clicked. false: the spot is the page's own (its ids are below PAGE_SPOTS). */
#define PAGE_SPOTS 1000000
bool page_click(struct page *page, int spot_id);
/* Was the extra button pressed? (Then it is not any more.) */
bool page_extra_pressed(struct page *page);
/* Next's label from now on; copied, NULL = the next page's name. */
void page_set_next(struct page *page, const char *label);
/* Go on, or say what is missing. */
void page_next(struct page *page, struct view *view);
void page_back(struct page *page, struct view *view);

/* Buttons of a band or a page: drawn from the right; returns nothing. What is off stands in ( ) and can't be pressed. */
struct button {
    const char *label; /* translated, without brackets */
    bool is_off;
};
/* "[ label ]" at col; returns the column behind it. */
int button_draw(struct canvas *canvas, int row, int col, const struct button *button, bool has_focus);
int button_width(const struct button *button);
/* A row of them: the first at the left, the others at the right end. focus: index, or negative. */
void buttons_draw(struct canvas *canvas, int row, const struct button *buttons, int count, int focus);

/* A list of `count` lines of which `rows` are in sight: the first in sight so that `focus` is, moving `top` as little as possible. */
size_t page_scroll(size_t top, size_t focus, size_t count, size_t rows);
/* Move a focus by an action (up, down, pages, first, last) within count lines; true = it was such an action. */
bool page_move(size_t *focus, size_t count, size_t rows, enum action action);

#endif
