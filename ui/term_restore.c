#include "ui/term_restore.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"

/* All that the handler touches is written before it is armed. */
static struct {
    int in_fd, out_fd, send_fd;
    int in_flags, out_flags; /* of the open files, which a shell shares; negative = unknown */
    char bytes[TERM_RESTORE_MAX];
    size_t len;
    struct termios modes;
    bool has_modes;
    volatile sig_atomic_t is_raw, drops_input;
} saved;

static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP};
static const int polite[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};
#define RESTORE_LIMIT_MS 1000 /* for a terminal that takes no output */
#define ARRIVAL_MS 50         /* for what is on its way from the terminal */
#define COUNT(a) (sizeof(a) / sizeof *(a))

static struct sigaction old_fatal[COUNT(fatal)];
static bool is_caught[COUNT(polite)];
static bool is_armed;
static char *stack; /* a crash may be one of the stack */

static void give_back_modes(void)
{
    if (saved.has_modes)
        tcsetattr(saved.in_fd, saved.drops_input ? TCSAFLUSH : TCSANOW, &saved.modes);
    if (saved.in_flags >= 0)
        fcntl(saved.in_fd, F_SETFL, saved.in_flags);
    if (saved.out_flags >= 0)
        fcntl(saved.out_fd, F_SETFL, saved.out_flags);
}

/* Calls only what may be called in a signal handler (signal-safety(7)). */
static void restore(void)
{
    if (!saved.is_raw)
        return;
    saved.is_raw = 0;
    size_t done = 0;
    while (done < saved.len) {
        struct pollfd p = {.fd = saved.send_fd, .events = POLLOUT};
        if (poll(&p, 1, RESTORE_LIMIT_MS) <= 0 || !(p.revents & POLLOUT))
            break;
        ssize_t n = write(saved.send_fd, saved.bytes + done, saved.len - done);
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    if (saved.drops_input)
        poll(NULL, 0, ARRIVAL_MS);
    give_back_modes();
}

static void on_signal(int number, siginfo_t *info, void *context)
{
    (void)context;
    int kept = errno;
    restore();
    /* what was there before us (a sanitizer's handler, a core dump) has its turn */
    struct sigaction next = {.sa_handler = SIG_DFL};
    for (size_t i = 0; i < COUNT(fatal); i++)
        if (fatal[i] == number)
            next = old_fatal[i];
    sigaction(number, &next, NULL);
    if (info->si_code <= 0 ||
        number == SIGABRT) /* sent; what the processor raised comes again by itself, with its address */
        raise(number);
    errno = kept;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_ONSTACK | SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    stack_t old;
    if (sigaltstack(NULL, &old) == 0 && (old.ss_flags & SS_DISABLE)) {
        stack = mem_new(1, 65536);
        stack_t own = {.ss_sp = stack, .ss_size = 65536};
        sigaltstack(&own, NULL);
    }
    for (size_t i = 0; i < COUNT(fatal); i++)
        sigaction(fatal[i], &action, &old_fatal[i]);
    for (size_t i = 0; i < COUNT(polite); i++) {
        struct sigaction now;
        sigaction(polite[i], NULL, &now);
        is_caught[i] = !(now.sa_flags & SA_SIGINFO) && now.sa_handler == SIG_DFL;
        if (is_caught[i])
            sigaction(polite[i], &action, NULL);
    }
}

void term_restore_arm(int in_fd, int out_fd, int send_fd, const char *bytes, size_t len)
{
    static bool is_registered;
    saved.in_fd = in_fd;
    saved.out_fd = out_fd;
    saved.send_fd = send_fd;
    saved.in_flags = fcntl(in_fd, F_GETFL);
    saved.out_flags = fcntl(out_fd, F_GETFL);
    saved.len = len < sizeof saved.bytes ? len : sizeof saved.bytes;
    memcpy(saved.bytes, bytes, saved.len);
    saved.drops_input = 0;
    saved.has_modes = tcgetattr(in_fd, &saved.modes) == 0;
    if (!is_registered)
        atexit(restore);
    is_registered = true;
    mem_on_exhausted = restore;
    catch_signals();
    is_armed = true;
}

bool term_restore_raw(void)
{
    struct termios raw = saved.modes;
    raw.c_iflag &= (tcflag_t) ~(BRKINT | ICRNL | INLCR | IGNCR | ISTRIP | IXON | IXOFF | PARMRK);
    raw.c_oflag &= (tcflag_t)~OPOST; /* ncurses counts on a line feed that is only that */
    raw.c_lflag &= (tcflag_t) ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    raw.c_cflag = (raw.c_cflag & (tcflag_t)~CSIZE) | CS8;
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    saved.is_raw = 1;
    return tcsetattr(saved.in_fd, TCSANOW, &raw) == 0;
}

void term_restore_now(void)
{
    if (saved.is_raw)
        give_back_modes();
    saved.is_raw = 0;
}

void term_restore_drop_input(bool drops)
{
    saved.drops_input = drops;
}

void term_restore_disarm(void)
{
    if (!is_armed)
        return;
    is_armed = false;
    mem_on_exhausted = NULL;
    for (size_t i = 0; i < COUNT(fatal); i++)
        sigaction(fatal[i], &old_fatal[i], NULL);
    for (size_t i = 0; i < COUNT(polite); i++) {
        struct sigaction now;
        sigaction(polite[i], NULL, &now);
        if (is_caught[i] && (now.sa_flags & SA_SIGINFO) && now.sa_sigaction == on_signal)
            signal(polite[i], SIG_DFL);
    }
    if (stack) {
        stack_t none = {.ss_flags = SS_DISABLE};
        sigaltstack(&none, NULL);
        free(stack);
        stack = NULL;
    }
}
