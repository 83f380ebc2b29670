/* What 45 checks on 200 hosts cost the wizard, in time of the processor: judging all anew, looking when nothing has changed, one host's change of state, drawing the page. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/screen/wizard_fixture.h"
#include "ui/view.h"
#include "wizard/wizard_parts.h"

#define ROUNDS 50

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void tell(const char *what, double *times)
{
    qsort(times, ROUNDS, sizeof *times, by_value);
    printf("%-34s median %7.3f ms, worst %7.3f ms\n", what, times[ROUNDS / 2], times[ROUNDS - 1]);
}

int main(void)
{
    struct wizard_fixture f;
    struct view view;
    double times[5][ROUNDS];
    wizard_fixture_catalogue(&f, 200);
    view_init_wizard(&view, f.wizard, &f.actions, 1795343589000u);
    view.look = look_choose(false);
    view_go(&view, SECTION_REQUIREMENTS);
    struct canvas *canvas = canvas_new(60, 200);
    for (int i = 0; i < ROUNDS; i++) {
        wizard_enter(f.wizard, SECTION_REQUIREMENTS); /* all may be others */
        double t = now_ms();
        wizard_checks(f.wizard);
        times[0][i] = now_ms() - t;
        t = now_ms();
        wizard_checks(f.wizard);
        times[1][i] = now_ms() - t;
        for (size_t host = 0; host < 10; host++) { /* as when so many have answered between two pictures */
            facts_set(&access_host_mutable(wizard_access(f.wizard), host)->facts, "swap", i % 2 ? "/a" : "/b");
            f.wizard->access_changes += wizard_checks_look(f.wizard, host);
        }
        t = now_ms();
        wizard_checks(f.wizard);
        times[4][i] = now_ms() - t;
        t = now_ms();
        view_draw(&view, canvas);
        times[2][i] = now_ms() - t;
        draft_accept(wizard_draft(f.wizard), "swap", i % 2 ? NULL : "x");
        t = now_ms();
        wizard_checks(f.wizard);
        times[3][i] = now_ms() - t;
    }
    tell("judging all anew", times[0]);
    tell("looking when nothing changed", times[1]);
    tell("drawing the page, 200x60", times[2]);
    tell("10 hosts say something else", times[4]);
    tell("an acceptance (answers anew too)", times[3]);
    canvas_free(&canvas);
    view_done(&view);
    wizard_fixture_done(&f);
    return 0;
}
