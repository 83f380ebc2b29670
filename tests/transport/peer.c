/* Servers that misbehave, for tests/transport/run. Listens on 127.0.0.1, prints "port N", serves until its
 * input ends. Not installed.
 *
 *   peer silent            accepts, says nothing          peer hangup         accepts and closes
 *   peer say TEXT          says TEXT, then nothing        peer full           never accepts, and its queue is
 * full peer stop BYTES PORT   passes on to 127.0.0.1:PORT, but nothing after that many bytes of the server
 *   peer cut BYTES PORT    the same, and closes then      peer drop TIMES PORT  closes that often, then
 * passes on peer agent MS SOCKET UPSTREAM   an agent that takes its time: passes on, each answer MS later; 0:
 * never answers
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static int listen_tcp(int backlog)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&address, len) < 0 || listen(fd, backlog) < 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) < 0)
        exit(1);
    printf("port %u\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static struct sockaddr_un unix_address(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    return address;
}

static int connect_tcp(int port, bool is_waited_for)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | (is_waited_for ? 0 : SOCK_NONBLOCK), 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS)
        exit(1);
    return fd;
}

/* from to to; false at the end. */
static bool move(int from, int to, long *left, int wait_ms)
{
    char bytes[16384];
    ssize_t n = read(from, bytes, sizeof bytes);
    if (n <= 0)
        return false;
    if (left) {
        if (n > *left)
            n = *left;
        *left -= n;
    }
    if (wait_ms)
        nanosleep(&(struct timespec){.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000L}, NULL);
    for (ssize_t at = 0, done; at < n; at += done)
        if ((done = write(to, bytes + at, (size_t)(n - at))) <= 0)
            return false;
    return true;
}

static void pass_on(int client, int server, long left, bool is_cut, int wait_ms)
{
    struct pollfd fds[2] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
    while (poll(fds, 2, -1) > 0) {
        if (fds[0].revents && !move(client, server, NULL, 0))
            break;
        if (fds[1].revents && !move(server, client, left >= 0 ? &left : NULL, wait_ms))
            break;
        if (left == 0 && is_cut)
            break;
        while (left == 0)
            pause();
    }
}

static void serve(int client, char **argv, int number)
{
    const char *mode = argv[1];
    if (strcmp(mode, "say") == 0 && write(client, argv[2], strlen(argv[2])) < 0)
        exit(1);
    if (strcmp(mode, "hangup") == 0 || (strcmp(mode, "drop") == 0 && number < atoi(argv[2])))
        exit(0);
    if (strcmp(mode, "drop") == 0)
        pass_on(client, connect_tcp(atoi(argv[3]), true), -1, false, 0);
    else if (strcmp(mode, "stop") == 0 || strcmp(mode, "cut") == 0)
        pass_on(client, connect_tcp(atoi(argv[3]), true), atol(argv[2]), *mode == 'c', 0);
    else if (strcmp(mode, "agent") == 0 && atoi(argv[2])) {
        struct sockaddr_un address = unix_address(argv[4]);
        int server = socket(AF_UNIX, SOCK_STREAM, 0);
        if (connect(server, (struct sockaddr *)&address, sizeof address) == 0)
            pass_on(client, server, -1, false, atoi(argv[2]));
    } else {
        pause();
    }
    exit(0);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGCHLD, SIG_IGN);
    int fd;
    if (strcmp(argv[1], "agent") == 0) {
        struct sockaddr_un address = unix_address(argv[3]);
        fd = socket(AF_UNIX, SOCK_STREAM, 0);
        if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 128) < 0)
            return 1;
        puts("port 0");
        fflush(stdout);
    } else {
        fd = listen_tcp(strcmp(argv[1], "full") == 0 ? 0 : 128);
    }
    if (strcmp(argv[1], "full") == 0) {
        struct sockaddr_in address;
        socklen_t len = sizeof address;
        getsockname(fd, (struct sockaddr *)&address, &len);
        for (int i = 0; i < 8; i++)
            connect_tcp(ntohs(address.sin_port), false);
        pause();
    }
    for (int number = 0;; number++) {
        int client = accept(fd, NULL, NULL);
        if (client < 0)
            continue;
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGTERM);
            close(fd);
            serve(client, argv, number);
        }
        close(client);
    }
}
