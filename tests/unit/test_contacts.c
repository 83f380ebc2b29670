/* Who is asked what, and who gets which answer. No host is contacted: the questions are put by hand. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "engine/contacts.h"

#define HOSTS 3
#define NONE HOSTS

static uv_loop_t loop;
static struct contacts *contacts;
static struct host hosts[HOSTS];
static struct ssh_defaults ssh;
static char *names[HOSTS] = {"a", "b", "c"};
static struct buf story; /* what happened */
static const char *in_answers;

static struct secret *from_answers(void *context, const char *key, struct err *err)
{
    (void)context, (void)err;
    size_t n = strlen(key);
    return in_answers && strncmp(in_answers, key, n) == 0 && in_answers[n] == '=' ? secret_new(in_answers + n + 1, strlen(in_answers) - n - 1)
                                                                                  : NULL;
}

static void asked(void *context, size_t host, const struct transport_ask *ask)
{
    (void)context;
    buf_addf(&story, "%s?%s ", names[host], ask->text);
}

static void withdrawn(void *context, size_t host)
{
    (void)context;
    buf_addf(&story, "%s- ", names[host]);
}

static void answered(void *context, const struct secret *secret, bool is_refused)
{
    buf_addf(&story, "%s=%s ", (const char *)context, is_refused ? "no" : secret ? secret_bytes(secret) : "yes");
}

static void learned(void *context, const struct secret *secret)
{
    (void)context;
    buf_addf(&story, "+%s ", secret_bytes(secret));
}

/* The hosts from now on, by their place in hosts; a number that is none ends them. */
static void set(size_t a, size_t b, size_t c)
{
    const size_t order[] = {a, b, c};
    const struct host *now[HOSTS];
    size_t count = 0;
    while (count < HOSTS && order[count] < HOSTS) {
        now[count] = &hosts[order[count]];
        count++;
    }
    contacts_set_hosts(contacts, now, count, &ssh);
    assert_int_equal(contacts_count(contacts), count);
}

static void make(bool can_ask)
{
    struct contacts_options options = {
        .transport = {.loop = &loop},
        .secret = from_answers,
        .ask = can_ask ? asked : NULL,
        .withdraw = withdrawn,
    };
    contacts_free(&contacts);
    contacts = contacts_new(&options);
    in_answers = NULL;
    ssh = (struct ssh_defaults){0};
    for (size_t i = 0; i < HOSTS; i++)
        hosts[i] = (struct host){.name = names[i], .address = names[i]};
    set(0, 1, 2);
    buf_clear(&story);
}

static void ask(size_t host, enum transport_ask_kind kind, const char *text, unsigned attempt)
{
    struct transport_ask question = {.kind = kind, .host = names[host], .text = text, .attempt = attempt};
    contacts_ask(contacts, host, &question, answered, names[host]);
}

static void answer(size_t host, const char *text)
{
    struct secret *secret = text ? secret_new(text, strlen(text)) : NULL;
    contacts_answer(contacts, host, secret, !text);
    secret_free(&secret);
}

static void told(const char *want)
{
    assert_string_equal(buf_text(&story), want);
    buf_clear(&story);
}

static void a_password_is_asked_once_and_tried_once(void **state)
{
    (void)state;
    make(true);
    ask(0, ASK_PASSWORD, "p", 1);
    ask(1, ASK_PASSWORD, "p", 1);
    told("a?p ");
    answer(0, "good");
    told("a=good ");
    contacts_accepted(contacts, 0, false);
    told("b=good ");
    ask(2, ASK_PASSWORD, "p", 1);
    told("c=good ");
}

static void what_is_refused_reaches_no_other_host(void **state)
{
    (void)state;
    make(true);
    ask(0, ASK_PASSWORD, "p", 1);
    ask(1, ASK_PASSWORD, "p", 1);
    answer(0, "bad");
    told("a?p a=bad ");
    ask(0, ASK_PASSWORD, "p", 2);
    told("a?p ");
    answer(0, "good");
    contacts_accepted(contacts, 0, false);
    told("a=good b=good ");
}

static void a_host_that_is_lost_lets_the_next_be_asked(void **state)
{
    (void)state;
    make(true);
    ask(0, ASK_PASSWORD, "p", 1);
    ask(1, ASK_PASSWORD, "p", 1);
    ask(2, ASK_PASSWORD, "p", 1);
    told("a?p ");
    contacts_forget(contacts, 0); /* while it is being asked about */
    told("a- b?p ");
    answer(0, "late");
    told("");
    answer(1, "bad");
    contacts_forget(contacts, 1); /* with an answer on trial */
    told("b=bad c?p ");
    answer(2, NULL);
    told("c=no ");
}

static void refusing_goes_on_to_the_next(void **state)
{
    (void)state;
    make(true);
    ask(0, ASK_PASSWORD, "p", 1);
    ask(1, ASK_PASSWORD, "p", 1);
    answer(0, NULL);
    told("a?p a=no b?p ");
}

static void a_host_with_another_password_is_asked_for_itself(void **state)
{
    (void)state;
    make(true);
    ask(0, ASK_PASSWORD, "sudo", 1);
    answer(0, "common");
    contacts_accepted(contacts, 0, true);
    ask(1, ASK_PASSWORD, "sudo", 1);
    ask(1, ASK_PASSWORD, "sudo", 2);
    told("a?sudo a=common b=common b?sudo ");
    answer(1, "own");
    contacts_accepted(contacts, 1, true);
    told("b=own ");
    struct secret *of_a = contacts_sudo_password(contacts, 0), *of_b = contacts_sudo_password(contacts, 1);
    assert_string_equal(secret_bytes(of_a), "common");
    assert_string_equal(secret_bytes(of_b), "own");
    secret_free(&of_a);
    secret_free(&of_b);
}

static void users_and_kinds_are_apart(void **state)
{
    (void)state;
    make(true);
    hosts[1].user = (char *)(uintptr_t)"other";
    set(0, 1, 2);
    ask(0, ASK_PASSWORD, "p", 1);
    ask(1, ASK_PASSWORD, "p", 1);
    ask(2, ASK_PASSWORD, "sudo", 1);
    told("a?p b?p c?sudo ");
    answer(0, "x");
    contacts_accepted(contacts, 0, true); /* that was sudo: says nothing of the login */
    told("a=x ");
    ask(2, ASK_HOST_KEY, "SHA256:k", 1);
    told("c- c?SHA256:k ");
    contacts_answer(contacts, 2, NULL, false);
    told("c=yes ");
    struct transport_ask jump = {.kind = ASK_PASSWORD, .host = "bastion", .text = "p", .attempt = 1};
    contacts_accepted(contacts, 0, false);
    contacts_ask(contacts, 2, &jump, answered, names[2]);
    told("c?p "); /* the jump host's is another's password */
}

static void answers_come_first_and_once(void **state)
{
    (void)state;
    make(true);
    in_answers = "ssh_password=filed";
    ask(0, ASK_PASSWORD, "p", 1);
    told("a=filed ");
    ask(0, ASK_PASSWORD, "p", 2);
    told("a?p ");
    answer(0, "typed");
    contacts_accepted(contacts, 0, false);
    told("a=typed ");
    ask(1, ASK_PASSWORD, "p", 1); /* what was typed has proved right */
    told("b=typed ");
    in_answers = "sudo_password=root";
    struct secret *sudo = contacts_sudo_password(contacts, 0);
    assert_string_equal(secret_bytes(sudo), "root");
    secret_free(&sudo);
}

static void without_an_operator_all_is_refused(void **state)
{
    (void)state;
    make(false);
    ask(0, ASK_PASSWORD, "p", 1);
    ask(1, ASK_PASSWORD, "p", 1);
    ask(2, ASK_HOST_KEY, "SHA256:k", 1);
    told("a=no b=no c=no ");
    assert_null(contacts_sudo_password(contacts, 0));
}

static void secrets_are_told_to_who_masks_them(void **state)
{
    (void)state;
    make(true);
    ask(0, ASK_PASSWORD, "p", 1);
    answer(0, "early");
    told("a?p a=early ");
    contacts_watch(contacts, learned, NULL);
    told("+early ");
    ask(0, ASK_PASSPHRASE, "key", 1);
    answer(0, "late");
    told("a?key +late a=late ");
    contacts_watch(contacts, NULL, NULL);
}

static void hosts_that_stay_keep_what_they_ask(void **state)
{
    (void)state;
    make(true);
    ask(1, ASK_PASSWORD, "p", 1);
    ask(2, ASK_PASSWORD, "p", 1);
    told("b?p ");
    set(2, 1, NONE); /* a is gone, and c is the first now */
    told("");
    contacts_answer(contacts, 0, NULL, false); /* c was not told to the operator */
    told("");
    answer(1, "good");
    contacts_accepted(contacts, 1, false);
    told("b=good c=good ");
    set(0, NONE, NONE);
    ask(0, ASK_PASSWORD, "p", 1); /* what proved right is remembered when the host that said so is gone */
    told("a=good ");
}

static void hosts_that_go_take_their_questions_along(void **state)
{
    (void)state;
    make(true);
    ask(0, ASK_PASSWORD, "p", 1);
    ask(1, ASK_PASSWORD, "p", 1);
    ask(2, ASK_PASSWORD, "p", 1);
    told("a?p ");
    set(2, NONE, NONE);
    told("a- c?p "); /* and b, which waited and goes as well, is not asked for */
    answer(0, "x");
    told("c=x ");
    contacts_accepted(contacts, 0, false);
    set(0, 1, 2);
    ask(0, ASK_PASSWORD, "p", 2);
    told("a?p "); /* of another host of that name than the one that asked before */
}

static void a_host_that_is_reached_otherwise_is_another(void **state)
{
    (void)state;
    size_t numbers[HOSTS];
    const struct host *all[HOSTS] = {&hosts[0], &hosts[1], &hosts[2]};
    struct ssh_defaults others = {.user = (char *)(uintptr_t)"someone"};
    char role[] = "master", *roles[] = {role}, jump[] = "ops@bastion";
    make(true);
    hosts[0].roles = (struct strv){.items = roles, .count = 1};
    hosts[1].jump = jump;
    contacts_match(contacts, all, HOSTS, &ssh, numbers);
    assert_int_equal(numbers[0], 0);
    assert_int_equal(numbers[1], CONTACTS_NONE);
    assert_int_equal(numbers[2], 2);
    contacts_match(contacts, all, HOSTS, &others, numbers);
    assert_int_equal(numbers[0], CONTACTS_NONE);
    hosts[0].user = others.user;
    contacts_set_hosts(contacts, all, HOSTS, &ssh);
    assert_string_equal(contacts_host(contacts, 0)->user, "someone");
    hosts[0].user = NULL; /* the same, said elsewhere */
    contacts_match(contacts, all, HOSTS, &others, numbers);
    assert_int_equal(numbers[0], 0);
    assert_int_equal(numbers[2], CONTACTS_NONE);
    all[1] = &hosts[0]; /* twice the same */
    contacts_match(contacts, all, HOSTS, &others, numbers);
    assert_int_equal(numbers[0], 0);
    assert_int_equal(numbers[1], CONTACTS_NONE);
    hosts[0].roles = (struct strv){0};
}

static int set_up(void **state)
{
    (void)state;
    buf_init(&story, 10000);
    return uv_loop_init(&loop);
}

static int tear_down(void **state)
{
    (void)state;
    contacts_free(&contacts);
    buf_done(&story);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_is_asked_once_and_tried_once),
        cmocka_unit_test(what_is_refused_reaches_no_other_host),
        cmocka_unit_test(a_host_that_is_lost_lets_the_next_be_asked),
        cmocka_unit_test(refusing_goes_on_to_the_next),
        cmocka_unit_test(a_host_with_another_password_is_asked_for_itself),
        cmocka_unit_test(users_and_kinds_are_apart),
        cmocka_unit_test(answers_come_first_and_once),
        cmocka_unit_test(without_an_operator_all_is_refused),
        cmocka_unit_test(secrets_are_told_to_who_masks_them),
        cmocka_unit_test(hosts_that_stay_keep_what_they_ask),
        cmocka_unit_test(hosts_that_go_take_their_questions_along),
        cmocka_unit_test(a_host_that_is_reached_otherwise_is_another),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
