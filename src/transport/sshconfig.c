#include "transport/sshconfig.h"

#include <netdb.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

enum kind { TEXT, NUMBER, YES, WORDS, ITEM, FAMILY };

static const struct {
    const char *name;
    enum kind kind;
    size_t offset;
} keys[] = {
    {"addressfamily", FAMILY, offsetof(struct sshconfig, family)},
    {"globalknownhostsfile", WORDS, offsetof(struct sshconfig, global_known_hosts)},
    {"hashknownhosts", YES, offsetof(struct sshconfig, hash_known_hosts)},
    {"hostkeyalgorithms", TEXT, offsetof(struct sshconfig, host_key_algorithms)},
    {"hostkeyalias", TEXT, offsetof(struct sshconfig, host_key_alias)},
    {"hostname", TEXT, offsetof(struct sshconfig, hostname)},
    {"identitiesonly", YES, offsetof(struct sshconfig, identities_only)},
    {"identityagent", TEXT, offsetof(struct sshconfig, identity_agent)},
    {"identityfile", ITEM, offsetof(struct sshconfig, identity_files)},
    {"kbdinteractiveauthentication", YES, offsetof(struct sshconfig, keyboard)},
    {"challengeresponseauthentication", YES, offsetof(struct sshconfig, keyboard)}, /* before OpenSSH 8.7 */
    {"numberofpasswordprompts", NUMBER, offsetof(struct sshconfig, prompts)},
    {"passwordauthentication", YES, offsetof(struct sshconfig, password)},
    {"port", NUMBER, offsetof(struct sshconfig, port)},
    {"preferredauthentications", TEXT, offsetof(struct sshconfig, preferred)},
    {"proxycommand", TEXT, offsetof(struct sshconfig, proxy_command)},
    {"proxyjump", TEXT, offsetof(struct sshconfig, proxy_jump)},
    {"pubkeyauthentication", YES, offsetof(struct sshconfig, pubkey)},
    {"user", TEXT, offsetof(struct sshconfig, user)},
    {"userknownhostsfile", WORDS, offsetof(struct sshconfig, user_known_hosts)},
};

static bool parse_number(const char *value, unsigned *out)
{
    char *end;
    unsigned long n = strtoul(value, &end, 10);
    if (*value < '0' || *value > '9' || *end || n > 65535)
        return false;
    *out = (unsigned)n;
    return true;
}

static bool parse_yes(const char *value, bool *out)
{
    static const char *const yes[] = {"yes", "true", "unbound",
                                      "host-bound"}; /* the last two: of pubkeyauthentication */
    static const char *const no[] = {"no", "false"};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        if (strcmp(value, yes[i]) == 0)
            return *out = true;
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        if (strcmp(value, no[i]) == 0) {
            *out = false;
            return true;
        }
    return false;
}

static void add_words(struct strv *list, char *value)
{
    char *rest = value, *word;
    while ((word = strsep(&rest, " ")))
        if (*word && strcmp(word, "none") != 0) {
            char *path = file_expand(word);
            strv_add(list, path);
            free(path);
        }
}

static bool set(struct sshconfig *out, size_t key, char *value)
{
    char *field = (char *)out + keys[key].offset;
    switch (keys[key].kind) {
    case TEXT:
        free(*(char **)field);
        *(char **)field = mem_strdup(value);
        return *value != '\0';
    case NUMBER:
        return parse_number(value, (unsigned *)field);
    case YES:
        return parse_yes(value, (bool *)field);
    case WORDS:
        add_words((struct strv *)field, value);
        return true;
    case ITEM:
        if (strcmp(value, "none") != 0)
            strv_add((struct strv *)field, value);
        return *value != '\0';
    case FAMILY:
        *(int *)field = strcmp(value, "inet") == 0    ? AF_INET
                        : strcmp(value, "inet6") == 0 ? AF_INET6
                                                      : AF_UNSPEC;
        return true;
    }
    return false;
}

static bool parse_line(char *line, unsigned number, struct sshconfig *out, struct err *err)
{
    char *value = strchr(line, ' ');
    if (value)
        *value++ = '\0';
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(line, keys[i].name) != 0)
            continue;
        char nothing[] = "";
        if (!set(out, i, value ? value : nothing)) {
            struct buf shown;
            buf_init(&shown, 100);
            if (value)
                utf8_printable(value, strlen(value), &shown);
            err_set(err, ERR_INVALID,
                    _("ssh -G printed a value for %s that makes no sense: '%s' (line %u of its output)"),
                    keys[i].name, buf_text(&shown), number);
            buf_done(&shown);
            return false;
        }
        break;
    }
    return true;
}

/* The tokens of ssh_config(5) that make sense in IdentityFile and IdentityAgent. Others stay as they are. */
static char *expand(const struct sshconfig *config, const char *text)
{
    struct buf out;
    buf_init(&out, 4096);
    char *home = file_expand("~");
    for (const char *p = text; *p; p++) {
        if (*p != '%' || !p[1]) {
            buf_add(&out, p, 1);
            continue;
        }
        char port[16];
        snprintf(port, sizeof port, "%u", config->port);
        const struct passwd *me;
        switch (*++p) {
        case '%':
            buf_adds(&out, "%");
            break;
        case 'd':
            buf_adds(&out, home);
            break;
        case 'h':
            buf_adds(&out, config->hostname);
            break;
        case 'p':
            buf_adds(&out, port);
            break;
        case 'r':
            buf_adds(&out, config->user);
            break;
        case 'u':
            me = getpwuid(getuid());
            buf_adds(&out, me ? me->pw_name : "");
            break;
        default:
            buf_add(&out, p - 1, 2);
            break;
        }
    }
    free(home);
    char *path = file_expand(buf_text(&out));
    buf_done(&out);
    return path;
}

static void drop_none(char **text)
{
    if (*text && strcmp(*text, "none") == 0) {
        free(*text);
        *text = NULL;
    }
}

bool sshconfig_parse(const char *text, size_t len, struct sshconfig *out, struct err *err)
{
    *out = (struct sshconfig){.password = true, .keyboard = true, .pubkey = true, .prompts = 3};
    if (memchr(text, '\0', len))
        return err_set(err, ERR_INVALID, _("ssh -G printed a zero byte"));
    char *copy = mem_strndup(text, len), *rest = copy, *line;
    bool ok = true;
    unsigned number = 0;
    while (ok && (line = strsep(&rest, "\n")))
        ok = parse_line(line, ++number, out, err);
    free(copy);
    if (!ok)
        return false;
    if (!out->hostname || !out->user || !out->port)
        return err_set(err, ERR_INVALID, _("ssh -G printed no %s"),
                       !out->hostname ? "hostname"
                       : !out->user   ? "user"
                                      : "port");
    drop_none(&out->proxy_jump);
    drop_none(&out->proxy_command);
    for (size_t i = 0; i < out->identity_files.count; i++) {
        char *path = expand(out, out->identity_files.items[i]);
        free(out->identity_files.items[i]);
        out->identity_files.items[i] = path;
    }
    if (out->identity_agent && strcmp(out->identity_agent, "SSH_AUTH_SOCK") == 0) {
        free(out->identity_agent);
        out->identity_agent = NULL;
    } else if (out->identity_agent && out->identity_agent[0] == '$') {
        const char *named = getenv(out->identity_agent + 1);
        char *path = mem_strdup(named ? named : "none");
        free(out->identity_agent);
        out->identity_agent = path;
    } else if (out->identity_agent) {
        char *path = expand(out, out->identity_agent);
        free(out->identity_agent);
        out->identity_agent = path;
    }
    return true;
}

void sshconfig_done(struct sshconfig *config)
{
    free(config->hostname);
    free(config->user);
    free(config->identity_agent);
    free(config->host_key_alias);
    free(config->host_key_algorithms);
    free(config->preferred);
    free(config->proxy_jump);
    free(config->proxy_command);
    strv_done(&config->identity_files);
    strv_done(&config->user_known_hosts);
    strv_done(&config->global_known_hosts);
    *config = (struct sshconfig){0};
}
