/* Runs made by hand for tests of screens: plans, states, logs. Nothing here runs anything. */
#ifndef KWIZ_TESTS_FIXTURE_H
#define KWIZ_TESTS_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/run.h"
#include "ui/actions.h"

#define FIXTURE_NOW_MS 1795343589000u /* 2026-11-22 10:33:09 UTC */
#define ASKED_MAX 256

struct fixture {
    struct plan *plan;
    struct run *run;
    char *folder;              /* with the logs; removed by fixture_done */
    struct ui_actions actions; /* each writes its name into asked */
    struct log_source logs;
    char asked[ASKED_MAX];     /* "retry 12 pause 1 ": what was asked for since it was last emptied */
    bool refuses;              /* every action fails */
};

/* Six hosts, 17 steps, in the middle of joining. */
void fixture_ha(struct fixture *fixture);
/* One host with the same steps, while kubeadm init runs. */
void fixture_single(struct fixture *fixture);
/* 120 hosts, with problems. */
void fixture_many(struct fixture *fixture);
void fixture_most(struct fixture *fixture); /* the same with 200 hosts */
/* The second host's step failed with a message and a hint; one other asks. */
void fixture_fail(struct fixture *fixture);
/* Everything is done. */
void fixture_end(struct fixture *fixture);
/* Text that must not do harm: escapes in a log, wide characters and combining marks in names. */
void fixture_hostile(struct fixture *fixture);
void fixture_done(struct fixture *fixture);

/* States of a host's tasks, a sign each step as on the screen; blank = no task. */
void fixture_signs(struct fixture *fixture, size_t host, const char *signs);
size_t fixture_task(const struct fixture *fixture, const char *host, const char *step);
/* Append to a task's log. */
void fixture_log(struct fixture *fixture, size_t task, const char *text);
/* After states were changed by hand. */
void fixture_count(struct fixture *fixture);

#endif
