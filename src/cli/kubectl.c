#include "cli/kubectl.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "spell/child.h"

#define FIND_LIMIT_MS 15000 /* what is on this machine; a first start from a slow disk takes seconds */
#define GRACE_MS 5000
#define REQUESTS 3 /* kubectl 1.27 and later ask five times what the server has before they give up; the reason stands in their log after the first */
#define ARGUMENTS_MAX 16
#define VERSION_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-_"

/* A release from clientVersion or serverVersion of `kubectl version -o json`. */
static struct kubectl_version read_version(const struct buf *json, const char *which)
{
    struct kubectl_version version = {0};
    json_t *root = json_loadb(buf_text(json), json->len, 0, NULL);
    const json_t *one = json_object_get(root, which);
    const char *git = json_string_value(json_object_get(one, "gitVersion"));
    if (git && strlen(git) < sizeof version.text && git[strspn(git, VERSION_LETTERS)] == '\0' && sscanf(git, "v%d.%d", &version.major, &version.minor) == 2)
        snprintf(version.text, sizeof version.text, "%s", git);
    json_decref(root);
    return version;
}

/* Run kubectl with words behind those that name kubeconfig and context. Its messages must be English, to be known again. */
static bool run(const struct kubectl *kubectl, const char *const *words, uint64_t limit_ms, bool with_stderr, struct buf *out, int *status, struct err *err)
{
    char *argv[ARGUMENTS_MAX] = {(char *)"env", (char *)"LC_ALL=C", (char *)"LANGUAGE=", (char *)"kubectl"};
    char *timeout = NULL;
    size_t n = 4;
    if (kubectl && kubectl->kubeconfig) {
        argv[n++] = (char *)"--kubeconfig";
        argv[n++] = (char *)(uintptr_t)kubectl->kubeconfig;
    }
    if (kubectl && kubectl->context) {
        argv[n++] = (char *)"--context";
        argv[n++] = (char *)(uintptr_t)kubectl->context;
    }
    if (kubectl)
        argv[n++] = timeout = mem_printf("--request-timeout=%us", (kubectl->limit_s + REQUESTS - 1) / REQUESTS);
    for (size_t i = 0; words[i]; i++)
        argv[n++] = (char *)(uintptr_t)words[i];
    bool ok = child_run(argv, limit_ms, with_stderr, out, status, err);
    free(timeout);
    return ok;
}

bool kubectl_find(struct kubectl_version *version, struct err *err)
{
    static const char *const words[] = {"version", "--client", "-o", "json", NULL};
    struct buf out;
    struct err why = ERR_INIT;
    int status = 0;
    buf_init(&out, KUBECTL_OUTPUT_MAX);
    bool ok = run(NULL, words, FIND_LIMIT_MS, false, &out, &status, &why);
    *version = read_version(&out, "clientVersion");
    if (!ok)
        err_set(err, ERR_REQUIREMENT, _("kubectl does not run: it did not end within %d s"), FIND_LIMIT_MS / 1000);
    else if (status == 127)
        ok = err_set(err, ERR_REQUIREMENT, _("there is no kubectl on this machine"));
    else if (status != 0)
        ok = err_set(err, ERR_REQUIREMENT, _("kubectl does not run (exit status %d)"), status);
    buf_done(&out);
    return ok;
}

bool kubectl_cluster_info(const struct kubectl *kubectl, struct buf *out, int *status, struct err *err)
{
    static const char *const words[] = {"cluster-info", NULL};
    struct err why = ERR_INIT;
    if (run(kubectl, words, (uint64_t)kubectl->limit_s * 1000 + GRACE_MS, true, out, status, &why))
        return true;
    return err_set(err, ERR_UNREACHABLE, _("kubectl cluster-info did not end and was stopped"));
}

void kubectl_reason(const struct kubectl *kubectl, struct buf *out)
{
    static const char *const words[] = {"version", NULL};
    struct err why = ERR_INIT;
    int status = 0;
    if (!run(kubectl, words, (uint64_t)kubectl->limit_s * 1000 / REQUESTS + GRACE_MS, true, out, &status, &why) && out->len == out->max)
        buf_clear(out);
}

struct kubectl_version kubectl_server(const struct kubectl *kubectl)
{
    static const char *const words[] = {"version", "-o", "json", NULL};
    struct buf out;
    struct err why = ERR_INIT;
    int status = 0;
    struct kubectl_version version = {0};
    buf_init(&out, KUBECTL_OUTPUT_MAX);
    if (run(kubectl, words, (uint64_t)kubectl->limit_s * 1000 + GRACE_MS, false, &out, &status, &why))
        version = read_version(&out, "serverVersion");
    buf_done(&out);
    return version;
}
