# shellcheck shell=bash
# What the lab tells its user. All of it goes to standard error: standard output is for what was asked for.

say() { printf 'lab: %s\n' "$*" >&2; }

warn() { printf 'lab: warning: %s\n' "$*" >&2; }

die() {
	printf 'lab: %s\n' "$*" >&2
	exit 1
}

# Wrong arguments.
misused() {
	printf 'lab: %s\nlab: see: lab help\n' "$*" >&2
	exit 2
}

# Hosts can't be made on this machine.
impossible() {
	printf 'lab: hosts cannot be made here: %s\n' "$*" >&2
	exit 3
}
