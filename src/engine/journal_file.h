/* What journal.c gives journal_read.c: a journal that goes on in an existing file. */
#ifndef KWIZ_ENGINE_JOURNAL_FILE_H
#define KWIZ_ENGINE_JOURNAL_FILE_H

#include "engine/journal.h"

/* Appends to fd, which it closes in the end. */
struct journal_sink journal_file_sink(int fd);
/* A journal that writes nothing of its own first; next is the first sequence number it uses. */
struct journal *journal_from_sink(const struct journal_sink *sink, uint64_t next);

#endif
