/* What was answered, a line a section. */
#include "ui/review.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "model/fold.h"
#include "spell/translation.h"
#include "ui/check_draw.h"

static void tell_topology(struct wizard *w, struct buf *out)
{
    const struct draft *draft = wizard_draft(w);
    const struct topology *t = spell_topology(draft_spell(draft), draft_topology(draft));
    bool is_first = true;
    buf_addf(out, "%s: ", draft_topology(draft));
    for (size_t r = 0; t && r < t->role_count; r++) {
        size_t count = 0;
        for (size_t i = 0; i < draft_host_count(draft); i++)
            count += draft_host_has_role(draft, i, t->roles[r].name);
        if (!count && !t->roles[r].min)
            continue; /* nothing is said by what nobody wanted */
        buf_addf(out, "%s%zu %s", is_first ? "" : ", ", count, t->roles[r].name);
        is_first = false;
    }
}

static void tell_hosts(const struct draft *draft, struct buf *out)
{
    size_t count = draft_host_count(draft);
    const char **names = mem_new(count, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = draft_host(draft, i)->cells[CELL_NAME];
    fold_names(names, count, out);
    free(names);
}

/* -- access -- */

static void add_once(struct strv *list, const char *text)
{
    if (!strv_has(list, text))
        strv_add(list, text);
}

static void tell_list(const struct strv *list, struct buf *out)
{
    for (size_t i = 0; i < list->count && i < 3; i++)
        buf_addf(out, "%s%s", i ? ", " : "", list->items[i]);
    if (list->count > 3)
        buf_addf(out, _(" and %zu more"), list->count - 3);
}

static void tell_ways(const struct fleet *fleet, struct buf *out)
{
    struct strv users = {0}, jumps = {0};
    for (size_t i = 0; i < fleet->count; i++) {
        const struct host *h = &fleet->items[i];
        const char *user = h->user ? h->user : fleet->ssh.user, *jump = h->jump ? h->jump : fleet->ssh.jump;
        add_once(&users, user ? user : _("as ~/.ssh/config says"));
        if (jump && strcmp(jump, "none") != 0)
            add_once(&jumps, jump);
    }
    tell_list(&users, out);
    if (jumps.count) {
        buf_adds(out, _(" through "));
        tell_list(&jumps, out);
    }
    strv_done(&users);
    strv_done(&jumps);
}

static enum text_role tell_access(struct wizard *w, struct buf *out)
{
    static const char *const roots[] = {[ROOT_UNKNOWN] = "",
                                        [ROOT_SELF] = N_("as root"),
                                        [ROOT_FREE] = N_("sudo without a password"),
                                        [ROOT_PASSWORD] = N_("sudo with a password"),
                                        [ROOT_REFUSED] = N_("sudo refused"),
                                        [ROOT_UNWANTED] = N_("without root")};
    const struct judgement *j = wizard_judgement(w);
    const struct access *access = wizard_access(w);
    size_t counts[sizeof roots / sizeof *roots] = {0}, all = access ? access_count(access) : 0, ready = 0, keys = 0;
    for (size_t i = 0; i < all; i++) {
        const struct access_host *h = access_host(access, i);
        ready += h->state >= ACCESS_MEASURING && h->state <= ACCESS_READY;
        keys += h->was_key_accepted;
        counts[h->root]++;
    }
    if (j->answers)
        tell_ways(&j->answers->fleet, out);
    for (size_t r = ROOT_SELF; r < sizeof roots / sizeof *roots; r++)
        if (counts[r] == all && all)
            buf_addf(out, ", %s", _(roots[r]));
        else if (counts[r])
            buf_addf(out, ", %s (%zu)", _(roots[r]), counts[r]);
    buf_addf(out, _("; %zu of %zu reached"), ready, all);
    if (keys)
        buf_addf(out, ngettext(", %zu new host key accepted", ", %zu new host keys accepted", keys), keys);
    return ready < all ? ROLE_WARN : ROLE_TEXT;
}

/* -- requirements -- */

static enum text_role tell_requirements(struct wizard *w, struct buf *out)
{
    const struct wizard_checks *checks = wizard_checks(w);
    static const enum verdict_kind order[] = {VERDICT_FAIL, VERDICT_WARN, VERDICT_SKIP, VERDICT_PASS};
    size_t told = 0;
    for (size_t i = 0; i < 4; i++)
        if (checks->counts[order[i]])
            buf_addf(out, "%s%s", told++ ? ", " : "", check_count_words(order[i], checks->counts[order[i]]));
    if (!checks->count)
        buf_adds(out, _("the spell has none"));
    bool is_first = true;
    for (size_t i = 0; i < checks->count; i++) {
        const struct wizard_check *c = &checks->items[i];
        if (!c->accepted || (!c->counts[VERDICT_FAIL] && !c->counts[VERDICT_WARN]))
            continue;
        buf_addf(out, is_first ? _("%saccepted: ") : "%s", is_first ? told ? "; " : "" : ", ");
        buf_addf(out, *c->accepted ? "%s \"%s\"" : "%s", c->requirement->id, c->accepted);
        is_first = false;
    }
    return checks->accepted || checks->counts[VERDICT_WARN] || checks->counts[VERDICT_FAIL] ? ROLE_WARN : ROLE_TEXT;
}

/* -- options -- */

static bool is_default(const struct question *question, const struct answer *answer)
{
    return answer->origin == ANSWER_DEFAULT || (question->has_default && question->fallback && strcmp(question->fallback, answer->text) == 0);
}

static void tell_value(const struct question *question, const char *text, struct buf *out)
{
    if (question->type == QUESTION_BOOLEAN)
        text = strcmp(text, "true") == 0 ? _("yes") : _("no");
    size_t line = strcspn(text, "\n");
    buf_addf(out, "%.*s%s", (int)(line > 60 ? 60 : line), text, text[line] ? "..." : "");
}

/* A default's value stands without its label; of a yes the label stands alone. False without values that say nothing so: nothing, none, no. */
static bool tell_default(const struct spell *spell, const struct question *question, const char *text, const char *before, struct buf *out)
{
    bool is_yes = question->type == QUESTION_BOOLEAN && strcmp(text, "true") == 0;
    if (!*text || strcmp(text, "none") == 0 || (question->type == QUESTION_BOOLEAN && !is_yes))
        return false;
    buf_adds(out, before);
    if (is_yes)
        buf_adds(out, spell_text(spell, question->label));
    else
        tell_value(question, text, out);
    return true;
}

/* What differs from the defaults has its label, and comes first. */
static void tell_options(struct wizard *w, struct buf *out)
{
    const struct spell *spell = draft_spell(wizard_draft(w));
    const struct answers *answers = wizard_judgement(w)->answers;
    size_t told = 0, defaults = 0;
    for (size_t i = 0; answers && i < answers->value_count; i++) {
        const struct question *q = spell_question(spell, answers->values[i].key);
        if (!q || is_default(q, &answers->values[i]))
            continue;
        buf_addf(out, "%s%s: ", told++ ? ", " : "", spell_text(spell, q->label));
        tell_value(q, answers->values[i].text, out);
    }
    for (size_t i = 0; answers && i < spell->question_count; i++)
        if (spell->questions[i].type == QUESTION_PASSWORD && (draft_secret(wizard_draft(w), spell->questions[i].key)))
            buf_addf(out, "%s%s: ********", told++ ? ", " : "", spell_text(spell, spell->questions[i].label));
    char *first = mem_printf(_("%sby default: "), told ? "; " : "");
    for (size_t i = 0; answers && i < answers->value_count; i++) {
        const struct question *q = spell_question(spell, answers->values[i].key);
        if (q && is_default(q, &answers->values[i]))
            defaults += tell_default(spell, q, answers->values[i].text, defaults ? ", " : first, out);
    }
    free(first);
    if (!told && !defaults)
        buf_adds(out, spell->question_count ? _("all by default") : _("the spell asks nothing"));
}

enum text_role review_tell_section(struct wizard *w, enum section section, struct buf *out)
{
    switch (section) {
    case SECTION_TOPOLOGY:
        tell_topology(w, out);
        return ROLE_TEXT;
    case SECTION_HOSTS:
        tell_hosts(wizard_draft(w), out);
        return ROLE_TEXT;
    case SECTION_ACCESS:
        return tell_access(w, out);
    case SECTION_REQUIREMENTS:
        return tell_requirements(w, out);
    default:
        tell_options(w, out);
        return ROLE_TEXT;
    }
}
