/* Making a user that may use sudo, on hosts that are reached; and taking it back. */
#include "wizard/wizard_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/key_files.h"

#define LIMIT_MS 60000u

static struct sudo_user_result *find(const struct wizard *w, const char *name)
{
    for (size_t i = 0; i < w->sudo_user_count; i++)
        if (strcmp(w->sudo_users[i]->host, name) == 0)
            return w->sudo_users[i];
    return NULL;
}

/* The last line of what a script said that is not empty. */
static void last_line(const char *output, char *out, size_t size)
{
    size_t end = strlen(output), start;
    while (end && (output[end - 1] == '\n' || output[end - 1] == ' '))
        end--;
    for (start = end; start && output[start - 1] != '\n';)
        start--;
    snprintf(out, size, "%.*s", (int)(end - start), output + start);
}

static size_t find_in_draft(const struct wizard *w, const char *name)
{
    size_t i = 0;
    while (i < draft_host_count(w->draft) && strcmp(draft_host(w->draft, i)->cells[CELL_NAME], name) != 0)
        i++;
    return i;
}

static void forget_before(struct sudo_user_result *r)
{
    free(r->user_before);
    free(r->identity_before);
    r->user_before = r->identity_before = NULL;
}

/* The answers are not to name a user that is gone. What was changed by hand since then stays. */
static bool stop_using(struct wizard *w, struct sudo_user_result *r)
{
    size_t at = find_in_draft(w, r->host);
    if (!r->user_before || at == draft_host_count(w->draft) || strcmp(draft_host(w->draft, at)->cells[CELL_USER], r->user) != 0)
        return false;
    draft_group(w->draft);
    draft_host_set(w->draft, at, CELL_USER, r->user_before);
    draft_host_set(w->draft, at, CELL_IDENTITY, r->identity_before);
    draft_group_end(w->draft);
    forget_before(r);
    return true;
}

/* Is a key tried when only these files are? ssh(1) tries some names by itself. */
static bool is_tried(const char *identities, const char *file)
{
    static const char *const usual[] = {"~/.ssh/id_rsa", "~/.ssh/id_ecdsa", "~/.ssh/id_ecdsa_sk", "~/.ssh/id_ed25519", "~/.ssh/id_ed25519_sk"};
    for (size_t i = 0; !*identities && i < sizeof usual / sizeof *usual; i++)
        if (strcmp(usual[i], file) == 0)
            return true;
    struct strv files = {0};
    key_files_read(identities, &files);
    bool is_there = strv_has(&files, file);
    strv_done(&files);
    return is_there;
}

static bool use_it(struct wizard *w, struct sudo_user_result *r)
{
    size_t at = find_in_draft(w, r->host);
    if (r->state != SUDO_USER_MADE || at == draft_host_count(w->draft))
        return false;
    const struct draft_host *host = draft_host(w->draft, at);
    const char *own = host->cells[CELL_IDENTITY], *counts = *own ? own : draft_ssh(w->draft, CELL_IDENTITY);
    char *identity = r->key_file && !is_tried(counts, r->key_file) ? key_files_text(&(struct strv){&r->key_file, 1}) : mem_strdup(own);
    if (!r->user_before) {
        r->user_before = mem_strdup(host->cells[CELL_USER]);
        r->identity_before = mem_strdup(own);
    }
    draft_group(w->draft);
    draft_host_set(w->draft, at, CELL_USER, r->user);
    draft_host_set(w->draft, at, CELL_IDENTITY, identity);
    draft_group_end(w->draft);
    free(identity);
    return true;
}

static void performed(void *context, size_t host, int status, const char *output)
{
    struct wizard *w = context;
    struct sudo_user_result *r = host < w->asked.count ? find(w, w->asked.items[host].name) : NULL;
    if (!r)
        return;
    last_line(output, r->text, sizeof r->text);
    if (status != 0)
        r->state = SUDO_USER_FAILED;
    else
        r->state = r->is_undo ? SUDO_USER_TAKEN_BACK : SUDO_USER_MADE;
    if (r->state == SUDO_USER_TAKEN_BACK)
        stop_using(w, r);
    w->access_changes++;
    wizard_tell(w);
}

/* Who is logged in can't be removed. */
static bool refuse_own(struct wizard *w, struct sudo_user_result *r, const char *user, const char *host, struct err *err)
{
    if (r && strcmp(r->user, user) == 0 && stop_using(w, r))
        return err_set(err, ERR_INVALID, _("Close this, and take it back then: kwiz is still logged in as %s on %s"), user, host);
    return err_set(err, ERR_INVALID, _("Name another user on Hosts first: kwiz is logged in as %s on %s"), user, host);
}

bool wizard_make_sudo_user(struct wizard *w, size_t host, const struct sudo_user *user, const struct secret *password, bool is_undo, struct err *err)
{
    const char *name = w->asked.items[host].name;
    struct sudo_user_result *r = find(w, name);
    if (!sudo_user_check_name(user->name, err) || !sudo_user_check_key(user->key, err))
        return false;
    if (is_undo && strcmp(wizard_user(w, host), user->name) == 0)
        return refuse_own(w, r, user->name, name, err);
    struct secret *line = NULL;
    if (password && !is_undo) {
        char *text = mem_printf("%s\n", secret_bytes(password));
        line = secret_new(text, strlen(text));
        explicit_bzero(text, strlen(text));
        free(text);
    }
    char *script = sudo_user_script(user, is_undo);
    bool ok = access_perform(w->access, host, script, line, LIMIT_MS, performed, w);
    free(script);
    secret_free(&line);
    if (!ok)
        return err_set(err, ERR_INVALID, _("%s is not ready, or kwiz is not root there"), name);
    if (!r) {
        w->sudo_users = mem_grow(w->sudo_users, w->sudo_user_count + 1, sizeof(struct sudo_user_result *));
        r = w->sudo_users[w->sudo_user_count++] = mem_new(1, sizeof *r);
        r->host = mem_strdup(name);
    }
    if (!is_undo && strcmp(r->user, user->name) != 0)
        forget_before(r);
    snprintf(r->user, sizeof r->user, "%s", user->name);
    free(r->key_file);
    r->key_file = sudo_user_key_file(user->key);
    r->state = SUDO_USER_RUNS;
    r->is_undo = is_undo;
    r->text[0] = '\0';
    wizard_tell(w);
    return true;
}

const struct sudo_user_result *wizard_sudo_user(const struct wizard *w, size_t host)
{
    struct sudo_user_result *r = find(w, w->asked.items[host].name);
    const struct access_host *h = access_host(w->access, host);
    /* a host that was set anew meanwhile drops what ran there without a word */
    if (r && r->state == SUDO_USER_RUNS && h->state != ACCESS_PERFORMING && h->state != ACCESS_ROOT && h->state != ACCESS_CONNECTING) {
        r->state = SUDO_USER_FAILED;
        snprintf(r->text, sizeof r->text, "%s", _("it is not known what came of it: the connection was given up"));
    }
    return r;
}

size_t wizard_use_sudo_user(struct wizard *w, const size_t *hosts, size_t count)
{
    size_t changed = 0;
    for (size_t i = 0; i < count; i++) {
        struct sudo_user_result *r = find(w, w->asked.items[hosts[i]].name);
        if (r)
            changed += use_it(w, r);
    }
    wizard_tell(w);
    return changed;
}

void wizard_sudo_users_done(struct wizard *w)
{
    for (size_t i = 0; i < w->sudo_user_count; i++) {
        forget_before(w->sudo_users[i]);
        free(w->sudo_users[i]->key_file);
        free(w->sudo_users[i]->host);
        free(w->sudo_users[i]);
    }
    free(w->sudo_users);
}
