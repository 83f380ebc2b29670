# shellcheck shell=bash
# A program on a terminal that is looked at as a person does: tmux with a server of its own. Sourced.

# screen_start ROWS COLS COMMAND...: its environment is the caller's. When it ends, the screen says "ended with STATUS".
screen_start() {
	local rows=$1 cols=$2 words
	shift 2
	SCREEN=kwiz-$$-$RANDOM
	printf -v words '%q ' "$@"
	tmux -L "$SCREEN" -f /dev/null new-session -d -x "$cols" -y "$rows" "$words; echo \"ended with \$?\"; exec sleep 3600"
}

screen() {
	tmux -L "$SCREEN" capture-pane -p
}

# The same, with what the terminal itself broke into rows in one line.
screen_joined() {
	tmux -L "$SCREEN" capture-pane -pJ | sed 's/ *$//'
}

screen_shows() {
	screen | grep -qF -- "$1"
}

# screen_wait SECONDS TEXT: until the screen holds the text.
screen_wait() {
	local end=$((SECONDS + $1))
	until screen_shows "$2"; do
		if ((SECONDS >= end)); then
			echo "# the screen does not show '$2'; it shows:"
			screen | sed 's/^/#   /'
			return 1
		fi
		sleep 0.1
	done
}

# screen_until SECONDS COMMAND...: until it is true.
screen_until() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < end)) || return
		sleep 0.1
	done
}

# screen_keys KEY...: by tmux's names (Enter, Down, C-n).
screen_keys() {
	tmux -L "$SCREEN" send-keys "$@"
}

# screen_type TEXT: letter by letter.
screen_type() {
	tmux -L "$SCREEN" send-keys -l -- "$1"
}

screen_end() {
	[ -z "${SCREEN-}" ] || tmux -L "$SCREEN" kill-server 2>/dev/null || :
	SCREEN=
}

# screen_paste TEXT: all at once, as a terminal pastes; \n ends lines.
screen_paste() {
	# shellcheck disable=SC2059 # the text is the format
	printf "$1" | tmux -L "$SCREEN" load-buffer -
	tmux -L "$SCREEN" paste-buffer -p -d
}
