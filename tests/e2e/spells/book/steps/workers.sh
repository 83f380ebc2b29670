# shellcheck shell=sh
# Where it is slow it goes on until the file is taken away.
if [ "${KWIZ_ANSWER_slow_on-}" = "$KWIZ_HOST" ]; then
	: >/var/tmp/book/slow
	while [ -e /var/tmp/book/slow ]; do sleep 0.2; done
fi
printf '%s' "$KWIZ_HOST" >/var/tmp/book/self
