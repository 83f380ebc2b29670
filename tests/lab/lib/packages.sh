# shellcheck shell=bash
# What the lab needs from the machine.

# Debian's names of the packages, one a line.
lab_packages() {
	printf '%s\n' debian-archive-keyring e2fsprogs iproute2 mmdebstrap mount nftables openssh-client perl-base \
		procps util-linux
}

# Names the packages behind the programs that are missing.
packages_check() {
	local program package
	local -A missing=()
	while read -r program package; do
		command -v "$program" >/dev/null || missing[$package]=1
	done <<-END
		ip iproute2
		losetup mount
		mkfs.ext4 e2fsprogs
		mmdebstrap mmdebstrap
		nft nftables
		nsenter util-linux
		perl perl-base
		ssh-keygen openssh-client
		sysctl procps
		unshare util-linux
	END
	[ ${#missing[@]} -eq 0 ] || die "missing packages: ${!missing[*]} (all that the lab needs: lab packages)"
}
