/* Welcome: what is to be done. And the question in between, whether to quit. */
#include "headless/dialogue_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"

#define RUNS_SHOWN 9
enum { STEP_CHOICE, STEP_FILE, STEP_RESET };

/* ---- what there is to choose ---- */

static bool is_open_run(const struct run_meta *run)
{
    return !run->ended_ms;
}

/* Runs that can be gone on with, or (is_reset) whose clusters can be taken back: the newest of each. */
static void find_runs(struct dialogue *d, bool is_reset, struct strv *ids, struct strv *lines)
{
    struct strv clusters = {0};
    for (size_t i = 0; i < wizard_run_count(d->wizard) && ids->count < RUNS_SHOWN; i++) {
        const struct run_meta *run = wizard_run(d->wizard, i);
        const char *cluster = run->cluster ? run->cluster : "-";
        if (is_reset ? strv_has(&clusters, cluster) || (run->action && strcmp(run->action, "reset") == 0) : !is_open_run(run))
            continue;
        char *line = mem_printf("%s, %s, %s, %s", cluster, run->spell ? run->spell : "-", run->topology ? run->topology : "-",
                                is_open_run(run) ? _("not finished") : run->exit_status ? _("ended with a failure") : _("ended well"));
        strv_add(&clusters, cluster);
        strv_add(ids, run->id);
        strv_add(lines, line);
        free(line);
    }
    strv_done(&clusters);
}

/* The runs to resume come first, the newest under the name "resume". */
static size_t choices(struct dialogue *d, struct strv *names, struct strv *lines)
{
    struct strv ids = {0};
    bool has_answers = draft_spell(wizard_draft(d->wizard)) || draft_host_count(wizard_draft(d->wizard));
    find_runs(d, false, &ids, lines);
    for (size_t i = 0; i < ids.count; i++)
        strv_add(names, i ? ids.items[i] : "resume");
    size_t runs = ids.count;
    strv_done(&ids);
    if (has_answers) {
        strv_add(names, "continue");
        strv_add(lines, _("with what you answered so far"));
    }
    strv_add(names, "new");
    strv_add(lines, has_answers ? _("install a cluster; what you answered so far is offered again") : _("install a cluster"));
    strv_add(names, "open");
    strv_add(lines, _("look through an answers file before anything runs"));
    strv_add(names, "reset");
    strv_add(lines, _("take a cluster off its hosts"));
    return runs;
}

static const char *default_choice(struct dialogue *d, size_t runs)
{
    if (draft_spell(wizard_draft(d->wizard)) || draft_host_count(wizard_draft(d->wizard)))
        return "continue";
    return runs ? "resume" : "new";
}

/* ---- welcome ---- */

static void ask(struct dialogue *d)
{
    struct strv names = {0}, lines = {0};
    size_t runs;
    switch (d->step) {
    case STEP_FILE:
        dialogue_ask(d, _("Answers file"), NULL);
        break;
    case STEP_RESET:
        dialogue_ask(d, _("Number of a cluster, or an answers file"), NULL);
        break;
    default:
        runs = choices(d, &names, &lines);
        dialogue_ask(d, _("Choice"), default_choice(d, runs));
    }
    strv_done(&names);
    strv_done(&lines);
}

static void enter_welcome(struct dialogue *d)
{
    struct strv names = {0}, lines = {0};
    choices(d, &names, &lines);
    dialogue_head(d, SECTION_WELCOME, _("What do you want to do?"));
    for (size_t i = 0; i < names.count; i++)
        dialogue_say(d, "  %zu %s: %s", i + 1, names.items[i], lines.items[i]);
    if (d->options.actions->speak)
        dialogue_say(d, _("\"language NAME\" speaks another language, such as en, ru, de."));
    strv_done(&names);
    strv_done(&lines);
    d->reviews = false;
    ask(d);
}

static void say_clusters(struct dialogue *d)
{
    struct strv ids = {0}, lines = {0};
    find_runs(d, true, &ids, &lines);
    dialogue_say(d, _("Which cluster is to be taken off its hosts? You see what will be done before anything is."));
    for (size_t i = 0; i < ids.count; i++)
        dialogue_say(d, "  %zu %s: %s", i + 1, ids.items[i], lines.items[i]);
    strv_done(&ids);
    strv_done(&lines);
}

/* The answers are there: to what they lack, else to Review. */
static void go_on(struct dialogue *d)
{
    const struct draft *draft = wizard_draft(d->wizard);
    char *hosts = mem_printf(ngettext("%zu host", "%zu hosts", draft_host_count(draft)), draft_host_count(draft));
    dialogue_say(d, _("Opened: %s, %s, %s. = shows all of it."), draft_name(draft), *draft_topology(draft) ? draft_topology(draft) : _("no topology"), hosts);
    free(hosts);
    d->reviews = true;
    dialogue_go(d, SECTION_REVIEW);
}

/* Opened, or said why not. */
static void open_file(struct dialogue *d, const char *path, bool is_reset, bool is_of_run)
{
    struct err_list errors = {0};
    char *file = file_expand(path);
    bool ok = wizard_open(d->wizard, file, &errors);
    if (!ok)
        dialogue_say(d, _("%s can't be opened:"), file);
    else if (errors.count)
        dialogue_say(d, _("%s has errors, which you will be asked to correct:"), file);
    dialogue_say_errors(d, &errors);
    err_list_done(&errors);
    if (ok)
        dialogue_set_own_path(d, is_of_run ? NULL : file);
    free(file);
    if (!ok) {
        ask(d);
        return;
    }
    wizard_set_reset(d->wizard, is_reset);
    go_on(d);
}

void dialogue_begin_opened(struct dialogue *d)
{
    char *path = wizard_path(d->wizard);
    if (wizard_is_saved(d->wizard))
        dialogue_set_own_path(d, path);
    free(path);
    go_on(d);
}

static void resume(struct dialogue *d, size_t index)
{
    struct strv ids = {0}, lines = {0};
    const struct wizard_actions *actions = d->options.actions;
    find_runs(d, false, &ids, &lines);
    char *id = mem_strdup(ids.items[index]);
    strv_done(&ids);
    strv_done(&lines);
    dialogue_hand_over(d);
    actions->resume(actions->context, id);
    free(id);
}

static void to_step(struct dialogue *d, unsigned step)
{
    d->step = step;
    if (step == STEP_RESET)
        say_clusters(d);
    ask(d);
}

static void choose(struct dialogue *d, const struct typed *typed)
{
    struct strv names = {0}, lines = {0};
    size_t runs = choices(d, &names, &lines);
    struct typed taken = *typed->text ? *typed : (struct typed){default_choice(d, runs), true};
    size_t at = dialogue_choose(d, &taken, &names);
    const char *name = at == WORD_NONE || at < runs ? "" : names.items[at];
    if (at == WORD_NONE) {
        ask(d);
    } else if (at < runs) {
        resume(d, at);
    } else if (strcmp(name, "open") == 0) {
        to_step(d, STEP_FILE);
    } else if (strcmp(name, "reset") == 0) {
        to_step(d, STEP_RESET);
    } else {
        if (strcmp(name, "new") == 0)
            wizard_set_reset(d->wizard, false);
        dialogue_next(d);
    }
    strv_done(&names);
    strv_done(&lines);
}

static void reset(struct dialogue *d, const struct typed *typed)
{
    struct strv ids = {0}, lines = {0};
    struct rundir dir = {0};
    find_runs(d, true, &ids, &lines);
    size_t digits = strspn(typed->text, "0123456789"), number = 0;
    if (digits && digits < 4 && !typed->text[digits] && !typed->is_literal)
        number = strtoul(typed->text, NULL, 10);
    struct err err = ERR_INIT;
    char *path = NULL;
    if (number && number <= ids.count && rundir_open(&dir, ids.items[number - 1], &err))
        path = rundir_path(&dir, "answers.yaml");
    rundir_done(&dir);
    strv_done(&ids);
    strv_done(&lines);
    if (err.code) {
        dialogue_say(d, "%s", err.text);
        ask(d);
    } else {
        open_file(d, path ? path : typed->text, true, path != NULL);
    }
    free(path);
}

static void speak(struct dialogue *d, const char *language)
{
    const struct wizard_actions *actions = d->options.actions;
    struct err err = ERR_INIT;
    if (actions->speak(actions->context, language, &err)) {
        enter_welcome(d);
        return;
    }
    dialogue_say(d, "%s", err.text);
    ask(d);
}

static void answer(struct dialogue *d, const struct typed *typed)
{
    const char *rest;
    bool is_choice = d->step == STEP_CHOICE;
    if (is_choice && dialogue_command(typed, "open", 4, &rest) && *rest)
        open_file(d, rest, false, false);
    else if (is_choice && dialogue_command(typed, "reset", 5, &rest) && *rest)
        open_file(d, rest, true, false);
    else if (is_choice && dialogue_command(typed, "language", 8, &rest) && *rest && d->options.actions->speak)
        speak(d, rest);
    else if (is_choice)
        choose(d, typed);
    else if (!*typed->text)
        to_step(d, STEP_CHOICE);
    else if (d->step == STEP_RESET)
        reset(d, typed);
    else
        open_file(d, typed->text, false, false);
}

static bool back(struct dialogue *d)
{
    bool is_inside = d->step != STEP_CHOICE;
    d->step = STEP_CHOICE;
    if (is_inside)
        enter_welcome(d);
    return is_inside;
}

static void help(struct dialogue *d)
{
    if (d->step == STEP_CHOICE)
        dialogue_say(d, _("An answers file holds everything you answer here, and runs without questions: kwiz run FILE. resume goes on with a run that did "
                          "not end; hosts may have gone on without kwiz. reset removes what was installed; the hosts stay."));
    else
        dialogue_say(d, _("The path of an answers file; ~ is your home folder. Enter alone goes back."));
}

const struct part part_welcome = {.enter = enter_welcome, .ask = ask, .answer = answer, .back = back, .help = help};
