/* The offer to make a user that may use sudo, with the operator's public key; and to take it back. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/band.h"
#include "ui/field.h"
#include "ui/screens.h"

enum item { ON_NAME, ON_KEY, ON_RULE, ON_PASSWORD, ON_SCRIPT, ON_MAKE, ON_UNDO, ON_USE, ON_CLOSE, ITEMS };

struct scr_sudo_user {
    struct screen screen;
    size_t *hosts; /* owned: indices, as long as names says the same */
    struct strv names;
    struct strv keys;
    size_t key;
    struct field name, password;
    bool needs_password;
    enum item focus;
    enum item wrong; /* the field that fault is about */
    char fault[1024];
    bool shows_script;
    bool took_back; /* it was asked for, at least */
    int top, rows;
};

/* -- what is asked for -- */

static bool is_there(const struct scr_sudo_user *s, const struct view *view, size_t at)
{
    const struct fleet *fleet = wizard_fleet(view->wizard);
    return s->hosts[at] < fleet->count && strcmp(fleet->items[s->hosts[at]].name, s->names.items[at]) == 0;
}

static struct sudo_user asked_for(const struct scr_sudo_user *s)
{
    return (struct sudo_user){.name = field_text(&s->name), .key = s->keys.count ? s->keys.items[s->key] : "", .needs_password = s->needs_password,
                              .has_password = s->needs_password && *field_text(&s->password)};
}

static size_t count_state(const struct scr_sudo_user *s, const struct view *view, enum sudo_user_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < s->names.count; i++) {
        const struct sudo_user_result *r = is_there(s, view, i) ? wizard_sudo_user(view->wizard, s->hosts[i]) : NULL;
        count += r && r->state == state;
    }
    return count;
}

static bool is_hidden(const struct scr_sudo_user *s, const struct view *view, enum item item)
{
    return (item == ON_PASSWORD && !s->needs_password) || (item == ON_USE && !count_state(s, view, SUDO_USER_MADE));
}

/* Is all right that a script needs? Otherwise the field that is wrong is told, and has the focus. */
static bool check(struct scr_sudo_user *s)
{
    struct err err = ERR_INIT;
    s->wrong = ON_NAME;
    if (sudo_user_check_name(field_text(&s->name), &err)) {
        s->wrong = ON_KEY;
        if (!s->keys.count)
            err_set(&err, ERR_INVALID, _("there is no public key in ~/.ssh: paste one here, or make one with ssh-keygen"));
        else if (sudo_user_check_key(s->keys.items[s->key], &err))
            return true;
    }
    snprintf(s->fault, sizeof s->fault, "%s", err.text);
    s->focus = s->wrong;
    return false;
}

/* -- drawing -- */

static int label_width(void)
{
    static const char *const labels[] = {N_("User name"), N_("Public key"), N_("sudo"), N_("Password")};
    int width = 0;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        int w = text_width(_(labels[i]));
        width = w > width ? w : width;
    }
    return width;
}

static int draw_label(const struct scr_sudo_user *s, struct canvas *canvas, int row, enum item item, const char *label)
{
    if (s->focus == item)
        canvas_put(canvas, row, 0, ROLE_FOCUS, ">");
    canvas_put(canvas, row, 2, ROLE_TEXT, label);
    return 2 + label_width() + 2;
}

static int draw_fault(const struct scr_sudo_user *s, struct canvas *canvas, int row, enum item item)
{
    if (*s->fault && s->wrong == item)
        row += canvas_wrap(canvas, row, 4, canvas->cols - 5, 2, ROLE_FAIL, s->fault);
    return row;
}

static int draw_field(const struct scr_sudo_user *s, struct canvas *canvas, int row, enum item item, const char *label, const struct field *field)
{
    int col = draw_label(s, canvas, row, item, label), width = canvas->cols - col - 3;
    width = width > 32 ? 32 : width;
    canvas_put(canvas, row, col - 1, ROLE_DIM, "[");
    canvas_put(canvas, row, col + width, ROLE_DIM, "]");
    if (s->focus == item)
        field_draw(field, canvas, row, col, width);
    else
        field_draw_at_rest(field, canvas, row, col, width);
    return draw_fault(s, canvas, row + 1, item);
}

static int draw_choice(const struct scr_sudo_user *s, struct canvas *canvas, int row, enum item item, const char *label, const char *value)
{
    int col = draw_label(s, canvas, row, item, label);
    char *shown = mem_printf("< %s >", value);
    int end = canvas_put_in(canvas, row, col, canvas->cols - col - 1, ROLE_TEXT, shown);
    free(shown);
    if (s->focus == item)
        canvas_focus(canvas, row, col, end - col);
    return draw_fault(s, canvas, row + 1, item);
}

static int draw_press(const struct scr_sudo_user *s, struct canvas *canvas, int row, enum item item, const char *label)
{
    struct button button = {label, false};
    if (s->focus == item)
        canvas_put(canvas, row, 0, ROLE_FOCUS, ">");
    button_draw(canvas, row, 2, &button, s->focus == item);
    return row + 1;
}

static int draw_fields(const struct scr_sudo_user *s, struct canvas *canvas, int row)
{
    char *key = s->keys.count ? sudo_user_key_label(s->keys.items[s->key]) : mem_strdup(_("none found; paste one"));
    char *which = s->keys.count > 1 ? mem_printf(_("%s, %zu of %zu"), key, s->key + 1, s->keys.count) : mem_strdup(key);
    row = draw_field(s, canvas, row, ON_NAME, _("User name"), &s->name);
    row = draw_choice(s, canvas, row, ON_KEY, _("Public key"), which);
    row = draw_choice(s, canvas, row, ON_RULE, _("sudo"), s->needs_password ? _("with the user's password") : _("without a password"));
    if (s->needs_password)
        row = draw_field(s, canvas, row, ON_PASSWORD, _("Password"), &s->password);
    free(which);
    free(key);
    return row;
}

static int draw_presses(const struct scr_sudo_user *s, const struct view *view, struct canvas *canvas, int row)
{
    size_t count = s->names.count, made = count_state(s, view, SUDO_USER_MADE);
    char *make = count == 1 ? mem_printf(_("Make it on %s"), s->names.items[0]) : mem_printf(ngettext("Make it on %zu host", "Make it on %zu hosts", count), count);
    char *undo = count == 1 ? mem_printf(_("Take it back on %s"), s->names.items[0])
                            : mem_printf(ngettext("Take it back on %zu host", "Take it back on %zu hosts", count), count);
    char *use = mem_printf(ngettext("Log in with it from now on, on %zu host", "Log in with it from now on, on %zu hosts", made), made);
    row = draw_press(s, canvas, row, ON_SCRIPT, _("Show the script"));
    row = draw_press(s, canvas, row, ON_MAKE, make);
    row = draw_press(s, canvas, row, ON_UNDO, undo);
    if (made)
        row = draw_press(s, canvas, row, ON_USE, use);
    free(use);
    free(undo);
    free(make);
    return row;
}

/* What came of it, failures first, as far as there is room. */
static int draw_results(const struct scr_sudo_user *s, const struct view *view, struct canvas *canvas, int row)
{
    static const enum sudo_user_state order[] = {SUDO_USER_FAILED, SUDO_USER_RUNS, SUDO_USER_MADE, SUDO_USER_TAKEN_BACK};
    static const enum task_state signs[] = {[SUDO_USER_FAILED] = TASK_FAILED, [SUDO_USER_RUNS] = TASK_RUNNING, [SUDO_USER_MADE] = TASK_OK, [SUDO_USER_TAKEN_BACK] = TASK_UNCHANGED};
    static const char *const words[] = {[SUDO_USER_FAILED] = N_("failed"), [SUDO_USER_RUNS] = N_("the script runs"), [SUDO_USER_MADE] = N_("made"), [SUDO_USER_TAKEN_BACK] = N_("taken back")};
    for (size_t o = 0; o < sizeof order / sizeof *order; o++)
        for (size_t i = 0; i < s->names.count && row <= band_last(canvas); i++) {
            const struct sudo_user_result *r = is_there(s, view, i) ? wizard_sudo_user(view->wizard, s->hosts[i]) : NULL;
            if (!r || r->state != order[o])
                continue;
            canvas_put(canvas, row, 2, look_role(signs[r->state]), look_sign(&view->look, signs[r->state], view->phase));
            int col = canvas_put_in(canvas, row, 4, 24, ROLE_TEXT, r->host) + 2;
            char text[ACCESS_TEXT_MAX + 64];
            snprintf(text, sizeof text, "%s: %s%s%s", r->user, _(words[r->state]), *r->text ? ": " : "", r->text);
            int left = r->state == SUDO_USER_FAILED ? band_last(canvas) - row + 1 : 1;
            int used = canvas_wrap(canvas, row, col, canvas->cols - col - 1, left > 3 ? 3 : left, r->state == SUDO_USER_FAILED ? ROLE_FAIL : ROLE_TEXT, text);
            row += used ? used : 1;
        }
    return row;
}

static void draw_script(struct scr_sudo_user *s, struct view *view, struct canvas *canvas)
{
    struct sudo_user user = asked_for(s);
    char *script = sudo_user_script(&user, false), *rest = script, *line;
    struct canvas *sheet = band_sheet(canvas);
    int used = 0;
    while ((line = strsep(&rest, "\n")) && used < BAND_SHEET_ROWS) {
        for (char *c = line; *c; c++)
            *c = *c == '\t' ? ' ' : *c;
        int n = canvas_wrap(sheet, used, 1, canvas->cols - 2, BAND_SHEET_ROWS - used, ROLE_TEXT, line);
        used += n ? n : 1;
    }
    sheet->cursor_row = s->top;
    int row = band_begin(view, canvas, _("The script, as it runs on the hosts"), NULL);
    s->rows = band_last(canvas) - row + 1;
    int last = band_show(view, canvas, row, sheet, used, &s->top);
    const struct button button = {_("Close"), false};
    band_end(view, canvas, last, &button, 1, 0);
    canvas_free(&sheet);
    free(script);
}

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    struct scr_sudo_user *s = (struct scr_sudo_user *)screen;
    if (s->shows_script) {
        draw_script(s, view, canvas);
        return;
    }
    char *title = s->names.count == 1 ? mem_printf(_("A sudo user on %s"), s->names.items[0])
                                      : mem_printf(ngettext("A sudo user on %zu host", "A sudo user on %zu hosts", s->names.count), s->names.count);
    int row = band_begin(view, canvas, title, NULL);
    bool has_room = canvas->rows >= 22;
    if (has_room)
        row = band_text(canvas, row, ROLE_TEXT, _("Makes the user where it is not there, adds the key to its authorized_keys, and lets it use sudo by a file of its own in "
                                                  "/etc/sudoers.d. This changes the hosts; what it added can be taken back here.")) + 1;
    row = draw_fields(s, canvas, row) + has_room;
    row = draw_presses(s, view, canvas, row) + has_room;
    int cursor_row = canvas->cursor_row, cursor_col = canvas->cursor_col;
    row = draw_results(s, view, canvas, row);
    const struct button button = {_("Close"), false};
    band_end(view, canvas, row - 1, &button, 1, s->focus == ON_CLOSE ? 0 : -1);
    if (s->focus != ON_CLOSE) {
        canvas->cursor_row = cursor_row;
        canvas->cursor_col = cursor_col;
    }
    free(title);
}

/* -- keys -- */

static void move(struct scr_sudo_user *s, const struct view *view, int by)
{
    do
        s->focus = (enum item)(((int)s->focus + by + ITEMS) % ITEMS);
    while (is_hidden(s, view, s->focus));
}

static void choose(struct scr_sudo_user *s, int by)
{
    *s->fault = '\0';
    if (s->focus == ON_KEY && s->keys.count)
        s->key = (s->key + s->keys.count + (size_t)(by < 0 ? s->keys.count - 1 : 1)) % s->keys.count;
    else if (s->focus == ON_RULE)
        s->needs_password = !s->needs_password;
}

static void perform(struct scr_sudo_user *s, struct view *view, bool is_undo)
{
    struct sudo_user user = asked_for(s);
    size_t begun = 0;
    struct err first = ERR_INIT;
    if (!check(s))
        return;
    struct secret *password = user.has_password ? secret_new(field_text(&s->password), strlen(field_text(&s->password))) : NULL;
    for (size_t i = 0; i < s->names.count; i++) {
        struct err err = ERR_INIT;
        if (!is_there(s, view, i))
            err_set(&err, ERR_INVALID, _("%s is not one of the hosts any more"), s->names.items[i]);
        else
            begun += wizard_make_sudo_user(view->wizard, s->hosts[i], &user, password, is_undo, &err);
        if (*err.text && !*first.text)
            first = err;
    }
    secret_free(&password);
    s->took_back = s->took_back || is_undo;
    if (*first.text)
        view_say(view, ROLE_FAIL, "%s", first.text);
    else
        view_say(view, ROLE_TEXT, ngettext("The script runs on %zu host.", "The script runs on %zu hosts.", begun), begun);
}

static void use(struct scr_sudo_user *s, struct view *view)
{
    size_t changed = wizard_use_sudo_user(view->wizard, s->hosts, s->names.count);
    view_go(view, SECTION_ACCESS); /* the band is gone */
    if (!*view->message)
        view_say(view, ROLE_TEXT, ngettext("%zu host is reached with its new user.", "%zu hosts are reached with their new user.", changed), changed);
}

/* The answers may name other users than before: then their hosts are reached anew. */
static void leave(struct scr_sudo_user *s, struct view *view)
{
    if (s->took_back)
        view_go(view, SECTION_ACCESS);
    else
        view_pop(view);
}

static void press(struct scr_sudo_user *s, struct view *view)
{
    switch (s->focus) {
    case ON_SCRIPT:
        s->shows_script = check(s);
        s->top = 0;
        break;
    case ON_MAKE:
        perform(s, view, false);
        break;
    case ON_UNDO:
        perform(s, view, true);
        break;
    case ON_USE:
        use(s, view);
        break;
    case ON_CLOSE:
        leave(s, view);
        break;
    default:
        move(s, view, 1);
        break;
    }
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    struct scr_sudo_user *s = (struct scr_sudo_user *)screen;
    if (s->shows_script) {
        if (!band_scroll(&s->top, s->rows, action))
            s->shows_script = action != ACT_CLOSE && action != ACT_QUIT && action != ACT_OPEN;
        return;
    }
    switch (action) {
    case ACT_OPEN:
        press(s, view);
        break;
    case ACT_CLOSE:
    case ACT_QUIT:
        leave(s, view);
        break;
    case ACT_DOWN:
    case ACT_NEXT_PANE:
        move(s, view, 1);
        break;
    case ACT_UP:
    case ACT_PREVIOUS_PANE:
        move(s, view, -1);
        break;
    case ACT_LEFT:
        choose(s, -1);
        break;
    case ACT_RIGHT:
    case ACT_MARK:
        choose(s, 1);
        break;
    default:
        break;
    }
}

static struct field *field_of(struct scr_sudo_user *s)
{
    return s->shows_script ? NULL : s->focus == ON_NAME ? &s->name : s->focus == ON_PASSWORD ? &s->password : NULL;
}

static bool type(struct screen *screen, struct view *view, struct key key)
{
    struct scr_sudo_user *s = (struct scr_sudo_user *)screen;
    struct field *field = field_of(s);
    (void)view;
    if (!field || !field_key(field, key))
        return false;
    *s->fault = '\0';
    return true;
}

static bool paste(struct screen *screen, struct view *view, const char *text, size_t len)
{
    struct scr_sudo_user *s = (struct scr_sudo_user *)screen;
    struct field *field = field_of(s);
    struct err err = ERR_INIT;
    if (field)
        return field_paste(field, text, len) || true;
    if (s->focus != ON_KEY || s->shows_script)
        return false;
    char *line = mem_strndup(text, len);
    line[strcspn(line, "\r\n")] = '\0';
    if (sudo_user_check_key(line, &err)) {
        strv_add(&s->keys, line);
        s->key = s->keys.count - 1;
        *s->fault = '\0';
    } else
        view_say(view, ROLE_WARN, "%s", err.text);
    free(line);
    return true;
}

static bool moves(const struct screen *screen, const struct view *view)
{
    return count_state((const struct scr_sudo_user *)screen, view, SUDO_USER_RUNS) > 0;
}

static const char *name(void)
{
    return _("Sudo user");
}

static const char *help(void)
{
    return _("Where you log in with a user that may not use sudo, or as root, kwiz can make one that may: the script is shown first, runs as root through the login "
             "that you have now, and is checked by visudo before sudo reads it. A user that is there already keeps its password. Take it back removes what was "
             "added: the rule, the key, and the user with its home folder if the script made it. Left and Right change a choice; a public key can be pasted.");
}

static void done(struct screen *screen)
{
    struct scr_sudo_user *s = (struct scr_sudo_user *)screen;
    field_done(&s->name);
    field_done(&s->password);
    strv_done(&s->keys);
    strv_done(&s->names);
    free(s->hosts);
    free(s);
}

static const struct screen_ops ops = {.place = PLACE_BAND, .name = name, .draw = draw, .act = act, .type = type, .paste = paste, .help = help, .moves = moves, .free = done};

struct screen *scr_sudo_user_new(struct view *view, const size_t *hosts, size_t count)
{
    struct scr_sudo_user *s = mem_new(1, sizeof *s);
    const char *user = getenv("USER");
    struct err err = ERR_INIT;
    s->screen.ops = &ops;
    s->hosts = mem_new(count, sizeof *s->hosts);
    for (size_t i = 0; i < count; i++) {
        s->hosts[i] = hosts[i];
        strv_add(&s->names, wizard_fleet(view->wizard)->items[hosts[i]].name);
    }
    s->name.max = SUDO_USER_NAME_MAX;
    s->password.is_secret = true;
    s->password.max = 256;
    if (user && sudo_user_check_name(user, &err))
        field_set(&s->name, user);
    sudo_user_keys(&s->keys);
    return &s->screen;
}
