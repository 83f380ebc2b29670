#include "wizard/act.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "engine/rundir.h"

static struct spell *spell_of(const struct run_meta *run)
{
    struct rundir dir = {0};
    struct err_list ignored = {0};
    char *folder = rundir_open(&dir, run->id, NULL) ? rundir_path(&dir, "spell") : NULL;
    struct spell *spell = folder ? spell_load(folder, &ignored) : NULL;
    err_list_done(&ignored);
    rundir_done(&dir);
    free(folder);
    return spell;
}

size_t wizard_acts(struct wizard *wizard, struct wizard_act **acts)
{
    size_t count = 0;
    *acts = NULL;
    for (size_t i = 0; i < wizard_run_count(wizard); i++) {
        const struct run_meta *run = wizard_run(wizard, i);
        if (!wizard_can_reset(wizard, i) || run->exit_status != 0 || !run->answers_file || access(run->answers_file, R_OK | W_OK) != 0)
            continue;
        struct spell *spell = spell_of(run);
        for (size_t a = 0; spell && a < spell->action_count; a++) {
            const struct spell_action *action = &spell->actions[a];
            *acts = mem_grow(*acts, count + 1, sizeof **acts);
            (*acts)[count++] = (struct wizard_act){.run = i, .name = mem_strdup(action->name), .title = mem_strdup(spell_text(spell, action->title)),
                                                   .targets = action->targets, .changes = action->changes.count ? strv_join(&action->changes, ", ") : NULL};
        }
        spell_free(&spell);
    }
    return count;
}

void wizard_acts_done(struct wizard_act **acts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free((*acts)[i].name);
        free((*acts)[i].title);
        free((*acts)[i].changes);
    }
    free(*acts);
    *acts = NULL;
}

char *wizard_act_question(const struct wizard_act *act)
{
    switch (act->targets) {
    case TARGETS_NEW:
        return mem_strdup(_("New hosts and their roles: NAME=ADDRESS ROLE,ROLE"));
    case TARGETS_LEAVING:
        return mem_strdup(_("Hosts that leave; lost=HOST for one that is dead"));
    case TARGETS_SOME:
        return mem_strdup(_("Hosts, with blanks between"));
    case TARGETS_NONE:
        break;
    }
    return act->changes ? mem_printf(_("New value of %s"), act->changes) : NULL;
}

/* Words without = are what an action of its kind wants most; the others are said as on the command line. */
static void add_word(const struct wizard_act *act, const char *word, struct strv *words)
{
    bool is_pair = strchr(word, '=') != NULL, is_lost = strncmp(word, "lost=", 5) == 0;
    const char *option = is_lost                                        ? "--lost"
                         : is_pair                                      ? act->targets == TARGETS_NEW ? "--host" : "--set"
                         : act->targets == TARGETS_NEW                  ? "--roles"
                         : act->targets == TARGETS_NONE && act->changes ? "--to"
                                                                        : NULL;
    if (option)
        strv_add(words, option);
    strv_add(words, is_lost ? word + 5 : word);
}

const char *wizard_act_words(const struct wizard_act *act, const char *typed, struct strv *words)
{
    size_t count = 0;
    for (const char *p = typed + strspn(typed, " "); *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        char *word = mem_strndup(p, n);
        const char *fault = *word == '-' ? _("Expected no options here.") : NULL; /* no name and no value begins so */
        if (!fault)
            add_word(act, word, words);
        free(word);
        if (fault)
            return fault;
        count++;
        p += n;
    }
    return count || (act->targets == TARGETS_NONE && !act->changes) ? NULL : _("Nothing was named.");
}
