# shellcheck shell=sh
[ -z "$(labels_missing)" ]
