#!/bin/sh
# usage: scripts.sh SCRIPT...
# Puts a script of the spell kubernetes (SPELL names another) together as kwiz does (data, library, script) and writes it to standard output.
set -eu
spell=$(cd "$(dirname "$0")/../../spells/${SPELL:-kubernetes}" && pwd)
# list KEY: of spell.yaml, in either way of writing a list.
list() {
    awk -v key="$1:" '
        $1 == key { on = 1; sub(/^[^:]*:/, ""); gsub(/[][,]/, " "); if (NF) { for (i = 1; i <= NF; i++) print $i; exit } next }
        on && $1 == "-" { print $2; next }
        on { exit }' "$spell/spell.yaml"
}
echo 'kwiz_data() {'
# shellcheck disable=SC2016 # for the script
echo 'case $1 in'
list data | while read -r name; do
    printf "%s) cat <<'KWIZ_DATA_END'\n" "$name"
    cat "$spell/$name"
    printf 'KWIZ_DATA_END\n;;\n'
done
printf '*) return 1 ;;\nesac\n}\n'
list library | while read -r name; do
    cat "$spell/$name"
done
for script; do
    cat "$spell/$script"
done
