/* The secrets that the answers refer to, fetched before anything begins: what is missing is told before a host is touched. */
#ifndef KWIZ_CLI_VAULT_H
#define KWIZ_CLI_VAULT_H

#include <stdbool.h>

#include "base/err.h"
#include "base/secret.h"
#include "spell/answers.h"

struct vault;

/* Resolve all references; `ask` is asked for on the terminal where can_ask. NULL with ERR_INVALID, ERR_LOCAL (see answers_secret) or ERR_CONFIRM
 * (`ask`, and nobody to ask). */
struct vault *vault_open(const struct answers *answers, bool can_ask, struct err *err);
/* The same where known (as wizard_secret) is asked before, and nobody else is: what it gives is not asked for again, and what is to be asked for and was
 * not given is left out, as hosts then ask when they want it. */
struct vault *vault_open_known(const struct answers *answers, struct secret *(*known)(void *context, const char *key, struct err *err),
                               void *context, struct err *err);
/* A copy, or NULL when the answers name no such secret. For runner_options and survey_options; context is the vault. */
struct secret *vault_secret(void *context, const char *key, struct err *err);
void vault_close(struct vault **vault);

#endif
