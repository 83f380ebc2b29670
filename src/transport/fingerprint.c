#include "transport/fingerprint.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/mem.h"
#include "transport/known_hosts.h"

#define WORDS_MAX 8
#define BLOB_MAX_BYTES 8192 /* an RSA key of 16384 bits has 2 KiB */
#define SHA256_BASE64 43

static const char prefix[] = "SHA256:";

static bool is_base64(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

static void add(struct fingerprints *found, const char *base64, const char *type, const char *names)
{
    if (found->count == FINGERPRINTS_MAX)
        return;
    found->items = mem_grow(found->items, found->count + 1, sizeof *found->items);
    struct fingerprint *f = &found->items[found->count++];
    *f = (struct fingerprint){.type = type ? mem_strdup(type) : NULL, .names = names ? mem_strdup(names) : NULL};
    memcpy(f->text, prefix, sizeof prefix - 1);
    memcpy(f->text + sizeof prefix - 1, base64, SHA256_BASE64);
}

/* Every "SHA256:" with exactly so many characters behind it. */
static bool read_printed(const char *line, struct fingerprints *found)
{
    bool has_any = false;
    for (const char *hit = line; (hit = strstr(hit, prefix));) {
        hit += sizeof prefix - 1;
        size_t n = 0;
        while (is_base64(hit[n]))
            n++;
        if (n == SHA256_BASE64)
            add(found, hit, NULL, NULL);
        has_any = has_any || n == SHA256_BASE64;
    }
    return has_any;
}

/* The digest of a key's blob, without the "=" at its end, into out[SHA256_BASE64 + 1 + 1]. */
static bool digest_of(const char *base64, char *out)
{
    size_t len = strlen(base64);
    unsigned char *blob, digest[EVP_MAX_MD_SIZE];
    unsigned digest_len = 0;
    if (len < 32 || len % 4 || len > BLOB_MAX_BYTES)
        return false;
    for (size_t i = 0; i < len; i++)
        if (!is_base64(base64[i]) && !(base64[i] == '=' && i + 2 >= len))
            return false;
    blob = mem_new(len, 1);
    int n = EVP_DecodeBlock(blob, (const unsigned char *)base64, (int)len);
    n -= (base64[len - 1] == '=') + (base64[len - 2] == '=');
    bool ok = n > 0 && EVP_Digest(blob, (size_t)n, digest, &digest_len, EVP_sha256(), NULL) == 1;
    if (ok)
        EVP_EncodeBlock((unsigned char *)out, digest, (int)digest_len);
    free(blob);
    return ok;
}

static bool is_type(const char *word)
{
    return strncmp(word, "ssh-", 4) == 0 || strncmp(word, "ecdsa-", 6) == 0 || strncmp(word, "sk-", 3) == 0;
}

/* "NAMES TYPE BLOB ...", perhaps behind a marker, or "TYPE BLOB ...". */
static void read_key(char *line, struct fingerprints *found)
{
    char *words[WORDS_MAX], *rest = line, *word, digest[SHA256_BASE64 + 2];
    size_t count = 0;
    while (count < WORDS_MAX && (word = strsep(&rest, " \t")))
        if (*word)
            words[count++] = word;
    for (size_t i = 0; i + 1 < count; i++)
        if (is_type(words[i]) && digest_of(words[i + 1], digest)) {
            bool is_revoked = strcmp(words[0], "@revoked") == 0;
            if (!is_revoked)
                add(found, digest, words[i], i ? words[i - 1] : NULL);
            return;
        }
}

void fingerprints_read(const char *text, size_t len, struct fingerprints *found)
{
    *found = (struct fingerprints){0};
    for (size_t i = 0; i < len;) {
        size_t n = 0;
        while (i + n < len && text[i + n] != '\n' && text[i + n] != '\r' && text[i + n])
            n++;
        char *line = mem_strndup(text + i, n);
        if (!read_printed(line, found))
            read_key(line, found);
        free(line);
        i += n + 1;
    }
}

void fingerprints_done(struct fingerprints *found)
{
    for (size_t i = 0; i < found->count; i++) {
        free(found->items[i].type);
        free(found->items[i].names);
    }
    free(found->items);
    *found = (struct fingerprints){0};
}

bool fingerprint_names(const struct fingerprint *fingerprint, const char *host, unsigned port)
{
    if (!fingerprint->names)
        return false;
    char *name = known_hosts_name(host, port ? port : 22);
    bool is_named = known_hosts_field_matches(fingerprint->names, name);
    free(name);
    return is_named;
}
