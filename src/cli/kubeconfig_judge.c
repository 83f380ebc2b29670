#include "cli/kubeconfig_judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/certificate.h"

/* kubeadm's certificates of admins count a year; a month is time enough to renew one. */
#define SOON_DAYS 30
#define PROGRAM_SHOWN_BYTES 200

/* Something that stands in the kubeconfig (KEY-data, in Base64) or in a file that it names (KEY). */
struct material {
    char *bytes; /* owned; NULL = there is none, or it can't be read */
    size_t len;
    char *where; /* owned: the file, or the key; NULL = there is none */
    char *why;   /* owned: why it can't be read, or NULL */
};

static void material_done(struct material *m)
{
    if (m->bytes)
        explicit_bzero(m->bytes, m->len);
    free(m->bytes);
    free(m->where);
    free(m->why);
}

static struct material read_material(const struct kubeconfig_item *item, const char *key, const char *data_key)
{
    struct material m = {0};
    const char *data = kubeconfig_text(item, data_key), *path = kubeconfig_text(item, key);
    if (data) { /* comes before the file */
        m.where = mem_strdup(data_key);
        m.bytes = certificate_base64(data, &m.len);
        if (!m.bytes)
            m.why = mem_printf(_("%s: expected Base64"), data_key);
    } else if (path) {
        struct buf bytes;
        struct err err = ERR_INIT;
        char text[ERR_TEXT_MAX + ERR_FILE_MAX + 32];
        m.where = kubeconfig_path(item, path);
        if (file_read(m.where, CERTIFICATE_BYTES_MAX, &bytes, &err)) {
            m.len = bytes.len;
            m.bytes = buf_take(&bytes);
        } else {
            err_format(&err, text, sizeof text);
            m.why = mem_strdup(text);
        }
        buf_wipe(&bytes);
    }
    return m;
}

/* ---- cluster ---- */

char *kubeconfig_server_shown(const struct kubeconfig_view *view)
{
    const char *server = kubeconfig_text(&view->cluster, "server");
    if (!server)
        return NULL;
    const char *host = strstr(server, "://");
    host = host ? host + 3 : server;
    const char *at = memchr(host, '@', strcspn(host, "/?#"));
    return mem_printf("%.*s%.*s", (int)(host - server), server, (int)strcspn(at ? at + 1 : host, "?#"), at ? at + 1 : host);
}

static void judge_server(const struct kubeconfig_view *view, struct look *look)
{
    char *server = kubeconfig_server_shown(view);
    const char *proxy = kubeconfig_proxy(view);
    if (!server)
        look_add(look, "server", VERDICT_FAIL, mem_printf(_("the cluster \"%s\" has no server"), view->cluster_name),
                 _("Without one kubectl asks localhost:8080. Say which: kubectl config set-cluster NAME --server=https://HOST:6443."));
    else if (strncmp(server, "https://", 8) != 0)
        look_add(look, "server", VERDICT_WARN, mem_printf(_("%s: not at https://"), server), _("API servers speak HTTPS; credentials would travel in clear."));
    else
        look_add(look, "server", VERDICT_PASS, mem_strdup(server), "");
    if (server && proxy)
        look_add(look, "proxy", VERDICT_WARN, mem_printf(_("the server is asked through a proxy (%s)"), proxy),
                 _("Where the cluster is near, add its address to NO_PROXY; a proxy must let CONNECT through."));
    free(server);
}

/* What is said of certificates; false when they can't be used. */
static bool judge_certificates(const char *check, const struct material *m, const char *remedy, struct look *look)
{
    if (m->why) {
        look_add(look, check, VERDICT_FAIL, mem_strdup(m->why), remedy);
        return false;
    }
    struct certificate_look seen = certificate_look(m->bytes, m->len, SOON_DAYS);
    switch (seen.state) {
    case CERTIFICATE_NONE:
        look_add(look, check, VERDICT_FAIL, mem_printf(_("%s holds no certificate"), m->where), remedy);
        return false;
    case CERTIFICATE_EXPIRED:
        look_add(look, check, VERDICT_FAIL, mem_printf(_("%s: expired on %s"), m->where, seen.until), remedy);
        break;
    case CERTIFICATE_EARLY:
        look_add(look, check, VERDICT_FAIL, mem_printf(_("%s: not valid before %s"), m->where, seen.from),
                 _("Look at this machine's clock (date -u), then at that of the machine that made the certificate."));
        break;
    case CERTIFICATE_SOON:
        look_add(look, check, VERDICT_WARN, mem_printf(_("%s: ends on %s"), m->where, seen.until), remedy);
        break;
    case CERTIFICATE_GOOD:
        look_add(look, check, VERDICT_PASS, mem_printf(_("%s: until %s"), m->where, seen.until), "");
        break;
    }
    return true;
}

static void judge_authority(const struct kubeconfig_view *view, struct look *look)
{
    const char *insecure = kubeconfig_text(&view->cluster, "insecure-skip-tls-verify");
    struct material m = read_material(&view->cluster, "certificate-authority", "certificate-authority-data");
    if (insecure && strcmp(insecure, "true") == 0)
        look_add(look, "authority", VERDICT_WARN, mem_strdup(_("insecure-skip-tls-verify: anybody on the way can pose as the cluster")),
                 _("Take it out, and put the cluster's certificate authority in: certificate-authority-data."));
    else if (m.where)
        judge_certificates("authority", &m, _("Fetch the kubeconfig anew from the cluster: there it is /etc/kubernetes/pki/ca.crt of a control plane."), look);
    else
        look_add(look, "authority", VERDICT_PASS, mem_strdup(_("those of this system")), "");
    material_done(&m);
}

/* ---- user ---- */

static void judge_key(const struct kubeconfig_view *view, const struct material *certificate, struct look *look)
{
    struct material key = read_material(&view->user, "client-key", "client-key-data");
    const char *remedy = _("Fetch the kubeconfig anew from the cluster.");
    if (!key.where)
        look_add(look, "key", VERDICT_FAIL, mem_strdup(_("there is a client certificate without its key")), remedy);
    else if (key.why)
        look_add(look, "key", VERDICT_FAIL, mem_strdup(key.why), remedy);
    else
        switch (certificate_key(certificate->bytes, certificate->len, key.bytes, key.len)) {
        case CERTIFICATE_KEY_FITS:
            look_add(look, "key", VERDICT_PASS, mem_strdup(key.where), "");
            break;
        case CERTIFICATE_KEY_OTHER:
            look_add(look, "key", VERDICT_FAIL, mem_printf(_("%s is not the key of the client certificate"), key.where), remedy);
            break;
        case CERTIFICATE_KEY_NONE:
            look_add(look, "key", VERDICT_FAIL, mem_printf(_("%s holds no private key that can be read"), key.where),
                     _("kubectl takes keys in PEM without a passphrase. Fetch the kubeconfig anew from the cluster."));
            break;
        }
    material_done(&key);
}

static void judge_certificate(const struct kubeconfig_view *view, struct look *look)
{
    struct material m = read_material(&view->user, "client-certificate", "client-certificate-data");
    if (m.where && judge_certificates("certificate", &m,
                                      _("Renew it (kwiz action renew-certificates; kubeadm certs renew admin.conf on a control plane), then fetch "
                                        "the kubeconfig anew."),
                                      look))
        judge_key(view, &m, look);
    material_done(&m);
}

static void judge_token_file(const struct kubeconfig_view *view, const char *path, struct look *look)
{
    struct buf bytes;
    struct err err = ERR_INIT;
    char *file = kubeconfig_path(&view->user, path);
    if (!file_read(file, CERTIFICATE_BYTES_MAX, &bytes, &err)) {
        char text[ERR_TEXT_MAX + ERR_FILE_MAX + 32];
        err_format(&err, text, sizeof text);
        look_add(look, "token", VERDICT_FAIL, mem_strdup(text), _("Whatever writes that token must run, or the user needs other credentials."));
    }
    buf_wipe(&bytes);
    free(file);
}

static void judge_user(const struct kubeconfig_view *view, struct look *look)
{
    const struct kubeconfig_item *user = &view->user;
    struct strv ways = {0};
    char *program = kubeconfig_program(view);
    const char *token_file = kubeconfig_text(user, "tokenFile");
    if (kubeconfig_text(user, "client-certificate-data") || kubeconfig_text(user, "client-certificate"))
        strv_add(&ways, _("a client certificate"));
    if (kubeconfig_text(user, "token") || token_file)
        strv_add(&ways, _("a token"));
    if (kubeconfig_text(user, "username"))
        strv_add(&ways, _("a password"));
    if (program)
        strv_add(&ways, program);
    char *text = strv_join(&ways, ", ");
    if (ways.count)
        look_add(look, "user", VERDICT_PASS, mem_printf("%s: %s", view->user_name, text), "");
    else
        look_add(look, "user", VERDICT_FAIL, mem_printf(_("%s has no credentials"), view->user_name),
                 _("It would be asked as system:anonymous, who may next to nothing. Fetch the kubeconfig anew from the cluster."));
    judge_certificate(view, look);
    if (token_file)
        judge_token_file(view, token_file, look);
    free(text);
    free(program);
    strv_done(&ways);
}

/* The same of one file's user. */
static char *program_of(const struct kubeconfig_item *user)
{
    const struct yaml_node *exec = yaml_get(user->value, "exec"), *provider = yaml_get(user->value, "auth-provider");
    const struct yaml_node *named = exec ? yaml_get(exec, "command") : yaml_get(yaml_get(provider, "config"), "cmd-path");
    struct buf shown;
    if ((!exec || exec->kind == YAML_SCALAR) && (!provider || provider->kind == YAML_SCALAR))
        return NULL;
    buf_init(&shown, PROGRAM_SHOWN_BYTES);
    if (!named || named->kind != YAML_SCALAR || !*named->text || strlen(named->text) >= PROGRAM_SHOWN_BYTES / 4)
        buf_adds(&shown, exec ? "exec" : "auth-provider");
    else
        utf8_printable(named->text, strlen(named->text), &shown);
    return buf_take(&shown);
}

char *kubeconfig_program(const struct kubeconfig_view *view)
{
    char *program = NULL;
    for (size_t i = 0; !program && i < view->count; i++) {
        struct kubeconfig_item user = kubeconfig_view_user(view, i);
        program = user.value ? program_of(&user) : NULL;
    }
    return program;
}

/* ---- proxies ---- */

/* Does a list such as NO_PROXY name the host? As Go's httpproxy does, but for networks, which are left to kubectl. */
static bool is_passed_by(const char *list, const char *host, size_t len)
{
    for (const char *p = list; *p; p += strspn(p, ", ")) {
        size_t n = strcspn(p, ", ");
        const char *name = p;
        size_t name_len = n;
        if (name_len && *name == '*' && n == 1)
            return true;
        if (name_len && *name == '.')
            name++, name_len--;
        if (name_len && name_len <= len && strncasecmp(host + len - name_len, name, name_len) == 0 && (name_len == len || host[len - name_len - 1] == '.'))
            return true;
        if (memchr(p, '/', n)) /* a network: whether the host is in it is not found out here */
            return true;
        p += n;
    }
    return false;
}

const char *kubeconfig_proxy(const struct kubeconfig_view *view)
{
    static const char *const https[] = {"HTTPS_PROXY", "https_proxy"}, *const http[] = {"HTTP_PROXY", "http_proxy"};
    static const char *const except[] = {"NO_PROXY", "no_proxy"};
    const char *server = kubeconfig_text(&view->cluster, "server");
    const char *host = server ? strstr(server, "://") : NULL;
    if (kubeconfig_text(&view->cluster, "proxy-url"))
        return "proxy-url";
    if (!host)
        return NULL;
    const char *const *names = strncmp(server, "https", 5) == 0 ? https : http;
    host += 3;
    const char *at = memchr(host, '@', strcspn(host, "/?#"));
    host = at ? at + 1 : host;
    host += *host == '[';
    size_t len = strcspn(host, *(host - 1) == '[' ? "]" : ":/?#");
    if ((len == 9 && strncmp(host, "localhost", 9) == 0) || strncmp(host, "127.", 4) == 0 || (len == 3 && strncmp(host, "::1", 3) == 0))
        return NULL; /* never through a proxy */
    for (size_t i = 0; i < 2; i++) {
        const char *proxy = getenv(names[i]), *list = getenv(except[0]);
        if (!list || !*list)
            list = getenv(except[1]);
        if (proxy && *proxy)
            return list && is_passed_by(list, host, len) ? NULL : names[i];
    }
    return NULL;
}

void kubeconfig_judge(const struct kubeconfig_view *view, struct look *look)
{
    judge_server(view, look);
    judge_authority(view, look);
    judge_user(view, look);
}
