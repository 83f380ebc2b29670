/* Dialogues compared with golden files: what was written (NAME.txt), and the answers that came of it (NAME.yaml). "dialogue --accept [NAME...]" writes them, "--show NAME" prints one, "--talk N" holds one by hand, with hosts of
 * kind N (walk.h). */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* text NULL: the file is not to be there. */
static bool is_equal(const char *path, const char *name, const char *text)
{
    struct err err = ERR_INIT;
    struct buf want;
    bool has_file = access(path, F_OK) == 0, ok = !has_file && !text;
    if (!text != !has_file)
        printf("FAIL %s: %s\n", name, text ? "there are answers, but no golden ones" : "there are no answers");
    if (!text || !has_file)
        return ok;
    ok = file_read(path, 1 << 20, &want, &err) && strcmp(buf_text(&want), text) == 0;
    if (!ok)
        printf("FAIL %s: not as in %s (\"dialogue --accept %s\" takes it). It is:\n%s%s", name, path, name, err.text, text);
    buf_done(&want);
    return ok;
}

static bool accept_text(const char *path, const char *text)
{
    struct err err = ERR_INIT;
    if (!text)
        return unlink(path) == 0 || errno == ENOENT;
    if (!file_write(path, text, strlen(text), 0644, &err))
        printf("%s\n", err.text);
    return !err.code;
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
        char *answers, *text = walk_hold(&walks[i], &answers);
        char *path = mem_printf("%s/tests/headless/walks/%s.txt", here, walks[i].name);
        char *file = mem_printf("%s/tests/headless/walks/%s.yaml", here, walks[i].name);
        bool ok = true;
        if (shows)
            printf("%s%s", text, answers ? answers : "");
        else if (accepts)
            ok = accept_text(path, text) && accept_text(file, answers);
        else
            ok = is_equal(path, walks[i].name, text) && is_equal(file, walks[i].name, answers);
        passed += ok;
        failed += !ok;
        free(path);
        free(file);
        free(text);
        free(answers);
    }
    if (!shows)
        printf("%d passed, %d failed, 0 skipped\n", passed, failed);
    return failed ? 1 : 0;
}
