#!/bin/sh
# Runs the answer.
set -eu
eval "$KWIZ_ANSWER_quote"
