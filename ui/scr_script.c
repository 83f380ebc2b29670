#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/screens.h"

#define SCRIPT_TEXT_MAX_BYTES (8u << 20)

/* Lines of which numbers are wanted. */
struct screen_parts {
    struct part {
        size_t first, count;
    } items[3];
    size_t count;
};

static size_t count_lines(const char *text, size_t len)
{
    size_t lines = 0;
    for (const char *s = text; (s = memchr(s, '\n', len - (size_t)(s - text))) != NULL; s++)
        lines++;
    return lines;
}

/* A value of several lines goes on indented, so that no line of it looks like a variable. */
static void add_value(struct buf *out, const char *value)
{
    for (; *value; value++) {
        buf_add(out, value, 1);
        if (*value == '\n')
            buf_adds(out, "    ");
    }
    buf_adds(out, "\n");
}

static void add_variables(struct buf *out, const struct plan_host *host, const struct plan_step *step)
{
    buf_addf(out, _("-- variables, the same for every step on %s --"), host->host.name);
    buf_adds(out, "\n");
    for (size_t i = 0; i < host->variable_count; i++) {
        buf_addf(out, "%s=", host->variables[i].name);
        add_value(out, host->variables[i].value);
    }
    buf_adds(out, _("KWIZ_RUN, KWIZ_STEP and the results of earlier steps are added when it runs."));
    buf_adds(out, "\n");
    for (size_t i = 0; i < step->reads.count; i++) {
        buf_addf(out, _("Secret, given to this step and never shown: %s"), step->reads.items[i]);
        buf_adds(out, "\n");
    }
}

static void add_lines(struct buf *out, struct screen_parts *parts, const char *heading, const char *script, size_t len)
{
    struct part *part = &parts->items[parts->count++];
    buf_adds(out, "\n");
    buf_adds(out, heading);
    buf_adds(out, "\n");
    part->first = count_lines(buf_text(out), out->len);
    buf_add(out, script, len);
    if (len && script[len - 1] != '\n')
        buf_adds(out, "\n");
    part->count = count_lines(buf_text(out), out->len) - part->first;
}

static void add_scripts(struct buf *out, struct screen_parts *parts, const struct plan_step *step)
{
    const char *script = step->script ? step->script : "", *path = step->script_path ? step->script_path : step->id;
    char *heading = mem_printf(step->becomes_root ? _("-- %s, as root --") : _("-- %s, as the user who logs in --"), path);
    add_lines(out, parts, heading, script + step->script_own, strlen(script + step->script_own));
    free(heading);
    if (step->check) {
        heading = mem_printf(_("-- %s, run before it --"), step->check_path ? step->check_path : step->id);
        add_lines(out, parts, heading, step->check + step->check_own, strlen(step->check + step->check_own));
        free(heading);
    }
    if (step->script_own)
        add_lines(out, parts, _("-- the spell's library, which stands before each of its scripts --"), script, step->script_own);
}

struct screen *scr_script_new(struct view *view, const struct plan *plan, size_t task)
{
    const struct plan_host *host = &plan->hosts[plan->tasks[task].host];
    const struct plan_step *step = &plan->steps[plan->tasks[task].step];
    struct screen_parts parts = {0};
    struct buf text;
    buf_init(&text, SCRIPT_TEXT_MAX_BYTES);
    add_variables(&text, host, step);
    add_scripts(&text, &parts, step);
    char *subject = mem_printf("%s: %s", host->host.name, step->id);
    struct screen *screen = scr_text_new(view, _("Script"), subject, buf_take(&text));
    for (size_t i = 0; i < parts.count; i++)
        scr_text_number(screen, parts.items[i].first, parts.items[i].count);
    free(subject);
    return screen;
}
