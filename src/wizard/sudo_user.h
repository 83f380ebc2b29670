/* A user that may use sudo and logs in with the operator's public key: what is asked for, and the script that makes it. */
#ifndef KWIZ_WIZARD_SUDO_USER_H
#define KWIZ_WIZARD_SUDO_USER_H

#include <stdbool.h>

#include "base/err.h"
#include "base/strv.h"

#define SUDO_USER_NAME_MAX 32
#define PUBLIC_KEY_BYTES_MAX 8192

struct sudo_user {
    const char *name;      /* [a-z_][a-z0-9_-]*, not root */
    const char *key;       /* one line of a .pub file */
    bool needs_password;   /* sudo asks for the user's password */
    bool has_password;     /* the password of a user that is new comes on the script's standard input */
};

/* Is that a user name, a public key? ERR_INVALID says what is wrong. */
bool sudo_user_check_name(const char *name, struct err *err);
bool sudo_user_check_key(const char *key, struct err *err);
/* The POSIX sh script, to be run as root. is_undo: take back exactly what it added. No secret is in it. malloc'd. */
char *sudo_user_script(const struct sudo_user *user, bool is_undo);
/* The public keys in ~/.ssh/ID.pub files, by the files' names; at most 50. */
void sudo_user_keys(struct strv *keys);
/* The private key in ~/.ssh that belongs to it, as "~/.ssh/ID"; malloc'd. NULL: there is none, or its name has a blank. */
char *sudo_user_key_file(const char *key);
/* What it is called: "ed25519 op@laptop"; malloc'd. */
char *sudo_user_key_label(const char *key);

#endif
