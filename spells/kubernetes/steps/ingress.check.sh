# shellcheck shell=sh
release_check
name=$(answer ingress_controller)
manifest_mark "$name" | file_is "$ETC/$name.applied" || exit 1
manifest_is_running "$name"
