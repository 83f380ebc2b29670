/* Draws screens of runs made by hand and compares them with files in tests/screen/screens. "golden --accept [NAME...]" writes the files instead;
 * "golden --show NAME" prints one. */
#include "tests/screen/golden.h"
#include "tests/screen/fixture.h"

static const char summary[] = "kubernetes install, kub-ha: done in 5:12\n"
                              "  Tasks       43 ok, 6 unchanged\n"
                              "  Time        container-runtime 1:40, images 1:12, control-plane 0:48, join-worker 0:31\n"
                              "  endpoint    https://10.1.4.40:8443 (kub-master-1)\n"
                              "  kubeconfig  /home/op/.local/state/kwiz/runs/20261122-102804-7f3a/kubeconfig\n"
                              "  sample page http://10.1.4.39/ answers: 200, 612 bytes\n"
                              "  run's folder /home/op/.local/state/kwiz/runs/20261122-102804-7f3a\n"
                              "\n"
                              "Next\n"
                              "  kubectl --kubeconfig /home/op/.local/state/kwiz/runs/20261122-102804-7f3a/kubeconfig get nodes\n"
                              "  kwiz reset kub-ha.yaml    takes everything back\n"
                              "  kwiz runs log 20261122-102804-7f3a    shows what the steps printed\n";

/* With the summary shown. */
static void ended_well(struct fixture *f)
{
    fixture_end(f);
}

static const struct run_case {
    struct golden_case golden;
    void (*make)(struct fixture *fixture);
} cases[] = {
    {{"run-80x24", 24, 80, false, false, "\x0e"}, fixture_ha},
    {{"run-80x24.utf8", 24, 80, true, false, "\x0e"}, fixture_ha},
    {{"run-80x24.roles", 24, 80, false, true, "\x0e"}, fixture_ha},
    {{"run-120x40", 40, 120, false, false, "\x0e"}, fixture_ha},
    {{"run-120x40.utf8", 40, 120, true, false, "\x0e"}, fixture_ha},
    {{"run-200x60", 60, 200, true, false, "\x0e"}, fixture_ha},
    {{"run-60x16", 16, 60, false, false, "\x0e"}, fixture_ha},
    {{"run-steps-80x24", 24, 80, false, false, "vv"}, fixture_ha},
    {{"single-80x24", 24, 80, false, false, ""}, fixture_single},
    {{"single-80x24.utf8", 24, 80, true, false, ""}, fixture_single},
    {{"single-120x40", 40, 120, false, false, ""}, fixture_single},
    {{"many-80x24", 24, 80, false, false, "\x0e"}, fixture_many},
    {{"many-120x40", 40, 120, false, false, "\x0e"}, fixture_many},
    {{"many-problems-80x24", 24, 80, false, false, "p"}, fixture_many},
    {{"many-open-80x24", 24, 80, false, false, "G\r\x0e\x0e"}, fixture_many},
    {{"most-120x40", 40, 120, false, false, "\x0e"}, fixture_most},
    {{"most-200x60", 60, 200, true, false, "G\r"}, fixture_most},
    {{"most-problems-80x24", 24, 80, false, false, "p"}, fixture_most},
    {{"fail-run-80x24", 24, 80, false, false, "\x0e\x0e\x0e\x0e"}, fixture_fail},
    {{"fail-80x24", 24, 80, false, false, "\x0e\x0e\x0e\x0e\r"}, fixture_fail},
    {{"fail-80x24.roles", 24, 80, false, true, "\x0e\x0e\x0e\x0e\r"}, fixture_fail},
    {{"asks-80x24", 24, 80, false, false, "G\r"}, fixture_fail},
    {{"log-80x24", 24, 80, false, false, "\x0e\r"}, fixture_ha},
    {{"log-held-80x24", 24, 80, false, false, "\x0e\r/kubeconfig\rNNN"}, fixture_ha},
    {{"log-first-80x24", 24, 80, false, false, "\x0e\rg"}, fixture_ha},
    {{"log-hostile-80x24", 24, 80, true, false, "\r"}, fixture_hostile},
    {{"log-hostile-nowrap-80x24", 24, 80, true, false, "\rw"}, fixture_hostile},
    {{"hostile-80x24", 24, 80, true, false, ""}, fixture_hostile},
    {{"leave-80x24", 24, 80, false, false, "q"}, fixture_ha},
    {{"leave-abort-80x24", 24, 80, false, false, "q\x0e\x0e\x0e\rkub"}, fixture_ha},
    {{"leave-40x12", 12, 40, false, false, "q"}, fixture_ha},
    {{"help-run-80x24", 24, 80, false, false, "?"}, fixture_ha},
    {{"help-run-80x60", 60, 80, false, false, "?"}, fixture_ha},
    {{"help-log-80x24", 24, 80, true, false, "\x0e\r?"}, fixture_ha},
    {{"small-40x12", 12, 40, false, false, ""}, fixture_ha},
    {{"small-20x2", 2, 20, false, false, ""}, fixture_ha},
    {{"end-80x24", 24, 80, false, false, ""}, fixture_end},
    {{"summary-80x24", 24, 80, false, false, ""}, ended_well},
    {{"summary-120x40.utf8", 40, 120, true, false, ""}, ended_well},
    {{"summary-60x16", 16, 60, false, false, "\x0e\x0e"}, ended_well},
    {{"summary-run-80x24", 24, 80, false, false, "\r"}, ended_well},
    {{"script-80x24", 24, 80, false, false, "\x0e\x0e\x0e\x0e\ro"}, fixture_fail},
    {{"script-find-80x24", 24, 80, false, false, "\x0e\x0e\x0e\x0eo/runtime\rnnnnnnn"}, fixture_fail},
    {{"script-nowrap-80x24", 24, 80, false, false, "\x0e\x0e\x0e\x0eowGl"}, fixture_fail},
    {{"script-60x16", 16, 60, false, false, "oG"}, fixture_ha},
    {{"help-script-80x24", 24, 80, false, false, "o?"}, fixture_ha},
    {{"log-filter-80x24", 24, 80, false, false, "\x0e\r&certs\r/kub\r"}, fixture_ha},
    {{"log-save-80x24", 24, 80, false, false, "\x0e\rS"}, fixture_ha},
    {{"many-filter-80x24", 24, 80, false, false, "&node-04\r"}, fixture_many},
};

static struct canvas *render(const void *context, const struct golden_case *golden)
{
    const struct run_case *c = context;
    struct fixture f;
    struct view view;
    c->make(&f);
    view_init(&view, f.run, &f.actions, &f.logs, FIXTURE_NOW_MS);
    view.look = look_choose(golden->utf8);
    view.run_id = "20261122-102804-7f3a";
    if (c->make == ended_well)
        view_summarize(&view, summary);
    struct canvas *canvas = golden_press(&view, golden);
    view_done(&view);
    fixture_done(&f);
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
