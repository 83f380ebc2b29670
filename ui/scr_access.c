/* Getting into the hosts: a line each, what they ask, why it failed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/access_row.h"
#include "ui/finder.h"
#include "ui/page.h"
#include "ui/screens.h"

#define DETAIL_ROWS 6      /* wanted for the focused host, its rule among them */
#define DETAIL_ROWS_LEAST 3
#define LIST_ROWS_LEAST 2
#define GAP 2

struct scr_access {
    struct page page;
    size_t focus, top, rows; /* of the list; in sight */
    struct finder finder;
    struct strv marked;      /* names */
    bool has_shell;
    size_t asked, failed;    /* as last told about in row 22 */
    bool was_busy;           /* when last drawn */
};

/* Columns of the table: where each begins. */
struct columns {
    int host, reached, key, login, sudo;
};

static size_t count_of(const struct view *view)
{
    const struct access *access = wizard_access(view->wizard);
    return access ? access_count(access) : 0;
}

static const char *name_of(const struct view *view, size_t host)
{
    return wizard_fleet(view->wizard)->items[host].name;
}

static const char *line_text(const void *context, size_t line)
{
    return name_of(context, line);
}

/* -- the table -- */

static struct columns layout(const struct view *view, int cols)
{
    struct columns c = {.host = 4};
    int longest = 14, spare = cols - 80;
    for (size_t i = 0; i < count_of(view); i++) {
        int width = text_width(name_of(view, i));
        longest = width > longest ? width : longest;
    }
    int host_max = spare < 0 ? 14 : 16 + spare / 2;
    int unit = spare < 0 ? 9 : 12;
    c.reached = c.host + (longest < host_max ? longest : host_max) + GAP;
    c.key = c.reached + unit;
    c.login = c.key + unit + (spare < 0 ? 0 : 1); /* "not accepted" */
    c.sudo = c.login + (spare < 0 ? 12 : 17 + (spare > 40 ? 10 : 0));
    return c;
}

static void draw_heads(struct canvas *canvas, int row, const struct columns *c)
{
    canvas_put_in(canvas, row, c->host, c->reached - c->host - 1, ROLE_DIM, _("HOST"));
    canvas_put_in(canvas, row, c->reached, c->key - c->reached - 1, ROLE_DIM, _("REACHED"));
    canvas_put_in(canvas, row, c->key, c->login - c->key - 1, ROLE_DIM, _("HOST KEY"));
    canvas_put_in(canvas, row, c->login, c->sudo - c->login - 1, ROLE_DIM, _("LOGIN"));
    canvas_put_in(canvas, row, c->sudo, canvas->cols - c->sudo - 1, ROLE_DIM, _("SUDO"));
}

/* That there are more hosts than these; is_alone: the row has nothing else. */
static void draw_part(const struct scr_access *s, struct canvas *canvas, int row, bool is_alone, const struct columns *c, size_t count)
{
    char text[80];
    snprintf(text, sizeof text, _("%zu-%zu of %zu"), s->top + 1, s->top + s->rows, count);
    if (is_alone || canvas->cols - 1 - text_width(text) > c->sudo + text_width(_("SUDO")))
        canvas_put_right(canvas, row, canvas->cols - 1, ROLE_DIM, text);
}

static enum text_role role_of(const struct access_row *row)
{
    return row->sign == TASK_FAILED ? ROLE_FAIL : row->sign == TASK_ASKS ? ROLE_TEXT : ROLE_DIM;
}

static void draw_line(const struct scr_access *s, const struct view *view, struct canvas *canvas, int at, size_t host, const struct columns *c)
{
    struct access_row row;
    access_row_make(view->wizard, host, &row);
    bool has_focus = host == s->focus && s->page.focus == PAGE_BODY;
    canvas_put(canvas, at, 2, look_role(row.sign), look_sign(&view->look, row.sign, view->phase));
    if (strv_has(&s->marked, name_of(view, host)))
        canvas_put(canvas, at, 3, ROLE_KEY, "#");
    canvas_put_in(canvas, at, c->host, c->reached - c->host - 1, ROLE_TEXT, name_of(view, host));
    canvas_put_in(canvas, at, c->reached, c->key - c->reached - 1, ROLE_TEXT, row.reached);
    canvas_put_in(canvas, at, c->key, c->login - c->key - 1, strcmp(row.key, _("CHANGED")) == 0 ? ROLE_FAIL : ROLE_TEXT, row.key);
    canvas_put_in(canvas, at, c->login, c->sudo - c->login - 1, ROLE_TEXT, row.login);
    canvas_put_in(canvas, at, c->sudo, canvas->cols - c->sudo - 1, row.sign == TASK_FAILED ? ROLE_FAIL : ROLE_TEXT, row.sudo);
    int from = *row.sudo ? -1 : *row.login ? c->sudo : *row.key ? c->login : *row.reached ? c->key : c->reached;
    if (from > 0 && *row.note)
        canvas_put_in(canvas, at, from, canvas->cols - from - 1, role_of(&row), row.note);
    if (has_focus) {
        canvas_put(canvas, at, 0, ROLE_FOCUS, ">");
        canvas_focus(canvas, at, 0, c->reached - 1);
    }
}

/* On one row where there is room, else on two. Returns the rows used. */
static int draw_sums(const struct view *view, struct canvas *canvas, int row)
{
    struct access_sums sums;
    struct buf text;
    access_sums_make(view->wizard, &sums);
    buf_init(&text, 400);
    access_sums_questions(&sums, &text);
    size_t failed = sums.failed + sums.refused;
    char asks[420] = "", fails[120] = "", ready[120];
    if (text.len)
        snprintf(asks, sizeof asks, _("To answer (*): %s"), buf_text(&text));
    if (failed)
        snprintf(fails, sizeof fails, ngettext("Failed (%s): %zu host", "Failed (%s): %zu hosts", failed), look_sign(&view->look, TASK_FAILED, -1), failed);
    if (sums.ready == count_of(view))
        snprintf(ready, sizeof ready, "%s", _("All hosts are reached."));
    else
        snprintf(ready, sizeof ready, _("Ready (%s): %zu of %zu"), look_sign(&view->look, TASK_OK, -1), sums.ready, count_of(view));
    buf_done(&text);
    int rest = text_width(fails) + (*fails ? 4 : 0) + text_width(ready), rows = 1;
    int col = *asks ? canvas_put_in(canvas, row, 2, canvas->cols - 3, ROLE_TEXT, asks) : 2;
    if (*asks) {
        col = 2 + text_width(asks) + 4;
        if (col + rest >= canvas->cols) {
            rows = 2;
            col = 2;
        }
    }
    if (*fails)
        col = canvas_put(canvas, row + rows - 1, col, ROLE_FAIL, fails) + 4;
    canvas_put(canvas, row + rows - 1, col, sums.ready == count_of(view) ? ROLE_OK : ROLE_DIM, ready);
    return rows;
}

/* -- the focused host -- */

struct detail {
    struct canvas *canvas;
    int row, last;
};

static void tell(struct detail *d, enum text_role role, const char *text)
{
    if (d->row <= d->last)
        d->row += canvas_wrap(d->canvas, d->row, 1, d->canvas->cols - 2, d->last - d->row + 1, role, text);
}

/* A server hangs up on who does not log in. */
static void tell_patience(struct detail *d, const struct view *view, size_t host)
{
    char time[LOOK_TIME_MAX], text[200];
    uint64_t left = wizard_answer_ms(view->wizard, host);
    if (!left)
        return;
    snprintf(text, sizeof text, _("Waits %s more for an answer, then fails; r asks anew."), look_duration(left, time));
    tell(d, ROLE_DIM, text);
}

static void tell_question(struct detail *d, const struct view *view, size_t host, size_t asker)
{
    const struct access_host *h = access_host(wizard_access(view->wizard), asker);
    char text[1200];
    if (h->ask.host && strcmp(h->ask.host, name_of(view, asker)) != 0) {
        snprintf(text, sizeof text, _("The jump host %s asks."), h->ask.host);
        tell(d, ROLE_TEXT, text);
    }
    if (h->ask.kind == ASK_HOST_KEY) {
        tell(d, ROLE_TEXT, _("The host key is new: no known_hosts file has an entry for this host."));
        snprintf(text, sizeof text, "  %s", h->ask.text);
        tell(d, ROLE_TEXT, text);
        tell(d, ROLE_TEXT, _("kwiz has sent nothing yet, neither user name nor key."));
        tell(d, ROLE_TEXT, _("Enter shows all new keys and how to compare them."));
        return;
    }
    if (h->asks_sudo)
        snprintf(text, sizeof text, _("sudo wants the password of %s."), *wizard_user(view->wizard, asker) ? wizard_user(view->wizard, asker) : _("the user"));
    else if (h->ask.kind == ASK_PASSPHRASE)
        snprintf(text, sizeof text, _("The passphrase of a key file is wanted: %s"), h->ask.text);
    else
        snprintf(text, sizeof text, _("The server asks: %s"), h->ask.text);
    tell(d, ROLE_TEXT, text);
    if (h->ask.attempt > 1) {
        snprintf(text, sizeof text, _("What was given before was wrong: this is try %u."), h->ask.attempt);
        tell(d, ROLE_WARN, text);
    }
    size_t *hosts = mem_new(count_of(view), sizeof *hosts), count = wizard_waiters(view->wizard, asker, hosts);
    snprintf(text, sizeof text, ngettext("%zu host waits for this answer. Enter gives it.", "%zu hosts wait for this answer. Enter gives it.", count), count);
    tell(d, ROLE_TEXT, text);
    if (asker != host) {
        snprintf(text, sizeof text, _("It is tried on %s first."), name_of(view, asker));
        tell(d, ROLE_TEXT, text);
    }
    free(hosts);
}

static void tell_failure(struct detail *d, const struct access_host *h)
{
    tell(d, ROLE_FAIL, *h->detail ? h->detail : _("It failed, and nothing was said about why."));
    if (h->fault && strcmp(h->fault, "host-key-changed") == 0)
        tell(d, ROLE_TEXT, _("kwiz does not go on with this host. Enter shows what can be done."));
    else
        tell(d, ROLE_TEXT, _("r tries again; Enter shows all of it, and can leave the host out."));
}

static void tell_host(struct detail *d, const struct view *view, size_t host)
{
    const struct access_host *h = access_host(wizard_access(view->wizard), host);
    size_t asker = wizard_asker(view->wizard, host), waits_for = contacts_waits_for(access_contacts(wizard_access(view->wizard)), host);
    struct access_row row;
    access_row_make(view->wizard, host, &row);
    if (asker != CONTACTS_NONE) {
        tell_question(d, view, host, asker);
        tell_patience(d, view, host);
    } else if (h->state == ACCESS_FAILED || h->root == ROOT_REFUSED)
        tell_failure(d, h);
    else if (h->state == ACCESS_IDLE)
        tell(d, ROLE_DIM, _("Nothing was tried yet: r connects."));
    else if (waits_for != CONTACTS_NONE) {
        char text[200];
        snprintf(text, sizeof text, _("Waits for what is being tried on %s."), name_of(view, waits_for));
        tell(d, ROLE_TEXT, text);
    } else if (h->state < ACCESS_MEASURING)
        tell(d, ROLE_TEXT, *row.note ? row.note : *h->stage ? h->stage : row.sudo);
    else {
        tell(d, ROLE_OK, _("Reached, and kwiz can go on here."));
        if (h->was_key_accepted)
            tell(d, ROLE_TEXT, _("Its new host key was accepted, and is named in the answers."));
        if (h->fault && *h->detail)
            tell(d, ROLE_WARN, h->detail);
        if (*h->facts_fault)
            tell(d, ROLE_WARN, h->facts_fault);
    }
}

/* Rows that it wants, its rule among them. */
static int measure_detail(const struct scr_access *s, const struct view *view, const struct canvas *canvas)
{
    struct canvas *sheet = canvas_new(canvas->rows, canvas->cols);
    struct detail d = {sheet, 0, canvas->rows - 1};
    tell_host(&d, view, s->focus);
    canvas_free(&sheet);
    return d.row + 1;
}

static void draw_detail(const struct scr_access *s, const struct view *view, struct canvas *canvas, int row)
{
    struct detail d = {canvas, row + 1, page_last(canvas)};
    char *route = wizard_route(view->wizard, s->focus);
    canvas_rule(canvas, row, view->look.line, name_of(view, s->focus), route);
    free(route);
    tell_host(&d, view, s->focus);
}

/* What is new since it was last told: nobody has to search the list for it. */
static void tell_news(struct scr_access *s, struct view *view)
{
    size_t asked = 0, failed = 0, asks_last = 0, failed_last = 0;
    bool is_busy = access_is_busy(wizard_access(view->wizard));
    for (size_t i = 0; i < count_of(view); i++) {
        const struct access_host *h = access_host(wizard_access(view->wizard), i);
        if (h->asks)
            asked++, asks_last = i;
        if (h->state == ACCESS_FAILED || h->root == ROOT_REFUSED)
            failed++, failed_last = i;
    }
    if (failed > s->failed)
        view_say(view, ROLE_FAIL, "%s: %s", name_of(view, failed_last), access_host(wizard_access(view->wizard), failed_last)->detail);
    else if (asked > s->asked)
        view_say(view, ROLE_TEXT, _("%s asks something: Enter answers."), name_of(view, asks_last));
    else if (s->was_busy && !is_busy && view->message_role == ROLE_TEXT)
        *view->message = '\0'; /* what it says is being done is done */
    s->was_busy = is_busy;
    s->asked = asked;
    s->failed = failed;
}

/* The detail gets what it wants, as long as some hosts stay in sight. Its least height keeps the rest from jumping when the focus moves. */
static void draw_body(struct scr_access *s, const struct view *view, struct canvas *canvas, size_t count)
{
    int first = page_first(canvas), body = page_last(canvas) - first + 1, gap = body >= 14, sums = canvas->cols >= 100 ? 1 : 2;
    int least = body >= 14 ? DETAIL_ROWS : DETAIL_ROWS_LEAST, wanted = measure_detail(s, view, canvas);
    int most = body - 1 - sums - 2 * gap - LIST_ROWS_LEAST, detail = wanted > least ? wanted : least;
    int list = body - 1 - sums - 2 * gap - (detail < most ? detail : most);
    struct columns c = layout(view, canvas->cols);
    s->rows = (size_t)(list < LIST_ROWS_LEAST ? LIST_ROWS_LEAST : list);
    s->rows = count < s->rows ? count : s->rows;
    s->top = page_scroll(s->top, s->focus, count, s->rows);
    draw_heads(canvas, first, &c);
    if (s->rows < count)
        draw_part(s, canvas, gap ? first + 1 + (int)s->rows : first, gap, &c, count);
    for (size_t i = 0; i < s->rows && s->top + i < count; i++)
        draw_line(s, view, canvas, first + 1 + (int)i, s->top + i, &c);
    int row = first + 1 + (int)s->rows + gap;
    row += draw_sums(view, canvas, row) + gap;
    draw_detail(s, view, canvas, row);
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_access *s = (struct scr_access *)screen;
    size_t count = count_of(view);
    s->focus = count && s->focus >= count ? count - 1 : s->focus;
    s->has_shell = view->wizard_actions->shell != NULL;
    if (view->top == screen && count)
        tell_news(s, view);
    page_draw(&s->page, view, canvas, _("kwiz logs in to all hosts and tries sudo on each."),
              _("Nothing is changed. Passwords stay in memory only."));
    if (count)
        draw_body(s, view, canvas, count);
    finder_draw(&s->finder, canvas, canvas->rows - 3);
}

/* -- keys -- */

/* Another host that asks, the next below; SIZE_MAX: none. */
static size_t next_asking(const struct scr_access *s, const struct view *view)
{
    size_t count = count_of(view);
    for (size_t i = 1; i < count; i++)
        if (wizard_asker(view->wizard, (s->focus + i) % count) != CONTACTS_NONE)
            return (s->focus + i) % count;
    return SIZE_MAX;
}

static void answer(struct scr_access *s, struct view *view)
{
    const struct access *access = wizard_access(view->wizard);
    size_t asker = wizard_asker(view->wizard, s->focus);
    const struct access_host *h = access_host(access, s->focus);
    size_t other = asker == CONTACTS_NONE && h->state != ACCESS_FAILED && h->root != ROOT_REFUSED ? next_asking(s, view) : SIZE_MAX;
    if (other != SIZE_MAX) { /* Enter answers what is to answer, wherever the focus is */
        s->focus = other;
        asker = wizard_asker(view->wizard, other);
    }
    if (asker != CONTACTS_NONE)
        *view->message = '\0'; /* it told to come here */
    if (asker != CONTACTS_NONE && access_host(access, asker)->ask.kind == ASK_HOST_KEY)
        view_push(view, scr_host_keys_new(view));
    else if (asker != CONTACTS_NONE)
        view_push(view, scr_credential_new(view, asker));
    else if (h->state == ACCESS_FAILED || h->root == ROOT_REFUSED)
        view_push(view, scr_reason_new(view, s->focus));
    else
        view_say(view, ROLE_TEXT, _("%s asks nothing."), name_of(view, s->focus));
}

static void again(struct scr_access *s, struct view *view)
{
    struct access *access = wizard_access(view->wizard);
    const struct access_host *h = access_host(access, s->focus);
    if (h->state != ACCESS_FAILED && h->state != ACCESS_IDLE && h->root != ROOT_REFUSED) {
        view_say(view, ROLE_TEXT, _("%s has not failed: nothing to try again."), name_of(view, s->focus));
        return;
    }
    access_again(access, s->focus);
    view_say(view, ROLE_TEXT, _("%s is tried again."), name_of(view, s->focus));
}

static void again_all(struct view *view)
{
    size_t count = wizard_again_all(view->wizard);
    if (count)
        view_say(view, ROLE_TEXT, ngettext("%zu host is tried again.", "%zu hosts are tried again.", count), count);
    else
        view_say(view, ROLE_TEXT, "%s", _("No host has failed."));
}

static void shell(struct scr_access *s, struct view *view)
{
    const struct fleet *fleet = wizard_fleet(view->wizard);
    struct err err = ERR_INIT;
    if (!view->wizard_actions->shell)
        view_say(view, ROLE_WARN, "%s", _("There is no shell to be had here."));
    else if (!view->wizard_actions->shell(view->wizard_actions->context, &fleet->items[s->focus], &fleet->ssh, &err))
        view_say(view, ROLE_FAIL, "%s", err.text);
}

/* The host, how it is reached, and what it shows or why it failed: for whoever can tell whether that is right. */
static void copy(const struct scr_access *s, struct view *view)
{
    const struct access_host *h = access_host(wizard_access(view->wizard), s->focus);
    char *route = wizard_route(view->wizard, s->focus);
    struct buf text;
    buf_init(&text, 8192);
    buf_addf(&text, "%s: %s\n", name_of(view, s->focus), route);
    if (h->asks)
        buf_addf(&text, "%s\n", h->ask.text);
    else if (h->was_key_accepted)
        buf_addf(&text, "%s\n", h->fingerprint);
    if (*h->detail)
        buf_addf(&text, "%s\n", h->detail);
    if (*h->facts_fault)
        buf_addf(&text, "%s\n", h->facts_fault);
    view_copy(view, buf_take(&text));
    free(route);
}

/* On all that are marked, else on the one in focus. */
static void sudo_user(struct scr_access *s, struct view *view)
{
    size_t count = 0, *hosts = mem_new(count_of(view), sizeof *hosts);
    for (size_t i = 0; i < count_of(view); i++)
        if (strv_has(&s->marked, name_of(view, i)))
            hosts[count++] = i;
    if (!count)
        hosts[count++] = s->focus;
    view_push(view, scr_sudo_user_new(view, hosts, count));
    free(hosts);
}

static void mark(struct scr_access *s, struct view *view)
{
    const char *name = name_of(view, s->focus);
    struct strv left = {0};
    bool was = strv_has(&s->marked, name);
    for (size_t i = 0; i < s->marked.count; i++)
        if (strcmp(s->marked.items[i], name) != 0)
            strv_add(&left, s->marked.items[i]);
    if (!was)
        strv_add(&left, name);
    strv_done(&s->marked);
    s->marked = left;
    s->focus += s->focus + 1 < count_of(view);
}

static void act_on_host(struct scr_access *s, struct view *view, enum action action)
{
    switch (action) {
    case ACT_OPEN:
        answer(s, view);
        break;
    case ACT_AGAIN:
        again(s, view);
        break;
    case ACT_AGAIN_ALL:
        again_all(view);
        break;
    case ACT_MARK:
        mark(s, view);
        break;
    case ACT_SUDO_USER:
        sudo_user(s, view);
        break;
    case ACT_SHELL:
        shell(s, view);
        break;
    case ACT_COPY:
        copy(s, view);
        break;
    default:
        break;
    }
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_access *s = (struct scr_access *)screen;
    size_t count = count_of(view);
    if (page_act(&s->page, view, action) || !count)
        return;
    s->page.focus = PAGE_BODY;
    if (!page_move(&s->focus, count, s->rows, action) && !finder_act(&s->finder, view, action, &s->focus, count, line_text, view))
        act_on_host(s, view, action);
}

static bool type(struct screen *screen, struct view *view, struct key key)
{
    struct scr_access *s = (struct scr_access *)screen;
    return finder_type(&s->finder, view, key, &s->focus, count_of(view), line_text, view);
}

static bool paste(struct screen *screen, struct view *view, const char *text, size_t len)
{
    struct scr_access *s = (struct scr_access *)screen;
    (void)view;
    return finder_paste(&s->finder, text, len);
}

/* The first one that wants something has the focus when the page is opened. */
static void enter(struct screen *screen, struct view *view)
{
    struct scr_access *s = (struct scr_access *)screen;
    s->asked = s->failed = 0;
    s->focus = s->focus < count_of(view) ? s->focus : 0;
}

static bool moves(const struct screen *screen, const struct view *view)
{
    const struct access *access = wizard_access(view->wizard);
    (void)screen;
    for (size_t i = 0; access && i < access_count(access); i++) {
        enum access_state state = access_host(access, i)->state; /* asking, too: the time for an answer runs */
        if (state == ACCESS_CONNECTING || state == ACCESS_ROOT || state == ACCESS_PERFORMING)
            return true;
    }
    return false;
}

static const char *name(void)
{
    return section_name(SECTION_ACCESS);
}

static const char *help(void)
{
    return _("All hosts are reached at once, through jump hosts where they are named, with your SSH settings (ssh_config, agent, key files). A new host key "
             "and a password are asked for when you press Enter on a line that has *; nothing asks by itself. A password is tried on one host first, and "
             "given to the others when it was right there. r tries a host again, R all that failed. Nothing is changed on a host here.");
}

static void done(struct screen *screen)
{
    struct scr_access *s = (struct scr_access *)screen;
    finder_done(&s->finder);
    strv_done(&s->marked);
    page_done(&s->page);
    free(s);
}

static const struct screen_ops ops = {.place = PLACE_ACCESS, .name = name, .draw = draw, .act = act, .type = type, .paste = paste,
                                      .help = help, .enter = enter, .moves = moves, .free = done};

static bool hides_shell(const struct page *page, enum action action)
{
    return action == ACT_SHELL && !((const struct scr_access *)page)->has_shell;
}

struct screen *scr_access_new(struct view *view)
{
    struct scr_access *s = mem_new(1, sizeof *s);
    s->page.hides = hides_shell;
    s->page.screen.ops = &ops;
    s->page.section = SECTION_ACCESS;
    (void)view;
    return &s->page.screen;
}
