# shellcheck shell=bash
# Text for people can be translated only where xgettext finds it.

test_files_with_text_are_listed() {
	(cd "$TOP" && LC_ALL=C grep -rlE --include='*.c' '\b(_|N_|ngettext)\(' src ui | sort) >wanted
	[ "$(wc -l <wanted)" -gt 50 ]
	diff "$TOP/po/POTFILES.in" wanted || { echo "    po/POTFILES.in is not the sorted list of files with text"; return 1; }
}

# Formats that do not fit would crash the program in that language only.
test_translations_fit() {
	local language n found=''
	if ! command -v msgfmt >/dev/null || ! command -v ngettext >/dev/null; then
		skip translations_fit "gettext is not installed"
		return 0
	fi
	while read -r language; do
		mkdir -p "$language/LC_MESSAGES"
		msgfmt -c -o "$language/LC_MESSAGES/kwiz.mo" "$TOP/po/$language.po"
	done <"$TOP/po/LINGUAS"
	for n in 1 2 5 11 21 112; do
		found+="$(LC_ALL=C.UTF-8 LANGUAGE=ru TEXTDOMAINDIR=$PWD ngettext kwiz '%zu host' '%zu hosts' $n) "
	done
	[ "$found" = "%zu узел %zu узла %zu узлов %zu узлов %zu узел %zu узлов " ] || { echo "    plurals: $found"; return 1; }
}
