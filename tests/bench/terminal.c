/* How quickly a program with screens answers keys, shows its first screen, and what it costs while nothing happens: measured from outside, through a
 * pseudo terminal painted by libvterm, for any program alike.
 *
 *     terminal keys  NAME READY SETUP KEY BACK ROW COL WIDTH COUNT PROGRAM ARGUMENT...
 *     terminal start NAME READY RUNS PROGRAM ARGUMENT...
 *     terminal idle  NAME READY SECONDS PROGRAM ARGUMENT...
 *
 * READY: a text that the first complete screen holds. SETUP: keys pressed before measuring. KEY changes WIDTH cells at ROW and COL (from 0), BACK changes them
 * back; nothing else may change them. A key has arrived when they have changed: text, colours or reverse. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/screen/pty.h"

#define ROWS 24
#define COLS 80
#define LIMIT_S 10.0

struct area {
    int row, col, width;
};

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint64_t look_of(const struct pty *pty, struct area area)
{
    uint64_t hash = 14695981039346656037u;
    for (int col = area.col; col < area.col + area.width; col++) {
        VTermScreenCell cell;
        vterm_screen_get_cell(pty->screen, (VTermPos){area.row, col}, &cell);
        uint32_t parts[] = {cell.chars[0],
                            cell.attrs.reverse,
                            (uint32_t)cell.fg.type << 24 | (uint32_t)cell.fg.rgb.red << 16 |
                                (uint32_t)cell.fg.rgb.green << 8 | cell.fg.rgb.blue,
                            (uint32_t)cell.bg.type << 24 | (uint32_t)cell.bg.rgb.red << 16 |
                                (uint32_t)cell.bg.rgb.green << 8 | cell.bg.rgb.blue};
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            hash = (hash ^ parts[i]) * 1099511628211u;
    }
    return hash;
}

static void settle(struct pty *pty, int quiet_ms, double limit_s)
{
    double end = now_s() + limit_s;
    while (now_s() < end && pty_read(pty, quiet_ms)) {
    }
}

/* Seconds from exec to a screen with this text; negative = there was none. */
static double open_screen(struct pty *pty, const char *ready, char *const *argv)
{
    static const char *const environment[] = {NULL};
    double start = now_s();
    pty_start(pty, ROWS, COLS, environment, (const char *const *)argv);
    pty->answers = true;
    do { /* what a program that is soon done has written may be there already */
        char *text = pty_text(pty);
        bool is_there = strstr(text, ready) != NULL;
        free(text);
        if (is_there)
            return now_s() - start;
        pty_read(pty, 100);
    } while (now_s() < start + LIMIT_S);
    char *text = pty_text(pty);
    fprintf(stderr, "%s: no \"%s\" in %.0f s; the screen is:\n%s", argv[0], ready, LIMIT_S, text);
    free(text);
    return -1;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void print_distribution(const double *ms, int count)
{
    static const double edges[] = {0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 1e9};
    printf("   ");
    int at = 0;
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        int from = at;
        while (at < count && ms[at] <= edges[i])
            at++;
        if (edges[i] < 1e9)
            printf(" <=%g: %d ", edges[i], at - from);
        else
            printf(" more: %d\n", at - from);
    }
}

/* Seconds until the area looks different; negative = it didn't. */
static double press(struct pty *pty, const char *key, struct area area)
{
    uint64_t before = look_of(pty, area);
    double start = now_s();
    pty_type(pty, key);
    while (now_s() < start + LIMIT_S)
        if (pty_read(pty, 100) && look_of(pty, area) != before)
            return now_s() - start;
    return -1;
}

static int measure_keys(char **argv)
{
    const char *name = argv[0], *ready = argv[1], *setup = argv[2];
    const char *keys[] = {argv[3], argv[4]};
    struct area area = {atoi(argv[5]), atoi(argv[6]), atoi(argv[7])};
    int count = atoi(argv[8]);
    struct pty pty;
    double *ms = mem_new((size_t)count, sizeof *ms);
    unsigned seed = 7;
    int status = open_screen(&pty, ready, argv + 9) < 0;
    settle(&pty, 300, 1);
    for (; *setup && !status; setup++) {
        pty_type(&pty, (char[]){*setup, '\0'});
        settle(&pty, 100, 0.3);
    }
    for (int i = 0; i < count && !status; i++) {
        double took = press(&pty, keys[i % 2], area);
        if (took < 0) {
            char *text = pty_text(&pty);
            fprintf(stderr, "%s: key %d changed nothing there; the screen is:\n%s", name, i, text);
            free(text);
            status = 1;
        }
        ms[i] = took * 1000;
        seed = seed * 1103515245 + 12345;
        double until = now_s() + 0.010 + (seed >> 16) % 30 / 1000.0; /* out of step with frames */
        while (now_s() < until)
            pty_read(&pty, 1);
    }
    qsort(ms, (size_t)count, sizeof *ms, by_value);
    if (!status) {
        printf("%-34s %d keys, ms: p50 %6.2f  p90 %6.2f  p99 %6.2f  max %6.2f\n", name, count, ms[count / 2],
               ms[count * 9 / 10], ms[count * 99 / 100], ms[count - 1]);
        print_distribution(ms, count);
    }
    free(ms);
    pty_stop(&pty);
    return status;
}

static int measure_start(char **argv)
{
    int runs = atoi(argv[2]);
    double *ms = mem_new((size_t)runs, sizeof *ms);
    for (int i = 0; i < runs; i++) {
        struct pty pty;
        ms[i] = open_screen(&pty, argv[1], argv + 3) * 1000;
        pty_stop(&pty);
        if (ms[i] < 0)
            return 1;
    }
    qsort(ms, (size_t)runs, sizeof *ms, by_value);
    printf("%-34s %d starts, ms: median %6.2f  least %6.2f  max %6.2f\n", argv[0], runs, ms[runs / 2], ms[0],
           ms[runs - 1]);
    free(ms);
    return 0;
}

struct usage {
    double cpu_ms;
    unsigned long wakeups;
};

static struct usage usage_of(pid_t pid)
{
    struct usage usage = {0};
    char path[64], line[256];
    unsigned long long ns = 0;
    snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
    FILE *file = fopen(path, "r");
    if (file) {
        if (fscanf(file, "%llu", &ns) == 1)
            usage.cpu_ms = (double)ns / 1e6;
        fclose(file);
    }
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "voluntary_ctxt_switches: %lu", &usage.wakeups) == 1)
            break;
    if (file)
        fclose(file);
    return usage;
}

static int measure_idle(char **argv)
{
    struct pty pty;
    double seconds = atof(argv[2]);
    int status = open_screen(&pty, argv[1], argv + 3) < 0;
    settle(&pty, 500, 2);
    struct usage before = usage_of(pty.program);
    uint64_t bytes = pty.bytes;
    double end = now_s() + seconds;
    while (now_s() < end)
        pty_read(&pty, (int)((end - now_s()) * 1000) + 1);
    struct usage after = usage_of(pty.program);
    if (!status)
        printf("%-34s %.0f s idle: %.2f ms of processor, %lu wakeups, %llu bytes sent\n", argv[0], seconds,
               after.cpu_ms - before.cpu_ms, after.wakeups - before.wakeups,
               (unsigned long long)(pty.bytes - bytes));
    pty_stop(&pty);
    return status;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc > 11 && !strcmp(argv[1], "keys"))
        return measure_keys(argv + 2);
    if (argc > 5 && !strcmp(argv[1], "start") && atoi(argv[4]) > 0)
        return measure_start(argv + 2);
    if (argc > 5 && !strcmp(argv[1], "idle"))
        return measure_idle(argv + 2);
    fprintf(stderr, "usage: see the head of tests/bench/terminal.c\n");
    return 2;
}
