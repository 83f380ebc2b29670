# shellcheck shell=sh
while [ -e /root/e2e/hold ]; do sleep 0.2; done
token=$(kwiz_read_secret token)
number=${token#token-}
number=${number%%-*}
case " $(cat /root/e2e/expired 2>/dev/null) " in
*" $number "*) kwiz_fail "token $number has expired" ;;
esac
if [ -e /root/e2e/stumble ]; then
	rm /root/e2e/stumble
	kwiz_fail "stumbled"
fi
mkdir -p /root/e2e
echo "$number" >/root/e2e/joined
