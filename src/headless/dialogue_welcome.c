/* Welcome: what is to be done. And the question in between, whether to quit. */
#include "headless/dialogue_parts.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "wizard/act.h"
#include "wizard/past.h"

#define RUNS_SHOWN 9
enum { STEP_CHOICE, STEP_FILE, STEP_RESET, STEP_RESUME, STEP_ACT, STEP_ACT_WORDS, STEP_ACT_BEGIN };

/* ---- what there is to choose ---- */

/* Runs that are worth going on with, or (is_reset) that can be taken back, the newest first. Returns how many. */
static size_t find_runs(struct dialogue *d, bool is_reset, size_t *runs, struct strv *lines)
{
    size_t count = 0;
    for (size_t i = 0; i < wizard_run_count(d->wizard) && count < RUNS_SHOWN; i++) {
        const struct run_meta *run = wizard_run(d->wizard, i);
        struct buf line;
        if (!(is_reset ? wizard_can_reset(d->wizard, i) : wizard_can_resume(d->wizard, i)))
            continue;
        buf_init(&line, ERR_TEXT_MAX);
        buf_addf(&line, "%s, %s %s, ", run->cluster ? run->cluster : run->id, run->spell ? run->spell : "-", run->topology ? run->topology : "-");
        past_tell(run, (uint64_t)time(NULL) * 1000, &line);
        strv_add(lines, buf_text(&line));
        buf_done(&line);
        runs[count++] = i;
    }
    return count;
}

/* The runs to resume come first, the newest under the name "resume". */
static size_t choices(struct dialogue *d, struct strv *names, struct strv *lines)
{
    size_t found[RUNS_SHOWN], runs = find_runs(d, false, found, lines);
    bool has_answers = draft_spell(wizard_draft(d->wizard)) || draft_host_count(wizard_draft(d->wizard));
    for (size_t i = 0; i < runs; i++) {
        const struct run_meta *run = wizard_run(d->wizard, found[i]);
        char *name = i ? mem_printf("resume %s", run->cluster ? run->cluster : run->id) : mem_strdup("resume");
        strv_add(names, name);
        free(name);
    }
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
    struct wizard_act *acts = NULL;
    size_t act_count = d->options.actions->act ? wizard_acts(d->wizard, &acts) : 0;
    if (act_count) {
        strv_add(names, "action");
        strv_add(lines, _("do something else with a cluster that is installed"));
    }
    wizard_acts_done(&acts, act_count);
    return runs;
}

static const char *default_choice(struct dialogue *d, size_t runs)
{
    if (draft_spell(wizard_draft(d->wizard)) || draft_host_count(wizard_draft(d->wizard)))
        return "continue";
    return runs ? "resume" : "new";
}

/* ---- actions ---- */

static void enter_welcome(struct dialogue *d);

static void say_acts(struct dialogue *d)
{
    struct wizard_act *acts = NULL;
    size_t count = wizard_acts(d->wizard, &acts);
    dialogue_say(d, _("What is to be done? You are asked once more before anything is."));
    for (size_t i = 0; i < count; i++)
        dialogue_say(d, "  %zu %s, %s: %s", i + 1, wizard_run(d->wizard, acts[i].run)->cluster, acts[i].name, acts[i].title);
    wizard_acts_done(&acts, count);
}

static void ask_act(struct dialogue *d)
{
    struct wizard_act *acts = NULL;
    size_t count = wizard_acts(d->wizard, &acts);
    char *question = d->step == STEP_ACT_WORDS && d->index < count ? wizard_act_question(&acts[d->index]) : NULL;
    if (d->step == STEP_ACT_BEGIN && d->index < count) {
        question = mem_printf(_("Begin %s now? yes, no"), acts[d->index].name);
        dialogue_ask(d, question, _("no"));
    } else {
        dialogue_ask(d, question ? question : _("Number of an action"), NULL);
    }
    free(question);
    wizard_acts_done(&acts, count);
}

/* What it wants to know is there: begin, if that is meant. */
static void take_words(struct dialogue *d, const struct wizard_act *act, const char *text)
{
    struct strv words = {0};
    const char *fault = wizard_act_words(act, text, &words);
    if (fault) {
        dialogue_say(d, "%s", fault);
    } else {
        dialogue_set_word(d, text);
        d->step = STEP_ACT_BEGIN;
    }
    strv_done(&words);
    ask_act(d);
}

static void begin_act(struct dialogue *d, const struct wizard_act *act)
{
    const struct wizard_actions *actions = d->options.actions;
    struct strv words = {0};
    wizard_act_words(act, d->word, &words);
    strv_add(&words, "--yes"); /* it was said just now */
    dialogue_keep(d);
    dialogue_hand_over(d);
    actions->act(actions->context, act->name, wizard_run(d->wizard, act->run)->answers_file, &words);
    strv_done(&words);
}

static void choose_act(struct dialogue *d, const struct typed *typed, const struct wizard_act *acts, size_t count)
{
    size_t digits = strspn(typed->text, "0123456789"), number = digits && digits < 4 && !typed->text[digits] ? strtoul(typed->text, NULL, 10) : 0;
    if (!number || number > count) {
        dialogue_say(d, _("Expected a number from 1 to %zu."), count);
        ask_act(d);
        return;
    }
    char *question = wizard_act_question(&acts[number - 1]);
    d->index = number - 1;
    d->step = STEP_ACT_WORDS;
    if (question)
        ask_act(d);
    else
        take_words(d, &acts[d->index], "");
    free(question);
}

static void act(struct dialogue *d, const struct typed *typed)
{
    struct wizard_act *acts = NULL;
    size_t count = wizard_acts(d->wizard, &acts);
    bool is_yes = false;
    if (d->step == STEP_ACT || d->index >= count) {
        choose_act(d, typed, acts, count);
    } else if (d->step == STEP_ACT_WORDS) {
        take_words(d, &acts[d->index], typed->text);
    } else if (!dialogue_yes_or_no(typed, &is_yes)) {
        dialogue_say(d, _("Expected yes or no."));
        ask_act(d);
    } else if (is_yes) {
        begin_act(d, &acts[d->index]);
    } else {
        d->step = STEP_CHOICE;
        enter_welcome(d);
    }
    wizard_acts_done(&acts, count);
}

/* ---- welcome ---- */

static void ask(struct dialogue *d)
{
    struct strv names = {0}, lines = {0};
    size_t runs, found[RUNS_SHOWN];
    switch (d->step) {
    case STEP_FILE:
        dialogue_ask(d, _("Answers file"), NULL);
        break;
    case STEP_RESET:
        dialogue_ask(d, find_runs(d, true, found, &lines) ? _("Number of a cluster, or an answers file") : _("Answers file of the cluster"), NULL);
        break;
    case STEP_ACT:
    case STEP_ACT_WORDS:
    case STEP_ACT_BEGIN:
        ask_act(d);
        break;
    case STEP_RESUME:
        dialogue_ask(d, _("Go on with it now? yes, no"), _("no"));
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
    struct strv lines = {0};
    size_t found[RUNS_SHOWN], count = find_runs(d, true, found, &lines);
    dialogue_say(d, _("Which cluster is to be taken off its hosts? You see what will be done before anything is."));
    for (size_t i = 0; i < count; i++)
        dialogue_say(d, "  %zu %s", i + 1, lines.items[i]);
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

static void tell_opened(struct dialogue *d, const char *what, bool was_read, struct err_list *errors)
{
    if (!was_read)
        dialogue_say(d, _("%s can't be opened:"), what);
    else if (errors->count)
        dialogue_say(d, _("%s has errors, which you will be asked to correct:"), what);
    dialogue_say_errors(d, errors);
    err_list_done(errors);
}

/* Opened, or said why not. What was answered before is not lost by it. */
static void open_file(struct dialogue *d, const char *path, bool is_reset)
{
    struct err_list errors = {0};
    char *file = file_expand(path);
    dialogue_keep(d);
    bool ok = wizard_open(d->wizard, file, &errors);
    tell_opened(d, file, ok, &errors);
    if (ok) {
        dialogue_set_own_path(d, file);
        wizard_set_reset(d->wizard, is_reset);
        go_on(d);
    } else {
        ask(d);
    }
    free(file);
}

/* The answers and the spell as they were then; they are nobody's file. */
static void open_run(struct dialogue *d, size_t run)
{
    struct err_list errors = {0};
    dialogue_keep(d);
    bool ok = wizard_open_run(d->wizard, run, &errors);
    tell_opened(d, wizard_run(d->wizard, run)->id, ok, &errors);
    if (ok) {
        dialogue_set_own_path(d, NULL);
        wizard_set_reset(d->wizard, true);
        go_on(d);
    } else {
        ask(d);
    }
}

void dialogue_begin_opened(struct dialogue *d)
{
    char *path = wizard_path(d->wizard);
    if (wizard_is_saved(d->wizard))
        dialogue_set_own_path(d, path);
    free(path);
    go_on(d);
}

static size_t run_at(struct dialogue *d, size_t index)
{
    struct strv lines = {0};
    size_t found[RUNS_SHOWN];
    find_runs(d, false, found, &lines);
    strv_done(&lines);
    return found[index];
}

/* Unlike all other choices this one changes hosts. */
static void begin_resume(struct dialogue *d, size_t index)
{
    d->index = run_at(d, index);
    d->step = STEP_RESUME;
    dialogue_say(d, _("Run %s: what has not been done yet will be done on its hosts."), wizard_run(d->wizard, d->index)->id);
    ask(d);
}

static void resume(struct dialogue *d, const struct typed *typed)
{
    const struct wizard_actions *actions = d->options.actions;
    bool is_yes = false;
    if (*typed->text && !dialogue_yes_or_no(typed, &is_yes)) {
        dialogue_say(d, _("Expected yes or no."));
        ask(d);
    } else if (is_yes) {
        dialogue_keep(d);
        dialogue_hand_over(d);
        actions->resume(actions->context, wizard_run(d->wizard, d->index)->id);
    } else {
        d->step = STEP_CHOICE;
        enter_welcome(d);
    }
}

static void to_step(struct dialogue *d, unsigned step)
{
    d->step = step;
    if (step == STEP_RESET)
        say_clusters(d);
    if (step == STEP_ACT)
        say_acts(d);
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
        begin_resume(d, at);
    } else if (strcmp(name, "open") == 0) {
        to_step(d, STEP_FILE);
    } else if (strcmp(name, "reset") == 0) {
        to_step(d, STEP_RESET);
    } else if (strcmp(name, "action") == 0) {
        to_step(d, STEP_ACT);
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
    struct strv lines = {0};
    size_t found[RUNS_SHOWN], count = find_runs(d, true, found, &lines);
    strv_done(&lines);
    size_t digits = strspn(typed->text, "0123456789"), number = 0;
    if (digits && digits < 4 && !typed->text[digits] && !typed->is_literal)
        number = strtoul(typed->text, NULL, 10);
    if (number && number <= count)
        open_run(d, found[number - 1]);
    else
        open_file(d, typed->text, true);
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
        open_file(d, rest, false);
    else if (is_choice && dialogue_command(typed, "reset", 5, &rest) && *rest)
        open_file(d, rest, true);
    else if (is_choice && dialogue_command(typed, "language", 8, &rest) && *rest && d->options.actions->speak)
        speak(d, rest);
    else if (is_choice)
        choose(d, typed);
    else if (d->step == STEP_RESUME)
        resume(d, typed);
    else if (!*typed->text)
        to_step(d, STEP_CHOICE);
    else if (d->step >= STEP_ACT)
        act(d, typed);
    else if (d->step == STEP_RESET)
        reset(d, typed);
    else
        open_file(d, typed->text, false);
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
    else if (d->step == STEP_RESUME)
        dialogue_say(d, _("Steps that have ended well are not run again. \"kwiz runs show RUN\" tells how it stands without changing anything."));
    else if (d->step >= STEP_ACT)
        dialogue_say(d, _("The spell of the cluster says which actions there are. Hosts and answers are written into its answers file once all went well. "
                          "Enter alone goes back."));
    else
        dialogue_say(d, _("The path of an answers file; ~ is your home folder. Enter alone goes back."));
}

const struct part part_welcome = {.enter = enter_welcome, .ask = ask, .answer = answer, .back = back, .help = help};
