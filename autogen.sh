#!/bin/sh
# Makes ./configure from a checkout. Needs autoconf, automake, autoconf-archive, gettext, pkg-config.
set -eu
cd "$(dirname "$0")"
mkdir -p m4 build-aux
autoreconf --install --force "$@"
