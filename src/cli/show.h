/* A run being shown: on a screen, as plain lines or as JSON Lines, with the operator's wishes and signals carried to the runner. */
#ifndef KWIZ_CLI_SHOW_H
#define KWIZ_CLI_SHOW_H

#include <stdbool.h>

#include "cli/aftermath.h"
#include "cli/execute.h"
#include "engine/runner.h"
#include "headless/frontend.h"
#include "headless/outlet.h"
#include "ui/app.h"

struct show {
    struct execution *execution;
    const struct execute_options *options;
    struct desk *desk;
    struct runner *runner;
    struct frontend *frontend;      /* plain and JSON; NULL with a screen */
    struct outlet *out;
    struct app *app;                /* the screen, or NULL */
    struct runner_observer observer;
    struct ui_actions actions;
    struct log_source logs;
    uv_signal_t *signals[3]; /* freed by their close callbacks */
    unsigned stops;
    struct aftermath after;
    int exit_status;
    bool wants_screen, has_ended, is_quitting;
    bool is_concluded;    /* what comes after the run has been done, and summary is made */
    int status;           /* of the whole, once is_concluded */
    char *summary;        /* owned */
    struct buf complaints; /* lines that could not be printed while the screen was there */
};

/* Before the runner is made: which front end it will be. */
void show_choose(struct show *show);
/* The runner has been made: the front end begins, signals are watched. */
void show_begin(struct show *show);
/* Close what keeps the loop alive; the loop is to be left. */
void show_wind_up(struct show *show);
/* Tell what went wrong: now, or where a screen is shown also when it is gone. text: without "kwiz: ". */
void show_complain(struct show *show, const char *text);
/* Show the summary, if there is a screen that stays. */
void show_summary(struct show *show);
/* Give the terminal back, if a screen has it, and print what had to wait. */
void show_leave_screen(struct show *show);

#endif
