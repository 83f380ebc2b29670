#!/bin/sh
set -eu
token=$(kwiz_read_secret token)
echo "joined $KWIZ_RESULT_endpoint with ${#token} bytes"
