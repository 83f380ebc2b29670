#!/bin/sh
set -eu
echo "undone"
