/* Spell and Topology: one of several each. */
#include "headless/dialogue_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

/* ---- spell ---- */

static void usable(struct dialogue *d, struct strv *names)
{
    for (size_t i = 0; i < wizard_spell_count(d->wizard); i++)
        if (wizard_spell(d->wizard, i)->spell) /* those with errors come last, so numbers stay */
            strv_add(names, wizard_spell(d->wizard, i)->name);
}

static const char *chosen_spell(struct dialogue *d, const struct strv *names)
{
    const struct spell *spell = draft_spell(wizard_draft(d->wizard));
    return spell ? spell->name : names->count ? names->items[0] : NULL;
}

static void ask_spell(struct dialogue *d)
{
    struct strv names = {0};
    usable(d, &names);
    dialogue_ask(d, _("Choice"), chosen_spell(d, &names));
    strv_done(&names);
}

static void enter_spell(struct dialogue *d)
{
    dialogue_head(d, SECTION_SPELL, _("Which installer should run?"));
    for (size_t i = 0; i < wizard_spell_count(d->wizard); i++) {
        const struct wizard_spell *s = wizard_spell(d->wizard, i);
        char text[ERR_TEXT_MAX + ERR_FILE_MAX + 64] = "";
        if (s->spell) {
            dialogue_say(d, "  %zu %s: %s", i + 1, s->name, spell_text(s->spell, s->spell->title));
            continue;
        }
        if (s->errors.count)
            err_format(&s->errors.items[0], text, sizeof text);
        dialogue_say(d, ngettext("  not possible: %s, %zu error: %s", "  not possible: %s, %zu errors, the first: %s", s->errors.count), s->name,
                     s->errors.count, text);
    }
    if (!wizard_spell_count(d->wizard))
        dialogue_say(d, _("No spell was found. kwiz --spells DIR, or KWIZ_SPELLS, names a folder of spells."));
    ask_spell(d);
}

static void answer_spell(struct dialogue *d, const struct typed *typed)
{
    struct strv names = {0};
    struct err err = ERR_INIT;
    usable(d, &names);
    struct typed taken = *typed->text || !names.count ? *typed : (struct typed){chosen_spell(d, &names), true};
    const struct spell *now = draft_spell(wizard_draft(d->wizard));
    bool keeps = !*typed->text && now; /* also one that an answers file brought along */
    size_t at = keeps ? 0 : dialogue_choose(d, &taken, &names);
    if (!keeps && (at == WORD_NONE || !wizard_choose_spell(d->wizard, at, &err))) {
        if (at != WORD_NONE)
            dialogue_say(d, "%s", err.text);
        ask_spell(d);
    } else {
        dialogue_next(d);
    }
    strv_done(&names);
}

static void forward_spell(struct dialogue *d)
{
    answer_spell(d, &(struct typed){"", false});
}

static void help_spell(struct dialogue *d)
{
    dialogue_say(d, _("A spell is a folder of questions and shell steps. Each step can be read on Review before anything runs."));
    for (size_t i = 0; i < wizard_spell_count(d->wizard); i++) {
        const struct spell *spell = wizard_spell(d->wizard, i)->spell;
        if (spell)
            dialogue_say(d, "  %s %s: %s", spell->name, spell->version ? spell->version : "", spell_text(spell, spell->description));
    }
}

const struct part part_spell = {.enter = enter_spell, .ask = ask_spell, .answer = answer_spell, .forward = forward_spell, .help = help_spell};

/* ---- topology ---- */

void dialogue_add_count(struct buf *out, const struct role *role)
{
    if (role->max && role->max == role->min)
        buf_addf(out, "%s %u", role->name, role->min);
    else if (role->max)
        buf_addf(out, _("%s %u to %u"), role->name, role->min, role->max);
    else if (role->min)
        buf_addf(out, _("%s %u or more"), role->name, role->min);
    else
        buf_addf(out, _("%s any number"), role->name);
    if (role->usual > role->min)
        buf_addf(out, _(" (usually %u)"), role->usual);
}

static void ask_topology(struct dialogue *d)
{
    const char *now = draft_topology(wizard_draft(d->wizard));
    dialogue_ask(d, _("Choice"), *now ? now : draft_spell(wizard_draft(d->wizard))->topologies[0].name);
}

static void enter_topology(struct dialogue *d)
{
    const struct spell *spell = draft_spell(wizard_draft(d->wizard));
    dialogue_head(d, SECTION_TOPOLOGY, _("What shape should the cluster have? Hosts that you entered are kept."));
    for (size_t i = 0; i < spell->topology_count; i++) {
        const struct topology *t = &spell->topologies[i];
        struct buf roles;
        buf_init(&roles, ERR_TEXT_MAX);
        for (size_t r = 0; r < t->role_count; r++) {
            buf_adds(&roles, r ? ", " : "");
            dialogue_add_count(&roles, &t->roles[r]);
        }
        dialogue_say(d, "  %zu %s: %s: %s", i + 1, t->name, spell_text(spell, t->title), buf_text(&roles));
        buf_done(&roles);
    }
    ask_topology(d);
}

static void answer_topology(struct dialogue *d, const struct typed *typed)
{
    const struct spell *spell = draft_spell(wizard_draft(d->wizard));
    const char *now = draft_topology(wizard_draft(d->wizard));
    struct strv names = {0};
    struct err err = ERR_INIT;
    for (size_t i = 0; i < spell->topology_count; i++)
        strv_add(&names, spell->topologies[i].name);
    struct typed taken = *typed->text ? *typed : (struct typed){*now ? now : names.items[0], true};
    size_t at = dialogue_choose(d, &taken, &names);
    if (at != WORD_NONE && wizard_choose_topology(d->wizard, names.items[at], &err)) {
        dialogue_next(d);
    } else {
        if (err.code)
            dialogue_say(d, "%s", err.text);
        ask_topology(d);
    }
    strv_done(&names);
}

static void forward_topology(struct dialogue *d)
{
    answer_topology(d, &(struct typed){"", false});
}

static void help_topology(struct dialogue *d)
{
    const struct spell *spell = draft_spell(wizard_draft(d->wizard));
    for (size_t i = 0; i < spell->topology_count; i++) {
        const struct topology *t = &spell->topologies[i];
        dialogue_say(d, "  %s: %s", t->name, spell_text(spell, t->description ? t->description : t->title));
        for (size_t r = 0; r < t->role_count; r++)
            if (t->roles[r].cpus || t->roles[r].memory_mb)
                dialogue_say(d, _("    %s: %u processors, %llu MiB of memory"), t->roles[r].name, t->roles[r].cpus,
                             (unsigned long long)t->roles[r].memory_mb);
    }
}

const struct part part_topology = {.enter = enter_topology, .ask = ask_topology, .answer = answer_topology, .forward = forward_topology, .help = help_topology};
