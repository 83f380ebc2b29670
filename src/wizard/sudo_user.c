#include "wizard/sudo_user.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "transport/fingerprint.h"
#include "wizard/sudo_user_sh.h"

#define KEYS_MAX 50
#define SCRIPT_MAX_BYTES ((size_t)64 * 1024)

bool sudo_user_check_name(const char *name, struct err *err)
{
    size_t len = strlen(name);
    bool ok = len > 0 && len <= SUDO_USER_NAME_MAX && ((*name >= 'a' && *name <= 'z') || *name == '_');
    for (size_t i = 0; ok && i < len; i++)
        ok = (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9') || name[i] == '_' || name[i] == '-';
    if (!ok)
        return err_set(err, ERR_INVALID, _("a user name has small letters, digits, _ and -, begins with a letter, and has at most %d of them"), SUDO_USER_NAME_MAX);
    if (strcmp(name, "root") == 0)
        return err_set(err, ERR_INVALID, _("root needs no sudo: another name is wanted"));
    return true;
}

bool sudo_user_check_key(const char *key, struct err *err)
{
    struct fingerprints found;
    size_t len = strlen(key);
    bool is_line = len > 0 && len <= PUBLIC_KEY_BYTES_MAX;
    for (size_t i = 0; i < len; i++)
        is_line = is_line && (unsigned char)key[i] >= ' ' && key[i] != 127;
    if (!is_line)
        return err_set(err, ERR_INVALID, _("a public key is one line, as in a .pub file"));
    fingerprints_read(key, len, &found);
    /* what stands before the type would be options: they are not offered */
    bool ok = found.count == 1 && found.items[0].type && !found.items[0].names && strncmp(key, found.items[0].type, strlen(found.items[0].type)) == 0;
    fingerprints_done(&found);
    return ok || err_set(err, ERR_INVALID, _("that is no public key as in a .pub file (\"ssh-ed25519 AAAA... comment\")"));
}

static void add_quoted(struct buf *out, const char *name, const char *value)
{
    buf_addf(out, "%s='", name);
    for (; *value; value++)
        if (*value == '\'')
            buf_adds(out, "'\\''");
        else
            buf_add(out, value, 1);
    buf_adds(out, "'\n");
}

char *sudo_user_script(const struct sudo_user *user, bool is_undo)
{
    struct buf out;
    buf_init(&out, SCRIPT_MAX_BYTES);
    add_quoted(&out, "action", is_undo ? "undo" : "make");
    add_quoted(&out, "user", user->name);
    add_quoted(&out, "key", user->key);
    add_quoted(&out, "rule", user->needs_password ? "ALL" : "NOPASSWD: ALL");
    add_quoted(&out, "has_password", user->has_password ? "yes" : "no");
    buf_add(&out, sudo_user_sh, sizeof sudo_user_sh - 1);
    return buf_take(&out);
}

static void add_file(const char *path, struct strv *keys)
{
    struct err err = ERR_INIT;
    struct buf text;
    if (file_read(path, PUBLIC_KEY_BYTES_MAX, &text, &err)) {
        char *line = mem_strndup(buf_text(&text), strcspn(buf_text(&text), "\r\n"));
        if (sudo_user_check_key(line, &err) && !strv_has(keys, line))
            strv_add(keys, line);
        free(line);
    }
    buf_done(&text);
}

static int is_public_key(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return len > 4 && strcmp(entry->d_name + len - 4, ".pub") == 0;
}

static char *key_folder(void)
{
    const char *home = getenv("HOME");
    return mem_printf("%s/.ssh", home ? home : "");
}

void sudo_user_keys(struct strv *keys)
{
    char *folder = key_folder();
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_public_key, alphasort);
    for (int i = 0; i < count; i++) {
        char *path = mem_printf("%s/%s", folder, entries[i]->d_name);
        if (keys->count < KEYS_MAX)
            add_file(path, keys);
        free(path);
        free(entries[i]);
    }
    free(entries);
    free(folder);
}

/* Does name (ID.pub) in the folder hold that key, and is ID there, too? */
static bool is_file_of(const char *folder, const char *name, const char *key)
{
    struct strv found = {0};
    char *path = mem_printf("%s/%s", folder, name), *private_path = mem_strndup(path, strlen(path) - strlen(".pub"));
    add_file(path, &found);
    bool ok = found.count == 1 && strcmp(found.items[0], key) == 0 && !strchr(name, ' ') && access(private_path, F_OK) == 0;
    free(private_path);
    free(path);
    strv_done(&found);
    return ok;
}

char *sudo_user_key_file(const char *key)
{
    char *folder = key_folder(), *file = NULL;
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_public_key, alphasort);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (!file && i < KEYS_MAX && is_file_of(folder, name, key))
            file = mem_printf("~/.ssh/%.*s", (int)(strlen(name) - strlen(".pub")), name);
        free(entries[i]);
    }
    free(entries);
    free(folder);
    return file;
}

char *sudo_user_key_label(const char *key)
{
    const char *type = strncmp(key, "ssh-", 4) == 0 ? key + 4 : key, *blob = strchr(key, ' ');
    const char *comment = blob ? strchr(blob + 1, ' ') : NULL;
    int type_len = (int)strcspn(type, " ");
    if (comment)
        return mem_printf("%.*s %s", type_len, type, comment + 1);
    size_t len = blob ? strlen(blob + 1) : 0;
    return mem_printf("%.*s ...%s", type_len, type, blob ? blob + 1 + (len > 12 ? len - 12 : 0) : "");
}
