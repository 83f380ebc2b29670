# shellcheck shell=bash
# What is in the container images: programs of the stage binaries, and files of
# Debian packages. Names and tags are those kubeadm asks for.

# What kubeadm 1.20 asks for (cmd/kubeadm/app/constants of its source).
ETCD_TAG=3.4.13-0
# Debian's nginx 1.22 and busybox 1.35.
NGINX_TAG=1.22
BUSYBOX_TAG=1.35

IMAGE_ENVIRONMENT='"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]'

# contents_make FOLDER WORK: fills and pushes every image.
contents_make() {
	local folder=$1 work=$2 image done=0
	local -a all=(apiserver controller_manager scheduler proxy etcd pause nginx busybox)
	for image in "${all[@]}"; do
		progress "$done" "${#all[@]}" "making images"
		"contents_$image" "$folder" "$work"
		done=$((done + 1))
	done
}

contents_apiserver() {
	contents_program "$1" "$2" kube-apiserver
}

contents_controller_manager() {
	contents_program "$1" "$2" kube-controller-manager
}

contents_scheduler() {
	contents_program "$1" "$2" kube-scheduler
}

# contents_program FOLDER WORK NAME: a static program and nothing else.
contents_program() {
	local folder=$1 work=$2 name=$3 root=$2/roots/$3
	contents_base "$root"
	install -D -m 755 "$(stage_folder binaries)/$name" "$root/usr/local/bin/$name"
	root_runs "$root" "/usr/local/bin/$name" --version
	image_push "$folder" "$work" "$name" "v$KUBE_VERSION" "$root" \
		"{$IMAGE_ENVIRONMENT,\"Entrypoint\":[\"/usr/local/bin/$name\"]}"
	rm -rf "$root"
}

# kube-proxy calls iptables, conntrack and ipset. The nft flavour, as Debian's
# hosts use: rules of kubelet and kube-proxy must be in the same tables.
contents_proxy() {
	local folder=$1 work=$2 root=$2/roots/kube-proxy name
	contents_base "$root"
	contents_packages "$work" "$root" iptables conntrack ipset kmod
	for name in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
		ln -sf xtables-nft-multi "$root/usr/sbin/$name"
	done
	ln -sf kmod "$root/bin/lsmod"
	mkdir -p "$root/sbin"
	ln -sf ../bin/kmod "$root/sbin/modprobe"
	install -D -m 755 "$(stage_folder binaries)/kube-proxy" "$root/usr/local/bin/kube-proxy"
	root_runs "$root" /usr/sbin/iptables --version
	root_runs "$root" /usr/sbin/conntrack --version
	root_runs "$root" /sbin/modprobe --version
	root_runs "$root" /usr/local/bin/kube-proxy --version
	image_push "$folder" "$work" kube-proxy "v$KUBE_VERSION" "$root" \
		"{$IMAGE_ENVIRONMENT,\"Cmd\":[\"/usr/local/bin/kube-proxy\"]}"
	rm -rf "$root"
}

# Debian's etcd 3.4 under the tag of the 3.4 that kubeadm asks for.
contents_etcd() {
	local folder=$1 work=$2 root=$2/roots/etcd unpacked=$2/roots/etcd-unpacked name
	contents_base "$root"
	contents_packages "$work" "$root" libc6
	contents_packages "$work" "$unpacked" etcd-server etcd-client
	for name in etcd etcdctl; do
		install -D -m 755 "$unpacked/usr/bin/$name" "$root/usr/local/bin/$name"
		ETCDCTL_API=3 root_runs "$root" "/usr/local/bin/$name" "$([ "$name" = etcd ] && echo --version || echo version)"
	done
	image_push "$folder" "$work" etcd "$ETCD_TAG" "$root" "{$IMAGE_ENVIRONMENT,\"Cmd\":[\"/usr/local/bin/etcd\"]}"
	rm -rf "$root" "$unpacked"
}

contents_pause() {
	local folder=$1 work=$2 root=$2/roots/pause
	install -D -m 755 "$(stage_folder binaries)/pause" "$root/pause"
	root_runs "$root" /pause -v
	image_push "$folder" "$work" pause "$PAUSE_TAG" "$root" \
		"{$IMAGE_ENVIRONMENT,\"Entrypoint\":[\"/pause\"],\"User\":\"65535:65535\"}"
	rm -rf "$root"
}

# The sample's web server, and the one that serves the repositories (serve.sh).
contents_nginx() {
	local folder=$1 work=$2 root=$2/roots/nginx
	contents_base "$root"
	contents_packages "$work" "$root" libc6 libcrypt1 libpcre2-8-0 libssl3 zlib1g nginx nginx-common
	# What the package's scripts do when it is installed.
	ln -s ../sites-available/default "$root/etc/nginx/sites-enabled/default"
	mkdir -p "$root/var/www/html" "$root/var/lib/nginx" "$root/var/log/nginx"
	cp "$root/usr/share/nginx/html/index.html" "$root/var/www/html/index.nginx-debian.html"
	ln -s /dev/stdout "$root/var/log/nginx/access.log"
	ln -s /dev/stderr "$root/var/log/nginx/error.log"
	root_runs "$root" /usr/sbin/nginx -v
	image_push "$folder" "$work" nginx "$NGINX_TAG" "$root" \
		"{$IMAGE_ENVIRONMENT,\"Cmd\":[\"/usr/sbin/nginx\",\"-g\",\"daemon off;\"],\"ExposedPorts\":{\"80/tcp\":{}},\"StopSignal\":\"SIGQUIT\"}"
}

# For looking at a cluster's network from inside a pod. With the C library, as the
# static flavour could not look up names without it.
contents_busybox() {
	local folder=$1 work=$2 root=$2/roots/busybox applet
	contents_base "$root"
	contents_packages "$work" "$root" libc6 busybox
	root_runs "$root" /bin/busybox true
	for applet in $(chroot_run "$root" /bin/busybox --list); do
		[ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
	done
	image_push "$folder" "$work" busybox "$BUSYBOX_TAG" "$root" "{$IMAGE_ENVIRONMENT,\"Cmd\":[\"sh\"]}"
	rm -rf "$root"
}

# contents_base ROOT: folders and accounts that programs look for.
contents_base() {
	local root=$1
	mkdir -p "$root"/{etc,tmp,run,var/lib,usr/local/bin}
	chmod 1777 "$root/tmp"
	printf 'root:x:0:0:root:/root:/sbin/nologin\nwww-data:x:33:33:www-data:/var/www:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n' >"$root/etc/passwd"
	printf 'root:x:0:\nwww-data:x:33:\nnogroup:x:65534:\n' >"$root/etc/group"
	printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
}

# contents_packages WORK ROOT PACKAGE...: their files, without documentation. When
# libraries of what is named are missing, root_runs shows it.
contents_packages() {
	local work=$1 root=$2 package
	shift 2
	for package; do
		case $package in
		iptables | conntrack | ipset | kmod) apt_closure "$work/closure-$package" "$package" ;;
		*) apt_download "$work/closure-$package" "$package" ;;
		esac
		unpack "$root" "$work/closure-$package"/*.deb
	done
	rm -rf "$root"/usr/share/{doc,man,lintian,bug,info,locale,bash-completion} "$root/usr/lib/systemd" "$root/lib/systemd"
}

# root_runs ROOT COMMAND...: the program starts with what is in ROOT.
root_runs() {
	logged chroot_run "$@"
}

chroot_run() {
	if [ "$(id -u)" = 0 ]; then
		chroot "$@"
	else
		unshare --user --map-root-user chroot "$@"
	fi
}
