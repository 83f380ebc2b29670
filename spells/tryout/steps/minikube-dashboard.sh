# shellcheck shell=sh
# minikube dashboard shows it for as long as it runs: here it is only tried, and its address told.
minikube_need
port=$(answer dashboard_port 8001)
undo_folder
heard=$UNDO/dashboard-said
: >"$heard"
# Ended by its own limit whatever becomes of this script; timeout ends what it started when it is ended itself.
# shellcheck disable=SC2016 # the inner shell's own variable
(proxy_export && as_user sh -c 'echo "pid $$"; exec timeout -k 20 600 "$@"' sh "$MINIKUBE" dashboard --profile=minikube --url --port="$port" >"$heard" 2>&1 </dev/null) &
waits=0 url=
while [ "$waits" -lt 300 ] && [ -z "$url" ]; do
    url=$(grep -Eo 'http://[^ ]+' "$heard" | head -n 1) || true
    kill -0 $! 2>/dev/null || break
    sleep 1
    waits=$((waits + 1))
done
url=$(grep -Eo 'http://[^ ]+' "$heard" | head -n 1) || true
answers=no
if [ -n "$url" ] && kwiz_wait 60 page_answers "$url"; then answers=yes; fi
runs=$(sed -n '1s/^pid \([0-9]*\)$/\1/p' "$heard")
[ -z "$runs" ] || kill "$runs" 2>/dev/null || true
wait || true
sed 1d "$heard"
[ -n "$url" ] || kwiz_fail "minikube tells no address of the dashboard" "its words stand above; is port $port taken? dashboard_port answers another"
[ "$answers" = yes ] || kwiz_fail "the dashboard does not answer at $url" "minikube dashboard --url, as $user"
kwiz_result dashboard_url "$url"
echo "on $KWIZ_HOST, as $user: minikube dashboard --url --port=$port"
is_here || echo "from elsewhere besides: ssh -L $port:127.0.0.1:$port $user@$KWIZ_ADDRESS, then open $url"
rm -f "$heard"
if noted minikube-dashboard; then
    kwiz_unchanged
else
    note minikube-dashboard </dev/null
fi
