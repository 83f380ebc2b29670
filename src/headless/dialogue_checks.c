/* Requirements: what was measured on hosts that is not as it should be. */
#include "headless/dialogue_parts.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "model/fold.h"
#include "wizard/check_findings.h"
#include "wizard/check_report.h"

#define HOSTS_SHOWN 10
#define DETAILS_SHOWN 5
#define NAMES_MAX_BYTES ((size_t)1 << 16)
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
    return check->accepted && !check->is_stale ? _("accepted") : verdict_name(check->worst);
}

/* Lines of a verdict's detail; those beyond the first few only when all are asked for. */
static void say_detail(struct dialogue *d, const char *detail, size_t most)
{
    size_t shown = 0, left = 0;
    for (const char *p = detail; *p;) {
        size_t len = strcspn(p, "\n");
        if (shown < most) {
            dialogue_say(d, "    %.*s", (int)len, p);
            shown++;
        } else {
            left++;
        }
        p += len + (p[len] == '\n');
    }
    if (left)
        dialogue_say(d, ngettext("    and %zu more", "    and %zu more", left), left);
}

static char *names_of(struct dialogue *d, const struct check_finding *finding)
{
    const char **names = mem_new(finding->count + 1, sizeof *names);
    struct buf text;
    buf_init(&text, NAMES_MAX_BYTES);
    for (size_t i = 0; i < finding->count; i++)
        names[i] = finding->hosts[i] < host_count(d) ? host_at(d, finding->hosts[i])->cells[CELL_NAME] : "";
    fold_names(names, finding->count, &text);
    free(names);
    return buf_take(&text);
}

static void say_remedy(struct dialogue *d, const char *indent, const struct verdict *verdict)
{
    if (*verdict->remedy)
        dialogue_say(d, _("%swhat helps: %s"), indent, verdict->remedy);
}

/* Hosts of a check that were found alike in one line, the gravest first. */
static void say_hosts(struct dialogue *d, const struct wizard_check *check)
{
    struct check_findings f = check_findings_make(wizard_checks(d->wizard), check, false);
    size_t told = 0, most = f.count < HOSTS_SHOWN ? f.count : HOSTS_SHOWN;
    for (size_t i = 0; i < most; i++) {
        char *names = names_of(d, &f.items[i]);
        dialogue_say(d, _("  %s: %s, wanted %s"), names, f.items[i].verdict->measured, f.items[i].verdict->threshold);
        if (!f.is_one_remedy && !check->accepted)
            say_remedy(d, "    ", f.items[i].verdict);
        say_detail(d, f.items[i].verdict->detail, DETAILS_SHOWN);
        told += f.items[i].count;
        free(names);
    }
    if (told < f.hosts)
        dialogue_say(d, ngettext("  and %zu more host: show %s", "  and %zu more hosts: show %s", f.hosts - told), f.hosts - told, check->requirement->id);
    if (f.count && f.is_one_remedy && !check->accepted)
        say_remedy(d, "  ", f.items[0].verdict);
    check_findings_done(&f);
}

static void say_check(struct dialogue *d, const struct wizard_check *check)
{
    const struct requirement *r = check->requirement;
    size_t hosts = check->hosts - check->counts[VERDICT_PASS];
    if (check->is_stale) {
        dialogue_say(d, _("accept names %s (%s), but no host fails it any more: accept %s with an empty reason takes it back."), r->id, check->accepted, r->id);
        return;
    }
    dialogue_say(d, ngettext("%s %s: %s, on %zu host", "%s %s: %s, on %zu hosts", hosts), word_of(check), r->id, spell_text(spell_of(d), r->title), hosts);
    if (check->accepted)
        dialogue_say(d, _("  accepted because: %s"), check->accepted);
    say_hosts(d, check);
    if (check->is_asked)
        dialogue_say(d, _("  Options asks which is to be used."));
    if (r->mend && !check->accepted && (check->counts[VERDICT_FAIL] || check->counts[VERDICT_WARN]))
        dialogue_say(d, _("  fix %s mends it; the script can be looked at first."), r->id);
}

static void say_missing(struct dialogue *d)
{
    struct access *access = wizard_access(d->wizard);
    size_t shown = 0, left = 0;
    for (size_t i = 0; access && i < access_count(access) && i < host_count(d); i++) {
        const struct access_host *h = access_host(access, i);
        bool is_lost = h->has_facts && (h->state == ACCESS_FAILED || *h->facts_fault);
        if (h->has_facts && !is_lost)
            continue;
        if (shown++ >= HOSTS_SHOWN) {
            left++;
            continue;
        }
        dialogue_say(d, is_lost ? _("measured before, but not now: %s: %s") : _("not measured: %s: %s"), host_at(d, i)->cells[CELL_NAME],
                     h->state == ACCESS_FAILED || !*h->facts_fault ? h->detail : h->facts_fault);
        const char *hint = h->state == ACCESS_FAILED ? check_fault_hint(h->fault) : "";
        if (*hint)
            dialogue_say(d, _("%swhat helps: %s"), "  ", hint);
    }
    if (left)
        dialogue_say(d, ngettext("and %zu more host", "and %zu more hosts", left), left);
}

static void say_summary(struct dialogue *d, const struct wizard_checks *checks)
{
    dialogue_say(d, _("Checks: %zu fail, %zu warn, %zu skip, %zu pass, %zu accepted. Hosts measured: %zu of %zu."), checks->counts[VERDICT_FAIL],
                 checks->counts[VERDICT_WARN], checks->counts[VERDICT_SKIP], checks->counts[VERDICT_PASS], checks->accepted, checks->measured,
                 checks->measured + checks->missing);
    if (checks->asked)
        dialogue_say(d, ngettext("%zu check waits for an answer in Options.", "%zu checks wait for answers in Options.", checks->asked), checks->asked);
    say_missing(d);
    for (size_t i = 0; i < checks->count; i++)
        if (checks->items[i].is_stale || (checks->items[i].hosts && (checks->items[i].worst != VERDICT_PASS || checks->items[i].accepted)))
            say_check(d, &checks->items[i]);
}

static bool may_leave(struct dialogue *d)
{
    struct buf why;
    buf_init(&why, ERR_TEXT_MAX);
    bool may = wizard_may_leave(d->wizard, SECTION_REQUIREMENTS, &why);
    buf_done(&why);
    return may;
}

static bool is_fine(struct dialogue *d)
{
    return may_leave(d) && !wizard_checks(d->wizard)->counts[VERDICT_FAIL];
}

/* ---- asking ---- */

static void ask_choice(struct dialogue *d)
{
    d->step = STEP_CHOICE;
    /* TRANSLATORS: what is typed stays as it is in all languages: fix, accept, show, again, next */
    dialogue_ask(d, _("fix CHECK, accept CHECK REASON, show CHECK, again [HOST], next"), is_fine(d) ? "next" : "again");
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
        const char *phase, *name = waits < host_count(d) ? host_at(d, waits)->cells[CELL_NAME] : "";
        wizard_measuring(d->wizard, &phase);
        char *rest = *phase ? mem_printf(_("waiting for %s (%s)"), name, phase) : mem_printf(_("waiting for %s"), name);
        d->step = STEP_WAIT;
        dialogue_say_progress(d, _("measured: %zu of %zu, %s"), access_count(access) - busy, access_count(access), rest);
        free(rest);
        dialogue_wait(d);
        return;
    }
    bool is_clean = !checks->counts[VERDICT_FAIL] && !checks->counts[VERDICT_WARN] && !checks->counts[VERDICT_SKIP] && !checks->missing && !checks->stale &&
                    !checks->asked;
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
        struct check_findings f = check_findings_make(wizard_checks(d->wizard), check, true);
        for (size_t i = 0; i < f.count; i++) {
            const struct verdict *v = f.items[i].verdict;
            char *names = names_of(d, &f.items[i]);
            dialogue_say(d, _("  %s %s: %s, wanted %s"), verdict_name(v->kind), names, v->measured, v->threshold);
            if (!f.is_one_remedy)
                say_remedy(d, "    ", v);
            say_detail(d, v->detail, SIZE_MAX);
            free(names);
        }
        if (f.count && f.is_one_remedy)
            say_remedy(d, "  ", f.items[0].verdict);
        check_findings_done(&f);
        if (r->source)
            dialogue_say(d, _("  threshold from: %s"), spell_text(spell_of(d), r->source));
    }
    ask(d);
}

/* One host, or all. */
static void again(struct dialogue *d, const char *name)
{
    size_t at = SIZE_MAX;
    if (*name) {
        struct strv names = {0};
        struct typed typed = {name, false};
        for (size_t i = 0; i < host_count(d); i++)
            strv_add(&names, host_at(d, i)->cells[CELL_NAME]);
        at = dialogue_choose(d, &typed, &names);
        strv_done(&names);
        if (at == WORD_NONE) {
            ask(d);
            return;
        }
    }
    d->comes_back = false;
    d->told = 0;
    if (*name)
        wizard_measure_host(d->wizard, at);
    else
        wizard_measure_again(d->wizard);
    look(d);
}

static void leave(struct dialogue *d)
{
    const struct wizard_checks *checks = wizard_checks(d->wizard);
    size_t fails = checks->counts[VERDICT_FAIL];
    if (may_leave(d)) {
        if (fails)
            dialogue_say(d, ngettext("%zu check fails. Review waits until it is mended or accepted, or Options has answers that it passes with.",
                                     "%zu checks fail. Review waits until they are mended or accepted, or Options has answers that they pass with.", fails),
                         fails);
        dialogue_next(d);
        return;
    }
    if (!checks->missing) { /* some are being measured again */
        look(d);
        return;
    }
    dialogue_say(d, ngettext("%zu host was not measured: again tries it.", "%zu hosts were not measured: again tries them.", checks->missing),
                 checks->missing);
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
    } else if (dialogue_command(typed, "next", 1, &rest) || (!*typed->text && is_fine(d))) {
        leave(d);
    } else if (!*typed->text || dialogue_command(typed, "again", 2, &rest)) {
        again(d, *typed->text ? rest : "");
    } else {
        dialogue_say(d, _("Expected fix CHECK, accept CHECK REASON, show CHECK, again, again HOST or next."));
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
    dialogue_say(d, _("fail stands in the way of Review, warn does not, skip could not be measured. Where other answers would do, next leads to "
                      "Options. accept takes a check as it is, with your reason, which goes into the answers; accept CHECK with an empty reason takes that "
                      "back. fix shows the script that mends a check, and runs it when you say so. again measures all hosts again, again HOST that one. "
                      "show CHECK tells of all hosts."));
}

const struct part part_requirements = {.enter = enter, .ask = ask, .answer = answer, .forward = forward, .back = back, .help = help, .changed = changed};
