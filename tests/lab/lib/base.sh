# shellcheck shell=bash
# The root file system that all hosts share (the lowest layer of their overlays): made once with mmdebstrap and kept in the
# cache, in a folder named after a hash of its recipe.

BASE_SUITE=bookworm
BASES_KEPT=3 # versions of other checkouts that share the cache

# Sets BASE to the folder of this recipe's root file system.
base_find() {
	local hash
	hash=$({
		printf '%s\n' "$BASE_SUITE"
		cat "$LAB_HOME/base/packages" "$LAB_HOME/base/customize.sh" "$LAB_HOME"/guest/*
		base_dpkg_options
	} | sha256sum)
	BASE=$BASES/${hash:0:16}
}

# Documentation and translations are left out of hosts.
base_dpkg_options() {
	printf '%s\n' 'path-exclude=/usr/share/man/*' 'path-exclude=/usr/share/locale/*' 'path-exclude=/usr/share/info/*' \
		'path-exclude=/usr/share/doc/*' 'path-include=/usr/share/doc/*/copyright'
}

# shellcheck disable=SC2016 # apt's own variables
# Prints apt sources for the base: the machine's own ones for Debian, with the base's suite in place of the machine's.
base_sources() {
	local release uri component lines
	# Without lists apt does not know whose its sources are.
	apt-get indextargets --format '$(ORIGIN)' 'Created-By: Packages' | grep -qx Debian ||
		apt-get -qq -o DPkg::Lock::Timeout=120 update >&2 || :
	lines=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' |
		while read -r release uri component; do
			# bookworm, trixie-security, sid ...: keep what follows the name.
			case $release in
			*-*) release=$BASE_SUITE-${release#*-} ;;
			*) release=$BASE_SUITE ;;
			esac
			case $release/$component in
			*-backports/* | *-proposed-updates/*) ;;
			*/main) printf 'deb %s %s main\n' "$uri" "$release" ;;
			esac
		done | sort -u)
	[[ $lines == *" $BASE_SUITE main"* ]] ||
		die "apt on this machine has no Debian source to make hosts from; name one: KWIZ_LAB_MIRROR='deb URI $BASE_SUITE main'"
	printf '%s\n' "$lines"
}

# Prints how the machine's apt fetches (proxies, certificates, checks).
base_apt_options() {
	apt-config dump | grep -E '^Acquire::' |
		grep -Ev '^Acquire::(IndexTargets|Changelogs|Languages|CompressionTypes|cdrom|GzipIndexes)' || :
	printf 'Acquire::Languages "none";\nAcquire::Retries "3";\n'
}

# Makes the base if it is not there, or always with --force. Others wait for who makes it.
base_make() {
	base_find
	if [ "${1:-}" != --force ] && [ -e "$BASE/complete" ]; then
		touch "$BASE/complete"
		return 0
	fi
	packages_check
	mkdir -p "$BASES"
	chmod 0711 "$BASES" # its set-user-ID programs are not for this machine's users
	local lock
	exec {lock}<"$BASES"
	flock -n "$lock" || {
		say "waiting for another lab that makes root file systems"
		flock -w 1800 "$lock" || die "another lab has been making a root file system for 30 min; see who holds $BASES"
	}
	if [ "${1:-}" = --force ] || [ ! -e "$BASE/complete" ]; then
		base_build
		base_tidy
	fi
	exec {lock}<&-
}

base_build() {
	local new=$BASES/new
	rm -rf --one-file-system "$new"
	mkdir -m 0700 "$new"
	# apt's sandbox user must be able to reach the folder.
	chmod 0711 "$new"
	base_apt_options >"$new/apt.conf"
	base_dpkg_options >"$new/dpkg.conf"
	if [ -n "${KWIZ_LAB_MIRROR:-}" ]; then
		printf '%s\n' "$KWIZ_LAB_MIRROR" >"$new/sources.list"
	else
		base_sources >"$new/sources.list"
	fi
	say "making the root file system of hosts (Debian $BASE_SUITE, once; about half a minute) ..."
	local packages
	packages=$(grep -Ev '^(#|$)' "$LAB_HOME/base/packages" | paste -sd, -)
	# In mount and pid namespaces of its own, which end with this process, so that nothing of it is left if this is killed.
	if ! setpriv --pdeathsig KILL -- unshare --mount --pid --fork --kill-child --propagation slave --mount-proc -- \
		mmdebstrap --mode=root --variant=minbase --format=directory --include="$packages" \
		--aptopt="$new/apt.conf" --dpkgopt="$new/dpkg.conf" \
		--customize-hook="$LAB_HOME/base/customize.sh" \
		"$BASE_SUITE" "$new/root" "$new/sources.list" >"$new/log" 2>&1 </dev/null; then
		tail -n 20 "$new/log" >&2
		die "making the root file system failed (all of its log: $new/log)"
	fi
	mkdir -p "$new/root/var/lib/containerd" "$new/root/var/lib/docker" "$new/root/var/lib/kubelet" "$new/root/var/lib/etcd"
	rm -f "$new/apt.conf" "$new/sources.list"
	: >"$new/complete"
	sync --file-system "$new"
	chmod 0700 "$new"
	if [ -e "$BASE" ]; then
		base_used "$BASE" && die "hosts run on $BASE; end them first (lab down --all, in every lab)"
		rm -rf --one-file-system "$BASE"
	fi
	mv "$new" "$BASE"
	say "root file system made: $(du -sh "$BASE/root" | cut -f1)"
}

# Removes all root file systems from the cache.
base_remove() {
	local lock dir
	[ -d "$BASES" ] || return 0
	exec {lock}<"$BASES"
	flock -n "$lock" || die "a lab is making a root file system just now"
	for dir in "$BASES"/*/; do
		dir=${dir%/}
		! base_used "$dir" || die "hosts run on $dir; end them first (lab down --all, in every lab)"
	done
	rm -rf --one-file-system "$BASES"
	exec {lock}<&-
}

# Does any lab of this machine use base $1?
base_used() {
	local file
	for file in "$RUN_ROOT"/*/base; do
		[ -s "$file" ] && [ "$(<"$file")" = "$1" ] && return 0
	done
	return 1
}

# Drops all but the newest few.
base_tidy() {
	local stamp kept=0
	while read -r _ stamp; do
		kept=$((kept + 1))
		if [ "$kept" -gt "$BASES_KEPT" ] && ! base_used "${stamp%/complete}"; then
			rm -rf --one-file-system "${stamp%/complete}"
		fi
	done < <(find "$BASES" -mindepth 2 -maxdepth 2 -name complete -printf '%T@ %p\n' | sort -rn)
}
