#include "ui/run_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

#define NAME_MAX_WIDTH 24
#define WIDE_COLS 110
/* Columns for NOW and TIME/LIMIT that signs of steps may not take. */
#define NOW_LEAST 40
#define NOW_LEAST_GROUPS 26

static int widest(int width, const char *text)
{
    int w = text_width(text);
    return w > width ? w : width;
}

static const char *first_role(const struct view *view, size_t host)
{
    const struct strv *roles = &view->run->plan->hosts[host].host.roles;
    return roles->count ? roles->items[0] : "";
}

/* Which signs are shown when not all steps fit: from the first that isn't over everywhere, as far to the left
 * as there is room. */
static void choose_steps(struct run_list *list, int room)
{
    const struct run *run = list->view->run;
    size_t all = run->plan->step_count, fit = room > 8 ? (size_t)room : 8;
    list->shown_steps = all < fit ? all : fit;
    list->first_step = 0;
    size_t open = 0;
    while (open < all) {
        bool is_open = false;
        for (size_t h = 0; h < run->plan->host_count && !is_open; h++) {
            size_t task = grid_task(&list->view->grid, h, open);
            is_open = task != NO_TASK && !task_state_is_done(run->tasks[task].state);
        }
        if (is_open)
            break;
        open++;
    }
    if (all > fit)
        list->first_step = open + fit <= all ? open : all - fit;
}

static void steps_head(const struct run_list *list, char *out, size_t size)
{
    snprintf(out, size, _("STEPS %zu-%zu"), list->first_step + 1, list->first_step + list->shown_steps);
}

void run_list_init(struct run_list *list, const struct view *view, const struct rows *rows,
                   const struct rows_wish *wish, int cols)
{
    const struct plan *plan = view->run->plan;
    *list = (struct run_list){
        .view = view, .name = 2, .kind = wish->kind, .only_problems = wish->only_problems, .end = cols - 2};
    bool is_hosts = wish->kind == ROWS_HOSTS && !wish->only_problems;
    list->is_wide = cols >= WIDE_COLS && is_hosts;
    if (wish->kind == ROWS_STEPS && !wish->only_problems) {
        for (size_t s = 0; s < plan->step_count; s++)
            list->name_width = widest(list->name_width, plan->steps[s].id);
        list->name_width =
            (list->name_width > NAME_MAX_WIDTH ? NAME_MAX_WIDTH : list->name_width) + 3; /* with its number */
        return;
    }
    list->name_width = is_hosts ? widest(4, _("HOST")) : NAME_MAX_WIDTH - 2;
    for (size_t i = 0; i < rows->count && is_hosts; i++)
        list->name_width = widest(list->name_width, plan->hosts[rows->items[i].hosts[0]].host.name);
    if (list->name_width > NAME_MAX_WIDTH)
        list->name_width = NAME_MAX_WIDTH;
    int col = list->name + list->name_width + 2;
    if (list->is_wide) {
        for (size_t h = 0; h < plan->host_count; h++) {
            list->address_width = widest(list->address_width, plan->hosts[h].host.address);
            list->role_width = widest(list->role_width, first_role(view, h));
        }
        list->address_width = list->address_width > 20 ? 20 : widest(list->address_width, _("ADDRESS"));
        list->role_width = list->role_width > 16 ? 16 : widest(list->role_width, _("ROLE"));
        list->address = col;
        list->role = list->address + list->address_width + 2;
        col = list->role + list->role_width + 2;
    }
    if (!is_hosts) {
        list->count = col + 3;
        col = list->count + 2;
    }
    list->steps = col;
    choose_steps(list, cols - col - (is_hosts ? NOW_LEAST : NOW_LEAST_GROUPS));
    char head[64];
    steps_head(list, head, sizeof head);
    list->steps_width = widest((int)list->shown_steps, head);
    list->now = list->steps + list->steps_width + 2;
}

/* A step's STATE is a word on one host, and counts on several. */
static int state_width(const struct run_list *list)
{
    return list->view->run->plan->host_count == 1 ? 17 : 22;
}

static void step_heads(const struct run_list *list, struct canvas *canvas, int line)
{
    canvas_put(canvas, line, list->name, ROLE_DIM, _("STEP"));
    int col = list->name + list->name_width + 2;
    canvas_put(canvas, line, col, ROLE_DIM, _("STATE"));
    canvas_put(canvas, line, col + state_width(list), ROLE_DIM, _("WHAT"));
    canvas_put_right(canvas, line, list->end, ROLE_DIM, _("TIME/LIMIT"));
}

void run_list_heads(const struct run_list *list, struct canvas *canvas, int line)
{
    char head[64];
    if (list->kind == ROWS_STEPS && !list->only_problems) {
        step_heads(list, canvas, line);
        return;
    }
    bool is_hosts = !list->count;
    canvas_put(canvas, line, list->name, ROLE_DIM, is_hosts ? _("HOST") : _("HOSTS"));
    if (list->is_wide) {
        canvas_put(canvas, line, list->address, ROLE_DIM, _("ADDRESS"));
        canvas_put(canvas, line, list->role, ROLE_DIM, _("ROLE"));
    }
    if (!is_hosts)
        canvas_put_right(canvas, line, list->count, ROLE_DIM, _("N"));
    steps_head(list, head, sizeof head);
    canvas_put(canvas, line, list->steps, ROLE_DIM, head);
    canvas_put(canvas, line, list->now, ROLE_DIM, _("NOW"));
    if (list->is_wide) {
        canvas_put_right(canvas, line, list->end, ROLE_DIM, _("QUIET"));
        canvas_put_right(canvas, line, list->end - 22, ROLE_DIM, _("DONE"));
    }
    canvas_put_right(canvas, line, list->is_wide ? list->end - 8 : list->end, ROLE_DIM, _("TIME/LIMIT"));
}

static void put_sign(const struct run_list *list, struct canvas *canvas, int line, size_t step,
                     enum task_state state)
{
    canvas_put(canvas, line, list->steps + (int)(step - list->first_step), look_role(state),
               look_sign(&list->view->look, state, list->view->phase));
}

/* A group's sign: what runs first, then what waits, then what is over. */
static int gravity(enum task_state state)
{
    static const int order[TASK_STATE_COUNT] = {
        [TASK_ASKS] = 9,   [TASK_FAILED] = 8,    [TASK_LOST] = 7, [TASK_RUNNING] = 6, [TASK_PENDING] = 5,
        [TASK_WARNED] = 4, [TASK_CANCELLED] = 3, [TASK_OK] = 2,   [TASK_SKIPPED] = 1, [TASK_UNCHANGED] = 0};
    return order[state];
}

static void put_signs(const struct run_list *list, struct canvas *canvas, int line, const struct row *row)
{
    for (size_t s = list->first_step; s < list->first_step + list->shown_steps; s++) {
        bool is_there = false;
        enum task_state worst = TASK_UNCHANGED;
        for (size_t i = 0; i < row->host_count; i++) {
            size_t task = grid_task(&list->view->grid, row->hosts[i], s);
            if (task == NO_TASK)
                continue;
            enum task_state state = list->view->run->tasks[task].state;
            if (!is_there || gravity(state) > gravity(worst))
                worst = state;
            is_there = true;
        }
        if (is_there)
            put_sign(list, canvas, line, s, worst);
    }
}

/* Columns of figures at the right of a wide line. Returns where NOW has to end. */
static int put_figures(const struct run_list *list, struct canvas *canvas, int line, size_t host,
                       const char *time, enum text_role role)
{
    const struct view *view = list->view;
    if (!list->is_wide)
        return *time ? canvas_put_right(canvas, line, list->end, role, time) - 2 : list->end;
    char a[LOOK_TIME_MAX];
    size_t task = digest_host_task(view->run, &view->grid, host);
    const struct run_task *t = task == NO_TASK ? NULL : &view->run->tasks[task];
    if (*time)
        canvas_put_right(canvas, line, list->end - 8, role, time);
    if (!t || t->state != TASK_RUNNING)
        return *time ? list->end - 24 : list->end;
    if (t->percent >= 0) {
        snprintf(a, sizeof a, "%d%%", t->percent);
        canvas_put_right(canvas, line, list->end - 22, role, a);
    }
    uint64_t last = t->output_ms > t->started_ms ? t->output_ms : t->started_ms;
    if (last && view->now_ms > last) {
        bool is_quiet = view->now_ms - last >= QUIET_SHOWN_MS;
        canvas_put_right(canvas, line, list->end, is_quiet ? ROLE_WARN : ROLE_TEXT,
                         look_duration(view->now_ms - last, a));
    }
    return list->end - 28;
}

static void put_host(const struct run_list *list, struct canvas *canvas, int line, const struct row *row)
{
    const struct view *view = list->view;
    size_t host = row->hosts[0];
    if (list->is_wide) {
        canvas_put_in(canvas, line, list->address, list->address_width, ROLE_TEXT,
                      view->run->plan->hosts[host].host.address);
        canvas_put_in(canvas, line, list->role, list->role_width, ROLE_TEXT, first_role(view, host));
    }
    if (list->count)
        canvas_put_right(canvas, line, list->count, ROLE_TEXT, "1");
    put_signs(list, canvas, line, row);
    struct buf now, time;
    buf_init(&now, 4096);
    buf_init(&time, 64);
    enum text_role role = digest_host_now(view->run, &view->grid, host, view->now_ms, list->is_wide, &now, &time);
    int end = put_figures(list, canvas, line, host, buf_text(&time), role);
    canvas_put_in(canvas, line, list->now, end - list->now, role, buf_text(&now));
    buf_done(&now);
    buf_done(&time);
}

static void put_group_now(const struct run_list *list, struct canvas *canvas, int line, const struct row *row)
{
    const struct view *view = list->view;
    size_t running = 0, done = 0, step = 0, best = 0;
    for (size_t s = 0; s < view->run->plan->step_count; s++) {
        size_t here = 0;
        for (size_t i = 0; i < row->host_count; i++) {
            size_t task = grid_task(&view->grid, row->hosts[i], s);
            here += task != NO_TASK && view->run->tasks[task].state == TASK_RUNNING;
        }
        running += here;
        if (here > best) {
            best = here;
            step = s;
        }
    }
    for (size_t i = 0; i < row->host_count; i++) {
        bool is_done = true;
        for (size_t s = 0; s < view->run->plan->step_count; s++) {
            size_t task = grid_task(&view->grid, row->hosts[i], s);
            is_done = is_done && (task == NO_TASK || task_state_is_final(view->run->tasks[task].state));
        }
        done += is_done;
    }
    struct buf text;
    buf_init(&text, 512);
    if (best)
        buf_addf(&text, _("%zu at %zu %s"), best, step + 1, view->run->plan->steps[step].id);
    if (running > best)
        buf_addf(&text, _(", %zu at others"), running - best);
    if (done)
        buf_addf(&text, _("%s%zu done"), text.len ? ", " : "", done);
    canvas_put_in(canvas, line, list->now, list->end - list->now, ROLE_TEXT, buf_text(&text));
    buf_done(&text);
}

static int put_name(const struct run_list *list, struct canvas *canvas, int line, const struct row *row)
{
    const struct plan *plan = list->view->run->plan;
    int col = list->name + 4 * row->depth, width = list->name_width - 4 * row->depth;
    struct buf name;
    buf_init(&name, 1 << 16);
    if (row->kind == ROW_STEP)
        buf_addf(&name, "%2zu %s", row->step + 1, plan->steps[row->step].id);
    else if (row->kind == ROW_GROUP)
        buf_addf(&name, "[%s] %s", row->is_open ? "-" : "+", row->role ? row->role : _("problems"));
    else
        digest_hosts(list->view->run, row->hosts, row->host_count, width, &name);
    int end = canvas_put_in(canvas, line, col, width, ROLE_TEXT, buf_text(&name));
    buf_done(&name);
    return end;
}

static void put_step(const struct run_list *list, struct canvas *canvas, int line, const struct row *row)
{
    const struct view *view = list->view;
    const struct plan_step *step = &view->run->plan->steps[row->step];
    size_t task = digest_step_task(view->run, &view->grid, row->step);
    const struct run_task *t = task == NO_TASK ? NULL : &view->run->tasks[task];
    char a[LOOK_TIME_MAX], b[LOOK_TIME_MAX];
    struct buf text;
    buf_init(&text, 1024);
    int col = list->name + list->name_width + 2, end = list->end;
    enum text_role role = run_step_states(view, row->step, &text);
    if (row->host_count == 1) {
        enum task_state state = t ? t->state : TASK_PENDING;
        canvas_put(canvas, line, col, role, look_sign(&view->look, state, view->phase));
        buf_clear(&text);
        buf_adds(&text, look_word(state));
        if (state == TASK_RUNNING && t->percent >= 0)
            buf_addf(&text, "  %d%%", t->percent);
        canvas_put_in(canvas, line, col + 2, state_width(list) - 3, role, buf_text(&text));
    } else {
        canvas_put_in(canvas, line, col, state_width(list) - 2, role, buf_text(&text));
    }
    uint64_t took = run_step_ms(view, row->step);
    if (t && t->state == TASK_RUNNING) {
        buf_clear(&text);
        buf_addf(&text, "%s/%s", look_duration(took, a), look_duration(step->timeout_ms, b));
        end = canvas_put_right(canvas, line, end, ROLE_TEXT, buf_text(&text)) - 2;
    } else if (took) {
        end = canvas_put_right(canvas, line, end, ROLE_DIM, look_duration(took, a)) - 2;
    }
    buf_clear(&text);
    if (t && (t->state == TASK_FAILED || t->state == TASK_ASKS))
        digest_failure(t, &text);
    else if (t && t->state == TASK_RUNNING && digest_quiet_ms(t, view->now_ms))
        buf_addf(&text, _("quiet %s"), look_duration(digest_quiet_ms(t, view->now_ms), a));
    else if (t && t->state == TASK_RUNNING && *t->progress)
        buf_adds(&text, t->progress);
    else
        buf_adds(&text, plan_step_shown(step));
    col += state_width(list);
    canvas_put_in(canvas, line, col, end - col, t && t->state == TASK_FAILED ? ROLE_FAIL : ROLE_TEXT,
                  buf_text(&text));
    buf_done(&text);
}

void run_list_row(const struct run_list *list, struct canvas *canvas, int line, const struct row *row,
                  bool has_focus)
{
    char count[24];
    int end = put_name(list, canvas, line, row);
    switch (row->kind) {
    case ROW_STEP:
        put_step(list, canvas, line, row);
        break;
    case ROW_HOST:
    case ROW_PROBLEM:
        put_host(list, canvas, line, row);
        break;
    case ROW_GROUP:
        if (row->role) {
            put_signs(list, canvas, line, row);
            put_group_now(list, canvas, line, row);
        }
        break;
    }
    if (list->count && row->kind != ROW_HOST) {
        canvas_put_right(canvas, line, list->count, ROLE_TEXT, "    ");
        snprintf(count, sizeof count, "%zu", row->host_count);
        canvas_put_right(canvas, line, list->count, ROLE_TEXT, count);
    }
    if (has_focus) {
        canvas_put(canvas, line, 0, ROLE_FOCUS, ">");
        canvas_focus(canvas, line, list->name + 4 * row->depth, end - list->name - 4 * row->depth);
    }
}

enum text_role run_step_states(const struct view *view, size_t step, struct buf *out)
{
    static const enum task_state order[] = {TASK_FAILED,    TASK_ASKS,   TASK_LOST, TASK_RUNNING,
                                            TASK_PENDING,   TASK_WARNED, TASK_OK,   TASK_UNCHANGED,
                                            TASK_CANCELLED, TASK_SKIPPED};
    size_t counts[TASK_STATE_COUNT] = {0};
    for (size_t h = 0; h < view->run->plan->host_count; h++) {
        size_t task = grid_task(&view->grid, h, step);
        if (task != NO_TASK)
            counts[view->run->tasks[task].state]++;
    }
    enum text_role role = ROLE_DIM;
    bool is_first = true;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        if (!counts[order[i]])
            continue;
        buf_addf(out, "%s%zu %s", is_first ? "" : " ", counts[order[i]], look_word(order[i]));
        if (is_first)
            role = look_role(order[i]);
        is_first = false;
    }
    return role;
}

uint64_t run_step_ms(const struct view *view, size_t step)
{
    uint64_t most = 0;
    for (size_t h = 0; h < view->run->plan->host_count; h++) {
        size_t task = grid_task(&view->grid, h, step);
        const struct run_task *t = task == NO_TASK ? NULL : &view->run->tasks[task];
        if (!t || !t->started_ms || t->state == TASK_PENDING)
            continue;
        uint64_t end = t->ended_ms && t->state != TASK_RUNNING ? t->ended_ms : view->now_ms;
        uint64_t took = end > t->started_ms ? end - t->started_ms : 0;
        most = took > most ? took : most;
    }
    return most;
}
