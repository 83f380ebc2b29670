/* The answers, the spell, the plan: what the wizard holds. */
#include "wizard/wizard_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/download.h"
#include "spell/plan_make.h"

struct wizard *wizard_new(const struct wizard_options *options)
{
    struct wizard *w = mem_new(1, sizeof *w);
    w->options = *options;
    w->draft = draft_new();
    w->saved_version = draft_version(w->draft);
    return w;
}

static void drop_plan(struct wizard *w)
{
    plan_free(&w->plan);
    err_list_done(&w->plan_errors);
    w->is_planned = false;
}

void wizard_free(struct wizard **handle)
{
    struct wizard *w = *handle;
    if (!w)
        return;
    wizard_mend_done(w);
    access_free(&w->access);
    wizard_sudo_users_done(w);
    drop_plan(w);
    wizard_checks_done(w);
    wizard_questions_done(w);
    judgement_done(&w->judgement);
    draft_free(&w->draft);
    for (size_t i = 0; i < w->spell_count; i++) {
        free(w->spells[i].name);
        free(w->spells[i].folder);
        spell_free(&w->spells[i].spell);
        err_list_done(&w->spells[i].errors);
    }
    free(w->spells);
    spell_free(&w->own_spell);
    for (size_t i = 0; i < w->secret_count; i++) {
        free(w->secrets[i].key);
        secret_free(&w->secrets[i].secret);
    }
    free(w->secrets);
    for (size_t i = 0; i < w->run_count; i++)
        run_meta_done(&w->runs[i]);
    free(w->runs);
    fleet_done(&w->asked);
    free(w->digests);
    free(w->path);
    free(w);
    *handle = NULL;
}

void wizard_tell(struct wizard *w)
{
    if (w->options.changed)
        w->options.changed(w->options.changed_context);
}

/* ---- answers ---- */

struct draft *wizard_draft(struct wizard *w)
{
    return w->draft;
}

void wizard_touch(struct wizard *w)
{
    wizard_tell(w);
}

const struct judgement *wizard_judgement(struct wizard *w)
{
    if (w->is_judged && w->judged_version == draft_version(w->draft))
        return &w->judgement;
    /* what was made of the old answers points into them */
    wizard_checks_done(w);
    wizard_questions_done(w);
    drop_plan(w);
    judgement_done(&w->judgement);
    draft_judge(w->draft, &w->judgement);
    w->is_judged = true;
    w->judged_version = draft_version(w->draft);
    return &w->judgement;
}

void wizard_take(struct wizard *w, struct draft *draft, struct spell *own, const char *path)
{
    wizard_checks_done(w);
    drop_plan(w);
    judgement_done(&w->judgement);
    w->is_judged = w->is_probed = false;
    draft_free(&w->draft);
    w->draft = draft;
    w->is_reset = false;
    spell_free(&w->own_spell);
    w->own_spell = own;
    w->saved_version = draft_version(draft);
    w->is_behind = false;
    char *kept = path ? mem_strdup(path) : NULL;
    free(w->path);
    w->path = kept;
    wizard_tell(w);
}

void wizard_entered(const struct wizard *w, size_t *hosts, size_t *options)
{
    const struct spell *spell = draft_spell(w->draft);
    *hosts = draft_host_count(w->draft);
    *options = 0;
    for (size_t i = 0; spell && i < spell->question_count; i++)
        *options += draft_value(w->draft, spell->questions[i].key) || draft_secret(w->draft, spell->questions[i].key);
}

/* ---- spells ---- */

static int by_category(const void *a, const void *b)
{
    const struct wizard_spell *x = a, *y = b;
    /* what can't be used comes last; examples behind what is meant for use */
    if (!x->spell != !y->spell)
        return x->spell ? -1 : 1;
    if (x->spell) {
        bool is_example = strcmp(x->spell->category, "examples") == 0;
        if (is_example != (strcmp(y->spell->category, "examples") == 0))
            return is_example ? 1 : -1;
        int order = strcmp(x->spell->category, y->spell->category);
        if (order)
            return order;
    }
    return strcmp(x->name, y->name);
}

static void read_spells(struct wizard *w)
{
    struct strv folders = {0};
    w->has_spells = true;
    catalog_list(w->options.catalog, &folders);
    w->spells = mem_new(folders.count, sizeof *w->spells);
    for (size_t i = 0; i < folders.count; i++) {
        struct wizard_spell *s = &w->spells[w->spell_count++];
        s->folder = mem_strdup(folders.items[i]);
        s->name = mem_strdup(strrchr(folders.items[i], '/') + 1);
        s->spell = spell_load(s->folder, &s->errors);
    }
    strv_done(&folders);
    if (w->spell_count)
        qsort(w->spells, w->spell_count, sizeof *w->spells, by_category);
}

size_t wizard_spell_count(struct wizard *w)
{
    if (!w->has_spells)
        read_spells(w);
    return w->spell_count;
}

const struct wizard_spell *wizard_spell(struct wizard *w, size_t index)
{
    return &w->spells[index];
}

void wizard_spell_folders(const struct wizard *w, struct strv *folders)
{
    catalog_folders(w->options.catalog, folders);
}

bool wizard_choose_spell(struct wizard *w, size_t index, struct err *err)
{
    const struct wizard_spell *s = &w->spells[index];
    if (!s->spell)
        return err_set(err, ERR_INVALID, ngettext("%s can't be used: it has %zu error", "%s can't be used: it has %zu errors", s->errors.count), s->name,
                       s->errors.count);
    if (draft_spell(w->draft) != s->spell)
        draft_set_spell(w->draft, s->spell);
    wizard_tell(w);
    return true;
}

bool wizard_choose_topology(struct wizard *w, const char *name, struct err *err)
{
    const struct spell *spell = draft_spell(w->draft);
    if (!spell)
        return err_set(err, ERR_INVALID, _("choose a spell first"));
    if (!answers_topology(spell, name, err))
        return false;
    if (strcmp(draft_topology(w->draft), name) != 0)
        draft_set_topology(w->draft, name);
    wizard_tell(w);
    return true;
}

/* ---- secrets ---- */

void wizard_set_secret(struct wizard *w, const char *key, const struct secret *secret)
{
    size_t i = 0;
    while (i < w->secret_count && strcmp(w->secrets[i].key, key) != 0)
        i++;
    if (i == w->secret_count) {
        w->secrets = mem_grow(w->secrets, w->secret_count + 1, sizeof *w->secrets);
        w->secrets[w->secret_count++] = (struct wizard_secret_entry){.key = mem_strdup(key)};
    }
    secret_free(&w->secrets[i].secret);
    w->secrets[i].secret = secret ? secret_copy(secret) : NULL;
    draft_set_secret(w->draft, key, secret ? "ask" : NULL);
    wizard_tell(w);
}

bool wizard_has_secret(const struct wizard *w, const char *key)
{
    for (size_t i = 0; i < w->secret_count; i++)
        if (strcmp(w->secrets[i].key, key) == 0)
            return w->secrets[i].secret != NULL;
    return false;
}

struct secret *wizard_secret(void *context, const char *key, struct err *err)
{
    struct wizard *w = context;
    for (size_t i = 0; i < w->secret_count; i++)
        if (strcmp(w->secrets[i].key, key) == 0 && w->secrets[i].secret)
            return secret_copy(w->secrets[i].secret);
    const struct judgement *j = wizard_judgement(w);
    struct secret *secret = NULL;
    if (j->answers)
        answers_secret(j->answers, key, &secret, err);
    return secret;
}

/* ---- the plan ---- */

const struct plan *wizard_plan(struct wizard *w, struct err_list *errors)
{
    const struct judgement *j = wizard_judgement(w);
    if (!w->is_planned) {
        w->is_planned = true;
        if (j->is_valid)
            w->plan = plan_make(draft_spell(w->draft), j->answers, w->is_reset ? "reset" : "install", NULL, &w->plan_errors);
        for (size_t i = 0; !j->is_valid && i < j->fault_count; i++)
            if (!j->faults[i].is_warning)
                err_list_addf(&w->plan_errors, "", 0, 0, "%s", j->faults[i].text);
    }
    for (size_t i = 0; errors && i < w->plan_errors.count; i++)
        err_list_add(errors, &w->plan_errors.items[i]);
    return w->plan;
}

bool wizard_fetches(struct wizard *w, size_t step, size_t download)
{
    const struct plan *plan = wizard_plan(w, NULL);
    const struct answers *answers = wizard_judgement(w)->answers;
    const struct step *declared = plan ? spell_step(draft_spell(w->draft), plan->steps[step].id) : NULL;
    size_t which = declared ? plan->steps[step].downloads[download].declared : 0;
    for (size_t t = 0; declared && t < plan->task_count; t++) {
        const struct host *host = fleet_find(&answers->fleet, plan->hosts[plan->tasks[t].host].host.name);
        const struct facts *facts = host ? wizard_facts(w, (size_t)(host - answers->fleet.items)) : NULL;
        if (plan->tasks[t].step == step && !download_is_needless(&declared->downloads[which], facts, answers))
            return true;
    }
    return !declared;
}

void wizard_set_reset(struct wizard *w, bool is_reset)
{
    w->is_reset = is_reset;
    drop_plan(w);
    wizard_tell(w);
}

bool wizard_is_reset(const struct wizard *w)
{
    return w->is_reset;
}
