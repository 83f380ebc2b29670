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
    {{"welcome-80x24", 24, 80, false, false, ""}, wizard_fixture_new, SECTION_WELCOME},
    {{"quit-80x24", 24, 80, false, false, "q"}, wizard_fixture_ha, SECTION_HOSTS},
    {{"options-80x24", 24, 80, false, false, ""}, wizard_fixture_ready, SECTION_OPTIONS},
    {{"options-faults-80x24", 24, 80, false, false, "\x0e\x0e\x0e\x15" "10.1.0.0/16\r\x15" "10.244.0.0/33\r"}, wizard_fixture_ready, SECTION_OPTIONS},
    {{"options-more-80x24", 24, 80, false, false, "\x10\x10\x10"}, options_more, SECTION_OPTIONS},
    {{"options-list-80x24", 24, 80, false, false, "\x0e\x0e\r"}, wizard_fixture_ready, SECTION_OPTIONS},
    {{"options-60x16", 16, 60, false, false, "\x0e\x0e\x0e\x15" "10.1.0.0/16\r\x10"}, options_more, SECTION_OPTIONS},
    {{"options-120x40", 40, 120, true, false, "\x0e\x0e\x0e\x15" "10.1.0.0/16\r"}, options_more, SECTION_OPTIONS},
    {{"options-200x60", 60, 200, true, false, ""}, options_more, SECTION_OPTIONS},
    {{"options-roles-80x24", 24, 80, false, true, "\x0e\x0e\x0e\x15" "10.1.0.0/16\r"}, wizard_fixture_ready, SECTION_OPTIONS},
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
