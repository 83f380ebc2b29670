/* A log file read by lines at any place, however large it is and while it grows. Memory is bounded: one block of the file, and one number
 * per MiB for counting lines. No call takes longer than reading its budget.
 *
 * A line is named by the offset of its first byte. It ends behind its newline; what is longer than LOG_BLOCK_BYTES is cut into several lines
 * at multiples of LOG_BLOCK_BYTES, so that a line of 100 MB costs no more than any other. */
#ifndef KWIZ_UI_LOG_READER_H
#define KWIZ_UI_LOG_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define LOG_BLOCK_BYTES 65536

struct log_reader;

/* Opens lazily: a file that isn't there yet is an empty log. */
struct log_reader *log_reader_new(const char *path);
void log_reader_free(struct log_reader **reader);
const char *log_reader_path(const struct log_reader *reader);
/* Look how far the file has grown. false with err (ERR_LOCAL) when it can't be read; a missing file is empty. A file that was replaced or
 * became shorter is read anew; *restarted (may be NULL) says so. */
bool log_reader_refresh(struct log_reader *reader, bool *restarted, struct err *err);
/* Bytes known, by the last refresh. */
uint64_t log_reader_size(const struct log_reader *reader);

/* The line that follows the one at offset; size when there is none. */
uint64_t log_reader_next(struct log_reader *reader, uint64_t offset);
/* The line before the one at offset (offset may be the size); 0 at the beginning. */
uint64_t log_reader_previous(struct log_reader *reader, uint64_t offset);
/* The line that holds the byte at offset. */
uint64_t log_reader_line_of(struct log_reader *reader, uint64_t offset);
/* The line as it is to be shown: printable (utf8_printable), and of text redrawn with carriage returns only the last. out is cleared
 * first. Returns how often it had been redrawn. */
size_t log_reader_text(struct log_reader *reader, uint64_t offset, struct buf *out);

/* Go on counting lines over at most budget_bytes. true = all that is known has been counted. */
bool log_reader_count(struct log_reader *reader, uint64_t budget_bytes);
/* Has all that is known been counted? */
bool log_reader_is_counted(const struct log_reader *reader);
/* Lines counted so far. */
uint64_t log_reader_lines(const struct log_reader *reader);
/* Number (from 1) of the line at offset; 0 = not counted so far. */
uint64_t log_reader_number(struct log_reader *reader, uint64_t offset);

enum log_found { LOG_FOUND, LOG_NOT_FOUND, LOG_MORE };
/* Search the bytes of the file for a text, from *at on (forward: lines after the one at *at; backward: before), over at most budget_bytes.
 * LOG_FOUND: *at = the line. LOG_MORE: the budget was used up; call again with the same *at to go on. LOG_NOT_FOUND: *at
 * means nothing. Letter case counts only when the pattern has an upper-case ASCII letter. */
enum log_found log_reader_find(struct log_reader *reader, const char *pattern, bool backward, uint64_t *at, uint64_t budget_bytes);

#endif
