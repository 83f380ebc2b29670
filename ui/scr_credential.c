/* A password or passphrase, asked once for all who want the same. It is never shown, stored or kept longer than it is needed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/band.h"
#include "ui/field.h"
#include "ui/screens.h"

#define SECRET_BYTES_MAX 4096

enum focus { ON_FIELD, ON_CANCEL, ON_TRY, FOCUSES };

struct scr_credential {
    struct screen screen;
    size_t host;
    char *name, *asker, *text; /* owned: of the host; of the host or jump host that asks; the question */
    enum transport_ask_kind kind;
    bool is_sudo, echo;
    unsigned attempt;
    struct field field;
    int focus;
};

/* Is the question still the one that was there when the band was opened? */
static bool is_asked(const struct scr_credential *s, const struct view *view)
{
    const struct access *access = wizard_access(view->wizard);
    const struct fleet *fleet = wizard_fleet(view->wizard);
    if (s->host >= access_count(access) || strcmp(fleet->items[s->host].name, s->name) != 0)
        return false;
    const struct access_host *h = access_host(access, s->host);
    return h->asks && h->ask.kind == s->kind && h->ask.attempt == s->attempt && strcmp(h->ask.text, s->text) == 0;
}

static const char *title_of(const struct scr_credential *s)
{
    return s->is_sudo ? _("sudo password") : s->kind == ASK_PASSPHRASE ? _("Passphrase") : s->kind == ASK_PASSWORD ? _("Password") : _("Question");
}

static int draw_question(const struct scr_credential *s, const struct view *view, struct canvas *canvas, int row, size_t count)
{
    const char *user = wizard_user(view->wizard, s->host);
    user = *user ? user : _("the user that ssh_config names");
    if (strcmp(s->asker, s->name) != 0)
        row = band_textf(canvas, row, ROLE_TEXT, _("The jump host %s, on the way to %s, asks."), s->asker, s->name);
    if (s->is_sudo)
        return band_textf(canvas, row, ROLE_TEXT, ngettext("sudo wants the password of %s on %zu host:", "sudo wants the password of %s on %zu hosts:", count),
                          user, count);
    if (s->kind == ASK_PASSPHRASE)
        return band_textf(canvas, row, ROLE_TEXT, _("A key file is locked, and its passphrase is wanted: %s"), s->text);
    if (s->kind == ASK_PASSWORD)
        return band_textf(canvas, row, ROLE_TEXT, ngettext("The login wants the password of %s on %zu host:", "The login wants the password of %s on %zu hosts:",
                                                           count), user, count);
    row = band_textf(canvas, row, ROLE_TEXT, ngettext("The server asks, in these words, for %s on %zu host:", "The server asks, in these words, for %s on %zu hosts:",
                                                      count), user, count);
    return band_textf(canvas, row, ROLE_WARN, "  %s", s->text);
}

static int draw_field(const struct scr_credential *s, struct canvas *canvas, int row)
{
    const char *label = s->is_sudo || s->kind == ASK_PASSWORD ? _("Password") : s->kind == ASK_PASSPHRASE ? _("Passphrase") : _("Answer");
    int col = canvas_put(canvas, row, 2, ROLE_TEXT, label) + 2, width = canvas->cols - col - 20;
    width = width > 40 ? 40 : width;
    canvas_put(canvas, row, col - 1, ROLE_DIM, "[");
    if (s->focus == ON_FIELD) {
        canvas_put(canvas, row, 0, ROLE_FOCUS, ">");
        field_draw(&s->field, canvas, row, col, width);
    } else
        field_draw_at_rest(&s->field, canvas, row, col, width);
    canvas_put(canvas, row, col + width, ROLE_DIM, "]");
    canvas_put_in(canvas, row, col + width + 3, canvas->cols - col - width - 4, ROLE_DIM, s->echo ? _("shown") : _("hidden"));
    return row + 1;
}

static int draw_advice(const struct scr_credential *s, struct canvas *canvas, int row, size_t count)
{
    static const char *const keys[] = {[ASK_PASSPHRASE] = "key_passphrase", [ASK_PASSWORD] = "ssh_password", [ASK_KEYBOARD] = "ssh_password"};
    if (count > 1)
        row = band_textf(canvas, row, ROLE_TEXT, ngettext("It is tried on %s first, and given to the other %zu when it was right there: no account is locked by a "
                                                          "slip of the finger.",
                                                          "It is tried on %s first, and given to the other %zu when it was right there: no account is locked by a "
                                                          "slip of the finger.", count - 1), s->name, count - 1);
    row = band_text(canvas, row, ROLE_TEXT, _("Kept in memory until kwiz ends. Never in a file, a log or an argument list."));
    const char *key = s->is_sudo ? "sudo_password" : keys[s->kind];
    if (s->echo)
        return row;
    return band_textf(canvas, row, ROLE_DIM, _("For runs without questions: secrets: {%s: env:NAME}"), key);
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_credential *s = (struct scr_credential *)screen;
    bool is_here = is_asked(s, view);
    size_t *hosts = mem_new(access_count(wizard_access(view->wizard)) + 1, sizeof *hosts);
    size_t count = is_here ? wizard_waiters(view->wizard, s->host, hosts) : 1;
    if (!is_here)
        hosts[0] = s->host;
    int row = draw_question(s, view, canvas, band_begin(view, canvas, title_of(s), s->name), count);
    char *names = is_here ? band_names(view->wizard, hosts, count) : mem_strdup(s->name);
    row = band_text(canvas, row, ROLE_TEXT, names);
    if (s->attempt > 1)
        row = band_textf(canvas, row, ROLE_FAIL, _("What was given before was wrong: this is try %u."), s->attempt);
    if (!is_here)
        row = band_textf(canvas, row, ROLE_WARN, _("%s does not ask this any more."), s->name);
    else if (wizard_answer_ms(view->wizard, s->host))
        row = band_textf(canvas, row, ROLE_DIM, _("Waits %s more for an answer, then fails; r asks anew."),
                         look_duration(wizard_answer_ms(view->wizard, s->host), (char[LOOK_TIME_MAX]){""}));
    row = draw_field(s, canvas, row + (canvas->rows >= 20)) + 1;
    row = draw_advice(s, canvas, row, count);
    const struct button buttons[] = {{_("Cancel"), false}, {_("Try it"), !*field_text(&s->field) || !is_here}};
    int cursor_row = canvas->cursor_row, cursor_col = canvas->cursor_col;
    band_end(view, canvas, row, buttons, 2, s->focus - ON_CANCEL);
    if (s->focus == ON_FIELD) {
        canvas->cursor_row = cursor_row;
        canvas->cursor_col = cursor_col;
    }
    free(names);
    free(hosts);
}

/* What is asked now: to be read before it is answered. */
static void look_again(struct scr_credential *s, struct view *view)
{
    const struct access *access = wizard_access(view->wizard);
    const struct access_host *h = s->host < access_count(access) ? access_host(access, s->host) : NULL;
    field_set(&s->field, "");
    if (h && h->asks && h->ask.kind == s->kind && strcmp(h->ask.text, s->text) == 0) {
        s->attempt = h->ask.attempt;
        view_say(view, ROLE_WARN, _("%s has asked anew meanwhile: nothing was sent. Type it again."), s->name);
        return;
    }
    view_say(view, ROLE_WARN, _("%s does not ask this any more: nothing was sent."), s->name);
}

static void try_it(struct scr_credential *s, struct view *view)
{
    if (!*field_text(&s->field)) {
        view_say(view, ROLE_WARN, "%s", _("Nothing was typed: that is no answer. Esc closes without one."));
        s->focus = ON_FIELD;
        return;
    }
    if (!is_asked(s, view)) {
        look_again(s, view);
        return;
    }
    struct secret *secret = secret_new(field_text(&s->field), strlen(field_text(&s->field)));
    char *name = mem_strdup(s->name);
    size_t host = s->host;
    view_pop(view); /* wipes the field */
    view_say(view, ROLE_TEXT, _("It is being tried on %s."), name);
    access_answer(wizard_access(view->wizard), host, secret, false);
    secret_free(&secret);
    free(name);
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_credential *s = (struct scr_credential *)screen;
    switch (action) {
    case ACT_OPEN:
        if (s->focus == ON_CANCEL)
            view_pop(view);
        else
            try_it(s, view);
        break;
    case ACT_CLOSE:
    case ACT_QUIT:
        view_pop(view);
        break;
    case ACT_NEXT_PANE:
    case ACT_DOWN:
    case ACT_RIGHT:
        s->focus = (s->focus + 1) % FOCUSES;
        break;
    case ACT_PREVIOUS_PANE:
    case ACT_UP:
    case ACT_LEFT:
        s->focus = (s->focus + FOCUSES - 1) % FOCUSES;
        break;
    default:
        break;
    }
}

static bool type(struct screen *screen, struct view *view, struct key key)
{
    struct scr_credential *s = (struct scr_credential *)screen;
    (void)view;
    return s->focus == ON_FIELD && field_key(&s->field, key);
}

static bool paste(struct screen *screen, struct view *view, const char *text, size_t len)
{
    struct scr_credential *s = (struct scr_credential *)screen;
    if (s->focus != ON_FIELD)
        return false;
    if (!field_paste(&s->field, text, len))
        view_say(view, ROLE_WARN, "%s", _("What was pasted did not fit into the field."));
    return true;
}

/* The time for an answer runs. */
static bool moves(const struct screen *screen, const struct view *view)
{
    const struct scr_credential *s = (const struct scr_credential *)screen;
    return is_asked(s, view) && wizard_answer_ms(view->wizard, s->host) > 0;
}

static const char *name(void)
{
    return _("Password");
}

static const char *help(void)
{
    return _("The same password is asked for once, for all hosts where the same user wants it. It is tried on the host that asked; only when it was right "
             "there do the others get it. A host that takes another one asks for itself afterwards. It is kept in memory until kwiz ends. Esc closes "
             "without an answer: the host goes on asking, until it gives up.");
}

static void done(struct screen *screen)
{
    struct scr_credential *s = (struct scr_credential *)screen;
    field_done(&s->field);
    free(s->name);
    free(s->asker);
    free(s->text);
    free(s);
}

static const struct screen_ops ops = {.place = PLACE_BAND, .name = name, .draw = draw, .act = act, .type = type, .paste = paste, .help = help, .moves = moves, .free = done};

struct screen *scr_credential_new(struct view *view, size_t host)
{
    struct scr_credential *s = mem_new(1, sizeof *s);
    const struct access_host *h = access_host(wizard_access(view->wizard), host);
    const char *its = wizard_fleet(view->wizard)->items[host].name;
    s->screen.ops = &ops;
    s->host = host;
    s->name = mem_strdup(its);
    s->asker = mem_strdup(h->ask.host ? h->ask.host : its);
    s->text = mem_strdup(h->ask.text);
    s->kind = h->ask.kind;
    s->is_sudo = h->asks_sudo;
    s->echo = h->ask.echo;
    s->attempt = h->ask.attempt;
    s->field.is_secret = !s->echo;
    s->field.max = SECRET_BYTES_MAX;
    return &s->screen;
}
