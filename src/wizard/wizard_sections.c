/* The order of the sections, and what stands in the way. */
#include "wizard/wizard_parts.h"

#include <string.h>

#include "base/i18n.h"

const char *section_name(enum section section)
{
    static const char *const names[SECTIONS] = {N_("Welcome"),      N_("Spell"),   N_("Topology"), N_("Hosts"), N_("Access"),
                                                N_("Requirements"), N_("Options"), N_("Review"),   N_("Run"),   N_("Summary")};
    return section < SECTIONS ? _(names[section]) : "";
}

/* Taking back asks neither what a cluster should be nor what hosts must be. */
static bool is_left_out(const struct wizard *w, enum section section)
{
    return w->is_reset && (section == SECTION_REQUIREMENTS || section == SECTION_OPTIONS);
}

enum section wizard_next(const struct wizard *w, enum section section)
{
    int next = (int)section + 1;
    while (next < SECTIONS && is_left_out(w, (enum section)next))
        next++;
    return next <= SECTION_REVIEW ? (enum section)next : SECTION_NONE;
}

enum section wizard_previous(const struct wizard *w, enum section section)
{
    int previous = (int)section - 1;
    while (previous >= 0 && is_left_out(w, (enum section)previous))
        previous--;
    return previous >= 0 ? (enum section)previous : SECTION_NONE;
}

static bool say_fault(const struct judgement *j, enum draft_part part, struct buf *why)
{
    for (size_t i = 0; i < j->fault_count; i++)
        if (j->faults[i].part == part && !j->faults[i].is_warning) {
            buf_adds(why, j->faults[i].text);
            return false;
        }
    return true;
}

static bool hosts_are_fine(struct wizard *w, struct buf *why)
{
    const struct judgement *j = wizard_judgement(w);
    size_t cells = judgement_count(j, PART_HOST);
    if (!draft_host_count(w->draft))
        return buf_adds(why, _("There is no host yet: a adds one, i imports a file.")) && false;
    if (cells)
        return buf_addf(why, ngettext("%zu value to correct before going on.", "%zu values to correct before going on.", cells), cells) && false;
    return say_fault(j, PART_HOSTS, why) && say_fault(j, PART_SSH, why);
}

static bool access_is_fine(struct wizard *w, struct buf *why)
{
    size_t asks = 0, failed = 0, busy = 0, refused = 0;
    if (!w->access || !wizard_hosts_are_current(w))
        return buf_adds(why, _("The hosts have not been reached yet as they stand in the table now.")) && false;
    for (size_t i = 0; i < access_count(w->access); i++) {
        const struct access_host *h = access_host(w->access, i);
        asks += h->asks;
        failed += h->state == ACCESS_FAILED;
        refused += h->state != ACCESS_FAILED && h->root == ROOT_REFUSED;
        busy += h->state < ACCESS_MEASURING && !h->asks;
    }
    if (asks)
        buf_addf(why, ngettext("%zu host asks something: Enter answers.", "%zu hosts ask something: Enter answers.", asks), asks);
    else if (failed)
        buf_addf(why, ngettext("%zu host was not reached: r tries again, or take it out of the table.",
                               "%zu hosts were not reached: R tries again, or take them out of the table.", failed), failed);
    else if (refused)
        buf_addf(why, ngettext("On %zu host kwiz can't become root: r tries again.", "On %zu hosts kwiz can't become root: R tries again.", refused), refused);
    else if (busy)
        buf_addf(why, ngettext("%zu host is still being reached.", "%zu hosts are still being reached.", busy), busy);
    return !asks && !failed && !refused && !busy;
}

static bool has_checks(const struct wizard *w)
{
    return !is_left_out(w, SECTION_REQUIREMENTS) && draft_spell(w->draft) && draft_spell(w->draft)->requirement_count;
}

static bool hosts_are_measured(struct wizard *w, struct buf *why)
{
    const char *phase;
    if (!has_checks(w))
        return true;
    size_t busy = wizard_measuring(w, &phase), missing = wizard_checks(w)->missing; /* what is known of the busy is about to change */
    if (busy)
        buf_addf(why, ngettext("%zu host is still being measured.", "%zu hosts are still being measured.", busy), busy);
    else if (missing)
        buf_addf(why, ngettext("%zu host has not been measured.", "%zu hosts have not been measured.", missing), missing);
    return !busy && !missing;
}

/* Asked behind Options, not before: a mirror, a version, a proxy may be all that a check lacks. What was measured for other answers says nothing. */
static bool checks_are_met(struct wizard *w, struct buf *why)
{
    if (!has_checks(w))
        return true;
    size_t fails = wizard_checks(w)->counts[VERDICT_FAIL];
    bool is_current = wizard_probes_are_current(w);
    if (!is_current)
        buf_adds(why, _("With these answers other things have to be tried on the hosts."));
    else if (fails)
        buf_addf(why, ngettext("%zu check fails: fix it (f), accept it (A), or change the answers in Options.",
                               "%zu checks fail: fix them (f), accept them (A), or change Options.", fails), fails);
    return is_current && !fails;
}

static bool options_are_fine(struct wizard *w, struct buf *why)
{
    const struct judgement *j = wizard_judgement(w);
    size_t count = judgement_count(j, PART_QUESTION) + judgement_count(j, PART_NAME);
    if (count == 1)
        return say_fault(j, judgement_count(j, PART_NAME) ? PART_NAME : PART_QUESTION, why) && false;
    if (count)
        return buf_addf(why, ngettext("%zu value to correct before going on.", "%zu values to correct before going on.", count), count) && false;
    const struct wizard_questions *questions = wizard_questions(w);
    for (size_t i = 0; i < questions->count; i++)
        if (questions->items[i].applies && questions->items[i].asked)
            return buf_addf(why, "%s: %s", questions->items[i].question->key, questions->items[i].asked) && false;
    return say_fault(j, PART_SECRET, why) && say_fault(j, PART_ACCEPT, why) && say_fault(j, PART_WHOLE, why);
}

bool wizard_may_leave(struct wizard *w, enum section section, struct buf *why)
{
    switch (section) {
    case SECTION_SPELL:
        return draft_spell(w->draft) || (buf_adds(why, _("Choose a spell: Enter.")) && false);
    case SECTION_TOPOLOGY:
        return (draft_spell(w->draft) && spell_topology(draft_spell(w->draft), draft_topology(w->draft))) ||
               (buf_adds(why, _("Choose a topology: Enter.")) && false);
    case SECTION_HOSTS:
        return hosts_are_fine(w, why);
    case SECTION_ACCESS:
        return access_is_fine(w, why);
    case SECTION_REQUIREMENTS:
        return hosts_are_measured(w, why);
    case SECTION_OPTIONS:
        return is_left_out(w, section) || options_are_fine(w, why);
    case SECTION_REVIEW:
        if (wizard_plan(w, NULL))
            return true;
        buf_adds(why, w->plan_errors.count ? w->plan_errors.items[0].text : _("There is nothing to do."));
        return false;
    default:
        return true;
    }
}

bool wizard_may_enter(struct wizard *w, enum section section, enum section *blocker, struct buf *why)
{
    for (int before = SECTION_SPELL; before < (int)section && before < SECTION_REVIEW; before++)
        if (!wizard_may_leave(w, (enum section)before, why)) {
            *blocker = (enum section)before;
            return false;
        }
    if (section >= SECTION_REVIEW && !checks_are_met(w, why)) {
        *blocker = SECTION_REQUIREMENTS;
        return false;
    }
    return true;
}

enum section wizard_onward(struct wizard *w, enum section section, enum section goal, struct buf *why)
{
    enum section next = wizard_next(w, section), to = goal != SECTION_NONE ? goal : next, blocker = section;
    if (!wizard_may_leave(w, section, why))
        return SECTION_NONE;
    if (to == SECTION_NONE || wizard_may_enter(w, to, &blocker, why))
        return to;
    return blocker == section ? next : blocker;
}

enum section wizard_first_lacking(struct wizard *w)
{
    struct buf why;
    enum section section = SECTION_REVIEW;
    buf_init(&why, 4096);
    wizard_may_enter(w, SECTION_REVIEW, &section, &why);
    buf_done(&why);
    return section;
}

void wizard_enter(struct wizard *w, enum section section)
{
    if (section == SECTION_ACCESS || section == SECTION_REQUIREMENTS)
        wizard_hosts_enter(w, section == SECTION_REQUIREMENTS);
    wizard_tell(w);
}
