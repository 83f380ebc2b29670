#include "cli/execute.h"

#include <errno.h>
#include <openssl/evp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/aftermath.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/shell.h"
#include "engine/runlock.h"
#include "engine/runner.h"
#include "headless/frontend.h"
#include "headless/outlet.h"
#include "headless/summary.h"
#include "spell/plan_make.h"
#include "ui/app.h"

#define OUTLET_LIMIT_MS 5000u

struct show {
    struct execution *execution;
    const struct execute_options *options;
    struct desk *desk;
    struct runner *runner;
    struct frontend *frontend;      /* plain and JSON; NULL with a screen */
    struct outlet *out;
    struct app *app;                /* the screen, or NULL */
    struct shell *shell;            /* that has the terminal instead of it, or NULL */
    struct runner_observer observer;
    struct ui_actions actions;
    struct log_source logs;
    uv_signal_t *signals[3]; /* freed by their close callbacks */
    unsigned stops;
    struct aftermath after;
    int exit_status;
    bool wants_screen, has_ended, is_quitting;
};

char *plan_digest(const struct plan *plan)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    char *json = plan_json(plan);
    EVP_Digest(json, strlen(json), digest, &len, EVP_sha256(), NULL);
    free(json);
    struct buf out;
    buf_init(&out, 200);
    buf_adds(&out, "sha256:");
    for (unsigned i = 0; i < len; i++)
        buf_addf(&out, "%02x", digest[i]);
    return buf_take(&out);
}

static char *operator_name(void)
{
    char machine[128] = "?";
    gethostname(machine, sizeof machine - 1);
    struct passwd *pw = getpwuid(geteuid());
    return mem_printf("%s@%s", pw ? pw->pw_name : "?", machine);
}

/* ---- the end ---- */

/* Close what keeps the loop alive; uv_run then returns. */
static void wind_up(struct show *s)
{
    if (s->is_quitting)
        return;
    s->is_quitting = true;
    questions_set_screen(s->desk->questions, NULL);
    questions_clear(s->desk->questions);
    shell_hang_up(&s->shell);
    app_stop(&s->app);
    for (size_t i = 0; i < 3; i++)
        uv_close((uv_handle_t *)s->signals[i], (uv_close_cb)free);
    uv_stop(&s->desk->loop);
}

static void on_ended(void *context, int exit_status)
{
    struct show *s = context;
    s->exit_status = exit_status;
    s->has_ended = true;
    if (s->app)
        app_changed(s->app);
    if (!s->app || s->stops || (s->options->ends_at_once && !s->shell))
        wind_up(s);
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
        wind_up(s);
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
        wind_up(s);
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
        wind_up(s);
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
        wind_up(s);
    return false;
}

static void act_quit(void *context)
{
    wind_up(context);
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
    app_stop(&s->app);
    if (s->has_ended)
        wind_up(s);
    else if (!s->stops)
        stop(s);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct show *s = handle->data;
    if (s->shell && number == SIGINT) /* meant for the shell, or for what it left on the terminal */
        return;
    if (s->has_ended) {
        wind_up(s);
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

/* ---- the course of it ---- */

static bool begin_folder(struct execution *x, struct err *err)
{
    struct run_meta meta = {
        .cluster = x->plan->cluster,
        .spell = x->plan->spell,
        .topology = x->plan->topology,
        .action = x->plan->action,
        .answers_file = (char *)(uintptr_t)x->answers_file,
        .limit = x->plan->limit,
        .only = x->plan->only,
    };
    if (!rundir_create(x->dir, &meta, (uint64_t)time(NULL) * 1000, err))
        return false;
    char *answers = rundir_path(x->dir, "answers.yaml"), *plan = rundir_path(x->dir, "plan.json"), *json = plan_json(x->plan);
    bool ok = answers_save(x->answers, x->spell, answers, err) && rundir_copy_folder(x->dir, x->spell->folder, "spell", err) &&
              file_write(plan, json, strlen(json), 0600, err);
    free(answers);
    free(plan);
    free(json);
    return ok;
}

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
    s->actions = (struct ui_actions){.context = s, .retry = act_retry, .skip = act_skip, .pause = act_pause, .leave = act_leave,
                                     .stop = act_stop, .abort = act_abort, .quit = act_quit, .gone = act_gone, .shell = act_shell};
    s->logs = (struct log_source){.context = s, .path = log_path};
    const char *color = s->options->color;
    struct app_options options = {
        .run = runner_state(s->runner),
        .actions = &s->actions,
        .logs = &s->logs,
        .run_id = s->execution->dir->id,
        .color = !color || strcmp(color, "auto") == 0 ? COLOR_AUTO : strcmp(color, "always") == 0 ? COLOR_ALWAYS : COLOR_NEVER,
        .ends_at_once = s->options->ends_at_once,
        .in_fd = STDIN_FILENO,
        .out_fd = STDOUT_FILENO,
    };
    s->app = app_start(&s->desk->loop, &options, err);
    return s->app != NULL;
}

static struct runner *make_runner(struct show *s, const char *operator, struct err *err)
{
    struct execution *x = s->execution;
    struct runner_options options = {
        .loop = &s->desk->loop,
        .plan = x->plan,
        .dir = x->dir,
        .ssh = &x->answers->fleet.ssh,
        .operator_name = operator,
        .contacts = s->desk->contacts,
        .parallel = s->options->parallel,
        .take_over = s->options->takes_over,
        .secret = vault_secret,
        .secret_context = x->vault,
        .has_operator = s->wants_screen,
        .observer = &s->observer,
        .observer_context = s,
    };
    char *digest = plan_digest(x->plan);
    struct runner *runner = runner_new(&options, x->is_resume, digest, err);
    free(digest);
    return runner;
}

static void run_loop(struct show *s)
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
    runner_start(s->runner, s->execution->is_resume, s->options->is_retrying);
    while (!s->is_quitting)
        uv_run(&s->desk->loop, UV_RUN_ONCE);
}

/* After the run: what it brought is stored, shown, and written down. */
static int finish(struct show *s)
{
    struct execution *x = s->execution;
    const struct run *run = runner_state(s->runner);
    int status = s->has_ended ? s->exit_status : EXIT_INTERRUPTED;
    struct err err = ERR_INIT;
    if (status == 0 && !aftermath_fetch(&s->after, run, &s->desk->loop, &err)) {
        fprintf(stderr, "kwiz: %s\n", err.text);
        status = s->after.exit_status;
    }
    if (!aftermath_update(&s->after, x, s->options, status, &err)) {
        command_error(&err);
        status = status ? status : EXIT_LOCAL;
    }
    struct summary_extra extra = {.kubeconfig = s->after.kubeconfig, .kubeconfig_note = s->after.note, .kubectl = s->after.kubectl,
                                  .page = s->after.page, .answers_file = x->answers_file};
    char *text = summary_text(run, x->dir, s->runner, status, &extra);
    if (!summary_save(run, x->dir, text, status, &extra, &err)) {
        fprintf(stderr, "kwiz: %s\n", err.text);
        status = status ? status : EXIT_LOCAL;
    }
    if (s->options->is_json)
        frontend_summary(s->frontend, status);
    else if (s->out)
        outlet_write(s->out, text, strlen(text), false);
    else if (fputs(text, stdout) == EOF || fflush(stdout) != 0)
        status = status ? status : EXIT_LOCAL;
    free(text);
    aftermath_done(&s->after);
    if (s->out && outlet_error(s->out)) {
        fprintf(stderr, _("kwiz: the output could not be written (%s); the run went on, and is kept in %s\n"),
                strerror(outlet_error(s->out)), x->dir->path);
        status = status ? status : EXIT_LOCAL;
    }
    return status;
}

static int perform(struct execution *x, const struct execute_options *options, struct err *err)
{
    struct show s = {.execution = x, .options = options, .desk = x->desk};
    char *operator= operator_name();
    int status;
    s.wants_screen = !options->is_plain && !options->is_json && app_possible(STDIN_FILENO, STDOUT_FILENO, NULL);
    s.runner = make_runner(&s, operator, err);
    if (s.runner) {
        run_loop(&s);
        status = finish(&s);
        frontend_free(&s.frontend);
        outlet_free(&s.out, OUTLET_LIMIT_MS);
        runner_free(&s.runner);
    } else {
        status = exit_status_of(err);
    }
    free(operator);
    return status;
}

int execute(struct execution *x, const struct execute_options *options)
{
    struct err err = ERR_INIT;
    int status;
    struct runlock *lock = NULL;
    if (!x->is_resume && !begin_folder(x, &err))
        status = exit_status_of(&err);
    else if (!(lock = runlock_take(x->dir->path, (uint64_t)time(NULL) * 1000, NULL, &err)))
        status = exit_status_of(&err);
    else
        status = perform(x, options, &err);
    if (err.code) {
        char text[ERR_TEXT_MAX + ERR_FILE_MAX + 32];
        err_format(&err, text, sizeof text);
        fprintf(stderr, "kwiz: %s\n", text);
    }
    runlock_free(&lock);
    return status;
}

bool execute_confirm(const struct plan *plan, const struct execute_options *options, struct desk *desk, struct err *err)
{
    size_t hosts = 0;
    for (size_t i = 0; i < plan->host_count; i++)
        hosts += !plan->hosts[i].is_left_out;
    if (options->is_yes)
        return true;
    if (options->is_json || !questions_possible() || !isatty(STDERR_FILENO))
        return err_set(err, ERR_CONFIRM,
                       ngettext("%s changes %zu host; say --yes to begin without being asked",
                                "%s changes %zu hosts; say --yes to begin without being asked", hosts),
                       plan->action, hosts);
    for (size_t i = 0; i < plan->host_count; i++)
        fprintf(stderr, "  %-24s %-24s%s\n", plan->hosts[i].host.name, plan->hosts[i].host.address,
                plan->hosts[i].is_left_out ? _(" not selected") : "");
    char *on = mem_printf(ngettext("%zu host", "%zu hosts", hosts), hosts);
    /* TRANSLATORS: the action, "3 tasks", "on 2 hosts" */
    char *text = mem_printf(ngettext("%s: %zu task on %s. Begin? [y/N]", "%s: %zu tasks on %s. Begin? [y/N]", plan->task_count), plan->action,
                            plan->task_count, on);
    bool is_yes = desk_confirm(desk, text);
    free(on);
    free(text);
    if (is_yes)
        return true;
    return err_set(err, desk->is_interrupted ? ERR_INTERRUPTED : ERR_CONFIRM, _("not begun; nothing was changed"));
}
