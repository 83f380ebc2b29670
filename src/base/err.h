/* Errors as values: what went wrong, and where in which file.
 *
 * A function that can fail takes `struct err *err` last and returns false (or NULL) after setting it. The caller may put context in
 * front on the way up. An err holds no pointers, needs no cleaning up, and may be copied.
 */
#ifndef KWIZ_BASE_ERR_H
#define KWIZ_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

#define ERR_TEXT_MAX 1024
#define ERR_FILE_MAX 256

/* What kind of failure it is; decides the exit status (see cli/exit.h), not the wording. */
enum err_code {
    ERR_NONE = 0,
    ERR_USAGE,       /* the command line */
    ERR_INVALID,     /* a spell, answers or other input is wrong */
    ERR_CONFIRM,     /* a confirmation is missing */
    ERR_REQUIREMENT, /* a host is not as it must be */
    ERR_UNREACHABLE, /* a host does not answer or refuses us */
    ERR_BUSY,        /* another kwiz holds it */
    ERR_LOCAL,       /* this machine: disk, memory, state folder */
    ERR_STEP,        /* a step failed */
    ERR_PROTOCOL,    /* a host answered with what makes no sense */
    ERR_INTERRUPTED,
};

struct err {
    enum err_code code;
    char text[ERR_TEXT_MAX]; /* translated, one or more lines, UTF-8, printable */
    char file[ERR_FILE_MAX]; /* "" when no file is involved */
    unsigned line, column;   /* from 1; 0 = unknown */
};

#define ERR_INIT {.code = ERR_NONE}

/* Set code and text; forgets any place. err may be NULL. Always returns false, so callers write `return err_set(...)`. */
bool err_set(struct err *err, enum err_code code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* As err_set, followed by ": " and strerror(errnum). */
bool err_set_errno(struct err *err, enum err_code code, int errnum, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Name the place the error speaks of. Returns false. */
bool err_place(struct err *err, const char *file, unsigned line, unsigned column);
/* Put "<context>: " before the text. Returns false. */
bool err_prefix(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Write "file:line:column: text" (or only what is known of the place) into out, NUL-terminated; out_size > 0. */
void err_format(const struct err *err, char *out, size_t out_size);

/* Many errors at once, for whoever checks a whole file. Capped at ERR_LIST_MAX; what is beyond is counted, not kept. */
#define ERR_LIST_MAX 100
struct err_list {
    struct err *items; /* owned */
    size_t count;
    size_t dropped;
};
/* Append a copy. */
void err_list_add(struct err_list *list, const struct err *err);
/* Append an error with its place. Returns false. */
bool err_list_addf(struct err_list *list, const char *file, unsigned line, unsigned column, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void err_list_done(struct err_list *list);

#endif
