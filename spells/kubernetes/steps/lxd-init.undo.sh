# shellcheck shell=sh
# Those that kwiz made, where nobody else uses them by now.
lxd_begin
if lxd_answers; then
    lxd_noted bridges | while read -r name; do
        lxd network show "$name" >/dev/null 2>&1 || continue
        lxd network delete "$name" || kwiz_warn "the bridge $name stays, as something else uses it"
    done
    lxd_noted pools | while read -r name; do
        lxd storage show "$name" >/dev/null 2>&1 || continue
        lxd storage delete "$name" || kwiz_warn "the storage pool $name stays, as something else uses it"
    done
fi
rm -f "$UNDO/bridges" "$UNDO/pools"
