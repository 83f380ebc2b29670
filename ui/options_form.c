#include "ui/options_form.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/answers.h"
#include "spell/cond_words.h"
#include "spell/translation.h"

size_t options_question(size_t id)
{
    return id < 2 ? SIZE_MAX : (id - 2) / 2;
}

static bool is_manner(size_t id)
{
    return id >= 2 && id % 2;
}

static struct options_entry *entry_of(struct options_form *o, size_t id)
{
    size_t index = options_question(id);
    return id == OPTIONS_NAME ? &o->name : index < o->entry_count ? &o->entries[index] : NULL;
}

/* -- what is kept -- */

static void drop_entries(struct options_form *o)
{
    for (size_t i = 0; i < o->entry_count; i++) {
        field_done(&o->entries[i].field);
        field_done(&o->entries[i].reference);
    }
    free(o->entries);
    o->entries = NULL;
    o->entry_count = 0;
}

void options_form_done(struct options_form *o)
{
    drop_entries(o);
    field_done(&o->name.field);
    form_clear(&o->form);
    strv_done(&o->notes);
}

static void show(struct field *field, const char *text)
{
    if (strcmp(field_text(field), text) != 0) /* else the cursor stays */
        field_set(field, text);
}

static void load_password(struct options_entry *entry, const struct wizard *wizard, const struct wizard_question *q)
{
    bool is_typed = wizard_has_secret(wizard, q->question->key);
    entry->field.is_secret = true;
    if (!is_typed)
        field_set(&entry->field, "");
    bool is_ask = strcmp(q->text, "ask") == 0;
    if (*q->text && !is_ask) {
        entry->is_reference = true;
        show(&entry->reference, q->text);
    } else if (is_typed)
        entry->is_reference = false;
}

void options_form_load(struct options_form *o, struct wizard *wizard)
{
    const struct wizard_questions *list = wizard_questions(wizard);
    const struct draft *draft = wizard_draft(wizard);
    bool is_new = o->spell != draft_spell(draft) || o->entry_count != list->count;
    if (is_new) {
        drop_entries(o);
        o->spell = draft_spell(draft);
        o->entry_count = list->count;
        o->entries = mem_new(list->count, sizeof *o->entries);
        o->is_open = false;
        o->form.focus = 0;
        o->form.top = 0;
    }
    show(&o->name.field, draft_name(draft));
    o->typed_id = OPTIONS_NONE;
    o->name.was_left |= draft_has_name(draft);
    for (size_t i = 0; i < list->count; i++) {
        const struct wizard_question *q = &list->items[i];
        struct options_entry *entry = &o->entries[i];
        entry->field.has_lines = q->question->has_lines;
        entry->was_left |= q->typed != NULL;
        if (q->question->type == QUESTION_PASSWORD)
            load_password(entry, wizard, q);
        else
            show(&entry->field, q->text);
    }
}

/* -- items -- */

/* A text that lives as long as the items. */
static const char *keep(struct options_form *o, char *text)
{
    strv_add(&o->notes, text);
    free(text);
    return o->notes.items[o->notes.count - 1];
}

static bool has_word(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *p = words; *p;) {
        size_t n = strcspn(p, " ");
        if (n == len && strncmp(p, word, n) == 0)
            return true;
        p += n + (p[n] != '\0');
    }
    return false;
}

char *options_found(size_t hosts, const char *help)
{
    char *found = mem_printf(ngettext("found on %zu host", "found on %zu hosts", hosts), hosts);
    char *both = mem_printf("%s%s%s", found, help && *help ? ". " : "", help ? help : "");
    free(found);
    return both;
}

static void add_choices(struct options_form *o, struct form_item *item, const struct wizard_question *q)
{
    item->at = FORM_NONE;
    for (size_t i = 0; i < q->question->choice_count; i++) {
        const struct choice *c = &q->question->choices[i];
        struct form_choice *choice = form_add_choice(item, spell_text(o->spell, c->label), spell_text(o->spell, c->help));
        if (!q->offered[i])
            choice->why_not = choice_why_not(c, o->spell);
        if (q->found && q->found[i])
            choice->help = keep(o, options_found(q->found[i], choice->help));
        choice->is_ticked = q->question->type == QUESTION_MULTI && has_word(q->text, c->value);
        if (q->question->type == QUESTION_CHOICE && strcmp(q->text, c->value) == 0)
            item->at = i;
    }
    item->value = q->text;
    if (item->kind == FORM_CHOICE && item->at != FORM_NONE)
        item->note = item->choices[item->at].help;
}

static void add_boolean(struct form_item *item, const struct wizard_question *q)
{
    form_add_choice(item, _("yes"), NULL);
    form_add_choice(item, _("no"), NULL);
    item->at = strcmp(q->text, "true") == 0 ? 0 : strcmp(q->text, "false") == 0 ? 1 : FORM_NONE;
    item->value = q->text;
}

static void add_lines(struct options_form *o, struct form_item *item)
{
    size_t lines = form_lines(field_text(item->field));
    item->note = lines > 1 ? keep(o, mem_printf(ngettext("%zu line; ^O: editor, ^U: clear", "%zu lines; ^O: editor, ^U: clear", lines), lines))
                           : _("^O: editor");
}

static void add_manner(struct options_form *o, const struct options_entry *entry, const struct wizard_question *q, size_t index)
{
    struct form_item *item = form_add(&o->form, FORM_CHOICE, OPTIONS_MANNER(index), spell_text(o->spell, q->question->label));
    form_add_choice(item, _("typed here"), NULL);
    form_add_choice(item, _("by reference"), NULL);
    item->at = entry->is_reference;
    item->note = entry->is_reference ? _("env:NAME, file:PATH or cmd:COMMAND, read when it is needed") : _("kept in memory only; next time it is asked again");
    item->is_changed = q->is_changed;
}

static bool is_told(const struct options_entry *entry, const struct wizard_question *q)
{
    return q->fault && (entry->was_left || (!q->typed && *q->text));
}

static void add_question(struct options_form *o, const struct wizard_question *q, size_t index)
{
    static const enum form_kind kinds[QUESTION_TYPE_COUNT] = {
        [QUESTION_BOOLEAN] = FORM_CHOICE, [QUESTION_CHOICE] = FORM_CHOICE, [QUESTION_MULTI] = FORM_TICKS};
    const struct question *question = q->question;
    struct options_entry *entry = &o->entries[index];
    enum form_kind kind = question->has_lines ? FORM_LINES : kinds[question->type];
    bool is_password = question->type == QUESTION_PASSWORD;
    if (is_password)
        add_manner(o, entry, q, index);
    const char *label = is_password ? (entry->is_reference ? _("  reference") : _("  password")) : spell_text(o->spell, question->label);
    struct form_item *item = form_add(&o->form, kind, OPTIONS_VALUE(index), label);
    item->field = is_password && entry->is_reference ? &entry->reference : &entry->field;
    item->is_changed = q->is_changed && !is_password;
    if (item->field == &entry->reference) /* what is no reference may be the secret itself */
        entry->reference.is_secret = entry->reference.len && !answers_is_reference(field_text(&entry->reference)) &&
                                     o->typed_id != item->id;
    if (question->type == QUESTION_BOOLEAN)
        add_boolean(item, q);
    else if (question->choice_count)
        add_choices(o, item, q);
    else if (kind == FORM_LINES)
        add_lines(o, item);
    if (kind == FORM_TICKS)
        item->at = entry->at < item->choice_count ? entry->at : 0;
    if (is_password && !entry->is_reference && !entry->field.len && strcmp(q->text, "ask") == 0)
        item->note = _("asked when it is needed");
    if (is_told(entry, q)) {
        item->fault = q->fault;
        o->faults++;
    }
}

static void add_name(struct options_form *o, struct wizard *wizard)
{
    struct form_item *item = form_add(&o->form, FORM_TEXT, OPTIONS_NAME, _("Name of the cluster"));
    item->field = &o->name.field;
    item->is_changed = draft_has_name(wizard_draft(wizard));
    const char *fault = wizard_name_fault(wizard);
    if (fault && o->name.was_left) {
        item->fault = fault;
        o->faults++;
    }
}

static void add_more(struct options_form *o, const struct wizard_questions *list)
{
    struct strv labels = {0};
    for (size_t i = 0; i < list->count; i++) {
        const struct wizard_question *q = &list->items[i];
        if (!q->applies || !q->question->is_rare)
            continue;
        strv_add(&labels, spell_text(o->spell, q->question->label));
        o->is_open |= is_told(&o->entries[i], q); /* a fault is not to be hidden */
    }
    struct form_item *item = form_add(&o->form, FORM_FOLD, OPTIONS_MORE, _("More"));
    item->is_open = o->is_open;
    item->count = list->rare;
    item->value = item->is_open ? _("rarely needed") : keep(o, strv_join(&labels, ", "));
    strv_done(&labels);
}

void options_form_make(struct options_form *o, struct wizard *wizard)
{
    const struct wizard_questions *list = wizard_questions(wizard);
    const struct form_item *focus = form_focus(&o->form);
    size_t id = focus ? focus->id : OPTIONS_NAME;
    form_clear(&o->form);
    strv_done(&o->notes);
    o->faults = 0;
    if (o->spell != draft_spell(wizard_draft(wizard)) || o->entry_count != list->count)
        options_form_load(o, wizard);
    add_name(o, wizard);
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].applies && !list->items[i].question->is_rare)
            add_question(o, &list->items[i], i);
    if (list->rare)
        add_more(o, list);
    for (size_t i = 0; i < list->count && o->is_open; i++)
        if (list->items[i].applies && list->items[i].question->is_rare)
            add_question(o, &list->items[i], i);
    form_go(&o->form, id);
}

/* -- values -- */

static void store_ticks(struct wizard *wizard, const struct form_item *item, size_t index)
{
    const struct question *question = wizard_questions(wizard)->items[index].question;
    struct strv values = {0};
    for (size_t i = 0; i < item->choice_count; i++)
        if (item->choices[i].is_ticked)
            strv_add(&values, question->choices[i].value);
    char *text = strv_join(&values, " ");
    wizard_answer(wizard, index, text);
    free(text);
    strv_done(&values);
}

static void store_password(struct options_entry *entry, struct wizard *wizard, const char *key, size_t index)
{
    const struct field *f = entry->is_reference ? &entry->reference : &entry->field;
    if (entry->is_reference) {
        if (wizard_has_secret(wizard, key))
            wizard_set_secret(wizard, key, NULL);
        wizard_answer(wizard, index, field_text(f));
        return;
    }
    struct secret *secret = f->len ? secret_new(field_text(f), f->len) : NULL;
    wizard_set_secret(wizard, key, secret);
    secret_free(&secret);
}

void options_form_store(struct options_form *o, struct wizard *wizard)
{
    const struct form_item *item = form_focus(&o->form);
    struct options_entry *entry = item ? entry_of(o, item->id) : NULL;
    size_t index = item ? options_question(item->id) : SIZE_MAX;
    if (item && item->id == OPTIONS_MORE)
        o->is_open = item->is_open;
    if (!entry)
        return;
    o->typed_id = item->id;
    if (item->id == OPTIONS_NAME) {
        entry->was_left &= item->fault != NULL;
        draft_set_name(wizard_draft(wizard), field_text(item->field));
        wizard_touch(wizard);
        return;
    }
    if (!item->fault)
        entry->was_left = false; /* a fault that comes by typing waits until the field is left */
    const struct question *question = wizard_questions(wizard)->items[index].question;
    if (is_manner(item->id))
        entry->is_reference = item->at == 1;
    if (question->type == QUESTION_PASSWORD)
        store_password(entry, wizard, question->key, index);
    else if (question->type == QUESTION_MULTI)
        store_ticks(wizard, item, index);
    else if (question->type == QUESTION_BOOLEAN)
        wizard_answer(wizard, index, item->at == 0 ? "true" : "false");
    else if (question->type == QUESTION_CHOICE)
        wizard_answer(wizard, index, question->choices[item->at].value);
    else
        wizard_answer(wizard, index, field_text(item->field));
    if (item->kind == FORM_CHOICE || item->kind == FORM_TICKS)
        entry->was_left |= !is_manner(item->id); /* nothing is half typed */
}

void options_form_reset(struct options_form *o, struct wizard *wizard)
{
    const struct form_item *item = form_focus(&o->form);
    size_t index = item ? options_question(item->id) : SIZE_MAX;
    if (!item || item->id == OPTIONS_MORE)
        return;
    if (item->id == OPTIONS_NAME) {
        draft_set_name(wizard_draft(wizard), NULL);
        wizard_touch(wizard);
    } else {
        const struct question *question = wizard_questions(wizard)->items[index].question;
        if (question->type == QUESTION_PASSWORD) {
            wizard_set_secret(wizard, question->key, NULL);
            field_set(&o->entries[index].reference, "");
        }
        wizard_answer(wizard, index, NULL);
    }
    options_form_load(o, wizard);
}

void options_form_tell_all(struct options_form *o)
{
    o->name.was_left = true;
    for (size_t i = 0; i < o->entry_count; i++)
        o->entries[i].was_left = true;
}

void options_form_leave(struct options_form *o)
{
    const struct form_item *item = form_focus(&o->form);
    struct options_entry *entry = item ? entry_of(o, item->id) : NULL;
    if (entry && !is_manner(item->id))
        entry->was_left = true;
    o->typed_id = OPTIONS_NONE;
    if (entry && item->kind == FORM_TICKS)
        entry->at = item->at;
}
