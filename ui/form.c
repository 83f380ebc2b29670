/* What a form holds, and how keys change it; form_draw.c draws it. */
#include "ui/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void form_clear(struct form *form)
{
    for (size_t i = 0; i < form->count; i++) {
        for (size_t j = 0; j < form->items[i].choice_count; j++)
            free(form->items[i].choices[j].why_not);
        free(form->items[i].choices);
    }
    free(form->items);
    form->items = NULL;
    form->count = 0;
}

struct form_item *form_add(struct form *form, enum form_kind kind, size_t id, const char *label)
{
    form->items = mem_grow(form->items, form->count + 1, sizeof *form->items);
    struct form_item *item = &form->items[form->count++];
    *item = (struct form_item){.kind = kind, .id = id, .label = label};
    return item;
}

struct form_choice *form_add_choice(struct form_item *item, const char *label, const char *help)
{
    item->choices = mem_grow(item->choices, item->choice_count + 1, sizeof *item->choices);
    item->choices[item->choice_count] = (struct form_choice){.label = label, .help = help};
    return &item->choices[item->choice_count++];
}

struct form_item *form_focus(const struct form *form)
{
    return form->focus < form->count ? &form->items[form->focus] : NULL;
}

bool form_go(struct form *form, size_t id)
{
    for (size_t i = 0; i < form->count; i++)
        if (form->items[i].id == id) {
            form->focus = i;
            return true;
        }
    if (form->focus >= form->count)
        form->focus = form->count ? form->count - 1 : 0;
    return false;
}

size_t form_lines(const char *text)
{
    size_t lines = 0;
    for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n')
        lines++;
    return lines;
}

/* -- keys -- */

enum form_result form_type(struct form *form, struct key key)
{
    struct form_item *item = form_focus(form);
    if (!item || (item->kind != FORM_TEXT && item->kind != FORM_LINES))
        return FORM_IGNORED;
    size_t before = item->field->len; /* each change makes it longer or shorter */
    if (item->kind == FORM_LINES && strchr(field_text(item->field), '\n')) {
        if (key.code == UI_KEY_CHAR && !key.is_ctrl)
            return FORM_REFUSED; /* letters are text here too: none of them presses a key */
        if (key.code != UI_KEY_CHAR || key.ch != 'u')
            return FORM_IGNORED;
        field_set(item->field, "");
    } else if (!field_key(item->field, key))
        return FORM_IGNORED;
    return item->field->len == before ? FORM_TAKEN : FORM_CHANGED;
}

enum form_result form_paste(struct form *form, const char *text, size_t len)
{
    struct form_item *item = form_focus(form);
    if (!item || (item->kind != FORM_TEXT && item->kind != FORM_LINES))
        return FORM_IGNORED;
    size_t before = item->field->len;
    if (item->kind == FORM_LINES && strchr(field_text(item->field), '\n'))
        item->field->at = before;
    if (!field_paste(item->field, text, len))
        return FORM_REFUSED;
    form_close_line(item->field);
    return item->field->len == before ? FORM_TAKEN : FORM_CHANGED;
}

void form_close_line(struct field *field)
{
    const char *text = field_text(field);
    size_t line = strcspn(text, "\n");
    if (!text[line] || text[line + 1])
        return;
    char *whole = mem_strndup(text, line);
    field_set(field, whole);
    free(whole);
}

static enum form_result choose(struct form_item *item, int by)
{
    size_t at = item->at == FORM_NONE ? (by > 0 ? item->choice_count - 1 : 0) : item->at;
    for (size_t tries = 0; tries < item->choice_count; tries++) {
        at = (at + item->choice_count + (by > 0 ? 1 : (size_t)-1)) % item->choice_count;
        if (item->choices[at].why_not)
            continue;
        bool is_same = at == item->at;
        item->at = at;
        return is_same ? FORM_TAKEN : FORM_CHANGED;
    }
    return FORM_REFUSED;
}

static enum form_result tick(struct form_item *item)
{
    struct form_choice *choice = &item->choices[item->at];
    if (choice->why_not && !choice->is_ticked) /* taking a tick away is always right */
        return FORM_REFUSED;
    choice->is_ticked = !choice->is_ticked;
    return FORM_CHANGED;
}

enum form_result form_act(struct form *form, enum action action)
{
    struct form_item *item = form_focus(form);
    bool is_move = action == ACT_LEFT || action == ACT_RIGHT;
    if (!item)
        return FORM_IGNORED;
    if (item->kind == FORM_CHOICE && item->choice_count && (is_move || action == ACT_MARK))
        return choose(item, action == ACT_LEFT ? -1 : 1);
    if (item->kind == FORM_TICKS && item->choice_count && action == ACT_MARK)
        return tick(item);
    if (item->kind == FORM_TICKS && is_move) {
        if (action == ACT_LEFT && item->at > 0)
            item->at--;
        else if (action == ACT_RIGHT && item->at + 1 < item->choice_count)
            item->at++;
        return FORM_TAKEN;
    }
    if (item->kind == FORM_FOLD && (is_move || action == ACT_MARK)) {
        bool was = item->is_open;
        item->is_open = action == ACT_MARK ? !was : action == ACT_RIGHT;
        return was == item->is_open ? FORM_TAKEN : FORM_CHANGED;
    }
    return FORM_IGNORED;
}
