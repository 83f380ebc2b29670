#!/bin/sh
set -eu
rm -rf /root/e2e
