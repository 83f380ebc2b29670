# shellcheck shell=bash
# Stage source: Debian's source package of Kubernetes and the Go toolchain to
# build it with, as downloaded.

stage_source_key() {
	recipe_key source "$APT_SUITE" @source.sh @versions.sh
}

stage_source_title() {
	echo "fetching Debian's source package of Kubernetes $KUBE_VERSION and Go (about 120 MB)"
}

# Fills $1 with: the source package, packages/*.deb
stage_source_make() {
	local folder=$1 version
	need dpkg-source dpkg-dev
	apt_setup
	version=$(source_version)
	[ -n "$version" ] || apt_unreachable "the source package kubernetes $KUBE_VERSION"
	(
		cd "$folder"
		logged apt-get --quiet=2 source --download-only "kubernetes=$version"
	) || apt_unreachable "the source package kubernetes $version"
	# shellcheck disable=SC2086  # a list of words
	apt_download "$folder/packages" $GO_PACKAGES $REFLECT2_PACKAGE
	printf '%s\n' "$version" >"$folder/version"
}

# source_version: the newest Debian version of the release we build, or nothing.
source_version() {
	local version
	apt-cache showsrc --only-source kubernetes 2>/dev/null |
		sed -n 's/^Version: //p' | sort -V |
		while read -r version; do
			# shellcheck disable=SC2254  # a pattern on purpose
			case $version in
			$KUBE_SOURCE_PATTERN) printf '%s\n' "$version" ;;
			esac
		done | tail -n 1
}
