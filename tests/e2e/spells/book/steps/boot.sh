# shellcheck shell=sh
kwiz_result place "$KWIZ_HOST"
if [ "${KWIZ_ANSWER_boot_on-}" = "$KWIZ_HOST" ] && [ ! -e /var/tmp/book/booted ]; then
	: >/var/tmp/book/booted
	kwiz_reboot
fi
kwiz_unchanged
