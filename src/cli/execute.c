#include "cli/execute.h"

#include <errno.h>
#include <openssl/evp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/exit.h"
#include "cli/rewrite.h"
#include "cli/show.h"
#include "engine/runlock.h"
#include "engine/runner.h"
#include "headless/summary.h"
#include "spell/plan_make.h"

#define OUTLET_LIMIT_MS 5000u

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

/* To the millisecond: runs of one second are told apart by it. */
static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
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
        .before = x->plan->before,
        .keeps_file = x->keeps_file,
    };
    for (size_t h = 0; h < x->plan->host_count; h++) {
        if (x->plan->hosts[h].target != TARGET_NOT)
            strv_add(&meta.targets, x->plan->hosts[h].host.name);
        if (x->plan->hosts[h].target == TARGET_LOST)
            strv_add(&meta.lost, x->plan->hosts[h].host.name);
    }
    bool is_made = rundir_create(x->dir, &meta, now_ms(), err);
    strv_done(&meta.targets);
    strv_done(&meta.lost);
    if (!is_made)
        return false;
    char *answers = rundir_path(x->dir, "answers.yaml"), *plan = rundir_path(x->dir, "plan.json"), *json = plan_json(x->plan);
    bool ok = answers_save(x->answers, x->spell, answers, err) && rundir_copy_folder(x->dir, x->spell->folder, "spell", err) &&
              file_write(plan, json, strlen(json), 0600, err);
    free(answers);
    free(plan);
    free(json);
    return ok;
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

static void say(void *context, const char *text)
{
    struct show *s = context;
    if (s->app)
        app_say(s->app, ROLE_TEXT, text);
    else
        fprintf(stderr, "kwiz: %s\n", text);
}

/* After the run: what it brought is stored and written down. Runs the loop for a while; a screen lives on meanwhile. */
static void conclude(struct show *s)
{
    struct execution *x = s->execution;
    const struct run *run = runner_state(s->runner);
    int status = s->has_ended ? s->exit_status : EXIT_INTERRUPTED;
    struct err err = ERR_INIT;
    s->is_concluded = true;
    s->after.say = say;
    s->after.say_context = s;
    if (x->complaint)
        show_complain(s, x->complaint);
    if (status == 0 && !aftermath_fetch(&s->after, run, &s->desk->loop, &err)) {
        show_complain(s, err.text);
        status = s->after.exit_status;
    }
    char *note = NULL;
    if (status == 0 && !rewrite_answers(x, &note, &err)) {
        char text[ERR_TEXT_MAX + ERR_FILE_MAX + 32];
        err_format(&err, text, sizeof text);
        show_complain(s, text);
        status = EXIT_LOCAL;
    }
    if (note)
        say(s, note);
    free(note);
    if (!aftermath_update(&s->after, x, s->options, status, &err)) {
        char text[ERR_TEXT_MAX + ERR_FILE_MAX + 32];
        err_format(&err, text, sizeof text);
        show_complain(s, text);
        status = status ? status : EXIT_LOCAL;
    }
    struct summary_extra extra = {.kubeconfig = s->after.kubeconfig, .kubeconfig_note = s->after.note, .kubectl = s->after.kubectl,
                                  .page = s->after.page, .answers_file = x->answers_file};
    s->summary = summary_text(run, x->dir, s->runner, status, &extra);
    if (!summary_save(run, x->dir, s->summary, status, &extra, &err)) {
        show_complain(s, err.text);
        status = status ? status : EXIT_LOCAL;
    }
    s->status = status;
}

static void run_loop(struct show *s)
{
    show_begin(s);
    runner_start(s->runner, s->execution->is_resume, s->options->is_retrying);
    while (!s->is_quitting) {
        uv_run(&s->desk->loop, UV_RUN_ONCE);
        if (s->is_quitting || !s->has_ended || s->exit_status != 0 || s->is_concluded)
            continue;
        conclude(s);
        if (!s->is_quitting)
            show_summary(s);
    }
    /* A screen may go as soon as it shows the end; the run has ended when its journal is on the disk. ^C ends kwiz meanwhile. */
    while (!s->has_ended && runner_state(s->runner)->state == RUN_ENDED && uv_run(&s->desk->loop, UV_RUN_ONCE))
        ;
}

/* What was gathered is printed. */
static int finish(struct show *s)
{
    if (!s->is_concluded)
        conclude(s);
    int status = s->status;
    if (s->options->is_json)
        frontend_summary(s->frontend, status);
    else if (s->out)
        outlet_write(s->out, s->summary, strlen(s->summary), false);
    else if (fputs(s->summary, stdout) == EOF || fflush(stdout) != 0)
        status = status ? status : EXIT_LOCAL;
    free(s->summary);
    aftermath_done(&s->after);
    if (s->out && outlet_error(s->out)) {
        fprintf(stderr, _("kwiz: the output could not be written (%s); the run went on, and is kept in %s\n"),
                strerror(outlet_error(s->out)), s->execution->dir->path);
        status = status ? status : EXIT_LOCAL;
    }
    return status;
}

static int perform(struct execution *x, const struct execute_options *options, struct err *err)
{
    struct show s = {.execution = x, .options = options, .desk = x->desk};
    char *operator= operator_name();
    int status;
    show_choose(&s);
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
    buf_done(&s.complaints);
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
    if (x->app) /* it is still there only when nothing was begun */
        app_stop(x->app);
    if (err.code) {
        char text[ERR_TEXT_MAX + ERR_FILE_MAX + 32];
        err_format(&err, text, sizeof text);
        fprintf(stderr, "kwiz: %s\n", text);
    }
    runlock_free(&lock);
    return status;
}

