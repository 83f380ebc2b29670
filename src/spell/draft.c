/* What is in a draft, and how it changes. */
#include "spell/draft_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *const cell_keys[DRAFT_CELLS] = {"name", "address", "roles", "user", "jump", "port", "identity", "become"};

const char *draft_cell_key(enum draft_cell cell)
{
    return cell_keys[cell];
}

/* ---- pairs ---- */

const char *pairs_get(const struct pairs *pairs, const char *key)
{
    for (size_t i = 0; i < pairs->count; i++)
        if (strcmp(pairs->items[i].key, key) == 0)
            return pairs->items[i].text;
    return NULL;
}

void pairs_set(struct pairs *pairs, const char *key, const char *text)
{
    size_t i = 0;
    while (i < pairs->count && strcmp(pairs->items[i].key, key) != 0)
        i++;
    if (i < pairs->count) {
        free(pairs->items[i].text);
        pairs->items[i].text = text ? mem_strdup(text) : NULL;
        if (text)
            return;
        free(pairs->items[i].key);
        pairs->count--;
        memmove(pairs->items + i, pairs->items + i + 1, (pairs->count - i) * sizeof *pairs->items);
    } else if (text) {
        pairs->items = mem_grow(pairs->items, pairs->count + 1, sizeof *pairs->items);
        pairs->items[pairs->count++] = (struct pair){mem_strdup(key), mem_strdup(text)};
    }
}

void pairs_done(struct pairs *pairs)
{
    for (size_t i = 0; i < pairs->count; i++) {
        free(pairs->items[i].key);
        free(pairs->items[i].text);
    }
    free(pairs->items);
    *pairs = (struct pairs){0};
}

/* ---- the rest ---- */

struct draft *draft_new(void)
{
    struct draft *draft = mem_new(1, sizeof *draft);
    draft->topology = mem_strdup("");
    draft->next_id = 1;
    for (int c = 0; c < DRAFT_CELLS; c++)
        draft->table.ssh[c] = mem_strdup("");
    return draft;
}

void draft_free(struct draft **handle)
{
    struct draft *draft = *handle;
    if (!draft)
        return;
    draft_table_done(&draft->table);
    draft_undo_forget(draft);
    pairs_done(&draft->values);
    pairs_done(&draft->accepts);
    pairs_done(&draft->secrets);
    strv_done(&draft->confirms);
    free(draft->spell_name);
    free(draft->topology);
    free(draft->name);
    free(draft);
    *handle = NULL;
}

void draft_set_spell(struct draft *draft, const struct spell *spell)
{
    draft->spell = spell;
    draft->version++;
    if (spell && !spell_topology(spell, draft->topology))
        draft_set_topology(draft, spell->topology_count == 1 ? spell->topologies[0].name : "");
}

const struct spell *draft_spell(const struct draft *draft)
{
    return draft->spell;
}

void draft_set_topology(struct draft *draft, const char *name)
{
    free(draft->topology);
    draft->topology = mem_strdup(name);
    draft->version++;
}

const char *draft_topology(const struct draft *draft)
{
    return draft->topology;
}

void draft_set_name(struct draft *draft, const char *name)
{
    free(draft->name);
    draft->name = name ? draft_clean(name) : NULL;
    draft->version++;
}

const char *draft_name(const struct draft *draft)
{
    return draft->name ? draft->name : *draft->topology ? draft->topology : "cluster";
}

bool draft_has_name(const struct draft *draft)
{
    return draft->name != NULL;
}

void draft_set_value(struct draft *draft, const char *key, const char *text)
{
    pairs_set(&draft->values, key, text);
    draft->version++;
}

const char *draft_value(const struct draft *draft, const char *key)
{
    return pairs_get(&draft->values, key);
}

void draft_accept(struct draft *draft, const char *id, const char *reason)
{
    char *cleaned = reason ? draft_clean(reason) : NULL;
    pairs_set(&draft->accepts, id, cleaned);
    free(cleaned);
    draft->version++;
}

const char *draft_accepted(const struct draft *draft, const char *id)
{
    return pairs_get(&draft->accepts, id);
}

void draft_confirm(struct draft *draft, const char *id, bool is_confirmed)
{
    struct strv kept = {0};
    for (size_t i = 0; i < draft->confirms.count; i++)
        if (strcmp(draft->confirms.items[i], id) != 0)
            strv_add(&kept, draft->confirms.items[i]);
    if (is_confirmed)
        strv_add(&kept, id);
    strv_done(&draft->confirms);
    draft->confirms = kept;
    draft->version++;
}

void draft_set_secret(struct draft *draft, const char *key, const char *reference)
{
    pairs_set(&draft->secrets, key, reference);
    draft->version++;
}

const char *draft_secret(const struct draft *draft, const char *key)
{
    return pairs_get(&draft->secrets, key);
}

size_t draft_secret_index(const struct draft *draft, const char *key)
{
    for (size_t i = 0; i < draft->secrets.count; i++)
        if (strcmp(draft->secrets.items[i].key, key) == 0)
            return i;
    return SIZE_MAX;
}

unsigned draft_version(const struct draft *draft)
{
    return draft->version;
}
