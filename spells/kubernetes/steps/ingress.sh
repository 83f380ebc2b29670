# shellcheck shell=sh
# What leads HTTP and HTTPS from outside to services: on the ports 80 and 443 of the ingress hosts, or where there are none, of the nodes that take pods.
changes_begin
release_check
name=$(answer ingress_controller)
for other in contour ingress-nginx; do
    # Two would fight for the ports.
    [ "$other" = "$name" ] || manifest_remove "$other"
done
if [ "$name" = ingress-nginx ]; then
    kwiz_warn "ingress-nginx is retired: nobody mends what is found in it any more"
fi
kwiz_progress 10 "manifest of $name"
manifest_apply "$name"
kwiz_progress 40 "waiting for the pods of $name"
manifest_wait "$name" 420 "can its images be had (image_registry, http_proxy)? are the ports 80 and 443 of the hosts free?"
manifest_mark "$name" | file_put "$ETC/$name.applied" 644
changes_tell
