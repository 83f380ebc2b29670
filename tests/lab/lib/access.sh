# shellcheck shell=bash
# How the operator gets into hosts: key, password, known_hosts, ssh_config; names for `lab exec`.

# Makes the lab's key pair and ubuntu's password.
access_make() {
	mkdir -m 0700 "$ACCESS"
	ssh-keygen -q -t ed25519 -N '' -C "lab $LAB_NAME" -f "$ACCESS/id_ed25519"
	(umask 077 && head -c 15 /dev/urandom | base64 | tr '+/' 'xy' >"$ACCESS/password")
	: >"$ACCESS/known_hosts"
	chown -R "$USER_ID:$GROUP_ID" "$ACCESS"
	mkdir "$OPERATOR_ETC"
	: >"$OPERATOR_ETC/resolv.conf"
	access_names
}

# Makes the layer that all hosts of the lab share: who may log in, and how names are looked up.
access_layer() {
	local user home
	mkdir -p "$LAYER/etc" "$LAYER/root" "$LAYER/home/operator" "$LAYER/home/ubuntu"
	while read -r user home; do
		mkdir "$LAYER$home/.ssh"
		cp "$ACCESS/id_ed25519.pub" "$LAYER$home/.ssh/authorized_keys"
		chown -R "$user:$user" "$LAYER$home"
		chmod 0700 "$LAYER$home" "$LAYER$home/.ssh"
		chmod 0600 "$LAYER$home/.ssh/authorized_keys"
	done <<-END
		0 /root
		1000 /home/operator
		1001 /home/ubuntu
	END
	install -m 0640 -o 0 -g 42 "$BASE/root/etc/shadow" "$LAYER/etc/shadow"
	local hash
	hash=$(perl -e 'my $p = <STDIN>; chomp $p; my $s = join "", map { ("a".."z", 0..9)[rand 36] } 1..12;
		print crypt($p, "\$6\$$s\$")' <"$ACCESS/password")
	[[ $hash == \$6\$* ]] || die "perl's crypt makes no SHA-512 hashes here"
	sed -i "s|^ubuntu:[^:]*:|ubuntu:$hash:|" "$LAYER/etc/shadow"
	printf '# the lab has no name server: asking it fails at once\nnameserver %s\n' "$GATEWAY" >"$LAYER/etc/resolv.conf"
}

# Writes the names of all hosts where `lab exec`, ssh and kwiz look for them.
access_names() {
	local name address
	hosts_known
	{
		# The machine's own name too: sudo, for one, asks for it.
		printf '127.0.0.1 localhost %s\n::1 localhost ip6-localhost\n%s lab\n' "$(uname -n)" "$GATEWAY"
		for name in "${HOSTS[@]}"; do
			[ -s "$RUN/hosts/$name/address" ] || continue
			printf '%s %s\n' "$(<"$RUN/hosts/$name/address")" "$name"
		done
	} >"$OPERATOR_ETC/hosts" # in place: it is bind-mounted by those who run
	{
		for name in "${HOSTS[@]}"; do
			[ -s "$RUN/hosts/$name/address" ] || continue
			address=$(<"$RUN/hosts/$name/address")
			printf 'Host %s %s\n  HostName %s\n' "$name" "$address" "$address"
		done
		printf 'Host *\n  IdentityFile %s\n  IdentitiesOnly yes\n  UserKnownHostsFile %s\n' \
			"$ACCESS/id_ed25519" "$ACCESS/known_hosts"
		printf '  StrictHostKeyChecking yes\n  ServerAliveInterval 5\n  ServerAliveCountMax 3\n  ConnectTimeout 10\n'
	} | access_write ssh_config
}

# Gathers the hosts' keys, which they left on the lab's tmpfs when they were made.
access_known_hosts() {
	local name
	hosts_known
	for name in "${HOSTS[@]}"; do
		[ ! -s "$RUN/hosts/$name/known_hosts" ] || cat "$RUN/hosts/$name/known_hosts"
	done | access_write known_hosts
}

# Replaces file $1 of the operator's by standard input.
access_write() {
	write_whole "$ACCESS/$1"
	chown "$USER_ID:$GROUP_ID" "$ACCESS/$1"
	chmod 0600 "$ACCESS/$1"
}
