/* New host keys: read, compared with what is known from elsewhere, accepted one by one or all. The list is the one that the band was opened with; a key
 * that changed since then is not accepted. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "transport/fingerprint.h"
#include "ui/band.h"
#include "ui/screens.h"

enum mark { MARK_NONE, MARK_EQUAL, MARK_OTHER };
enum focus { ON_NOT_NOW, ON_THIS, ON_ALL, BUTTONS, ON_LIST = BUTTONS };
#define FOCUSES 4

/* A key as it was shown when the band was opened. */
struct shown_key {
    size_t host;
    char *name, *address, *shown; /* owned; shown: type and fingerprint */
    const char *fingerprint;      /* in shown */
    unsigned port;
    enum mark mark;
    bool is_accepted;
};

struct scr_host_keys {
    struct screen screen;
    struct shown_key *keys; /* owned */
    size_t count, at, top, rows; /* entries; rows: in sight */
    int focus;
};

static bool is_open(const struct view *view, const struct shown_key *key)
{
    const struct fleet *fleet = wizard_fleet(view->wizard);
    return !key->is_accepted && key->host < fleet->count && wizard_shows_key(view->wizard, key->host, key->shown);
}

static size_t count_open(const struct scr_host_keys *s, const struct view *view)
{
    size_t count = 0;
    for (size_t i = 0; i < s->count; i++)
        count += is_open(view, &s->keys[i]);
    return count;
}

/* -- drawing -- */

/* As OpenSSH calls it when it shows a fingerprint. */
static const char *short_type(const struct shown_key *key)
{
    static const struct {
        const char *begins, *is;
    } names[] = {{"ssh-ed25519", "ED25519"}, {"ecdsa-", "ECDSA"}, {"ssh-rsa", "RSA"}, {"rsa-", "RSA"}, {"ssh-dss", "DSA"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(key->shown, names[i].begins, strlen(names[i].begins)) == 0)
            return names[i].is;
    return "";
}

static void draw_key(const struct scr_host_keys *s, const struct view *view, struct canvas *canvas, int row, size_t at)
{
    const struct shown_key *k = &s->keys[at];
    static const char *const words[] = {N_("not compared"), N_("equal to what you pasted"), N_("NOT what you pasted")};
    bool open = is_open(view, k);
    enum task_state sign = k->is_accepted || k->mark == MARK_EQUAL ? TASK_OK : k->mark == MARK_OTHER ? TASK_FAILED : open ? TASK_ASKS : TASK_SKIPPED;
    const char *state = k->is_accepted ? _("accepted") : open ? _(words[k->mark]) : _("is not asked for any more");
    canvas_put(canvas, row, 2, look_role(sign), look_sign(&view->look, sign, -1));
    int name_width = canvas->cols >= 80 ? 16 + (canvas->cols - 80) / 4 : 14, address_width = canvas->cols >= 80 ? 15 : 12;
    canvas_put_in(canvas, row, 4, name_width, ROLE_TEXT, k->name);
    canvas_put_in(canvas, row, 5 + name_width, address_width, ROLE_TEXT, k->address);
    int col = 6 + name_width + address_width;
    canvas_put_in(canvas, row, col, 8, ROLE_TEXT, short_type(k));
    col += 9;
    canvas_put_in(canvas, row, col, canvas->cols - col - 1, look_role(sign) == ROLE_FOCUS ? ROLE_TEXT : look_role(sign), state);
    canvas_put_in(canvas, row + 1, 6, canvas->cols - 7, ROLE_TEXT, k->fingerprint);
    if (at == s->at && s->focus == ON_LIST) {
        canvas_put(canvas, row, 0, ROLE_FOCUS, ">");
        canvas_focus(canvas, row, 0, 4 + name_width);
    }
}

static int draw_advice(const struct view *view, struct canvas *canvas, int row)
{
    (void)view;
    if (canvas->rows >= 20) {
        row = band_text(canvas, row, ROLE_TEXT, _("Compare each with what the host itself shows, on its console:"));
        row = band_text(canvas, row, ROLE_KEY, "  ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub");
    }
    row = band_text(canvas, row, ROLE_TEXT, _("Or paste fingerprints or known_hosts lines here; kwiz compares them."));
    return canvas->rows >= 20 ? row + 1 : row;
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_host_keys *s = (struct scr_host_keys *)screen;
    size_t open = count_open(s, view);
    char *title = mem_printf(ngettext("%zu new host key", "%zu new host keys", s->count), s->count);
    char *remark = s->count > 1 ? mem_printf(_("%zu of %zu"), s->at + 1, s->count) : NULL;
    int row = draw_advice(view, canvas, band_begin(view, canvas, title, remark));
    int notes = canvas->rows >= 22 ? 3 : 0;
    int room = band_last(canvas) - row + 1 - notes;
    s->rows = (size_t)(room >= 2 ? room / 2 : 1);
    s->top = page_scroll(s->top, s->at, s->count, s->rows);
    for (size_t i = s->top; i < s->count && i < s->top + s->rows; i++, row += 2)
        draw_key(s, view, canvas, row, i);
    if (notes) {
        row = band_text(canvas, row + 1, ROLE_DIM, _("Accepted keys go into your known_hosts file, and are named in the answers."));
        row = band_text(canvas, row, ROLE_DIM, _("A host that you don't accept stays out; nothing has been sent to it."));
    }
    char *this = text_width(s->keys[s->at].name) <= 24 ? mem_printf(_("Accept %s"), s->keys[s->at].name) : mem_strdup(_("Accept this")), *all = mem_printf(_("Accept all %zu"), open);
    const struct button buttons[] = {{_("Not now"), false}, {this, !is_open(view, &s->keys[s->at])}, {all, open < 2}};
    band_end(view, canvas, row - 1, buttons, BUTTONS, s->focus < BUTTONS ? s->focus : -1);
    free(this);
    free(all);
    free(remark);
    free(title);
}

/* -- comparing -- */

static const char *type_end(const struct shown_key *key)
{
    return key->fingerprint > key->shown ? key->fingerprint - 1 : key->shown;
}

/* A key of another type of the same host says nothing about this one. */
static bool is_of_type(const struct shown_key *key, const struct fingerprint *f)
{
    size_t len = (size_t)(type_end(key) - key->shown);
    return !f->type || (strlen(f->type) == len && strncmp(key->shown, f->type, len) == 0);
}

static bool names(const struct fingerprint *f, const struct shown_key *key)
{
    return fingerprint_names(f, key->address, key->port) || fingerprint_names(f, key->name, key->port);
}

/* Equal wins: a host may have lines of old keys as well. *used: which of what was pasted belongs to some host here. */
static void compare(struct shown_key *key, const struct fingerprints *pasted, bool *used)
{
    bool is_equal = false, is_other = false;
    for (size_t i = 0; i < pasted->count; i++) {
        const struct fingerprint *f = &pasted->items[i];
        bool is_same = strcmp(f->text, key->fingerprint) == 0, is_named = names(f, key);
        used[i] = used[i] || is_same || is_named;
        is_equal = is_equal || (is_same && (is_named || !f->names));
        is_other = is_other || (!is_same && is_named && is_of_type(key, f));
    }
    if (is_equal || is_other)
        key->mark = is_equal ? MARK_EQUAL : MARK_OTHER;
}

static bool paste(struct screen *screen, struct view *view, const char *text, size_t len)
{
    struct scr_host_keys *s = (struct scr_host_keys *)screen;
    struct fingerprints pasted;
    size_t equal = 0, other = 0, strange = 0;
    fingerprints_read(text, len, &pasted);
    if (!pasted.count) {
        view_say(view, ROLE_WARN, "%s", _("No fingerprint (SHA256:...) and no key was found in what was pasted."));
        return true;
    }
    bool *used = mem_new(pasted.count, sizeof *used);
    for (size_t i = 0; i < s->count; i++) {
        compare(&s->keys[i], &pasted, used);
        equal += s->keys[i].mark == MARK_EQUAL;
        other += s->keys[i].mark == MARK_OTHER;
    }
    for (size_t i = 0; i < pasted.count; i++)
        strange += !used[i];
    if (other)
        view_say(view, ROLE_FAIL, ngettext("%zu host shows ANOTHER key than the one you pasted for it.", "%zu hosts show OTHER keys than those you pasted for them.",
                                           other), other);
    else if (strange)
        view_say(view, ROLE_WARN, ngettext("%zu of %zu equal. %zu fingerprint that was pasted belongs to no host here.",
                                           "%zu of %zu equal. %zu fingerprints that were pasted belong to no host here.", strange), equal, s->count, strange);
    else
        view_say(view, ROLE_OK, _("%zu of %zu equal to what was pasted."), equal, s->count);
    free(used);
    fingerprints_done(&pasted);
    return true;
}

/* -- accepting -- */

static bool accept_key(struct view *view, struct shown_key *key)
{
    struct err err = ERR_INIT;
    if (key->mark == MARK_OTHER) {
        view_say(view, ROLE_FAIL, _("%s shows another key than the one you pasted for it: not accepted."), key->name);
        return false;
    }
    if (!wizard_accept_key(view->wizard, key->host, key->shown, &err)) {
        view_say(view, ROLE_FAIL, "%s", err.text);
        return false;
    }
    key->is_accepted = true;
    return true;
}

static void accept_this(struct scr_host_keys *s, struct view *view)
{
    struct shown_key *key = &s->keys[s->at];
    if (key->is_accepted) {
        view_say(view, ROLE_TEXT, _("The key of %s has been accepted already."), key->name);
        return;
    }
    if (!accept_key(view, key))
        return;
    view_say(view, ROLE_OK, _("The key of %s is accepted."), key->name);
    for (size_t step = 1; step < s->count; step++)
        if (is_open(view, &s->keys[(s->at + step) % s->count])) {
            s->at = (s->at + step) % s->count;
            s->focus = s->focus == ON_THIS ? ON_THIS : ON_LIST;
            return;
        }
    view_pop(view);
}

static void accept_all(struct scr_host_keys *s, struct view *view)
{
    size_t accepted = 0, left = 0;
    for (size_t i = 0; i < s->count; i++)
        if (s->keys[i].mark == MARK_OTHER && !s->keys[i].is_accepted) {
            s->at = i;
            view_say(view, ROLE_FAIL, _("%s shows another key than the one you pasted for it: none was accepted."), s->keys[i].name);
            return;
        }
    for (size_t i = 0; i < s->count; i++) {
        bool was = s->keys[i].is_accepted;
        if (!was && is_open(view, &s->keys[i]) && accept_key(view, &s->keys[i]))
            accepted++;
        else if (!was)
            left++;
    }
    if (left)
        view_say(view, ROLE_WARN, ngettext("%zu key accepted; %zu not: it is not asked for any more.", "%zu keys accepted; %zu not: they are not asked for any more.",
                                           accepted), accepted, left);
    else
        view_say(view, ROLE_OK, ngettext("%zu key accepted.", "%zu keys accepted.", accepted), accepted);
    if (!left)
        view_pop(view);
}

/* A line each, as it could be sent to who installed the hosts. */
static void copy(const struct scr_host_keys *s, struct view *view)
{
    struct buf text;
    buf_init(&text, (size_t)1 << 20);
    for (size_t i = 0; i < s->count; i++)
        buf_addf(&text, "%s %s %s\n", s->keys[i].name, s->keys[i].address, s->keys[i].shown);
    view_copy(view, buf_take(&text));
}

static void press(struct scr_host_keys *s, struct view *view)
{
    if (s->focus == ON_NOT_NOW)
        view_pop(view);
    else if (s->focus == ON_THIS)
        accept_this(s, view);
    else if (s->focus == ON_ALL && count_open(s, view) < 2)
        view_say(view, ROLE_TEXT, "%s", _("There are not several keys left to accept."));
    else if (s->focus == ON_ALL)
        accept_all(s, view);
    else
        s->focus = ON_THIS;
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_host_keys *s = (struct scr_host_keys *)screen;
    switch (action) {
    case ACT_OPEN:
        press(s, view);
        break;
    case ACT_ACCEPT:
        accept_this(s, view);
        break;
    case ACT_COPY:
        copy(s, view);
        break;
    case ACT_CLOSE:
    case ACT_QUIT:
        view_pop(view);
        break;
    case ACT_NEXT_PANE:
    case ACT_RIGHT:
        s->focus = (s->focus + 1) % FOCUSES;
        break;
    case ACT_PREVIOUS_PANE:
    case ACT_LEFT:
        s->focus = (s->focus + FOCUSES - 1) % FOCUSES;
        break;
    default:
        if (page_move(&s->at, s->count, s->rows, action))
            s->focus = ON_LIST;
        break;
    }
}

static const char *name(void)
{
    return _("New host keys");
}

static const char *help(void)
{
    return _("A key that no known_hosts file knows may be the host's, or somebody else's who answers at its address. Compare its fingerprint with one that "
             "came another way: from the host's console, from who installed it, from a file. What you paste is compared by kwiz: fingerprints, the output "
             "of ssh-keygen -l, lines of a known_hosts file or of ssh-keyscan. A key that differs from what you pasted for its host can't be accepted here.");
}

static void done(struct screen *screen)
{
    struct scr_host_keys *s = (struct scr_host_keys *)screen;
    for (size_t i = 0; i < s->count; i++) {
        free(s->keys[i].name);
        free(s->keys[i].address);
        free(s->keys[i].shown);
    }
    free(s->keys);
    free(s);
}

static const struct screen_ops ops = {.place = PLACE_HOST_KEYS, .name = name, .draw = draw, .act = act, .paste = paste, .help = help, .free = done};

static void add(struct scr_host_keys *s, const struct fleet *fleet, size_t host, const struct access_host *h)
{
    const struct host *its = &fleet->items[host];
    bool is_jump = h->ask.host && strcmp(h->ask.host, its->name) != 0;
    s->keys = mem_grow(s->keys, s->count + 1, sizeof *s->keys);
    struct shown_key *key = &s->keys[s->count++];
    *key = (struct shown_key){.host = host, .name = mem_strdup(is_jump ? h->ask.host : its->name), .shown = mem_strdup(h->ask.text)};
    key->address = mem_strdup(is_jump ? "" : its->address);
    key->port = its->port ? its->port : fleet->ssh.port;
    const char *blank = strrchr(key->shown, ' ');
    key->fingerprint = blank ? blank + 1 : key->shown;
}

struct screen *scr_host_keys_new(struct view *view)
{
    struct scr_host_keys *s = mem_new(1, sizeof *s);
    const struct access *access = wizard_access(view->wizard);
    s->screen.ops = &ops;
    s->focus = ON_NOT_NOW;
    for (size_t i = 0; i < access_count(access); i++)
        if (access_host(access, i)->asks && access_host(access, i)->ask.kind == ASK_HOST_KEY)
            add(s, wizard_fleet(view->wizard), i, access_host(access, i));
    return &s->screen;
}
