#include "tests/screen/loopback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glob.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "tests/screen/place.h"

#define ADDRESSES 16
#define TRIES 600 /* of 50 ms */

static pid_t server = -1;

static struct sockaddr_in at_port(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int free_port(void)
{
    struct sockaddr_in address = at_port(0);
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0), port = 0;
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && getsockname(fd, (struct sockaddr *)&address, &len) == 0)
        port = ntohs(address.sin_port);
    close(fd);
    return port;
}

static bool is_listening(int port)
{
    struct sockaddr_in address = at_port(port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool is = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return is;
}

static bool make_keys(void)
{
    return mkdir(".ssh", 0700) == 0 && system("ssh-keygen -q -t ed25519 -N '' -C test -f .ssh/id_ed25519 && ssh-keygen -q -t ed25519 -N '' -C host -f host_key") == 0;
}

static bool write_config(int port)
{
    struct buf text;
    struct err err = ERR_INIT;
    buf_init(&text, 1 << 16);
    buf_addf(&text, "Port %d\n", port);
    for (int i = 1; i <= ADDRESSES; i++)
        buf_addf(&text, "ListenAddress 127.0.0.%d\n", i);
    buf_addf(&text,
             "HostKey %s/host_key\nPidFile none\nAuthorizedKeysFile %s/.ssh/id_ed25519.pub\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
             "KbdInteractiveAuthentication no\nMaxStartups 100:30:200\nMaxSessions 20\n",
             place_home(), place_home());
    bool ok = file_write("sshd_config", buf_text(&text), text.len, 0600, &err);
    buf_done(&text);
    return ok;
}

static const char *find_sshd(void)
{
    static const char *const paths[] = {"/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd", "/usr/bin/sshd"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (access(paths[i], X_OK) == 0)
            return paths[i];
    return NULL;
}

/* What runs as root on a host lies in these two; here they are gone with the last process that has them, however it ends. */
static bool has_own_folders(void)
{
    return unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 && mount("kwiz", "/run", "tmpfs", 0, "mode=755") == 0 &&
           mount("kwiz", "/var/lib", "tmpfs", 0, "mode=755") == 0 && mkdir("/run/sshd", 0755) == 0;
}

#define NO_FOLDERS 100

static void run_server(const char *sshd)
{
    char *config = mem_printf("%s/sshd_config", place_home()), *log = mem_printf("%s/sshd.log", place_home());
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (!has_own_folders())
        _exit(NO_FOLDERS);
    execl(sshd, sshd, "-D", "-f", config, "-E", log, (char *)NULL);
    _exit(127);
}

int loopback_start(const char **why)
{
    const char *sshd = find_sshd();
    int port = free_port(), status;
    *why = "no sshd here";
    if (!sshd)
        return 0;
    *why = "no keys or configuration for sshd";
    if (!port || !make_keys() || !write_config(port))
        return 0;
    *why = "sshd does not start";
    fflush(stdout);
    server = fork();
    if (server == 0)
        run_server(sshd);
    for (int i = 0; i < TRIES && server > 0; i++) {
        if (is_listening(port))
            return port;
        if (waitpid(server, &status, WNOHANG) == server) {
            server = -1;
            if (WIFEXITED(status) && WEXITSTATUS(status) == NO_FOLDERS)
                *why = "may not mount, to give the hosts folders of their own";
        }
        usleep(50000);
    }
    loopback_stop();
    return 0;
}

/* Is there no folder of a run in that one of the hosts'? */
static bool is_empty(const char *folder)
{
    glob_t found;
    char *pattern = mem_printf("/proc/%d/root%s/*/*", (int)server, folder);
    bool is = glob(pattern, GLOB_NOSORT, NULL, &found) == GLOB_NOMATCH;
    if (!is)
        globfree(&found);
    free(pattern);
    return is;
}

bool loopback_is_clean(void)
{
    for (int i = 0; i < TRIES; i++) {
        if (is_empty("/run/kwiz") && is_empty("/var/lib/kwiz"))
            return true;
        usleep(50000);
    }
    return false;
}

void loopback_stop(void)
{
    if (server > 0) {
        kill(server, SIGTERM);
        waitpid(server, NULL, 0);
    }
    server = -1;
}
