# shellcheck shell=bash
# Text for people can be translated only where xgettext finds it.

test_files_with_text_are_listed() {
	(cd "$TOP" && LC_ALL=C grep -rlE --include='*.[ch]' '\b(_|N_|ngettext)\(' src ui | sort) >wanted
	[ "$(wc -l <wanted)" -gt 50 ]
	diff "$TOP/po/POTFILES.in" wanted || { echo "    po/POTFILES.in is not the sorted list of files with text"; return 1; }
}

tools_are_missing() {
	local tool
	for tool in xgettext msgmerge msgattrib msgcat msgfmt ngettext; do
		command -v "$tool" >/dev/null || return 0
	done
	return 1
}

# What the sources say now, merged into what the translators had: prints what is then untranslated, uncertain or of no use any more.
unfinished() {
	local only
	msgmerge --quiet --previous -o "$1.merged" "$TOP/po/$1.po" fresh.pot
	for only in --untranslated --only-fuzzy --only-obsolete; do
		msgattrib "$only" "$1.merged" | grep -v '^#:' || true
	done
}

fresh_template() {
	local options
	read -ra options <<<"$(sed -n 's/^XGETTEXT_OPTIONS = //p' "$TOP/po/Makevars")"
	xgettext "${options[@]}" -D "$TOP" -f "$TOP/po/POTFILES.in" -o fresh.pot
	[ "$(grep -c '^msgid ' fresh.pot)" -gt 500 ]
}

test_a_built_program_finds_its_translations() {
	LC_ALL=C.UTF-8 LANGUAGE=ru "$KWIZ" run nowhere.yaml >said 2>&1 && return 1
	grep -q 'не удаётся открыть' said
	LC_ALL=C LANGUAGE=ru "$KWIZ" run nowhere.yaml >said 2>&1 && return 1
	grep -q 'cannot open the file' said
}

test_the_language_is_changed_and_changed_back() {
	printf '%s\n' 'language ru' 'language en' 'language xx' >typed
	XDG_STATE_HOME=$PWD LC_ALL=C.UTF-8 LANGUAGE='' "$KWIZ" --plain <typed >said 2>&1 || [ $? = 4 ]
	grep -oE '^1 (of|из) 10' said >heads
	printf '%s\n' '1 of 10' '1 из 10' '1 of 10' | diff heads - || { echo "    not English, Russian, English"; return 1; }
	has said "kwiz does not speak xx"
}

# Russian is complete, always; other languages may lag behind.
test_russian_is_complete() {
	if tools_are_missing; then
		skip russian_is_complete "gettext is not installed"
		return 0
	fi
	fresh_template
	unfinished ru >left
	[ ! -s left ] || { echo "    po/ru.po (make -C build/po update-po):"; head -n 40 left; return 1; }
	# the check itself: a text more, one changed, one that is gone
	cp fresh.pot kept.pot
	printf '\nmsgid "never said before"\nmsgstr ""\n' >>fresh.pot
	unfinished ru >left
	has left "never said before"
	sed 's/^msgid "SPELL|FOLDER"$/msgid "SPELL|FOLDERS"/' kept.pot >fresh.pot
	unfinished ru >left
	has left "SPELL|FOLDERS"
}

test_template_is_current() {
	if tools_are_missing; then
		skip template_is_current "gettext is not installed"
		return 0
	fi
	fresh_template
	msgcat --no-wrap --no-location "$TOP/po/kwiz.pot" | grep '^msgid' | sort >had
	msgcat --no-wrap --no-location fresh.pot | grep '^msgid' | sort >now
	diff had now || { echo "    po/kwiz.pot is not of these sources: make -C build/po update-po"; return 1; }
}

# The bundled spells: all they say to people is there in Russian, and nothing they do not say.
test_bundled_spells_are_translated() {
	local spell
	for spell in hello kubernetes tryout; do
		[ -s "$SPELLS/$spell/translations/ru.yaml" ]
		expect 0 "$KWIZ" spell lint "$SPELLS/$spell"
		lacks err "is not translated in $SPELLS/$spell/translations/ru.yaml"
	done
	cp -r "$SPELLS/hello" .
	rm -f hello/translations/de.yaml
	sed -i 's/^    label: Folder$/    label: The folder/' hello/spell.yaml
	expect 3 "$KWIZ" spell lint ./hello
	has err 'hello/translations/ru.yaml:10:1: "Folder" stands nowhere in the spell' '"The folder" is not translated in ./hello/translations/ru.yaml'
	sed -i '/^Folder:/d' hello/translations/ru.yaml
	expect 0 "$KWIZ" spell lint ./hello
	has err 'note: ' '"The folder" is not translated in '
}

in_russian=(env LC_ALL=C.UTF-8 LANGUAGE=ru)

test_spells_speak_the_operators_language() {
	expect 0 "${in_russian[@]}" "$KWIZ" spell show hello --spells "$SPELLS"
	has out "Любое число узлов" "Приветствие" "Свободное место на диске" "Создать каталог"
	expect 0 "${in_russian[@]}" "$KWIZ" answers init hello --spells "$SPELLS"
	has out "# Что записать на каждом узле."
	expect 0 env LC_ALL=C.UTF-8 LANGUAGE=de:ru "$KWIZ" spell show hello --spells "$SPELLS"
	has out "Beliebig viele Hosts" "Ordner anlegen"
	# in gettext's order: "C" speaks English, and so does a locale without UTF-8
	expect 0 env LC_ALL=C LANGUAGE=ru "$KWIZ" spell show hello --spells "$SPELLS"
	has out "Any number of hosts"
	expect 0 env -u LC_ALL LANG=C.UTF-8 LC_MESSAGES=C LANGUAGE=ru "$KWIZ" spell show hello --spells "$SPELLS"
	has out "Any number of hosts"
	expect 0 env LC_ALL=C.UTF-8 LANGUAGE=xx:ru "$KWIZ" spell show hello --spells "$SPELLS"
	has out "Любое число узлов"
}

# Cyrillic letters have two bytes and one column.
test_columns_of_the_help_stand_below_each_other() {
	expect 0 env LC_ALL=C.UTF-8 LANGUAGE=ru "$KWIZ" check --help
	has out '--accept ПРОВЕРКА=ПРИЧИНА'
	[ "$(LC_ALL=C.UTF-8 grep -cE '^  (-.,|   ) --.{26} [^ ]' out)" = "$(grep -cE '^  (-.,|   ) --' out)" ] || { cat out; return 1; }
}

# What programs read, and what runs are known by, does not depend on who looks.
test_plans_do_not_depend_on_the_language() {
	local action
	"$KWIZ" answers init hello --spells "$SPELLS" -o a.yaml
	for action in install reset; do
		expect 0 "$KWIZ" plan --json --action "$action" --spells "$SPELLS" a.yaml
		mv out english
		expect 0 "${in_russian[@]}" "$KWIZ" plan --json --action "$action" --spells "$SPELLS" a.yaml
		cmp english out
		has out '"title": '
	done
	expect 0 "${in_russian[@]}" "$KWIZ" plan --spells "$SPELLS" a.yaml
	has out "greet: Записать приветствие"
	[ "$("$KWIZ" spell show hello --spells "$SPELLS" | grep -o "sha256:.*")" = "$("${in_russian[@]}" "$KWIZ" spell show hello --spells "$SPELLS" | grep -o "sha256:.*")" ]
}

test_hostile_translations_end_in_an_error() {
	cp -r "$SPELLS/hello" .
	truncate -s 100M hello/translations/ru.yaml
	expect 3 "$KWIZ" spell lint ./hello
	has err "hello/translations/ru.yaml: the file has 104857600 bytes; kwiz reads at most 1048576 here"
	printf 'a: &a x\nb: *a\n' >hello/translations/ru.yaml
	expect 3 "$KWIZ" spell lint ./hello
	has err "hello/translations/ru.yaml:1:4: anchors"
	printf 'a: %s\n' "$(printf '[%.0s' {1..5000})" >hello/translations/ru.yaml
	expect 3 "$KWIZ" spell show ./hello
	has err "hello/translations/ru.yaml:1:"
	printf 'Folder: "\\e]0;x\\a"\n' >hello/translations/ru.yaml
	expect 3 "$KWIZ" spell show ./hello
	has err "hello/translations/ru.yaml:1:9: expected a translation without control characters"
	rm hello/translations/ru.yaml
	mkfifo hello/translations/ru.yaml
	expect 3 "$KWIZ" spell lint ./hello
	has err "not a regular file"
	ln -sf /etc/passwd hello/translations/ru.yaml
	expect 3 "$KWIZ" spell show ./hello
	has err "hello/translations/ru.yaml: is a link; kwiz takes none among translations"
	rm hello/translations/ru.yaml
	echo 'Folder: x' >hello/translations/ru.yml
	expect 3 "$KWIZ" spell lint ./hello
	has err "hello/translations/ru.yml: is not read: expected LANGUAGE.yaml"
	rm -r hello/translations
	echo x >hello/translations
	expect 3 "$KWIZ" spell show ./hello
	has err "hello/translations: cannot read the folder: Not a directory"
}

# Formats that do not fit would crash the program in that language only.
test_translations_fit() {
	local language n found=''
	if tools_are_missing; then
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
	[ "$(LC_ALL=C.UTF-8 LANGUAGE=de:ru TEXTDOMAINDIR=$PWD ngettext kwiz '%zu task' '%zu tasks' 2)" = "%zu Aufgaben" ]
	[ "$found" = "%zu узел %zu узла %zu узлов %zu узлов %zu узел %zu узлов " ] || { echo "    plurals: $found"; return 1; }
}
