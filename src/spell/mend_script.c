/* Scripts that mend, as they run and as they are shown. The helpers that stand before them (spells/lib/mend.sh) are built in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/mend.h"
#include "spell/plan_make.h"
#include "spell/requirement_parts.h"

#include "spell/mend_sh.h"

#define SCRIPT_BYTES_MAX ((size_t)4 * 1024 * 1024)
#define TEXT_BYTES_MAX ((size_t)8 * 1024 * 1024)

/* In single quotes nothing means anything to a shell but the quote itself. */
static void add_quoted(struct buf *out, const char *value)
{
    buf_adds(out, "'");
    for (size_t n; *value; value += n) {
        n = strcspn(value, "'");
        buf_add(out, value, n);
        if (value[n]) {
            buf_adds(out, "'\\''");
            n++;
        }
    }
    buf_adds(out, "'");
}

/* TCP ports that the spell's requirements want free on the host, each once. */
static char *ports_of(const struct spell *spell, const struct answers *answers, const struct host *host)
{
    struct strv ports = {0};
    for (size_t i = 0; i < spell->requirement_count; i++) {
        const struct requirement *r = &spell->requirements[i];
        for (size_t j = 0; j < r->port_count && requirement_concerns(r, answers, host); j++) {
            const struct role_port *port = &r->ports[j];
            char text[16];
            snprintf(text, sizeof text, "%u", port->port);
            if ((!port->role || strv_has(&host->roles, port->role)) && !strv_has(&ports, text))
                strv_add(&ports, text);
        }
    }
    char *all = strv_join(&ports, " ");
    strv_done(&ports);
    return all;
}

static bool variables_make(const struct spell *spell, const struct answers *answers, const struct host *host, const struct requirement *requirement,
                           struct plan_host *out, struct err *err)
{
    struct err_list errors = {0};
    char *ports = ports_of(spell, answers, host), *paths = strv_join(&requirement->paths, " ");
    *out = (struct plan_host){0};
    bool ok = plan_variables(spell, answers, host, out, &errors) && plan_variable_add(out, "KWIZ_CHECK", requirement->id, &errors) &&
              plan_variable_add(out, "KWIZ_PORTS", ports, &errors) &&
              plan_variable_add(out, "KWIZ_PATHS", paths, &errors);
    if (!ok)
        *err = errors.items[0];
    free(ports);
    free(paths);
    err_list_done(&errors);
    return ok;
}

char *mend_script(const struct spell *spell, const struct answers *answers, const struct host *host, const struct requirement *requirement, struct err *err)
{
    struct plan_host variables;
    struct buf out;
    buf_init(&out, SCRIPT_BYTES_MAX);
    bool ok = variables_make(spell, answers, host, requirement, &variables, err);
    for (size_t i = 0; ok && i < variables.variable_count; i++) {
        buf_addf(&out, "%s=", variables.variables[i].name);
        add_quoted(&out, variables.variables[i].value);
        buf_adds(&out, "\n");
    }
    buf_adds(&out, mend_sh);
    bool fits = buf_adds(&out, requirement->mend->script.text);
    if (ok && !fits)
        ok = err_set(err, ERR_INVALID, _("the script that mends %s is larger than %zu bytes with its variables"), requirement->id, SCRIPT_BYTES_MAX);
    plan_variables_done(&variables);
    char *text = ok ? buf_take(&out) : NULL;
    buf_done(&out);
    return text;
}

/* ---- for people ---- */

/* A value of several lines goes on indented, so that no line of it looks like a variable. */
static void add_value(struct buf *out, const struct plan_variable *variable)
{
    buf_addf(out, "%s=", variable->name);
    for (const char *value = variable->value; *value; value++) {
        buf_add(out, value, 1);
        if (*value == '\n')
            buf_adds(out, "    ");
    }
    buf_adds(out, "\n");
}

/* Variables come in the same order on all hosts. */
static bool is_shared(const struct plan_host *hosts, size_t count, size_t variable)
{
    for (size_t i = 1; i < count; i++)
        if (strcmp(hosts[i].variables[variable].value, hosts[0].variables[variable].value) != 0)
            return false;
    return true;
}

static void add_variables(struct buf *out, const struct answers *answers, const struct plan_host *hosts, const size_t *numbers, size_t count)
{
    buf_adds(out, "\n");
    buf_addf(out, ngettext("-- variables, the same on %zu host --", "-- variables, the same on %zu hosts --", count), count);
    buf_adds(out, "\n");
    for (size_t v = 0; v < hosts[0].variable_count; v++)
        if (is_shared(hosts, count, v))
            add_value(out, &hosts[0].variables[v]);
    for (size_t i = 0; count > 1 && i < count; i++) {
        buf_addf(out, _("-- of %s --"), answers->fleet.items[numbers[i]].name);
        buf_adds(out, "\n");
        for (size_t v = 0; v < hosts[0].variable_count; v++)
            if (!is_shared(hosts, count, v))
                add_value(out, &hosts[i].variables[v]);
    }
}

static void add_part(struct buf *out, const char *heading, const char *text, size_t len)
{
    buf_addf(out, "%s%s\n", out->len ? "\n" : "", heading);
    buf_add(out, text, len);
    if (len && text[len - 1] != '\n')
        buf_adds(out, "\n");
}

char *mend_text(const struct spell *spell, const struct answers *answers, const struct requirement *requirement, const size_t *hosts, size_t count,
                bool is_whole)
{
    const struct script *script = &requirement->mend->script;
    struct plan_host *variables = mem_new(count + 1, sizeof *variables);
    struct err err = ERR_INIT;
    struct buf out;
    buf_init(&out, TEXT_BYTES_MAX);
    bool ok = true;
    for (size_t i = 0; i < count && ok; i++)
        ok = variables_make(spell, answers, &answers->fleet.items[hosts[i]], requirement, &variables[i], &err);
    char *heading = mem_printf(_("-- %s, as root --"), script->path);
    add_part(&out, heading, script->text + script->own, strlen(script->text + script->own));
    if (!ok)
        buf_addf(&out, "\n%s\n", err.text);
    else if (count)
        add_variables(&out, answers, variables, hosts, count);
    if (is_whole) {
        add_part(&out, _("-- the spell's library, which stands before it --"), script->text, script->own);
        add_part(&out, _("-- the helpers, which stand before that --"), mend_sh, strlen(mend_sh));
    }
    for (size_t i = 0; i < count; i++)
        plan_variables_done(&variables[i]);
    free(variables);
    free(heading);
    char *text = buf_take(&out);
    buf_done(&out);
    return text;
}
