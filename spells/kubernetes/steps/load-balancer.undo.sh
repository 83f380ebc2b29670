# shellcheck shell=sh
balancer_undo
folders_undo
