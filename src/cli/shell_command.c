#include "cli/shell.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "transport/lxd.h"

#define CONFIG_MAX_BYTES (1u << 20)

static void add(struct shell_command *command, const char *word)
{
    size_t n = 0;
    while (command->argv[n])
        n++;
    assert(n + 1 < sizeof command->argv / sizeof *command->argv);
    command->argv[n] = mem_strdup(word);
}

/* ssh_config(5): an argument in double quotes; there is no way to write a quote or a line's end in it. */
static bool add_path(struct buf *config, const char *keyword, const char *path, struct err *err)
{
    char *whole = file_expand(path);
    bool ok = !strpbrk(whole, "\"\n\r");
    if (ok)
        buf_addf(config, "    %s \"%s\"\n", keyword, whole);
    else
        err_set(err, ERR_INVALID, _("ssh can't be told the path %s: it has a quote or a line's end in it"), whole);
    free(whole);
    return ok;
}

/* Its text and not its name: of a file that is included ssh wants more than of one that is named to it. */
static bool add_own(struct buf *config, const char *path, struct err *err)
{
    struct buf text;
    if (!strcmp(path, "none") || !strcmp(path, "/dev/null"))
        return true;
    bool ok = file_read(path, CONFIG_MAX_BYTES, &text, err) && buf_adds(config, buf_text(&text));
    buf_done(&text);
    return ok;
}

/* Keys and known hosts count for jump hosts too, as in kwiz, and ssh hands only its configuration on to those. The operator's own stands behind,
 * as the first value counts. */
static bool make_config(const struct strv *identities, struct shell_command *command, struct err *err)
{
    const char *own = getenv("KWIZ_SSH_CONFIG"), *known = getenv("KWIZ_KNOWN_HOSTS");
    bool ok = true;
    if (!identities->count && !known) {
        if (own) {
            add(command, "-F");
            add(command, own);
        }
        return true;
    }
    struct buf config;
    buf_init(&config, CONFIG_MAX_BYTES);
    buf_adds(&config, "Host *\n");
    for (size_t i = 0; i < identities->count && ok; i++)
        ok = add_path(&config, "IdentityFile", identities->items[i], err);
    if (known && ok)
        ok = add_path(&config, "UserKnownHostsFile", known, err);
    if (own && ok)
        ok = add_own(&config, own, err);
    if (!own && ok)
        ok = add_path(&config, "Include", "~/.ssh/config", err) && add_path(&config, "Include", "/etc/ssh/ssh_config", err);
    add(command, "-F");
    for (command->config_at = 0; command->argv[command->config_at];)
        command->config_at++;
    add(command, "");
    command->config = buf_take(&config);
    return ok;
}

bool shell_command(const struct host *inner, const struct ssh_defaults *defaults, struct shell_command *command, struct err *err)
{
    static const struct ssh_defaults none;
    const struct host *host = inner->outer ? inner->outer : inner;
    char *login = inner->outer ? lxd_command(inner->name, "exec su -l root", true) : NULL;
    const struct ssh_defaults *d = defaults ? defaults : &none;
    *command = (struct shell_command){.is_local = host_is_local(host)};
    if (command->is_local) {
        const char *shell = getenv("SHELL");
        add(command, login || !shell || !*shell ? "/bin/sh" : shell);
        if (login) {
            add(command, "-c");
            add(command, login);
        }
        free(login);
        return true;
    }
    const char *user = host->user ? host->user : d->user, *jump = host->jump ? host->jump : d->jump;
    unsigned port = host->port ? host->port : d->port;
    add(command, "ssh");
    bool ok = make_config(host->identities.count ? &host->identities : &d->identities, command, err);
    if (user) {
        add(command, "-l");
        add(command, user);
    }
    if (port) {
        char number[16];
        snprintf(number, sizeof number, "%u", port);
        add(command, "-p");
        add(command, number);
    }
    if (jump) {
        add(command, "-J");
        add(command, jump);
    }
    if (login)
        add(command, "-t");
    add(command, "--");
    add(command, host->address);
    if (login)
        add(command, login);
    free(login);
    return ok;
}

void shell_command_done(struct shell_command *command)
{
    for (size_t i = 0; i < sizeof command->argv / sizeof *command->argv; i++)
        free(command->argv[i]);
    free(command->config);
    *command = (struct shell_command){0};
}
