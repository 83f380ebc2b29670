/* The digest of a spell's folder: sha256 over every file's path, length and bytes, in the order of the paths. Hidden files (an editor's,
 * version control's) do not count; nothing of a spell can lie in them either way, as its digest would not cover it. */
#include "spell/spell_parts.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"

#define FILES_MAX 2000
#define DEPTH_MAX 8
#define FILE_BYTES_MAX ((size_t)4 * 1024 * 1024)

static bool collect(const char *folder, const char *below, int depth, struct strv *files, struct err *err)
{
    char *path = mem_printf("%s/%s", folder, below);
    DIR *dir = opendir(path);
    bool ok = dir != NULL;
    if (!dir)
        err_set_errno(err, ERR_INVALID, errno, _("cannot read the folder %s"), path);
    free(path);
    struct dirent *entry;
    while (ok && (entry = readdir(dir))) {
        if (entry->d_name[0] == '.')
            continue;
        char *name = mem_printf("%s%s%s", below, *below ? "/" : "", entry->d_name);
        char *full = mem_printf("%s/%s", folder, name);
        struct stat st;
        if (stat(full, &st) != 0)
            ok = err_set_errno(err, ERR_INVALID, errno, _("cannot read %s"), full);
        else if (S_ISDIR(st.st_mode) && entry->d_type == DT_LNK)
            ok = err_set(err, ERR_INVALID, _("%s is a link to a folder; kwiz takes none in spells"), full);
        else if (S_ISDIR(st.st_mode) && depth >= DEPTH_MAX)
            ok = err_set(err, ERR_INVALID, _("%s: folders are nested too deeply"), full);
        else if (S_ISDIR(st.st_mode))
            ok = collect(folder, name, depth + 1, files, err);
        else if (!S_ISREG(st.st_mode))
            ok = err_set(err, ERR_INVALID, _("%s is neither a file nor a folder"), full);
        else if (files->count >= FILES_MAX)
            ok = err_set(err, ERR_INVALID, _("%s holds more than %d files"), folder, FILES_MAX);
        else
            strv_add(files, name);
        free(full);
        free(name);
    }
    if (dir)
        closedir(dir);
    return ok;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool add_file(EVP_MD_CTX *md, const char *folder, const char *name, struct err *err)
{
    char *path = mem_printf("%s/%s", folder, name);
    struct buf bytes;
    bool ok = file_read(path, FILE_BYTES_MAX, &bytes, err);
    char *head = mem_printf("%s%c%zu%c", name, '\n', bytes.len, '\n');
    if (ok && (EVP_DigestUpdate(md, head, strlen(head)) != 1 || EVP_DigestUpdate(md, buf_text(&bytes), bytes.len) != 1))
        ok = err_set(err, ERR_LOCAL, _("cannot compute a digest"));
    free(head);
    free(path);
    buf_done(&bytes);
    return ok;
}

char *digest_folder(const char *folder, struct err *err)
{
    struct strv files = {0};
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool ok = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1;
    if (!ok)
        err_set(err, ERR_LOCAL, _("cannot compute a digest"));
    ok = ok && collect(folder, "", 0, &files, err);
    if (ok && files.count)
        qsort(files.items, files.count, sizeof *files.items, by_name);
    for (size_t i = 0; ok && i < files.count; i++)
        ok = add_file(md, folder, files.items[i], err);
    ok = ok && EVP_DigestFinal_ex(md, sum, &len) == 1;
    EVP_MD_CTX_free(md);
    strv_done(&files);
    if (!ok)
        return NULL;
    char hex[2 * EVP_MAX_MD_SIZE + 1];
    for (unsigned i = 0; i < len; i++)
        snprintf(hex + 2 * (size_t)i, 3, "%02x", sum[i]);
    return mem_printf("sha256:%s", hex);
}
