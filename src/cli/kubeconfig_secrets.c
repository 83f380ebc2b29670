#include "cli/kubeconfig_secrets.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* What of a user is no secret, and may stand in messages of kubectl. The keys are those of k8s.io/client-go, tools/clientcmd/api/v1/types.go. */
static const char *const harmless[] = {"client-certificate", "client-certificate-data", "client-key", "tokenFile", "username", "apiVersion",
                                       "command",            "interactiveMode",         "name",       "provideClusterInfo", "installHint"};

static bool is_harmless(const char *key)
{
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        if (strcmp(key, harmless[i]) == 0)
            return true;
    return false;
}

static void add(struct mask_set *set, const char *text, size_t len)
{
    struct secret *secret = secret_new(text, len);
    mask_set_add(set, secret);
    secret_free(&secret);
}

/* All text below node but what is harmless; trees are at most YAML_DEPTH_MAX deep. */
static void add_all(struct mask_set *set, const struct yaml_node *node)
{
    if (node->kind == YAML_SCALAR && node->scalar != YAML_NULL && node->scalar != YAML_BOOLEAN)
        add(set, node->text, strlen(node->text));
    for (size_t i = 0; node->kind == YAML_SEQUENCE && i < node->count; i++)
        add_all(set, node->items[i]);
    for (size_t i = 0; node->kind == YAML_MAPPING && i < node->count; i += 2)
        if (!is_harmless(node->items[i]->text))
            add_all(set, node->items[i + 1]);
}

/* user:password of an address. */
static void add_userinfo(struct mask_set *set, const char *address)
{
    const char *host = address ? strstr(address, "://") : NULL;
    host = host ? host + 3 : address;
    const char *at = host ? memchr(host, '@', strcspn(host, "/?#")) : NULL;
    if (!at)
        return;
    add(set, host, (size_t)(at - host));
    const char *colon = memchr(host, ':', (size_t)(at - host));
    if (colon)
        add(set, colon + 1, (size_t)(at - colon - 1));
}

struct mask_set *kubeconfig_secrets(const struct kubeconfig_view *view)
{
    static const char *const proxies[] = {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"};
    struct mask_set *set = mask_set_new();
    for (size_t i = 0; i < view->count; i++) {
        struct kubeconfig_item user = kubeconfig_view_user(view, i);
        if (user.value)
            add_all(set, user.value);
    }
    add_userinfo(set, kubeconfig_text(&view->cluster, "server"));
    add_userinfo(set, kubeconfig_text(&view->cluster, "proxy-url"));
    for (size_t i = 0; i < sizeof proxies / sizeof *proxies; i++)
        add_userinfo(set, getenv(proxies[i]));
    return set;
}
