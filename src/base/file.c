#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"


static bool read_all(int fd, const char *path, size_t max_bytes, struct buf *out, struct err *err)
{
    char chunk[65536];
    for (;;) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n == 0)
            return true;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set_errno(err, ERR_INVALID, errno, _("cannot read %s"), path);
        if (!buf_add(out, chunk, (size_t)n))
            return err_set(err, ERR_INVALID, _("the file is larger than %zu bytes, the most kwiz reads here"), max_bytes);
    }
}

bool file_read(const char *path, size_t max_bytes, struct buf *out, struct err *err)
{
    buf_init(out, max_bytes);
    /* O_NONBLOCK: opening a FIFO by mistake must not hang */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        err_set_errno(err, ERR_INVALID, errno, _("cannot open the file"));
        return err_place(err, path, 0, 0);
    }
    struct stat st;
    bool ok = fstat(fd, &st) == 0;
    if (!ok)
        err_set_errno(err, ERR_INVALID, errno, _("cannot read the file"));
    else if (S_ISDIR(st.st_mode))
        ok = err_set(err, ERR_INVALID, _("this is a folder, not a file"));
    else if (!S_ISREG(st.st_mode))
        ok = err_set(err, ERR_INVALID, _("not a regular file"));
    else if ((unsigned long long)st.st_size > max_bytes)
        ok = err_set(err, ERR_INVALID, _("the file has %lld bytes; kwiz reads at most %zu here"), (long long)st.st_size, max_bytes);
    else
        ok = read_all(fd, path, max_bytes, out, err);
    close(fd);
    return ok ? true : err_place(err, path, 0, 0);
}

bool file_read_end(const char *path, size_t max_bytes, struct buf *out, struct err *err)
{
    char chunk[4096];
    struct stat st;
    ssize_t n = 0;
    buf_init(out, max_bytes);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return err_set_errno(err, ERR_LOCAL, errno, _("%s can't be read"), path);
    bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    if (!ok)
        err_set(err, ERR_LOCAL, _("%s is not a regular file"), path);
    off_t at = ok && (unsigned long long)st.st_size > max_bytes ? st.st_size - (off_t)max_bytes : 0;
    while (ok && out->len < max_bytes) {
        size_t room = max_bytes - out->len < sizeof chunk ? max_bytes - out->len : sizeof chunk;
        n = pread(fd, chunk, room, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            ok = err_set_errno(err, ERR_LOCAL, errno, _("%s can't be read"), path);
        if (n <= 0)
            break;
        buf_add(out, chunk, (size_t)n);
        at += n;
    }
    close(fd);
    return ok;
}

bool file_write_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            errno = n < 0 ? errno : EIO;
            return false;
        }
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

bool file_sync_folder(const char *path)
{
    char *folder = mem_strdup(path);
    char *slash = strrchr(folder, '/');
    if (slash == folder)
        slash[1] = '\0';
    else if (slash)
        *slash = '\0';
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    if (fd < 0)
        return false;
    bool ok = fsync(fd) == 0 || errno == EINVAL; /* some file systems can't, and need not */
    int errnum = errno;
    close(fd);
    errno = errnum;
    return ok;
}

bool file_write(const char *path, const void *bytes, size_t len, mode_t mode, struct err *err)
{
    char *temp = mem_printf("%s.XXXXXX", path);
    int fd = mkostemp(temp, O_CLOEXEC);
    bool ok = fd >= 0;
    if (!ok)
        err_set_errno(err, ERR_LOCAL, errno, _("cannot write %s"), path);
    else if (!file_write_all(fd, bytes, len) || fchmod(fd, mode) != 0 || fsync(fd) != 0)
        ok = err_set_errno(err, ERR_LOCAL, errno, _("cannot write %s"), path);
    if (fd >= 0 && close(fd) != 0 && ok)
        ok = err_set_errno(err, ERR_LOCAL, errno, _("cannot write %s"), path);
    if (ok && rename(temp, path) != 0)
        ok = err_set_errno(err, ERR_LOCAL, errno, _("cannot replace %s"), path);
    else if (ok && !file_sync_folder(path))
        ok = err_set_errno(err, ERR_LOCAL, errno, _("cannot sync the folder of %s"), path);
    if (!ok && fd >= 0)
        unlink(temp);
    free(temp);
    return ok;
}

bool file_mkdirs(const char *path, mode_t mode, struct err *err)
{
    char *copy = mem_strdup(path);
    bool ok = true;
    for (char *p = copy + 1; ok; p++) {
        if (*p != '/' && *p != '\0')
            continue;
        char was = *p;
        *p = '\0';
        struct stat st;
        if (mkdir(copy, mode) != 0 && (errno != EEXIST || stat(copy, &st) != 0 || !S_ISDIR(st.st_mode)))
            ok = err_set_errno(err, ERR_LOCAL, errno == EEXIST ? ENOTDIR : errno, _("cannot make the folder %s"), copy);
        *p = was;
        if (!was)
            break;
    }
    free(copy);
    return ok;
}

char *file_xdg(const char *variable, const char *fallback)
{
    const char *base = getenv(variable);
    if (base && base[0] == '/')
        return mem_printf("%s/kwiz", base);
    const char *home = getenv("HOME");
    return mem_printf("%s/%s/kwiz", home && *home ? home : "/root", fallback);
}

char *file_expand(const char *path)
{
    if (path[0] != '~' || (path[1] && path[1] != '/'))
        return mem_strdup(path);
    const char *home = getenv("HOME");
    return mem_printf("%s%s", home && *home ? home : "/root", path + 1);
}
