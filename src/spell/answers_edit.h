/* Changing an answers file as it was written: hosts that come and go, answers that are given. Pure. */
#ifndef KWIZ_SPELL_ANSWERS_EDIT_H
#define KWIZ_SPELL_ANSWERS_EDIT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/strv.h"
#include "model/host.h"
#include "spell/spell.h"

struct answers_change {
    struct fleet add;   /* hosts, borrowed; its ssh does not count. One whose name stands there already is left as it is */
    struct strv remove; /* names; one that does not stand there is no error */
    struct strv sets;   /* KEY=VALUE of the spell's questions */
};

/* Append the file's text with the change to out, which has a cap; name stands for the file in errors. All other lines stay as they are, comments too, where hosts and answers are
 * written line by line; a file that is written in another way means the same afterwards, but loses its comments. false: it is no YAML mapping (ERR_INVALID), too large (ERR_LOCAL). */
bool answers_edit(const char *name, const char *bytes, size_t len, const struct spell *spell, const struct answers_change *change, struct buf *out,
                  struct err *err);

#endif
