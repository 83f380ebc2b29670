#include "base/complete.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"

static bool is_printable(const char *name)
{
    struct buf out;
    buf_init(&out, 4096);
    utf8_printable(name, strlen(name), &out);
    bool same = strcmp(buf_text(&out), name) == 0;
    buf_done(&out);
    return same;
}

static bool is_folder(const char *folder, const char *name)
{
    struct stat st;
    char *path = mem_printf("%s/%s", folder, name);
    bool is = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    free(path);
    return is;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void collect(const char *folder, const char *begin, struct strv *names)
{
    DIR *d = opendir(*folder ? folder : ".");
    int looks = COMPLETE_LOOKS_MAX;
    if (!d)
        return;
    for (struct dirent *e; looks-- > 0 && names->count < COMPLETE_NAMES_MAX && (e = readdir(d));) {
        const char *name = e->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strncmp(name, begin, strlen(begin)) != 0 || (*name == '.' && *begin != '.') ||
            !is_printable(name))
            continue;
        char *shown = mem_printf("%s%s", name, is_folder(*folder ? folder : ".", name) ? "/" : "");
        strv_add(names, shown);
        free(shown);
    }
    closedir(d);
    if (names->count)
        qsort(names->items, names->count, sizeof *names->items, by_text);
}

/* Bytes that all of them begin with, not ending within a character. */
static size_t common(const struct strv *names)
{
    size_t n = strlen(names->items[0]);
    for (size_t i = 1; i < names->count; i++) {
        size_t same = 0;
        while (same < n && names->items[i][same] == names->items[0][same])
            same++;
        n = same;
    }
    while (n && ((unsigned char)names->items[0][n] & 0xc0) == 0x80)
        n--;
    return n;
}

char *path_complete(const char *path, struct strv *names)
{
    if (strcmp(path, "~") == 0)
        return mem_strdup("~/");
    const char *slash = strrchr(path, '/');
    size_t before = slash ? (size_t)(slash - path) + 1 : 0;
    char *typed = mem_strndup(path, before), *folder = file_expand(typed);
    collect(folder, path + before, names);
    char *completed = names->count ? mem_printf("%s%.*s", typed, (int)common(names), names->items[0]) : mem_strdup(path);
    free(typed);
    free(folder);
    return completed;
}
