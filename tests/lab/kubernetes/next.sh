# shellcheck shell=bash
# Stage next: what a cluster is upgraded to. There is no second release that could be built here, so it is the same programs under another number: each
# "v1.20.2" in them becomes "v1.21.0", which is as long. What differs between two real releases (tables in kubeadm, flags, manifests, APIs) is NOT tried by an
# upgrade to it; what is done with packages, images, drained nodes and static pods is.

KUBE_NEXT_VERSION=1.21.0
KUBE_NEXT_MINOR=1.21
# What the spell's table says for that minor release.
PAUSE_NEXT_TAG=3.4.1
NEXT_REPOSITORY_PATH=core:/stable:/v$KUBE_NEXT_MINOR/deb

stage_next_key() {
	recipe_key next "$(stage_packages_key)" "$(stage_images_key)" @next.sh "$(sha256sum <"$KUBE_CACHE/keys/kwiz-lab.asc" 2>/dev/null)"
}

stage_next_title() {
	echo "making $KUBE_NEXT_VERSION, which is $KUBE_VERSION under another number"
}

# Fills $1 with www/ (a repository of that minor release alone) and registry/ (that of the stage images, and these images).
stage_next_make() {
	local folder=$1 work=$2
	rm -rf "$work/binaries" "$work/tree" "$work/packages" "$work/roots" "$work/layers"
	mkdir -p "$work/binaries" "$work/packages" "$work/roots" "$work/layers"
	next_binaries "$(stage_folder binaries)" "$work/binaries"
	next_packages "$folder" "$work"
	next_images "$folder" "$work"
}

next_binaries() {
	local from=$1 to=$2 command said
	for command in $KUBE_COMMANDS; do
		LC_ALL=C sed "s/v${KUBE_VERSION//./\\.}/v$KUBE_NEXT_VERSION/g" "$from/$command" >"$to/$command"
		chmod 755 "$to/$command"
		case $command in
		kubeadm) said=$("$to/$command" version -o short) ;;
		kubectl) said=$("$to/$command" version --client --short) ;;
		*) said=$("$to/$command" --version) ;;
		esac
		case $said in
		*"v$KUBE_NEXT_VERSION") ;;
		*) die "$command says '$said' and not v$KUBE_NEXT_VERSION" ;;
		esac
	done
	cp -p "$from/pause" "$to/pause"
}

next_packages() {
	local folder=$1 work=$2 www=$1/www/$NEXT_REPOSITORY_PATH
	export SOURCE_DATE_EPOCH=$PACK_EPOCH
	package_tree_kubelet "$work/tree/kubelet" "$work/binaries"
	package_tree_kubeadm "$work/tree/kubeadm" "$work/binaries"
	install -D -m 755 "$work/binaries/kubectl" "$work/tree/kubectl/usr/bin/kubectl"
	package_pack "$work/tree/kubectl" "$work/packages" "$KUBE_NEXT_VERSION-1.1" "command-line client of Kubernetes"
	package_pack "$work/tree/kubelet" "$work/packages" "$KUBE_NEXT_VERSION-1.1" "node agent of Kubernetes" \
		"iptables (>= 1.4.21), kubernetes-cni (>= 0.8.7), iproute2, socat, util-linux, mount, ebtables, ethtool, conntrack"
	package_pack "$work/tree/kubeadm" "$work/packages" "$KUBE_NEXT_VERSION-1.1" "installer of Kubernetes clusters" \
		"kubelet (>= 1.13.0), kubectl (>= 1.13.0), kubernetes-cni (>= 0.8.6), cri-tools (>= 1.13.0)"
	mkdir -p "$www"
	mv "$work/packages"/*.deb "$www/"
	cp -l "$(stage_folder packages)"/cri-tools_*.deb "$(stage_folder packages)"/kubernetes-cni_*.deb "$www/"
	cp "$KUBE_CACHE/keys/kwiz-lab.asc" "$www/Release.key"
	repository_index "$www" . "kwiz lab Kubernetes $KUBE_NEXT_MINOR" ''
	gpg_stop "$KUBE_CACHE/keys"
}

# The functions of contents.sh, with other programs and tags.
next_images() (
	local folder=$1 work=$2 image
	NEXT_BINARIES=$work/binaries
	stage_folder() {
		if [ "$1" = binaries ]; then
			printf '%s\n' "$NEXT_BINARIES"
		else
			printf '%s/%s-%s\n' "$KUBE_CACHE" "$1" "$("stage_${1}_key")"
		fi
	}
	set -e
	apt_setup
	cp -a "$(stage_folder images)/registry" "$folder/registry"
	cp "$(stage_folder images)/images" "$folder/images"
	registry_start "$(stage_folder images)/docker-registry" "$folder/registry" "$work/registry.log"
	trap 'registry_stop; supervised_stop; exit 143' TERM
	trap registry_stop EXIT
	KUBE_VERSION=$KUBE_NEXT_VERSION PAUSE_TAG=$PAUSE_NEXT_TAG
	for image in apiserver controller_manager scheduler proxy pause; do
		"contents_$image" "$folder" "$work"
	done
)
