/* The real view on a run made by hand, for looking at and for tests through a pty.
 *
 *     demo SCENE [--color=never|always] [--end] [--local] [--now] [--still] [--rate=LINES]
 * SCENE: ha single many fail end hostile: nothing happens, and the clock stands, without --now; play: a run of six
 * hosts goes on by itself; flood: 100 hosts write, --rate=LINES a second altogether. --end: leave when the run has
 * ended. --still: no frames are asked for.
 *
 * For tests: descriptor 3, if open, gets a byte every 50 ms; SIGUSR1 is exit(3) without a word; SIGUSR2 is a
 * crash. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "base/mem.h"
#include "cli/shell.h"
#include "tests/screen/fixture.h"
#include "ui/app.h"

#define FLOOD_LINES 40 /* written at once */

static struct demo {
    uv_loop_t loop;
    struct fixture fixture;
    struct ui_actions actions;
    struct app *app;
    struct shell *shell;
    uv_timer_t beat, play;
    uv_signal_t leave, crash;
    bool is_playing, is_flooding, is_still;
    unsigned turn;
    unsigned rate; /* lines a second */
} demo;

static uint64_t still_clock(void)
{
    return FIXTURE_NOW_MS;
}

static uint64_t wall_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void end(void)
{
    shell_hang_up(&demo.shell);
    app_stop(&demo.app);
    uv_close((uv_handle_t *)&demo.beat, NULL);
    uv_close((uv_handle_t *)&demo.play, NULL);
    uv_close((uv_handle_t *)&demo.leave, NULL);
    uv_close((uv_handle_t *)&demo.crash, NULL);
}

static bool on_leave(void *context, struct err *err)
{
    bool ok = demo.fixture.actions.leave(context, err);
    end();
    return ok;
}

static bool on_pause(void *context, bool paused, struct err *err)
{
    demo.fixture.run->state = paused ? RUN_PAUSED : RUN_RUNNING;
    app_changed(demo.app);
    return demo.fixture.actions.pause(context, paused, err);
}

static bool on_retry(void *context, size_t task, struct err *err)
{
    demo.fixture.run->tasks[task].state = TASK_PENDING;
    fixture_count(&demo.fixture);
    app_changed(demo.app);
    return demo.fixture.actions.retry(context, task, err);
}

static void on_shell_ended(void *context, int exit_status)
{
    struct err err = ERR_INIT;
    (void)context;
    (void)exit_status;
    demo.shell = NULL;
    if (!app_resume(demo.app, &err))
        end();
}

static bool on_shell(void *context, size_t host, struct err *err)
{
    struct err lost = ERR_INIT;
    app_suspend(demo.app);
    demo.shell = shell_start(&demo.loop, &demo.fixture.plan->hosts[host].host, NULL, on_shell_ended, NULL, err);
    if (demo.shell)
        return demo.fixture.actions.shell(context, host, err);
    app_resume(demo.app, &lost);
    return false;
}

static void on_quit(void *context)
{
    demo.fixture.actions.quit(context);
    end();
}

static void on_beat(uv_timer_t *timer)
{
    (void)timer;
    app_changed(demo.app);
    if (write(3, "b", 1) < 0 && errno == EAGAIN)
        return; /* whoever listens has enough */
}

static void on_signal(uv_signal_t *handle, int number)
{
    (void)handle;
    if (number == SIGUSR1)
        exit(3);
    *(volatile int *)NULL = 1;
}

/* -- a run that goes on by itself
 * ---------------------------------------------------------------------------------------------- */

static bool can_start(const struct run *run, size_t task)
{
    for (size_t n = 0; n < run->plan->tasks[task].need_count; n++)
        if (!task_state_is_done(run->tasks[run->plan->tasks[task].needs[n]].state))
            return false;
    return true;
}

static void go_on(struct run_task *t, size_t task, uint64_t now)
{
    char line[160];
    uint64_t ran = now - t->started_ms, length = 2000 + task * 7919 % 6000;
    t->percent_ms = now;
    t->percent = ran >= length ? 100 : (int)(ran * 100 / length);
    snprintf(t->progress, RUN_TEXT_MAX, "part %llu", (unsigned long long)(ran / 1000));
    snprintf(line, sizeof line, "[%zu] %llu ms: \033[32mpulling\033[0m layer sha256:%08x\n", task,
             (unsigned long long)ran, (unsigned)(ran * 2654435761u));
    fixture_log(&demo.fixture, task, line);
    t->output_ms = now;
    if (ran < length)
        return;
    t->state = task % 11 == 5 && t->attempt < 2 ? TASK_FAILED : task % 5 == 2 ? TASK_UNCHANGED : TASK_OK;
    t->ended_ms = now;
    t->status = t->state == TASK_FAILED ? 100 : 0;
    if (t->state == TASK_FAILED)
        snprintf(t->fail, RUN_TEXT_MAX, "the package lock is held by unattended-upgr (pid 812)");
}

static void on_play(uv_timer_t *timer)
{
    (void)timer;
    struct run *run = demo.fixture.run;
    uint64_t now = wall_clock();
    size_t left = 0;
    for (size_t t = 0; t < run->plan->task_count; t++) {
        struct run_task *task = &run->tasks[t];
        if (task->state == TASK_PENDING && run->state == RUN_RUNNING && can_start(run, t)) {
            task->state = TASK_RUNNING;
            task->attempt++;
            task->started_ms = now;
        } else if (task->state == TASK_RUNNING) {
            go_on(task, t, now);
        }
        left += !task_state_is_done(task->state);
    }
    if (!left && run->state != RUN_ENDED) {
        run->state = RUN_ENDED;
        run->ended_ms = now;
    }
    fixture_count(&demo.fixture);
    app_changed(demo.app);
}

/* 100 hosts write demo.rate lines a second altogether, and their states change 200 times a second. What could not be
 * written in time is written later, up to a twentieth of a second's lines at once. */
static void on_flood(uv_timer_t *timer)
{
    static char lines[FLOOD_LINES * 64];
    static size_t task, len;
    static uint64_t written_ns;
    struct run *run = demo.fixture.run;
    (void)timer;
    for (int i = 0; i < FLOOD_LINES && written_ns == 0; i++)
        len += (size_t)snprintf(lines + len, sizeof lines - len,
                                "%2d: a line of output, not very long, but many of them\n", i);
    uint64_t now_ns = uv_hrtime(), most = 50000000;
    if (!written_ns || now_ns - written_ns > most)
        written_ns = now_ns - (written_ns ? most : 5000000);
    for (size_t t = 0; t < run->plan->task_count; t++)
        if (run->tasks[t].state == TASK_RUNNING) {
            run->tasks[t].output_ms = run->tasks[t].percent_ms = wall_clock();
            run->tasks[t].percent = (int)(demo.turn / 2 % 100);
        }
    for (; now_ns - written_ns >= 1000000000u / demo.rate * FLOOD_LINES;
         written_ns += 1000000000u / demo.rate * FLOOD_LINES) {
        do
            task = (task + 1) % run->plan->task_count;
        while (run->tasks[task].state != TASK_RUNNING);
        fixture_log(&demo.fixture, task, lines);
    }
    demo.turn++;
    if (demo.app)
        app_changed(demo.app);
}

static void make_scene(const char *name)
{
    static const struct {
        const char *name;
        void (*make)(struct fixture *fixture);
    } scenes[] = {{"ha", fixture_ha},      {"single", fixture_single},  {"many", fixture_many},
                  {"fail", fixture_fail},  {"end", fixture_end},        {"play", fixture_ha},
                  {"flood", fixture_many}, {"hostile", fixture_hostile}};
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++)
        if (!strcmp(name, scenes[i].name)) {
            scenes[i].make(&demo.fixture);
            demo.is_playing = !strcmp(name, "play");
            demo.is_flooding = !strcmp(name, "flood");
            return;
        }
    fprintf(stderr, "demo: no scene %s\n", name);
    exit(2);
}

static void reset_run(void)
{
    struct run *run = demo.fixture.run;
    memset(run->tasks, 0, run->plan->task_count * sizeof *run->tasks);
    for (size_t t = 0; t < run->plan->task_count; t++)
        run->tasks[t].percent = -1;
    run->started_ms = wall_clock();
    fixture_count(&demo.fixture);
}

static void start_handles(void)
{
    uv_timer_init(&demo.loop, &demo.beat);
    if (!demo.is_still)
        uv_timer_start(&demo.beat, on_beat, 50, 50);
    uv_timer_init(&demo.loop, &demo.play);
    if (demo.is_playing)
        uv_timer_start(&demo.play, on_play, 100, 100);
    if (demo.is_flooding)
        uv_timer_start(&demo.play, on_flood, 5, 5);
    uv_signal_init(&demo.loop, &demo.leave);
    uv_signal_start(&demo.leave, on_signal, SIGUSR1);
    uv_signal_init(&demo.loop, &demo.crash);
    uv_signal_start(&demo.crash, on_signal, SIGUSR2);
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    setlocale(LC_ALL, "");
    struct app_options options = {
        .run_id = "20261122-102804-7f3a", .in_fd = 0, .out_fd = 1, .now_ms = still_clock};
    for (int i = 2; i < argc; i++) {
        options.color = !strcmp(argv[i], "--color=never")    ? COLOR_NEVER
                        : !strcmp(argv[i], "--color=always") ? COLOR_ALWAYS
                                                             : options.color;
        options.ends_at_once = options.ends_at_once || !strcmp(argv[i], "--end");
        demo.is_still = demo.is_still || !strcmp(argv[i], "--still");
        if (!strcmp(argv[i], "--now"))
            options.now_ms = NULL;
        if (!strncmp(argv[i], "--rate=", 7) && atoi(argv[i] + 7) > 0)
            demo.rate = (unsigned)atoi(argv[i] + 7);
    }
    demo.rate = demo.rate ? demo.rate : 8000;
    bool is_local = false; /* every host is this machine: for shells */
    for (int i = 2; i < argc; i++)
        is_local = is_local || !strcmp(argv[i], "--local");
    fcntl(3, F_SETFL, O_NONBLOCK);
    signal(SIGPIPE, SIG_IGN);
    if (!app_possible(0, 1, &err)) {
        fprintf(stderr, "demo: %s\n", err.text);
        return 8;
    }
    make_scene(argc > 1 ? argv[1] : "play");
    for (size_t h = 0; is_local && h < demo.fixture.plan->host_count; h++) {
        free(demo.fixture.plan->hosts[h].host.address);
        demo.fixture.plan->hosts[h].host.address = mem_strdup("local");
    }
    if (demo.is_playing)
        reset_run();
    if (demo.is_flooding)
        on_flood(NULL); /* before anything is shown: in its clock everything was quiet for long */
    if (demo.is_playing || demo.is_flooding)
        options.now_ms = NULL;
    demo.actions = demo.fixture.actions;
    demo.actions.leave = on_leave;
    demo.actions.pause = on_pause;
    demo.actions.retry = on_retry;
    demo.actions.shell = on_shell;
    demo.actions.quit = on_quit;
    options.run = demo.fixture.run;
    options.actions = &demo.actions;
    options.logs = &demo.fixture.logs;
    uv_loop_init(&demo.loop);
    start_handles();
    demo.app = app_start(&demo.loop, &options, &err);
    if (!demo.app) {
        fprintf(stderr, "demo: %s\n", err.text);
        return 8;
    }
    uv_run(&demo.loop, UV_RUN_DEFAULT);
    uv_loop_close(&demo.loop);
    printf("asked: %s\n", demo.fixture.asked);
    fixture_done(&demo.fixture);
    return 0;
}
