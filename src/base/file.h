/* Whole files: read with a cap, written completely or not at all. */
#ifndef KWIZ_BASE_FILE_H
#define KWIZ_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

/* Read a regular file of at most max_bytes into out (initialised here; the caller calls buf_done, also after failure). Anything
 * larger, unreadable or not a regular file is ERR_INVALID (the file is input) with the path as place. */
bool file_read(const char *path, size_t max_bytes, struct buf *out, struct err *err);
/* The last max_bytes of a regular file, which may be growing; out as in file_read. ERR_LOCAL. */
bool file_read_end(const char *path, size_t max_bytes, struct buf *out, struct err *err);
/* Write to a temporary file beside path, fsync, rename over path, fsync the folder. Nothing is left behind on failure (ERR_LOCAL). */
bool file_write(const char *path, const void *bytes, size_t len, mode_t mode, struct err *err);
/* All of them, whatever a single write takes. false with errno. */
bool file_write_all(int fd, const char *bytes, size_t len);
/* Sync the folder that path stands in, so that a new name there survives a crash. Where the file system can't it need not. false with errno. */
bool file_sync_folder(const char *path);
/* Make a folder and its parents, each new one with mode. Existing folders are left as they are. ERR_LOCAL. */
bool file_mkdirs(const char *path, mode_t mode, struct err *err);
/* $VARIABLE/kwiz or, without it, $HOME/fallback/kwiz; malloc'd. E.g. file_xdg("XDG_STATE_HOME", ".local/state"). */
char *file_xdg(const char *variable, const char *fallback);
/* "~" and "~/x" at the beginning replaced by $HOME; malloc'd. */
char *file_expand(const char *path);

#endif
