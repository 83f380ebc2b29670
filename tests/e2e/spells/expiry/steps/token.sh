# shellcheck shell=sh
# Numbered, so that a test sees which was used.
mkdir -p /root/e2e
echo one >>/root/e2e/minted
kwiz_secret token "token-$(wc -l </root/e2e/minted | tr -d ' ')-of-expiry"
