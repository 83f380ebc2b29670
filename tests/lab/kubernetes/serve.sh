# shellcheck shell=bash
# The servers inside a lab's network namespace: the web server with the package
# repositories, and the image registry twice, with TLS and plain. They listen on
# the lab's gateway address, where only hosts of this lab reach them.
#
# Each is recorded as "PID STARTTIME" in /run/kwiz-lab/LAB/servers/NAME.pid, and is in
# the cgroup of the lab's operator, all of which `lab down --all` ends.

WEB_PORT=8000
REGISTRY_TLS_PORT=5000
REGISTRY_PLAIN_PORT=5001

LAB_RUN=/run/kwiz-lab/${KWIZ_LAB:-default}

# lab_gateway: the lab's own address; of the running lab, if it runs.
lab_gateway() {
	local subnet=${KWIZ_LAB_SUBNET:-10.1.4.1/24}
	if [ -s "$LAB_RUN/subnet" ]; then
		subnet=$(<"$LAB_RUN/subnet")
	fi
	printf '%s\n' "${subnet%/*}"
}

# serve_as_root COMMAND: goes on as root, through sudo if need be.
serve_as_root() {
	[ "$(id -u)" != 0 ] || return 0
	command -v sudo >/dev/null || die "this needs root: run it as root, or install sudo and let $(id -un) use it"
	exec sudo KWIZ_LAB="${KWIZ_LAB:-default}" KWIZ_CACHE="${KUBE_CACHE%/kubernetes}" \
		KWIZ_LAB_SUBNET="${KWIZ_LAB_SUBNET-}" KWIZ_LAB_KUBERNETES=debian "$KUBE_DIR/kubernetes.sh" "$1"
}

serve() {
	local servers=$LAB_RUN/servers gateway
	mountpoint -q "$LAB_RUN/net" 2>/dev/null ||
		die "the lab '${KWIZ_LAB:-default}' is not running" "start it first: lab up"
	build_complete || die "the packages and images are not built" "run: lab kubernetes build"
	gateway=$(lab_gateway)
	(umask 077 && mkdir -p "$servers")
	exec {serve_lock_fd}>>"$servers/lock"
	flock --timeout 60 "$serve_lock_fd" || die "another 'serve' of this lab does not end"
	serve_web "$servers" "$gateway"
	serve_registry "$servers" "$gateway"
	exec {serve_lock_fd}>&-
}

# The web server is the nginx of the sample's image, started by the dynamic linker
# and with the libraries of that image: nothing is installed on the machine.
serve_web() {
	local servers=$1 gateway=$2 images repository
	images=$(stage_folder images)
	repository=$(stage_folder repository)
	mkdir -p "$servers/web"
	cat >"$servers/web/nginx.conf" <<-CONFIGURATION
		daemon off;
		# One process: that is the one whose id is recorded.
		master_process off;
		pid $servers/web/nginx.pid;
		error_log stderr warn;
		events { worker_connections 1024; }
		http {
			access_log off;
			default_type application/octet-stream;
			types { text/plain asc key; text/html html; }
			sendfile on;
			client_body_temp_path $servers/web/body;
			proxy_temp_path $servers/web/proxy;
			fastcgi_temp_path $servers/web/fastcgi;
			uwsgi_temp_path $servers/web/uwsgi;
			scgi_temp_path $servers/web/scgi;
			server {
				listen $gateway:$WEB_PORT;
				root $repository/www;
				autoindex on;
				location /$NEXT_REPOSITORY_PATH/ { root $(stage_folder next)/www; }
			}
		}
	CONFIGURATION
	server_start "$servers" web "http://$gateway:$WEB_PORT/kwiz-lab.asc" "$servers/web/nginx.conf" \
		"$images"/web/lib*/ld-linux-*.so.* \
		--library-path "$(web_libraries "$images/web")" \
		"$images/web/usr/sbin/nginx" -e stderr -p "$servers/web/" -c "$servers/web/nginx.conf"
}

web_libraries() {
	local root=$1 folder list=
	for folder in "$root"/lib/*-linux-gnu "$root"/usr/lib/*-linux-gnu; do
		[ ! -d "$folder" ] || list+=:$folder
	done
	printf '%s\n' "${list#:}"
}

serve_registry() {
	local servers=$1 gateway=$2 images next
	images=$(stage_folder images)
	next=$(stage_folder next)
	if [ ! -s "$servers/registry.crt" ] || [ "$servers/registry.crt" -ot "$KUBE_CACHE/ca/kwiz-lab-ca.crt" ]; then
		certificate_make "$gateway" "$servers/registry.key" "$servers/registry.crt"
	fi
	registry_configuration "$next/registry" "$gateway:$REGISTRY_TLS_PORT" true \
		"$servers/registry.crt" "$servers/registry.key" >"$servers/registry.yml"
	registry_configuration "$next/registry" "$gateway:$REGISTRY_PLAIN_PORT" true \
		>"$servers/registry-plain.yml"
	server_start "$servers" registry "https://$gateway:$REGISTRY_TLS_PORT/v2/" "$servers/registry.yml" \
		"$images/docker-registry" serve "$servers/registry.yml"
	server_start "$servers" registry-plain "http://$gateway:$REGISTRY_PLAIN_PORT/v2/" "$servers/registry-plain.yml" \
		"$images/docker-registry" serve "$servers/registry-plain.yml"
}

# server_start FOLDER NAME URL CONFIGURATION COMMAND...: unless it runs already from
# the same command and configuration; waits until URL answers.
server_start() {
	local servers=$1 name=$2 url=$3 configuration=$4 pid start tries wanted
	shift 4
	wanted=$(printf '%s\n' "$@" | cat - "$configuration" | sha256sum)
	if server_alive "$servers/$name.pid" && [ "$(cat "$servers/$name.started" 2>/dev/null)" = "$wanted" ]; then
		return
	fi
	server_stop "$servers/$name.pid"
	(
		server_join
		exec nsenter --net="$LAB_RUN/net" -- setsid "$@"
	) </dev/null >>"$servers/$name.log" 2>&1 {serve_lock_fd}>&- &
	pid=$!
	start=$(process_start "$pid") || start=
	for ((tries = 0; tries < 100; tries++)); do
		# The first look may have been before nsenter became the program; the start
		# time stays the same all the same.
		if [ -z "$start" ] || [ "$(process_start "$pid")" != "$start" ]; then
			break
		fi
		printf '%s %s\n' "$pid" "$start" >"$servers/$name.pid.new"
		mv "$servers/$name.pid.new" "$servers/$name.pid"
		if nsenter --net="$LAB_RUN/net" -- curl --silent --fail --max-time 5 --noproxy '*' \
			--cacert "$KUBE_CACHE/ca/kwiz-lab-ca.crt" --output /dev/null "$url"; then
			printf '%s\n' "$wanted" >"$servers/$name.started"
			say "serving $url (process $pid)"
			return
		fi
		sleep 0.1
	done
	tail -n 5 "$servers/$name.log" >&2
	server_stop "$servers/$name.pid"
	die "the server '$name' does not answer at $url" "its log: $servers/$name.log"
}

# server_join: puts this process into the cgroup of what the lab's operator runs, as
# `lab exec` does: `lab down --all` ends all that is in there.
server_join() {
	local mount
	mount=$(awk '$3 == "cgroup" && $4 ~ /(^|,)freezer(,|$)/ { print $2; exit }' /proc/mounts)
	mount=${mount:-/sys/fs/cgroup}/kwiz-lab/${KWIZ_LAB:-default}
	[ -d "$mount" ] || die "the lab '${KWIZ_LAB:-default}' has no cgroup $mount"
	mkdir -p "$mount/operator"
	printf '%s\n' "$BASHPID" >"$mount/operator/cgroup.procs"
}

# process_start PID: its start time in clock ticks after boot; fails when it is gone.
process_start() {
	local stat
	local -a fields
	{ stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
	stat=${stat##*) }
	read -ra fields <<<"$stat"
	[[ ${fields[0]} != [ZX] ]] || return 1
	printf '%s\n' "${fields[19]}"
}

# server_alive FILE: is the recorded process there, and not another with its id?
server_alive() {
	local pid start
	{ read -r pid start <"$1"; } 2>/dev/null || return 1
	[ "$(process_start "$pid")" = "$start" ]
}

server_stop() {
	local pid tries
	if server_alive "$1"; then
		read -r pid _ <"$1"
		kill "$pid" 2>/dev/null || true
		for ((tries = 0; tries < 50; tries++)); do
			server_alive "$1" || break
			sleep 0.1
		done
		! server_alive "$1" || kill -KILL "$pid" 2>/dev/null || true
	fi
	rm -f "$1"
}

# unserve: ends the servers of this lab. `lab down --all` does it by itself.
unserve() {
	local name
	for name in web registry registry-plain; do
		server_stop "$LAB_RUN/servers/$name.pid"
		rm -f "$LAB_RUN/servers/$name.started"
	done
}
