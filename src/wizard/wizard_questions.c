/* The spell's questions as they stand: which are asked, what counts as their answer, what is wrong with it. */
#include "wizard/wizard_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

void wizard_questions_done(struct wizard *w)
{
    for (size_t i = 0; i < w->questions.count; i++) {
        free((bool *)(uintptr_t)w->questions.items[i].offered);
        free((size_t *)(uintptr_t)w->questions.items[i].found);
        free((char *)(uintptr_t)w->questions.items[i].asked);
    }
    free(w->questions.items);
    w->questions = (struct wizard_questions){0};
    w->is_listed = false;
}

/* ---- values ---- */

static bool has_word(const char *words, const char *word, size_t len)
{
    for (const char *p = words; *p;) {
        size_t n = strcspn(p, " ");
        if (n == len && strncmp(p, word, len) == 0)
            return true;
        p += n + (p[n] != '\0');
    }
    return false;
}

static bool has_all(const char *words, const char *of)
{
    for (const char *p = of; *p;) {
        size_t n = strcspn(p, " ");
        if (n && !has_word(words, p, n))
            return false;
        p += n + (p[n] != '\0');
    }
    return true;
}

static bool is_default(const struct question *question, const char *text)
{
    if (!question->has_default)
        return !*text;
    if (question->type == QUESTION_MULTI)
        return has_all(text, question->fallback) && has_all(question->fallback, text);
    return strcmp(text, question->fallback) == 0;
}

void wizard_answer(struct wizard *w, size_t index, const char *text)
{
    const struct question *question = &draft_spell(w->draft)->questions[index];
    const char *kept = text && !is_default(question, text) ? text : NULL;
    if (question->type == QUESTION_PASSWORD)
        /* it may be the secret itself, which must not get into a file: an empty one is wrong too */
        draft_set_secret(w->draft, question->key, kept && !answers_is_reference(kept) ? "" : kept);
    else
        draft_set_value(w->draft, question->key, kept);
    wizard_tell(w);
}

/* ---- the list ---- */

/* Errors of answers files begin with the key, which a form has beside them already. */
static const char *without_key(const char *text, const char *key)
{
    size_t len = strlen(key);
    return strncmp(text, key, len) == 0 && strncmp(text + len, ": ", 2) == 0 ? text + len + 2 : text;
}

static const char *fault_of(const struct wizard *w, const struct question *question, size_t index)
{
    const struct draft_fault *fault = judgement_at(&w->judgement, PART_QUESTION, index, CELL_NAME);
    size_t secret = question->type == QUESTION_PASSWORD ? draft_secret_index(w->draft, question->key) : SIZE_MAX;
    if (!fault && secret != SIZE_MAX)
        fault = judgement_at(&w->judgement, PART_SECRET, secret, CELL_NAME);
    return fault && !fault->is_warning ? without_key(fault->text, question->key) : NULL;
}

/* Which choices of it hosts have, and whether one has to be chosen. */
static void look_at_hosts(struct wizard *w, struct wizard_question *q)
{
    const struct wizard_checks *checks = wizard_checks(w);
    size_t *found = mem_new(q->question->choice_count, sizeof *found), asked = 0;
    for (size_t host = 0; host < checks->hosts; host++)
        for (size_t i = 0; i < checks->count; i++) {
            const struct verdict *v = checks_verdict(checks, host, checks->items[i].requirement);
            if (!v || !v->question || !v->choices || strcmp(v->question, q->question->key) != 0)
                continue;
            asked += v->is_asked && !checks->items[i].accepted;
            for (size_t k = 0; k < q->question->choice_count; k++)
                found[k] += has_word(v->choices, q->question->choices[k].value, strlen(q->question->choices[k].value));
        }
    q->found = found;
    if (asked)
        q->asked = mem_printf(ngettext("%zu host has several of these: say which is to be used", "%zu hosts have several of these: say which is to be used", asked), asked);
}

static void add(struct wizard *w, const struct question *question, size_t index, const bool *applies)
{
    bool *offered = question->choice_count ? mem_new(question->choice_count, sizeof *offered) : NULL;
    struct wizard_question q = {.question = question, .applies = applies[index], .offered = offered};
    q.typed = question->type == QUESTION_PASSWORD ? draft_secret(w->draft, question->key) : draft_value(w->draft, question->key);
    q.text = q.typed ? q.typed : question->has_default ? question->fallback : "";
    q.is_changed = q.typed && !is_default(question, q.typed);
    if (question->type == QUESTION_CHOICE)
        look_at_hosts(w, &q);
    for (size_t i = 0; i < question->choice_count; i++)
        offered[i] = draft_holds(w->draft, applies, index, question->choices[i].when);
    if (q.applies) {
        q.fault = fault_of(w, question, index);
        q.fault = q.fault ? q.fault : q.asked;
        w->questions.faults += q.fault != NULL;
        w->questions.common += !question->is_rare;
        w->questions.rare += question->is_rare;
    }
    w->questions.items[index] = q;
    w->questions.count++;
}

const struct wizard_questions *wizard_questions(struct wizard *w)
{
    const struct spell *spell = draft_spell(w->draft);
    wizard_judgement(w);
    if (w->is_listed && w->listed_version == draft_version(w->draft) && w->listed_changes == w->access_changes)
        return &w->questions;
    wizard_questions_done(w);
    if (spell && spell->question_count) {
        bool *applies = mem_new(spell->question_count, sizeof *applies);
        draft_asks(w->draft, applies);
        w->questions.items = mem_new(spell->question_count, sizeof *w->questions.items);
        for (size_t i = 0; i < spell->question_count; i++)
            add(w, &spell->questions[i], i, applies);
        free(applies);
    }
    w->is_listed = true;
    w->listed_version = draft_version(w->draft);
    w->listed_changes = w->access_changes;
    return &w->questions;
}

const char *wizard_name_fault(struct wizard *w)
{
    const struct draft_fault *fault = judgement_at(wizard_judgement(w), PART_NAME, 0, CELL_NAME);
    return fault && !fault->is_warning ? without_key(fault->text, "name") : NULL;
}
