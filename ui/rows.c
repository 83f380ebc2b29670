#include "ui/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/match.h"

static struct row *add(struct rows *rows, enum row_kind kind)
{
    rows->items = mem_grow(rows->items, rows->count + 1, sizeof *rows->items);
    struct row *row = &rows->items[rows->count++];
    *row = (struct row){.kind = kind, .step = SIZE_MAX};
    return row;
}

static void add_member(struct row *row, size_t host)
{
    row->hosts = mem_grow(row->hosts, row->host_count + 1, sizeof *row->hosts);
    row->hosts[row->host_count++] = host;
}

static void add_host(struct rows *rows, size_t host, int depth)
{
    struct row *row = add(rows, ROW_HOST);
    row->depth = depth;
    add_member(row, host);
}

static bool is_wanted(const struct rows_wish *wish, const struct run *run, size_t host)
{
    const struct host *h = &run->plan->hosts[host].host;
    if (!wish->filter || !*wish->filter || match_in(h->name, wish->filter) || match_in(h->address, wish->filter))
        return true;
    for (size_t i = 0; i < h->roles.count; i++)
        if (match_in(h->roles.items[i], wish->filter))
            return true;
    return false;
}

static bool is_same_trouble(const struct run *run, size_t a, size_t b)
{
    const struct run_task *x = &run->tasks[a], *y = &run->tasks[b];
    return run->plan->tasks[a].step == run->plan->tasks[b].step && x->state == y->state &&
           (x->state == TASK_FAILED || x->state == TASK_ASKS) && x->status == y->status &&
           !strcmp(x->how, y->how) && !strcmp(x->fail, y->fail);
}

/* What was said of each names its address: the kind of fault is what they share. */
static bool is_same_fault(const struct run *run, size_t a, size_t b)
{
    const struct run_host *x = &run->hosts[a], *y = &run->hosts[b];
    return x->state == HOST_FAILED && y->state == HOST_FAILED && !strcmp(x->fault, y->fault);
}

/* Hosts with the same step, exit status and message become one row; so do hosts that were not reached for the same reason. */
static size_t add_problems(struct rows *rows, const struct run *run, const struct grid *grid,
                           const bool *is_problem, int depth)
{
    size_t first = rows->count;
    for (size_t h = 0; h < run->plan->host_count; h++) {
        if (!is_problem[h])
            continue;
        size_t task = digest_host_task(run, grid, h);
        struct row *home = NULL;
        for (size_t r = first; r < rows->count && !home; r++) {
            size_t other = digest_host_task(run, grid, rows->items[r].hosts[0]);
            if (task != NO_TASK && other != NO_TASK ? is_same_trouble(run, task, other)
                                                    : task == other && is_same_fault(run, h, rows->items[r].hosts[0]))
                home = &rows->items[r];
        }
        if (!home) {
            home = add(rows, ROW_PROBLEM);
            home->depth = depth;
            home->step = task == NO_TASK ? SIZE_MAX : run->plan->tasks[task].step;
        }
        add_member(home, h);
    }
    return rows->count - first;
}

static const char *role_of(const struct run *run, size_t host)
{
    const struct strv *roles = &run->plan->hosts[host].host.roles;
    return roles->count ? roles->items[0] : N_("hosts");
}

static void add_groups(struct rows *rows, const struct rows_wish *wish, const struct run *run,
                       const struct grid *grid, const bool *is_problem, size_t problems)
{
    if (problems) {
        struct row *head = add(rows, ROW_GROUP);
        head->is_open = !wish->has_folded_problems;
        for (size_t h = 0; h < run->plan->host_count; h++)
            if (is_problem[h])
                add_member(head, h);
        if (head->is_open)
            add_problems(rows, run, grid, is_problem, 1);
    }
    bool *is_told = mem_new(run->plan->host_count, sizeof *is_told);
    for (size_t h = 0; h < run->plan->host_count; h++)
        is_told[h] = !is_wanted(wish, run, h);
    for (size_t h = 0; h < run->plan->host_count; h++) {
        if (is_told[h] || is_problem[h])
            continue;
        size_t at = rows->count;
        const char *role = role_of(run, h);
        struct row *head = add(rows, ROW_GROUP);
        head->role = role;
        head->is_open = strv_has(&wish->open_roles, role);
        for (size_t k = h; k < run->plan->host_count; k++)
            if (!is_problem[k] && !is_told[k] && !strcmp(role_of(run, k), role)) {
                is_told[k] = true;
                add_member(&rows->items[at], k);
            }
        for (size_t k = 0; rows->items[at].is_open && k < rows->items[at].host_count; k++)
            add_host(rows, rows->items[at].hosts[k], 1);
    }
    free(is_told);
}

void rows_make(struct rows *rows, const struct rows_wish *wish, const struct run *run,
               const struct grid *grid, uint64_t now_ms)
{
    const struct plan *plan = run->plan;
    *rows = (struct rows){0};
    bool *is_problem = mem_new(plan->host_count, sizeof *is_problem);
    size_t problems = 0;
    for (size_t h = 0; h < plan->host_count; h++)
        problems += is_problem[h] = is_wanted(wish, run, h) && digest_host_is_problem(run, grid, h, now_ms);
    if (wish->only_problems)
        add_problems(rows, run, grid, is_problem, 0);
    else if (wish->kind == ROWS_GROUPS)
        add_groups(rows, wish, run, grid, is_problem, problems);
    else if (wish->kind == ROWS_HOSTS)
        for (size_t h = 0; h < plan->host_count; h++) {
            if (is_wanted(wish, run, h))
                add_host(rows, h, 0);
        }
    else
        for (size_t s = 0; s < plan->step_count; s++) {
            struct row *row = add(rows, ROW_STEP);
            row->step = s;
            for (size_t h = 0; h < plan->host_count; h++)
                if (grid_task(grid, h, s) != NO_TASK)
                    add_member(row, h);
            if (row->host_count && (!wish->filter || !*wish->filter || match_in(plan->steps[s].id, wish->filter)))
                continue;
            free(row->hosts); /* a step for no host here isn't shown */
            rows->count--;
        }
    free(is_problem);
}

void rows_done(struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        free(rows->items[i].hosts);
    free(rows->items);
    *rows = (struct rows){0};
}

struct row_key row_key(const struct row *row)
{
    return (struct row_key){row->kind, row->host_count ? row->hosts[0] : SIZE_MAX, row->step, row->role};
}

static bool holds(const struct row *row, size_t host)
{
    for (size_t i = 0; i < row->host_count; i++)
        if (row->hosts[i] == host)
            return true;
    return false;
}

static bool is_row(const struct row *row, const struct row_key *key)
{
    if (row->kind != key->kind)
        return false;
    switch (key->kind) {
    case ROW_STEP:
        return row->step == key->step;
    case ROW_GROUP:
        return row->role == key->role || (row->role && key->role && !strcmp(row->role, key->role));
    case ROW_PROBLEM:
        return row->step == key->step && holds(row, key->host);
    default:
        return row->hosts[0] == key->host;
    }
}

size_t rows_find(const struct rows *rows, const struct row_key *key)
{
    for (size_t i = 0; i < rows->count; i++)
        if (is_row(&rows->items[i], key))
            return i;
    size_t found = SIZE_MAX; /* the closest that holds the host: members stand behind their group */
    for (size_t i = 0; i < rows->count; i++)
        if (key->host != SIZE_MAX && rows->items[i].kind != ROW_STEP && holds(&rows->items[i], key->host))
            found = i;
    return found;
}

size_t row_task(const struct row *row, const struct run *run, const struct grid *grid)
{
    if (row->kind == ROW_STEP)
        return digest_step_task(run, grid, row->step);
    if (row->kind == ROW_GROUP || !row->host_count)
        return NO_TASK;
    return digest_host_task(run, grid, row->hosts[0]);
}

size_t row_unreached(const struct row *row, const struct run *run)
{
    for (size_t i = 0; i < row->host_count; i++)
        if (run->hosts[row->hosts[i]].state == HOST_FAILED)
            return row->hosts[i];
    return SIZE_MAX;
}
