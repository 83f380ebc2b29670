/* The wizard's pages, drawn from wizards made by hand and compared with files in tests/screen/screens. "wizard_golden --accept [NAME...]" writes the
 * files instead; "wizard_golden --show NAME" prints one. */
#include <stdlib.h>
#include <unistd.h>

#include "tests/screen/golden.h"
#include "tests/screen/wizard_fixture.h"
#include "ui/view.h"

#define NOW_MS 1795343589000u /* 2026-11-22 10:33:09 UTC */

struct wizard_case {
    struct golden_case golden;
    void (*make)(struct wizard_fixture *fixture);
    enum section section;
    void (*late)(struct wizard_fixture *fixture); /* when the section is in sight, or NULL */
};

static void accepted(struct wizard_fixture *f)
{
    wizard_fixture_checks(f);
    draft_accept(wizard_draft(f->wizard), "swap", "a test cluster");
}

static void catalogue(struct wizard_fixture *f)
{
    wizard_fixture_catalogue(f, 6);
}

static void catalogue_many(struct wizard_fixture *f)
{
    wizard_fixture_catalogue(f, 200);
}

/* One host can't reach many others. */
static void detailed(struct wizard_fixture *f)
{
    struct buf lines;
    buf_init(&lines, 4096);
    for (int i = 1; i <= 30; i++)
        buf_addf(&lines, "%skub-node-%03d port 10250: silent; let it in on the firewall there", i > 1 ? "\n" : "", i);
    wizard_fixture_detail(f, 42, "dns.loop", buf_text(&lines));
    buf_done(&lines);
}

/* All measured before; two are probed, one was asked again in vain. */
static void probing(struct wizard_fixture *f)
{
    wizard_fixture_checks(f);
    struct access *access = wizard_access(f->wizard);
    for (size_t i = 0; i < 2; i++) {
        access_host_mutable(access, i)->state = ACCESS_MEASURING;
        snprintf(access_host_mutable(access, i)->stage, sizeof access_host_mutable(access, i)->stage, "probing ports");
    }
    snprintf(access_host_mutable(access, 4)->facts_fault, sizeof access_host_mutable(access, 4)->facts_fault, "the facts script did not end in 30 s");
}

static void changed(struct wizard_fixture *f)
{
    struct draft *draft;
    wizard_fixture_ready(f);
    draft = wizard_draft(f->wizard);
    draft_set_value(draft, "pod_cidr", "10.200.0.0/16");
    wizard_fixture_run(f, "20261119-103300-11ab", "kub-ha", "install", 1000, 2000, 0);
    draft_set_value(draft, "pod_cidr", NULL);
    draft_set_value(draft, "sample", "false");
}

static void reset(struct wizard_fixture *f)
{
    wizard_fixture_ready(f);
    wizard_set_reset(f->wizard, true);
}

/* Rare questions answered: lines, a password by reference that is none, so More is open. */
static void options_more(struct wizard_fixture *f)
{
    struct draft *draft;
    wizard_fixture_ready(f);
    draft = wizard_draft(f->wizard);
    draft_set_value(draft, "ca", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    draft_set_secret(draft, "registry_password", "hunter2");
    draft_set_value(draft, "greeting", "h\u00e9llo, \u6f22\u5b57");
    draft_set_value(draft, "domain", "Cluster.local");
}

static const struct wizard_case cases[] = {
    {{"welcome-80x24", 24, 80, false, false, ""}, wizard_fixture_new, SECTION_WELCOME, NULL},
    {{"welcome-past-80x24", 24, 80, false, false, ""}, wizard_fixture_past, SECTION_WELCOME, NULL},
    {{"welcome-past-80x24.roles", 24, 80, false, true, ""}, wizard_fixture_past, SECTION_WELCOME, NULL},
    {{"welcome-past-120x40.utf8", 40, 120, true, false, ""}, wizard_fixture_past, SECTION_WELCOME, NULL},
    {{"welcome-past-200x60", 60, 200, true, false, ""}, wizard_fixture_past, SECTION_WELCOME, NULL},
    {{"welcome-past-60x16", 16, 60, false, false, ""}, wizard_fixture_past, SECTION_WELCOME, NULL},
    {{"welcome-reset-80x24", 24, 80, false, false, "\x0e\x0e\x0e\r\x0e\x0e"}, wizard_fixture_past, SECTION_WELCOME, NULL},
    {{"welcome-answers-80x24", 24, 80, false, false, "G\x10\r/nowhere.yaml\r"}, wizard_fixture_new, SECTION_WELCOME, NULL},
    {{"spell-80x24", 24, 80, false, false, ""}, wizard_fixture_spells, SECTION_SPELL, NULL},
    {{"spell-80x24.roles", 24, 80, false, true, ""}, wizard_fixture_spells, SECTION_SPELL, NULL},
    {{"spell-broken-80x24", 24, 80, false, false, "G"}, wizard_fixture_spells, SECTION_SPELL, NULL},
    {{"spell-120x40.utf8", 40, 120, true, false, ""}, wizard_fixture_spells, SECTION_SPELL, NULL},
    {{"spell-200x60", 60, 200, true, false, ""}, wizard_fixture_spells, SECTION_SPELL, NULL},
    {{"spell-60x16", 16, 60, false, false, "/nut\r"}, wizard_fixture_spells, SECTION_SPELL, NULL},
    {{"topology-80x24", 24, 80, false, false, ""}, wizard_fixture_ha, SECTION_TOPOLOGY, NULL},
    {{"topology-80x24.utf8", 24, 80, true, false, ""}, wizard_fixture_ha, SECTION_TOPOLOGY, NULL},
    {{"topology-80x24.roles", 24, 80, false, true, ""}, wizard_fixture_ha, SECTION_TOPOLOGY, NULL},
    {{"topology-single-80x24", 24, 80, false, false, "g"}, wizard_fixture_single, SECTION_TOPOLOGY, NULL},
    {{"topology-120x40.utf8", 40, 120, true, false, ""}, wizard_fixture_ha, SECTION_TOPOLOGY, NULL},
    {{"topology-200x60", 60, 200, true, false, ""}, wizard_fixture_ha, SECTION_TOPOLOGY, NULL},
    {{"topology-60x16", 16, 60, false, false, ""}, wizard_fixture_ha, SECTION_TOPOLOGY, NULL},
    {{"review-80x24", 24, 80, false, false, ""}, wizard_fixture_ready, SECTION_REVIEW, NULL},
    {{"review-80x24.roles", 24, 80, false, true, ""}, accepted, SECTION_REVIEW, NULL},
    {{"review-accepted-80x24", 24, 80, false, false, ""}, accepted, SECTION_REVIEW, NULL},
    {{"review-changes-80x24", 24, 80, false, false, "G"}, changed, SECTION_REVIEW, NULL},
    {{"review-120x40.utf8", 40, 120, true, false, ""}, changed, SECTION_REVIEW, NULL},
    {{"review-200x60", 60, 200, true, false, ""}, changed, SECTION_REVIEW, NULL},
    {{"review-60x16", 16, 60, false, false, "/verify\r"}, wizard_fixture_ready, SECTION_REVIEW, NULL},
    {{"review-script-80x24", 24, 80, false, false, "/join-c\ro"}, wizard_fixture_ready, SECTION_REVIEW, NULL},
    {{"review-downloads-80x24", 24, 80, false, false, "G\r"}, wizard_fixture_ready, SECTION_REVIEW, NULL},
    {{"review-grid-80x24", 24, 80, false, false, "v"}, wizard_fixture_ready, SECTION_REVIEW, NULL},
    {{"review-save-80x24", 24, 80, false, false, "S"}, wizard_fixture_ready, SECTION_REVIEW, NULL},
    {{"review-reset-80x24", 24, 80, false, false, "\t\t\t\rkub"}, reset, SECTION_REVIEW, NULL},
    {{"quit-80x24", 24, 80, false, false, "q"}, wizard_fixture_ha, SECTION_TOPOLOGY, NULL},
    {{"quit-break-80x24.roles", 24, 80, false, true, "\x03\x03"}, wizard_fixture_ha, SECTION_TOPOLOGY, NULL},
    {{"quit-empty-80x24.utf8", 24, 80, true, false, "q"}, wizard_fixture_new, SECTION_WELCOME, NULL},
    {{"quit-120x40", 40, 120, false, false, "q"}, wizard_fixture_ha, SECTION_TOPOLOGY, NULL},
    {{"quit-200x60", 60, 200, false, false, "q"}, wizard_fixture_ha, SECTION_TOPOLOGY, NULL},
    {{"welcome-40x12", 12, 40, false, false, ""}, wizard_fixture_past, SECTION_WELCOME, NULL},
    {{"quit-40x12", 12, 40, false, false, "q"}, wizard_fixture_ha, SECTION_TOPOLOGY, NULL},
    {{"hosts-80x24", 24, 80, false, false, ""}, wizard_fixture_ha, SECTION_HOSTS, NULL},
    {{"hosts-80x24.roles", 24, 80, false, true, "jj"}, wizard_fixture_ha, SECTION_HOSTS, NULL},
    {{"hosts-120x40.utf8", 40, 120, true, false, ""}, wizard_fixture_ha, SECTION_HOSTS, NULL},
    {{"hosts-200x60", 60, 200, true, false, "jjj"}, wizard_fixture_ha, SECTION_HOSTS, NULL},
    {{"hosts-60x16", 16, 60, false, false, "G"}, wizard_fixture_ha, SECTION_HOSTS, NULL},
    {{"hosts-range-80x24", 24, 80, false, false, "Gan-[1-4000]\t10.[1-16].0.[1-250]\t\x1bkj"}, wizard_fixture_ha, SECTION_HOSTS, NULL},
    {{"hosts-typing-80x24", 24, 80, false, false, "Gakub-node-[3-4]\t10.1.4.[34-35]"}, wizard_fixture_ha, SECTION_HOSTS, NULL},
    {{"hosts-proposed-80x24", 24, 80, false, false, "Gakub-node-3\t10.1.4.34\tingress"}, wizard_fixture_ha, SECTION_HOSTS, NULL},
    {{"hosts-many-80x24", 24, 80, false, false, "/-120\r"}, wizard_fixture_many, SECTION_HOSTS, NULL},
    {{"hosts-marked-80x24", 24, 80, false, false, "j  "}, wizard_fixture_ha, SECTION_HOSTS, NULL},
    {{"hosts-cell-80x24", 24, 80, false, false, "\x0e\r-x"}, wizard_fixture_ha, SECTION_HOSTS, NULL},
    {{"hosts-file-80x24", 24, 80, false, false, "i/no/such\r"}, wizard_fixture_ha, SECTION_HOSTS, NULL},
    {{"access-80x24", 24, 80, false, false, ""}, wizard_fixture_access, SECTION_ACCESS, NULL},
    {{"access-80x24.utf8", 24, 80, true, false, ""}, wizard_fixture_access, SECTION_ACCESS, NULL},
    {{"access-80x24.roles", 24, 80, false, true, ""}, wizard_fixture_access, SECTION_ACCESS, NULL},
    {{"access-sudo-80x24", 24, 80, false, false, "\x0e\x0e\x0e"}, wizard_fixture_access, SECTION_ACCESS, NULL},
    {{"access-failed-60x16", 16, 60, false, false, "G"}, wizard_fixture_access, SECTION_ACCESS, NULL},
    {{"access-120x40", 40, 120, false, false, "G"}, wizard_fixture_access, SECTION_ACCESS, NULL},
    {{"access-200x60", 60, 200, true, false, ""}, wizard_fixture_access, SECTION_ACCESS, NULL},
    {{"host-keys-80x24", 24, 80, false, false, "\r"}, wizard_fixture_keys, SECTION_ACCESS, NULL},
    {{"host-keys-80x24.roles", 24, 80, false, true, "\r\x0e"}, wizard_fixture_keys, SECTION_ACCESS, NULL},
    {{"host-keys-120x40", 40, 120, true, false, "\r\t"}, wizard_fixture_keys, SECTION_ACCESS, NULL},
    {{"host-keys-60x16", 16, 60, false, false, "\r\x0e\x0e"}, wizard_fixture_keys, SECTION_ACCESS, NULL},
    {{"changed-key-80x24", 24, 80, false, false, "G\r"}, wizard_fixture_keys, SECTION_ACCESS, NULL},
    {{"changed-key-60x16", 16, 60, false, false, "G\r\t"}, wizard_fixture_keys, SECTION_ACCESS, NULL},
    {{"requirements-80x24", 24, 80, false, false, ""}, wizard_fixture_checks, SECTION_REQUIREMENTS, NULL},
    {{"requirements-80x24.utf8", 24, 80, true, false, ""}, wizard_fixture_checks, SECTION_REQUIREMENTS, NULL},
    {{"requirements-80x24.roles", 24, 80, false, true, ""}, wizard_fixture_checks, SECTION_REQUIREMENTS, NULL},
    {{"requirements-open-80x24", 24, 80, false, false, "\x0e\x0e\x0el\x0e"}, wizard_fixture_checks, SECTION_REQUIREMENTS, NULL},
    {{"requirements-accept-80x24", 24, 80, false, false, "Atest cluster"}, wizard_fixture_checks, SECTION_REQUIREMENTS, NULL},
    {{"requirements-accepted-80x24", 24, 80, false, false, "Atest cluster\r"}, wizard_fixture_checks, SECTION_REQUIREMENTS, NULL},
    {{"requirements-hosts-80x24", 24, 80, false, false, "vG"}, wizard_fixture_checks, SECTION_REQUIREMENTS, NULL},
    {{"requirements-60x16", 16, 60, false, false, ""}, wizard_fixture_checks, SECTION_REQUIREMENTS, NULL},
    {{"requirements-120x40", 40, 120, false, false, "l"}, wizard_fixture_checks, SECTION_REQUIREMENTS, NULL},
    {{"requirements-200x60", 60, 200, true, false, ""}, wizard_fixture_checks, SECTION_REQUIREMENTS, NULL},
    {{"requirements-live-80x24", 24, 80, false, false, ""}, wizard_fixture_measuring, SECTION_REQUIREMENTS, NULL},
    {{"requirements-many-80x24", 24, 80, false, false, ""}, wizard_fixture_many, SECTION_REQUIREMENTS, NULL},
    {{"requirements-probing-80x24", 24, 80, false, false, ""}, probing, SECTION_REQUIREMENTS, NULL},
    {{"requirements-probing-hosts-80x24", 24, 80, false, false, "v"}, probing, SECTION_REQUIREMENTS, NULL},
    {{"requirements-catalogue-80x24", 24, 80, false, false, ""}, catalogue, SECTION_REQUIREMENTS, NULL},
    {{"requirements-catalogue-problems-80x24.utf8", 24, 80, true, false, "p\x0e\x0e"}, catalogue, SECTION_REQUIREMENTS, NULL},
    {{"requirements-catalogue-120x40", 40, 120, false, false, ""}, catalogue, SECTION_REQUIREMENTS, NULL},
    {{"requirements-catalogue-200x60.utf8", 60, 200, true, false, "l"}, catalogue, SECTION_REQUIREMENTS, NULL},
    {{"requirements-catalogue-60x16", 16, 60, false, false, "/time\r"}, catalogue, SECTION_REQUIREMENTS, NULL},
    {{"requirements-catalogue-many-80x24", 24, 80, false, false, ""}, catalogue_many, SECTION_REQUIREMENTS, NULL},
    {{"requirements-catalogue-many-120x40", 40, 120, false, false, "l"}, catalogue_many, SECTION_REQUIREMENTS, NULL},
    {{"requirements-catalogue-many-200x60.utf8", 60, 200, true, false, ""}, catalogue_many, SECTION_REQUIREMENTS, NULL},
    {{"requirements-catalogue-hosts-80x24", 24, 80, false, false, "vp"}, catalogue_many, SECTION_REQUIREMENTS, NULL},
    {{"requirements-detail-80x24", 24, 80, false, false, "\x0e"}, catalogue_many, SECTION_REQUIREMENTS, detailed},
    {{"requirements-detail-scrolled-80x24", 24, 80, false, false, "\x0e}}"}, catalogue_many, SECTION_REQUIREMENTS, detailed},
    {{"check-detail-80x24", 24, 80, false, false, "\x0e\r/-043\r}"}, catalogue_many, SECTION_REQUIREMENTS, detailed},
    {{"check-detail-120x40", 40, 120, false, false, "\x0e\r/-043\r"}, catalogue_many, SECTION_REQUIREMENTS, detailed},
    {{"mend-80x24", 24, 80, false, false, "f"}, wizard_fixture_checks, SECTION_REQUIREMENTS, NULL},
    {{"mend-80x24.roles", 24, 80, false, true, "f\t"}, wizard_fixture_checks, SECTION_REQUIREMENTS, NULL},
    {{"mend-120x40.utf8", 40, 120, true, false, "\rfG"}, wizard_fixture_checks, SECTION_REQUIREMENTS, NULL},
    {{"mend-60x16", 16, 60, false, false, "f"}, wizard_fixture_checks, SECTION_REQUIREMENTS, NULL},
    {{"mend-left-80x24", 24, 80, false, false, "f\t\r"}, wizard_fixture_checks, SECTION_REQUIREMENTS, NULL},
    {{"mend-nothing-80x24", 24, 80, false, false, "\x0e\x66"}, wizard_fixture_checks, SECTION_REQUIREMENTS, NULL},
    {{"check-80x24", 24, 80, false, false, "\r"}, wizard_fixture_checks, SECTION_REQUIREMENTS, NULL},
    {{"check-many-80x24", 24, 80, false, false, "\r/-120\r"}, wizard_fixture_many, SECTION_REQUIREMENTS, NULL},
    {{"check-60x16", 16, 60, false, false, "\r"}, wizard_fixture_checks, SECTION_REQUIREMENTS, NULL},
    {{"access-many-80x24", 24, 80, false, false, "G"}, wizard_fixture_many, SECTION_ACCESS, NULL},
    {{"sudo-user-80x24", 24, 80, false, false, "\x0e jU\tj\rl"}, wizard_fixture_access, SECTION_ACCESS, NULL},
    {{"sudo-user-script-80x24", 24, 80, false, false, "\x0eU\t\t\t\r"}, wizard_fixture_access, SECTION_ACCESS, NULL},
    {{"sudo-user-60x16", 16, 60, false, false, "\x0eUBad\x0e\x0e\x0e\x0e\r"}, wizard_fixture_access, SECTION_ACCESS, NULL},
    {{"credential-80x24", 24, 80, false, false, "\x0e\x0e\x0e\rlet me in"}, wizard_fixture_access, SECTION_ACCESS, NULL},
    {{"credential-120x40", 40, 120, false, false, "\x0e\x0e\x0e\rlet me in"}, wizard_fixture_access, SECTION_ACCESS, NULL},
    {{"credential-again-80x24", 24, 80, false, false, "\x0e\x0e\x0e\r"}, wizard_fixture_keys, SECTION_ACCESS, NULL},
    {{"credential-60x16", 16, 60, false, false, "\x0e\x0e\x0e\rx\t\t"}, wizard_fixture_keys, SECTION_ACCESS, NULL},
    {{"options-80x24", 24, 80, false, false, ""}, wizard_fixture_ready, SECTION_OPTIONS, NULL},
    {{"options-faults-80x24", 24, 80, false, false, "\x0e\x0e\x0e\x15" "10.1.0.0/16\r\x15" "10.244.0.0/33\r"}, wizard_fixture_ready, SECTION_OPTIONS, NULL},
    {{"options-more-80x24", 24, 80, false, false, "\x10\x10\x10"}, options_more, SECTION_OPTIONS, NULL},
    {{"options-list-80x24", 24, 80, false, false, "\x0e\x0e\r"}, wizard_fixture_ready, SECTION_OPTIONS, NULL},
    {{"options-60x16", 16, 60, false, false, "\x0e\x0e\x0e\x15" "10.1.0.0/16\r\x10"}, options_more, SECTION_OPTIONS, NULL},
    {{"options-120x40", 40, 120, true, false, "\x0e\x0e\x0e\x15" "10.1.0.0/16\r"}, options_more, SECTION_OPTIONS, NULL},
    {{"options-200x60", 60, 200, true, false, ""}, options_more, SECTION_OPTIONS, NULL},
    {{"options-roles-80x24", 24, 80, false, true, "\x0e\x0e\x0e\x15" "10.1.0.0/16\r"}, wizard_fixture_ready, SECTION_OPTIONS, NULL},
};

static struct canvas *render(const void *context, const struct golden_case *golden)
{
    const struct wizard_case *c = context;
    struct wizard_fixture f;
    struct view view;
    c->make(&f);
    view_init_wizard(&view, f.wizard, &f.actions, NOW_MS);
    view.look = look_choose(golden->utf8);
    view.phase = -1;
    view_go(&view, c->section);
    if (c->late)
        c->late(&f);
    struct canvas *canvas = golden_press(&view, golden);
    view_done(&view);
    wizard_fixture_done(&f);
    return canvas;
}

static const struct golden_case *golden_at(size_t index, const void **context)
{
    if (index >= sizeof cases / sizeof *cases)
        return NULL;
    *context = &cases[index];
    return &cases[index].golden;
}

/* Screens name folders: the same wherever the build is. */
int main(int argc, char **argv)
{
    const char *srcdir = getenv("srcdir");
    if (chdir(srcdir ? srcdir : ".") != 0 || setenv("srcdir", ".", 1) != 0)
        return 1;
    return golden_main(argc, argv, golden_at, render);
}
