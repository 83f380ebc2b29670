#include "cli/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"

#define CERTIFICATES_MAX 1000 /* of one text; a bundle of public authorities has about 150 */

/* Nobody is asked for the passphrase of a key here. */
static int no_passphrase(char *out, int size, int writes, void *context)
{
    (void)out, (void)size, (void)writes, (void)context;
    return -1;
}

static BIO *open_text(const char *text, size_t len)
{
    return len && len <= CERTIFICATE_BYTES_MAX ? BIO_new_mem_buf(text, (int)len) : NULL;
}

static void format_time(const ASN1_TIME *time, char *out, size_t size)
{
    struct tm tm;
    if (!ASN1_TIME_to_tm(time, &tm) || !strftime(out, size, "%Y-%m-%d %H:%M UTC", &tm))
        *out = '\0';
}

static enum certificate_state state_of(const X509 *certificate, int soon_days)
{
    time_t soon = time(NULL) + (time_t)soon_days * 86400;
    if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0)
        return CERTIFICATE_EARLY;
    if (X509_cmp_current_time(X509_get0_notAfter(certificate)) <= 0)
        return CERTIFICATE_EXPIRED;
    return X509_cmp_time(X509_get0_notAfter(certificate), &soon) < 0 ? CERTIFICATE_SOON : CERTIFICATE_GOOD;
}

/* The graver, the greater. */
static int weight(enum certificate_state state)
{
    static const int weights[] = {[CERTIFICATE_GOOD] = 0, [CERTIFICATE_SOON] = 1, [CERTIFICATE_EARLY] = 2, [CERTIFICATE_EXPIRED] = 3, [CERTIFICATE_NONE] = 4};
    return weights[state];
}

struct certificate_look certificate_look(const char *pem, size_t len, int soon_days)
{
    struct certificate_look look = {.state = CERTIFICATE_NONE};
    BIO *bio = open_text(pem, len);
    X509 *certificate;
    while (bio && look.count < CERTIFICATES_MAX && (certificate = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL))) {
        enum certificate_state state = state_of(certificate, soon_days);
        if (!look.count++ || weight(state) > weight(look.state)) {
            look.state = state;
            format_time(X509_get0_notAfter(certificate), look.until, sizeof look.until);
            format_time(X509_get0_notBefore(certificate), look.from, sizeof look.from);
        }
        X509_free(certificate);
    }
    BIO_free(bio);
    ERR_clear_error();
    return look;
}

enum certificate_key certificate_key(const char *pem, size_t len, const char *key, size_t key_len)
{
    BIO *bio = open_text(pem, len), *key_bio = open_text(key, key_len);
    X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, no_passphrase, NULL) : NULL;
    EVP_PKEY *private = key_bio ? PEM_read_bio_PrivateKey(key_bio, NULL, no_passphrase, NULL) : NULL;
    enum certificate_key fits = !certificate || !private                             ? CERTIFICATE_KEY_NONE
                                : X509_check_private_key(certificate, private) == 1 ? CERTIFICATE_KEY_FITS
                                                                                     : CERTIFICATE_KEY_OTHER;
    EVP_PKEY_free(private);
    X509_free(certificate);
    BIO_free(key_bio);
    BIO_free(bio);
    ERR_clear_error();
    return fits;
}

char *certificate_base64(const char *text, size_t *len)
{
    char *bare = mem_new(strlen(text) + 1, 1);
    size_t n = 0, filled = 0;
    for (const char *p = text; *p; p++)
        if (!strchr("\r\n", *p)) /* as Go reads it */
            bare[n++] = *p;
    while (filled < 2 && filled < n && bare[n - 1 - filled] == '=')
        filled++;
    char *bytes = mem_new(n / 4 * 3 + 1, 1);
    int got = n && n % 4 == 0 && n / 4 * 3 <= CERTIFICATE_BYTES_MAX ? EVP_DecodeBlock((unsigned char *)bytes, (const unsigned char *)bare, (int)n) : -1;
    explicit_bzero(bare, n);
    free(bare);
    if (got < (int)filled) {
        free(bytes);
        return NULL;
    }
    *len = (size_t)got - filled;
    bytes[*len] = '\0';
    return bytes;
}
