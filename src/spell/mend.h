/* What kwiz can mend on a host: the scripts that requirements name (`mend:`), where they would run, and what they are as text. Pure. Nothing is mended
 * that the operator did not name. */
#ifndef KWIZ_SPELL_MEND_H
#define KWIZ_SPELL_MEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "spell/answers.h"
#include "spell/requirement.h"
#include "spell/spell.h"

#define MEND_TIMEOUT_MS 60000u

/* The key `mend:` of a requirement and those that go with it. */
struct mend {
    struct script script;
    char *asks;          /* owned or NULL: what has to be confirmed by itself, since it can't be taken back */
    char *stays;         /* owned or NULL: what reset does not take back */
    bool is_everywhere;  /* `mend_hosts: all`: on all hosts that the check is for, as soon as it fires on one of them */
    uint64_t timeout_ms; /* on each host */
};

/* Read it, where there is one; prologue: what stands before every script of the spell. */
void mend_read(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell, const struct buf *prologue,
               struct requirement *requirement);
void mend_done(struct mend **mend);

/* One script on one host. */
struct mend_task {
    const struct requirement *requirement; /* borrowed from the spell */
    size_t host;
};
struct mend_list {
    struct mend_task *items; /* owned; host by host, on each in the spell's order */
    size_t count;
};

/* Does a check warn or fail (accepted or not)? */
bool mend_fires(const struct verdict *verdict);
/* What there is to mend, by the verdicts on host_count hosts (those that were not measured: none at all); ids: only these checks, NULL = all that have a
 * script. */
void mend_list_make(const struct verdicts *verdicts, size_t host_count, const struct strv *ids, struct mend_list *list);
void mend_list_done(struct mend_list *list);
/* Which hosts of the list a check is mended on; hosts: room for all hosts. Returns how many. */
size_t mend_list_hosts(const struct mend_list *list, const struct requirement *requirement, size_t *hosts);
/* Have all these checks a script? ERR_USAGE: there is no such check (the nearest is named), or none that mends it, and what is to be done instead. */
bool mend_check_ids(const struct spell *spell, const struct strv *ids, struct err *err);
const struct requirement *mend_find(const struct spell *spell, const char *id);

/* The whole of what runs on the host, as root: variables as steps have them (no secrets), helpers, the spell's library, the script. malloc'd; NULL with err when an answer
 * is too large to be a variable. */
char *mend_script(const struct spell *spell, const struct answers *answers, const struct host *host, const struct requirement *requirement, struct err *err);
/* The same for people, for several hosts at once: what differs between them, the script, and (is_whole) what stands before it. malloc'd. */
char *mend_text(const struct spell *spell, const struct answers *answers, const struct requirement *requirement, const size_t *hosts, size_t count,
                bool is_whole);

#endif
