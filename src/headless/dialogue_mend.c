/* Requirements, in between: the script that mends a check is shown, and run on the hosts where the check fires. */
#include "headless/dialogue_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "headless/frontend.h"

#define LINES_SHOWN 12 /* of what a script said that failed */
enum { STEP_CHOICE, STEP_RUNS };

void dialogue_mend_done(struct mend_talk *talk)
{
    free(talk->check);
    *talk = (struct mend_talk){0};
}

static const struct requirement *asked_about(struct dialogue *d)
{
    return mend_find(draft_spell(wizard_draft(d->wizard)), d->mend.check);
}

/* The hosts' names, and how many there are. malloc'd. */
static char *where(struct dialogue *d, size_t *count)
{
    const struct fleet *fleet = wizard_fleet(d->wizard);
    size_t *hosts = mem_new(fleet->count + 1, sizeof *hosts);
    struct strv names = {0};
    *count = wizard_mend_hosts(d->wizard, asked_about(d), hosts);
    for (size_t i = 0; i < *count; i++)
        strv_add(&names, fleet->items[hosts[i]].name);
    char *all = dialogue_names(&names);
    strv_done(&names);
    free(hosts);
    return all;
}

static void ask(struct dialogue *d)
{
    if (d->step == STEP_RUNS) {
        dialogue_wait(d);
        return;
    }
    /* TRANSLATORS: what is typed stays as it is in all languages: show, run, leave */
    dialogue_ask(d, _("show the script, run it, leave"), d->mend.was_shown ? "leave" : "show");
}

static void leave(struct dialogue *d)
{
    dialogue_mend_done(&d->mend);
    dialogue_visit(d, SECTION_REQUIREMENTS);
}

bool dialogue_begin_mend(struct dialogue *d, const struct requirement *requirement)
{
    const struct spell *spell = draft_spell(wizard_draft(d->wizard));
    size_t count = 0;
    dialogue_mend_done(&d->mend);
    d->mend.check = mem_strdup(requirement->id);
    char *hosts = requirement->mend ? where(d, &count) : NULL;
    if (!requirement->mend)
        dialogue_say(d, _("kwiz can't mend %s: see what helps."), requirement->id);
    else if (!count)
        dialogue_say(d, _("There is nothing to mend: %s fails and warns on no host."), requirement->id);
    if (count) {
        dialogue_say(d, _("%s is mended by %s, run as root on %s."), requirement->id, requirement->mend->script.path, hosts);
        if (requirement->mend->asks)
            dialogue_say(d, "  %s", spell_text(spell, requirement->mend->asks));
        if (requirement->mend->stays)
            dialogue_say(d, _("  reset does not take back: %s"), spell_text(spell, requirement->mend->stays));
        d->part = &part_mend;
        d->step = STEP_CHOICE;
        ask(d);
    }
    free(hosts);
    return count > 0;
}

static void show_script(struct dialogue *d)
{
    char *script = wizard_mend_text(d->wizard, asked_about(d), false);
    size_t len = strlen(script);
    dialogue_say(d, _("The script:"));
    dialogue_say(d, "%.*s", len && script[len - 1] == '\n' ? (int)len - 1 : (int)len, script);
    dialogue_say(d, _("End of the script. The spell's library stands before it; kwiz check --show-fix prints that too."));
    d->mend.was_shown = true;
    free(script);
}

static void run(struct dialogue *d)
{
    struct err err = ERR_INIT;
    if (!wizard_mend(d->wizard, asked_about(d), &err)) {
        dialogue_say(d, _("Not possible: %s"), err.text);
        ask(d);
        return;
    }
    const struct mending *mending = wizard_mending(d->wizard, NULL);
    size_t count = mending_count(mending);
    char limit[32];
    format_duration(mending_job(mending, 0)->limit_ms, limit, sizeof limit);
    dialogue_say(d, ngettext("The script runs on %zu host, at most %s.", "The script runs on %zu hosts, at most %s on each.", count), count, limit);
    d->step = STEP_RUNS;
    dialogue_wait(d);
}

static void say_output(struct dialogue *d, const char *output)
{
    const char *at = mending_tail(output, LINES_SHOWN);
    for (size_t n; *at; at += n + (at[n] == '\n')) {
        n = strcspn(at, "\n");
        dialogue_say(d, "    %.*s", (int)n, at);
    }
}

static void say_results(struct dialogue *d, const struct mending *mending)
{
    for (size_t i = 0; i < mending_count(mending); i++) {
        const struct mending_job *job = mending_job(mending, i);
        bool says = job->output[strspn(job->output, " \n")];
        const char *what = job->state == MENDING_DONE ? _("the script ended well") : _("was not run");
        if (job->state == MENDING_FAILED && job->status >= 0)
            dialogue_say(d, _("%s: the script failed with status %d:"), job->name, job->status);
        else if (job->state == MENDING_FAILED)
            dialogue_say(d, _("%s: it is not known what came of the script:"), job->name);
        else
            dialogue_say(d, "%s: %s%s", job->name, what, says ? ":" : "");
        if (says)
            say_output(d, job->output);
    }
    if (wizard_mend_fault(d->wizard))
        dialogue_say(d, _("What was mended is not written down: %s"), wizard_mend_fault(d->wizard));
}

static void changed(struct dialogue *d)
{
    const struct mending *mending = wizard_mending(d->wizard, NULL);
    if (d->step != STEP_RUNS || !mending || !mending_is_over(mending))
        return;
    say_results(d, mending);
    leave(d);
}

static void answer(struct dialogue *d, const struct typed *typed)
{
    const char *rest;
    struct typed offered = {d->mend.was_shown ? "leave" : "show", false};
    const struct typed *taken = *typed->text ? typed : &offered;
    if (dialogue_command(taken, "show", 1, &rest)) {
        show_script(d);
        ask(d);
    } else if (dialogue_command(taken, "run", 3, &rest)) {
        run(d);
    } else if (dialogue_command(taken, "leave", 1, &rest)) {
        leave(d);
    } else {
        dialogue_say(d, _("Expected show, run or leave."));
        ask(d);
    }
}

static bool back(struct dialogue *d)
{
    leave(d);
    return true;
}

static void help(struct dialogue *d)
{
    dialogue_say(d, _("The script runs as root on the hosts where the check fails or warns; then all hosts are measured again. What it changes is kept for reset, but for "
                      "what is named. Nothing runs before you say run."));
}

const struct part part_mend = {.ask = ask, .answer = answer, .back = back, .forward = leave, .help = help, .changed = changed};
