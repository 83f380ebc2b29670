#!/bin/sh
set -eu
kwiz_result endpoint "$KWIZ_ADDRESS"
kwiz_secret token the-token-of-the-fleet
