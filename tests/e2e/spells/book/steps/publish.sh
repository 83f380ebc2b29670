# shellcheck shell=sh
kwiz_secret token 'open-{{ 6 * 6 }}-sesame'
echo "the token is open-{{ 6 * 6 }}-sesame"
printf 'apiVersion: v1\nkind: Config\n' | kwiz_secret kubeconfig
kwiz_result motto "{{ 5 * 5 }}
second \"line\" \\ {% raw %}'"
key=undeclared
kwiz_result "$key" x
kwiz_warn "look: {{ 8 * 8 }}"
kwiz_unchanged
