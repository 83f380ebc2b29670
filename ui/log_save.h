/* A log copied to a file of the operator's, a slice at a time: logs can be large. */
#ifndef KWIZ_UI_LOG_SAVE_H
#define KWIZ_UI_LOG_SAVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* Zero-initialised: nothing is being saved. */
struct log_save {
    int from, to;        /* descriptors; of meaning while is_on */
    char *path;          /* owned: where it goes, absolute where that is known */
    uint64_t size, done; /* bytes: of the log when saving began; copied so far */
    bool is_on;
};

/* Begin to copy the file `log` as far as it goes now. Nothing that exists is overwritten. ERR_LOCAL: it can't be read, path is there already or
 * can't be written. */
bool log_save_start(struct log_save *save, const char *log, const char *path, struct err *err);
/* Go on over at most budget_bytes. When all is copied is_on becomes false and path stays. ERR_LOCAL: it could not be written; what was written
 * is removed. */
bool log_save_work(struct log_save *save, uint64_t budget_bytes, struct err *err);
/* Gives up what is not complete, and removes it. */
void log_save_done(struct log_save *save);

#endif
