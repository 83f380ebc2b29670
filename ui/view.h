/* What all screens share: the wizard or the run they show, the stack they lie on, and the message in row 22. Pure but for log files: keys in,
 * canvas out; app.c ties it to a terminal and a loop.
 *
 * A view begins either with a run, or with the wizard; then its pages (page.h) are shown until view_attach_run. Screens of a run are only
 * pushed when there is one, pages and what belongs to them only when there is a wizard. */
#ifndef KWIZ_UI_VIEW_H
#define KWIZ_UI_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/run.h"
#include "ui/actions.h"
#include "ui/canvas.h"
#include "ui/digest.h"
#include "ui/keymap.h"
#include "ui/keys.h"
#include "ui/look.h"
#include "ui/news.h"
#include "wizard/section.h"

/* Below this a screen only says so. 80x24 is what screens are made for; down to this they are usable, with less in sight. */
#define VIEW_COLS_MIN 60
#define VIEW_ROWS_MIN 16
#define VIEW_MESSAGE_MAX 512

struct view;
struct screen;
struct wizard;

struct screen_ops {
    enum keymap_place place;
    bool is_dialog; /* drawn over the screen below it; also when the terminal is too small */
    const char *(*name)(void);                                                   /* "Run", translated */
    void (*draw)(struct screen *screen, struct view *view, struct canvas *canvas);
    void (*act)(struct screen *screen, struct view *view, enum action action);
    bool (*type)(struct screen *screen, struct view *view, struct key key); /* a key before it is looked up; true = it was text. May be NULL */
    bool (*paste)(struct screen *screen, struct view *view, const char *text, size_t len); /* false = takes none. May be NULL */
    void (*work)(struct screen *screen, struct view *view); /* a slice of what view->has_work announces. May be NULL */
    const char *(*help)(void);                              /* the screen's own paragraph, translated */
    void (*enter)(struct screen *screen, struct view *view); /* it comes into sight as a page of the wizard. May be NULL */
    bool (*moves)(const struct screen *screen, const struct view *view); /* does something move by itself? NULL = only a running run does */
    void (*free)(struct screen *screen);
    /* A spot that the screen put (canvas_spot) and that hasn't the focus was clicked: give it the focus, change nothing else. The view does the rest:
     * a click on the spot that has the focus is Enter, the wheel is Up or Down three times. May be NULL: nothing to click. */
    void (*click)(struct screen *screen, struct view *view, int spot_id);
};

/* The first member of each screen. */
struct screen {
    const struct screen_ops *ops;
    struct screen *below;
    bool is_kept; /* a page: not freed when it goes out of sight */
};

struct view {
    const struct run *run;             /* NULL before there is one; must outlive */
    const struct ui_actions *actions;  /* of the run; must outlive */
    const struct log_source *logs;     /* of the run; must outlive */
    struct wizard *wizard;             /* NULL when there is none; must outlive */
    const struct wizard_actions *wizard_actions; /* of the wizard; must outlive */
    struct screen *pages[SECTIONS];    /* owned: as far as they have been made */
    enum section section;              /* the page in sight */
    enum section returns_to;           /* the page that sent us to this one (Review), and that Next leads back to; SECTION_NONE = none */
    const char *run_id, *place;        /* may be NULL; must outlive */
    struct grid grid;
    struct look look;
    uint64_t now_ms;                   /* set by the owner before each call */
    int phase;                         /* quarters of a second for running signs; negative = no motion */
    struct screen *top;                /* owned stack */
    struct news news;
    char message[VIEW_MESSAGE_MAX];
    enum text_role message_role;
    uint64_t message_ms;
    int message_weight;
    /* what the owner is asked for; it clears them */
    bool wants_redraw, wants_plainer, wants_suspend;
    bool wants_mouse;                  /* the mouse on, or off again */
    bool has_work;                     /* call view_work soon */
    char *summary;                     /* owned: what stands where after a run that ended well; NULL before */
    char *copied;                      /* owned or NULL: text to be shown on the normal screen, and put into the clipboard */
};

/* With the Run screen on the stack. */
void view_init(struct view *view, const struct run *run, const struct ui_actions *actions, const struct log_source *logs, uint64_t now_ms);
/* With the wizard's first page. */
void view_init_wizard(struct view *view, struct wizard *wizard, const struct wizard_actions *actions, uint64_t now_ms);
/* A run has begun: its screen takes the place of all there is. The wizard must outlive the view all the same. */
void view_attach_run(struct view *view, const struct run *run, const struct ui_actions *actions, const struct log_source *logs);
/* The run has ended well, and this is what stands where: shown now, and again from the Run screen. */
void view_summarize(struct view *view, const char *text);
void view_done(struct view *view);
void view_push(struct view *view, struct screen *screen);
void view_pop(struct view *view);
/* Show a page of the wizard, whatever lies above goes. What stands in the way is said, and the page that is missing something shown instead. */
void view_go(struct view *view, enum section section);
/* The run may have changed: see what is new. */
void view_look(struct view *view);
void view_key(struct view *view, struct key key, int rows, int cols);
void view_paste(struct view *view, const char *text, size_t len);
/* A paste that was larger than KEYS_PASTE_MAX_BYTES: nothing of it is taken, and that is said. */
void view_paste_cut(struct view *view);
/* What the mouse did (UI_KEY_MOUSE), on the canvas that was last drawn. */
void view_mouse(struct view *view, struct key key, const struct canvas *shown);
void view_work(struct view *view);
void view_draw(struct view *view, struct canvas *canvas);
/* Something on the screen moves by itself: running signs, times. */
bool view_is_moving(const struct view *view);

/* -- for screens -- */
/* The cluster's name, never empty: what has to be typed before something is destroyed. */
const char *view_cluster(const struct view *view);
void view_say(struct view *view, enum text_role role, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Row 1: the screen's name, its subject, the place in the wizard. */
void view_header(const struct view *view, struct canvas *canvas, const char *name, const char *subject);
void view_message(const struct view *view, struct canvas *canvas, int row);
/* Leave the run, or the wizard: ask first. */
void view_leave_dialog(struct view *view);
/* Back to what view_summarize showed. false: there is none. */
bool view_show_summary(struct view *view);
/* Ask for it and say how it went. */
bool view_retry(struct view *view, size_t task);
bool view_retry_host(struct view *view, size_t host);
void view_retry_all(struct view *view);
bool view_skip(struct view *view, size_t task);
bool view_can_retry(const struct view *view, size_t task);
/* It was not reached, and is not being tried any more. */
bool view_can_retry_host(const struct view *view, size_t host);
bool view_can_skip(const struct view *view, size_t task);
/* A shell on a host. false when there can't be one now; says why. */
bool view_shell(struct view *view, size_t host);
/* Show text where it can be selected, unwrapped (principle: what is copied has no frames). owned_text: malloc'd, printable lines; taken over. */
void view_copy(struct view *view, char *owned_text);
/* Number of tasks, and of hosts that were not reached, that can be tried again. */
size_t view_retry_count(const struct view *view);

#endif
