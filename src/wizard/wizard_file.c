/* The answers file: opened, saved, kept when nobody can be asked any more. */
#include "wizard/wizard_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "spell/yaml.h"

#define KEEP_TRIES 100
#define KEEP_NAME_MAX 40 /* of a cluster's name in the name of a file */

/* The catalogue's spell of that name, else the folder that it names, which is then *own, the caller's. */
static const struct spell *find_spell(struct wizard *w, const char *name, struct spell **own)
{
    struct err_list ignored = {0};
    *own = NULL;
    for (size_t i = 0; i < wizard_spell_count(w); i++)
        if (strcmp(w->spells[i].name, name) == 0 && w->spells[i].spell)
            return w->spells[i].spell;
    char *folder = catalog_find(w->options.catalog, name, NULL);
    if (folder)
        *own = spell_load(folder, &ignored);
    err_list_done(&ignored);
    free(folder);
    return *own;
}

/* Does what was found wrong with a file have a confirmation that it lacks: that the spell is another than the one it names? */
static bool lacks_confirmation(const struct err_list *errors)
{
    for (size_t i = 0; i < errors->count; i++)
        if (errors->items[i].code == ERR_CONFIRM)
            return true;
    return false;
}

bool wizard_open(struct wizard *w, const char *path, struct err_list *errors)
{
    struct draft *draft = draft_new();
    struct spell *found = NULL, *own = NULL;
    char *name = draft_spell_of(path);
    /* all that is wrong, in the words and with the places that every command gives */
    struct answers *answers = answers_load(path, NULL, w->options.catalog, &found, errors);
    answers_free(&answers);
    spell_free(&found);
    struct err_list ignored = {0}; /* the same errors again */
    const struct spell *spell = name ? find_spell(w, name, &own) : NULL;
    bool ok = draft_open(draft, path, spell, &ignored);
    err_list_done(&ignored);
    free(name);
    if (ok) {
        wizard_take(w, draft, own, path);
        w->is_behind = lacks_confirmation(errors);
    } else {
        draft_free(&draft);
        spell_free(&own);
    }
    return ok;
}

char *wizard_path(struct wizard *w)
{
    return w->path ? mem_strdup(w->path) : mem_printf("%s.yaml", draft_name(w->draft));
}

bool wizard_save(struct wizard *w, const char *path, struct err *err)
{
    if (!draft_save(w->draft, path, err))
        return false;
    char *kept = mem_strdup(path);
    free(w->path);
    w->path = kept;
    w->saved_version = draft_version(w->draft);
    w->is_behind = false;
    wizard_tell(w);
    return true;
}

/* The file's own text, before other text takes its place. */
static bool back_up(const char *path, struct err *err)
{
    struct buf text;
    struct stat st;
    char *backup = mem_printf("%s.bak", path);
    mode_t mode = stat(path, &st) == 0 ? st.st_mode & 0777 : 0600;
    bool ok = file_read(path, YAML_BYTES_MAX, &text, err) && file_write(backup, buf_text(&text), text.len, mode, err);
    buf_done(&text);
    free(backup);
    return ok;
}

bool wizard_save_to_run(struct wizard *w, char **path, struct err *err)
{
    *path = wizard_path(w);
    bool is_there = access(*path, F_OK) == 0;
    if (is_there && wizard_is_saved(w) && !w->is_behind)
        return true;
    if (!is_there || !wizard_would_overwrite(w, *path))
        if ((!is_there || back_up(*path, err)) && wizard_save(w, *path, err))
            return true;
    free(*path);
    *path = NULL;
    return err->code == ERR_NONE;
}

bool wizard_would_overwrite(const struct wizard *w, const char *path)
{
    struct stat there, own;
    if (lstat(path, &there) != 0)
        return false;
    return !w->path || stat(w->path, &own) != 0 || stat(path, &there) != 0 || there.st_dev != own.st_dev || there.st_ino != own.st_ino;
}

bool wizard_is_saved(const struct wizard *w)
{
    return w->saved_version == draft_version(w->draft);
}

/* The cluster's name may be anything as long as it is not right. number tells files of the same second apart. */
static char *keep_path(struct wizard *w, int number)
{
    char *state = file_xdg("XDG_STATE_HOME", ".local/state"), stamp[32] = "", more[16] = "";
    const char *name = draft_name(w->draft);
    size_t fits = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
    time_t now = time(NULL);
    struct tm tm;
    if (localtime_r(&now, &tm))
        strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &tm);
    if (number > 1)
        snprintf(more, sizeof more, "-%d", number);
    char *path = mem_printf("%s/drafts/%.*s-%s%s.yaml", state, fits > KEEP_NAME_MAX ? KEEP_NAME_MAX : (int)fits, name, stamp, more);
    free(state);
    return path;
}

/* A file that is this wizard's alone: a session that ends takes several of them with it at once. malloc'd; NULL with errno. */
static char *keep_place(struct wizard *w)
{
    for (int number = 1; number <= KEEP_TRIES; number++) {
        char *path = keep_path(w, number);
        int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
        if (fd >= 0) {
            close(fd);
            return path;
        }
        int why = errno;
        free(path);
        errno = why;
        if (why != EEXIST)
            break;
    }
    return NULL;
}

bool wizard_keep(struct wizard *w, char **path, struct err *err)
{
    *path = NULL;
    if (wizard_is_saved(w))
        return true;
    char *state = file_xdg("XDG_STATE_HOME", ".local/state"), *folder = mem_printf("%s/drafts", state);
    bool has_folder = file_mkdirs(folder, 0700, err);
    char *kept = has_folder ? keep_place(w) : NULL;
    if (has_folder && !kept)
        err_set_errno(err, ERR_LOCAL, errno, _("%s can't be written"), folder);
    if (kept && wizard_save(w, kept, err)) {
        *path = kept;
    } else if (kept) {
        unlink(kept);
        free(kept);
    }
    free(folder);
    free(state);
    return *path != NULL;
}
