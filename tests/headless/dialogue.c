/* Dialogues compared with golden files. "dialogue --accept [NAME...]" writes them, "--show NAME" prints one, "--talk N" holds one by hand, with hosts of
 * kind N (walk.h). */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/headless/walk.h"

static bool is_named(const struct walk *walk, int argc, char **argv, int from)
{
    for (int i = from; i < argc; i++)
        if (!strcmp(argv[i], walk->name))
            return true;
    return argc <= from;
}

static bool is_equal(const char *path, const char *name, const char *text)
{
    struct err err = ERR_INIT;
    struct buf want;
    bool ok = file_read(path, 1 << 20, &want, &err);
    if (!ok)
        printf("FAIL %s: %s\n", name, err.text);
    else if (strcmp(buf_text(&want), text) != 0) {
        ok = false;
        printf("FAIL %s: not as in %s (\"dialogue --accept %s\" takes it). It is:\n%s", name, path, name, text);
    }
    buf_done(&want);
    return ok;
}

int main(int argc, char **argv)
{
    int passed = 0, failed = 0;
    bool accepts = argc > 1 && !strcmp(argv[1], "--accept"), shows = argc > 1 && !strcmp(argv[1], "--show");
    const char *srcdir = getenv("srcdir");
    char here[4096];
    if (!setlocale(LC_CTYPE, "C.UTF-8") && !setlocale(LC_CTYPE, "C.utf8")) {
        printf("0 passed, 0 failed, 1 skipped: no UTF-8 locale here\n");
        return 77;
    }
    /* the current folder is another one during a walk */
    if (!realpath(srcdir ? srcdir : ".", here) || setenv("srcdir", here, 1) != 0)
        return 1;
    if (argc > 2 && !strcmp(argv[1], "--talk"))
        return walk_talk((enum walk_hosts)atoi(argv[2]));
    walks_prepare();
    for (size_t i = 0; i < walk_count; i++) {
        if (!is_named(&walks[i], argc, argv, accepts || shows ? 2 : 1))
            continue;
        struct err err = ERR_INIT;
        char *text = walk_hold(&walks[i], NULL), *path = mem_printf("%s/tests/headless/walks/%s.txt", here, walks[i].name);
        bool ok = true;
        if (shows)
            printf("%s", text);
        else if (accepts)
            ok = file_write(path, text, strlen(text), 0644, &err);
        else
            ok = is_equal(path, walks[i].name, text);
        if (err.code)
            printf("%s\n", err.text);
        passed += ok;
        failed += !ok;
        free(path);
        free(text);
    }
    if (!shows)
        printf("%d passed, %d failed, 0 skipped\n", passed, failed);
    return failed ? 1 : 0;
}
