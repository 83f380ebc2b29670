# Probes between hosts: temporary listeners here, connections to those of the others. kwiz puts the texts of mesh.py and mesh.pl before it, in the
# variables mesh_python and mesh_perl; mesh_tools is which may be used. What is said on stdin and stdout is told in mesh.h.
#
# All ends with the end of stdin, with `quit`, or when its time is up (run.sh). No file is written.
# shellcheck shell=sh disable=SC2154,SC2317 # those variables; functions that traps run

# ---- a program that does it all ----

# A program that can't begin (a module is missing, say) has read nothing yet, and the next is tried; 1 is what both end with then, 126 and 127 the shell.
mesh_run() {
	mesh_status=0
	"$@" || mesh_status=$?
	case $mesh_status in
	1 | 126 | 127) ;;
	*) exit 0 ;;
	esac
}
mesh_may() {
	case " $mesh_tools " in
	*" $1 "*) return 0 ;;
	esac
	return 1
}
if mesh_may python3; then
	for mesh_program in python3 /usr/libexec/platform-python; do
		if command -v "$mesh_program" >/dev/null 2>&1; then mesh_run "$mesh_program" -I -S -c "$mesh_python" 2>/dev/null; fi
	done
fi
if mesh_may perl && command -v perl >/dev/null 2>&1; then mesh_run perl -e "$mesh_perl" 2>/dev/null; fi

# ---- else a program for each listener and each connection ----

mesh_tool=none mesh_pids=''
if mesh_may nc && command -v nc >/dev/null 2>&1; then
	# nc is many programs: these two listen on more than one connection
	case $(nc -h 2>&1 </dev/null) in
	*OpenBSD* | *Ncat*) mesh_tool=nc ;;
	esac
fi
if [ "$mesh_tool" = none ] && mesh_may socat && command -v socat >/dev/null 2>&1; then mesh_tool=socat; fi
if [ "$mesh_tool" = none ] && mesh_may busybox && busybox nc --help 2>&1 </dev/null | grep -q -e -ll; then mesh_tool=busybox; fi
if [ "$mesh_tool" = none ] && mesh_may bash && command -v bash >/dev/null 2>&1 && command -v timeout >/dev/null 2>&1; then mesh_tool=bash; fi

mesh_end() {
	trap '' HUP INT TERM PIPE
	# shellcheck disable=SC2086 # a list of numbers
	[ -z "$mesh_pids" ] || kill $mesh_pids 2>/dev/null
	wait
}
trap mesh_end EXIT
trap 'exit 0' HUP INT TERM PIPE
mesh_say() {
	printf '%s\n' "$mesh_token $*"
}
mesh_pause() {
	sleep "$1" 2>/dev/null || sleep 1
}
# ADDRESS as socat wants it, with its family's number before it
mesh_socat() {
	case $3 in
	*:*) printf '%s' "${1}6$2:[$3]" ;;
	*) printf '%s' "${1}4$2:$3" ;;
	esac
}

mesh_listen() { # ID KIND ADDRESS PORT
	if [ "$mesh_tool" = none ] || [ "$mesh_tool" = bash ]; then
		mesh_say bound "$1" none
		return
	elif [ "$4" -lt 1024 ] && [ "$mesh_uid" != 0 ]; then
		mesh_say bound "$1" root
		return
	fi
	case $3 in
	*:*) mesh_family=6 mesh_bind="[$3]" ;;
	*) mesh_family=4 mesh_bind=$3 ;;
	esac
	# a datagram is printed as it is: it is a line that tells what was heard
	case $mesh_tool-$2 in
	nc-tcp) nc -l -k "$3" "$4" >/dev/null 2>&1 & ;;
	nc-udp) nc -u -l -k "$3" "$4" 2>/dev/null & ;;
	socat-tcp) socat -u "TCP$mesh_family-LISTEN:$4,bind=$mesh_bind,reuseaddr,fork" OPEN:/dev/null >/dev/null 2>&1 & ;;
	socat-udp) socat -u "UDP$mesh_family-RECV:$4,bind=$mesh_bind" STDOUT 2>/dev/null & ;;
	busybox-tcp) busybox nc -ll -p "$4" -e true >/dev/null 2>&1 & ;;
	*)
		mesh_say bound "$1" none
		return
		;;
	esac
	mesh_pids="$mesh_pids $!"
	mesh_bound="$mesh_bound $1:$!"
}

mesh_word() { # STATUS TEXT: of a program that tried to connect
	case $1-$2 in
	# a listener that has seen enough may reset what it took
	0-* | *'eset by peer'*) echo open ;;
	*refused*) echo refused ;;
	*'o route'* | *nreachable* | *rohibited* | *ermitted*) echo unreachable ;;
	124-* | *'imed out'* | *'IMEOUT'*) echo silent ;;
	*) echo failed ;;
	esac
}

mesh_try_tcp() { # ADDRESS PORT
	case $mesh_tool in
	nc) mesh_text=$(nc -z -v -n -w 2 "$1" "$2" 2>&1 </dev/null) ;;
	socat) mesh_text=$(socat -u OPEN:/dev/null "$(mesh_socat TCP '' "$1"):$2,connect-timeout=2" 2>&1 </dev/null) ;;
	busybox) mesh_text=$(busybox nc -w 2 "$1" "$2" -e true 2>&1 </dev/null) ;;
	bash) mesh_text=$(timeout 2 bash -c "exec 3<>/dev/tcp/$1/$2" 2>&1 </dev/null) ;;
	esac
	mesh_word $? "$mesh_text"
}

mesh_try_udp() { # LINE ADDRESS PORT
	case $mesh_tool in
	nc) set -- "$1" nc -u -n -w 1 "$2" "$3" ;;
	socat) set -- "$1" socat -t 1 - "$(mesh_socat UDP '' "$2"):$3" ;;
	*)
		echo none
		return
		;;
	esac
	mesh_line=$1
	shift
	mesh_text=$({
		for mesh_gap in 0.5 0.5 0; do
			printf '%s\n' "$mesh_line"
			mesh_pause "$mesh_gap"
		done
	} | "$@" 2>&1)
	case $mesh_text in
	*"$mesh_line"*) echo open ;;
	*refused*) echo refused ;;
	*'o route'* | *nreachable* | *rohibited* | *ermitted*) echo unreachable ;;
	*) echo silent ;;
	esac
}

mesh_try() { # ID KIND ADDRESS PORT WORD
	if [ "$mesh_tool" = none ]; then
		mesh_say probe "$1" none
	elif [ "$2" = tcp ]; then
		mesh_say probe "$1" "$(mesh_try_tcp "$3" "$4")"
	else
		mesh_say probe "$1" "$(mesh_try_udp "$mesh_nonce $mesh_me $1 $5" "$3" "$4")"
	fi
}

mesh_rtt() { # ID ADDRESS: by ping, as no shell has a clock that is fine enough
	mesh_text=$(ping -n -q -c 2 -w 3 "$2" 2>/dev/null </dev/null || busybox ping -q -c 2 -w 3 "$2" 2>/dev/null </dev/null) || mesh_text=''
	case $mesh_text in
	*' = '*.*/*)
		mesh_text=${mesh_text##* = }
		mesh_text=${mesh_text%%/*}
		mesh_part=${mesh_text#*.}000
		mesh_part=${mesh_part%"${mesh_part#???}"}
		mesh_say rtt "$1" "$((${mesh_text%.*} * 1000 + 1$mesh_part - 1000))"
		;;
	*) mesh_say rtt "$1" none ;;
	esac
}

# In the background, 16 at once.
mesh_go() {
	trap - EXIT
	trap 'exit 0' HUP INT TERM PIPE
	# a here-document would be a file
	printf '%s\n' "$mesh_probes" "$mesh_rtts" | {
		mesh_count=0
		while read -r mesh_a mesh_b mesh_c mesh_d mesh_e; do
			case $mesh_a in
			'') continue ;;
			rtt) mesh_rtt "$mesh_b" "$mesh_c" & ;;
			*) mesh_try "$mesh_a" "$mesh_b" "$mesh_c" "$mesh_d" "$mesh_e" & ;;
			esac
			mesh_count=$((mesh_count + 1))
			[ $((mesh_count % 16)) != 0 ] || wait
		done
		wait
	}
	mesh_say 'done'
}

mesh_uid=$(id -u 2>/dev/null || echo unknown)
mesh_token='' mesh_nonce='' mesh_me='' mesh_bound='' mesh_probes='' mesh_rtts=''
while :; do
	read -r mesh_a mesh_b mesh_c mesh_d mesh_e mesh_f || exit 0
	case $mesh_a in
	me)
		mesh_token=$mesh_b mesh_nonce=$mesh_c mesh_me=$mesh_d
		mesh_say tool "$mesh_tool"
		;;
	listen) mesh_listen "$mesh_b" "$mesh_c" "$mesh_d" "$mesh_e" ;;
	probe) mesh_probes="$mesh_probes
$mesh_b $mesh_c $mesh_d $mesh_e $mesh_f" ;;
	rtt) mesh_rtts="$mesh_rtts
rtt $mesh_b $mesh_c" ;;
	end) break ;;
	esac
done
# Those that live listen; what they had to say about it nobody can read in the same way everywhere.
[ -z "$mesh_bound" ] || mesh_pause 0.5
for mesh_a in $mesh_bound; do
	if kill -0 "${mesh_a#*:}" 2>/dev/null; then
		mesh_say bound "${mesh_a%%:*}" ok
	else
		mesh_say bound "${mesh_a%%:*}" failed
	fi
done
mesh_say ready
while read -r mesh_a; do
	case $mesh_a in
	go)
		mesh_go &
		mesh_pids="$mesh_pids $!"
		;;
	quit) break ;;
	esac
done
exit 0
