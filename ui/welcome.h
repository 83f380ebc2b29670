/* Private to scr_welcome.c and welcome_about.c. */
#ifndef KWIZ_UI_WELCOME_H
#define KWIZ_UI_WELCOME_H

#include "ui/finder.h"
#include "ui/page.h"
#include "ui/path_field.h"
#include "wizard/act.h"

enum welcome_kind { WELCOME_RESUME, WELCOME_NEW, WELCOME_RESET, WELCOME_RESET_RUN, WELCOME_ACTIONS, WELCOME_ACTION, WELCOME_ANSWERS, WELCOME_LANGUAGE };

struct welcome_row {
    enum welcome_kind kind;
    size_t run; /* WELCOME_ACTION: which of acts; WELCOME_RESUME, WELCOME_RESET_RUN, and WELCOME_RESET where there is only one: wizard_run; else SIZE_MAX */
};

struct scr_welcome {
    struct page page;
    struct welcome_row *rows; /* owned */
    size_t row_count, focus, top;
    size_t resets;            /* runs that can be reset */
    bool is_open;             /* they are listed below Reset */
    struct wizard_act *acts;  /* owned: what else can be done */
    size_t act_count;
    bool lists_acts;          /* they are listed below Actions */
    struct field words;       /* what one wants to know */
    size_t words_act;         /* which */
    bool is_typing;           /* the name of the answers file, or words */
    struct path_field file;
    struct err_list errors;   /* of what was opened last */
    bool was_read;            /* something of it could be taken */
    enum welcome_kind from;   /* where the errors come from: WELCOME_ANSWERS or WELCOME_RESET */
    unsigned asked_version;   /* of the draft that the operator was told would go */
    bool was_asked;
    size_t language;
    size_t about_run;         /* whose hosts are below; SIZE_MAX = nobody's */
    char *about_hosts;        /* owned: folded */
    size_t about_host_count;
    struct finder finder;
};

#define WELCOME_LANGUAGES 3
/* In the language itself. */
const char *welcome_language_name(size_t index);
/* From row top to last: what the focused choice means. */
void welcome_draw_about(struct scr_welcome *s, struct view *view, struct canvas *canvas, int top, int last);

#endif
