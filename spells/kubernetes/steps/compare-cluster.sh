# shellcheck shell=sh
# Before an installation changes anything: are the hosts of the answers those of a cluster that stands already? Hosts that are no nodes yet become some; what
# else differs is no business of an installation.
run_note
if ! control_plane_was_made; then
    # A second cluster would be begun beside the one of the others, with their address.
    elsewhere=$(control_planes_elsewhere | in_words)
    if [ -n "$elsewhere" ]; then
        undo_folder # what this run keeps here goes with a later reset
        kwiz_fail "$KWIZ_HOST, the first control plane of the answers, is bare, but an API server answers on $elsewhere" \
            "if that is the cluster: put a host that has it first in the file, and take $KWIZ_HOST in by kwiz add (after kwiz remove --lost $KWIZ_HOST, if it was part of it); if it is one that is not needed any more: reset it there first"
    fi
    kwiz_unchanged
    exit 0
fi
if ! kwiz_wait 10 api_is_ready; then
    # It may be what this run is to mend.
    echo "the API server does not answer: not compared"
    kwiz_unchanged
    exit 0
fi
nodes=$(nodes_known)
compare_strangers "$nodes"
kwiz_unchanged
