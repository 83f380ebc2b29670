#include "cli/exit.h"

int exit_status_of(const struct err *err)
{
    switch (err->code) {
    case ERR_NONE:
        return EXIT_OK;
    case ERR_USAGE:
        return EXIT_USAGE;
    case ERR_INVALID:
        return EXIT_INVALID;
    case ERR_CONFIRM:
        return EXIT_CONFIRM;
    case ERR_REQUIREMENT:
        return EXIT_REQUIREMENT;
    case ERR_UNREACHABLE:
        return EXIT_UNREACHABLE;
    case ERR_BUSY:
        return EXIT_BUSY;
    case ERR_LOCAL:
        return EXIT_LOCAL;
    case ERR_INTERRUPTED:
        return EXIT_INTERRUPTED;
    case ERR_STEP:
    case ERR_PROTOCOL:
        return EXIT_STEP;
    }
    return EXIT_STEP;
}
