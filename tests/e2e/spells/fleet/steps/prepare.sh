#!/bin/sh
set -eu
echo "prepared as $(id -un)"
