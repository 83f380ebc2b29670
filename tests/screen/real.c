/* The real view (demo) in a real terminal: a pseudo terminal painted by libvterm. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "tests/screen/stage.h"

static void painting_and_resizing(void)
{
    struct pty pty;
    stage_start(&pty, "ha");
    pty_wait_has(&pty, "? help");
    pty_type(&pty, "j");
    stage_check(stage_is_golden(&pty, "run-80x24.utf8"), "the painted screen is the golden one, 80x24");
    stage_check(pty.has_alt_screen && pty.has_cursor, "on the alternate screen, with the cursor in sight");
    pty_resize(&pty, 12, 40);
    stage_check(stage_is_golden(&pty, "small-40x12"), "resized to 40x12 it says what it needs");
    pty_resize(&pty, 40, 120);
    stage_check(stage_is_golden(&pty, "run-120x40.utf8"), "resized to 120x40 it uses the room");
    pty_resize(&pty, 24, 80);
    stage_check(stage_is_golden(&pty, "run-80x24.utf8"), "and back, with the same focus");
    pty_resize(&pty, 60, 200);
    stage_check(stage_is_golden(&pty, "run-200x60"), "and that of 200x60");
    pty_resize(&pty, 24, 80);
    /* each a size of its own, and in the middle of being painted: ^L asks for everything, and what is sent is
     * read in parts */
    for (int i = 0; i < 200; i++) {
        pty_type(&pty, "\014");
        if (i % 2)
            pty_read(&pty, 1);
        pty_resize(&pty, 1 + i * 7 % 70, 1 + i * 31 % 230);
    }
    pty_resize(&pty, 24, 80);
    stage_check(stage_is_golden(&pty, "run-80x24.utf8"), "the right screen after 200 resizes while it paints");
    pty_stop(&pty);
}

static void keys(void)
{
    struct pty pty;
    stage_start(&pty, "ha");
    pty_wait_has(&pty, "? help");
    pty_type(&pty, "j\r");
    stage_check(pty_wait_has(&pty, "kwiz  Log"), "Enter opens the log");
    pty_type(&pty, "\033[5~");
    stage_check(pty_wait_has(&pty, "held at line"), "PgUp holds it");
    pty_type(&pty, "\033");
    stage_check(pty_wait_has(&pty, "kwiz  Run"), "a lone Esc closes it");
    pty_type(&pty, "\033[A\033OB\033[B");
    stage_check(pty_wait_has(&pty, "> kub-master-3"), "cursor keys in both modes");
    pty_type(&pty, "\033[200~qqP\r\003\033[201~");
    stage_check(pty_wait_has(&pty, "was not taken"), "a paste presses no keys");
    pty_type(&pty, "?");
    stage_check(pty_wait_has(&pty, "Help: Run"), "? is help");
    pty_type(&pty, "q");
    pty_wait_has(&pty, "kwiz  Run");
    pty_type(&pty, "P");
    stage_check(pty_wait_has(&pty, ", paused"), "P pauses");
    pty_type(&pty, "q");
    stage_check(pty_wait_has(&pty, "Leave the run?"), "q asks");
    pty_type(&pty, "\r");
    stage_check(pty_wait_has(&pty, "P goes on"), "and Stay is what Enter presses first");
    pty_type(&pty, "\003");
    pty_wait_has(&pty, "Leave the run?");
    pty_type(&pty, "\003");
    stage_check(!strcmp(pty_wait_report(&pty), "exit 0"), "^C twice leaves");
    stage_check(pty_wait_has(&pty, "asked: pause 1 leave"), "and what was asked for is what was pressed");
    stage_check(pty_is_restored(&pty), "the terminal is as before");
    pty_stop(&pty);
}

static void suspending(void)
{
    struct pty pty;
    stage_start(&pty, "ha");
    pty_wait_has(&pty, "? help");
    pty_type(&pty, "j");
    stage_is_golden(&pty, "run-80x24.utf8");
    pty_type(&pty, "\032");
    stage_check(!strcmp(pty_wait_report(&pty), "stopped"), "^Z suspends");
    stage_check(pty_is_restored(&pty), "with the terminal as before");
    pty_resize(&pty, 40, 120);
    pty_continue(&pty);
    stage_check(stage_is_golden(&pty, "run-120x40.utf8"), "fg comes back, in the new size");
    kill(pty.program, SIGTSTP);
    stage_check(!strcmp(pty_wait_report(&pty), "stopped") && pty_is_restored(&pty), "SIGTSTP from outside too");
    pty_continue(&pty);
    stage_check(stage_is_golden(&pty, "run-120x40.utf8"), "and back");
    usleep(600000); /* our own SIGCONT is told from others by time */
    kill(pty.program, SIGSTOP);
    stage_check(!strcmp(pty_wait_report(&pty), "stopped"), "SIGSTOP can't be seen coming");
    pty_continue(&pty);
    pty_type(&pty, "?");
    stage_check(pty_wait_has(&pty, "Help: Run") && pty.has_alt_screen, "but its end is: keys work again at once");
    pty_type(&pty, "q");
    pty_wait_has(&pty, "kwiz  Run");
    pty_type(&pty, "m");
    pty_wait_has(&pty, "Mouse on");
    pty_type(&pty, "\032");
    pty_wait_report(&pty);
    stage_check(pty_is_restored(&pty), "suspended with the mouse off");
    pty_continue(&pty);
    stage_check(pty_wait_has(&pty, "Mouse on") && pty.has_mouse,
                "and back with the mouse on");
    stage_check(pty.has_alt_screen, "on the alternate screen");
    pty_stop(&pty);
}

static void write_program(const char *path, const char *text)
{
    struct err err = ERR_INIT;
    if (!file_write(path, text, strlen(text), 0755, &err))
        printf("  %s\n", err.text);
}

/* y shows text on the normal screen, without frames. */
static void copying(void)
{
    struct pty pty;
    const char *environment[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", "COLORFGBG=15;0", "TZ=UTC", "NO_COLOR=", "KWIZ_THEME=", "KWIZ_CLIPBOARD=", NULL};
    stage_start_in(&pty, 24, 80, environment, "ha", NULL);
    pty_wait_has(&pty, "? help");
    pty_type(&pty, "j");
    stage_is_golden(&pty, "run-80x24.utf8");
    pty_type(&pty, "y");
    stage_check(pty_wait_has(&pty, "-- Enter goes back to kwiz --") && !pty.has_alt_screen, "y shows text on the normal screen");
    stage_check(pty_wait_has(&pty, "\n[kubeconfig] Generating kubeconfig files\n"), "from the first column on");
    stage_check(!strstr(buf_text(&pty.raw), "\033]52;"), "and the clipboard is left alone");
    pty_type(&pty, "jjj"); /* no key for this */
    usleep(200000);
    pty_resize(&pty, 40, 120);
    pty_type(&pty, "\r");
    stage_check(stage_is_golden(&pty, "run-120x40.utf8") && pty.has_alt_screen, "Enter goes back to the screen as it was, in the new size");
    pty_type(&pty, "y");
    pty_wait_has(&pty, "Enter goes back");
    pty_type(&pty, "\003");
    stage_check(stage_is_golden(&pty, "run-120x40.utf8"), "so does ^C, which is not the run's here");
    pty_type(&pty, "y");
    pty_wait_has(&pty, "Enter goes back");
    kill(pty.program, SIGTERM);
    stage_check(!strcmp(pty_wait_report(&pty), "signal 15") && pty_is_restored(&pty), "and an end from there leaves the terminal as before");
    pty_stop(&pty);
    environment[6] = "KWIZ_CLIPBOARD=osc52";
    stage_start_in(&pty, 24, 80, environment, "ha", NULL);
    pty_wait_has(&pty, "? help");
    pty_type(&pty, "jjjjy");
    stage_check(pty_wait_has(&pty, "-- sent to the terminal's clipboard too"), "KWIZ_CLIPBOARD=osc52: to the clipboard too");
    /* kub-node-1: join-worker: running */
    stage_check(strstr(buf_text(&pty.raw), "\033]52;c;a3ViLW5vZGUtMTogam9pbi13b3JrZXI6IHJ1bm5pbmcK") != NULL, "with the same text");
    pty_stop(&pty);
}

/* ! gives the terminal to a shell, and takes it again. */
static void shells(const char *folder)
{
    struct pty pty;
    const char *local[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", "COLORFGBG=15;0", "TZ=UTC", "NO_COLOR=", "KWIZ_THEME=", "SHELL=/bin/sh", NULL};
    stage_start_in(&pty, 24, 80, local, "ha", "--local");
    pty_wait_has(&pty, "? help");
    pty_type(&pty, "j");
    stage_is_golden(&pty, "run-80x24.utf8");
    pty_type(&pty, "!");
    stage_check(pty_wait_has(&pty, "-- a shell on kub-master-2; exit goes back to kwiz") && !pty.has_alt_screen,
          "! opens a shell on the normal screen");
    stage_check(pty_is_restored(&pty), "with the terminal's own modes");
    pty_type(&pty, "echo $((40+2)) and $((7*7))\r");
    stage_check(pty_wait_has(&pty, "42 and 49"), "that hears what is typed");
    pty_beats(&pty);
    usleep(300000);
    stage_check(pty_beats(&pty) > 2, "the loop goes on meanwhile");
    pty_type(&pty, "sleep 100\r");
    usleep(200000);
    pty_type(&pty, "\003echo $((50+5))\r");
    stage_check(pty_wait_has(&pty, "55"), "^C reaches the shell's command, not kwiz");
    pty_type(&pty, "stty -echo -icanon\rexit 3\r");
    stage_check(stage_is_golden(&pty, "run-80x24.utf8") && pty.has_alt_screen, "exit brings the screen back as it was");
    pty_type(&pty, "j");
    stage_check(pty_wait_has(&pty, "> kub-master-3"), "and keys work again");
    pty_type(&pty, "!");
    pty_wait_has(&pty, "a shell on kub-master-3");
    kill(pty.program, SIGUSR1); /* exit() */
    stage_check(!strcmp(pty_wait_report(&pty), "exit 3") && pty_is_restored(&pty), "kwiz ending under a shell leaves the modes as before");
    pty_stop(&pty);

    char *ssh = mem_printf("%s/ssh", folder), *path = mem_printf("PATH=%s:/usr/bin:/bin", folder);
    write_program(ssh, "#!/bin/sh\necho \"asked for: $*\"\nkill -TSTP $$\necho went on\nexit 255\n");
    const char *environment[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", "COLORFGBG=15;0", "TZ=UTC", "NO_COLOR=", "KWIZ_THEME=", path, NULL};
    stage_start_in(&pty, 24, 80, environment, "ha", NULL);
    pty_wait_has(&pty, "? help");
    pty_type(&pty, "j!");
    stage_check(pty_wait_has(&pty, "asked for: -- 10.1.4.37"), "for a host that is ssh");
    stage_check(pty_wait_has(&pty, "went on"), "which is continued when it stops itself");
    stage_check(pty_wait_has(&pty, "ssh ended with status 255. Enter goes back to kwiz."), "and what it has to say stays until it was read");
    pty_type(&pty, "\r");
    stage_check(stage_is_golden(&pty, "run-80x24.utf8"), "then the screen is back");
    unlink(ssh);
    write_program(ssh, "no program\n");
    chmod(ssh, 0644);
    pty_stop(&pty);
    free(path);
    path = mem_printf("PATH=%s", folder);
    environment[6] = path;
    stage_start_in(&pty, 24, 80, environment, "ha", NULL);
    pty_wait_has(&pty, "? help");
    pty_type(&pty, "j!");
    stage_check(pty_wait_has(&pty, "ssh can't be started"), "an ssh that can't be run is told in row 22");
    pty_type(&pty, "k");
    stage_check(pty_wait_has(&pty, "> kub-master-1"), "with the screen in its place");
    pty_stop(&pty);
    free(ssh);
    free(path);
}

static void ends_with(int signal_number, const char *want, const char *what)
{
    struct pty pty;
    stage_start(&pty, "ha");
    pty_wait_has(&pty, "? help");
    pty_type(&pty, "m");
    pty_wait_has(&pty, "Mouse on");
    stage_settle(&pty, 50);
    if (!pty.has_mouse || !pty.has_paste || !pty.has_alt_screen)
        stage_check(false, "mouse, bracketed paste and the alternate screen are on");
    kill(pty.program, signal_number);
    const char *got = pty_wait_report(&pty);
    if (!stage_check(!strcmp(got, want), what))
        printf("  wanted %s, got %s\n", want, got);
    stage_check(pty_is_restored(&pty), "  and the terminal is as before, mouse and all");
    pty_stop(&pty);
}

static void ending(void)
{
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    ends_with(SIGTERM, "signal 15", "SIGTERM ends it as SIGTERM does");
    ends_with(SIGHUP, "signal 1", "SIGHUP");
    ends_with(SIGINT, "signal 2", "SIGINT");
    ends_with(SIGQUIT, "signal 3", "SIGQUIT");
    ends_with(SIGUSR1, "exit 3", "exit() without a word");
#ifdef __SANITIZE_ADDRESS__
    stage_skip(6); /* the sanitizer ends the program in its own way */
#else
    ends_with(SIGSEGV, "signal 11", "SIGSEGV sent");
    ends_with(SIGABRT, "signal 6", "SIGABRT");
    ends_with(SIGUSR2, "signal 11", "a real crash");
#endif
    struct pty pty;
    stage_start_in(&pty, 24, 80, stage_plain, "end", "--end");
    stage_check(!strcmp(pty_wait_report(&pty), "exit 0") && pty_wait_has(&pty, "asked: quit") &&
              pty_is_restored(&pty),
          "a run that has ended ends the view, when that is wanted");
    pty_stop(&pty);
    stage_start(&pty, "end");
    pty_wait_has(&pty, "? help");
    pty_type(&pty, "q");
    stage_check(!strcmp(pty_wait_report(&pty), "exit 0") && pty_wait_has(&pty, "asked: quit"),
          "else it stays until q");
    pty_stop(&pty);
}

static void refuses(const char *term, const char *want, const char *what)
{
    struct pty pty;
    const char *environment[] = {term, "LC_ALL=C.UTF-8", NULL};
    stage_start_in(&pty, 24, 80, environment, "ha", NULL);
    stage_check(!strcmp(pty_wait_report(&pty), "exit 8") && pty_wait_has(&pty, want) && pty_is_restored(&pty),
          what);
    pty_stop(&pty);
}

static void refusing(void)
{
    refuses("TERM=dumb", "it can't place text on a screen", "TERM=dumb is refused with a reason");
    refuses("TERM=nosuch", "terminfo doesn't know", "an unknown TERM too");
    refuses("TERM=", "TERM is not set", "and none");
    char *command = mem_printf("%s ha </dev/null 2>&1 >/dev/null | grep -q 'no terminal'", stage_demo());
    stage_check(system(command) == 0, "and what is no terminal");
    free(command);
}

static bool has_colours(const char *option, const char *no_color, const char *theme, const char *mark)
{
    struct pty pty;
    const char *environment[] = {
        "TERM=xterm-256color", "LC_ALL=C.UTF-8", "COLORFGBG=15;0", no_color, theme, NULL};
    stage_start_in(&pty, 24, 80, environment, "fail", option);
    pty_wait_has(&pty, "? help");
    while (pty_read(&pty, 100)) {
    }
    bool has = strstr(buf_text(&pty.raw), mark) != NULL;
    pty_stop(&pty);
    return has;
}

static void colours(void)
{
    stage_check(has_colours(NULL, "NO_COLOR=", "KWIZ_THEME=", "38;5;114"), "256 colours for a dark background");
    stage_check(has_colours(NULL, "NO_COLOR=", "KWIZ_THEME=light", "38;5;22"), "and others for a light one");
    stage_check(!has_colours(NULL, "NO_COLOR=1", "KWIZ_THEME=", "38;5;"), "NO_COLOR: none");
    stage_check(!has_colours("--color=never", "NO_COLOR=", "KWIZ_THEME=", "38;5;"), "--color=never: none");
    stage_check(has_colours("--color=always", "NO_COLOR=1", "KWIZ_THEME=", "38;5;114"),
          "--color=always stands above NO_COLOR");
    stage_check(!has_colours(NULL, "NO_COLOR=", "KWIZ_THEME=mono", "38;5;"), "KWIZ_THEME=mono: none");
}

static uint64_t cpu_ticks(pid_t pid)
{
    char path[64];
    unsigned long user = 0, system_time = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (!file ||
        fscanf(file, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system_time) != 2)
        user = 0;
    if (file)
        fclose(file);
    return user + system_time;
}

static void idling(void)
{
    struct pty pty;
    stage_start(&pty, "ha"); /* its clock stands, and it paints at every beat */
    pty_wait_has(&pty, "? help");
    while (pty_read(&pty, 200)) {
    }
    uint64_t before = pty.bytes, ticks = cpu_ticks(pty.program);
    size_t beats = pty_beats(&pty);
    beats = 0;
    while (beats < 20) { /* 20 beats ask for 10 frames */
        pty_read(&pty, 50);
        beats += pty_beats(&pty);
    }
    stage_check(pty.bytes == before, "frames without a change send no byte");
    printf("     %llu bytes in %zu beats, %llu ticks of CPU (10 ms each)\n",
           (unsigned long long)(pty.bytes - before), beats,
           (unsigned long long)(cpu_ticks(pty.program) - ticks));
    pty_type(&pty, "j");
    pty_wait_has(&pty, "> kub-master-2");
    while (pty_read(&pty, 200)) {
    }
    printf("     moving the focus by one line sends %llu bytes\n", (unsigned long long)(pty.bytes - before));
    stage_check(pty.bytes - before < 2000, "moving the focus sends what has changed only");
    pty_stop(&pty);
}

/* A terminal that takes no output must not stop the run. */
static void stuck_terminal(void)
{
    struct pty pty;
    stage_start(&pty, "flood");
    pty_wait_has(&pty, "? help");
    for (int i = 0; i < 200; i++)
        pty_type(&pty, "\014"); /* ^L: everything again, 200 times, and nobody reads */
    pty_beats(&pty);
    size_t beats = 0;
    for (int i = 0; i < 40 && beats < 20; i++) {
        usleep(50000);
        beats += pty_beats(&pty);
    }
    if (!stage_check(beats >= 20, "the loop goes on while the terminal takes no output"))
        printf("  %zu beats\n", beats);
    pty_type(&pty, "?");
    stage_check(pty_wait_has(&pty, "Help: Run"), "and the screen is right when it does again");
    pty_stop(&pty);
}

static void vanished_terminal(void)
{
    struct pty pty;
    stage_start(&pty, "ha");
    pty_wait_has(&pty, "? help");
    close(pty.slave);
    close(pty.master);
    pty.slave = open("/dev/null", O_RDWR);
    pty.master = open("/dev/null", O_RDWR);
    const char *got = pty_wait_report(&pty);
    stage_check(!strncmp(got, "exit", 4) || !strcmp(got, "signal 1"), "it ends when the terminal is gone");
    pty_stop(&pty);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Wait until the focus stands in that row (from 0). */
static bool wait_focus(struct pty *pty, int row)
{
    double end_s = now_s() + 5;
    VTermScreenCell cell;
    do {
        vterm_screen_get_cell(pty->screen, (VTermPos){row, 0}, &cell);
        if (cell.chars[0] == '>')
            return true;
        pty_read(pty, 20);
    } while (now_s() < end_s);
    return false;
}

/* From a key to the row that has the focus, while 100 hosts write. */
static void latency(const char *scene)
{
    enum { KEYS = 200 };
    static double times[KEYS];
    struct pty pty;
    stage_start(&pty, scene);
    pty_wait_has(&pty, "? help");
    pty_type(&pty, "g");
    wait_focus(&pty, 5);
    int late = 0;
    for (int i = 0; i < KEYS && late < 3; i++) {
        double start_s = now_s();
        pty_type(&pty, i % 2 ? "k" : "j");
        late += !wait_focus(&pty, i % 2 ? 5 : 6);
        times[i] = (now_s() - start_s) * 1000;
        usleep(3000);
    }
    qsort(times, KEYS, sizeof *times, by_value);
    printf("     key to screen, %s: p50 %.2f ms, p90 %.2f ms, p99 %.2f ms, worst %.2f ms\n", scene,
           times[KEYS / 2], times[KEYS * 9 / 10], times[KEYS * 99 / 100], times[KEYS - 1]);
    stage_check(!late && times[KEYS * 99 / 100] < 1000, "keys are on the screen within a second even here");
    pty_stop(&pty);
}

int main(void)
{
    stage_begin();
    painting_and_resizing();
    keys();
    suspending();
    copying();
    shells(getenv("TMPDIR"));
    ending();
    refusing();
    colours();
    idling();
    stuck_terminal();
    vanished_terminal();
    latency("ha");
    latency("flood");
    return stage_end();
}
