/* What the operator can make happen in the wizard beyond giving answers. */
#ifndef KWIZ_WIZARD_ACTIONS_H
#define KWIZ_WIZARD_ACTIONS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/strv.h"
#include "model/host.h"

/* What came of editing a text: edited is borrowed, or NULL with err when the editor failed or the text is larger than it may be (1 MiB). */
typedef void wizard_edited(void *owner, const char *edited, bool is_changed, const struct err *err);

/* What the wizard's front ends, pages and line dialogue, ask of their caller. Called from the loop's thread, out of their handlers. */
struct wizard_actions {
    void *context; /* given back to each */
    void (*start)(void *context);                      /* carry out the wizard's plan; app_attach_run follows, or app_say why not;
                                                        * of the dialogue: dialogue_stop, or dialogue_resume why not */
    void (*resume)(void *context, const char *run_id); /* go on with a run; the same follows */
    /* Begin an action of the cluster that an answers file describes, with words as `kwiz action` takes them behind the file; the front end is gone then. NULL = not offered. */
    void (*act)(void *context, const char *action, const char *file, const struct strv *words);
    void (*quit)(void *context);                       /* end the view; what was answered is not saved */
    void (*gone)(void *context);                       /* the terminal is gone (hangup) */
    /* The text in the operator's editor ($VISUAL, $EDITOR, else vi), the screen being given to it meanwhile; done is called once, when the screen is back,
     * unless the front end goes before. name: ending of the file's name. false with err: nothing was started. NULL = not offered. */
    bool (*edit)(void *context, const char *name, const char *text, wizard_edited *done, void *owner, struct err *err);
    /* Another language from now on ("ru", "de", "en"); false when this machine has no such. */
    bool (*speak)(void *context, const char *language, struct err *err);
    /* A shell on this host (ssh what is not said there), the screen being given to it meanwhile. NULL = not offered. */
    bool (*shell)(void *context, const struct host *host, const struct ssh_defaults *ssh, struct err *err);
};

#endif
