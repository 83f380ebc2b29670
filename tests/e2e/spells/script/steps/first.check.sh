#!/bin/sh
set -eu
eval "$KWIZ_ANSWER_check"
