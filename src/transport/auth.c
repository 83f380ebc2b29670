#include "transport/auth.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "transport/ssh.h"

#define TRIED_MAX 1500 /* bytes of what was tried that a message can hold */
#define PARTIALS_MAX 4 /* methods a server can demand one after the other */

static const struct {
    const char *name; /* RFC 4252, 4256 */
    int bit;
} methods[METHOD_COUNT] = {
    [METHOD_PUBLICKEY] = {"publickey", SSH_AUTH_METHOD_PUBLICKEY},
    [METHOD_KEYBOARD] = {"keyboard-interactive", SSH_AUTH_METHOD_INTERACTIVE},
    [METHOD_PASSWORD] = {"password", SSH_AUTH_METHOD_PASSWORD},
};

static void tried(struct auth *auth, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void tried(struct auth *auth, const char *format, ...)
{
    char *text = NULL;
    va_list ap;
    va_start(ap, format);
    int n = vasprintf(&text, format, ap);
    va_end(ap);
    if (n < 0)
        return;
    if (auth->tried.len)
        buf_adds(&auth->tried, "; ");
    utf8_printable(text, (size_t)n, &auth->tried);
    free(text);
}

static bool is_wanted(const struct sshconfig *config, enum auth_method method)
{
    return method == METHOD_PUBLICKEY  ? config->pubkey
           : method == METHOD_KEYBOARD ? config->keyboard
                                       : config->password;
}

static void choose_order(struct auth *auth, const struct sshconfig *config)
{
    char *list =
        mem_strdup(config->preferred ? config->preferred : "publickey,keyboard-interactive,password");
    char *rest = list, *word;
    while ((word = strsep(&rest, ",")))
        for (enum auth_method m = 0; m < METHOD_COUNT; m++) {
            bool is_there = false;
            for (unsigned i = 0; i < auth->methods; i++)
                is_there |= auth->order[i] == m;
            if (strcmp(word, methods[m].name) == 0 && !is_there && is_wanted(config, m))
                auth->order[auth->methods++] = m;
        }
    free(list);
}

static void key_changed(void *context)
{
    ssh_kick(context);
}

void auth_init(struct ssh *ssh)
{
    struct auth *auth = &ssh->auth;
    auth->rung = RUNG_NONE;
    buf_init(&auth->tried, TRIED_MAX);
    choose_order(auth, ssh->config);
    auth->key_wait.transport = &ssh->base;
    auth->key_wait.serial = ssh->serial;
    auth->key_wait.changed = key_changed;
    auth->key_wait.context = ssh;
    const struct strv *from =
        ssh->base.host.identities.count ? &ssh->base.host.identities : &ssh->config->identity_files;
    for (size_t i = 0; i < from->count; i++) {
        char *path = file_expand(from->items[i]);
        if (!strv_has(&auth->files, path))
            strv_add(&auth->files, path);
        free(path);
    }
}

void auth_done(struct ssh *ssh)
{
    struct auth *auth = &ssh->auth;
    key_wait_cancel(&auth->key_wait);
    agent_end(&auth->agent);
    secret_free(&auth->answer);
    strv_done(&auth->files);
    buf_done(&auth->tried);
}

static enum auth_outcome fail(struct ssh *ssh)
{
    struct auth *auth = &ssh->auth;
    const char *what = auth->tried.len ? buf_text(&auth->tried) : _("nothing could be tried");
    if (auth->is_dead) {
        char complaint[512];
        ssh_complaint(ssh, complaint, sizeof complaint);
        if (strstr(complaint,
                   "Too many authentication failures")) /* OpenSSH's words when MaxAuthTries is reached */
            ssh_fail(ssh, FAULT_AUTH,
                     _("%s as %s: the server cut us off: too many authentication failures (its "
                       "MaxAuthTries). Tried: %s. "
                       "Name the right key in `identities`, or set IdentitiesOnly in ssh_config"),
                     ssh->where, ssh->user, what);
        else
            ssh_fail(ssh, FAULT_LOST, _("%s: the connection ended while authenticating as %s: %s. Tried: %s"),
                     ssh->where, ssh->user, complaint, what);
        return AUTH_FAILED;
    }
    struct buf offers;
    buf_init(&offers, 200);
    for (enum auth_method m = 0; m < METHOD_COUNT; m++)
        if (auth->offered & methods[m].bit)
            buf_addf(&offers, offers.len ? ", %s" : "%s", methods[m].name);
    ssh_fail(ssh, FAULT_AUTH, _("%s does not let us in as %s. It offers: %s. Tried: %s"), ssh->where,
             ssh->user, offers.len ? buf_text(&offers) : _("nothing that kwiz knows"), what);
    buf_done(&offers);
    return AUTH_FAILED;
}

/* What every method does with the server's answer. true: the ladder is over, with *outcome. */
static bool judge(struct ssh *ssh, int rc, const char *what, enum auth_rung next, enum auth_outcome *outcome)
{
    struct auth *auth = &ssh->auth;
    if (rc == SSH_AUTH_AGAIN && !ssh_is_connected(ssh->session))
        rc = SSH_AUTH_ERROR; /* libssh would say so for ever */
    switch (rc) {
    case SSH_AUTH_SUCCESS:
        *outcome = AUTH_DONE;
        return true;
    case SSH_AUTH_AGAIN:
        *outcome = AUTH_WAITS;
        return true;
    case SSH_AUTH_PARTIAL: /* the server wants another method as well: from the top, by its new list */
        tried(auth, _("%s: accepted, but the server wants more"), what);
        auth->offered = ssh_userauth_list(ssh->session, NULL);
        auth->rung = RUNG_CHOOSE;
        auth->method = 0;
        if (++auth->partials > PARTIALS_MAX) {
            *outcome = fail(ssh);
            return true;
        }
        return false;
    case SSH_AUTH_DENIED:
        tried(auth, _("%s: refused"), what);
        auth->rung = next;
        return false;
    default:
        if (!ssh_is_connected(ssh->session)) {
            auth->is_dead = true;
            tried(auth, _("%s: cut off"), what);
            *outcome = fail(ssh);
            return true;
        }
        tried(auth, _("%s: could not be used (%s)"), what, ssh_get_error(ssh->session));
        auth->rung = next;
        return false;
    }
}

static void answered(void *context, bool is_refused, const struct secret *secret)
{
    struct ssh *ssh = context;
    struct auth *auth = &ssh->auth;
    secret_free(&auth->answer);
    auth->answer = secret_copy(secret);
    auth->is_refused = is_refused || !secret;
    auth->has_answer = true;
    ssh_limit(ssh, ssh->base.pool->options.stage_limit_ms);
    ssh_kick(ssh);
}

/* Ask, once; true when the answer is there (or the refusal). */
static bool ask(struct ssh *ssh, enum transport_ask_kind kind, const char *text, bool echo)
{
    struct auth *auth = &ssh->auth;
    if (auth->has_answer)
        return true;
    if (auth->is_asking)
        return false;
    struct transport_ask question = {
        .kind = kind,
        .host = ssh->base.host.name,
        .text = text,
        .echo = echo,
        .attempt = auth->asked_times,
    };
    auth->is_asking = true;
    ssh_limit(ssh, ssh->base.pool->options.ask_limit_ms);
    if (!transport_ask(&ssh->base, &question, answered, ssh)) {
        auth->has_answer = auth->is_refused = true;
        ssh_limit(ssh, ssh->base.pool->options.stage_limit_ms);
    }
    return auth->has_answer;
}

static void take_answer(struct auth *auth)
{
    auth->is_asking = auth->has_answer = false;
}

static void step_choose(struct ssh *ssh)
{
    struct auth *auth = &ssh->auth;
    enum auth_method method = auth->order[auth->method++];
    if (!(auth->offered & methods[method].bit))
        return;
    switch (method) {
    case METHOD_PUBLICKEY: {
        const char *path =
            ssh->config->identity_agent ? ssh->config->identity_agent : getenv("SSH_AUTH_SOCK");
        auth->file = 0;
        auth->agent_key = 0;
        auth->rung = RUNG_FILE_NEXT;
        if (ssh->base.pool->options.uses_agent && path && *path && strcmp(path, "none") != 0) {
            if (!auth->agent.agent)
                agent_begin(&auth->agent, ssh, path);
            ssh_limit(
                ssh,
                2 * ssh->base.pool->options.stage_limit_ms); /* the agent has one of its own, within this */
            auth->rung = RUNG_AGENT_LIST;
        }
        break;
    }
    case METHOD_KEYBOARD:
    case METHOD_PASSWORD:
        if (auth->is_refused)
            tried(auth, _("%s: no password was given"), methods[method].name);
        else if (auth->asked_times < ssh->config->prompts)
            auth->rung = method == METHOD_KEYBOARD ? RUNG_KEYBOARD : RUNG_PASSWORD_ASK;
        break;
    case METHOD_COUNT:
        break;
    }
}

/* Is the agent's key the public half of a file we were told to use? The files have been read by then or have
 * a .pub beside them. */
static bool is_among_files(struct ssh *ssh, size_t index)
{
    struct auth *auth = &ssh->auth;
    for (size_t i = 0; i < auth->files.count; i++) {
        struct key_file *file = key_get(ssh->base.pool, auth->files.items[i]);
        if (file->public_key && agent_is(&auth->agent, index, file->public_key))
            return true;
    }
    return false;
}

/* The agent's keys that belong to our files come first, the others only without IdentitiesOnly. Two passes
 * over the list: index counts on. */
static bool next_agent_key(struct ssh *ssh, size_t *index)
{
    struct auth *auth = &ssh->auth;
    size_t count = agent_count(&auth->agent);
    while (auth->agent_key < 2 * count) {
        size_t i = auth->agent_key++;
        bool is_second = i >= count;
        if (is_second && ssh->config->identities_only)
            return false;
        *index = is_second ? i - count : i;
        if (is_among_files(ssh, *index) != is_second)
            return true;
    }
    return false;
}

/* All key files are read first, so that the agent's keys can be compared with them; encrypted ones give their
 * public half. */
static bool are_files_read(struct ssh *ssh)
{
    struct auth *auth = &ssh->auth;
    for (size_t i = 0; i < auth->files.count; i++)
        if (key_read(key_get(ssh->base.pool, auth->files.items[i]), &auth->key_wait) == KEY_BUSY)
            return false;
    return true;
}

static bool step_agent(struct ssh *ssh, enum auth_outcome *outcome)
{
    struct auth *auth = &ssh->auth;
    const char *problem = NULL;
    size_t index;
    switch (auth->rung) {
    case RUNG_AGENT_LIST:
        *outcome = AUTH_WAITS;
        if (!agent_is_ready(&auth->agent, &problem) || !are_files_read(ssh))
            return true;
        if (problem)
            tried(auth, _("agent: %s"), problem);
        auth->rung = RUNG_AGENT_NEXT;
        return false;
    case RUNG_AGENT_NEXT:
        if (!next_agent_key(ssh, &index)) {
            auth->rung = RUNG_FILE_NEXT;
            return false;
        }
        auth->rung = RUNG_AGENT_TRY;
        return false;
    default:
        break;
    }
    index = (auth->agent_key - 1) % agent_count(&auth->agent);
    int rc = agent_try(&auth->agent, index);
    if (rc != SSH_AUTH_AGAIN && (problem = agent_trouble(&auth->agent))) {
        tried(auth, _("agent: %s"), problem);
        auth->rung = RUNG_FILE_NEXT;
        return false;
    }
    char *what = mem_printf(_("agent key %s"), agent_comment(&auth->agent, index));
    bool is_over = judge(ssh, rc, what, RUNG_AGENT_NEXT, outcome);
    free(what);
    return is_over;
}

static bool step_file(struct ssh *ssh, enum auth_outcome *outcome)
{
    struct auth *auth = &ssh->auth;
    if (auth->rung == RUNG_FILE_NEXT && auth->file >= auth->files.count) {
        auth->rung = RUNG_CHOOSE;
        return false;
    }
    const char *path = auth->files.items[auth->file];
    struct key_file *file = key_get(ssh->base.pool, path);
    enum key_state state;
    *outcome = AUTH_WAITS;
    switch (auth->rung) {
    case RUNG_FILE_NEXT:
        auth->rung = RUNG_FILE_READ;
        return false;
    case RUNG_FILE_READ:
        state = key_read(file, &auth->key_wait);
        if (state == KEY_BUSY)
            return true;
        auth->rung = state == KEY_READY ? RUNG_FILE_SIGN
                     : file->public_key ? RUNG_FILE_PROBE
                                        : RUNG_FILE_UNLOCK;
        if (file->public_key && auth->agent.agent && agent_has(&auth->agent, file->public_key) &&
            !agent_trouble(&auth->agent)) {
            auth->file++; /* was tried as one of the agent's */
            auth->rung = RUNG_FILE_NEXT;
        } else if (state == KEY_BAD) {
            if (!file->is_missing || ssh->base.host.identities.count)
                tried(auth, "%s", file->problem);
            auth->file++;
            auth->rung = RUNG_FILE_NEXT;
        }
        return false;
    case RUNG_FILE_PROBE: {
        int rc = ssh_userauth_try_publickey(ssh->session, NULL, file->public_key);
        if (rc == SSH_AUTH_SUCCESS) {
            auth->rung = RUNG_FILE_UNLOCK;
            ssh_limit(ssh, ssh->base.pool->options.ask_limit_ms);
            return false;
        }
        auth->file += rc != SSH_AUTH_AGAIN;
        return judge(ssh, rc, path, RUNG_FILE_NEXT, outcome);
    }
    case RUNG_FILE_UNLOCK:
        state = key_unlock(file, &auth->key_wait);
        transport_clock_wait(&ssh->base, state == KEY_BUSY);
        if (state == KEY_BUSY)
            return true;
        ssh_limit(ssh, ssh->base.pool->options.stage_limit_ms);
        auth->rung = RUNG_FILE_SIGN;
        if (state != KEY_READY) {
            tried(auth, "%s", file->problem);
            auth->file++;
            auth->rung = RUNG_FILE_NEXT;
        }
        return false;
    default: {
        int rc = ssh_userauth_publickey(ssh->session, NULL, file->private_key);
        auth->file += rc != SSH_AUTH_AGAIN;
        return judge(ssh, rc, path, RUNG_FILE_NEXT, outcome);
    }
    }
}

static void prompt_printable(const char *text, struct buf *out)
{
    char *copy = mem_strdup(text ? text : "");
    for (char *p = copy; *p; p++)
        if (*p == '\n' || *p == '\r')
            *p = ' ';
    utf8_printable(copy, strlen(copy), out);
    free(copy);
}

/* One prompt after the other, then back to RUNG_KEYBOARD which sends the answers. */
static bool step_prompts(struct ssh *ssh, enum auth_outcome *outcome)
{
    struct auth *auth = &ssh->auth;
    int count = ssh_userauth_kbdint_getnprompts(ssh->session);
    if (count < 0 || auth->prompt >= (unsigned)count) {
        auth->rung = RUNG_KEYBOARD;
        return false;
    }
    char echo = 0;
    struct buf text;
    buf_init(&text, 500);
    prompt_printable(ssh_userauth_kbdint_getprompt(ssh->session, auth->prompt, &echo), &text);
    if (!auth->is_asking && auth->prompt == 0)
        auth->asked_times++;
    bool is_there = ask(ssh, ASK_KEYBOARD, buf_text(&text), echo);
    buf_done(&text);
    *outcome = AUTH_WAITS;
    if (!is_there)
        return true;
    take_answer(auth);
    if (auth->is_refused) {
        tried(auth, _("keyboard-interactive: no answer was given"));
        auth->rung = RUNG_CHOOSE;
        return false;
    }
    if (ssh_userauth_kbdint_setanswer(ssh->session, auth->prompt, secret_bytes(auth->answer)) < 0) {
        tried(auth, _("keyboard-interactive: the answer could not be used"));
        auth->rung = RUNG_CHOOSE;
    }
    secret_free(&auth->answer);
    auth->prompt++;
    return false;
}

static bool step_keyboard(struct ssh *ssh, enum auth_outcome *outcome)
{
    struct auth *auth = &ssh->auth;
    int rc = ssh_userauth_kbdint(ssh->session, NULL, NULL);
    if (rc == SSH_AUTH_INFO) {
        auth->prompt = 0;
        auth->rung = RUNG_KEYBOARD_ASK;
        return false;
    }
    bool is_again = auth->asked_times && auth->asked_times < ssh->config->prompts;
    return judge(ssh, rc, methods[METHOD_KEYBOARD].name, is_again ? RUNG_KEYBOARD : RUNG_CHOOSE, outcome);
}

static bool step_password(struct ssh *ssh, enum auth_outcome *outcome)
{
    struct auth *auth = &ssh->auth;
    if (auth->rung == RUNG_PASSWORD_ASK) {
        auth->asked_times += !auth->is_asking;
        char *text = mem_printf(_("password of %s on %s"), ssh->user, ssh->base.host.name);
        bool is_there = ask(ssh, ASK_PASSWORD, text, false);
        free(text);
        *outcome = AUTH_WAITS;
        if (!is_there)
            return true;
        take_answer(auth);
        auth->rung = RUNG_PASSWORD;
        if (auth->is_refused) {
            tried(auth, _("password: none was given"));
            auth->rung = RUNG_CHOOSE;
        }
        return false;
    }
    int rc = ssh_userauth_password(ssh->session, NULL, secret_bytes(auth->answer));
    if (rc != SSH_AUTH_AGAIN)
        secret_free(&auth->answer);
    return judge(ssh, rc, methods[METHOD_PASSWORD].name,
                 auth->asked_times < ssh->config->prompts ? RUNG_PASSWORD_ASK : RUNG_CHOOSE, outcome);
}

static bool step_none(struct ssh *ssh, enum auth_outcome *outcome)
{
    struct auth *auth = &ssh->auth;
    int rc = ssh_userauth_none(ssh->session, NULL);
    if (rc == SSH_AUTH_DENIED || rc == SSH_AUTH_PARTIAL) { /* that it is refused is no news */
        auth->offered = ssh_userauth_list(ssh->session, NULL);
        auth->rung = RUNG_CHOOSE;
        return false;
    }
    return judge(ssh, rc, "none", RUNG_CHOOSE, outcome);
}

enum auth_outcome auth_step(struct ssh *ssh)
{
    struct auth *auth = &ssh->auth;
    enum auth_outcome outcome = AUTH_WAITS;
    for (;;) {
        bool is_over = false;
        switch (auth->rung) {
        case RUNG_NONE:
            is_over = step_none(ssh, &outcome);
            break;
        case RUNG_CHOOSE:
            if (auth->method >= auth->methods)
                return fail(ssh);
            step_choose(ssh);
            break;
        case RUNG_AGENT_LIST:
        case RUNG_AGENT_NEXT:
        case RUNG_AGENT_TRY:
            is_over = step_agent(ssh, &outcome);
            break;
        case RUNG_FILE_NEXT:
        case RUNG_FILE_READ:
        case RUNG_FILE_PROBE:
        case RUNG_FILE_UNLOCK:
        case RUNG_FILE_SIGN:
            is_over = step_file(ssh, &outcome);
            break;
        case RUNG_KEYBOARD:
            is_over = step_keyboard(ssh, &outcome);
            break;
        case RUNG_KEYBOARD_ASK:
            is_over = step_prompts(ssh, &outcome);
            break;
        case RUNG_PASSWORD_ASK:
        case RUNG_PASSWORD:
            is_over = step_password(ssh, &outcome);
            break;
        }
        if (ssh->is_over)
            return AUTH_FAILED;
        if (is_over)
            return outcome;
    }
}

bool auth_late(struct ssh *ssh)
{
    struct auth *auth = &ssh->auth;
    if (auth->is_asking && !auth->has_answer) {
        transport_unask(&ssh->base);
        tried(auth, _("no answer to a question within %u s"), ssh->base.pool->options.ask_limit_ms / 1000);
        answered(ssh, true, NULL);
        return true;
    }
    if (auth->rung == RUNG_FILE_UNLOCK && auth->key_wait.file) {
        key_wait_late(&auth->key_wait);
        key_wait_cancel(&auth->key_wait);
        tried(auth, _("%s: its passphrase did not come in time"), auth->files.items[auth->file++]);
        auth->rung = RUNG_FILE_NEXT;
        ssh_limit(ssh, ssh->base.pool->options.stage_limit_ms);
        ssh_kick(ssh);
        return true;
    }
    return false;
}

void auth_cut_off(struct ssh *ssh)
{
    struct auth *auth = &ssh->auth;
    switch (auth->rung) {
    case RUNG_AGENT_LIST:
    case RUNG_FILE_READ:
    case RUNG_FILE_UNLOCK:
    case RUNG_KEYBOARD_ASK:
    case RUNG_PASSWORD_ASK:
        auth->is_dead = true;
        fail(ssh);
        break;
    default:
        break;
    }
}
