/* Dialogues held with hosts that are made up: what is typed, and how hosts behave. */
#ifndef KWIZ_TESTS_HEADLESS_WALK_H
#define KWIZ_TESTS_HEADLESS_WALK_H

#include <stdbool.h>
#include <stddef.h>

enum walk_hosts {
    HOSTS_GOOD,   /* at once */
    HOSTS_LATE,   /* one after the other, with some time in between */
    HOSTS_ASKING, /* the first two have new keys, the third wants a password for sudo: "sesame" */
    HOSTS_FAILED, /* the last is not reached at first */
    HOSTS_SEVERAL, /* the first has two of what there should be one of (wizard_fixture_several) */
    HOSTS_POOR,   /* swap is on on the first, the second has little memory */
};

struct walk {
    const char *name; /* of its golden file in tests/headless/walks */
    enum walk_hosts hosts;
    bool is_pipe;     /* the input comes through a pipe, else out of a file */
    const char *input;
    size_t input_len; /* 0: up to its NUL */
    bool has_past;    /* there were runs before (wizard_fixture_past) */
};

/* Call before the first is held. */
void walks_prepare(void);
extern struct walk walks[];
extern const size_t walk_count;

/* Hold it; what was written, and how it ended. answers: what an answers file would hold, NULL when they are not complete; there too what differs from
 * machine to machine is replaced by a word. Both malloc'd. */
char *walk_hold(const struct walk *walk, char **answers);
/* The same on this program's standard input and output, for a look by hand. Of hosts that are late, the last comes after a SIGUSR1. */
int walk_talk(enum walk_hosts hosts);

#endif
