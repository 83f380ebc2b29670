# shellcheck shell=bash
# The spell tryout on hosts with real sshd and sudo. minikube, Docker, snapd and MicroK8s are stand-ins (tests/e2e/tryout): what is tested is the spell, what it
# does when they fail, and that reset leaves nothing; not those programs.

# tryout_begin HOST PORT: stand-ins onto the host, minikube onto a mirror; fills MIRROR and MINIKUBE_DIGEST. The mirror is ended by tryout_end.
tryout_begin() {
	local f address=github.com/kubernetes/minikube/releases/download/v1.34.0
	on "$1" mkdir -p /usr/local/lib/stand-in /etc/stand-in /snap/bin /var/snap /var/lib/stand-in-snap/snaps /var/lib/stand-in-snap/settings
	for f in kubectl microk8s service; do on "$1" sh -c "cat >/usr/local/lib/stand-in/$f && chmod 755 /usr/local/lib/stand-in/$f" <"$TOP/tests/e2e/tryout/$f"; done
	for f in ${TRYOUT_PROGRAMS-docker snap}; do on "$1" sh -c "cat >/usr/bin/$f && chmod 755 /usr/bin/$f" <"$TOP/tests/e2e/tryout/$f"; done
	on "$1" sh -c 'groupadd -f docker; usermod -aG docker operator; : >/var/lib/stand-in-docker; chmod 666 /var/lib/stand-in-docker
		echo registry.example/mine/kicbase:v1 >/var/lib/stand-in-docker'
	mkdir -p "$W/files/$address"
	cp "$TOP/tests/e2e/tryout/minikube" "$W/files/$address/minikube-linux-amd64"
	MINIKUBE_DIGEST=$(sha256sum <"$W/files/$address/minikube-linux-amd64" | cut -d' ' -f1)
	MIRROR=http://$LAB_GATEWAY:$2/
	lab exec python3 -m http.server --bind "$LAB_GATEWAY" --directory "$W/files" "$2" >"$W/mirror.log" 2>&1 &
	TRYOUT_MIRROR=$!
	trap 'kill "$TRYOUT_MIRROR" 2>/dev/null || true' EXIT
	until_true 60 lab exec curl -sf -o /dev/null "$MIRROR"
	tryout_traces "$1" >"$W/before"
}

# tryout_traces HOST: what reset must bring back.
tryout_traces() {
	on "$1" sh -c 'find /home /root /usr/local /var/lib/kwiz/undo /snap /var/snap /var/lib/stand-in-snap /etc -xdev ! -path "*/.local*" \
		! -path "/etc/group*" ! -path "/etc/gshadow*" ! -path "/etc/stand-in*" ! -path /etc/.pwd.lock 2>/dev/null | sort; getent group | sort; ls -A /home/operator | grep -vx .local; sort /var/lib/stand-in-docker
		cat /var/lib/stand-in-snap/snaps/* 2>/dev/null; ps -eo args | grep "[h]ttp.server"' || true
}

# tryout_answers HOST TOPOLOGY [LINE...]: LINEs below answers.
tryout_answers() {
	{
		printf '%s\n' "version: 1" "name: mini" "spell: $TOP/spells/tryout" "topology: $2" "hosts:" "  - {name: $1, address: \"$(lab_address "$1")\", roles: [machine]}" \
			"ssh: {user: ${TRYOUT_USER:-operator}, become: sudo, identity: $LAB_KEY}" "answers:"
		[ "$2" != minikube ] || printf '  %s\n' "download_mirror: '$MIRROR'" "download_digests: 'minikube=${DIGEST:-$MINIKUBE_DIGEST}'"
		[ $# -le 2 ] || printf '  %s\n' "${@:3}"
		echo "  sample: ${SAMPLE:-true}"
		echo "accept: {hw.mem: small hosts, disk.free: small disks, net.fetch: no way leads out, hw.cpu: small, hw.cpu.minikube: small}"
	} >"$W/answers.yaml"
}

tryout() { # tryout STATUS WORD...
	run_kwiz "$1" "$2" --yes --plain "${@:3}" "$W/answers.yaml"
}

# tryout_fails TEXT [HINT]: the run fails, and says so; nothing of a cluster is there.
tryout_fails() {
	tryout 1 run
	tr -s ' \n' ' ' <"$W/out" >"$W/flat"
	has "$W/flat" "$1"
	[ $# -lt 2 ] || has "$W/flat" "$2"
}

tryout_left_nothing() {
	tryout_traces "$1" >"$W/after"
	diff "$W/before" "$W/after" || fail "reset left what is above"
}

hosts_tryout_minikube='tryout-mini'
kind_tryout_minikube=systemd
test_tryout_minikube() {
	tryout_begin "$1" 8201
	tryout_answers "$1" minikube "memory: 2g"
	tryout 0 run
	has "$W/out" "Done! kubectl is now configured"
	has "$W/out" "kicbase...:  487.90 MiB" # progress on standard error is seen, too
	has "$W/out" "http://127.0.0.1:31234 answers"
	has "$W/out" "hello_url"
	has "$W/out" "http://127.0.0.1:8001/api/v1/namespaces/kubernetes-dashboard/services/http:kubernetes-dashboard:/proxy/"
	has "$W/out" "ssh -L 8001:127.0.0.1:8001 operator@"
	finds_nothing -rF minikube-token-sesame "$W/out" "$W/state"
	on "$1" cat /tmp/stand-in-minikube-options >"$W/options"
	has "$W/options" "--memory=2g"
	has "$W/options" "--binary-mirror=${MIRROR}dl.k8s.io/release"
	same operator "$(on "$1" stat -c %U /home/operator/.minikube/profiles/minikube/config.json)" "the profile's owner"
	finds_nothing -F "$(on "$1" sh -c 'ps -eo args' | grep -F 'http.server --bind 127.0.0.1' || echo none)" <<<"8001"
	# again: nothing to do
	tryout 0 run
	has "$W/out" "nothing was changed"
	run_kwiz 0 verify --yes --plain "$W/answers.yaml"
	has "$W/out" "host: Running"
	run_kwiz 0 action --yes --plain stop "$W/answers.yaml"
	same Stopped "$(on "$1" cat /home/operator/.minikube/profiles/minikube/state)"
	run_kwiz 1 verify --yes --plain "$W/answers.yaml"
	has "$W/out" "kwiz action start starts it"
	run_kwiz 0 action --yes --plain stop "$W/answers.yaml"
	has "$W/out" "minikube does not run"
	run_kwiz 0 action --yes --plain start "$W/answers.yaml"
	run_kwiz 0 verify --yes --plain "$W/answers.yaml"
	tryout 0 reset
	tryout_left_nothing "$1"
	tryout 0 reset # twice is nothing more
	tryout_left_nothing "$1"
}

hosts_tryout_minikube_trouble='tryout-wrong'
kind_tryout_minikube_trouble=systemd
waits_tryout_minikube_trouble=yes
test_tryout_minikube_trouble() {
	tryout_begin "$1" 8202
	on "$1" sh -c 'mv /usr/bin/docker /usr/bin/docker-away'
	tryout_answers "$1" minikube "dashboard: false"
	tryout_fails "there is no Docker on $1"
	on "$1" sh -c 'mv /usr/bin/docker-away /usr/bin/docker; touch /etc/stand-in/docker-down'
	tryout_fails "Docker does not run on $1" "systemctl start docker"
	on "$1" rm /etc/stand-in/docker-down
	tryout_answers "$1" minikube "dashboard: false" "minikube_user: ubuntu"
	tryout_fails "ubuntu may not use Docker on $1" "usermod -aG docker ubuntu"
	tryout_answers "$1" minikube "dashboard: false" "minikube_user: root"
	tryout_fails "minikube does not start docker for root" "minikube_user"
	tryout_answers "$1" minikube "dashboard: false" "driver: podman"
	tryout_fails "there is no Podman on $1"
	tryout_answers "$1" minikube "dashboard: false" "driver: none"
	tryout_fails "minikube without a driver needs programs that are not on $1" "crictl"
	# what is fetched is not what it should be; is not there; nobody answers
	DIGEST=$(printf '%064d' 7) tryout_answers "$1" minikube "dashboard: false"
	tryout_fails "has the digest sha256 $MINIKUBE_DIGEST, expected 0000" "download_digests"
	same "" "$(on "$1" sh -c 'ls /usr/local/bin')" "programs"
	tryout_answers "$1" minikube "dashboard: false" "minikube_version: '1.33.9'"
	sed -i '/download_digests/d' "$W/answers.yaml"
	tryout_fails "cannot fetch ${MIRROR}github.com/kubernetes/minikube/releases/download/v1.33.9/minikube-linux-amd64.sha256" "download_mirror"
	MIRROR=http://$LAB_GATEWAY:9/ tryout_answers "$1" minikube "dashboard: false"
	tryout_fails "cannot fetch http://$LAB_GATEWAY:9/github.com"
	# too little memory; a start that hangs is ended, and can be taken back
	tryout_answers "$1" minikube "dashboard: false"
	on "$1" touch /etc/stand-in/memory
	tryout_fails "minikube did not start (exit status 23)" "give $1 more memory"
	on "$1" sh -c 'rm /etc/stand-in/memory; touch /etc/stand-in/hang'
	tryout_answers "$1" minikube "dashboard: false" "start_minutes: 1"
	tryout_fails "minikube did not start within 1 minutes and was ended" "start_minutes"
	same "" "$(on "$1" pgrep -f 'sleep 3000' || true)" "what hangs"
	on "$1" rm /etc/stand-in/hang
	tryout 0 reset
	tryout_left_nothing "$1"
	# the sample's image is not reached: the rest stands
	on "$1" touch /etc/stand-in/no-image
	tryout_fails "the sample did not come up" "sample_image"
	on "$1" rm /etc/stand-in/no-image
	tryout 0 run
	on "$1" touch /etc/stand-in/stop-fails
	run_kwiz 1 action --yes --plain stop "$W/answers.yaml"
	has "$W/out" "minikube did not stop"
	tryout 0 reset
	tryout_left_nothing "$1"
	# a cluster, and a minikube, of somebody else's
	on "$1" runuser -u operator -- sh -c 'mkdir -p ~/.minikube/profiles/minikube; echo docker >~/.minikube/profiles/minikube/config.json'
	tryout_fails "operator has a cluster minikube on $1 that kwiz did not make" "minikube delete, as operator"
	tryout 0 reset
	same docker "$(on "$1" cat /home/operator/.minikube/profiles/minikube/config.json)" "the other's cluster"
	on "$1" sh -c 'rm -rf /home/operator/.minikube; printf "#!/bin/sh\necho v1.20.0\n" >/usr/local/bin/minikube; chmod 755 /usr/local/bin/minikube'
	tryout_fails "there is a minikube on $1 that kwiz did not bring: v1.20.0"
	tryout 0 reset
	same v1.20.0 "$(on "$1" minikube)" "the other's minikube"
	on "$1" rm /usr/local/bin/minikube
	tryout_left_nothing "$1"
}

hosts_tryout_microk8s='tryout-micro'
kind_tryout_microk8s=systemd
waits_tryout_microk8s=yes
test_tryout_microk8s() {
	tryout_begin "$1" 8203
	tryout_answers "$1" microk8s "microk8s_addons: [dns, hostpath-storage]" "http_proxy: 'http://proxy.example:3128'"
	on "$1" mv /usr/bin/snap /usr/bin/snap-away
	tryout_fails "there is no snapd on $1" "apt install snapd"
	on "$1" sh -c 'mv /usr/bin/snap-away /usr/bin/snap; touch /etc/stand-in/snapd-down'
	tryout_fails "snapd does not answer on $1"
	on "$1" rm /etc/stand-in/snapd-down
	tryout 0 run --kubeconfig "$W/fetched"
	has "$W/out" "microk8s (1.32/stable) v1.32.3 from Canonical"
	has "$W/out" "sample_url"
	has "$W/fetched" "server: https://$(lab_address "$1"):16443"
	same 600 "$(stat -c %a "$W/fetched")" "the kubeconfig's mode"
	finds_nothing -F microk8s-token-sesame "$W/out"
	same http://proxy.example:3128 "$(on "$1" snap get system proxy.https)" "snapd's proxy"
	same 1 "$(on "$1" grep -c '^HTTPS_PROXY=http://proxy.example:3128$' /var/snap/microk8s/current/args/containerd-env)" "containerd's proxy"
	tryout 0 run
	has "$W/out" "nothing was changed"
	run_kwiz 0 action --yes --plain stop "$W/answers.yaml"
	run_kwiz 0 action --yes --plain stop "$W/answers.yaml"
	has "$W/out" "MicroK8s does not run"
	run_kwiz 0 action --yes --plain start "$W/answers.yaml"
	run_kwiz 0 verify --yes --plain "$W/answers.yaml"
	# another channel is a refresh
	sed -i 's/^answers:/&\n  channel: latest/' "$W/answers.yaml"
	tryout 0 run
	same latest/stable "$(on "$1" snap list microk8s | awk 'NR == 2 { print $4 }')" "the channel"
	tryout 0 reset
	tryout_left_nothing "$1"
	same gone "$(on "$1" snap get system proxy.https 2>/dev/null || echo gone)" "snapd's proxy"

	tryout_answers "$1" microk8s "channel: 9.99/stable"
	tryout_fails "the snap microk8s could not be installed" "snap info microk8s"
	tryout_answers "$1" microk8s "start_minutes: 1"
	on "$1" touch /etc/stand-in/not-ready
	tryout_fails "MicroK8s is not ready after 1 minutes" "microk8s inspect"
	on "$1" sh -c 'rm /etc/stand-in/not-ready; touch /etc/stand-in/addon-fails'
	tryout_fails "the add-on dns could not be switched on"
	on "$1" rm /etc/stand-in/addon-fails
	tryout 0 run
	tryout 0 reset
	tryout_left_nothing "$1"
	# one of somebody else's
	on "$1" snap install microk8s --classic --channel=1.31/stable
	tryout_fails "there is a MicroK8s on $1 that kwiz did not install" "snap remove --purge microk8s"
	tryout 0 reset
	same 1.31/stable "$(on "$1" snap list microk8s | awk 'NR == 2 { print $4 }')" "the other's MicroK8s"
}

# The same by the wizard, as a dialogue of lines.
hosts_tryout_wizard='tryout-asked'
kind_tryout_wizard=systemd
test_tryout_wizard() {
	local rc=0
	tryout_begin "$1" 8204
	kwiz_environment
	printf 'Host *\n  User operator\n  IdentityFile %s\n  IdentitiesOnly yes\n' "$LAB_KEY" >"$W/ssh_config"
	printf '%s\n' new tryout microk8s "$1 $(lab_address "$1") machine" "" "accept hw.mem small" "accept disk.free small" "accept net.fetch no way" next \
		asked 1.31/stable dns yes next start >"$W/keys"
	as_asked() { (cd "$W" && lab exec env "${KWIZ_ENVIRONMENT[@]}" KWIZ_SSH_CONFIG="$W/ssh_config" "$KWIZ" "$@" --spells "$TOP/spells"); }
	as_asked --plain <"$W/keys" >"$W/out" 2>&1 || rc=$?
	has "$W/out" "microk8s (1.31/stable) v1.32.3 from Canonical"
	same 0 "$rc" "exit status"
	as_asked reset --yes --plain asked.yaml >"$W/out" 2>&1 </dev/null
	tryout_left_nothing "$1"
}
