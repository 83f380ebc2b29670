# shellcheck shell=sh
release_check
helm_is || helm_is_theirs
