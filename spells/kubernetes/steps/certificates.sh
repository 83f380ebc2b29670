# shellcheck shell=sh
# When each certificate of this control plane ends. Changes nothing.
run_note
list=$(certificates) || kwiz_fail "kubeadm could not tell when the certificates end" "its reason stands above"
[ -n "$list" ] || kwiz_fail "kubeadm told of no certificate" "run kubeadm certs check-expiration on $KWIZ_HOST and see"
printf '%s\n' "$list" | awk '{ printf "%-28s %s, %s\n", $1, $3 " " $4 " " $5 " " $6 " UTC", $2 < 0 ? "over" : $2 " days" }'
kwiz_result certificates_until "$(printf '%s\n' "$list" | sort -k2,2n | awk 'NR == 1 { print $3, $4, $5, $6 " UTC (" $1 ")" }')"
over=$(printf '%s\n' "$list" | awk '$2 < 0 { printf "%s%s", gap, $1; gap = ", " }')
[ -z "$over" ] || kwiz_fail "certificates of $KWIZ_HOST have ended: $over" "kwiz action renew-certificates makes new ones"
soon=$(printf '%s\n' "$list" | awk -v limit="$CERTIFICATE_DAYS" '$2 < limit { printf "%s%s (%d days)", gap, $1, $2; gap = ", " }')
[ -z "$soon" ] || kwiz_warn "certificates of $KWIZ_HOST end soon: $soon; kwiz action renew-certificates makes new ones"
kwiz_unchanged
