/* Memory that is never NULL: running out of it ends the program (after the terminal was restored). What a peer or a file can
 * make grow has a cap elsewhere, so running out is our bug or the machine's end. */
#ifndef KWIZ_BASE_MEM_H
#define KWIZ_BASE_MEM_H

#include <stddef.h>

/* Zeroed memory for count things of size bytes; never NULL. */
void *mem_new(size_t count, size_t size);
/* Room for at least `count` things of `size` bytes; grows in powers of two, so appending one by one is cheap when the caller passes
 * the wanted count each time. New bytes are not zeroed. */
void *mem_grow(void *old, size_t count, size_t size);
char *mem_strdup(const char *text);
char *mem_strndup(const char *text, size_t length);
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Called once before the program ends for want of memory; used to restore the terminal. May be NULL. */
extern void (*mem_on_exhausted)(void);

#endif
