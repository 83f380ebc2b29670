# shellcheck shell=sh
# Helm, the program; in the cluster it needs nothing.
changes_begin
release_check
if helm_is_theirs; then
    echo "there is a helm on this host that kwiz did not bring: it stays"
elif ! helm_is; then
    undo_folder
    kwiz_progress 10 "helm $(download_row helm version)"
    download helm "$UNDO/helm.tar.gz"
    unpack "$UNDO/helm.tar.gz" "$UNDO/unpacked"
    program_put helm "$UNDO/unpacked/linux-$(machine)/helm" "$HELM"
    rm -rf "$UNDO/unpacked" "$UNDO/helm.tar.gz"
    helm_is || kwiz_fail "$HELM does not say that it is $(download_row helm version)" "run it: $HELM version; is the processor $(uname -m)?"
fi
changes_tell
