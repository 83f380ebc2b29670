/* The script that measures; the text of spells/lib/facts is built in, as spells may come from anywhere. */
#include "spell/requirement_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "spell/download.h"
#include "spell/spell.h"

#include "spell/facts_sh.h"

/* Where clusters keep what grows. */
static const char *const usual_disks[] = {"/", "/var/lib", "/var/lib/etcd", "/var/lib/kubelet", "/var/lib/containerd", "/var/lib/docker",
                                          "/var/lib/containers", "/var/log", "/tmp"};
/* What another installation leaves. */
static const char *const usual_paths[] = {
    "/etc/kubernetes", "/etc/kubernetes/admin.conf", "/etc/kubernetes/kubelet.conf", "/etc/kubernetes/bootstrap-kubelet.conf",
    "/etc/kubernetes/controller-manager.conf", "/etc/kubernetes/scheduler.conf", "/etc/kubernetes/pki", "/etc/kubernetes/pki/ca.crt",
    "/etc/kubernetes/manifests", "/etc/kubernetes/manifests/kube-apiserver.yaml", "/etc/kubernetes/manifests/kube-controller-manager.yaml",
    "/etc/kubernetes/manifests/kube-scheduler.yaml", "/etc/kubernetes/manifests/etcd.yaml", "/var/lib/etcd", "/var/lib/kubelet",
    "/etc/cni/net.d", "/opt/cni/bin", "/etc/rancher", "/var/lib/rancher/k3s", "/var/lib/rancher/rke2", "/var/lib/k0s", "/var/snap/microk8s"};

static void add(struct strv *list, const char *path)
{
    if (!strv_has(list, path))
        strv_add(list, path);
}

/* What measures of their own kind want to know, and downloads that may be needless. */
static void add_wanted(const struct spell *spell, struct strv *disks, struct strv *paths)
{
    struct strv more_disks = {0}, more_paths = {0};
    for (size_t i = 0; i < spell->requirement_count; i++)
        if (spell->requirements[i].ops && spell->requirements[i].ops->wants)
            spell->requirements[i].ops->wants(&spell->requirements[i], &more_disks, &more_paths);
    for (size_t i = 0; i < spell->step_count; i++)
        downloads_want(&spell->steps[i], &more_disks, &more_paths);
    for (size_t i = 0; i < more_disks.count; i++)
        add(disks, more_disks.items[i]);
    for (size_t i = 0; i < more_paths.count; i++)
        add(paths, more_paths.items[i]);
    strv_done(&more_disks);
    strv_done(&more_paths);
}

bool requirement_script_names(const char *word)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    size_t len = strlen(word);
    for (const char *at = len ? strstr(facts_sh, word) : NULL; at; at = strstr(at + 1, word))
        if ((at == facts_sh || !strchr(letters, at[-1])) && (!at[len] || !strchr(letters, at[len])))
            return true;
    return false;
}

char *requirement_script(const struct spell *spell, const struct fleet *fleet)
{
    struct strv disks = {0}, paths = {0}, names = {0};
    for (size_t i = 0; i < sizeof usual_disks / sizeof *usual_disks; i++)
        add(&disks, usual_disks[i]);
    for (size_t i = 0; i < sizeof usual_paths / sizeof *usual_paths; i++)
        add(&paths, usual_paths[i]);
    for (size_t i = 0; i < spell->requirement_count; i++) {
        const struct requirement *r = &spell->requirements[i];
        if (r->measure == MEASURE_DISK)
            add(&disks, r->path);
        for (size_t j = 0; j < r->paths.count; j++)
            add(&paths, r->paths.items[j]);
    }
    add_wanted(spell, &disks, &paths);
    for (size_t i = 0; fleet && i < fleet->count; i++)
        strv_add(&names, fleet->items[i].name);
    /* requirement_read() let no character through that means anything to a shell, and names of hosts are labels */
    char *all_disks = strv_join(&disks, " "), *all_paths = strv_join(&paths, " "), *all_names = strv_join(&names, " ");
    char *script = mem_printf("kwiz_disks='%s'\nkwiz_paths='%s'\nkwiz_names='%s'\n%s", all_disks, all_paths, all_names, facts_sh);
    free(all_disks);
    free(all_paths);
    free(all_names);
    strv_done(&disks);
    strv_done(&paths);
    strv_done(&names);
    return script;
}
