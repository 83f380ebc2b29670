# shellcheck shell=sh
# The program, from its release.
undo_folder
if [ -e "$MINIKUBE" ] && ! noted minikube-program; then
    kwiz_fail "there is a minikube on $KWIZ_HOST that kwiz did not bring: $("$MINIKUBE" version --short 2>/dev/null | head -n 1)" \
        "answer minikube_version with its release to have it used, or remove $MINIKUBE"
fi
release=$(minikube_release) kind=$(machine_kind)
address=$(mirrored "github.com/kubernetes/minikube/releases/download/v$release/minikube-linux-$kind")
wanted=$(pinned minikube)
[ -n "$wanted" ] || wanted=$(kwiz_data releases.table | awk -F '\t' -v release="$release" -v kind="$kind" '$1 == release && $2 == kind { print $3; exit }')
if [ -z "$wanted" ]; then
    fetch_or_fail "$address.sha256" "$UNDO/sum"
    wanted=$(head -n 1 "$UNDO/sum" | cut -d' ' -f1)
    case $wanted in
    *[!0-9a-f]* | '') wanted= ;;
    esac
    [ "${#wanted}" -eq 64 ] || kwiz_fail "$address.sha256 is no digest" "is the mirror whole? download_digests: minikube=SHA256 gives it"
    kwiz_warn "the digest of minikube $release is only the one that stands beside it; to pin it: download_digests: minikube-$kind=$wanted"
fi
kwiz_progress 10 "minikube $release"
fetch_or_fail "$address" "$UNDO/fetched"
found=$(digest "$UNDO/fetched")
if [ "$found" != "$wanted" ]; then
    rm -f "$UNDO/fetched"
    kwiz_fail "$address has the digest sha256 $found, expected $wanted" \
        "it was changed, or broke on the way: look at it before you trust it; download_digests: minikube=DIGEST takes another"
fi
note minikube-program </dev/null
[ -d "${MINIKUBE%/*}" ] || { mkdir -p "${MINIKUBE%/*}" && note minikube-folder </dev/null; }
chmod 755 "$UNDO/fetched"
cp "$UNDO/fetched" "$MINIKUBE.kwiz-new"
chmod 755 "$MINIKUBE.kwiz-new"
mv -f "$MINIKUBE.kwiz-new" "$MINIKUBE"
rm -f "$UNDO/fetched" "$UNDO/sum"
! has_command restorecon || restorecon -F "$MINIKUBE" 2>/dev/null || true
minikube_is || kwiz_fail "$MINIKUBE does not say that it is $release" "run it: $MINIKUBE version; is the processor $(uname -m)?"
echo "wrote $MINIKUBE"
