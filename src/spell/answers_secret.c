/* Secrets: references in the file, bytes only when they are needed. */
#include "spell/answers_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "spell/child.h"
#include "spell/read.h"
#include "spell/value.h"

#define SECRET_BYTES_MAX ((size_t)65536)
#define COMMAND_LIMIT_MS 10000

/* What kwiz itself may need to get in, besides what the spell asks for. */
static const char *const own_keys[] = {"sudo_password", "ssh_password", "key_passphrase"};
#define OWN_KEYS (sizeof own_keys / sizeof *own_keys)

bool answers_is_reference(const char *text)
{
    if (strcmp(text, "ask") == 0)
        return true;
    if (strncmp(text, "env:", 4) == 0) {
        size_t n = strspn(text + 4, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
        return n && !text[4 + n] && (text[4] < '0' || text[4] > '9');
    }
    return (strncmp(text, "file:", 5) == 0 && text[5]) || (strncmp(text, "cmd:", 4) == 0 && text[4]);
}

void answers_read_secrets(const struct yaml_reader *reader, const struct yaml_node *root, const struct spell *spell,
                          struct answers *answers)
{
    const struct yaml_node *map = yaml_get(root, "secrets");
    const char **keys = mem_new(OWN_KEYS + spell->question_count, sizeof *keys);
    size_t count = OWN_KEYS;
    memcpy(keys, own_keys, sizeof own_keys);
    for (size_t i = 0; i < spell->question_count; i++)
        if (spell->questions[i].type == QUESTION_PASSWORD)
            keys[count++] = spell->questions[i].key;
    bool is_map = map && yaml_check_keys(reader, map, "secrets", keys, count);
    free(keys);
    for (size_t i = 0; is_map && i < map->count; i += 2) {
        const struct yaml_node *key = map->items[i], *value = map->items[i + 1];
        struct err err = ERR_INIT;
        /* what was found is not shown: it may well be the secret itself */
        if (value->kind != YAML_SCALAR || !answers_is_reference(value->text) || !value_check_line(value->text, &err)) {
            yaml_error(reader, value, _("%s: expected env:NAME, file:PATH, cmd:COMMAND or ask; found something else (not shown: "
                                        "it may be the secret, which must not stand in this file)"),
                       key->text);
            continue;
        }
        answers->secrets = mem_grow(answers->secrets, answers->secret_count + 1, sizeof *answers->secrets);
        answers->secrets[answers->secret_count++] = (struct secret_reference){
            .key = mem_strdup(key->text),
            .reference = mem_strdup(value->text),
            .origin = ANSWER_FILE,
            .line = value->line,
            .column = value->column,
        };
    }
}

static const struct secret_reference *find(const struct answers *answers, const char *key)
{
    for (size_t i = 0; i < answers->secret_count; i++)
        if (strcmp(answers->secrets[i].key, key) == 0)
            return &answers->secrets[i];
    return NULL;
}

bool answers_has_secret(const struct answers *answers, const char *key)
{
    return find(answers, key) != NULL;
}

/* The first line; what follows (a trailing newline, comments of password stores) does not count. */
static bool first_line(const struct buf *text, const char *what, struct secret **secret, struct err *err)
{
    const char *newline = text->len ? memchr(text->data, '\n', text->len) : NULL;
    size_t len = newline ? (size_t)(newline - text->data) : text->len;
    if (len && text->data[len - 1] == '\r')
        len--;
    if (!len)
        return err_set(err, ERR_INVALID, _("%s: the first line is empty"), what);
    if (memchr(text->data, '\0', len))
        return err_set(err, ERR_INVALID, _("%s: holds a NUL byte"), what);
    *secret = secret_new(text->data, len);
    return true;
}

static bool read_fd(int fd, struct buf *text)
{
    char chunk[1024];
    ssize_t n;
    bool ok = true;
    while (ok && ((n = read(fd, chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR)))
        ok = n < 0 || buf_add(text, chunk, (size_t)n);
    explicit_bzero(chunk, sizeof chunk);
    return ok;
}

static bool from_file(const char *name, struct secret **secret, struct err *err)
{
    char *path = file_expand(name);
    struct stat st;
    struct buf text;
    buf_init(&text, SECRET_BYTES_MAX);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    bool ok = fd >= 0 && fstat(fd, &st) == 0;
    if (!ok)
        err_set_errno(err, ERR_INVALID, errno, _("cannot open %s"), path);
    else if (!S_ISREG(st.st_mode))
        ok = err_set(err, ERR_INVALID, _("%s is not a regular file"), path);
    else if (st.st_uid != geteuid() && st.st_uid != 0)
        ok = err_set(err, ERR_INVALID, _("%s belongs to another user (uid %lu)"), path, (unsigned long)st.st_uid);
    else if (st.st_mode & 077)
        ok = err_set(err, ERR_INVALID, _("%s may be read by others (mode %04o); run: chmod 600 %s"), path,
                     (unsigned)(st.st_mode & 07777), path);
    else if (!read_fd(fd, &text))
        ok = err_set(err, ERR_INVALID, _("%s is larger than a secret can be"), path);
    else
        ok = first_line(&text, path, secret, err);
    if (fd >= 0)
        close(fd);
    buf_wipe(&text);
    free(path);
    return ok;
}

/* Through /bin/sh, as the operator would type it; the file is his. */
static bool from_command(const char *command, struct secret **secret, struct err *err)
{
    char *copy = mem_strdup(command);
    char *argv[] = {(char[]){"/bin/sh"}, (char[]){"-c"}, copy, NULL};
    struct buf text;
    int status = 0;
    buf_init(&text, SECRET_BYTES_MAX);
    bool ok = child_run(argv, COMMAND_LIMIT_MS, false, &text, &status, err);
    if (ok && status != 0)
        ok = err_set(err, ERR_LOCAL, _("the command ended with exit status %d: %s"), status, command);
    ok = ok && first_line(&text, command, secret, err);
    buf_wipe(&text);
    free(copy);
    return ok;
}

bool answers_secret(const struct answers *answers, const char *key, struct secret **secret, struct err *err)
{
    const struct secret_reference *found = find(answers, key);
    const char *reference = found ? found->reference : "ask";
    bool ok;
    *secret = NULL;
    if (strcmp(reference, "ask") == 0)
        return err_set(err, ERR_CONFIRM, _("the secret \"%s\" must be asked for"), key);
    if (strncmp(reference, "env:", 4) == 0) {
        const char *text = getenv(reference + 4);
        ok = text && *text;
        if (ok)
            *secret = secret_new(text, strlen(text));
        else
            err_set(err, ERR_INVALID, text ? _("the environment variable %s is empty") : _("there is no environment variable %s"),
                    reference + 4);
    } else if (strncmp(reference, "file:", 5) == 0) {
        ok = from_file(reference + 5, secret, err);
    } else {
        ok = from_command(reference + 4, secret, err);
    }
    if (ok)
        return true;
    err_prefix(err, _("secret \"%s\""), key);
    return err_place(err, answers->file, found->line, found->column);
}
