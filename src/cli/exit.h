/* Exit statuses: the same for every subcommand. */
#ifndef KWIZ_CLI_EXIT_H
#define KWIZ_CLI_EXIT_H

#include "base/err.h"

enum {
    EXIT_OK = 0,
    EXIT_STEP = 1,         /* a step failed */
    EXIT_USAGE = 2,        /* the command line */
    EXIT_INVALID = 3,      /* answers or a spell are invalid */
    EXIT_CONFIRM = 4,      /* a confirmation is missing: no terminal and no --yes */
    EXIT_REQUIREMENT = 5,  /* requirements are not met */
    EXIT_UNREACHABLE = 6,  /* a host does not answer or refused us */
    EXIT_BUSY = 7,         /* another kwiz holds the run or a host */
    EXIT_LOCAL = 8,        /* this machine: disk, state folder, closed output */
    EXIT_INTERRUPTED = 130,
};

/* The status that goes with an error. */
int exit_status_of(const struct err *err);

#endif
