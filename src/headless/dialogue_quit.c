/* Asked in between: whether to quit, and what becomes of the answers. And where answers are saved, which Review asks too. */
#include "headless/dialogue_parts.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"

/* The section's question, where it was left. */
static void stay(struct dialogue *d)
{
    d->part = d->part_before;
    if (!d->was_waiting) {
        d->part->ask(d);
        return;
    }
    dialogue_wait(d);
    if (d->part->changed)
        d->part->changed(d);
}

static void ask(struct dialogue *d)
{
    if (wizard_is_saved(d->wizard)) {
        /* TRANSLATORS: what is typed stays as it is in all languages: stay */
        dialogue_ask(d, _("Quit? yes, stay"), "stay");
    } else {
        /* TRANSLATORS: what is typed stays as it is in all languages: save, quit, stay */
        dialogue_ask(d, _("save FILE and quit, quit without saving, stay"), "stay");
    }
}

static void enter(struct dialogue *d)
{
    d->part_before = d->part;
    d->was_waiting = d->is_waiting;
    d->part = &part_quit;
    dialogue_say(d, _("Quit kwiz? Nothing was started."));
    if (!wizard_is_saved(d->wizard)) {
        char *path = dialogue_path(d);
        dialogue_say_unsaved(d);
        dialogue_say(d, _("\"save\" alone means %s."), path);
        free(path);
    }
    ask(d);
}

char *dialogue_path(struct dialogue *d)
{
    return d->own_path ? mem_strdup(d->own_path) : mem_printf("%s.yaml", draft_name(wizard_draft(d->wizard)));
}

void dialogue_set_own_path(struct dialogue *d, const char *path)
{
    char *copy = path ? mem_strdup(path) : NULL;
    free(d->own_path);
    d->own_path = copy;
}

bool dialogue_save(struct dialogue *d, const char *file)
{
    struct err err = ERR_INIT;
    char *path = *file ? file_expand(file) : dialogue_path(d);
    bool ok = false;
    if ((!d->own_path || strcmp(path, d->own_path) != 0) && access(path, F_OK) == 0) {
        dialogue_say(d, _("Not saved: %s is there already. Name another file, or remove that one."), path);
    } else if (!wizard_save(d->wizard, path, &err)) {
        dialogue_say(d, _("Not saved: %s"), err.text);
    } else {
        if (wizard_judgement(d->wizard)->is_valid)
            dialogue_say(d, _("Saved: %s. kwiz run %s does the same without questions."), path, path);
        else
            dialogue_say(d, _("Saved: %s. Answers are missing in it still; kwiz --plain --answers %s goes on with it."), path, path);
        dialogue_set_own_path(d, path);
        ok = true;
    }
    free(path);
    return ok;
}

static void answer(struct dialogue *d, const struct typed *typed)
{
    const char *rest;
    bool is_saved = wizard_is_saved(d->wizard), is_yes;
    if (!*typed->text || dialogue_command(typed, "stay", 2, &rest) || (is_saved && dialogue_yes_or_no(typed, &is_yes) && !is_yes)) {
        stay(d);
    } else if (!is_saved && dialogue_command(typed, "save", 2, &rest)) {
        if (dialogue_save(d, rest))
            dialogue_quit(d);
        else
            ask(d);
    } else if (dialogue_command(typed, "quit", 1, &rest) || (is_saved && dialogue_yes_or_no(typed, &is_yes))) {
        dialogue_quit(d);
    } else {
        dialogue_say(d, _("\"%s\" is none of: %s."), typed->text, is_saved ? "yes, stay" : "save, quit, stay");
        ask(d);
    }
}

static bool back(struct dialogue *d)
{
    stay(d);
    return true;
}

static void help(struct dialogue *d)
{
    dialogue_say(d, _("stay goes back to the question. kwiz --plain --answers FILE goes on with a saved file. Passwords are never saved."));
}

const struct part part_quit = {.enter = enter, .ask = ask, .answer = answer, .back = back, .help = help};
