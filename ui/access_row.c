#include "ui/access_row.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"

#define SLOW_MS 2000 /* shorter waits are not worth a figure */

#define SET(field, ...) snprintf(field, sizeof(field), __VA_ARGS__)

static bool is_fault(const struct access_host *h, const char *name)
{
    return h->fault && strcmp(h->fault, name) == 0;
}

/* Did it get as far as a host key? */
static bool has_answered(const struct access_host *h)
{
    static const char *const deaf[] = {"config", "resolve", "dial-timeout", "dial-refused", "jump", "local", "handshake"};
    for (size_t i = 0; i < sizeof deaf / sizeof *deaf; i++)
        if (is_fault(h, deaf[i]))
            return false;
    return true;
}

static void say_key(const struct access_host *h, struct access_row *row)
{
    bool is_past = h->state > ACCESS_CONNECTING && h->state != ACCESS_FAILED;
    if (h->asks && h->ask.kind == ASK_HOST_KEY)
        SET(row->key, "%s", _("new"));
    else if (is_fault(h, "host-key-changed"))
        SET(row->key, "%s", _("CHANGED"));
    else if (is_fault(h, "host-key-new"))
        SET(row->key, "%s", _("not accepted"));
    else if (h->was_key_accepted)
        SET(row->key, "%s", _("accepted"));
    else if (is_past || h->asks || is_fault(h, "auth"))
        SET(row->key, "%s", _("known"));
}

static void say_login(const struct wizard *w, size_t host, const struct access_host *h, const struct access_host *asks, struct access_row *row)
{
    const char *user = wizard_user(w, host);
    if (asks && !asks->asks_sudo && asks->ask.kind != ASK_HOST_KEY)
        SET(row->login, "%s", asks->ask.kind == ASK_PASSPHRASE ? _("passphrase?") : asks->ask.kind == ASK_PASSWORD ? _("password?") : _("question?"));
    else if (h->state >= ACCESS_ROOT && h->state <= ACCESS_READY)
        SET(row->login, "%s", wizard_is_local(w, host) ? _("this machine") : *user ? user : _("by ssh_config"));
    else if (is_fault(h, "auth"))
        SET(row->login, "%s", _("refused"));
}

static void say_root(const struct access_host *h, const struct access_host *asks, struct access_row *row)
{
    static const char *const words[] = {[ROOT_SELF] = N_("is root"), [ROOT_FREE] = N_("no password"), [ROOT_PASSWORD] = N_("password"),
                                        [ROOT_REFUSED] = N_("refused"), [ROOT_UNWANTED] = N_("not used")};
    if (asks && asks->asks_sudo && asks->ask.attempt > 1)
        SET(row->sudo, _("password? try %u"), asks->ask.attempt);
    else if (asks && asks->asks_sudo)
        SET(row->sudo, "%s", _("password?"));
    else if (h->root != ROOT_UNKNOWN && h->state != ACCESS_FAILED)
        SET(row->sudo, "%s", _(words[h->root]));
    else if (h->state == ACCESS_ROOT)
        SET(row->sudo, "%s", *h->stage ? h->stage : _("being tried"));
}

static enum task_state sign_of(const struct access_host *h, const struct access_host *asks)
{
    static const enum task_state signs[ACCESS_STATES] = {
        [ACCESS_IDLE] = TASK_PENDING,      [ACCESS_CONNECTING] = TASK_RUNNING, [ACCESS_ROOT] = TASK_RUNNING, [ACCESS_MEASURING] = TASK_OK,
        [ACCESS_PERFORMING] = TASK_RUNNING, [ACCESS_READY] = TASK_OK,           [ACCESS_FAILED] = TASK_FAILED,
    };
    if (asks)
        return TASK_ASKS;
    return h->root == ROOT_REFUSED ? TASK_FAILED : signs[h->state];
}

void access_row_make(const struct wizard *w, size_t host, struct access_row *row)
{
    const struct access *access = wizard_access((struct wizard *)(uintptr_t)w);
    const struct access_host *h = access_host(access, host);
    size_t asker = wizard_asker(w, host);
    const struct access_host *asks = asker != CONTACTS_NONE ? access_host(access, asker) : NULL;
    *row = (struct access_row){.sign = sign_of(h, asks)};
    if (h->is_container) {
        SET(row->note, "%s", _("a container; the run makes it"));
        return;
    }
    if (h->reach_us && h->state != ACCESS_FAILED) /* else it was reached once, and is lost */
        SET(row->reached, _("%.1f ms"), (double)h->reach_us / 1000);
    else if (h->state == ACCESS_FAILED)
        SET(row->reached, "%s", has_answered(h) ? _("yes") : _("no"));
    else if (asks || h->state > ACCESS_CONNECTING)
        SET(row->reached, "%s", _("yes"));
    say_key(h, row);
    say_login(w, host, h, asks, row);
    say_root(h, asks, row);
    if (h->state == ACCESS_FAILED)
        SET(row->note, "%s", h->detail);
    else if (h->state == ACCESS_IDLE)
        SET(row->note, "%s", _("not tried yet"));
    else if (h->state == ACCESS_CONNECTING && !asks) {
        uint64_t ms = wizard_state_ms(w, host);
        if (ms >= SLOW_MS)
            SET(row->note, _("%s, %u s"), *h->stage ? h->stage : _("connecting"), (unsigned)(ms / 1000));
        else
            SET(row->note, "%s", *h->stage ? h->stage : _("connecting"));
    } else if (h->state == ACCESS_PERFORMING)
        SET(row->sudo, "%s", *h->stage ? h->stage : _("a script runs"));
}

void access_sums_make(const struct wizard *w, struct access_sums *sums)
{
    const struct access *access = wizard_access((struct wizard *)(uintptr_t)w);
    *sums = (struct access_sums){0};
    for (size_t i = 0; i < access_count(access); i++) {
        const struct access_host *h = access_host(access, i);
        if (h->asks)
            *(h->ask.kind == ASK_HOST_KEY ? &sums->keys
              : h->asks_sudo             ? &sums->sudo
              : h->ask.kind == ASK_PASSWORD   ? &sums->passwords
              : h->ask.kind == ASK_PASSPHRASE ? &sums->passphrases
                                              : &sums->others) += 1;
        else if (h->state == ACCESS_FAILED)
            sums->failed++;
        else if (h->root == ROOT_REFUSED)
            sums->refused++;
        else if (h->state >= ACCESS_MEASURING)
            sums->ready++;
        else
            sums->busy++;
    }
}

static void add(struct buf *out, const char *format, size_t count)
{
    if (!count)
        return;
    buf_adds(out, out->len ? ", " : "");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    buf_addf(out, format, count);
#pragma GCC diagnostic pop
}

void access_sums_questions(const struct access_sums *sums, struct buf *out)
{
    add(out, ngettext("%zu new host key", "%zu new host keys", sums->keys), sums->keys);
    add(out, ngettext("%zu sudo password", "%zu sudo passwords", sums->sudo), sums->sudo);
    add(out, ngettext("%zu password", "%zu passwords", sums->passwords), sums->passwords);
    add(out, ngettext("%zu passphrase", "%zu passphrases", sums->passphrases), sums->passphrases);
    add(out, ngettext("%zu question", "%zu questions", sums->others), sums->others);
}
