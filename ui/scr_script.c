#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/screens.h"

#define SCRIPT_TEXT_MAX_BYTES (8u << 20)

/* Lines of which numbers are wanted. */
struct part {
    size_t first, count;
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

static struct part add_lines(struct buf *out, const char *script)
{
    struct part part;
    part.first = count_lines(buf_text(out), out->len);
    buf_adds(out, script);
    if (*script && script[strlen(script) - 1] != '\n')
        buf_adds(out, "\n");
    part.count = count_lines(buf_text(out), out->len) - part.first;
    return part;
}

struct screen *scr_script_new(struct view *view, const struct plan *plan, size_t task)
{
    const struct plan_host *host = &plan->hosts[plan->tasks[task].host];
    const struct plan_step *step = &plan->steps[plan->tasks[task].step];
    struct part run, check = {0, 0};
    struct buf text;
    buf_init(&text, SCRIPT_TEXT_MAX_BYTES);
    add_variables(&text, host, step);
    buf_adds(&text, "\n");
    buf_addf(&text, step->becomes_root ? _("-- %s, as root --") : _("-- %s, as the user who logs in --"),
             step->script_path ? step->script_path : step->id);
    buf_adds(&text, "\n");
    run = add_lines(&text, step->script ? step->script : "");
    if (step->check) {
        buf_adds(&text, "\n");
        buf_addf(&text, _("-- %s, run before it --"), step->check_path ? step->check_path : step->id);
        buf_adds(&text, "\n");
        check = add_lines(&text, step->check);
    }
    char *subject = mem_printf("%s: %s", host->host.name, step->id);
    struct screen *screen = scr_text_new(view, _("Script"), subject, buf_take(&text));
    scr_text_number(screen, run.first, run.count);
    if (step->check)
        scr_text_number(screen, check.first, check.count);
    free(subject);
    return screen;
}
