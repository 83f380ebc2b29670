#include "cli/action_load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "spell/answers_edit.h"
#include "spell/plan_make.h"
#include "spell/yaml.h"

struct request {
    const struct command_line *line;
    const struct spell_action *action;
    struct catalog_options catalog;
    struct answers_overrides overrides; /* without what the action changes */
    struct answers_change change;
    struct action_call call;
};

static void request_done(struct request *r)
{
    fleet_done(&r->change.add);
    strv_done(&r->change.remove);
    strv_done(&r->change.sets);
    strv_done(&r->catalog.folders);
    strv_done(&r->overrides.sets);
    strv_done(&r->overrides.accepts);
    action_call_done(&r->call);
}

static char *key_of(const char *pair)
{
    return mem_strndup(pair, strcspn(pair, "="));
}

/* --set of what the action changes is a change, of anything else what it is for a run. */
static int sort_sets(struct request *r)
{
    struct strv sets = {0};
    const char *to = command_value(r->line, "to");
    if (to && !r->action->changes.count)
        return command_usage_error(r->line, _("--to: %s changes no answer"), r->action->name);
    command_values(r->line, "set", &sets);
    for (size_t i = 0; i < sets.count; i++) {
        char *key = key_of(sets.items[i]);
        strv_add(strv_has(&r->action->changes, key) ? &r->change.sets : &r->overrides.sets, sets.items[i]);
        free(key);
    }
    strv_done(&sets);
    if (to) {
        char *pair = mem_printf("%s=%s", r->action->changes.items[0], to);
        strv_add(&r->change.sets, pair);
        free(pair);
    }
    if (r->action->changes.count && !r->change.sets.count)
        return command_usage_error(r->line, _("%s wants to know what to change: --to VALUE for %s"), r->action->name, r->action->changes.items[0]);
    return -1;
}

/* NAME=[USER@]ADDRESS; what is wrong with the parts is found when the answers are read with them. */
static int read_new(struct request *r)
{
    struct strv hosts = {0}, lists = {0}, roles = {0};
    int status = -1;
    command_values(r->line, "host", &hosts);
    command_values(r->line, "roles", &lists);
    for (size_t i = 0; i < lists.count; i++)
        narrowing_add(&roles, lists.items[i]);
    if (r->action->targets != TARGETS_NEW && (hosts.count || lists.count))
        status = command_usage_error(r->line, _("--host and --roles are for actions that take in new hosts; %s does not"), r->action->name);
    else if (r->action->targets == TARGETS_NEW && !hosts.count)
        status = command_usage_error(r->line, _("expected --host NAME=ADDRESS; hosts that stand in the file already are installed by kwiz run"));
    else if (hosts.count && !roles.count)
        status = command_usage_error(r->line, _("expected --roles ROLE[,ROLE] for the new hosts"));
    for (size_t i = 0; i < hosts.count && status < 0; i++) {
        const char *text = hosts.items[i], *equals = strchr(text, '='), *at = equals ? strrchr(equals, '@') : NULL;
        if (!equals || equals == text || !equals[1]) {
            status = command_usage_error(r->line, _("--host takes NAME=ADDRESS, not %s"), text);
            break;
        }
        struct host host = {.name = key_of(text), .address = mem_strdup(at ? at + 1 : equals + 1)};
        if (at)
            host.user = mem_strndup(equals + 1, (size_t)(at - equals - 1));
        strv_copy(&host.roles, &roles);
        strv_add(&r->call.targets, host.name);
        r->change.add.items = mem_grow(r->change.add.items, r->change.add.count + 1, sizeof host);
        r->change.add.items[r->change.add.count++] = host;
    }
    strv_done(&hosts);
    strv_done(&lists);
    strv_done(&roles);
    return status;
}

static int read_hosts(struct request *r, int first)
{
    if (r->action->targets == TARGETS_NEW && r->line->argument_count > first)
        return command_usage_error(r->line, _("%s takes new hosts as --host NAME=ADDRESS, not %s"), r->action->name, r->line->arguments[first]);
    int status = read_new(r);
    for (int i = first; i < r->line->argument_count && status < 0; i++)
        if (!strv_has(&r->call.targets, r->line->arguments[i]))
            strv_add(&r->call.targets, r->line->arguments[i]);
    command_values(r->line, "lost", &r->call.lost);
    for (size_t i = 0; i < r->call.lost.count; i++)
        if (!strv_has(&r->call.targets, r->call.lost.items[i]))
            strv_add(&r->call.targets, r->call.lost.items[i]);
    if (r->action->targets == TARGETS_LEAVING)
        strv_copy(&r->change.remove, &r->call.targets);
    return status;
}

/* A new host must be new, or it would be left as it is without a word. */
static bool check_new(const struct request *r, const struct answers *before, struct err_list *errors)
{
    size_t count = errors->count;
    for (size_t i = 0; i < r->change.add.count; i++) {
        const struct host *host = &r->change.add.items[i], *there = fleet_find(&before->fleet, host->name);
        if (there)
            err_list_addf(errors, before->file, there->line, there->column,
                          _("the host \"%s\" stands here already; if it is not installed yet, kwiz run installs it"), host->name);
    }
    return errors->count == count;
}

static bool note_before(struct request *r, const struct answers *before, struct err_list *errors)
{
    bool differs = !r->change.sets.count;
    for (size_t i = 0; i < r->change.sets.count; i++) {
        char *key = key_of(r->change.sets.items[i]);
        const char *old = answers_value(before, key), *new = r->change.sets.items[i] + strlen(key);
        differs |= *new != '=' || !old || strcmp(new + 1, old) != 0;
        char *pair = mem_printf("%s=%s", key, old ? old : "");
        strv_add(&r->call.before, pair);
        free(pair);
        free(key);
    }
    return differs || err_list_addf(errors, before->file, 0, 0, _("it is %s already; there is nothing to change"), r->change.sets.items[0]);
}

/* The answers as the file will hold them: read by all the rules, so that it can be read afterwards. */
static struct answers *read_after(struct request *r, const char *file, const struct spell *spell, struct err_list *errors)
{
    struct err err = ERR_INIT;
    struct answers *after = NULL;
    struct buf text, edited;
    buf_init(&edited, YAML_BYTES_MAX);
    /* TRANSLATORS: in the place of a file's name in errors */
    char *label = mem_printf(_("%s as it would be"), file);
    if (!file_read(file, YAML_BYTES_MAX, &text, &err) || !answers_edit(file, buf_text(&text), text.len, spell, &r->change, &edited, &err))
        err_list_add(errors, &err);
    else
        after = answers_parse(label, buf_text(&edited), edited.len, &r->overrides, spell, errors);
    free(label);
    buf_done(&text);
    buf_done(&edited);
    return after;
}

/* A variable of the environment counts above the file, and so above what is asked for here. */
static bool is_heeded(const struct request *r, const struct answers *after, struct err_list *errors)
{
    bool ok = true;
    for (size_t i = 0; i < r->change.sets.count; i++) {
        char *key = key_of(r->change.sets.items[i]);
        for (size_t j = 0; j < after->value_count; j++)
            if (strcmp(after->values[j].key, key) == 0 && after->values[j].origin == ANSWER_ENVIRONMENT)
                ok = err_list_addf(errors, "", 0, 0, _("KWIZ_ANSWER_%s is set and says %s; unset it to change %s to another value"), key, after->values[j].text, key);
        free(key);
    }
    return ok;
}

static int plan_it(struct request *r, const char *file, struct loaded *loaded)
{
    struct err_list errors = {0};
    struct spell *again = NULL;
    struct answers *before = answers_load(file, &r->overrides, &r->catalog, &again, &errors), *after = NULL;
    if (before && check_new(r, before, &errors) && note_before(r, before, &errors)) {
        bool leaves = r->action->targets == TARGETS_LEAVING;
        /* what the action itself refuses is told before what the file would lack */
        bool is_allowed = !leaves || action_call_check(loaded->spell, before, &r->call, &errors);
        after = is_allowed ? read_after(r, file, loaded->spell, &errors) : NULL;
        if (after && is_heeded(r, after, &errors))
            loaded->plan = plan_make_call(loaded->spell, leaves ? before : after, &r->call, NULL, &errors);
        if (loaded->plan) {
            answers_free(&loaded->answers);
            loaded->answers = leaves ? before : after;
            before = leaves ? NULL : before;
            after = leaves ? after : NULL;
        }
    }
    int status = loaded->plan ? -1 : command_errors(&errors);
    answers_free(&before);
    answers_free(&after);
    spell_free(&again);
    err_list_done(&errors);
    return status;
}

/* Says which actions there are. */
static int complain_unknown(const struct loaded *loaded, const char *action)
{
    struct err_list errors = {0};
    action_call_check(loaded->spell, loaded->answers, &(struct action_call){.name = action}, &errors);
    int status = command_errors(&errors);
    err_list_done(&errors);
    return status;
}

int action_load(const struct command_line *line, const char *action, int first, struct loaded *loaded)
{
    int status = EXIT_OK;
    *loaded = (struct loaded){0};
    if (!answers_open(line, line->arguments[0], &loaded->answers, &loaded->spell, &status))
        return status;
    struct request r = {.line = line, .action = spell_action(loaded->spell, action), .call = {.name = action}};
    command_values(line, "spells", &r.catalog.folders);
    command_values(line, "accept", &r.overrides.accepts);
    status = r.action ? sort_sets(&r) : complain_unknown(loaded, action);
    if (status < 0)
        status = read_hosts(&r, first);
    if (status < 0)
        status = plan_it(&r, line->arguments[0], loaded);
    request_done(&r);
    if (status >= 0)
        common_unload(loaded);
    return status;
}
