/* The wizard as a dialogue of lines, for screen readers, serial lines and pipes: one question at a time, nothing is drawn twice. The same controller as
 * the screens', so the same inputs give the same answers. Nothing blocks: hosts go on being reached while the operator types. */
#ifndef KWIZ_HEADLESS_DIALOGUE_H
#define KWIZ_HEADLESS_DIALOGUE_H

#include <stdbool.h>

#include <uv.h>

#include "base/err.h"
#include "headless/outlet.h"
#include "wizard/actions.h"
#include "wizard/wizard.h"

struct dialogue;

struct dialogue_options {
    struct wizard *wizard; /* must outlive the dialogue; its `changed` is to call dialogue_changed */
    int in_fd, out_fd;     /* a terminal, a pipe or a file; stay the caller's */
    const char *reason;    /* why there is no screen, in the words of app_possible; NULL = nothing is said of it */
    /* start, resume, quit and gone (NULL: quit) are called with nothing more to be asked: the dialogue is silent until dialogue_resume or dialogue_stop. */
    const struct wizard_actions *actions; /* must outlive the dialogue */
};

/* Greets and asks the first question: with answers in the wizard's draft (an answers file that was opened), of what they lack. While it asks, SIGINT, SIGTERM and SIGHUP are watched. NULL with ERR_LOCAL when in_fd can't be read. */
struct dialogue *dialogue_start(uv_loop_t *loop, const struct dialogue_options *options, struct err *err);
/* The wizard changed: to be called from its `changed`, as often as it likes. */
void dialogue_changed(struct dialogue *dialogue);
/* What was started or resumed did not come about: say why (may be NULL) and ask on. */
void dialogue_resume(struct dialogue *dialogue, const char *why);
/* Did it end because there was no more input (or kwiz was interrupted) at a question? Then something was not confirmed. */
bool dialogue_input_ended(const struct dialogue *dialogue);
/* Where it writes, for the lines of a run. Lives as long as the dialogue. */
struct outlet *dialogue_outlet(struct dialogue *dialogue);
/* The terminal is as it was, all is written (at most for a second: the loop is run). Not to be called from the loop's callbacks. */
void dialogue_stop(struct dialogue **dialogue);

#endif
