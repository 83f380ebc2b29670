# shellcheck shell=sh
# Only where the runtime stays; else its whole store goes with it.
[ -f "$UNDO/images" ] || exit 0
if ! runtime_is_ours; then
    while read -r image; do
        if [ "$(runtime_name)" = docker ]; then
            docker image rm "$image" >/dev/null 2>&1 || true
        else
            crictl --runtime-endpoint "unix://$(runtime_path "$(runtime_name)")" rmi "$image" >/dev/null 2>&1 || true
        fi
    done <"$UNDO/images"
fi
rm -f "$UNDO/images"
