#include "tests/screen/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#include "base/mem.h"

#define LIMIT_MS 30000 /* much of it may be needed on a machine with much to do */
#define FAILED_MS 1000
#define FAILURES_MAX 4 /* programs; then all others get only so long */

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int failures;

/* Where something did not come, what follows from it won't either: a test that fails is not to take an hour. */
static uint64_t limit(const struct pty *pty)
{
    return now_ms() + (pty->has_failed || failures >= FAILURES_MAX ? FAILED_MS : LIMIT_MS);
}

static void fail(struct pty *pty)
{
    failures += !pty->has_failed;
    pty->has_failed = true;
}

static void die(const char *what)
{
    perror(what);
    exit(99);
}

/* -- the shell
 * -----------------------------------------------------------------------------------------------------------------
 */

static pid_t start_program(const char *const *argv, int beats)
{
    pid_t pid = fork();
    if (pid < 0)
        die("fork");
    if (pid) {
        setpgid(pid, pid);
        return pid;
    }
    setpgid(0, 0);
    tcsetpgrp(0, getpid());
    signal(SIGTTOU, SIG_DFL);
    signal(SIGTTIN, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    dup2(beats, 3);
    execv(argv[0], (char *const *)argv);
    die(argv[0]);
    return -1;
}

static void report(int fd, int status)
{
    char line[32];
    if (WIFSTOPPED(status))
        snprintf(line, sizeof line, "stopped\n");
    else if (WIFSIGNALED(status))
        snprintf(line, sizeof line, "signal %d\n", WTERMSIG(status));
    else
        snprintf(line, sizeof line, "exit %d\n", WEXITSTATUS(status));
    if (write(fd, line, strlen(line)) < 0)
        _exit(1);
}

/* Job control as a shell does it: without, a program can't be suspended, as nobody could continue it. */
static void run_shell(const char *const *argv, int beats, int orders, int reports)
{
    signal(SIGTTOU, SIG_IGN);
    signal(SIGTTIN, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    struct termios modes;
    tcgetattr(0, &modes);
    pid_t pid = start_program(argv, beats);
    char line[32];
    snprintf(line, sizeof line, "%d\n", (int)pid);
    if (write(reports, line, strlen(line)) < 0)
        _exit(1);
    int status;
    char order;
    while (waitpid(pid, &status, WUNTRACED) == pid) {
        tcsetpgrp(0, getpid());
        report(reports, status);
        if (!WIFSTOPPED(status))
            break;
        tcsetattr(0, TCSADRAIN, &modes); /* the shell has its own modes while it waits */
        if (read(orders, &order, 1) != 1)
            break;
        tcsetpgrp(0, pid);
        kill(-pid, SIGCONT);
    }
    (void)!read(orders, &order, 1); /* stay, so that the session keeps its terminal, until told */
    kill(-pid, SIGKILL);
    _exit(0);
}

/* -- the terminal
 * --------------------------------------------------------------------------------------------------------------
 */

static int on_property(VTermProp property, VTermValue *value, void *user)
{
    struct pty *pty = user;
    if (property == VTERM_PROP_ALTSCREEN)
        pty->has_alt_screen = value->boolean;
    if (property == VTERM_PROP_CURSORVISIBLE)
        pty->has_cursor = value->boolean;
    if (property == VTERM_PROP_MOUSE)
        pty->has_mouse = value->number != VTERM_PROP_MOUSE_NONE;
    return 1;
}

static void on_answer(const char *bytes, size_t len, void *user)
{
    struct pty *pty = user;
    if (pty->answers && write(pty->master, bytes, len) < 0)
        perror("write");
}

/* libvterm keeps this mode to itself. */
static void look_for_paste(struct pty *pty, const char *bytes, size_t len)
{
    static const char mark[] = "\033[?2004";
    const char *end = bytes + len, *at;
    while ((at = memmem(bytes, (size_t)(end - bytes), mark, sizeof mark - 1)) != NULL) {
        bytes = at + sizeof mark - 1;
        if (bytes < end)
            pty->has_paste = *bytes == 'h';
    }
}

static void start_vterm(struct pty *pty, int rows, int cols)
{
    static const VTermScreenCallbacks callbacks = {.settermprop = on_property};
    pty->vterm = vterm_new(rows, cols);
    vterm_set_utf8(pty->vterm, 1);
    pty->screen = vterm_obtain_screen(pty->vterm);
    vterm_screen_set_callbacks(pty->screen, &callbacks, pty);
    vterm_output_set_callback(pty->vterm, on_answer, pty);
    vterm_screen_enable_altscreen(pty->screen, 1);
    vterm_screen_reset(pty->screen, 1);
}

static void set_environment(const char *const *environment)
{
    for (; *environment; environment++) {
        char *name = mem_strdup(*environment), *value = strchr(name, '=');
        *value++ = '\0';
        if (*value)
            setenv(name, value, 1);
        else
            unsetenv(name);
    }
}

void pty_start(struct pty *pty, int rows, int cols, const char *const *environment, const char *const *argv)
{
    int orders[2], reports[2], beats[2];
    *pty = (struct pty){.has_cursor = true};
    buf_init(&pty->raw, 4 << 20);
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    if (openpty(&pty->master, &pty->slave, NULL, NULL, &size) < 0 || pipe(orders) < 0 || pipe(reports) < 0 ||
        pipe(beats) < 0)
        die("openpty");
    tcgetattr(pty->slave, &pty->before);
    fflush(stdout);
    pty->shell = fork();
    if (pty->shell < 0)
        die("fork");
    if (!pty->shell) {
        close(pty->master);
        close(orders[1]);
        login_tty(pty->slave);
        set_environment(environment);
        run_shell(argv, beats[1], orders[0], reports[1]);
    }
    close(orders[0]);
    close(reports[1]);
    close(beats[1]);
    pty->orders = orders[1];
    pty->reports = reports[0];
    pty->beats = beats[0];
    fcntl(pty->beats, F_SETFL, O_NONBLOCK);
    fcntl(pty->master, F_SETFL, O_NONBLOCK);
    start_vterm(pty, rows, cols);
    pty->program = (pid_t)atoi(pty_wait_report(pty));
}

bool pty_read(struct pty *pty, int wait_ms)
{
    struct pollfd p = {.fd = pty->master, .events = POLLIN};
    char bytes[4096];
    if (poll(&p, 1, wait_ms) <= 0)
        return false;
    ssize_t n = read(pty->master, bytes, sizeof bytes);
    if (n <= 0)
        return false;
    vterm_input_write(pty->vterm, bytes, (size_t)n);
    pty->bytes += (uint64_t)n;
    size_t seen = pty->raw.len < 8 ? pty->raw.len : 8; /* the mark may have come in two parts */
    if (buf_add(&pty->raw, bytes, (size_t)n))
        look_for_paste(pty, pty->raw.data + pty->raw.len - (size_t)n - seen, (size_t)n + seen);
    else
        look_for_paste(pty, bytes, (size_t)n);
    return true;
}

void pty_type(struct pty *pty, const char *keys)
{
    if (write(pty->master, keys, strlen(keys)) < 0)
        perror("write");
}

void pty_resize(struct pty *pty, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    while (pty_read(pty, 0)) {
    }
    vterm_set_size(pty->vterm, rows, cols);
    if (ioctl(pty->master, TIOCSWINSZ, &size) < 0) /* the kernel tells the foreground program */
        perror("TIOCSWINSZ");
}

static void add_cell(struct buf *out, const VTermScreenCell *cell)
{
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++) {
        char s[8] = {0};
        uint32_t cp = cell->chars[i];
        if (cp < 0x80)
            s[0] = (char)cp;
        else if (cp < 0x800)
            s[0] = (char)(0xc0 | cp >> 6), s[1] = (char)(0x80 | (cp & 0x3f));
        else
            s[0] = (char)(0xe0 | cp >> 12), s[1] = (char)(0x80 | (cp >> 6 & 0x3f)),
            s[2] = (char)(0x80 | (cp & 0x3f));
        buf_adds(out, s);
    }
    if (!cell->chars[0])
        buf_adds(out, " ");
}

char *pty_text(const struct pty *pty)
{
    struct buf out;
    int rows, cols;
    buf_init(&out, 1 << 20);
    vterm_get_size(pty->vterm, &rows, &cols);
    for (int row = 0; row < rows; row++) {
        for (int col = 0; col < cols;) {
            VTermScreenCell cell;
            vterm_screen_get_cell(pty->screen, (VTermPos){row, col}, &cell);
            add_cell(&out, &cell);
            col += cell.width > 0 ? cell.width : 1;
        }
        while (out.len && out.data[out.len - 1] == ' ')
            out.data[--out.len] = '\0';
        buf_adds(&out, "\n");
    }
    return buf_take(&out);
}

static bool wait_for(struct pty *pty, const char *text, bool is_whole)
{
    uint64_t end = limit(pty);
    for (;;) {
        char *now = pty_text(pty);
        bool ok = is_whole ? !strcmp(now, text) : strstr(now, text) != NULL;
        bool is_late = !ok && now_ms() >= end;
        if (is_late) {
            printf("  wanted%s:\n%s\n  the screen is:\n%s", is_whole ? "" : " somewhere", text, now);
            fail(pty);
        }
        free(now);
        if (ok || is_late)
            return ok;
        pty_read(pty, 50);
    }
}

bool pty_wait_is(struct pty *pty, const char *text)
{
    return wait_for(pty, text, true);
}

bool pty_wait_has(struct pty *pty, const char *text)
{
    return wait_for(pty, text, false);
}

/* Does it run, or wait for a disk? Not when it is stopped or gone. */
static bool is_running(pid_t pid)
{
    char path[64], line[256] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    const char *state = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
    fclose(file);
    return state && (state[2] == 'R' || state[2] == 'D');
}

bool pty_wait_idle(struct pty *pty)
{
    uint64_t end = limit(pty);
    for (;;) {
        /* In this order: what it read it has answered when it sleeps again, and what it wrote before that is there to be read. */
        struct pollfd typed = {.fd = pty->slave, .events = POLLIN};
        bool is_idle = poll(&typed, 1, 0) == 0 && !is_running(pty->program);
        while (pty_read(pty, 0))
            is_idle = false; /* it may have waited for room */
        if (is_idle || now_ms() >= end)
            return is_idle;
        pty_read(pty, 2);
    }
}

const char *pty_wait_report(struct pty *pty)
{
    static char line[32];
    size_t len = 0;
    uint64_t end = limit(pty);
    while (now_ms() < end && len < sizeof line - 1) {
        struct pollfd p = {.fd = pty->reports, .events = POLLIN};
        pty_read(pty, 0); /* a program that can't write can't end */
        if (poll(&p, 1, 20) <= 0)
            continue;
        if (read(pty->reports, line + len, 1) != 1)
            break;
        if (line[len] == '\n') {
            line[len] = '\0';
            while (pty_read(pty, 0)) {
            }
            return line;
        }
        len++;
    }
    fail(pty);
    return "";
}

void pty_continue(struct pty *pty)
{
    if (write(pty->orders, "c", 1) < 0)
        perror("write");
}

bool pty_is_echoing(const struct pty *pty)
{
    struct termios now;
    return tcgetattr(pty->slave, &now) == 0 && (now.c_lflag & ECHO);
}

bool pty_is_restored(const struct pty *pty)
{
    struct termios now;
    tcgetattr(pty->slave, &now);
    return now.c_iflag == pty->before.c_iflag && now.c_oflag == pty->before.c_oflag &&
           now.c_lflag == pty->before.c_lflag && now.c_cflag == pty->before.c_cflag && !pty->has_alt_screen &&
           pty->has_cursor && !pty->has_mouse && !pty->has_paste;
}

size_t pty_unread(const struct pty *pty)
{
    struct termios raw = pty->before;
    int count = 0;
    raw.c_lflag &= (tcflag_t)~ICANON;
    tcsetattr(pty->slave, TCSANOW, &raw);
    ioctl(pty->slave, FIONREAD, &count);
    return count > 0 ? (size_t)count : 0;
}

size_t pty_beats(const struct pty *pty)
{
    char bytes[4096];
    ssize_t n = read(pty->beats, bytes, sizeof bytes);
    return n > 0 ? (size_t)n : 0;
}

void pty_vanish(struct pty *pty)
{
    close(pty->master);
    pty->master = -1;
}

void pty_stop(struct pty *pty)
{
    if (pty->program > 0)
        kill(pty->program, SIGKILL);
    close(pty->orders);
    if (pty->master >= 0)
        close(pty->master);
    close(pty->slave);
    kill(pty->shell, SIGKILL);
    waitpid(pty->shell, NULL, 0);
    close(pty->reports);
    close(pty->beats);
    vterm_free(pty->vterm);
    buf_done(&pty->raw);
}
