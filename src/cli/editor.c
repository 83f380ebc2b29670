#include "cli/editor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/foreground.h"

#define EDITED_BYTES_MAX ((size_t)1 << 20)

struct editor {
    struct foreground *program; /* NULL once it has ended */
    char *path;                 /* owned; the file, removed in the end */
    char *text;                 /* owned; as it was */
    wizard_edited *ended;
    void *context;
};

static const char *program(void)
{
    const char *visual = getenv("VISUAL"), *editor = getenv("EDITOR");
    return visual && *visual ? visual : editor && *editor ? editor : "vi";
}

static void free_editor(struct editor *e)
{
    if (e->path)
        unlink(e->path);
    free(e->path);
    free(e->text);
    free(e);
}

static void on_end(void *context, int exit_status, bool is_killed)
{
    struct editor *e = context;
    struct err err = ERR_INIT;
    struct buf out = {0};
    (void)is_killed;
    e->program = NULL;
    if (exit_status != 0)
        err_set(&err, ERR_LOCAL, _("the editor (%s) ended with status %d; nothing was taken over"), program(), exit_status);
    else
        file_read(e->path, EDITED_BYTES_MAX, &out, &err);
    const char *edited = err.code ? NULL : buf_text(&out);
    e->ended(e->context, edited, edited && strcmp(edited, e->text) != 0, &err);
    if (!err.code)
        buf_done(&out);
    free_editor(e);
}

static bool write_file(struct editor *e, const char *name, struct err *err)
{
    const char *folder = getenv("TMPDIR");
    char *path = mem_printf("%s/kwiz-XXXXXX.%s", folder && *folder ? folder : "/tmp", name);
    int fd = mkstemps(path, (int)strlen(name) + 1);
    if (fd < 0) {
        err_set_errno(err, ERR_LOCAL, errno, _("cannot make a file for the editor (%s)"), path);
        free(path);
        return false;
    }
    close(fd);
    e->path = path;
    return file_write(path, e->text, strlen(e->text), 0600, err);
}

struct editor *editor_start(uv_loop_t *loop, const char *name, const char *text, wizard_edited *ended, void *context, struct err *err)
{
    struct editor *e = mem_new(1, sizeof *e);
    e->text = mem_strdup(text);
    e->ended = ended;
    e->context = context;
    if (write_file(e, name, err)) {
        /* the variable may hold arguments, so it is a shell's to read, as git and others have it; the file comes as its own argument */
        char *command = mem_printf("%s \"$1\"", program());
        char *argv[] = {(char *)"/bin/sh", (char *)"-c", command, (char *)"sh", e->path, NULL};
        e->program = foreground_start(loop, argv, on_end, e, err);
        free(command);
    }
    if (!e->program) {
        free_editor(e);
        e = NULL;
    }
    return e;
}

void editor_hang_up(struct editor **handle)
{
    struct editor *e = *handle;
    *handle = NULL;
    if (!e)
        return;
    foreground_hang_up(&e->program);
    free_editor(e);
}
