/* The graph of steps: what `needs:` names, cycles, and an order to run in. */
#include "spell/spell_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

static bool resolve(const struct yaml_reader *reader, struct spell *spell)
{
    const char **ids = mem_new(spell->step_count, sizeof *ids);
    bool ok = true;
    for (size_t i = 0; i < spell->step_count; i++)
        ids[i] = spell->steps[i].id;
    for (size_t i = 0; i < spell->step_count; i++)
        for (size_t j = 0; j < spell->steps[i].need_count; j++) {
            struct step_need *need = &spell->steps[i].needs[j];
            for (size_t k = 0; k < spell->step_count && need->index == (size_t)-1; k++)
                if (strcmp(ids[k], need->step) == 0)
                    need->index = k;
            if (need->index != (size_t)-1)
                continue;
            char *nearest = yaml_nearest(need->step, ids, spell->step_count);
            ok = err_list_addf(reader->errors, reader->file, need->line, need->column,
                               _("needs: there is no step \"%s\"%s"), need->step, nearest);
            free(nearest);
        }
    free(ids);
    return ok;
}

enum mark { NEW, OPEN, DONE };

/* Depth first; the open steps are the path, so a need that is open closes a cycle. */
static bool walk(const struct yaml_reader *reader, const struct spell *spell, size_t at, enum mark *marks, size_t *path, size_t depth)
{
    const struct step *step = &spell->steps[at];
    marks[at] = OPEN;
    path[depth] = at;
    for (size_t j = 0; j < step->need_count; j++) {
        size_t next = step->needs[j].index;
        if (marks[next] == DONE)
            continue;
        if (marks[next] == NEW) {
            if (!walk(reader, spell, next, marks, path, depth + 1))
                return false;
            continue;
        }
        struct strv names = {0};
        size_t first = 0;
        while (path[first] != next)
            first++;
        for (size_t k = first; k <= depth; k++)
            strv_add(&names, spell->steps[path[k]].id);
        strv_add(&names, spell->steps[next].id);
        char *cycle = strv_join(&names, " -> ");
        err_list_addf(reader->errors, reader->file, step->needs[j].line, step->needs[j].column,
                      _("needs: the steps need each other in a circle: %s"), cycle);
        free(cycle);
        strv_done(&names);
        return false;
    }
    marks[at] = DONE;
    return true;
}

/* Of the steps whose needs are all placed, the one that stands first in the file. */
static void put_in_order(struct spell *spell)
{
    bool *is_placed = mem_new(spell->step_count, sizeof *is_placed);
    spell->order = mem_new(spell->step_count, sizeof *spell->order);
    for (size_t n = 0; n < spell->step_count; n++)
        for (size_t i = 0; i < spell->step_count; i++) {
            const struct step *step = &spell->steps[i];
            bool is_ready = !is_placed[i];
            for (size_t j = 0; is_ready && j < step->need_count; j++)
                is_ready = is_placed[step->needs[j].index];
            if (is_ready) {
                is_placed[i] = true;
                spell->order[n] = i;
                break;
            }
        }
    free(is_placed);
}

void spell_graph(const struct yaml_reader *reader, struct spell *spell)
{
    if (!resolve(reader, spell))
        return;
    enum mark *marks = mem_new(spell->step_count, sizeof *marks);
    size_t *path = mem_new(spell->step_count, sizeof *path);
    bool ok = true;
    for (size_t i = 0; i < spell->step_count && ok; i++)
        if (marks[i] == NEW)
            ok = walk(reader, spell, i, marks, path, 0);
    if (ok)
        put_in_order(spell);
    free(marks);
    free(path);
}
