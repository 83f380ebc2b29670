# shellcheck shell=sh
if [ "${KWIZ_ANSWER_slow_on-}" = "$KWIZ_HOST" ]; then
	: >/var/tmp/book/slow
	sleep 15
fi
printf '%s' "$KWIZ_HOST" >/var/tmp/book/self
