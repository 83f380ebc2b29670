#include "ui/log_save.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"

/* Where the file is, whoever changes the folder later. */
static char *absolute(const char *path)
{
    char here[PATH_MAX], *expanded = file_expand(path);
    if (*expanded == '/' || !getcwd(here, sizeof here))
        return expanded;
    char *whole = mem_printf("%s/%s", strcmp(here, "/") != 0 ? here : "", expanded);
    free(expanded);
    return whole;
}

bool log_save_start(struct log_save *save, const char *log, const char *path, struct err *err)
{
    struct stat st;
    log_save_done(save);
    int from = open(log, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (from < 0 || fstat(from, &st) < 0) {
        err_set_errno(err, ERR_LOCAL, errno, _("%s can't be read"), log);
        if (from >= 0)
            close(from);
        return false;
    }
    char *whole = absolute(path);
    int to = open(whole, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
    if (to < 0) {
        int why = errno;
        close(from);
        if (why == EEXIST)
            err_set(err, ERR_LOCAL, _("%s is there already; kwiz overwrites nothing: S again, with another name"), whole);
        else
            err_set_errno(err, ERR_LOCAL, why, _("%s can't be written"), whole);
        free(whole);
        return false;
    }
    *save = (struct log_save){.from = from, .to = to, .path = whole, .size = (uint64_t)st.st_size, .is_on = true};
    return true;
}

bool log_save_work(struct log_save *save, uint64_t budget_bytes, struct err *err)
{
    char part[65536];
    uint64_t stop = save->done + budget_bytes;
    while (save->is_on && save->done < save->size && save->done < stop) {
        uint64_t left = save->size - save->done;
        ssize_t n = pread(save->from, part, left < sizeof part ? (size_t)left : sizeof part, (off_t)save->done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) { /* it became shorter: what was there is copied */
            save->size = save->done;
            break;
        }
        if (!file_write_all(save->to, part, (size_t)n)) {
            err_set_errno(err, ERR_LOCAL, errno, _("%s can't be written"), save->path);
            log_save_done(save);
            return false;
        }
        save->done += (uint64_t)n;
    }
    if (!save->is_on || save->done < save->size)
        return true;
    save->is_on = false;
    close(save->from);
    if (close(save->to) == 0)
        return true;
    unlink(save->path);
    return err_set_errno(err, ERR_LOCAL, errno, _("%s can't be written"), save->path);
}

void log_save_done(struct log_save *save)
{
    if (save->is_on) {
        close(save->from);
        close(save->to);
        unlink(save->path);
    }
    free(save->path);
    *save = (struct log_save){0};
}
