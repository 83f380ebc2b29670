/* Review: what will happen, and the word that starts it. */
#include "headless/dialogue_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "headless/frontend.h"

enum { STEP_CHOICE, STEP_NAME };

static void say_part(struct dialogue *d, enum section section, const char *text)
{
    dialogue_say(d, "  %d %s: %s", (int)section + 1, section_name(section), text);
}

static void say_hosts(struct dialogue *d, const struct draft *draft)
{
    struct strv names = {0};
    for (size_t i = 0; i < draft_host_count(draft); i++)
        strv_add(&names, draft_host(draft, i)->cells[CELL_NAME]);
    char *shown = dialogue_names(&names);
    say_part(d, SECTION_HOSTS, shown);
    free(shown);
    strv_done(&names);
}

static void say_options(struct dialogue *d, const struct draft *draft, const struct spell *spell)
{
    struct buf line;
    buf_init(&line, 4096);
    buf_addf(&line, _("name %s"), draft_name(draft));
    for (size_t i = 0; i < spell->question_count; i++) {
        const struct question *q = &spell->questions[i];
        const char *value = q->type == QUESTION_PASSWORD ? draft_secret(draft, q->key) : draft_value(draft, q->key);
        if (value && strlen(value) <= 60 && !strchr(value, '\n'))
            buf_addf(&line, ", %s %s", q->key, *value ? value : _("none"));
        else if (value)
            buf_addf(&line, _(", %s of %zu bytes"), q->key, strlen(value));
    }
    buf_adds(&line, _(", all others as the spell has them"));
    say_part(d, SECTION_OPTIONS, buf_text(&line));
    buf_done(&line);
}

static void say_parts(struct dialogue *d)
{
    const struct draft *draft = wizard_draft(d->wizard);
    const struct spell *spell = draft_spell(draft);
    char *text = mem_printf("%s %s", spell->name, spell->version ? spell->version : "");
    say_part(d, SECTION_SPELL, text);
    free(text);
    say_part(d, SECTION_TOPOLOGY, draft_topology(draft));
    say_hosts(d, draft);
    text = mem_printf(ngettext("%zu host reached", "%zu hosts reached", draft_host_count(draft)), draft_host_count(draft));
    say_part(d, SECTION_ACCESS, text);
    free(text);
    if (wizard_is_reset(d->wizard))
        return;
    const struct wizard_checks *checks = wizard_checks(d->wizard);
    text = mem_printf(_("%zu pass, %zu warn, %zu skip, %zu accepted"), checks->counts[VERDICT_PASS], checks->counts[VERDICT_WARN],
                      checks->counts[VERDICT_SKIP], checks->accepted);
    say_part(d, SECTION_REQUIREMENTS, text);
    free(text);
    say_options(d, draft, spell);
}

/* ---- the plan ---- */

static void step_hosts(const struct plan *plan, size_t step, struct strv *names)
{
    for (size_t i = 0; i < plan->task_count; i++)
        if (plan->tasks[i].step == step)
            strv_add(names, plan->hosts[plan->tasks[i].host].host.name);
}

static void say_plan(struct dialogue *d)
{
    const struct plan *plan = wizard_plan(d->wizard, NULL);
    for (size_t i = 0; plan && i < plan->step_count; i++) {
        struct strv names = {0};
        step_hosts(plan, i, &names);
        char *shown = dialogue_names(&names);
        dialogue_say(d, "  %s: %s: %s", plan->steps[i].id, plan_step_shown(&plan->steps[i]), shown);
        free(shown);
        strv_done(&names);
    }
}

/* What several steps fetch is told once. */
static void say_downloads(struct dialogue *d)
{
    const struct plan *plan = wizard_plan(d->wizard, NULL);
    struct strv lines = {0};
    for (size_t i = 0; plan && i < plan->step_count; i++)
        for (size_t j = 0; j < plan->steps[i].download_count; j++) {
            const struct plan_download *download = &plan->steps[i].downloads[j];
            if (!wizard_fetches(d->wizard, i, j))
                continue;
            char *line = mem_printf("  %s: %s", download->shown, plan_download_from(download));
            if (!strv_has(&lines, line))
                strv_add(&lines, line);
            free(line);
        }
    if (lines.count)
        dialogue_say(d, "%s", _("Fetched from elsewhere:"));
    for (size_t i = 0; i < lines.count; i++)
        dialogue_say(d, "%s", lines.items[i]);
    strv_done(&lines);
}

static void say_changes(struct dialogue *d)
{
    char *run = NULL;
    struct strv lines = {0};
    wizard_changes(d->wizard, &run, &lines);
    if (run && lines.count)
        dialogue_say(d, _("Since the last run, %s:"), run);
    else if (run)
        dialogue_say(d, _("The same as in the last run, %s."), run);
    for (size_t i = 0; i < lines.count; i++)
        dialogue_say(d, "  %s", lines.items[i]);
    free(run);
    strv_done(&lines);
}

/* The number of the last section that can be changed: what is taken off needs no checks and no options. */
static int last_part(struct dialogue *d)
{
    return 1 + (wizard_is_reset(d->wizard) ? SECTION_ACCESS : SECTION_OPTIONS);
}

static void ask(struct dialogue *d)
{
    if (d->step == STEP_NAME) {
        char *text = mem_printf(_("This removes %s from its hosts. Type the name of the cluster to start"), draft_name(wizard_draft(d->wizard)));
        dialogue_ask(d, text, NULL);
        free(text);
    } else {
        /* TRANSLATORS: what is typed stays as it is in all languages: start, show, save */
        char *text = mem_printf(_("start, show STEP, save FILE, or 2 to %d to change that part"), last_part(d));
        dialogue_ask(d, text, "show");
        free(text);
    }
}

static void enter(struct dialogue *d)
{
    struct err_list errors = {0};
    const struct plan *plan = wizard_plan(d->wizard, &errors);
    char *text;
    if (plan) {
        char *steps = mem_printf(ngettext("%zu step", "%zu steps", plan->step_count), plan->step_count);
        char *tasks = mem_printf(ngettext("%zu task", "%zu tasks", plan->task_count), plan->task_count);
        char *hosts = mem_printf(ngettext("%zu host", "%zu hosts", plan->host_count), plan->host_count);
        text = mem_printf(_("%s, %s, %s. Nothing has been changed so far."), steps, tasks, hosts);
        free(steps);
        free(tasks);
        free(hosts);
    } else {
        text = mem_strdup(_("There is no plan yet:"));
    }
    dialogue_head(d, SECTION_REVIEW, text);
    free(text);
    dialogue_say_errors(d, &errors);
    err_list_done(&errors);
    d->reviews = true;
    say_parts(d);
    if (wizard_is_reset(d->wizard))
        dialogue_say(d, _("This takes the cluster off its hosts:"));
    say_plan(d);
    say_downloads(d);
    say_changes(d);
    ask(d);
}

/* ---- answers ---- */

static void show_step(struct dialogue *d, const char *name)
{
    const struct plan *plan = wizard_plan(d->wizard, NULL);
    struct strv ids = {0};
    for (size_t i = 0; plan && i < plan->step_count; i++)
        strv_add(&ids, plan->steps[i].id);
    struct typed typed = {name, false};
    size_t at = dialogue_choose(d, &typed, &ids);
    strv_done(&ids);
    if (at == WORD_NONE)
        return;
    const struct plan_step *step = &plan->steps[at];
    char limit[32];
    struct strv names = {0};
    step_hosts(plan, at, &names);
    char *hosts = strv_join(&names, ", ");
    format_duration(step->timeout_ms, limit, sizeof limit);
    dialogue_say(d, _("%s: %s. On: %s. At most %s a host."), step->id, plan_step_shown(step), hosts, limit);
    dialogue_say(d, _("Script %s:"), step->script_path);
    size_t len = strlen(step->script);
    dialogue_say(d, "%.*s", len && step->script[len - 1] == '\n' ? (int)len - 1 : (int)len, step->script);
    dialogue_say(d, _("End of the script."));
    free(hosts);
    strv_done(&names);
}

static void start(struct dialogue *d)
{
    const struct wizard_actions *actions = d->options.actions;
    struct buf why;
    buf_init(&why, ERR_TEXT_MAX);
    enum section blocker = SECTION_REVIEW;
    if (!wizard_may_enter(d->wizard, SECTION_REVIEW, &blocker, &why)) { /* a host may have been lost since */
        dialogue_go(d, SECTION_REVIEW);
    } else if (!wizard_may_leave(d->wizard, SECTION_REVIEW, &why)) {
        dialogue_say(d, "%s", buf_text(&why));
        ask(d);
    } else if (wizard_is_reset(d->wizard) && d->step != STEP_NAME) {
        d->step = STEP_NAME;
        ask(d);
    } else {
        d->step = STEP_CHOICE;
        dialogue_hand_over(d);
        actions->start(actions->context);
    }
    buf_done(&why);
}

static void answer_name(struct dialogue *d, const struct typed *typed)
{
    if (strcmp(typed->text, draft_name(wizard_draft(d->wizard))) == 0) {
        start(d);
        return;
    }
    dialogue_say(d, _("That is not its name. Nothing was started."));
    d->step = STEP_CHOICE;
    ask(d);
}

/* As the sections are counted. */
static enum section part_named(struct dialogue *d, const char *text)
{
    return text[0] > '1' && text[0] <= '0' + last_part(d) && !text[1] ? (enum section)(text[0] - '1') : SECTION_NONE;
}

static void answer(struct dialogue *d, const struct typed *typed)
{
    const char *rest;
    enum section part = typed->is_literal ? SECTION_NONE : part_named(d, typed->text);
    if (d->step == STEP_NAME) {
        answer_name(d, typed);
    } else if (part != SECTION_NONE) {
        dialogue_visit(d, part);
    } else if (dialogue_command(typed, "start", 5, &rest) && !*rest) {
        start(d);
    } else if (dialogue_command(typed, "save", 2, &rest)) {
        dialogue_save(d, rest);
        ask(d);
    } else if (dialogue_command(typed, "show", 2, &rest) && *rest) {
        show_step(d, rest);
        ask(d);
    } else if (!*typed->text || dialogue_command(typed, "show", 2, &rest)) {
        enter(d);
    } else {
        dialogue_say(d, _("Expected start, show STEP, save FILE, or a number from 2 to %d."), last_part(d));
        ask(d);
    }
}

static bool back(struct dialogue *d)
{
    bool is_inside = d->step == STEP_NAME;
    d->reviews = is_inside;
    if (is_inside) {
        d->step = STEP_CHOICE;
        ask(d);
    }
    return is_inside;
}

static void help(struct dialogue *d)
{
    dialogue_say(d, _("start carries out the plan; until then nothing is changed. show alone shows all of this again, show STEP the script as it will run. "
                      "save writes an answers file without passwords; save alone means the file it was opened from, or one called like the cluster. "
                      "The start must be typed in full."));
}

const struct part part_review = {.enter = enter, .ask = ask, .answer = answer, .back = back, .help = help};
