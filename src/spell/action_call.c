#include "spell/action_call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/version.h"
#include "spell/translation.h"

void action_call_done(struct action_call *call)
{
    strv_done(&call->targets);
    strv_done(&call->lost);
    strv_done(&call->before);
}

bool action_call_has(const struct action_call *call, const char *host)
{
    return call && strv_has(&call->targets, host);
}

static void add(struct err_list *errors, enum err_code code, const char *text)
{
    struct err err = ERR_INIT;
    err_set(&err, code, "%s", text);
    err_list_add(errors, &err);
}

static const struct spell_action *find(const struct spell *spell, const char *name, struct err_list *errors)
{
    const struct spell_action *action = spell_action(spell, name);
    if (action)
        return action;
    struct strv known = {0};
    spell_action_names(spell, &known);
    char *all = strv_join(&known, ", "), *nearest = yaml_nearest(name, (const char *const *)known.items, known.count);
    err_list_addf(errors, "", 0, 0, _("the spell %s has no action \"%s\"%s (it has: %s)"), spell->name, name, nearest, all);
    free(nearest);
    free(all);
    strv_done(&known);
    return NULL;
}

static void check_target(const struct answers *answers, const struct spell_action *action, const char *name, struct err_list *errors)
{
    const struct fleet *fleet = &answers->fleet;
    const struct host *host = fleet_find(fleet, name);
    char *text = NULL;
    if (!host) {
        const char **names = mem_new(fleet->count + 1, sizeof *names);
        for (size_t i = 0; i < fleet->count; i++)
            names[i] = fleet->items[i].name;
        char *nearest = yaml_nearest(name, names, fleet->count);
        text = mem_printf(_("there is no host \"%s\" in these answers%s"), name, nearest);
        free(nearest);
        free(names);
    } else if (action->roles.count) {
        bool fits = false;
        for (size_t i = 0; i < action->roles.count; i++)
            fits |= strv_has(&host->roles, action->roles.items[i]);
        char *wanted = fits ? NULL : strv_join(&action->roles, ", ");
        if (!fits)
            text = mem_printf(_("%s is for hosts with one of the roles %s; \"%s\" has none of them"), action->name, wanted, name);
        free(wanted);
    }
    if (text)
        add(errors, ERR_USAGE, text);
    free(text);
}

static void check_targets(const struct answers *answers, const struct spell_action *action, const struct action_call *call, struct err_list *errors)
{
    if (action->targets == TARGETS_NONE && call->targets.count) {
        char *text = mem_printf(_("%s is about the whole cluster; it takes no hosts"), action->name);
        add(errors, ERR_USAGE, text);
        free(text);
        return;
    }
    if (action->targets != TARGETS_NONE && !call->targets.count) {
        char *text = mem_printf(_("%s wants to know which hosts it is about"), action->name);
        add(errors, ERR_USAGE, text);
        free(text);
    }
    for (size_t i = 0; i < call->targets.count; i++)
        check_target(answers, action, call->targets.items[i], errors);
    if (call->lost.count && action->targets != TARGETS_LEAVING) {
        char *text = mem_printf(_("only hosts that leave can be lost; %s takes none away"), action->name);
        add(errors, ERR_USAGE, text);
        free(text);
    }
    for (size_t i = 0; i < call->lost.count; i++)
        if (!strv_has(&call->targets, call->lost.items[i]))
            add(errors, ERR_USAGE, _("a host that is lost must be one of those that leave"));
}

/* The second number of a version: 36 of v1.36.4; false when it has none. */
static bool read_minor(const char *text, unsigned *major, unsigned *minor)
{
    return sscanf(text + (*text == 'v'), "%u.%u", major, minor) == 2;
}

static bool version_allows(const struct guard *guard, const struct answers *answers, const struct action_call *call)
{
    size_t len = strlen(guard->answer);
    const char *now = answers_value(answers, guard->answer);
    for (size_t i = 0; i < call->before.count; i++) {
        const char *pair = call->before.items[i];
        unsigned a, b, c, d;
        if (strncmp(pair, guard->answer, len) != 0 || pair[len] != '=')
            continue;
        const char *before = pair + len + 1;
        if (!now || !version_is(before) || !version_is(now) || !read_minor(before, &a, &b) || !read_minor(now, &c, &d))
            return false;
        return a == c && version_compare(now, before) >= 0 && d - b <= guard->minors;
    }
    return true; /* it stays as it is */
}

static bool hosts_allow(const struct guard *guard, const struct answers *answers, const struct action_call *call)
{
    unsigned all = 0, stay = 0, alive = 0;
    for (size_t i = 0; i < answers->fleet.count; i++) {
        const struct host *host = &answers->fleet.items[i];
        if (!strv_has(&host->roles, guard->role))
            continue;
        all++;
        stay += !action_call_has(call, host->name);
        alive += !strv_has(&call->lost, host->name);
    }
    if (stay == all) /* none of them leaves */
        return true;
    return stay >= guard->min && (!guard->is_majority || alive * 2 > all);
}

static void check_guards(const struct spell *spell, const struct answers *answers, const struct spell_action *action, const struct action_call *call,
                         struct err_list *errors)
{
    for (size_t i = 0; i < action->guard_count; i++) {
        const struct guard *guard = &action->guards[i];
        if (guard->answer ? version_allows(guard, answers, call) : hosts_allow(guard, answers, call))
            continue;
        /* TRANSLATORS: what an action refuses, and what can be done instead */
        char *text = guard->hint ? mem_printf(_("%s: %s; %s"), action->name, spell_text(spell, guard->message), spell_text(spell, guard->hint))
                                 : mem_printf("%s: %s", action->name, spell_text(spell, guard->message));
        add(errors, ERR_REQUIREMENT, text);
        free(text);
    }
}

bool action_call_check(const struct spell *spell, const struct answers *answers, const struct action_call *call, struct err_list *errors)
{
    size_t before = errors->count;
    if (strcmp(call->name, ACTION_INSTALL) == 0 || strcmp(call->name, ACTION_RESET) == 0)
        return true;
    const struct spell_action *action = find(spell, call->name, errors);
    if (action)
        check_targets(answers, action, call, errors);
    if (action && errors->count == before)
        check_guards(spell, answers, action, call, errors);
    return action && errors->count == before;
}
