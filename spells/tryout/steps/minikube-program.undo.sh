# shellcheck shell=sh
if noted minikube-program; then
    rm -f "$MINIKUBE" "$MINIKUBE.kwiz-new"
    ! noted minikube-folder || rmdir "${MINIKUBE%/*}" 2>/dev/null || true
fi
rm -f "$UNDO/minikube-program" "$UNDO/minikube-folder"
undo_end
