# shellcheck shell=bash
# Text for people can be translated only where xgettext finds it.

test_files_with_text_are_listed() {
	(cd "$TOP" && LC_ALL=C grep -rlE --include='*.c' '\b(_|N_|ngettext)\(' src ui | sort) >wanted
	[ "$(wc -l <wanted)" -gt 50 ]
	diff "$TOP/po/POTFILES.in" wanted || { echo "    po/POTFILES.in is not the sorted list of files with text"; return 1; }
}
