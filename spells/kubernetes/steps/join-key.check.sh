# shellcheck shell=sh
all_have_joined control-plane
