/* Options: the cluster's name, then each question that applies. */
#include "headless/dialogue_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "spell/cond_words.h"
#include "spell/scope.h"

#define LINES_BYTES_MAX ((size_t)65536)
enum { STEP_QUESTION, STEP_LINES, STEP_PASSWORD };

static const struct spell *spell_of(struct dialogue *d)
{
    return draft_spell(wizard_draft(d->wizard));
}

/* d->index 0 is the cluster's name; the spell's questions follow, and behind them whether the rare ones are to be asked. */
static size_t gate(struct dialogue *d)
{
    return spell_of(d)->question_count + 1;
}

static const struct question *question_of(struct dialogue *d)
{
    return d->index && d->index < gate(d) ? &spell_of(d)->questions[d->index - 1] : NULL;
}

static bool is_met(struct dialogue *d, const struct cond *when)
{
    struct scope scope = {.answers = wizard_judgement(d->wizard)->answers};
    return !scope.answers || scope_eval(&scope, when);
}

static bool applies(struct dialogue *d, size_t index)
{
    return !index || is_met(d, spell_of(d)->questions[index - 1].when);
}

static bool is_fault(const struct draft_fault *fault)
{
    return fault && !fault->is_warning;
}

static const struct draft_fault *fault_at(struct dialogue *d, size_t index)
{
    const struct judgement *j = wizard_judgement(d->wizard);
    if (index == gate(d))
        return NULL;
    return index ? judgement_at(j, PART_QUESTION, index - 1, 0) : judgement_at(j, PART_NAME, 0, 0);
}

/* Why it can't stay as it is, or NULL. */
static const char *why_not(struct dialogue *d, size_t index)
{
    const struct draft_fault *fault = fault_at(d, index);
    if (is_fault(fault))
        return fault->text;
    const struct wizard_questions *questions = wizard_questions(d->wizard);
    return index && index <= questions->count && questions->items[index - 1].applies ? questions->items[index - 1].asked : NULL;
}

/* ---- asking ---- */

static const char *value_of(struct dialogue *d, const struct question *q)
{
    const char *value = draft_value(wizard_draft(d->wizard), q->key);
    return value ? value : q->has_default ? q->fallback : NULL;
}

static void offered(struct dialogue *d, const struct question *q, struct strv *values)
{
    for (size_t i = 0; i < q->choice_count; i++)
        if (is_met(d, q->choices[i].when))
            strv_add(values, q->choices[i].value);
}

static void say_not_possible(struct dialogue *d, const struct choice *c)
{
    char *why = choice_why_not(c, spell_of(d));
    dialogue_say(d, _("  not possible: %s, %s"), c->value, why);
    free(why);
}

static void say_choice(struct dialogue *d, const struct question *q, size_t i, size_t number, const char *label)
{
    const struct wizard_questions *questions = wizard_questions(d->wizard);
    const size_t *found = d->index && d->index <= questions->count ? questions->items[d->index - 1].found : NULL;
    const char *value = q->choices[i].value;
    bool is_same = strcmp(label, value) == 0;
    char *text = mem_printf("%s%s%s", value, is_same ? "" : ": ", is_same ? "" : label);
    if (found && found[i])
        dialogue_say(d, ngettext("  %zu %s (found on %zu host)", "  %zu %s (found on %zu hosts)", found[i]), number, text, found[i]);
    else
        dialogue_say(d, "  %zu %s", number, text);
    free(text);
}

static void say_choices(struct dialogue *d, const struct question *q)
{
    size_t number = 0;
    for (size_t i = 0; i < q->choice_count; i++) {
        const struct choice *c = &q->choices[i];
        const char *label = spell_text(spell_of(d), c->label ? c->label : c->value);
        if (!is_met(d, c->when))
            say_not_possible(d, c);
        else
            say_choice(d, q, i, ++number, label);
    }
}

static void ask_password(struct dialogue *d, const struct question *q)
{
    const char *reference = draft_secret(wizard_draft(d->wizard), q->key);
    /* TRANSLATORS: what is typed stays as it is in all languages: type, env:, file:, cmd:, none */
    char *text = mem_printf(_("%s: type, env:NAME, file:PATH, cmd:COMMAND or none"), spell_text(spell_of(d), q->label));
    dialogue_ask(d, text, wizard_has_secret(d->wizard, q->key) ? _("as typed") : reference ? reference : "none");
    free(text);
}

static void ask_question(struct dialogue *d, const struct question *q)
{
    const char *label = spell_text(spell_of(d), q->label), *value = value_of(d, q);
    if (q->type == QUESTION_PASSWORD) {
        ask_password(d, q);
    } else if (q->type == QUESTION_BOOLEAN) {
        char *text = mem_printf(_("%s? yes, no"), label);
        dialogue_ask(d, text, !value ? NULL : strcmp(value, "true") == 0 ? _("yes") : _("no"));
        free(text);
    } else if (q->has_lines) {
        /* TRANSLATORS: what is typed stays as it is in all languages: file */
        char *text = mem_printf(_("%s, several lines and a dot alone behind them, or file PATH"), label);
        dialogue_ask(d, text, value ? value : "none");
        free(text);
    } else {
        bool can_be_none = !q->is_required || q->type == QUESTION_MULTI;
        dialogue_ask(d, label, value && *value ? value : can_be_none ? "none" : NULL);
    }
}

static size_t count_rare(struct dialogue *d);

static void ask(struct dialogue *d)
{
    const struct question *q = question_of(d);
    if (d->step == STEP_PASSWORD) {
        char *text = mem_printf(_("%s, not shown"), spell_text(spell_of(d), q->label));
        dialogue_ask_secret(d, NULL, text);
        free(text);
    } else if (d->step == STEP_LINES) {
        dialogue_ask(d, _("Next line, a dot alone ends"), NULL);
    } else if (q) {
        ask_question(d, q);
    } else if (d->index) {
        size_t rare = count_rare(d);
        /* TRANSLATORS: what is typed stays as it is in all languages: more, next */
        char *text = mem_printf(ngettext("%zu more question is rarely needed: more, next", "%zu more questions are rarely needed: more, next", rare), rare);
        dialogue_ask(d, text, "next");
        free(text);
    } else {
        dialogue_ask(d, _("Name of the cluster"), draft_name(wizard_draft(d->wizard)));
    }
}

static void show_and_ask(struct dialogue *d)
{
    const struct question *q = question_of(d);
    d->step = STEP_QUESTION;
    buf_clear(&d->lines);
    if (q && q->choice_count)
        say_choices(d, q);
    if (q && q->type == QUESTION_MULTI)
        dialogue_say(d, _("  Several, with blanks between them."));
    ask(d);
}

/* What is asked, in its order: room for two more than there are questions. Returns how many. */
static size_t order(struct dialogue *d, size_t *indices)
{
    const struct spell *spell = spell_of(d);
    size_t count = 0, rare = 0;
    indices[count++] = 0;
    for (size_t i = 1; i <= spell->question_count; i++)
        if (!spell->questions[i - 1].is_rare && applies(d, i))
            indices[count++] = i;
        else
            rare += spell->questions[i - 1].is_rare && applies(d, i);
    if (rare)
        indices[count++] = gate(d);
    for (size_t i = 1; i <= spell->question_count; i++)
        if (spell->questions[i - 1].is_rare && applies(d, i) && (d->asks_rare || d->index == i))
            indices[count++] = i;
    return count;
}

static size_t count_rare(struct dialogue *d)
{
    size_t count = 0;
    for (size_t i = 1; i <= spell_of(d)->question_count; i++)
        count += spell_of(d)->questions[i - 1].is_rare && applies(d, i);
    return count;
}

/* To the next question in that direction; false = there is none. */
static bool move(struct dialogue *d, int by)
{
    size_t *indices = mem_new(spell_of(d)->question_count + 2, sizeof *indices), count = order(d, indices), at = 0;
    while (at < count && indices[at] != d->index)
        at++;
    /* one that does not apply any more is left for the beginning */
    bool has_one = at < count && (by > 0 ? at + 1 < count : at > 0);
    if (has_one)
        d->index = indices[at + (size_t)by];
    free(indices);
    return has_one;
}

static void to_last(struct dialogue *d)
{
    size_t *indices = mem_new(spell_of(d)->question_count + 2, sizeof *indices);
    d->index = indices[order(d, indices) - 1];
    free(indices);
}

static void enter(struct dialogue *d)
{
    size_t rare = count_rare(d), count = 1;
    for (size_t i = 1; i <= spell_of(d)->question_count; i++)
        count += applies(d, i);
    char *text = mem_printf(ngettext("%zu question", "%zu questions", count), count);
    if (rare) {
        char *more = mem_printf(ngettext("%s, %zu of them rarely needed", "%s, %zu of them rarely needed", rare), text, rare);
        free(text);
        text = more;
    }
    /* TRANSLATORS: what is typed stays as it is in all languages: next, default */
    char *line = mem_printf(_("%s. next leaves all others as they are, default takes the spell's value."), text);
    dialogue_head(d, SECTION_OPTIONS, line);
    free(line);
    free(text);
    d->asks_rare = d->asks_rare && rare;
    d->finishes = false;
    if (d->comes_back)
        to_last(d);
    show_and_ask(d);
}

/* To the first question that is not answered as it must be, else on. */
static void finish(struct dialogue *d)
{
    for (size_t i = 0; i <= spell_of(d)->question_count; i++)
        if (why_not(d, i)) {
            dialogue_say(d, _("Not possible: %s"), why_not(d, i));
            d->index = i;
            d->finishes = true;
            show_and_ask(d);
            return;
        }
    dialogue_next(d);
}

static void go_on(struct dialogue *d)
{
    const struct draft_fault *fault = fault_at(d, d->index);
    if (why_not(d, d->index)) {
        dialogue_say(d, _("An answer is needed: %s"), why_not(d, d->index));
        d->step = STEP_QUESTION;
        ask(d);
        return;
    }
    if (fault)
        dialogue_say(d, _("Note: %s"), fault->text);
    if (!d->finishes && move(d, 1))
        show_and_ask(d);
    else
        finish(d);
}

/* ---- answers ---- */

/* NULL: the spell's own. What is not possible is not kept: the value is the old one, and the question stays. */
static void set_value(struct dialogue *d, const struct question *q, const char *text)
{
    struct draft *draft = wizard_draft(d->wizard);
    const char *now = draft_value(draft, q->key);
    char *before = now ? mem_strdup(now) : NULL;
    wizard_answer(d->wizard, d->index - 1, text);
    if (text && why_not(d, d->index)) {
        dialogue_say(d, _("Not possible: %s"), why_not(d, d->index));
        draft_set_value(draft, q->key, before);
        d->step = STEP_QUESTION;
        ask(d);
    } else {
        wizard_touch(d->wizard);
        go_on(d);
    }
    free(before);
}

static void set_name(struct dialogue *d, const char *text)
{
    struct draft *draft = wizard_draft(d->wizard);
    char *before = mem_strdup(draft_name(draft));
    bool had = draft_has_name(draft);
    draft_set_name(draft, text);
    const struct draft_fault *fault = fault_at(d, 0);
    if (is_fault(fault)) {
        dialogue_say(d, _("Not possible: %s"), fault->text);
        draft_set_name(draft, had ? before : NULL);
        ask(d);
    } else {
        wizard_touch(d->wizard);
        go_on(d);
    }
    free(before);
}

/* Each word is a number, a value or the beginning of one. */
static void set_several(struct dialogue *d, const struct question *q, const struct typed *typed)
{
    struct strv values = {0}, chosen = {0};
    bool ok = true;
    const char *rest;
    offered(d, q, &values);
    if (dialogue_command(typed, "none", 4, &rest) && !*rest && !strv_has(&values, "none")) {
        strv_done(&values);
        set_value(d, q, "");
        return;
    }
    for (const char *p = typed->text; *p && ok;) {
        size_t n = strcspn(p, ", ");
        char *word = mem_strndup(p, n);
        struct typed one = {word, typed->is_literal};
        size_t at = n ? dialogue_choose(d, &one, &values) : WORD_NONE;
        ok = !n || at != WORD_NONE;
        if (at != WORD_NONE && !strv_has(&chosen, values.items[at]))
            strv_add(&chosen, values.items[at]);
        free(word);
        p += n + (p[n] != '\0');
    }
    char *text = strv_join(&chosen, " ");
    if (ok)
        set_value(d, q, text);
    else
        ask(d);
    free(text);
    strv_done(&chosen);
    strv_done(&values);
}

/* Was a choice typed that can't be chosen? Then why is said. */
static bool is_refused(struct dialogue *d, const struct question *q, const char *text)
{
    const struct choice *c = question_choice(q, text);
    if (!c || is_met(d, c->when))
        return false;
    char *why = choice_why_not(c, spell_of(d));
    dialogue_say(d, _("Not possible: %s"), why);
    free(why);
    return true;
}

static void set_choice(struct dialogue *d, const struct question *q, const struct typed *typed)
{
    struct strv values = {0};
    if (is_refused(d, q, typed->text)) {
        ask(d);
        return;
    }
    offered(d, q, &values);
    size_t at = dialogue_choose(d, typed, &values);
    if (at == WORD_NONE)
        ask(d);
    else
        set_value(d, q, values.items[at]);
    strv_done(&values);
}

static void set_reference(struct dialogue *d, const struct question *q, const char *reference)
{
    struct draft *draft = wizard_draft(d->wizard);
    const char *now = draft_secret(draft, q->key);
    char *before = now ? mem_strdup(now) : NULL;
    size_t faults = judgement_count(wizard_judgement(d->wizard), PART_SECRET);
    draft_set_secret(draft, q->key, reference);
    const struct judgement *j = wizard_judgement(d->wizard);
    if (judgement_count(j, PART_SECRET) > faults) {
        for (size_t i = 0; i < j->fault_count; i++)
            if (j->faults[i].part == PART_SECRET && !j->faults[i].is_warning)
                dialogue_say(d, _("Not possible: %s"), j->faults[i].text);
        draft_set_secret(draft, q->key, before);
        ask(d);
    } else {
        wizard_set_secret(d->wizard, q->key, NULL); /* what was typed before */
        draft_set_secret(draft, q->key, reference);
        wizard_touch(d->wizard);
        go_on(d);
    }
    free(before);
}

static void answer_password(struct dialogue *d, const struct question *q, const struct typed *typed)
{
    const char *rest;
    if (!*typed->text) {
        go_on(d);
    } else if (dialogue_command(typed, "type", 1, &rest) && !*rest) {
        d->step = STEP_PASSWORD;
        ask(d);
    } else if (dialogue_command(typed, "none", 1, &rest) && !*rest) {
        set_reference(d, q, NULL);
    } else if (strchr(typed->text, ':')) {
        set_reference(d, q, typed->text);
    } else {
        /* perhaps the password itself: it is not to be said again */
        dialogue_say(d, _("Expected type, env:NAME, file:PATH, cmd:COMMAND or none. After \"type\" the password is asked."));
        ask(d);
    }
}

static void secret(struct dialogue *d, const char *bytes, size_t len)
{
    const struct question *q = question_of(d);
    d->step = STEP_QUESTION;
    if (len) {
        struct secret *given = secret_new(bytes, len);
        wizard_set_secret(d->wizard, q->key, given);
        secret_free(&given);
        go_on(d);
    } else {
        dialogue_say(d, _("Nothing was typed. Nothing has changed."));
        ask(d);
    }
}

static void read_lines(struct dialogue *d, const struct question *q, const char *file)
{
    struct err err = ERR_INIT;
    struct buf bytes;
    char *path = file_expand(file);
    if (file_read(path, LINES_BYTES_MAX, &bytes, &err)) {
        set_value(d, q, buf_text(&bytes));
    } else {
        dialogue_say(d, "%s: %s", path, err.text);
        ask(d);
    }
    buf_done(&bytes);
    free(path);
}

static void answer_lines(struct dialogue *d, const struct question *q, const struct typed *typed)
{
    const char *rest;
    if (d->step == STEP_QUESTION && dialogue_command(typed, "file", 4, &rest) && *rest) {
        read_lines(d, q, rest);
    } else if (d->step == STEP_QUESTION && dialogue_command(typed, "none", 4, &rest) && !*rest) {
        set_value(d, q, "");
    } else if (!typed->is_literal && strcmp(typed->text, ".") == 0) {
        char *text = mem_strdup(buf_text(&d->lines));
        buf_clear(&d->lines);
        set_value(d, q, text);
        free(text);
    } else {
        d->step = STEP_LINES;
        if (!buf_addf(&d->lines, "%s\n", d->whole))
            dialogue_say(d, _("Not taken: at most %zu bytes."), LINES_BYTES_MAX);
        ask(d);
    }
}

static void answer_value(struct dialogue *d, const struct question *q, const struct typed *typed)
{
    const char *rest;
    bool is_yes;
    if (q->type == QUESTION_CHOICE) {
        set_choice(d, q, typed);
    } else if (q->type == QUESTION_MULTI) {
        set_several(d, q, typed);
    } else if (q->type == QUESTION_BOOLEAN && dialogue_yes_or_no(typed, &is_yes)) {
        set_value(d, q, is_yes ? "true" : "false");
    } else if (q->type == QUESTION_BOOLEAN) {
        dialogue_say(d, _("Expected yes or no."));
        ask(d);
    } else if (!q->is_required && dialogue_command(typed, "none", 4, &rest) && !*rest) {
        set_value(d, q, NULL);
    } else {
        set_value(d, q, typed->text);
    }
}

static void answer_gate(struct dialogue *d, const struct typed *typed)
{
    const char *rest;
    if (!*typed->text || dialogue_command(typed, "next", 1, &rest)) {
        finish(d);
    } else if (dialogue_command(typed, "more", 1, &rest)) {
        d->asks_rare = true;
        go_on(d);
    } else {
        dialogue_say(d, _("Expected more or next."));
        ask(d);
    }
}

static void answer(struct dialogue *d, const struct typed *typed)
{
    const struct question *q = question_of(d);
    const char *rest;
    if (d->step == STEP_LINES)
        answer_lines(d, q, typed);
    else if (d->index == gate(d))
        answer_gate(d, typed);
    else if (!*typed->text && !typed->is_literal)
        go_on(d);
    else if (dialogue_command(typed, "next", 4, &rest) && !*rest)
        finish(d);
    else if (!q)
        set_name(d, typed->text);
    else if (q->type == QUESTION_PASSWORD)
        answer_password(d, q, typed);
    else if (dialogue_command(typed, "default", 7, &rest) && !*rest)
        set_value(d, q, NULL);
    else if (q->has_lines)
        answer_lines(d, q, typed);
    else
        answer_value(d, q, typed);
}

static bool back(struct dialogue *d)
{
    bool was_inside = d->step != STEP_QUESTION;
    d->finishes = false;
    if (!was_inside && !move(d, -1))
        return false;
    show_and_ask(d);
    return true;
}

static void help(struct dialogue *d)
{
    const struct question *q = question_of(d);
    if (!q && d->index) {
        dialogue_say(d, _("Every one of them has a value that is right for most."));
        return;
    }
    if (!q) {
        dialogue_say(d, _("What the cluster is called in answers files and in the list of runs: small letters, digits and -."));
        return;
    }
    char *expects = question_expects(q);
    if (q->help)
        dialogue_say(d, "%s", spell_text(spell_of(d), q->help));
    dialogue_say(d, _("In an answers file: %s. Expected: %s."), q->key, expects);
    for (size_t i = 0; i < q->choice_count; i++)
        if (q->choices[i].help)
            dialogue_say(d, "  %s: %s", q->choices[i].value, spell_text(spell_of(d), q->choices[i].help));
    if (q->has_default)
        dialogue_say(d, _("The spell's value: %s"), q->fallback && *q->fallback ? q->fallback : _("none"));
    free(expects);
}

const struct part part_options = {.enter = enter, .ask = ask, .answer = answer, .secret = secret, .forward = finish, .back = back, .help = help};
