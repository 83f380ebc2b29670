/* Which translations a spell lacks, and which it has no use for. */
#include "spell/translation.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/language.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "spell/requirement_parts.h"
#include "spell/mend.h"
#include "spell/spell.h"

struct texts {
    struct spell_text *items; /* owned */
    size_t count;
};

static bool has_text(const struct texts *texts, const char *english)
{
    for (size_t i = 0; i < texts->count; i++)
        if (strcmp(texts->items[i].english, english) == 0)
            return true;
    return false;
}

static void add(struct texts *texts, const char *english, unsigned line, unsigned column)
{
    if (!english || !*english || has_text(texts, english))
        return;
    texts->items = mem_grow(texts->items, texts->count + 1, sizeof *texts->items);
    texts->items[texts->count++] = (struct spell_text){english, line, column};
}

static void add_own(void *data, const char *english, unsigned line, unsigned column)
{
    add(data, english, line, column);
}

struct spell_text *spell_texts(const struct spell *spell, size_t *count)
{
    struct texts texts = {0};
    add(&texts, spell->title, 0, 0);
    add(&texts, spell->description, 0, 0);
    for (size_t i = 0; i < spell->topology_count; i++) {
        const struct topology *t = &spell->topologies[i];
        add(&texts, t->title, t->line, t->column);
        add(&texts, t->description, t->line, t->column);
        for (size_t j = 0; j < t->role_count; j++)
            add(&texts, t->roles[j].title, t->roles[j].line, t->roles[j].column);
    }
    for (size_t i = 0; i < spell->question_count; i++) {
        const struct question *q = &spell->questions[i];
        add(&texts, q->label, q->line, q->column);
        add(&texts, q->help, q->line, q->column);
        for (size_t j = 0; j < q->choice_count; j++) {
            const struct choice *c = &q->choices[j];
            if (strcmp(c->label, c->value) != 0)
                add(&texts, c->label, c->line, c->column);
            add(&texts, c->help, c->line, c->column);
            add(&texts, c->retired, c->line, c->column);
        }
    }
    for (size_t i = 0; i < spell->requirement_count; i++) {
        const struct requirement *r = &spell->requirements[i];
        add(&texts, r->title, r->line, r->column);
        add(&texts, r->remedy, r->line, r->column);
        if (r->ops && r->ops->texts)
            r->ops->texts(r, add_own, &texts);
        add(&texts, r->mend ? r->mend->asks : NULL, r->line, r->column);
        add(&texts, r->mend ? r->mend->stays : NULL, r->line, r->column);
    }
    for (size_t i = 0; i < spell->action_count; i++) {
        const struct spell_action *a = &spell->actions[i];
        add(&texts, a->title, a->line, a->column);
        add(&texts, a->description, a->line, a->column);
        add(&texts, a->asks, a->line, a->column);
        for (size_t j = 0; j < a->guard_count; j++) {
            add(&texts, a->guards[j].message, a->guards[j].line, a->guards[j].column);
            add(&texts, a->guards[j].hint, a->guards[j].line, a->guards[j].column);
        }
    }
    for (size_t i = 0; i < spell->step_count; i++) {
        const struct step *s = &spell->steps[i];
        add(&texts, s->title, s->line, s->column);
        for (size_t j = 0; j < s->download_count; j++)
            add(&texts, s->downloads[j].what, s->downloads[j].line, s->downloads[j].column);
    }
    *count = texts.count;
    return texts.items;
}

/* The beginning of a text, on one line. malloc'd. */
static char *shown(const char *text)
{
    struct buf out;
    buf_init(&out, 200);
    size_t len = strcspn(text, "\n"), cut = len;
    if (cut > 100)
        for (cut = 100; cut && ((unsigned char)text[cut] & 0xc0) == 0x80;) /* not inside a character */
            cut--;
    utf8_printable(text, cut, &out);
    if (text[cut])
        buf_adds(&out, "...");
    return buf_take(&out);
}

static void lint_language(const struct spell *spell, const struct translation *t, const struct texts *texts,
                          struct err_list *errors, struct err_list *notes)
{
    for (size_t i = 0; i < t->count; i++) {
        if (has_text(texts, t->items[i].english))
            continue;
        char *text = shown(t->items[i].english);
        err_list_addf(errors, t->file, t->items[i].line, t->items[i].column,
                      _("\"%s\" stands nowhere in the spell; write it as spell.yaml has it, or take it out"),
                      text);
        free(text);
    }
    for (size_t i = 0; i < texts->count; i++) {
        if (translation_find(t, texts->items[i].english))
            continue;
        char *text = shown(texts->items[i].english);
        err_list_addf(notes, spell->file, texts->items[i].line, texts->items[i].column,
                      _("\"%s\" is not translated in %s"), text, t->file);
        free(text);
    }
}

/* Whatever lies there and is no language is a slip, such as ru.yml. */
static void lint_files(const struct spell *spell, struct err_list *errors)
{
    char *path = mem_printf("%s/translations", spell->folder);
    DIR *dir = opendir(path);
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        bool is_read = entry->d_name[0] == '.';
        for (size_t i = 0; !is_read && i < spell->translations.count; i++)
            is_read = strcmp(strrchr(spell->translations.items[i].file, '/') + 1, entry->d_name) == 0;
        char *file = mem_printf("%s/%s", path, entry->d_name);
        if (!is_read)
            err_list_addf(errors, file, 0, 0,
                          _("is not read: expected LANGUAGE.yaml, such as de.yaml or pt_BR.yaml"));
        free(file);
    }
    if (dir)
        closedir(dir);
    free(path);
}

void translations_lint(const struct spell *spell, struct err_list *errors, struct err_list *notes)
{
    struct texts texts = {0};
    texts.items = spell_texts(spell, &texts.count);
    for (size_t i = 0; i < spell->translations.count; i++)
        lint_language(spell, &spell->translations.items[i], &texts, errors, notes);
    lint_files(spell, errors);
    free(texts.items);
}
