/* What hears of a run, and what the operator can make happen to it. */
#include "cli/show.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/shell.h"

/* ---- the end ---- */

void show_leave_screen(struct show *s)
{
    if (s->app)
        app_stop(&s->app);
    if (s->execution->app)
        *s->execution->app = NULL;
    if (s->complaints.len)
        fputs(buf_text(&s->complaints), stderr);
    buf_clear(&s->complaints);
}

void show_complain(struct show *s, const char *text)
{
    if (!s->app) {
        fprintf(stderr, "kwiz: %s\n", text);
        return;
    }
    app_say(s->app, ROLE_FAIL, text);
    buf_addf(&s->complaints, "kwiz: %s\n", text);
}

void show_summary(struct show *s)
{
    if (s->app)
        app_show_summary(s->app, s->summary);
}

/* uv_run returns. */
void show_wind_up(struct show *s)
{
    if (s->is_quitting)
        return;
    s->is_quitting = true;
    questions_set_screen(s->desk->questions, NULL);
    questions_clear(s->desk->questions);
    shell_hang_up(&s->shell);
    show_leave_screen(s);
    for (size_t i = 0; i < 3; i++)
        uv_close((uv_handle_t *)s->signals[i], (uv_close_cb)free);
    uv_stop(&s->desk->loop);
}

/* With a screen, a run that went well is concluded and its summary shown; one that did not stays open for another try. */
static void on_ended(void *context, int exit_status)
{
    struct show *s = context;
    s->exit_status = exit_status;
    s->has_ended = true;
    if (s->app)
        app_changed(s->app);
    if (!s->app || s->stops || (s->options->ends_at_once && !s->shell))
        show_wind_up(s);
}

/* ---- questions ---- */

static void take_screen(void *context)
{
    struct show *s = context;
    if (s->app)
        app_suspend(s->app);
}

static void give_screen_back(void *context)
{
    struct show *s = context;
    struct err err = ERR_INIT;
    if (s->app && !app_resume(s->app, &err))
        show_wind_up(s);
}

/* ---- observers ---- */

static void app_task(void *context, size_t task)
{
    struct show *s = context;
    (void)task;
    if (s->app) /* it goes with its terminal, and the run goes on */
        app_changed(s->app);
}

static void app_output(void *context, size_t task, const char *bytes, size_t len)
{
    (void)bytes, (void)len;
    app_task(context, task);
}

static void app_warning(void *context, size_t task, const char *text)
{
    (void)task;
    struct show *s = context;
    if (s->app)
        app_say(s->app, ROLE_WARN, text);
}

static void app_notice(void *context, const char *text)
{
    struct show *s = context;
    if (s->app)
        app_say(s->app, ROLE_TEXT, text);
}

static void on_published(void *context, const char *key, const struct secret *secret)
{
    struct show *s = context;
    struct err err = ERR_INIT;
    if (aftermath_store(&s->after, key, secret, s->execution, s->options, &err))
        return;
    if (s->observer.notice)
        s->observer.notice(s, err.text);
}

/* The front end's own observer wants its own context; this passes on. */
#define FORWARD(name, params, args)                                                                                    \
    static void forward_##name params                                                                                  \
    {                                                                                                                  \
        struct show *s = context;                                                                                      \
        frontend_observer(s->frontend)->name args;                                                                     \
    }
FORWARD(task, (void *context, size_t task), (s->frontend, task))
FORWARD(progress, (void *context, size_t task), (s->frontend, task))
FORWARD(host, (void *context, size_t host), (s->frontend, host))
FORWARD(output, (void *context, size_t task, const char *bytes, size_t len), (s->frontend, task, bytes, len))
FORWARD(warning, (void *context, size_t task, const char *text), (s->frontend, task, text))
FORWARD(notice, (void *context, const char *text), (s->frontend, text))

static void choose_observer(struct show *s, bool has_screen)
{
    if (has_screen)
        s->observer = (struct runner_observer){.task = app_task, .progress = app_task, .host = app_task, .output = app_output,
                                               .warning = app_warning, .notice = app_notice};
    else
        s->observer = (struct runner_observer){.task = forward_task, .progress = forward_progress, .host = forward_host,
                                               .output = forward_output, .warning = forward_warning, .notice = forward_notice};
    s->observer.ended = on_ended;
    s->observer.published = on_published;
}

/* ---- the operator's wishes ---- */

static bool act_retry(void *context, size_t task, struct err *err)
{
    struct show *s = context;
    (void)err;
    s->has_ended = false;
    runner_retry(s->runner, task);
    return true;
}

static bool act_retry_host(void *context, size_t host, struct err *err)
{
    struct show *s = context;
    (void)err;
    s->has_ended = false;
    runner_retry_host(s->runner, host);
    return true;
}

static bool act_skip(void *context, size_t task, struct err *err)
{
    struct show *s = context;
    const struct plan *plan = s->execution->plan;
    if (!plan->steps[plan->tasks[task].step].optional)
        return err_set(err, ERR_USAGE, _("the spell does not say that %s may be left out"), plan->steps[plan->tasks[task].step].id);
    runner_skip(s->runner, task);
    return true;
}

static bool act_pause(void *context, bool paused, struct err *err)
{
    (void)err;
    runner_pause(((struct show *)context)->runner, paused);
    return true;
}

static bool act_leave(void *context, struct err *err)
{
    struct show *s = context;
    (void)err;
    s->stops = 3;
    runner_leave(s->runner);
    if (s->has_ended)
        show_wind_up(s);
    return true;
}

static bool act_stop(void *context, struct err *err)
{
    struct show *s = context;
    (void)err;
    if (!s->stops++)
        runner_stop(s->runner);
    return true;
}

static bool act_abort(void *context, struct err *err)
{
    struct show *s = context;
    (void)err;
    s->stops++;
    runner_abort(s->runner);
    return true;
}

/* The run may have ended meanwhile. */
static void shell_ended(void *context, int exit_status)
{
    struct show *s = context;
    struct err err = ERR_INIT;
    (void)exit_status;
    s->shell = NULL;
    if ((s->has_ended && s->options->ends_at_once) || !app_resume(s->app, &err))
        show_wind_up(s);
    else
        questions_hold(s->desk->questions, false);
}

static bool act_shell(void *context, size_t host, struct err *err)
{
    struct show *s = context;
    app_suspend(s->app);
    s->shell = shell_start(&s->desk->loop, &s->execution->plan->hosts[host].host, &s->execution->answers->fleet.ssh, shell_ended, s, err);
    if (s->shell) {
        questions_hold(s->desk->questions, true);
        return true;
    }
    struct err lost = ERR_INIT;
    if (!app_resume(s->app, &lost))
        show_wind_up(s);
    return false;
}

static void act_quit(void *context)
{
    show_wind_up(context);
}

static void stop(struct show *s)
{
    static const char *const texts[] = {
        N_("stopping: nothing new is started, what runs goes on to its end; again to abort it on the hosts"),
        N_("aborting what runs on the hosts; again to end at once and leave it"),
        N_("ending at once"),
    };
    if (s->frontend && s->stops < 3)
        frontend_notice(s->frontend, _(texts[s->stops]));
    s->stops++;
    runner_stop(s->runner);
}

static void act_gone(void *context)
{
    struct show *s = context;
    shell_hang_up(&s->shell);
    show_leave_screen(s);
    if (s->has_ended)
        show_wind_up(s);
    else if (!s->stops)
        stop(s);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct show *s = handle->data;
    if (s->shell && number == SIGINT) /* meant for the shell, or for what it left on the terminal */
        return;
    if (s->has_ended) {
        show_wind_up(s);
        return;
    }
    if (number != SIGINT && s->stops) /* SIGTERM and SIGHUP count as the first ^C, however often they come */
        return;
    if (s->app && number == SIGHUP)
        act_gone(s);
    else
        stop(s);
}

static bool log_path(void *context, size_t task, char *path, size_t path_size)
{
    char *log = runner_log_path(((struct show *)context)->runner, task);
    bool is_there = log && strlen(log) < path_size;
    if (is_there)
        snprintf(path, path_size, "%s", log);
    free(log);
    return is_there;
}

/* ---- beginning ---- */

static void start_signals(struct show *s)
{
    static const int numbers[3] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < 3; i++) {
        s->signals[i] = mem_new(1, sizeof *s->signals[i]);
        uv_signal_init(&s->desk->loop, s->signals[i]);
        s->signals[i]->data = s;
        uv_signal_start(s->signals[i], on_signal, numbers[i]);
        uv_unref((uv_handle_t *)s->signals[i]);
    }
}

static bool start_screen(struct show *s, struct err *err)
{
    s->actions = (struct ui_actions){.context = s, .retry = act_retry, .retry_host = act_retry_host, .skip = act_skip, .pause = act_pause, .leave = act_leave,
                                     .stop = act_stop, .abort = act_abort, .quit = act_quit, .gone = act_gone, .shell = act_shell};
    s->logs = (struct log_source){.context = s, .path = log_path};
    if (s->execution->app && *s->execution->app) { /* the wizard's goes on as the run's */
        s->app = *s->execution->app;
        app_attach_run(s->app, runner_state(s->runner), &s->actions, &s->logs, s->execution->dir->id, s->options->ends_at_once);
        return true;
    }
    const char *color = s->options->color;
    struct app_options options = {
        .run = runner_state(s->runner),
        .actions = &s->actions,
        .logs = &s->logs,
        .run_id = s->execution->dir->id,
        .color = color_wish_of(color),
        .ends_at_once = s->options->ends_at_once,
        .in_fd = STDIN_FILENO,
        .out_fd = STDOUT_FILENO,
    };
    s->app = app_start(&s->desk->loop, &options, err);
    return s->app != NULL;
}


void show_choose(struct show *s)
{
    buf_init(&s->complaints, 65536);
    s->wants_screen = !s->options->is_plain && !s->options->is_json &&
                      ((s->execution->app && *s->execution->app) || app_possible(STDIN_FILENO, STDOUT_FILENO, NULL));
}

void show_begin(struct show *s)
{
    struct err err = ERR_INIT;
    if (s->wants_screen && !start_screen(s, &err)) {
        fprintf(stderr, "kwiz: %s\n", err.text);
        s->wants_screen = false;
    }
    choose_observer(s, s->wants_screen);
    if (!s->wants_screen) {
        s->out = outlet_new(&s->desk->loop, STDOUT_FILENO);
        s->frontend = frontend_new(s->out, s->options->is_json);
        frontend_set_runner(s->frontend, s->runner, s->execution->dir);
        frontend_begin(s->frontend);
    }
    struct questions_screen screen = {.take = take_screen, .give_back = give_screen_back, .context = s};
    questions_set_screen(s->desk->questions, &screen);
    start_signals(s);
}
