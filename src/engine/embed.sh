#!/bin/sh
# usage: embed.sh FILE...: prints the files as C arrays, one struct a file, without comment lines and indentation that the shell does not need.
set -eu
echo '/* Made by embed.sh; do not edit. */'
echo '#include "engine/host_scripts.h"'
for f; do
	name=$(basename "$f" .sh)
	echo "static const char ${name}_text[] = {"
	# Comments and leading tabs are a quarter of the bytes that go to every host. Here-documents are all `<<-`, so tabs are free to go.
	sed -e '/^[[:space:]]*#/d' -e 's/^	*//' -e '/^$/d' "$f" | od -An -v -tu1 | sed 's/  *\([0-9][0-9]*\)/\1,/g'
	echo '0};'
	echo "const struct host_script host_script_$name = {${name}_text, sizeof ${name}_text - 1};"
done
