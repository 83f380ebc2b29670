#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

__attribute__((format(printf, 3, 0))) static void set_text(struct err *err, enum err_code code, const char *format,
                                                             va_list ap)
{
    err->code = code;
    err->file[0] = '\0';
    err->line = err->column = 0;
    vsnprintf(err->text, sizeof err->text, format, ap);
}

bool err_set(struct err *err, enum err_code code, const char *format, ...)
{
    if (err) {
        va_list ap;
        va_start(ap, format);
        set_text(err, code, format, ap);
        va_end(ap);
    }
    return false;
}

bool err_set_errno(struct err *err, enum err_code code, int errnum, const char *format, ...)
{
    if (err) {
        va_list ap;
        va_start(ap, format);
        set_text(err, code, format, ap);
        va_end(ap);
        size_t n = strlen(err->text);
        snprintf(err->text + n, sizeof err->text - n, ": %s", strerror(errnum));
    }
    return false;
}

bool err_place(struct err *err, const char *file, unsigned line, unsigned column)
{
    if (err) {
        snprintf(err->file, sizeof err->file, "%s", file ? file : "");
        err->line = line;
        err->column = column;
    }
    return false;
}

bool err_prefix(struct err *err, const char *format, ...)
{
    if (err) {
        char old[ERR_TEXT_MAX];
        memcpy(old, err->text, sizeof old);
        va_list ap;
        va_start(ap, format);
        vsnprintf(err->text, sizeof err->text, format, ap);
        va_end(ap);
        size_t n = strlen(err->text);
        snprintf(err->text + n, sizeof err->text - n, ": %s", old);
    }
    return false;
}

void err_format(const struct err *err, char *out, size_t out_size)
{
    if (!err->file[0])
        snprintf(out, out_size, "%s", err->text);
    else if (!err->line)
        snprintf(out, out_size, "%s: %s", err->file, err->text);
    else if (!err->column)
        snprintf(out, out_size, "%s:%u: %s", err->file, err->line, err->text);
    else
        snprintf(out, out_size, "%s:%u:%u: %s", err->file, err->line, err->column, err->text);
}

void err_list_add(struct err_list *list, const struct err *err)
{
    if (list->count >= ERR_LIST_MAX) {
        list->dropped++;
        return;
    }
    list->items = mem_grow(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = *err;
}

bool err_list_addf(struct err_list *list, const char *file, unsigned line, unsigned column, const char *format, ...)
{
    struct err err = ERR_INIT;
    va_list ap;
    va_start(ap, format);
    set_text(&err, ERR_INVALID, format, ap);
    va_end(ap);
    err_place(&err, file, line, column);
    err_list_add(list, &err);
    return false;
}

void err_list_done(struct err_list *list)
{
    free(list->items);
    *list = (struct err_list){0};
}
