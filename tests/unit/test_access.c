/* Hosts that come, stay and go, and what is known of them; without a loop, so that nothing is ever contacted. What happens with real servers is in
 * tests/transport/60-access.sh. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "engine/access.h"

static struct access *access_;
static struct buf story; /* what happened */

static void changed(void *context, size_t host)
{
    (void)context;
    const struct access_host *h = access_host(access_, host);
    buf_addf(&story, "%zu:%d%s%s ", host, h->state, h->asks ? "?" : "", h->asks_sudo ? "sudo" : "");
}

static void told(const char *want)
{
    assert_string_equal(buf_text(&story), want);
    buf_clear(&story);
}

static void add(struct fleet *fleet, const char *name, const char *address)
{
    fleet->items = mem_grow(fleet->items, fleet->count + 1, sizeof *fleet->items);
    fleet->items[fleet->count++] = (struct host){.name = mem_strdup(name), .address = mem_strdup(address)};
}

/* "a=address b=address" */
static struct fleet fleet_of(const char *text)
{
    struct fleet fleet = {0};
    char *copy = mem_strdup(text), *rest = copy, *word;
    while ((word = strsep(&rest, " ")))
        if (*word) {
            char *equals = strchr(word, '=');
            *equals = '\0';
            add(&fleet, word, equals + 1);
        }
    free(copy);
    return fleet;
}

static void set(const char *text)
{
    struct fleet fleet = fleet_of(text);
    access_set_hosts(access_, &fleet);
    assert_int_equal(access_count(access_), fleet.count);
    fleet_done(&fleet);
}

static void make(bool can_ask)
{
    struct access_options options = {.can_ask = can_ask, .tries_root = true, .changed = changed};
    access_free(&access_);
    access_ = access_new(&options);
    buf_clear(&story);
}

static void answered(void *context, const struct secret *secret, bool is_refused)
{
    buf_addf(&story, "%s=%s ", (const char *)context, is_refused ? "no" : secret ? secret_bytes(secret) : "yes");
}

/* As a connection would. */
static void ask(size_t host, enum transport_ask_kind kind, const char *text, char *name)
{
    struct transport_ask question = {.kind = kind, .host = name, .text = text, .attempt = 1};
    contacts_ask(access_contacts(access_), host, &question, answered, name);
}

static void answer(size_t host, const char *text)
{
    struct secret *secret = secret_new(text, strlen(text));
    access_answer(access_, host, secret, false);
    secret_free(&secret);
}

static void nothing_is_contacted_without_a_loop(void **state)
{
    (void)state;
    make(true);
    set("a=10.0.0.1 b=10.0.0.2");
    access_start(access_);
    access_again(access_, 0);
    access_measure(access_, "echo facts 1", true);
    assert_int_equal(access_host(access_, 0)->state, ACCESS_IDLE);
    assert_int_equal(access_host(access_, 1)->state, ACCESS_IDLE);
    access_host_mutable(access_, 0)->state = ACCESS_READY;
    assert_false(access_perform(access_, 0, "id", NULL, 1000, NULL, NULL));
    access_measure(access_, "echo facts 1", true);
    assert_int_equal(access_host(access_, 0)->state, ACCESS_READY);
    assert_false(access_is_busy(access_));
    told("");
}

static void who_stays_keeps_what_is_known(void **state)
{
    (void)state;
    make(true);
    set("a=10.0.0.1 b=10.0.0.2 c=10.0.0.3");
    struct access_host *b = access_host_mutable(access_, 1);
    b->state = ACCESS_READY;
    b->root = ROOT_PASSWORD;
    b->reach_us = 1234;
    b->has_facts = true;
    b->facts.items = mem_grow(NULL, 1, sizeof *b->facts.items);
    b->facts.items[0] = (struct fact){.key = mem_strdup("cpus"), .value = mem_strdup("4")};
    b->facts.count = 1;
    access_host_mutable(access_, 0)->state = ACCESS_FAILED;
    set("x=10.0.0.9 c=10.0.0.4 b=10.0.0.2 a=10.0.0.1");
    assert_int_equal(access_host(access_, 0)->state, ACCESS_IDLE);
    assert_int_equal(access_host(access_, 1)->state, ACCESS_IDLE); /* it has another address */
    assert_ptr_equal(access_host(access_, 2), b);
    assert_int_equal(access_host(access_, 2)->reach_us, 1234);
    assert_string_equal(facts_get(&access_host(access_, 2)->facts, "cpus"), "4");
    assert_int_equal(access_host(access_, 3)->state, ACCESS_FAILED);
    struct facts facts = access_take_facts(access_, 2);
    assert_int_equal(facts.count, 1);
    assert_false(access_host(access_, 2)->has_facts);
    facts_done(&facts);
    set("");
    assert_int_equal(access_count(access_), 0);
    set("b=10.0.0.2");
    assert_int_equal(access_host(access_, 0)->state, ACCESS_IDLE); /* it was gone */
    told("");
}

static void defaults_and_roles(void **state)
{
    (void)state;
    make(true);
    struct fleet fleet = fleet_of("a=10.0.0.1 b=10.0.0.2");
    fleet.ssh.user = mem_strdup("ops");
    access_set_hosts(access_, &fleet);
    access_host_mutable(access_, 0)->state = access_host_mutable(access_, 1)->state = ACCESS_READY;
    strv_add(&fleet.items[0].roles, "worker");
    fleet.items[1].user = mem_strdup("admin");
    access_set_hosts(access_, &fleet);
    assert_int_equal(access_host(access_, 0)->state, ACCESS_READY);
    assert_int_equal(access_host(access_, 1)->state, ACCESS_IDLE);
    access_host_mutable(access_, 1)->state = ACCESS_READY;
    free(fleet.ssh.user);
    fleet.ssh.user = mem_strdup("root"); /* b says itself as whom */
    access_set_hosts(access_, &fleet);
    assert_int_equal(access_host(access_, 0)->state, ACCESS_IDLE);
    assert_int_equal(access_host(access_, 1)->state, ACCESS_READY);
    fleet_done(&fleet);
}

static void questions_are_shown_and_answered(void **state)
{
    (void)state;
    char a[] = "a", b[] = "b";
    make(true);
    set("a=10.0.0.1 b=10.0.0.2");
    ask(0, ASK_PASSWORD, "sudo", a);
    ask(1, ASK_PASSWORD, "sudo", b);
    told("0:0?sudo ");
    assert_true(access_is_busy(access_));
    assert_string_equal(access_host(access_, 0)->ask.host, "a");
    answer(1, "too early"); /* it asks nothing */
    told("");
    answer(0, "word");
    told("a=word 0:0 ");
    assert_null(access_host(access_, 0)->ask.text);
    contacts_accepted(access_contacts(access_), 0, true);
    told("b=word ");
    ask(0, ASK_HOST_KEY, "ssh-ed25519 SHA256:x", a);
    told("0:0? ");
    access_answer(access_, 0, NULL, true);
    told("a=no 0:0 ");
    ask(1, ASK_HOST_KEY, "ssh-ed25519 SHA256:x", b);
    contacts_forget(access_contacts(access_), 1);
    told("1:0? 1:0 ");
    assert_false(access_is_busy(access_));
}

static void a_question_of_who_goes_is_asked_by_who_stays(void **state)
{
    (void)state;
    char a[] = "a", b[] = "b";
    make(true);
    set("a=10.0.0.1 b=10.0.0.2");
    ask(0, ASK_PASSWORD, "password", a);
    ask(1, ASK_PASSWORD, "password", b);
    told("0:0? ");
    set("b=10.0.0.2");
    told(""); /* nobody is told: it may be looked up */
    assert_true(access_host(access_, 0)->asks);
    assert_string_equal(access_host(access_, 0)->ask.host, "b");
    answer(0, "word");
    told("b=word 0:0 ");
}

static void nobody_is_asked_who_can_not(void **state)
{
    (void)state;
    char a[] = "a";
    make(false);
    set("a=10.0.0.1");
    ask(0, ASK_PASSWORD, "password", a);
    told("a=no ");
    assert_false(access_host(access_, 0)->asks);
}

static void as_many_hosts_as_there_may_be(void **state)
{
    (void)state;
    char text[64];
    struct fleet fleet = {0};
    make(true);
    for (int i = 0; i < 1000; i++) {
        snprintf(text, sizeof text, "host-%d", i);
        add(&fleet, text, text);
    }
    access_set_hosts(access_, &fleet);
    access_host_mutable(access_, 999)->state = ACCESS_READY;
    struct host last = fleet.items[999];
    fleet.items[999] = fleet.items[0];
    fleet.items[0] = last;
    access_set_hosts(access_, &fleet);
    assert_int_equal(access_count(access_), 1000);
    assert_int_equal(access_host(access_, 0)->state, ACCESS_READY);
    assert_int_equal(access_host(access_, 999)->state, ACCESS_IDLE);
    fleet_done(&fleet);
}

static int set_up(void **state)
{
    (void)state;
    buf_init(&story, 10000);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    access_free(&access_);
    buf_done(&story);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_contacted_without_a_loop),
        cmocka_unit_test(who_stays_keeps_what_is_known),
        cmocka_unit_test(defaults_and_roles),
        cmocka_unit_test(questions_are_shown_and_answered),
        cmocka_unit_test(a_question_of_who_goes_is_asked_by_who_stays),
        cmocka_unit_test(nobody_is_asked_who_can_not),
        cmocka_unit_test(as_many_hosts_as_there_may_be),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
