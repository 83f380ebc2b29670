# shellcheck shell=sh
settle_members | file_is "$UNDO/settled"
