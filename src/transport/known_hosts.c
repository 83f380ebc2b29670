#include "transport/known_hosts.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"

#define FILE_MAX_BYTES (16 * 1024 * 1024)
#define SALT_BYTES 20 /* HMAC-SHA1, as OpenSSH's hostfile.c */
#define LOCK_WAIT_MS 2000
#define HASH_BASE64_MAX 64

char *known_hosts_name(const char *host, unsigned port)
{
    char *name = port == 22 || port == 0 ? mem_strdup(host) : mem_printf("[%s]:%u", host, port);
    for (char *p = name; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return name;
}

void key_fingerprint(ssh_key key, char *out, size_t out_size)
{
    unsigned char *hash = NULL;
    size_t len = 0;
    *out = '\0';
    if (ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &len) != 0)
        return;
    char *text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, len);
    if (text)
        snprintf(out, out_size, "%s", text);
    ssh_string_free_char(text);
    ssh_clean_pubkey_hash(&hash);
}

static void hash_name(const unsigned char *salt, size_t salt_len, const char *name,
                      unsigned char out[SALT_BYTES])
{
    unsigned len = SALT_BYTES;
    HMAC(EVP_sha1(), salt, (int)salt_len, (const unsigned char *)name, strlen(name), out, &len);
}

/* Decoded bytes of base64, at most max; -1 when it is none. */
static int decode(const char *text, size_t len, unsigned char *out, size_t max)
{
    unsigned char whole[HASH_BASE64_MAX];
    if (!len || len % 4 || len > HASH_BASE64_MAX || len / 4 * 3 > sizeof whole)
        return -1;
    int n = EVP_DecodeBlock(whole, (const unsigned char *)text, (int)len);
    if (n < 0)
        return -1;
    n -= (text[len - 1] == '=') + (text[len - 2] == '=');
    if (n < 0 || (size_t)n > max)
        return -1;
    memcpy(out, whole, (size_t)n);
    return n;
}

/* "|1|SALT|HASH" */
static bool hashed_matches(const char *field, const char *name)
{
    const char *salt_text = field + 3, *bar = strchr(salt_text, '|');
    unsigned char salt[SALT_BYTES], hash[SALT_BYTES], ours[SALT_BYTES];
    if (!bar || decode(salt_text, (size_t)(bar - salt_text), salt, sizeof salt) != SALT_BYTES ||
        decode(bar + 1, strlen(bar + 1), hash, sizeof hash) != SALT_BYTES)
        return false;
    hash_name(salt, sizeof salt, name, ours);
    return memcmp(hash, ours, sizeof ours) == 0;
}

/* `*` and `?`; iterative, so that no pattern can make it slow. */
static bool glob_matches(const char *pattern, size_t len, const char *name)
{
    size_t p = 0, star = (size_t)-1;
    const char *mark = NULL;
    while (*name) {
        if (p < len && pattern[p] == '*') {
            star = p++;
            mark = name;
        } else if (p < len && (pattern[p] == '?' || tolower((unsigned char)pattern[p]) == *name)) {
            p++;
            name++;
        } else if (mark) {
            p = star + 1;
            name = ++mark;
        } else {
            return false;
        }
    }
    while (p < len && pattern[p] == '*')
        p++;
    return p == len;
}

bool known_hosts_field_matches(const char *field, const char *name)
{
    if (strncmp(field, "|1|", 3) == 0)
        return hashed_matches(field, name);
    bool is_match = false;
    while (*field) {
        size_t len = strcspn(field, ",");
        bool is_negated = *field == '!';
        if (glob_matches(field + is_negated, len - is_negated, name)) {
            if (is_negated)
                return false;
            is_match = true;
        }
        field += len + (field[len] == ',');
    }
    return is_match;
}

struct entry {
    const char *file;
    unsigned line;
    char *marker, *names, *type, *key; /* point into the line; marker may be NULL */
};

/* Called for each line that has the shape of an entry; false ends the walk. */
typedef bool entry_fn(void *context, const struct entry *entry);

static bool split(char *line, struct entry *entry)
{
    char *rest = line, *words[4] = {NULL};
    size_t n = 0, want = 3;
    while (n < want && rest) {
        char *word = strsep(&rest, " \t\r");
        if (!*word)
            continue;
        if (n == 0 && *word == '#')
            return false;
        if (n == 0 && *word == '@')
            want = 4;
        words[n++] = word;
    }
    if (n < want)
        return false;
    entry->marker = want == 4 ? words[0] : NULL;
    entry->names = words[want - 3];
    entry->type = words[want - 2];
    entry->key = words[want - 1];
    return true;
}

static void walk(const struct strv *files, entry_fn *each, void *context)
{
    bool go_on = true;
    for (size_t i = 0; go_on && i < files->count; i++) {
        struct buf text;
        struct entry entry = {.file = files->items[i]};
        if (file_read(files->items[i], FILE_MAX_BYTES, &text, NULL)) {
            char *rest = text.len ? text.data : NULL, *line;
            while (go_on && (line = strsep(&rest, "\n"))) {
                entry.line++;
                if (split(line, &entry))
                    go_on = each(context, &entry);
            }
        }
        buf_done(&text);
    }
}

static ssh_key import(const struct entry *entry)
{
    ssh_key key = NULL;
    enum ssh_keytypes_e type = ssh_key_type_from_name(entry->type);
    if (type == SSH_KEYTYPE_UNKNOWN || ssh_pki_import_pubkey_base64(entry->key, type, &key) != SSH_OK)
        return NULL;
    return key;
}

struct search {
    const char *name, *plain;
    ssh_key key;
    enum known verdict;
    struct known_place *place;
    bool has_same_type;
    struct strv *types;
};

static void note(struct search *search, const struct entry *entry, ssh_key known)
{
    if (!search->place)
        return;
    snprintf(search->place->file, sizeof search->place->file, "%s", entry->file);
    search->place->line = entry->line;
    snprintf(search->place->type, sizeof search->place->type, "%s", entry->type);
    key_fingerprint(known, search->place->fingerprint, sizeof search->place->fingerprint);
}

static bool compare(void *context, const struct entry *entry)
{
    struct search *s = context;
    bool is_revoked = entry->marker && strcmp(entry->marker, "@revoked") == 0;
    if (entry->marker && !is_revoked) /* @cert-authority: libssh can't check host certificates */
        return true;
    bool is_match = known_hosts_field_matches(entry->names, s->name);
    bool is_plain = !is_match && s->plain && known_hosts_field_matches(entry->names, s->plain);
    if (!is_match && !is_plain)
        return true;
    ssh_key known = import(entry);
    if (!known)
        return true;
    bool is_same = ssh_key_cmp(known, s->key, SSH_KEY_CMP_PUBLIC) == 0;
    bool go_on = true;
    if (is_revoked) {
        if (is_same) {
            s->verdict = KNOWN_REVOKED;
            note(s, entry, known);
            go_on = false;
        }
    } else if (is_same) {
        s->verdict = KNOWN_OK; /* go on: a later line may revoke it */
        note(s, entry, known);
    } else if (is_match && s->verdict != KNOWN_OK) {
        bool is_same_type = ssh_key_type(known) == ssh_key_type(s->key);
        if (s->verdict == KNOWN_NOT || (is_same_type && !s->has_same_type))
            note(s, entry, known);
        s->has_same_type |= is_same_type;
        s->verdict = KNOWN_CHANGED;
    }
    ssh_key_free(known);
    return go_on;
}

enum known known_hosts_check(const struct strv *files, const char *name, const char *plain, ssh_key key,
                             struct known_place *place)
{
    struct search search = {.name = name, .plain = plain, .key = key, .place = place};
    walk(files, compare, &search);
    return search.verdict;
}

static bool gather(void *context, const struct entry *entry)
{
    struct search *s = context;
    if (!entry->marker && !strv_has(s->types, entry->type) &&
        (known_hosts_field_matches(entry->names, s->name) ||
         (s->plain && known_hosts_field_matches(entry->names, s->plain))))
        strv_add(s->types, entry->type);
    return true;
}

void known_hosts_types(const struct strv *files, const char *name, const char *plain, struct strv *types)
{
    struct search search = {.name = name, .types = types};
    walk(files, gather, &search);
    if (types->count || !plain)
        return;
    search.plain = plain;
    walk(files, gather, &search);
}

static char *make_line(const char *name, bool is_hashed, ssh_key key)
{
    char *base64 = NULL;
    if (ssh_pki_export_pubkey_base64(key, &base64) != SSH_OK)
        return NULL;
    const char *type = ssh_key_type(key) == SSH_KEYTYPE_ECDSA ? ssh_pki_key_ecdsa_name(key)
                                                              : ssh_key_type_to_char(ssh_key_type(key));
    unsigned char salt[SALT_BYTES], hash[SALT_BYTES];
    char *line = NULL;
    if (!is_hashed) {
        line = mem_printf("%s %s %s\n", name, type, base64);
    } else if (RAND_bytes(salt, sizeof salt) == 1) {
        unsigned char salt64[HASH_BASE64_MAX], hash64[HASH_BASE64_MAX];
        hash_name(salt, sizeof salt, name, hash);
        EVP_EncodeBlock(salt64, salt, sizeof salt);
        EVP_EncodeBlock(hash64, hash, sizeof hash);
        line = mem_printf("|1|%s|%s %s %s\n", (char *)salt64, (char *)hash64, type, base64);
    }
    ssh_string_free_char(base64);
    return line;
}

/* flock, waited for but not for ever: another program may hold it for good. */
static bool lock(int fd)
{
    for (unsigned waited_ms = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; waited_ms += 10) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || waited_ms > LOCK_WAIT_MS)
            return false;
        nanosleep(&(struct timespec){.tv_nsec = 10 * 1000 * 1000}, NULL);
    }
    return true;
}

static bool append_locked(int fd, const char *path, const char *line, struct err *err)
{
    if (!lock(fd))
        return err_set(err, ERR_LOCAL, _("%s is locked by another program"), path);
    struct stat st;
    if (fstat(fd, &st) < 0)
        return err_set_errno(err, ERR_LOCAL, errno, _("can't look at %s"), path);
    char last = '\n';
    bool needs_newline = st.st_size > 0 && pread(fd, &last, 1, st.st_size - 1) == 1 && last != '\n';
    char *whole = mem_printf("%s%s", needs_newline ? "\n" : "", line);
    size_t len = strlen(whole);
    ssize_t n = write(fd, whole, len); /* one write with O_APPEND */
    int errnum = errno;
    free(whole);
    if (n != (ssize_t)len) {
        if (n > 0)
            (void)!ftruncate(fd, st.st_size); /* nothing half-written stays */
        return err_set_errno(err, ERR_LOCAL, n < 0 ? errnum : ENOSPC, _("can't write to %s"), path);
    }
    if (fsync(fd) < 0)
        return err_set_errno(err, ERR_LOCAL, errno, _("can't sync %s"), path);
    return true;
}

bool known_hosts_append(const char *path, const char *name, bool is_hashed, ssh_key key, struct err *err)
{
    char *folder = mem_strdup(path), *slash = strrchr(folder, '/');
    bool ok = true;
    if (slash && slash != folder) {
        *slash = '\0';
        ok = file_mkdirs(folder, 0700, err);
    }
    free(folder);
    if (!ok)
        return false;
    char *line = make_line(name, is_hashed, key);
    if (!line)
        return err_set(err, ERR_LOCAL, _("can't write the host key of %s as text"), name);
    int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
    if (fd < 0) {
        err_set_errno(err, ERR_LOCAL, errno, _("can't open %s"), path);
        ok = false;
    } else {
        ok = append_locked(fd, path, line, err);
        close(fd);
    }
    free(line);
    return ok;
}
