#include "ui/log_reader.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

#define MARK_EVERY_BYTES (1u << 20)
#define TEXT_MAX_BYTES (1u << 20) /* of one line made printable */

struct mark { /* the first line that begins at or behind a multiple of MARK_EVERY_BYTES */
    uint64_t offset, number;
};

struct log_reader {
    char *path;
    int fd; /* -1 = not there yet */
    dev_t device;
    ino_t inode;
    uint64_t size;
    char block[LOG_BLOCK_BYTES];
    uint64_t block_index;
    size_t block_len;   /* 0 = none read */
    struct mark *marks; /* owned */
    size_t mark_count;
    uint64_t counted, number; /* lines before the line at `counted` */
    bool is_at_last;          /* only an unfinished line is left to be counted */
    char *chunk;              /* owned; for searching */
    size_t chunk_room;
};

struct log_reader *log_reader_new(const char *path)
{
    struct log_reader *reader = mem_new(1, sizeof *reader);
    reader->path = mem_strdup(path);
    reader->fd = -1;
    return reader;
}

static void forget(struct log_reader *reader)
{
    reader->size = reader->counted = reader->number = 0;
    reader->block_len = 0;
    reader->mark_count = 0;
    free(reader->marks);
    reader->marks = NULL;
}

void log_reader_free(struct log_reader **reader)
{
    if (!*reader)
        return;
    forget(*reader);
    if ((*reader)->fd >= 0)
        close((*reader)->fd);
    free((*reader)->path);
    free((*reader)->chunk);
    free(*reader);
    *reader = NULL;
}

const char *log_reader_path(const struct log_reader *reader)
{
    return reader->path;
}

static bool open_file(struct log_reader *reader, struct err *err)
{
    reader->fd = open(reader->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat st;
    if (reader->fd < 0)
        return err_set_errno(err, ERR_LOCAL, errno, _("%s can't be read"), reader->path);
    if (fstat(reader->fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        close(reader->fd);
        reader->fd = -1;
        return err_set(err, ERR_LOCAL, _("%s is not a regular file"), reader->path);
    }
    reader->device = st.st_dev;
    reader->inode = st.st_ino;
    return true;
}

bool log_reader_refresh(struct log_reader *reader, bool *restarted, struct err *err)
{
    struct stat st;
    bool is_new = false;
    if (restarted)
        *restarted = false;
    if (stat(reader->path, &st) < 0) {
        if (errno == ENOENT)
            return true; /* not there yet, or removed: what is open stays readable */
        return err_set_errno(err, ERR_LOCAL, errno, _("%s can't be read"), reader->path);
    }
    if (reader->fd >= 0 &&
        (st.st_dev != reader->device || st.st_ino != reader->inode || (uint64_t)st.st_size < reader->size)) {
        close(reader->fd);
        reader->fd = -1;
        forget(reader);
        is_new = true;
    }
    if (reader->fd < 0 && !open_file(reader, err))
        return false;
    if ((uint64_t)st.st_size != reader->size)
        reader->block_len = 0, reader->is_at_last = false; /* the last block may have been a part */
    reader->size = (uint64_t)st.st_size;
    if (restarted)
        *restarted = is_new;
    return true;
}

uint64_t log_reader_size(const struct log_reader *reader)
{
    return reader->size;
}

/* Up to len bytes at offset. What can't be read (a disk that fails, a file cut off meanwhile) is as if it
 * weren't there. */
static size_t read_at(struct log_reader *reader, uint64_t offset, char *out, size_t len)
{
    size_t done = 0;
    while (done < len) {
        ssize_t n = pread(reader->fd, out + done, len - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    return done;
}

/* The bytes of a block that lie before size, in reader->block. */
static size_t load(struct log_reader *reader, uint64_t index)
{
    if (reader->block_len && reader->block_index == index)
        return reader->block_len;
    uint64_t start = index * LOG_BLOCK_BYTES;
    if (start >= reader->size || reader->fd < 0)
        return 0;
    uint64_t left = reader->size - start;
    reader->block_index = index;
    reader->block_len =
        read_at(reader, start, reader->block, left < LOG_BLOCK_BYTES ? (size_t)left : LOG_BLOCK_BYTES);
    return reader->block_len;
}

uint64_t log_reader_line_of(struct log_reader *reader, uint64_t offset)
{
    uint64_t index = offset / LOG_BLOCK_BYTES, start = index * LOG_BLOCK_BYTES;
    size_t len = load(reader, index), before = (size_t)(offset - start);
    const char *hit = memrchr(reader->block, '\n', before < len ? before : len);
    if (hit)
        return start + (uint64_t)(hit - reader->block) + 1;
    if (!index)
        return 0;
    len = load(reader, index - 1);
    hit = memrchr(reader->block, '\n', len);
    return hit ? start - LOG_BLOCK_BYTES + (uint64_t)(hit - reader->block) + 1 : start;
}

uint64_t log_reader_next(struct log_reader *reader, uint64_t offset)
{
    uint64_t index = offset / LOG_BLOCK_BYTES, start = index * LOG_BLOCK_BYTES;
    size_t from = (size_t)(offset - start);
    for (int i = 0; i < 2; i++) {
        size_t len = load(reader, index);
        const char *hit = from < len ? memchr(reader->block + from, '\n', len - from) : NULL;
        if (hit)
            return start + (uint64_t)(hit - reader->block) + 1;
        if (len < LOG_BLOCK_BYTES)
            return reader->size;
        bool is_cut = !memchr(reader->block, '\n', from); /* a whole block without newline ends a line */
        index++;
        start += LOG_BLOCK_BYTES;
        if (is_cut || i)
            break;
        from = 0;
    }
    return start < reader->size ? start : reader->size;
}

uint64_t log_reader_previous(struct log_reader *reader, uint64_t offset)
{
    return offset ? log_reader_line_of(reader, offset - 1) : 0;
}

static char *chunk(struct log_reader *reader, size_t len)
{
    if (len > reader->chunk_room) {
        free(reader->chunk);
        reader->chunk = mem_new(1, len);
        reader->chunk_room = len;
    }
    return reader->chunk;
}

size_t log_reader_text(struct log_reader *reader, uint64_t offset, struct buf *out)
{
    buf_done(out);
    buf_init(out, TEXT_MAX_BYTES);
    if (offset >= reader->size)
        return 0;
    size_t len = (size_t)(log_reader_next(reader, offset) - offset);
    char *text = chunk(reader, len);
    len = read_at(reader, offset, text, len);
    if (len && text[len - 1] == '\n')
        len--;
    while (len && text[len - 1] == '\r')
        len--;
    size_t redrawn = 0;
    const char *shown = text;
    for (const char *s = text; (s = memchr(s, '\r', (size_t)(text + len - s))) != NULL; redrawn++)
        shown = ++s;
    utf8_printable(shown, (size_t)(text + len - shown), out);
    return redrawn;
}

bool log_reader_count(struct log_reader *reader, uint64_t budget_bytes)
{
    uint64_t stop = reader->counted + budget_bytes;
    reader->is_at_last = false;
    while (reader->counted < reader->size && reader->counted < stop) {
        if (reader->counted >= (uint64_t)reader->mark_count * MARK_EVERY_BYTES) {
            reader->marks = mem_grow(reader->marks, reader->mark_count + 1, sizeof *reader->marks);
            reader->marks[reader->mark_count++] = (struct mark){reader->counted, reader->number};
        }
        uint64_t next = log_reader_next(reader, reader->counted);
        if (next == reader->size) { /* the last line may go on: it is counted, but looked at again */
            char last = '\0';
            if (read_at(reader, next - 1, &last, 1) != 1 || last != '\n') {
                reader->is_at_last = true;
                return true;
            }
        }
        reader->counted = next;
        reader->number++;
    }
    return reader->counted >= reader->size;
}

/* An unfinished last line stays to be looked at again, so what is left may be that one. */
bool log_reader_is_counted(const struct log_reader *reader)
{
    return reader->counted >= reader->size || reader->is_at_last;
}

uint64_t log_reader_lines(const struct log_reader *reader)
{
    return reader->number + (reader->counted < reader->size ? 1 : 0);
}

uint64_t log_reader_number(struct log_reader *reader, uint64_t offset)
{
    if (offset > reader->counted || !reader->mark_count)
        return 0;
    size_t low = 0, high = reader->mark_count; /* the last mark at or before offset */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (reader->marks[middle].offset <= offset)
            low = middle;
        else
            high = middle;
    }
    uint64_t at = reader->marks[low].offset, number = reader->marks[low].number;
    while (at < offset) {
        at = log_reader_next(reader, at);
        number++;
    }
    return number + 1;
}

/* The first (or last) place of the pattern in text, or NULL. */
static const char *hit_in(const char *text, size_t len, const char *pattern, size_t pattern_len, bool is_last)
{
    const char *found = NULL;
    for (const char *s = text; (s = memmem(s, len - (size_t)(s - text), pattern, pattern_len)) != NULL; s++) {
        found = s;
        if (!is_last)
            break;
    }
    return found;
}

static const char *search(struct log_reader *reader, uint64_t from, uint64_t to, const char *pattern,
                          bool is_last)
{
    size_t pattern_len = strlen(pattern);
    char *text = chunk(reader, (size_t)(to - from));
    size_t len = read_at(reader, from, text, (size_t)(to - from));
    bool is_exact = false;
    for (const char *s = pattern; *s; s++)
        is_exact = is_exact || (*s >= 'A' && *s <= 'Z');
    for (size_t i = 0; !is_exact && i < len; i++)
        if (text[i] >= 'A' && text[i] <= 'Z')
            text[i] = (char)(text[i] + 'a' - 'A');
    return hit_in(text, len, pattern, pattern_len, is_last);
}

enum log_found log_reader_find(struct log_reader *reader, const char *pattern, bool backward, uint64_t *at,
                               uint64_t budget_bytes)
{
    uint64_t done = 0;
    if (!*pattern)
        return LOG_NOT_FOUND;
    while (done < budget_bytes) {
        uint64_t from, to; /* whole lines, about a block of them */
        if (backward) {
            to = from = *at < reader->size ? *at : reader->size;
            while (from > 0 && to - from < LOG_BLOCK_BYTES)
                from = log_reader_previous(reader, from);
        } else {
            to = from = *at < reader->size ? log_reader_next(reader, *at) : reader->size;
            while (to < reader->size && to - from < LOG_BLOCK_BYTES)
                to = log_reader_next(reader, to);
        }
        if (from == to)
            return LOG_NOT_FOUND;
        const char *hit = search(reader, from, to, pattern, backward);
        if (hit) {
            *at = log_reader_line_of(reader, from + (uint64_t)(hit - reader->chunk));
            return LOG_FOUND;
        }
        *at = backward ? from : log_reader_previous(reader, to);
        done += to - from;
    }
    return LOG_MORE;
}
