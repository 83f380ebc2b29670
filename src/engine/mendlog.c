#include "engine/mendlog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"

#define ENTRY_BYTES_MAX ((size_t)256 * 1024)

char *mendlog_path(const char *cluster)
{
    char *state = file_xdg("XDG_STATE_HOME", ".local/state"), *path = mem_printf("%s/mended/%s.log", state, cluster);
    free(state);
    return path;
}

/* Each line of the output is set in, so that none looks like an entry. */
static void add_lines(struct buf *out, const char *text)
{
    for (size_t n; *text; text += n + (text[n] == '\n')) {
        n = strcspn(text, "\n");
        buf_adds(out, "    ");
        buf_add(out, text, n);
        buf_adds(out, "\n");
    }
}

static void write_entry(struct buf *out, const struct mendlog_entry *entry)
{
    const struct mending_job *job = entry->job;
    time_t now = time(NULL);
    struct tm tm;
    char when[32];
    gmtime_r(&now, &tm);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);
    buf_addf(out, "%s %s %s %s", when, job->name, entry->check, mending_state_name(job->state));
    if (job->state == MENDING_FAILED && job->status >= 0)
        buf_addf(out, " %d", job->status);
    buf_addf(out, ", %s of %s %s %s\n", entry->script, entry->spell, entry->version, entry->digest);
    add_lines(out, job->output);
}

static bool make_room(const char *path, struct err *err)
{
    struct stat st;
    char *older = mem_printf("%s.1", path);
    bool ok = stat(path, &st) != 0 || (size_t)st.st_size < MENDLOG_BYTES_MAX || rename(path, older) == 0;
    if (!ok)
        err_set_errno(err, ERR_LOCAL, errno, _("cannot rename %s"), path);
    free(older);
    return ok;
}

static bool append(const char *path, const struct buf *bytes, struct err *err)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = fd >= 0 && file_write_all(fd, bytes->data, bytes->len);
    int why = errno;
    if (fd >= 0 && close(fd) != 0 && ok) {
        why = errno;
        ok = false;
    }
    return ok || err_set_errno(err, ERR_LOCAL, why, _("cannot write %s"), path);
}

bool mendlog_add(const struct mendlog_entry *entry, struct err *err)
{
    char *path = mendlog_path(entry->cluster), *folder = mem_strndup(path, (size_t)(strrchr(path, '/') - path));
    struct buf text;
    buf_init(&text, ENTRY_BYTES_MAX);
    write_entry(&text, entry);
    bool ok = file_mkdirs(folder, 0700, err) && make_room(path, err) && append(path, &text, err);
    buf_done(&text);
    free(folder);
    free(path);
    return ok;
}
