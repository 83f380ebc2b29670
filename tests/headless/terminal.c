/* The dialogue on a terminal: what is shown, ^C, and the terminal as it was. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "tests/screen/stage.h"

#define TRIES 600 /* of at most 50 ms */

static void begin_with(struct pty *pty, const char *hosts)
{
    static const char *const environment[] = {"TERM=dumb", "LC_ALL=C.UTF-8", NULL};
    const char *program = getenv("KWIZ_DIALOGUE") ? getenv("KWIZ_DIALOGUE") : "./tests/headless/dialogue";
    const char *const argv[] = {program, "--talk", hosts, NULL};
    pty_start(pty, 60, 120, environment, argv);
    stage_check(pty_wait_has(pty, "Choice [new]:"), "the first question is there");
}

static void begin(struct pty *pty)
{
    begin_with(pty, "2");
}

/* wanted: to the end of the question. What is typed before that is there is shown in front of it, and passwords are not taken that early. */
static void answer(struct pty *pty, const char *keys, const char *wanted)
{
    pty_type(pty, keys);
    stage_check(pty_wait_has(pty, wanted), wanted);
}

static void to_password(struct pty *pty)
{
    begin(pty);
    answer(pty, "new\r", "Choice [cluster]:");
    answer(pty, "\r", "Choice [single]:");
    answer(pty, "many\r", "Host 1:");
    answer(pty, "a-[1-3] 10.1.4.[36-38] worker\r", "Host 4:");
    answer(pty, "\r", "fingerprint you know [no]:");
    stage_check(pty_is_echoing(pty), "answers are shown");
    answer(pty, "all\r", "Password for sudo on a-3, not shown:");
    stage_check(!pty_is_echoing(pty), "a password is not shown");
}

static size_t count(const struct pty *pty, const char *text)
{
    size_t n = 0;
    char *all = pty_text(pty);
    for (const char *p = strstr(all, text); p; p = strstr(p + 1, text))
        n++;
    free(all);
    return n;
}

/* Is the text there so many times? */
static void wait_count(struct pty *pty, const char *text, size_t wanted, const char *name)
{
    for (int i = 0; i < TRIES && count(pty, text) < wanted; i++)
        pty_read(pty, 50);
    stage_check(count(pty, text) == wanted, name);
}

static void passwords(void)
{
    struct pty pty;
    to_password(&pty);
    answer(&pty, "wrong-one\r", "That was refused.");
    stage_check(!pty_is_echoing(&pty), "nor is the second try"); /* which may begin at once: it is neither shown nor lost */
    answer(&pty, "sesame\r", "Name of the cluster [many]:");
    stage_check(pty_is_echoing(&pty), "afterwards answers are shown again");
    char *text = pty_text(&pty);
    stage_check(!strstr(text, "sesame") && !strstr(text, "wrong-one"), "no password is on the screen");
    free(text);
    answer(&pty, "\x03", "stay [stay]:");
    answer(&pty, "\r", "stay [stay]:\nName of the cluster [many]:");
    pty_type(&pty, "!\r");
    wait_count(&pty, "stay [stay]:", 2, "! asks whether to quit, too");
    pty_type(&pty, "quit\r");
    stage_check(strcmp(pty_wait_report(&pty), "exit 0") == 0, "it quits");
    stage_check(pty_is_restored(&pty), "the terminal is as it was");
    pty_stop(&pty);
}

/* What a shell does to the terminal while it has it. */
static void show_typing(const struct pty *pty)
{
    struct termios mode;
    tcgetattr(pty->slave, &mode);
    mode.c_lflag |= ECHO;
    tcsetattr(pty->slave, TCSANOW, &mode);
}

static void suspended(void)
{
    struct pty pty;
    to_password(&pty);
    pty_type(&pty, "half a pass\x1a");
    stage_check(strcmp(pty_wait_report(&pty), "stopped") == 0, "^Z in a password stops it");
    stage_check(pty_is_restored(&pty), "and the shell has the terminal as it was");
    pty_continue(&pty);
    wait_count(&pty, "Password for sudo on a-3, not shown:", 2, "continued, it asks again");
    stage_check(!pty_is_echoing(&pty), "and a password is still not shown");
    kill(pty.program, SIGSTOP);
    stage_check(strcmp(pty_wait_report(&pty), "stopped") == 0, "SIGSTOP can't be seen coming");
    show_typing(&pty);
    pty_continue(&pty);
    wait_count(&pty, "Password for sudo on a-3, not shown:", 3, "continued, it asks once more");
    stage_check(!pty_is_echoing(&pty), "and hides what the shell showed");
    answer(&pty, "sesame\r", "Name of the cluster [many]:");
    pty_type(&pty, "\x1a");
    stage_check(strcmp(pty_wait_report(&pty), "stopped") == 0, "^Z at a question stops it");
    pty_continue(&pty);
    wait_count(&pty, "Name of the cluster [many]:", 2, "which is asked again");
    answer(&pty, "!\r", "stay [stay]:");
    pty_type(&pty, "quit\r");
    stage_check(strcmp(pty_wait_report(&pty), "exit 0") == 0, "it quits");
    stage_check(pty_is_restored(&pty), "the terminal is as it was");
    pty_stop(&pty);
}

static void ended_by(int number, const char *name)
{
    struct pty pty;
    to_password(&pty);
    pty_type(&pty, "half a pass");
    pty_wait_idle(&pty); /* the terminal has it by then */
    if (number) {
        kill(pty.program, number);
    } else {
        answer(&pty, "\x03", "stay [stay]:");
        pty_type(&pty, "\x03");
    }
    stage_check(pty_wait_has(&pty, "-- gone, input ended"), name);
    stage_check(strcmp(pty_wait_report(&pty), "exit 0") == 0, "its caller goes on");
    stage_check(pty_is_restored(&pty), "the terminal is as it was");
    stage_check(pty_unread(&pty) == 0, "what was typed of a password is left to nobody");
    pty_stop(&pty);
}

/* How often it was written at all, also where it has scrolled away. */
static bool was_written(struct pty *pty, const char *text, size_t wanted)
{
    for (int i = 0; i < TRIES; i++) {
        size_t n = 0;
        for (const char *p = strstr(buf_text(&pty->raw), text); p; p = strstr(p + 1, text))
            n++;
        if (n >= wanted)
            return n == wanted;
        pty_read(pty, 50);
    }
    return false;
}

static size_t times; /* that ^C was pressed */

/* ^C asks whether to quit; Enter comes back to the same question, which was written `before` times. */
static void interrupt(struct pty *pty, const char *question, size_t before)
{
    stage_check(was_written(pty, question, before), question);
    pty_type(pty, "\x03");
    stage_check(was_written(pty, "[stay]: ", ++times), "^C asks whether to quit");
    pty_type(pty, "\r");
    stage_check(was_written(pty, question, before + 1), "and it is asked again");
}

static void interrupted(void)
{
    struct pty pty;
    begin(&pty);
    times = 0;
    interrupt(&pty, "Choice [new]: ", 1);
    pty_type(&pty, "open\r");
    interrupt(&pty, "Answers file: ", 1);
    pty_type(&pty, "\rnew\r\rmany\r");
    interrupt(&pty, "Host 1: ", 1);
    pty_type(&pty, "a-[1-3] 10.1.4.[36-38] worker\r\r");
    interrupt(&pty, "or the fingerprint you know [no]: ", 1);
    pty_type(&pty, "all\r");
    interrupt(&pty, "Password for sudo on a-3, not shown: ", 1);
    stage_check(!pty_is_echoing(&pty), "a password is still not shown");
    pty_type(&pty, "sesame\r");
    interrupt(&pty, "Name of the cluster [many]: ", 1);
    pty_type(&pty, "more\rnext\r");
    interrupt(&pty, "to change that part [show]: ", 1);
    pty_type(&pty, "7\r");
    interrupt(&pty, "Name of the cluster [more]: ", 1);
    pty_type(&pty, "\x04");
    stage_check(pty_wait_has(&pty, "-- gone, input ended") && pty_wait_has(&pty, "What was answered is kept in"), "^D ends it, and what was answered is kept");
    stage_check(strcmp(pty_wait_report(&pty), "exit 0") == 0, "its caller goes on");
    stage_check(!strchr(buf_text(&pty.raw), '\x1b'), "nothing but lines was written");
    pty_stop(&pty);
}

/* Hosts come one after the other, the last when it is let. */
static void waiting(void)
{
    struct pty pty;
    times = 0;
    begin_with(&pty, "1");
    pty_type(&pty, "new\r\rmany\ra-[1-45] 10.1.4.[1-45] worker\r\r");
    stage_check(pty_wait_has(&pty, "waiting for a-"), "hosts are waited for");
    pty_type(&pty, "what\r");
    stage_check(pty_wait_has(&pty, "No question is open yet."), "nothing is asked meanwhile");
    pty_type(&pty, "\x03");
    stage_check(was_written(&pty, "[stay]: ", ++times), "^C asks whether to quit");
    pty_type(&pty, "stay\r");
    kill(pty.program, SIGUSR1); /* the last one comes */
    stage_check(was_written(&pty, "Name of the cluster [many]: ", 1), "it goes on when all are there");
    pty_type(&pty, "!\r");
    stage_check(was_written(&pty, "[stay]: ", ++times), "! asks it too");
    pty_type(&pty, "quit\r");
    stage_check(strcmp(pty_wait_report(&pty), "exit 0") == 0, "it quits");
    pty_stop(&pty);
}

int main(void)
{
    stage_begin();
    passwords();
    suspended();
    interrupted();
    waiting();
    ended_by(SIGTERM, "SIGTERM in a password ends it");
    ended_by(SIGHUP, "SIGHUP does");
    ended_by(0, "^C in the question whether to quit does");
    return stage_end();
}
