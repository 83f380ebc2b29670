# shellcheck shell=sh
# Joins a host that is no control plane.
release_check
undo_folder
changes_begin
if ! is_joined; then
    token=$(kwiz_read_secret join_token) || token=
    join_now "$token"
fi
join_network
changes_tell
