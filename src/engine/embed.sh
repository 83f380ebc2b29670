#!/bin/sh
# usage: embed.sh FOLDER: prints the host's side as C arrays: the loader, what runs a script, the programs that bootstrap.list, abort.list and playbook.list put together, and the probes
# between hosts, without the comment lines and the indentation that a shell does not need.
set -eu
cd "$1"

array() { # array NAME FILE...
	name=$1
	shift
	cat "$@" | bytes "$name"
}

bytes() { # bytes NAME <TEXT
	name=$1
	echo "static const char ${name}_text[] = {"
	# Comments and leading tabs are a quarter of the bytes that go to every host. Here-documents are all `<<-`, so tabs are free to go.
	sed -e '/^[[:space:]]*#/d' -e 's/^	*//' -e '/^$/d' | od -An -v -tu1 | sed 's/  *\([0-9][0-9]*\)/\1,/g'
	echo '0};'
	echo "const struct host_script host_script_$name = {${name}_text, sizeof ${name}_text - 1};"
}

echo '/* Made by embed.sh; do not edit. */'
echo '#include "engine/host_scripts.h"'
array loader loader.sh
array run run.sh
# shellcheck disable=SC2046 # lists of file names without spaces
array attach $(cat bootstrap.list)
# shellcheck disable=SC2046
array abort $(cat abort.list)
# shellcheck disable=SC2046
array playbook $(cat playbook.list)
# Python and Perl stand between single quotes, and have none.
{
	printf "mesh_python='\n"
	cat mesh.py
	printf "'\nmesh_perl='\n"
	cat mesh.pl
	printf "'\n"
	cat mesh.sh
} | bytes mesh
