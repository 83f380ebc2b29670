#include "spell/catalog.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/program.h"
#include "spell/value.h"

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void add_folder(struct strv *folders, const char *path)
{
    if (*path && is_folder(path) && !strv_has(folders, path))
        strv_add(folders, path);
}

static void add_prefix(struct strv *folders, const char *exe)
{
    char *share = program_share(exe);
    if (!share)
        return;
    char *path = mem_printf("%s/%s/spells", share, PACKAGE);
    add_folder(folders, path);
    free(path);
    free(share);
}

/* Does the program run from a build tree? Then `spells` lies beside it or, for builds outside the source tree, where the file spells-path
 * says. */
static void add_build_tree(struct strv *folders, const char *exe)
{
    char *beside = mem_printf("%s/spells", exe), *path = mem_printf("%s/spells-path", exe);
    struct buf text;
    if (program_is_in_build_tree(exe)) {
        char *library = mem_printf("%s/hello/spell.yaml", beside);
        if (access(library, F_OK) == 0)
            add_folder(folders, beside);
        free(library);
        if (file_read(path, 4096, &text, NULL) && text.len && text.data[text.len - 1] == '\n') {
            text.data[text.len - 1] = '\0';
            add_folder(folders, text.data);
        }
        buf_done(&text);
    }
    free(path);
    free(beside);
}

void catalog_folders(const struct catalog_options *options, struct strv *folders)
{
    for (size_t i = 0; options && i < options->folders.count; i++)
        add_folder(folders, options->folders.items[i]);
    const char *list = getenv("KWIZ_SPELLS");
    while (list && *list) {
        size_t n = strcspn(list, ":");
        char *path = mem_strndup(list, n);
        add_folder(folders, path);
        free(path);
        list += n + (list[n] == ':');
    }
    char *data = file_xdg("XDG_DATA_HOME", ".local/share"), *own = mem_printf("%s/spells", data);
    add_folder(folders, own);
    free(own);
    free(data);
    char *exe = program_folder();
    if (exe) {
        add_build_tree(folders, exe);
        add_prefix(folders, exe);
    }
    free(exe);
    add_folder(folders, SPELLDIR);
}

static bool is_spell(const char *path)
{
    char *file = mem_printf("%s/spell.yaml", path);
    bool is = access(file, F_OK) == 0;
    free(file);
    return is;
}

#define SPELLS_MAX 1000

static int by_name(const void *a, const void *b)
{
    return strcmp(strrchr(*(char *const *)a, '/'), strrchr(*(char *const *)b, '/'));
}

static bool has_name(const struct strv *spells, const char *name)
{
    for (size_t i = 0; i < spells->count; i++)
        if (strcmp(strrchr(spells->items[i], '/') + 1, name) == 0)
            return true;
    return false;
}

void catalog_list(const struct catalog_options *options, struct strv *spells)
{
    struct strv folders = {0};
    catalog_folders(options, &folders);
    for (size_t i = 0; i < folders.count; i++) {
        DIR *dir = opendir(folders.items[i]);
        struct dirent *entry;
        while (dir && spells->count < SPELLS_MAX && (entry = readdir(dir))) {
            char *path = mem_printf("%s/%s", folders.items[i], entry->d_name);
            if (value_is_id(entry->d_name) && is_spell(path) && !has_name(spells, entry->d_name))
                strv_add(spells, path);
            free(path);
        }
        if (dir)
            closedir(dir);
    }
    strv_done(&folders);
    if (spells->count)
        qsort(spells->items, spells->count, sizeof *spells->items, by_name);
}

static char *nearest_spell(const struct catalog_options *options, const char *name)
{
    struct strv spells = {0};
    catalog_list(options, &spells);
    const char **names = mem_new(spells.count, sizeof *names);
    for (size_t i = 0; i < spells.count; i++)
        names[i] = strrchr(spells.items[i], '/') + 1;
    const char *nearest = str_nearest(name, names, spells.count);
    char *text = nearest ? mem_printf(_("; did you mean \"%s\"?"), nearest) : mem_strdup("");
    free(names);
    strv_done(&spells);
    return text;
}

char *catalog_find(const struct catalog_options *options, const char *name, struct err *err)
{
    if (strchr(name, '/')) {
        if (is_spell(name))
            return mem_strdup(name);
        err_set(err, ERR_INVALID, _("there is no spell in the folder %s (it holds no spell.yaml)"), name);
        return NULL;
    }
    struct strv folders = {0};
    char *found = NULL;
    catalog_folders(options, &folders);
    for (size_t i = 0; i < folders.count && !found && value_is_id(name); i++) {
        char *path = mem_printf("%s/%s", folders.items[i], name);
        if (is_spell(path))
            found = path;
        else
            free(path);
    }
    if (!found) {
        char *nearest = nearest_spell(options, name);
        char *searched = strv_join(&folders, ", ");
        err_set(err, ERR_INVALID, _("there is no spell \"%s\"%s (searched: %s)"), name, nearest,
                folders.count ? searched : _("nowhere; no folder of spells exists"));
        free(searched);
        free(nearest);
    }
    strv_done(&folders);
    return found;
}
