# shellcheck shell=sh
# Runs as the login user, unlike what follows.
kwiz_result login_user "$(id -un)"
kwiz_unchanged
