/* What a check found, hosts that were found alike together. Pure. */
#ifndef KWIZ_WIZARD_CHECK_FINDINGS_H
#define KWIZ_WIZARD_CHECK_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "wizard/checks.h"

/* Hosts with the same verdict, to the last word. */
struct check_finding {
    const struct verdict *verdict; /* of the first of them */
    size_t *hosts;                 /* owned: their numbers */
    size_t count;
};

struct check_findings {
    struct check_finding *items; /* owned: the gravest first, then in the order of hosts */
    size_t count, hosts;
    bool is_one_threshold;       /* all want the same */
    bool is_one_remedy;          /* those that fail or warn say the same remedy as the first */
};

/* has_passes: also hosts that are as wanted. Valid as long as the verdicts are; free with check_findings_done. */
struct check_findings check_findings_make(const struct wizard_checks *checks, const struct wizard_check *check, bool has_passes);
void check_findings_done(struct check_findings *findings);

#endif
