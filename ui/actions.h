/* What the operator can make happen to a run. No screen does any of it: each calls its caller, who knows the engine. */
#ifndef KWIZ_UI_ACTIONS_H
#define KWIZ_UI_ACTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "wizard/actions.h"

/* Tasks are indices into plan->tasks. Each returns false with err set when it can't be done now; err->text is then shown in row 22.
 * What is NULL is not offered. They are called from the loop's thread, out of app's handlers; only `quit` and `gone` may call app_stop(). */
struct ui_actions {
    void *context; /* given back to each */
    bool (*retry)(void *context, size_t task, struct err *err); /* a failed, cancelled or asking task: run it again */
    bool (*retry_host)(void *context, size_t host, struct err *err); /* a host that was given up (HOST_FAILED): reach it again */
    bool (*skip)(void *context, size_t task, struct err *err);  /* a failed or asking task of an optional step: leave it out */
    bool (*pause)(void *context, bool paused, struct err *err); /* start no new steps; go on */
    bool (*leave)(void *context, struct err *err); /* running steps go on on their hosts, kwiz goes; the caller ends the view */
    bool (*stop)(void *context, struct err *err);  /* start nothing new; the run ends when the running steps have ended */
    bool (*abort)(void *context, struct err *err); /* stop the running steps on their hosts, now */
    void (*quit)(void *context); /* the run has ended and the operator has seen it: end the view. Never NULL. */
    void (*gone)(void *context); /* the terminal is gone (hangup): as SIGHUP. May be NULL: then quit is called. */
    /* A shell on a host (index into plan->hosts), on the terminal: returns at once; the caller gives the terminal away until the shell ends
     * (app_suspend, app_resume), and the run goes on meanwhile. */
    bool (*shell)(void *context, size_t host, struct err *err);
};

/* Where the local log of a task lies. */
struct log_source {
    void *context;
    /* Write the path of the newest attempt's log into path (NUL-terminated). false: the task has none (yet). The file may not exist yet,
     * and grows while the step runs. Asked at every frame for the task in sight: must be cheap. */
    bool (*path)(void *context, size_t task, char *path, size_t path_size);
};

#endif
