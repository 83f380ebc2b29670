#include "cli/kubeconfig_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/kubeconfig.h"

#define LOCK_LIMIT_MS 10000
#define LOCK_PAUSE_MS 50
#define BACKUPS_MAX 1000 /* of one second */

/* A file as it is: its bytes, and the tree of them. Without a file, or when it holds nothing, an empty kubeconfig. */
struct target {
    const char *file;
    struct buf bytes;
    struct yaml *yaml;
    bool is_there;
};

char *kubeconfig_file_default(void)
{
    const char *list = getenv("KUBECONFIG");
    while (list && *list == ':')
        list++;
    if (!list || !*list)
        return file_expand("~/.kube/config");
    return mem_strndup(list, strcspn(list, ":"));
}

static char *folder_of(const char *file)
{
    const char *slash = strrchr(file, '/');
    return slash ? mem_strndup(file, slash == file ? 1 : (size_t)(slash - file)) : mem_strdup(".");
}

static bool first_error(struct err_list *errors, struct err *err)
{
    *err = errors->items[0];
    err_list_done(errors);
    return false;
}

/* May the file be replaced by another? A link would be replaced and not followed; someone else's file would become ours. */
static bool check_place(struct target *t, struct err *err)
{
    struct stat st;
    char link[ERR_FILE_MAX], *folder = folder_of(t->file);
    bool ok = true;
    t->is_there = lstat(t->file, &st) == 0;
    if (!t->is_there && errno != ENOENT)
        ok = err_set_errno(err, ERR_LOCAL, errno, _("cannot look at %s"), t->file);
    else if (t->is_there && S_ISLNK(st.st_mode)) {
        ssize_t n = readlink(t->file, link, sizeof link - 1);
        link[n > 0 ? n : 0] = '\0';
        ok = err_set(err, ERR_LOCAL, _("%s is a symbolic link, to %s; name the file itself"), t->file, link);
    } else if (t->is_there && st.st_uid != geteuid())
        ok = err_set(err, ERR_LOCAL, _("%s belongs to another user (uid %u); it is left alone"), t->file, (unsigned)st.st_uid);
    else if (t->is_there && S_ISREG(st.st_mode) && access(t->file, R_OK | W_OK) != 0)
        ok = err_set_errno(err, ERR_LOCAL, errno, _("cannot change %s"), t->file);
    else if (access(folder, W_OK | X_OK) != 0 && (t->is_there || errno != ENOENT))
        ok = err_set_errno(err, ERR_LOCAL, errno, _("cannot write into the folder %s"), folder);
    free(folder);
    return ok;
}

static bool load(struct target *t, const char *file, struct err *err)
{
    struct err_list errors = {0};
    *t = (struct target){.file = file};
    buf_init(&t->bytes, YAML_BYTES_MAX);
    if (!check_place(t, err) || (t->is_there && !file_read(file, YAML_BYTES_MAX, &t->bytes, err)))
        return false;
    const char *text = buf_text(&t->bytes);
    if (text[strspn(text, " \r\n")] == '\0' && strlen(text) == t->bytes.len) {
        t->yaml = mem_new(1, sizeof *t->yaml);
        t->yaml->file = mem_strdup(file);
        t->yaml->root = kubeconfig_new();
        return true;
    }
    t->yaml = yaml_parse(file, text, t->bytes.len, &errors);
    if (!t->yaml || !kubeconfig_is_sound(t->yaml, &errors))
        return first_error(&errors, err);
    return true;
}

static void unload(struct target *t)
{
    yaml_tree_free(&t->yaml);
    buf_wipe(&t->bytes);
}

bool kubeconfig_file_check(const char *file, struct err *err)
{
    struct target t;
    bool ok = load(&t, file, err);
    unload(&t);
    return ok;
}

bool kubeconfig_file_has(const char *file, const char *cluster)
{
    struct err err = ERR_INIT;
    struct target t;
    bool has = load(&t, file, &err) && kubeconfig_has(t.yaml->root, cluster);
    unload(&t);
    return has;
}

static bool read_entry(const char *name, const char *bytes, size_t len, struct kubeconfig_entry *entry, struct err *err)
{
    struct err_list errors = {0};
    *entry = (struct kubeconfig_entry){0};
    struct yaml *yaml = yaml_parse(name, bytes, len, &errors);
    bool ok = yaml && kubeconfig_take(yaml, entry, &errors);
    yaml_tree_free(&yaml);
    return ok || first_error(&errors, err);
}

bool kubeconfig_file_judge(const char *name, const char *bytes, size_t len, struct err *err)
{
    struct kubeconfig_entry entry;
    bool ok = read_entry(name, bytes, len, &entry, err);
    kubeconfig_entry_done(&entry);
    return ok;
}

/* ---- the lock ---- */

/* kubectl's: FILE.lock, made by whoever changes FILE (k8s.io/client-go, tools/clientcmd/loader.go, lockName). A signal must not leave it behind. */
struct lock {
    char *path;
    sigset_t mask;
};

static bool lock_take(struct lock *lock, const char *file, struct err *err)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, &lock->mask);
    lock->path = mem_printf("%s.lock", file);
    int fd = -1;
    for (unsigned waited_ms = 0; waited_ms < LOCK_LIMIT_MS; waited_ms += LOCK_PAUSE_MS) {
        fd = open(lock->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd >= 0 || errno != EEXIST)
            break;
        nanosleep(&(struct timespec){.tv_nsec = LOCK_PAUSE_MS * 1000000L}, NULL);
    }
    if (fd >= 0) {
        close(fd);
        return true;
    }
    if (errno == EEXIST)
        err_set(err, ERR_BUSY, _("%s is there for more than %d s: another program is changing %s; if none is, remove it"), lock->path,
                LOCK_LIMIT_MS / 1000, file);
    else
        err_set_errno(err, ERR_LOCAL, errno, _("cannot make %s"), lock->path);
    free(lock->path);
    lock->path = NULL;
    sigprocmask(SIG_SETMASK, &lock->mask, NULL);
    return false;
}

static void lock_give(struct lock *lock)
{
    if (!lock->path)
        return;
    unlink(lock->path);
    free(lock->path);
    sigprocmask(SIG_SETMASK, &lock->mask, NULL);
}

/* ---- writing ---- */

/* Write bytes to a new FILE.kwiz-backup-TIME. */
static bool write_backup(const char *file, const struct buf *bytes, char **backup, struct err *err)
{
    char when[32];
    time_t now = time(NULL);
    struct tm tm;
    localtime_r(&now, &tm);
    strftime(when, sizeof when, "%Y%m%d-%H%M%S", &tm);
    for (unsigned i = 0; i < BACKUPS_MAX; i++) {
        char *path = i ? mem_printf("%s.kwiz-backup-%s-%u", file, when, i) : mem_printf("%s.kwiz-backup-%s", file, when);
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        bool is_taken = fd < 0 && errno == EEXIST;
        if (fd < 0 && !is_taken)
            err_set_errno(err, ERR_LOCAL, errno, _("cannot make the backup %s"), path);
        if (fd >= 0)
            close(fd);
        if (fd >= 0 && file_write(path, buf_text(bytes), bytes->len, 0600, err)) {
            *backup = path;
            return true;
        }
        if (fd >= 0)
            unlink(path);
        free(path);
        if (!is_taken)
            return false;
    }
    return err_set(err, ERR_LOCAL, _("there are too many backups of %s"), file);
}

bool kubeconfig_file_backup(const char *file, const char *bytes, size_t len, char **backup, struct err *err)
{
    struct buf old;
    *backup = NULL;
    if (access(file, F_OK) != 0 && errno == ENOENT)
        return true;
    bool ok = file_read(file, YAML_BYTES_MAX, &old, err);
    if (ok && (old.len != len || memcmp(buf_text(&old), bytes, len) != 0))
        ok = write_backup(file, &old, backup, err);
    buf_wipe(&old);
    return ok;
}

/* Backup, then the tree, if it differs from what is there. */
static bool store(struct target *t, const struct yaml_node *before, struct kubeconfig_change *change, struct err *err)
{
    struct buf text;
    const char *current = kubeconfig_current(t->yaml->root);
    change->current = current ? mem_strdup(current) : NULL;
    if (t->bytes.len && yaml_same(before, t->yaml->root))
        return true;
    buf_init(&text, YAML_BYTES_MAX);
    bool ok = yaml_write(t->yaml->root, &text, err) && (!t->bytes.len || write_backup(t->file, &t->bytes, &change->backup, err)) &&
              file_write(t->file, buf_text(&text), text.len, 0600, err);
    change->is_changed = ok;
    buf_wipe(&text);
    return ok;
}

/* Put the entry into the file, or without one take the cluster's entries out of it. */
static bool change_file(const char *file, const char *cluster, struct kubeconfig_entry *entry, struct kubeconfig_change *change,
                        struct err *err)
{
    struct target t;
    if (!load(&t, file, err)) {
        unload(&t);
        return false;
    }
    struct yaml_node *before = yaml_copy(t.yaml->root);
    const char *old = kubeconfig_server(before, cluster);
    if (entry)
        kubeconfig_put(t.yaml->root, cluster, entry);
    else
        kubeconfig_drop(t.yaml->root, cluster);
    const char *new = kubeconfig_server(t.yaml->root, cluster);
    if (entry && old && new && strcmp(old, new) != 0)
        change->server_before = mem_strdup(old);
    bool ok = (!entry && !kubeconfig_has(before, cluster)) || store(&t, before, change, err);
    yaml_node_free(&before);
    unload(&t);
    return ok;
}

static bool make_folder(const char *file, struct err *err)
{
    char *folder = folder_of(file);
    bool ok = file_mkdirs(folder, 0700, err);
    free(folder);
    return ok;
}

bool kubeconfig_file_merge(const char *file, const char *cluster, const char *name, const char *bytes, size_t len,
                           struct kubeconfig_change *change, struct err *err)
{
    struct kubeconfig_entry entry;
    struct lock lock = {0};
    *change = (struct kubeconfig_change){0};
    bool ok = read_entry(name, bytes, len, &entry, err) && make_folder(file, err) && lock_take(&lock, file, err) &&
              change_file(file, cluster, &entry, change, err);
    lock_give(&lock);
    kubeconfig_entry_done(&entry);
    return ok;
}

bool kubeconfig_file_remove(const char *file, const char *cluster, struct kubeconfig_change *change, struct err *err)
{
    struct lock lock = {0};
    *change = (struct kubeconfig_change){0};
    if (access(file, F_OK) != 0 && errno == ENOENT)
        return true;
    bool ok = lock_take(&lock, file, err) && change_file(file, cluster, NULL, change, err);
    lock_give(&lock);
    return ok;
}

void kubeconfig_change_done(struct kubeconfig_change *change)
{
    free(change->backup);
    free(change->current);
    free(change->server_before);
    *change = (struct kubeconfig_change){0};
}
