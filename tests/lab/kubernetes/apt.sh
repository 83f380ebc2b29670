# shellcheck shell=bash
# Debian's packages and sources through this machine's own apt configuration,
# without touching it: its mirrors, proxies and credentials, but private sources,
# lists, archives and package status. Nothing is installed anywhere.

# What lab hosts are made of, whatever Debian this machine has.
APT_SUITE=bookworm
APT_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# apt_setup: exports APT_CONFIG with a private configuration and fetches the lists,
# at most once an hour. A machine with nothing installed is what apt sees, so what
# it would install is a complete set.
apt_setup() {
	local folder=$KUBE_CACHE/work/apt
	need apt-get apt
	if [ ! -e "$folder/sources.list" ] || [ -z "$(find "$folder/updated" -mmin -60 2>/dev/null)" ]; then
		rm -rf "$folder"
		mkdir -p "$folder"/{parts,lists/partial,cache/archives/partial}
		: >"$folder/empty-status"
		apt_options "$folder" >"$folder/apt.conf"
		apt_sources "$folder" >"$folder/sources.new"
		rm -f "$folder/parts"/*
		mv "$folder/sources.new" "$folder/sources.list"
		# A mirror that can't be reached is no failure as such: whether what is
		# needed is there is looked at afterwards.
		APT_CONFIG=$folder/apt.conf logged apt-get --quiet=2 update || true
		: >"$folder/updated"
	fi
	export APT_CONFIG=$folder/apt.conf
}

# apt_options FOLDER: what the machine says about fetching, then our own folders.
apt_options() {
	local folder=$1
	apt-config dump | grep -E '^(Acquire|APT::Architecture)' |
		grep -Ev '^Acquire::(IndexTargets|Changelogs|Languages|CompressionTypes|cdrom|GzipIndexes)' || true
	cat <<-CONFIGURATION
		Dir::State "$folder";
		Dir::State::lists "$folder/lists/";
		Dir::State::status "$folder/empty-status";
		Dir::Cache "$folder/cache";
		Dir::Cache::archives "archives/";
		Dir::Etc "/etc/apt";
		Dir::Etc::main "/dev/null";
		Dir::Etc::parts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		Dir::Etc::sourcelist "$folder/sources.list";
		Dir::Etc::sourceparts "$folder/parts";
		APT::Sandbox::User "";
		Acquire::Retries "3";
		Acquire::http::Timeout "30";
		Acquire::https::Timeout "30";
		Acquire::Languages "none";
	CONFIGURATION
}

# apt_sources FOLDER: the machine's mirrors of Debian, with the suite we need, as
# binaries and sources. KWIZ_LAB_MIRROR ("deb URI bookworm main") overrides them.
apt_sources() {
	local folder=$1 mirrors uri suite signed=
	[ ! -e "$APT_KEYRING" ] || signed=" [signed-by=$APT_KEYRING]"
	if [ -n "${KWIZ_LAB_MIRROR-}" ]; then
		printf '%s\n' "$KWIZ_LAB_MIRROR" "${KWIZ_LAB_MIRROR/#deb/deb-src}"
		return
	fi
	mirrors=$(apt_mirrors)
	if [ -z "$mirrors" ]; then
		# Without lists apt does not know whose its sources are: fetch our own.
		apt_copy_sources "$folder/parts"
		: >"$folder/sources.list"
		APT_CONFIG=$folder/apt.conf logged apt-get --quiet=2 update || true
		mirrors=$(APT_CONFIG=$folder/apt.conf apt_mirrors)
	fi
	[ -n "$mirrors" ] || apt_unreachable "Debian"
	while read -r uri suite; do
		printf 'deb%s %s %s main\ndeb-src%s %s %s main\n' "$signed" "$uri" "$suite" "$signed" "$uri" "$suite"
	done <<<"$mirrors"
}

# apt_mirrors: "URI SUITE" of the Debian sources that apt is configured with.
apt_mirrors() {
	local codename uri component suite
	# shellcheck disable=SC2016  # apt replaces them
	apt-get indextargets --format '$(CODENAME) $(REPO_URI) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' |
		while read -r codename uri component; do
			# bookworm, trixie-security, sid ...: keep what follows the name.
			suite=$APT_SUITE
			case $codename in
			*-backports* | *-proposed-updates) continue ;;
			*-*) suite+=-${codename#*-} ;;
			esac
			[ "$component" != main ] || printf '%s %s\n' "$uri" "$suite"
		done | LC_ALL=C sort -u
}

# apt_copy_sources FOLDER: the machine's own sources.
apt_copy_sources() {
	local folder=$1 list parts file
	eval "$(apt-config shell list Dir::Etc::sourcelist/f parts Dir::Etc::sourceparts/d)"
	for file in "${list:-/etc/apt/sources.list}" "${parts:-/etc/apt/sources.list.d}"/*.{list,sources}; do
		[ ! -f "$file" ] || cp "$file" "$folder/"
	done
}

# apt_unreachable WHAT: ends, since WHAT is not to be had.
apt_unreachable() {
	die "$1 is not to be had through this machine's apt configuration" \
		"Kubernetes $KUBE_VERSION for the lab is built from packages of Debian 12 (bookworm, main)." \
		"Look at: /etc/apt/sources.list and /etc/apt/sources.list.d, the network, and a proxy if there is one." \
		"Where the public package repository of Kubernetes is reachable, KWIZ_LAB_KUBERNETES=upstream needs none of this."
}

# apt_download FOLDER PACKAGE...: these packages and no others, into FOLDER.
apt_download() {
	local folder=$1 package
	shift
	mkdir -p "$folder"
	for package; do
		if ! (cd "$folder" && logged apt-get --quiet=2 download "$package"); then
			apt_unreachable "the package $package"
		fi
	done
}

# apt_closure FOLDER PACKAGE: this package and all it depends on, as on an empty
# machine, into FOLDER. What is there already is not fetched again.
apt_closure() {
	local folder=$1 package=$2
	mkdir -p "$folder/partial"
	if ! logged apt-get --quiet=2 --yes --no-install-recommends --download-only \
		-o "Dir::Cache::archives=$folder/" install "$package"; then
		apt_unreachable "the package $package, or one that it depends on"
	fi
}

# unpack FOLDER PACKAGE-FILE...: their files into FOLDER, without installing.
unpack() {
	local folder=$1 file
	shift
	mkdir -p "$folder"
	for file; do
		logged dpkg-deb --extract "$file" "$folder"
	done
}
