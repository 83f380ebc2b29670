#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/page.h"
#include "ui/screens.h"

static void draw(struct screen *screen, struct view *view, struct canvas *canvas)
{
    page_draw((struct page *)screen, view, canvas, "", NULL);
}

static void act(struct screen *screen, struct view *view, enum action action)
{
    page_act((struct page *)screen, view, action);
}

static const char *name(void)
{
    return section_name(SECTION_REQUIREMENTS);
}

static const char *help(void)
{
    return "";
}

static void done(struct screen *screen)
{
    page_done((struct page *)screen);
    free(screen);
}

static const struct screen_ops ops = {.place = PLACE_CHECKS, .name = name, .draw = draw, .act = act, .help = help, .free = done};

struct screen *scr_requirements_new(struct view *view)
{
    struct page *page = mem_new(1, sizeof *page);
    (void)view;
    page->screen.ops = &ops;
    page->section = SECTION_REQUIREMENTS;
    return &page->screen;
}
