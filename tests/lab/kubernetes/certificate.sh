# shellcheck shell=bash
# The lab's own certificate authority, as a company has one: hosts trust it (the
# hook installs it), the image registry's certificate comes from it. Made once per
# cache, on this machine; worth nothing outside the lab.

authority_make() {
	local folder=$KUBE_CACHE/ca new=$KUBE_CACHE/ca.new
	if [ -s "$folder/kwiz-lab-ca.crt" ] &&
		openssl x509 -in "$folder/kwiz-lab-ca.crt" -noout -checkend $((30 * 86400)) >/dev/null; then
		return
	fi
	need openssl openssl
	rm -rf "$new"
	(umask 077 && mkdir -p "$new")
	openssl_quiet req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
		-subj '/CN=kwiz lab authority' -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' \
		-addext 'keyUsage=critical,keyCertSign' \
		-keyout "$new/kwiz-lab-ca.key" -out "$new/kwiz-lab-ca.crt"
	find "$new" -type f -print0 | xargs -0 sync
	rm -rf "$folder"
	mv -T "$new" "$folder"
}

# certificate_make ADDRESS KEY-FILE CERTIFICATE-FILE: for a server at that address.
certificate_make() {
	local address=$1 key=$2 certificate=$3 request=$2.request
	(
		umask 077
		openssl_quiet req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
			-subj '/CN=kwiz lab registry' -keyout "$key" -out "$request"
	)
	printf 'subjectAltName=IP:%s\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' "$address" |
		openssl_quiet x509 -req -in "$request" -days 365 -extfile /dev/stdin \
			-CA "$KUBE_CACHE/ca/kwiz-lab-ca.crt" -CAkey "$KUBE_CACHE/ca/kwiz-lab-ca.key" \
			-set_serial "0x$(openssl rand -hex 16)" -out "$certificate"
	rm -f "$request"
}

# openssl tells its dots and its success on standard error: shown only on failure.
openssl_quiet() {
	local said
	said=$(openssl "$@" 2>&1) || die "openssl $1 failed" "$said"
}
