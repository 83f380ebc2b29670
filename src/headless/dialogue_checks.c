/* Requirements: what was measured on hosts that is not as it should be. */
#include "headless/dialogue_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

#define HOSTS_SHOWN 10
enum { STEP_WAIT, STEP_CHOICE, STEP_REASON };

static const struct draft_host *host_at(struct dialogue *d, size_t index)
{
    return draft_host(wizard_draft(d->wizard), index);
}

static size_t host_count(struct dialogue *d)
{
    return draft_host_count(wizard_draft(d->wizard));
}

static const struct spell *spell_of(struct dialogue *d)
{
    return draft_spell(wizard_draft(d->wizard));
}

/* ---- what is said ---- */

static const char *word_of(const struct wizard_check *check)
{
    return check->accepted ? _("accepted") : verdict_name(check->worst);
}

/* Hosts of a check that have such a verdict, those with the same measure in one line. */
static void say_hosts(struct dialogue *d, const struct wizard_check *check, enum verdict_kind kind)
{
    struct strv told = {0};
    size_t lines = 0;
    for (size_t i = 0; i < host_count(d); i++) {
        const struct verdict *v = wizard_verdict(d->wizard, i, check->requirement);
        if (!v || v->kind != kind || strv_has(&told, v->measured) || lines == HOSTS_SHOWN)
            continue;
        struct strv names = {0};
        for (size_t k = i; k < host_count(d); k++) {
            const struct verdict *other = wizard_verdict(d->wizard, k, check->requirement);
            if (other && other->kind == kind && strcmp(other->measured, v->measured) == 0)
                strv_add(&names, host_at(d, k)->cells[CELL_NAME]);
        }
        char *shown = strv_join(&names, ", ");
        dialogue_say(d, _("  %s: %s, wanted %s"), shown, v->measured, v->threshold);
        free(shown);
        strv_done(&names);
        strv_add(&told, v->measured);
        lines++;
    }
    strv_done(&told);
}

static void say_check(struct dialogue *d, const struct wizard_check *check)
{
    const struct requirement *r = check->requirement;
    size_t hosts = check->hosts - check->counts[VERDICT_PASS];
    dialogue_say(d, ngettext("%s %s: %s, on %zu host", "%s %s: %s, on %zu hosts", hosts), word_of(check), r->id, spell_text(spell_of(d), r->title), hosts);
    if (check->accepted)
        dialogue_say(d, _("  accepted because: %s"), check->accepted);
    say_hosts(d, check, VERDICT_FAIL);
    say_hosts(d, check, VERDICT_WARN);
    say_hosts(d, check, VERDICT_SKIP);
    if (r->remedy && !check->accepted)
        dialogue_say(d, _("  what helps: %s"), spell_text(spell_of(d), r->remedy));
}

static void say_summary(struct dialogue *d, const struct wizard_checks *checks)
{
    dialogue_say(d, _("Checks: %zu fail, %zu warn, %zu skip, %zu pass, %zu accepted. Hosts measured: %zu of %zu."), checks->counts[VERDICT_FAIL],
                 checks->counts[VERDICT_WARN], checks->counts[VERDICT_SKIP], checks->counts[VERDICT_PASS], checks->accepted, checks->measured,
                 checks->measured + checks->missing);
    for (size_t i = 0; i < checks->count; i++)
        if (checks->items[i].hosts && (checks->items[i].worst != VERDICT_PASS || checks->items[i].accepted))
            say_check(d, &checks->items[i]);
    struct access *access = wizard_access(d->wizard);
    for (size_t i = 0; checks->missing && access && i < access_count(access) && i < host_count(d); i++) {
        const struct access_host *h = access_host(access, i);
        if (!h->has_facts)
            dialogue_say(d, _("not measured: %s: %s"), host_at(d, i)->cells[CELL_NAME], *h->facts_fault ? h->facts_fault : h->detail);
    }
}

static bool may_leave(struct dialogue *d)
{
    struct buf why;
    buf_init(&why, ERR_TEXT_MAX);
    bool may = wizard_may_leave(d->wizard, SECTION_REQUIREMENTS, &why);
    buf_done(&why);
    return may;
}

/* ---- asking ---- */

static void ask_choice(struct dialogue *d)
{
    d->step = STEP_CHOICE;
    /* TRANSLATORS: what is typed stays as it is in all languages: fix, accept, show, again, next */
    dialogue_ask(d, _("fix CHECK, accept CHECK REASON, show CHECK, again, next"), may_leave(d) ? "next" : "again");
}

static void look(struct dialogue *d)
{
    struct access *access = wizard_access(d->wizard);
    const struct wizard_checks *checks = wizard_checks(d->wizard);
    size_t busy = 0, waits = 0;
    for (size_t i = 0; access && i < access_count(access); i++) {
        const struct access_host *h = access_host(access, i);
        if (h->asks) {
            dialogue_say(d, _("%s has to be reached anew."), i < host_count(d) ? host_at(d, i)->cells[CELL_NAME] : "");
            dialogue_go(d, SECTION_ACCESS);
            return;
        }
        if (h->state == ACCESS_CONNECTING || h->state == ACCESS_ROOT || h->state == ACCESS_MEASURING) {
            waits = i;
            busy++;
        }
    }
    if (busy) {
        char *rest = mem_printf(_("waiting for %s"), waits < host_count(d) ? host_at(d, waits)->cells[CELL_NAME] : "");
        d->step = STEP_WAIT;
        dialogue_say_progress(d, _("measured: %zu of %zu, %s"), access_count(access) - busy, access_count(access), rest);
        free(rest);
        dialogue_wait(d);
        return;
    }
    bool is_clean = !checks->counts[VERDICT_FAIL] && !checks->counts[VERDICT_WARN] && !checks->counts[VERDICT_SKIP] && !checks->missing;
    say_summary(d, checks);
    if (is_clean && !d->comes_back && may_leave(d))
        dialogue_next(d);
    else
        ask_choice(d);
}

static void enter(struct dialogue *d)
{
    size_t count = spell_of(d)->requirement_count;
    char *text = count ? mem_printf(ngettext("%zu check on every host.", "%zu checks on every host.", count), count)
                       : mem_strdup(_("This spell has no checks."));
    dialogue_head(d, SECTION_REQUIREMENTS, text);
    free(text);
    d->told = 0;
    d->told_at_ms = uv_now(d->loop);
    if (count || d->comes_back)
        look(d);
    else
        dialogue_next(d);
}

static void ask(struct dialogue *d)
{
    if (d->step == STEP_REASON) {
        char *question = mem_printf(_("Why may %s be as it is? An empty line takes it back"), d->word);
        dialogue_ask(d, question, NULL);
        free(question);
    } else if (d->step == STEP_CHOICE) {
        ask_choice(d);
    } else {
        look(d);
    }
}

static void changed(struct dialogue *d)
{
    if (d->step == STEP_WAIT)
        look(d);
}

/* ---- answers ---- */

static const struct wizard_check *check_named(struct dialogue *d, const char *name)
{
    const struct wizard_checks *checks = wizard_checks(d->wizard);
    const struct wizard_check *found = NULL;
    struct strv ids = {0};
    struct typed typed = {name, false};
    for (size_t i = 0; i < checks->count; i++)
        strv_add(&ids, checks->items[i].requirement->id);
    size_t at = dialogue_choose(d, &typed, &ids);
    if (at != WORD_NONE)
        found = &checks->items[at];
    strv_done(&ids);
    return found;
}

static void take_as_it_is(struct dialogue *d, const char *id, const char *reason)
{
    draft_accept(wizard_draft(d->wizard), id, *reason ? reason : NULL);
    wizard_touch(d->wizard);
    if (*reason)
        dialogue_say(d, _("Accepted: %s: %s"), id, reason);
    else
        dialogue_say(d, _("Not accepted: %s"), id);
    d->step = STEP_CHOICE;
    ask_choice(d);
}

static void begin_accept(struct dialogue *d, const char *rest)
{
    size_t n = strcspn(rest, " ");
    char *name = mem_strndup(rest, n);
    const char *reason = rest + n + strspn(rest + n, " ");
    const struct wizard_check *check = check_named(d, name);
    bool fires = check && (check->counts[VERDICT_FAIL] || check->counts[VERDICT_WARN] || check->accepted);
    free(name);
    if (check && !fires)
        dialogue_say(d, _("%s needs no accepting: nothing fails or warns."), check->requirement->id);
    if (!fires) {
        ask(d);
    } else if (*reason) {
        take_as_it_is(d, check->requirement->id, reason);
    } else {
        dialogue_set_word(d, check->requirement->id);
        d->step = STEP_REASON;
        ask(d);
    }
}

static void begin_mend(struct dialogue *d, const char *name)
{
    const struct wizard_check *check = check_named(d, name);
    if (!check || !dialogue_begin_mend(d, check->requirement))
        ask(d);
}

static void show(struct dialogue *d, const char *name)
{
    const struct wizard_check *check = check_named(d, name);
    if (check) {
        const struct requirement *r = check->requirement;
        dialogue_say(d, "%s: %s", r->id, spell_text(spell_of(d), r->title));
        for (size_t i = 0; i < host_count(d); i++) {
            const struct verdict *v = wizard_verdict(d->wizard, i, r);
            if (v)
                dialogue_say(d, _("  %s %s: %s, wanted %s"), verdict_name(v->kind), host_at(d, i)->cells[CELL_NAME], v->measured, v->threshold);
        }
        if (r->remedy)
            dialogue_say(d, _("  what helps: %s"), spell_text(spell_of(d), r->remedy));
        if (r->source)
            dialogue_say(d, _("  threshold from: %s"), r->source);
    }
    ask(d);
}

static void leave(struct dialogue *d)
{
    const struct wizard_checks *checks = wizard_checks(d->wizard);
    if (may_leave(d)) {
        dialogue_next(d);
        return;
    }
    if (checks->missing)
        dialogue_say(d, ngettext("%zu host was not measured: again tries it.", "%zu hosts were not measured: again tries them.", checks->missing),
                     checks->missing);
    else
        dialogue_say(d, ngettext("%zu check fails: mend it and say again, or accept it.", "%zu checks fail: mend them and say again, or accept them.",
                                 checks->counts[VERDICT_FAIL]), checks->counts[VERDICT_FAIL]);
    ask_choice(d);
}

static void answer(struct dialogue *d, const struct typed *typed)
{
    const char *rest;
    if (d->step == STEP_REASON) {
        char *id = mem_strdup(d->word);
        take_as_it_is(d, id, typed->text);
        free(id);
    } else if (dialogue_command(typed, "accept", 2, &rest) && *rest) {
        begin_accept(d, rest);
    } else if (dialogue_command(typed, "fix", 1, &rest) && *rest) {
        begin_mend(d, rest);
    } else if (dialogue_command(typed, "show", 1, &rest) && *rest) {
        show(d, rest);
    } else if (dialogue_command(typed, "next", 1, &rest) || (!*typed->text && may_leave(d))) {
        leave(d);
    } else if (!*typed->text || dialogue_command(typed, "again", 2, &rest)) {
        d->comes_back = false;
        wizard_measure_again(d->wizard);
        d->told = 0;
        look(d);
    } else {
        dialogue_say(d, _("Expected fix CHECK, accept CHECK REASON, show CHECK, again or next."));
        ask(d);
    }
}

static bool back(struct dialogue *d)
{
    bool is_inside = d->step == STEP_REASON;
    if (is_inside)
        ask_choice(d);
    return is_inside;
}

static void forward(struct dialogue *d)
{
    if (d->step == STEP_WAIT)
        dialogue_next(d);
    else
        leave(d);
}

static void help(struct dialogue *d)
{
    dialogue_say(d, _("fail stands in the way, warn does not, skip could not be measured. accept takes a check as it is, with your reason, which goes into "
                      "the answers; accept CHECK with an empty reason takes that back. fix shows the script that mends a check, and runs it when you say so. "
                      "again measures all hosts again."));
}

const struct part part_requirements = {.enter = enter, .ask = ask, .answer = answer, .forward = forward, .back = back, .help = help, .changed = changed};
