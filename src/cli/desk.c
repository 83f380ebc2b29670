#include "cli/desk.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "headless/prompt.h"

#define CONFIRM_LIMIT_MS 600000u

static void interrupted(uv_signal_t *handle, int number)
{
    struct desk *desk = handle->data;
    if (number != SIGINT || !desk->ignores_sigint)
        desk->is_interrupted = true;
}

static void watch_signals(struct desk *desk)
{
    static const int numbers[3] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < 3; i++) {
        uv_signal_init(&desk->loop, &desk->signals[i]);
        desk->signals[i].data = desk;
        uv_signal_start(&desk->signals[i], interrupted, numbers[i]);
        uv_unref((uv_handle_t *)&desk->signals[i]);
    }
}

static void set_hosts(struct contacts *contacts, const struct plan *plan, const struct ssh_defaults *ssh)
{
    const struct host **hosts = mem_new(plan->host_count + 1, sizeof *hosts);
    for (size_t i = 0; i < plan->host_count; i++)
        hosts[i] = &plan->hosts[i].host;
    contacts_set_hosts(contacts, hosts, plan->host_count, ssh);
    free(hosts);
}

struct transport_options desk_transport(uv_loop_t *loop, bool accepts_new_host_keys)
{
    const char *agent = getenv("SSH_AUTH_SOCK");
    return (struct transport_options){
        .loop = loop,
        .ssh_config = getenv("KWIZ_SSH_CONFIG"),
        .known_hosts = getenv("KWIZ_KNOWN_HOSTS"),
        .accept_new_host_keys = accepts_new_host_keys,
        .uses_agent = agent && *agent,
    };
}

bool desk_open_empty(struct desk *desk, struct err *err)
{
    *desk = (struct desk){0};
    if (uv_loop_init(&desk->loop) != 0)
        return err_set(err, ERR_LOCAL, _("cannot make an event loop"));
    desk->is_open = true;
    watch_signals(desk);
    desk->questions = questions_new(&desk->loop);
    return true;
}

bool desk_open(struct desk *desk, const struct desk_options *options, struct err *err)
{
    if (!desk_open_empty(desk, err))
        return false;
    struct contacts_options contacts = {
        .transport = desk_transport(&desk->loop, options->accepts_new_host_keys),
        .secret = vault_secret,
        .secret_context = options->vault,
        .ask = options->can_ask && questions_possible() ? questions_ask : NULL,
        .withdraw = questions_withdraw,
        .context = desk->questions,
    };
    desk->contacts = contacts_new(&contacts);
    set_hosts(desk->contacts, options->plan, options->ssh);
    questions_bind(desk->questions, desk->contacts);
    return true;
}

void desk_borrow(struct desk *desk, struct contacts *contacts)
{
    desk->contacts = contacts;
    desk->is_lent = true;
    questions_bind(desk->questions, contacts);
    contacts_set_ask(contacts, questions_possible() ? questions_ask : NULL, questions_withdraw, desk->questions);
}

struct confirmation {
    bool is_answered, is_yes;
};

static void answered(void *context, const struct secret *answer)
{
    struct confirmation *c = context;
    c->is_answered = true;
    c->is_yes = answer && secret_len(answer) && (secret_bytes(answer)[0] == 'y' || secret_bytes(answer)[0] == 'Y');
}

bool desk_confirm(struct desk *desk, const char *text)
{
    struct confirmation c = {0};
    struct prompt *prompt = prompt_ask(&desk->loop, text, true, CONFIRM_LIMIT_MS, answered, &c);
    while (prompt && !c.is_answered && !desk->is_interrupted)
        uv_run(&desk->loop, UV_RUN_ONCE);
    if (prompt && !c.is_answered)
        prompt_cancel(&prompt);
    uv_run(&desk->loop, UV_RUN_NOWAIT); /* a signal that came together with the answer */
    return c.is_yes;
}

void desk_close(struct desk *desk)
{
    if (!desk->is_open)
        return;
    questions_free(&desk->questions);
    if (!desk->is_lent)
        contacts_free(&desk->contacts);
    for (size_t i = 0; i < 3; i++)
        uv_close((uv_handle_t *)&desk->signals[i], NULL);
    uv_run(&desk->loop, UV_RUN_DEFAULT); /* let handles close */
    uv_loop_close(&desk->loop);
}
