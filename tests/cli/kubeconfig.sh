# shellcheck shell=bash
# kwiz kubeconfig check: by a stand-in for kubectl that says what the real one says, and by the real one where there is one (against servers on
# loopback that are wrong in one way each).

# stand_in: bin/kubectl. What cluster-info says comes from the file says (status 1 unless it is empty); releases from client and server.
stand_in() {
	mkdir -p bin
	cat >bin/kubectl <<'END'
#!/bin/sh
printf '%s\n' "$*" >>"$STAND/argv"
command=
for word; do
	case $word in
	--kubeconfig | --context) ;;
	--request-timeout=*s | --client | -o | json) ;;
	-*) echo "error: unknown flag: $word" >&2; exit 1 ;;
	cluster-info | version) command=$word ;;
	esac
done
release() { printf '"%s": {"major": "1", "minor": "20", "gitVersion": "%s"}' "$1" "$2"; }
case $command in
version)
	printf '{%s' "$(release clientVersion "$(cat "$STAND/client")")"
	case "$*" in *--client*) ;; *) printf ',%s' "$(release serverVersion "$(cat "$STAND/server")")" ;; esac
	echo '}'
	;;
cluster-info)
	[ ! -e "$STAND/sleep" ] || exec sleep "$(cat "$STAND/sleep")"
	if [ -s "$STAND/says" ]; then
		printf '\nTo further debug and diagnose cluster problems, use '\''kubectl cluster-info dump'\''.\n'
		cat "$STAND/says" >&2
		exit 1
	fi
	printf '\033[0;32mKubernetes control plane\033[0m is running at \033[0;33mhttps://10.1.4.36:6443\033[0m\n'
	;;
esac
END
	chmod +x bin/kubectl
	: >says
	echo v1.20.2 >client
	echo v1.20.2 >server
	export STAND=$PWD PATH=$PWD/bin:$PATH
	unset KUBECONFIG HTTPS_PROXY https_proxy HTTP_PROXY http_proxy NO_PROXY no_proxy
}

# config FILE [USER [CLUSTER]]: a kubeconfig with a context c; USER and CLUSTER are lines of the flow mappings.
config() {
	cat >"$1" <<END
apiVersion: v1
kind: Config
clusters: [{name: kub, cluster: {${3:-server: "https://10.1.4.36:6443"}}}]
users: [{name: me, user: {${2:-token: sesame-opens}}}]
contexts: [{name: c, context: {cluster: kub, user: me}}, {name: other, context: {cluster: gone, user: nobody}}]
current-context: c
END
	chmod 600 "$1"
}

# certificate NAME FROM UNTIL [NAMES]: NAME.crt and NAME.key, self-signed, valid between these days (relative, such as -2 and 10).
certificate() {
	command -v openssl >/dev/null || return 1
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.all" -subj "/CN=$1" -addext "subjectAltName=${4:-IP:127.0.0.1}" 2>/dev/null
	openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr" 2>/dev/null
	printf 'subjectAltName=%s\nbasicConstraints=critical,CA:TRUE\n' "${4:-IP:127.0.0.1}" >"$1.ext"
	mkdir -p ca.d && : >ca.d/index
	openssl ca -batch -selfsign -keyfile "$1.key" -in "$1.csr" -out "$1.crt" -outdir ca.d -extfile "$1.ext" -startdate "$(date -u -d "$2 days" +%Y%m%d%H%M%SZ)" \
		-enddate "$(date -u -d "$3 days" +%Y%m%d%H%M%SZ)" -config <(printf '[ca]\ndefault_ca=a\n[a]\ndatabase=ca.d/index\nserial=ca.d/serial\nrand_serial=yes\ndefault_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n') -notext 2>/dev/null
	rm -f "$1.all" "$1.csr" "$1.ext"
}

test_kubeconfig_that_is_in_order() {
	stand_in
	config c
	expect 0 "$KWIZ" kubeconfig check c
	has out "pass kubectl: v1.20.2" "pass file: c" "pass context: c" "pass server: https://10.1.4.36:6443" "pass user: me: a token" "pass answer: the cluster answers" \
		"Kubernetes control plane is running at https://10.1.4.36:6443" "pass version: kubectl is v1.20.2, the server v1.20.2" "0 fail, 0 warn, 0 skip"
	lacks out $'\033'
	lacks out sesame
	lacks argv sesame
	has argv "--kubeconfig c --request-timeout=5s cluster-info"
	expect 0 "$KWIZ" kubeconfig check --kubeconfig c --context c --timeout 3 --json
	has out '"check":"answer","verdict":"pass"' '"event":"kubeconfig-end"' '"trouble":""' '"exit_status":0'
	has argv "--kubeconfig c --context c --request-timeout=1s cluster-info"
	expect 2 "$KWIZ" kubeconfig check c --kubeconfig c
	expect 2 "$KWIZ" kubeconfig check --timeout 0
	expect 2 "$KWIZ" kubeconfig check --timeout 5x
	expect 2 "$KWIZ" kubeconfig
}

# Each message as the real kubectl has it (1.20 to 1.32), its trouble, and a word of what is told.
test_kubeconfig_of_clusters_that_do_not_answer() {
	stand_in
	config c
	local count=0 status trouble message word
	while IFS='|' read -r status trouble word message; do
		[ -n "$trouble" ] || continue
		printf '%b\n' "$message" >says
		expect "$status" "$KWIZ" kubeconfig check --json c
		has out "\"trouble\":\"$trouble\"" "$word" || { echo "    $message"; return 1; }
		lacks out "To further debug"
		count=$((count + 1))
	done <<'END'
3|unconfigured|localhost:8080|The connection to the server localhost:8080 was refused - did you specify the right host or port?
6|refused|journalctl -u kubelet|The connection to the server 10.1.4.36:6443 was refused - did you specify the right host or port?
6|refused|did you specify|E1127 08:36:26.478886    2393 memcache.go:265] "Unhandled Error" err="couldn't get current server API group list: Get \\"https://10.1.4.36:6443/api?timeout=5s\\": dial tcp 10.1.4.36:6443: connect: connection refused"\nThe connection to the server 10.1.4.36:6443 was refused - did you specify the right host or port?
6|proxy|NO_PROXY|E1127 08:36:26.927655    2433 memcache.go:265] "Unhandled Error" err="couldn't get current server API group list: Get \\"https://10.1.4.36:6443/api?timeout=5s\\": proxyconnect tcp: dial tcp 127.0.0.1:2: connect: connection refused"\nThe connection to the server 10.1.4.36:6443 was refused - did you specify the right host or port?
6|proxy|password|Unable to connect to the server: Proxy Authentication Required
6|proxy|web page|Error from server (InternalError): an error on the server ("<html><body>Portal</body></html>") has prevented the request from succeeding
6|route|switched off|Unable to connect to the server: dial tcp 10.1.4.36:6443: connect: no route to host
6|route|ip route|Unable to connect to the server: dial tcp 10.1.4.36:6443: connect: network is unreachable
6|timeout|firewall|Unable to connect to the server: dial tcp 10.1.4.36:6443: i/o timeout
6|timeout|nobody answers|Unable to connect to the server: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)
6|timeout|in time|Unable to connect to the server: context deadline exceeded (Client.Timeout exceeded while awaiting headers)
6|handshake|load balancer|Unable to connect to the server: net/http: TLS handshake timeout
6|authority|anew|Unable to connect to the server: x509: certificate signed by unknown authority
6|authority|admin.conf|Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "kubernetes")
6|name|api_extra_names|Unable to connect to the server: x509: certificate is valid for kub-1, kubernetes, not kub.example.com
6|name|address|Unable to connect to the server: x509: cannot validate certificate for 10.1.4.36 because it doesn't contain any IP SANs
6|name|Common Name|Unable to connect to the server: x509: certificate relies on legacy Common Name field, use SANs or temporarily enable Common Name matching with GODEBUG=x509ignoreCN=0
6|expired|renew|Unable to connect to the server: x509: certificate has expired or is not yet valid: current time 2026-11-27T08:00:00Z is after 2025-11-27T08:00:00Z
6|early|clock|Unable to connect to the server: x509: certificate has expired or is not yet valid: current time 2026-11-27T08:00:00Z is before 2027-11-27T08:00:00Z
6|credentials|expired|Unable to connect to the server: remote error: tls: expired certificate
6|credentials|another cluster|Unable to connect to the server: remote error: tls: bad certificate
6|plain|6443 by default|Unable to connect to the server: http: server gave HTTP response to HTTPS client
6|plain|TLS|Unable to connect to the server: tls: first record does not look like a TLS handshake
3|plain|https://|Error from server (BadRequest): the server rejected our request for an unknown reason: Client sent an HTTP request to an HTTPS server.
3|plain|https://|error: Error while listing "services" that match label selector "kubernetes.io/cluster-service=true": the server rejected our request for an unknown reason (get services)
6|dns|/etc/hosts|Unable to connect to the server: dial tcp: lookup kub.example.com on 10.1.1.1:53: no such host
6|dns|resolv.conf|Unable to connect to the server: dial tcp: lookup kub.example.com on 10.1.1.1:53: server misbehaving
6|unauthorized|these credentials|error: You must be logged in to the server (Unauthorized)
6|unauthorized|these credentials|error: You must be logged in to the server (the server has asked for the client to provide credentials)
0|forbidden|RBAC|Error from server (Forbidden): services is forbidden: User "me" cannot list resource "services" in API group "" in the namespace "kube-system"
6|other|not the API|Error from server (NotFound): the server could not find the requested resource
6|server|etcd|Error from server: etcdserver: request timed out
6|server|apiservices|Error from server (ServiceUnavailable): the server is currently unable to handle the request (get services)
6|cut|load balancer|Unable to connect to the server: EOF
6|cut|firewall|Unable to connect to the server: read tcp 10.0.0.2:5->10.1.4.36:6443: read: connection reset by peer
6|program|Install it|Unable to connect to the server: getting credentials: exec: executable aws-iam-authenticator not found
6|program|by hand|Unable to connect to the server: getting credentials: exec: exit status 1
3|program|exec|error: no Auth Provider found for name "gcp"
3|kubeconfig|line below|error: error loading config file "c": yaml: line 3: did not find expected key
3|kubeconfig|get-contexts|error: context "zz" does not exist
3|kubeconfig|missing|error: invalid configuration: [context was not found for specified context: c, cluster has no server defined]
3|kubeconfig|belong together|error: tls: private key does not match public key
6|unknown|-v=6|error: the stars are not right
END
	[ "$count" -eq 43 ]
}

test_kubeconfig_shows_no_secret() {
	stand_in
	# kubectl quotes what it can't read; a server's address may have a password in it
	config c 'token: "sesame-opens", username: me, password: "pass phrase 1", auth-provider: {name: oidc, config: {refresh-token: "refresh-me-not"}}' \
		'server: "https://ops:letmein9@10.1.4.36:6443/path?key=value"'
	echo 'error: cannot parse "sesame-opens", "pass phrase 1", "refresh-me-not" of https://ops:letmein9@10.1.4.36:6443' >says
	expect 6 env HTTPS_PROXY=http://px:proxypass@10.1.1.1:3128 "$KWIZ" kubeconfig check --allow-programs c
	has out "pass server: https://10.1.4.36:6443/path" "warn proxy: the server is asked through a proxy (HTTPS_PROXY)" 'cannot parse "************"'
	for secret in sesame "pass phrase" refresh-me letmein9 proxypass key=value; do
		lacks out "$secret"
		lacks err "$secret"
		lacks argv "$secret"
	done
	expect 6 env HTTPS_PROXY=http://10.1.1.1:3128 NO_PROXY=example.com,10.1.4.36 "$KWIZ" kubeconfig check --allow-programs c
	lacks out "through a proxy"
}

# A kubeconfig can make kubectl run anything: not without being told so.
test_kubeconfig_with_programs() {
	stand_in
	config c 'exec: {apiVersion: client.authentication.k8s.io/v1, command: "./evil\u001b[31m", args: ["x"]}'
	expect 4 "$KWIZ" kubeconfig check c
	has out 'kubectl would run "./evil"' "--allow-programs" "skip answer"
	lacks out $'\033'
	lacks argv cluster-info
	expect 0 "$KWIZ" kubeconfig check --allow-programs c
	has argv cluster-info
	rm argv
	config first
	# a second file that has the same user: kubectl may merge the two
	expect 4 env KUBECONFIG=first:c "$KWIZ" kubeconfig check
	lacks argv cluster-info
}

test_kubeconfig_files() {
	stand_in
	export HOME=$PWD/home
	mkdir -p home/.kube
	expect 3 "$KWIZ" kubeconfig check
	has out "home/.kube/config is not there" "kubectl is not configured"
	lacks argv cluster-info
	config home/.kube/config
	expect 0 "$KWIZ" kubeconfig check
	tail -n 2 argv >last # without --kubeconfig: as kubectl itself finds it
	has last "--request-timeout=5s cluster-info"
	chmod 644 home/.kube/config
	expect 0 "$KWIZ" kubeconfig check
	tr -s ' \n' ' ' <out >flat
	has flat "warn file: $HOME/.kube/config: others may read or change it (mode 0644)" "chmod 600"
	# KUBECONFIG: the first that has something counts, what is missing is passed over
	printf 'kind: Config\ncurrent-context: other\ncontexts: []\n' >one
	chmod 600 one
	config two
	expect 3 env KUBECONFIG=one:gone:two "$KWIZ" kubeconfig check
	tr -s ' \n' ' ' <out >flat
	has flat "warn file: gone is not there" "pass context: other" 'fail cluster: the context "other" names "gone", which is not there; there are: kub' \
		'fail user: the context "other" names "nobody", which is not there; there are: me'
	expect 0 env KUBECONFIG=one:two "$KWIZ" kubeconfig check --context c
	expect 3 env KUBECONFIG=one:two "$KWIZ" kubeconfig check --context zz
	has out 'there is no context "zz"; there are: c, other'
	sed -i /current-context/d two
	expect 3 "$KWIZ" kubeconfig check two
	has out "no current context; there are: c, other" "localhost:8080"
	# not YAML, with its line; a file that is none; a folder; a FIFO; too large
	printf 'kind: Config\nclusters: [\n  {name: a\nusers: ]\n' >bad
	expect 3 "$KWIZ" kubeconfig check bad
	grep -E 'fail file: bad:[0-9]+:[0-9]+: not YAML' out
	expect 3 env KUBECONFIG=two:bad "$KWIZ" kubeconfig check --context c
	has out "skip answer"
	printf 'name: x\n' >none
	expect 3 "$KWIZ" kubeconfig check none
	has out "this is no kubeconfig"
	expect 3 "$KWIZ" kubeconfig check home
	has out "this is a folder"
	mkfifo fifo
	expect 3 timeout 60 "$KWIZ" kubeconfig check fifo
	head -c 1100000 /dev/zero | tr '\0' ' ' >large
	expect 3 "$KWIZ" kubeconfig check large
	has out "1100000 bytes"
	if [ "$(id -u)" -ne 0 ]; then
		chmod 0 two
		expect 3 "$KWIZ" kubeconfig check two
		has out "Permission denied"
	fi
}

test_kubeconfig_what_a_context_leads_to() {
	stand_in
	config c 'token: x1234' 'tls-server-name: x'
	expect 3 "$KWIZ" kubeconfig check c
	has out "fail server: the cluster \"kub\" has no server"
	config c 'token: x1234' 'server: "http://10.1.4.36:8080"'
	expect 0 "$KWIZ" kubeconfig check c
	has out "warn server: http://10.1.4.36:8080: not at https://"
	config c 'token: x1234' 'server: "https://10.1.4.36:6443", insecure-skip-tls-verify: true'
	expect 0 "$KWIZ" kubeconfig check c
	has out "warn authority: insecure-skip-tls-verify"
	config c 'username: ""'
	expect 3 "$KWIZ" kubeconfig check c
	has out "fail user: me has no credentials"
	config c 'tokenFile: gone'
	expect 3 "$KWIZ" kubeconfig check c
	has out "fail token: gone: cannot open the file"
	config c 'token: x1234' 'server: "https://10.1.4.36:6443", certificate-authority: gone/ca.crt'
	expect 3 "$KWIZ" kubeconfig check c
	has out "fail authority: gone/ca.crt: cannot open the file"
	config c 'token: x1234' 'server: "https://10.1.4.36:6443", certificate-authority-data: "!!!!"'
	expect 3 "$KWIZ" kubeconfig check c
	has out "fail authority: certificate-authority-data: expected Base64"
	config c 'token: x1234' 'server: "https://10.1.4.36:6443", certificate-authority-data: "Q0E="'
	expect 3 "$KWIZ" kubeconfig check c
	has out "fail authority: certificate-authority-data holds no certificate"
	config c 'token: x1234' 'server: "https://10.1.4.36:6443", proxy-url: "http://10.1.1.1:3128"'
	expect 0 "$KWIZ" kubeconfig check c
	has out "warn proxy: the server is asked through a proxy (proxy-url)"
}

test_kubeconfig_certificates() {
	stand_in
	if ! certificate good -2 300; then
		skip kubeconfig_certificates "openssl is not installed"
		return 0
	fi
	certificate old -20 -3
	certificate soon -2 5
	certificate early 3 300
	mkdir deep
	cp good.crt old.crt soon.crt early.crt good.key old.key deep
	user() { config deep/c "client-certificate: $1.crt, client-key: $2.key" "server: \"https://10.1.4.36:6443\", certificate-authority-data: \"$(base64 -w0 "$3.crt")\""; }
	user good good good # paths are meant from the file's folder
	expect 0 "$KWIZ" kubeconfig check deep/c
	has out "pass certificate: deep/good.crt: until 20" "pass key: deep/good.key" "pass authority: certificate-authority-data: until 20"
	user old old good
	expect 3 "$KWIZ" kubeconfig check deep/c
	has out "fail certificate: deep/old.crt: expired on 20" "renew-certificates" "pass key: deep/old.key" "pass answer"
	user good old good
	expect 3 "$KWIZ" kubeconfig check deep/c
	has out "fail key: deep/old.key is not the key of the client certificate"
	user good gone good
	expect 3 "$KWIZ" kubeconfig check deep/c
	has out "fail key: deep/gone.key: cannot open the file"
	cp soon.key early.key deep
	user soon soon good
	expect 0 "$KWIZ" kubeconfig check deep/c
	has out "warn certificate: deep/soon.crt: ends on 20"
	user early early old
	expect 3 "$KWIZ" kubeconfig check deep/c
	has out "fail certificate: deep/early.crt: not valid before 20" "clock" "fail authority: certificate-authority-data: expired on 20"
	config deep/c 'client-certificate: good.crt'
	expect 3 "$KWIZ" kubeconfig check deep/c
	has out "fail key: there is a client certificate without its key"
	# a key with a passphrase: kubectl can't use it, and nobody is asked
	openssl ec -in good.key -aes128 -passout pass:sesame -out deep/locked.key 2>/dev/null
	config deep/c 'client-certificate: good.crt, client-key: locked.key'
	expect 3 timeout 60 "$KWIZ" kubeconfig check deep/c
	has out "fail key: deep/locked.key holds no private key that can be read" "passphrase"
	config deep/c "client-certificate-data: \"$(base64 -w0 good.crt)\", client-key-data: \"$(base64 -w0 good.key)\""
	head -n 2 good.key | tail -n 1 >quoted # one line of it
	cp quoted says
	expect 6 "$KWIZ" kubeconfig check deep/c
	has out "pass key: client-key-data"
	lacks out "$(base64 -w0 good.key)"
}

test_kubeconfig_kubectl_itself() {
	stand_in
	config c
	echo v1.36.4 >server
	expect 0 "$KWIZ" kubeconfig check c
	has out "warn version: kubectl is v1.20.2, the server v1.36.4"
	echo v1.21.0 >server
	expect 0 "$KWIZ" kubeconfig check c
	has out "pass version"
	echo 'v9999999999999999999.1' >server
	expect 0 "$KWIZ" kubeconfig check c
	# one that hangs is ended
	echo 300 >./sleep
	expect 6 timeout 60 "$KWIZ" kubeconfig check --timeout 1 --json c
	has out '"trouble":"hangs"'
	# what it said until then may tell why
	sed -i 's/exec sleep/{ cat says >\&2; exec sleep/; s/sleep")"$/sleep")"; }/' bin/kubectl
	echo 'E1127 08:36:26.4 1 memcache.go:265] couldnt get current server API group list: net/http: TLS handshake timeout' >says
	expect 6 timeout 60 "$KWIZ" kubeconfig check --timeout 1 --json c
	has out '"trouble":"handshake"' "memcache.go"
	rm sleep
	printf '#!/bin/sh\nexit 3\n' >bin/kubectl
	expect 5 "$KWIZ" kubeconfig check c
	has out "fail kubectl: kubectl does not run (exit status 3)" "skip answer"
	rm bin/kubectl
	mkdir only
	ln -s "$(command -v env)" only/env
	expect 5 "$(command -v env)" PATH="$PWD/only" "$KWIZ" kubeconfig check c
	has out "fail kubectl: there is no kubectl on this machine" "pass context: c"
	# it floods
	printf '#!/bin/sh\ncase "$*" in *--client*) echo "{}" ;; *) yes x | head -c 9000000 ;; esac\n' >bin/kubectl
	chmod +x bin/kubectl
	expect 6 "$KWIZ" kubeconfig check c
	[ "$(wc -c <out)" -lt 20000 ]
}

# The real kubectl against servers on loopback: the machine's, and that which was built for throwaway hosts (1.20.2).
test_kubeconfig_with_a_real_kubectl() {
	real_kubectl
}
test_kubeconfig_with_an_old_kubectl() {
	local built
	for built in "${KWIZ_CACHE:-$HOME/.cache/kwiz}"/kubernetes/binaries-*/; do
		if [ -x "$built/kubectl" ]; then
			PATH=$built:$PATH
			OLD=yes real_kubectl
			has out '"found":"v1.20.2"'
			return 0
		fi
	done
	skip kubeconfig_with_an_old_kubectl "none was built for throwaway hosts"
}

real_kubectl() {
	unset KUBECONFIG HTTPS_PROXY https_proxy HTTP_PROXY http_proxy NO_PROXY no_proxy
	if ! command -v kubectl >/dev/null || ! command -v python3 >/dev/null || ! certificate good -2 300; then
		skip real_kubectl "kubectl, python3 or openssl is not here"
		return 0
	fi
	certificate old -20 -3
	certificate early 3 300
	certificate named -2 300 DNS:kub.example.com
	cat >server.py <<'END'
import http.server, json, ssl, sys, socket, time
kind, certificate = sys.argv[1], sys.argv[2]
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = 200, {}
        if kind == "unauthorized": status, body = 401, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "Unauthorized", "reason": "Unauthorized", "code": 401}
        elif kind == "html": self.send_response(200); self.send_header("Content-Type", "text/html"); self.end_headers(); self.wfile.write(b"<html>hello</html>"); return
        elif self.path.startswith("/version"): body = {"major": "1", "minor": "20", "gitVersion": "v1.20.2"}
        elif self.path.startswith("/api/v1/namespaces/kube-system/services"):
            if kind == "forbidden": status, body = 403, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": 'services is forbidden: User "me" cannot list resource "services"', "reason": "Forbidden", "code": 403}
            else: body = {"kind": "ServiceList", "apiVersion": "v1", "metadata": {}, "items": []}
        elif self.path.startswith("/apis"): body = {"kind": "APIGroupList", "apiVersion": "v1", "groups": []}
        elif self.path.startswith("/api/v1"): body = {"kind": "APIResourceList", "groupVersion": "v1", "resources": [{"name": "services", "singularName": "", "namespaced": True, "kind": "Service", "verbs": ["get", "list"]}]}
        elif self.path.startswith("/api"): body = {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
        text = json.dumps(body).encode()
        self.send_response(status); self.send_header("Content-Type", "application/json"); self.send_header("Content-Length", str(len(text))); self.end_headers(); self.wfile.write(text)
    def log_message(self, *rest): pass
if kind in ("silent", "closes"):
    listener = socket.create_server(("127.0.0.1", 0)); print(listener.getsockname()[1], flush=True)
    kept = []
    while True:
        one = listener.accept()[0]
        one.close() if kind == "closes" else kept.append(one)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
if certificate != "none":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); context.load_cert_chain(certificate + ".crt", certificate + ".key"); server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
END
	export HOME=$PWD/home
	mkdir home
	local kind served trusted status trouble port pid
	while read -r kind served trusted status trouble; do
		rm -f port
		python3 server.py "$kind" "$served" >port 2>/dev/null &
		pid=$!
		for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
		port=$(cat port)
		[ "$kind" != gone ] || { kill "$pid"; wait "$pid" || true; }
		config c 'token: sesame-opens' "server: \"https://127.0.0.1:$port\"$([ "$trusted" = none ] || printf ', certificate-authority-data: "%s"' "$(base64 -w0 "$trusted.crt")")"
		"$KWIZ" kubeconfig check --timeout 5 --json c >out 2>err || got=$?
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
		if [ "${got:-0}" -ne "$status" ]; then
			echo "    $kind $served: exit status ${got:-0}, not $status"
			cat out
			return 1
		fi
		got=0
		# It asks again until its time is up, and says no more; on a slow machine that takes so long that kwiz ends it.
		[ -z "${OLD-}" ] || trouble=${trouble/cut/timeout}
		[ -z "${OLD-}" ] || [ "$trouble" != timeout ] || ! grep -qF '"trouble":"hangs"' out || trouble=hangs
		has out "\"trouble\":\"${trouble#-}\""
		lacks out sesame
	done <<'END'
good good good 0 -
gone good good 6 refused
good good named 6 authority
good named named 6 name
good old old 3 expired
good early early 3 early
silent none good 6 timeout
closes none good 6 cut
good none good 6 plain
unauthorized good good 6 unauthorized
forbidden good good 0 forbidden
END
}
