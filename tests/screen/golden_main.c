/* Screens drawn by a program and compared with golden files: what the programs share. */
#include "tests/screen/golden.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/screen/svg.h"

static struct key key_of(char c)
{
    switch (c) {
    case '\r':
        return (struct key){.code = UI_KEY_ENTER};
    case '\t':
        return (struct key){.code = UI_KEY_TAB};
    case '\x1b':
        return (struct key){.code = UI_KEY_ESC};
    case '\x0e':
        return (struct key){.code = UI_KEY_DOWN};
    case '\x10':
        return (struct key){.code = UI_KEY_UP};
    case '\x03':
        return (struct key){.code = UI_KEY_CHAR, .ch = 'c', .is_ctrl = true};
    default:
        return (struct key){.code = UI_KEY_CHAR, .ch = (uint32_t)(unsigned char)c};
    }
}

struct canvas *golden_press(struct view *view, const struct golden_case *c)
{
    struct canvas *canvas = canvas_new(c->rows, c->cols);
    view_draw(view, canvas);
    for (const char *k = c->keys; *k; k++) {
        view_key(view, key_of(*k), c->rows, c->cols);
        for (int i = 0; view->has_work && i < 1000; i++)
            view_work(view);
        view_draw(view, canvas);
    }
    return canvas;
}

static char *path_of(const struct golden_case *c)
{
    const char *srcdir = getenv("srcdir");
    return mem_printf("%s/tests/screen/screens/%s.txt", srcdir ? srcdir : ".", c->name);
}

static bool is_equal(const struct golden_case *c, const char *text)
{
    struct err err = ERR_INIT;
    struct buf want;
    char *path = path_of(c);
    bool ok = file_read(path, 1 << 20, &want, &err);
    if (!ok)
        printf("FAIL %s: %s\n", c->name, err.text);
    else if (strcmp(buf_text(&want), text) != 0) {
        ok = false;
        printf("FAIL %s: not as in %s (\"golden --accept %s\" takes it). It is:\n%s", c->name, path, c->name,
               text);
    }
    buf_done(&want);
    free(path);
    return ok;
}

static bool is_named(const struct golden_case *c, int argc, char **argv, int from)
{
    for (int i = from; i < argc; i++)
        if (!strcmp(argv[i], c->name))
            return true;
    return argc <= from;
}

int golden_main(int argc, char **argv, const struct golden_case *(*at)(size_t index, const void **context),
                struct canvas *(*render)(const void *context, const struct golden_case *golden))
{
    int passed = 0, failed = 0;
    bool accepts = argc > 1 && !strcmp(argv[1], "--accept"), draws = argc > 1 && !strcmp(argv[1], "--svg"),
         shows = draws || (argc > 1 && !strcmp(argv[1], "--show"));
    int from = accepts || shows ? 2 : 1;
    const struct golden_case *c;
    const void *context = NULL;
    setenv("TZ", "UTC", 1);
    tzset();
    if (!setlocale(LC_CTYPE, "C.UTF-8") && !setlocale(LC_CTYPE, "C.utf8")) {
        printf("0 passed, 0 failed, 1 skipped: no UTF-8 locale here\n");
        return 77;
    }
    for (size_t i = 0; (c = at(i, &context)); i++) {
        if (!is_named(c, argc, argv, from))
            continue;
        struct canvas *canvas = render(context, c);
        char *text = draws ? svg_of(canvas) : c->roles ? canvas_roles(canvas) : canvas_text(canvas);
        canvas_free(&canvas);
        struct err err = ERR_INIT;
        bool ok = true;
        if (shows) {
            printf("%s", text);
        } else if (accepts) {
            char *path = path_of(c);
            ok = file_write(path, text, strlen(text), 0644, &err);
            if (!ok)
                printf("%s\n", err.text);
            free(path);
        } else {
            ok = is_equal(c, text);
        }
        passed += ok;
        failed += !ok;
        free(text);
    }
    if (!shows)
        printf("%d passed, %d failed, 0 skipped\n", passed, failed);
    return failed ? 1 : 0;
}
