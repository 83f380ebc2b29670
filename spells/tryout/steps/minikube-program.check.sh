# shellcheck shell=sh
# Not as the last command: a shell may end with 127 where there is no such program.
minikube_is || exit 1
