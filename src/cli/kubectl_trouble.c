#include "cli/kubectl_trouble.h"

#include <stddef.h>
#include <string.h>

#include "base/i18n.h"

/* A message is known by `text`, and by `too` where that alone says too little. The first row that fits counts, so what is more exact stands above:
 * kubectl tells of a refused proxy, too, that "the connection to the server was refused". Texts are those of client-go (tools/clientcmd, rest), kubectl
 * (pkg/cmd/util, CheckErr) and Go's crypto/x509, crypto/tls, net and net/http. */
static const struct {
    const char *text, *too;
    struct kubectl_trouble trouble;
} rows[] = {
    {"proxyconnect", NULL,
     {"proxy", N_("the proxy that stands before the cluster does not answer or refuses"),
      N_("Look at HTTPS_PROXY, NO_PROXY and the cluster's proxy-url: add the server's address to NO_PROXY where no proxy is wanted."), false, false}},
    {"Proxy Authentication Required", NULL,
     {"proxy", N_("a proxy wants a name and a password"), N_("Add the server's address to NO_PROXY, or put the proxy's credentials into HTTPS_PROXY."), false, false}},
    {"<html", NULL,
     {"proxy", N_("what answers is a web page, not Kubernetes: a proxy, a portal or another server"),
      N_("Look at the server's address and port, and at HTTPS_PROXY and NO_PROXY."), false, false}},
    {"certificate signed by unknown authority", NULL,
     {"authority", N_("the server's certificate is from an authority that the kubeconfig does not have"),
      N_("The cluster was installed anew, or another machine answers at that address. Fetch the kubeconfig anew from a control plane "
         "(/etc/kubernetes/admin.conf); do not switch verifying off."), false, false}},
    {"x509: certificate has expired", "is before",
     {"early", N_("the server's certificate is not valid yet: this machine's clock or the server's is wrong"),
      N_("Compare date -u on both, and set the clock that is wrong."), false, false}},
    {"certificate has expired or is not yet valid", NULL,
     {"expired", N_("the server's certificate has expired, or this machine's clock is ahead"),
      N_("Compare the clocks (date -u). Then renew the certificates: kwiz action renew-certificates, or kubeadm certs renew all on each control plane."),
      false, false}},
    {"x509: certificate is valid for", NULL,
     {"name", N_("the server's certificate does not have the name or address it is asked by"),
      N_("Put one that it has into the kubeconfig (kubectl config set-cluster NAME --server=..., or tls-server-name), or add yours to the API server's "
         "certificate (kwiz: api_extra_names; kubeadm: certSANs)."), false, false}},
    {"x509: cannot validate certificate for", NULL,
     {"name", N_("the server's certificate does not have the address it is asked by"),
      N_("Ask it by a name that the certificate has, or add the address to it (kwiz: api_extra_names; kubeadm: certSANs)."), false, false}},
    {"x509: certificate is not valid for any names", NULL,
     {"name", N_("the server's certificate has no name at all"), N_("Is that port the API server's? Another server may be there."), false, false}},
    {"legacy Common Name field", NULL,
     {"name", N_("the server's certificate has its name in the old place (Common Name) only"),
      N_("Have it made anew with subject alternative names."), false, false}},
    {"tls: expired certificate", NULL,
     {"credentials", N_("the server says that the client certificate has expired"),
      N_("Renew it (kwiz action renew-certificates; kubeadm certs renew admin.conf), and fetch the kubeconfig anew. Or is a clock wrong?"), true, false}},
    {"remote error: tls: ", NULL,
     {"credentials", N_("the server does not take the client certificate"), N_("It is from another cluster: fetch the kubeconfig anew from a control plane."),
      true, false}},
    {"private key does not match public key", NULL,
     {"kubeconfig", N_("client certificate and key do not belong together"), N_("Fetch the kubeconfig anew from a control plane."), false, true}},
    {"x509: ", NULL,
     {"authority", N_("the server's certificate can't be verified"), N_("Fetch the kubeconfig anew from a control plane; do not switch verifying off."), false,
      false}},
    {"server gave HTTP response to HTTPS client", NULL,
     {"plain", N_("what answers speaks HTTP and not HTTPS"), N_("That port is not the API server's (6443 by default), or the server's address must begin with http://."),
      false, false}},
    {"first record does not look like a TLS handshake", NULL,
     {"plain", N_("what answers does not speak TLS"), N_("That port is not the API server's (6443 by default): look at the server's address."), false, false}},
    {"HTTP request to an HTTPS server", NULL,
     {"plain", N_("the server wants HTTPS"), N_("Write https:// before the server's address: kubectl config set-cluster NAME --server=https://..."), false, true}},
    {"the server rejected our request for an unknown reason", NULL,
     {"plain", N_("the server wants HTTPS"), N_("Write https:// before the server's address: kubectl config set-cluster NAME --server=https://..."), false, true}},
    {"TLS handshake timeout", NULL,
     {"handshake", N_("something accepts connections, but does not go on"),
      N_("An API server that is overloaded or just starting, a load balancer without a living control plane, a proxy, or packets that are too large for the "
         "way (VPN: a smaller MTU). Try again in a minute; then look at the control plane: crictl ps, journalctl -u kubelet."), false, false}},
    {"localhost:8080", "refused",
     {"unconfigured", N_("kubectl has no kubeconfig: it asks localhost:8080, where nothing is"),
      N_("Name the kubeconfig (KUBECONFIG=FILE, or --kubeconfig FILE) or write it to ~/.kube/config. With sudo it is root's: /root/.kube/config."), false,
      true}},
    {"was refused - did you specify the right host or port", NULL,
     {"refused", N_("the host is there, but nothing listens on that port"),
      N_("The API server does not run, or the port is wrong. On the control plane: systemctl status kubelet, crictl ps -a, journalctl -u kubelet. Swap that is "
         "on again, a full disk and expired certificates are what usually stops it; a firewall may refuse, too."), false, false}},
    {"connection refused", NULL,
     {"refused", N_("the host is there, but nothing listens on that port"),
      N_("The API server does not run, or the port is wrong. On the control plane: systemctl status kubelet, crictl ps -a."), false, false}},
    {"no such host", NULL,
     {"dns", N_("the server's name leads to no address"), N_("Look at the name (server:), at DNS, and at /etc/hosts; is a VPN wanted?"), false, false}},
    {"Temporary failure in name resolution", NULL,
     {"dns", N_("this machine's name server does not answer"), N_("Look at /etc/resolv.conf and the network; is a VPN wanted?"), false, false}},
    {"server misbehaving", NULL,
     {"dns", N_("this machine's name server gives no answer for the server's name"), N_("Look at /etc/resolv.conf; is a VPN wanted?"), false, false}},
    {"no route to host", NULL,
     {"route", N_("there is no way to the host, or it is switched off"), N_("Is it up? Is this machine in its network, or is a VPN wanted? A firewall may say so, too."),
      false, false}},
    {"network is unreachable", NULL,
     {"route", N_("this machine has no way into the server's network"), N_("Look at the network (ip route); is a VPN wanted?"), false, false}},
    {"i/o timeout", NULL,
     {"timeout", N_("nobody answers at that address"),
      N_("The host is down, the address is another now, or a firewall drops what is sent: try ping and nc -zv HOST PORT, then the cloud's or host's rules."),
      false, false}},
    {"connection timed out", NULL,
     {"timeout", N_("nobody answers at that address"), N_("The host is down, the address is another now, or a firewall drops what is sent."), false, false}},
    {"while waiting for connection", NULL,
     {"timeout", N_("nobody answers at that address"), N_("The host is down, the address is another now, or a firewall drops what is sent."), false, false}},
    {"unable to return a response in the time allotted", NULL,
     {"timeout", N_("the server did not answer in time"), N_("It is overloaded: look at its load, and at the disk under etcd."), true, false}},
    {"connection reset by peer", NULL,
     {"cut", N_("the connection is cut by the server or by something on the way"),
      N_("A load balancer without a living control plane, or a firewall. Ask a control plane at its own address."), false, false}},
    {"Unauthorized", NULL,
     {"unauthorized", N_("the cluster answers, but does not know these credentials"),
      N_("Token or certificate have expired, were withdrawn, or are of another cluster: fetch the kubeconfig anew, or log in anew."), true, false}},
    {"asked for the client to provide credentials", NULL,
     {"unauthorized", N_("the cluster answers, but does not know these credentials"),
      N_("Token or certificate have expired, were withdrawn, or are of another cluster: fetch the kubeconfig anew, or log in anew."), true, false}},
    {"(Forbidden)", NULL,
     {"forbidden", N_("the cluster answers and knows the user, who may not look at kube-system"),
      N_("For a user with few rights this is as it should be; try kubectl auth can-i --list. Else an administrator must give rights (RBAC)."), true, false}},
    {"forbidden: ", NULL,
     {"forbidden", N_("the cluster answers, but the user may not do this"), N_("An administrator must give rights (RBAC): kubectl auth can-i --list."), true, false}},
    {"could not find the requested resource", NULL,
     {"other", N_("what answers is not the API of Kubernetes, or of a release that is much older or newer"),
      N_("Look at the server's address and port, and at the release of kubectl."), true, false}},
    {"the server doesn't have a resource type", NULL,
     {"other", N_("what answers is not the API of Kubernetes"), N_("Look at the server's address and port."), true, false}},
    {"etcdserver:", NULL,
     {"server", N_("the API server answers, but etcd does not"),
      N_("Look at etcd on the control planes: more than half of them must live, and its disk must not be full or slow (kwiz verify)."), true, false}},
    {"currently unable to handle the request", NULL,
     {"server", N_("the API server answers, but can't work at present"), N_("It is starting or overloaded, or an add-on's API is down: kubectl get apiservices."), true,
      false}},
    {"(InternalError)", NULL,
     {"server", N_("the API server has trouble of its own"), N_("Look at its log on the control plane: crictl logs of kube-apiserver."), true, false}},
    {"error loading config file", NULL,
     {"kubeconfig", N_("kubectl can't read the kubeconfig"), N_("The line below says where. Mend it, or fetch the kubeconfig anew."), false, true}},
    {"does not exist", "context",
     {"kubeconfig", N_("there is no such context"), N_("Those that are there: kubectl config get-contexts."), false, true}},
    {"invalid configuration", NULL,
     {"kubeconfig", N_("kubectl finds the kubeconfig not complete"), N_("The line below says what is missing. Fetch the kubeconfig anew from a control plane."), false,
      true}},
    {"unable to read client-", NULL,
     {"kubeconfig", N_("a file that the kubeconfig names can't be read"), N_("Fetch the kubeconfig anew, with its files."), false, true}},
    {"executable", "not found",
     {"program", N_("the program that is to get the credentials is not there"), N_("Install it: the line below names it."), false, false}},
    {"getting credentials", NULL,
     {"program", N_("the program that is to get the credentials failed"), N_("Run it by hand, and log in anew with what it belongs to."), false, false}},
    {"o Auth Provider found", NULL,
     {"program", N_("this kubectl no longer knows the kubeconfig's way of logging in"), N_("Fetch the kubeconfig anew: auth-provider gave way to exec."), false, true}},
    {"EOF", NULL,
     {"cut", N_("the connection is closed before there is an answer"),
      N_("A load balancer without a living control plane, or not an API server at all. Ask a control plane at its own address."), false, false}},
    /* last: kubectl may tell after it what came of an attempt before */
    {"Client.Timeout exceeded", NULL,
     {"timeout", N_("there was no answer in time"),
      N_("The host is down, the address is another now, a firewall drops what is sent, or the server is overloaded. Try again, with a greater --timeout."), false,
      false}},
    {"context deadline exceeded", NULL,
     {"timeout", N_("there was no answer in time"),
      N_("The host is down, the address is another now, a firewall drops what is sent, or the server is overloaded. Try again, with a greater --timeout."), false,
      false}},
};

static const struct kubectl_trouble unknown = {"unknown", N_("kubectl failed for a reason that kwiz does not know"),
                                               N_("The lines below are kubectl's. kubectl cluster-info -v=6 tells more."), false, false};
static const struct kubectl_trouble hang = {"hangs", N_("kubectl did not end within its time and was stopped"),
                                            N_("A program that gets the credentials waits for something, or nobody answers. kubectl cluster-info -v=6 tells more."), false,
                                            false};

static const struct kubectl_trouble *find(const char *output, const struct kubectl_trouble *otherwise)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strstr(output, rows[i].text) && (!rows[i].too || strstr(output, rows[i].too)))
            return &rows[i].trouble;
    return otherwise;
}

const struct kubectl_trouble *kubectl_trouble_of(const char *output)
{
    return find(output, &unknown);
}

const struct kubectl_trouble *kubectl_trouble_hang(const char *output)
{
    return find(output, &hang);
}
