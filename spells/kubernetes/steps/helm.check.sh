# shellcheck shell=sh
release_check
# Not as the last command: a shell may end with 127 where there is no such program.
helm_is || helm_is_theirs || exit 1
