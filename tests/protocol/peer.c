/*
 * peer: kwiz's end of the step protocol for the fault tests. It starts a command (the loader under some
 * shell) on a pair of pipes, takes orders on its standard input, one a line, and answers each with one line.
 * Frames go to DIR/frames with the time they came, log and record bytes to DIR/log.ID and DIR/rec.ID. A byte
 * twice, a gap or an unknown frame is an error that every later order repeats.
 *
 *   boot FILE            wait for KWIZ-READY, send the length and FILE
 *   send LINE            one frame
 *   put NAME FILE        a put frame with the file's bytes
 *   raw FILE             bytes as they are
 *   wait SECONDS REGEX   until a frame matches that came after the last `mark`; answers it
 *   count REGEX          how many frames match since the last `mark`
 *   mark                 forget the frames so far
 *   have KIND ID BYTES   this much of a stream was followed before
 *   stream SECONDS KIND ID BYTES   until so many bytes of a stream are here
 *   stall / resume       stop reading the host's output, read on
 *   close                close the host's input;  gone SECONDS: until the host's end is over
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <regex.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STREAMS = 512, LINE = 8192 };

struct stream {
    char kind[8];
    char id[24];
    uint64_t have;
    FILE *file;
};

struct peer {
    const char *dir;
    pid_t pid;
    int to, from;
    bool ready, stalled, ended;
    char line[LINE];
    size_t line_len;
    struct stream *body; /* whose bytes are being read */
    uint64_t body_left;
    bool secret_body;
    struct stream streams[STREAMS];
    size_t n_streams;
    char **frames;
    size_t n_frames, mark;
    FILE *frames_file;
    char error[512];
};

static struct peer p;

__attribute__((format(printf, 1, 2))) static void fail(const char *fmt, ...)
{
    va_list ap;

    if (p.error[0] != '\0')
        return;
    va_start(ap, fmt);
    vsnprintf(p.error, sizeof p.error, fmt, ap);
    va_end(ap);
}

static double now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static struct stream *stream_find(const char *kind, const char *id)
{
    char path[4096];
    struct stream *s;

    for (size_t i = 0; i < p.n_streams; i++)
        if (strcmp(p.streams[i].kind, kind) == 0 && strcmp(p.streams[i].id, id) == 0)
            return &p.streams[i];
    if (p.n_streams == STREAMS) {
        fprintf(stderr, "peer: too many streams\n");
        exit(2);
    }
    s = &p.streams[p.n_streams++];
    snprintf(s->kind, sizeof s->kind, "%s", kind);
    snprintf(s->id, sizeof s->id, "%s", id);
    snprintf(path, sizeof path, "%s/%s.%s", p.dir, kind, id);
    s->file = getenv("PEER_DISCARD") ? fopen("/dev/null", "w") : fopen(path, "a");
    if (s->file == NULL) {
        perror(path);
        exit(2);
    }
    return s;
}

static void frame(char *text)
{
    char kind[16], id[128], length[32];
    unsigned long long offset, bytes;
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    fprintf(p.frames_file, "%lld.%06ld %s\n", (long long)ts.tv_sec, ts.tv_nsec / 1000, text);
    fflush(p.frames_file);
    if (!p.ready) {
        p.ready = strcmp(text, "KWIZ-READY 1") == 0;
        return;
    }
    p.frames = realloc(p.frames, (p.n_frames + 1) * sizeof *p.frames);
    p.frames[p.n_frames++] = strdup(text);
    if (sscanf(text, "%15s", kind) != 1) {
        fail("empty frame");
    } else if (strcmp(kind, "log") == 0 || strcmp(kind, "rec") == 0) {
        if (sscanf(text, "%*s %23s %llu %llu", id, &offset, &bytes) != 3) {
            fail("cannot read frame: %s", text);
            return;
        }
        p.body = stream_find(kind, id);
        p.body_left = bytes;
        if (p.body->have != offset)
            fail("stream %s %s: offset %llu, %llu expected", kind, id, offset,
                 (unsigned long long)p.body->have);
        p.body->have += bytes;
    } else if (strcmp(kind, "secret") == 0) {
        if (sscanf(text, "%*s %127s %31s", id, length) != 2) {
            fail("cannot read frame: %s", text);
        } else if (strcmp(length, "-") != 0) {
            p.body = stream_find("key", id);
            p.body_left = strtoull(length, NULL, 10);
        }
    } else if (text[0] != '@' && strcmp(kind, "hello") != 0 && strcmp(kind, "refused") != 0 &&
               strcmp(kind, "bad") != 0 && strcmp(kind, "noise") != 0 && strcmp(kind, "bye") != 0) {
        fail("unknown frame: %s", text);
    }
}

static void take(const char *data, size_t len)
{
    while (len > 0) {
        const char *end;
        size_t n;

        if (p.body_left > 0) {
            n = p.body_left < len ? (size_t)p.body_left : len;
            fwrite(data, 1, n, p.body->file);
            p.body_left -= n;
            if (p.body_left == 0)
                fflush(p.body->file);
        } else {
            end = memchr(data, '\n', len);
            n = end != NULL ? (size_t)(end - data) + 1 : len;
            if (p.line_len + n >= LINE) {
                fail("frame longer than %d bytes", LINE);
                p.line_len = 0;
            } else {
                memcpy(p.line + p.line_len, data, n);
                p.line_len += n;
            }
            if (end != NULL) {
                p.line[p.line_len > 0 ? p.line_len - 1 : 0] = '\0';
                p.line_len = 0;
                frame(p.line);
            }
        }
        data += n;
        len -= n;
    }
}

/* Reads what the host says for at most so many seconds; false when nothing came. */
static bool pump(double seconds)
{
    static char buf[1 << 18];
    struct pollfd fd = {.fd = p.from, .events = POLLIN};
    ssize_t n;

    if (p.ended || p.stalled) {
        usleep((useconds_t)(seconds * 1e6 < 20000 ? seconds * 1e6 : 20000));
        return false;
    }
    if (poll(&fd, 1, (int)(seconds * 1000)) <= 0)
        return false;
    n = read(p.from, buf, sizeof buf);
    if (n <= 0) {
        p.ended = true;
        return false;
    }
    take(buf, (size_t)n);
    return true;
}

/* Writes all, reading meanwhile, so that neither side waits for the other. */
static void give(const char *data, size_t len)
{
    double limit = now() + 20;

    while (len > 0 && now() < limit) {
        ssize_t n = write(p.to, data, len);

        if (n > 0) {
            data += n;
            len -= (size_t)n;
        } else if (errno == EAGAIN) {
            pump(0.005);
        } else {
            fail("write to host: %s", strerror(errno));
            return;
        }
    }
    if (len > 0)
        fail("host reads nothing for 20 s");
}

static void give_file(const char *head, const char *path)
{
    static char buf[1 << 16];
    char line[256];
    struct stat st;
    size_t n;
    FILE *f = fopen(path, "r");

    if (f == NULL || fstat(fileno(f), &st) != 0) {
        fail("%s: %s", path, strerror(errno));
        return;
    }
    if (head != NULL) {
        snprintf(line, sizeof line, "%s%lld\n", head, (long long)st.st_size);
        give(line, strlen(line));
    }
    while ((n = fread(buf, 1, sizeof buf, f)) > 0)
        give(buf, n);
    fclose(f);
}

static long match(const char *pattern, const char **hit)
{
    regex_t re;
    long n = 0;

    if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0) {
        fail("not a pattern: %s", pattern);
        return 0;
    }
    for (size_t i = p.mark; i < p.n_frames; i++) {
        if (regexec(&re, p.frames[i], 0, NULL, 0) == 0) {
            if (n++ == 0)
                *hit = p.frames[i];
        }
    }
    regfree(&re);
    return n;
}

static void order_wait(double seconds, const char *pattern)
{
    double limit = now() + seconds;
    const char *hit = NULL;

    while (match(pattern, &hit) == 0) {
        double left = limit - now();

        if (left <= 0 || p.error[0] != '\0' || (p.ended && !p.stalled)) {
            printf("no %s: %s\n",
                   p.error[0] != '\0' ? p.error
                   : p.ended          ? "the host's end is over"
                                      : "time is up",
                   pattern);
            return;
        }
        pump(left > 0.2 ? 0.2 : left);
    }
    printf("ok %s\n", hit);
}

static void order(char *text)
{
    char a[64], b[64], c[4096];
    double seconds, limit;
    int at = 0;
    unsigned long long bytes;
    const char *hit = NULL;

    if (sscanf(text, "wait %lf %n", &seconds, &at) == 1 && at > 0) {
        order_wait(seconds, text + at);
        return;
    }
    if (sscanf(text, "boot %4095s", c) == 1) {
        for (limit = now() + 20; !p.ready && !p.ended && now() < limit;)
            pump(0.2);
        if (p.ready)
            give_file("", c);
        else
            fail("no KWIZ-READY");
    } else if (strncmp(text, "send ", 5) == 0) {
        give(text + 5, strlen(text + 5));
        give("\n", 1);
    } else if (sscanf(text, "put %63s %4095s", a, c) == 2) {
        char head[128];

        snprintf(head, sizeof head, "put %s ", a);
        give_file(head, c);
    } else if (sscanf(text, "raw %4095s", c) == 1) {
        give_file(NULL, c);
    } else if (strncmp(text, "count ", 6) == 0) {
        pump(0);
        printf("ok %ld\n", match(text + 6, &hit));
        return;
    } else if (strcmp(text, "mark") == 0) {
        p.mark = p.n_frames;
    } else if (sscanf(text, "have %7s %23s %llu", a, b, &bytes) == 3) {
        stream_find(a, b)->have = bytes;
    } else if (sscanf(text, "stream %lf %7s %23s %llu", &seconds, a, b, &bytes) == 4) {
        struct stream *s = stream_find(a, b);

        for (limit = now() + seconds; (s->have < bytes || p.body_left > 0) && now() < limit && !p.ended;)
            pump(0.2);
        if (s->have != bytes)
            fail("stream %s %s has %llu bytes", a, b, (unsigned long long)s->have);
    } else if (strcmp(text, "stall") == 0) {
        p.stalled = true;
    } else if (strcmp(text, "resume") == 0) {
        p.stalled = false;
    } else if (strcmp(text, "close") == 0) {
        close(p.to);
        p.to = -1;
    } else if (sscanf(text, "gone %lf", &seconds) == 1) {
        for (limit = now() + seconds; !p.ended && now() < limit;)
            pump(0.2);
        if (!p.ended)
            fail("the host's end is still there");
    } else {
        fail("not an order: %s", text);
    }
    if (p.error[0] != '\0')
        printf("no %s\n", p.error);
    else
        printf("ok\n");
}

static void start(char **argv)
{
    int in[2], out[2];

    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) {
        perror("pipe");
        exit(2);
    }
    p.pid = fork();
    if (p.pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        setsid();
        /* What the test's shell has open is not the host's. */
        for (int fd = 3; fd < 1024; fd++)
            close(fd);
        signal(SIGPIPE, SIG_DFL);
        execvp(argv[0], argv);
        perror(argv[0]);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    p.to = in[1];
    p.from = out[0];
    fcntl(p.to, F_SETFL, O_NONBLOCK);
}

int main(int argc, char **argv)
{
    static char buf[LINE];
    size_t len = 0;
    char path[4096];

    if (argc < 3) {
        fprintf(stderr, "usage: peer DIR COMMAND...\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    p.dir = argv[1];
    snprintf(path, sizeof path, "%s/frames", p.dir);
    p.frames_file = fopen(path, "a");
    if (p.frames_file == NULL) {
        perror(path);
        return 2;
    }
    start(argv + 2);
    for (;;) {
        struct pollfd fds[2] = {{.fd = 0, .events = POLLIN},
                                {.fd = p.ended || p.stalled ? -1 : p.from, .events = POLLIN}};
        ssize_t n;
        char *end;

        poll(fds, 2, -1);
        if (fds[1].revents != 0)
            pump(0);
        if (fds[0].revents == 0)
            continue;
        n = read(0, buf + len, sizeof buf - 1 - len);
        if (n <= 0)
            break;
        len += (size_t)n;
        buf[len] = '\0';
        while ((end = strchr(buf, '\n')) != NULL) {
            *end = '\0';
            order(buf);
            len -= (size_t)(end + 1 - buf);
            memmove(buf, end + 1, len + 1);
        }
    }
    return 0;
}
