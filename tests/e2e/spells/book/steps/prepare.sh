# shellcheck shell=sh
# Fails the first time, to be tried again.
mkdir -p /var/tmp/book
if [ ! -e /var/tmp/book/tried ]; then
	: >/var/tmp/book/tried
	kwiz_fail "not yet" "again"
fi
: >/var/tmp/book/prepared
env | sort >/var/tmp/book/environment
printf '%s' "${KWIZ_ANSWER_words-}" >/var/tmp/book/words
