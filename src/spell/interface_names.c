#include "spell/interface_names.h"

#include <stddef.h>
#include <string.h>

static bool begins_with_any(const char *name, const char *const *prefixes)
{
    for (size_t i = 0; prefixes[i]; i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

/* By the documentation and sources of kube-proxy, NodeLocal DNSCache, Flannel, Calico, Cilium, Weave, kube-router, Antrea, OVN and Open vSwitch. */
bool interface_is_of_cluster(const char *name)
{
    static const char *const prefixes[] = {"kube-",   "nodelocaldns", "cni",     "cbr",   "flannel", "cali",    "vxlan.calico", "vxlan-v6.calico", "tunl",
                                           "wireguard.cali", "wg-v6.cali", "egress.calico", "cilium_", "weave", "vethwe", "antrea-", "ovn-", "genev_sys",
                                           "vxlan_sys", NULL};
    return begins_with_any(name, prefixes);
}

bool interface_is_inside(const char *name)
{
    static const char *const prefixes[] = {"docker", "podman", "virbr", "lxdbr", "incusbr", "lxcbr", NULL};
    /* a network that was made in Docker is br- with 12 digits; other bridges may have that beginning as well */
    bool is_of_docker = strncmp(name, "br-", 3) == 0 && strlen(name) == 15 && strspn(name + 3, "0123456789abcdef") == 12;
    return is_of_docker || begins_with_any(name, prefixes);
}
