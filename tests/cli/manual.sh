# shellcheck shell=bash
# kwiz(1) against the program: every command, option, event, field and variable stands there, and no command or option that is none.

# The manual as plain lines: no macros, fonts, quotes; `-y, --yes` as help has it.
plain_manual() {
	sed -E -e 's/\\f[BIRP]//g; s/\\-/-/g' -e 's/^\.(B|BR|BI|I|IR|RB) //' -e 's/"//g; s/ +,/,/g; s/ +/ /g; s/ $//' "$TOP/doc/kwiz.1"
}

# section NAME: its lines.
section() {
	awk -v want=".SH $1" '/^\.SH /{ on = $0 == want; next } on' manual
}

# walk COMMAND...: appends its usage to the file commands and its options to the file options, then does the same for its subcommands.
walk() {
	local -a subcommands
	local usage=help.${*//\//_}
	"$@" --help >"$usage"
	sed -nE '1s/^usage: //p' "$usage" >>commands
	sed -nE '/^Options:/,$s/^  ?(-., )? *(--[^ ]+( [A-Z=]+)?)  .*/\1\2/p' "$usage" | sed 's/^ *//' >>options
	mapfile -t subcommands < <(sed -nE '/^Commands:/,/^$/s/^  ([a-z]+) .*/\1/p' "$usage")
	local s
	for s in "${subcommands[@]}"; do walk "$@" "$s"; done
}

prepare() {
	plain_manual >manual
	walk kwiz
	sort -u -o options options
}
kwiz() { "$KWIZ" "$@"; }

# missing WHAT A B: fails when lines of A are not lines of B.
missing() {
	local lines
	lines=$(grep -vxFf "$3" "$2" || true)
	[ -z "$lines" ] || { printf '    %s:\n%s\n' "$1" "$lines"; return 1; }
}

test_commands() {
	prepare
	[ "$(wc -l <commands)" -ge 19 ] # the walk found them
	grep -v ' COMMAND$' commands | sed 's/ \[COMMAND\]$//' >leaves # what can be called without one is a command too
	section COMMANDS | sed -n 's/^\.SS //p' >headings
	missing 'not in COMMANDS of kwiz.1' leaves headings
	missing 'in COMMANDS of kwiz.1, but not a command' headings leaves
}

test_options() {
	prepare
	[ "$(wc -l <options)" -ge 20 ]
	section OPTIONS >described
	grep -E '^-' described >documented
	missing 'not in OPTIONS of kwiz.1' options documented
	missing 'in OPTIONS of kwiz.1, but not an option' documented options
}

# Names in quotes behind what writes them.
test_events() {
	plain_manual >manual
	section 'JSON LINES' | tr -cs 'a-z_\n' '\n' >words
	{
		grep -ohE '(set_text|set_number|json_object_set_new)\((o|counts|results), "[a-z_]+"' "$TOP/src/headless/jsonl.c"
		grep -ohE '(set|json_object_set_new)\((o|by_check), "[a-z_]+"' "$TOP/src/cli/check_json.c"
		grep -ohE 'look_set\(o, "[a-z_]+"' "$TOP/src/cli/look.c" "$TOP/src/cli/kubeconfig_check.c"
		grep -ohE '(event\(|event", )"[a-z]+"' "$TOP/src/headless/jsonl.c" "$TOP/src/cli/check.c" "$TOP/src/cli/facts.c" "$TOP/src/cli/look.c"
		grep -A2 -hE 'json_pack' "$TOP/src/headless/jsonl.c" "$TOP/src/cli/check.c" "$TOP/src/cli/facts.c" "$TOP/src/cli/runs.c" | grep -oE '"[a-z_]+", '
	} | grep -oE '"[a-z_]+",?$|"[a-z_]+", $' | tr -d '", ' | sort -u >fields
	[ "$(wc -l <fields)" -ge 35 ]
	missing 'not in JSON LINES of kwiz.1' fields words
}

test_environment() {
	plain_manual >manual
	section ENVIRONMENT | tr -cs 'A-Z_\n' '\n' >words
	grep -rhoE --include='*.c' '\b(getenv|get|file_xdg)\("(KWIZ|XDG|NO|COLOR|TERM|SSH)[A-Z_]*"' "$TOP/src" "$TOP/ui" |
		sed -E 's/.*"(.*)"/\1/' | sort -u >variables
	[ "$(wc -l <variables)" -ge 9 ]
	missing 'not in ENVIRONMENT of kwiz.1' variables words
}

test_man_pages_are_clean() {
	local page
	if ! command -v groff >/dev/null; then
		skip man_pages_are_clean "groff is not installed"
		return 0
	fi
	for page in "$TOP"/doc/*.[15]; do
		groff -man -Tutf8 -ww "$page" >/dev/null 2>complaints
		[ ! -s complaints ] || { echo "    $page:"; cat complaints; return 1; }
	done
}

# They are made of golden screens, which another suite compares with what is shown.
test_pictures_are_current() {
	if [ ! -x "${BUILD:=$TOP/build}/tests/screen/wizard_golden" ]; then
		skip pictures_are_current "the tests of screens were not built"
		return 0
	fi
	"$TOP/doc/screenshots" --check
	grep -o 'doc/screens/[a-z]*\.svg' "$TOP/README.md" | sort -u >named
	(cd "$TOP" && ls doc/screens/*.svg) >there
	diff named there
}
