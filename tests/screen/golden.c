/* Draws screens from runs made by hand and compares them with files in tests/screen/golden. "golden --accept
 * [NAME...]" writes the files instead; "golden --show NAME" prints one. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/screen/fixture.h"
#include "ui/view.h"

static const struct golden_case {
    const char *name;
    void (*make)(struct fixture *fixture);
    int rows, cols;
    bool utf8, roles; /* roles: a letter for each cell's role instead of its text */
    const char *keys; /* pressed before: letters; "\r" Enter, "\t" Tab, "\x1b" Esc, "\x0e" Down, "\x10" Up,
                         "\x03" ^C */
} cases[] = {
    {"run-80x24", fixture_ha, 24, 80, false, false, "\x0e"},
    {"run-80x24.utf8", fixture_ha, 24, 80, true, false, "\x0e"},
    {"run-80x24.roles", fixture_ha, 24, 80, false, true, "\x0e"},
    {"run-120x40", fixture_ha, 40, 120, false, false, "\x0e"},
    {"run-120x40.utf8", fixture_ha, 40, 120, true, false, "\x0e"},
    {"run-200x60", fixture_ha, 60, 200, true, false, "\x0e"},
    {"run-60x16", fixture_ha, 16, 60, false, false, "\x0e"},
    {"run-steps-80x24", fixture_ha, 24, 80, false, false, "vv"},
    {"single-80x24", fixture_single, 24, 80, false, false, ""},
    {"single-80x24.utf8", fixture_single, 24, 80, true, false, ""},
    {"single-120x40", fixture_single, 40, 120, false, false, ""},
    {"many-80x24", fixture_many, 24, 80, false, false, "\x0e"},
    {"many-120x40", fixture_many, 40, 120, false, false, "\x0e"},
    {"many-problems-80x24", fixture_many, 24, 80, false, false, "p"},
    {"many-open-80x24", fixture_many, 24, 80, false, false, "G\r\x0e\x0e"},
    {"fail-run-80x24", fixture_fail, 24, 80, false, false, "\x0e\x0e\x0e\x0e"},
    {"fail-80x24", fixture_fail, 24, 80, false, false, "\x0e\x0e\x0e\x0e\r"},
    {"fail-80x24.roles", fixture_fail, 24, 80, false, true, "\x0e\x0e\x0e\x0e\r"},
    {"asks-80x24", fixture_fail, 24, 80, false, false, "G\r"},
    {"log-80x24", fixture_ha, 24, 80, false, false, "\x0e\r"},
    {"log-held-80x24", fixture_ha, 24, 80, false, false, "\x0e\r/kubeconfig\rNNN"},
    {"log-first-80x24", fixture_ha, 24, 80, false, false, "\x0e\rg"},
    {"log-hostile-80x24", fixture_hostile, 24, 80, true, false, "\r"},
    {"log-hostile-nowrap-80x24", fixture_hostile, 24, 80, true, false, "\rw"},
    {"hostile-80x24", fixture_hostile, 24, 80, true, false, ""},
    {"leave-80x24", fixture_ha, 24, 80, false, false, "q"},
    {"leave-abort-80x24", fixture_ha, 24, 80, false, false, "q\x0e\x0e\x0e\rkub"},
    {"leave-40x12", fixture_ha, 12, 40, false, false, "q"},
    {"help-run-80x24", fixture_ha, 24, 80, false, false, "?"},
    {"help-run-80x60", fixture_ha, 60, 80, false, false, "?"},
    {"help-log-80x24", fixture_ha, 24, 80, true, false, "\x0e\r?"},
    {"log-filter-80x24", fixture_ha, 24, 80, false, false, "\x0e\r&certs\r/kub\r"},
    {"log-save-80x24", fixture_ha, 24, 80, false, false, "\x0e\rS"},
    {"many-filter-80x24", fixture_many, 24, 80, false, false, "&node-04\r"},
    {"script-80x24", fixture_fail, 24, 80, false, false, "\x0e\x0e\x0e\x0e\ro"},
    {"script-find-80x24", fixture_fail, 24, 80, false, false, "\x0e\x0e\x0e\x0eo/runtime\rnnnnnnn"},
    {"script-nowrap-80x24", fixture_fail, 24, 80, false, false, "\x0e\x0e\x0e\x0eowGl"},
    {"script-60x16", fixture_ha, 16, 60, false, false, "oG"},
    {"help-script-80x24", fixture_ha, 24, 80, false, false, "o?"},
    {"small-40x12", fixture_ha, 12, 40, false, false, ""},
    {"small-20x2", fixture_ha, 2, 20, false, false, ""},
    {"end-80x24", fixture_end, 24, 80, false, false, ""},
};
#define CASE_COUNT (sizeof cases / sizeof *cases)

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

static char *render(const struct golden_case *c)
{
    struct fixture f;
    struct view view;
    c->make(&f);
    view_init(&view, f.run, &f.actions, &f.logs, FIXTURE_NOW_MS);
    view.look = look_choose(c->utf8);
    view.run_id = "20261122-102804-7f3a";
    struct canvas *canvas = canvas_new(c->rows, c->cols);
    view_draw(&view, canvas);
    for (const char *k = c->keys; *k; k++) {
        view_key(&view, key_of(*k), c->rows, c->cols);
        for (int i = 0; view.has_work && i < 1000; i++)
            view_work(&view);
        view_draw(&view, canvas);
    }
    char *text = c->roles ? canvas_roles(canvas) : canvas_text(canvas);
    canvas_free(&canvas);
    view_done(&view);
    fixture_done(&f);
    return text;
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

int main(int argc, char **argv)
{
    int passed = 0, failed = 0;
    bool accepts = argc > 1 && !strcmp(argv[1], "--accept"), shows = argc > 1 && !strcmp(argv[1], "--show");
    int from = accepts || shows ? 2 : 1;
    setenv("TZ", "UTC", 1);
    tzset();
    if (!setlocale(LC_CTYPE, "C.UTF-8") && !setlocale(LC_CTYPE, "C.utf8")) {
        printf("0 passed, 0 failed, %zu skipped: no UTF-8 locale here\n", CASE_COUNT);
        return 77;
    }
    for (size_t i = 0; i < CASE_COUNT; i++) {
        if (!is_named(&cases[i], argc, argv, from))
            continue;
        char *text = render(&cases[i]);
        struct err err = ERR_INIT;
        bool ok = true;
        if (shows) {
            printf("%s", text);
        } else if (accepts) {
            char *path = path_of(&cases[i]);
            ok = file_write(path, text, strlen(text), 0644, &err);
            if (!ok)
                printf("%s\n", err.text);
            free(path);
        } else {
            ok = is_equal(&cases[i], text);
        }
        passed += ok;
        failed += !ok;
        free(text);
    }
    if (!shows)
        printf("%d passed, %d failed, 0 skipped\n", passed, failed);
    return failed ? 1 : 0;
}
