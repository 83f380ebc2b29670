#!/bin/bash
# Tests of what makes and serves Kubernetes for the lab, without making it: no
# network, no lab, a few seconds. check/check.sh is the test of the whole.
# shellcheck disable=SC2317,SC2016 # functions run by name; quoted scripts are for other shells
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
temp=$(mktemp -d)
passed=0 failed=0 skipped=0
export KWIZ_CACHE=$temp/cache KWIZ_LAB_KUBERNETES=debian

trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# ok NAME COMMAND...: in a subshell with the functions of kubernetes.sh.
ok() {
	local name=$1
	shift
	# A process of its own: `set -e` would not be in force in a condition.
	if bash -euo pipefail -c '. "$0/kubernetes.sh"; . "$0/test.sh" functions; "$@"' "$here" "$@" \
		>"$temp/output" 2>&1 </dev/null; then
		passed=$((passed + 1))
		printf 'ok %d - %s\n' $((passed + failed + skipped)) "$name"
	else
		failed=$((failed + 1))
		printf 'not ok %d - %s\n' $((passed + failed + skipped)) "$name"
		sed 's/^/# /' "$temp/output"
	fi
}

skip() {
	skipped=$((skipped + 1))
	printf 'ok %d - %s # SKIP %s\n' $((passed + failed + skipped)) "$1" "$2"
}

same() {
	[ "$1" = "$2" ] || {
		printf 'expected: %s\nfound:    %s\n' "$1" "$2"
		return 1
	}
}

# says TEXT COMMAND...: does the command fail, saying TEXT?
says() {
	local said
	if said=$("${@:2}" 2>&1); then
		printf 'should have failed: %s\n' "${*:2}"
		return 1
	fi
	[[ $said == *"$1"* ]] || {
		printf 'should have said: %s\nsaid: %s\n' "$1" "$said"
		return 1
	}
}

# -- host/runc

# runc_told BUNDLE ARGUMENT...: calls it without two capabilities and with nothing
# behind it.
runc_told() {
	(
		cd "$1" || exit 1
		shift
		LAB_RUNC=/bin/true setpriv --bounding-set=-sys_resource,-sys_time "$here/host/runc" "$@"
	)
}

bundle() {
	mkdir -p "$temp/bundle"
	printf '%s' "$1" >"$temp/bundle/config.json"
}

test_runc_rights() {
	bundle '{"ociVersion":"1.0.2","process":{"capabilities":{"bounding":["CAP_CHOWN","CAP_SYS_RESOURCE","CAP_BPF","CAP_SYS_TIME"],"effective":["CAP_SYS_RESOURCE"],"permitted":["CAP_SYS_TIME","CAP_KILL"]},"oomScoreAdj":-997},"root":{"path":"rootfs"},"linux":{"readonlyPaths":["/proc/sys"]}}'
	runc_told "$temp/bundle" --root /x create --bundle "$temp/bundle" name
	same '{"ociVersion":"1.0.2","process":{"capabilities":{"bounding":["CAP_CHOWN","CAP_BPF"],"effective":[],"permitted":["CAP_KILL"]},"oomScoreAdj":'"$(cat /proc/self/oom_score_adj)"'},"root":{"path":"rootfs"},"linux":{"readonlyPaths":["/proc/sys"]}}' \
		"$(cat "$temp/bundle/config.json")"
}

test_runc_plain() {
	local plain='{"process":{"capabilities":{"bounding":["CAP_CHOWN"]},"oomScoreAdj":1000},"root":{"path":"rootfs"},"linux":{"readonlyPaths":["/proc/sys"]}}'
	bundle "$plain"
	runc_told "$temp/bundle" create name
	same "$plain" "$(cat "$temp/bundle/config.json")"
}

test_runc_exec() {
	bundle '{}'
	printf '{"args":["sh"],"capabilities":{"bounding":["CAP_SYS_TIME","CAP_CHOWN"]}}' >"$temp/process.json"
	runc_told "$temp/bundle" exec --process "$temp/process.json" --detach name
	same '{"args":["sh"],"capabilities":{"bounding":["CAP_CHOWN"]}}' "$(cat "$temp/process.json")"
}

test_runc_other() {
	local plain='{"process":{"oomScoreAdj":-5}}'
	bundle "$plain"
	runc_told "$temp/bundle" delete --force name
	same "$plain" "$(cat "$temp/bundle/config.json")"
}

# In a network namespace of its own the setting is there and can't be written.
test_runc_conntrack() {
	bundle '{"ociVersion":"1.0.2","root":{"path":"rootfs"}}'
	LAB_RUNC=/bin/true unshare --net --mount sh -c '
		mount -t tmpfs none /run && exec "$0" create --bundle "$1" name' "$here/host/runc" "$temp/bundle"
	same '{"hooks":{"createContainer":[{"path":"/bin/mount","args":["mount","--bind","/run/lab-sysctl/nf_conntrack_max","'"$temp"'/bundle/rootfs/proc/sys/net/netfilter/nf_conntrack_max"]}]},"ociVersion":"1.0.2","root":{"path":"rootfs"}}' \
		"$(cat "$temp/bundle/config.json")"
}

# -- stages

stage_sample_key() {
	recipe_key sample "${sample_recipe-one}"
}

stage_sample_title() {
	echo "making a sample"
}

stage_sample_make() {
	echo made >>"$temp/sample-calls"
	case ${sample_does-} in
	fail) logged ls "$temp/is-not-there" ;;
	wait)
		: >"$2/half"
		: >"$temp/sample-waits"
		supervised sleep "60.$$"
		;;
	esac
	echo content >"$1/file"
}

test_stage_once() {
	stage sample
	stage sample
	same made "$(cat "$temp/sample-calls")"
	same content "$(cat "$(stage_folder sample)/file")"
	[ -e "$(stage_folder sample)/complete" ]
	[ ! -e "$KUBE_CACHE/work/$(basename "$(stage_folder sample)")" ]
}

test_stage_key() {
	local before
	before=$(stage_folder sample)
	sample_recipe=two
	[ "$before" != "$(stage_folder sample)" ]
}

test_stage_fails() {
	local status=0
	sample_recipe=fails sample_does=fail
	# Not in a condition, where `set -e` would not be in force.
	(stage sample) >"$temp/said" 2>&1 &
	wait $! || status=$?
	same 1 "$status"
	grep 'is-not-there' "$temp/said"
	[ ! -e "$(stage_folder sample)" ]
	sample_does=
	stage sample
	[ -e "$(stage_folder sample)/complete" ]
}

test_stage_interrupted() {
	local folder builder tries status=0
	sample_recipe=stops sample_does=wait
	folder=$(stage_folder sample)
	(
		trap_signals
		stage sample
	) &
	builder=$!
	for ((tries = 0; tries < 500; tries++)); do
		[ ! -e "$temp/sample-waits" ] || break
		sleep 0.02
	done
	kill -TERM "$builder"
	wait "$builder" || status=$?
	same 143 "$status"
	[ ! -e "$folder" ]
	[ -e "$KUBE_CACHE/work/${folder##*/}/half" ]
	# told to end, but it may not have come to it yet
	for ((tries = 0; tries < 500; tries++)); do
		pgrep -f "sleep 60.$$" >/dev/null || break
		sleep 0.02
	done
	same '' "$(pgrep -f "sleep 60.$$" || true)"
	sample_does=
	stage sample
	[ -e "$folder/complete" ]
}

test_lock() {
	mkdir -p "$KUBE_CACHE"
	(
		cache_lock
		: >"$temp/locked"
		sleep 1
		echo first >>"$temp/order"
	) &
	until [ -e "$temp/locked" ]; do sleep 0.02; done
	cache_lock
	echo second >>"$temp/order"
	wait
	same 'first second' "$(xargs <"$temp/order")"
}

# -- images and packages

test_layer() {
	local pass
	for pass in 1 2; do
		mkdir -p "$temp/root$pass"
		[ "$pass" = 1 ] || echo b >"$temp/root2/b"
		echo a >"$temp/root$pass/a"
		echo b >"$temp/root$pass/b"
		ln -s a "$temp/root$pass/link"
		touch -d "2001-0$pass-01" "$temp/root$pass/a"
		image_layer "$temp/root$pass" "$temp/layer$pass.tar"
	done
	same "$(digest_of "$temp/layer1.tar")" "$(digest_of "$temp/layer2.tar")"
	same 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' "$(digest_of /dev/null)"
}

small_package() {
	STAGE_LOG=$temp/log
	export SOURCE_DATE_EPOCH=$PACK_EPOCH
	mkdir -p "$1/tree/small/usr/share/small" "$1/packages"
	echo text >"$1/tree/small/usr/share/small/text"
	package_pack "$1/tree/small" "$1/packages" 1.0-1 "a small package"
}

test_package() {
	small_package "$temp/p1"
	small_package "$temp/p2"
	same "$(digest_of "$temp"/p1/packages/*.deb)" "$(digest_of "$temp"/p2/packages/*.deb)"
	same 1.0-1 "$(dpkg-deb -f "$temp"/p1/packages/*.deb Version)"
}

# apt itself reads both kinds of repository, and refuses a changed one.
test_repository() {
	local root=$temp/repository
	CACHE_LOCK_FD=9
	exec 9>"$temp/no-lock"
	keys_make
	small_package "$root"
	mkdir -p "$root/flat" "$root/debian/pool" "$root/debian/dists/bookworm/main/binary-$(dpkg --print-architecture)"
	cp "$root"/packages/*.deb "$root/flat/"
	cp "$root"/packages/*.deb "$root/debian/pool/"
	repository_index "$root/flat" . 'flat' ''
	repository_index "$root/debian" dists/bookworm 'debian' bookworm
	gpg_stop "$KUBE_CACHE/keys"
	repository_read "deb [signed-by=$KUBE_CACHE/keys/kwiz-lab.asc] file:$root/flat /"
	repository_read "deb [signed-by=$KUBE_CACHE/keys/kwiz-lab.asc] file:$root/debian bookworm main"
	sed -i 's/^Label: .*/Label: changed/' "$root/flat/InRelease"
	says 'signature' repository_read "deb [signed-by=$KUBE_CACHE/keys/kwiz-lab.asc] file:$root/flat /"
}

# repository_read SOURCE: apt finds and fetches the small package with that source.
repository_read() {
	local folder=$temp/apt
	rm -rf "$folder"
	mkdir -p "$folder"/{parts,lists/partial,cache/archives/partial}
	: >"$folder/empty-status"
	apt_options "$folder" >"$folder/apt.conf"
	printf '%s\n' "$1" >"$folder/sources.list"
	APT_CONFIG=$folder/apt.conf apt-get -o APT::Update::Error-Mode=any --quiet update
	(cd "$folder" && APT_CONFIG=$folder/apt.conf apt-get download small)
	cmp "$folder"/small_*.deb "$temp"/repository/packages/*.deb
}

# -- the rest

test_unreachable() {
	STAGE_LOG=$temp/log
	export KWIZ_LAB_MIRROR='deb http://127.0.0.1:9/debian bookworm main'
	apt_setup
	says "not to be had through this machine's apt configuration" apt_download "$temp/x" busybox
}

test_certificate() {
	authority_make
	certificate_make 10.1.4.1 "$temp/server.key" "$temp/server.crt"
	openssl verify -CAfile "$KUBE_CACHE/ca/kwiz-lab-ca.crt" -verify_ip 10.1.4.1 "$temp/server.crt"
	says 'IP address mismatch' openssl verify -CAfile "$KUBE_CACHE/ca/kwiz-lab-ca.crt" -verify_ip 10.1.4.2 "$temp/server.crt"
	same 600 "$(stat -c %a "$temp/server.key")"
}

test_not_built() {
	says 'run: lab kubernetes build' env_print
}

test_origin() {
	says "expected 'upstream' or 'debian'" env KWIZ_LAB_KUBERNETES=elsewhere "$here/kubernetes.sh" env
	# Not into `grep -q`, which ends before the other has written all.
	KWIZ_LAB_KUBERNETES=upstream "$here/kubernetes.sh" env >"$temp/upstream"
	grep -qx 'KUBE_REGISTRY=registry.k8s.io' "$temp/upstream"
}

[ "${1-}" != functions ] || return 0

export temp here
if [ "$(id -u)" = 0 ]; then
	ok "runc: rights that nobody has are not asked for" test_runc_rights
	ok "runc: what asks for nothing special is not touched" test_runc_plain
	ok "runc: the same for exec" test_runc_exec
	ok "runc: other commands touch nothing" test_runc_other
	if [ -e /proc/sys/net/netfilter/nf_conntrack_max ]; then
		ok "runc: privileged pods get a nf_conntrack_max to write" test_runc_conntrack
	else
		skip "runc: privileged pods get a nf_conntrack_max to write" "this kernel has no nf_conntrack"
	fi
else
	skip "runc" "needs root"
fi
ok "a stage is made once" test_stage_once
ok "a changed recipe is another stage" test_stage_key
ok "a stage that fails leaves nothing, says why, and can be made later" test_stage_fails
ok "an interrupted stage leaves what it can go on from" test_stage_interrupted
ok "two builders take turns" test_lock
ok "a layer's digest depends on its content only" test_layer
ok "a package's digest depends on its content only" test_package
ok "apt reads the repositories, and no changed one" test_repository
ok "a mirror that can't be reached is named as the trouble" test_unreachable
ok "the registry's certificate is good for its address only" test_certificate
ok "env before build says what to do" test_not_built
ok "where Kubernetes comes from is checked" test_origin
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ]
