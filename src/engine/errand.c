#include "engine/errand.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "engine/bootstrap.h"
#include "engine/host_scripts.h"

#define STATUS_OF_SIGNAL 128 /* POSIX: greater than this */

/* Reads `LENGTH\n` and what host_script_run wants to have before it, never more than that. Blocks, since a process a byte-sized read would take long; the
 * dot keeps newlines that $(...) would drop. */
const char errand_program[] =
    "LC_ALL=C; PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH; if [ -t 0 ]; then stty raw -echo; fi; echo " BOOTSTRAP_READY
    "; read -r n; s=; while [ \"$n\" -gt 0 ]; do c=$(dd bs=\"$n\" count=1 2>/dev/null; echo .); c=${c%?}; [ -n \"$c\" ] || exit 125; "
    "s=$s$c; n=$((n - ${#c})); done; eval \"$s\"";

void errand_write_head(struct channel *channel, size_t script_len, size_t input_len, unsigned limit_ms)
{
    char words[128], head[32], input[32] = "-";
    if (input_len != ERRAND_INPUT_ALL)
        snprintf(input, sizeof input, "%zu", input_len);
    int len = snprintf(words, sizeof words, "run_length=%zu run_input=%s run_limit=%u\n", script_len, input, limit_ms / 1000 + (limit_ms % 1000 != 0));
    snprintf(head, sizeof head, "%zu\n", (size_t)len + host_script_run.len);
    channel_write(channel, head, strlen(head));
    channel_write(channel, words, (size_t)len);
    channel_write_shared(channel, host_script_run.text, host_script_run.len);
}

bool errand_was_ended(int exit_status, const char *signal)
{
    return (exit_status < 0 && *signal) || exit_status == STATUS_OF_SIGNAL + SIGTERM || exit_status == STATUS_OF_SIGNAL + SIGKILL;
}
