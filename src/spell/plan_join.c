/* One graph of an action and of taking back the hosts that leave. */
#include "spell/plan_graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

/* By step: does it come after what takes hosts back, because it says so or needs one that does? */
static bool *find_after(const struct spell *spell)
{
    bool *is_after = mem_new(spell->step_count, sizeof *is_after);
    for (size_t n = 0; n < spell->step_count; n++) {
        const struct step *step = &spell->steps[spell->order[n]];
        bool *is = &is_after[spell->order[n]];
        *is = step->needs_undo;
        for (size_t i = 0; i < step->need_count; i++)
            *is |= is_after[step->needs[i].index];
    }
    return is_after;
}

static void add_needs(struct graph *graph, struct graph_task *task, size_t from, size_t to)
{
    for (size_t need = from; need < to; need++) {
        bool has = false;
        for (size_t i = 0; i < task->need_count && !has; i++)
            has = task->needs[i] == need;
        if (has)
            continue;
        task->needs = mem_grow(task->needs, task->need_count + 1, sizeof *task->needs);
        task->needs[task->need_count++] = need;
        graph->need_count++;
    }
}

/* Put those tasks of `from` that are (not) after at the end of graph. moved[t]: where they are now. */
static void move(struct graph *from, const bool *is_after, bool wants_after, struct graph *graph, size_t *moved)
{
    for (size_t t = 0; t < from->count; t++) {
        struct graph_task *task = &from->tasks[t];
        if (is_after && is_after[task->step] != wants_after)
            continue;
        moved[t] = graph->count;
        for (size_t i = 0; i < task->need_count; i++)
            task->needs[i] = moved[task->needs[i]]; /* each stands behind what it needs, and none before needs one after */
        graph->need_count += task->need_count;
        graph->tasks[graph->count++] = *task;
        task->needs = NULL;
    }
}

void graph_join(const struct spell *spell, struct graph *action, struct graph *undo)
{
    size_t all = action->count + undo->count;
    size_t *moved = mem_new(all + 1, sizeof *moved);
    bool *is_after = find_after(spell);
    struct graph graph = {.tasks = mem_new(all + 1, sizeof *graph.tasks)};
    move(action, is_after, false, &graph, moved);
    size_t undo_begin = graph.count;
    for (size_t t = 0; t < undo->count; t++)
        undo->tasks[t].is_undo = true;
    move(undo, NULL, false, &graph, moved + action->count);
    size_t undo_end = graph.count;
    for (size_t t = undo_begin; t < undo_end; t++)
        if (!graph.tasks[t].need_count)
            add_needs(&graph, &graph.tasks[t], 0, undo_begin);
    move(action, is_after, true, &graph, moved);
    for (size_t t = undo_end; t < graph.count; t++) {
        bool is_first = true; /* of those after: the others wait through it */
        for (size_t i = 0; i < graph.tasks[t].need_count; i++)
            is_first &= graph.tasks[t].needs[i] < undo_end;
        if (is_first)
            add_needs(&graph, &graph.tasks[t], undo_begin < undo_end ? undo_begin : 0, undo_end);
    }
    free(moved);
    free(is_after);
    graph_done(action);
    graph_done(undo);
    *action = graph;
}
