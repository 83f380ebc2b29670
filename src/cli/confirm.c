/* Asking before hosts are changed. */
#include "cli/execute.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"

bool execute_confirm(const struct plan *plan, const struct execute_options *options, struct desk *desk, struct err *err)
{
    size_t hosts = 0;
    for (size_t i = 0; i < plan->host_count; i++)
        hosts += !plan->hosts[i].is_left_out;
    if (options->is_yes)
        return true;
    if (options->is_json || !questions_possible() || !isatty(STDERR_FILENO))
        return err_set(err, ERR_CONFIRM,
                       ngettext("%s changes %zu host; say --yes to begin without being asked",
                                "%s changes %zu hosts; say --yes to begin without being asked", hosts),
                       plan->action, hosts);
    for (size_t i = 0; i < plan->host_count; i++)
        fprintf(stderr, "  %-24s %-24s%s\n", plan->hosts[i].host.name, plan->hosts[i].host.address, plan_host_note(&plan->hosts[i]));
    if (options->asks)
        fprintf(stderr, "%s\n", options->asks);
    char *on = mem_printf(ngettext("%zu host", "%zu hosts", hosts), hosts);
    /* TRANSLATORS: the action, "3 tasks", "on 2 hosts" */
    char *text = mem_printf(ngettext("%s: %zu task on %s. Begin? [y/N]", "%s: %zu tasks on %s. Begin? [y/N]", plan->task_count), plan->action,
                            plan->task_count, on);
    bool is_yes = desk_confirm(desk, text);
    free(on);
    free(text);
    if (is_yes)
        return true;
    return err_set(err, desk->is_interrupted ? ERR_INTERRUPTED : ERR_CONFIRM, _("not begun; nothing was changed"));
}
