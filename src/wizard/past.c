#include "wizard/past.h"

#include <string.h>

#include "base/i18n.h"

#define INTERRUPTED 130

void past_ago(uint64_t then_ms, uint64_t now_ms, struct buf *out)
{
    unsigned long minutes = now_ms > then_ms ? (unsigned long)((now_ms - then_ms) / 60000) : 0;
    if (!minutes)
        buf_adds(out, _("just now"));
    else if (minutes < 60)
        buf_addf(out, ngettext("%lu minute ago", "%lu minutes ago", minutes), minutes);
    else if (minutes < 48 * 60)
        buf_addf(out, ngettext("%lu hour ago", "%lu hours ago", minutes / 60), minutes / 60);
    else
        buf_addf(out, ngettext("%lu day ago", "%lu days ago", minutes / (24 * 60)), minutes / (24 * 60));
}

void past_tell(const struct run_meta *run, uint64_t now_ms, struct buf *out)
{
    bool is_reset = run->action && strcmp(run->action, "reset") == 0, is_install = !run->action || strcmp(run->action, "install") == 0;
    struct buf ago;
    buf_init(&ago, 128);
    past_ago(run->ended_ms ? run->ended_ms : run->started_ms, now_ms, &ago);
    if (!is_reset && !is_install)
        buf_addf(out, "%s: ", run->action);
    if (run->exit_status < 0 && is_reset)
        buf_addf(out, _("its reset began %s and has not ended"), buf_text(&ago));
    else if (run->exit_status < 0)
        buf_addf(out, _("begun %s, has not ended"), buf_text(&ago));
    else if (run->exit_status == 0 && is_reset)
        buf_addf(out, _("reset %s"), buf_text(&ago));
    else if (run->exit_status == 0 && is_install)
        buf_addf(out, _("installed %s"), buf_text(&ago));
    else if (run->exit_status == 0)
        buf_addf(out, _("done %s"), buf_text(&ago));
    else if (run->exit_status == INTERRUPTED)
        buf_addf(out, is_reset ? _("its reset was interrupted %s") : _("interrupted %s"), buf_text(&ago));
    else
        buf_addf(out, is_reset ? _("its reset failed %s") : _("failed %s"), buf_text(&ago));
    buf_done(&ago);
}
