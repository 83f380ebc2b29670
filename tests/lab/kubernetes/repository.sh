# shellcheck shell=bash
# Stage repository: what the lab's web server shows, two signed apt repositories
# and the key. The key pair is made once per cache, on this machine.
#
#   core:/stable:/vMINOR/deb/   Kubernetes, flat, as pkgs.k8s.io has it
#   debian/                     the mirror of Debian's packages
#   kwiz-lab.asc                the public key

REPOSITORY_PATH=core:/stable:/v$KUBE_MAJOR.$KUBE_MINOR/deb

stage_repository_key() {
	recipe_key repository "$(stage_packages_key)" "$(stage_mirror_key)" @repository.sh \
		"$(sha256sum <"$KUBE_CACHE/keys/kwiz-lab.asc" 2>/dev/null)"
}

stage_repository_title() {
	echo "indexing and signing the package repositories"
}

# keys_make: the signing key, unless it is there. Its secret half has no
# passphrase and is worth nothing outside the lab.
keys_make() {
	local new=$KUBE_CACHE/keys.new
	if [ -s "$KUBE_CACHE/keys/kwiz-lab.asc" ]; then
		return
	fi
	need gpg gnupg
	rm -rf "$new"
	(umask 077 && mkdir -p "$new/gnupg")
	gpg_run "$new" --quiet --passphrase '' --quick-generate-key \
		'kwiz lab packages <lab@kwiz.invalid>' rsa3072 sign never
	gpg_run "$new" --armor --export >"$new/kwiz-lab.asc"
	gpg_stop "$new"
	find "$new" -type f -print0 | xargs -0 sync
	rm -rf "$KUBE_CACHE/keys"
	mv -T "$new" "$KUBE_CACHE/keys"
}

# gpg_run FOLDER ARGUMENT...: the agent that gpg starts must not inherit the lock.
gpg_run() {
	local folder=$1
	shift
	gpg --homedir "$folder/gnupg" --batch --no-tty --pinentry-mode loopback "$@" {CACHE_LOCK_FD}>&-
}

# gpg starts an agent that stays: end it.
gpg_stop() {
	gpgconf --homedir "$1/gnupg" --kill all || true
	rm -f "$1"/gnupg/S.gpg-agent*
}

# Fills $1 with www/.
stage_repository_make() {
	local folder=$1 codename=$APT_SUITE kubernetes=$1/www/$REPOSITORY_PATH debian=$1/www/debian
	need dpkg-scanpackages dpkg-dev
	mkdir -p "$kubernetes" "$debian/dists/$codename/main/binary-$(dpkg --print-architecture)"
	cp -l "$(stage_folder packages)"/*.deb "$kubernetes/"
	cp -lr "$(stage_folder mirror)/pool" "$debian/pool"
	cp "$KUBE_CACHE/keys/kwiz-lab.asc" "$folder/www/"
	cp "$KUBE_CACHE/keys/kwiz-lab.asc" "$kubernetes/Release.key"

	repository_index "$kubernetes" . "kwiz lab Kubernetes" ''
	repository_index "$debian" "dists/$codename" "kwiz lab mirror of Debian" "$codename"
	gpg_stop "$KUBE_CACHE/keys"
}

# repository_index ROOT SUITE-FOLDER ORIGIN CODENAME: Packages, Release, InRelease
# and Release.gpg. Without a codename it is a flat repository.
repository_index() {
	local root=$1 suite=$1/$2 origin=$3 codename=$4 architecture index pool=.
	architecture=$(dpkg --print-architecture)
	index=$suite
	if [ -n "$codename" ]; then
		index=$suite/main/binary-$architecture
		pool=pool
	fi
	(
		cd "$root" || exit 1
		supervised dpkg-scanpackages --multiversion "$pool" 2>>"$STAGE_LOG" >"$index/Packages"
	)
	gzip -9 -n -k "$index/Packages"
	repository_release "$suite" "$origin" "$codename" "$architecture" >"$suite/Release.new"
	mv "$suite/Release.new" "$suite/Release"
	gpg_run "$KUBE_CACHE/keys" --yes --clearsign --output "$suite/InRelease" "$suite/Release"
	gpg_run "$KUBE_CACHE/keys" --yes --armor --detach-sign --output "$suite/Release.gpg" "$suite/Release"
}

repository_release() {
	local suite=$1 origin=$2 codename=$3 architecture=$4 file
	printf 'Origin: %s\nLabel: %s\n' "$origin" "$origin"
	if [ -n "$codename" ]; then
		printf 'Suite: %s\nCodename: %s\nComponents: main\n' "$codename" "$codename"
	fi
	printf 'Date: %s\nArchitectures: %s\nSHA256:\n' "$(date -u -R)" "$architecture"
	(
		cd "$suite" || exit 1
		find . -name 'Packages*' -type f | LC_ALL=C sort | while read -r file; do
			printf ' %s %s %s\n' "$(sha256sum <"$file" | cut -d' ' -f1)" "$(stat -c %s "$file")" "${file#./}"
		done
	)
}
