/* Making a user that may use sudo, on hosts that are reached; and taking it back. */
#include "wizard/wizard_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

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
    w->access_changes++;
    wizard_tell(w);
}

bool wizard_make_sudo_user(struct wizard *w, size_t host, const struct sudo_user *user, const struct secret *password, bool is_undo, struct err *err)
{
    const char *name = w->asked.items[host].name;
    struct sudo_user_result *r = find(w, name);
    if (!sudo_user_check_name(user->name, err) || !sudo_user_check_key(user->key, err))
        return false;
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
    snprintf(r->user, sizeof r->user, "%s", user->name);
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
        const struct sudo_user_result *r = find(w, w->asked.items[hosts[i]].name);
        if (!r || r->state != SUDO_USER_MADE)
            continue;
        for (size_t k = 0; k < draft_host_count(w->draft); k++)
            if (strcmp(draft_host(w->draft, k)->cells[CELL_NAME], r->host) == 0) {
                draft_host_set(w->draft, k, CELL_USER, r->user);
                changed++;
            }
    }
    wizard_tell(w);
    return changed;
}

void wizard_sudo_users_done(struct wizard *w)
{
    for (size_t i = 0; i < w->sudo_user_count; i++) {
        free(w->sudo_users[i]->host);
        free(w->sudo_users[i]);
    }
    free(w->sudo_users);
}
