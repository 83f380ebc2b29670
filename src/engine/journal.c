#include "engine/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "engine/journal_file.h"
#include "engine/journal_json.h"

struct journal {
    struct journal_sink sink;
    uint64_t next; /* sequence number */
    bool is_dirty, is_broken;
};

/* --- a file --- */

struct file {
    int fd;
};

static int write_bytes(void *context, const void *bytes, size_t len)
{
    return file_write_all(((struct file *)context)->fd, bytes, len) ? 0 : errno;
}

static int file_sync(void *context)
{
    struct file *file = context;
    return fdatasync(file->fd) == 0 ? 0 : errno;
}

static void file_close(void *context)
{
    struct file *file = context;
    close(file->fd);
    free(file);
}

struct journal_sink journal_file_sink(int fd)
{
    struct file *file = mem_new(1, sizeof *file);
    file->fd = fd;
    return (struct journal_sink){.write = write_bytes, .sync = file_sync, .close = file_close, .context = file};
}

/* --- writing --- */

struct journal *journal_from_sink(const struct journal_sink *sink, uint64_t next)
{
    struct journal *journal = mem_new(1, sizeof *journal);
    journal->sink = *sink;
    journal->next = next;
    return journal;
}

static bool broken(struct journal *journal, int errnum, struct err *err)
{
    journal->is_broken = true;
    return err_set_errno(err, ERR_LOCAL, errnum, "%s", _("the run's journal cannot be written"));
}

static bool write_json(struct journal *journal, json_t *json, struct err *err)
{
    char *line = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    if (!line)
        return broken(journal, ENOMEM, err);
    size_t len = strlen(line);
    line[len] = '\n'; /* in the place of the NUL: one write for the whole line */
    int errnum = len < JOURNAL_LINE_MAX ? journal->sink.write(journal->sink.context, line, len + 1) : EMSGSIZE;
    free(line);
    journal->is_dirty = true;
    return errnum ? broken(journal, errnum, err) : true;
}

struct journal *journal_create_sink(const struct journal_sink *sink, const struct journal_header *header, struct err *err)
{
    struct journal *journal = journal_from_sink(sink, 1);
    if (write_json(journal, journal_json_header(header), err) && journal_sync(journal, err))
        return journal;
    journal_close(&journal);
    return NULL;
}

struct journal *journal_create(const char *path, const struct journal_header *header, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) {
        err_set_errno(err, ERR_LOCAL, errno, _("cannot make the journal %s"), path);
        return NULL;
    }
    struct journal_sink sink = journal_file_sink(fd);
    struct journal *journal = journal_create_sink(&sink, header, err);
    if (journal && !file_sync_folder(path)) {
        err_set_errno(err, ERR_LOCAL, errno, _("cannot sync the folder of %s"), path);
        journal_close(&journal);
    }
    if (!journal)
        unlink(path);
    return journal;
}

bool journal_write(struct journal *journal, const struct event *event, uint64_t now_ms, const struct effects *effects, struct err *err)
{
    if (journal->is_broken)
        return err_set(err, ERR_LOCAL, "%s", _("the run's journal could not be written before, and takes nothing more"));
    return write_json(journal, journal_json_event(journal->next++, event, now_ms, effects), err);
}

bool journal_sync(struct journal *journal, struct err *err)
{
    if (journal->is_broken)
        return err_set(err, ERR_LOCAL, "%s", _("the run's journal could not be written before, and takes nothing more"));
    return !journal_sync_begin(journal) || journal_sync_end(journal, journal_sync_work(journal), err);
}

bool journal_sync_begin(struct journal *journal)
{
    bool is_wanted = journal->is_dirty && !journal->is_broken;
    journal->is_dirty &= !is_wanted;
    return is_wanted;
}

int journal_sync_work(struct journal *journal)
{
    return journal->sink.sync(journal->sink.context);
}

bool journal_sync_end(struct journal *journal, int errnum, struct err *err)
{
    return errnum ? broken(journal, errnum, err) : true;
}

void journal_close(struct journal **journal)
{
    if (!*journal)
        return;
    (*journal)->sink.close((*journal)->sink.context);
    free(*journal);
    *journal = NULL;
}
