# shellcheck shell=sh
# The end of the bootstrap: what the file does depends on its first argument.
case ${1-} in
supervise) supervise ;;
*) attach ;;
esac
