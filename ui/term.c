#include "ui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

/* curses.h has macros for keys and a struct of its own called term: it comes last, and only here. */
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <curses.h>
#define term curses_term
#include <term.h>
#undef term

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/term_extra.h"
#include "ui/osc52.h"
#include "ui/term_restore.h"
#include "ui/tty.h"

#define EXTRA_KEYS_MAX 16
#define STOP_LIMIT_MS 1000 /* how long giving back waits for a terminal that takes no output */
#define ANSWER_MS 300         /* an answer is under way for so long: giving back waits for it */
#define ANSWER_LATE_MS 5000   /* what comes so long after the question is no answer to it */

struct term {
    int in_fd, out_fd; /* the caller's */
    int read_fd,
        send_fd; /* the same terminal, opened anew where possible so that not blocking is ours alone */
    bool is_read_own, is_send_own;
    SCREEN *screen;
    FILE *paint_file, *in_file;
    int paint_fd;         /* memory that ncurses paints into */
    struct buf pending;   /* painted, not sent yet */
    struct canvas *shown; /* what the terminal shows when all pending is sent; NULL = unknown */
    struct theme theme;
    struct style styles[ROLE_COUNT];
    attr_t attrs[ROLE_COUNT];
    short pairs[ROLE_COUNT];
    bool is_mono, is_gone, can_paste, has_mouse;
    bool is_restyled; /* roles look different from what is shown */
    bool is_asking;   /* the terminal was asked for its background, and has not answered that or what was asked behind it */
    uint64_t asked_ms;
    struct keys keys;
    struct key_sequence extra[EXTRA_KEYS_MAX];
    uint64_t sent_bytes;
};

static struct term *the_term; /* there is one; ncurses has globals of its own */

bool term_possible(int in_fd, int out_fd, struct err *err)
{
    if (!isatty(in_fd) || !isatty(out_fd))
        return err_set(err, ERR_LOCAL, _("there is no terminal to show screens on"));
    const char *name = getenv("TERM");
    if (!name || !*name)
        return err_set(err, ERR_LOCAL,
                       _("TERM is not set, so screens can't be shown"));
    int status = 0;
    if (setupterm(NULL, out_fd, &status) == ERR)
        return err_set(err, ERR_LOCAL,
                       _("TERM is \"%.60s\", which this machine's terminfo doesn't know; set it to what the terminal is"),
                       name);
    const char *move = tigetstr("cup"), *clear = tigetstr("clear");
    bool is_able = move && move != (char *)-1 && clear && clear != (char *)-1;
    del_curterm(cur_term);
    if (!is_able)
        return err_set(err, ERR_LOCAL, _("TERM is \"%.60s\": it can't place text on a screen"),
                       name);
    return true;
}

void term_size(struct term *term, int *rows, int *cols)
{
    tty_size(term->out_fd, rows, cols);
    *rows = *rows < CANVAS_ROWS_MAX ? *rows : CANVAS_ROWS_MAX;
    *cols = *cols < CANVAS_COLS_MAX ? *cols : CANVAS_COLS_MAX;
}

/* -- sending
 * -------------------------------------------------------------------------------------------------------------------
 */

bool term_flush(struct term *term)
{
    while (term->pending.len && !term->is_gone) {
        /* without an own description of the terminal, writing could block: send little, and only when there
         * is room */
        struct pollfd p = {.fd = term->send_fd, .events = POLLOUT};
        if (!term->is_send_own && (poll(&p, 1, 0) <= 0 || !(p.revents & POLLOUT)))
            return false;
        size_t part = term->is_send_own || term->pending.len < 256 ? term->pending.len : 256;
        ssize_t n = write(term->send_fd, term->pending.data, part);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return false;
        if (n < 0) {
            term->is_gone = true;
            break;
        }
        term->sent_bytes += (uint64_t)n;
        buf_eat(&term->pending, (size_t)n);
    }
    if (term->is_gone)
        buf_clear(&term->pending);
    return true;
}

bool term_has_pending(const struct term *term)
{
    return term->pending.len > 0;
}

/* Take what ncurses has painted out of its memory. */
static void collect(struct term *term)
{
    fflush(term->paint_file);
    off_t end = lseek(term->paint_fd, 0, SEEK_CUR);
    char part[4096];
    for (off_t at = 0; at < end;) {
        ssize_t n = pread(term->paint_fd, part, sizeof part, at);
        if (n <= 0)
            break;
        buf_add(&term->pending, part, (size_t)n);
        at += n;
    }
    if (ftruncate(term->paint_fd, 0) == 0)
        lseek(term->paint_fd, 0, SEEK_SET);
}

static void flush_all(struct term *term)
{
    for (int waited = 0; !term_flush(term) && waited < STOP_LIMIT_MS; waited += 50) {
        struct pollfd p = {.fd = term->send_fd, .events = POLLOUT};
        poll(&p, 1, 50);
    }
}

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* -- painting
 * ------------------------------------------------------------------------------------------------------------------
 */

static void choose_styles(struct term *term)
{
    struct theme theme = term->theme;
    if (term->is_mono)
        theme.depth = DEPTH_MONO;
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct style style = theme_style(&theme, (enum text_role)role);
        term->attrs[role] = (style.attributes & STYLE_BOLD ? A_BOLD : 0) |
                            (style.attributes & STYLE_REVERSE ? A_REVERSE : 0) |
                            (style.attributes & STYLE_UNDERLINE ? A_UNDERLINE : 0);
        term->pairs[role] = style.color == STYLE_DEFAULT ? 0 : (short)(role + 1);
        if (style.color != STYLE_DEFAULT)
            init_pair((short)(role + 1), (short)style.color, -1);
    }
}

/* What the locale can't write is shown as "?". */
static wchar_t writable(uint32_t cp)
{
    char bytes[MB_LEN_MAX];
    mbstate_t state;
    memset(&state, 0, sizeof state);
    return wcrtomb(bytes, (wchar_t)cp, &state) == (size_t)-1 ? L'?' : (wchar_t)cp;
}

struct painting {
    struct term *term;
    const struct canvas *canvas;
    bool is_any;
};

static void paint_cells(void *context, int row, int col, int count)
{
    struct painting *p = context;
    p->is_any = true;
    for (int i = col; i < col + count; i++) {
        const struct cell *cell = canvas_cell(p->canvas, row, i);
        if (!cell->ch[0])
            continue; /* painted with its left half */
        wchar_t text[CELL_CHARS + 1] = {0};
        text[0] = writable(cell->ch[0]);
        for (int k = 1; k < CELL_CHARS && cell->ch[k]; k++)
            text[k] = writable(cell->ch[k]) == (wchar_t)cell->ch[k] ? (wchar_t)cell->ch[k] : 0;
        attr_t attrs = p->term->attrs[cell->role];
        if (cell->has_focus)
            attrs |= A_REVERSE;
        cchar_t out;
        if (setcchar(&out, text, attrs, p->term->pairs[cell->role], NULL) == OK)
            mvadd_wch(row, i, &out);
    }
}

static void keep_shown(struct term *term, const struct canvas *canvas)
{
    struct canvas *shown = term->shown;
    if (!shown || shown->rows != canvas->rows || shown->cols != canvas->cols) {
        canvas_free(&term->shown);
        shown = term->shown = canvas_new(canvas->rows, canvas->cols);
    }
    memcpy(shown->cells, canvas->cells, (size_t)canvas->rows * (size_t)canvas->cols * sizeof *canvas->cells);
    shown->cursor_row = canvas->cursor_row;
    shown->cursor_col = canvas->cursor_col;
}

bool term_paint(struct term *term, const struct canvas *canvas)
{
    if (!term_flush(term))
        return false;
    struct canvas *shown = term->shown;
    struct painting p = {term, canvas, false};
    if (!shown || shown->rows != canvas->rows || shown->cols != canvas->cols) {
        resize_term(canvas->rows, canvas->cols);
        erase();
        clearok(stdscr, TRUE);
        canvas_free(&term->shown);
        shown = NULL;
    }
    canvas_compare(term->is_restyled ? NULL : shown, canvas, paint_cells, &p);
    term->is_restyled = false;
    if (!p.is_any && shown && shown->cursor_row == canvas->cursor_row &&
        shown->cursor_col == canvas->cursor_col)
        return true;
    wmove(stdscr, canvas->cursor_row, canvas->cursor_col);
    wnoutrefresh(stdscr);
    doupdate();
    collect(term);
    keep_shown(term, canvas);
    term_flush(term);
    return true;
}

void term_forget(struct term *term)
{
    canvas_free(&term->shown);
}

bool term_set_mouse(struct term *term, bool is_on)
{
    if (!term_extra_is_known(EXTRA_MOUSE, getenv("TERM")))
        return false;
    buf_adds(&term->pending, is_on ? term_extra_on(EXTRA_MOUSE) : term_extra_off(EXTRA_MOUSE));
    term->has_mouse = term->keys.has_mouse = is_on;
    term_restore_drop_input(is_on || term->is_asking);
    return true;
}

void term_set_mono(struct term *term, bool is_mono)
{
    term->is_mono = is_mono;
    choose_styles(term);
    term_forget(term);
}

/* -- starting and stopping
 * ----------------------------------------------------------------------------------------------------- */

static void find_keys(struct term *term)
{
    static const struct {
        const char *capability;
        enum key_code code;
    } known[] = {
        {"kcuu1", UI_KEY_UP},     {"kcud1", UI_KEY_DOWN},   {"kcub1", UI_KEY_LEFT},
        {"kcuf1", UI_KEY_RIGHT},  {"kpp", UI_KEY_PAGE_UP},  {"knp", UI_KEY_PAGE_DOWN},
        {"khome", UI_KEY_HOME},   {"kend", UI_KEY_END},     {"kich1", UI_KEY_INSERT},
        {"kdch1", UI_KEY_DELETE}, {"kcbt", UI_KEY_BACKTAB}, {"kent", UI_KEY_ENTER},
    };
    size_t count = 0;
    for (size_t i = 0; i < sizeof known / sizeof *known && count < EXTRA_KEYS_MAX; i++) {
        const char *bytes = tigetstr(known[i].capability);
        if (bytes && bytes != (char *)-1 && bytes[0] == '\033' &&
            bytes[1]) /* a key that sends a letter or control isn't told apart */
            term->extra[count++] = (struct key_sequence){bytes, known[i].code};
    }
    keys_init(&term->keys, term->extra, count);
}

/* ncurses takes the size it starts with from the environment, as memory has none. */
static SCREEN *new_screen(struct term *term)
{
    int rows, cols;
    term_size(term, &rows, &cols);
    const char *names[] = {"LINES", "COLUMNS"};
    int values[] = {rows, cols};
    char *old[2];
    for (int i = 0; i < 2; i++) {
        char number[16];
        snprintf(number, sizeof number, "%d", values[i]);
        old[i] = getenv(names[i]) ? mem_strdup(getenv(names[i])) : NULL;
        setenv(names[i], number, 1);
    }
    /* ncurses would take these signals, and exit(1) for two of them */
    static const int taken[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
    struct sigaction kept[sizeof taken / sizeof *taken];
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        sigaction(taken[i], NULL, &kept[i]);
    /* where it finds nobody's SIGTSTP, it ignores that one in each painting for ever after: a stop from outside would get lost */
    struct sigaction ignored = {.sa_handler = SIG_IGN};
    sigaction(SIGTSTP, &ignored, NULL);
    SCREEN *screen = newterm(NULL, term->paint_file, term->in_file);
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        sigaction(taken[i], &kept[i], NULL);
    for (int i = 0; i < 2; i++) {
        if (old[i])
            setenv(names[i], old[i], 1);
        else
            unsetenv(names[i]);
        free(old[i]);
    }
    return screen;
}

static bool open_paint_file(struct term *term, struct err *err)
{
    term->paint_fd = memfd_create("kwiz-screen", MFD_CLOEXEC);
    if (term->paint_fd < 0)
        return err_set_errno(err, ERR_LOCAL, errno, _("the screen can't be set up: memfd_create"));
    term->paint_file = fdopen(term->paint_fd, "w");
    term->in_file = fopen("/dev/null", "re"); /* keys are read without ncurses, which would wait for them */
    if (!term->paint_file || !term->in_file)
        return err_set_errno(err, ERR_LOCAL, errno, _("the screen can't be set up"));
    return true;
}

/* What gives the terminal back whatever state ncurses is in, for signals and crashes. */
static void prepare_restore(struct term *term)
{
    static const char *const capabilities[] = {"sgr0", "op", "cnorm", "rmkx", "rmcup"};
    struct buf bytes;
    buf_init(&bytes, TERM_RESTORE_MAX - 1);
    if (term->can_paste)
        buf_adds(&bytes, term_extra_off(EXTRA_PASTE));
    if (term_extra_is_known(EXTRA_MOUSE, getenv("TERM")))
        buf_adds(&bytes, term_extra_off(EXTRA_MOUSE));
    for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities; i++) {
        const char *s = tigetstr(capabilities[i]);
        if (s && s != (char *)-1)
            buf_adds(&bytes, s);
    }
    buf_adds(&bytes, "\r");
    term_restore_arm(term->in_fd, term->out_fd, term->send_fd, buf_text(&bytes), bytes.len);
    buf_done(&bytes);
}

/* The rest of entering is ncurses', at the next paint; it leaves the keypad out when it can't set modes,
 * which are ours here. */
static bool enter(struct term *term)
{
    if (!term_restore_raw())
        return false;
    const char *keypad_on = tigetstr("smkx");
    if (keypad_on && keypad_on != (char *)-1)
        buf_adds(&term->pending, keypad_on);
    if (term->can_paste)
        buf_adds(&term->pending, term_extra_on(EXTRA_PASTE));
    if (term->has_mouse)
        buf_adds(&term->pending, term_extra_on(EXTRA_MOUSE));
    return true;
}

/* Ask for the background where that decides how roles look and nobody has said it. Nothing waits for the
 * answer. */
static void ask_background(struct term *term)
{
    if (term->theme.depth == DEPTH_MONO || term->theme.background != BACKGROUND_UNKNOWN ||
        !term_extra_is_known(EXTRA_BACKGROUND, getenv("TERM")))
        return;
    buf_adds(&term->pending, term_extra_on(EXTRA_BACKGROUND));
    term->keys.awaits_answer = term->is_asking = true;
    term->asked_ms = now_ms();
    term_restore_drop_input(true);
}

static void term_free(struct term *term)
{
    if (term->screen) {
        set_term(term->screen);
        delscreen(term->screen);
    }
    if (term->paint_file)
        fclose(term->paint_file);
    else if (term->paint_fd >= 0)
        close(term->paint_fd);
    if (term->in_file)
        fclose(term->in_file);
    if (term->read_fd >= 0)
        close(term->read_fd);
    if (term->send_fd >= 0)
        close(term->send_fd);
    keys_done(&term->keys);
    canvas_free(&term->shown);
    buf_done(&term->pending);
    free(term);
    the_term = NULL;
}

struct term *term_start(int in_fd, int out_fd, enum color_wish color, struct err *err)
{
    if (!term_possible(in_fd, out_fd, err))
        return NULL;
    struct term *term = mem_new(1, sizeof *term);
    *term = (struct term){.in_fd = in_fd, .out_fd = out_fd, .paint_fd = -1};
    buf_init(&term->pending, 64 << 20);
    term->read_fd = tty_open_again(in_fd, O_RDONLY, &term->is_read_own);
    term->send_fd = tty_open_again(out_fd, O_WRONLY, &term->is_send_own);
    if (term->read_fd < 0 || term->send_fd < 0) {
        err_set_errno(err, ERR_LOCAL, errno, _("the terminal can't be opened"));
        term_free(term);
        return NULL;
    }
    if (!open_paint_file(term, err)) {
        term_free(term);
        return NULL;
    }
    term->screen = new_screen(term);
    if (!term->screen) {
        term_free(term);
        err_set(err, ERR_LOCAL,
                _("TERM is \"%.60s\", which this machine's terminfo doesn't know; use --plain"),
                getenv("TERM"));
        return NULL;
    }
    the_term = term;
    typeahead(-1);
    keypad(stdscr, TRUE);
    scrollok(stdscr, FALSE);
    if (start_color() == OK)
        use_default_colors();
    term->theme = theme_choose(color, COLORS, getenv);
    choose_styles(term);
    find_keys(term);
    term->can_paste = term_extra_is_known(EXTRA_PASTE, getenv("TERM"));
    prepare_restore(term);
    if (!enter(term)) {
        err_set_errno(err, ERR_LOCAL, errno, _("the terminal can't be set up"));
        term_stop(&term);
        return NULL;
    }
    ask_background(term);
    return term;
}

/* What the terminal answers now would be typed text to the shell. */
static void take_answers(struct term *term)
{
    uint64_t end = term->asked_ms + ANSWER_MS;
    for (uint64_t now; term->is_asking && (now = now_ms()) < end;) {
        struct pollfd p = {.fd = term->read_fd, .events = POLLIN};
        struct key key;
        if (poll(&p, 1, (int)(end - now)) > 0 && term_read_key(term, false, &key) == TERM_GONE)
            return;
    }
}

void term_suspend(struct term *term)
{
    set_term(term->screen);
    endwin();
    collect(term);
    if (term->can_paste)
        buf_adds(&term->pending, term_extra_off(EXTRA_PASTE));
    if (term->has_mouse)
        buf_adds(&term->pending, term_extra_off(EXTRA_MOUSE));
    flush_all(term);
    take_answers(term);
    term_restore_now();
}

void term_show(struct term *term, const char *text)
{
    set_term(term->screen);
    endwin();
    collect(term);
    for (size_t len; *text; text += len + (text[len] == '\n')) {
        len = strcspn(text, "\n");
        buf_add(&term->pending, text, len);
        if (text[len])
            buf_adds(&term->pending, "\r\n"); /* raw keys mean raw line feeds */
    }
    term_flush(term);
}

bool term_clip(struct term *term, const char *text, size_t len)
{
    return osc52_add(text, len, &term->pending);
}

bool term_resume(struct term *term, struct err *err)
{
    if (!enter(term))
        return err_set_errno(err, ERR_LOCAL, errno, _("the terminal can't be set up again"));
    term_forget(term);
    return true;
}

void term_stop(struct term **term)
{
    if (!*term)
        return;
    term_suspend(*term);
    term_restore_disarm();
    term_free(*term);
    *term = NULL;
}

/* -- keys
 * ----------------------------------------------------------------------------------------------------------------------
 */

/* Takes what the terminal says about itself, and passes it on. */
static enum term_key got_key(struct term *term, const struct key *key)
{
    if (key->code != UI_KEY_BACKGROUND && key->code != UI_KEY_ANSWERED)
        return TERM_KEY;
    term->is_asking = false;
    term_restore_drop_input(term->has_mouse);
    if (key->code == UI_KEY_BACKGROUND) {
        term->theme.background = theme_background_of(key->ch);
        choose_styles(term);
        term->is_restyled = true;
    }
    return TERM_KEY;
}

enum term_key term_read_key(struct term *term, bool is_late, struct key *key)
{
    if (term->keys.awaits_answer && now_ms() > term->asked_ms + ANSWER_LATE_MS) {
        term->keys.awaits_answer = term->is_asking = false;
        term_restore_drop_input(term->has_mouse);
    }
    if (keys_next(&term->keys, false, key))
        return got_key(term, key);
    struct pollfd p = {.fd = term->read_fd, .events = POLLIN};
    while (poll(&p, 1, 0) > 0) {
        char bytes[1024];
        ssize_t n = p.revents & POLLIN ? read(term->read_fd, bytes, sizeof bytes) : 0;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        if (n <= 0) {
            term->is_gone = true;
            return TERM_GONE;
        }
        is_late = false; /* something followed */
        keys_feed(&term->keys, bytes, (size_t)n);
        if (keys_next(&term->keys, false, key))
            return got_key(term, key);
    }
    return keys_next(&term->keys, is_late, key) ? got_key(term, key) : TERM_NO_KEY;
}

unsigned term_key_wait_ms(const struct term *term)
{
    return keys_are_waiting(&term->keys) ? KEYS_ESC_MS : 0;
}

const char *term_pasted(const struct term *term, size_t *len, bool *was_cut)
{
    return keys_pasted(&term->keys, len, was_cut);
}

int term_in_fd(const struct term *term)
{
    return term->read_fd;
}

int term_out_fd(const struct term *term)
{
    return term->send_fd;
}

uint64_t term_sent_bytes(const struct term *term)
{
    return term->sent_bytes;
}
