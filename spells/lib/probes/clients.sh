# shellcheck shell=sh
# What may ask a server for $url. Each says in $found: ok, refused, silent, unreachable, unresolved, closed, "tls WHY" or, of a proxy, "status N"; nothing when
# it can't be run after all. What they print may be anything and much: only its end is looked at, and none of it is passed on.

# failed_by TEXT: the words of the C library and of OpenSSL.
failed_by() {
    case $1 in
    *refused*) found=refused ;;
    *'No route to host'* | *'etwork is unreachable'*) found=unreachable ;;
    *'ould not resolve'* | *'unable to resolve'* | *'not known'* | *'name resolution'* | *'bad address'* | *'No address associated'*) found=unresolved ;;
    *'has expired'*) found='tls expired' ;;
    *'not yet valid'* | *'not yet activated'*) found='tls not-yet' ;;
    *'subject name'* | *'ostname mismatch'* | *'not match'* | *"doesn't match"*) found='tls name' ;;
    *[Cc]ertificate*) found='tls untrusted' ;;
    *'timed out'* | *imeout*) found=silent ;;
    *) found=$2 ;;
    esac
}

by_curl() {
    insecure=
    [ "$trust" = verify ] || insecure=-k
    # -v: else some of them don't say whether it was refused or is out of reach
    # shellcheck disable=SC2086 # an option or none
    text=$({
        limited 7 curl -q -s -v $insecure -I -o /dev/null --connect-timeout 5 -m 5 -w '\nkwiz %{http_code} %{http_connect} ' "$url" 2>&1
        echo "$?"
    } | tail -c 3000)
    last=${text##*"$nl"}
    status=${last##* } code='' connect=''
    case $last in
    'kwiz '*' '*' '*)
        last=${last#* }
        code=${last%% *}
        last=${last#* }
        connect=${last%% *}
        ;;
    esac
    case $status in
    0)
        found=ok
        ! is_proxied || case $url,$code in
        http:*,407 | http:*,50[234]) found="status $code" ;;
        esac
        ;;
    5 | 6) found=unresolved ;;
    7) failed_by "$text" refused ;;
    28 | 124 | 137)
        found=silent
        case $text in
        *'esolving timed out'*) found=unresolved ;;
        esac
        ;;
    35 | 51 | 60) failed_by "$text" 'tls handshake' ;;
    126 | 127) found='' ;;
    *)
        case $connect in
        000 | 2?? | '') found=closed ;;
        *) found="status $connect" ;;
        esac
        ;;
    esac
    case $status,$found in
    35,'tls untrusted' | 35,refused | 35,silent) found='tls handshake' ;;
    60,refused | 60,silent) found='tls untrusted' ;;
    esac
}

is_gnu_wget() {
    case $(limited 2 wget --version 2>&1) in
    *'GNU Wget'*) return 0 ;;
    esac
    return 1
}

by_wget() {
    insecure=
    [ "$trust" = verify ] || insecure=--no-check-certificate
    read_now
    began=$now
    # shellcheck disable=SC2086 # an option or none
    text=$({
        limited 7 wget --no-config -t 1 -T 5 --spider --max-redirect=0 $insecure -O /dev/null "$url" 2>&1
        echo "$?"
    } | tail -c 3000)
    status=${text##*"$nl"}
    case $status,$text in
    *'roxy tunneling failed: Forbidden'*) found='status 403' ;;
    *'roxy tunneling failed: Proxy Auth'*) found='status 407' ;;
    *'roxy tunneling failed'*) found='status 502' ;;
    0,* | 6,* | 8,*) found=ok ;;
    124,* | 137,*) found=silent ;;
    126,* | 127,*) found='' ;;
    5,*) failed_by "$text" 'tls handshake' ;;
    *'Unable to establish SSL connection'*)
        # of a server that says nothing it says the same
        found='tls handshake'
        read_now
        [ $((now - began)) -lt 4900 ] || found=silent
        ;;
    *) failed_by "$text" closed ;;
    esac
}

fetch_python='
import socket, ssl, sys, urllib.error, urllib.request
class Stay(urllib.request.HTTPRedirectHandler):
	def redirect_request(self, *rest): return None
def ask(url, verifies):
	context = ssl.create_default_context() if verifies else ssl._create_unverified_context()
	opener = urllib.request.build_opener(Stay, urllib.request.HTTPSHandler(context=context))
	try:
		opener.open(urllib.request.Request(url, method="HEAD"), timeout=5)
	except urllib.error.HTTPError as e:
		return "status 407" if e.code == 407 else "ok"
	except urllib.error.URLError as e:
		return why(e.reason)
	except OSError as e:
		return why(e)
	except Exception:
		return "closed"
	return "ok"
def why(e):
	text = str(e)
	if "Tunnel connection failed" in text: return "status " + text.split("failed: ")[-1][:3]
	if isinstance(e, ConnectionRefusedError): return "refused"
	if isinstance(e, socket.gaierror): return "unresolved"
	if isinstance(e, ssl.SSLError) and "CERTIFICATE_VERIFY_FAILED" in text:
		for part, word in (("has expired", "expired"), ("not yet valid", "not-yet"), ("ismatch", "name"), ("match", "name")):
			if part in text: return "tls " + word
		return "tls untrusted"
	if isinstance(e, socket.timeout) or "timed out" in text: return "silent"
	if isinstance(e, ssl.SSLError): return "tls handshake"
	if isinstance(e, OSError) and e.errno in (101, 113): return "unreachable"
	return "closed"
print(ask(sys.argv[1], sys.argv[2] == "verify"))
'

by_python() {
    found=$(limited 7 python3 -I -c "$fetch_python" "$url" "$trust")
    case $?,$found in
    126,* | 127,*)
        found=''
        return
        ;;
    esac
    case $found in
    ok | refused | silent | unreachable | unresolved | closed | 'tls '[a-z-]* | 'status '[0-9]*) ;;
    '') found=silent ;;
    *) found=closed ;;
    esac
}

by_openssl() {
    case $host in
    *[!0-9.]*:* | *:*) set -- "[$host]:$port" ;;
    *) set -- "$host:$port" ;;
    esac
    case $host in
    *[!0-9.:]*) set -- "$1" -servername "$host" -verify_hostname "$host" ;;
    *) set -- "$1" -verify_ip "$host" ;;
    esac
    text=$({
        limited 5 openssl s_client -connect "$@" </dev/null 2>&1
        echo "$?"
    } | tail -c 6000)
    status=${text##*"$nl"}
    verified=
    case $text in
    # of no certificate it says that nothing is wrong with it
    *'no peer certificate'* | *'Cipher is (NONE)'*) verified=nothing ;;
    *'erify return code: 0 '*) verified=yes ;;
    *'erify return code: '*) verified=no ;;
    esac
    case $status,$verified,$trust in
    *,yes,* | *,no,any | *,no,plain) found=ok ;;
    *,no,*)
        # what stands behind the code; before it are the certificates themselves
        text=${text##*'erify return code: '}
        failed_by "certificate ${text%%"$nl"*}" 'tls untrusted'
        ;;
    124,* | 137,*) found=silent ;;
    126,* | 127,*) found='' ;;
    *,nothing,*) found='tls handshake' ;;
    *) failed_by "$text" 'tls handshake' ;;
    esac
}

# A connection is all that a shell can make, and enough where there is no TLS.
by_bash() {
    # shellcheck disable=SC2016 # the inner shell's
    text=$({
        limited 5 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$host" "$port" 2>&1
        echo "$?"
    } | tail -c 1000)
    case ${text##*"$nl"} in
    0) found=ok ;;
    124 | 137 | 143) found=silent ;;
    126 | 127) found='' ;;
    *) failed_by "$text" closed ;;
    esac
}
