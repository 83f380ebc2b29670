#!/bin/bash
# Kubernetes for lab hosts, as an internal mirror has it: see README.md.
set -euo pipefail

KUBE_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

for kube_file in versions common apt source build packages mirror repository images contents next certificate serve env; do
	# shellcheck source=/dev/null  # each is checked by itself
	. "$KUBE_DIR/$kube_file.sh"
done

KUBE_STAGES='source binaries packages mirror images repository next'

usage() {
	cat <<-USAGE
		usage: lab kubernetes COMMAND
		  build      make packages, images and repositories, or find them in the cache
		  serve      serve them inside the running lab; does nothing where they are served
		  unserve    end these servers
		  env        print what an installer is told, as shell assignments
		  hook       print the path of what prepares a host for it: lab up --hook FILE
		  packages   print the Debian packages that this machine needs for it
		  prune      remove what earlier recipes left in the cache
	USAGE
}

# Only what is not in every Debian.
packages_print() {
	printf '%s\n' ca-certificates curl dpkg-dev gcc gnupg libc6-dev openssl util-linux
}

build() {
	local name
	if [ "$(origin)" = upstream ]; then
		say "nothing to build: Kubernetes comes from its public package repository"
		return
	fi
	! build_complete || return 0
	cache_lock
	trap_signals
	build_space
	keys_make
	authority_make
	for name in $KUBE_STAGES; do
		stage "$name"
	done
	rm -rf "$KUBE_CACHE/work"
}

build_complete() {
	local name folder
	[ -s "$KUBE_CACHE/keys/kwiz-lab.asc" ] && [ -s "$KUBE_CACHE/ca/kwiz-lab-ca.crt" ] || return 1
	for name in $KUBE_STAGES; do
		folder=$(stage_folder "$name")
		[ -e "$folder/complete" ] || return 1
	done
}

# Compiling needs most: 2.5 GB for a while; what stays is about 1.5 GB.
build_space() {
	local free
	free=$(df --output=avail -k "$KUBE_CACHE" | tail -n 1)
	((free > 5 * 1024 * 1024)) ||
		die "$KUBE_CACHE has $((free / 1024)) MB free, and 5120 MB are needed" \
			"make room, or set KWIZ_CACHE to a folder elsewhere"
}

# Folders of stages that neither the present recipe nor a running lab uses.
prune() {
	local name folder keep=' '
	cache_lock
	for name in $KUBE_STAGES; do
		keep+="$(stage_folder "$name") "
	done
	for folder in "$KUBE_CACHE"/*-????????????{,.new} "$KUBE_CACHE"/work/*; do
		if [ -d "$folder" ] && [[ $keep != *" $folder "* ]] &&
			! grep -rqsF "$folder/" /run/kwiz-lab/*/servers; then
			say "removing $folder"
			rm -rf "$folder"
		fi
	done
}

main() {
	case ${1-} in
	build) build ;;
	serve | unserve)
		serve_as_root "$1"
		"$1"
		;;
	env) env_print ;;
	hook) printf '%s\n' "$KUBE_DIR/host-hook" ;;
	packages) packages_print ;;
	prune) prune ;;
	help | -h | --help) usage ;;
	*)
		usage >&2
		exit 2
		;;
	esac
}

# Not when its functions are tested.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then
	main "$@"
fi
