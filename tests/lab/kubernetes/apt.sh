# shellcheck shell=bash
# Debian's packages and sources through this machine's own apt configuration,
# without touching it: a private copy of its sources (with sources turned on), and
# private lists, archives and package status. Nothing is installed anywhere.

# apt_setup FOLDER: makes the private configuration in FOLDER and exports
# APT_CONFIG. FOLDER/empty-status is a machine with nothing installed, so what apt
# would install there is a complete set.
apt_setup() {
	local folder=$1
	need apt-get apt
	mkdir -p "$folder"/{parts,lists/partial,cache/archives/partial}
	: >"$folder/empty-status"
	apt_copy_sources "$folder/parts"
	{
		# What the machine's files say (proxy, credentials, preferences), less
		# what they run; then our own folders.
		apt-config dump | grep -Ev -e Invoke -e Pre-Install-Pkgs -e '^Dir::(State|Cache|Etc)' -e '^DPkg::'
		cat <<-CONFIGURATION
			Dir::State "$folder";
			Dir::State::lists "$folder/lists/";
			Dir::State::status "$folder/empty-status";
			Dir::Cache "$folder/cache";
			Dir::Cache::archives "archives/";
			Dir::Etc "/etc/apt";
			Dir::Etc::main "/dev/null";
			Dir::Etc::parts "/dev/null";
			Dir::Etc::sourcelist "/dev/null";
			Dir::Etc::sourceparts "$folder/parts";
			APT::Sandbox::User "";
			APT::Get::List-Cleanup "true";
			Acquire::Retries "3";
			Acquire::http::Timeout "30";
			Acquire::https::Timeout "30";
			Acquire::Languages "none";
		CONFIGURATION
	} >"$folder/apt.conf"
	export APT_CONFIG=$folder/apt.conf
}

# apt_copy_sources FOLDER: the machine's sources with deb-src beside every deb.
apt_copy_sources() {
	local folder=$1 etc list parts file
	eval "$(apt-config shell etc Dir::Etc/d list Dir::Etc::sourcelist/f parts Dir::Etc::sourceparts/d)"
	: "${etc:=/etc/apt/}"
	rm -f "$folder"/*
	for file in "$list" "$parts"/*.list; do
		[ -f "$file" ] || continue
		awk '/^[ \t]*deb[ \t]/ { print; sub(/deb/, "deb-src"); print }' \
			"$file" >"$folder/${file##*/}"
	done
	for file in "$parts"/*.sources; do
		[ -f "$file" ] || continue
		sed -E 's/^[Tt]ypes:.*/Types: deb deb-src/' "$file" >"$folder/${file##*/}"
	done
}

# apt_update: fetches the lists. A repository that can't be reached is no failure
# as such: whether what is needed is there is looked at afterwards.
apt_update() {
	logged apt-get --quiet=2 update || true
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
