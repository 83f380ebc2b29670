/* The terminal view of a run, living on the caller's loop: reads keys, paints what has changed, and asks for things through ui_actions.
 * It never blocks: a terminal that takes no output makes frames wait, not the loop.
 *
 *     setlocale(LC_ALL, "");
 *     if (app_possible(0, 1, &err)) ... app = app_start(loop, &options, &err) ... app_changed(app) after each change of the run
 *     ... actions->quit(): app_stop(&app); the loop ends when all has been closed; print the summary on the normal screen.
 */
#ifndef KWIZ_UI_APP_H
#define KWIZ_UI_APP_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/err.h"
#include "model/run.h"
#include "ui/actions.h"
#include "ui/role.h"
#include "ui/theme.h"

struct app;

struct app_options {
    const struct run *run;              /* NULL: begin with the wizard; must outlive the app */
    const struct ui_actions *actions;   /* with a run; must outlive the app */
    const struct log_source *logs;      /* with a run; must outlive the app */
    struct wizard *wizard;              /* without a run; must outlive the app */
    const struct wizard_actions *wizard_actions; /* without a run; must outlive the app */
    const char *run_id;                 /* shown where there is room; NULL = not shown; must outlive the app */
    const char *place;                  /* "9 of 10" in the wizard; NULL outside of it; must outlive the app */
    enum color_wish color;              /* --color */
    bool ends_at_once;                  /* call actions->quit as soon as the run has ended, instead of waiting for q */
    int in_fd, out_fd;                  /* the terminal: 0 and 1 */
    uint64_t (*now_ms)(void);           /* milliseconds since 1970; NULL = this machine's clock. For tests. */
};

/* Can a view be shown there? false with err (ERR_LOCAL) saying why not: no terminal, TERM unset, unknown or too poor ("dumb"). */
bool app_possible(int in_fd, int out_fd, struct err *err);
/* Take the terminal over. NULL with err set (as app_possible, or ERR_LOCAL) and the terminal as it was. */
struct app *app_start(uv_loop_t *loop, const struct app_options *options, struct err *err);
/* A run has begun: the wizard's pages give way to it. All must outlive the app. */
void app_attach_run(struct app *app, const struct run *run, const struct ui_actions *actions, const struct log_source *logs, const char *run_id,
                    bool ends_at_once);
/* The run has been concluded: show what stands where (copied). */
void app_show_summary(struct app *app, const char *text);
/* The run has changed, or the wizard, or a log has grown: paint it soon (at most 10 times a second, however often this is called). Cheap. */
void app_changed(struct app *app);
/* Show a sentence in row 22, in the colour of role (ROLE_TEXT, ROLE_WARN, ROLE_FAIL ...). Copied. */
void app_say(struct app *app, enum text_role role, const char *text);
/* Give the terminal back (at once) and close everything on the loop (memory is freed as the loop goes on). *app is NULL afterwards. NULL is
 * accepted. */
void app_stop(struct app **app);
/* Give the terminal to someone else for a while ($EDITOR, a shell), and take it back. */
void app_suspend(struct app *app);
bool app_resume(struct app *app, struct err *err);

#endif
