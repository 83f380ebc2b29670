/* Which checks can be mended where. */
#include "spell/mend.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/read.h"
#include "spell/spell_parts.h"

#define TIMEOUT_MOST_MS ((uint64_t)60 * 60 * 1000)

void mend_read(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell, const struct buf *prologue,
               struct requirement *requirement)
{
    static const char *const more[] = {"mend_asks", "mend_stays", "mend_hosts", "mend_timeout"};
    static const char *const where[] = {"all", "those"};
    const struct yaml_node *hosts = yaml_get(map, "mend_hosts"), *timeout = yaml_get(map, "mend_timeout");
    const char *text = NULL;
    if (map->kind != YAML_MAPPING)
        return;
    for (size_t i = 0; !yaml_get(map, "mend") && i < sizeof more / sizeof *more; i++)
        if (yaml_get(map, more[i]))
            yaml_error(reader, yaml_key(map, more[i]), _("%s belongs to a requirement that has mend:"), more[i]);
    if (!yaml_get(map, "mend"))
        return;
    struct mend *mend = requirement->mend = mem_new(1, sizeof *mend);
    mend->timeout_ms = MEND_TIMEOUT_MS;
    script_read(reader, map, "mend", spell, prologue, &mend->script);
    yaml_get_string(reader, map, "mend_asks", &mend->asks);
    yaml_get_string(reader, map, "mend_stays", &mend->stays);
    if (timeout)
        yaml_duration_ms(reader, timeout, "mend_timeout", TIMEOUT_MOST_MS, &mend->timeout_ms);
    if (!hosts || !yaml_string(reader, hosts, "mend_hosts", &text))
        return;
    mend->is_everywhere = strcmp(text, where[0]) == 0;
    if (!mend->is_everywhere && strcmp(text, where[1]) != 0)
        read_unknown(reader, hosts, "mend_hosts", text, where, 2);
}

void mend_done(struct mend **mend)
{
    if (!*mend)
        return;
    free((*mend)->script.path);
    free((*mend)->script.text);
    free((*mend)->asks);
    free((*mend)->stays);
    free(*mend);
    *mend = NULL;
}

bool mend_fires(const struct verdict *verdict)
{
    return verdict->kind == VERDICT_FAIL || verdict->kind == VERDICT_WARN;
}

static bool fires_anywhere(const struct verdicts *verdicts, size_t host_count, const struct requirement *requirement)
{
    for (size_t h = 0; h < host_count; h++)
        for (size_t i = 0; i < verdicts[h].count; i++)
            if (verdicts[h].items[i].requirement == requirement && mend_fires(&verdicts[h].items[i]))
                return true;
    return false;
}

void mend_list_make(const struct verdicts *verdicts, size_t host_count, const struct strv *ids, struct mend_list *list)
{
    *list = (struct mend_list){0};
    for (size_t h = 0; h < host_count; h++)
        for (size_t i = 0; i < verdicts[h].count; i++) {
            const struct verdict *v = &verdicts[h].items[i];
            const struct requirement *r = v->requirement;
            if (!r->mend || (ids && !strv_has(ids, r->id)))
                continue;
            if (!mend_fires(v) && !(r->mend->is_everywhere && fires_anywhere(verdicts, host_count, r)))
                continue;
            list->items = mem_grow(list->items, list->count + 1, sizeof *list->items);
            list->items[list->count++] = (struct mend_task){.requirement = r, .host = h};
        }
}

void mend_list_done(struct mend_list *list)
{
    free(list->items);
    *list = (struct mend_list){0};
}

size_t mend_list_hosts(const struct mend_list *list, const struct requirement *requirement, size_t *hosts)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].requirement == requirement)
            hosts[count++] = list->items[i].host;
    return count;
}

const struct requirement *mend_find(const struct spell *spell, const char *id)
{
    for (size_t i = 0; i < spell->requirement_count; i++)
        if (strcmp(spell->requirements[i].id, id) == 0)
            return &spell->requirements[i];
    return NULL;
}

static bool fail_unknown(const struct spell *spell, const char *id, struct err *err)
{
    struct strv ids = {0};
    for (size_t i = 0; i < spell->requirement_count; i++)
        strv_add(&ids, spell->requirements[i].id);
    char *nearest = yaml_nearest(id, (const char *const *)ids.items, ids.count), *all = strv_join(&ids, ", ");
    err_set(err, ERR_USAGE, _("there is no check \"%s\"%s (there are: %s)"), id, nearest, ids.count ? all : "-");
    free(nearest);
    free(all);
    strv_done(&ids);
    return false;
}

static bool fail_without(const struct spell *spell, const struct requirement *requirement, struct err *err)
{
    const struct step *fix = requirement->fix ? spell_step(spell, requirement->fix) : NULL;
    if (fix)
        return err_set(err, ERR_USAGE, _("nothing is there to mend %s beforehand: the step \"%s\" sees to it during the run"), requirement->id,
                       spell_text(spell, fix->title));
    if (requirement->remedy)
        return err_set(err, ERR_USAGE, _("kwiz can't mend %s; what to do: %s"), requirement->id, spell_text(spell, requirement->remedy));
    return err_set(err, ERR_USAGE, _("kwiz can't mend %s"), requirement->id);
}

bool mend_check_ids(const struct spell *spell, const struct strv *ids, struct err *err)
{
    for (size_t i = 0; i < ids->count; i++) {
        const struct requirement *r = mend_find(spell, ids->items[i]);
        if (!r)
            return fail_unknown(spell, ids->items[i], err);
        if (!r->mend)
            return fail_without(spell, r, err);
    }
    return true;
}
