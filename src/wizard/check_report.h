/* What checks say, as text that can be pasted into a ticket: a block a check, the gravest first, hosts with the same finding together. Pure. */
#ifndef KWIZ_WIZARD_CHECK_REPORT_H
#define KWIZ_WIZARD_CHECK_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "wizard/checks.h"

#define CHECK_REPORT_COLUMNS 80
#define CHECK_REPORT_BYTES_MAX ((size_t)8 << 20)

/* A host that could not be measured. */
struct check_missing {
    const char *host, *fault, *detail; /* fault: as in access.h, "" = none */
};

struct check_report {
    const struct wizard_checks *checks;
    const char *const *names; /* of all hosts, by their number */
    const struct check_missing *missing;
    size_t missing_count;
    bool is_brief;    /* only what stands in the way */
    bool is_complete; /* also what is as wanted, and long lists whole */
};

/* Append a line of it: made printable, in rows of at most CHECK_REPORT_COLUMNS, those after the first two columns further in; words that are longer stay
 * whole. text: without line ends. */
void check_report_line(struct buf *out, size_t indent, const char *text);
/* Append all of it, without the line of sums. */
void check_report_write(const struct check_report *report, struct buf *out);
/* "checks: 1 fail, 0 warn, 2 skip, 42 pass, 0 accepted; 6 of 6 hosts measured" and a line's end. */
void check_report_sums(const struct wizard_checks *checks, struct buf *out);
/* What can be done about a fault of access.h, a sentence or two; "" where there is nothing to say beyond what the fault's detail does. */
const char *check_fault_hint(const char *fault);

#endif
