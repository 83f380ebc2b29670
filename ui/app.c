#include "ui/app.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/screens.h"
#include "ui/term.h"
#include "ui/view.h"

#define FRAME_MS 100u  /* at most 10 frames a second; a key has its frame at once */
#define TURN_MS 250u   /* running signs turn 4 times a second */
#define STILL_MS 1000u /* without motion figures change once a second */
#define CONT_MS 500u   /* the SIGCONT that ended our own stop is seen so soon after it */

enum { SIG_RESIZE, SIG_STOP, SIG_GO_ON, SIGNALS };
static const int signal_numbers[SIGNALS] = {SIGWINCH, SIGTSTP, SIGCONT};

struct app {
    uv_loop_t *loop;
    struct view view;
    uint64_t (*now_ms)(void);
    struct term *term;
    struct canvas *canvas;
    bool has_mouse, has_motion, ends_at_once, has_ended, is_stopped, is_suspended, is_polling_out;
    bool is_showing; /* a text on the normal screen, until a key */
    enum { LOOK_FULL, LOOK_ASCII, LOOK_MONO } plainness;
    bool wants_frame;
    uint64_t last_frame_ms; /* uv_now */
    uint64_t resumed_ms;    /* uv_now; 0 = never */
    uv_poll_t in, out;
    uv_timer_t frame, tick, late;
    uv_idle_t work;
    uv_signal_t signals[SIGNALS];
    int open_handles;
};

static void paint(struct app *app);

/* -- time
 * ----------------------------------------------------------------------------------------------------------------------
 */

static uint64_t wall_ms(void)
{
    struct timeval tv;
    gettimeofday(&tv, NULL);
    return (uint64_t)tv.tv_sec * 1000 + (uint64_t)tv.tv_usec / 1000;
}

static void set_time(struct app *app)
{
    app->view.now_ms = app->now_ms();
    app->view.phase = app->has_motion ? (int)(app->view.now_ms / TURN_MS % 4) : -1; /* all in phase */
}

static void on_tick(uv_timer_t *timer)
{
    paint(timer->data);
}

/* Ticks only while something moves: an ended run costs nothing. */
static void set_tick(struct app *app)
{
    if (view_is_moving(&app->view) && !app->is_suspended) {
        bool turns = app->has_motion && (!app->view.run || app->view.run->counts[TASK_RUNNING] > 0);
        uint64_t every = turns ? TURN_MS : STILL_MS;
        if (!uv_is_active((uv_handle_t *)&app->tick) || uv_timer_get_repeat(&app->tick) != every)
            uv_timer_start(&app->tick, on_tick, every, every);
    } else {
        uv_timer_stop(&app->tick);
    }
}

/* -- painting
 * ------------------------------------------------------------------------------------------------------------------
 */

static void on_writable(uv_poll_t *handle, int status, int events)
{
    struct app *app = handle->data;
    (void)events;
    if (status == 0 && !term_flush(app->term))
        return;
    uv_poll_stop(&app->out);
    app->is_polling_out = false;
    if (app->wants_frame)
        paint(app);
}

static void wait_writable(struct app *app)
{
    if (term_has_pending(app->term) && !app->is_polling_out)
        app->is_polling_out = uv_poll_start(&app->out, UV_WRITABLE, on_writable) == 0;
}

static void on_work(uv_idle_t *idle)
{
    struct app *app = idle->data;
    view_work(&app->view);
    if (!app->view.has_work) {
        uv_idle_stop(idle);
        paint(app);
    } else if (uv_now(app->loop) >= app->last_frame_ms + FRAME_MS) {
        paint(app);
    }
}

static void paint(struct app *app)
{
    if (app->is_stopped || app->is_suspended || app->is_showing)
        return;
    set_time(app);
    view_look(&app->view);
    uv_timer_stop(&app->frame);
    app->last_frame_ms = uv_now(app->loop);
    app->wants_frame = true;
    if (!app->is_polling_out) { /* else the terminal has not even taken the last one */
        view_draw(&app->view, app->canvas);
        app->wants_frame = !term_paint(app->term, app->canvas);
        wait_writable(app);
    }
    set_tick(app);
    if (app->view.has_work && !uv_is_active((uv_handle_t *)&app->work))
        uv_idle_start(&app->work, on_work);
}

static void on_frame(uv_timer_t *timer)
{
    paint(timer->data);
}

void app_changed(struct app *app)
{
    if (app->is_stopped)
        return;
    if (app->view.run && app->view.run->state == RUN_ENDED && app->ends_at_once && !app->has_ended) {
        app->has_ended = true;
        app->view.actions->quit(app->view.actions->context);
        return;
    }
    if (uv_is_active((uv_handle_t *)&app->frame))
        return;
    uint64_t now = uv_now(app->loop), next = app->last_frame_ms + FRAME_MS;
    uv_timer_start(&app->frame, on_frame, next > now ? next - now : 0, 0);
}

void app_attach_run(struct app *app, const struct run *run, const struct ui_actions *actions, const struct log_source *logs, const char *run_id,
                    bool ends_at_once)
{
    set_time(app);
    app->view.run_id = run_id;
    app->ends_at_once = ends_at_once;
    view_attach_run(&app->view, run, actions, logs);
    app_changed(app);
}

void app_show_summary(struct app *app, const char *text)
{
    view_summarize(&app->view, text);
    app_changed(app);
}

void app_say(struct app *app, enum text_role role, const char *text)
{
    set_time(app);
    view_say(&app->view, role, "%s", text);
    app_changed(app);
}

static void resize(struct app *app)
{
    int rows, cols;
    term_size(app->term, &rows, &cols);
    if (rows == app->canvas->rows && cols == app->canvas->cols)
        return;
    canvas_free(&app->canvas);
    app->canvas = canvas_new(rows, cols);
}

/* -- keys
 * ----------------------------------------------------------------------------------------------------------------------
 */

static void make_plainer(struct app *app)
{
    app->plainness = (app->plainness + 1) % 3;
    app->view.look = look_choose(app->plainness == LOOK_FULL);
    term_set_mono(app->term, app->plainness == LOOK_MONO);
    view_say(&app->view, ROLE_TEXT,
             app->plainness == LOOK_FULL    ? _("Look: all signs and colours.")
             : app->plainness == LOOK_ASCII ? _("Look: ASCII signs.")
                                            : _("Look: ASCII signs, no colours."));
}

static void tell_gone(const struct app *app)
{
    const struct wizard_actions *wizard = app->view.wizard_actions;
    const struct ui_actions *run = app->view.actions;
    if (!app->view.run)
        wizard->gone(wizard->context);
    else if (run->gone)
        run->gone(run->context);
    else
        run->quit(run->context);
}

static void set_mouse(struct app *app, bool is_on)
{
    if (!term_set_mouse(app->term, is_on)) {
        view_say(&app->view, ROLE_WARN, _("This terminal isn't known to report a mouse."));
        return;
    }
    app->has_mouse = is_on;
    view_say(&app->view, ROLE_TEXT,
             is_on ? _("Mouse on: a click focuses, a click on the focus presses. m: off.")
                   : _("Mouse off: the terminal's own selection works."));
}

/* Stop as the shell expects it, and come back when it says so. */
static void suspend_program(struct app *app)
{
    app_suspend(app);
    uv_signal_stop(&app->signals[SIG_STOP]);
    signal(SIGTSTP, SIG_DFL);
    raise(SIGTSTP);
    /* going on: SIGCONT was seen, or we were not allowed to stop */
    struct err err = ERR_INIT;
    if (!app_resume(app, &err))
        tell_gone(app);
    uv_update_time(app->loop);
    app->resumed_ms = uv_now(app->loop);
}

/* The screen goes for a while, and kwiz's lines can be selected as any others. */
static void show_copied(struct app *app)
{
    struct view *view = &app->view;
    const char *wish = getenv("KWIZ_CLIPBOARD");
    bool wants_clip = wish && !strcmp(wish, "osc52");
    bool is_clipped = wants_clip && term_clip(app->term, view->copied, strlen(view->copied));
    char *text = mem_printf("%s\n%s\n", view->copied,
                            is_clipped   ? _("-- sent to the terminal's clipboard too; Enter goes back to kwiz --")
                            : wants_clip ? _("-- too long for the terminal's clipboard; Enter goes back to kwiz --")
                                         : _("-- Enter goes back to kwiz --"));
    term_show(app->term, text);
    app->is_showing = true;
    wait_writable(app);
    free(text);
    free(view->copied);
    view->copied = NULL;
}

static void end_showing(struct app *app, struct key key)
{
    struct err err = ERR_INIT;
    bool is_end = key.code == UI_KEY_ENTER || key.code == UI_KEY_ESC || (key.code == UI_KEY_CHAR && (key.ch == 'q' || key.ch == 'y')) ||
                  (key.is_ctrl && key.ch == 'c');
    if (!is_end)
        return;
    app->is_showing = false;
    if (!term_resume(app->term, &err))
        tell_gone(app);
}

static void do_wishes(struct app *app)
{
    struct view *view = &app->view;
    if (view->wants_redraw)
        term_forget(app->term);
    if (view->wants_plainer)
        make_plainer(app);
    if (view->wants_mouse)
        set_mouse(app, !app->has_mouse);
    bool wants_suspend = view->wants_suspend;
    view->wants_mouse = view->wants_redraw = view->wants_plainer = view->wants_suspend = false;
    if (view->copied && !app->is_suspended)
        show_copied(app);
    if (wants_suspend)
        suspend_program(app);
}

static void end_of_terminal(struct app *app)
{
    uv_poll_stop(&app->in);
    tell_gone(app);
}

static void on_late(uv_timer_t *timer);

static void read_keys(struct app *app, bool is_late)
{
    struct key key;
    enum term_key got = TERM_NO_KEY;
    bool is_any = false;
    while (!app->is_stopped && !app->is_suspended && (got = term_read_key(app->term, is_late, &key)) == TERM_KEY) {
        is_late = false;
        is_any = true;
        set_time(app);
        if (app->is_showing) {
            end_showing(app, key);
        } else if (key.code == UI_KEY_PASTE) {
            size_t len;
            bool was_cut;
            const char *text = term_pasted(app->term, &len, &was_cut);
            if (was_cut)
                view_paste_cut(&app->view);
            else
                view_paste(&app->view, text, len);
        } else if (key.code == UI_KEY_MOUSE) {
            view_mouse(&app->view, key, app->canvas);
        } else if (key.code != UI_KEY_BACKGROUND && key.code != UI_KEY_ANSWERED) {
            view_key(&app->view, key, app->canvas->rows, app->canvas->cols);
        }
        if (!app->is_stopped)
            do_wishes(app);
        if (!app->is_stopped && key.mouse == KEY_MOUSE_CLICK)
            paint(app); /* the next click counts on what this one has made */
    }
    if (app->is_stopped || app->is_suspended) /* someone else reads the terminal now */
        return;
    if (got == TERM_GONE) {
        end_of_terminal(app);
        return;
    }
    unsigned wait = term_key_wait_ms(app->term);
    if (wait)
        uv_timer_start(&app->late, on_late, wait, 0);
    if (is_any)
        paint(app);
}

static void on_late(uv_timer_t *timer)
{
    read_keys(timer->data, true);
}

static void on_readable(uv_poll_t *handle, int status, int events)
{
    struct app *app = handle->data;
    (void)events;
    uv_timer_stop(&app->late);
    if (status < 0)
        end_of_terminal(app);
    else
        read_keys(app, false);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct app *app = handle->data;
    if (app->is_stopped)
        return;
    if (number == SIGTSTP) {
        if (!app->is_suspended) /* else someone else has the terminal */
            suspend_program(app);
    } else if (number == SIGCONT && !app->is_suspended && uv_now(app->loop) > app->resumed_ms + CONT_MS) {
        /* stopped by SIGSTOP: the shell has changed the terminal's modes */
        struct err err = ERR_INIT;
        app_suspend(app);
        app_resume(app, &err);
    } else if (number == SIGWINCH && !app->is_suspended) {
        term_forget(app->term); /* also when the size is the same again: what the terminal cut off meanwhile
                                   is gone */
        resize(app);
        paint(app);
    }
}

/* -- starting and stopping
 * ----------------------------------------------------------------------------------------------------- */

bool app_possible(int in_fd, int out_fd, struct err *err)
{
    return term_possible(in_fd, out_fd, err);
}

static void on_closed(uv_handle_t *handle)
{
    struct app *app = handle->data;
    if (--app->open_handles)
        return;
    view_done(&app->view);
    canvas_free(&app->canvas);
    free(app);
}

static void add_handle(struct app *app, uv_handle_t *handle)
{
    handle->data = app;
    app->open_handles++;
}

static void close_handles(struct app *app)
{
    uv_handle_t *handles[] = {(uv_handle_t *)&app->in,    (uv_handle_t *)&app->out,
                              (uv_handle_t *)&app->frame, (uv_handle_t *)&app->tick,
                              (uv_handle_t *)&app->late,  (uv_handle_t *)&app->work};
    for (size_t i = 0; i < sizeof handles / sizeof *handles; i++)
        if (handles[i]->data)
            uv_close(handles[i], on_closed);
    for (int i = 0; i < SIGNALS; i++)
        if (app->signals[i].data)
            uv_close((uv_handle_t *)&app->signals[i], on_closed);
}

static bool open_handles(struct app *app, struct err *err)
{
    int status;
    if (uv_timer_init(app->loop, &app->frame) == 0)
        add_handle(app, (uv_handle_t *)&app->frame);
    if (uv_timer_init(app->loop, &app->tick) == 0)
        add_handle(app, (uv_handle_t *)&app->tick);
    if (uv_timer_init(app->loop, &app->late) == 0)
        add_handle(app, (uv_handle_t *)&app->late);
    if (uv_idle_init(app->loop, &app->work) == 0)
        add_handle(app, (uv_handle_t *)&app->work);
    /* libuv makes what it polls non-blocking: only descriptors of our own may be given to it, as the shell
     * shares the others */
    if ((status = uv_poll_init(app->loop, &app->in, term_in_fd(app->term))) < 0)
        return err_set(err, ERR_LOCAL, _("the terminal can't be watched: %s"), uv_strerror(status));
    add_handle(app, (uv_handle_t *)&app->in);
    if ((status = uv_poll_init(app->loop, &app->out, term_out_fd(app->term))) < 0)
        return err_set(err, ERR_LOCAL, _("the terminal can't be watched: %s"), uv_strerror(status));
    add_handle(app, (uv_handle_t *)&app->out);
    for (int i = 0; i < SIGNALS; i++) {
        uv_signal_init(app->loop, &app->signals[i]);
        add_handle(app, (uv_handle_t *)&app->signals[i]);
        uv_signal_start(&app->signals[i], on_signal, signal_numbers[i]);
    }
    uv_poll_start(&app->in, UV_READABLE, on_readable);
    return true;
}

struct app *app_start(uv_loop_t *loop, const struct app_options *options, struct err *err)
{
    struct term *term = term_start(options->in_fd, options->out_fd, options->color, err);
    if (!term)
        return NULL;
    struct app *app = mem_new(1, sizeof *app);
    const char *motion = getenv("KWIZ_MOTION");
    int rows, cols;
    app->loop = loop;
    app->term = term;
    app->now_ms = options->now_ms ? options->now_ms : wall_ms;
    app->ends_at_once = options->ends_at_once;
    app->has_motion = !motion || strcmp(motion, "0") != 0;
    if (options->run)
        view_init(&app->view, options->run, options->actions, options->logs, app->now_ms());
    else
        view_init_wizard(&app->view, options->wizard, options->wizard_actions, app->now_ms());
    app->view.run_id = options->run_id;
    app->view.place = options->place;
    term_size(term, &rows, &cols);
    app->canvas = canvas_new(rows, cols);
    const char *mouse = getenv("KWIZ_MOUSE");
    if (mouse && !strcmp(mouse, "1"))
        set_mouse(app, true);
    if (!open_handles(app, err)) {
        app_stop(&app);
        return NULL;
    }
    paint(app);
    return app;
}

void app_stop(struct app **handle)
{
    struct app *app = *handle;
    *handle = NULL;
    if (!app || app->is_stopped)
        return;
    app->is_stopped = true;
    term_stop(&app->term);
    close_handles(app);
}

void app_suspend(struct app *app)
{
    if (app->is_suspended)
        return;
    app->is_suspended = true;
    app->is_showing = false;
    uv_poll_stop(&app->in);
    uv_timer_stop(&app->late);
    uv_timer_stop(&app->tick);
    term_suspend(app->term);
}

bool app_resume(struct app *app, struct err *err)
{
    if (!term_resume(app->term, err))
        return false;
    app->is_suspended = false;
    uv_signal_start(&app->signals[SIG_STOP], on_signal, SIGTSTP);
    uv_poll_start(&app->in, UV_READABLE, on_readable);
    uv_timer_start(&app->late, on_late, KEYS_ESC_MS, 0); /* keys may have been read before that were not looked at */
    resize(app);
    paint(app);
    return true;
}
