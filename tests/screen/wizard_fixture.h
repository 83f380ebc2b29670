/* Wizards made by hand for tests of pages: answers, states of hosts, facts. No host is contacted and nothing is saved but in a folder of its own. */
#ifndef KWIZ_TESTS_WIZARD_FIXTURE_H
#define KWIZ_TESTS_WIZARD_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/actions.h"
#include "wizard/wizard.h"

struct wizard_fixture {
    struct catalog_options catalog;
    struct wizard *wizard;
    struct wizard_actions actions; /* each writes its name into asked */
    char asked[256];                  /* "start quit resume 2026... ": since it was last emptied */
    struct strv texts;                /* of questions that hosts ask */
    char *home;                       /* owned: XDG_STATE_HOME and the current folder are below; removed by wizard_fixture_done */
};

/* Nothing is answered. Spells are those of tests/screen/spells. */
void wizard_fixture_new(struct wizard_fixture *f);
/* Spell cluster, topology ha, the six hosts of the running example, the endpoint answered. */
void wizard_fixture_ha(struct wizard_fixture *f);
/* The same, in the middle of reaching them: one asks for its new host key, one for sudo's password, one failed, one is being dialled. */
void wizard_fixture_access(struct wizard_fixture *f);
/* The same, in other trouble: three new host keys, a sudo password that was wrong, a host key that has changed. */
void wizard_fixture_keys(struct wizard_fixture *f);
/* The same, all reached and measured: swap is on on kub-node-2, one has little memory, one could not tell its processors. */
void wizard_fixture_checks(struct wizard_fixture *f);
/* The same, one host being measured still, one that could not be. */
void wizard_fixture_measuring(struct wizard_fixture *f);
/* Topology many, 200 hosts reached and measured: swap is on on 14, 3 have little room. */
void wizard_fixture_many(struct wizard_fixture *f);
/* Topology many with 45 checks, on so many hosts, at most 250. Swap is on on every 14th, some disks are nearly full, some hosts do
 * not say all; swap and one disk are accepted, that without need. */
void wizard_fixture_catalogue(struct wizard_fixture *f, size_t hosts);
/* Let the verdict of a check on a host have these lines besides, until something changes. */
void wizard_fixture_detail(struct wizard_fixture *f, size_t host, const char *check, const char *lines);
/* The same of its remedy. */
void wizard_fixture_remedy(struct wizard_fixture *f, size_t host, const char *check, const char *remedy);
/* The same, with nothing to complain of: Review may be entered. */
void wizard_fixture_ready(struct wizard_fixture *f);
/* One host reached and measured, of topology single. */
void wizard_fixture_single(struct wizard_fixture *f);
/* Nothing is answered, but there were runs, as of 2026-11-22 10:33: kub-ha begun 14 minutes before and not ended, kub-test installed 3 days, kub-dev failed
 * 4 days before. */
void wizard_fixture_past(struct wizard_fixture *f);
/* The same runs, and beside the spell cluster a small one of another category and a broken one; they lie in a folder with a constant name. */
void wizard_fixture_spells(struct wizard_fixture *f);
/* One more run with the answers and the spell of the fixture's wizard; ended_ms 0: not ended. Before the wizard looks at runs. */
void wizard_fixture_run(struct wizard_fixture *f, const char *id, const char *cluster, const char *action, unsigned long long started_ms,
                        unsigned long long ended_ms, int exit_status);
/* Another wizard with the same folders: as after kwiz was started again. */
void wizard_fixture_again(struct wizard_fixture *f);
void wizard_fixture_done(struct wizard_fixture *f);

/* The host asks something (access must have been entered). */
void wizard_fixture_ask(struct wizard_fixture *f, size_t host, enum transport_ask_kind kind, const char *text, unsigned attempt);
/* Set what a host says of itself, as its facts script would: lines "key value". */
void wizard_fixture_facts(struct wizard_fixture *f, size_t host, const char *lines);

/* The check os.systemd becomes one of what hosts have (words of the fact `has`): several are a question, cni, unless it is answered. */
void wizard_fixture_several(struct wizard_fixture *fixture);

#endif
