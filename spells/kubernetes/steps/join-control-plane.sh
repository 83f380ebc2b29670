# shellcheck shell=sh
# Joins one more control plane.
release_check
undo_folder
changes_begin
if ! is_joined; then
    token=$(kwiz_read_secret join_token) || token=
    key=$(kwiz_read_secret certificate_key) || key=-
    join_now "$token" "$key"
fi
join_network
changes_tell
