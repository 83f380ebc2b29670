# shellcheck shell=bash
# Stage packages: kubeadm, kubelet, kubectl, cri-tools and kubernetes-cni as .deb
# files, with names, dependencies and paths of the ones that Kubernetes publishes.

# The form of pkgs.k8s.io: version, packaging revision.
KUBE_PACKAGE_VERSION=$KUBE_VERSION-1.1
CRI_TOOLS_PACKAGE_VERSION=1.20.0-1.1
CNI_PACKAGE_VERSION=1.1.1-1.1

stage_packages_key() {
	recipe_key packages "$(stage_binaries_key)" @packages.sh @versions.sh \
		@package/kubelet.service @package/10-kubeadm.conf \
		@package/kubelet.postinst @package/kubelet.prerm @package/kubelet.postrm
}

stage_packages_title() {
	echo "making the packages kubeadm kubelet kubectl cri-tools kubernetes-cni"
}

# Fills $1 with *.deb.
stage_packages_make() {
	local folder=$1 work=$2 binaries tree
	need dpkg-deb dpkg
	binaries=$(stage_folder binaries)
	export SOURCE_DATE_EPOCH=$PACK_EPOCH
	rm -rf "$work/tree"
	tree=$work/tree

	package_tree_kubelet "$tree/kubelet" "$binaries"
	package_tree_kubeadm "$tree/kubeadm" "$binaries"
	install -D -m 755 "$binaries/kubectl" "$tree/kubectl/usr/bin/kubectl"
	install -D -m 755 "$binaries/crictl" "$tree/cri-tools/usr/bin/crictl"
	package_tree_cni "$tree/kubernetes-cni" "$work"

	package_pack "$tree/kubectl" "$folder" "$KUBE_PACKAGE_VERSION" \
		"command-line client of Kubernetes"
	package_pack "$tree/kubelet" "$folder" "$KUBE_PACKAGE_VERSION" \
		"node agent of Kubernetes" \
		"iptables (>= 1.4.21), kubernetes-cni (>= 0.8.7), iproute2, socat, util-linux, mount, ebtables, ethtool, conntrack"
	package_pack "$tree/kubeadm" "$folder" "$KUBE_PACKAGE_VERSION" \
		"installer of Kubernetes clusters" \
		"kubelet (>= 1.13.0), kubectl (>= 1.13.0), kubernetes-cni (>= 0.8.6), cri-tools (>= 1.13.0)"
	package_pack "$tree/cri-tools" "$folder" "$CRI_TOOLS_PACKAGE_VERSION" \
		"client of the Container Runtime Interface"
	package_pack "$tree/kubernetes-cni" "$folder" "$CNI_PACKAGE_VERSION" \
		"network plugins for Kubernetes"
}

package_tree_kubelet() {
	local tree=$1 binaries=$2 script
	install -D -m 755 "$binaries/kubelet" "$tree/usr/bin/kubelet"
	install -D -m 644 "$KUBE_DIR/package/kubelet.service" "$tree/lib/systemd/system/kubelet.service"
	mkdir -p "$tree/etc/kubernetes/manifests" "$tree/var/lib/kubelet"
	for script in postinst prerm postrm; do
		install -D -m 755 "$KUBE_DIR/package/kubelet.$script" "$tree/DEBIAN/$script"
	done
}

package_tree_kubeadm() {
	local tree=$1 binaries=$2 file=etc/systemd/system/kubelet.service.d/10-kubeadm.conf
	install -D -m 755 "$binaries/kubeadm" "$tree/usr/bin/kubeadm"
	install -D -m 644 "$KUBE_DIR/package/10-kubeadm.conf" "$tree/$file"
	mkdir -p "$tree/DEBIAN"
	printf '/%s\n' "$file" >"$tree/DEBIAN/conffiles"
}

# The plugins are Debian's, at the place where Kubernetes' own package has them.
package_tree_cni() {
	local tree=$1 work=$2
	apt_setup
	rm -rf "$work/cni-packages" "$work/cni"
	apt_download "$work/cni-packages" containernetworking-plugins
	unpack "$work/cni" "$work"/cni-packages/*.deb
	mkdir -p "$tree/opt/cni/bin" "$tree/etc/cni/net.d"
	cp -a "$work"/cni/usr/lib/cni/* "$tree/opt/cni/bin/"
	[ -x "$tree/opt/cni/bin/bridge" ] || die "Debian's containernetworking-plugins has no plugin 'bridge'"
}

# package_pack TREE FOLDER VERSION SUMMARY [DEPENDS]
package_pack() {
	local tree=$1 folder=$2 version=$3 summary=$4 depends=${5-} name=${1##*/}
	mkdir -p "$tree/DEBIAN"
	{
		printf 'Package: %s\nVersion: %s\n' "$name" "$version"
		printf 'Architecture: %s\n' "$(dpkg --print-architecture)"
		printf 'Maintainer: kwiz lab <lab@kwiz.invalid>\n'
		printf 'Installed-Size: %s\n' "$(du -sk --apparent-size "$tree" | cut -f1)"
		[ -z "$depends" ] || printf 'Depends: %s\n' "$depends"
		printf 'Section: misc\nPriority: optional\n'
		printf 'Homepage: https://kubernetes.io\n'
		printf 'Description: %s\n' "$summary"
		printf ' Made on this machine for throwaway test hosts, from Debian source.\n'
	} >"$tree/DEBIAN/control"
	# gzip: xz would take minutes for the size of these programs.
	logged dpkg-deb --root-owner-group -Zgzip --build "$tree" "$folder"
}
