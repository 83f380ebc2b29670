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

int main(int argc, char **argv)
{
    return golden_main(argc, argv, golden_at, render);
}
