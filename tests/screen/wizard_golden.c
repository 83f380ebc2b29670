/* The wizard's pages, drawn from wizards made by hand and compared with files in tests/screen/screens. "wizard_golden --accept [NAME...]" writes the
 * files instead; "wizard_golden --show NAME" prints one. */
#include "tests/screen/golden.h"
#include "tests/screen/wizard_fixture.h"
#include "ui/view.h"

#define NOW_MS 1795343589000u /* 2026-11-22 10:33:09 UTC */

struct wizard_case {
    struct golden_case golden;
    void (*make)(struct wizard_fixture *fixture);
    enum section section;
};

static const struct wizard_case cases[] = {
    {{"welcome-80x24", 24, 80, false, false, ""}, wizard_fixture_new, SECTION_WELCOME},
    {{"quit-80x24", 24, 80, false, false, "q"}, wizard_fixture_ha, SECTION_HOSTS},
    {{"access-80x24", 24, 80, false, false, ""}, wizard_fixture_access, SECTION_ACCESS},
    {{"access-80x24.utf8", 24, 80, true, false, ""}, wizard_fixture_access, SECTION_ACCESS},
    {{"access-80x24.roles", 24, 80, false, true, ""}, wizard_fixture_access, SECTION_ACCESS},
    {{"access-sudo-80x24", 24, 80, false, false, "\x0e\x0e\x0e"}, wizard_fixture_access, SECTION_ACCESS},
    {{"access-failed-60x16", 16, 60, false, false, "G"}, wizard_fixture_access, SECTION_ACCESS},
    {{"access-120x40", 40, 120, false, false, "G"}, wizard_fixture_access, SECTION_ACCESS},
    {{"access-200x60", 60, 200, true, false, ""}, wizard_fixture_access, SECTION_ACCESS},
    {{"host-keys-80x24", 24, 80, false, false, "\r"}, wizard_fixture_keys, SECTION_ACCESS},
    {{"host-keys-80x24.roles", 24, 80, false, true, "\r\x0e"}, wizard_fixture_keys, SECTION_ACCESS},
    {{"host-keys-120x40", 40, 120, true, false, "\r\t"}, wizard_fixture_keys, SECTION_ACCESS},
    {{"host-keys-60x16", 16, 60, false, false, "\r\x0e\x0e"}, wizard_fixture_keys, SECTION_ACCESS},
    {{"changed-key-80x24", 24, 80, false, false, "G\r"}, wizard_fixture_keys, SECTION_ACCESS},
    {{"changed-key-60x16", 16, 60, false, false, "G\r\t"}, wizard_fixture_keys, SECTION_ACCESS},
    {{"requirements-80x24", 24, 80, false, false, ""}, wizard_fixture_checks, SECTION_REQUIREMENTS},
    {{"requirements-80x24.utf8", 24, 80, true, false, ""}, wizard_fixture_checks, SECTION_REQUIREMENTS},
    {{"requirements-80x24.roles", 24, 80, false, true, ""}, wizard_fixture_checks, SECTION_REQUIREMENTS},
    {{"requirements-open-80x24", 24, 80, false, false, "\x0e\x0e\x0el\x0e"}, wizard_fixture_checks, SECTION_REQUIREMENTS},
    {{"requirements-accept-80x24", 24, 80, false, false, "Atest cluster"}, wizard_fixture_checks, SECTION_REQUIREMENTS},
    {{"requirements-accepted-80x24", 24, 80, false, false, "Atest cluster\r"}, wizard_fixture_checks, SECTION_REQUIREMENTS},
    {{"requirements-hosts-80x24", 24, 80, false, false, "vG"}, wizard_fixture_checks, SECTION_REQUIREMENTS},
    {{"requirements-60x16", 16, 60, false, false, ""}, wizard_fixture_checks, SECTION_REQUIREMENTS},
    {{"requirements-120x40", 40, 120, false, false, "l"}, wizard_fixture_checks, SECTION_REQUIREMENTS},
    {{"requirements-200x60", 60, 200, true, false, ""}, wizard_fixture_checks, SECTION_REQUIREMENTS},
    {{"requirements-live-80x24", 24, 80, false, false, ""}, wizard_fixture_measuring, SECTION_REQUIREMENTS},
    {{"requirements-many-80x24", 24, 80, false, false, ""}, wizard_fixture_many, SECTION_REQUIREMENTS},
    {{"check-80x24", 24, 80, false, false, "\r"}, wizard_fixture_checks, SECTION_REQUIREMENTS},
    {{"check-many-80x24", 24, 80, false, false, "\r/-120\r"}, wizard_fixture_many, SECTION_REQUIREMENTS},
    {{"check-60x16", 16, 60, false, false, "\r"}, wizard_fixture_checks, SECTION_REQUIREMENTS},
    {{"access-many-80x24", 24, 80, false, false, "G"}, wizard_fixture_many, SECTION_ACCESS},
    {{"sudo-user-80x24", 24, 80, false, false, "\x0e jU\tj\rl"}, wizard_fixture_access, SECTION_ACCESS},
    {{"sudo-user-script-80x24", 24, 80, false, false, "\x0eU\t\t\t\r"}, wizard_fixture_access, SECTION_ACCESS},
    {{"sudo-user-60x16", 16, 60, false, false, "\x0eUBad\x0e\x0e\x0e\x0e\r"}, wizard_fixture_access, SECTION_ACCESS},
    {{"credential-80x24", 24, 80, false, false, "\x0e\x0e\x0e\rlet me in"}, wizard_fixture_access, SECTION_ACCESS},
    {{"credential-again-80x24", 24, 80, false, false, "\x0e\x0e\x0e\r"}, wizard_fixture_keys, SECTION_ACCESS},
    {{"credential-60x16", 16, 60, false, false, "\x0e\x0e\x0e\rx\t\t"}, wizard_fixture_keys, SECTION_ACCESS},
};

static char *render(const void *context, const struct golden_case *golden)
{
    const struct wizard_case *c = context;
    struct wizard_fixture f;
    struct view view;
    c->make(&f);
    view_init_wizard(&view, f.wizard, &f.actions, NOW_MS);
    view.look = look_choose(golden->utf8);
    view.phase = -1;
    view_go(&view, c->section);
    char *text = golden_press(&view, golden);
    view_done(&view);
    wizard_fixture_done(&f);
    return text;
}

static const struct golden_case *golden_at(size_t index, const void **context)
{
    if (index >= sizeof cases / sizeof *cases)
        return NULL;
    *context = &cases[index];
    return &cases[index].golden;
}

int main(int argc, char **argv)
{
    return golden_main(argc, argv, golden_at, render);
}
