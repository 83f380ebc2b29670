#include "tests/headless/walk.h"

#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "headless/dialogue.h"
#include "tests/screen/wizard_fixture.h"

static const char good[] = "os.id debian\nos.version 12\ncpus 4\nmemory_mb 3930\ninit systemd\nswap_mb 0\ndisk:/var/lib 45000\nroot self\n";

#define SCRIPT "# A user that may use sudo"
#define PUBLIC_KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4bB0p0Q9lq7hD1hS0yqkA7cVY7jPj2n4y1S0mVqQ0h ops@laptop\n"

struct talk {
    struct wizard_fixture fixture;
    struct dialogue *dialogue;
    enum walk_hosts hosts;
    uv_loop_t loop;
    uv_timer_t late;
    size_t late_host;
    uv_timer_t performing; /* of scripts */
    void (*performed)(void *context, size_t host, int status, const char *output);
    void *performed_context;
    unsigned perform_count;
    char ended[128]; /* how */
};

static struct talk *talk; /* the wrapped calls have no context */
static volatile sig_atomic_t holds_last;

/* ---- hosts that are made up ---- */

static const char *facts_of(const struct talk *t, size_t i)
{
    if (t->hosts == HOSTS_POOR && i == 0)
        return "cpus 4\nmemory_mb 3930\ninit systemd\nswap /swap.img\nswap_mb 2048\ndisk:/var/lib 45000\n";
    if (t->hosts == HOSTS_POOR && i == 1)
        return "cpus 4\nmemory_mb 3400\ninit systemd\nswap_mb 0\ndisk:/var/lib 45000\n";
    if (t->hosts == HOSTS_SEVERAL && i == 0)
        return "cpus 4\nmemory_mb 3930\nswap_mb 0\ndisk:/var/lib 45000\nhas calico none\n";
    return good;
}

static void arrive(struct talk *t, size_t i)
{
    struct access_host *h = access_host_mutable(wizard_access(t->fixture.wizard), i);
    h->state = ACCESS_READY;
    h->root = ROOT_FREE;
    h->asks = h->asks_sudo = false;
    if (t->hosts == HOSTS_SEVERAL)
        wizard_fixture_several(&t->fixture);
    wizard_fixture_facts(&t->fixture, i, facts_of(t, i));
}

static void begin(struct talk *t, size_t i, size_t count)
{
    struct access_host *h = access_host_mutable(wizard_access(t->fixture.wizard), i);
    if (t->hosts == HOSTS_ASKING && i < 3) {
        h->state = i < 2 ? ACCESS_CONNECTING : ACCESS_ROOT;
        h->asks = true;
        h->asks_sudo = i == 2;
        h->ask = (struct transport_ask){.kind = i < 2 ? ASK_HOST_KEY : ASK_PASSWORD, .attempt = 1,
                                        .text = i == 0   ? "ED25519 SHA256:uC1pIcAoQ2f0y1nO5bTt3Zz0WmWq0m9rE3yP4JgkY8s"
                                                : i == 1 ? "ED25519 SHA256:Hq2wE5rT8yU1iO4pA7sD0fG3hJ6kL9zX2cV5bN8mQ1w"
                                                         : "sudo"};
    } else if (t->hosts == HOSTS_FAILED && i + 1 == count) {
        h->state = ACCESS_FAILED;
        h->fault = "dial-timeout";
        snprintf(h->detail, sizeof h->detail, "no answer from 10.1.4.33:22 in 10 s");
    } else if (t->hosts == HOSTS_LATE) {
        h->state = ACCESS_CONNECTING;
    } else {
        arrive(t, i);
    }
}

static void arrive_late(uv_timer_t *timer)
{
    struct talk *t = timer->data;
    const struct access *access = wizard_access(t->fixture.wizard);
    if (access && t->late_host + (holds_last != 0) < access_count(access))
        arrive(t, t->late_host++);
    dialogue_changed(t->dialogue);
}

static void on_changed(void *context)
{
    struct talk *t = context;
    struct access *access = wizard_access(t->fixture.wizard);
    for (size_t i = 0; access && i < access_count(access); i++)
        if (access_host(access, i)->state == ACCESS_IDLE)
            begin(t, i, access_count(access));
    if (access && t->hosts == HOSTS_LATE && !uv_is_active((uv_handle_t *)&t->late))
        uv_timer_start(&t->late, arrive_late, 100, 100);
    dialogue_changed(t->dialogue);
}

/* Instead of those of the access, which has nobody to talk to. */
void __wrap_access_answer(struct access *access, size_t host, const struct secret *secret, bool is_refused);
void __wrap_access_again(struct access *access, size_t host);

void __wrap_access_answer(struct access *access, size_t host, const struct secret *secret, bool is_refused)
{
    struct access_host *h = access_host_mutable(access, host);
    bool is_right = secret && strcmp(secret_bytes(secret), "sesame") == 0;
    assert(h->asks);
    if (h->ask.kind == ASK_HOST_KEY && is_refused) {
        h->asks = false;
        h->state = ACCESS_FAILED;
        h->fault = "host-key-new";
        snprintf(h->detail, sizeof h->detail, "its host key was not accepted");
    } else if (h->ask.kind == ASK_HOST_KEY) {
        draft_host_key(wizard_draft(talk->fixture.wizard), host, strstr(h->ask.text, "SHA256:"));
        contacts_pin(access_contacts(access), host, strstr(h->ask.text, "SHA256:"));
        arrive(talk, host);
    } else if (is_refused) {
        h->asks = h->asks_sudo = false;
        h->state = ACCESS_READY;
        h->root = ROOT_REFUSED;
        snprintf(h->detail, sizeof h->detail, "no password was given");
    } else if (is_right) {
        arrive(talk, host);
        h->root = ROOT_PASSWORD;
    } else {
        h->ask.attempt++;
    }
    on_changed(talk);
}

void __wrap_access_again(struct access *access, size_t host)
{
    access_host_mutable(access, host)->fault = NULL;
    arrive(talk, host);
    on_changed(talk);
}

/* The first script on the second host fails. */
static void end_scripts(uv_timer_t *timer)
{
    struct talk *t = timer->data;
    struct access *access = wizard_access(t->fixture.wizard);
    for (size_t i = 0; i < access_count(access); i++) {
        if (access_host(access, i)->state != ACCESS_PERFORMING)
            continue;
        bool fails = i == 1 && t->perform_count <= access_count(access);
        access_host_mutable(access, i)->state = ACCESS_READY;
        t->performed(t->performed_context, i, fails, fails ? "visudo: bad\n" : "\n");
    }
}

bool __wrap_access_perform(struct access *access, size_t host, const char *script, const struct secret *input, unsigned limit_ms,
                           void (*done)(void *context, size_t host, int status, const char *output), void *context);
bool __wrap_access_perform(struct access *access, size_t host, const char *script, const struct secret *input, unsigned limit_ms,
                           void (*done)(void *context, size_t host, int status, const char *output), void *context)
{
    assert(script && limit_ms && (!input || !strstr(script, secret_bytes(input))));
    access_host_mutable(access, host)->state = ACCESS_PERFORMING;
    talk->performed = done;
    talk->performed_context = context;
    talk->perform_count++;
    uv_timer_start(&talk->performing, end_scripts, 50, 0);
    return true;
}

/* ---- its caller ---- */

static void ended(struct talk *t, const char *how, const char *what)
{
    snprintf(t->ended, sizeof t->ended, "%s%s%s", how, *what ? " " : "", what);
    uv_stop(&t->loop);
}

static void on_start(void *context)
{
    ended(context, "start", "");
}

static void on_resume(void *context, const char *run)
{
    ended(context, "resume", run);
}

static void on_quit(void *context)
{
    ended(context, "quit", "");
}

static void on_gone(void *context)
{
    ended(context, "gone", "");
}

static void talk_begin(struct talk *t, enum walk_hosts hosts, bool has_past)
{
    *t = (struct talk){.hosts = hosts};
    talk = t;
    (has_past ? wizard_fixture_past : wizard_fixture_new)(&t->fixture);
    wizard_free(&t->fixture.wizard);
    struct wizard_options options = {.catalog = &t->fixture.catalog, .can_ask = true, .changed = on_changed, .changed_context = t};
    t->fixture.wizard = wizard_new(&options);
    uv_loop_init(&t->loop);
    uv_timer_init(&t->loop, &t->late);
    uv_timer_init(&t->loop, &t->performing);
    t->late.data = t->performing.data = t;
    /* where public keys are looked for */
    char *folder = mem_printf("%s/.ssh", t->fixture.home), *file = mem_printf("%s/id_ed25519.pub", folder);
    struct err err = ERR_INIT;
    setenv("HOME", t->fixture.home, 1);
    setenv("USER", "ops", 1);
    bool ok = file_mkdirs(folder, 0700, &err) && file_write(file, PUBLIC_KEY, strlen(PUBLIC_KEY), 0644, &err);
    assert(ok);
    (void)ok;
    free(folder);
    free(file);
}

static void talk_hold(struct talk *t, int in_fd, int out_fd)
{
    struct err err = ERR_INIT;
    const struct wizard_actions actions = {.context = t, .start = on_start, .resume = on_resume, .quit = on_quit, .gone = on_gone};
    const struct dialogue_options options = {.wizard = t->fixture.wizard, .in_fd = in_fd, .out_fd = out_fd, .reason = "there is no terminal to show screens on", .actions = &actions};
    t->dialogue = dialogue_start(&t->loop, &options, &err);
    assert(t->dialogue);
    uv_run(&t->loop, UV_RUN_DEFAULT);
    if (dialogue_input_ended(t->dialogue))
        strcat(t->ended, ", input ended");
    dialogue_stop(&t->dialogue);
}

static void talk_end(struct talk *t)
{
    uv_close((uv_handle_t *)&t->late, NULL);
    uv_close((uv_handle_t *)&t->performing, NULL);
    wizard_fixture_done(&t->fixture);
    uv_run(&t->loop, UV_RUN_DEFAULT);
    int rc = uv_loop_close(&t->loop);
    assert(rc == 0); /* nothing was left behind */
    (void)rc;
}

static void let_last(int number)
{
    (void)number;
    holds_last = false;
}

int walk_talk(enum walk_hosts hosts)
{
    struct talk t;
    holds_last = true;
    signal(SIGUSR1, let_last);
    talk_begin(&t, hosts, false);
    talk_hold(&t, 0, 1);
    printf("-- %s\n", t.ended);
    talk_end(&t);
    return 0;
}

/* ---- a walk ---- */

/* The other end of a pipe must be fed while it is read. */
static pid_t feed(const char *bytes, size_t len, int *in_fd)
{
    int fds[2];
    int rc = pipe(fds);
    assert(rc == 0);
    (void)rc;
    pid_t child = fork();
    if (child == 0) {
        close(fds[0]);
        while (len) {
            ssize_t n = write(fds[1], bytes, len);
            if (n <= 0)
                _exit(1);
            bytes += n;
            len -= (size_t)n;
        }
        _exit(0);
    }
    close(fds[1]);
    *in_fd = fds[0];
    return child;
}

static int spool(const char *home, const char *name, const void *bytes, size_t len)
{
    char *path = mem_printf("%s/%s", home, name);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    ssize_t n = write(fd, bytes, len);
    assert(fd >= 0 && n == (ssize_t)len);
    (void)n;
    lseek(fd, 0, SEEK_SET);
    free(path);
    return fd;
}

/* The length of "14 minutes ago", 0 = it is something else. */
static size_t time_ago(const char *text)
{
    static const char *const units[] = {"minute", "hour", "day"};
    size_t n = strspn(text, "0123456789");
    for (size_t i = 0; n && text[n] == ' ' && i < 3; i++)
        if (strncmp(text + n + 1, units[i], strlen(units[i])) == 0) {
            const char *ago = strstr(text + n, " ago");
            return ago && ago - text < 20 ? (size_t)(ago - text) : 0;
        }
    return 0;
}

/* What differs from machine to machine, and from day to day. */
static void add_transcript(struct buf *out, const char *text, const char *home)
{
    for (size_t n = strlen(home); *text;) {
        size_t digits = strspn(text, "0123456789"), ago = time_ago(text);
        if (strncmp(text, home, n) == 0) {
            buf_adds(out, "HOME");
            text += n;
        } else if (strncmp(text, "kwiz " PACKAGE_VERSION, strlen("kwiz " PACKAGE_VERSION)) == 0) {
            buf_adds(out, "kwiz VERSION");
            text += strlen("kwiz " PACKAGE_VERSION);
        } else if (digits == 8 && text[8] == '-' && strspn(text + 9, "0123456789") == 6) {
            buf_adds(out, "DATE-TIME");
            text += 15;
        } else if (strncmp(text, SCRIPT, strlen(SCRIPT)) == 0 && strstr(text, "End of the script.")) { /* it has tests of its own */
            buf_adds(out, "SCRIPT\n");
            text = strstr(text, "End of the script.");
        } else if (ago) {
            buf_adds(out, "SOME TIME");
            text += ago;
        } else if (strncmp(text, "sha256:", 7) == 0) { /* of the test's spell */
            buf_adds(out, "sha256:DIGEST");
            text += 7 + strspn(text + 7, "0123456789abcdef");
        } else if (digits > 1) {
            buf_add(out, text, digits);
            text += digits;
        } else {
            buf_add(out, text++, 1);
        }
    }
}

/* false: they are not complete. */
static bool add_answers(struct talk *t, struct buf *out, struct buf *answers)
{
    const struct judgement *j = wizard_judgement(t->fixture.wizard);
    struct err err = ERR_INIT;
    struct secret *secret = wizard_has_secret(t->fixture.wizard, "registry_password") ? wizard_secret(t->fixture.wizard, "registry_password", &err) : NULL;
    if (secret)
        buf_addf(out, "-- the secret that was typed: %s\n", secret_bytes(secret));
    secret_free(&secret);
    buf_adds(out, j->is_valid ? "-- the answers are complete\n" : "-- the answers are not complete\n");
    if (j->is_valid) {
        struct buf text;
        buf_init(&text, 1 << 20);
        answers_text(j->answers, draft_spell(wizard_draft(t->fixture.wizard)), &text);
        add_transcript(answers, buf_text(&text), t->fixture.home);
        buf_done(&text);
    }
    return j->is_valid;
}

char *walk_hold(const struct walk *walk, char **answers)
{
    struct talk t;
    struct buf out, said, text;
    struct err err = ERR_INIT;
    size_t len = walk->input_len ? walk->input_len : strlen(walk->input);
    pid_t child = -1;
    int in_fd = -1, here = open(".", O_RDONLY | O_DIRECTORY);
    talk_begin(&t, walk->hosts, walk->has_past);
    int rc = chdir(t.fixture.home);
    int out_fd = spool(t.fixture.home, "said", "", 0);
    if (walk->is_pipe)
        child = feed(walk->input, len, &in_fd);
    else
        in_fd = spool(t.fixture.home, "typed", walk->input, len);
    talk_hold(&t, in_fd, out_fd);
    close(in_fd);
    close(out_fd);
    if (child > 0)
        waitpid(child, NULL, 0);
    buf_init(&out, 4 << 20);
    buf_init(&text, 1 << 20);
    bool ok = file_read("said", 4 << 20, &said, &err);
    rc |= fchdir(here);
    assert(ok && rc == 0);
    (void)ok;
    close(here);
    add_transcript(&out, buf_text(&said), t.fixture.home);
    buf_addf(&out, "\n-- ended: %s\n", t.ended);
    *answers = add_answers(&t, &out, &text) ? mem_strdup(buf_text(&text)) : NULL;
    buf_done(&text);
    buf_done(&said);
    talk_end(&t);
    return buf_take(&out);
}
