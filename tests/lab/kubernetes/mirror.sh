# shellcheck shell=bash
# Stage mirror: Debian packages for lab hosts, as .deb files.

stage_mirror_key() {
	recipe_key mirror "$APT_SUITE" @mirror.sh @mirror.list
}

stage_mirror_title() {
	echo "fetching Debian's packages for the lab's hosts (mirror.list)"
}

mirror_names() {
	sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$KUBE_DIR/mirror.list"
}

# Fills $1 with pool/*.deb.
stage_mirror_make() {
	local folder=$1 work=$2
	local -a names
	mapfile -t names < <(mirror_names)
	apt_setup
	# Downloads are kept in the work folder, so that the next call after an
	# interruption has them.
	# One by one, since some of them exclude each other.
	local name done=0
	for name in "${names[@]}"; do
		progress "$done" "${#names[@]}" "fetching packages"
		apt_closure "$work/pool" "$name"
		done=$((done + 1))
	done
	mkdir -p "$folder/pool"
	cp -l "$work"/pool/*.deb "$folder/pool/"
}
