#!/bin/sh
set -eu
echo "verified"
