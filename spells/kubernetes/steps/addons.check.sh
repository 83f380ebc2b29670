# shellcheck shell=sh
release_check
for name in $ADDONS; do
    if addon_wanted "$name"; then
        addon_mark "$name" | file_is "$ETC/$name.applied" || exit 1
        manifest_is_running "$name" || exit 1
    else
        [ ! -e "$ETC/$name.applied" ] || exit 1
    fi
done
