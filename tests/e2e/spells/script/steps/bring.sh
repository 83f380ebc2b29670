#!/bin/sh
# What the answer prints is the kubeconfig.
set -eu
eval "$KWIZ_ANSWER_bring" | kwiz_secret kubeconfig
