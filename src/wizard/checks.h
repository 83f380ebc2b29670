/* Verdicts of many hosts, summed up by check: what the wizard, its dialogue and `kwiz check` show. Pure. */
#ifndef KWIZ_WIZARD_CHECKS_H
#define KWIZ_WIZARD_CHECKS_H

#include <stdbool.h>
#include <stddef.h>

#include "spell/requirement.h"
#include "spell/spell.h"

/* One check over all hosts. */
struct wizard_check {
    const struct requirement *requirement;
    enum verdict_kind worst; /* of hosts that have a verdict; VERDICT_PASS when it is accepted or nothing is known */
    size_t worst_host;
    size_t counts[4];        /* hosts by verdict; accepted ones count as what they are */
    size_t hosts;            /* that it is for and that have been measured */
    const char *accepted;    /* the reason; NULL = not accepted */
    bool is_asked;           /* it fails, but only for want of an answer to a question of Options */
    bool is_stale;           /* accepted, but it does not fire any more: all hosts were measured, and none fails, warns or is not known */
};
struct wizard_checks {
    struct wizard_check *items; /* owned: by gravity (fail, warn, stale, skip, accepted, pass), then in the spell's order */
    size_t count;
    size_t counts[4];           /* checks by their worst verdict; accepted fails and warns are not counted there but in accepted, asked ones in asked */
    size_t accepted, asked;
    size_t stale;               /* acceptances that no host needs any more */
    size_t measured, missing;   /* hosts with facts; those without, whether or not they will come */
    size_t hosts;                 /* all that there are, also those that were left out */
    const struct verdict **cells; /* owned: of each host, each requirement of the spell; NULL = none */
    const struct spell *spell;    /* that they are of */
};

/* What is summed up. */
struct checks_source {
    const struct spell *spell;
    const struct verdicts *verdicts; /* one a host; empty = not measured */
    size_t hosts;
    size_t measured, missing;
    bool can_ask; /* questions are still to be answered: fails that an answer mends stand in nobody's way yet */
    bool is_part; /* other hosts were left out: what none of these needs, those may */
    /* Why a check is accepted; NULL = it is not. The reason must outlive the sums. */
    const char *(*accepted)(const void *context, const char *id);
    const void *accepted_context;
};

/* Verdicts and spell must outlive what is made of them; free with checks_done. */
void checks_sum(const struct checks_source *source, struct wizard_checks *checks);
void checks_done(struct wizard_checks *checks);
/* The verdict of one check on one host; NULL: it was not measured, or it is not for that host. */
const struct verdict *checks_verdict(const struct wizard_checks *checks, size_t host, const struct requirement *requirement);
/* The worst that hosts have, whether or not it is accepted. */
enum verdict_kind check_worst(const struct wizard_check *check);

#endif
