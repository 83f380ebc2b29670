/* The facts that there are: doc/facts.md, and what probes between hosts and of disks add. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "spell/fact_rule.h"
#include "spell/read.h"
#include "spell/requirement_parts.h"

static const char *const names[] = {
    "clock", "clock.here", "clock.unsure", "clock.synced", "cluster", "os.id", "os.like", "os.version", "os.codename", "os.name", "arch", "kernel", "hostname",
    "hostname.static", "machine_id", "boot_id", "uuid", "init", "virt", "lxd", "lxd.nesting", "lxd.client", "lxd.from", "lxd.right", "lxd.version", "lxd.pool:", "lxd.pool.fit",
    "lxd.ipv4:", "lxd.ipv6:", "lxd.bridge.fit", "lxd.taken", "kmsg", "userns", "cpus", "memory_mb", "memory_free_mb",
    "disk:", "used:", "inodes:", "fs:", "rotational:", "no-answer:", "swap", "swap_mb", "swap.fstab", "swap.zram", "swap.target", "sysctl:",
    "sysctl.writable:", "module:", "module.boot:", "kernel.config:", "cgroup", "cgroup.controllers", "selinux", "selinux.config", "apparmor",
    "apparmor.profile", "apparmor.profiles", "firewall", "firewall.input", "chains", "addr:", "mac:", "mtu:", "iface.default", "gateway",
    "iface.default6", "gateway6", "route", "routes.more", "link:", "nm.unmanaged:", "iptables.mode", "iptables.legacy", "iptables.version",
    "nft.version", "resolv.nameserver", "resolv.search", "resolv.wildcard", "resolv.upstream", "hosts.127", "hostname.address", "resolve:", "listen",
    "listen.udp", "holder:", "holder.udp:", "listeners", "pkg.manager", "pkg.lock", "pkg:", "pkg.held", "pkg.broken", "pkg.interrupted", "repo.dead",
    "repo.kubernetes", "runtime", "runtime.mode:", "runtime.open:", "runtime.version:", "runtime.cri:", "runtime.cgroup:", "kube.version:", "service:",
    "kube.server", "service.enabled:", "path:", "home.kubeconfig", "uid", "root", "sudo.requiretty", "path.sbin", "proxy:", "no-proxy:", "no-proxy.untold:", "tool:", "need-root:",
    /* probes */
    "reach:", "rtt:", "pmtu:", "fsync:", "fetch:", "address:"};

/* Of these the script has a list of its own, so that whatever is not in it would never be known of any host. */
static const char *const listed[] = {"sysctl:",  "sysctl.writable:", "module:", "module.boot:", "kernel.config:",
                                     "service:", "service.enabled:", "tool:",   "kube.version:"};

const char *fact_name_at(size_t index)
{
    return index < sizeof names / sizeof *names ? names[index] : NULL;
}

bool fact_name_check(const struct yaml_reader *reader, const struct yaml_node *node, const char *key)
{
    const char *colon = strchr(key, ':');
    size_t len = colon ? (size_t)(colon - key) + 1 : strlen(key), i = 0, count = sizeof names / sizeof *names;
    while (i < count && (strlen(names[i]) != len || strncmp(names[i], key, len) != 0))
        i++;
    if (i == count) {
        char *nearest = yaml_nearest(key, names, count), *found = yaml_found(node);
        yaml_error(reader, node, _("fact: expected a key of doc/facts.md, found %s%s"), found, nearest);
        free(nearest);
        free(found);
        return false;
    }
    if (strlen(key) > FACT_KEY_MAX || (colon && !colon[1]))
        return yaml_error(reader, node, _("fact: expected a name after \"%s\""), names[i]);
    for (size_t j = 0; j < sizeof listed / sizeof *listed; j++)
        if (strcmp(listed[j], names[i]) == 0 && !requirement_script_names(colon + 1))
            return yaml_error(reader, node, _("fact: no host is asked for \"%s\" (doc/facts.md tells for which)"), key);
    return true;
}
