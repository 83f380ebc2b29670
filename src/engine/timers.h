/* Deadlines by slot, and the earliest of them. A binary heap; pure. */
#ifndef KWIZ_ENGINE_TIMERS_H
#define KWIZ_ENGINE_TIMERS_H

#include <stddef.h>
#include <stdint.h>

struct timers;

struct timers *timers_new(size_t slots);
void timers_free(struct timers **timers);
/* Set the slot's deadline; 0 = none. */
void timers_set(struct timers *timers, size_t slot, uint64_t at_ms);
uint64_t timers_get(const struct timers *timers, size_t slot);
/* The earliest deadline, 0 = none. */
uint64_t timers_next(const struct timers *timers);
/* A slot whose deadline has come, its deadline removed; (size_t)-1 when there is none. */
size_t timers_take(struct timers *timers, uint64_t now_ms);

#endif
