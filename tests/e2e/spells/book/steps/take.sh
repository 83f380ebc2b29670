# shellcheck shell=sh
[ "${KWIZ_ANSWER_fail_on-}" != "$KWIZ_HOST" ] || kwiz_fail "told to fail with $(kwiz_read_secret token)"
if [ "${KWIZ_ANSWER_hang_on-}" = "$KWIZ_HOST" ]; then
	sleep 1000
fi
date +%s.%N >/var/tmp/book/began
sleep 1
printf '%s' "$KWIZ_RESULT_motto" >/var/tmp/book/motto
printf '%s' "$KWIZ_RESULT_place" >/var/tmp/book/place
kwiz_read_secret token >/var/tmp/book/token
if kwiz_read_secret sesame >/var/tmp/book/sesame; then :; fi
ls -l "$KWIZ_SECRETS/in" >/var/tmp/book/secrets
stat -f -c %T "$KWIZ_SECRETS/in" >/var/tmp/book/memory
date +%s.%N >/var/tmp/book/ended
