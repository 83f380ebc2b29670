# shellcheck shell=sh
true
