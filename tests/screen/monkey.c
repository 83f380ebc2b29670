/* A monkey at the wizard: random keys, pastes, clicks and sizes, while hosts answer, ask and fail at random. usage: monkey [STEPS [SEED]]
 *
 * After each step the screen must draw; every so often what was answered is saved, opened again, and must be the same. Run as root it becomes nobody
 * first: a monkey can type the name of any file. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/screen/fixture.h"
#include "tests/screen/wizard_fixture.h"
#include "ui/view.h"

#define NOW_MS 1795343589000u
#define STEPS 100000
#define SAVE_EVERY 997
#define NOBODY 65534

static uint64_t state;

static unsigned pick(unsigned below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 11) % below;
}

static struct key random_key(void)
{
    static const enum key_code named[] = {UI_KEY_UP,   UI_KEY_DOWN, UI_KEY_LEFT,  UI_KEY_RIGHT,   UI_KEY_PAGE_UP, UI_KEY_PAGE_DOWN, UI_KEY_HOME,
                                          UI_KEY_END,  UI_KEY_TAB,  UI_KEY_ENTER, UI_KEY_BACKTAB, UI_KEY_ESC,     UI_KEY_BACKSPACE, UI_KEY_DELETE,
                                          UI_KEY_OTHER};
    static const uint32_t odd[] = {0xe9, 0x4e2d, 0x301, 0x1f600, 0x202e, 0x41f, 0xff21, 0x200b};
    static const char likely[] = "acduJKie123oqrRApv/nN?Smy!U .-[]/:=x0149";
    struct key key = {.code = UI_KEY_CHAR};
    switch (pick(10)) {
    case 0:
    case 1:
    case 2:
        key.code = named[pick(sizeof named / sizeof *named)];
        break;
    case 3:
        key.ch = 'a' + pick(26);
        key.is_ctrl = true;
        break;
    case 4:
        key.ch = odd[pick(sizeof odd / sizeof *odd)];
        break;
    case 5:
        key.is_ctrl = true;
        key.ch = pick(2) ? 'n' : 'p';
        break;
    default:
        key.ch = (uint32_t)(unsigned char)likely[pick(sizeof likely - 1)];
    }
    return key;
}

static void paste(struct view *view)
{
    static const char *const texts[] = {"kub-node-[1-3] 10.1.4.[36-38] worker\nbad line\n", "10.244.0.0/16", "", "\x1b[31mred\x01\xff\xfe",
                                        "[masters]\nm1 ansible_host=10.1.4.36\n[workers]\nw[1:900] ansible_host=10.1.4.37\n", "x [1-4000] worker",
                                        "SHA256:uC1pIcAoQ2f0y1nO5bTt3Zz0WmWq0m9rE3yP4JgkY8s", "name,address,roles\na,10.0.0.1,worker\n"};
    const char *text = texts[pick(sizeof texts / sizeof *texts)];
    view_paste(view, text, strlen(text));
}

static void host_happens(struct wizard_fixture *f)
{
    struct access *access = wizard_access(f->wizard);
    size_t count = access ? access_count(access) : 0;
    if (!count)
        return;
    size_t host = pick((unsigned)count);
    struct access_host *h = access_host_mutable(access, host);
    h->state = (enum access_state)pick(ACCESS_STATES);
    h->root = (enum access_root)pick(6);
    h->asks = h->state == ACCESS_CONNECTING || h->state == ACCESS_ROOT ? pick(2) : false;
    h->asks_sudo = h->asks && h->state == ACCESS_ROOT;
    h->ask = (struct transport_ask){.kind = h->asks_sudo ? ASK_PASSWORD : (enum transport_ask_kind)pick(4), .host = "kub-1", .attempt = 1 + pick(3),
                                    .text = h->asks_sudo ? "sudo" : "ED25519 SHA256:uC1pIcAoQ2f0y1nO5bTt3Zz0WmWq0m9rE3yP4JgkY8s"};
    h->fault = h->state == ACCESS_FAILED ? pick(2) ? "dial-timeout" : "host-key-changed" : NULL;
    snprintf(h->detail, sizeof h->detail, "%s", h->state == ACCESS_FAILED ? "no answer from 10.1.4.33:22 in 10 s" : "");
    if (pick(2))
        wizard_fixture_facts(f, host, pick(2) ? "cpus 4\nmem_mb 3930\ninit systemd\nswap_mb 0\ndisk:/var/lib 45000\n"
                                              : "cpus 1\nmem_mb 900\nswap /x\nswap_mb 5\n");
    wizard_touch(f->wizard);
}

static char *answers_of(struct wizard *wizard, struct wizard_fixture *f, const char *name)
{
    struct err err = ERR_INIT;
    struct buf text;
    char *path = mem_printf("%s/%s", f->home, name);
    if (!draft_save(wizard_draft(wizard), path, &err)) {
        printf("not saved: %s\n", err.text);
        abort();
    }
    if (!file_read(path, (size_t)1 << 20, &text, &err))
        abort();
    free(path);
    return buf_take(&text);
}

/* Nothing of what was answered is lost on the way through a file. */
static void check_saved(struct wizard_fixture *f)
{
    struct wizard_options options = {.catalog = &f->catalog};
    struct wizard *other = wizard_new(&options);
    struct err_list errors = {0};
    char *before = answers_of(f->wizard, f, "monkey-1.yaml"), *path = mem_printf("%s/monkey-1.yaml", f->home);
    if (!wizard_open(other, path, &errors)) {
        printf("not opened: %s\n%s", errors.count ? errors.items[0].text : "", before);
        abort();
    }
    char *after = answers_of(other, f, "monkey-2.yaml");
    if (strcmp(before, after) != 0) {
        printf("saved:\n%s\nopened and saved again:\n%s\n", before, after);
        abort();
    }
    free(before);
    free(after);
    free(path);
    err_list_done(&errors);
    wizard_free(&other);
}

static void step(struct wizard_fixture *f, struct view *view, struct canvas **canvas)
{
    switch (pick(40)) {
    case 0: {
        static const int sizes[][2] = {{24, 80}, {12, 40}, {60, 200}, {16, 60}, {40, 120}, {2, 20}, {1, 1}};
        const int *size = sizes[pick(7)];
        canvas_free(canvas);
        *canvas = canvas_new(size[0], size[1]);
        break;
    }
    case 1:
        paste(view);
        break;
    case 2:
    case 3:
        host_happens(f);
        break;
    default:
        view_key(view, random_key(), (*canvas)->rows, (*canvas)->cols);
    }
    for (int i = 0; view->has_work && i < 100; i++)
        view_work(view);
    view->now_ms += 50;
    view->wants_redraw = view->wants_plainer = view->wants_suspend = false;
    view_draw(view, *canvas);
}

static void become_nobody(const char *home)
{
    if (geteuid() != 0)
        return;
    char *command = mem_printf("chown -R %d:%d '%s'", NOBODY, NOBODY, home);
    if (system(command) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0) {
        printf("0 passed, 0 failed, 1 skipped: can't become nobody\n");
        exit(77);
    }
    free(command);
}

int main(int argc, char **argv)
{
    long steps = argc > 1 ? atol(argv[1]) : STEPS;
    state = argc > 2 ? strtoull(argv[2], NULL, 10) : 20261122;
    struct wizard_fixture f;
    struct view view;
    setlocale(LC_CTYPE, "C.UTF-8");
    wizard_fixture_ha(&f);
    become_nobody(f.home);
    if (chdir(f.home) != 0)
        abort();
    view_init_wizard(&view, f.wizard, &f.actions, NOW_MS);
    struct canvas *canvas = canvas_new(24, 80);
    size_t seen[SECTIONS] = {0};
    for (long i = 0; i < steps; i++) {
        step(&f, &view, &canvas);
        seen[view.section]++;
        f.asked[0] = '\0';
        if (i % SAVE_EVERY == 0)
            check_saved(&f);
    }
    for (int s = 0; s < SECTIONS; s++)
        if (seen[s])
            printf("%s %zu\n", section_name((enum section)s), seen[s]);
    canvas_free(&canvas);
    view_done(&view);
    if (chdir("/") != 0)
        abort();
    wizard_fixture_done(&f);
    printf("1 passed, 0 failed, 0 skipped\n");
    return 0;
}
