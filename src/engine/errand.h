/* Running a script on a host by one channel: the program that the channel is opened with (become.h), and what is written before the script. Script and input
 * lie in the host's memory only. The host ends the script with all that it started, as far as that is in its process group, when its time is up, also
 * when kwiz is gone by then. */
#ifndef KWIZ_ENGINE_ERRAND_H
#define KWIZ_ENGINE_ERRAND_H

#include <stdbool.h>
#include <stddef.h>

#include "transport/transport.h"

/* For become_options. */
extern const char errand_program[];

/* After its time is up a script has 5 s until it is killed; when nothing was heard of that within so many ms, it is not known what became of it. */
#define ERRAND_GRACE_MS 10000u

#define ERRAND_INPUT_ALL ((size_t)-1) /* the script reads whatever is written, until its end; what it started ends with it */

/* script_len bytes of script are to be written next, then input_len ones for its stdin. limit_ms: rounded up to seconds. */
void errand_write_head(struct channel *channel, size_t script_len, size_t input_len, unsigned limit_ms);
/* Is this what a script ends with that was ended, by host_script_run or by something else? */
bool errand_was_ended(int exit_status, const char *signal);

#endif
