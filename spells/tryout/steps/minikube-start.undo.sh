# shellcheck shell=sh
# The cluster, and what minikube left below the user's home where there was nothing of it before.
if noted minikube-user; then
    user_begin
    if [ -x "$MINIKUBE" ] && as_user test -e "$home/.minikube"; then
        kwiz_progress 30 "minikube delete"
        watched mini 900 delete --profile=minikube || kwiz_fail "minikube could not delete the cluster" "minikube's own words stand above; minikube delete, as $user, then reset again"
    fi
    node_images | while IFS= read -r image; do
        grep -Fqx "$image" "$UNDO/minikube-images" 2>/dev/null || as_user "$(answer driver)" image rm "$image" || kwiz_warn "the image $image stays"
    done
    if noted minikube-home-new; then
        # shellcheck disable=SC2016 # the inner shell's own variable
        if [ -z "$(as_user sh -c 'ls -A "$HOME/.minikube/profiles" 2>/dev/null' || true)" ]; then
            as_user rm -rf "$home/.minikube"
        else
            kwiz_warn "$home/.minikube stays: there are other clusters in it"
        fi
    fi
    # shellcheck disable=SC2016 # the inner shell's own variable
    if noted minikube-kube-new && ! as_user sh -c 'grep -q "^- " "$HOME/.kube/config" 2>/dev/null'; then
        as_user rm -rf "$home/.kube"
    fi
fi
rm -f "$UNDO/minikube-user" "$UNDO/minikube-home-new" "$UNDO/minikube-kube-new" "$UNDO/minikube-images" "$UNDO/minikube-dashboard" "$UNDO/dashboard-said"
undo_end
