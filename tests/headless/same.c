/* The same inputs on the screen and in the dialogue give the same answers file: the program itself, with this machine as its only host. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/screen/stage.h"

struct turn {
    const char *keys, *shown; /* what is there afterwards; NULL: it ends */
};

/* Pasted, so that it is text in any place. */
#define PASTE(text) "\x1b[200~" text "\x1b[201~"

static const struct turn screen[] = {
    {"\r", "Which installer"},
    {"/hello\r", "Writes a greeting"},
    {"\r", "What shape"},
    {"\r", "Which machines"},
    {PASTE("me local greeter\r"), "1 host understood"},
    {"\r", "all there"},
    {"\x0e", "All hosts are reached"},
    {"\x0e", "4 pass"},
    {"\x0e", "Name of the cluster"},
    {"\x15shop\t\x15Hi there, \xc3\xbc!\t\x15/tmp/x\t\x1b[C\t\x15" "3\t\x1b[C\t \x1b[C \t\x15" "10.200.0.0/16\t\t\x15kub.example\t\x15" "1.10", "kub.example"},
    {"\x0e", "Plan for shop"},
    {"S", "shop.yaml"},
    {"\x15screen.yaml\r", "Saved in screen.yaml"},
    {"q", "Quit kwiz?"},
    {"\t\r", NULL},
};

static const struct turn lines[] = {
    {"new\r", "Which installer"},
    {"hello\r", "What shape"},
    {"any\r", "Host 1:"},
    {"me local greeter\r", "Host 2:"},
    {"\r", "Name of the cluster [any]:"},
    {"shop\r", "Greeting [Hello]:"},
    {"Hi there, \xc3\xbc!\r", "Folder [/tmp/kwiz-hello]:"},
    {"/tmp/x\r", "Capital letters? yes, no [no]:"},
    {"yes\r", "How many times [1]:"},
    {"3\r", "Language [english]:"},
    {"german\r", "Also write [kernel]:"},
    {"date\r", "A network to greet [none]:"},
    {"10.200.0.0/16\r", "An address to greet [none]:"},
    {"\r", "Domain of the greeted [example.org]:"},
    {"kub.example\r", "Edition of the greeting [1.0]:"},
    {"1.10\r", "or none [none]:"},
    {"\r", "to change that part [show]:"},
    {"save lines.yaml\r", "Saved: lines.yaml"},
    {"!\r", "Quit? yes, stay [stay]:"},
    {"yes\r", NULL},
};

static void talk(const char *term, const struct turn *turns, const char *kwiz)
{
    struct pty pty;
    const char *const environment[] = {term, "LC_ALL=C.UTF-8", "KWIZ_THEME=mono", "KWIZ_MOTION=0", NULL}, *const argv[] = {kwiz, NULL};
    pty_start(&pty, 40, 120, environment, argv);
    stage_check(pty_wait_has(&pty, "What do you want to do?"), term);
    bool ok = true;
    for (; ok && turns->shown; turns++) {
        pty_type(&pty, turns->keys);
        ok = stage_check(pty_wait_has(&pty, turns->shown), turns->shown);
    }
    pty_type(&pty, ok ? turns->keys : "");
    stage_check(ok && strcmp(pty_wait_report(&pty), "exit 0") == 0, "it quits");
    pty_stop(&pty);
}

static char *read_answers(const char *file)
{
    struct err err = ERR_INIT;
    struct buf bytes;
    char *text = file_read(file, 1 << 20, &bytes, &err) ? mem_strdup(buf_text(&bytes)) : mem_strdup(err.text);
    buf_done(&bytes);
    return text;
}

int main(void)
{
    char home[4096], source[4096], here[4096];
    const char *srcdir = getenv("srcdir");
    stage_begin();
    snprintf(home, sizeof home, "%s/home", getenv("TMPDIR"));
    if (mkdir(home, 0700) != 0 || !realpath(srcdir ? srcdir : ".", source) || !getcwd(here, sizeof here) || chdir(home) != 0)
        return 1;
    char *kwiz = mem_printf("%s/kwiz", here), *spells = mem_printf("%s/spells", source);
    setenv("KWIZ_SPELLS", spells, 1);
    setenv("XDG_STATE_HOME", home, 1);
    setenv("HOME", home, 1);
    talk("TERM=xterm", screen, kwiz);
    talk("TERM=dumb", lines, kwiz);
    char *a = read_answers("screen.yaml"), *b = read_answers("lines.yaml");
    stage_check(strstr(a, "greeting: \"Hi there, \xc3\xbc!\"") && strstr(a, "extras: [date]"), "what was typed on the screen is in the file");
    stage_check(strcmp(a, b) == 0, "the lines give the same file");
    if (strcmp(a, b) != 0)
        printf("on the screen:\n%s\nin lines:\n%s\n", a, b);
    free(a);
    free(b);
    free(spells);
    free(kwiz);
    return stage_end();
}
