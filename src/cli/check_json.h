/* What checks say, for programs: events of jsonl.h. Documented in kwiz(1); fields are only ever added. */
#ifndef KWIZ_CLI_CHECK_JSON_H
#define KWIZ_CLI_CHECK_JSON_H

#include <jansson.h>

#include "wizard/check_report.h"
#include "wizard/checks.h"

/* One verdict of a host: the rest of a `check` event. */
json_t *check_json_verdict(const struct spell *spell, const char *host, const struct verdict *verdict, const char *reason);
/* A host that could not be measured: of a `host` event. */
json_t *check_json_missing(const struct check_missing *missing);
/* The last: of a `checks` event. */
json_t *check_json_sums(const struct wizard_checks *checks, int exit_status);

#endif
