#include "cli/editor.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"

#define EDITED_BYTES_MAX ((size_t)1 << 20)

static const char *program(void)
{
    const char *visual = getenv("VISUAL"), *editor = getenv("EDITOR");
    return visual && *visual ? visual : editor && *editor ? editor : "vi";
}

/* The variable may hold arguments, so it is a shell's to read, as git and others have it; the file comes as its own argument. */
static int run(const char *path)
{
    pid_t child = fork();
    if (child == 0) {
        char *command = mem_printf("%s \"$1\"", program());
        signal(SIGINT, SIG_DFL);
        signal(SIGQUIT, SIG_DFL);
        signal(SIGTSTP, SIG_DFL);
        signal(SIGPIPE, SIG_DFL);
        execl("/bin/sh", "sh", "-c", command, "sh", path, (char *)NULL);
        _exit(127);
    }
    if (child < 0)
        return -1;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before; /* ^C is the editor's */
    sigaction(SIGINT, &ignore, &before);
    int status = -1;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    sigaction(SIGINT, &before, NULL);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool editor_edit(const char *name, const char *text, char **edited, struct err *err)
{
    const char *folder = getenv("TMPDIR");
    char *path = mem_printf("%s/kwiz-XXXXXX.%s", folder && *folder ? folder : "/tmp", name);
    struct buf out;
    int fd = mkstemps(path, (int)strlen(name) + 1);
    bool ok = fd >= 0;
    if (!ok) {
        err_set_errno(err, ERR_LOCAL, errno, _("cannot make a file for the editor (%s)"), path);
        free(path);
        return false;
    }
    close(fd);
    ok = file_write(path, text, strlen(text), 0600, err);
    int status = ok ? run(path) : 0;
    if (ok && status != 0)
        ok = err_set(err, ERR_LOCAL, _("the editor (%s) ended with status %d; nothing was taken over"), program(), status);
    if (ok) {
        ok = file_read(path, EDITED_BYTES_MAX, &out, err);
        if (ok)
            *edited = mem_strndup(buf_text(&out), out.len);
        buf_done(&out);
    }
    unlink(path);
    free(path);
    return ok;
}
