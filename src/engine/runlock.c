#include "engine/runlock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"

struct runlock {
    int fd;
};

/* Field 22 of /proc/PID/stat; the name before it may hold anything, so count from its closing bracket. 0 = no such process. */
static uint64_t process_start(pid_t pid)
{
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0)
        return 0;
    text[n] = '\0';
    char *at = strrchr(text, ')');
    for (int field = 2; at && field < 22; field++)
        at = strchr(at + 1, ' ');
    return at ? strtoull(at + 1, NULL, 10) : 0;
}

static void own_machine(char *name, size_t size)
{
    if (gethostname(name, size) != 0)
        snprintf(name, size, "unknown");
    name[size - 1] = '\0';
}

/* "kwiz-lock 1 PID START SINCE_MS MACHINE\n"; anything else is nobody's. */
static bool read_holder(int fd, struct runlock_holder *holder)
{
    char text[512];
    long pid = 0;
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    *holder = (struct runlock_holder){.pid = 0};
    if (n <= 0)
        return false;
    text[n] = '\0';
    if (sscanf(text, "kwiz-lock 1 %ld %" SCNu64 " %" SCNu64 " %255s", &pid, &holder->pid_start, &holder->since_ms, holder->machine) != 4 ||
        pid <= 0)
        return false;
    holder->pid = (pid_t)pid;
    return true;
}

/* Does the one who wrote this still live? Of another machine it can't be known: it counts as alive. */
static bool is_alive(const struct runlock_holder *holder)
{
    char machine[256];
    own_machine(machine, sizeof machine);
    if (strcmp(machine, holder->machine) != 0)
        return true;
    uint64_t start = process_start(holder->pid);
    return start && (!holder->pid_start || start == holder->pid_start);
}

static bool write_holder(int fd, uint64_t now_ms)
{
    char text[512], machine[256];
    own_machine(machine, sizeof machine);
    int len = snprintf(text, sizeof text, "kwiz-lock 1 %ld %" PRIu64 " %" PRIu64 " %s\n", (long)getpid(), process_start(getpid()), now_ms, machine);
    return ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)len, 0) == len && fsync(fd) == 0;
}

static void busy(const char *folder, const struct runlock_holder *holder, struct err *err)
{
    char when[64] = "?";
    time_t seconds = (time_t)(holder->since_ms / 1000);
    struct tm tm;
    if (localtime_r(&seconds, &tm))
        strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &tm);
    char machine[256];
    own_machine(machine, sizeof machine);
    if (!holder->pid)
        err_set(err, ERR_BUSY, _("another kwiz is at work on the run in %s"), folder);
    else if (strcmp(machine, holder->machine) == 0)
        err_set(err, ERR_BUSY, _("another kwiz (process %ld, since %s) is at work on the run in %s"), (long)holder->pid, when, folder);
    else
        err_set(err, ERR_BUSY, _("a kwiz on %s (process %ld there, since %s) is at work on the run in %s; if it is no more, remove the file lock there"),
                holder->machine, (long)holder->pid, when, folder);
}

struct runlock *runlock_take(const char *folder, uint64_t now_ms, struct runlock_holder *out, struct err *err)
{
    struct runlock_holder holder;
    char *path = mem_printf("%s/lock", folder);
    /* The file stays when the lock is given up: removing it would let two of us lock two files of one name. */
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = fd >= 0;
    if (!ok) {
        err_set_errno(err, ERR_LOCAL, errno, _("cannot open %s"), path);
    } else if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        read_holder(fd, &holder);
        busy(folder, &holder, err);
        if (out)
            *out = holder;
        ok = false;
    } else if (read_holder(fd, &holder) && is_alive(&holder) && holder.pid != getpid()) {
        busy(folder, &holder, err); /* a file system without locks between machines */
        if (out)
            *out = holder;
        ok = false;
    } else if (!write_holder(fd, now_ms)) {
        ok = err_set_errno(err, ERR_LOCAL, errno, _("cannot write %s"), path);
    }
    free(path);
    if (!ok) {
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    struct runlock *lock = mem_new(1, sizeof *lock);
    lock->fd = fd;
    return lock;
}

void runlock_free(struct runlock **lock)
{
    if (!*lock)
        return;
    if (ftruncate((*lock)->fd, 0) != 0) { /* then the next one finds a dead holder's name, which is as good */
    }
    close((*lock)->fd);
    free(*lock);
    *lock = NULL;
}
