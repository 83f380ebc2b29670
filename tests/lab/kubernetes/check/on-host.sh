# shellcheck shell=sh
# What check.sh has done on the host, each as root: sh -s STEP, with the settings
# of `lab kubernetes env` before this text. By hand, as in Kubernetes' own
# instructions: nothing here knows that it runs in a lab.
set -eu
export DEBIAN_FRONTEND=noninteractive KUBECONFIG=/etc/kubernetes/admin.conf

step_runtime() {
	apt-get -q=2 update
	apt-get -q=2 -y install --no-install-recommends containerd >/dev/null
	printf 'overlay\nbr_netfilter\n' >/etc/modules-load.d/k8s.conf
	modprobe overlay
	modprobe br_netfilter
	printf 'net.bridge.bridge-nf-call-iptables=1\nnet.ipv4.ip_forward=1\n' >/etc/sysctl.d/99-kubernetes.conf
	sysctl -q -p /etc/sysctl.d/99-kubernetes.conf
	mkdir -p /etc/containerd
	containerd config default >/etc/containerd/config.toml
	sed -i -e 's/SystemdCgroup = false/SystemdCgroup = true/' \
		-e "s#sandbox_image = .*#sandbox_image = \"$PAUSE_IMAGE\"#" \
		-e 's#bin_dir = "/usr/lib/cni"#bin_dir = "/opt/cni/bin"#' /etc/containerd/config.toml
	systemctl restart containerd
}

step_packages() {
	mkdir -p /etc/apt/keyrings
	curl -fsS "$KUBE_REPO_KEY_URL" -o /etc/apt/keyrings/kubernetes.asc
	printf 'deb [signed-by=/etc/apt/keyrings/kubernetes.asc] %s /\n' "$KUBE_REPO_URL" \
		>/etc/apt/sources.list.d/kubernetes.list
	apt-get -q=2 update
	apt-get -q=2 -y install --no-install-recommends \
		"kubelet=$KUBE_VERSION-*" "kubeadm=$KUBE_VERSION-*" "kubectl=$KUBE_VERSION-*" >/dev/null
	apt-mark hold kubelet kubeadm kubectl >/dev/null
	echo KUBELET_EXTRA_ARGS=--cgroup-driver=systemd >/etc/default/kubelet
}

step_images() {
	kubeadm config images list --kubernetes-version "v$KUBE_VERSION" --image-repository "$KUBE_REGISTRY" 2>/dev/null |
		grep -v /coredns: |
		while read -r image; do
			crictl -r unix:///run/containerd/containerd.sock pull "$image" >/dev/null
		done
}

# The registry has no CoreDNS, which the preflight check would pull all the same.
step_init() {
	kubeadm init --kubernetes-version "v$KUBE_VERSION" --image-repository "$KUBE_REGISTRY" \
		--pod-network-cidr 10.244.0.0/16 --apiserver-advertise-address "$ADDRESS" \
		--skip-phases addon/coredns --ignore-preflight-errors ImagePull </dev/null >/root/init.log 2>&1 || {
		cat /root/init.log
		return 1
	}
}

# The controller manager gives the node its range a moment after kubeadm ended.
step_network() {
	tries=60
	until range=$(kubectl get nodes -o 'jsonpath={.items[0].spec.podCIDR}') && [ -n "$range" ]; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || {
			echo 'the node was given no range of pod addresses in 30 s' >&2
			return 1
		}
		sleep 0.5
	done
	mkdir -p /etc/cni/net.d
	cat >/etc/cni/net.d/10-check.conflist <<-CNI
		{"cniVersion": "0.3.1", "name": "check", "plugins": [
		  {"type": "bridge", "bridge": "cni0", "isDefaultGateway": true, "ipMasq": true, "hairpinMode": true,
		   "ipam": {"type": "host-local", "ranges": [[{"subnet": "$range"}]], "dataDir": "/run/cni-ipam"}},
		  {"type": "portmap", "capabilities": {"portMappings": true}}]}
	CNI
	kubectl taint nodes --all node-role.kubernetes.io/master- >/dev/null
}

step_ready() {
	kubectl get nodes | grep -q ' Ready '
}

step_sample() {
	kubectl create deployment nginx --image="$NGINX_IMAGE" >/dev/null
	kubectl create service nodeport nginx --tcp=80:80 --node-port=30080 >/dev/null
}

# A pod reaches the sample by its cluster address: kube-proxy's rules work. (Without
# -T, at which Debian's wget of busybox crashes.)
step_inside() {
	cluster_ip=$(kubectl get service nginx -o 'jsonpath={.spec.clusterIP}')
	kubectl run inside --image="$BUSYBOX_IMAGE" --restart=Never --command -- \
		wget -q -O - "http://$cluster_ip/" >/dev/null
	tries=60
	until [ "$(kubectl get pod inside -o 'jsonpath={.status.phase}')" = Succeeded ]; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || {
			kubectl describe pod inside
			return 1
		}
		sleep 1
	done
	kubectl logs inside | grep -q 'Welcome to nginx'
	kubectl exec deployment/nginx -- /usr/sbin/nginx -v 2>&1 | grep -q 'nginx version'
	# Of a privileged pod.
	kubectl -n kube-system exec daemonset/kube-proxy -- iptables --version | grep -q nf_tables
}

step_reset() {
	kubeadm reset --force </dev/null >/root/reset.log 2>&1 || {
		cat /root/reset.log
		return 1
	}
	[ -z "$(crictl pods -q)" ]
}

step_show() {
	kubectl get nodes -o wide
	kubectl get pods -A -o wide
}

step_trouble() {
	journalctl --no-pager -q -n 25 -u kubelet -u containerd | cut -c1-300
	crictl pods
	crictl ps -a
	for container in $(crictl ps -a -q --state exited); do
		echo "exited container $container:"
		crictl logs --tail 5 "$container" 2>&1
	done
}

"step_$1"
